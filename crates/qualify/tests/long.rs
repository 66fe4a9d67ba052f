//! Leads of a batch whose events come piece by piece.

use qualify::engine::{Backend, EngineOptions, lead_of};
use qualify::leads::{Event, Value};
use qualify::typed::{Batch, Column, EventColumns, EventId, Keys, LeadColumns, LongEvents, LongLead};
use qualify::{Engine, Model};
use std::sync::Arc;

/// Visits at these times, each in a piece of its own, of every other one the page is known.
#[derive(Debug)]
struct Visits(Vec<i64>);

fn visits(times: &[i64]) -> EventColumns {
    let codes = times.iter().map(|time| if time % 2 == 0 { 0 } else { u32::MAX }).collect();
    EventColumns {
        offsets: vec![0, times.len() as u32],
        kinds: vec![0; times.len()],
        times: times.to_vec(),
        received: None,
        properties: vec![Column::Text { codes, dictionary: Arc::new(vec!["pricing".into()]) }],
        long: Vec::new(),
    }
}

impl LongEvents for Visits {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn room(&self) -> usize {
        1 << 20
    }

    fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
        self.0.chunks(1).for_each(|time| show(&visits(time)));
    }
}

/// Three leads with the visits 2 and 3; 4, 6 and 7; none. Of the second they come piece by piece.
fn batch() -> Batch {
    let long = vec![LongLead { row: 1, events: Arc::new(Visits(vec![4, 6, 7])) }];
    let events = EventColumns { offsets: vec![0, 2, 2, 2], long, ..visits(&[2, 3]) };
    let keys = Keys::Integers(vec![10, 11, 12]);
    Batch { leads: LeadColumns { rows: 3, keys, attributes: vec![None] }, events }
}

fn engine() -> Engine {
    let rules = "lead key id { size integer }
        event visited (page text)
        when visited pricing add 20
        for each visited add 1";
    let model = Model::from_text(rules).expect("the rules are right");
    model.engine(100, &EngineOptions { backend: Backend::Reference })
}

#[test]
fn a_lead_of_a_batch_has_all_its_events() {
    let (engine, batch) = (engine(), batch());
    let event = |time: i64| {
        let page = (time % 2 == 0).then(|| Value::Text("pricing".into()));
        Event { kind: EventId(0), time, received: None, properties: vec![page] }
    };
    for (row, times) in [(0, vec![2, 3]), (1, vec![4, 6, 7]), (2, vec![])] {
        let lead = lead_of(engine.schema(), engine.needs(), &batch, row).expect("a row");
        assert_eq!(lead.key, (10 + row).to_string());
        assert_eq!(lead.events, times.into_iter().map(event).collect::<Vec<_>>());
    }
}

#[test]
fn the_reference_scores_all_events() {
    let (engine, batch) = (engine(), batch());
    let scores = engine.worker().score(&batch);
    assert_eq!(scores.score.values, [22_0000, 23_0000, 0]);
}
