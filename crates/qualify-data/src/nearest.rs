//! The known name that someone probably meant.

/// The name nearest to `wanted`, if one is near enough to be meant: a third of its letters may differ.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = simple(wanted);
    let limit = (plain.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&plain, &simple(name)), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Letters and digits only, in lower case: `Lead ID` and `lead_id` are the same.
fn simple(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Edits between the two; a name that holds the other whole counts as one edit away.
fn distance(a: &str, b: &str) -> usize {
    let edits = strsim::damerau_levenshtein(a, b);
    let inside = a.len() >= 4 && b.len() >= 4 && (a.contains(b) || b.contains(a));
    if inside { edits.min(1) } else { edits }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found() {
        let known = ["lead_id", "created_at", "company_size"];
        assert_eq!(nearest("Lead ID", known), Some("lead_id"));
        assert_eq!(nearest("craeted_at", known), Some("created_at"));
        assert_eq!(nearest("size", known), Some("company_size"));
        assert_eq!(nearest("zzz", known), None);
    }
}
