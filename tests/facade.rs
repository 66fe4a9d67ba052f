//! The façade crate: an example that runs for each public item, and what newcomers see first.

use qualify_tests::workspace::{files, read, shown};
use std::collections::HashSet;

/// A public item of a source file, with the comment above it.
#[derive(Debug)]
struct Item {
    /// What it belongs to, for methods.
    of: String,
    name: String,
    line: usize,
    doc: String,
}

/// The public types, functions and methods of a file that is laid out by rustfmt, and the names of its types that are
/// not public.
fn items(source: &str) -> (Vec<Item>, HashSet<String>) {
    let (mut found, mut private) = (Vec::new(), HashSet::new());
    let (mut doc, mut of) = (String::new(), String::new());
    for (number, line) in source.lines().enumerate() {
        let text = line.trim_start();
        let depth = line.len() - text.len();
        if let Some(said) = text.strip_prefix("///") {
            doc.push_str(said);
            doc.push('\n');
            continue;
        }
        if text.starts_with("#[") {
            continue;
        }
        let doc = std::mem::take(&mut doc);
        if depth == 0 && text.starts_with("impl") {
            of = implemented(text);
        }
        let declared = text.strip_prefix("pub ").and_then(declared);
        if let Some(name) = declared.filter(|_| depth == 0 || depth == 4 && text.contains("fn ")) {
            let of = if depth == 0 { String::new() } else { of.clone() };
            found.push(Item { of, name, line: number + 1, doc });
        } else if depth == 0 {
            let rest = text.strip_prefix("pub(crate) ").unwrap_or(text);
            private.extend(self::declared(rest));
        }
    }
    (found, private)
}

/// The type of `impl Type {` and `impl Trait for Type {`.
fn implemented(line: &str) -> String {
    let line = line.rsplit(" for ").next().unwrap_or(line).trim_start_matches("impl").trim();
    let line =
        if line.starts_with('<') { line.split_once("> ").map_or(line, |(_, rest)| rest) } else { line };
    line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The name that a line declares.
fn declared(line: &str) -> Option<String> {
    let line = line.strip_prefix("const ").filter(|rest| rest.starts_with("fn ")).unwrap_or(line);
    let rest = ["fn ", "struct ", "enum ", "trait "].iter().find_map(|word| line.strip_prefix(word))?;
    Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// Whether a comment has an example that is run.
fn has_example(doc: &str) -> bool {
    let mut marks = doc.lines().map(str::trim).filter_map(|line| line.strip_prefix("```"));
    marks.next().is_some_and(|mark| mark.is_empty() || mark == "no_run")
}

#[test]
fn every_public_item_has_an_example_that_runs() {
    let (mut all, mut private) = (Vec::new(), HashSet::new());
    for path in files("crates/qualify/src", ".rs") {
        let (found, hidden) = items(&read(&path));
        all.extend(found.into_iter().map(|item| (shown(&path), item)));
        private.extend(hidden);
    }
    assert!(all.len() > 40, "{} items found", all.len());
    let without = all.iter().filter(|(_, item)| !has_example(&item.doc));
    // methods of what nobody else sees
    let without = without.filter(|(_, item)| !private.contains(&item.of));
    let without: Vec<String> =
        without.map(|(path, Item { of, name, line, .. })| format!("{path}:{line}: {of} {name}")).collect();
    assert!(without.is_empty(), "without an example:\n{}", without.join("\n"));
}

#[test]
fn items_are_found_with_their_examples() {
    let source = "\
/// A thing.
///
/// ```
/// use it;
/// ```
#[derive(Clone)]
pub struct Thing {
    /// No item of its own.
    pub field: u32,
}

struct Hidden;

impl<'a> From<Hidden> for Thing {
    fn from() {}
}

impl Thing {
    /// No example.
    pub fn one(&self) {}
    /// ```text
    /// no code
    /// ```
    pub const fn two() {}
    pub(crate) fn three() {}
}
";
    let (found, private) = items(source);
    let said: Vec<_> = found.iter().map(|item| (&*item.of, &*item.name, has_example(&item.doc))).collect();
    assert_eq!(said, [("", "Thing", true), ("Thing", "one", false), ("Thing", "two", false)]);
    assert!(private.contains("Hidden") && private.len() == 1);
}
