//! Which events of a lead stay.

use super::reach::Reach;
use super::{Keep, Retention, Use};
use qualify_engine::{Cell, Scorer};
use qualify_model::{Type, Value, text};
use qualify_plan::{Bound, Fact, Plan};
use std::collections::HashMap;

/// An event that is known at the instant in force, or will be.
#[derive(Clone, Debug)]
pub(crate) struct Kept<'a> {
    pub kind: u32,
    pub time: i64,
    pub received: Option<i64>,
    /// For each property column its value.
    pub cells: Vec<(u32, Cell<'a>)>,
}

/// For each event whether it can still matter at the instant in force or a later one. The scorer has just scored the
/// lead with these events in this order.
pub(crate) fn sweep(plan: &Plan, retention: &Retention, scorer: &Scorer, events: &[Kept<'_>]) -> Vec<bool> {
    let bound = scorer.bound();
    let known =
        |event: &Kept<'_>| event.time <= bound.as_of && event.received.is_none_or(|r| r <= bound.as_of);
    let mut newest_first: Vec<usize> = (0..events.len()).filter(|at| known(&events[*at])).collect();
    newest_first.sort_by_key(|at| std::cmp::Reverse(events[*at].time));
    // what is not known yet stays
    let mut stays: Vec<bool> = events.iter().map(|event| !known(event)).collect();
    let mut sweep = Sweep { plan, retention, scorer, bound, events, newest_first, stays: &mut stays };
    retention.uses.iter().for_each(|of| sweep.mark(of));
    for chains in &retention.sequences {
        if let Some(fact) = plan.facts.get(chains.fact as usize) {
            sweep.mark_chains(fact, chains.count);
        }
    }
    stays
}

struct Sweep<'a, 'e> {
    plan: &'a Plan,
    retention: &'a Retention,
    scorer: &'a Scorer,
    bound: &'a Bound,
    events: &'a [Kept<'e>],
    newest_first: Vec<usize>,
    stays: &'a mut [bool],
}

impl Sweep<'_, '_> {
    /// Whether the matcher may mean the event now or later.
    fn may_mean(&self, matcher: u32, at: usize) -> bool {
        match self.retention.matchers.get(matcher as usize) {
            Some(means) if means.changes => means.kind.is_none_or(|kind| kind == self.events[at].kind),
            _ => self.scorer.means(at, matcher),
        }
    }

    /// Whether the matcher means the event now and at all times.
    fn surely_means(&self, matcher: u32, at: usize) -> bool {
        !self.retention.matchers.get(matcher as usize).is_none_or(|means| means.changes)
            && self.scorer.means(at, matcher)
    }

    fn ignored(&self, view: Option<u32>) -> &[super::Ignored] {
        view.and_then(|view| self.retention.views.get(view as usize)).map_or(&[], |ignored| ignored)
    }

    /// Whether the view surely shows the event at all times.
    fn surely_seen(&self, view: Option<u32>, at: usize) -> bool {
        !self.ignored(view).iter().any(|ignored| self.may_mean(ignored.matcher, at))
    }

    /// Whether the view never shows the event.
    fn never_seen(&self, view: Option<u32>, at: usize) -> bool {
        self.ignored(view).iter().any(|ignored| ignored.always && self.surely_means(ignored.matcher, at))
    }

    /// The value of a column, so that equal values of a lead are equal; none if it is unknown.
    fn value(&self, column: u32, at: usize) -> Option<Key> {
        let columns = self.plan.needs.properties.len() as u32;
        let parts: Vec<u32> = match self.plan.joined.get(column.wrapping_sub(columns) as usize) {
            Some(parts) if column >= columns => parts.clone(),
            _ => vec![column],
        };
        let cells = &self.events[at].cells;
        let cell = cells.iter().find(|(of, cell)| parts.contains(of) && *cell != Cell::Unknown);
        let (part, cell) = cell?;
        Some(match cell {
            Cell::Unknown => return None,
            Cell::Truth(yes) => Key::Number(*yes as i64),
            Cell::Units(units) => match self.word(*part, *units).filter(|_| column >= columns) {
                Some(word) => Key::Text(text::fold(word)),
                None => Key::Number(*units),
            },
            Cell::Text(of) => Key::Text(text::fold(of.as_str())),
            Cell::List(list) => Key::List(list.iter().map(folded).collect()),
        })
    }

    /// The number of a column, turned round where the smallest is asked for; none if it is unknown.
    fn number(&self, column: u32, is_largest: bool, at: usize) -> Option<i128> {
        match self.events[at].cells.iter().find(|(of, _)| *of == column)?.1 {
            Cell::Units(units) if is_largest => Some(i128::from(units)),
            Cell::Units(units) => Some(-i128::from(units)),
            _ => None,
        }
    }

    fn word(&self, column: u32, number: i64) -> Option<&str> {
        let Type::OneOf(vocabulary) = &self.plan.needs.properties.get(column as usize)?.ty else {
            return None;
        };
        let words = &self.plan.schema.vocabularies.get(vocabulary.index())?.words;
        Some(&words.get(usize::try_from(number).ok()?)?.name)
    }

