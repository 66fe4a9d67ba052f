//! Event terms: which events match, as conditions on one event that is not known, and numbers of matching events.
//!
//! Two terms that match the same events have the same numbers; a solver is asked where their words differ.

use super::{Encoder, Here, Source, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::Int;
use crate::proof::solver::{Answer, Asked as Solver};
use crate::proof::three::{Num, Three};
use qualify_diagnostics::Span;
use qualify_model::*;
use std::collections::{BTreeSet, HashMap};

/// Most events that a lead can have.
const MOST_EVENTS: i128 = 1 << 32;
/// Most days between the year 1 and 9999, and then some.
const MOST_DAYS: i128 = 1 << 22;
/// Wrong turns for one question about which events match.
const TURNS: u64 = 500;
/// Most such questions; beyond them terms that match the same events in other words count as different.
const MOST_QUESTIONS: u64 = 20_000;

/// Which events a step matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MatchedStep {
    /// For each event type when an event of it matches, windows included.
    pub(crate) events: Vec<Lit>,
    /// The same without the windows of the step.
    pub(crate) timeless: Vec<Lit>,
    pub(crate) gap: Option<Length>,
    pub(crate) silence: Option<Length>,
}

/// Which events a term speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Matched {
    pub(crate) steps: Vec<MatchedStep>,
    /// The zone, where a gap or silence hangs on its calendar.
    pub(crate) zone: Option<String>,
}

impl Matched {
    /// No event can match.
    pub(crate) fn never(&self) -> bool {
        self.steps.iter().any(|step| step.events.iter().all(|lit| *lit == FALSE))
    }

    /// One step without silence: an event matches or not, whatever else happened.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.steps.as_slice(), [step] if step.silence.is_none())
    }
}

/// What can be asked of the events of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// How many match.
    Count(Matched),
    /// On how many days of the zone.
    Days(String, Matched),
    /// How many different known values of a property.
    Different(Property, Matched),
    /// Whole days since the newest; anything if there is none.
    SinceLast(Matched),
    /// 1 if one known value of the property has from so many to so many of them.
    PerValue(Property, i128, i128, Matched),
    /// 1 if one calendar period of the zone has.
    PerPeriod(String, CalendarUnit, i128, i128, Matched),
    /// The sum of the known values of a property, in its units.
    Total(Property, Matched),
    /// What is left of points by the age of the newest event of any of the terms; all of them if there is none.
    Newest(i128, Shape, Vec<Matched>),
    /// Points for each event, faded by its age: at most so many events, in each period of the zone.
    Each(i128, Option<Shape>, Option<(i128, Option<(String, CalendarUnit)>)>, Matched),
    /// Something else, described in words and by what it hangs on.
    Other(String, Vec<Lit>, Vec<i128>, Vec<Matched>),
}

impl Asked {
    /// Why a proof cannot look into it; none of plain counts.
    pub(crate) fn beyond(&self) -> Option<&'static str> {
        Some(match self {
            Asked::Count(matched) if matched.is_plain() => return None,
            Asked::Count(matched) if matched.steps.len() > 1 => "a sequence of events",
            Asked::Count(_) => "a silence before an event",
            Asked::Days(..) => "a count of days",
            Asked::Different(..) => "a count of different values",
            Asked::SinceLast(_) => "the days since the last event",
            Asked::PerValue(..) | Asked::PerPeriod(..) => "a count for each value or period",
            Asked::Total(..) => "a total over events",
            Asked::Newest(..) => "points that fade",
            Asked::Each(..) => "points for each event that fade or are limited by period",
            Asked::Other(..) => "a value of events of a kind that is not looked into",
        })
    }

    /// The terms that it hangs on.
    pub(crate) fn terms(&self) -> Vec<&Matched> {
        match self {
            Asked::Count(m)
            | Asked::Days(_, m)
            | Asked::Different(_, m)
            | Asked::SinceLast(m)
            | Asked::PerValue(_, _, _, m)
            | Asked::PerPeriod(_, _, _, _, m)
            | Asked::Total(_, m)
            | Asked::Each(_, _, _, m) => vec![m],
            Asked::Newest(_, _, all) | Asked::Other(_, _, _, all) => all.iter().collect(),
        }
    }
}

