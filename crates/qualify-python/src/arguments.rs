//! Arguments of Python: paths and texts, instants, params, tables.

use crate::errors::refused;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};
use pyo3_arrow::input::AnyRecordBatch;
use qualify_embed::Files;
use std::path::{Path, PathBuf};

/// The rules behind a path or a text.
pub fn compiled(source: &Bound<'_, PyAny>, params: &[(String, String)]) -> PyResult<Files> {
    let py = source.py();
    if let Ok(text) = source.cast::<PyString>() {
        let text = text.to_str()?;
        return py.detach(|| qualify_embed::compile_source(text, params)).map_err(refused);
    }
    compiled_path(&path(source)?, py, params)
}

/// The rules of a file or a project.
pub fn compiled_path(path: &Path, py: Python<'_>, params: &[(String, String)]) -> PyResult<Files> {
    py.detach(|| qualify_embed::compile_path(path, params)).map_err(refused)
}

/// A path: a text, or an object with `__fspath__`.
pub fn path(given: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    given.extract::<PathBuf>().map_err(|_| {
        let kind = type_name(given);
        PyTypeError::new_err(format!("a path is a str or an os.PathLike, not {kind}"))
    })
}

/// Values of params by their names.
pub fn params(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(String, String)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let Ok(given) = given.cast::<PyDict>() else {
        let kind = type_name(given);
        return Err(PyTypeError::new_err(format!("params is a dict of names and values, not {kind}")));
    };
    let mut params = Vec::new();
    for (name, value) in given {
        let name: String = name.extract()?;
        let value = match value.cast::<PyBool>() {
            Ok(yes) => if yes.is_true() { "yes" } else { "no" }.to_string(),
            Err(_) => value.str()?.to_str()?.to_string(),
        };
        params.push((name, value));
    }
    Ok(params)
}

/// An instant: an aware datetime, a text in ISO 8601, or nothing, which is `otherwise`.
pub fn instant(
    given: Option<&Bound<'_, PyAny>>,
    zone: Option<&str>,
    otherwise: Option<i64>,
) -> PyResult<i64> {
    let Some(given) = given else { return Ok(otherwise.unwrap_or_else(qualify_embed::now)) };
    if let Ok(text) = given.cast::<PyString>() {
        return qualify_embed::instant(text.to_str()?, zone).map_err(refused);
    }
    if !given.hasattr("utcoffset")? || !given.hasattr("isoformat")? {
        let kind = type_name(given);
        let why = format!("as_of is a datetime with a time zone, a text in ISO 8601 or None, not {kind}");
        return Err(PyTypeError::new_err(why));
    }
    if given.call_method0("utcoffset")?.is_none() {
        let why = "as_of has no time zone: add one, such as datetime(..., tzinfo=timezone.utc)";
        return Err(PyValueError::new_err(why));
    }
    let text: String = given.call_method0("isoformat")?.extract()?;
    qualify_embed::instant(&text, None).map_err(refused)
}

/// A table, its columns shared.
pub fn table(given: &Bound<'_, PyAny>, what: &str) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let has = |name| given.hasattr(name).unwrap_or(false);
    if !has("__arrow_c_stream__") && !has("__arrow_c_array__") {
        let kind = type_name(given);
        return Err(PyTypeError::new_err(format!(
            "{what} is a table that speaks Arrow: a pyarrow or Polars table, a pandas DataFrame (2.2 or later, with \
             pyarrow), a DuckDB relation; not {kind}"
        )));
    }
    let reader = given.extract::<AnyRecordBatch>()?.into_reader()?;
    let schema = reader.schema();
    // who gives it may compute it now, with threads that need the interpreter
    let batches = given.py().detach(|| reader.collect::<Result<Vec<_>, _>>());
    let batches = batches.map_err(|e| PyValueError::new_err(format!("{what} cannot be read: {e}")))?;
    Ok((schema, batches))
}

/// How people call the type.
pub fn type_name(given: &Bound<'_, PyAny>) -> String {
    given.get_type().name().map_or_else(|_| "that".to_string(), |name| name.to_string())
}

/// Whether points are wanted as floating point numbers.
pub fn is_float(scores: &str) -> PyResult<bool> {
    match scores {
        "decimal" => Ok(false),
        "float" => Ok(true),
        other => Err(PyValueError::new_err(format!("scores is \"decimal\" or \"float\", not \"{other}\""))),
    }
}
