//! Instructions that give wide numbers.

use super::world::{Cell, Row, check};
use qualify_model::exact;
use qualify_plan::{Instruction as I, *};

const TO: ToW = ToW(9);

fn both(row: Row<'_>, f: impl Fn(i128, i128) -> i128) -> Cell {
    Cell::W(row.w(0).zip(row.w(2)).map(|(a, b)| (f(a.0, b.0), a.1 | b.1)))
}

/// Both held in 64 bits first.
fn ends(row: Row<'_>, f: impl Fn(i64, i64) -> Option<i128>) -> Cell {
    Cell::W(row.w(0).zip(row.w(2)).and_then(|(a, b)| {
        let (x, y) = (exact::hold(a.0), exact::hold(b.0));
        Some((f(x.0, y.0)?, a.1 | b.1 | x.1 | y.1))
    }))
}

#[test]
fn sums_and_extremes() {
    check(I::AddWide { to: TO, a: W(0), b: W(2) }, |r| both(r, i128::saturating_add));
    check(I::SubtractWide { to: TO, a: W(0), b: W(2) }, |r| both(r, i128::saturating_sub));
    check(I::MinimumWide { to: TO, a: W(0), b: W(2) }, |r| both(r, i128::min));
    check(I::MaximumWide { to: TO, a: W(0), b: W(2) }, |r| both(r, i128::max));
    check(I::NegateWide { to: TO, a: W(2) }, |r| Cell::W(r.w(2).map(|a| (a.0.saturating_neg(), a.1))));
    check(I::AddWideWhere { to: TO, a: W(0), condition: T(1), b: W(2) }, |r| {
        let more = r.w(2).filter(|_| r.t(1) == 2).unwrap_or((0, false));
        Cell::W(r.w(0).map(|a| (a.0.saturating_add(more.0), a.1 | more.1)))
    });
}

#[test]
fn products_and_quotients() {
    check(I::MultiplyWide { to: TO, a: W(0), b: W(2) }, |r| ends(r, |a, b| Some(a as i128 * b as i128)));
    for (a_decimals, b_decimals, decimals) in [(0, 0, 6), (4, 6, 4), (6, 0, 0), (6, 6, 6)] {
        check(I::DivideWide { to: TO, a: W(0), b: W(2), a_decimals, b_decimals, decimals }, |r| {
            ends(r, |a, b| exact::divide((a, a_decimals as u32), (b, b_decimals as u32), decimals as u32))
        });
    }
    for by in [1, 3, -7, 1 << 30, 1 << 100, i128::MIN, i128::MAX] {
        check(I::DivideWideConstant { to: TO, a: W(0), by }, |r| {
            Cell::W(r.w(0).and_then(|a| Some((exact::divide_rounded(a.0, by)?, a.1))))
        });
    }
    for (from, into) in [(0, 6), (6, 0), (4, 4), (10, 38), (38, 0)] {
        check(I::Rescale { to: TO, a: W(0), from, into }, |r| {
            Cell::W(r.w(0).map(|a| (exact::rescale(a.0, from as u32, into as u32), a.1)))
        });
    }
    check(I::Product { to: TO, a: N(0), b: N(1) }, |r| {
        Cell::W(r.n(0).zip(r.n(1)).map(|(a, b)| (a as i128 * b as i128, false)))
    });
    check(I::Scale { to: TO, a: W(2), b: N(1) }, |r| {
        Cell::W(r.w(2).zip(r.n(1)).map(|(a, b)| (a.0.saturating_mul(b as i128), a.1)))
    });
    for (from, into) in [(4, 6), (6, 4), (0, 0)] {
        check(I::Average { to: TO, a: W(2), count: N(1), from, into }, |r| {
            let up = exact::power_of_ten(into.saturating_sub(from) as u32);
            let down = exact::power_of_ten(from.saturating_sub(into) as u32);
            Cell::W(r.w(2).zip(r.n(1)).filter(|(_, count)| *count > 0).and_then(|(a, count)| {
                Some((exact::divide_rounded(a.0.saturating_mul(up), count as i128 * down)?, a.1))
            }))
        });
    }
}

#[test]
fn choices_and_ends() {
    check(I::Widen { to: TO, a: N(0) }, |r| Cell::W(r.n(0).map(|a| (a as i128, false))));
    check(I::WidenHeld { to: TO, a: N(1), held: T(1) }, |r| {
        Cell::W(r.n(1).map(|a| (a as i128, r.t(1) == 2)))
    });
    check(I::WideConstant { to: TO, value: 1 << 99 }, |_| Cell::W(Some((1 << 99, false))));
    check(I::SlotWide { to: TO, slot: SlotAt(1) }, |r| Cell::W(r.w(1)));
    check(I::SelectWide { to: TO, condition: T(1), then: W(0), otherwise: W(2) }, |r| {
        Cell::W(match r.t(1) {
            2 => r.w(0),
            0 => r.w(2),
            _ => None,
        })
    });
    check(I::IfKnownWide { to: TO, a: W(2), b: W(1) }, |r| Cell::W(r.w(2).or(r.w(1))));
    check(I::ZeroUnknownWide { to: TO, a: W(2) }, |r| Cell::W(Some(r.w(2).unwrap_or((0, false)))));
    check(I::WideWhere { to: TO, a: W(2), condition: T(1) }, |r| Cell::W(r.w(2).filter(|_| r.t(1) == 2)));
    check(I::End { to: TO, a: W(0) }, |r| {
        Cell::W(r.w(0).map(|a| {
            let (units, held) = exact::hold(a.0);
            (units as i128, a.1 | held)
        }))
    });
}
