//! The results of many leads, as a table that speaks Arrow.

use crate::convert::from_json;
use arrow::array::{ArrayRef, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use qualify::tables::{RunReport, Scored};
use std::sync::Arc;

/// The results of many leads, in the order of the leads: key, status, score, named scores, grades, stage and so on.
///
/// It speaks Arrow: `pyarrow.table(scores)`, `polars.DataFrame(scores)`, and DuckDB reads it by its name. No column is
/// copied on the way.
#[pyclass(module = "qualify", frozen)]
pub struct Scores {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    report: RunReport,
    facts: Vec<(&'static str, String)>,
}

impl Scores {
    /// With points as decimals, or as floating point numbers.
    pub fn of(scored: Scored, float: bool) -> PyResult<Scores> {
        let Scored { schema, batches, report, facts } = scored;
        if !float {
            return Ok(Scores { schema, batches, report, facts });
        }
        let fields = schema.fields().iter().map(|field| match field.data_type() {
            DataType::Decimal128(..) => {
                Field::new(field.name(), DataType::Float64, field.is_nullable()).into()
            }
            _ => field.clone(),
        });
        let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let with_floats = |batch: RecordBatch| {
            let columns = batch.columns().iter().zip(schema.fields());
            let columns = columns.map(|(column, field)| arrow::compute::cast(column, field.data_type()));
            RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<ArrayRef>, _>>()?)
        };
        let batches: Result<Vec<_>, _> = batches.into_iter().map(with_floats).collect();
        let batches = batches.map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok(Scores { schema, batches, report, facts })
    }

    fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

#[pymethods]
impl Scores {
    /// The columns of the results.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How much was read: a dict of leads, events, rows, rejected, duplicates, ignored.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.report.counts)
    }

    /// Values that became unknown because they lie outside what the schema allows: a list of dicts.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.report.warnings)
    }

    /// What is needed to compute the same again: instant, digest, versions.
    #[getter]
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let facts = PyDict::new(py);
        for (name, value) in &self.facts {
            facts.set_item(name, value)?;
        }
        Ok(facts)
    }

    /// The results as a pyarrow.Table.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// The results as a pandas.DataFrame; needs pyarrow.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Scores::to_pyarrow(slf)?.call_method0("to_pandas")
    }

    /// The results as a polars.DataFrame.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }

    /// The table, for whoever reads Arrow.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.schema.fields().clone(), false);
        let structs = self.batches.clone().into_iter();
        let structs = structs.map(|batch| Ok(Arc::new(StructArray::from(batch)) as ArrayRef));
        to_stream_pycapsule(py, Box::new(ArrayIterator::new(structs, field.into())), requested_schema)
    }

    /// The types of the columns, for whoever reads Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __repr__(&self) -> String {
        format!("<Scores of {} leads: {}>", self.rows(), self.columns().join(", "))
    }
}
