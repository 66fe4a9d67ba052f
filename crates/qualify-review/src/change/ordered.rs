//! Changes of what stands in an order that counts: grades, stages, routes.

use super::form::Form;
use super::forms::Forms;
use super::outcomes::condition;
use super::pairs::{self, Item, Pairs};
use super::rules::because;
use super::words::short;
use super::{Action, Both, Change, Edit, Kind, Side, Told};
use qualify_model::{GradeKind, GradeLine, GradeSet, Model, Route, Stage};

/// Grade sets, line by line.
pub(crate) fn compare_grades(both: &Both<'_>, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let named = |model: &Model, set: &GradeSet| match &set.kind {
        GradeKind::Lines(_) => set.name.clone(),
        GradeKind::Matrix(a, b) => {
            format!("{} = {} {}", set.name, model.grades[a.index()].name, model.grades[b.index()].name)
        }
    };
    for set in &old.grades {
        if !new.grades.iter().any(|other| other.name == set.name) {
            let told = Told::results(&set.name, format!("{} gone", set_name(&set.name)), Edit::Grades);
            out.push(both.change(Kind::Grade, Some(set.span), None, told));
        }
    }
    for set in &new.grades {
        let Some(was) = old.grades.iter().find(|other| other.name == set.name) else {
            let labels = set.labels.join(", ");
            let told =
                Told::results(&set.name, format!("new {} with {labels}", set_name(&set.name)), Edit::Grades);
            out.push(both.change(Kind::Grade, None, Some(set.span), told));
            continue;
        };
        match (&was.kind, &set.kind) {
            (GradeKind::Lines(a), GradeKind::Lines(b)) => grade_lines(both, (was, a), (set, b), out),
            _ => {
                let (a, b) = (named(old, was), named(new, set));
                if a != b {
                    let sentence = format!("{}: `{b}`, was `{a}`", set_name(&set.name));
                    let told = Told::results(&set.name, sentence, Edit::Grades);
                    out.push(both.change(Kind::Grade, Some(was.span), Some(set.span), told));
                }
            }
        }
    }
}

fn set_name(name: &str) -> String {
    if name == "grade" { "grades".to_string() } else { format!("grades `{name}`") }
}

fn grade_lines(
    both: &Both<'_>,
    old: (&GradeSet, &[GradeLine]),
    new: (&GradeSet, &[GradeLine]),
    out: &mut Vec<Change>,
) {
    let label = |set: &GradeSet, line: &GradeLine| set.labels[line.label as usize].clone();
    let items = |side: &Side<'_>, set: &GradeSet, lines: &[GradeLine]| -> Vec<Item> {
        let item = |line: &GradeLine| {
            let of = |forms: &Forms<'_>| {
                let named = Form::word(label(set, line)).naming();
                Form::of("grade", vec![named, otherwise(forms, &line.condition)], forms.words(line.span))
            };
            Item { written: of(&side.written), meant: of(&side.meant), within: label(set, line) }
        };
        lines.iter().map(item).collect()
    };
    let lists = Lists { old: items(&both.old, old.0, old.1), new: items(&both.new, new.0, new.1) };
    let prefix = if new.0.name == "grade" { "grade".to_string() } else { format!("grade `{}`:", new.0.name) };
    let what = What {
        kind: Kind::Grade,
        noun: &prefix,
        changed: &|_, _| Edit::Grades,
        all: Edit::Grades,
        old: old.1.iter().map(|line| (line.span, None)).collect(),
        new: new.1.iter().map(|line| (line.span, None)).collect(),
    };
    lists.compare(both, &what, out);
}

