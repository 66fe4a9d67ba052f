//! The language book's projects (`toml` blocks with the rules before and the data behind them) and its commands
//! (`console` blocks) are run. Its other blocks are run by the tests that cross crates.

#[path = "../../../../tests/blocks.rs"]
#[allow(dead_code)]
pub mod blocks;

use crate::program::{Folder, Run, qualify, qualify_at};
use blocks::{Block, blocks};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages of the book with their blocks.
fn pages() -> Vec<(String, Vec<Block>)> {
    let entries = std::fs::read_dir(root().join("docs/language")).expect("the book");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let pages = paths.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let mut pages: Vec<_> = pages
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a page");
            (path.file_name().expect("a name").to_string_lossy().into_owned(), blocks(&text))
        })
        .collect();
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    pages
}

/// A project of the book: rules, then the manifest, then the files in the order in which it names them.
fn project(before: Option<&Block>, manifest: &Block, behind: &[Block]) -> Option<Folder> {
    let model = before.filter(|block| block.mark == "qualify")?;
    let data: Vec<&Block> = behind.iter().take_while(|block| block.mark == "csv").collect();
    let named = manifest.text.lines().filter_map(|line| line.strip_prefix("files = \"")?.strip_suffix('"'));
    let names: Vec<&str> = named.collect();
    assert_eq!(names.len(), data.len(), "each file of the manifest is shown:\n{}", manifest.text);
    let mut files = vec![("model.qualify", model.text.as_str()), ("qualify.toml", manifest.text.as_str())];
    files.extend(names.into_iter().zip(data.iter().map(|block| block.text.as_str())));
    Some(Folder::new(&files))
}

/// The commands of a block, each with the lines shown below it.
fn commands(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in block.text.lines().skip(1) {
        match (line.strip_prefix("$ qualify "), found.last_mut()) {
            (Some(arguments), _) => found.push((arguments.to_string(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line.trim_end().to_string()),
            (None, None) => panic!("`{line}` stands before any command"),
        }
    }
    found
}

/// It went well, and said what the book shows (nothing shown: anything).
fn compare(place: &str, arguments: &str, run: &Run, shown: &[String]) -> Option<String> {
    let out: Vec<&str> = run.out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    let right = run.status == 0 && (shown.is_empty() || shown == out);
    (!right).then(|| format!("{place}: qualify {arguments}\n{}\n{}", run.out, run.err))
}

#[test]
fn projects_and_commands_do_what_the_book_says() {
    let (mut projects, mut count, mut wrong) = (0, 0, Vec::new());
    for (name, blocks) in pages() {
        let mut latest: Option<Folder> = None;
        for (i, block) in blocks.iter().enumerate() {
            let place = format!("docs/language/{name}:{}", block.line);
            if block.mark == "toml" {
                let before = i.checked_sub(1).map(|before| &blocks[before]);
                if let Some(folder) = project(before, block, &blocks[i + 1..]) {
                    projects += 1;
                    let run = qualify(&["score", ".", "--strict-data", "--output", "-"], &folder);
                    wrong.extend(compare(&place, "score", &run, &[]));
                    latest = Some(folder);
                }
            }
            if block.mark != "console" {
                continue;
            }
            for (arguments, shown) in commands(block) {
                count += 1;
                let words: Vec<&str> = arguments.split(' ').collect();
                let run = match (block.text.lines().next().unwrap_or_default(), &latest) {
                    ("# the project above", Some(folder)) => qualify(&words, folder),
                    (comment, _) => {
                        let folder = comment.strip_prefix("# ").unwrap_or_else(|| panic!("{place}: where?"));
                        qualify_at(&words, &root().join(folder))
                    }
                };
                wrong.extend(compare(&place, &arguments, &run, &shown));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(projects >= 1 && count >= 5, "only {projects} projects and {count} commands were found");
}
