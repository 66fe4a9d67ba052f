//! The reference interpreter behind the columns of batches: lead by lead, for models that no engine takes and for
//! those who ask for it.

use qualify_model::{
    Batch, Entry, Event, EventColumns, EventId, Labels, Lead, LedgerLine, NONE, Named, Needs, Outcome,
    PointColumn, PropertyColumn, RuleId, Schema, ScoreColumns, Status, Tally,
};
use qualify_reference::Interpreter;

/// All facts of a schema, each property in a column of its own.
pub(crate) fn all_facts(schema: &Schema) -> Needs {
    let properties = schema.events.iter().enumerate().flat_map(|(kind, event)| {
        event.properties.iter().enumerate().map(move |(place, property)| {
            let mut places = vec![None; schema.events.len()];
            places[kind] = Some(place as u32);
            PropertyColumn { ty: property.ty.clone(), places }
        })
    });
    Needs {
        attributes: vec![true; schema.attributes.len()],
        events: vec![true; schema.events.len()],
        properties: properties.collect(),
        received: true,
    }
}

/// Scores batches that hold [all facts](all_facts).
pub(crate) struct Rows<'m> {
    pub interpreter: Interpreter<'m>,
    pub model: &'m qualify_model::Model,
    pub needs: &'m Needs,
    pub labels: &'m Labels,
    /// The instant of each route.
    pub respond_by: &'m [Option<i64>],
    pub tally: Tally,
}

impl Rows<'_> {
    pub fn score(&mut self, batch: &Batch) -> ScoreColumns {
        let mut columns = nothing(self.labels);
        for row in 0..batch.leads.rows {
            let lead = lead_of(&self.model.schema, self.needs, batch, row).unwrap_or_default();
            let outcome = self.interpreter.score(&lead);
            count(&mut self.tally, &outcome.ledger);
            self.push(&mut columns, &outcome);
        }
        let rules = self.tally.leads.len();
        columns.tally = std::mem::replace(&mut self.tally, Tally::new(rules));
        columns
    }

    /// The results of one lead, in columns of one row.
    pub fn score_one(&self, lead: &Lead) -> ScoreColumns {
        let mut columns = nothing(self.labels);
        self.push(&mut columns, &self.interpreter.score(lead));
        columns
    }

    /// Adds a row. [`Labels::outcome`] makes the same outcome of it, its ledger aside.
    fn push(&self, columns: &mut ScoreColumns, outcome: &Outcome) {
        let labels = self.labels;
        columns.rows += 1;
        columns.status.push(outcome.status);
        points(&mut columns.score, outcome.score);
        columns.scores.iter_mut().zip(&outcome.scores).for_each(|(column, units)| points(column, *units));
        for ((column, (_, words)), label) in
            columns.grades.iter_mut().zip(&labels.grades).zip(&outcome.grades)
        {
            column.push(number(words.iter().position(|word| Some(word) == label.as_ref())));
        }
        for (column, segment) in columns.segments.iter_mut().zip(&labels.segments) {
            column.push(u8::from(outcome.segments.contains(&segment.name)));
        }
        let stage = labels.stages.iter().position(|stage| Some(&stage.name) == outcome.stage.as_ref());
        columns.stage.push(number(stage));
        columns.stage_reason.push(outcome.stage_reason as u8);
        columns.stage_changed.push(u8::from(outcome.stage_changed));
        columns.unknown_current_stage.push(u8::from(outcome.unknown_current_stage));
        columns.route.push(number(self.route(outcome)));
        let held = |status, all| if outcome.status == status { self.held(all, outcome) } else { Vec::new() };
        flag(&mut columns.excluded, &held(Status::Excluded, &labels.excludes));
        flag(&mut columns.missing, &held(Status::Invalid, &labels.missing));
        flag(&mut columns.disqualified, &held(Status::Disqualified, &labels.disqualifies));
        columns.saturated.push(u8::from(outcome.saturated));
    }

    /// Which verdicts gave the reasons of an outcome, which stand in the order of the text; behind them stand
    /// those of its segments.
    fn held(&self, all: &[String], outcome: &Outcome) -> Vec<usize> {
        let segments = self.labels.segments.iter().filter(|segment| segment.because.is_some());
        let segments = segments.filter(|segment| outcome.segments.contains(&segment.name)).count();
        let own = outcome.reasons.len() - segments.min(outcome.reasons.len());
        let mut reasons = outcome.reasons[..own].iter().peekable();
        let holds = |(_, reason): &(usize, &String)| reasons.next_if(|next| next == reason).is_some();
        all.iter().enumerate().filter(holds).map(|(i, _)| i).collect()
    }

    /// Routes may share a name: then reason and instant tell them apart, and where these are the same too,
    /// nothing that is written does.
    fn route(&self, outcome: &Outcome) -> Option<usize> {
        let name = outcome.route.as_ref()?;
        let fits = |(route, respond_by): (&Named, &Option<i64>)| {
            let because =
                route.because.as_ref().is_none_or(|because| outcome.reasons.last() == Some(because));
            route.name == *name && because && *respond_by == outcome.respond_by
        };
        self.labels.routes.iter().zip(self.respond_by).position(fits)
    }
}