/// Stages: the ladder, the side stages, what they need.
pub(crate) fn compare_stages(both: &Both<'_>, out: &mut Vec<Change>) {
    let items = |side: &Side<'_>| -> Vec<Item> {
        let item = |stage: &Stage| {
            let of = |forms: &Forms<'_>| {
                let named = Form::word(stage.name.clone()).naming();
                let parts = vec![
                    named,
                    forms.maybe(&stage.condition),
                    forms.maybe(&stage.stays_while),
                    Form::word(if stage.side { "side" } else { "ladder" }),
                ];
                Form::of("stage", parts, forms.words(stage.span))
            };
            Item { written: of(&side.written), meant: of(&side.meant), within: stage.name.clone() }
        };
        side.model().stages.iter().map(item).collect()
    };
    let lists = Lists { old: items(&both.old), new: items(&both.new) };
    let spans = |model: &Model| model.stages.iter().map(|s| (s.span, s.because.clone())).collect();
    let what = What {
        kind: Kind::Stage,
        noun: "stage",
        changed: &|i, j| Edit::Stage(i, j),
        all: Edit::Stages,
        old: spans(both.old.model()),
        new: spans(both.new.model()),
    };
    lists.compare(both, &what, out);
    let falls = |model: &Model| {
        model.only_move_up.as_ref().map(|ids| {
            let mut names: Vec<String> = ids.iter().map(|id| model.stages[id.index()].name.clone()).collect();
            names.sort();
            names
        })
    };
    let (was, is) = (falls(both.old.model()), falls(both.new.model()));
    if was != is {
        let but = |names: &[String]| {
            if names.is_empty() { String::new() } else { format!(", but may fall to {}", names.join(", ")) }
        };
        let sentence = match &is {
            Some(names) => format!("stages only move up{}", but(names)),
            None => "stages may move down again".to_string(),
        };
        let span = |model: &Model| model.stages.first().map(|stage| stage.span);
        let told = Told::results("stages", sentence, Edit::Stages);
        let (old, new) =
            (span(both.old.model()).unwrap_or_default(), span(both.new.model()).unwrap_or_default());
        out.push(both.change(Kind::Stage, Some(old), Some(new), told));
    }
}

/// Routes.
pub(crate) fn compare_routes(both: &Both<'_>, out: &mut Vec<Change>) {
    let items = |side: &Side<'_>| -> Vec<Item> {
        let item = |route: &Route| {
            let of = |forms: &Forms<'_>| {
                let named = Form::word(route.name.clone()).naming();
                let parts = vec![
                    named,
                    otherwise(forms, &route.condition),
                    forms.optional_length(&route.respond_within, "respond within"),
                ];
                Form::of("route", parts, forms.words(route.span))
            };
            Item { written: of(&side.written), meant: of(&side.meant), within: route.name.clone() }
        };
        side.model().routes.iter().map(item).collect()
    };
    let lists = Lists { old: items(&both.old), new: items(&both.new) };
    let spans = |model: &Model| model.routes.iter().map(|r| (r.span, r.because.clone())).collect();
    let what = What {
        kind: Kind::Route,
        noun: "route",
        changed: &|i, j| Edit::Route(i, j),
        all: Edit::Routes,
        old: spans(both.old.model()),
        new: spans(both.new.model()),
    };
    lists.compare(both, &what, out);
}

fn otherwise(forms: &Forms<'_>, condition: &Option<qualify_model::Expr>) -> Form {
    match condition {
        None => Form::leaf("otherwise", "otherwise"),
        Some(condition) => forms.expr(condition),
    }
}

/// Two lists in order. The first part of each form is the name, the second the condition.
struct Lists {
    old: Vec<Item>,
    new: Vec<Item>,
}

/// What they are lists of.
struct What<'a> {
    kind: Kind,
    noun: &'a str,
    /// The edit that changes one of them and no order.
    changed: &'a dyn Fn(usize, usize) -> Edit,
    /// The edit that takes all of them.
    all: Edit,
    /// Place and reason of each.
    old: Vec<(qualify_diagnostics::Span, Option<String>)>,
    new: Vec<(qualify_diagnostics::Span, Option<String>)>,
}

impl Lists {
    fn compare(&self, both: &Both<'_>, what: &What<'_>, out: &mut Vec<Change>) {
        let pairs = self.pairs();
        for (i, j) in &pairs.both {
            self.compare_pair(both, what, (*i, *j), out);
        }
        for j in &pairs.added {
            let name = &self.new[*j].within;
            let needs = &self.new[*j].written.parts[1];
            let needs = if needs.is_none() { String::new() } else { format!(": `{}`", short(&needs.text)) };
            let place = self.place(*j);
            let told =
                Told::results(name, format!("new {} `{name}`{place}{needs}", what.noun), what.all.clone());
            out.push(both.change(what.kind, None, Some(what.new[*j].0), told));
        }
        for i in &pairs.removed {
            let name = &self.old[*i].within;
            let needs = &self.old[*i].written.parts[1];
            let needs =
                if needs.is_none() { String::new() } else { format!(" (was `{}`)", short(&needs.text)) };
            let told = Told::results(name, format!("{} gone: `{name}`{needs}", what.noun), what.all.clone());
            out.push(both.change(what.kind, Some(what.old[*i].0), None, told));
        }
        for group in self.order_groups(&pairs) {
            for (i, j) in pairs::moved(&group) {
                let name = &self.new[j].within;
                let sentence =
                    format!("{} `{name}` stands at another place: now{}", what.noun, self.place(j));
                let told = Told::results(name, sentence, what.all.clone()).action(Action::Moved);
                out.push(both.change(what.kind, Some(what.old[i].0), Some(what.new[j].0), told));
            }
        }
    }

