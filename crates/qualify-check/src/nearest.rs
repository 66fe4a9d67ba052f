//! The nearest known name to one that is not known.

/// The nearest of `known`, if it is near enough that a slip is likely: one change in three letters.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate == name || candidate.chars().count().abs_diff(length) > limit {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
        let better = match best {
            None => distance <= limit,
            Some((least, word)) => (distance, candidate) < (least, word),
        };
        if better {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Words in one line for a message: `a`, `b` and `c`; at most eight of them.
pub(crate) fn enumerate<'n>(words: impl IntoIterator<Item = &'n str>) -> String {
    let mut words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    if words.len() > 8 {
        let more = words.len() - 7;
        words.truncate(7);
        return format!("{} and {more} more", words.join(", "));
    }
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
    }
}
