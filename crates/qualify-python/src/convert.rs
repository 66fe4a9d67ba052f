//! Values of Python to JSON, and results to values of Python.

use crate::arguments::type_name;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use qualify::typed::exact;
use qualify::{Cell, Results};
use serde_json::{Map, Value as Json};

/// Deeper than any lead.
const DEEPEST: usize = 32;

/// A lead of Python as JSON. `odd` gets a sentence for each number that is not finite: it counts as unknown.
pub fn to_json(given: &Bound<'_, PyAny>, odd: &mut Vec<String>) -> PyResult<Json> {
    value(given, "lead", 0, odd)
}

fn value(given: &Bound<'_, PyAny>, place: &str, depth: usize, odd: &mut Vec<String>) -> PyResult<Json> {
    if depth > DEEPEST {
        return Err(PyValueError::new_err(format!("{place} lies too deep")));
    }
    if given.is_none() {
        return Ok(Json::Null);
    }
    if let Ok(yes) = given.cast::<PyBool>() {
        return Ok(Json::Bool(yes.is_true()));
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Json::String(text.to_str()?.to_string()));
    }
    if let Ok(number) = given.cast::<PyFloat>() {
        let Some(number) = serde_json::Number::from_f64(number.value()) else {
            odd.push(format!("{place}: {given} is no number, so it counts as unknown"));
            return Ok(Json::Null);
        };
        return Ok(Json::Number(number));
    }
    if given.is_instance_of::<PyInt>() {
        return number(given, place);
    }
    if let Ok(mapping) = given.cast::<PyMapping>() {
        return record(mapping, place, depth, odd);
    }
    if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        let mut values = Vec::new();
        for (i, one) in given.try_iter()?.enumerate() {
            values.push(value(&one?, &format!("{place}[{i}]"), depth + 1, odd)?);
        }
        return Ok(Json::Array(values));
    }
    other(given, place, depth, odd)
}

/// What is known by what it can do: dates and instants, decimals, numbers of NumPy, missing values of pandas.
fn other(given: &Bound<'_, PyAny>, place: &str, depth: usize, odd: &mut Vec<String>) -> PyResult<Json> {
    if is_array(given)? {
        return value(&given.call_method0("tolist")?, place, depth + 1, odd);
    }
    if is_missing(given) {
        return Ok(Json::Null);
    }
    if given.hasattr("isoformat")? {
        return Ok(Json::String(given.call_method0("isoformat")?.extract()?));
    }
    if given.hasattr("as_tuple")? {
        return number(given, place);
    }
    if given.hasattr("dtype")? && given.hasattr("item")? {
        let in_nanoseconds = type_name(given).ends_with("datetime64"); // its item is a number then, not an instant
        let plain = match in_nanoseconds {
            true => given.call_method1("astype", ("datetime64[us]",))?.call_method0("item")?,
            false => given.call_method0("item")?,
        };
        if !plain.hasattr("dtype")? {
            return value(&plain, place, depth + 1, odd);
        }
    }
    let kind = type_name(given);
    Err(PyTypeError::new_err(format!("{place}: a value of type {kind} means nothing in a lead")))
}

/// An array of NumPy or a series of pandas, which would compare element by element. Single numbers have no dimension.
fn is_array(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Some(dimensions) = given.getattr_opt("ndim")? else { return Ok(false) };
    Ok(dimensions.extract::<usize>().is_ok_and(|dimensions| dimensions > 0) && given.hasattr("tolist")?)
}

/// NaT and decimal NaN differ from themselves; pandas.NA cannot tell.
fn is_missing(given: &Bound<'_, PyAny>) -> bool {
    given.ne(given).unwrap_or_else(|_| type_name(given).ends_with("NAType"))
}

fn record(given: &Bound<'_, PyMapping>, place: &str, depth: usize, odd: &mut Vec<String>) -> PyResult<Json> {
    let mut fields = Map::new();
    for pair in given.items()? {
        let (name, one): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(name) = name.cast::<PyString>() else {
            return Err(PyTypeError::new_err(format!("{place}: names are texts, not {}", type_name(&name))));
        };
        let name = name.to_str()?.to_string();
        let one = value(&one, &format!("{place}.{name}"), depth + 1, odd)?;
        fields.insert(name, one);
    }
    Ok(Json::Object(fields))
}

/// A number, digit by digit.
fn number(given: &Bound<'_, PyAny>, place: &str) -> PyResult<Json> {
    let digits = given.str()?;
    let number = digits.to_str()?.to_lowercase().parse::<serde_json::Number>();
    number.map(Json::Number).map_err(|_| PyValueError::new_err(format!("{place}: {digits} is no number")))
}

/// Plain data as dicts and lists; numbers that are no integers as `Decimal`.
pub fn from_json<'py>(py: Python<'py>, data: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(data).map_err(|e| PyValueError::new_err(e.to_string()))?;
    let settings = PyDict::new(py);
    settings.set_item("parse_float", decimal(py)?)?;
    py.import("json")?.call_method("loads", (text,), Some(&settings))
}

/// The results of a lead with their names.
pub fn from_cells<'py>(py: Python<'py>, of: Results<'_>, float: bool) -> PyResult<Bound<'py, PyDict>> {
    let results = PyDict::new(py);
    for (name, cell) in of.cells() {
        results.set_item(name, from_cell(py, cell, float)?)?;
    }
    Ok(results)
}

/// A result as Python has it.
fn from_cell<'py>(py: Python<'py>, cell: Cell<'_>, float: bool) -> PyResult<Bound<'py, PyAny>> {
    Ok(match cell {
        Cell::Text(None) | Cell::Points(None) | Cell::Instant(None) => py.None().into_bound(py),
        Cell::Text(Some(text)) => PyString::new(py, text).into_any(),
        Cell::YesNo(yes) => PyBool::new(py, yes).to_owned().into_any(),
        Cell::Texts(texts) => PyList::new(py, texts)?.into_any(),
        Cell::Points(Some(units)) if float => PyFloat::new(py, units as f64 / 1e4).into_any(),
        Cell::Points(Some(units)) => decimal(py)?.call1((exact::format(i128::from(units), 4),))?,
        Cell::Instant(Some(instant)) => instant_of(py, instant)?,
    })
}

fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class =
        DECIMAL.get_or_try_init(py, || PyResult::Ok(py.import("decimal")?.getattr("Decimal")?.unbind()))?;
    Ok(class.bind(py))
}

/// An aware datetime; as text where Python has none.
pub fn instant_of(py: Python<'_>, instant: i64) -> PyResult<Bound<'_, PyAny>> {
    let text = qualify::typed::calendar::format_instant(instant);
    let class = py.import("datetime")?.getattr("datetime")?;
    class.call_method1("fromisoformat", (&text,)).or_else(|_| Ok(PyString::new(py, &text).into_any()))
}