/// The shape of a decay, all of it constant: lengths in microseconds, shares in millionths, points in 0.0001.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub(crate) enum Shape {
    Halving { every: i64, by_day: bool },
    Fading { over: i64 },
    LosingShare { share: i64, every: i64 },
    LosingPoints { amount: i64, every: i64 },
    Dropping { steps: Vec<(i64, i64)> },
}

/// A number that hangs on the events of the lead.
pub(crate) struct Tally {
    pub(crate) asked: Asked,
    pub(crate) int: Int,
    /// Where it is asked first.
    pub(crate) old: bool,
    pub(crate) span: Option<Span>,
}

/// What was asked of events.
#[derive(Default)]
pub(crate) struct Events {
    pub(crate) tallies: Vec<Tally>,
    pub(super) places: HashMap<Asked, usize>,
    views: HashMap<(usize, Target), Vec<Lit>>,
    /// Steps of the old model, to find the same events in the new one.
    steps: Vec<Vec<Lit>>,
    merged: HashMap<Vec<Lit>, Vec<Lit>>,
    /// When an event of a type is of a step's type, object and filters, and seen: whatever its age.
    pub(crate) likes: BTreeSet<(EventId, Lit)>,
    /// Answers of calendar windows: the literal, its window and the model's zone.
    pub(crate) calendar: Vec<(Lit, Source, Window, usize)>,
    pub(super) solver: Option<Solver>,
    questions: u64,
}

