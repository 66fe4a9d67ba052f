//! Texts and lists.

use super::truths::{COMPARISONS, cell, compare};
use super::world::{Cell, Row, TEXTS, check, check_with};
use qualify_model::{Part, TextTest, Truth, Value, text};
use qualify_plan::{Instruction as I, *};
use std::cmp::Ordering;

const TO: ToX = ToX(9);

fn passes(test: TextTest, whole: &str, needle: &str) -> bool {
    match test {
        TextTest::Contains => text::contains(whole, needle),
        TextTest::StartsWith => text::starts_with(whole, needle),
        TextTest::EndsWith => text::ends_with(whole, needle),
        TextTest::Mentions => text::mentions(whole, needle),
        TextTest::Matches => text::matches(whole, needle),
    }
}

const TESTS: [TextTest; 5] =
    [TextTest::Contains, TextTest::StartsWith, TextTest::EndsWith, TextTest::Mentions, TextTest::Matches];

const NEEDLES: [&str; 7] = ["CORP.com ", "a", "*x*", "chief executive", "straße", "kelv", "k"];

fn needles(c: &mut Constants) {
    c.texts.push(NEEDLES.map(str::to_owned).to_vec());
}

fn text_of(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// Whether it is the entry, as a domain also below it.
fn same(whole: &str, entry: &str, domain: bool) -> bool {
    if domain { text::domain_matches(entry, whole) } else { text::equal(entry, whole) }
}

#[test]
fn tests_of_texts() {
    let to = ToT(9);
    for test in TESTS {
        check_with(needles, I::TestText { to, test, a: X(0), needles: TextsAt(0) }, |r| {
            cell(r.x(0).map(|whole| NEEDLES.iter().any(|needle| passes(test, whole, needle))))
        });
        check_with(needles, I::TestList { to, test, a: L(0), needles: TextsAt(0) }, |r| {
            let any = |value: &Value| NEEDLES.iter().any(|needle| passes(test, text_of(value), needle));
            cell(r.l(0).map(|list| list.iter().any(any)))
        });
        check(I::TestListBy { to, test, a: L(0), needle: X(1) }, |r| {
            let any =
                |(list, needle): (&[Value], &str)| list.iter().any(|v| passes(test, text_of(v), needle));
            cell(r.l(0).zip(r.x(1)).map(any))
        });
        check(I::TestTextBy { to, test, a: X(0), needle: X(1) }, |r| {
            cell(r.x(0).zip(r.x(1)).map(|(whole, needle)| passes(test, whole, needle)))
        });
    }
    for domain in [false, true] {
        check_with(needles, I::InTexts { to, a: X(0), set: TextsAt(0), domain }, |r| {
            cell(r.x(0).map(|whole| NEEDLES.iter().any(|entry| same(whole, entry, domain))))
        });
        check_with(needles, I::ListInTexts { to, a: L(0), set: TextsAt(0), domain }, |r| {
            let any = |value: &Value| NEEDLES.iter().any(|entry| same(text_of(value), entry, domain));
            cell(r.l(0).map(|list| list.iter().any(any)))
        });
        check(I::TextInList { to, a: X(0), list: L(0), domain }, |r| {
            let pair = r.x(0).zip(r.l(0));
            cell(pair.map(|(whole, list)| list.iter().any(|value| same(whole, text_of(value), domain))))
        });
        check(I::ListsShare { to, a: L(0), b: L(1), domain }, |r| {
            let share = |a: &[Value], b: &[Value]| {
                a.iter().any(|a| b.iter().any(|b| same(text_of(a), text_of(b), domain)))
            };
            cell(r.l(0).zip(r.l(1)).map(|(a, b)| share(a, b)))
        });
    }
}

#[test]
fn comparisons() {
    let to = ToT(9);
    for how in COMPARISONS {
        check(I::CompareTexts { to, how, a: X(0), b: X(1) }, |r| {
            cell(r.x(0).zip(r.x(1)).map(|(a, b)| compare(how, text::fold(a), text::fold(b))))
        });
        check(I::CompareLists { to, how, a: L(0), b: L(1) }, |r| {
            let folded = |list: &[Value]| list.iter().map(|v| text::fold(text_of(v))).collect::<Vec<_>>();
            cell(r.l(0).zip(r.l(1)).map(|(a, b)| compare(how, folded(a), folded(b))))
        });
    }
}

#[test]
fn numbers_in_lists() {
    let to = ToT(9);
    check(I::NumberInList { to, a: N(0), list: L(2) }, |r| {
        cell(r.n(0).zip(r.l(2)).map(|(a, list)| list.contains(&Value::Number(a))))
    });
    // two decimals more: 3 is found as 300
    let found = |list: &[Value], a: i64| list.iter().any(|v| matches!(v, Value::Number(n) if n * 100 == a));
    for (a, decimals) in [(2, 0), (5, 3)] {
        check(I::NumberInOther { to, a: N(0), list: L(2), a_decimals: a, decimals }, |r| {
            cell(r.n(0).zip(r.l(2)).map(|(a, list)| found(list, a)))
        });
    }
    check(I::ListsShareOther { to, a: L(2), b: L(2), a_decimals: 0, b_decimals: 2 }, |r| {
        let share = |list: &[Value]| list.iter().any(|a| matches!(a, Value::Number(0)));
        cell(r.l(2).map(share))
    });
    let set = |c: &mut Constants| c.numbers.push(vec![1, 4, 900]);
    check_with(set, I::ListInNumbers { to, a: L(2), set: NumbersAt(0) }, |r| {
        let any = |value: &Value| matches!(value, Value::Number(1 | 4 | 900));
        cell(r.l(2).map(|list| list.iter().any(any)))
    });
    check(I::NumberInList { to, a: N(0), list: L(0) }, |r| {
        cell(if r.n(0).is_some() && r.l(0).is_some() { Truth::False } else { Truth::Unknown })
    });
}

fn known(text: Option<&str>) -> Cell {
    Cell::X(text.map(str::to_owned))
}

#[test]
fn texts() {
    check(I::TextUnknown { to: TO }, |_| known(None));
    check(I::LoadText { to: TO, input: InputAt(8) }, |r| known(r.x(1)));
    check(I::LoadText { to: TO, input: InputAt(9) }, |_| known(None));
    check(I::ArgumentText { to: TO, argument: ArgumentAt(0) }, |_| known(Some("Ann@x.de")));
    check(I::ArgumentText { to: TO, argument: ArgumentAt(1) }, |_| known(None));
    check(I::ArgumentList { to: ToL(9), argument: ArgumentAt(1) }, |_| Cell::L(None));
    check_with(needles, I::TextConstant { to: TO, text: TextsAt(0) }, |_| known(Some(NEEDLES[0])));
    check_with(needles, I::TextAt { to: TO, a: N(0), texts: TextsAt(0) }, |r| {
        let place = r.n(0).and_then(|place| usize::try_from(place).ok());
        known(place.and_then(|place| NEEDLES.get(place)).copied())
    });
    check(I::SelectText { to: TO, condition: T(0), then: X(0), otherwise: X(1) }, |r| {
        known(match r.t(0) {
            2 => r.x(0),
            0 => r.x(1),
            _ => None,
        })
    });
    check(I::IfKnownText { to: TO, a: X(0), b: X(1) }, |r| known(r.x(0).or(r.x(1))));
    let order = |a: &str, b: &str| text::compare(a, b).then_with(|| a.cmp(b));
    let pair = |r: Row<'_>, first: fn(Ordering) -> bool| {
        let chosen = r.x(0).zip(r.x(1)).map(|(a, b)| if first(order(a, b)) { a } else { b });
        known(chosen)
    };
    check(I::MinimumText { to: TO, a: X(0), b: X(1) }, |r| pair(r, Ordering::is_le));
    check(I::MaximumText { to: TO, a: X(0), b: X(1) }, |r| pair(r, Ordering::is_gt));
}

