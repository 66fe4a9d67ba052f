//! Changes of rules.

use super::difference::phrases;
use super::form::Form;
use super::forms::{Forms, constant_points};
use super::pairs::{self, Item, Pairs};
use super::words::{points, short};
use super::{Action, Both, Change, Edit, Kind, Side, Told};
use qualify_model::{Expr, ExprKind, Model, Points, Rule, RuleKind, Table, Target};

/// What a target is called: of the total `score`.
pub(crate) fn target_name(target: Target, model: &Model) -> &str {
    match target {
        Target::Total => "score",
        Target::Score(id) => &model.scores[id.index()].name,
    }
}

/// The rules of both models in pairs.
pub(crate) fn pair(both: &Both<'_>) -> Pairs {
    let items = |side: &Side<'_>, home: &dyn Fn(&str) -> String| -> Vec<Item> {
        let item = |rule: &Rule| Item {
            written: form(&side.written, rule),
            meant: form(&side.meant, rule),
            within: home(target_name(rule.home, side.model())),
        };
        side.model().rules.iter().map(item).collect()
    };
    pairs::pair(&items(&both.old, &str::to_string), &items(&both.new, &|name| both.old_score(name)))
}

/// The changes of rules, and what those do whose points are not what they were.
pub(crate) fn compare(both: &Both<'_>, pairs: &Pairs, out: &mut Vec<Change>) -> Vec<RulePoints> {
    let (old, new) = (both.old.model(), both.new.model());
    let mut found = Vec::new();
    for (i, j) in &pairs.both {
        let before = out.len();
        compare_pair(both, *i, *j, out);
        let most = changed_points(both, &old.rules[*i], &new.rules[*j]);
        if most != Some(0) {
            let words = || format!("`{}` gives other points", short(&new.rules[*j].text));
            let sentence = out[before..].first().map_or_else(words, |change| change.sentence.clone());
            found.push(RulePoints { sentence, most });
        }
    }
    for j in &pairs.added {
        let rule = &new.rules[*j];
        let home = home(rule, new);
        let told =
            told(&rule.text, format!("new rule{home}: `{}`", short(&rule.text)), Edit::Rule(None, Some(*j)));
        let change = both.change(Kind::Rule, None, Some(rule.span), told);
        let most = most_points(rule, new);
        found.push(RulePoints { sentence: change.sentence.clone(), most });
        out.push(Change { points: most.unwrap_or(0), ..change });
    }
    for i in &pairs.removed {
        let rule = &old.rules[*i];
        let home = home(rule, old);
        let told =
            told(&rule.text, format!("rule gone{home}: `{}`", short(&rule.text)), Edit::Rule(Some(*i), None));
        let change = both.change(Kind::Rule, Some(rule.span), None, told);
        let most = most_points(rule, old);
        found.push(RulePoints { sentence: change.sentence.clone(), most });
        out.push(Change { points: most.unwrap_or(0), ..change });
    }
    order_of_sets(both, pairs, out);
    found
}

fn told(name: &str, sentence: String, edit: Edit) -> Told {
    Told::results(short(name), sentence, edit)
}

/// ` in score fit`.
fn home(rule: &Rule, model: &Model) -> String {
    match rule.home {
        Target::Total => String::new(),
        home => format!(" in score `{}`", target_name(home, model)),
    }
}

fn compare_pair(both: &Both<'_>, i: usize, j: usize, out: &mut Vec<Change>) {
    let (old, new) = (&both.old.model().rules[i], &both.new.model().rules[j]);
    let spans = (Some(old.span), Some(new.span));
    let name = short(&subject(&both.new.written, new));
    let new_home = target_name(new.home, both.new.model());
    let homes = (target_name(old.home, both.old.model()), both.old_score(new_home));
    let (a, b) = (form(&both.old.written, old), form(&both.new.written, new));
    let same = a == b || form(&both.old.meant, old) == form(&both.new.meant, new);
    if homes.0 != homes.1 || !same {
        let mut said = if same { Vec::new() } else { tell(both, old, new, &a, &b) };
        if homes.0 != homes.1 {
            said.push(format!("now in score `{new_home}`, was in `{}`", homes.0));
        }
        if said.is_empty() {
            said.push(format!("`{}`, was `{}`", short(&new.text), short(&old.text)));
        }
        let sentence = format!("`{name}`: {}", said.join("; "));
        let change = both.change(
            Kind::Rule,
            spans.0,
            spans.1,
            Told::results(&name, sentence, Edit::Rule(Some(i), Some(j))),
        );
        let changed = changed_points(both, old, new).unwrap_or(0);
        return out.push(Change { points: changed, ..change });
    }
    if old.because != new.because {
        let sentence = because(&format!("`{name}`"), &old.because, &new.because);
        // no result depends on it, but a budget asks which rules say why
        let told = Told { edit: Edit::Rule(Some(i), Some(j)), ..Told::words(&name, sentence) };
        out.push(both.change(Kind::Rule, spans.0, spans.1, told));
    }
}

