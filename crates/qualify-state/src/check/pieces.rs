//! Where pieces end: everything in a plan that depends on the instant other than smoothly.

use super::candidates::Facts;
use super::crossing::Next;
use super::slice::Slice;
use crate::StateModel;
use crate::retention::cap_of_result;
use qualify_engine::Scorer;
use qualify_plan::{Ask, Bound, BoundCurve, Instruction as I, N, Plan, PlanStep, PlanWindow, Program};
use qualify_vm::Registers;

/// See the module.
#[derive(Debug)]
pub(crate) struct Pieces {
    /// Instructions of the main program that ask for the instant.
    asking: Vec<Asking>,
    /// What they were asked for in the last run, and the points that steps are taken from.
    asked: Vec<(Option<i64>, Option<i64>)>,
    /// Programs over events and tables that ask for the instant.
    others: Vec<Program>,
    /// What decisions depend on.
    slice: Slice,
}

#[derive(Debug)]
struct Asking {
    place: usize,
    /// The register of what they ask it for.
    of: N,
    /// That of the points that steps are taken from.
    points: Option<N>,
    /// The number from which on more days do not matter.
    cap: Option<u64>,
}

impl Pieces {
    pub fn new(plan: &Plan, slice: Slice) -> Pieces {
        let operand = |instruction: &I| match instruction {
            I::DaysSince { a, .. } | I::DaysSinceDate { a, .. } | I::InWindows { a, .. } => Some(*a),
            I::Factor { since, .. } | I::LosingPoints { since, .. } => Some(*since),
            _ => None,
        };
        let code = plan.main.code.iter().enumerate().filter(|(place, _)| slice.instructions[*place]);
        let asking = code.filter_map(|(place, instruction)| {
            let of = operand(instruction)?;
            let counts_days = matches!(instruction, I::DaysSince { .. } | I::DaysSinceDate { .. });
            let cap = if counts_days { cap_of_result(plan, place) } else { None };
            let points = match instruction {
                I::LosingPoints { points, .. } => Some(*points),
                _ => None,
            };
            Some(Asking { place, of, points, cap })
        });
        let programs = plan.event_programs.iter().zip(&slice.programs);
        let tables = plan.tables.iter().map(|table| &table.program).zip(&slice.tables);
        let programs = programs.chain(tables).filter(|(_, asked)| **asked).map(|(program, _)| program);
        let others = programs.filter(|program| program.code.iter().any(I::asks_instant)).cloned().collect();
        Pieces { asking: asking.collect(), asked: Vec::new(), others, slice }
    }

    /// Before an instruction runs.
    pub fn watch(&mut self, place: usize, registers: &Registers) {
        if place == 0 {
            self.asked.clear();
        }
        if let Some(Asking { place: next, of, points, .. }) = self.asking.get(self.asked.len())
            && *next == place
        {
            let points = points.map(|points| registers.number(points.index(), 0).unwrap_or(0));
            self.asked.push((registers.number(of.index(), 0), points));
        }
    }

    /// The end of the piece that begins with the run that was watched.
    pub fn collect(&self, model: &StateModel, scorer: &Scorer, facts: &Facts, next: &mut Next) {
        let (plan, bound) = (&*model.plan, scorer.bound());
        for (Asking { place, cap, .. }, (asked, points)) in self.asking.iter().zip(&self.asked) {
            let (Some(asked), Some(instruction)) = (*asked, plan.main.code.get(*place)) else { continue };
            let is_left =
                |curve: &BoundCurve| points.is_none_or(|points| curve.left(points, bound.as_of, asked) != 0);
            match instruction {
                I::LosingPoints { curve, .. } if !bound.curves.get(curve.index()).is_some_and(is_left) => {}
                other => ask(plan, bound, other, asked, *cap, next),
            }
        }
        self.others.iter().for_each(|program| guess(plan, bound, program, facts, next));
        for event in &facts.events {
            next.at(event.time);
            event.received.into_iter().for_each(|received| next.at(received));
        }
        let mut seen = Seen { model, scorer, facts, next };
        let views = plan.views.iter().zip(&self.slice.views).filter(|(_, asked)| **asked);
        views.flat_map(|(view, _)| &view.ignores).for_each(|step| seen.step(step));
        let facts = plan.facts.iter().enumerate().filter(|(number, _)| self.slice.facts[*number]);
        for (number, fact) in facts {
            fact.steps.iter().for_each(|step| seen.step(step));
            let (curve, step) = match (&fact.ask, fact.steps.last()) {
                (Ask::Factors(curve), Some(step)) => (*curve, step),
                // nothing is left, and more time leaves no more
                (Ask::Each(_), _) if scorer.parts(number) == (0, 0) => continue,
                (Ask::Each(each), Some(step)) => match each.curve {
                    Some(curve) => {
                        if each.from.is_some() {
                            seen.curve_of_values(curve);
                        }
                        (curve, step)
                    }
                    None => continue,
                },
                _ => continue,
            };
            seen.curve(curve, step);
        }
    }
}