/// A lead of a batch that was read for these needs, with all its events, however many they are; what they do not name is
/// unknown. None if the batch has no such row.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
/// use qualify::typed::{Batch, Column, EventColumns, Keys, LeadColumns};
///
/// let size = Column::Number { values: vec![500], known: None };
/// let batch = Batch {
///     leads: LeadColumns { rows: 1, keys: Keys::Integers(vec![7]), attributes: vec![Some(size)] },
///     events: EventColumns { offsets: vec![0, 0], ..EventColumns::default() },
/// };
/// let lead = qualify::engine::lead_of(engine.schema(), engine.needs(), &batch, 0);
/// assert_eq!(lead.map(|lead| lead.key).as_deref(), Some("7"));
/// assert!(qualify::engine::lead_of(engine.schema(), engine.needs(), &batch, 1).is_none());
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
pub fn lead_of(schema: &Schema, needs: &Needs, batch: &Batch, row: usize) -> Option<Lead> {
    if row >= batch.leads.rows {
        return None;
    }
    let values = schema.attributes.iter().zip(&batch.leads.attributes);
    let attributes = values.map(|(attribute, column)| column.as_ref()?.value(row, &attribute.ty));
    let events = *batch.events.offsets.get(row)? as usize..*batch.events.offsets.get(row + 1)? as usize;
    let mut lead = Lead {
        key: batch.leads.keys.text(row),
        attributes: attributes.collect(),
        events: events.map(|at| event(schema, needs, &batch.events, at)).collect(),
    };
    for long in batch.events.long.iter().filter(|long| long.row == row) {
        long.events.each(&mut |piece| {
            lead.events.extend((0..piece.kinds.len()).map(|at| event(schema, needs, piece, at)));
        });
    }
    Some(lead)
}

fn event(schema: &Schema, needs: &Needs, events: &EventColumns, at: usize) -> Event {
    let kind = events.kinds[at] as usize;
    let mut properties = vec![None; schema.events[kind].properties.len()];
    for (wanted, column) in needs.properties.iter().zip(&events.properties) {
        if let Some(place) = wanted.places[kind] {
            properties[place as usize] = column.value(at, &wanted.ty);
        }
    }
    let received = events.received.as_ref().map(|times| times[at]).filter(|time| *time != i64::MIN);
    Event { kind: EventId(kind as u32), time: events.times[at], received, properties }
}

/// What the lines of a ledger say about rules.
fn count(tally: &mut Tally, ledger: &[LedgerLine]) {
    for line in ledger {
        let rules: &[RuleId] = match &line.entry {
            Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => std::slice::from_ref(rule),
            Entry::Multiplied(rules) => rules,
            Entry::Bounded | Entry::Score(_) | Entry::Formula => continue,
        };
        for (i, rule) in rules.iter().enumerate() {
            tally.leads[rule.index()] += 1;
            // the points of several multipliers belong to all of them together: told at the first
            tally.points[rule.index()] += if i == 0 { i128::from(line.points) } else { 0 };
        }
    }
}

/// Columns without rows.
fn nothing(labels: &Labels) -> ScoreColumns {
    ScoreColumns {
        scores: vec![PointColumn::default(); labels.scores.len()],
        grades: vec![Vec::new(); labels.grades.len()],
        segments: vec![Vec::new(); labels.segments.len()],
        excluded: vec![Vec::new(); labels.excludes.len()],
        missing: vec![Vec::new(); labels.missing.len()],
        disqualified: vec![Vec::new(); labels.disqualifies.len()],
        ..ScoreColumns::default()
    }
}

fn points(column: &mut PointColumn, units: Option<i64>) {
    column.values.push(units.unwrap_or(0));
    column.known.push(u8::from(units.is_some()));
}

fn number(place: Option<usize>) -> u16 {
    place.and_then(|place| u16::try_from(place).ok()).unwrap_or(NONE)
}

fn flag(columns: &mut [Vec<u8>], held: &[usize]) {
    columns.iter_mut().enumerate().for_each(|(i, column)| column.push(u8::from(held.contains(&i))));
}
