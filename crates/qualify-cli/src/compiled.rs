//! Compiled models: from rule files, and from files of their own.

use crate::Stop;
use crate::arguments::Compile;
use crate::console::Console;
use crate::{project, rule_files};
use qualify::Model;
use qualify::plan::Plan;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The ending of compiled models.
const ENDING: &str = "qbc";

/// A plan, and how long it took to make it.
pub struct Planned {
    /// The plan.
    pub plan: Arc<Plan>,
    /// From source text to model, and from model to plan; nothing for a file that holds a plan.
    pub times: Option<(Duration, Duration)>,
}

/// The plan of rule files, of a project, or of a compiled model.
pub fn plan(paths: &[PathBuf], compile: &Compile, console: &mut Console) -> Result<Planned, Stop> {
    if let [file] = paths
        && file.extension().is_some_and(|ending| ending == ENDING)
    {
        return Ok(Planned { plan: Arc::new(read(file)?), times: None });
    }
    let files = project::rule_files(paths)?;
    let start = Instant::now();
    let mut compiled = rule_files::compile(&files, compile)?;
    let checked = start.elapsed();
    rule_files::show(&compiled, console)?;
    // `show` stops at errors, and a model is missing only then
    let model: Model = compiled.model.take().ok_or(Stop::Found)?;
    let start = Instant::now();
    let plan = model.plan().map_err(|what| Stop::CouldNotRun(what.to_string()))?;
    Ok(Planned { plan, times: Some((checked, start.elapsed())) })
}

/// The plan in a file.
pub fn read(file: &Path) -> Result<Plan, Stop> {
    let shown = file.display();
    let bytes = std::fs::read(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("{shown}: there is no such file"),
        std::io::ErrorKind::IsADirectory => format!("{shown}: it is a folder, not a compiled model"),
        _ => format!("{shown}: it cannot be read ({error})"),
    })?;
    let plan = qualify::plan_from_bytes(&bytes).map_err(|why| format!("{shown}: {why}"))?;
    Ok(plan)
}
