//! Whatever stands in a file, parsing ends, nothing panics, and places lie inside the text.

use proptest::prelude::*;
use qualify_syntax::{parse, print};

/// Tokens that are worth mixing.
const INGREDIENTS: &[&str] = &[
    "when",
    "for",
    "each",
    "add",
    "20",
    "score",
    "fit",
    "{",
    "}",
    "(",
    ")",
    ",",
    ";",
    ":",
    "stage",
    "MQL",
    "if",
    "and",
    "or",
    "not",
    "no",
    "visited",
    "pricing",
    "within",
    "7d",
    "at",
    "least",
    "3",
    "times",
    "points",
    "over",
    "200",
    "=",
    ">=",
    "=>",
    "\"text\"",
    "\"open",
    "\n",
    "\n",
    "lead",
    "text",
    "event",
    "test",
    "expect",
    "2d",
    "ago",
    "let",
    "x",
    ".",
    "+",
    "-",
    "*",
    "/",
    "in",
    "is",
    "known",
    "otherwise",
    "else",
    "then",
    "because",
    "up",
    "to",
    "from",
    "10,000",
    "1_",
    "$",
    "AND",
    "[",
    "]",
    "between",
    "since",
    "last",
    "grade",
    "A",
    "route",
    "segment",
    "one",
    "of",
    "list",
    "param",
    "#",
    "'",
    "“",
    "é",
    "\u{A0}",
    "%",
    "number",
    "different",
    "followed",
    "by",
    "account",
    "side",
];

fn soup() -> impl Strategy<Value = String> {
    let token = prop::sample::select(INGREDIENTS);
    prop::collection::vec((token, prop::bool::weighted(0.9)), 0..80).prop_map(|tokens| {
        tokens.into_iter().map(|(token, blank)| format!("{token}{}", if blank { " " } else { "" })).collect()
    })
}

fn check(text: &str) {
    let parsed = parse(Default::default(), text);
    for d in &parsed.diagnostics {
        let spans = std::iter::once(d.place.span)
            .chain(d.others.iter().map(|label| label.span))
            .chain(d.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span)));
        for span in spans {
            assert!(
                text.get(span.start as usize..span.end as usize).is_some(),
                "{span:?} of {d:#?} in {text:?}"
            );
        }
    }
    if parsed.diagnostics.is_empty() {
        let again = parse(Default::default(), &print(&parsed.tree));
        assert!(again.diagnostics.is_empty() && qualify_syntax::same(&parsed.tree, &again.tree), "{text}");
    } else {
        print(&parsed.tree);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn tokens_in_any_order(text in soup()) {
        check(&text);
    }

    #[test]
    fn any_characters(text in "\\PC{0,60}") {
        check(&text);
    }
}

/// A model cut off anywhere, as it stands while someone writes it.
#[test]
fn models_cut_off() {
    for text in [include_str!("../inputs/model.qualify"), include_str!("../inputs/every_construct.qualify")] {
        for (end, _) in text.char_indices() {
            check(&text[..end]);
        }
    }
}

/// Time grows with the text, not with its square: each of these is slow if anything is looked for too far ahead.
#[test]
fn long_lines_of_one_thing() {
    for piece in [
        "[",
        "(",
        "{",
        "}",
        "score a b ",
        "\"",
        "$",
        "lead { ",
        "when ",
        "a.",
        "points for x { ",
        "test \"a\" { ",
    ] {
        parse(Default::default(), &piece.repeat(20_000));
    }
}
