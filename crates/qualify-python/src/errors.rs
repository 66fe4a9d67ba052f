//! Errors as Python has them: with the text for people as the message, and the same as data.

use pyo3::exceptions::{PyOSError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use qualify::tables::{self, DataErrors};
use qualify::{Mistakes, Severity, Sources};
use qualify_embed::Refusal;
use std::ffi::CString;

pyo3::create_exception!(
    qualify,
    ModelError,
    PyValueError,
    "The rules are wrong. The message is what the command line shows; `diagnostics` has it as data."
);
pyo3::create_exception!(
    qualify,
    DataError,
    PyValueError,
    "Leads, events or a manifest cannot be read. The message says all that is wrong; `problems` has the first ten of \
     each kind as data, `count` how many there are."
);
pyo3::create_exception!(
    qualify,
    DataWarning,
    PyUserWarning,
    "A value of a lead became unknown because it lies outside what the schema allows."
);

/// One message about rules.
#[pyclass(module = "qualify", frozen, get_all)]
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable code, such as `E0201`.
    code: String,
    /// `error` or `warning`.
    severity: String,
    /// The message in one sentence.
    message: String,
    /// The file, as it was named.
    file: String,
    /// The line, from 1.
    line: usize,
    /// The column, from 1, in characters.
    column: usize,
    /// Further sentences.
    notes: Vec<String>,
    /// What would mend it, as an order such as "write `size`"; None where nobody can know.
    fix: Option<String>,
    /// The whole message as the command line shows it, without colours.
    rendered: String,
}

impl Diagnostic {
    pub fn of(_: Python<'_>, sources: &Sources, diagnostic: &qualify::Diagnostic) -> Diagnostic {
        let span = diagnostic.place.span;
        let (line, column) = sources.line_column(span);
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        Diagnostic {
            code: diagnostic.code.to_string(),
            severity: severity.to_string(),
            message: diagnostic.message.clone(),
            file: sources.file(span.file).name.clone(),
            line,
            column,
            notes: diagnostic.notes.clone(),
            fix: diagnostic.fixes.first().map(|fix| fix.title.clone()),
            rendered: qualify::render_terminal(sources, std::slice::from_ref(diagnostic), false),
        }
    }
}

/// The fields of a diagnostic.
type Parts = (String, String, String, String, usize, usize, Vec<String>, Option<String>, String);

#[pymethods]
impl Diagnostic {
    fn __str__(&self) -> &str {
        &self.rendered
    }

    /// For `pickle`, which carries exceptions from process to process.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Parts)> {
        let d = slf.get().clone();
        let parts = (d.code, d.severity, d.message, d.file, d.line, d.column, d.notes, d.fix, d.rendered);
        Ok((slf.getattr("_of")?, parts))
    }

    /// The opposite.
    #[staticmethod]
    #[allow(clippy::too_many_arguments)] // they are the fields
    fn _of(
        code: String,
        severity: String,
        message: String,
        file: String,
        line: usize,
        column: usize,
        notes: Vec<String>,
        fix: Option<String>,
        rendered: String,
    ) -> Diagnostic {
        Diagnostic { code, severity, message, file, line, column, notes, fix, rendered }
    }

    fn __repr__(&self) -> String {
        let Diagnostic { code, severity, message, file, line, column, .. } = self;
        format!("<Diagnostic {code} {severity} {file}:{line}:{column}: {message}>")
    }
}

/// One problem of data.
#[pyclass(module = "qualify", frozen, get_all)]
#[derive(Clone, Debug)]
pub struct Problem {
    /// The stable code, such as `D0807`.
    code: String,
    /// What is wrong, in a sentence.
    message: String,
    /// The file or table.
    file: String,
    /// The row, from 1.
    row: Option<u64>,
    /// The column.
    column: Option<String>,
    /// The value, as it came.
    value: Option<String>,
    /// What to do.
    help: Option<String>,
}

impl Problem {
    pub fn of(problem: &tables::Problem) -> Problem {
        let tables::Problem { kind, file, row, column, value, message, help } = problem.clone();
        Problem { code: kind.code().to_string(), message, file, row, column, value, help }
    }
}

/// The fields of a problem.
type ProblemParts = (String, String, String, Option<u64>, Option<String>, Option<String>, Option<String>);

#[pymethods]
impl Problem {
    /// For `pickle`, which carries exceptions from process to process.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, ProblemParts)> {
        let p = slf.get().clone();
        Ok((slf.getattr("_of")?, (p.code, p.message, p.file, p.row, p.column, p.value, p.help)))
    }

    /// The opposite.
    #[staticmethod]
    fn _of(
        code: String,
        message: String,
        file: String,
        row: Option<u64>,
        column: Option<String>,
        value: Option<String>,
        help: Option<String>,
    ) -> Problem {
        Problem { code, message, file, row, column, value, help }
    }

    fn __repr__(&self) -> String {
        format!("<Problem {} {}: {}>", self.code, self.file, self.message)
    }
}

/// A refusal as an exception.
pub fn refused(refusal: Refusal) -> PyErr {
    match refusal {
        Refusal::Model(mistakes) => wrong_model(&mistakes),
        Refusal::Data(errors) => wrong_data(&errors),
        Refusal::File(why) => PyOSError::new_err(why),
        Refusal::Argument(why) => PyValueError::new_err(why),
    }
}

fn wrong_model(mistakes: &Mistakes) -> PyErr {
    Python::attach(|py| {
        let error = ModelError::new_err(mistakes.to_string().trim_end().to_string());
        let all = mistakes.diagnostics.iter().map(|d| Diagnostic::of(py, &mistakes.sources, d));
        let all: Vec<Diagnostic> = all.collect();
        match error.value(py).setattr("diagnostics", all) {
            Ok(()) => error,
            Err(other) => other,
        }
    })
}

fn wrong_data(errors: &DataErrors) -> PyErr {
    Python::attach(|py| {
        let error = DataError::new_err(errors.to_string().trim_end().to_string());
        let value = error.value(py);
        let all: Vec<Problem> = errors.groups.iter().flat_map(|g| &g.first).map(Problem::of).collect();
        let set = value.setattr("problems", all).and_then(|()| value.setattr("count", errors.count()));
        match set {
            Ok(()) => error,
            Err(other) => other,
        }
    })
}

/// Warns of odd values.
pub fn warn(py: Python<'_>, mut sentences: Vec<String>, odd: &[tables::Problem]) -> PyResult<()> {
    sentences.extend(odd.iter().map(|problem| problem.to_string()));
    for sentence in sentences {
        let sentence = CString::new(sentence.replace('\0', " ")).unwrap_or_default(); // none is left
        PyErr::warn(py, &py.get_type::<DataWarning>(), &sentence, 1)?;
    }
    Ok(())
}
