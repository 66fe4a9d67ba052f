//! `qualify check`: all problems of all files in one run.

use crate::Stop;
use crate::arguments::Check;
use crate::console::{Console, Format, Outcome};
use crate::{project, rule_files};

/// Checks the files and shows what was found.
pub fn run(arguments: &Check, console: &mut Console) -> Result<Outcome, Stop> {
    let files = project::rule_files_with_tests(&arguments.paths)?;
    let compiled = rule_files::compile(&files, &arguments.compile)?;
    let (errors, _) = compiled.counts();
    match console.format {
        Format::Json => {
            console.print(&qualify::render_json(&compiled.sources, &compiled.diagnostics))?;
            console.print("\n")?;
        }
        Format::Human => {
            let color = console.colors_output();
            let text = qualify::render_terminal(&compiled.sources, &compiled.diagnostics, color);
            let gap = if text.is_empty() { "" } else { "\n" };
            let count = rule_files::count(&compiled);
            let hint = match compiled.diagnostics.first() {
                Some(first) => format!("; `qualify explain-code {}` tells more", first.code),
                None => String::new(),
            };
            console.print(&format!("{text}{gap}{count}{hint}\n"))?;
        }
    }
    Ok(if errors > 0 { Outcome::ErrorsFound } else { Outcome::Fine })
}
