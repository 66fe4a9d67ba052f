//! The state of one lead.

use crate::bytes::Reader;
use crate::delivery::delivery_key;
use crate::record::{put_value, value, value_of};
use crate::scorer::StateScorer;
use crate::{StateError, StateModel};
use qualify_model::{Event, EventId, Lead, Outcome, ScoreColumns, Value};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a model needs to know of one lead: its attributes, and the events that can still matter.
///
/// Events are fed one by one, in any order: late ones and such as are still to come count as if they had been there
/// from the beginning. The results at any instant are those of a full scoring of all events that were ever fed, bit for
/// bit. It can be asked for any instant that is not before the last one it was asked for, and forgets on the way what
/// cannot matter any more.
///
/// ```
/// # use qualify_state::{StateModel, StateScorer, LeadState, StateError};
/// # use qualify_model::{Event, EventId, Value};
/// # let mut sources = qualify_diagnostics::Sources::new();
/// # let text = "lead key id { size integer } event visited when visited within 7d add 20 stage MQL if score >= 20";
/// # let root = sources.add("model.qualify", text);
/// # let load = |_: &str, _: &str| Err(String::new());
/// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
/// let model = StateModel::of(&model).expect("it can be planned");
/// let mut scorer = StateScorer::new(&model); // one for each thread
/// let mut state = LeadState::new(&model); // one for each lead
///
/// let day = 86_400_000_000;
/// state.apply(&Event { kind: EventId(0), time: 100 * day, received: None, properties: vec![] })?;
/// assert_eq!(state.score(&mut scorer, 101 * day)?.score.get(0), Some(20_0000));
/// assert_eq!(state.next_check(&mut scorer, 101 * day)?, Some(107 * day)); // then seven days are over
/// assert_eq!(state.score(&mut scorer, 107 * day)?.score.get(0), Some(0));
/// # Ok::<(), StateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LeadState {
    pub(crate) model: Arc<StateModel>,
    /// The last instant asked for.
    pub(crate) asked: i64,
    /// The instant that those of events are told from.
    pub(crate) base: i64,
    pub(crate) count: u32,
    /// How many there were after the last sweep.
    pub(crate) swept: u32,
    /// The values of all attributes that are read.
    pub(crate) attributes: Vec<u8>,
    pub(crate) events: Vec<u8>,
    /// Of the keys of deliveries, rising.
    pub(crate) keys: Vec<[u8; KEY]>,
}

/// Bytes that are kept of the key of a delivery: of a SHA-256.
pub(crate) const KEY: usize = 16;

