//! What is asked of the events of a lead, where the lead has no other events than those of the pool.

use super::Pool;
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::decide::Decision;
use crate::proof::encode::{AskedOfEvents as Asked, Matched, MatchedStep, Shape, Source, Values};
use crate::proof::int::{Int, Sum};
use qualify_model::calendar::{DAY_US, Zone, days_since, utc_day};
use qualify_model::decay::{
    HALVING_ONE, SHARE_ONE, dropping_share, fading_share, halving_factor, losing_points, losing_share,
};
use qualify_model::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Events of the pool, each with when it matches.
type Matches = Vec<(usize, Lit)>;

impl Pool {
    /// Says what each number is. True if some of them could not be said.
    pub(in crate::proof) fn link(&self, decision: &mut Decision<'_, '_>) -> bool {
        self.instants(decision);
        let mut loose = false;
        let mut known = HashMap::new();
        for place in 0..decision.encoder.events.tallies.len() {
            let tally = &decision.encoder.events.tallies[place];
            let (asked, int) = (tally.asked.clone(), tally.int.clone());
            match self.number(decision, &asked, &mut known) {
                Some(value) => {
                    let equal = decision.encoder.c.equal(&int, &value);
                    decision.encoder.c.fact([!self.only, equal]);
                }
                None => loose = true,
            }
        }
        loose
    }

    /// Ages of times and dates, and windows of the calendar, at the instant of the pool.
    fn instants(&self, decision: &mut Decision<'_, '_>) {
        let encoder = &mut decision.encoder;
        let utc = encoder.sides.iter().all(|side| side.model.timezone == "UTC");
        let aged: Vec<(Source, Int)> =
            encoder.ages.iter().map(|(source, age)| (*source, age.clone())).collect();
        for (source, age) in aged {
            let Source::Attribute(place) = source else { continue };
            let day = encoder.pair.schema.attributes[place].ty == Type::Date;
            let Some(variable) = encoder.sources.get(&source).cloned() else { continue };
            let Values::Number(value) = variable.values else { continue };
            if day && !utc {
                continue;
            }
            let unit = if day { i128::from(DAY_US) } else { 1 };
            let sum = encoder.c.linear(&[(unit, &value), (1, &age)]);
            let now = encoder.c.equals(&sum, self.as_of.into());
            encoder.c.fact([!self.only, !variable.known, now]);
        }
        for (lit, source, window, which) in encoder.events.calendar.clone() {
            let model = encoder.sides[which].model;
            let (Source::Attribute(_), Some(age)) = (source, encoder.ages.get(&source).cloned()) else {
                continue;
            };
            let Some(inside) = model.zone().window(self.as_of, &window, &model.params) else { continue };
            let as_of = i128::from(self.as_of);
            let least = encoder.c.at_least(&age, as_of - i128::from(inside.last));
            let more = encoder.c.at_least(&age, as_of - i128::from(inside.first) + 1);
            let inside = encoder.c.and([least, !more]);
            let same = encoder.c.same(lit, inside);
            encoder.c.fact([!self.only, same]);
        }
    }

    /// A number as the events of the pool make it; none if that cannot be said.
    fn number(
        &self,
        decision: &mut Decision<'_, '_>,
        asked: &Asked,
        known: &mut HashMap<Matched, Option<Matches>>,
    ) -> Option<Int> {
        let mut all = Vec::new();
        for term in asked.terms() {
            if !known.contains_key(term) {
                let matches = self.matches(decision, term);
                known.insert(term.clone(), matches);
            }
            all.push(known[term].clone()?);
        }
        let first = all.first().cloned().unwrap_or_default();
        Some(match asked {
            Asked::Count(_) => self.sum(decision, first.iter().map(|(_, lit)| (*lit, 1))),
            Asked::Days(zone, _) => {
                let zone = Zone::named(zone)?;
                let groups = self.groups(&first, |event| Some(zone.day(event.time)));
                let days = any_of_each(decision, groups);
                self.sum(decision, days.into_iter().map(|lit| (lit, 1)))
            }
            Asked::Different(property, _) => {
                let groups = self.groups(&first, |event| value_key(property, event));
                let values = any_of_each(decision, groups);
                self.sum(decision, values.into_iter().map(|lit| (lit, 1)))
            }
            Asked::PerValue(property, low, high, _) => {
                let groups = self.groups(&first, |event| value_key(property, event));
                self.group_of(decision, groups.into_values().collect(), *low, *high)
            }
            Asked::PerPeriod(zone, unit, low, high, _) => {
                let zone = Zone::named(zone)?;
                let groups = self.groups(&first, |event| Some(zone.period_number(*unit, event.time)));
                self.group_of(decision, groups.into_values().collect(), *low, *high)
            }
            Asked::Total(property, _) => {
                let value = |event: &Event| match property_of(property, event) {
                    Some(Value::Number(n) | Value::Duration(n)) => Some(*n),
                    _ => None,
                };
                let weights: Vec<(Lit, i128)> = first
                    .iter()
                    .filter_map(|(place, lit)| Some((*lit, value(&self.events[*place].event)?.into())))
                    .collect();
                self.sum(decision, weights)
            }
            Asked::SinceLast(_) => {
                let days = |age: i64| days_since(self.as_of, self.as_of - age).into();
                self.by_newest(decision, &first, days, 0)
            }
            Asked::Newest(points, shape, _) => {
                let union: Matches = all.into_iter().flatten().collect();
                self.by_newest(decision, &union, |age| self.faded(*points, shape, age), *points)
            }
            Asked::Each(points, shape, None, _) => {
                let weight = |place: usize| match shape {
                    Some(shape) => self.faded(*points, shape, self.as_of - self.events[place].event.time),
                    None => *points,
                };
                let weights: Vec<(Lit, i128)> =
                    first.iter().map(|(place, lit)| (*lit, weight(*place))).collect();
                self.sum(decision, weights)
            }
            Asked::Each(points, shape, Some((most, Some((zone, unit)))), _) => {
                let zone = Zone::named(zone)?;
                if *most != 1 && shape.is_some() {
                    return None;
                }
                let groups = self.groups(&first, |event| Some(zone.period_number(*unit, event.time)));
                let mut sum = Sum::default();
                for group in groups.into_values() {
                    let part = match shape {
                        // the newest of each period
                        Some(shape) => {
                            self.by_newest(decision, &group, |age| self.faded(*points, shape, age), 0)
                        }
                        None => {
                            let n = self.sum(decision, group.iter().map(|(_, lit)| (*lit, 1)));
                            let n = decision.encoder.c.least(&n, &Int::constant((*most).max(0)));
                            decision.encoder.c.linear(&[(*points, &n)])
                        }
                    };
                    sum.add(&part, 1);
                }
                decision.encoder.c.total(&sum, None)
            }
            Asked::Each(..) | Asked::Other(..) => return None,
        })
    }

