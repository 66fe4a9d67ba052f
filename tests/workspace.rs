//! The files of the workspace, as tests look at them.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests stand in a folder of the workspace").to_path_buf()
}

/// All files below `folder` (a path from the root) whose name ends with `ending`, in the order of their paths.
/// Empty if there is no such folder.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

fn gather(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                gather(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// The text of a file of the workspace.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

/// A path as it is shown: from the root.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Rust code without comments and without what stands in quotes, and without the tests at its end.
pub fn bare_code(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or(source);
    let mut out = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest),
            'r' if raw(rest).is_some() && !out.ends_with(word) => raw(rest).unwrap_or(1),
            '\'' => character(rest),
            _ => 0,
        };
        if skipped > 0 {
            out.push_str(if first == '"' || first == 'r' { "\"\"" } else { "" });
            rest = &rest[skipped..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Whether `name` stands in the code as a word of its own.
pub fn has_word(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(start, found)| {
        !code[..start].ends_with(word) && !code[start + found.len()..].starts_with(word)
    })
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a text in quotes.
fn quoted(code: &str) -> usize {
    let mut escaped = false;
    for (i, c) in code.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    code.len()
}

/// The length of a raw text `r#"…"#`, if there is one.
fn raw(code: &str) -> Option<usize> {
    let hashes = code[1..].len() - code[1..].trim_start_matches('#').len();
    if !code[1 + hashes..].starts_with('"') {
        return None;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    let body = &code[2 + hashes..];
    Some(2 + hashes + body.find(&closing)? + closing.len())
}

/// The length of a character in quotes; 0 for a lifetime.
fn character(code: &str) -> usize {
    let mut after = code.char_indices().skip(1);
    match (after.next(), after.next()) {
        (Some((_, '\\')), _) => code[2..].find('\'').map_or(0, |end| if end == 0 { 4 } else { end + 3 }),
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 0,
    }
}
