//! Answers that grow while events pass by.

use super::super::answer::Means;
use super::super::choose::{choose, compare, put};
use super::super::each::Candidates;
use super::super::keys::Keys;
use super::super::order::Contents;
use super::super::programs::Gather;
use super::kept::Kept;
use super::marks::Mark;
use super::periods::Periods;
use super::points::EachPoints;
use super::values::Values;
use qualify_model::calendar::Zone;
use qualify_model::{Aggregate, LongEvents, exact};
use qualify_plan::{Ask, GroupBy};
use qualify_vm::{Registers, SlotColumn};
use std::cmp::Ordering;

/// What runs programs and reads values.
pub(super) struct Hands<'h> {
    pub keys: &'h mut Keys,
    pub gather: &'h mut Gather,
    pub registers: &'h mut Registers,
    pub candidates: &'h mut Candidates,
    /// The events of which those in hand are a piece.
    pub all: &'h dyn LongEvents,
}

/// What the events so far say.
pub(super) enum Answer<'q> {
    Count(i64),
    Newest(Option<i64>),
    /// Days that are over, and those that may have more.
    Days(i64, Periods<()>),
    /// How many there are, when all were met.
    Different {
        column: u32,
        count: i64,
        values: Values<()>,
    },
    /// The sum, and how many are known.
    Sum {
        column: u32,
        sum: i128,
        known: i64,
    },
    Choose {
        aggregate: Aggregate,
        column: u32,
        chosen: Option<Kept>,
    },
    Groups {
        sizes: (i64, i64),
        any: bool,
        groups: Groups,
    },
    Factors {
        curve: u32,
        sum: i64,
        count: i64,
    },
    Each(Box<EachPoints<'q>>),
    OfNewest {
        program: u32,
        newest: Option<Kept>,
    },
}

/// How many events groups have.
pub(super) enum Groups {
    Of(u32, Values<i64>),
    Period(qualify_model::CalendarUnit, Periods<i64>),
}