impl<'m> Encoder<'_, 'm> {
    /// Whether such events happened, as often as the term wants.
    pub(super) fn happens(&mut self, term: &'m Term, here: Here) -> Three {
        let (known, matched) = self.matched(term, here);
        let mut all = Vec::new();
        let n = self.tally(Asked::Count(matched.clone()), (0, MOST_EVENTS), here, term.span);
        if term.counts.is_empty() {
            all.push(Three::certain(self.c.at_least(&n, 1)));
        }
        for count in &term.counts {
            all.push(self.counted(count, &matched, &n, here, term.span));
        }
        let all = self.c.all_of(&all);
        Three { yes: self.c.and([known, all.yes]), no: self.c.and([known, all.no]) }
    }

    fn counted(&mut self, count: &'m Count, matched: &Matched, n: &Int, here: Here, span: Span) -> Three {
        let (Count::Times(quantity)
        | Count::DifferentDays(quantity)
        | Count::TimesPerValue(quantity, _)
        | Count::TimesPerPeriod(quantity, _)) = count;
        let Some((low, high)) = self.bounds_of(quantity, here) else {
            let label = format!("count {} {span:?}", here.which);
            return self.any_truth("a count that is not constant", span, label, &[], here);
        };
        let zone = self.model(here).timezone.clone();
        let groups = match count {
            Count::Times(_) => return self.between(n, low, high),
            Count::DifferentDays(_) => {
                let days = self.days(matched, n, here, span);
                return self.between(&days, low, high);
            }
            Count::TimesPerValue(_, property) => {
                Asked::PerValue(unnamed(property), low, high, matched.clone())
            }
            Count::TimesPerPeriod(_, unit) => Asked::PerPeriod(zone, *unit, low, high, matched.clone()),
        };
        let answer = self.tally(groups, (0, 1), here, span);
        // a group of so many is as many events, and every group has one
        let enough = self.c.at_least(n, low.max(1));
        self.c.fact([!answer.bits[0], enough]);
        Three::certain(answer.bits[0])
    }

    fn between(&mut self, n: &Int, low: i128, high: i128) -> Three {
        let (enough, more) = (self.c.at_least(n, low), self.c.at_least(n, high.saturating_add(1)));
        Three::certain(self.c.and([enough, !more]))
    }

    /// How many events match.
    pub(super) fn count(&mut self, term: &'m Term, here: Here) -> Num {
        let (known, matched) = self.matched(term, here);
        Num { known, int: self.tally(Asked::Count(matched), (0, MOST_EVENTS), here, term.span) }
    }

    /// The number of matching events of a term that was matched.
    pub(super) fn count_of(&mut self, matched: &Matched, here: Here, span: Span) -> Int {
        self.tally(Asked::Count(matched.clone()), (0, MOST_EVENTS), here, span)
    }

    fn days(&mut self, matched: &Matched, n: &Int, here: Here, span: Span) -> Int {
        let zone = self.model(here).timezone.clone();
        let days = self.tally(Asked::Days(zone, matched.clone()), (0, MOST_DAYS), here, span);
        self.at_most_and_some(&days, n);
        days
    }

    /// `a` is at most `n`, and 0 only if `n` is.
    fn at_most_and_some(&mut self, a: &Int, n: &Int) {
        let (fewer, some, any) = (self.c.not_less(n, a), self.c.at_least(a, 1), self.c.at_least(n, 1));
        self.c.fact([fewer]);
        self.c.fact([!any, some]);
    }

    pub(super) fn days_with(&mut self, term: &'m Term, here: Here) -> Num {
        let (known, matched) = self.matched(term, here);
        let n = self.count_of(&matched, here, term.span);
        Num { known, int: self.days(&matched, &n, here, term.span) }
    }

    pub(super) fn different(&mut self, property: &Property, term: &'m Term, here: Here) -> Num {
        let (known, matched) = self.matched(term, here);
        Num { known, int: self.different_of(property, &matched, here, term.span) }
    }

    pub(super) fn different_of(
        &mut self,
        property: &Property,
        matched: &Matched,
        here: Here,
        span: Span,
    ) -> Int {
        let n = self.count_of(matched, here, span);
        let most = match &property.ty {
            Type::OneOf(id) => self.model(here).schema.vocabulary(*id).words.len() as i128,
            Type::YesNo => 2,
            _ => MOST_EVENTS,
        };
        let asked = Asked::Different(unnamed(property), matched.clone());
        let different = self.tally(asked, (0, most), here, span);
        let fewer = self.c.not_less(&n, &different);
        self.c.fact([fewer]);
        different
    }

    pub(super) fn days_since_last(&mut self, term: &'m Term, here: Here) -> Num {
        let (known, matched) = self.matched(term, here);
        let n = self.count_of(&matched, here, term.span);
        let some = self.c.at_least(&n, 1);
        let int = self.tally(Asked::SinceLast(matched), (0, MOST_DAYS), here, term.span);
        Num { known: self.c.and([known, some]), int }
    }

    pub(super) fn aggregate(
        &mut self,
        expr: &'m Expr,
        kind: Aggregate,
        property: &Property,
        term: &'m Term,
        here: Here,
    ) -> Num {
        let (known, matched) = self.matched(term, here);
        let n = self.count_of(&matched, here, term.span);
        let some = self.c.at_least(&n, 1);
        let (from, to) = (super::condition::decimals(&property.ty), super::condition::decimals(&expr.ty));
        let (low, high) = self.reach(property, here);
        if kind == Aggregate::Total && low.abs().max(high.abs()) <= i128::from(u32::MAX) {
            let range = (low.min(0) * MOST_EVENTS, high.max(0) * MOST_EVENTS);
            let sum = self.tally(Asked::Total(unnamed(property), matched), range, here, expr.span);
            let zero = self.c.equals(&sum, 0);
            self.c.fact([some, zero]);
            let sum = self.rescaled(&sum, from, to);
            return Num { known, int: self.held(sum) };
        }
        // known only if an event has a known value
        let label = format!("{kind:?} {:?} {:?}", unnamed(property), expr.ty);
        let has = self.tally(
            Asked::Other(label.clone() + " known", vec![], vec![], vec![matched.clone()]),
            (0, 1),
            here,
            expr.span,
        );
        let widened = exact::power_of_ten(to.saturating_sub(from));
        let anything = (i64::MIN.into(), i64::MAX.into());
        let (range, int_of): ((i128, i128), bool) = match kind {
            Aggregate::Total => (anything, false),
            // finer than the property's own units
            Aggregate::Average => ((low * widened, high * widened), false),
            _ => ((low, high), true),
        };
        let value = self.tally(Asked::Other(label, vec![], vec![], vec![matched]), range, here, expr.span);
        let int = if int_of { self.rescaled(&value, from, to) } else { self.held(value) };
        let known = match kind {
            Aggregate::Total => known,
            _ => self.c.and([known, some, has.bits[0]]),
        };
        Num { known, int }
    }

    /// The least and greatest value of a property, in its units.
    fn reach(&self, property: &Property, here: Here) -> (i128, i128) {
        let schema = &self.model(here).schema;
        let each = property.places.iter().enumerate().filter_map(|(kind, place)| {
            let attribute = &schema.events[kind].properties[(*place)? as usize];
            match (&attribute.range, attribute.ty == property.ty) {
                (Some((Value::Number(low), Value::Number(high))), true) => Some((*low, *high)),
                _ => Some((i64::MIN, i64::MAX)),
            }
        });
        let reach = each.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((i64::MIN, i64::MAX));
        (reach.0.into(), reach.1.into())
    }

    /// The number that an answer about events is.
    pub(super) fn tally(&mut self, asked: Asked, range: (i128, i128), here: Here, span: Span) -> Int {
        let nothing = matches!(&asked, Asked::Count(m) | Asked::Days(_, m) | Asked::Different(_, m)
            | Asked::PerValue(_, _, _, m) | Asked::PerPeriod(_, _, _, _, m) | Asked::Total(_, m) | Asked::Each(_, _, _, m)
            if m.never());
        if nothing {
            return Int::constant(0);
        }
        if let Some(place) = self.events.places.get(&asked) {
            return self.events.tallies[*place].int.clone();
        }
        let int = self.c.any_int(range.0, range.1);
        self.events.places.insert(asked.clone(), self.events.tallies.len());
        let tally = Tally { asked, int: int.clone(), old: here.which == 0, span: Some(span) };
        self.events.tallies.push(tally);
        int
    }

    /// Which events a term speaks of, and whether that is known: windows may hang on what is unknown.
    pub(crate) fn matched(&mut self, term: &'m Term, here: Here) -> (Lit, Matched) {
        let (mut known, mut steps) = (Vec::new(), Vec::new());
        for step in &term.steps {
            let (step_known, events, timeless) = self.step(step, here);
            known.push(step_known);
            let params = &self.model(here).params;
            let length = |length: &Option<Length>| {
                length.as_ref().map(|length| calendar::param_length(length, params))
            };
            let (gap, silence) = (length(&step.gap), length(&step.silence));
            let events = self.merged(events, here);
            // what is the same but for its windows is told apart only where a silence asks for it
            let timeless = if silence.is_some() { self.merged(timeless, here) } else { Vec::new() };
            steps.push(MatchedStep { events, timeless, gap, silence });
        }
        let exact = |length: &Option<Length>| matches!(length, None | Some(Length::Exact(_)));
        let calendar = steps.iter().any(|step| !exact(&step.gap) || !exact(&step.silence));
        let zone = calendar.then(|| self.model(here).timezone.clone());
        (self.c.and(known), Matched { steps, zone })
    }

    /// Whether the windows of a step are known, and when an event matches it, with and without windows.
    pub(crate) fn step(&mut self, step: &'m Step, here: Here) -> (Lit, Vec<Lit>, Vec<Lit>) {
        let visible = self.view(here);
        let (known, windows) = self.windows(step, here);
        let like = self.like(step, here);
        let timeless: Vec<Lit> = like.iter().zip(&visible).map(|(a, b)| self.c.and([*a, *b])).collect();
        for (kind, lit) in timeless.iter().enumerate() {
            if *lit != FALSE {
                self.events.likes.insert((EventId(kind as u32), *lit));
            }
        }
        let events = timeless.iter().map(|lit| self.c.and([*lit, windows])).collect();
        (known, events, timeless)
    }

    /// The windows of a step around the event in hand: whether they are known, and whether it lies in all.
    fn windows(&mut self, step: &'m Step, here: Here) -> (Lit, Lit) {
        let age = self.event_age();
        let (mut known, mut inside) = (Vec::new(), Vec::new());
        for window in &step.windows {
            let (a, b) = self.window(window, &age, step.span, here);
            known.push(a);
            inside.push(b);
        }
        (self.c.and(known), self.c.and(inside))
    }

    /// For each event type when an event is of the step's type, object and filters.
    fn like(&mut self, step: &'m Step, here: Here) -> Vec<Lit> {
        let kinds = self.model(here).schema.events.len();
        let mut out = Vec::new();
        for kind in 0..kinds {
            let kind = EventId(kind as u32);
            if step.kind.is_some_and(|wanted| wanted != kind) || !self.pair.knows(here.which, kind) {
                out.push(FALSE);
                continue;
            }
            let inside = Here { event: Some(kind), ..here };
            let mut all = vec![self.object(step, kind, inside)];
            for filter in &step.filters {
                all.push(self.truth(filter, inside).yes);
            }
            out.push(self.c.and(all));
        }
        out
    }

    /// The events that a block sees: those that nothing of it, and nothing of the whole model, ignores.
    pub(super) fn view(&mut self, here: Here) -> Vec<Lit> {
        let key = (here.which, here.home);
        if let Some(known) = self.events.views.get(&key) {
            return known.clone();
        }
        let model = self.model(here);
        let kinds = model.schema.events.len();
        let outer = match here.home {
            Target::Total => vec![TRUE; kinds],
            Target::Score(_) => self.view(Here { home: Target::Total, ..here }),
        };
        // the ignores of a level look at what the level before left
        self.events.views.insert(key, outer.clone());
        let mut view = outer;
        let here = Here { event: None, ..here };
        for ignore in &model.ignores {
            if ignore.within.map_or(Target::Total, Target::Score) != here.home {
                continue;
            }
            let Some(step) = ignore.term.steps.first() else { continue };
            let (known, events, timeless) = self.step(step, here);
            for (kind, lit) in events.iter().enumerate() {
                let ignored = match &step.silence {
                    None => self.c.and([known, *lit]),
                    Some(silence) => {
                        // whether it follows a silence hangs on the other events
                        let label = format!("ignored after {silence:?} {kind}");
                        let mut parts = vec![Sym::Three(Three::certain(*lit))];
                        parts.extend(timeless.iter().map(|lit| Sym::Three(Three::certain(*lit))));
                        let what = "events that are ignored after a silence";
                        let free = self.any_points(what, ignore.span, label, &parts, (0, 1), here);
                        self.c.and([known, *lit, free.bits[0]])
                    }
                };
                view[kind] = self.c.and([view[kind], !ignored]);
            }
        }
        self.events.views.insert(key, view.clone());
        view
    }

    /// The same events in the words of the old model, if it speaks of them.
    fn merged(&mut self, events: Vec<Lit>, here: Here) -> Vec<Lit> {
        if let Some(known) = self.events.merged.get(&events) {
            return known.clone();
        }
        let found = if here.which == 0 { None } else { self.same_events(&events) };
        if found.is_none() && here.which == 0 {
            self.events.steps.push(events.clone());
        }
        let out = found.unwrap_or_else(|| events.clone());
        self.events.merged.insert(events, out.clone());
        out
    }

    fn same_events(&mut self, events: &[Lit]) -> Option<Vec<Lit>> {
        for place in 0..self.events.steps.len() {
            let other = self.events.steps[place].clone();
            let same_kinds = other.iter().zip(events).all(|(a, b)| (*a == FALSE) == (*b == FALSE));
            let same = same_kinds
                && other.iter().zip(events).all(|(a, b)| {
                    let differs = self.c.xor(*a, *b);
                    self.never(differs)
                });
            if same {
                return Some(other);
            }
        }
        None
    }

    /// No event at all makes it true: proved, at little cost.
    pub(crate) fn never(&mut self, lit: Lit) -> bool {
        match lit {
            FALSE => true,
            TRUE => false,
            lit => self.an_event(lit) == Answer::No,
        }
    }

    /// Asks for an event that makes it true, at little cost; the solver of events holds the one that was found.
    pub(super) fn an_event(&mut self, lit: Lit) -> Answer {
        self.events.questions += 1;
        if self.events.questions > MOST_QUESTIONS {
            return Answer::GaveUp;
        }
        self.settle_texts();
        let mut solver = self.events.solver.take().unwrap_or_else(Solver::new);
        let answer = solver.ask(&self.c, &[lit], TURNS);
        self.events.solver = Some(solver);
        answer
    }

    /// How many wrong turns such questions took.
    pub(crate) fn turns(&self) -> u64 {
        self.events.solver.as_ref().map_or(0, Solver::turns)
    }
}

/// A property by what it is, whatever it was called.
fn unnamed(property: &Property) -> Property {
    Property { name: String::new(), ..property.clone() }
}
