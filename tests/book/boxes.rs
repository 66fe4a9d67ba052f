//! Syntax boxes: rules of the grammar, compared without regard to line breaks.

/// The rules in a piece of a grammar, each on one line with single blanks. Comments are passed over.
pub fn rules(grammar: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in grammar.lines().filter(|line| !line.starts_with("//")) {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic()) && words.contains(" = ");
        match found.last_mut() {
            Some(rule) if !begins && !words.is_empty() => *rule = format!("{rule} {words}"),
            _ if begins => found.push(words),
            _ => {}
        }
    }
    found
}
