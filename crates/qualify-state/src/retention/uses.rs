//! From the facts of a plan to the uses that they make of events.

use super::caps::cap;
use super::reach::Reach;
use super::{Chains, Keep, Retention, Use, end};
use qualify_model::{Aggregate, Type};
use qualify_plan::{Ask, Each, Fact, GroupBy, Instruction, Plan, PlanStep, PlanWindow, SlotAt};

impl Retention {
    /// Adds the uses of all facts and ignores.
    pub(super) fn add_uses(&mut self, plan: &Plan) {
        for (number, fact) in plan.facts.iter().enumerate() {
            let number = number as u32;
            self.add_anchors(&fact.steps, Some(fact.view), number);
            self.add_fact(plan, number, fact);
        }
        for (view, of) in plan.views.iter().enumerate() {
            // an ignore that asks of the events of a view looks at those of the view around it
            let fact = plan.facts.iter().position(|fact| fact.view as usize == view).unwrap_or(0) as u32;
            self.add_anchors(&of.ignores, of.within, fact);
            for ignore in of.ignores.iter().filter(|ignore| ignore.silence.is_some()) {
                let reach = Reach { open: true, ..Reach::default() };
                self.uses.push(Use {
                    matcher: ignore.matcher,
                    view: of.within,
                    reach,
                    keep: Keep::All,
                    fact,
                });
            }
        }
    }

    /// What `since last …` and `before last …` refer to.
    fn add_anchors(&mut self, steps: &[PlanStep], view: Option<u32>, fact: u32) {
        for window in steps.iter().flat_map(|step| &step.windows) {
            if let PlanWindow::SinceLast(step) | PlanWindow::BeforeLast(step) = window {
                self.add_anchors(std::slice::from_ref(step), view, fact);
                let reach = own_reach(step);
                let keep = match (&step.silence, reach.open) {
                    (Some(_), _) => Keep::AndBefore,
                    (None, true) => Keep::All,
                    (None, false) => Keep::Newest(1),
                };
                self.uses.push(Use { matcher: step.matcher, view, reach, keep, fact });
            }
        }
    }

    fn add_fact(&mut self, plan: &Plan, number: u32, fact: &Fact) {
        let reaches = reaches(&fact.steps);
        let silent = fact.steps.iter().any(|step| step.silence.is_some());
        let (step, reach) = match (&fact.steps[..], &reaches[..]) {
            ([step], [reach]) if !silent => (step, reach),
            _ => return self.add_steps(plan, number, fact, reaches),
        };
        let add = |retention: &mut Retention, keep: Keep, end: Option<i64>| {
            let open = reach.open && keep != Keep::All;
            let keep = if open { Keep::All } else { keep };
            let reach = Reach { end, ..reach.clone() };
            retention.uses.push(Use {
                matcher: step.matcher,
                view: Some(fact.view),
                reach,
                keep,
                fact: number,
            });
        };
        let newest = |slot: SlotAt| cap(plan, slot).map_or(Keep::All, Keep::Newest);
        let behind = |places: u32| SlotAt(fact.slot.0 + places);
        match &fact.ask {
            Ask::Count => add(self, newest(fact.slot), None),
            Ask::Newest => add(self, Keep::Newest(1), None),
            Ask::Days => add(self, Keep::PerDay(1), None),
            Ask::Different(column) => add(self, Keep::PerValue(*column, 1), None),
            Ask::Groups { by, low, high } => {
                let count = match high {
                    &i64::MAX => *low,
                    high => high.saturating_add(1),
                };
                let count = u64::try_from(count).unwrap_or(0).max(1);
                add(
                    self,
                    match by {
                        GroupBy::Property(column) => Keep::PerValue(*column, count),
                        GroupBy::Period(unit) => Keep::PerPeriod(*unit, count),
                    },
                    None,
                );
            }
            Ask::Choose(Aggregate::Latest, column) => add(self, Keep::NewestInstant(Some(*column)), None),
            Ask::Choose(Aggregate::First, column) if reach.is_endless() && is_fixed(step) => {
                add(self, Keep::OldestInstant(*column), None);
            }
            Ask::Choose(how @ (Aggregate::Largest | Aggregate::Smallest), column)
                if is_number(plan, *column) =>
            {
                let is_largest = *how == Aggregate::Largest;
                let stays = reach.is_endless() && is_fixed(step);
                add(self, Keep::Extreme { column: *column, is_largest, stays }, None);
            }
            Ask::OfNewest(_) => add(self, Keep::NewestInstant(None), None),
            Ask::Factors(curve) => {
                add(self, Keep::All, plan.constants.curves.get(*curve as usize).and_then(end));
                add(self, newest(behind(1)), None);
            }
            Ask::Each(each) => match fading(plan, fact, each) {
                Some(end) => {
                    add(self, Keep::All, Some(end));
                    add(self, newest(behind(1)), None);
                }
                None => add(self, Keep::All, None),
            },
            Ask::Choose(..) | Ask::Total(_) | Ask::Sum(_) => add(self, Keep::All, None),
        }
    }

