//! Changes of lists, params and lets. What nothing reads is no change.

use super::difference::phrases;
use super::form::Form;
use super::forms::{Forms, Known};
use super::words::{self, enumerate};
use super::{Action, Both, Change, Edit, Kind, Told};
use qualify_model::{List, Model, NumberKind, Param, Type, Value};
use std::collections::{HashMap, HashSet};

/// How many values of a list a sentence names.
const VALUES: usize = 5;

/// Names of the new model for what the old one knows under other names.
pub(crate) fn renamed(old: &Forms<'_>, new: &Forms<'_>) -> HashMap<String, String> {
    let meant = |forms: &Forms<'_>| -> Vec<(String, String)> {
        let deep = Forms { deep: true, ..*forms };
        let model = forms.model();
        let lets = model.lets.iter().map(|l| (l.name.clone(), format!("let {}", deep.expr(&l.value).key())));
        let lists =
            model.lists.iter().map(|l| (l.name.clone(), format!("list {}", list_form(&deep, l).key())));
        let params =
            model.params.iter().map(|p| (p.name.clone(), format!("param {}", param_form(&deep, p).key())));
        lets.chain(lists).chain(params).collect()
    };
    let (was, is) = (meant(old), meant(new));
    let has = |all: &[(String, String)], name: &str| all.iter().any(|(n, _)| n == name);
    let mut gone: Vec<&(String, String)> = was.iter().filter(|(name, _)| !has(&is, name)).collect();
    let mut out = HashMap::new();
    for (name, means) in is.iter().filter(|(name, _)| !has(&was, name)) {
        if let Some(at) = gone.iter().position(|(_, other)| other == means) {
            out.insert(name.clone(), gone.remove(at).0.clone());
        }
    }
    out
}

fn list_form(deep: &Forms<'_>, list: &List) -> Form {
    Form::set("values", list.values.iter().map(|value| deep.constant(value, &list.ty)).collect(), "")
}

fn param_form(deep: &Forms<'_>, param: &Param) -> Form {
    let value = match &param.length {
        Some(length) => deep.length(length),
        None => deep.constant(&param.value, &param.ty),
    };
    let range = match &param.range {
        None => vec![],
        Some((low, high)) => vec![deep.constant(low, &param.ty), deep.constant(high, &param.ty)],
    };
    Form::of("param", vec![value, Form::of("range", range, "")], "")
}

/// The changes of lists, params and lets that something reads.
pub(crate) fn compare(both: &Both<'_>, out: &mut Vec<Change>) {
    let read = (read_names(&both.old.written), read_names(&both.new.written));
    lists(both, &read, out);
    params(both, &read, out);
    lets(both, &read, out);
}

/// Names read on the old and the new side, by the names of the old side.
type ReadNames = (HashSet<String>, HashSet<String>);

/// The paths of the attributes that results depend on, in the order of the alphabet.
pub fn read_attributes(read: super::Read<'_>) -> Vec<String> {
    let plain = Known::default();
    let mut waiting = statements(&Forms { read, deep: true, known: &plain, own: None });
    let mut found = std::collections::BTreeSet::new();
    while let Some(form) = waiting.pop() {
        if let Some(path) = form.kind.strip_prefix("attribute ") {
            found.insert(path.to_string());
        }
        waiting.extend(form.parts);
    }
    found.into_iter().collect()
}

/// The names that statements read, straight or through lets, as `list a`, `param b`, `let c`.
fn read_names(forms: &Forms<'_>) -> HashSet<String> {
    let model = forms.model();
    let mut found = HashSet::new();
    let mut waiting: Vec<Form> = statements(forms);
    while let Some(form) = waiting.pop() {
        let noun = form.kind.split(' ').next().unwrap_or_default();
        if form.names
            && matches!(noun, "list" | "param" | "let")
            && found.insert(form.kind.clone())
            && noun == "let"
        {
            let named = |l: &&qualify_model::Let| l.name == form.text;
            waiting.extend(model.lets.iter().filter(named).map(|l| forms.expr(&l.value)));
        }
        waiting.extend(form.parts);
    }
    found
}

