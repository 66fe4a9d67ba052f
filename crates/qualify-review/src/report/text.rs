//! The report of a terminal.

use super::bars::{bar, table};
use super::figures::*;
use super::{PROJECT, Report, headline, possible};
use crate::budget::{Budgets, State, percent};
use crate::change::{Action, Change, Changes, Effect};
use crate::impact::{Attribution, Flow, Histogram, Impact, Mover, Volume};
use crate::proof::Comparison;
use std::fmt::Write;

/// Escapes of terminals, or nothing.
struct Paint {
    on: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }
}

/// Movers and single changes that a terminal shows.
const SHOWN: usize = 5;

// writing to a String does not fail, so results of write! are let go
pub(super) fn render(report: &Report, colors: bool) -> String {
    let paint = Paint { on: colors };
    let mut out = format!("{} {} → {}\n", paint.bold("diff"), report.old.name, report.new.name);
    if let Some(changes) = &report.changes {
        out.push_str(&told(changes, &paint));
    }
    if let Some(impact) = &report.leads {
        out.push_str(&leads(impact, &paint));
    }
    if let Some(could) = &report.could {
        out.push_str(&possibilities(could, &paint));
    }
    if let Some(budgets) = &report.budgets {
        out.push_str(&limits(budgets, &paint));
    }
    for note in &report.notes {
        let _ = writeln!(out, "\n{} {note}", paint.bold("note:"));
    }
    out
}

fn told(changes: &Changes, paint: &Paint) -> String {
    let mut out = format!("\n{}: {}\n", paint.bold("what changed"), headline(changes));
    for (effect, title) in
        [(Effect::Results, ""), (Effect::Words, "words only"), (Effect::Tests, "tests only")]
    {
        let mut of_it = changes.changes.iter().filter(|change| change.effect == effect).peekable();
        if of_it.peek().is_some() && !title.is_empty() {
            let _ = writeln!(out, "  {}", paint.dim(title));
        }
        for change in of_it {
            let _ =
                writeln!(out, "  {} {}  {}", sign(change, paint), change.sentence, paint.dim(&place(change)));
        }
    }
    if !changes.project.is_empty() {
        let _ = writeln!(out, "  {}", paint.dim(PROJECT));
    }
    for change in &changes.project {
        let _ =
            writeln!(out, "  {} {}  {}", paint.with("33", "~"), change.sentence, paint.dim("qualify.toml"));
    }
    out
}

fn sign(change: &Change, paint: &Paint) -> String {
    match change.action {
        Action::Added => paint.with("32", "+"),
        Action::Removed => paint.with("31", "-"),
        Action::Moved => paint.with("33", "↕"),
        Action::Changed | Action::Renamed => paint.with("33", "~"),
    }
}

/// `model.qualify:12`.
fn place(change: &Change) -> String {
    let seen = change.new.as_ref().or(change.old.as_ref());
    seen.map_or_else(String::new, |seen| format!("{}:{}", seen.file, seen.line))
}

fn leads(impact: &Impact, paint: &Paint) -> String {
    let title = paint.bold(&format!("what it does to {} leads", thousands(impact.leads)));
    let changed = percent(impact.changed, impact.leads);
    let mut out = format!(
        "\n{title} as of {}: {} are different ({changed})\n",
        impact.as_of,
        thousands(impact.changed)
    );
    if impact.changed == 0 {
        return out;
    }
    let _ = writeln!(out, "  {}\n", score_sentence(&impact.score));
    if impact.score.up + impact.score.down > 0 {
        out.push_str(&histogram(&impact.score.histogram));
        out.push('\n');
    }
    out.push_str(&flows("stage", &impact.stage_flows, false));
    if impact.stages.moved() > 0 {
        out.push_str(&ways(impact));
    }
    if impact.routes.changed > 0 {
        out.push('\n');
        out.push_str(&flows("route", &impact.routes.flows, true));
    }
    for set in impact.grades.iter().filter(|set| set.value.changed > 0) {
        out.push('\n');
        out.push_str(&flows(&set.name, &set.value.flows, true));
    }
    if impact.segment_changes > 0 {
        out.push('\n');
        out.push_str(&flows("segment", &impact.segments, true));
    }
    impact.volume.iter().for_each(|volume| out.push_str(&weeks(volume, paint)));
    impact.attribution.iter().for_each(|parts| out.push_str(&alone(parts, paint)));
    out.push_str(&movers(&impact.movers, paint));
    out
}

