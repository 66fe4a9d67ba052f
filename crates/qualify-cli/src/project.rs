//! A project at work: its model compiled, the instant settled, its data read.

use crate::arguments::{Backend, Reading, Score};
use crate::console::{Console, Format};
use crate::levels::Levels;
use crate::report::progress::Progress;
use crate::{Stop, compiled, rule_files};
use qualify::{Compiled, Engine, EngineOptions, Model};
use qualify_data::{DataErrors, LeadSet, ProblemKind, Project, ReadOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rule files behind the paths: of a project those of its model, else the files themselves.
pub fn rule_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        if is_project(path) {
            let project = open(path)?;
            files.extend(project.model_files());
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// A folder or a manifest.
pub fn is_project(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| e == "toml")
}

/// A project with its model.
pub struct WithModel {
    /// Its folder and manifest.
    pub project: Project,
    /// The model that checked.
    pub model: Model,
    /// The instant that ages count from, microseconds since 1970.
    pub as_of: i64,
}

/// A project with what scores its leads.
pub struct Opened {
    /// Its folder and manifest.
    pub project: Project,
    /// The model at work.
    pub engine: Engine,
    /// The instant that ages count from, microseconds since 1970.
    pub as_of: i64,
}

/// Opens a project and compiles its model; shows what the checker says.
pub fn open_with_model(reading: &Reading, console: &mut Console) -> Result<WithModel, Stop> {
    let (mut compiled, project, as_of) = compile(reading, console)?;
    // `show` stops at errors, and a model is missing only then
    let model = compiled.model.take().ok_or(Stop::Found)?;
    Ok(WithModel { project, model, as_of })
}

/// Compiles the model of a project; shows what the checker says.
fn compile(reading: &Reading, console: &mut Console) -> Result<(Compiled, Project, i64), Stop> {
    let project = open(&reading.project)?;
    let levels =
        Levels::of_projects(&reading.compile, std::slice::from_ref(&project))?.without_denials_of_manifests();
    let compiled: Compiled = rule_files::compile_with(&project.model_files(), &reading.compile, &levels)?;
    rule_files::show(&compiled, console)?;
    let as_of = as_of(reading.as_of.as_deref(), &project)?;
    Ok((compiled, project, as_of))
}

/// Opens a project to score it with its model, or with one that was compiled before.
pub fn open_to_score(arguments: &Score, console: &mut Console) -> Result<Opened, Stop> {
    let options = EngineOptions { backend: arguments.backend.into() };
    let Some(file) = &arguments.compiled else {
        let (mut compiled, project, as_of) = compile(&arguments.reading, console)?;
        let model = compiled.model.take().ok_or(Stop::Found)?;
        let engine = model.engine(as_of, &options);
        return Ok(Opened { project, engine, as_of });
    };
    if arguments.backend == Backend::Reference {
        let why = "--backend reference works with rule files, and --compiled takes the place of these";
        return Err(Stop::CouldNotRun(why.to_string()));
    }
    let project = open(&arguments.reading.project)?;
    let plan = compiled::read(file)?;
    let as_of = as_of(arguments.reading.as_of.as_deref(), &project)?;
    let engine = Engine::of_plan(Arc::new(plan), as_of, &options);
    Ok(Opened { project, engine, as_of })
}

impl Reading {
    /// How strictly to read.
    pub fn options(&self) -> ReadOptions {
        ReadOptions {
            strict_data: self.strict_data,
            rejects: self.rejects.clone(),
            leave_out_bad_rows: false,
        }
    }
}

impl WithModel {
    /// Reads leads and events; a bar tells how far it is.
    pub fn read(&self, reading: &Reading, console: &mut Console) -> Result<LeadSet, Stop> {
        let (mut bar, schema) = (ReadingBar::default(), self.model.schema());
        let set = qualify_data::read(&self.project, schema, &mut bar, &reading.options());
        set.map_err(|errors| refused(&errors, reading.rejects.is_none(), console))
    }

    /// Reads leads and events without the rows that cannot be read, and says how many there are.
    pub fn read_what_can_be_read(&self, console: &mut Console) -> Result<LeadSet, Stop> {
        let options = ReadOptions { leave_out_bad_rows: true, ..ReadOptions::default() };
        let set =
            qualify_data::read(&self.project, self.model.schema(), &mut ReadingBar::default(), &options);
        let set = set.map_err(|errors| refused(&errors, false, console))?;
        if set.counts.rejected > 0 {
            let rejected = set.counts.rejected;
            console.tell(&format!("rows that cannot be read are left out: {rejected}\n"));
        }
        Ok(set)
    }
}

/// Opens a project.
pub fn open(path: &Path) -> Result<Project, Stop> {
    qualify_data::open(path).map_err(|errors| Stop::CouldNotRun(sentences(&errors)))
}

/// The instant given, else the manifest's, else now: the one place that reads the clock.
pub fn as_of(given: Option<&str>, project: &Project) -> Result<i64, Stop> {
    match (given, project.manifest.as_of) {
        (Some(text), _) => instant(text, project),
        (None, Some(as_of)) => Ok(as_of),
        (None, None) => Ok(jiff::Timestamp::now().as_microsecond()),
    }
}

/// An instant as ISO 8601; a date, or a time without offset, is meant in the project's zone.
fn instant(text: &str, project: &Project) -> Result<i64, Stop> {
    use qualify::typed::calendar::{Zone, parse_instant};
    if let Some(instant) = parse_instant(text) {
        return Ok(instant);
    }
    let zone = project.manifest.timezone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc);
    let local = text.parse::<jiff::civil::DateTime>().ok();
    let local = local.and_then(|t| t.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|t| t.timestamp());
    local.map(|local| zone.instant(local.as_microsecond())).ok_or_else(|| {
        let why = format!("--as-of takes an instant such as 2026-01-31T00:00:00Z or a date, not `{text}`");
        Stop::CouldNotRun(why)
    })
}

