//! Changes of scores, their bounds and populations, and of how the total is made.

use super::difference::phrases;
use super::form::Form;
use super::pairs::{self, Item, Pairs};
use super::rules::{decay_of, inherits};
use super::words::short;
use super::{Action, Both, Change, Edit, Kind, Side, Told};
use qualify_model::{Bounds, Decay, Model, Target};

/// The changes of scores; `rules` are the rules in pairs.
pub(crate) fn compare(both: &Both<'_>, rules: &Pairs, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let pairs = &both.scores;
    for (i, j) in &pairs.both {
        let (was, is) = (&old.scores[*i], &new.scores[*j]);
        let spans = (Some(was.span), Some(is.span));
        if was.name != is.name {
            let sentence = format!("score `{}` is now called `{}`", was.name, is.name);
            let told = Told::results(&is.name, sentence, Edit::Scores).action(Action::Renamed);
            out.push(both.change(Kind::Score, spans.0, spans.1, told));
        }
        let mut said = bounds(both, &was.bounds, &is.bounds);
        let (a, b) = (both.old.written.maybe(&was.population), both.new.written.maybe(&is.population));
        if a != b && both.old.meant.maybe(&was.population) != both.new.meant.maybe(&is.population) {
            said.extend(phrases(&a, &b).into_iter().map(|phrase| format!("for leads where {phrase}")));
        }
        let fading = fading(both, rules, *i);
        said.extend(fading.first().map(|(i, j)| faded(both, *i, *j)));
        if !said.is_empty() {
            let sentence = format!("score `{}`: {}", is.name, said.join("; "));
            let told = Told::results(&is.name, sentence, Edit::Score(*i, *j, fading));
            out.push(both.change(Kind::Score, spans.0, spans.1, told));
        }
    }
    for j in &pairs.added {
        let score = &new.scores[*j];
        let told = Told::results(&score.name, format!("new score `{}`", score.name), Edit::Scores);
        out.push(both.change(Kind::Score, None, Some(score.span), told));
    }
    for i in &pairs.removed {
        let score = &old.scores[*i];
        let told = Told::results(&score.name, format!("score gone: `{}`", score.name), Edit::Scores);
        out.push(both.change(Kind::Score, Some(score.span), None, told));
    }
    compare_total(both, pairs.added.is_empty() && pairs.removed.is_empty(), out);
}

/// Which score of the new model is which of the old one, under whatever name.
pub(crate) fn pair(old: &Side<'_>, new: &Side<'_>) -> Pairs {
    pairs::pair_renamed(&items(old), &items(new))
}

/// A score's whole block, so that one under another name is found.
fn items(side: &Side<'_>) -> Vec<Item> {
    let model = side.model();
    let item = |(i, score): (usize, &qualify_model::Score)| {
        let of = |forms: &super::Forms<'_>| {
            let own = qualify_model::ScoreId(i as u32);
            let forms = &super::Forms { own: Some(own), ..*forms };
            let rules = model.rules.iter().filter(|rule| rule.home == Target::Score(own));
            let rules = rules.map(|rule| super::rules::form(forms, rule)).collect();
            let [low, high] = forms.bounds(&score.bounds);
            Form::of(
                "score",
                vec![low, high, forms.maybe(&score.population), Form::set("rules", rules, "")],
                "",
            )
        };
        Item { written: of(&side.written), meant: of(&side.meant), within: score.name.clone() }
    };
    model.scores.iter().enumerate().map(item).collect()
}

/// What changed in bounds.
pub(crate) fn bounds(both: &Both<'_>, old: &Bounds, new: &Bounds) -> Vec<String> {
    let written = (both.old.written.bounds(old), both.new.written.bounds(new));
    let meant = (both.old.meant.bounds(old), both.new.meant.bounds(new));
    let mut out = Vec::new();
    for (place, word) in ["from", "up to"].into_iter().enumerate() {
        let (was, is) = (&written.0[place], &written.1[place]);
        if was == is || meant.0[place] == meant.1[place] {
            continue;
        }
        out.push(match (was.is_none(), is.is_none()) {
            (true, _) => format!("now {word} {}", is.text),
            (_, true) => format!("no longer {word} {}", was.text),
            _ => format!("{word} {}, was {}", is.text, was.text),
        });
    }
    out
}

/// Pairs of rules of an old score that are written the same, and whose points fade otherwise because the header of
/// their score says so.
fn fading(both: &Both<'_>, rules: &Pairs, score: usize) -> Vec<(usize, usize)> {
    let (old, new) = (both.old.model(), both.new.model());
    let home = Target::Score(qualify_model::ScoreId(score as u32));
    let differs = |i: usize, j: usize| {
        let (a, b) = (&old.rules[i], &new.rules[j]);
        let written = |decay: &Option<Decay>, side: &Side<'_>| side.written.decay(decay);
        a.home == home
            && (inherits(a) || inherits(b))
            && super::rules::form(&both.old.written, a) == super::rules::form(&both.new.written, b)
            && written(decay_of(a), &both.old) != written(decay_of(b), &both.new)
            && both.old.meant.decay(decay_of(a)) != both.new.meant.decay(decay_of(b))
    };
    rules.both.iter().copied().filter(|(i, j)| differs(*i, *j)).collect()
}

fn faded(both: &Both<'_>, i: usize, j: usize) -> String {
    let was = both.old.written.decay(decay_of(&both.old.model().rules[i]));
    let is = both.new.written.decay(decay_of(&both.new.model().rules[j]));
    match (was.is_none(), is.is_none()) {
        (true, _) => format!("now {}, its points did not fade", is.text),
        (_, true) => format!("its points no longer fade, was {}", was.text),
        _ => format!("{}, was {}", is.text, was.text),
    }
}

fn compare_total(both: &Both<'_>, same_scores: bool, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let (was, is) = (&old.total, &new.total);
    let mut said = Vec::new();
    let (a, b) = (both.old.written.maybe(&was.formula), both.new.written.maybe(&is.formula));
    if a != b && both.old.meant.maybe(&was.formula) != both.new.meant.maybe(&is.formula) {
        said.extend(match (a.is_none(), b.is_none()) {
            (true, _) => vec![format!("now `{}`, was the sum of all scores", short(&b.text))],
            (_, true) => vec![format!("now the sum of all scores, was `{}`", short(&a.text))],
            _ if a.kind == b.kind => phrases(&a, &b),
            _ => vec![format!("`{}`, was `{}`", short(&b.text), short(&a.text))],
        });
    }
    said.extend(bounds(both, &was.bounds, &is.bounds));
    if said.is_empty() {
        return;
    }
    let span = |model: &Model| model.total.span.or(model.scores.first().map(|score| score.span));
    // a total that reads a new score can only come with it
    let edit = if same_scores { Edit::Total } else { Edit::Scores };
    let told = Told::results("score", format!("score: {}", said.join("; ")), edit);
    let places = (span(old).unwrap_or_default(), span(new).unwrap_or_default());
    out.push(both.change(Kind::Total, Some(places.0), Some(places.1), told));
}