fn histogram(bars: &Histogram) -> String {
    let most = bars.before.iter().chain(&bars.after).copied().max().unwrap_or(0);
    let mut out = String::new();
    let label = |at: usize| bars.from + at as i64 * bars.width;
    let wide = (0..bars.before.len()).map(|at| label(at).to_string().len()).max().unwrap_or(1);
    for (at, (before, after)) in bars.before.iter().zip(&bars.after).enumerate() {
        let (was, is) = (bar(*before, most, 24), bar(*after, most, 24));
        let gap = " ".repeat(24 - was.chars().count().min(24));
        let _ = writeln!(
            out,
            "  {:>wide$}  {was}{gap} {:>9}   {:>9} {is}",
            label(at),
            thousands(*before),
            thousands(*after)
        );
    }
    format!("  {:>wide$}  {:<24} {:>9}   {:>9}\n{out}", "", "score from", "before", "after")
}

fn flows(title: &str, flows: &[Flow], only_changed: bool) -> String {
    let mut rows = vec![[title, "before", "after", "", "entered", "left"].map(String::from).to_vec()];
    for flow in flows.iter().filter(|flow| !only_changed || flow.entered + flow.left > 0) {
        rows.push(vec![
            flow.name.clone(),
            thousands(flow.before),
            thousands(flow.after),
            signed(net(flow)),
            thousands(flow.entered),
            thousands(flow.left),
        ]);
    }
    table(&rows, "  ")
}

/// From stage to stage, the ways that leads went.
fn ways(impact: &Impact) -> String {
    let places = &impact.stages.places;
    let used: Vec<usize> = (0..places.len())
        .filter(|at| {
            impact.stages.counts[*at].iter().any(|n| *n > 0)
                || impact.stages.counts.iter().any(|row| row[*at] > 0)
        })
        .collect();
    let mut rows = vec![
        std::iter::once("from \\ to".to_string())
            .chain(used.iter().map(|at| places[*at].clone()))
            .collect::<Vec<_>>(),
    ];
    for from in &used {
        let cell = |to: &usize| match impact.stages.counts[*from][*to] {
            0 => "·".to_string(),
            n => thousands(n),
        };
        rows.push(std::iter::once(places[*from].clone()).chain(used.iter().map(cell)).collect());
    }
    format!("\n{}", table(&rows, "  "))
}

fn weeks(volume: &Volume, paint: &Paint) -> String {
    let mut rows = vec![["per week", "before", "after"].map(String::from).to_vec()];
    for stage in &volume.stages {
        rows.push(vec![stage.name.clone(), stage.mean_before.clone(), stage.mean_after.clone()]);
    }
    format!("\n{}  {}\n", table(&rows, "  "), paint.dim(&format!("({})", volume.explained)))
}