/// What an instruction gives changes.
fn ask(plan: &Plan, bound: &Bound, instruction: &I, asked: i64, cap: Option<u64>, next: &mut Next) {
    match instruction {
        I::DaysSince { .. } => next.days_since(asked, cap),
        I::DaysSinceDate { .. } => {
            let days = bound.today as i64 - asked;
            if cap.is_none_or(|cap| days < 0 || (days as u64) < cap) {
                next.day(&bound.zone);
            }
        }
        I::InWindows { windows, .. } => {
            let windows = plan.constants.windows.get(windows.index()).into_iter().flatten();
            windows.for_each(|window| next.window(window, asked, bound));
        }
        I::Factor { curve, .. } | I::LosingPoints { curve, .. } => {
            if let Some(curve) = bound.curves.get(curve.index()) {
                next.curve(curve, asked);
            }
        }
        _ => {}
    }
}

/// What a program gives that is not watched: it may ask for any instant that there is.
fn guess(plan: &Plan, bound: &Bound, program: &Program, facts: &Facts, next: &mut Next) {
    let mut instants = facts.instants.clone();
    let starts = facts.days.iter().copied().filter_map(|day| i32::try_from(day).ok());
    instants.extend(starts.map(|day| bound.zone.start_of_day(day)));
    for instruction in &program.code {
        if let I::NumberConstant { value, .. } = instruction {
            instants.push(*value);
            instants.extend(i32::try_from(*value).map(|day| bound.zone.start_of_day(day)));
        }
    }
    for instruction in program.code.iter().filter(|instruction| instruction.asks_instant()) {
        match instruction {
            I::DaysSinceDate { .. } => next.day(&bound.zone),
            other => instants.iter().for_each(|instant| ask(plan, bound, other, *instant, None, next)),
        }
    }
}

struct Seen<'a> {
    model: &'a StateModel,
    scorer: &'a Scorer,
    facts: &'a Facts,
    next: &'a mut Next,
}

impl Seen<'_> {
    /// The instants of events that a matcher may mean.
    fn meant(&self, matcher: u32) -> Vec<i64> {
        let means = self.model.retention.matchers.get(matcher as usize);
        let may_mean = |at: usize, kind: u32| match means {
            Some(means) if means.changes => means.kind.is_none_or(|of| of == kind),
            _ => self.scorer.means(at, matcher),
        };
        let events = self.facts.events.iter().enumerate();
        events.filter(|(at, event)| may_mean(*at, event.kind)).map(|(_, event)| event.time).collect()
    }

    /// Events enter and leave the windows of a step.
    fn step(&mut self, step: &PlanStep) {
        if step.windows.is_empty() {
            return;
        }
        let meant = self.meant(step.matcher);
        for window in &step.windows {
            match window {
                PlanWindow::Fixed(window) => {
                    meant.iter().for_each(|time| self.next.window(window, *time, self.scorer.bound()));
                }
                PlanWindow::SinceLast(step) | PlanWindow::BeforeLast(step) => self.step(step),
                PlanWindow::Since(_) | PlanWindow::Before(_) => {}
            }
        }
    }

    /// The curve of the events of a step.
    fn curve(&mut self, curve: u32, step: &PlanStep) {
        let Some(curve) = self.scorer.bound().curves.get(curve as usize) else { return };
        self.meant(step.matcher).into_iter().for_each(|time| self.next.curve(curve, time));
    }

    /// A curve that counts from values of events.
    fn curve_of_values(&mut self, curve: u32) {
        let bound = self.scorer.bound();
        let Some(curve) = bound.curves.get(curve as usize) else { return };
        self.facts.instants.iter().for_each(|instant| self.next.curve(curve, *instant));
        let days = self.facts.days.iter().filter_map(|day| i32::try_from(*day).ok());
        days.for_each(|day| self.next.curve(curve, bound.zone.start_of_day(day)));
    }
}