    fn sum(&self, decision: &mut Decision<'_, '_>, weights: impl IntoIterator<Item = (Lit, i128)>) -> Int {
        let mut sum = Sum::default();
        for (lit, weight) in weights {
            if weight != 0 && lit != FALSE {
                sum.add(&Int::of_lit(lit, weight), 1);
            }
        }
        decision.encoder.c.total(&sum, None)
    }

    /// 1 if one group has from `low` to `high` events, and one at least.
    fn group_of(&self, decision: &mut Decision<'_, '_>, groups: Vec<Matches>, low: i128, high: i128) -> Int {
        let mut any = Vec::new();
        for group in groups {
            let n = self.sum(decision, group.iter().map(|(_, lit)| (*lit, 1)));
            let c = &mut decision.encoder.c;
            let (some, more) = (c.at_least(&n, low.max(1)), c.at_least(&n, high.saturating_add(1)));
            any.push(c.and([some, !more]));
        }
        let any = decision.encoder.c.or(any);
        Int::of_lit(any, 1)
    }

    /// A number by the age of the newest event; another if there is none.
    fn by_newest(
        &self,
        decision: &mut Decision<'_, '_>,
        matches: &Matches,
        number: impl Fn(i64) -> i128,
        none: i128,
    ) -> Int {
        let mut ages: BTreeMap<i64, Vec<Lit>> = BTreeMap::new();
        for (place, lit) in matches {
            ages.entry(self.as_of - self.events[*place].event.time).or_default().push(*lit);
        }
        let mut free = TRUE;
        let mut weights = Vec::new();
        for (age, lits) in ages {
            let c = &mut decision.encoder.c;
            let any = c.or(lits);
            weights.push((c.and([free, any]), number(age)));
            free = c.and([free, !any]);
        }
        weights.push((free, none));
        self.sum(decision, weights)
    }

    fn groups<K: Ord>(&self, matches: &Matches, key: impl Fn(&Event) -> Option<K>) -> BTreeMap<K, Matches> {
        let mut groups: BTreeMap<K, Matches> = BTreeMap::new();
        for (place, lit) in matches {
            if let Some(key) = key(&self.events[*place].event) {
                groups.entry(key).or_default().push((*place, *lit));
            }
        }
        groups
    }

    /// The events that a term matches; none if that hangs on more than the pool.
    fn matches(&self, decision: &mut Decision<'_, '_>, term: &Matched) -> Option<Matches> {
        let mut reached: Option<Matches> = None;
        for step in &term.steps {
            let own = self.of_step(decision, step)?;
            reached = Some(match reached {
                None => own,
                Some(before) => self.following(decision, &before, &own, exact(&step.gap)?),
            });
        }
        reached
    }

    fn of_step(&self, decision: &mut Decision<'_, '_>, step: &MatchedStep) -> Option<Matches> {
        let own = self.like(decision, &step.events)?;
        let Some(silence) = exact(&step.silence)? else { return Some(own) };
        let all = self.like(decision, &step.timeless)?;
        let instants = self.at_each_instant(decision, &all);
        let each = own.into_iter().map(|(place, lit)| {
            let time = self.events[place].event.time;
            let c = &mut decision.encoder.c;
            let noise =
                c.or(instants.range((time - silence.max(1) + 1).min(time)..time).map(|(_, lit)| *lit));
            let before = c.or(instants.range(..=time - silence).map(|(_, lit)| *lit));
            (place, c.and([lit, before, !noise]))
        });
        Some(each.collect())
    }