/// The sentence of a reason that changed.
pub(crate) fn because(subject: &str, old: &Option<String>, new: &Option<String>) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("{subject}: the reason is \"{new}\", was \"{old}\""),
        (None, Some(new)) => format!("{subject}: now has the reason \"{new}\""),
        (Some(old), None) => format!("{subject}: no longer says why, was \"{old}\""),
        (None, None) => String::new(),
    }
}

/// What a rule looks at, in the author's words.
fn subject(forms: &Forms<'_>, rule: &Rule) -> String {
    match &rule.kind {
        RuleKind::Add { condition, .. } => forms.words(condition.span),
        RuleKind::ForEach { term, .. } => format!("for each {}", forms.words(term.span)),
        RuleKind::ForEachDifferent { property, .. } => format!("for each different {}", property.name),
        RuleKind::Table(table) => format!("points for {}", forms.words(table.subject.span)),
        RuleKind::Multiply { condition, .. }
        | RuleKind::Cap { condition, .. }
        | RuleKind::Set { condition, .. } => forms.words(condition.span),
    }
}

/// A rule without its home and its reason. Its parts stand in the order in which [`tell`] takes them.
pub(crate) fn form(forms: &Forms<'_>, rule: &Rule) -> Form {
    let model = forms.model();
    let on = |target: Target| {
        let known = match target {
            Target::Total => "score",
            Target::Score(id) => forms.score_name(id),
        };
        Form::leaf(format!("on {known}"), target_name(target, model))
    };
    let text = rule.text.as_str();
    match &rule.kind {
        RuleKind::Add { condition, amount, decay, up_to } => {
            let parts = vec![
                forms.expr(condition),
                amount_form(forms, amount),
                decay_form(forms, rule, decay),
                forms.maybe(up_to),
            ];
            Form::of("add", parts, text)
        }
        RuleKind::ForEach { term, amount, limit, decay, up_to } => {
            let parts = vec![
                forms.term(term),
                amount_form(forms, amount),
                decay_form(forms, rule, decay),
                forms.maybe(up_to),
                forms.limit(limit),
            ];
            Form::of("for each", parts, text)
        }
        RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
            let parts = vec![
                Form::of("events", vec![Form::word(property.name.clone()).naming(), forms.term(term)], ""),
                amount_form(forms, amount),
                decay_form(forms, rule, decay),
                forms.maybe(up_to),
                forms.limit(limit),
            ];
            Form::of("for each different", parts, text)
        }
        RuleKind::Table(table) => Form::of("points for", vec![forms.table(table)], text),
        RuleKind::Multiply { condition, target, by } => {
            Form::of("multiply", vec![forms.expr(condition), forms.expr(by), on(*target)], text)
        }
        RuleKind::Cap { condition, target, at } => {
            Form::of("cap", vec![forms.expr(condition), forms.expr(at), on(*target)], text)
        }
        RuleKind::Set { condition, target, to } => {
            Form::of("set", vec![forms.expr(condition), forms.expr(to), on(*target)], text)
        }
    }
}

fn amount_form(forms: &Forms<'_>, amount: &Points) -> Form {
    let value = forms.expr(&amount.value);
    let word = if amount.negative { "subtract" } else { "add" };
    let text = format!("{word} {}", value.text);
    Form::of(word, vec![value], text).told_whole()
}

/// Whether the fading of a rule is that of its score's header.
pub(crate) fn inherits(rule: &Rule) -> bool {
    let inside = |decay: &qualify_model::Decay| {
        decay.span.file == rule.span.file
            && decay.span.start >= rule.span.start
            && decay.span.end <= rule.span.end
    };
    decay_of(rule).as_ref().is_some_and(|decay| !inside(decay))
}

/// How the points of a rule fade.
pub(crate) fn decay_of(rule: &Rule) -> &Option<qualify_model::Decay> {
    match &rule.kind {
        RuleKind::Add { decay, .. }
        | RuleKind::ForEach { decay, .. }
        | RuleKind::ForEachDifferent { decay, .. } => decay,
        _ => &None,
    }
}

