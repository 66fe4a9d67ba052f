//! `qualify diff`: what a change of rules says, what it does to leads, and what it could do.

use crate::Stop;
use crate::arguments::{Diff, Part};
use crate::console::{Console, Format, FormatChoice, Outcome};
use crate::revisions::{self, Read};
use crate::{project, rule_files};
use qualify_data::{Project, Review, RunError};
use qualify_review::budget::{Budgets, Known};
use qualify_review::change::{self, Changes};
use qualify_review::impact::{self, Impact};
use qualify_review::proof;
use qualify_review::report::{Report, SHAPE, Version};
use std::path::Path;

/// Compares two versions of a model.
pub fn run(arguments: &Diff, console: &mut Console) -> Result<Outcome, Stop> {
    let named = arguments.path.as_deref().or(arguments.project.as_deref());
    let (old, new) = revisions::versions(&arguments.versions, named)?;
    let base = named.unwrap_or(Path::new("."));
    let data = data(arguments, &new, base)?;
    let params = rule_files::params(&arguments.params)?;
    let (old, new) = (old.read(&params)?, new.read(&params)?);
    let was = sound(&old, console)?;
    let is = sound(&new, console)?;
    let mut changes = change::compare(was, is);
    if let (Some(before), Some(after)) = (&old.manifest, &new.manifest) {
        changes.project = change::project(before, after);
    }
    let mut notes = Vec::new();
    let review = review(&old, &new, data.as_ref(), arguments.check, &mut notes);
    // what a budget asks for is found out whether or not it is shown
    let judged = review.as_ref().filter(|_| arguments.check || arguments.only.is_empty());
    let leads = match data {
        Some(project) if arguments.wants(Part::Leads) || judged.is_some() => {
            measure(arguments, &project, (was, is), &changes, &mut notes, console)?
        }
        _ => None,
    };
    let reach = judged.is_some_and(|review| review.forbid_unreachable_stage);
    let could = (arguments.wants(Part::Could) || reach)
        .then(|| proof::compare(was.model, is.model, &proof::Limits::default()))
        .map(|could| could.with_places(was.sources, is.sources));
    let known = Known { old: was, new: is, changes: &changes, leads: leads.as_ref(), could: could.as_ref() };
    let budgets = judged.map(|review| Budgets::of(review, &known));
    let passes = budgets.as_ref().is_none_or(|budgets| budgets.passes);
    let version = |read: &Read| Version { name: read.name.clone(), digest: read.digest.clone() };
    let report = Report {
        shape: SHAPE,
        old: version(&old),
        new: version(&new),
        changes: arguments.wants(Part::Changes).then_some(changes),
        leads: leads.filter(|_| arguments.wants(Part::Leads)),
        could: could.filter(|_| arguments.wants(Part::Could)),
        budgets,
        notes,
    };
    console.print(&rendered(&report, console))?;
    Ok(if arguments.check && !passes { Outcome::ErrorsFound } else { Outcome::Fine })
}

/// The limits in force: those before the change, which a change cannot loosen for itself; else those that it brings;
/// for bare rule files those of the project with the leads.
fn review(
    old: &Read,
    new: &Read,
    data: Option<&Project>,
    check: bool,
    notes: &mut Vec<String>,
) -> Option<Review> {
    let of = |read: &Read| read.manifest.as_ref().and_then(|manifest| manifest.review.clone());
    let of_data =
        || data.filter(|_| old.manifest.is_none()).and_then(|project| project.manifest.review.clone());
    let (was, is) = (of(old), of(new));
    if was.is_some() && was != is {
        notes.push("`[review]` itself changes; the budgets before the change are in force".to_string());
    }
    let review = was.or(is).or_else(of_data);
    if review.is_none() && check {
        notes.push("there are no budgets to check: the qualify.toml has no `[review]`".to_string());
    }
    review
}

/// The project whose leads are scored: the one that is named, else the new version's, else that of the folder.
fn data(arguments: &Diff, new: &revisions::Version, base: &Path) -> Result<Option<Project>, Stop> {
    if let Some(path) = &arguments.project {
        return project::open(path).map(Some);
    }
    let is_project = |path: &Path| path.join("qualify.toml").is_file();
    let folder = new.folder_on_disk().or_else(|| is_project(base).then_some(base));
    match folder {
        Some(folder) => project::open(folder).map(Some),
        None if arguments.only.contains(&Part::Leads) => {
            let why = "no project with leads is at hand; name one with --project FOLDER";
            Err(Stop::CouldNotRun(why.to_string()))
        }
        None => Ok(None),
    }
}

/// Scores the leads by both models. Of a project that nobody named, data that are not there are left out with a note.
fn measure(
    arguments: &Diff,
    project: &Project,
    (was, is): (change::Read<'_>, change::Read<'_>),
    changes: &Changes,
    notes: &mut Vec<String>,
    console: &mut Console,
) -> Result<Option<Impact>, Stop> {
    let as_of = project::as_of(arguments.as_of.as_deref(), project)?;
    let mut options = impact::Options::at(as_of);
    options.run.threads = arguments.threads.map_or(0, usize::from);
    options.run.memory = arguments.memory;
    let mut bar = project::ReadingBar::default();
    match impact::measure(was.model, is.model, changes, project, &options, &mut bar) {
        Ok(impact) => Ok(Some(impact)),
        Err(RunError::Data(errors)) if arguments.needs_leads() => {
            Err(project::refused(&errors, false, console))
        }
        Err(RunError::Data(errors)) => {
            let why = errors.groups.iter().flat_map(|group| &group.first).next();
            let why = why.map_or_else(String::new, |problem| format!(": {problem}"));
            notes.push(format!("the leads could not be read, so nothing is said about them{why}"));
            Ok(None)
        }
        Err(RunError::Output(error)) => Err(Stop::CouldNotRun(error.to_string())),
    }
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
            // errors are no verdict on the change: nothing was compared
            match rule_files::show(&read.compiled, console) {
                Ok(()) | Err(Stop::Found) => {}
                Err(stop) => return Err(stop),
            }
            Err(Stop::CouldNotRun(format!("{} does not check, so it cannot be compared", read.name)))
        }
    }
}