    /// For each instant of the pool when one of the events happened at it. There are few instants, so that what
    /// follows what is asked of them, not of each pair of events.
    fn at_each_instant(&self, decision: &mut Decision<'_, '_>, matches: &Matches) -> BTreeMap<i64, Lit> {
        let groups = self.groups(matches, |event| Some(event.time));
        let each = groups
            .into_iter()
            .map(|(time, group)| (time, decision.encoder.c.or(group.into_iter().map(|(_, lit)| lit))));
        each.collect()
    }

    /// Events that follow one of those before, within a gap.
    fn following(
        &self,
        decision: &mut Decision<'_, '_>,
        before: &Matches,
        own: &Matches,
        gap: Option<i64>,
    ) -> Matches {
        let instants = self.at_each_instant(decision, before);
        let each = own.iter().map(|(place, lit)| {
            let time = self.events[*place].event.time;
            let first = gap.map_or(i64::MIN, |gap| time.saturating_sub(gap).saturating_add(1).min(time));
            let any = decision.encoder.c.or(instants.range(first..time).map(|(_, lit)| *lit));
            (*place, decision.encoder.c.and([*lit, any]))
        });
        each.collect()
    }

    /// Events for which the literal of their type holds; none if that hangs on something else than the event.
    fn like(&self, decision: &Decision<'_, '_>, lits: &[Lit]) -> Option<Matches> {
        let encoder = &decision.encoder;
        let mut of_event: HashSet<usize> = HashSet::new();
        for possible in &self.events {
            of_event.extend(possible.inputs.keys());
        }
        // properties that no event of the pool knows are inputs of events too
        for (source, variable) in &encoder.sources {
            if let Source::Property(..) = source {
                of_event.insert(variable.known.node());
                match &variable.values {
                    Values::Number(int) => of_event.extend(int.bits.iter().map(|bit| bit.node())),
                    Values::Text(which) => {
                        let text = &encoder.texts[*which];
                        of_event.extend(text.code.bits.iter().map(|bit| bit.node()));
                        of_event.extend(text.tests.iter().map(|(_, lit)| lit.node()));
                    }
                    Values::List => {}
                }
            }
        }
        if !lits.iter().all(|lit| hangs_on(decision, *lit, &of_event)) {
            return None;
        }
        let mut out = Vec::new();
        for (place, possible) in self.events.iter().enumerate() {
            let lit = lits[possible.event.kind.index()];
            if encoder.c.value(lit, &possible.inputs, &mut HashMap::new()) {
                out.push((place, possible.there));
            }
        }
        Some(out)
    }

    /// What is left of points after an age, rounded.
    fn faded(&self, points: i128, shape: &Shape, age: i64) -> i128 {
        let (share, of) = match shape {
            Shape::Halving { every, by_day: true } => {
                let days = utc_day(self.as_of) - utc_day(self.as_of - age);
                (halving_factor(days, every / DAY_US), HALVING_ONE)
            }
            Shape::Halving { every, by_day: false } => {
                (halving_factor(age / 1_000, every / 1_000), HALVING_ONE)
            }
            Shape::Fading { over } => (fading_share(age, (*over).max(1)), (*over).max(1)),
            Shape::LosingShare { share, every } => (losing_share(age, *share, *every), SHARE_ONE),
            Shape::LosingPoints { amount, every } => {
                return losing_points(exact::hold(points).0, age, *amount, *every).into();
            }
            Shape::Dropping { steps } => (dropping_share(age, steps), SHARE_ONE),
        };
        exact::divide_rounded(points * i128::from(share), of.into()).unwrap_or(0)
    }
}

/// For each group when it has an event.
fn any_of_each<K>(decision: &mut Decision<'_, '_>, groups: BTreeMap<K, Matches>) -> Vec<Lit> {
    groups.into_values().map(|group| decision.encoder.c.or(group.into_iter().map(|(_, lit)| lit))).collect()
}

/// A length in microseconds; none outside if it is one of the calendar.
fn exact(length: &Option<Length>) -> Option<Option<i64>> {
    match length {
        None => Some(None),
        Some(Length::Exact(us)) => Some(Some(*us)),
        Some(_) => None,
    }
}

fn property_of<'e>(property: &Property, event: &'e Event) -> Option<&'e Value> {
    let place = (*property.places.get(event.kind.index())?)? as usize;
    event.properties.get(place)?.as_ref()
}

/// The same for values that count as equal.
fn value_key(property: &Property, event: &Event) -> Option<String> {
    Some(match property_of(property, event)? {
        Value::Text(text) | Value::Stage(text) => text::fold(text),
        other => format!("{other:?}"),
    })
}

fn hangs_on(decision: &Decision<'_, '_>, lit: Lit, inputs: &HashSet<usize>) -> bool {
    decision.encoder.c.inputs(&[lit]).is_subset(inputs)
}
