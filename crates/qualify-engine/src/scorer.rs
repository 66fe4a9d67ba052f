//! One lead at a time: the way of services that hold a plan and score a lead when something happens to it, each at
//! its own instant.

use crate::codes::Codes;
use crate::engine::{Backend, Engine};
use crate::worker::Room;
use qualify_model::{Batch, Column, Lead, ScoreColumns, UNKNOWN, Value};
use qualify_plan::{Bound, Plan};
use qualify_vm::{Registers, Slots};
use std::borrow::Cow;
use std::sync::Arc;

/// Different texts of an attribute or an event property that are remembered; then they begin anew.
const REMEMBERED: usize = 4096;

/// Scores leads one by one, at instants that may rise and fall: to move to another one takes about a microsecond for
/// a model without calendar terms. Allocates nothing once it has seen leads with as many events and the texts of
/// their properties.
///
/// It owns what it needs, shares plan and machine code with the engine that it comes from, and may be sent to another
/// thread.
#[derive(Debug)]
pub struct Scorer {
    engine: Engine,
    room: Room,
    batch: Batch,
    /// For each attribute of texts their codes.
    attribute_codes: Vec<Codes>,
    /// For each property column of texts their codes.
    codes: Vec<Codes>,
    scores: ScoreColumns,
}

impl Engine {
    /// For leads that come one by one, at first at the instant of the engine.
    pub fn scorer(&self) -> Scorer {
        let (engine, plan) = (self.moving(), self.plan());
        let needed = plan.schema.attributes.iter().zip(&plan.needs.attributes);
        let mut batch = Batch::default();
        batch.leads.attributes =
            needed.map(|(a, needed)| needed.then(|| Column::unknown(&a.ty, 1))).collect();
        batch.leads.rows = 1;
        batch.events.properties = plan.needs.properties.iter().map(|p| Column::unknown(&p.ty, 0)).collect();
        batch.events.received = plan.needs.received.then(Vec::new);
        Scorer {
            room: Room::new(&engine, 1),
            engine,
            attribute_codes: vec![Codes::default(); plan.schema.attributes.len()],
            codes: vec![Codes::default(); plan.needs.properties.len()],
            batch,
            scores: ScoreColumns::default(),
        }
    }
}

impl Scorer {
    /// Of a verified plan, at first at an instant (microseconds since 1970).
    pub fn new(plan: Arc<Plan>, as_of: i64, backend: Backend) -> Scorer {
        Engine::new(plan, as_of, backend).scorer()
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.engine.plan
    }

    /// The instant in force.
    pub fn as_of(&self) -> i64 {
        self.engine.bound.as_of
    }

    /// For each route the instant by which to respond, seen from the instant in force.
    pub fn respond_by(&self) -> &[Option<i64>] {
        &self.engine.bound.respond_by
    }

    /// Moves to an instant (microseconds since 1970), before or behind the one in force.
    pub fn move_to(&mut self, as_of: i64) {
        if as_of != self.as_of() {
            self.room.move_to(&mut self.engine, as_of);
        }
    }

    /// The results of a lead at an instant, which is in force from then on; in columns of one row.
    pub fn score_at(&mut self, lead: &Lead, as_of: i64) -> &ScoreColumns {
        self.move_to(as_of);
        self.score(lead)
    }

