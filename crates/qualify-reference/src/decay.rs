//! How points fade with the age of what they are given for.

use crate::evaluation::{Evaluation, Scope};
use qualify_model::decay::{
    HALVING_ONE, SHARE_ONE, dropping_share, fading_share, halving_factor, losing_points, losing_share,
};
use qualify_model::{Curve, Decay, Expr, calendar};

impl Evaluation<'_> {
    /// Faded points are counted in units of 1e-4 points over this; one for each rule, so that sums are exact.
    pub(crate) fn denominator(&self, decay: Option<&Decay>) -> i64 {
        match decay.map(|decay| &decay.curve) {
            None | Some(Curve::LosingPoints { .. }) => 1,
            Some(Curve::Halving { .. }) => HALVING_ONE,
            Some(Curve::Fading { over }) => self.exact_length(over).max(1),
            Some(Curve::LosingShare { .. } | Curve::Dropping { .. }) => SHARE_ONE,
        }
    }

    /// What is left of points given for something that happened at `since`, over the
    /// [denominator](Self::denominator). `scope` holds the event in hand, if there is one.
    pub(crate) fn faded(&self, points: i64, decay: Option<&Decay>, since: Option<i64>, scope: Scope) -> i128 {
        let all = points as i128 * self.denominator(decay) as i128;
        let Some(decay) = decay else { return all };
        if decay.unless.as_ref().is_some_and(|condition| self.truth(condition, scope).is_true()) {
            return all;
        }
        let since = match &decay.from {
            Some(from) => match self.instant(from, scope) {
                Some(instant) => instant,
                None => return 0,
            },
            None => match since {
                Some(instant) => instant,
                None => return all, // no event that could have aged
            },
        };
        let age = self.of.as_of.saturating_sub(since).max(0);
        let share = |numerator: i64| points as i128 * numerator as i128;
        match &decay.curve {
            Curve::Halving { every, by_day: true } => {
                let days = calendar::utc_day(self.of.as_of) - calendar::utc_day(since);
                share(halving_factor(days, self.exact_length(every) / calendar::DAY_US))
            }
            Curve::Halving { every, by_day: false } => {
                share(halving_factor(age / 1_000, self.exact_length(every) / 1_000))
            }
            Curve::Fading { over } => share(fading_share(age, self.exact_length(over).max(1))),
            Curve::LosingShare { share: lost, every } => match self.share(lost, scope) {
                Some(lost) => share(losing_share(age, lost, self.exact_length(every))),
                None => 0,
            },
            Curve::LosingPoints { amount, every } => match self.points(amount, scope) {
                Some((amount, _)) => losing_points(points, age, amount, self.exact_length(every)) as i128,
                None => 0,
            },
            Curve::Dropping { steps } => {
                let steps: Option<Vec<(i64, i64)>> = steps
                    .iter()
                    .map(|(left, after)| Some((self.share(left, scope)?, self.exact_length(after))))
                    .collect();
                share(steps.map_or(0, |steps| dropping_share(age, &steps)))
            }
        }
    }

    /// A share in units of 1e-6.
    fn share(&self, expr: &Expr, scope: Scope) -> Option<i64> {
        let number = qualify_model::Type::Number(qualify_model::NumberKind::Number);
        Some(self.number_as(expr, &number, scope)?.end().units as i64)
    }
}
