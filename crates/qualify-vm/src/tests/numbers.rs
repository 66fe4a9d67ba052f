//! Instructions that give numbers.

use super::world::{Cell, Row, check, check_with};
use qualify_model::{Length, calendar, decay, exact};
use qualify_plan::{Instruction as I, *};

const TO: ToN = ToN(9);

fn both(row: Row<'_>, f: impl Fn(i64, i64) -> i64) -> Cell {
    Cell::N(row.n(0).zip(row.n(1)).map(|(a, b)| f(a, b)))
}

#[test]
fn sums_and_extremes() {
    check(I::Add { to: TO, a: N(0), b: N(1) }, |r| both(r, i64::wrapping_add));
    check(I::Add { to: TO, a: N(0), b: N(0) }, |r| Cell::N(r.n(0).map(|a| a.wrapping_add(a))));
    check(I::Subtract { to: TO, a: N(0), b: N(1) }, |r| both(r, i64::wrapping_sub));
    check(I::Multiply { to: TO, a: N(0), b: N(1) }, |r| both(r, i64::wrapping_mul));
    check(I::Minimum { to: TO, a: N(0), b: N(1) }, |r| both(r, i64::min));
    check(I::Maximum { to: TO, a: N(0), b: N(1) }, |r| both(r, i64::max));
    check(I::Negate { to: TO, a: N(0) }, |r| Cell::N(r.n(0).map(i64::wrapping_neg)));
    for b in [0, 3, -7, i64::MAX] {
        check(I::AddConstant { to: TO, a: N(0), b }, |r| Cell::N(r.n(0).map(|a| a.wrapping_add(b))));
        check(I::MultiplyConstant { to: TO, a: N(0), b }, |r| Cell::N(r.n(0).map(|a| a.wrapping_mul(b))));
        check(I::MinimumConstant { to: TO, a: N(0), b }, |r| Cell::N(r.n(0).map(|a| a.min(b))));
        check(I::MaximumConstant { to: TO, a: N(0), b }, |r| Cell::N(r.n(0).map(|a| a.max(b))));
    }
}

#[test]
fn quotients() {
    let rounded = |a: i128, b: i64| exact::divide_rounded(a, b as i128).map(|quotient| quotient as i64);
    for by in [1, -1, 2, 7, -10, 1 << 30, i64::MIN, i64::MAX] {
        check(I::DivideConstant { to: TO, a: N(0), by }, |r| {
            Cell::N(r.n(0).and_then(|a| rounded(a as i128, by)))
        });
        check(I::MultiplyDivide { to: TO, a: N(0), b: N(1), by }, |r| {
            Cell::N(r.n(0).zip(r.n(1)).and_then(|(a, b)| rounded(a as i128 * b as i128, by)))
        });
    }
    // small numbers, whose products need no 128 bits
    for (factor, by) in [(5_000, 1 << 30), (-7, 8), (1 << 40, 1 << 20), (3, 1), (1, 1 << 62)] {
        let world = super::world::World::new(5);
        let code = [
            I::MaximumConstant { to: ToN(5), a: N(1), b: -(1 << 21) },
            I::MinimumConstant { to: ToN(6), a: N(5), b: 1 << 21 },
            I::NumberConstant { to: ToN(7), value: factor },
            I::MultiplyDivide { to: TO, a: N(6), b: N(7), by },
        ];
        for level in crate::run::Level::all() {
            let found = world.run(level, &code, Register(RegisterType::Number, 9), 500);
            for (row, found) in found.into_iter().enumerate() {
                let a = Row(&world, row).n(1).map(|a| a.clamp(-(1 << 21), 1 << 21) as i128 * factor as i128);
                assert_eq!(found, Cell::N(a.and_then(|product| rounded(product, by))), "{factor} / {by}");
            }
        }
    }
    check(I::Divide { to: TO, a: N(0), b: N(1) }, |r| {
        Cell::N(r.n(0).zip(r.n(1)).and_then(|(a, b)| rounded(a as i128, b)))
    });
}

#[test]
fn constants_and_columns() {
    check(I::NumberConstant { to: TO, value: -5 }, |_| Cell::N(Some(-5)));
    check(I::NumberUnknown { to: TO }, |_| Cell::N(None));
    check(I::LoadNumber { to: TO, input: InputAt(4) }, |r| Cell::N(r.n(1)));
    check(I::LoadNumber { to: TO, input: InputAt(6) }, |r| Cell::N(r.n(3)));
    check(I::LoadNumber { to: TO, input: InputAt(0) }, |_| Cell::N(None));
    check(I::LoadTime { to: TO }, |r| Cell::N(r.n(3)));
    check(I::LoadTimes { to: TO }, |r| Cell::N(r.n(3)));
    check(I::ArgumentNumber { to: TO, argument: ArgumentAt(0) }, |_| Cell::N(Some(7)));
    check(I::ArgumentNumber { to: TO, argument: ArgumentAt(1) }, |_| Cell::N(None));
}

