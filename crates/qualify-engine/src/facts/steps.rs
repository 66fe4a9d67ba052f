//! The events of steps: in their windows, after silences, one after the other in sequences.

use crate::pass::{Classes, Pass, Rows};
use qualify_model::Length;
use qualify_model::calendar::Interval;
use qualify_plan::{Bound, PlanStep, PlanWindow};

/// A step at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundStep {
    matcher: u32,
    pub gap: Option<Length>,
    pub silence: Option<Length>,
    /// What lies in all windows that are the same for all leads.
    fixed: Interval,
    anchored: Vec<Anchored>,
}

/// A window that differs from lead to lead.
#[derive(Clone, Debug, PartialEq)]
enum Anchored {
    Since(u32),
    Before(u32),
    SinceLast(BoundStep),
    BeforeLast(BoundStep),
}

/// A lead with its events in hand. Events are places in the block.
pub(crate) struct Lead<'a> {
    class_of: &'a [u32],
    classes: &'a Classes,
    /// The place in the batch of the first event of the block.
    pub first: usize,
    /// The instants of the events of the block.
    pub times: &'a [i64],
    pub bound: &'a Bound,
    /// Number arguments of the fact.
    numbers: &'a [Option<i64>],
}

impl<'a> Lead<'a> {
    pub fn new(pass: &'a Pass, rows: &Rows<'a>, numbers: &'a [Option<i64>]) -> Lead<'a> {
        let range = rows.range();
        let (first, times) = (range.start, &rows.events.times[range]);
        Lead { class_of: &pass.class_of, classes: &pass.classes, first, times, bound: rows.bound, numbers }
    }

    #[inline(always)]
    pub fn time(&self, event: u32) -> i64 {
        self.times[event as usize]
    }

    #[inline(always)]
    pub fn means(&self, step: &BoundStep, event: u32) -> bool {
        self.classes.means(self.class_of[event as usize], step.matcher)
    }

    /// The part of events in order of time that lies in an interval.
    pub fn during<'e>(&self, interval: Interval, events: &'e [u32]) -> &'e [u32] {
        let from = events.partition_point(|event| self.time(*event) < interval.first);
        let to = events.partition_point(|event| self.time(*event) <= interval.last);
        events.get(from..to).unwrap_or_default()
    }
}

impl BoundStep {
    pub fn new(step: &PlanStep, bound: &Bound) -> BoundStep {
        let mut fixed = Interval::ALL;
        let mut anchored = Vec::new();
        for window in &step.windows {
            match window {
                PlanWindow::Fixed(window) => fixed = fixed.and(bound.window(window)),
                PlanWindow::Since(argument) => anchored.push(Anchored::Since(*argument)),
                PlanWindow::Before(argument) => anchored.push(Anchored::Before(*argument)),
                PlanWindow::SinceLast(step) => {
                    anchored.push(Anchored::SinceLast(BoundStep::new(step, bound)))
                }
                PlanWindow::BeforeLast(step) => {
                    anchored.push(Anchored::BeforeLast(BoundStep::new(step, bound)));
                }
            }
        }
        let (gap, silence) = (step.gap.clone(), step.silence.clone());
        BoundStep { matcher: step.matcher, gap, silence, fixed, anchored }
    }

    /// Finds its windows again at another instant; the step is that which it was made of.
    pub fn move_to(&mut self, step: &PlanStep, bound: &Bound) {
        self.fixed = Interval::ALL;
        let mut anchored = self.anchored.iter_mut();
        for window in &step.windows {
            match window {
                PlanWindow::Fixed(window) => self.fixed = self.fixed.and(bound.window(window)),
                PlanWindow::Since(_) | PlanWindow::Before(_) => {
                    anchored.next();
                }
                PlanWindow::SinceLast(step) | PlanWindow::BeforeLast(step) => {
                    let made_of_it = anchored.next();
                    if let Some(Anchored::SinceLast(moved) | Anchored::BeforeLast(moved)) = made_of_it {
                        moved.move_to(step, bound);
                    }
                }
            }
        }
    }

    /// Whether it depends on arguments.
    pub fn is_late(&self) -> bool {
        self.anchored.iter().any(|window| match window {
            Anchored::Since(_) | Anchored::Before(_) => true,
            Anchored::SinceLast(step) | Anchored::BeforeLast(step) => step.is_late(),
        })
    }

