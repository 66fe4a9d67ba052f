//! Event rules, the second way: events are counted by class and age without a branch for any rule; rules on
//! counts then read sums. Only sequences and sums look at single events, and most events are of no such class.

use super::Events;
use super::attributes::Objects;
use super::decay::{Decay, per_age};
use super::tally::Tally;
use crate::data_set::{AS_OF, DAY};
use std::ops::Range;

/// Classes of events: a type, where a rule asks for it with an object.
const CLASSES: usize = 16;
const PRICING: usize = 0;
const DOCS: usize = 1;
const CAREERS: usize = 2;
const OTHER_VISIT: usize = 3;
const OPENED: usize = 4;
const CLICKED: usize = 5;
const SUBMITTED: usize = 6;
const DEMO: usize = 7;
const OTHER_REQUEST: usize = 8;
const WEBINAR: usize = 9;
const OTHER_ATTENDED: usize = 10;
const DOWNLOADED: usize = 11;
const UNSUBSCRIBED: usize = 12;
const PURCHASED: usize = 13;
const CALLED_OR_BOUNCED: usize = 14;
const CHATTED: usize = 15;

/// Classes whose events are looked at one by one.
const SINGLE: u32 = 1 << PRICING
    | 1 << SUBMITTED
    | 1 << DEMO
    | 1 << OTHER_REQUEST
    | 1 << DOWNLOADED
    | 1 << PURCHASED
    | 1 << CALLED_OR_BOUNCED;

/// Ages: each bucket ends where a window does. The last one holds the rest.
const ENDS: [usize; 8] = [1, 7, 14, 30, 60, 90, 180, 365];
const DAY_1: usize = 0;
const DAYS_7: usize = 1;
const DAYS_14: usize = 2;
const DAYS_30: usize = 3;
const DAYS_60: usize = 4;
const DAYS_90: usize = 5;
const DAYS_180: usize = 6;
const DAYS_365: usize = 7;
const EVER: usize = 8;
const BUCKETS: usize = 9;

const BOUNCED_KIND: u8 = 11;
const HALF_14: f64 = per_age(14);
const HALF_30: f64 = per_age(30);

/// Tables from type and object to class, and from days to bucket.
pub struct Classes {
    class: Vec<u8>,
    bucket: [u8; 512],
}

impl Classes {
    /// For these codes of objects.
    pub fn new(objects: &Objects) -> Classes {
        let mut class = vec![CALLED_OR_BOUNCED as u8; 16 * 256];
        for kind in 0..12 {
            for object in 0..256 {
                class[kind << 8 | object] = class_of(kind, object as u8, objects) as u8;
            }
        }
        let bucket = |days: usize| ENDS.iter().take_while(|end| days >= **end).count() as u8;
        Classes { class, bucket: std::array::from_fn(bucket) }
    }
}

fn class_of(kind: usize, object: u8, objects: &Objects) -> usize {
    match kind {
        0 if object == objects.pricing => PRICING,
        0 if object == objects.docs => DOCS,
        0 if object == objects.careers => CAREERS,
        0 => OTHER_VISIT,
        1 => OPENED,
        2 => CLICKED,
        3 => SUBMITTED,
        4 if object == objects.demo => DEMO,
        4 => OTHER_REQUEST,
        5 if object == objects.webinar => WEBINAR,
        5 => OTHER_ATTENDED,
        6 => DOWNLOADED,
        7 => UNSUBSCRIBED,
        8 => PURCHASED,
        10 => CHATTED,
        _ => CALLED_OR_BOUNCED,
    }
}

