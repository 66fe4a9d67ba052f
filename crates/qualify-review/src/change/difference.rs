//! Where two forms differ, in phrases: as deep in them as a reader still knows what is meant.

use super::form::Form;

/// The phrases: `within 14d, was within 7d`, `also needs …`.
pub(crate) fn phrases(old: &Form, new: &Form) -> Vec<String> {
    let mut out = Vec::new();
    descend(old, new, &mut out);
    out
}

fn descend(old: &Form, new: &Form, out: &mut Vec<String>) {
    if old == new {
        return;
    }
    if old.is_none() {
        return out.push(format!("now `{}`", new.text));
    }
    if new.is_none() {
        return out.push(format!("no longer `{}`", old.text));
    }
    // one condition and the same with more beside it: both as lists of what is needed
    let all = |form: &Form| Form::set("and", vec![form.clone()], form.text.clone());
    match (is_and(old), is_and(new)) {
        (true, false) => return unordered(old, &all(new), out),
        (false, true) => return unordered(&all(old), new, out),
        _ => {}
    }
    if old.kind != new.kind {
        return out.push(replaced(old, new));
    }
    if old.any_order && new.any_order {
        return unordered(old, new, out);
    }
    if old.parts.len() != new.parts.len() || old.parts.is_empty() {
        return out.push(replaced(old, new));
    }
    let differing = || old.parts.iter().zip(&new.parts).filter(|(a, b)| a != b);
    if old.whole && differing().any(|(a, b)| small(a) || small(b)) {
        return out.push(replaced(old, new));
    }
    for (a, b) in differing() {
        descend(a, b, out);
    }
}

/// Too little to be told for itself.
fn small(form: &Form) -> bool {
    form.parts.is_empty() || form.whole && form.parts.iter().all(|part| part.parts.is_empty())
}

fn is_and(form: &Form) -> bool {
    form.kind == "and"
}

/// `new, was old`.
fn replaced(old: &Form, new: &Form) -> String {
    if old.text == new.text {
        return format!("`{}`, which means something else than before", new.text);
    }
    format!("`{}`, was `{}`", new.text, old.text)
}

/// Parts in any order: what only one of both has.
fn unordered(old: &Form, new: &Form, out: &mut Vec<String>) {
    let (mut gone, mut come) = (Vec::new(), new.parts.clone());
    for part in &old.parts {
        match come.iter().position(|other| other == part) {
            Some(at) => drop(come.remove(at)),
            None => gone.push(part.clone()),
        }
    }
    if let ([was], [is]) = (gone.as_slice(), come.as_slice())
        && small(was)
        && small(is)
    {
        return out.push(if old.whole { replaced(old, new) } else { replaced(was, is) });
    }
    // those most alike are one that changed
    while let Some((i, j)) = closest(&gone, &come) {
        descend(&gone.remove(i), &come.remove(j), out);
    }
    let (more, less) = match old.kind.as_str() {
        "and" => ("also needs", "no longer needs"),
        "windows" | "counts" | "filters" => ("now", "no longer"),
        _ => ("also", "no longer"),
    };
    let told = |word: &str, parts: &[Form]| {
        let texts: Vec<String> = parts.iter().map(|part| format!("`{}`", part.text)).collect();
        format!("{word} {}", texts.join(", "))
    };
    if !come.is_empty() {
        out.push(told(more, &come));
    }
    if !gone.is_empty() {
        out.push(told(less, &gone));
    }
}

/// The places of the two most alike, if any two are.
fn closest(old: &[Form], new: &[Form]) -> Option<(usize, usize)> {
    if old.len() == 1 && new.len() == 1 && (!old[0].parts.is_empty() || old[0].whole) {
        return Some((0, 0));
    }
    if old.len() * new.len() > 10_000 {
        return None; // long sets are told as a whole
    }
    let tokens: Vec<_> = new.iter().map(Form::tokens).collect();
    let mut best: Option<(u32, usize, usize)> = None;
    for (i, form) in old.iter().enumerate() {
        let mine = form.tokens();
        for (j, other) in tokens.iter().enumerate() {
            let alike = mine.alike(other);
            if alike >= 500 && best.is_none_or(|(most, ..)| alike > most) {
                best = Some((alike, i, j));
            }
        }
    }
    best.map(|(_, i, j)| (i, j))
}