fn alone(parts: &Attribution, paint: &Paint) -> String {
    let sampled = match parts.sampled {
        true => format!(", on a sample of {} leads", thousands(parts.leads)),
        false => String::new(),
    };
    let mut out = format!("\n  {}{sampled}\n", paint.bold("each change alone"));
    let mut rows = vec![["points", "leads", "moves", ""].map(String::from).to_vec()];
    let line = |part: &crate::impact::Part, text: String| {
        vec![signed_about(part.points), thousands(part.scores), thousands(part.moves), text]
    };
    let mut impossible = Vec::new();
    for change in &parts.alone {
        match &change.impossible {
            None => rows.push(line(&change.part, change.sentences.join("; "))),
            Some(why) => impossible.push(format!("{} ({why})", change.sentences.join("; "))),
        }
    }
    let rest = &parts.rest;
    rows.push(vec![
        signed_about(rest.points),
        String::new(),
        String::new(),
        "where changes meet, and the rest".to_string(),
    ]);
    rows.push(line(&parts.whole, "all together".to_string()));
    out.push_str(&left_last(&rows));
    for change in impossible {
        let _ = writeln!(out, "  {}", paint.dim(&format!("not alone: {change}")));
    }
    out
}

/// Rows whose numbers stand right and whose last column stands left.
fn left_last(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..3).map(width).collect();
    let mut out = String::new();
    for row in rows {
        out.push_str("  ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(out, "{}{cell}  ", " ".repeat(width - cell.chars().count()));
        }
        let _ = writeln!(out, "{}", row[3]);
    }
    out
}

fn movers(movers: &[Mover], paint: &Paint) -> String {
    if movers.is_empty() {
        return String::new();
    }
    let mut out = format!("\n  {}\n", paint.bold("moved most"));
    for mover in movers.iter().take(SHOWN) {
        let (change, way) = (signed_points(mover.change), from_to(mover.before, mover.after));
        let _ = writeln!(out, "  {}  {change} ({way})  {}", mover.lead, stages_of_lead(mover));
        for why in mover.why.iter().take(SHOWN) {
            let change = signed_points(change_of(why));
            let _ = writeln!(
                out,
                "    {change:>8}  {}  {}",
                why.text,
                paint.dim(&from_to(why.before, why.after))
            );
        }
    }
    out
}

fn possibilities(could: &Comparison, paint: &Paint) -> String {
    let mut out = format!("\n{}: {}\n", paint.bold("what it could do"), possible::verdict(could));
    for line in possible::reach(could) {
        let _ = writeln!(out, "  {line}");
    }
    for (name, before, after) in possible::ranges(could) {
        let _ = writeln!(out, "  {name} can be {after}, was {before}");
    }
    if let Some(test) = possible::example(could) {
        let indented: Vec<String> = test.lines().map(|line| format!("    {line}")).collect();
        let _ = writeln!(out, "  as {}:\n{}", possible::example_is(could), indented.join("\n"));
    }
    for line in possible::accepted_by_one(could) {
        let _ = writeln!(out, "  {line}");
    }
    if let Some(why) = possible::no_example(could) {
        let _ = writeln!(out, "  {why}");
    }
    out
}

fn limits(budgets: &Budgets, paint: &Paint) -> String {
    let word = if budgets.passes { paint.with("32", "within") } else { paint.with("31", "exceeded") };
    let mut out = format!("\n{}: {word}\n", paint.bold("budgets"));
    for limit in &budgets.limits {
        let mark = match limit.state {
            State::Within => paint.with("32", "✓"),
            State::Approved => paint.with("33", "✓"),
            State::Exceeded => paint.with("31", "✗"),
            State::Unknown => paint.with("31", "?"),
        };
        let _ = writeln!(out, "  {mark} {} ({}): {}", limit.name, limit.allowed, limit.found);
        if let Some(reason) = &limit.approved {
            let _ = writeln!(out, "      approved: {reason}");
        }
        if limit.state != State::Within {
            for line in limit.behind.iter().take(SHOWN) {
                let _ = writeln!(out, "      {line}");
            }
            if !limit.keys.is_empty() {
                let _ = writeln!(out, "      such as {}", limit.keys.join(", "));
            }
        }
    }
    for approval in &budgets.approvals {
        if let Some(note) = &approval.note {
            let _ =
                writeln!(out, "  {}:{}: `approve {}`: {note}", approval.file, approval.line, approval.budget);
        }
    }
    out
}
