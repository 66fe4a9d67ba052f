//! Names: from those of files and columns to those of the language.

use crate::format::{Compression, Storage};
use std::path::Path;

/// Words that cannot be names, or would be misread as part of a statement.
const TAKEN: [&str; 84] = [
    "add",
    "after",
    "always",
    "and",
    "any",
    "at",
    "because",
    "before",
    "between",
    "cap",
    "contains",
    "disqualify",
    "dropping",
    "else",
    "ends",
    "exactly",
    "exclude",
    "fading",
    "fewer",
    "followed",
    "for",
    "from",
    "halving",
    "if",
    "ignore",
    "in",
    "is",
    "let",
    "losing",
    "matches",
    "mentions",
    "more",
    "multiply",
    "no",
    "not",
    "on",
    "once",
    "or",
    "otherwise",
    "respond",
    "set",
    "since",
    "starts",
    "subtract",
    "then",
    "up",
    "when",
    "where",
    "within",
    "without",
    "as",
    "event",
    "expect",
    "grade",
    "language",
    "lead",
    "list",
    "param",
    "points",
    "related",
    "route",
    "score",
    "segment",
    "side",
    "stage",
    "stages",
    "stays",
    "test",
    "timezone",
    "use",
    "yes",
    "unknown",
    "known",
    "always",
    "account",
    "times",
    "number",
    "days",
    "total",
    "first",
    "latest",
    "current",
    "object",
    "score",
];

/// The file's name without its extensions.
pub(super) fn stem(path: &Path) -> String {
    let mut path = path.to_path_buf();
    if Storage::of(&path).compression != Compression::None {
        path.set_extension("");
    }
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// `Job Title`, `jobTitle` and `job-title` as `job_title`; empty if there is no letter or digit.
pub(super) fn snake_case(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let word = c.is_ascii_alphanumeric();
        let new_word = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if (new_word || !word) && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        if word {
            out.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    out.trim_end_matches('_').to_string()
}

/// Whether the text is a word that can stand for itself.
pub(super) fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    starts && word && !TAKEN.contains(&text.to_ascii_lowercase().as_str())
}

/// A name of the language for a column, a file or an event type.
pub(super) fn name(text: &str) -> String {
    let name = snake_case(text);
    match name.chars().next() {
        None => "column".to_string(),
        Some(c) if c.is_ascii_digit() => format!("n{name}"),
        Some(_) if TAKEN.contains(&name.as_str()) => format!("{name}_value"),
        Some(_) => name,
    }
}

/// What one row of a file is: `touches_2024-01` holds rows of `touch`.
pub(super) fn table_name(stem: &str) -> String {
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit() || "_- .".contains(c));
    singular(&name(if bare.is_empty() { stem } else { bare }))
}

/// `touches` is one `touch`, `activities` one `activity`.
pub(super) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["ches", "shes", "xes", "sses", "zes"] {
        if name.ends_with(ending) {
            return name[..name.len() - 2].to_string();
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && stem.len() > 2 => stem.to_string(),
        _ => name.to_string(),
    }
}

/// `wanted`, or with a number behind it if it is taken.
pub(super) fn free(wanted: String, taken: &[String]) -> String {
    let mut name = wanted.clone();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{wanted}_{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_anything() {
        for (text, expected) in [
            ("Job Title", "job_title"),
            ("jobTitle", "job_title"),
            ("blue-collar", "blue_collar"),
            ("admin.", "admin"),
            ("lead_id", "lead_id"),
            ("From", "from_value"),
            ("200-499", "n200_499"),
            ("%", "column"),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
        let plural = ["touches", "sessions", "sales_activities", "boxes", "address", "companies", "news"];
        let single = ["touch", "session", "sales_activity", "box", "address", "company", "new"];
        assert_eq!(plural.map(singular), single.map(str::to_string));
        assert_eq!(table_name("touches_2024-01"), "touch");
        assert_eq!(free("a".to_string(), &["a".to_string(), "a_2".to_string()]), "a_3");
    }
}
