//! Texts. What is folded for a comparison goes into a text that is used again and again.

use super::wides::holds;
use crate::columns::map1;
use crate::{Frame, Input, PreparedTexts, Registers, SlotColumn, Source, TextHandle};
use qualify_model::{Part, TextTest, text};
use qualify_plan::{Instruction as I, ToT, ToX, X};
use std::cmp::Ordering;

/// Writes the folded form of a text into another.
pub(super) fn fold_into(folded: &mut String, whole: &str) {
    folded.clear();
    if whole.is_ascii() {
        folded.push_str(whole.trim());
        folded.make_ascii_lowercase();
    } else {
        folded.extend(whole.trim().chars().map(text::fold_char));
    }
}

/// A truth for each row of a text: unknown where it is.
fn test(f: &Frame<'_>, r: &mut Registers, to: ToT, a: X, rows: usize, mut holds: impl FnMut(&str) -> bool) {
    let sources = f.sources();
    let texts = r.texts.column(a.index(), rows);
    for (out, text) in r.truths.column_mut(to.index(), rows).iter_mut().zip(texts) {
        *out = sources.text(*text).map_or(1, |whole| 2 * holds(whole) as u8);
    }
}

fn choose(r: &mut Registers, to: ToX, rows: usize, mut f: impl FnMut(&Registers, usize) -> TextHandle) {
    for row in 0..rows {
        let handle = f(r, row);
        r.set_text(to.index(), row, handle);
    }
}

pub(super) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    let unknown = TextHandle::default();
    match *instruction {
        I::KnownText { to, a } => {
            let texts = r.texts.column(a.index(), rows);
            map1(r.truths.column_mut(to.index(), rows), texts, |text| {
                (text.source != Source::Unknown) as u8 * 2
            });
        }
        I::CompareTexts { to, how, a, b } => {
            pairs(f, r, (to, a, b), rows, |a, b| holds(how, text::compare(a, b)));
        }
        I::TestTextBy { to, test, a, needle } => {
            pairs(f, r, (to, a, needle), rows, |whole, needle| passes(test, whole, needle));
        }
        I::InTexts { to, a, set, domain } => {
            let mut folded = std::mem::take(&mut r.scratch.text);
            match f.prepared.texts.get(set.index()) {
                Some(set) => test(f, r, to, a, rows, |whole| {
                    if set.lacks(whole, domain) {
                        return false;
                    }
                    fold_into(&mut folded, whole);
                    set.contains(&folded, domain)
                }),
                None => r.truths.column_mut(to.index(), rows).fill(1),
            }
            r.scratch.text = folded;
        }
        I::TestText { to, test: how, a, needles } => {
            let mut folded = std::mem::take(&mut r.scratch.text);
            match f.prepared.texts.get(needles.index()) {
                // most texts are told by their first byte
                Some(needles) if how == TextTest::StartsWith => test(f, r, to, a, rows, |whole| {
                    needles.may_begin(whole.bytes().next()) && passes_any(how, whole, needles, &mut folded)
                }),
                Some(needles) => {
                    test(f, r, to, a, rows, |whole| passes_any(how, whole, needles, &mut folded));
                }
                None => r.truths.column_mut(to.index(), rows).fill(1),
            }
            r.scratch.text = folded;
        }
        I::TextPlace { to, a, texts } => text_place(f, r, (to.index(), a, texts.index()), rows),

        I::TextUnknown { to } => choose(r, to, rows, |_, _| unknown),
        I::TextConstant { to, text } => {
            let some = f.plan.constants.texts.get(text.index()).is_some_and(|texts| !texts.is_empty());
            let handle = TextHandle::whole(Source::Constant(text.0), 0);
            choose(r, to, rows, |_, _| if some { handle } else { unknown });
        }
        I::LoadText { to, input } => {
            let (codes, texts) = match f.inputs.get(input.index()) {
                Some(Input::Texts { codes, dictionary }) => (*codes, dictionary.len()),
                _ => (&[][..], 0),
            };
            let out = r.texts.column_mut(to.index(), rows);
            match codes.get(..rows) {
                Some(codes) => map1(out, codes, |code| {
                    let known = (code as usize) < texts;
                    if known { TextHandle::whole(Source::Input(input.0), code) } else { unknown }
                }),
                None => out.fill(unknown),
            }
        }
        I::SlotText { to, slot } => {
            let texts = match f.slots.columns.get(slot.index()) {
                Some(SlotColumn::Text(texts)) => texts.as_slice(),
                _ => &[],
            };
            choose(r, to, rows, |_, row| {
                let known = texts.get(row).is_some_and(Option::is_some);
                if known { TextHandle::whole(Source::Slot(slot.0), row as u32) } else { unknown }
            });
        }
        I::ArgumentText { to, argument } => {
            let known = f.arguments.texts.get(argument.index()).is_some_and(Option::is_some);
            let handle = TextHandle::whole(Source::Argument(argument.0), 0);
            choose(r, to, rows, |_, _| if known { handle } else { unknown });
        }
        I::TakePart { to, part, a } => {
            let sources = f.sources();
            choose(r, to, rows, |r, row| {
                let whole = r.text(a.index(), row);
                sources.text(whole).map_or(unknown, |text| part_of(part, whole, text))
            });
        }
        I::SelectText { to, condition, then, otherwise } => {
            choose(r, to, rows, |r, row| match r.truth(condition.index(), row) {
                2 => r.text(then.index(), row),
                0 => r.text(otherwise.index(), row),
                _ => unknown,
            });
        }
        I::IfKnownText { to, a, b } => choose(r, to, rows, |r, row| {
            let first = r.text(a.index(), row);
            if first.source != Source::Unknown { first } else { r.text(b.index(), row) }
        }),
        I::TextAt { to, a, texts } => {
            let count = f.plan.constants.texts.get(texts.index()).map_or(0, Vec::len);
            choose(r, to, rows, |r, row| {
                let place = r.number(a.index(), row).and_then(|place| usize::try_from(place).ok());
                let place = place.filter(|place| *place < count);
                place.map_or(unknown, |place| TextHandle::whole(Source::Constant(texts.0), place as u32))
            });
        }
        I::MinimumText { to, a, b } => extreme(f, r, (to, a, b), rows, Ordering::is_gt),
        I::MaximumText { to, a, b } => extreme(f, r, (to, a, b), rows, Ordering::is_le),
        _ => {}
    }
}