    fn compare_pair(&self, both: &Both<'_>, what: &What<'_>, (i, j): (usize, usize), out: &mut Vec<Change>) {
        let (a, b) = (&self.old[i], &self.new[j]);
        let (was, is) = (&what.old[i], &what.new[j]);
        let name = &b.within;
        if a.within != b.within {
            let sentence = format!("{} `{}` is now called `{name}`", what.noun, a.within);
            let told = Told::results(name, sentence, what.all.clone()).action(Action::Renamed);
            out.push(both.change(what.kind, Some(was.0), Some(is.0), told));
        }
        let differs = |place: usize| {
            a.written.parts[place] != b.written.parts[place] && a.meant.parts[place] != b.meant.parts[place]
        };
        let mut said = Vec::new();
        if differs(1) {
            said.push(needs(what.kind, &a.written.parts[1], &b.written.parts[1]));
        }
        for place in (2..a.written.parts.len()).filter(|place| differs(*place)) {
            let (x, y) = (&a.written.parts[place], &b.written.parts[place]);
            said.push(match (what.kind, place) {
                (Kind::Stage, 2) => format!("stays while: {}", condition(x, y)),
                (Kind::Stage, _) => {
                    format!("now on the {}", if y.kind == "side" { "side" } else { "ladder" })
                }
                _ if x.is_none() => format!("now {}", y.text),
                _ if y.is_none() => format!("no longer {}", x.text),
                _ => format!("{}, was {}", y.text, x.text.strip_prefix("respond within ").unwrap_or(&x.text)),
            });
        }
        if !said.is_empty() {
            let sentence = format!("{} `{name}` {}", what.noun, said.join("; "));
            // another side of the ladder changes the order
            let edit =
                if what.kind == Kind::Stage && differs(3) { what.all.clone() } else { (what.changed)(i, j) };
            out.push(both.change(what.kind, Some(was.0), Some(is.0), Told::results(name, sentence, edit)));
        } else if was.1 != is.1 {
            let sentence = because(&format!("{} `{name}`", what.noun), &was.1, &is.1);
            out.push(both.change(what.kind, Some(was.0), Some(is.0), Told::words(name, sentence)));
        }
    }

    /// Those with one name in their order, then what means the same, then what is alike.
    fn pairs(&self) -> Pairs {
        pairs::pair_listed(&self.old, &self.new)
    }

    /// Where a new one stands.
    fn place(&self, j: usize) -> String {
        match (j.checked_sub(1), self.new.get(j + 1)) {
            (_, Some(next)) => format!(" before `{}`", next.within),
            (Some(before), None) => format!(" after `{}`", self.new[before].within),
            (None, None) => String::new(),
        }
    }

    /// Pairs whose order among each other counts: of stages the ladder and the side stages apart.
    fn order_groups(&self, pairs: &Pairs) -> Vec<Vec<(usize, usize)>> {
        let side = |j: usize| self.new[j].written.parts.get(3).is_some_and(|part| part.kind == "side");
        let (aside, ladder) = pairs.both.iter().copied().partition(|(_, j)| side(*j));
        vec![ladder, aside]
    }
}

/// What a condition needs now. A threshold of the score is told in points.
fn needs(kind: Kind, was: &Form, is: &Form) -> String {
    let said = condition(was, is);
    if kind != Kind::Stage {
        return format!("if {said}")
            .replacen("if now needs", "now needs", 1)
            .replacen("if also", "also", 1)
            .replacen("if no longer", "no longer", 1);
    }
    let threshold = |form: &Form| -> Option<String> {
        let conditions = if form.kind == "and" { form.parts.clone() } else { vec![form.clone()] };
        let of_score = |part: &&Form| part.kind == "compare >=" && part.parts[0].kind == "total score";
        let mut found = conditions.iter().filter(of_score).map(|part| part.parts[1].text.clone());
        found.next().filter(|text| qualify_model::exact::parse(text, 4).is_ok())
    };
    match (threshold(was), threshold(is)) {
        (Some(a), Some(b)) if said == format!("`score >= {b}`, was `score >= {a}`") => {
            format!("now needs {b} points, was {a}")
        }
        _ => format!("now needs {said}")
            .replacen("now needs now needs", "now needs", 1)
            .replacen("now needs also needs", "also needs", 1)
            .replacen("now needs no longer", "no longer", 1),
    }
}
