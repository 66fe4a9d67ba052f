//! The class `Model`.

use crate::arguments::{compiled, compiled_path, instant, is_float, params, path, table};
use crate::convert::{from_cells, from_json, to_json};
use crate::errors::{Diagnostic, refused, warn};
use crate::scores::Scores;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use qualify::tables::{EventTable, ReadOptions, RunError, RunOptions, TableOptions};
use qualify_embed::{Handle, Read, Refusal};
use serde_json::json;
use std::sync::Arc;

/// Rules that checked, ready to score. It never changes, and any thread may use it.
///
/// Made by `Model.from_file` or `Model.from_text`.
#[pyclass(name = "Model", module = "qualify", frozen)]
pub struct PyModel {
    handle: Arc<Handle>,
}

impl PyModel {
    /// What it stands for.
    pub fn handle(&self) -> &Arc<Handle> {
        &self.handle
    }

    /// A model, or what its rules are compiled to.
    pub fn of(given: &Bound<'_, PyAny>) -> PyResult<Arc<Handle>> {
        match given.cast::<PyModel>() {
            Ok(model) => Ok(model.get().handle.clone()),
            Err(_) => Handle::of(compiled(given, &[])?).map(Arc::new).map_err(refused),
        }
    }

    /// Reads a lead and warns of its odd values.
    fn read(&self, py: Python<'_>, lead: &Bound<'_, PyAny>) -> PyResult<Read> {
        let mut odd = Vec::new();
        let json = to_json(lead, &mut odd)?;
        let read = self.handle.read(&json).map_err(refused)?;
        warn(py, odd, &read.warnings)?;
        Ok(read)
    }
}

#[pymethods]
impl PyModel {
    /// Compiles a rule file, or the model of a project: its folder, or its qualify.toml.
    ///
    /// `params` replaces values of params, within their ranges. Raises ModelError if the rules are wrong, OSError if a
    /// file cannot be read, DataError if the manifest is wrong.
    #[staticmethod]
    #[pyo3(signature = (path, /, *, params=None))]
    fn from_file(path: &Bound<'_, PyAny>, params: Option<&Bound<'_, PyAny>>) -> PyResult<PyModel> {
        let params = self::params(params)?;
        let files = compiled_path(&self::path(path)?, path.py(), &params)?;
        Ok(PyModel { handle: Arc::new(Handle::of(files).map_err(refused)?) })
    }

    /// Compiles a text that uses no other files. Raises ModelError if the rules are wrong.
    #[staticmethod]
    #[pyo3(signature = (text, /, *, params=None))]
    fn from_text(py: Python<'_>, text: &str, params: Option<&Bound<'_, PyAny>>) -> PyResult<PyModel> {
        let params = self::params(params)?;
        let handle = py.detach(|| Handle::of(qualify_embed::compile_text(text, &params)));
        Ok(PyModel { handle: Arc::new(handle.map_err(refused)?) })
    }

    /// The digest of rules, lists and params: equal digests give equal results.
    #[getter]
    fn digest(&self) -> &str {
        self.handle.model().digest()
    }

