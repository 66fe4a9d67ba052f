//! The state of one lead that follows events, fed with JSON.

use crate::{Handle, Read, Refusal, told};
use qualify::Outcome;
use qualify::leads::{ReadEvent, Value};
use qualify::states::{LeadState, StateError, StateModel, StateScorer, Transition};
use qualify::tables::Problem;
use serde_json::Value as Json;
use std::borrow::Cow;
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
    /// The bytes of the state came from one that had told nothing: what this copy is at the last instant asked for.
    Kept(Box<LeadState>),
    /// This, which bytes of the state hold too.
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
        // all mistakes come at once, also those of events
        let Read { lead: read, warnings: odd } = handle.read(lead)?;
        let mut state = LeadState::new(&handle.states()?.model);
        state.set_attributes(&read.attributes);
        let mut state = State { handle: handle.clone(), state, key: read.key, told: Told::Nothing };
        for event in lead.get("events").and_then(Json::as_array).into_iter().flatten() {
            state.apply(event)?; // once more, for the keys of deliveries
        }
        Ok((state, odd))
    }

    /// A state that was kept as bytes; of another model, or damaged, it is refused.
    pub fn from_bytes(handle: &Arc<Handle>, key: String, bytes: &[u8]) -> Result<State, Refusal> {
        let (state, note) = LeadState::from_bytes_with(&handle.states()?.model, bytes).map_err(refused)?;
        let told = match note.as_slice() {
            [] if state.asked().is_some() => Told::Kept(Box::new(state.clone())),
            [] => Told::Nothing,
            note => Told::Result(Box::new(told::read(note).ok_or(refused(StateError::Damaged))?)),
        };
        Ok(State { handle: handle.clone(), state, key, told })
    }

    /// The state as bytes, without what cannot matter at the last instant asked for or after it; with what was told of
    /// the lead last, so that who goes on tells each crossing once.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>, Refusal> {
        if let Some(asked) = self.state.asked() {
            let State { handle, state, .. } = self;
            handle.states()?.with(|scorer| state.compact(scorer, asked)).map_err(refused)?;
        }
        Ok(match self.told() {
            None => self.state.to_bytes(),
            Some(told) => self.state.to_bytes_with(&told::note(&told)),
        })
    }

    /// What the next transitions are compared with.
    fn told(&self) -> Option<Cow<'_, Outcome>> {
        match &self.told {
            Told::Nothing => None,
            Told::Kept(state) => state.asked().map(|asked| Cow::Owned(self.ledger(state, asked))),
            Told::Result(told) => Some(Cow::Borrowed(told)),
        }
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
        let read = State::read_event(&self.handle, event)?;
        self.feed(&read)?;
        Ok(read.warnings)
    }

    /// Reads an event without feeding it to anybody.
    pub fn read_event(handle: &Handle, event: &Json) -> Result<ReadEvent, Refusal> {
        Ok(handle.model().lead_reader().read_event(event)?)
    }

    /// Feeds an event that was read.
    pub fn feed(&mut self, read: &ReadEvent) -> Result<(), Refusal> {
        // the key as it came, as where the whole lead is read; no key is none, whatever its property became
        let key = read.delivery.as_deref().unwrap_or_default();
        self.state.apply_delivery(&read.event, key).map_err(refused)
    }

    /// Sets an attribute by its path or name; null is unknown. Gives what is odd about it.
    pub fn set(&mut self, name: &str, value: &Json) -> Result<Vec<Problem>, Refusal> {
        let (place, value, odd) = State::read_attribute(&self.handle, name, value)?;
        self.put(place, value)?;
        Ok(odd)
    }

    /// Reads the value of an attribute, named by its path or name, without setting it: its place, the value, and what is
    /// odd about it.
    pub fn read_attribute(
        handle: &Handle,
        name: &str,
        value: &Json,
    ) -> Result<(usize, Option<Value>, Vec<Problem>), Refusal> {
        let reader = handle.model().lead_reader();
        let place = reader.attribute(name);
        let place =
            place.ok_or_else(|| Refusal::Argument(format!("the schema has no attribute `{name}`")))?;
        let (value, odd) = reader.read_attribute(place, value)?;
        Ok((place, value, odd))
    }

    /// Sets an attribute, by its place, to a value that was read.
    pub fn put(&mut self, place: usize, value: Option<Value>) -> Result<(), Refusal> {
        self.state.set_attribute(place, value).map_err(refused)
    }

    /// The results at an instant (microseconds since 1970).
    pub fn score(&mut self, as_of: i64) -> Result<Outcome, Refusal> {
        let State { handle, state, key, .. } = self;
        handle.states()?.with(|scorer| state.outcome(scorer, as_of, key)).map_err(refused)
    }

    /// What changed since the last time this was asked, with the rules responsible: each crossing once. A new state is
    /// compared with nothing; one that was kept as bytes goes on where it was, or, where nothing had been told yet, from
    /// what it was at the last instant asked for.
    pub fn transitions(&mut self, as_of: i64) -> Result<Vec<Transition>, Refusal> {
        self.score(as_of)?;
        let now = self.ledger(&self.state, as_of);
        let changed = qualify::states::transitions(self.handle.labels(), self.told().as_deref(), &now);
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

fn refused(error: StateError) -> Refusal {
    Refusal::Argument(error.to_string())
}
