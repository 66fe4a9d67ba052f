//! What scores states: one for each thread.

use crate::bytes::Reader;
use crate::record::value;
use crate::retention::{Kept, sweep};
use crate::{LeadState, StateModel};
use qualify_engine::{Backend, Cell, Scorer};
use std::sync::Arc;

/// Scores the states of a model, one lead after the other, each at its own instant. Give each thread its own; it may be
/// sent to another thread. See [`LeadState`] for an example.
#[derive(Debug)]
pub struct StateScorer {
    pub(crate) model: Arc<StateModel>,
    pub(crate) inner: Scorer,
    pub(crate) room: crate::check::Room,
}

impl StateScorer {
    /// Of a model. All that are made so share its machine code.
    pub fn new(model: &Arc<StateModel>) -> StateScorer {
        StateScorer::of(model, model.engine.scorer())
    }

    /// Of a model, with a choice of what runs the program over the lead. For tests: all give the same results.
    #[doc(hidden)]
    pub fn with(model: &Arc<StateModel>, backend: Backend) -> StateScorer {
        StateScorer::of(model, Scorer::new(model.plan.clone(), 0, backend))
    }

    fn of(model: &Arc<StateModel>, inner: Scorer) -> StateScorer {
        let room = crate::check::Room::new(&model.plan);
        StateScorer { inner, room, model: model.clone() }
    }

    /// The model.
    pub fn model(&self) -> &Arc<StateModel> {
        &self.model
    }

    /// For each route the instant by which to respond, seen from the instant that was scored last.
    pub fn respond_by(&self) -> &[Option<i64>] {
        self.inner.respond_by()
    }

    /// Takes a lead in hand.
    pub(crate) fn load(&mut self, state: &LeadState) {
        let records = &self.model.records;
        let mut reader = Reader::new(&state.attributes);
        for (place, form) in records.attributes.iter().enumerate() {
            let Some(form) = form else { continue };
            self.inner.attribute(place, value(&mut reader, form).unwrap_or(Cell::Unknown));
        }
        self.inner.begin_events();
        let mut reader = Reader::new(&state.events);
        while let Some(mut record) = records.event(&mut reader, state.base) {
            let mut forms = records.kinds[record.kind].iter().flatten();
            self.inner.event(record.kind, record.time, record.received, &mut |_, _| {
                let form = forms.next().map(|(_, _, form)| form);
                form.and_then(|form| value(&mut record.values, form)).unwrap_or(Cell::Unknown)
            });
        }
    }
}

impl LeadState {
    /// Forgets what cannot matter from the instant on at which the scorer has just scored it.
    pub(crate) fn sweep(&mut self, scorer: &StateScorer) {
        let model = self.model.clone();
        let mut kept = Vec::with_capacity(self.count as usize);
        let mut ranges = Vec::with_capacity(self.count as usize);
        let mut reader = Reader::new(&self.events);
        while let Some(mut record) = model.records.event(&mut reader, self.base) {
            let forms = model.records.kinds[record.kind].iter().flatten();
            let cells = forms
                .map(|(column, _, form)| (*column, value(&mut record.values, form).unwrap_or(Cell::Unknown)));
            let cells = cells.collect();
            ranges.push(record.range);
            let (time, received) = (record.time, record.received);
            kept.push(Kept { kind: record.kind as u32, time, received, cells });
        }
        let stays = sweep(&model.plan, &model.retention, &scorer.inner, &kept);
        drop(kept);
        let mut to = 0;
        let mut count = 0;
        for ((start, end), _) in ranges.into_iter().zip(stays).filter(|(_, stays)| *stays) {
            self.events.copy_within(start..end, to);
            to += end - start;
            count += 1;
        }
        self.events.truncate(to);
        (self.count, self.swept) = (count, count);
    }
}