impl LeadState {
    /// Of a lead of which nothing is known.
    pub fn new(model: &Arc<StateModel>) -> LeadState {
        let read = model.records.attributes.iter().flatten().count();
        LeadState {
            model: model.clone(),
            asked: i64::MIN,
            base: 0,
            count: 0,
            swept: 0,
            attributes: vec![0; read],
            events: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Of a lead with attributes and events. All its events count, as they do where the lead is scored: whoever read it
    /// has passed over repeated deliveries. Keys of deliveries that are properties are remembered.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Lead, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20 when size > 100 add 5";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// let visit = Event { kind: EventId(0), time: 0, received: None, properties: vec![] };
    /// let lead = Lead { attributes: vec![Some(Value::Number(500))], events: vec![visit], ..Lead::default() };
    /// let mut state = LeadState::of_lead(&model, &lead)?;
    /// assert_eq!(state.score(&mut StateScorer::new(&model), 1_000)?.score.get(0), Some(25_0000));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`LeadState::apply`].
    pub fn of_lead(model: &Arc<StateModel>, lead: &Lead) -> Result<LeadState, StateError> {
        let mut state = LeadState::new(model);
        state.set_attributes(&lead.attributes);
        for event in &lead.events {
            if let Some(key) = state.key_of(event)? {
                state.remember(event, &key);
            }
            state.put(event);
        }
        Ok(state)
    }

    /// The model that it is of.
    pub fn model(&self) -> &Arc<StateModel> {
        &self.model
    }

    /// The last instant that it was asked for, in microseconds since 1970.
    pub fn asked(&self) -> Option<i64> {
        (self.asked != i64::MIN).then_some(self.asked)
    }

    /// How many events it holds now.
    pub fn held(&self) -> usize {
        self.count as usize
    }

    /// The bytes that it takes in memory, those of the model aside, which all states share.
    pub fn size(&self) -> usize {
        let room = self.attributes.capacity() + self.events.capacity() + self.keys.capacity() * KEY;
        size_of::<LeadState>() + room
    }

    /// Sets all attributes, in the order of the schema; missing ones become unknown. Those that the model does not
    /// read are not kept, and values of another type are unknown.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when size > 100 add 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.set_attributes(&[Some(Value::Number(500))]);
    /// assert_eq!(state.score(&mut scorer, 0)?.score.get(0), Some(20_0000));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    pub fn set_attributes(&mut self, values: &[Option<Value>]) {
        let forms = self.model.records.attributes.iter().enumerate();
        let forms = forms.filter_map(|(place, form)| Some((place, form.as_ref()?)));
        self.attributes.clear();
        for (place, form) in forms {
            put_value(&mut self.attributes, form, values.get(place).and_then(Option::as_ref));
        }
        self.attributes.shrink_to_fit();
    }

    /// Sets one attribute, by its place in the schema.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when size > 100 add 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.set_attribute(0, Some(Value::Number(500)))?;
    /// assert_eq!(state.attribute_values(), [Some(Value::Number(500))]);
    /// assert!(state.set_attribute(99, None).is_err());
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StateError::NoSuchAttribute`].
    pub fn set_attribute(&mut self, place: usize, value: Option<Value>) -> Result<(), StateError> {
        let mut values = self.attribute_values();
        *values.get_mut(place).ok_or(StateError::NoSuchAttribute(place as u32))? = value;
        self.set_attributes(&values);
        Ok(())
    }

    /// The attributes that it holds, in the order of the schema; those that the model does not read are unknown.
    pub fn attribute_values(&self) -> Vec<Option<Value>> {
        let mut reader = Reader::new(&self.attributes);
        let attributes = self.model.plan.schema.attributes.iter().zip(&self.model.records.attributes);
        let read = attributes.map(|(attribute, form)| {
            let cell = value(&mut reader, form.as_ref()?)?;
            value_of(cell, &attribute.ty)
        });
        read.collect()
    }

    /// Feeds an event. Two equal events are two, unless the schema names a `key` for their type that is one of their
    /// properties: then of those with equal keys the one that was fed first counts. The key is the text of the value as
    /// files have it (`7`, `12.5`, `2026-01-31`, a word's name), without white space around it; an empty one is none.
    /// Who has the text as it came, such as what reads JSON, gives it to [`LeadState::apply_delivery`].
    ///
    /// An event of a type that the model does not read changes nothing; properties of another type than the schema's are
    /// unknown.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event paid key invoice (invoice text) for each paid add 5";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// let mut state = LeadState::new(&model);
    /// let paid = |invoice: &str| Event {
    ///     kind: EventId(0),
    ///     time: 0,
    ///     received: None,
    ///     properties: vec![Some(Value::Text(invoice.into()))],
    /// };
    /// state.apply(&paid("A7"))?;
    /// state.apply(&paid(" A7"))?; // once more
    /// state.apply(&paid("A8"))?;
    /// assert_eq!(state.score(&mut StateScorer::new(&model), 1_000)?.score.get(0), Some(10_0000));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StateError::NoSuchEvent`].
    pub fn apply(&mut self, event: &Event) -> Result<(), StateError> {
        let key = self.key_of(event)?;
        if key.is_none_or(|key| self.remember(event, &key)) {
            self.put(event);
        }
        Ok(())
    }

    /// Feeds an event with the key of its delivery as it came, which need not be one of its properties: what
    /// `LeadReader::read_event` gives. Of events of one type with equal keys the one that was fed first counts; white space
    /// around a key is no part of it, and an empty one is none. The keys are remembered.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event paid for each paid add 5";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// let mut state = LeadState::new(&model);
    /// let paid = Event { kind: EventId(0), time: 0, received: None, properties: vec![] };
    /// state.apply_delivery(&paid, "A7")?;
    /// state.apply_delivery(&paid, "A7")?; // once more
    /// assert_eq!(state.score(&mut StateScorer::new(&model), 1_000)?.score.get(0), Some(5_0000));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StateError::NoSuchEvent`].
    pub fn apply_delivery(&mut self, event: &Event, key: &str) -> Result<(), StateError> {
        if event.kind.index() >= self.model.keys.len() {
            return Err(StateError::NoSuchEvent(event.kind.0));
        }
        let key = key.trim();
        if key.is_empty() || self.remember(event, key) {
            self.put(event);
        }
        Ok(())
    }

    /// The key of an event's delivery, if the schema names one that is a property.
    fn key_of(&self, event: &Event) -> Result<Option<String>, StateError> {
        let place = *self.model.keys.get(event.kind.index()).ok_or(StateError::NoSuchEvent(event.kind.0))?;
        let Some(place) = place.flatten() else { return Ok(None) };
        let schema = &self.model.plan.schema;
        let property = schema.events.get(event.kind.index()).and_then(|of| of.properties.get(place as usize));
        let value = event.properties.get(place as usize).and_then(Option::as_ref);
        Ok(value.zip(property).and_then(|(value, of)| delivery_key(schema, &of.ty, value)))
    }

    /// Whether the key of a delivery is new; it is remembered. Not for events that the model does not read.
    fn remember(&mut self, event: &Event, key: &str) -> bool {
        if !self.model.reads(event.kind) {
            return true;
        }
        let mut hash = Sha256::new();
        hash.update(event.kind.0.to_le_bytes());
        hash.update(key.as_bytes());
        let mut short = [0; KEY];
        short.copy_from_slice(&hash.finalize()[..KEY]);
        let place = self.keys.binary_search(&short);
        if let Err(place) = place {
            self.keys.insert(place, short);
        }
        place.is_err()
    }

    fn put(&mut self, event: &Event) {
        if !self.model.reads(event.kind) {
            return;
        }
        if self.count == 0 {
            self.base = event.time;
        }
        self.model.records.put_event(&mut self.events, event, self.base);
        self.count += 1;
    }