    /// Marks what a use needs.
    fn mark(&mut self, of: &Use) {
        let (first, last) = (of.reach.first(self.bound), of.reach.never_after());
        let until = of.reach.certain_until(self.bound);
        let mut newer = Newer::default();
        let order: Vec<usize> = match of.keep {
            Keep::OldestInstant(_) => self.newest_first.iter().rev().copied().collect(),
            Keep::Extreme { column, is_largest, stays: true } => {
                let mut order = self.newest_first.clone();
                order.sort_by_key(|at| std::cmp::Reverse(self.number(column, is_largest, *at)));
                order
            }
            _ => self.newest_first.clone(),
        };
        for at in order {
            let time = self.events[at].time;
            if time > last || !self.may_mean(of.matcher, at) || self.never_seen(of.view, at) {
                continue;
            }
            let in_reach = time >= first;
            let sure = time <= until && self.surely_means(of.matcher, at) && self.surely_seen(of.view, at);
            let needed = match &of.keep {
                Keep::All => in_reach,
                Keep::Newest(count) => in_reach && newer.counted(Key::Number(0), sure) < *count,
                Keep::PerValue(column, count) => match self.value(*column, at) {
                    Some(key) => in_reach && newer.counted(key, sure) < *count,
                    None => false,
                },
                Keep::PerDay(count) => {
                    let day = self.bound.zone.day(time) as i64;
                    in_reach && newer.counted(Key::Number(day), sure) < *count
                }
                Keep::PerPeriod(unit, count) => {
                    let period = self.bound.zone.period_number(*unit, time);
                    in_reach && newer.counted(Key::Number(period), sure) < *count
                }
                Keep::NewestInstant(None) => in_reach && newer.is_at_edge(time, sure),
                Keep::NewestInstant(Some(column)) | Keep::OldestInstant(column) => {
                    self.value(*column, at).is_some() && in_reach && newer.is_at_edge(time, sure)
                }
                Keep::Extreme { column, is_largest, .. } => match self.number(*column, *is_largest, at) {
                    Some(number) => in_reach && newer.exceeds(number, sure),
                    None => false,
                },
                // the newest that is out of reach, and all newer ones
                Keep::AndBefore => in_reach || newer.counted(Key::Number(0), sure) == 0,
            };
            self.stays[at] |= needed;
        }
    }

    /// Marks the events of a sequence: those that show that it was reached so many times, or all.
    fn mark_chains(&mut self, fact: &Fact, count: u64) {
        let steps = &fact.steps;
        // what was reached, in order of time: instant, event, the place of the one before
        let mut reached: Vec<Vec<(i64, usize, usize)>> = Vec::new();
        for step in steps {
            let surely =
                |at: &usize| self.surely_means(step.matcher, *at) && self.surely_seen(Some(fact.view), *at);
            let events = self.newest_first.iter().rev().copied().filter(surely);
            let mut of_step = Vec::new();
            for at in events {
                let time = self.events[at].time;
                let Some(before) = reached.last() else {
                    of_step.push((time, at, 0));
                    continue;
                };
                let earlier = before.partition_point(|(earlier, ..)| *earlier < time);
                let Some(place) = earlier.checked_sub(1) else { continue };
                let is_near = |gap| before[place].0 > self.bound.before(time, gap);
                if step.gap.as_ref().is_none_or(is_near) {
                    of_step.push((time, at, place));
                }
            }
            reached.push(of_step);
        }
        let full = reached.last().is_some_and(|last| last.len() as u64 >= count);
        if !full {
            for step in steps {
                let all = Use {
                    matcher: step.matcher,
                    view: Some(fact.view),
                    reach: Reach::default(),
                    keep: Keep::All,
                    fact: 0,
                };
                self.mark(&all);
            }
            return;
        }
        let newest = reached.last().map_or(0, Vec::len).saturating_sub(count as usize);
        let ends = newest..reached.last().map_or(0, Vec::len);
        for end in ends {
            let mut place = end;
            for of_step in reached.iter().rev() {
                let Some((_, at, before)) = of_step.get(place) else { break };
                self.stays[*at] = true;
                place = *before;
            }
        }
    }
}

/// Something by which events are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(i64),
    Text(String),
    List(Vec<Key>),
}

fn folded(value: &Value) -> Key {
    match value {
        Value::Text(of) | Value::Stage(of) => Key::Text(text::fold(of)),
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Key::Number(*units),
        Value::Date(day) => Key::Number(*day as i64),
        Value::Word(word) => Key::Number(*word as i64),
        Value::YesNo(yes) => Key::Number(*yes as i64),
        Value::List(list) => Key::List(list.iter().map(folded).collect()),
    }
}

/// The events of a use that were passed already.
#[derive(Default)]
struct Newer {
    counts: HashMap<Key, u64>,
    edge: Option<i64>,
    greatest: Option<i128>,
}

impl Newer {
    /// How many sure ones of the key there were; this one is counted from then on.
    fn counted(&mut self, key: Key, sure: bool) -> u64 {
        let count = self.counts.entry(key).or_default();
        let before = *count;
        *count += sure as u64;
        before
    }

    /// Whether no sure one has as great a number.
    fn exceeds(&mut self, number: i128, sure: bool) -> bool {
        let exceeds = self.greatest.is_none_or(|greatest| greatest < number);
        if sure && exceeds {
            self.greatest = Some(number);
        }
        exceeds
    }

    /// Whether no sure one of another instant was passed.
    fn is_at_edge(&mut self, time: i64, sure: bool) -> bool {
        if sure && self.edge.is_none() {
            self.edge = Some(time);
        }
        self.edge.is_none_or(|edge| edge == time)
    }
}