    /// The instants in all its windows; none if one is unknown.
    fn interval(&self, events: &[u32], lead: &Lead<'_>) -> Option<Interval> {
        self.interval_by(lead.numbers, &mut |step| step.newest(events, lead))
    }

    /// The same with the number arguments of the fact, and what tells the instant of the newest event of a step: none if
    /// a window of it is unknown.
    pub fn interval_by(
        &self,
        numbers: &[Option<i64>],
        newest: &mut dyn FnMut(&BoundStep) -> Option<Option<i64>>,
    ) -> Option<Interval> {
        let argument = |place: u32| numbers.get(place as usize).copied().flatten();
        let mut windows = self.anchored.iter();
        windows.try_fold(self.fixed, |all, window| {
            let one = match window {
                Anchored::Since(place) => Interval { first: argument(*place)?, ..Interval::ALL },
                Anchored::Before(place) => before(Some(argument(*place)?)),
                Anchored::SinceLast(step) => {
                    Interval { first: newest(step)?.unwrap_or(i64::MIN), ..Interval::ALL }
                }
                Anchored::BeforeLast(step) => before(newest(step)?),
            };
            Some(all.and(one))
        })
    }

    /// The instant of the newest of its events, if there is one; none around it if a window is unknown.
    fn newest(&self, events: &[u32], lead: &Lead<'_>) -> Option<Option<i64>> {
        let interval = self.interval(events, lead)?;
        let Some(silence) = &self.silence else {
            let newest = lead.during(interval, events).iter().rev().find(|event| lead.means(self, **event));
            return Some(newest.map(|event| lead.time(*event)));
        };
        let mut later: Option<i64> = None;
        for event in events.iter().rev().filter(|event| lead.means(self, **event)) {
            let time = lead.time(*event);
            if let Some(later) = later.filter(|later| *later != time)
                && interval.contains(later)
                && time <= lead.bound.before(later, silence)
            {
                return Some(Some(later));
            }
            later = Some(time);
        }
        Some(None)
    }

    /// Adds its events among others in order of time. False if a window is unknown.
    pub fn find(&self, events: &[u32], lead: &Lead<'_>, found: &mut Vec<u32>) -> bool {
        let Some(interval) = self.interval(events, lead) else { return false };
        let Some(silence) = &self.silence else {
            let within = lead.during(interval, events).iter().copied();
            found.extend(within.filter(|event| lead.means(self, *event)));
            return true;
        };
        // the latest instant before that of the event in hand, and that of the event in hand
        let (mut before, mut latest): (Option<i64>, Option<i64>) = (None, None);
        for event in events.iter().copied().filter(|event| lead.means(self, *event)) {
            let time = lead.time(event);
            if latest != Some(time) {
                (before, latest) = (latest, Some(time));
            }
            let silent = |nearest: i64| nearest <= lead.bound.before(time, silence);
            if interval.contains(time) && before.is_some_and(silent) {
                found.push(event);
            }
        }
        true
    }
}

/// What lies before an instant; nothing if there is none.
fn before(end: Option<i64>) -> Interval {
    match end {
        Some(end) if end > i64::MIN => Interval { last: end - 1, ..Interval::ALL },
        _ => Interval { first: i64::MAX, last: i64::MIN },
    }
}

/// The events of a step, or the last ones of a sequence that are reached, in order of time. False if a window of
/// any step is unknown.
pub(crate) fn find(
    steps: &[BoundStep],
    events: &[u32],
    lead: &Lead<'_>,
    found: &mut Vec<u32>,
    next: &mut Vec<u32>,
) -> bool {
    found.clear();
    let Some((first, rest)) = steps.split_first() else { return true };
    if !first.find(events, lead, found) {
        return false;
    }
    for step in rest {
        next.clear();
        if !step.find(events, lead, next) {
            return false;
        }
        // the nearest one before decides: any other lies further back
        let mut earlier = 0;
        next.retain(|event| {
            let time = lead.time(*event);
            while earlier < found.len() && lead.time(found[earlier]) < time {
                earlier += 1;
            }
            let Some(nearest) = found[..earlier].last() else { return false };
            let in_gap = |gap| lead.time(*nearest) > lead.bound.before(time, gap);
            step.gap.as_ref().is_none_or(in_gap)
        });
        std::mem::swap(found, next);
    }
    true
}