fn decay_form(forms: &Forms<'_>, rule: &Rule, decay: &Option<qualify_model::Decay>) -> Form {
    if forms.deep {
        return forms.decay(decay);
    }
    let fades = || forms.known.fading.binary_search(&rule.home).is_ok();
    if inherits(rule) || decay.is_none() && !fades() {
        return Form::leaf("as the score", "as the score");
    }
    match decay {
        None => Form::leaf("without decay", "without decay"),
        decay => forms.decay(decay),
    }
}

/// What changed in a rule.
fn tell(both: &Both<'_>, old: &Rule, new: &Rule, a: &Form, b: &Form) -> Vec<String> {
    if let (RuleKind::Table(one), RuleKind::Table(other)) = (&old.kind, &new.kind) {
        return tell_table(both, one, other);
    }
    if a.kind != b.kind {
        return vec![format!("`{}`, was `{}`", short(&new.text), short(&old.text))];
    }
    let mut out = Vec::new();
    for (place, (was, is)) in a.parts.iter().zip(&b.parts).enumerate() {
        if was == is {
            continue;
        }
        match (place, a.kind.as_str()) {
            (1, "add" | "for each" | "for each different") => out.push(amount(was, is)),
            (1, word) => {
                let does = match word {
                    "multiply" => "multiplies by",
                    "cap" => "caps at",
                    _ => "sets to",
                };
                out.push(format!("{does} {}, was {}", is.text, was.text));
            }
            (2, "multiply" | "cap" | "set") => {
                out.push(format!("acts on `{}`, was on `{}`", is.text, was.text));
            }
            (2, _) => out.push(fades(was, is)),
            (3, _) => out.push(up_to(was, is)),
            _ => out.extend(phrases(was, is)),
        }
    }
    out
}

/// `its points fade as …`.
fn fades(was: &Form, is: &Form) -> String {
    let stays = |form: &Form| form.is_none() || form.kind == "without decay";
    let how = |form: &Form| match form.kind.as_str() {
        "as the score" => "those of its score".to_string(),
        _ => format!("`{}`", form.text),
    };
    match (stays(was), stays(is)) {
        (true, _) => format!("its points now fade as {}", how(is)),
        (_, true) => format!("its points no longer fade, before as {}", how(was)),
        _ => format!("its points fade as {}, before as {}", how(is), how(was)),
    }
}

/// `20 points, was 15`.
fn amount(was: &Form, is: &Form) -> String {
    let signed = |form: &Form| {
        if form.kind == "subtract" { format!("-{}", form.parts[0].text) } else { form.parts[0].text.clone() }
    };
    let plain = |form: &Form| is_number(&form.parts[0].text);
    if plain(was) && plain(is) {
        let word = if is.parts[0].text == "1" { "point" } else { "points" };
        return format!("{} {word}, was {}", signed(is), signed(was));
    }
    format!("`{}`, was `{}`", is.text, was.text)
}

/// `up to 8 points, was 6`.
fn up_to(was: &Form, is: &Form) -> String {
    let most =
        |form: &Form| if is_number(&form.text) { form.text.clone() } else { format!("`{}`", form.text) };
    let points = |form: &Form| match (is_number(&form.text), form.text.as_str()) {
        (true, "1") => " point",
        (true, _) => " points",
        (false, _) => "",
    };
    match (was.is_none(), is.is_none()) {
        (true, _) => format!("now up to {}{}", most(is), points(is)),
        (_, true) => format!("no longer up to {}{}", most(was), points(was)),
        _ => format!("up to {}{}, was {}", most(is), points(is), most(was)),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'_')
}

