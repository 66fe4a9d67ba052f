//! Changes of what stands for itself and in any order: ignores, excludes, disqualifies, segments.

use super::difference::phrases;
use super::form::Form;
use super::forms::Forms;
use super::pairs::{self, Item};
use super::rules::because;
use super::words::short;
use super::{Action, Both, Change, Edit, Kind, Side, Told};
use qualify_model::{Ignore, Segment, Verdict};

/// Ignores.
pub(crate) fn compare_ignores(both: &Both<'_>, out: &mut Vec<Change>) {
    let home = |ignore: &Ignore, forms: &Forms<'_>| {
        ignore.within.map_or_else(String::new, |id| format!(" in score `{}`", forms.score_name(id)))
    };
    let items = |side: &Side<'_>| -> Vec<Item> {
        let item = |ignore: &Ignore| Item {
            written: side.written.term(&ignore.term),
            meant: side.meant.term(&ignore.term),
            within: home(ignore, &side.written),
        };
        side.model().ignores.iter().map(item).collect()
    };
    let (old, new) = (items(&both.old), items(&both.new));
    let pairs = pairs::pair(&old, &new);
    let (was, is) = (&both.old.model().ignores, &both.new.model().ignores);
    for (i, j) in &pairs.both {
        let spans = (Some(was[*i].span), Some(is[*j].span));
        let name = short(&both.new.written.words(is[*j].term.span));
        let mut said =
            if old[*i].same(&new[*j]) { Vec::new() } else { phrases(&old[*i].written, &new[*j].written) };
        let homes = (&old[*i].within, &new[*j].within);
        if homes.0 != homes.1 {
            let everywhere =
                |home: &str| if home.is_empty() { " everywhere".to_string() } else { home.to_string() };
            said.push(format!("now{}, was{}", everywhere(homes.1), everywhere(homes.0)));
        }
        if !said.is_empty() {
            let sentence = format!("ignored events `{name}`: {}", said.join("; "));
            out.push(both.change(
                Kind::Ignore,
                spans.0,
                spans.1,
                Told::results(name, sentence, Edit::Ignore(Some(*i), Some(*j))),
            ));
        } else if was[*i].because != is[*j].because {
            let sentence = because(&format!("ignored events `{name}`"), &was[*i].because, &is[*j].because);
            out.push(both.change(Kind::Ignore, spans.0, spans.1, Told::words(name, sentence)));
        }
    }
    for j in &pairs.added {
        let name = short(&both.new.written.words(is[*j].term.span));
        let sentence = format!("events no longer count{}: `{name}`", new[*j].within);
        out.push(both.change(
            Kind::Ignore,
            None,
            Some(is[*j].span),
            Told::results(name, sentence, Edit::Ignore(None, Some(*j))),
        ));
    }
    for i in &pairs.removed {
        let name = short(&both.old.written.words(was[*i].term.span));
        let sentence = format!("events count again{}: `{name}`", old[*i].within);
        out.push(both.change(
            Kind::Ignore,
            Some(was[*i].span),
            None,
            Told::results(name, sentence, Edit::Ignore(Some(*i), None)),
        ));
    }
}

/// Excludes and disqualifies.
pub(crate) fn compare_verdicts(both: &Both<'_>, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let exclude = |i, j| Edit::Exclude(i, j);
    let disqualify = |i, j| Edit::Disqualify(i, j);
    verdicts(both, (Kind::Exclude, "exclude leads where", &exclude), &old.excludes, &new.excludes, out);
    verdicts(
        both,
        (Kind::Disqualify, "disqualify if", &disqualify),
        &old.disqualifies,
        &new.disqualifies,
        out,
    );
}

type Named<'a> = (Kind, &'a str, &'a dyn Fn(Option<usize>, Option<usize>) -> Edit);