    /// Sequences and silences.
    fn add_steps(&mut self, plan: &Plan, number: u32, fact: &Fact, reaches: Vec<Reach>) {
        let silent = fact.steps.iter().any(|step| step.silence.is_some());
        let endless = reaches.iter().all(|reach| reach.windows.is_empty() && !reach.open);
        let fixed = fact.steps.iter().all(is_fixed);
        if !silent
            && endless
            && fixed
            && fact.ask == Ask::Count
            && let Some(count) = cap(plan, fact.slot)
        {
            return self.sequences.push(Chains { fact: number, count });
        }
        for (step, reach) in fact.steps.iter().zip(reaches) {
            let keep = if step.silence.is_some() { Keep::AndBefore } else { Keep::All };
            self.uses.push(Use { matcher: step.matcher, view: Some(fact.view), reach, keep, fact: number });
        }
    }
}

/// Whether a property column holds what is compared as a number.
fn is_number(plan: &Plan, column: u32) -> bool {
    let ty = plan.needs.properties.get(column as usize).map(|property| &property.ty);
    matches!(ty, Some(Type::Number(_) | Type::Date | Type::Time | Type::Duration))
}

/// The age at which points of `for each` are gone, if nothing else than the count is asked of older events.
fn fading(plan: &Plan, fact: &Fact, each: &Each) -> Option<i64> {
    let held = SlotAt(fact.slot.0 + 2);
    let reads_held = |instruction: &Instruction| matches!(instruction, Instruction::SlotTruth { slot, .. } if *slot == held);
    let plain = each.from.is_none() && each.unless.is_none() && each.different.is_none();
    if !plain || plan.main.code.iter().any(reads_held) {
        return None;
    }
    end(plan.constants.curves.get(each.curve? as usize)?)
}

/// The windows of a step that are the same for all leads, and whether others close it.
fn own_reach(step: &PlanStep) -> Reach {
    let mut reach = Reach::default();
    for window in &step.windows {
        match window {
            PlanWindow::Fixed(window) => reach.windows.push(window.clone()),
            PlanWindow::Since(_) | PlanWindow::SinceLast(_) => {}
            PlanWindow::Before(_) | PlanWindow::BeforeLast(_) => reach.open = true,
        }
    }
    reach
}

/// Whether all windows are the same for all leads.
fn is_fixed(step: &PlanStep) -> bool {
    step.windows.iter().all(|window| matches!(window, PlanWindow::Fixed(_)))
}

/// For each step its reach: an earlier one lies less than a gap before the next.
fn reaches(steps: &[PlanStep]) -> Vec<Reach> {
    let mut reaches: Vec<Reach> = Vec::with_capacity(steps.len());
    let mut gap = None;
    for step in steps.iter().rev() {
        let mut reach = own_reach(step);
        if let (Some(next), Some(gap)) = (reaches.last(), gap.take()) {
            reach.next = Some((Box::new(Reach::clone(next)), gap));
        }
        gap = step.gap.clone();
        reaches.push(reach);
    }
    reaches.reverse();
    reaches
}
