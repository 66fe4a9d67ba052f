//! A plan at one instant: windows as intervals, lengths as microseconds, curves ready to be asked.

use crate::{FixedWindow, Plan, PlanCurve};
use qualify_model::Length;
use qualify_model::calendar::{self, Interval, Zone};
use qualify_model::decay::{
    HALVING_ONE, Halving, SHARE_ONE, dropping_share, fading_share, halving_factor, losing_points,
    losing_share,
};

/// What of a plan depends on the instant. Params are put into lengths when a model is lowered.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Microseconds since 1970.
    pub as_of: i64,
    /// The model's zone.
    pub zone: Zone,
    /// The local day of `as_of`.
    pub today: i32,
    /// What lies in all windows of each entry of [`Constants::windows`](crate::Constants::windows).
    pub windows: Vec<Interval>,
    /// The curves.
    pub curves: Vec<BoundCurve>,
    /// For each route the instant by which to respond.
    pub respond_by: Vec<Option<i64>>,
}

/// A curve with its lengths in microseconds; see [`PlanCurve`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BoundCurve {
    /// In whole milliseconds.
    Halving(Halving),
    /// In whole days.
    HalvingByDay {
        every: i64,
        today: i64,
    },
    Fading {
        over: i64,
    },
    LosingShare {
        share: i64,
        every: i64,
    },
    LosingPoints {
        amount: i64,
        every: i64,
    },
    Dropping {
        steps: Vec<(i64, i64)>,
    },
    Nothing,
}

impl Bound {
    /// Binds a plan to an instant.
    pub fn new(plan: &Plan, as_of: i64) -> Bound {
        let constants = &plan.constants;
        let mut bound = Bound {
            as_of,
            zone: Zone::named(&plan.labels.timezone).unwrap_or_else(Zone::utc),
            today: 0,
            windows: vec![Interval::ALL; constants.windows.len()],
            curves: vec![BoundCurve::Nothing; constants.curves.len()],
            respond_by: vec![None; plan.labels.respond_within.len()],
        };
        bound.move_to(plan, as_of);
        bound
    }

    /// Binds the same plan to another instant; nothing is allocated.
    pub fn move_to(&mut self, plan: &Plan, as_of: i64) {
        let Bound { as_of: now, zone, today, windows, curves, respond_by } = self;
        (*now, *today) = (as_of, zone.day(as_of));
        for (interval, windows) in windows.iter_mut().zip(&plan.constants.windows) {
            let each = windows.iter().map(|window| window.interval(zone, as_of));
            *interval = each.fold(Interval::ALL, Interval::and);
        }
        let all = curves.iter_mut().zip(&plan.constants.curves);
        all.for_each(|(curve, of)| curve.move_to(of, as_of, zone));
        for (instant, within) in respond_by.iter_mut().zip(&plan.labels.respond_within) {
            *instant = within.as_ref().map(|length| zone.ahead(as_of, length, &[]));
        }
    }

    /// The instants of a fixed window.
    pub fn window(&self, window: &FixedWindow) -> Interval {
        window.interval(&self.zone, self.as_of)
    }

    /// The latest instant at least a length before another.
    pub fn before(&self, instant: i64, length: &Length) -> i64 {
        self.zone.ago(instant, length, &[])
    }
}

/// A length in microseconds; one of the calendar as it lies before the instant.
fn exact(length: &Length, as_of: i64, zone: &Zone) -> i64 {
    match length {
        Length::Exact(us) => *us,
        other => as_of.saturating_sub(zone.ago(as_of, other, &[])),
    }
}

impl BoundCurve {
    fn move_to(&mut self, curve: &PlanCurve, as_of: i64, zone: &Zone) {
        let exact = |length: &Length| exact(length, as_of, zone);
        if let (BoundCurve::Dropping { steps }, PlanCurve::Dropping { steps: of }) = (&mut *self, curve) {
            steps.clear();
            return steps.extend(of.iter().map(|(share, after)| (*share, exact(after))));
        }
        *self = match curve {
            PlanCurve::Halving { every, by_day: true } => BoundCurve::HalvingByDay {
                every: exact(every) / calendar::DAY_US,
                today: calendar::utc_day(as_of),
            },
            PlanCurve::Halving { every, by_day: false } => {
                let every = (exact(every) / 1_000).max(1);
                match self {
                    // to prepare it takes longer than to score some leads
                    BoundCurve::Halving(halving) if halving.half_life() == every => return,
                    _ => BoundCurve::Halving(Halving::new(every)),
                }
            }
            PlanCurve::Fading { over } => BoundCurve::Fading { over: exact(over).max(1) },
            PlanCurve::LosingShare { share, every } => {
                BoundCurve::LosingShare { share: *share, every: exact(every) }
            }
            PlanCurve::LosingPoints { amount, every } => {
                BoundCurve::LosingPoints { amount: *amount, every: exact(every) }
            }
            PlanCurve::Dropping { steps } => BoundCurve::Dropping {
                steps: steps.iter().map(|(share, after)| (*share, exact(after))).collect(),
            },
            PlanCurve::Nothing => BoundCurve::Nothing,
        };
    }

    /// What one is counted as.
    pub fn denominator(&self) -> i64 {
        match self {
            BoundCurve::Halving(_) | BoundCurve::HalvingByDay { .. } => HALVING_ONE,
            BoundCurve::Fading { over } => *over,
            BoundCurve::LosingShare { .. } | BoundCurve::Dropping { .. } => SHARE_ONE,
            BoundCurve::LosingPoints { .. } | BoundCurve::Nothing => 1,
        }
    }

    /// What is left of one for something of an instant, over the [denominator](Self::denominator). Of a curve
    /// that takes points away it says nothing: 0.
    pub fn numerator(&self, as_of: i64, since: i64) -> i64 {
        let age = as_of.saturating_sub(since).max(0);
        match self {
            BoundCurve::Halving(halving) => halving.factor(age / 1_000),
            BoundCurve::HalvingByDay { every, today } => {
                halving_factor(today - calendar::utc_day(since), *every)
            }
            BoundCurve::Fading { over } => fading_share(age, *over),
            BoundCurve::LosingShare { share, every } => losing_share(age, *share, *every),
            BoundCurve::Dropping { steps } => dropping_share(age, steps),
            BoundCurve::LosingPoints { .. } | BoundCurve::Nothing => 0,
        }
    }

    /// What is left of points (units of 1e-4) for something of an instant, over the denominator.
    pub fn left(&self, points: i64, as_of: i64, since: i64) -> i128 {
        match self {
            BoundCurve::LosingPoints { amount, every } => {
                losing_points(points, as_of.saturating_sub(since).max(0), *amount, *every) as i128
            }
            other => points as i128 * other.numerator(as_of, since) as i128,
        }
    }
}