    /// The results at an instant (microseconds since 1970), in columns of one row.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20 stage MQL if score >= 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.apply(&visit(0))?;
    /// assert_eq!(state.score(&mut scorer, day)?.score.get(0), Some(20_0000));
    /// assert_eq!(state.score(&mut scorer, 7 * day)?.score.get(0), Some(0));
    /// assert!(state.score(&mut scorer, day).is_err()); // no way back
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StateError::Before`] for an instant before the last one it was asked for; [`StateError::OtherModel`] if the
    /// scorer is of another model.
    pub fn score<'s>(
        &mut self,
        scorer: &'s mut StateScorer,
        as_of: i64,
    ) -> Result<&'s ScoreColumns, StateError> {
        self.take(scorer, as_of)?;
        scorer.inner.run();
        // to sweep takes as long as to score some times: it is done when much has come
        if self.count > 16 + 2 * self.swept {
            self.sweep(scorer);
        }
        Ok(scorer.inner.scores())
    }

    /// The results at an instant as an outcome, without its ledger.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20 stage MQL if score >= 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.apply(&visit(0))?;
    /// let outcome = state.outcome(&mut scorer, day, "L1")?;
    /// assert_eq!((outcome.key.as_str(), outcome.stage.as_deref()), ("L1", Some("MQL")));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`LeadState::score`].
    pub fn outcome(
        &mut self,
        scorer: &mut StateScorer,
        as_of: i64,
        key: &str,
    ) -> Result<Outcome, StateError> {
        self.score(scorer, as_of)?;
        let labels = &self.model.plan.labels;
        let stage = labels.current_stage.and_then(|place| {
            match self.attribute_values().into_iter().nth(place as usize) {
                Some(Some(Value::Stage(name))) => Some(name.to_string()),
                _ => None,
            }
        });
        Ok(labels.outcome(scorer.inner.scores(), 0, key.to_owned(), stage, scorer.inner.respond_by()))
    }

    /// Forgets what cannot matter at the instant and after it. Scoring does so from time to time; do it before saving.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20 stage MQL if score >= 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.apply(&visit(0))?;
    /// state.apply(&visit(day))?;
    /// state.compact(&mut scorer, 2 * day)?;
    /// assert_eq!(state.held(), 1); // the older visit can never matter again
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`LeadState::score`].
    pub fn compact(&mut self, scorer: &mut StateScorer, as_of: i64) -> Result<(), StateError> {
        self.take(scorer, as_of)?;
        scorer.inner.run();
        self.sweep(scorer);
        self.events.shrink_to_fit();
        self.keys.shrink_to_fit();
        Ok(())
    }

    /// The facts that are left as a lead: whatever scores or explains it at the last instant asked for, or a later one,
    /// gives the same results as for all facts. Its events stand in no certain order.
    ///
    /// ```
    /// # use qualify_state::{StateModel, StateScorer, LeadState};
    /// # use qualify_model::{Event, EventId, Value};
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20 stage MQL if score >= 20";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// # let model = StateModel::of(&model).expect("it can be planned");
    /// # let mut scorer = StateScorer::new(&model);
    /// # let mut state = LeadState::new(&model);
    /// # let visit = |time| Event { kind: EventId(0), time, received: None, properties: vec![] };
    /// # let day = 86_400_000_000_i64;
    /// state.apply(&visit(0))?;
    /// let lead = state.lead("L1");
    /// assert_eq!((lead.key.as_str(), lead.events), ("L1", vec![visit(0)]));
    /// # Ok::<(), qualify_state::StateError>(())
    /// ```
    pub fn lead(&self, key: &str) -> Lead {
        let plan = &self.model.plan;
        let mut reader = Reader::new(&self.events);
        let mut events = Vec::with_capacity(self.count as usize);
        while let Some(mut record) = self.model.records.event(&mut reader, self.base) {
            let places = plan.schema.events[record.kind].properties.len();
            let mut properties = vec![None; places];
            for (column, place, form) in self.model.records.kinds[record.kind].iter().flatten() {
                let Some(cell) = value(&mut record.values, form) else { break };
                properties[*place as usize] = value_of(cell, &plan.needs.properties[*column as usize].ty);
            }
            let kind = EventId(record.kind as u32);
            events.push(Event { kind, time: record.time, received: record.received, properties });
        }
        Lead { key: key.to_owned(), attributes: self.attribute_values(), events }
    }

    /// Puts the lead into the hands of the scorer, at an instant.
    pub(crate) fn take(&mut self, scorer: &mut StateScorer, as_of: i64) -> Result<(), StateError> {
        if !Arc::ptr_eq(&self.model, &scorer.model) && self.model.digest != scorer.model.digest {
            return Err(StateError::OtherModel { wanted: scorer.model.digest(), found: self.model.digest() });
        }
        if as_of < self.asked {
            return Err(StateError::Before { asked: self.asked, as_of });
        }
        self.asked = as_of;
        scorer.load(self);
        scorer.inner.move_to(as_of);
        Ok(())
    }
}