/// The rows of a table that changed: rows with one head are one row.
fn tell_table(both: &Both<'_>, old: &Table, new: &Table) -> Vec<String> {
    let (was, is) = (&both.old, &both.new);
    let mut out = phrases(&was.written.expr(&old.subject), &is.written.expr(&new.subject));
    let items = |written: &Forms<'_>, meant: &Forms<'_>, table: &Table| -> Vec<Item> {
        let row_form = |forms: &Forms<'_>, row: &qualify_model::Row| {
            Form::of("row", vec![forms.head(row, table), forms.expr(&row.points)], "")
        };
        let item = |row: &qualify_model::Row| {
            let within = meant.head(row, table).key();
            Item { written: row_form(written, row), meant: row_form(meant, row), within }
        };
        table.rows.iter().map(item).collect()
    };
    let pairs =
        pairs::pair_listed(&items(&was.written, &was.meant, old), &items(&is.written, &is.meant, new));
    for (i, j) in &pairs.both {
        let (a, b) = (&old.rows[*i], &new.rows[*j]);
        let (head, old_head) = (is.written.head(b, new), was.written.head(a, old));
        let same_head = head == old_head || is.meant.head(b, new) == was.meant.head(a, old);
        let points = cell(both, &head.text, &Some(a.points.clone()), &Some(b.points.clone()));
        match (same_head, points) {
            (true, points) => out.extend(points),
            (false, None) => out.push(format!("row `{}`, was `{}`", head.text, old_head.text)),
            (false, Some(points)) => out.push(format!("{points} (the row was `{}`)", old_head.text)),
        }
    }
    for j in &pairs.added {
        let row = &new.rows[*j];
        let text = &is.written.head(row, new).text;
        out.push(format!("new row `{text}`: {}", cell_text(&is.written, &row.points)));
    }
    for i in &pairs.removed {
        let row = &old.rows[*i];
        let text = &was.written.head(row, old).text;
        out.push(format!("row gone: `{text}` ({})", cell_text(&was.written, &row.points)));
    }
    for (_, j) in pairs::moved(&pairs.both) {
        let text = is.written.head(&new.rows[j], new).text;
        let before = match new.rows.get(j + 1) {
            Some(next) => format!("before `{}`", is.written.head(next, new).text),
            None => "last".to_string(),
        };
        out.push(format!("the row `{text}` now stands {before}"));
    }
    out.extend(cell(both, "otherwise", &old.otherwise, &new.otherwise));
    out.extend(cell(both, "unknown", &old.unknown, &new.unknown));
    out
}

fn cell_text(forms: &Forms<'_>, cell: &Expr) -> String {
    match (&cell.kind, constant_points(cell, forms.model())) {
        (qualify_model::ExprKind::Param(_), _) | (_, None) => format!("`{}`", forms.expr(cell).text),
        (_, Some(units)) => points(units),
    }
}

/// `manufacturing`: 12 points, was 10.
fn cell(both: &Both<'_>, head: &str, old: &Option<Expr>, new: &Option<Expr>) -> Option<String> {
    let (was, is) = (both.old.written.maybe(old), both.new.written.maybe(new));
    if was == is || both.old.meant.maybe(old) == both.new.meant.maybe(new) {
        return None;
    }
    let text = |forms: &Forms<'_>, cell: &Option<Expr>| cell.as_ref().map(|cell| cell_text(forms, cell));
    Some(match (text(&both.old.written, old), text(&both.new.written, new)) {
        (Some(was), Some(is)) => format!("`{head}` gives {is}, was {was}"),
        (None, Some(is)) => format!("new row `{head}`: {is}"),
        (Some(was), None) => format!("row gone: `{head}` ({was})"),
        (None, None) => return None,
    })
}

/// What one rule's points do in a change.
#[derive(Clone, Debug)]
pub struct RulePoints {
    /// The change of the rule, or the rule if only what it reads changed.
    pub sentence: String,
    /// The largest difference, in units of 1e-4 points; none if the points are worked out for each lead.
    pub most: Option<i64>,
}

/// The units of points that are the same for every lead, also through lets.
fn fixed(expr: &Expr, model: &Model) -> Option<i64> {
    match &expr.kind {
        ExprKind::Let(id) => fixed(&model.lets[id.index()].value, model),
        ExprKind::Convert(inner) => fixed(inner, model),
        ExprKind::Negate(inner) => fixed(inner, model).map(i64::saturating_neg),
        _ => constant_points(expr, model),
    }
}

/// The amount that a rule gives, if it gives one.
fn amount_of(rule: &Rule) -> Option<&Points> {
    match &rule.kind {
        RuleKind::Add { amount, .. }
        | RuleKind::ForEach { amount, .. }
        | RuleKind::ForEachDifferent { amount, .. } => Some(amount),
        _ => None,
    }
}

fn fixed_amount(amount: &Points, model: &Model) -> Option<i64> {
    let units = fixed(&amount.value, model)?;
    Some(if amount.negative { units.saturating_neg() } else { units })
}

fn cells(table: &Table) -> impl Iterator<Item = &Expr> {
    table.rows.iter().map(|row| &row.points).chain(&table.otherwise).chain(&table.unknown)
}