#[test]
fn parts() {
    let parts = [Part::Domain, Part::LocalPart, Part::Host, Part::Path];
    let part_of = |part: Part, whole: &str| {
        let found = match part {
            Part::Domain => text::domain(whole),
            Part::LocalPart => text::local_part(whole),
            Part::Host => text::host(whole),
            Part::Path => text::path(whole),
        };
        found.map(str::to_owned)
    };
    for first in parts {
        check(I::TakePart { to: TO, part: first, a: X(0) }, |r| {
            Cell::X(r.x(0).and_then(|whole| part_of(first, whole)))
        });
        // parts of parts
        for second in parts {
            let world = super::world::World::new(7);
            let code = [
                I::TakePart { to: ToX(8), part: first, a: X(0) },
                I::TakePart { to: TO, part: second, a: X(8) },
            ];
            let output = Register(RegisterType::Text, 9);
            let found = world.run(crate::run::Level::all()[0], &code, output, 300);
            for (row, found) in found.into_iter().enumerate() {
                let whole = Row(&world, row).x(0).and_then(|whole| part_of(first, whole));
                assert_eq!(found, Cell::X(whole.and_then(|whole| part_of(second, &whole))));
            }
        }
    }
    assert!(TEXTS.iter().any(|text| part_of(Part::Path, text).as_deref() == Some("/")));
}

#[test]
fn lists() {
    let to = ToL(9);
    let known = |list: Option<&[Value]>| Cell::L(list.map(<[Value]>::to_vec));
    check(I::ListUnknown { to }, |_| known(None));
    check(I::LoadList { to, input: InputAt(10) }, |r| known(r.l(1)));
    check(I::SelectList { to, condition: T(0), then: L(0), otherwise: L(1) }, |r| {
        known(match r.t(0) {
            2 => r.l(0),
            0 => r.l(1),
            _ => None,
        })
    });
    check(I::IfKnownList { to, a: L(0), b: L(1) }, |r| known(r.l(0).or(r.l(1))));
}
