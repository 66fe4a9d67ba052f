//! Event terms: what is asked of the events of a lead, as facts with slots. For each question the cheapest
//! [`Ask`] that answers it: most terms are counts.
//!
//! Not in here: how facts are answered, and what is made of the answers.

mod ask;
mod columns;
mod each;
mod objects;
mod seam;
mod steps;
mod uses;
mod values;
mod walk;

use super::event_program::COUNT;
use super::{Computed, EachRule, Extent, Given, Lowered, Lowering, Number};
use crate::{Ask, GroupBy, Instruction, N, Register, RegisterType, SlotAt, T, ToN, ToT, View};
use ask::{Events, Question, behind};
use columns::Columns;
use qualify_model::calendar::DAY_US;
use qualify_model::{Aggregate, Comparison, Count, Property, Quantity, Step, Target, Term, Type};
use std::collections::HashMap;
use steps::{MatcherKey, Seen};
use uses::Uses;

/// What the lowering of event terms remembers.
#[derive(Default)]
pub(crate) struct EventTerms {
    columns: Columns,
    matchers: HashMap<MatcherKey, u32>,
    /// For the total and each score.
    seen: Vec<Seen>,
    facts: HashMap<Question, SlotAt>,
}

impl<'m> Lowering<'m> {
    /// Prepares what all event terms need: columns and views, before anything else is lowered.
    pub(crate) fn begin_events(&mut self) -> Lowered<()> {
        let model = self.model;
        let (columns, properties) = Columns::new(&model.schema, &Uses::of(model));
        self.events.columns = columns;
        self.events.seen = vec![Seen::default(); model.scores.len() + 1];
        self.plan.needs.properties = properties;
        self.plan.needs.events = vec![false; model.schema.events.len()];
        self.plan.views.push(View::default()); // that of the whole model is the first
        Ok(())
    }

    /// Completes what of events is read. The ignores of the model are there even if no fact asks for them.
    pub(crate) fn end_events(&mut self) -> Lowered<()> {
        let needs = &mut self.plan.needs;
        let read = self.model.schema.events.iter().zip(&needs.events).filter(|(_, read)| **read);
        needs.received = read.into_iter().any(|(event, _)| event.received.is_some());
        Ok(())
    }