/// All that a model says beside names, schema and tests.
fn statements(forms: &Forms<'_>) -> Vec<Form> {
    let model = forms.model();
    let mut out = Vec::new();
    out.extend(model.ignores.iter().map(|ignore| forms.term(&ignore.term)));
    out.extend(
        model.excludes.iter().chain(&model.disqualifies).map(|verdict| forms.expr(&verdict.condition)),
    );
    for score in &model.scores {
        out.extend(forms.bounds(&score.bounds));
        out.push(forms.maybe(&score.population));
    }
    for rule in &model.rules {
        out.push(super::rules::form(forms, rule));
        out.push(forms.decay(super::rules::decay_of(rule)));
    }
    out.push(forms.maybe(&model.total.formula));
    out.extend(forms.bounds(&model.total.bounds));
    for set in &model.grades {
        if let qualify_model::GradeKind::Lines(lines) = &set.kind {
            out.extend(lines.iter().map(|line| forms.maybe(&line.condition)));
        }
    }
    for stage in &model.stages {
        out.push(forms.maybe(&stage.condition));
        out.push(forms.maybe(&stage.stays_while));
    }
    out.extend(model.segments.iter().map(|segment| forms.expr(&segment.condition)));
    for route in &model.routes {
        out.push(forms.maybe(&route.condition));
        out.push(forms.optional_length(&route.respond_within, "respond within"));
    }
    out
}

/// The places of things with equal names, of those that are gone, and of those that are new.
fn by_name<'n>(
    both: &Both<'_>,
    old: impl Iterator<Item = &'n str>,
    new: impl Iterator<Item = &'n str>,
) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
    let old: Vec<&str> = old.collect();
    let renamed = &both.new.written.known.names;
    let new: Vec<&str> = new.map(|name| renamed.get(name).map_or(name, String::as_str)).collect();
    let pairs = new.iter().enumerate().filter_map(|(j, name)| Some((old.iter().position(|o| o == name)?, j)));
    let gone = (0..old.len()).filter(|i| !new.contains(&old[*i])).collect();
    let come = (0..new.len()).filter(|j| !old.contains(&new[*j])).collect();
    (pairs.collect(), gone, come)
}

fn lists(both: &Both<'_>, read: &ReadNames, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let is_read = |side: &HashSet<String>, name: &str| side.contains(&format!("list {name}"));
    let names = |model: &'_ Model| model.lists.iter().map(|list| list.name.clone()).collect::<Vec<_>>();
    let (was, is) = (names(old), names(new));
    let (pairs, gone, come) = by_name(both, was.iter().map(String::as_str), is.iter().map(String::as_str));
    for (i, j) in pairs {
        let (a, b) = (&old.lists[i], &new.lists[j]);
        if !is_read(&read.0, &a.name) && !is_read(&read.1, &a.name) {
            continue;
        }
        let values = |list: &List, model: &Model| -> Vec<(String, String)> {
            let text = |value: &Value| words::value(value, &list.ty, model);
            let plain = |value: &Value| text(value).trim_matches('"').to_string();
            list.values.iter().map(|v| (qualify_model::text::fold(&text(v)), plain(v))).collect()
        };
        let (was, is) = (values(a, old), values(b, new));
        let (in_old, in_new): (HashSet<&String>, HashSet<&String>) =
            (was.iter().map(|(key, _)| key).collect(), is.iter().map(|(key, _)| key).collect());
        let without = |all: &[(String, String)], of: &HashSet<&String>| -> Vec<String> {
            all.iter().filter(|(key, _)| !of.contains(key)).map(|(_, text)| text.clone()).collect()
        };
        let (more, less) = (without(&is, &in_old), without(&was, &in_new));
        let mut said = Vec::new();
        for (word, values) in [("added", more), ("removed", less)] {
            if !values.is_empty() {
                said.push(format!("{} {word} ({})", values.len(), enumerate(&values, VALUES)));
            }
        }
        if !said.is_empty() {
            let sentence = format!("list `{}`: {}", b.name, said.join(", "));
            let told = Told::results(&b.name, sentence, Edit::List(Some(i), Some(j)));
            out.push(both.change(Kind::List, Some(a.span), Some(b.span), told));
        }
    }
    // what reads a list that came or went has changed itself
    let _ = (gone, come);
}

