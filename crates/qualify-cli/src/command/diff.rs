//! `qualify diff`: what a change of rules says, what it does to leads, and what it could do.

use crate::Stop;
use crate::arguments::{Diff, Part};
use crate::console::{Console, Format, FormatChoice, Outcome};
use crate::revisions::{self, Read};
use crate::rule_files;
use qualify_review::change;
use qualify_review::report::{Report, SHAPE, Version};
use std::path::Path;

/// Compares two versions of a model.
pub fn run(arguments: &Diff, console: &mut Console) -> Result<Outcome, Stop> {
    let base = arguments.path.as_deref().or(arguments.project.as_deref()).unwrap_or(Path::new("."));
    let (old, new) = revisions::versions(&arguments.versions, base)?;
    let params = rule_files::params(&arguments.params)?;
    let (old, new) = (old.read(&params)?, new.read(&params)?);
    let was = sound(&old, console)?;
    let is = sound(&new, console)?;
    let changes = arguments.wants(Part::Changes).then(|| change::compare(was, is));
    let version = |read: &Read, model: change::Read<'_>| Version {
        name: read.name.clone(),
        digest: model.model.digest.clone(),
    };
    let report = Report {
        shape: SHAPE,
        old: version(&old, was),
        new: version(&new, is),
        changes,
        could: None,
        notes: Vec::new(),
    };
    console.print(&rendered(&report, console))?;
    Ok(Outcome::Fine)
}

fn rendered(report: &Report, console: &Console) -> String {
    match (console.format, console.choice) {
        // plain data serialises
        (Format::Json, _) => serde_json::to_string_pretty(report).unwrap_or_default() + "\n",
        (_, FormatChoice::Markdown) => report.markdown(),
        (_, FormatChoice::Html) => report.html(),
        _ => report.text(console.colors_output()),
    }
}

/// A model to compare with; one with errors is shown with them, and nothing is compared.
fn sound<'r>(read: &'r Read, console: &mut Console) -> Result<change::Read<'r>, Stop> {
    match &read.compiled.model {
        Some(model) => Ok(change::Read { model: model.typed(), sources: &read.compiled.sources }),
        None => {
            rule_files::show(&read.compiled, console)?;
            Err(Stop::CouldNotRun(format!("{} does not check, so it cannot be compared", read.name)))
        }
    }
}
