//! The state of one lead that follows events, fed with JSON.

use crate::{Handle, Refusal};
use qualify::Outcome;
use qualify::leads::Event;
use qualify::states::{LeadState, StateError, StateModel, StateScorer, Transition};
use qualify::tables::Problem;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, PoisonError};

/// What a model needs to know of one lead. Events come in any order; results are those of all events that were ever
/// fed, at any instant not before the last one asked for.
pub struct State {
    handle: Arc<Handle>,
    state: LeadState,
    key: String,
    told: Told,
}

/// What the next transitions are compared with.
enum Told {
    /// The state is new: nothing was told yet.
    Nothing,
    /// The state was kept as bytes: what this copy is at the last instant asked for.
    Kept(Box<LeadState>),
    /// This.
    Result(Box<Outcome>),
}

/// A model ready for states, with scorers that nobody uses at the moment.
pub(crate) struct States {
    model: Arc<StateModel>,
    idle: Mutex<Vec<StateScorer>>,
}

impl States {
    /// Of a model, or why it can have none.
    pub fn of(handle: &Handle) -> Result<States, String> {
        let model =
            handle.model().states().map_err(|why| format!("this model can have no states: {}", why.what))?;
        Ok(States { model, idle: Mutex::default() })
    }

    fn with<T>(&self, work: impl FnOnce(&mut StateScorer) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scorer = idle.unwrap_or_else(|| StateScorer::new(&self.model));
        let done = work(&mut scorer);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(scorer);
        done
    }
}

impl State {
    /// The state of a lead as far as it is known, and what is odd about it.
    pub fn of(handle: &Arc<Handle>, lead: &Json) -> Result<(State, Vec<Problem>), Refusal> {
        let mut lead = lead.clone();
        let events = lead.as_object_mut().and_then(|fields| fields.shift_remove("events"));
        let read = handle.read(&lead)?;
        let mut odd = read.warnings;
        let mut state = LeadState::new(&handle.states()?.model);
        state.set_attributes(&read.lead.attributes);
        let mut state = State { handle: handle.clone(), state, key: read.lead.key, told: Told::Nothing };
        match events {
            None | Some(Json::Null) => {}
            Some(Json::Array(events)) => {
                for event in &events {
                    odd.extend(state.apply(event)?);
                }
            }
            Some(_) => return Err(Refusal::Argument("events are a list".to_string())),
        }
        Ok((state, odd))
    }

    /// A state that was kept as bytes; of another model, or damaged, it is refused.
    pub fn from_bytes(handle: &Arc<Handle>, key: String, bytes: &[u8]) -> Result<State, Refusal> {
        let state = LeadState::from_bytes(&handle.states()?.model, bytes).map_err(refused)?;
        let told = match state.asked() {
            Some(_) => Told::Kept(Box::new(state.clone())),
            None => Told::Nothing,
        };
        Ok(State { handle: handle.clone(), state, key, told })
    }

    /// The state as bytes, without what cannot matter at the last instant asked for or after it.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>, Refusal> {
        if let Some(asked) = self.state.asked() {
            let State { handle, state, .. } = self;
            handle.states()?.with(|scorer| state.compact(scorer, asked)).map_err(refused)?;
        }
        Ok(self.state.to_bytes())
    }

    /// The model that it is of.
    pub fn handle(&self) -> &Arc<Handle> {
        &self.handle
    }

    /// The key of the lead.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How many events it holds.
    pub fn held(&self) -> usize {
        self.state.held()
    }

    /// The bytes that it takes in memory.
    pub fn size(&self) -> usize {
        self.state.size()
    }

    /// Feeds an event, as it stands in the `events` of a lead. Gives what is odd about it.
    pub fn apply(&mut self, event: &Json) -> Result<Vec<Problem>, Refusal> {
        let model = self.handle.model();
        let (read, odd) = model.lead_reader().read_event(event)?;
        match delivery(&self.handle, &read, event) {
            Some(key) => self.state.apply_delivery(&read, &key).map_err(refused)?,
            None => self.state.apply(&read).map_err(refused)?,
        }
        Ok(odd)
    }

    /// Sets an attribute by its path or name; null is unknown. Gives what is odd about it.
    pub fn set(&mut self, name: &str, value: &Json) -> Result<Vec<Problem>, Refusal> {
        let reader = self.handle.model().lead_reader();
        let place = reader.attribute(name);
        let place =
            place.ok_or_else(|| Refusal::Argument(format!("the schema has no attribute `{name}`")))?;
        let (value, odd) = reader.read_attribute(place, value)?;
        self.state.set_attribute(place, value).map_err(refused)?;
        Ok(odd)
    }

    /// The results at an instant (microseconds since 1970).
    pub fn score(&mut self, as_of: i64) -> Result<Outcome, Refusal> {
        let State { handle, state, key, .. } = self;
        handle.states()?.with(|scorer| state.outcome(scorer, as_of, key)).map_err(refused)
    }

    /// What changed since the last time this was asked, with the rules responsible: each crossing once. A new state is
    /// compared with nothing; one that was kept as bytes with what it was at the last instant asked for.
    pub fn transitions(&mut self, as_of: i64) -> Result<Vec<Transition>, Refusal> {
        self.score(as_of)?;
        let now = self.ledger(&self.state, as_of);
        let before = match &self.told {
            Told::Nothing => None,
            Told::Kept(state) => state.asked().map(|asked| self.ledger(state, asked)),
            Told::Result(before) => Some(Outcome::clone(before)),
        };
        let changed = qualify::states::transitions(self.handle.labels(), before.as_ref(), &now);
        self.told = Told::Result(Box::new(now));
        Ok(changed)
    }

    /// The outcome with its ledger at the last instant that the state was asked for.
    fn ledger(&self, state: &LeadState, asked: i64) -> Outcome {
        self.handle.model().score_one(&state.lead(&self.key), asked)
    }

    /// An instant behind `as_of` before which no decision changes without a new event; none: never.
    pub fn next_check(&mut self, as_of: i64) -> Result<Option<i64>, Refusal> {
        let State { handle, state, .. } = self;
        handle.states()?.with(|scorer| state.next_check(scorer, as_of)).map_err(refused)
    }
}

/// The key of a delivery that is no property: the state knows those that are.
fn delivery(handle: &Handle, read: &Event, event: &Json) -> Option<String> {
    let kind = handle.model().schema().event(read.kind);
    let name = kind.key.as_ref().filter(|name| kind.properties.iter().all(|p| p.name != **name))?;
    match event.get(name)? {
        Json::Null => None,
        Json::String(key) => Some(key.clone()),
        other => Some(other.to_string()),
    }
}

fn refused(error: StateError) -> Refusal {
    Refusal::Argument(error.to_string())
}
