//! The class `LeadState`.

use crate::arguments::instant;
use crate::convert::{from_cells, from_json, instant_of, to_json};
use crate::errors::{refused, warn};
use crate::model::PyModel;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use qualify_embed::{Handle, State};
use std::sync::{Arc, Mutex, PoisonError};

/// What a model needs to know of one lead that is scored as events arrive.
///
/// Events are fed one by one, in any order. `score` gives what a full scoring of all of them would, bit for bit, at any
/// instant not before the last one asked for. What cannot matter any more is forgotten.
#[pyclass(module = "qualify", frozen)]
pub struct LeadState {
    state: Mutex<State>,
    handle: Arc<Handle>,
}

impl LeadState {
    /// Works on the state without the lock of the interpreter: a thread that waits for one while it holds the other would
    /// stop all threads. No Python runs in `work`.
    fn held<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut State) -> T + Send) -> T {
        py.detach(|| work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[pymethods]
impl LeadState {
    /// The state of a lead: a dict with its key, its attributes and its events as far as they are known.
    #[new]
    #[pyo3(signature = (model, lead, /))]
    fn new(py: Python<'_>, model: &Bound<'_, PyModel>, lead: &Bound<'_, PyAny>) -> PyResult<LeadState> {
        let mut odd = Vec::new();
        let json = to_json(lead, &mut odd)?;
        let handle = model.get().handle().clone();
        let (state, found) = State::of(&handle, &json).map_err(refused)?;
        warn(py, odd, &found)?;
        Ok(LeadState { state: Mutex::new(state), handle })
    }

    /// A state that was kept with `to_bytes`, for the lead of that key. Raises ValueError if it is damaged or was made by
    /// another model; make a new one then, and feed it the events again.
    #[staticmethod]
    #[pyo3(signature = (model, key, data, /))]
    fn from_bytes(model: &Bound<'_, PyModel>, key: String, data: PyBuffer<u8>) -> PyResult<LeadState> {
        let data = data.to_vec(model.py())?;
        let handle = model.get().handle().clone();
        let state = State::from_bytes(&handle, key, &data).map_err(refused)?;
        Ok(LeadState { state: Mutex::new(state), handle })
    }

    /// The state as bytes, which another process can go on with.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.held(py, State::to_bytes).map_err(refused)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The key of the lead.
    #[getter]
    fn key(&self, py: Python<'_>) -> String {
        self.held(py, |state| state.key().to_string())
    }

    /// How many events it holds now.
    #[getter]
    fn events(&self, py: Python<'_>) -> usize {
        self.held(py, |state| state.held())
    }

    /// The bytes that it takes in memory.
    #[getter]
    fn size(&self, py: Python<'_>) -> usize {
        self.held(py, |state| state.size())
    }

    /// Feeds an event: a dict with "event", "time" and its properties.
    #[pyo3(signature = (event, /))]
    fn apply(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut odd = Vec::new();
        let json = to_json(event, &mut odd)?;
        // warnings may be errors: then nothing was fed
        let read = State::read_event(&self.handle, &json).map_err(refused)?;
        warn(py, odd, &read.warnings)?;
        self.held(py, |state| state.feed(&read)).map_err(refused)
    }

    /// Sets an attribute by its path; None is unknown.
    #[pyo3(signature = (name, value, /))]
    fn set(&self, py: Python<'_>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut odd = Vec::new();
        let json = to_json(value, &mut odd)?;
        let (place, value, found) = State::read_attribute(&self.handle, name, &json).map_err(refused)?;
        warn(py, odd, &found)?;
        self.held(py, |state| state.put(place, value)).map_err(refused)
    }

    /// The results at an instant: a dict as `Model.score_lead` gives it. Raises ValueError for an instant before the last
    /// one asked for.
    #[pyo3(signature = (*, as_of=None, scores="decimal"))]
    fn score<'py>(
        &self,
        py: Python<'py>,
        as_of: Option<&Bound<'py, PyAny>>,
        scores: &str,
    ) -> PyResult<Bound<'py, PyDict>> {
        let float = crate::arguments::is_float(scores)?;
        let as_of = instant(as_of, None, None)?;
        let outcome = self.held(py, |state| state.score(as_of)).map_err(refused)?;
        from_cells(py, self.handle.model().results(&outcome), float)
    }

    /// An instant before which no decision (status, stage, grade, segment, route) changes without a new event; None if
    /// none ever does. A text beyond the year 9999, which datetimes end with.
    #[pyo3(signature = (*, as_of=None))]
    fn next_check<'py>(
        &self,
        py: Python<'py>,
        as_of: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let as_of = instant(as_of, None, None)?;
        let next = self.held(py, |state| state.next_check(as_of)).map_err(refused)?;
        next.map(|next| instant_of(py, next)).transpose()
    }

    /// What changed since the last call of this method, each crossing once: a list of dicts with `change` (such as
    /// "entered_stage") and `rules`, those responsible with their points before and after. Nobody is notified.
    ///
    /// A new state is compared with nothing; one from bytes goes on where it was when they were made.
    #[pyo3(signature = (*, as_of=None))]
    fn transitions<'py>(
        &self,
        py: Python<'py>,
        as_of: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let as_of = instant(as_of, None, None)?;
        let changed = self.held(py, |state| state.transitions(as_of)).map_err(refused)?;
        from_json(py, &qualify_embed::transitions_json(&changed))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.held(py, |state| {
            format!("<LeadState {} with {} events in {} bytes>", state.key(), state.held(), state.size())
        })
    }
}
