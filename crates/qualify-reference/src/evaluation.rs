//! One lead in evaluation: its facts, and the named things computed so far.

use crate::Interpreter;
use crate::memo::Memo;
use crate::number::Wide;
use crate::score::Scored;
use crate::stage::Staged;
use crate::view::View;
use crate::watch::{Chosen, Watch};
use qualify_model::{Event, Lead, LetId, Model, Outcome, Target, Truth, Type, Value};
use std::cell::OnceCell;
use std::rc::Rc;

pub(crate) struct Evaluation<'a> {
    pub(crate) of: &'a Interpreter<'a>,
    pub(crate) model: &'a Model,
    pub(crate) lead: &'a Lead,
    /// Set when the expectations of a test are looked at: names then stand for what came out.
    pub(crate) concluded: Option<&'a Outcome>,
    /// Who is told what is looked at.
    pub(crate) watch: Option<&'a dyn Watch>,
    /// For the total and each score the events that its rules see, from the oldest to the newest.
    pub(crate) views: Vec<OnceCell<View>>,
    pub(crate) lets: Vec<Memo<Option<Named>>>,
    pub(crate) scores: Vec<Memo<Rc<Scored>>>,
    pub(crate) total: Memo<Rc<Scored>>,
    pub(crate) grades: Vec<Memo<Option<String>>>,
    pub(crate) segments: Vec<Memo<Truth>>,
    pub(crate) stages: Vec<Memo<Truth>>,
    pub(crate) stage: Memo<Staged>,
    pub(crate) disqualified: Memo<Rc<[String]>>,
}

/// The value of a `let`.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) value: Value,
    /// It was held at an end of its range on the way.
    pub(crate) held: bool,
}

/// What an expression can see beside the lead.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// The events that count.
    pub(crate) events: &'s View,
    /// The event in hand.
    pub(crate) event: Option<&'s Event>,
    /// How many events had the value in hand.
    pub(crate) times: Option<i64>,
    /// In the formula of the total, where a score without a value adds 0.
    pub(crate) formula: bool,
}

impl<'s> Scope<'s> {
    /// Without an event in hand.
    pub(crate) fn of(events: &'s View) -> Scope<'s> {
        Scope { events, event: None, times: None, formula: false }
    }

    /// With this event in hand.
    pub(crate) fn with(self, event: &'s Event) -> Scope<'s> {
        Scope { event: Some(event), ..self }
    }
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(of: &'a Interpreter<'a>, lead: &'a Lead) -> Evaluation<'a> {
        let model = of.model;
        Evaluation {
            of,
            model,
            lead,
            concluded: None,
            watch: None,
            views: (0..=model.scores.len()).map(|_| OnceCell::new()).collect(),
            lets: model.lets.iter().map(|_| Memo::default()).collect(),
            scores: model.scores.iter().map(|_| Memo::default()).collect(),
            total: Memo::default(),
            grades: model.grades.iter().map(|_| Memo::default()).collect(),
            segments: model.segments.iter().map(|_| Memo::default()).collect(),
            stages: model.stages.iter().map(|_| Memo::default()).collect(),
            stage: Memo::default(),
            disqualified: Memo::default(),
        }
    }

    /// Tells who watches that a row, line, stage, route or ignore was chosen.
    pub(crate) fn tell(&self, chosen: Chosen) {
        if let Some(watch) = self.watch {
            watch.chosen(chosen);
        }
    }

    pub(crate) fn event(&self, index: u32) -> &'a Event {
        &self.lead.events[index as usize]
    }

    /// What is written in a score's block, or outside all (the total), sees these facts.
    pub(crate) fn scope(&self, home: Target) -> Scope<'_> {
        Scope::of(self.view(home))
    }

    /// The value of a `let`, held in 64 bits; it sees the events of the block it stands in, wherever it is used.
    pub(crate) fn named(&self, id: LetId) -> Option<Named> {
        self.lets[id.index()].get(None, || {
            let definition = &self.model.lets[id.index()];
            let scope = self.scope(definition.within.map_or(Target::Total, Target::Score));
            match &definition.value.ty {
                Type::Number(_) => {
                    let Wide { units, held } = self.number(&definition.value, scope)?.end();
                    Some(Named { value: Value::Number(units as i64), held })
                }
                _ => self.value(&definition.value, scope).map(|value| Named { value, held: false }),
            }
        })
    }
}
