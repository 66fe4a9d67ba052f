//! The age from which on a curve leaves nothing of points.

use qualify_model::Length;
use qualify_model::calendar::DAY_US;
use qualify_plan::PlanCurve;

/// In microseconds; none if there is no such age, or it is not known.
pub(crate) fn end(curve: &PlanCurve) -> Option<i64> {
    let exact = |length: &Length| match length {
        Length::Exact(us) => Some(*us),
        _ => None,
    };
    match curve {
        PlanCurve::Halving { every, by_day: false } => {
            (exact(every)? / 1_000).max(1).checked_mul(30)?.checked_mul(1_000)
        }
        PlanCurve::Halving { every, by_day: true } => {
            let days = (exact(every)? / DAY_US).max(1).checked_mul(30)?.checked_add(1)?;
            days.checked_mul(DAY_US)
        }
        PlanCurve::Fading { over } => Some(exact(over)?.max(1)),
        PlanCurve::LosingShare { share, every } => {
            let one = qualify_model::decay::SHARE_ONE;
            let periods = if *share > 0 { (one - 1) / share + 1 } else { return None };
            exact(every)?.max(1).checked_mul(periods)
        }
        PlanCurve::Dropping { steps } => {
            let ages: Option<Vec<(i64, i64)>> =
                steps.iter().map(|(share, after)| Some((*share, exact(after)?))).collect();
            let last = ages?.into_iter().max_by_key(|(_, after)| *after)?;
            // of equal ages any may be the one that counts
            let is_zero = steps.iter().all(|(share, after)| exact(after) != Some(last.1) || *share == 0);
            is_zero.then_some(last.1)
        }
        PlanCurve::LosingPoints { .. } | PlanCurve::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_model::calendar::Zone;
    use qualify_plan::{Bound, BoundCurve, Plan};

    #[test]
    fn nothing_is_left_from_the_end_on() {
        let day = Length::Exact(DAY_US);
        let curves = [
            PlanCurve::Halving { every: day.clone(), by_day: false },
            PlanCurve::Halving { every: Length::Exact(1), by_day: false },
            PlanCurve::Halving { every: day.clone(), by_day: true },
            PlanCurve::Fading { over: day.clone() },
            PlanCurve::LosingShare { share: 300_000, every: day.clone() },
            PlanCurve::LosingShare { share: 250_000, every: day.clone() },
            PlanCurve::Dropping { steps: vec![(500_000, day.clone()), (0, Length::Exact(3 * DAY_US))] },
        ];
        let mut plan = Plan::default();
        plan.constants.curves = curves.to_vec();
        let as_of = 1_767_225_612_345_678;
        let bound = Bound::new(&plan, as_of);
        assert_eq!(bound.zone.name(), Zone::utc().name());
        for (curve, bound) in curves.iter().zip(&bound.curves) {
            let end = end(curve).unwrap_or_else(|| panic!("{curve:?} ends"));
            for later in [0, 1, DAY_US, 100 * DAY_US] {
                assert_eq!(bound.numerator(as_of, as_of - end - later), 0, "{curve:?}");
            }
        }
        assert_eq!(end(&PlanCurve::Dropping { steps: vec![(500_000, day)] }), None);
        assert_eq!(BoundCurve::Nothing.numerator(0, 0), 0);
    }
}
