//! Lists of values.

use super::texts::{fold_into, passes, passes_any};
use super::wides::holds;
use crate::{Frame, Input, ListHandle, Registers, SlotColumn, Source};
use qualify_model::calendar::Zone;
use qualify_model::{UNKNOWN, Value, exact, text};
use qualify_plan::{Instruction as I, L, ToL, ToT};
use std::cmp::Ordering;

/// Runs an instruction if it works on lists; says whether it does.
pub(super) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) -> bool {
    let unknown = ListHandle::default();
    match *instruction {
        I::KnownList { to, a } => {
            for row in 0..rows {
                let known = r.list(a.index(), row).source != Source::Unknown;
                r.set_truth(to.index(), row, known as u8 * 2);
            }
        }
        I::CompareLists { to, how, a, b } => {
            pairs(f, r, (to, a, b), rows, |a, b| holds(how, order_of_lists(a, b)));
        }
        I::ListsShare { to, a, b, domain } => {
            pairs(f, r, (to, a, b), rows, |a, b| a.iter().any(|a| b.iter().any(|b| same(a, b, domain))))
        }
        I::NumberInList { to, a, list } => {
            let sources = f.sources();
            for row in 0..rows {
                let pair = r.number(a.index(), row).zip(sources.list(r.list(list.index(), row)));
                let found = pair.map(|(number, list)| list.iter().any(|value| units(value) == Some(number)));
                r.set_truth(to.index(), row, truth(found));
            }
        }
        I::TextInList { to, a, list, domain } => {
            let sources = f.sources();
            for row in 0..rows {
                let pair = sources.text(r.text(a.index(), row)).zip(sources.list(r.list(list.index(), row)));
                let found = pair.map(|(text, list)| list.iter().any(|value| same_text(text, value, domain)));
                r.set_truth(to.index(), row, truth(found));
            }
        }
        I::NumberInOther { to, a, list, a_decimals, decimals } => {
            let (sources, zone) = (f.sources(), &f.bound.zone);
            for row in 0..rows {
                let pair = r.number(a.index(), row).zip(sources.list(r.list(list.index(), row)));
                let found = pair.map(|(number, list)| {
                    let same = |value: &Value| match instant(value, zone) {
                        Some(instant) => instant == number,
                        None => is_number((number, a_decimals), value, decimals),
                    };
                    list.iter().any(same)
                });
                r.set_truth(to.index(), row, truth(found));
            }
        }
        I::ListsShareOther { to, a, b, a_decimals, b_decimals } => {
            let zone = &f.bound.zone;
            let same = |a: &Value, b: &Value| match (instant(a, zone), instant(b, zone)) {
                (Some(a), Some(b)) => a == b,
                _ => units(a).is_some_and(|a| is_number((a, a_decimals), b, b_decimals)),
            };
            pairs(f, r, (to, a, b), rows, |a, b| a.iter().any(|a| b.iter().any(|b| same(a, b))))
        }
        I::TestListBy { to, test, a, needle } => {
            let sources = f.sources();
            for row in 0..rows {
                let list = sources.list(r.list(a.index(), row));
                let pair = list.zip(sources.text(r.text(needle.index(), row)));
                let found = pair.map(|(list, needle)| {
                    list.iter().any(|value| text_of(value).is_some_and(|text| passes(test, text, needle)))
                });
                r.set_truth(to.index(), row, truth(found));
            }
        }
        I::ListInNumbers { to, a, set } => match f.prepared.numbers.get(set.index()) {
            Some(set) => {
                any(f, r, to, a, rows, |value| units(value).is_some_and(|units| set.contains(units)))
            }
            None => r.truths.column_mut(to.index(), rows).fill(1),
        },
        I::ListInTexts { to, a, set, domain } => {
            let mut folded = std::mem::take(&mut r.scratch.text);
            match f.prepared.texts.get(set.index()) {
                Some(set) => any(f, r, to, a, rows, |value| {
                    text_of(value).is_some_and(|text| {
                        fold_into(&mut folded, text);
                        set.contains(&folded, domain)
                    })
                }),
                None => r.truths.column_mut(to.index(), rows).fill(1),
            }
            r.scratch.text = folded;
        }
        I::TestList { to, test, a, needles } => {
            let mut folded = std::mem::take(&mut r.scratch.text);
            match f.prepared.texts.get(needles.index()) {
                Some(needles) => any(f, r, to, a, rows, |value| {
                    text_of(value).is_some_and(|text| passes_any(test, text, needles, &mut folded))
                }),
                None => r.truths.column_mut(to.index(), rows).fill(1),
            }
            r.scratch.text = folded;
        }
        I::ListUnknown { to } => choose(r, to, rows, |_, _| unknown),
        I::LoadList { to, input } => {
            let (codes, lists) = match f.inputs.get(input.index()) {
                Some(Input::Lists { codes, dictionary }) => (*codes, dictionary.len()),
                _ => (&[][..], 0),
            };
            choose(r, to, rows, |_, row| {
                let code = codes.get(row).copied().unwrap_or(UNKNOWN);
                let known = (code as usize) < lists;
                if known { ListHandle { source: Source::Input(input.0), code } } else { unknown }
            });
        }
        I::SlotList { to, slot } => {
            let lists = match f.slots.columns.get(slot.index()) {
                Some(SlotColumn::List(lists)) => lists.as_slice(),
                _ => &[],
            };
            choose(r, to, rows, |_, row| {
                let known =
                    lists.get(row).and_then(Option::as_ref).is_some_and(|list| list.values().is_some());
                if known { ListHandle { source: Source::Slot(slot.0), code: row as u32 } } else { unknown }
            });
        }
        I::ArgumentList { to, argument } => {
            let known = f.arguments.lists.get(argument.index()).is_some_and(Option::is_some);
            let handle = ListHandle { source: Source::Argument(argument.0), code: 0 };
            choose(r, to, rows, |_, _| if known { handle } else { unknown });
        }
        I::SelectList { to, condition, then, otherwise } => {
            choose(r, to, rows, |r, row| match r.truth(condition.index(), row) {
                2 => r.list(then.index(), row),
                0 => r.list(otherwise.index(), row),
                _ => unknown,
            });
        }
        I::IfKnownList { to, a, b } => choose(r, to, rows, |r, row| {
            let first = r.list(a.index(), row);
            if first.source != Source::Unknown { first } else { r.list(b.index(), row) }
        }),
        _ => return false,
    }
    true
}

