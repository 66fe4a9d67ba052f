//! Instructions that give truths.

use super::world::{Cell, Row, check, check_with};
use qualify_model::{Comparison, Truth};
use qualify_plan::{Instruction as I, *};

const ALL: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];

pub(super) const COMPARISONS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];

pub(super) fn compare<V: PartialOrd>(how: Comparison, a: V, b: V) -> bool {
    match how {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

fn truth(row: Row<'_>, register: usize) -> Truth {
    ALL[row.t(register) as usize]
}

pub(super) fn cell(truth: impl Into<Truth>) -> Cell {
    Cell::T(truth.into() as u8)
}

const TO: ToT = ToT(9);

#[test]
fn logic() {
    check(I::And { to: TO, a: T(0), b: T(1) }, |r| cell(truth(r, 0).and(truth(r, 1))));
    check(I::And { to: TO, a: T(1), b: T(1) }, |r| cell(truth(r, 1)));
    check(I::Or { to: TO, a: T(0), b: T(1) }, |r| cell(truth(r, 0).or(truth(r, 1))));
    check(I::Not { to: TO, a: T(0) }, |r| cell(!truth(r, 0)));
    check(I::IsTrue { to: TO, a: T(0) }, |r| cell(truth(r, 0).is_true()));
    check(I::TruthConstant { to: TO, value: 1 }, |_| cell(Truth::Unknown));
    check(I::LoadTruth { to: TO, input: InputAt(1) }, |r| cell(truth(r, 1)));
    check(I::LoadTruth { to: TO, input: InputAt(5) }, |_| cell(Truth::Unknown));
    check(I::ArgumentTruth { to: TO, argument: ArgumentAt(0) }, |_| cell(true));
    check(I::SelectTruth { to: TO, condition: T(0), then: T(1), otherwise: T(2) }, |r| {
        cell(match truth(r, 0) {
            Truth::True => truth(r, 1),
            Truth::False => truth(r, 2),
            Truth::Unknown => Truth::Unknown,
        })
    });
    check(I::IfKnownTruth { to: TO, a: T(0), b: T(1) }, |r| {
        cell(if truth(r, 0) != Truth::Unknown { truth(r, 0) } else { truth(r, 1) })
    });
}

#[test]
fn what_is_known() {
    check(I::KnownTruth { to: TO, a: T(0) }, |r| cell(truth(r, 0) != Truth::Unknown));
    check(I::KnownNumber { to: TO, a: N(0) }, |r| cell(r.n(0).is_some()));
    check(I::KnownWide { to: TO, a: W(0) }, |r| cell(r.w(0).is_some()));
    check(I::KnownText { to: TO, a: X(0) }, |r| cell(r.x(0).is_some()));
    check(I::KnownList { to: TO, a: L(0) }, |r| cell(r.l(0).is_some()));
    check(I::Held { to: TO, a: W(2) }, |r| cell(r.w(2).is_some_and(|wide| wide.1)));
}

#[test]
fn comparisons() {
    for how in COMPARISONS {
        for b in [0, 5, -1, i64::MIN, i64::MAX] {
            check(I::CompareConstant { to: TO, how, a: N(0), b }, |r| {
                cell(r.n(0).map(|a| compare(how, a, b)))
            });
        }
        check(I::CompareNumbers { to: TO, how, a: N(0), b: N(1) }, |r| {
            cell(r.n(0).zip(r.n(1)).map(|(a, b)| compare(how, a, b)))
        });
        check(I::CompareNumbers { to: TO, how, a: N(2), b: N(2) }, |r| {
            cell(r.n(2).map(|a| compare(how, a, a)))
        });
        check(I::CompareWide { to: TO, how, a: W(0), b: W(2) }, |r| {
            cell(r.w(0).zip(r.w(2)).map(|(a, b)| compare(how, a.0, b.0)))
        });
    }
}

#[test]
fn sets_and_windows() {
    let sets: [&[i64]; 5] =
        [&[], &[3], &[-9, 0, 4, 20], &[i64::MIN, 0, i64::MAX], &[-100, 0, 1, 2, 3, 5, 8, 13, 21, 100, 9999]];
    for set in sets {
        let constants = |c: &mut Constants| c.numbers.push(set.to_vec());
        check_with(constants, I::InNumbers { to: TO, a: N(0), set: NumbersAt(0) }, |r| {
            cell(r.n(0).map(|a| set.contains(&a)))
        });
    }
    let windows = |c: &mut Constants| {
        c.windows.push(vec![FixedWindow::MoreThanAgo(qualify_model::Length::Exact(5))]);
    };
    check_with(windows, I::InWindows { to: TO, a: N(0), windows: WindowsAt(0) }, |r| {
        cell(r.n(0).map(|a| a <= r.0.bound.as_of - 5))
    });
}

#[test]
fn how_many_hold() {
    for (low, high) in [(0, 3), (1, 1), (2, i64::MAX), (i64::MIN, 0), (2, 1), (4, 9), (-3, -1), (1, 2)] {
        let parts = vec![T(0), T(1), T(2)];
        check(I::HowMany { to: TO, low, high, parts }, |r| {
            // however the unknown ones fall
            let each: Vec<Truth> = (0..3).map(|k| truth(r, k)).collect();
            let count = |wanted| each.iter().filter(|truth| **truth == wanted).count() as i64;
            let hold = count(Truth::True);
            let answers: Vec<bool> =
                (hold..=hold + count(Truth::Unknown)).map(|n| low <= n && n <= high).collect();
            let same = answers.iter().all(|answer| *answer == answers[0]);
            cell(if same { answers[0].into() } else { Truth::Unknown })
        });
    }
}
