//! Outcomes: what a model makes of a lead, and where two models differ.

use super::Encoder;
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::three::Num;
use crate::proof::{Place, PlaceKind};
use qualify_model::*;

/// What a model makes of a lead.
pub(crate) struct Ends {
    excluded: Lit,
    invalid: Lit,
    disqualified: Lit,
    /// Scores, grades and segments are there.
    pub(crate) evaluated: Lit,
    pub(crate) total: Num,
    pub(crate) scores: Vec<(String, Num)>,
    /// Stages, grades, segments and routes, each with when it is the lead's.
    pub(crate) places: Vec<(Place, Lit)>,
    /// Lengths to respond in, each with when it is the lead's.
    respond: Vec<(String, Lit)>,
}

impl<'m> Encoder<'_, 'm> {
    /// Whether the lead is disqualified, if it is scored at all.
    pub(super) fn disqualified(&mut self, which: usize) -> Lit {
        if let Some(known) = self.sides[which].disqualified {
            return known;
        }
        let any = self.any_verdict(&self.sides[which].model.disqualifies, which);
        self.sides[which].disqualified = Some(any);
        any
    }

    fn any_verdict(&mut self, verdicts: &'m [Verdict], which: usize) -> Lit {
        let here = self.everywhere(which);
        let each: Vec<Lit> =
            verdicts.iter().map(|verdict| self.truth(&verdict.condition, here).yes).collect();
        self.c.or(each)
    }

    /// What a model makes of the lead.
    pub(crate) fn ends(&mut self, which: usize) -> Ends {
        let model = self.sides[which].model;
        let excluded = self.any_verdict(&model.excludes, which);
        let invalid = self.missing(which);
        let invalid = self.c.and([!excluded, invalid]);
        let evaluated = self.c.and([!excluded, !invalid]);
        let disqualified = self.disqualified(which);
        let disqualified = self.c.and([evaluated, disqualified]);
        let scores = model.scores.iter().enumerate();
        let scores = scores.map(|(place, score)| {
            let value = self.score(ScoreId(place as u32), which);
            (score.name.clone(), Num { known: self.c.and([evaluated, value.known]), int: value.int })
        });
        let scores = scores.collect();
        let total = self.total_score(which);
        let mut ends = Ends {
            excluded,
            invalid,
            disqualified,
            evaluated,
            total: Num { known: evaluated, int: total.int },
            scores,
            places: Vec::new(),
            respond: Vec::new(),
        };
        self.placed(&mut ends, which);
        self.routed(&mut ends, which);
        ends
    }

    /// A required attribute is unknown.
    fn missing(&mut self, which: usize) -> Lit {
        let attributes = self.sides[which].model.schema.attributes.iter().enumerate();
        let required =
            attributes.filter(|(_, attribute)| attribute.required && attribute.owner == Owner::Lead);
        let places: Vec<usize> = required.map(|(place, _)| place).collect();
        let unknown: Vec<Lit> = places
            .into_iter()
            .map(|place| !self.seen(super::Source::Attribute(place), which).known)
            .collect();
        self.c.or(unknown)
    }

    fn placed(&mut self, ends: &mut Ends, which: usize) {
        let model = self.sides[which].model;
        let scored = self.c.and([ends.evaluated, !ends.disqualified]);
        let stages = self.result_stage(which);
        for (stage, lit) in model.stages.iter().zip(stages) {
            let place = Place { kind: PlaceKind::Stage, set: None, name: stage.name.clone() };
            ends.places.push((place, self.c.and([scored, lit])));
        }
        for (id, set) in model.grades.iter().enumerate() {
            for (lit, name) in self.grade(GradeId(id as u32), which) {
                let place = Place { kind: PlaceKind::Grade, set: Some(set.name.clone()), name };
                ends.places.push((place, self.c.and([ends.evaluated, lit])));
            }
        }
        for (id, segment) in model.segments.iter().enumerate() {
            let lit = self.segment(SegmentId(id as u32), which).yes;
            let place = Place { kind: PlaceKind::Segment, set: None, name: segment.name.clone() };
            ends.places.push((place, self.c.and([ends.evaluated, lit])));
        }
    }

    fn routed(&mut self, ends: &mut Ends, which: usize) {
        let model = self.sides[which].model;
        let here = self.everywhere(which);
        let mut free = self.c.and([ends.evaluated, !ends.disqualified]);
        for route in &model.routes {
            let holds = match &route.condition {
                Some(condition) => self.truth(condition, here).yes,
                None => TRUE,
            };
            let taken = self.c.and([free, holds]);
            free = self.c.and([free, !holds]);
            let place = Place { kind: PlaceKind::Route, set: None, name: route.name.clone() };
            match ends.places.iter().position(|(other, _)| *other == place) {
                Some(at) => ends.places[at].1 = self.c.or([ends.places[at].1, taken]),
                None => ends.places.push((place, taken)),
            }
            if let Some(length) = &route.respond_within {
                let length = calendar::param_length(length, &model.params);
                let zone = if matches!(length, Length::Exact(_)) { "" } else { &model.timezone };
                ends.respond.push((format!("{length:?} {zone}"), taken));
            }
        }
    }

    /// When two models make something else of the lead.
    pub(crate) fn differ(&mut self, old: &Ends, new: &Ends) -> Lit {
        let mut any = vec![
            self.c.xor(old.excluded, new.excluded),
            self.c.xor(old.invalid, new.invalid),
            self.c.xor(old.disqualified, new.disqualified),
            self.numbers_differ(&old.total, &new.total),
        ];
        let none = Num::unknown();
        let names = old.scores.iter().chain(&new.scores).map(|(name, _)| name);
        for name in names {
            let of =
                |ends: &'_ Ends| ends.scores.iter().find(|(other, _)| other == name).map(|(_, n)| n.clone());
            let (a, b) = (of(old).unwrap_or(none.clone()), of(new).unwrap_or(none.clone()));
            any.push(self.numbers_differ(&a, &b));
        }
        for (place, _) in old.places.iter().chain(&new.places) {
            let of = |ends: &Ends| {
                ends.places.iter().find(|(other, _)| other == place).map_or(FALSE, |(_, lit)| *lit)
            };
            any.push(self.c.xor(of(old), of(new)));
        }
        for (length, _) in old.respond.iter().chain(&new.respond) {
            let of = |ends: &Ends| -> Vec<Lit> {
                ends.respond.iter().filter(|(other, _)| other == length).map(|(_, lit)| *lit).collect()
            };
            let (a, b) = (self.c.or(of(old)), self.c.or(of(new)));
            any.push(self.c.xor(a, b));
        }
        self.c.or(any)
    }

    fn numbers_differ(&mut self, a: &Num, b: &Num) -> Lit {
        let known = self.c.xor(a.known, b.known);
        let same = self.c.equal(&a.int, &b.int);
        let value = self.c.and([a.known, b.known, !same]);
        self.c.or([known, value])
    }
}
