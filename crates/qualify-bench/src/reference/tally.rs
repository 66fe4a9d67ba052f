//! What is known of the events of one lead after they were looked at, and the points of the 32 rules for it.

use crate::data_set::{AS_OF, DAY};

/// The time of an event that there is not: older than every window.
pub const NEVER: i64 = i64::MIN / 4;

/// The latest time and the latest before it that differs: "A, then B" needs an A strictly before B, and times
/// can be equal.
#[derive(Clone, Copy)]
pub struct Latest(i64, i64);

impl Latest {
    #[inline(always)]
    pub fn set(&mut self, time: i64) {
        if time > self.0 {
            self.1 = self.0;
            self.0 = time;
        }
    }

    /// How long before `time` the latest one strictly before it was.
    #[inline(always)]
    pub fn gap(&self, time: i64) -> i64 {
        time - if self.0 < time { self.0 } else { self.1 }
    }
}

impl Default for Latest {
    fn default() -> Latest {
        Latest(NEVER, NEVER)
    }
}

/// What was counted. A number behind a name is a window in days.
#[derive(Clone, Copy)]
pub struct Tally {
    pub pricing_7: bool,
    pub pricing_30: bool,
    pub demo_30: bool,
    pub submitted_14: bool,
    pub webinar_90: bool,
    pub unsubscribed: bool,
    pub bounced_60: bool,
    pub careers_30: bool,
    pub purchased: bool,
    pub visited_7: u32,
    pub visited_30: u32,
    pub clicked_30: u32,
    pub opened_30: u32,
    pub docs_14: u32,
    pub any_1: u32,
    pub chatted_90: u32,
    pub downloaded_90: u32,
    pub clicked_60: u32,
    pub opened_60: u32,
    pub attended_365: u32,
    /// Sums of 2^(-age / half-life), as the next three.
    pub visited_decayed: f64,
    pub clicked_decayed: f64,
    pub submitted_decayed: f64,
    pub pricing_decayed: f64,
    /// Of the last event, or [`NEVER`].
    pub last: i64,
    pub purchases_90: f64,
    pub values_365: f64,
    /// A bit for each object within 30 days.
    pub objects_30: [u64; 4],
    pub pricing_times: Latest,
    pub download_times: Latest,
    pub pricing_then_requested: bool,
    pub downloaded_then_submitted: bool,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            pricing_7: false,
            pricing_30: false,
            demo_30: false,
            submitted_14: false,
            webinar_90: false,
            unsubscribed: false,
            bounced_60: false,
            careers_30: false,
            purchased: false,
            visited_7: 0,
            visited_30: 0,
            clicked_30: 0,
            opened_30: 0,
            docs_14: 0,
            any_1: 0,
            chatted_90: 0,
            downloaded_90: 0,
            clicked_60: 0,
            opened_60: 0,
            attended_365: 0,
            visited_decayed: 0.0,
            clicked_decayed: 0.0,
            submitted_decayed: 0.0,
            pricing_decayed: 0.0,
            last: NEVER,
            purchases_90: 0.0,
            values_365: 0.0,
            objects_30: [0; 4],
            pricing_times: Latest::default(),
            download_times: Latest::default(),
            pricing_then_requested: false,
            downloaded_then_submitted: false,
        }
    }
}

#[inline(always)]
fn when(holds: bool, points: f64) -> f64 {
    if holds { points } else { 0.0 }
}

impl Tally {
    /// The points of all rules on events.
    #[inline(always)]
    pub fn points(&self) -> f64 {
        self.occurrences() + self.counts() + self.amounts()
    }

    /// Something happened within a window.
    #[inline(always)]
    fn occurrences(&self) -> f64 {
        when(self.pricing_7, 15.0)
            + when(self.pricing_30, 8.0)
            + when(self.demo_30, 30.0)
            + when(self.submitted_14, 12.0)
            + when(self.webinar_90, 10.0)
            + when(self.unsubscribed, -25.0)
            + when(self.bounced_60, -10.0)
            + when(self.careers_30, -8.0)
            + when(self.purchased, 20.0)
    }

    /// It happened so many times.
    #[inline(always)]
    fn counts(&self) -> f64 {
        when(self.visited_7 >= 3, 6.0)
            + when(self.visited_30 >= 10, 8.0)
            + when(self.clicked_30 >= 3, 7.0)
            + when(self.opened_30 >= 5, 4.0)
            + when(self.docs_14 >= 5, 9.0)
            + when(self.any_1 >= 5, 5.0)
            + when(self.chatted_90 >= 3, -4.0)
            + (3.0 * f64::from(self.downloaded_90)).min(15.0)
            + f64::from(self.clicked_60).min(10.0)
            + (0.5 * f64::from(self.opened_60)).min(5.0)
            + (5.0 * f64::from(self.attended_365)).min(20.0)
    }

    /// Decay, absence, recency, sums, different values, sequences.
    #[inline(always)]
    fn amounts(&self) -> f64 {
        let age = AS_OF - self.last; // of NEVER: longer than every window
        let objects: u32 = self.objects_30.iter().map(|bits| bits.count_ones()).sum();
        let recent = match age / DAY {
            ..=3 => 8.0,
            4..=7 => 5.0,
            8..=30 => 2.0,
            _ => 0.0,
        };
        0.5 * self.visited_decayed
            + self.clicked_decayed
            + 4.0 * self.submitted_decayed
            + 2.0 * self.pricing_decayed
            + when(self.opened_60 == 0, -6.0)
            + when(age >= 90 * DAY, -12.0)
            + recent
            + when(self.purchases_90 >= 500.0, 12.0)
            + (self.values_365 / 1000.0).min(10.0)
            + when(objects >= 5, 6.0)
            + when(self.pricing_then_requested, 14.0)
            + when(self.downloaded_then_submitted, 6.0)
    }
}