    /// The results of a lead at the instant in force, in columns of one row.
    pub fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        for place in 0..self.batch.leads.attributes.len() {
            let value = lead.attributes.get(place).and_then(Option::as_ref);
            self.attribute(place, Cell::of(value));
        }
        self.begin_events();
        for event in &lead.events {
            let value = |place: u32| event.properties.get(place as usize).and_then(Option::as_ref);
            self.add(event.kind.index(), event.time, event.received, |_, place| Cell::of(value(place)));
        }
        self.run()
    }

    /// Sets an attribute of the lead in hand; nothing if the plan does not read it.
    pub fn attribute(&mut self, place: usize, cell: Cell<'_>) {
        let Some(Some(column)) = self.batch.leads.attributes.get_mut(place) else { return };
        if set(column, cell, &mut self.attribute_codes[place]) {
            self.room.forget(&self.engine, place);
        }
    }

    /// The lead in hand has no events yet.
    pub fn begin_events(&mut self) {
        let events = &mut self.batch.events;
        events.kinds.clear();
        events.times.clear();
        events.received.iter_mut().for_each(Vec::clear);
        events.properties.iter_mut().for_each(clear);
    }

    /// An event more of the lead in hand; nothing if the plan does not read its type. `property` gives the values of
    /// the columns that the type has, in their order, each told the column and the place among the type's properties.
    pub fn event<'c>(
        &mut self,
        kind: usize,
        time: i64,
        received: Option<i64>,
        property: &mut dyn FnMut(usize, u32) -> Cell<'c>,
    ) {
        self.add(kind, time, received, property);
    }

    #[inline(always)]
    fn add<'c>(
        &mut self,
        kind: usize,
        time: i64,
        received: Option<i64>,
        mut property: impl FnMut(usize, u32) -> Cell<'c>,
    ) {
        let needs = &self.engine.plan.needs;
        if !needs.events.get(kind).copied().unwrap_or(false) {
            return;
        }
        let events = &mut self.batch.events;
        events.kinds.push(kind as u16);
        events.times.push(time);
        if let Some(all) = &mut events.received {
            all.push(received.unwrap_or(i64::MIN));
        }
        let columns = events.properties.iter_mut().zip(&needs.properties).zip(&mut self.codes);
        for (number, ((column, of), codes)) in columns.enumerate() {
            let place = of.places.get(kind).copied().flatten();
            push(column, place.map_or(Cell::Unknown, |place| property(number, place)), codes);
        }
    }

    /// The results of the lead in hand, in columns of one row.
    pub fn run(&mut self) -> &ScoreColumns {
        let offsets = &mut self.batch.events.offsets;
        offsets.clear();
        offsets.extend([0, self.batch.events.times.len() as u32]);
        self.room.score_one(&self.engine, &self.batch, &mut self.scores, None);
        &self.scores
    }

    /// The same, instruction by instruction in the interpreter: `watch` is told of each before it runs, by its place in
    /// the main program and what the registers hold in their one row.
    pub fn run_watched(&mut self, watch: &mut dyn FnMut(usize, &Registers)) -> &ScoreColumns {
        let offsets = &mut self.batch.events.offsets;
        offsets.clear();
        offsets.extend([0, self.batch.events.times.len() as u32]);
        self.room.score_one(&self.engine, &self.batch, &mut self.scores, Some(watch));
        &self.scores
    }

    /// The results of the lead that was scored last.
    pub fn scores(&self) -> &ScoreColumns {
        &self.scores
    }

    /// What of the plan depends on the instant, at the instant in force.
    pub fn bound(&self) -> &Bound {
        &self.engine.bound
    }

    /// Whether a matcher means an event of the lead that was scored last, by its place among them; an event that is not
    /// known yet is meant by none.
    pub fn means(&self, event: usize, matcher: u32) -> bool {
        self.room.means(event, matcher)
    }

    /// What was found in the events of the lead that was scored last, in columns of one row.
    pub fn answers(&self) -> &Slots {
        self.room.answers()
    }

    /// Of the lead that was scored last the parts above and below zero of the sum that answers a
    /// [`for each`](qualify_plan::Ask::Each), by the number of the fact.
    pub fn parts(&self, fact: usize) -> (i128, i128) {
        self.room.parts(fact)
    }
}

/// A value on its way into a column. One of another type than the column's is unknown.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Unknown.
    Unknown,
    /// Of yes/no.
    Truth(bool),
    /// Units of a number, a date, a time, a duration; the number of a word.
    Units(i64),
    /// A text that is not empty.
    Text(TextCell<'a>),
    /// A list; unknown if it is empty.
    List(Cow<'a, Vec<Value>>),
}

/// A text on its way into a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TextCell<'a> {
    /// Held by others too.
    Shared(&'a Arc<str>),
    /// Held by others only.
    Bare(&'a str),
}

impl TextCell<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            TextCell::Shared(text) => text,
            TextCell::Bare(text) => text,
        }
    }

    /// The text, to keep.
    pub fn to_arc(self) -> Arc<str> {
        match self {
            TextCell::Shared(text) => text.clone(),
            TextCell::Bare(text) => text.into(),
        }
    }
}