/// The most points that a rule gives or takes; none if they are worked out for each lead.
fn most_points(rule: &Rule, model: &Model) -> Option<i64> {
    match (&rule.kind, amount_of(rule)) {
        (_, Some(amount)) => fixed_amount(amount, model).map(i64::saturating_abs),
        (RuleKind::Table(table), _) => {
            let most = cells(table).map(|cell| fixed(cell, model).map(i64::saturating_abs));
            most.collect::<Option<Vec<_>>>().map(|all| all.into_iter().max().unwrap_or(0))
        }
        _ => None,
    }
}

/// By how much the points of a rule changed, of a table the row that changed most; none if that is worked out for
/// each lead.
fn changed_points(both: &Both<'_>, old: &Rule, new: &Rule) -> Option<i64> {
    let (was, is) = (both.old.model(), both.new.model());
    let apart = |a: i64, b: i64| b.saturating_sub(a).saturating_abs();
    if let (RuleKind::Table(one), RuleKind::Table(other)) = (&old.kind, &new.kind) {
        return changed_rows(both, one, other);
    }
    if let (Some(a), Some(b)) = (amount_of(old), amount_of(new)) {
        if let (Some(a), Some(b)) = (fixed_amount(a, was), fixed_amount(b, is)) {
            return Some(apart(a, b));
        }
        return (amount_form(&both.old.meant, a) == amount_form(&both.new.meant, b)).then_some(0);
    }
    let (a, b) = (form(&both.old.meant, old), form(&both.new.meant, new));
    // what a multiply, cap or set does, without when it does it
    (a.kind == b.kind && a.parts.get(1) == b.parts.get(1)).then_some(0)
}

fn changed_rows(both: &Both<'_>, old: &Table, new: &Table) -> Option<i64> {
    type Rows<'t> = Vec<(String, &'t Expr)>;
    fn rows<'t>(forms: &Forms<'_>, table: &'t Table) -> Rows<'t> {
        let row = |row: &'t qualify_model::Row| (forms.head(row, table).key(), &row.points);
        let more = [("otherwise", &table.otherwise), ("unknown", &table.unknown)];
        let more = more.into_iter().filter_map(|(word, cell)| Some((word.to_string(), cell.as_ref()?)));
        table.rows.iter().map(row).chain(more).collect()
    }
    let (was, is) = (rows(&both.old.meant, old), rows(&both.new.meant, new));
    fn of<'t>(rows: &Rows<'t>, key: &str) -> Option<&'t Expr> {
        rows.iter().find(|(k, _)| k == key).map(|(_, cell)| *cell)
    }
    let mut most = 0;
    for (key, _) in was.iter().chain(&is) {
        let (a, b) = (of(&was, key), of(&is, key));
        let units = |cell: Option<&Expr>, model: &Model| cell.map_or(Some(0), |cell| fixed(cell, model));
        let change = match (units(a, both.old.model()), units(b, both.new.model())) {
            (Some(a), Some(b)) => b.saturating_sub(a).saturating_abs(),
            _ => {
                let same = a.map(|a| both.old.meant.expr(a)) == b.map(|b| both.new.meant.expr(b));
                same.then_some(0)?
            }
        };
        most = most.max(change);
    }
    Some(most)
}

/// Of several rules that set a score, the first that holds wins: their order counts.
fn order_of_sets(both: &Both<'_>, pairs: &Pairs, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    // by the name in the old model
    let target = |rule: &Rule, model: &Model| match rule.kind {
        RuleKind::Set { target, .. } if std::ptr::eq(model, old) => {
            Some(target_name(target, old).to_string())
        }
        RuleKind::Set { target, .. } => Some(both.old_score(target_name(target, new))),
        _ => None,
    };
    let sets: Vec<(usize, usize)> = pairs
        .both
        .iter()
        .copied()
        .filter(|(i, j)| {
            let of = target(&old.rules[*i], old);
            of.is_some() && of == target(&new.rules[*j], new)
        })
        .collect();
    let mut names: Vec<String> = sets.iter().filter_map(|(_, j)| target(&new.rules[*j], new)).collect();
    names.sort();
    names.dedup();
    for name in names {
        let of_it: Vec<(usize, usize)> = sets
            .iter()
            .copied()
            .filter(|(_, j)| target(&new.rules[*j], new).as_ref() == Some(&name))
            .collect();
        for (i, j) in pairs::moved(&of_it) {
            let text = short(&new.rules[j].text);
            let sentence = format!(
                "`{text}` stands at another place among the rules that set `{name}`; the first that holds wins"
            );
            let told = Told::results(text, sentence, Edit::RuleOrder).action(Action::Moved);
            out.push(both.change(Kind::Rule, Some(old.rules[i].span), Some(new.rules[j].span), told));
        }
    }
}
