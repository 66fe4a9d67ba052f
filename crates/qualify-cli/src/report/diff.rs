//! Two texts as a unified diff, which `patch` can apply.

use similar::{ChangeTag, TextDiff};
use std::fmt::Write;
use std::time::Duration;

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// After so long the diff may be longer than it must be.
const LONGEST: Duration = Duration::from_secs(2);

/// What turns `old` into `new`; in colours if asked.
pub fn unified(name: &str, old: &str, new: &str, colors: bool) -> String {
    let paint = |color: &str, text: &str| match colors {
        true => format!("\u{1b}[{color}m{text}\u{1b}[0m"),
        false => text.to_string(),
    };
    let mut out = format!("{}\n{}\n", paint("1", &format!("--- {name}")), paint("1", &format!("+++ {name}")));
    let diff = TextDiff::configure().timeout(LONGEST).diff_lines(old, new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{}", paint("36", &hunk.header().to_string())); // writing to a String does not fail
        for change in hunk.iter_changes() {
            let (sign, color) = match change.tag() {
                ChangeTag::Delete => ("-", Some("31")),
                ChangeTag::Insert => ("+", Some("32")),
                ChangeTag::Equal => (" ", None),
            };
            let line = format!("{sign}{}", change.value().trim_end_matches('\n'));
            out.push_str(&color.map_or(line.clone(), |color| paint(color, &line)));
            out.push('\n');
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}
