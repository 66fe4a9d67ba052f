//! What smooth decay can change within a piece.

use super::decision::Decision;
use super::interval::{Range, Ranges, run};
use super::slice::Slice;
use super::taint::{Taint, is_smooth, smooth_facts};
use crate::StateModel;
use qualify_engine::Scorer;
use qualify_plan::{Ask, Instruction as I, Plan, Register, RegisterType, SlotAt};
use qualify_vm::{Registers, SlotColumn};
use std::collections::HashMap;

/// See the module.
#[derive(Debug)]
pub(crate) struct Smooth {
    taint: Taint,
    facts: Vec<(usize, SlotAt)>,
    /// For each instruction that depends on smooth decay what it read in the run that was watched, and whether that
    /// depends on smooth decay too.
    captured: Vec<Vec<(Register, bool, Range)>>,
}

/// What the facts that move smoothly gave at an instant.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    at: i64,
    /// The parts above and below zero; none if it is unknown.
    facts: Vec<Option<(i128, i128)>>,
}

impl Ends {
    /// Of the lead that was scored last.
    pub fn of(smooth: &Smooth, scorer: &Scorer, at: i64) -> Ends {
        let plan = scorer.plan();
        let part = |(fact, slot): &(usize, SlotAt)| match plan.facts.get(*fact).map(|fact| &fact.ask) {
            Some(Ask::Factors(_)) => match scorer.answers().columns.get(slot.index()) {
                Some(SlotColumn::Number { values, known }) if known.first() == Some(&1) => {
                    Some((*values.first()? as i128, 0))
                }
                _ => None,
            },
            _ => Some(scorer.parts(*fact)),
        };
        Ends { at, facts: smooth.facts.iter().map(part).collect() }
    }
}

impl Smooth {
    pub fn new(plan: &Plan, slice: &Slice) -> Smooth {
        let mut taint = Taint::new(plan, slice);
        if taint.outputs.is_empty() {
            taint.instructions.clear();
        }
        Smooth { facts: smooth_facts(plan), taint, captured: Vec::new() }
    }

    /// Whether any decision depends on smooth decay.
    pub fn matters(&self) -> bool {
        !self.taint.outputs.is_empty()
    }

    pub fn begin(&mut self) {
        self.captured.clear();
    }

    /// Before an instruction runs.
    pub fn watch(&mut self, place: usize, registers: &Registers) {
        let Some((next, reads)) = self.taint.instructions.get(self.captured.len()) else { return };
        if *next != place {
            return;
        }
        let value = |(register, depends): &(Register, bool)| {
            let at = register.1 as usize;
            let range = match register.0 {
                RegisterType::Truth => Range::truth(1 << registers.truth(at, 0)),
                RegisterType::Number => Range::number(registers.number(at, 0).map(i128::from)),
                RegisterType::Wide => Range::wide(registers.wide(at, 0)),
                RegisterType::Text | RegisterType::List => Range::ANY,
            };
            (*register, *depends, Range { same: true, ..range })
        };
        self.captured.push(reads.iter().map(value).collect());
    }

    /// The first instant behind the start of a piece, up to its last, at which a decision differs from that at the
    /// start.
    pub fn first_change(
        &self,
        model: &StateModel,
        scorer: &mut Scorer,
        base: &Decision,
        starts: Ends,
        last: i64,
        scorings: &mut usize,
    ) -> Option<i64> {
        if last <= starts.at {
            return None;
        }
        let mut search = Search { smooth: self, model, scorer, base, scorings };
        let (ends, same) = search.score(last);
        search.first(&starts, &ends, same)
    }

    /// Whether no decision can differ between two instants of the piece.
    fn is_settled(&self, model: &StateModel, scorer: &Scorer, from: &Ends, to: &Ends) -> bool {
        let plan = &*model.plan;
        let mut ranges = Ranges::new(&plan.main.registers);
        let mut slots: HashMap<u32, Range> = HashMap::new();
        for ((_, slot), (early, late)) in self.facts.iter().zip(from.facts.iter().zip(&to.facts)) {
            let range = match (early, late) {
                // the points of its events are not always the same
                _ if self.taint.loose.contains(&slot.0) => Range::ANY,
                // both parts only shrink
                (Some(early), Some(late)) => {
                    Range::between(late.0.saturating_add(early.1), early.0.saturating_add(late.1))
                }
                (None, None) => Range::number(None),
                _ => Range::ANY,
            };
            slots.insert(slot.0, range);
        }
        for ((place, _), captured) in self.taint.instructions.iter().zip(&self.captured) {
            let Some(instruction) = plan.main.code.get(*place) else { continue };
            let mut all_same = true;
            for (register, depends, range) in captured {
                let now = ranges.get(*register);
                if !depends || now.same || now.is_only(register.0, range) {
                    ranges.set(*register, *range);
                } else {
                    all_same = false;
                }
            }
            let source = match instruction {
                I::Factor { curve, since, .. } if is_smooth(plan, curve.0) => {
                    let since = ranges.get(since.register());
                    let curve = scorer.bound().curves.get(curve.index());
                    Some(match (curve, since.single()) {
                        (Some(curve), Some(since)) => {
                            let left = |at: i64| curve.numerator(at, since as i64) as i128;
                            Range::between(left(to.at), left(from.at))
                        }
                        _ if !since.known => Range::number(None),
                        _ => Range::ANY,
                    })
                }
                I::SlotNumber { slot, .. } | I::SlotWide { slot, .. } => {
                    Some(slots.get(&slot.0).copied().unwrap_or(Range::ANY))
                }
                _ => None,
            };
            if all_same && source.is_none() {
                ranges.set_written(instruction, Range { same: true, ..Range::ANY });
                continue;
            }
            run(plan, instruction, source, &mut ranges);
        }
        self.taint.outputs.iter().all(|output| match (ranges.get(*output), output.0) {
            (range, _) if range.same => true,
            (range, RegisterType::Truth) => range.is_decided(),
            (range, _) => range.single().is_some() || !range.known,
        })
    }
}

struct Search<'a> {
    smooth: &'a Smooth,
    model: &'a StateModel,
    scorer: &'a mut Scorer,
    base: &'a Decision,
    scorings: &'a mut usize,
}

impl Search<'_> {
    /// What the facts give at an instant, and whether the decision is the same.
    fn score(&mut self, at: i64) -> (Ends, bool) {
        *self.scorings = self.scorings.saturating_sub(1);
        self.scorer.move_to(at);
        let same = Decision::of(self.scorer.run()) == *self.base;
        (Ends::of(self.smooth, self.scorer, at), same)
    }

    /// The first change behind `from`, at which the decision is the same, up to `to`.
    fn first(&mut self, from: &Ends, to: &Ends, same_at_end: bool) -> Option<i64> {
        if same_at_end && self.smooth.is_settled(self.model, self.scorer, from, to) {
            return None;
        }
        if to.at - from.at <= 1 {
            return (!same_at_end).then_some(to.at);
        }
        if *self.scorings == 0 {
            // as early as it might be
            return Some(from.at + 1);
        }
        let (middle, same) = self.score(from.at + (to.at - from.at) / 2);
        match self.first(from, &middle, same) {
            None => self.first(&middle, to, same_at_end),
            found => found,
        }
    }
}
