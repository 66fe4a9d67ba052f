//! The words of the language, by their use, and what people write instead of them.
//!
//! The lists are those of `reserved`, `statement_word` and `shouted` in `grammar/qualify.pest`; a test compares.

/// Words that are never names.
#[rustfmt::skip]
pub(crate) const RESERVED: &[&str] = &[
    "add", "after", "always", "and", "any", "at", "because", "before", "between", "cap", "contains", "disqualify",
    "dropping", "else", "ends", "exactly", "exclude", "fading", "fewer", "followed", "for", "from", "halving",
    "if", "ignore", "in", "is", "let", "losing", "matches", "mentions", "more", "multiply", "no", "not", "on",
    "once", "or", "otherwise", "respond", "set", "since", "starts", "subtract", "then", "up", "when", "where",
    "within", "without",
];

/// Words that begin a statement: names, but never the object of an event.
#[rustfmt::skip]
pub(crate) const STATEMENT: &[&str] = &[
    "as", "event", "expect", "grade", "language", "lead", "list", "param", "points", "related", "route", "score",
    "segment", "side", "stage", "stages", "stays", "test", "timezone", "use",
];

/// Words in capitals that are a slip wherever a name is expected.
#[rustfmt::skip]
pub(crate) const SHOUTED: &[&str] = &[
    "ADD", "AND", "BECAUSE", "ELSE", "IF", "NOT", "OR", "SUBTRACT", "THEN", "WHEN", "WHERE", "WITHIN",
];

/// What begins a statement, for suggestions.
#[rustfmt::skip]
pub(crate) const OPENERS: &[&str] = &[
    "when", "for", "points", "ignore", "let", "param", "list", "score", "stage", "stages", "side", "grade",
    "segment", "route", "disqualify", "exclude", "lead", "event", "related", "use", "language", "timezone", "test",
];

/// What can narrow an event or go on a condition.
#[rustfmt::skip]
pub(crate) const CONNECTORS: &[&str] = &[
    "within", "and", "or", "where", "followed", "since", "before", "after", "between", "at", "in", "is", "not",
    "exactly", "more", "contains", "starts", "ends", "mentions", "matches",
];

/// What can follow an action.
pub(crate) const TAILS: &[&str] =
    &["because", "up", "once", "without", "halving", "fading", "losing", "dropping"];

/// The actions.
pub(crate) const VERBS: &[&str] = &["add", "subtract", "multiply", "cap", "set"];

/// Other words for ours: (theirs, ours). The first word of ours is looked up in what is allowed.
const SYNONYMS: &[(&str, &str)] = &[
    ("sub", "subtract"),
    ("minus", "subtract"),
    ("deduct", "subtract"),
    ("remove", "subtract"),
    ("lose", "subtract"),
    ("plus", "add"),
    ("give", "add"),
    ("gets", "add"),
    ("award", "add"),
    ("gain", "add"),
    ("mul", "multiply"),
    ("limit", "cap"),
    ("limited", "up to"),
    ("max", "up to"),
    ("upto", "up to"),
    ("capped", "up to"),
    ("foreach", "for each"),
    ("each", "for each"),
    ("every", "for each"),
    ("atleast", "at least"),
    ("atmost", "at most"),
    ("reason", "because"),
    ("why", "because"),
    ("comment", "because"),
    ("define", "let"),
    ("def", "let"),
    ("var", "let"),
    ("const", "let"),
    ("variable", "let"),
    ("parameter", "param"),
    ("import", "use"),
    ("include", "use"),
    ("like", "matches"),
    ("includes", "contains"),
    ("contain", "contains"),
    ("having", "where"),
    ("with", "where"),
    ("during", "within"),
    ("inside", "within"),
    ("reject", "disqualify"),
    ("skip", "ignore"),
    ("default", "otherwise"),
    ("else", "otherwise"),
    ("greater", "over"),
    ("less", "under"),
    ("above", "over"),
    ("below", "under"),
    ("tz", "timezone"),
    ("whenever", "when"),
    ("half", "halving"),
    ("halve", "halving"),
    ("halves", "halving"),
    ("decay", "halving every"),
    ("decays", "halving every"),
    ("decaying", "halving every"),
    ("fade", "fading over"),
    ("fades", "fading over"),
    ("drop", "dropping to"),
    ("drops", "dropping to"),
];

/// The one of `words` that `found` probably means.
pub(crate) fn meant(found: &str, words: &[&'static str]) -> Option<&'static str> {
    if words.contains(&found) {
        return None;
    }
    let reserved = RESERVED.contains(&found);
    let lower = found.to_ascii_lowercase();
    let synonym = SYNONYMS.iter().find(|(theirs, ours)| {
        *theirs == lower && ours.split(' ').next().is_some_and(|first| words.contains(&first))
    });
    if let Some((_, ours)) = synonym {
        return Some(ours);
    }
    let distance = |word: &str| strsim::osa_distance(&lower, word);
    let best = words.iter().copied().min_by_key(|word| distance(word))?;
    // short words are alike by chance: `ok` is not `or`
    let allowed = match best.len().max(found.len()) {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    (!reserved && distance(best) <= allowed).then_some(best)
}

/// `text` can stand as a name without quotes.
pub(crate) fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    letters
        && text.bytes().next().is_some_and(|b| !b.is_ascii_digit())
        && !RESERVED.contains(&text)
        && !SHOUTED.contains(&text)
}

/// `text` can stand as the object of an event without quotes, whatever follows it.
pub(crate) fn is_object(text: &str) -> bool {
    is_name(text) && !STATEMENT.contains(&text) && text != "account"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words in capitals (or quotes) of a rule of the grammar, in lower case.
    fn rule(name: &str) -> Vec<String> {
        let grammar = include_str!("../../../grammar/qualify.pest");
        let start = grammar.find(&format!("\n{name} = ")).expect("the rule is there") + name.len() + 3;
        let body = &grammar[start..start + grammar[start..].find('}').expect("the rule ends")];
        let words = body.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        let mut words: Vec<String> = words
            .map(|word| word.trim_matches('_').to_ascii_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        words.sort();
        words
    }

    #[test]
    fn the_lists_are_those_of_the_grammar() {
        assert_eq!(rule("reserved"), RESERVED);
        assert_eq!(rule("statement_word"), STATEMENT);
        let shouted: Vec<String> = SHOUTED.iter().map(|word| word.to_ascii_lowercase()).collect();
        assert_eq!(rule("shouted"), shouted);
    }
}