    /// Whether such events happened, often enough.
    pub(crate) fn happens(&mut self, term: &'m Term, home: Target) -> Lowered<T> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            if term.counts.is_empty() {
                return Ok(lowering.any_of(events));
            }
            let mut all: Option<T> = None;
            for count in &term.counts {
                let enough = lowering.counted(count, events.clone())?;
                all = Some(match all {
                    None => enough,
                    Some(so_far) => lowering.both_hold(so_far, enough),
                });
            }
            Ok(all.unwrap_or_default())
        })
    }

    /// Whether there are any.
    fn any_of(&mut self, events: Events) -> T {
        let count = self.count_of(events);
        self.count_compares(Comparison::GreaterOrEqual, count, 1)
    }

    fn count_of(&mut self, events: Events) -> N {
        let extent = COUNT.or_unknown(events.unknown);
        let slot = self.ask(events, Ask::Count, &[RegisterType::Number]);
        self.slot_number(slot, extent)
    }

    fn counted(&mut self, count: &'m Count, events: Events) -> Lowered<T> {
        let span = events.span();
        let (quantity, ask) = match count {
            Count::Times(quantity) => (quantity, None),
            Count::DifferentDays(quantity) => (quantity, Some(Ask::Days)),
            Count::TimesPerValue(quantity, property) => {
                let (low, high) = self.count_range(quantity, span)?;
                let by = GroupBy::Property(self.property_column(property));
                return Ok(self.groups(events, Ask::Groups { by, low, high }));
            }
            Count::TimesPerPeriod(quantity, unit) => {
                let (low, high) = self.count_range(quantity, span)?;
                let by = GroupBy::Period(*unit);
                return Ok(self.groups(events, Ask::Groups { by, low, high }));
            }
        };
        let (low, high) = self.count_range(quantity, span)?;
        let extent = COUNT.or_unknown(events.unknown);
        let slot = self.ask(events, ask.unwrap_or(Ask::Count), &[RegisterType::Number]);
        let count = self.slot_number(slot, extent);
        Ok(self.count_within(count, low, high))
    }

    fn groups(&mut self, events: Events, ask: Ask) -> T {
        let extent = Extent { unknown: events.unknown, ..Extent::TRUTH };
        let slot = self.ask(events, ask, &[RegisterType::Truth]);
        self.slot_truth(slot, extent)
    }

    /// Whether a count lies in a range.
    fn count_within(&mut self, count: N, low: i64, high: i64) -> T {
        match (low, high) {
            (low, i64::MAX) => self.count_compares(Comparison::GreaterOrEqual, count, low),
            (i64::MIN, high) => self.count_compares(Comparison::LessOrEqual, count, high),
            (low, high) if low == high => self.count_compares(Comparison::Equal, count, low),
            (low, high) => {
                let at_least = self.count_compares(Comparison::GreaterOrEqual, count, low);
                let at_most = self.count_compares(Comparison::LessOrEqual, count, high);
                self.both_hold(at_least, at_most)
            }
        }
    }

    /// The whole numbers that a quantity allows, both ends included. [`i64::MIN`] and [`i64::MAX`]: no end.
    fn count_range(&self, quantity: &Quantity, span: qualify_diagnostics::Span) -> Lowered<(i64, i64)> {
        // the least whole number that is not below, and the greatest that is not above
        let ends = |expr| match self.constant_units(expr) {
            Some((units, decimals)) => {
                let one = qualify_model::exact::power_of_ten(decimals);
                let held = |units: i128| units.clamp(i64::MIN as i128 + 1, i64::MAX as i128 - 1) as i64;
                Ok((held(-(-units).div_euclid(one)), held(units.div_euclid(one))))
            }
            None => self.unsupported("a quantity that is no constant", span),
        };
        Ok(match quantity {
            Quantity::AtLeast(bound) => (ends(bound)?.0, i64::MAX),
            Quantity::AtMost(bound) => (i64::MIN, ends(bound)?.1),
            Quantity::Exactly(bound) => ends(bound)?,
            Quantity::MoreThan(bound) => (ends(bound)?.1 + 1, i64::MAX),
            Quantity::FewerThan(bound) => (i64::MIN, ends(bound)?.0 - 1),
            Quantity::Between(low, high) => (ends(low)?.0, ends(high)?.1),
        })
    }

    fn count_compares(&mut self, how: Comparison, a: N, b: i64) -> T {
        let extent = Extent { unknown: self.leads.extent(a.0).unknown, ..Extent::TRUTH };
        self.leads.truth(Instruction::CompareConstant { to: ToT(0), how, a, b }, extent)
    }

    fn both_hold(&mut self, a: T, b: T) -> T {
        let unknown = self.leads.extent(a.0).unknown || self.leads.extent(b.0).unknown;
        self.leads.truth(Instruction::And { to: ToT(0), a, b }, Extent { unknown, ..Extent::TRUTH })
    }

    /// How many events.
    pub(crate) fn count(&mut self, term: &'m Term, home: Target) -> Lowered<Number> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            Ok(Number::Plain(lowering.count_of(events)))
        })
    }

    /// How many different known values of a property.
    pub(crate) fn count_different(
        &mut self,
        property: &'m Property,
        term: &'m Term,
        home: Target,
    ) -> Lowered<Number> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            Ok(Number::Plain(lowering.different(property, events)))
        })
    }

    fn different(&mut self, property: &'m Property, events: Events) -> N {
        let extent = COUNT.or_unknown(events.unknown);
        let column = self.property_column(property);
        let slot = self.ask(events, Ask::Different(column), &[RegisterType::Number]);
        self.slot_number(slot, extent)
    }

    /// An aggregate of a property: numbers in the units of `to`.
    pub(crate) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        property: &'m Property,
        term: &'m Term,
        to: &'m Type,
        home: Target,
    ) -> Lowered<Computed> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            let (from, into) = (decimals(&property.ty), decimals(to));
            match aggregate {
                Aggregate::Total if from == into => Ok(lowering.total_of_events(property, events)),
                Aggregate::Total | Aggregate::Average => {
                    Ok(lowering.sum_of_events(aggregate, property, events, (from, into)))
                }
                _ => lowering.chosen_of_events(aggregate, property, events, (from, into)),
            }
        })
    }

    fn total_of_events(&mut self, property: &'m Property, events: Events) -> Computed {
        let unknown = events.unknown;
        let column = self.property_column(property);
        let each = self.property_extent(property);
        let answers = [RegisterType::Number, RegisterType::Truth];
        let slot = self.ask(events, Ask::Total(column), &answers);
        let extent = each::of_all(each, COUNT.high).or_unknown(unknown);
        let is_plain = extent.is_narrow();
        let held_extent = if is_plain { extent } else { Extent { unknown, ..Extent::ANY } };
        let total = self.slot_number(slot, Extent { unknown, ..held_extent });
        if is_plain {
            return Computed::Number(Number::Plain(total));
        }
        let held = self.slot_truth(behind(slot, 1), Extent { unknown, ..Extent::TRUTH });
        let held = self.surely(held);
        Computed::Number(Number::Held(total, held))
    }

    fn sum_of_events(
        &mut self,
        aggregate: Aggregate,
        property: &'m Property,
        events: Events,
        (from, into): (u8, u8),
    ) -> Computed {
        let unknown = events.unknown;
        let column = self.property_column(property);
        let each = self.property_extent(property);
        let slot = self.ask(events, Ask::Sum(column), &[RegisterType::Wide, RegisterType::Number]);
        let extent = each::of_all(each, COUNT.high).or_unknown(unknown);
        let sum = self.slot_wide(slot, extent);
        let to = Default::default();
        let value = match aggregate {
            Aggregate::Average => {
                let count = self.slot_number(behind(slot, 1), COUNT.or_unknown(unknown));
                self.leads.wide(Instruction::Average { to, a: sum, count, from, into }, WIDE)
            }
            _ => self.leads.wide(Instruction::Rescale { to, a: sum, from, into }, WIDE),
        };
        Computed::Number(Number::Wide(self.leads.wide(Instruction::End { to, a: value }, Extent::ANY)))
    }

    fn chosen_of_events(
        &mut self,
        aggregate: Aggregate,
        property: &'m Property,
        events: Events,
        (from, into): (u8, u8),
    ) -> Lowered<Computed> {
        let column = self.property_column(property);
        let ty = self.column_register(column);
        let extent = self.property_extent(property).or_unknown(true);
        let slot = self.ask(events, Ask::Choose(aggregate, column), &[ty]);
        let Register(_, answer) = self.answer(ty, slot, extent);
        Ok(match ty {
            RegisterType::Truth => Computed::Truth(T(answer)),
            RegisterType::Text => Computed::Text(crate::X(answer)),
            RegisterType::List => Computed::List(crate::L(answer)),
            _ if from == into => Computed::Number(Number::Plain(N(answer))),
            _ => {
                let to = Default::default();
                let wide = self.leads.wide(Instruction::Widen { to, a: N(answer) }, extent);
                let rescaled = Instruction::Rescale { to, a: wide, from, into };
                Computed::Number(Number::Wide(self.leads.wide(rescaled, WIDE)))
            }
        })
    }

    /// Whole days since the newest event; unknown without one.
    pub(crate) fn days_since_last(&mut self, term: &'m Term, home: Target) -> Lowered<Number> {
        let since = self.newest(term, home)?;
        // events lie before `as of`; no two instants are so many days apart
        let extent = Extent { low: 0, high: u64::MAX as i128 / DAY_US as i128 + 1, unknown: true };
        let days = Instruction::DaysSince { to: ToN(0), a: since };
        Ok(Number::Plain(self.leads.number(days, extent)))
    }

    /// On how many different local days.
    pub(crate) fn days_with(&mut self, term: &'m Term, home: Target) -> Lowered<Number> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            let extent = COUNT.or_unknown(events.unknown);
            let slot = lowering.ask(events, Ask::Days, &[RegisterType::Number]);
            Ok(Number::Plain(lowering.slot_number(slot, extent)))
        })
    }

    /// The points of `for each` and `for each different`: decayed, summed, rounded once, before `up to` and the
    /// sign (`amount.negative` is not applied).
    pub(crate) fn for_each(&mut self, rule: EachRule<'m>, home: Target) -> Lowered<Given> {
        self.of_lead(|lowering| lowering.each(rule, home))
    }

    /// The instant of the newest event of a term, however many it counts; unknown without one.
    pub(crate) fn newest(&mut self, term: &'m Term, home: Target) -> Lowered<N> {
        self.of_lead(|lowering| {
            let events = lowering.events_of(term, home)?;
            Ok(lowering.newest_of(events))
        })
    }

    fn newest_of(&mut self, events: Events) -> N {
        let slot = self.ask(events, Ask::Newest, &[RegisterType::Number]);
        self.slot_number(slot, Extent::ANY)
    }

    /// Values of the lead (slots) that an event program gives for the newest event of a term; unknown without one.
    /// `build` runs inside [`Lowering::event_program`].
    pub(crate) fn of_newest(
        &mut self,
        term: &'m Term,
        home: Target,
        build: &mut dyn FnMut(&mut Self) -> Lowered<Vec<Register>>,
    ) -> Lowered<Vec<Register>> {
        let mut events = self.of_lead(|lowering| lowering.events_of(term, home))?;
        let mut arguments = std::mem::take(&mut events.arguments);
        let program = self.event_program(&mut arguments, build)?;
        events.arguments = arguments;
        let outputs = &self.plan.event_programs[program as usize].outputs;
        let types: Vec<RegisterType> = outputs.iter().map(|output| output.0).collect();
        let slot = self.ask(events, Ask::OfNewest(program), &types);
        let answers = types.iter().enumerate().map(|(place, ty)| {
            let extent = if *ty == RegisterType::Truth { Extent::TRUTH } else { Extent::ANY };
            (behind(slot, place as u32), *ty, extent)
        });
        let answers: Vec<_> = answers.collect();
        Ok(answers.into_iter().map(|(slot, ty, extent)| self.answer(ty, slot, extent)).collect())
    }

    /// For `since last E`: whether there is such an event (unknown if a window is), and the instant of the newest.
    pub(crate) fn last_event(&mut self, step: &'m Step, home: Target) -> Lowered<(T, N)> {
        self.of_lead(|lowering| {
            let events = lowering.events_of_steps(std::slice::from_ref(step), step.span, home)?;
            let newest = lowering.newest_of(events.clone());
            if events.unknown {
                return Ok((lowering.any_of(events), newest));
            }
            let known = Instruction::KnownNumber { to: ToT(0), a: newest };
            Ok((lowering.leads.truth(known, Extent::KNOWN_TRUTH), newest))
        })
    }
}

/// Any wide number.
const WIDE: Extent = Extent { low: i128::MIN, high: i128::MAX, unknown: true };

/// Digits behind the point of a unit of the type.
fn decimals(ty: &Type) -> u8 {
    match ty {
        Type::Number(kind) => kind.decimals() as u8,
        _ => 0,
    }
}
