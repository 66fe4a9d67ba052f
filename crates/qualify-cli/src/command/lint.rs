//! `qualify lint`: style and risk, on top of what `qualify check` says, in the same forms.

use crate::arguments::Lint;
use crate::checked::{self, Group};
use crate::command::check;
use crate::console::{Console, Outcome};
use crate::levels::Levels;
use crate::{Stop, project, rule_files};
use qualify::{Code, Compiled, LintSettings, Part, Severity};
use qualify_data::{Project, ReadOptions, RunError, RunOptions};
use qualify_review::lint::lint_data;

/// Looks at the files, each project on its own, and shows what was found.
pub fn run(arguments: &Lint, console: &mut Console) -> Result<Outcome, Stop> {
    let (found, outcome) =
        checked::each(&arguments.paths, console, |group, console| look(arguments, group, console))?;
    check::write(&found, &arguments.outputs, console)?;
    check::show(&found, console)?;
    Ok(outcome)
}

/// What is found in one model. A model with errors has nothing else said of it.
fn look(arguments: &Lint, group: &Group, console: &mut Console) -> Result<Compiled, Stop> {
    let levels = Levels::of_lints(&arguments.compile, group.project.as_slice())?;
    let mut compiled = rule_files::compile_with(&group.files, &arguments.compile, &Levels::default())?;
    compiled.suppressed.clear();
    compiled.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    if let Some(model) = &compiled.model {
        let mut found = qualify::lint(model.typed(), &compiled.sources, &settings(group.project.as_ref()));
        if arguments.data {
            found.extend(look_at_data(arguments, group, model, console)?);
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
    Ok(compiled)
}

/// The message says that a comment allows what only data could give: without them nobody knows.
fn about_data(compiled: &Compiled, diagnostic: &qualify::Diagnostic) -> bool {
    let word = compiled.sources.text(diagnostic.place.span);
    diagnostic.code == Code::W0103 && Code::parse(word).is_some_and(Code::needs_data)
}

/// Those of the project; of files alone, the usual ones.
fn settings(project: Option<&Project>) -> LintSettings {
    let Some(project) = project else { return LintSettings::default() };
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
    group: &Group,
    model: &qualify::Model,
    console: &mut Console,
) -> Result<Vec<qualify::Diagnostic>, Stop> {
    let Some(project) = &group.project else {
        return Err(Stop::CouldNotRun("--data takes projects: folders with a qualify.toml".to_string()));
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