/// Shows why the data were refused. Files that are not there cannot be run on; bad rows are errors, which can
/// be put aside if nothing else is wrong.
pub fn refused(errors: &DataErrors, could_reject: bool, console: &mut Console) -> Stop {
    let cannot_run =
        errors.groups.iter().all(|g| matches!(g.kind, ProblemKind::Manifest | ProblemKind::File));
    if cannot_run {
        return Stop::CouldNotRun(sentences(errors));
    }
    if console.format == Format::Json {
        let json = serde_json::to_string_pretty(errors).unwrap_or_default(); // plain data serialises
        return console.print(&format!("{json}\n")).err().unwrap_or(Stop::Found);
    }
    console.tell(&errors.to_string());
    let rows_alone = errors.groups.iter().all(|g| g.kind.of_a_row());
    let hint = "; --rejects FILE puts bad rows aside with their reasons and goes on with the rest";
    console.tell(&format!("nothing was done{}\n", if could_reject && rows_alone { hint } else { "" }));
    Stop::Found
}

fn sentences(errors: &DataErrors) -> String {
    let mut lines = Vec::new();
    for problem in errors.groups.iter().flat_map(|g| &g.first) {
        lines.push(problem.to_string());
        lines.extend(problem.help.as_ref().map(|help| format!("  help: {help}")));
    }
    lines.join("\n")
}

/// Tells a progress bar how many bytes are read.
#[derive(Default)]
pub struct ReadingBar(Option<Progress>);

impl qualify_data::Progress for ReadingBar {
    fn start(&mut self, bytes: u64) {
        self.0 = Some(Progress::new("reading", bytes, true));
    }

    fn advance(&mut self, bytes: u64) {
        if let Some(bar) = &mut self.0 {
            bar.advance(bytes);
        }
    }

    fn finish(&mut self) {
        if let Some(bar) = &mut self.0 {
            bar.finish();
        }
    }
}
