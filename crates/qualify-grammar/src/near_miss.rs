//! Texts that are nearly sentences: one token dropped, doubled, swapped, replaced or glued to the next. Many are sentences all
//! the same; whoever uses them must ask.

use crate::sentence::sentence;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Five near misses of `text`: a token dropped, one doubled, two neighbours swapped, one replaced by a token of
/// another sentence, and two glued together. Always the same for the same seed.
pub fn near_misses(text: &str, seed: u64) -> Vec<String> {
    let all = tokens(text);
    if all.is_empty() {
        return Vec::new();
    }
    let mut random = StdRng::seed_from_u64(seed);
    let mut place = |count: usize| random.random_range(0..count);
    let mut dropped = all.clone();
    dropped.remove(place(all.len()));
    let mut doubled = all.clone();
    let at = place(all.len());
    doubled.insert(at, all[at]);
    let mut swapped = all.clone();
    if all.len() > 1 {
        let at = place(all.len() - 1);
        swapped.swap(at, at + 1);
    }
    let other = sentence(seed);
    let mut others = tokens(&other);
    others.extend(all.first()); // an empty file is a sentence too
    let mut replaced = all.clone();
    replaced[place(all.len())] = others[place(others.len())];
    let at = place(all.len());
    let glued = [all[..=at].join(" "), all[at + 1..].join(" ")].concat();
    let mut misses: Vec<String> =
        [dropped, doubled, swapped, replaced].iter().map(|tokens| tokens.join(" ")).collect();
    misses.push(glued);
    misses
}

/// The tokens of a text, roughly: words, numbers, quoted texts, signs. Comments and white space are left out.
/// Joined by blanks they are the same text to the grammar.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            c if c.is_alphanumeric() || c == '_' => word(rest),
            '>' | '<' | '!' if rest[1..].starts_with('=') => 2,
            c => c.len_utf8(),
        };
        if first != '#' {
            out.push(&rest[..length]);
        }
        rest = rest[length..].trim_start();
    }
    out
}

/// The length of a word, dotted words or a number with its sign of percent; `yes/no` is one word.
fn word(text: &str) -> usize {
    if text.starts_with("yes/no") {
        return "yes/no".len();
    }
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = text.find(|c| !inside(c)).unwrap_or(text.len());
    length + usize::from(text[length..].starts_with('%'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accepts, sentences};

    #[test]
    fn tokens_joined_by_blanks_are_the_same_text() {
        for text in sentences(3, 500) {
            let joined = tokens(&text).join(" ");
            assert_eq!(accepts(&joined), Ok(()), "{text}\n--\n{joined}");
        }
    }

    #[test]
    fn near_misses_differ_from_the_sentence() {
        let text = "when visited pricing within 7d add 20";
        let misses = near_misses(text, 1);
        assert_eq!(misses.len(), 5);
        assert!(misses.iter().filter(|miss| *miss != text).count() >= 4);
        assert!(misses.iter().any(|miss| accepts(miss).is_err()));
    }
}
