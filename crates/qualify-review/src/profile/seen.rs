//! What occurs in the data: how often attributes are known, and which of the values that the model names are there.

use super::mentions::{Mentions, Named};
use qualify_model::{Batch, Column, EventColumns, Model, Needs, Type, UNKNOWN, text};
use std::collections::HashMap;
use std::sync::Arc;

/// Counts of one thread, or of all together.
pub(super) struct Seen<'m> {
    mentions: &'m Mentions,
    as_of: i64,
    /// For each attribute the leads that know it.
    pub known: Vec<u64>,
    /// For each attribute whose values are words, how many leads have each word.
    pub words: Vec<Vec<u64>>,
    /// For each event type how many events there are.
    pub events: Vec<u64>,
    /// For each column of properties that are words, and each event type, how many events have each word. Empty
    /// where no word is named.
    pub properties: Vec<Vec<Vec<u64>>>,
    /// For each value named as a text whether it occurs.
    objects: HashMap<&'m Named, bool>,
}

impl<'m> Seen<'m> {
    /// Nothing yet.
    pub fn new(model: &Model, needs: &Needs, mentions: &'m Mentions, as_of: i64) -> Seen<'m> {
        let schema = &model.schema;
        let words = |ty: &Type| match ty {
            Type::OneOf(id) => vec![0; schema.vocabulary(*id).words.len()],
            _ => Vec::new(),
        };
        let mut properties = vec![vec![Vec::new(); schema.events.len()]; needs.properties.len()];
        let mut objects = HashMap::new();
        for (named, _) in &mentions.values {
            match named {
                Named::Property { column, event, .. } => {
                    properties[*column][event.index()] = words(&needs.properties[*column].ty);
                }
                Named::Object { .. } => {
                    objects.insert(named, false);
                }
                Named::Word(..) | Named::Event(_) => {}
            }
        }
        Seen {
            mentions,
            as_of,
            known: vec![0; schema.attributes.len()],
            words: schema.attributes.iter().map(|attribute| words(&attribute.ty)).collect(),
            events: vec![0; schema.events.len()],
            properties,
            objects,
        }
    }

    /// Looks through a batch.
    pub fn add(&mut self, batch: &Batch) {
        for (place, column) in batch.leads.attributes.iter().enumerate() {
            let Some(column) = column else { continue };
            self.known[place] += known(column);
            count_words(column, &mut self.words[place]);
        }
        self.look_at(&batch.events);
        for long in &batch.events.long {
            long.events.each(&mut |piece| self.look_at(piece));
        }
    }

    fn look_at(&mut self, events: &EventColumns) {
        for (kind, time) in events.kinds.iter().zip(&events.times) {
            self.events[usize::from(*kind)] += u64::from(*time <= self.as_of);
        }
        for (column, counts) in events.properties.iter().zip(&mut self.properties) {
            if counts.iter().any(|counts| !counts.is_empty()) {
                count_properties(column, events, self.as_of, counts);
            }
        }
        self.look_for_objects(events);
    }

    /// Texts are looked for until they are met.
    fn look_for_objects(&mut self, events: &EventColumns) {
        for (named, met) in self.objects.iter_mut().filter(|(_, met)| !**met) {
            let Named::Object { column, event, text: wanted, glob } = named else { continue };
            let Some(Column::Text { codes, dictionary }) = events.properties.get(*column) else { continue };
            let fits: Vec<bool> = dictionary.iter().map(|value| fits(value, wanted, *glob)).collect();
            let mut rows = codes.iter().zip(&events.kinds).zip(&events.times);
            *met = rows.any(|((code, kind), time)| {
                usize::from(*kind) == event.index()
                    && *time <= self.as_of
                    && fits.get(*code as usize) == Some(&true)
            });
        }
    }

    /// What another thread saw.
    pub fn join(&mut self, other: Seen<'m>) {
        add(&mut self.known, &other.known);
        add(&mut self.events, &other.events);
        self.words.iter_mut().zip(&other.words).for_each(|(sums, counts)| add(sums, counts));
        for (sums, counts) in self.properties.iter_mut().zip(&other.properties) {
            sums.iter_mut().zip(counts).for_each(|(sums, counts)| add(sums, counts));
        }
        for (named, met) in other.objects {
            *self.objects.entry(named).or_default() |= met;
        }
    }

    /// Whether a value occurs.
    pub fn has(&self, named: &Named) -> bool {
        let at = |counts: &[u64], place: usize| counts.get(place).is_some_and(|count| *count > 0);
        match named {
            Named::Word(attribute, word) => at(&self.words[attribute.index()], *word as usize),
            Named::Event(event) => at(&self.events, event.index()),
            Named::Property { column, event, word, .. } => {
                at(&self.properties[*column][event.index()], *word as usize)
            }
            Named::Object { .. } => self.objects.get(named).copied().unwrap_or(false),
        }
    }

    /// Values that do not occur, each with the places where the model names it. Where the whole attribute is never
    /// known, or the event never happens, the value is not told apart.
    pub fn missing(&self) -> Vec<(&'m Named, Vec<qualify_diagnostics::Span>)> {
        let mut missing: Vec<(&Named, Vec<_>)> = Vec::new();
        let mut places: HashMap<&Named, usize> = HashMap::new();
        for (named, span) in &self.mentions.values {
            let whole = match named {
                Named::Word(attribute, _) => self.known[attribute.index()] > 0,
                Named::Event(_) => true,
                Named::Property { event, .. } | Named::Object { event, .. } => self.events[event.index()] > 0,
            };
            if !whole || self.has(named) {
                continue;
            }
            let place = *places.entry(named).or_insert_with(|| {
                missing.push((named, Vec::new()));
                missing.len() - 1
            });
            if !missing[place].1.contains(span) {
                missing[place].1.push(*span);
            }
        }
        missing
    }
}

fn add(sums: &mut [u64], counts: &[u64]) {
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}

fn known(column: &Column) -> u64 {
    let count = match column {
        Column::YesNo(values) => values.iter().filter(|value| **value != 1).count(),
        Column::Number { values, known: None } => values.len(),
        Column::Number { known: Some(known), .. } => known.iter().filter(|known| **known != 0).count(),
        Column::Text { codes, .. } | Column::List { codes, .. } => {
            codes.iter().filter(|code| **code != UNKNOWN).count()
        }
    };
    count as u64
}

fn count_words(column: &Column, counts: &mut [u64]) {
    let Column::Number { values, known } = column else { return };
    if counts.is_empty() {
        return;
    }
    for (row, value) in values.iter().enumerate() {
        let known = known.as_ref().is_none_or(|known| known[row] != 0);
        if let Some(count) = usize::try_from(*value).ok().and_then(|value| counts.get_mut(value)) {
            *count += u64::from(known);
        }
    }
}

fn count_properties(column: &Column, events: &EventColumns, as_of: i64, counts: &mut [Vec<u64>]) {
    let Column::Number { values, known } = column else { return };
    for (row, value) in values.iter().enumerate() {
        let counts = &mut counts[usize::from(events.kinds[row])];
        let Some(count) = usize::try_from(*value).ok().and_then(|value| counts.get_mut(value)) else {
            continue;
        };
        let known = known.as_ref().is_none_or(|known| known[row] != 0);
        *count += u64::from(known && events.times[row] <= as_of);
    }
}

fn fits(value: &Arc<str>, wanted: &str, glob: bool) -> bool {
    if glob { text::matches(value, wanted) } else { text::equal(value, wanted) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify::engine::EngineOptions;
    use qualify_model::{LeadColumns, LongEvents, LongLead};

    const RULES: &str = "lead key id { size integer }
        event visited (page text)
        when visited pricing add 20
        when visited docs add 1
        for each visited add 1";

    /// Visits of these pages at these times.
    fn visits(visits: &[(&str, i64)]) -> EventColumns {
        let dictionary = Arc::new(visits.iter().map(|(page, _)| Arc::from(*page)).collect());
        EventColumns {
            offsets: vec![0, visits.len() as u32],
            kinds: vec![0; visits.len()],
            times: visits.iter().map(|(_, time)| *time).collect(),
            properties: vec![Column::Text { codes: (0..visits.len() as u32).collect(), dictionary }],
            ..EventColumns::default()
        }
    }

    /// The same one by one.
    #[derive(Debug)]
    struct OneByOne(Vec<(&'static str, i64)>);

    impl LongEvents for OneByOne {
        fn count(&self) -> u64 {
            self.0.len() as u64
        }

        fn room(&self) -> usize {
            0
        }

        fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
            self.0.chunks(1).for_each(|visit| show(&visits(visit)));
        }
    }

    #[test]
    fn events_that_come_piece_by_piece_are_seen() {
        let model = qualify::Model::from_text(RULES).expect("the rules are right");
        let (engine, typed) = (model.engine(100, &EngineOptions::default()), model.typed());
        let mentions = Mentions::of(typed, engine.needs());
        let all = [("home", 1), ("Pricing", 50), ("home", 99), ("docs", 101)]; // the last one is yet to come
        let leads = || LeadColumns { rows: 1, attributes: vec![None], ..LeadColumns::default() };
        let long = vec![LongLead { row: 0, events: Arc::new(OneByOne(all.to_vec())) }];
        let piecewise = EventColumns { offsets: vec![0, 0], long, ..visits(&[]) };
        for events in [visits(&all), piecewise] {
            let mut seen = Seen::new(typed, engine.needs(), &mentions, 100);
            seen.add(&Batch { leads: leads(), events });
            assert_eq!(seen.events, [3]);
            let has: Vec<bool> = mentions
                .values
                .iter()
                .filter(|(named, _)| matches!(named, Named::Object { .. }))
                .map(|(named, _)| seen.has(named))
                .collect();
            assert_eq!(has, [true, false], "pricing was visited, docs were not");
        }
    }
}
