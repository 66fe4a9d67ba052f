//! Event rules, the first way: each event is tested against the rules of its type.

use super::Events;
use super::attributes::Objects;
use super::decay::{Decay, per_age};
use super::tally::Tally;
use crate::data_set::{AS_OF, DAY};
use std::ops::Range;

const HALF_7: f64 = per_age(7);
const HALF_14: f64 = per_age(14);
const HALF_30: f64 = per_age(30);

/// What is known of the events of one lead, which are in the order of time.
#[inline(always)]
pub fn tally(events: &Events, objects: &Objects, decay: &Decay, range: Range<usize>) -> Tally {
    let mut tally = Tally::default();
    let (kinds, codes) = (&events.kinds[range.clone()], &events.objects.codes[range.clone()]);
    let (times, values) = (&events.times[range.clone()], &events.values[range]);
    for place in 0..kinds.len() {
        let time = times[place];
        if time > AS_OF {
            break; // it and all behind it are in the future
        }
        let (age, object, value) = (AS_OF - time, codes[place], values[place]);
        let within = |days: i64| age < days * DAY;
        let halved = |per_age: f64| decay.exp2(age as f64 * per_age);
        tally.last = time;
        tally.any_1 += u32::from(within(1));
        if object == objects.pricing {
            tally.pricing_decayed += halved(HALF_7);
        }
        if within(30) {
            tally.objects_30[(object >> 6) as usize] |= 1 << (object & 63);
        }
        if within(365) {
            tally.values_365 += value;
        }
        match kinds[place] {
            0 => {
                tally.visited_decayed += halved(HALF_14);
                tally.visited_7 += u32::from(within(7));
                tally.visited_30 += u32::from(within(30));
                if object == objects.pricing {
                    tally.pricing_7 |= within(7);
                    tally.pricing_30 |= within(30);
                    tally.pricing_times.set(time);
                } else if object == objects.docs {
                    tally.docs_14 += u32::from(within(14));
                } else if object == objects.careers {
                    tally.careers_30 |= within(30);
                }
            }
            1 => {
                tally.opened_30 += u32::from(within(30));
                tally.opened_60 += u32::from(within(60));
            }
            2 => {
                tally.clicked_decayed += halved(HALF_14);
                tally.clicked_30 += u32::from(within(30));
                tally.clicked_60 += u32::from(within(60));
            }
            3 => {
                tally.submitted_decayed += halved(HALF_30);
                tally.submitted_14 |= within(14);
                tally.downloaded_then_submitted |= tally.download_times.gap(time) < 7 * DAY;
            }
            4 => {
                tally.demo_30 |= object == objects.demo && within(30);
                tally.pricing_then_requested |= within(180) && tally.pricing_times.gap(time) < 7 * DAY;
            }
            5 => {
                tally.attended_365 += u32::from(within(365));
                tally.webinar_90 |= object == objects.webinar && within(90);
            }
            6 => {
                tally.downloaded_90 += u32::from(within(90));
                tally.download_times.set(time);
            }
            7 => tally.unsubscribed = true,
            8 => {
                tally.purchased = true;
                if within(90) {
                    tally.purchases_90 += value;
                }
            }
            10 => tally.chatted_90 += u32::from(within(90)),
            11 => tally.bounced_60 |= within(60),
            _ => {}
        }
    }
    tally
}