fn pairs(
    f: &Frame<'_>,
    r: &mut Registers,
    (to, a, b): (ToT, X, X),
    rows: usize,
    holds: impl Fn(&str, &str) -> bool,
) {
    let sources = f.sources();
    for row in 0..rows {
        let pair = sources.text(r.text(a.index(), row)).zip(sources.text(r.text(b.index(), row)));
        r.set_truth(to.index(), row, pair.map_or(1, |(a, b)| 2 * holds(a, b) as u8));
    }
}

/// The one of two texts; `b` where `takes_second` says so of how they compare.
fn extreme(
    f: &Frame<'_>,
    r: &mut Registers,
    (to, a, b): (ToX, X, X),
    rows: usize,
    takes_second: fn(Ordering) -> bool,
) {
    let sources = f.sources();
    choose(r, to, rows, |r, row| {
        let (a, b) = (r.text(a.index(), row), r.text(b.index(), row));
        match sources.text(a).zip(sources.text(b)) {
            Some((x, y)) => {
                let order = text::compare(x, y).then_with(|| x.cmp(y));
                if takes_second(order) { b } else { a }
            }
            None => TextHandle::default(),
        }
    });
}

fn text_place(f: &Frame<'_>, r: &mut Registers, (to, a, texts): (usize, X, usize), rows: usize) {
    let sources = f.sources();
    let mut folded = std::mem::take(&mut r.scratch.text);
    for row in 0..rows {
        let place = sources.text(r.text(a.index(), row)).and_then(|whole| {
            fold_into(&mut folded, whole);
            f.prepared.texts.get(texts)?.place(&folded)
        });
        let place = place.map(|place| place as i64);
        r.set_number(to, row, place);
    }
    r.scratch.text = folded;
}

/// Whether a text passes a test.
pub(super) fn passes(test: TextTest, whole: &str, needle: &str) -> bool {
    match test {
        TextTest::Contains => text::contains(whole, needle),
        TextTest::StartsWith => text::starts_with(whole, needle),
        TextTest::EndsWith => text::ends_with(whole, needle),
        TextTest::Mentions => text::mentions(whole, needle),
        TextTest::Matches => text::matches(whole, needle),
    }
}

/// Whether a text passes a test with any needle. Folding twice changes nothing, so folded needles serve.
pub(super) fn passes_any(test: TextTest, whole: &str, needles: &PreparedTexts, folded: &mut String) -> bool {
    let mut needles = needles.folded.iter();
    match test {
        TextTest::Contains => {
            fold_into(folded, whole);
            needles.any(|needle| folded.contains(needle.as_str()))
        }
        TextTest::StartsWith => {
            let is_trimmed = whole.as_bytes().first().is_some_and(u8::is_ascii_graphic);
            let bytes = if is_trimmed { whole } else { whole.trim_start() }.as_bytes();
            needles.any(|needle| {
                begins_with(bytes.iter(), needle.bytes()).unwrap_or_else(|| text::starts_with(whole, needle))
            })
        }
        TextTest::EndsWith => {
            let bytes = whole.trim_end().as_bytes();
            needles.any(|needle| {
                let reversed = begins_with(bytes.iter().rev(), needle.bytes().rev());
                reversed.unwrap_or_else(|| text::ends_with(whole, needle))
            })
        }
        TextTest::Mentions | TextTest::Matches => needles.any(|needle| passes(test, whole, needle)),
    }
}

/// Whether bytes begin with the folded needle; none if that takes more than ASCII to say.
fn begins_with<'t>(
    mut bytes: impl Iterator<Item = &'t u8>,
    needle: impl Iterator<Item = u8>,
) -> Option<bool> {
    for wanted in needle {
        let Some(byte) = bytes.next() else { return wanted.is_ascii().then_some(false) };
        if !byte.is_ascii() || !wanted.is_ascii() {
            return None;
        }
        if byte.to_ascii_lowercase() != wanted {
            return Some(false);
        }
    }
    Some(true)
}

/// A part of a text, as a range of what it is a range of.
fn part_of(part: Part, handle: TextHandle, whole: &str) -> TextHandle {
    let found = match part {
        Part::Domain => text::domain(whole),
        Part::LocalPart => text::local_part(whole),
        Part::Host => text::host(whole),
        Part::Path => text::path(whole),
    };
    let Some(found) = found else { return TextHandle::default() };
    let at = (found.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
    if at.checked_add(found.len()).is_none_or(|end| end > whole.len()) {
        return TextHandle::whole(Source::Root, 0); // the path of an address without one stands nowhere
    }
    if handle.source == Source::Root {
        return handle;
    }
    let start = (handle.start as usize).saturating_add(at);
    match (u32::try_from(start), u32::try_from(start.saturating_add(found.len()))) {
        (Ok(start), Ok(end)) if end != u32::MAX => TextHandle { start, end, ..handle },
        _ => TextHandle::default(), // no text is that long
    }
}
