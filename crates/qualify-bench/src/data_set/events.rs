//! Events from a sequence of random numbers, lead by lead, each lead's in the order of time.

use super::words::{EVENT_SHARES, EVENT_TYPES, PURCHASED};
use super::{AS_OF, DAY};
use crate::random::{Random, Weights};

/// Most events of a lead before the number of all is met exactly.
const MOST: f64 = 5000.0;

/// An event, in codes.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// The row of its lead.
    pub lead: u32,
    /// The place of its type.
    pub kind: u8,
    /// The place of its object.
    pub object: u8,
    /// Microseconds since 1970.
    pub time: i64,
    /// A multiple of 0.25, so that sums are exact in any order.
    pub value: Option<f64>,
}

/// How many events each lead has: a quarter none, the others log-normally many, together exactly `events`, or
/// as near as leads with some events allow.
pub fn counts(leads: usize, events: usize, random: &mut Random) -> Vec<u32> {
    let mean = events as f64 / leads as f64 / 0.75;
    let location = (mean * 1.16).ln() - 1.8f64 * 1.8 / 2.0; // 1.16 makes up for the cap
    let mut counts = vec![0u32; leads];
    for count in &mut counts {
        if !random.chance(0.25) {
            *count = (location + 1.8 * random.normal()).exp().round().clamp(1.0, MOST) as u32;
        }
    }
    meet(&mut counts, events);
    counts
}

/// Trims or pads leads with many events, an eighth at a time.
fn meet(counts: &mut [u32], events: usize) {
    let leads = counts.len();
    let mut total: usize = counts.iter().map(|count| *count as usize).sum();
    let mut idle = 0;
    for step in 0.. {
        if total == events || idle > leads {
            return;
        }
        let count = &mut counts[(step * 7919) % leads];
        idle += 1;
        if total > events && *count > 8 {
            let change = (*count / 8).min((total - events) as u32);
            *count -= change;
            total -= change as usize;
            idle = 0;
        } else if total < events && *count > 8 && *count < 4000 {
            let change = (*count / 8).min((events - total) as u32);
            *count += change;
            total += change as usize;
            idle = 0;
        }
    }
}

/// Makes the events of one lead after the other.
pub struct Events {
    kinds: Weights,
    objects: Weights,
}

impl Events {
    /// Of the benchmark, about so many objects.
    pub fn new(objects: usize) -> Events {
        debug_assert_eq!(EVENT_SHARES.len(), EVENT_TYPES.len());
        Events { kinds: Weights::of(EVENT_SHARES), objects: Weights::falling(objects, 0.9) }
    }

    /// Puts the events of a lead behind `events`, in the order of time.
    pub fn of_lead(
        &self,
        lead: usize,
        created_at: i64,
        count: u32,
        random: &mut Random,
        events: &mut Vec<Event>,
    ) {
        let first = events.len();
        let span = (AS_OF - created_at.max(AS_OF - 365 * DAY)) as f64;
        events.extend((0..count).map(|_| self.event(lead, span, random)));
        events[first..].sort_by_key(|event| event.time);
    }

    fn event(&self, lead: usize, span: f64, random: &mut Random) -> Event {
        let kind = random.place(&self.kinds) as u8;
        let object = random.place(&self.objects) as u8;
        let mut time = AS_OF - (random.unit() * span) as i64 / 1000 * 1000;
        if random.chance(0.0005) {
            // a clock that is wrong: up to a day after the instant of the scores
            time = AS_OF + 1000 + (random.unit() * DAY as f64) as i64 / 1000 * 1000;
        }
        let known = kind == PURCHASED || random.chance(0.3);
        let value = known.then(|| (random.unit() * random.unit() * 4000.0).floor() / 4.0);
        Event { lead: lead as u32, kind, object, time, value }
    }
}
