//! `qualify lint`: style and risk, on top of what `qualify check` says, in the same forms.

use crate::arguments::Lint;
use crate::command::check;
use crate::console::{Console, Outcome};
use crate::levels::Levels;
use crate::{Stop, project, rule_files};
use qualify::{Code, Compiled, LintSettings, Part, Severity};
use qualify_data::{Project, ReadOptions, RunError, RunOptions};
use qualify_review::lint::lint_data;

/// Looks at the files and shows what was found. A model with errors has nothing else said of it.
pub fn run(arguments: &Lint, console: &mut Console) -> Result<Outcome, Stop> {
    let projects = project::projects(&arguments.paths)?;
    let levels = Levels::of_lints(&arguments.compile, &projects)?;
    let files = project::rule_files_with_tests(&arguments.paths)?;
    let mut compiled = rule_files::compile_with(&files, &arguments.compile, &Levels::default())?;
    compiled.suppressed.clear();
    compiled.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    if let Some(model) = &compiled.model {
        let mut found = qualify::lint(model.typed(), &compiled.sources, &settings(&projects));
        if arguments.data {
            found.extend(look_at_data(arguments, &projects, model, console)?);
        }
        let sifted = qualify::sift(&compiled.sources, found, Part::Lint);
        let mut shown = sifted.shown;
        if !arguments.data {
            shown.retain(|diagnostic| !about_data(&compiled, diagnostic));
        }
        compiled.suppressed = sifted.suppressed;
        levels.apply(&mut shown, &mut compiled.suppressed);
        shown.sort_by_key(|d| (d.place.span.file, d.place.span.start, d.place.span.end, d.code));
        compiled.diagnostics = shown;
    }
    check::write(&compiled, &arguments.outputs, console)?;
    check::show(&compiled, console)?;
    Ok(if compiled.counts().0 > 0 { Outcome::ErrorsFound } else { Outcome::Fine })
}

/// The message says that a comment allows what only data could give: without them nobody knows.
fn about_data(compiled: &Compiled, diagnostic: &qualify::Diagnostic) -> bool {
    let word = compiled.sources.text(diagnostic.place.span);
    diagnostic.code == Code::W0103 && Code::parse(word).is_some_and(Code::needs_data)
}

/// Those of the first project; of files alone, the usual ones.
fn settings(projects: &[Project]) -> LintSettings {
    let Some(project) = projects.first() else { return LintSettings::default() };
    let lint = &project.manifest.lint;
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    LintSettings {
        magic_uses: count(lint.magic_uses),
        dominant_share: lint.dominant_share,
        reason_from: i64::try_from(lint.reason_from).unwrap_or(i64::MAX),
        conditions: count(lint.conditions),
        protected: lint.protected.clone(),
    }
}

fn look_at_data(
    arguments: &Lint,
    projects: &[Project],
    model: &qualify::Model,
    console: &mut Console,
) -> Result<Vec<qualify::Diagnostic>, Stop> {
    let ([project], [_]) = (projects, &arguments.paths[..]) else {
        return Err(Stop::CouldNotRun("--data takes one project: a folder with a qualify.toml".to_string()));
    };
    let as_of = project::as_of(arguments.as_of.as_deref(), project)?;
    let read = ReadOptions { leave_out_bad_rows: true, ..ReadOptions::default() };
    let options = RunOptions { read, ..RunOptions::default() };
    let found = match lint_data(model, project, as_of, &options, &mut project::ReadingBar::default()) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Vec::new()),
        Err(RunError::Data(errors)) => return Err(project::refused(&errors, false, console)),
        Err(RunError::Output(error)) => return Err(Stop::CouldNotRun(error.to_string())),
    };
    let few = if found.leads < project.manifest.lint.min_leads { ", too few to say anything" } else { "" };
    console.tell(&format!("scores of {} leads{few}\n", found.leads));
    Ok(found.diagnostics)
}