fn truth(known: Option<bool>) -> u8 {
    known.map_or(1, |holds| 2 * holds as u8)
}

fn choose(r: &mut Registers, to: ToL, rows: usize, f: impl Fn(&Registers, usize) -> ListHandle) {
    for row in 0..rows {
        let handle = f(r, row);
        r.set_list(to.index(), row, handle);
    }
}

fn any(f: &Frame<'_>, r: &mut Registers, to: ToT, a: L, rows: usize, mut holds: impl FnMut(&Value) -> bool) {
    let sources = f.sources();
    for row in 0..rows {
        let found = sources.list(r.list(a.index(), row)).map(|list| list.iter().any(&mut holds));
        r.set_truth(to.index(), row, truth(found));
    }
}

fn pairs(
    f: &Frame<'_>,
    r: &mut Registers,
    (to, a, b): (ToT, L, L),
    rows: usize,
    holds: impl Fn(&[Value], &[Value]) -> bool,
) {
    let sources = f.sources();
    for row in 0..rows {
        let pair = sources.list(r.list(a.index(), row)).zip(sources.list(r.list(b.index(), row)));
        r.set_truth(to.index(), row, truth(pair.map(|(a, b)| holds(a, b))));
    }
}

fn units(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(day) => Some(*day as i64),
        Value::Word(word) => Some(*word as i64),
        Value::YesNo(yes) => Some(*yes as i64),
        Value::Text(_) | Value::Stage(_) | Value::List(_) => None,
    }
}

/// The instant of a time, or the first one of a date.
fn instant(value: &Value, zone: &Zone) -> Option<i64> {
    match value {
        Value::Time(instant) => Some(*instant),
        Value::Date(day) => Some(zone.start_of_day(*day)),
        _ => None,
    }
}

/// Whether a number of so many decimals equals one of so many others.
fn is_number(number: (i64, u8), value: &Value, decimals: u8) -> bool {
    let (a, a_decimals) = (number.0 as i128, number.1 as u32);
    units(value).is_some_and(|b| exact::compare((a, a_decimals), (b as i128, decimals as u32)).is_eq())
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Stage(text) => Some(text),
        _ => None,
    }
}

/// Whether a text is the same as a value, or as a domain lies below it.
fn same_text(whole: &str, value: &Value, domain: bool) -> bool {
    text_of(value).is_some_and(|entry| {
        if domain { text::domain_matches(entry, whole) } else { text::equal(entry, whole) }
    })
}

fn same(a: &Value, b: &Value, domain: bool) -> bool {
    match text_of(a) {
        Some(text) => same_text(text, b, domain),
        None => order(a, b).is_eq(),
    }
}

fn order_of_lists(a: &[Value], b: &[Value]) -> Ordering {
    let each = a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne());
    each.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Values of one type by size, texts by their folded form. Values of different types never meet.
fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::List(a), Value::List(b)) => order_of_lists(a, b),
        _ => match (text_of(a), text_of(b)) {
            (Some(a), Some(b)) => text::compare(a, b),
            _ => units(a).cmp(&units(b)),
        },
    }
}