#[test]
fn choices() {
    check(I::SelectNumber { to: TO, condition: T(0), then: N(0), otherwise: N(1) }, |r| {
        Cell::N(match r.t(0) {
            2 => r.n(0),
            0 => r.n(1),
            _ => None,
        })
    });
    check(I::IfKnownNumber { to: TO, a: N(0), b: N(1) }, |r| Cell::N(r.n(0).or(r.n(1))));
    check(I::ZeroUnknown { to: TO, a: N(0) }, |r| Cell::N(Some(r.n(0).unwrap_or(0))));
    check(I::KnownWhere { to: TO, a: N(0), condition: T(0) }, |r| Cell::N(r.n(0).filter(|_| r.t(0) == 2)));
    check(I::TruthNumber { to: TO, a: T(0) }, |r| Cell::N((r.t(0) != 1).then(|| (r.t(0) / 2) as i64)));
    let conditions = || vec![T(0), T(1), T(2)];
    fn places(r: Row<'_>) -> impl DoubleEndedIterator<Item = i64> {
        (0..3).filter(move |k| r.t(*k) == 2).map(|k| k as i64)
    }
    check(I::First { to: TO, conditions: conditions() }, |r| Cell::N(places(r).next()));
    check(I::Last { to: TO, conditions: conditions() }, |r| Cell::N(places(r).next_back()));
    check(I::First { to: TO, conditions: Vec::new() }, |_| Cell::N(None));
}

#[test]
fn points() {
    check(I::AddIf { to: TO, a: N(0), condition: T(0), points: 25 }, |r| {
        Cell::N(r.n(0).map(|a| a.wrapping_add(if r.t(0) == 2 { 25 } else { 0 })))
    });
    check(I::AddWhere { to: TO, a: N(0), condition: T(0), points: N(1) }, |r| {
        Cell::N(r.n(0).map(|a| a.wrapping_add(r.n(1).filter(|_| r.t(0) == 2).unwrap_or(0))))
    });
}

#[test]
fn bins() {
    let many: Vec<i64> = (0..40).map(|i| i * 3 - 20).collect();
    for edges in [vec![], vec![0], vec![-3, 0, 7, 20], vec![i64::MIN, i64::MAX], many] {
        for gap in [None, Some(2)] {
            let value = |i: usize| if Some(i) == gap { None } else { Some(i as i64 * 10 - 5) };
            let values: Vec<Option<i64>> = (0..=edges.len()).map(value).collect();
            for unknown in [None, Some(-1)] {
                let bins = Bins { edges: edges.clone(), values: values.clone(), unknown };
                check_with(
                    |c| c.bins.push(bins.clone()),
                    I::Bins { to: TO, a: N(0), bins: BinsAt(0) },
                    |r| {
                        Cell::N(match r.n(0) {
                            Some(a) => values[edges.iter().filter(|edge| **edge <= a).count()],
                            None => unknown,
                        })
                    },
                );
            }
        }
    }
}

#[test]
fn days() {
    check(I::DaysSince { to: TO, a: N(0) }, |r| {
        Cell::N(r.n(0).map(|a| calendar::days_since(r.0.bound.as_of, a)))
    });
    check(I::DaysSinceDate { to: TO, a: N(0) }, |r| {
        Cell::N(r.n(0).map(|a| (r.0.bound.today as i64).wrapping_sub(a)))
    });
    check(I::StartOfDay { to: TO, a: N(0) }, |r| {
        let day = |a: i64| a.clamp(i32::MIN as i64, i32::MAX as i64) as i32;
        Cell::N(r.n(0).map(|a| r.0.bound.zone.start_of_day(day(a))))
    });
}

#[test]
fn fading() {
    let length = || Length::Exact(3 * calendar::DAY_US);
    let curves = |c: &mut Constants| {
        c.curves = vec![
            PlanCurve::Halving { every: length(), by_day: false },
            PlanCurve::Halving { every: length(), by_day: true },
            PlanCurve::Fading { over: length() },
            PlanCurve::LosingShare { share: 100_000, every: length() },
            PlanCurve::Dropping { steps: vec![(500_000, length())] },
            PlanCurve::Nothing,
            PlanCurve::LosingPoints { amount: 7, every: Length::Exact(1 << 40) },
        ];
    };
    for place in 0..6 {
        check_with(curves, I::Factor { to: TO, curve: CurveAt(place), since: N(0) }, |r| {
            let curve = &r.0.bound.curves[place as usize];
            Cell::N(r.n(0).map(|since| curve.numerator(r.0.bound.as_of, since)))
        });
    }
    check_with(curves, I::Factor { to: TO, curve: CurveAt(0), since: N(0) }, |r| {
        let age = |since: i64| r.0.bound.as_of.saturating_sub(since).max(0);
        Cell::N(r.n(0).map(|since| decay::halving_factor(age(since) / 1_000, 3 * 86_400_000)))
    });
    check_with(curves, I::LosingPoints { to: TO, curve: CurveAt(6), points: N(1), since: N(0) }, |r| {
        let age = |since: i64| r.0.bound.as_of.saturating_sub(since).max(0);
        Cell::N(
            r.n(0).zip(r.n(1)).map(|(since, points)| decay::losing_points(points, age(since), 7, 1 << 40)),
        )
    });
}

#[test]
fn from_other_types() {
    check(I::Narrow { to: TO, a: W(0) }, |r| Cell::N(r.w(0).map(|wide| exact::hold(wide.0).0)));
    let texts =
        |c: &mut Constants| c.texts.push(vec!["strasse".into(), "CORP.com".into(), "A".into(), "a".into()]);
    check_with(texts, I::TextPlace { to: TO, a: X(0), texts: TextsAt(0) }, |r| {
        let same = |entry: &&str| r.x(0).is_some_and(|text| qualify_model::text::equal(text, entry));
        let place = ["strasse", "CORP.com", "A", "a"].iter().position(same);
        Cell::N(place.map(|place| place as i64))
    });
}
