//! Problems as plain text.

use super::{DataErrors, Group, Problem, Warning};
use crate::format::{Format, Storage};
use std::fmt;
use std::path::Path;

/// Longest part of a value that a message shows, in characters.
const SHOWN: usize = 60;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", {} {row}", place_word(&self.file))?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        f.write_str(": ")?;
        if let Some(value) = &self.value {
            write!(f, "`{}`: ", shortened(value))?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "[{}] {}: {}", self.kind.code(), self.kind.title(), self.count)?;
        let mut last_help = None;
        for problem in &self.first {
            writeln!(f, "  {problem}")?;
            if problem.help.is_some() && problem.help != last_help {
                let help = problem.help.as_deref().unwrap_or_default();
                writeln!(f, "    help: {help}")?;
            }
            last_help.clone_from(&problem.help);
        }
        let rest = self.count - self.first.len() as u64;
        if rest > 0 {
            writeln!(f, "  … and {rest} more")?;
        }
        Ok(())
    }
}

impl fmt::Display for DataErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.groups.iter().try_for_each(|group| group.fmt(f))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.kind.title();
        writeln!(
            f,
            "[{}] `{}`: {what}: {} (expected {})",
            self.kind.code(),
            self.subject,
            self.count,
            self.expected
        )?;
        for example in &self.examples {
            let times =
                if example.count > 1 { format!(" {} times, first", example.count) } else { String::new() };
            write!(f, "  `{}`{times} in {}", shortened(&example.value), example.file)?;
            write!(f, ", {} {}", place_word(&example.file), example.row)?;
            if let Some(nearest) = &example.nearest {
                write!(f, ": `{nearest}`?")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Text files have lines, the others rows.
fn place_word(file: &str) -> &'static str {
    match Storage::of(Path::new(file)).format {
        Some(Format::Parquet | Format::Arrow) => "row",
        _ => "line",
    }
}

/// The value on one line, cut if it is long.
fn shortened(value: &str) -> String {
    let line: String = value.chars().take(SHOWN + 1).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}