    /// What must be known of a lead: a dict with key, attributes, events and received. Each event has under `back` how
    /// far back it matters: `unbounded`, or `within` so many microseconds, or `since` an instant.
    #[getter]
    fn inputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.handle.model().inputs())
    }

    /// The warnings about the rules.
    #[getter]
    fn diagnostics(&self, py: Python<'_>) -> Vec<Diagnostic> {
        let sources = self.handle.sources();
        self.handle.diagnostics().iter().map(|d| Diagnostic::of(py, sources, d)).collect()
    }

    /// Scores a table of leads with a table of their events.
    ///
    /// Tables are whatever speaks Arrow: pyarrow, Polars, pandas, DuckDB. Their columns are shared, not copied, and
    /// need hold no more than `inputs` names. `as_of` is an aware datetime, a text in ISO 8601, or None for now.
    /// `lead`, `time` and `event` name the columns of the events with the key of the lead, the time and the type, where
    /// these are not found by their usual names. `threads` is 0 for all cores, `memory` a bound in bytes; results
    /// depend on neither. `scores` is "decimal" or "float". Raises DataError if something cannot be read; then nothing
    /// is scored.
    #[pyo3(signature = (
        leads, /, events=None, *, as_of=None, threads=0, memory=None, lead=None, time=None, event=None,
        ignore_unknown_leads=false, ignore_unknown_types=false, strict_data=false, scores="decimal",
    ))]
    #[allow(clippy::too_many_arguments)] // they have names in Python
    fn score(
        &self,
        py: Python<'_>,
        leads: &Bound<'_, PyAny>,
        events: Option<&Bound<'_, PyAny>>,
        as_of: Option<&Bound<'_, PyAny>>,
        threads: usize,
        memory: Option<u64>,
        lead: Option<String>,
        time: Option<String>,
        event: Option<String>,
        ignore_unknown_leads: bool,
        ignore_unknown_types: bool,
        strict_data: bool,
        scores: &str,
    ) -> PyResult<Scores> {
        let float = is_float(scores)?;
        let options = TableOptions {
            run: run_options(threads, memory, strict_data)?,
            events: EventTable { lead, time, kind: event, ignore_unknown_leads, ignore_unknown_types },
            ..TableOptions::default()
        };
        let as_of = instant(as_of, None, None)?;
        let leads = table(leads, "leads")?;
        let events = events.map(|events| table(events, "events")).transpose()?;
        let scored = py.detach(|| self.handle.score_tables(leads, events, as_of, &options));
        Scores::of(scored.map_err(refused)?, float)
    }

    /// Scores the leads of a project's files: its folder, or its qualify.toml.
    ///
    /// Without `as_of` the manifest's instant is taken, else now. The model is this one, whatever the manifest says.
    #[pyo3(signature = (path, /, *, as_of=None, threads=0, memory=None, strict_data=false, scores="decimal"))]
    #[allow(clippy::too_many_arguments)] // they have names in Python
    fn score_project(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        as_of: Option<&Bound<'_, PyAny>>,
        threads: usize,
        memory: Option<u64>,
        strict_data: bool,
        scores: &str,
    ) -> PyResult<Scores> {
        let float = is_float(scores)?;
        let path = self::path(path)?;
        let project = qualify_data::open(&path).map_err(|errors| refused(Refusal::Data(errors)))?;
        let as_of = instant(as_of, project.manifest.timezone.as_deref(), project.manifest.as_of)?;
        let run = run_options(threads, memory, strict_data)?;
        let options = TableOptions { run, ..TableOptions::default() };
        let scored = py.detach(|| self.handle.model().score_project(&project, as_of, &options));
        Scores::of(scored.map_err(|errors| refused(Refusal::Data(errors)))?, float)
    }

    /// Scores the leads of a project's files and writes the results to a file while they are read, for as many leads as
    /// there are.
    ///
    /// The ending of `output` tells the format: .parquet, .arrow, .csv, .jsonl; points are decimals. Otherwise as `score_project`. Gives a dict
    /// with `counts` and `warnings` as `Scores` have them. Raises OSError if the file cannot be written; then it is as it
    /// was.
    #[pyo3(signature = (path, output, /, *, as_of=None, threads=0, memory=None, strict_data=false))]
    #[allow(clippy::too_many_arguments)] // they have names in Python
    fn write_scores<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        output: &Bound<'py, PyAny>,
        as_of: Option<&Bound<'py, PyAny>>,
        threads: usize,
        memory: Option<u64>,
        strict_data: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (path, output) = (self::path(path)?, self::path(output)?);
        let project = qualify_data::open(&path).map_err(|errors| refused(Refusal::Data(errors)))?;
        let as_of = instant(as_of, project.manifest.timezone.as_deref(), project.manifest.as_of)?;
        let run = run_options(threads, memory, strict_data)?;
        let options = TableOptions { run, ..TableOptions::default() };
        let report = py.detach(|| self.handle.model().write_scores(&project, &output, as_of, &options));
        let report = report.map_err(|error| match error {
            RunError::Data(errors) => refused(Refusal::Data(errors)),
            RunError::Output(error) => refused(Refusal::File(error.to_string())),
        })?;
        from_json(py, &json!({ "counts": report.counts, "warnings": report.warnings }))
    }

    /// Scores one lead: a dict of its attributes, with its events as a list of dicts under "events".
    ///
    /// Attributes stand under their paths ("firmographics.size") or in dicts; each event has "event", "time" and its
    /// properties. Gives a dict with the names of a table of results. A value outside what the schema allows becomes
    /// unknown, with a DataWarning; a name that the schema does not know raises DataError.
    #[pyo3(signature = (lead, /, *, as_of=None, scores="decimal"))]
    fn score_lead<'py>(
        &self,
        py: Python<'py>,
        lead: &Bound<'py, PyAny>,
        as_of: Option<&Bound<'py, PyAny>>,
        scores: &str,
    ) -> PyResult<Bound<'py, PyDict>> {
        let float = is_float(scores)?;
        let as_of = instant(as_of, None, None)?;
        let read = self.read(py, lead)?;
        let outcome = py.detach(|| self.handle.score(&read.lead, as_of));
        from_cells(py, self.handle.model().results(&outcome), float)
    }

    /// Where the score of one lead comes from, line by line; the points of the lines sum exactly to the scores.
    ///
    /// Values of personal attributes and properties are left out unless `show_personal`. Points are texts of decimal
    /// numbers, instants microseconds since 1970.
    #[pyo3(signature = (lead, /, *, as_of=None, show_personal=false))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        lead: &Bound<'py, PyAny>,
        as_of: Option<&Bound<'py, PyAny>>,
        show_personal: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let as_of = instant(as_of, None, None)?;
        let read = self.read(py, lead)?;
        let explanation = py.detach(|| self.handle.explain(&read.lead, as_of, show_personal));
        from_json(py, &explanation)
    }

    /// What changed from one look at a lead to the next: a list of dicts with `change` (such as "entered_stage") and
    /// `rules`, those responsible with their points before and after.
    ///
    /// `before` and `after` are leads as `score_lead` takes them, each looked at at its instant; without `before` it is what
    /// the lead starts with. Nobody is notified.
    #[pyo3(signature = (before, after, /, *, before_as_of=None, as_of=None))]
    fn transitions<'py>(
        &self,
        py: Python<'py>,
        before: Option<&Bound<'py, PyAny>>,
        after: &Bound<'py, PyAny>,
        before_as_of: Option<&Bound<'py, PyAny>>,
        as_of: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let as_of = instant(as_of, None, None)?;
        let before_as_of = instant(before_as_of, None, Some(as_of))?;
        let after = self.read(py, after)?;
        let before = before.map(|before| self.read(py, before)).transpose()?;
        let before = before.as_ref().map(|before| (&before.lead, before_as_of));
        let changed = py.detach(|| self.handle.transitions(before, (&after.lead, as_of)));
        from_json(py, &qualify_embed::transitions_json(&changed))
    }

    fn __repr__(&self) -> String {
        format!("<Model {}>", self.digest())
    }
}

fn run_options(threads: usize, memory: Option<u64>, strict_data: bool) -> PyResult<RunOptions> {
    if threads > 1024 {
        return Err(PyValueError::new_err("threads is 0 for all cores, or a number up to 1024"));
    }
    let read = ReadOptions { strict_data, ..ReadOptions::default() };
    Ok(RunOptions { threads, memory, read, ..RunOptions::default() })
}
