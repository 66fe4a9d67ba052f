//! The formatter: what it gives says the same, has the same comments, and is not changed when formatted again.
//!
//! `QUALIFY_SEED` chooses another seed.

use crate::grammar::{seed, written};
use qualify_diagnostics::FileId;
use qualify_grammar::{sentence, tokens};
use qualify_syntax::{format, parse, same};
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::workspace::{read, root};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Sentences that get comments.
const COUNT: u64 = 10_000;
/// Mistakes that are shown in one run.
const SHOWN: usize = 3;

/// The comments of a text, in order. A `#` inside quotes is text.
fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut quoted = false;
        for (i, c) in line.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '#' if !quoted => {
                    found.push(line[i..].trim_end());
                    break;
                }
                _ => {}
            }
        }
    }
    found
}

/// What is wrong with the formatted text; nothing if the text has syntax errors.
fn wrong(text: &str) -> Option<String> {
    let once = format(FileId(0), text).ok()?;
    let again = parse(FileId(0), &once);
    if let Some(first) = again.diagnostics.first() {
        return Some(format!("does not parse: {}\n{once}", first.message));
    }
    if !same(&parse(FileId(0), text).tree, &again.tree) {
        return Some(format!("says something else:\n{once}"));
    }
    if comments(text) != comments(&once) {
        return Some(format!("has other comments:\n{once}"));
    }
    let twice = format(FileId(0), &once).unwrap_or_default();
    (twice != once).then(|| format!("is not stable:\n{once}\nand then\n{twice}"))
}

fn hold(texts: impl IntoIterator<Item = (String, String)>) {
    let (mut held, mut refused, mut with, mut mistakes) = (0, 0, 0, Vec::new());
    for (place, text) in texts {
        match format(FileId(0), &text) {
            Ok(_) => held += 1,
            Err(_) => refused += 1,
        }
        with += comments(&text).len();
        mistakes.extend(wrong(&text).map(|why| format!("{place}:\n{text}\n{why}")));
        if mistakes.len() >= SHOWN {
            break;
        }
    }
    println!("{held} texts with {with} comments, and {refused} with syntax errors");
    assert!(held > 2 * refused, "most texts should be formatted");
    assert!(mistakes.is_empty(), "\n\n{}\n", mistakes.join("\n\n"));
}

/// The text with comments and blank lines between some of its tokens.
fn with_comments(text: &str, random: &mut StdRng) -> String {
    let mut out = String::new();
    let often = [2, 6, 30][random.random_range(0..3)];
    for (i, token) in tokens(text).into_iter().enumerate() {
        out.push_str(token);
        while random.random_range(0..often) == 0 {
            let before = ["", " ", "\n", "\n\n", "\r\n", "\n  \n"][random.random_range(0..6)];
            let after = ["\n", "\n\n", " \n", "\r\n", "\n\n\n"][random.random_range(0..5)];
            let what = ["", " a", " \"b", " # c", "d\t"][random.random_range(0..5)];
            out.push_str(&format!("{before}#{i}{what}{after}"));
        }
        out.push_str([" ", "\n", "\n\n", "\t"][random.random_range(0..4)]);
    }
    out
}

#[test]
fn everything_written_in_the_language() {
    hold(written());
}

#[test]
fn sentences_with_comments_between_any_words() {
    let seed = seed();
    hold((0..COUNT).map(|i| {
        let mut random = StdRng::seed_from_u64(seed.wrapping_add(i));
        (format!("sentence {i}"), with_comments(&sentence(seed.wrapping_add(i)), &mut random))
    }));
}

#[test]
fn what_people_write_with_comments_between_any_words() {
    let seed = seed();
    let texts = written();
    hold((0..5).flat_map(|round| {
        let mut random = StdRng::seed_from_u64(seed.wrapping_add(round));
        texts
            .iter()
            .map(|(place, text)| (place.clone(), with_comments(text, &mut random)))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn the_chapter_shows_what_the_formatter_does() {
    let blocks = qualify_blocks(&read(&root().join("docs/language/20-layout.md")));
    let [written, formatted] = blocks.as_slice() else { panic!("before and after") };
    assert_eq!(format(FileId(0), &written.text).as_ref(), Ok(&formatted.text));
}