impl<'a> Cell<'a> {
    /// Of a value, if it is known.
    #[inline]
    pub fn of(value: Option<&'a Value>) -> Cell<'a> {
        match value {
            None => Cell::Unknown,
            Some(Value::YesNo(yes)) => Cell::Truth(*yes),
            Some(Value::Number(units) | Value::Time(units) | Value::Duration(units)) => Cell::Units(*units),
            Some(Value::Date(day)) => Cell::Units(*day as i64),
            Some(Value::Word(word)) => Cell::Units(*word as i64),
            Some(Value::Text(text) | Value::Stage(text)) => Cell::Text(TextCell::Shared(text)),
            Some(Value::List(list)) => Cell::List(Cow::Borrowed(list)),
        }
    }
}

/// The one value of an attribute. Whether its dictionary began anew.
fn set(column: &mut Column, cell: Cell<'_>, numbers: &mut Codes) -> bool {
    match column {
        Column::YesNo(values) => values[0] = yes_no(&cell),
        Column::Number { values, known } => {
            let units = units(&cell);
            values[0] = units.unwrap_or(0);
            let known = known.get_or_insert_default();
            known.clear();
            known.push(units.is_some() as u8);
        }
        Column::Text { codes, dictionary } => {
            let Cell::Text(text) = cell else {
                codes[0] = UNKNOWN;
                return false;
            };
            if let Some(code) = numbers.get(text.as_str()) {
                codes[0] = code;
                return false;
            }
            let texts = Arc::make_mut(dictionary); // nobody else holds it
            let is_full = texts.len() >= REMEMBERED;
            if is_full {
                texts.clear();
                numbers.clear();
            }
            let text = text.to_arc();
            codes[0] = texts.len() as u32;
            numbers.insert(text.clone(), codes[0]);
            texts.push(text);
            return is_full;
        }
        Column::List { codes, dictionary } => {
            let lists = Arc::make_mut(dictionary);
            lists.clear();
            lists.extend(list(cell));
            codes[0] = if lists.is_empty() { UNKNOWN } else { 0 };
        }
    }
    false
}

fn clear(column: &mut Column) {
    match column {
        Column::YesNo(values) => values.clear(),
        Column::Number { values, known } => {
            values.clear();
            known.get_or_insert_default().clear();
        }
        Column::Text { codes, .. } | Column::List { codes, .. } => codes.clear(),
    }
}

/// Appends the value of a property.
#[inline(always)]
fn push(column: &mut Column, cell: Cell<'_>, numbers: &mut Codes) {
    match column {
        Column::YesNo(values) => values.push(yes_no(&cell)),
        Column::Number { values, known } => {
            let units = units(&cell);
            values.push(units.unwrap_or(0));
            known.get_or_insert_default().push(units.is_some() as u8);
        }
        Column::Text { codes, dictionary } => {
            let code = match cell {
                Cell::Text(text) => match numbers.get(text.as_str()) {
                    Some(code) => code,
                    None => remember(text.to_arc(), codes, dictionary, numbers),
                },
                _ => UNKNOWN,
            };
            codes.push(code);
        }
        Column::List { codes, dictionary } => {
            let code = list(cell).map(|list| {
                let lists = Arc::make_mut(dictionary);
                // those of the lead before; a dictionary whose address stays must only grow
                if codes.iter().all(|code| *code == UNKNOWN) {
                    lists.clear();
                }
                lists.push(list);
                lists.len() as u32 - 1
            });
            codes.push(code.unwrap_or(UNKNOWN));
        }
    }
}

/// The code of a text that was not met before. The dictionary becomes another one, as others hold it.
#[cold]
fn remember(
    text: Arc<str>,
    codes: &mut [u32],
    dictionary: &mut Arc<Vec<Arc<str>>>,
    numbers: &mut Codes,
) -> u32 {
    let mut texts = dictionary.to_vec();
    if texts.len() >= REMEMBERED {
        // only those of the lead in hand stay
        let kept: Vec<Arc<str>> =
            codes.iter().filter_map(|code| texts.get(*code as usize).cloned()).collect();
        numbers.clear();
        texts.clear();
        for (code, text) in codes.iter_mut().filter(|code| **code != UNKNOWN).zip(kept) {
            let next = texts.len() as u32;
            *code = numbers.get(&text).unwrap_or(next);
            if *code == next {
                numbers.insert(text.clone(), next);
                texts.push(text);
            }
        }
    }
    let code = texts.len() as u32;
    texts.push(text.clone());
    numbers.insert(text, code);
    *dictionary = Arc::new(texts);
    code
}

fn yes_no(cell: &Cell<'_>) -> u8 {
    match cell {
        Cell::Truth(yes) => 2 * *yes as u8,
        _ => 1,
    }
}

fn units(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Units(units) => Some(*units),
        _ => None,
    }
}

/// An empty list is unknown.
fn list(cell: Cell<'_>) -> Option<Vec<Value>> {
    match cell {
        Cell::List(list) if !list.is_empty() => Some(list.into_owned()),
        _ => None,
    }
}