fn params(both: &Both<'_>, read: &ReadNames, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let is_read = |side: &HashSet<String>, name: &str| side.contains(&format!("param {name}"));
    let names = |model: &Model| model.params.iter().map(|param| param.name.clone()).collect::<Vec<_>>();
    let (was, is) = (names(old), names(new));
    let (pairs, gone, come) = by_name(both, was.iter().map(String::as_str), is.iter().map(String::as_str));
    for (i, j) in pairs {
        let (a, b) = (&old.params[i], &new.params[j]);
        if !is_read(&read.0, &a.name) && !is_read(&read.1, &a.name) {
            continue;
        }
        let (one, other) = (param_text(a, old), param_text(b, new));
        let mut said = Vec::new();
        if one.0 != other.0 {
            said.push(format!("{}, was {}", other.0, one.0));
        }
        let value_changed = !said.is_empty();
        match (&one.1, &other.1) {
            (was, is) if was == is => {}
            (Some(was), Some(is)) => said.push(format!("may be {is}, was {was}")),
            (None, Some(is)) => said.push(format!("now must be {is}")),
            (Some(was), None) => said.push(format!("may now be anything, was {was}")),
            (None, None) => {}
        }
        if a.name != b.name {
            said.push(format!("was called `{}`", a.name));
        }
        if said.is_empty() {
            continue;
        }
        let sentence = format!("param `{}`: {}", b.name, said.join("; "));
        let told = match value_changed {
            true => Told::results(&b.name, sentence, Edit::Param(Some(i), Some(j))),
            false => Told::words(&b.name, sentence),
        };
        let change = both.change(Kind::Param, Some(a.span), Some(b.span), told);
        out.push(Change { points: param_points(a, b), ..change });
    }
    for j in come.into_iter().filter(|j| is_read(&read.1, &new.params[*j].name)) {
        let param = &new.params[j];
        let (value, range) = param_text(param, new);
        let range = range.map_or_else(String::new, |range| format!(" {range}"));
        let told = Told::words(&param.name, format!("new param `{}` = {value}{range}", param.name));
        out.push(both.change(Kind::Param, None, Some(param.span), told));
    }
    for i in gone.into_iter().filter(|i| is_read(&read.0, &old.params[*i].name)) {
        let param = &old.params[i];
        let sentence = format!("param gone: `{}` (was {})", param.name, param_text(param, old).0);
        out.push(both.change(Kind::Param, Some(param.span), None, Told::words(&param.name, sentence)));
    }
}

fn param_text(param: &Param, model: &Model) -> (String, Option<String>) {
    let value = match &param.length {
        Some(length) => words::length(length, &model.params),
        None => words::value(&param.value, &param.ty, model),
    };
    let range = param.range.as_ref().map(|(low, high)| {
        let text = |value| words::value(value, &param.ty, model);
        format!("from {} to {}", text(low), text(high))
    });
    (value, range)
}

fn param_points(old: &Param, new: &Param) -> i64 {
    let points = Type::Number(NumberKind::Points);
    match (&old.value, &new.value) {
        (Value::Number(a), Value::Number(b)) if old.ty == points && new.ty == points => {
            b.saturating_sub(*a).saturating_abs()
        }
        _ => 0,
    }
}

fn lets(both: &Both<'_>, read: &ReadNames, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let is_read = |side: &HashSet<String>, name: &str| side.contains(&format!("let {name}"));
    let renamed = &both.new.written.known.names;
    let names = |forms: &Forms<'_>, renamed: &HashMap<String, String>| -> Vec<String> {
        // lets of two scores may share a name
        let home = |within: Option<qualify_model::ScoreId>| {
            within.map_or_else(String::new, |id| format!(" {}", forms.score_name(id)))
        };
        let known = |name: &String| renamed.get(name).unwrap_or(name).clone();
        forms.model().lets.iter().map(|l| format!("{}{}", known(&l.name), home(l.within))).collect()
    };
    let (was, is) = (names(&both.old.written, &Default::default()), names(&both.new.written, renamed));
    let places: HashMap<&String, usize> = was.iter().enumerate().rev().map(|(i, name)| (name, i)).collect();
    let pairs = is.iter().enumerate().filter_map(|(j, name)| Some((*places.get(name)?, j)));
    for (i, j) in pairs {
        let (a, b) = (&old.lets[i], &new.lets[j]);
        if !is_read(&read.0, &a.name) || !is_read(&read.1, &a.name) {
            continue;
        }
        let (x, y) = (both.old.written.expr(&a.value), both.new.written.expr(&b.value));
        if x == y || both.old.meant.expr(&a.value) == both.new.meant.expr(&b.value) {
            continue;
        }
        let sentence = format!("`{}`: {}", b.name, phrases(&x, &y).join("; "));
        let told = Told::results(&b.name, sentence, Edit::Let(Some(i), Some(j))).action(Action::Changed);
        out.push(both.change(Kind::Let, Some(a.span), Some(b.span), told));
    }
}
