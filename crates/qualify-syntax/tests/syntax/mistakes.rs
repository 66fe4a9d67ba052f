//! One mistake gives one diagnostic, with its code, and every fix of it mends it.

use qualify_diagnostics::{Code, Diagnostic, Fix};
use qualify_syntax::{MOST_BYTES, MOST_LEVELS, MOST_OPERATORS, parse};
use std::fmt::Write;

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    parse(Default::default(), text).diagnostics
}

fn mended(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_string();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    text
}

/// `text` has one mistake, of that code.
#[track_caller]
fn check(text: &str, code: Code) -> Diagnostic {
    let mut found = diagnostics(text);
    let codes: Vec<&str> = found.iter().map(|d| d.code.as_str()).collect();
    let shown: String = text.chars().take(500).collect();
    assert_eq!(codes, [code.as_str()], "{shown}\n{found:#?}");
    found.remove(0)
}

/// The file holds a code and a text with that mistake a line, `\n` for a line break.
#[test]
fn each_mistake_has_one_message() {
    let mut seen = String::new();
    for line in include_str!("../inputs/mistakes.txt").lines() {
        let (code, text) = line.split_once(' ').expect("a code and a text");
        let text = text.replace("\\n", "\n");
        let diagnostic = check(&text, Code::parse(code).expect("a code of the catalogue"));
        let place = &text[diagnostic.place.span.start as usize..diagnostic.place.span.end as usize];
        writeln!(seen, "{text}\n  {code} at `{place}`: {}", diagnostic.message)
            .expect("text can be written to");
        for fix in &diagnostic.fixes {
            let mended = mended(&text, fix);
            assert!(diagnostics(&mended).is_empty(), "the fix of\n{text}\nleaves mistakes:\n{mended}");
            writeln!(seen, "  {}: {}", fix.title, mended.replace('\n', "\\n"))
                .expect("text can be written to");
        }
        seen.push('\n');
    }
    insta::assert_snapshot!("mistakes", seen);
}

#[test]
fn messages_keep_their_style() {
    for line in include_str!("../inputs/mistakes.txt").lines() {
        for d in diagnostics(&line[6..].replace("\\n", "\n")) {
            for text in std::iter::once(&d.message).chain(&d.notes) {
                let first = text.chars().next().unwrap_or(' ');
                assert!(!first.is_uppercase() && !text.ends_with('.'), "{text}");
            }
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = |levels: usize| format!("let a = {}b{}", "(".repeat(levels), ")".repeat(levels));
    assert!(diagnostics(&deep(MOST_LEVELS - 1)).is_empty());
    check(&deep(MOST_LEVELS), Code::E0122);
    check(&deep(100_000), Code::E0122);
    check(&format!("let a = {}b", "not ".repeat(100_000)), Code::E0122);
    check(&format!("let a = {}b", "points for ".repeat(100_000)), Code::E0122);
    check(&format!("let a = {}b", "if a then b else ".repeat(100_000)), Code::E0122);
    check(&format!("lead {{ a {}text }}", "list of ".repeat(100_000)), Code::E0122);
    check(&format!("for each a {{ {}", "for each a { ".repeat(100_000)), Code::E0122);
    let sum = |operators: usize| format!("let a = b{}", " + b".repeat(operators));
    assert!(diagnostics(&sum(MOST_OPERATORS)).is_empty());
    check(&sum(MOST_OPERATORS + 1), Code::E0122);
}

#[test]
fn size_is_bounded() {
    let large = " ".repeat(MOST_BYTES);
    assert!(diagnostics(&large).is_empty());
    check(&format!("{large} "), Code::E0123);
}

#[test]
fn ten_mistakes_give_ten_messages() {
    let text = r#"
languag 1
list competitors = "rival.com" "other.io"
param mql_line = 50 from 0 up to 200
lead { size integr, consent yes/no }
event visited (page one of (pricing docs))
ignore opened where seconds < 5
score fit from 0 up to 100 {
  points for size {
    over 1000 30
    over 200  : 20
  }
  when consent ad 20
  when visited pricing within 7 add 5
}
stage MQL if score => 50
"#;
    let codes: Vec<&str> = diagnostics(text).iter().map(|d| d.code.as_str()).collect();
    let expected = ["E0103", "E0102", "E0116", "E0103", "E0102", "E0101", "E0102", "E0103", "E0112", "E0108"];
    assert_eq!(codes, expected);
}

/// What could be understood stays in the tree, with the name of what could not.
#[test]
fn the_rest_is_read() {
    let text =
        "let a = (b +)\nstage X if => 3\nscore fit { when a > 1 ad 5\n when b foo bar\n when c add 3 }";
    let tree = parse(Default::default(), text).tree;
    assert_eq!(
        qualify_syntax::print(&tree),
        "let a = ?\n\nstage X if ?\n\nscore fit {\n  when a > 1 add 5\n  when c add 3\n}\n"
    );
}

/// Where the words and signs of `text` stand, roughly; comments are passed over.
fn pieces(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let word = |c: char| c.is_ascii_alphanumeric() || "_.%".contains(c);
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            '>' | '<' | '!' if rest[1..].starts_with('=') => 2,
            c => c.len_utf8(),
        };
        if !first.is_whitespace() && first != '#' {
            pieces.push(at..at + length);
        }
        at += length;
    }
    pieces
}

/// One word left out, doubled or misspelt gives one message or none, wherever it stands. `few` says how often it
/// may give more.
fn check_slips(change: fn(&str) -> Option<String>, few: usize) {
    let mut several = Vec::new();
    for text in [
        include_str!("../inputs/model.qualify"),
        include_str!("../inputs/schema.qualify"),
        include_str!("../inputs/sixty_rules.qualify"),
    ] {
        for piece in pieces(text) {
            let Some(changed) = change(&text[piece.clone()]) else { continue };
            let slip = format!("{}{changed}{}", &text[..piece.start], &text[piece.end..]);
            if diagnostics(&slip).len() > 1 {
                several.push(text[..piece.end].lines().last().unwrap_or("").to_string());
            }
        }
    }
    assert!(several.len() <= few, "{several:#?}");
}

#[test]
fn a_word_left_out_gives_one_message() {
    check_slips(|_| Some(String::new()), 1);
}

#[test]
fn a_word_doubled_gives_one_message() {
    check_slips(|word| Some(format!("{word} {word}")), 1);
}

#[test]
fn a_word_misspelt_gives_one_message() {
    let swapped = |word: &str| {
        let letters = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
        letters.then(|| format!("{}{}{}{}", &word[..1], &word[2..3], &word[1..2], &word[3..]))
    };
    check_slips(swapped, 1);
}
