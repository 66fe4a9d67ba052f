//! A smaller lead that still tells two models apart: fewer events, fewer known values, rounder numbers.

use super::pair::At;
use qualify_model::calendar::DAY_US;
use qualify_model::*;

/// Most rounds over all facts.
const ROUNDS: usize = 4;

/// The smallest lead that was found; `lead` must be scored differently.
pub(super) fn shrunk(at: &At<'_, '_>, lead: Lead) -> Lead {
    let mut small = Shrinker { at, shared: at.pair.shared(&lead), lead };
    for _ in 0..ROUNDS {
        let before = small.lead.clone();
        small.events();
        small.unknown();
        small.values();
        small.ages();
        if small.lead == before {
            break;
        }
    }
    small.lead.events.sort_by_key(|event| event.time);
    small.lead
}

struct Shrinker<'a, 'p, 'm> {
    at: &'a At<'p, 'm>,
    /// Both sides accept all facts, and shall.
    shared: bool,
    lead: Lead,
}

impl Shrinker<'_, '_, '_> {
    /// Keeps a change if both models still differ, and not in status alone.
    fn keep(&mut self, change: impl FnOnce(&mut Lead)) -> bool {
        let mut lead = self.lead.clone();
        change(&mut lead);
        let kept = lead != self.lead
            && (!self.shared || self.at.pair.shared(&lead))
            && !self.at.differences(&lead).is_empty();
        if kept {
            self.lead = lead;
        }
        kept
    }

    fn events(&mut self) {
        let mut run = self.lead.events.len();
        while run > 0 {
            let mut from = 0;
            while from < self.lead.events.len() {
                let to = (from + run).min(self.lead.events.len());
                if !self.keep(|lead| drop(lead.events.drain(from..to))) {
                    from += run;
                }
            }
            run /= 2;
        }
    }

    fn unknown(&mut self) {
        for i in 0..self.lead.attributes.len() {
            self.keep(|lead| lead.attributes[i] = None);
        }
        for i in 0..self.lead.events.len() {
            for p in 0..self.lead.events[i].properties.len() {
                self.keep(|lead| lead.events[i].properties[p] = None);
            }
        }
    }

    fn values(&mut self) {
        for i in 0..self.lead.attributes.len() {
            let range = self.at.pair.schema.attributes[i].range.clone();
            for value in
                self.lead.attributes[i].iter().flat_map(|value| rounder(value, &range)).collect::<Vec<_>>()
            {
                if self.keep(|lead| lead.attributes[i] = Some(value)) {
                    break;
                }
            }
        }
        for i in 0..self.lead.events.len() {
            for p in 0..self.lead.events[i].properties.len() {
                let kind = self.at.pair.schema.event(self.lead.events[i].kind);
                let range = kind.properties[p].range.clone();
                let value = self.lead.events[i].properties[p].clone();
                for value in value.iter().flat_map(|value| rounder(value, &range)).collect::<Vec<_>>() {
                    if self.keep(|lead| lead.events[i].properties[p] = Some(value)) {
                        break;
                    }
                }
            }
        }
    }

    /// Whole days, as few as may be.
    fn ages(&mut self) {
        let now = self.at.as_of();
        for i in 0..self.lead.events.len() {
            let age = now - self.lead.events[i].time;
            for age in rounder_ages(age) {
                if self.keep(|lead| lead.events[i].time = now - age) {
                    break;
                }
            }
        }
        for i in 0..self.lead.attributes.len() {
            let Some(Value::Time(time)) = self.lead.attributes[i] else { continue };
            for age in rounder_ages(now - time) {
                if self.keep(|lead| lead.attributes[i] = Some(Value::Time(now - age))) {
                    break;
                }
            }
        }
    }
}

/// Rounder ages, the roundest first.
fn rounder_ages(age: i64) -> Vec<i64> {
    let mut out = vec![DAY_US, 0];
    for unit in [DAY_US, DAY_US / 24, 60_000_000, 1_000_000] {
        out.extend([age - age.rem_euclid(unit), age - age.rem_euclid(unit) + unit]);
    }
    let mut better: Vec<i64> = Vec::new();
    for other in out {
        if other == age {
            break;
        }
        better.push(other);
    }
    better
}

/// Rounder values of the same type, the roundest first.
fn rounder(value: &Value, range: &Option<(Value, Value)>) -> Vec<Value> {
    let Value::Number(n) = value else {
        return match value {
            Value::Word(word) => (0..*word).map(Value::Word).collect(),
            Value::List(values) if values.len() > 1 => {
                values.iter().map(|value| Value::List(vec![value.clone()])).collect()
            }
            _ => Vec::new(),
        };
    };
    let allowed = |n: &i64| match range {
        Some((Value::Number(low), Value::Number(high))) => low <= n && n <= high,
        _ => true,
    };
    let mut out = vec![0];
    for power in (0..18).rev() {
        let unit = 10i64.pow(power);
        let down = n - n % unit;
        let up = down.checked_add(unit * n.signum());
        out.extend([Some(down), up].into_iter().flatten());
    }
    out.retain(allowed);
    let end = out.iter().position(|other| other == n).unwrap_or(out.len());
    out.truncate(end);
    out.dedup();
    out.into_iter().map(Value::Number).collect()
}