/// What is known of the events of one lead, which are in the order of time.
pub fn tally(
    events: &Events,
    objects: &Objects,
    classes: &Classes,
    decay: &Decay,
    range: Range<usize>,
) -> Tally {
    let mut tally = Tally::default();
    let (kinds, codes) = (&events.kinds[range.clone()], &events.objects.codes[range.clone()]);
    let (times, values) = (&events.times[range.clone()], &events.values[range]);
    let mut past = times.len();
    while past > 0 && times[past - 1] > AS_OF {
        past -= 1;
    }
    if past == 0 {
        return tally;
    }
    tally.last = times[past - 1];
    let mut counts = [[0u32; CLASSES]; BUCKETS];
    let mut halved = [0f64; CLASSES];
    for place in 0..past {
        let (time, object, kind) = (times[place], codes[place], kinds[place]);
        let age = (AS_OF - time) as u64;
        let class = classes.class[(kind as usize) << 8 | object as usize] as usize & (CLASSES - 1);
        let bucket = classes.bucket[(age / DAY as u64) as usize & 511] as usize;
        counts[bucket][class] += 1;
        let weight = decay.exp2(age as f64 * HALF_14);
        halved[class] += weight;
        // a half-life of 7 days is the square of one of 14
        tally.pricing_decayed += if object == objects.pricing { weight * weight } else { 0.0 };
        tally.values_365 += if bucket <= DAYS_365 { values[place] } else { 0.0 };
        tally.objects_30[(object >> 6) as usize & 3] |= u64::from(bucket <= DAYS_30) << (object & 63);
        if (1u32 << class) & SINGLE == 0 {
            continue;
        }
        match class {
            PRICING => tally.pricing_times.set(time),
            DOWNLOADED => tally.download_times.set(time),
            SUBMITTED => {
                tally.submitted_decayed += decay.exp2(age as f64 * HALF_30);
                tally.downloaded_then_submitted |= tally.download_times.gap(time) < 7 * DAY;
            }
            DEMO | OTHER_REQUEST => {
                tally.pricing_then_requested |= bucket <= DAYS_180 && tally.pricing_times.gap(time) < 7 * DAY;
            }
            PURCHASED => tally.purchases_90 += if bucket <= DAYS_90 { values[place] } else { 0.0 },
            _ => tally.bounced_60 |= kind == BOUNCED_KIND && bucket <= DAYS_60,
        }
    }
    read(&mut counts, &halved, &mut tally);
    tally
}

/// The counts that rules ask for.
#[inline(always)]
fn read(counts: &mut [[u32; CLASSES]; BUCKETS], halved: &[f64; CLASSES], tally: &mut Tally) {
    for bucket in 1..BUCKETS {
        let (younger, older) = counts.split_at_mut(bucket);
        let pairs = older[0].iter_mut().zip(&younger[bucket - 1]);
        pairs.for_each(|(older, younger)| *older += younger);
    }
    let visited = |bucket: usize| counts[bucket][PRICING..=OTHER_VISIT].iter().sum::<u32>();
    tally.pricing_7 = counts[DAYS_7][PRICING] > 0;
    tally.pricing_30 = counts[DAYS_30][PRICING] > 0;
    tally.demo_30 = counts[DAYS_30][DEMO] > 0;
    tally.submitted_14 = counts[DAYS_14][SUBMITTED] > 0;
    tally.webinar_90 = counts[DAYS_90][WEBINAR] > 0;
    tally.unsubscribed = counts[EVER][UNSUBSCRIBED] > 0;
    tally.careers_30 = counts[DAYS_30][CAREERS] > 0;
    tally.purchased = counts[EVER][PURCHASED] > 0;
    tally.visited_7 = visited(DAYS_7);
    tally.visited_30 = visited(DAYS_30);
    tally.clicked_30 = counts[DAYS_30][CLICKED];
    tally.opened_30 = counts[DAYS_30][OPENED];
    tally.docs_14 = counts[DAYS_14][DOCS];
    tally.any_1 = counts[DAY_1].iter().sum();
    tally.chatted_90 = counts[DAYS_90][CHATTED];
    tally.downloaded_90 = counts[DAYS_90][DOWNLOADED];
    tally.clicked_60 = counts[DAYS_60][CLICKED];
    tally.opened_60 = counts[DAYS_60][OPENED];
    tally.attended_365 = counts[DAYS_365][WEBINAR] + counts[DAYS_365][OTHER_ATTENDED];
    tally.visited_decayed = halved[PRICING..=OTHER_VISIT].iter().sum();
    tally.clicked_decayed = halved[CLICKED];
}
