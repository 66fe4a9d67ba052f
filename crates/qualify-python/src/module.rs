//! What the module holds, and its functions.

use crate::arguments::{compiled, params};
use crate::convert::from_json;
use crate::errors::{DataError, DataWarning, Diagnostic, ModelError, Problem};
use crate::model::PyModel;
use crate::scores::Scores;
use crate::state::LeadState;
use pyo3::prelude::*;

/// Lead scoring as a language: the compiled part.
#[pymodule]
fn _qualify(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ModelError", py.get_type::<ModelError>())?;
    module.add("DataError", py.get_type::<DataError>())?;
    module.add("DataWarning", py.get_type::<DataWarning>())?;
    module.add_class::<PyModel>()?;
    module.add_class::<Scores>()?;
    module.add_class::<LeadState>()?;
    module.add_class::<Diagnostic>()?;
    module.add_class::<Problem>()?;
    module.add_function(wrap_pyfunction!(check, module)?)?;
    module.add_function(wrap_pyfunction!(diff, module)?)
}

/// All that is to be said about rules: errors and warnings, each with its place and a fix where one exists.
///
/// `source` is the path of a rule file, of a project's folder or of its qualify.toml, or the rules themselves.
#[pyfunction]
#[pyo3(signature = (source, /, *, params=None))]
fn check(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    params: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<Diagnostic>> {
    let files = compiled(source, &self::params(params)?)?;
    let compiled = files.compiled;
    Ok(compiled.diagnostics.iter().map(|d| Diagnostic::of(py, &compiled.sources, d)).collect())
}

/// What changed from one model to another, in sentences.
///
/// `old` and `new` are models, paths or rules. Gives a dict with `changes` and `project`, lists of dicts whose
/// `sentence` says what changed; both are empty if nothing did that a result could show.
#[pyfunction]
#[pyo3(signature = (old, new, /))]
fn diff<'py>(
    py: Python<'py>,
    old: &Bound<'py, PyAny>,
    new: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (old, new) = (PyModel::of(old)?, PyModel::of(new)?);
    let changes = py.detach(|| qualify_embed::changes(&old, &new));
    from_json(py, &changes)
}