impl<'q> Answer<'q> {
    /// To what is asked, before any event.
    pub fn new(ask: &'q Ask) -> Answer<'q> {
        match ask {
            Ask::Count => Answer::Count(0),
            Ask::Newest => Answer::Newest(None),
            Ask::Days => Answer::Days(0, Periods::default()),
            Ask::Different(column) => Answer::Different { column: *column, count: 0, values: Values::new() },
            Ask::Total(column) | Ask::Sum(column) => Answer::Sum { column: *column, sum: 0, known: 0 },
            Ask::Choose(aggregate, column) => {
                Answer::Choose { aggregate: *aggregate, column: *column, chosen: None }
            }
            Ask::Groups { by, low, high } => {
                let groups = match by {
                    GroupBy::Property(column) => Groups::Of(*column, Values::new()),
                    GroupBy::Period(unit) => Groups::Period(*unit, Periods::default()),
                };
                Answer::Groups { sizes: (*low, *high), any: false, groups }
            }
            Ask::Factors(curve) => Answer::Factors { curve: *curve, sum: 0, count: 0 },
            Ask::Each(each) => Answer::Each(Box::new(EachPoints::new(each))),
            Ask::OfNewest(program) => Answer::OfNewest { program: *program, newest: None },
        }
    }

    /// Whether it remembers values, as many as find room.
    pub fn remembers(&self) -> bool {
        match self {
            Answer::Different { .. } | Answer::Groups { groups: Groups::Of(..), .. } => true,
            Answer::Each(points) => points.remembers(),
            _ => false,
        }
    }

    /// It may remember so many bytes.
    pub fn make_room(&mut self, bytes: usize) {
        match self {
            Answer::Different { values, .. } => values.make_room(bytes),
            Answer::Groups { groups: Groups::Of(_, values), .. } => values.make_room(bytes),
            Answer::Each(points) => points.make_room(bytes),
            _ => {}
        }
    }

    /// Takes the events of a piece that reached the last step.
    pub fn take(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let (events, lead) = (means.rows.events, means.lead);
        let marks = |keys: &Keys, column: u32, event: u32| {
            keys.read(column, events, event as usize).map(|value| Mark::of(&value))
        };
        match self {
            Answer::Count(count) => *count += found.len() as i64,
            Answer::Newest(newest) => *newest = found.last().map(|event| lead.time(*event)).or(*newest),
            Answer::Days(before, days) => {
                for event in found {
                    days.at(lead.bound.zone.day(lead.time(*event)) as i64);
                    *before += i64::from(days.ended().is_some());
                }
            }
            Answer::Different { column, values, .. } => {
                for mark in found.iter().filter_map(|event| marks(hands.keys, *column, *event)) {
                    values.meet(mark, [0, 0], hands.all);
                }
            }
            Answer::Sum { column, sum, known } => {
                let (more, more_known) = means.sum(*column, found);
                (*sum, *known) = (*sum + more, *known + more_known);
            }
            Answer::Choose { aggregate, column, chosen } => {
                let mut of = found.iter().map(|event| (lead.time(*event), *event as usize));
                let offered = choose(*aggregate, *column, &mut of, hands.keys, events);
                let offered = offered.map(|event| Kept::of(events, event));
                *chosen = match (chosen.take(), offered) {
                    (Some(chosen), Some(offered)) => {
                        Some(better(*aggregate, *column, hands.keys, chosen, offered))
                    }
                    (chosen, offered) => chosen.or(offered),
                };
            }
            Answer::Groups { groups: Groups::Of(column, values), .. } => {
                for mark in found.iter().filter_map(|event| marks(hands.keys, *column, *event)) {
                    values.meet(mark, [0, 0], hands.all).into_iter().for_each(|count| *count += 1);
                }
            }
            Answer::Groups { groups: Groups::Period(unit, periods), sizes, any } => {
                for event in found {
                    *periods.at(lead.bound.zone.period_number(*unit, lead.time(*event))) += 1;
                    *any |= periods.ended().is_some_and(|count| (sizes.0..=sizes.1).contains(&count));
                }
            }
            Answer::Factors { curve, sum, count } => {
                let curve = lead.bound.curves.get(*curve as usize);
                let factor = |event: &u32| {
                    curve.map_or(0, |curve| curve.numerator(lead.bound.as_of, lead.time(*event)))
                };
                // none lies below zero, so their order does not matter
                *sum = found.iter().map(factor).fold(*sum, i64::saturating_add);
                *count += found.len() as i64;
            }
            Answer::Each(points) => points.take(found, means, hands),
            Answer::OfNewest { newest, .. } => {
                let Some(last) = found.last() else { return };
                let at_last = found.iter().rev().take_while(|event| lead.time(**event) == lead.time(*last));
                let by_content = |a: &usize, b: &usize| means.contents.compare((events, *a), (events, *b));
                let offered = at_last.map(|event| *event as usize).max_by(by_content);
                if let Some(offered) = offered.filter(|offered| {
                    let since = newest.as_ref().filter(|newest| newest.time() == Some(lead.time(*last)));
                    since.is_none_or(|kept| means.contents.compare((events, *offered), kept.event()).is_gt())
                }) {
                    *newest = Some(Kept::of(events, offered));
                }
            }
        }
    }

    /// A walk is over. Whether it takes another one.
    pub fn ends_walk(&mut self, all: &dyn LongEvents, zone: &Zone, contents: &Contents) -> bool {
        match self {
            Answer::Different { count, values, .. } => {
                *count = values.all_known().len() as i64;
                values.each_other(&mut |_| *count += 1);
            }
            Answer::Groups { groups: Groups::Of(_, values), sizes, any } => {
                let fits = |count: i64| (sizes.0..=sizes.1).contains(&count);
                *any = values.all_known().any(|count| fits(*count));
                values.each_other(&mut |events| *any |= fits(events.count() as i64));
            }
            Answer::Each(points) => return points.ends_walk(all, zone, contents),
            _ => {}
        }
        false
    }

    /// The event that the answer is of, if it is of one.
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Answer::Choose { chosen: kept, .. } | Answer::OfNewest { newest: kept, .. } => kept.as_ref(),
            _ => None,
        }
    }

    /// Writes the answer into the only row of its slots. The lead of `means` has the [kept](Self::kept) event alone.
    pub fn put(&self, means: &Means<'_>, answers: &mut [SlotColumn], hands: Hands<'_>) {
        let truth = |answers: &mut [SlotColumn], place: usize, truth: bool| {
            answers.iter_mut().skip(place).take(1).for_each(|slot| slot.set_truth(0, 2 * truth as u8));
        };
        let number = |answers: &mut [SlotColumn], place: usize, number: i64| {
            answers.iter_mut().skip(place).take(1).for_each(|slot| slot.set_number(0, Some(number)));
        };
        match self {
            Answer::Count(count) => number(answers, 0, *count),
            Answer::Newest(newest) => {
                answers.iter_mut().take(1).for_each(|slot| slot.set_number(0, *newest));
            }
            Answer::Days(before, days) => number(answers, 0, before + days.open() as i64),
            Answer::Different { count, .. } => number(answers, 0, *count),
            Answer::Sum { sum, known, .. } => match means.asked.ask {
                Ask::Total(_) => {
                    let (total, held) = exact::hold(*sum);
                    number(answers, 0, total);
                    truth(answers, 1, held);
                }
                _ => {
                    answers.iter_mut().take(1).for_each(|slot| slot.set_wide(0, Some(*sum)));
                    number(answers, 1, *known);
                }
            },
            Answer::Choose { column, chosen, .. } => {
                let value = chosen.as_ref().and_then(|kept| hands.keys.read(*column, kept.event().0, 0));
                if let Some(slot) = answers.first_mut() {
                    put(slot, 0, value);
                }
            }
            Answer::Groups { sizes, any, groups } => {
                let fits = |count: &i64| (sizes.0..=sizes.1).contains(count);
                let any = *any || matches!(groups, Groups::Period(_, open) if open.iter().any(fits));
                truth(answers, 0, any);
            }
            Answer::Factors { sum, count, .. } => {
                number(answers, 0, *sum);
                number(answers, 1, *count);
            }
            Answer::Each(points) => points.put(answers),
            Answer::OfNewest { program, newest } => match newest {
                Some(_) => means.put_outputs(*program, 0, 0, answers, hands.gather, hands.registers),
                None => means.unknown(0, answers),
            },
        }
    }
}

/// Of two events that were chosen of their pieces the one that is chosen of both; `later` stands behind.
fn better(aggregate: Aggregate, column: u32, keys: &Keys, earlier: Kept, later: Kept) -> Kept {
    let values = (keys.read(column, later.event().0, 0), keys.read(column, earlier.event().0, 0));
    let is_later = match compare(values.0, values.1) {
        _ if aggregate == Aggregate::First && later.time() != earlier.time() => false,
        _ if aggregate == Aggregate::Latest && later.time() != earlier.time() => true,
        order => match aggregate {
            Aggregate::Largest | Aggregate::Latest => order == Ordering::Greater,
            _ => order == Ordering::Less,
        },
    };
    if is_later { later } else { earlier }
}