fn verdicts(both: &Both<'_>, named: Named<'_>, was: &[Verdict], is: &[Verdict], out: &mut Vec<Change>) {
    let (kind, word, edit) = named;
    let items = |side: &Side<'_>, all: &[Verdict]| -> Vec<Item> {
        let item = |verdict: &Verdict| Item {
            written: side.written.expr(&verdict.condition),
            meant: side.meant.expr(&verdict.condition),
            within: String::new(),
        };
        all.iter().map(item).collect()
    };
    let (old, new) = (items(&both.old, was), items(&both.new, is));
    let pairs = pairs::pair(&old, &new);
    let name = |forms: &Forms<'_>, verdict: &Verdict| short(&forms.words(verdict.condition.span));
    for (i, j) in &pairs.both {
        let (a, b) = (&was[*i], &is[*j]);
        let name = name(&both.new.written, b);
        let told = if !old[*i].same(&new[*j]) {
            let said = phrases(&old[*i].written, &new[*j].written).join("; ");
            Told::results(&name, format!("`{word} {name}`: {said}"), edit(Some(*i), Some(*j)))
        } else if a.because != b.because {
            Told::words(&name, because(&format!("`{word} {name}`"), &a.because, &b.because))
        } else {
            continue;
        };
        out.push(both.change(kind, Some(a.span), Some(b.span), told));
    }
    for j in &pairs.added {
        let name = name(&both.new.written, &is[*j]);
        let told = Told::results(&name, format!("new: `{word} {name}`"), edit(None, Some(*j)));
        out.push(both.change(kind, None, Some(is[*j].span), told));
    }
    for i in &pairs.removed {
        let name = name(&both.old.written, &was[*i]);
        let told = Told::results(&name, format!("gone: `{word} {name}`"), edit(Some(*i), None));
        out.push(both.change(kind, Some(was[*i].span), None, told));
    }
}

/// Segments.
pub(crate) fn compare_segments(both: &Both<'_>, out: &mut Vec<Change>) {
    let items = |side: &Side<'_>| -> Vec<Item> {
        let item = |segment: &Segment| Item {
            written: side.written.expr(&segment.condition),
            meant: side.meant.expr(&segment.condition),
            within: segment.name.clone(),
        };
        side.model().segments.iter().map(item).collect()
    };
    let (old, new) = (items(&both.old), items(&both.new));
    let pairs = pairs::pair_named(&old, &new);
    let (was, is) = (&both.old.model().segments, &both.new.model().segments);
    for (i, j) in &pairs.both {
        let (a, b) = (&was[*i], &is[*j]);
        let spans = (Some(a.span), Some(b.span));
        let edit = Edit::Segment(Some(*i), Some(*j));
        if a.name != b.name {
            let sentence = format!("segment `{}` is now called `{}`", a.name, b.name);
            let told = Told::results(&b.name, sentence, edit.clone()).action(Action::Renamed);
            out.push(both.change(Kind::Segment, spans.0, spans.1, told));
        }
        if !old[*i].same(&new[*j]) {
            let sentence = format!("segment `{}`: {}", b.name, condition(&old[*i].written, &new[*j].written));
            out.push(both.change(Kind::Segment, spans.0, spans.1, Told::results(&b.name, sentence, edit)));
        } else if a.because != b.because {
            let sentence = because(&format!("segment `{}`", b.name), &a.because, &b.because);
            out.push(both.change(Kind::Segment, spans.0, spans.1, Told::words(&b.name, sentence)));
        }
    }
    for j in &pairs.added {
        let told = Told::results(
            &is[*j].name,
            format!("new segment `{}`: `{}`", is[*j].name, short(&new[*j].written.text)),
            Edit::Segment(None, Some(*j)),
        );
        out.push(both.change(Kind::Segment, None, Some(is[*j].span), told));
    }
    for i in &pairs.removed {
        let told = Told::results(
            &was[*i].name,
            format!("segment gone: `{}`", was[*i].name),
            Edit::Segment(Some(*i), None),
        );
        out.push(both.change(Kind::Segment, Some(was[*i].span), None, told));
    }
}

/// What changed in a condition that may be missing.
pub(crate) fn condition(was: &Form, is: &Form) -> String {
    match (was.is_none(), is.is_none()) {
        (true, _) => format!("now needs `{}`", short(&is.text)),
        (_, true) => format!("no longer needs anything, was `{}`", short(&was.text)),
        _ => phrases(was, is).join("; "),
    }
}
