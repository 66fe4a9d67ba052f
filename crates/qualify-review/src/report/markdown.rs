//! The report as Markdown, made for a comment on a pull request: a headline, one table, short lists, details folded.

use super::figures::*;
use super::{PROJECT, Report, headline, possible};
use crate::budget::{Budgets, State, percent};
use crate::change::{Changes, Effect};
use crate::impact::{Attribution, Flow, Impact, Mover, Volume};
use crate::proof::Comparison;
use std::fmt::Write;

/// A comment on GitHub holds 65,536 characters; this many leave room for what a workflow puts around.
const MOST: usize = 60_000;

/// What stands around a test; the second around one that holds the first.
const FENCES: [&str; 2] = ["```", "~~~~~~~~"];

/// Changes that are told before the rest is folded.
const LISTED: usize = 25;

// writing to a String does not fail, so results of write! are let go
pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## Scoring rules: {} → {}\n", code(&report.old.name), code(&report.new.name));
    let summary = summary(report);
    if !summary.is_empty() {
        let _ = writeln!(out, "{summary}\n");
    }
    if let Some(budgets) = &report.budgets {
        out.push_str(&limits(budgets));
    }
    if let Some(changes) = &report.changes {
        out.push_str(&told(changes));
    }
    if let Some(impact) = &report.leads {
        out.push_str(&leads(impact));
    }
    if let Some(could) = &report.could {
        out.push_str(&possibilities(could));
    }
    for note in &report.notes {
        let _ = writeln!(out, "> {}\n", prose(note));
    }
    cut(out)
}

/// All of it in a line or two.
fn summary(report: &Report) -> String {
    let mut parts = Vec::new();
    parts.extend(report.changes.as_ref().map(|changes| format!("**{}**", headline(changes))));
    if let Some(impact) = &report.leads {
        let share = percent(impact.changed, impact.leads);
        let moved = impact.stages.moved();
        parts.push(format!(
            "**{} of {} leads are different** ({share}), {} at another stage; {}",
            thousands(impact.changed),
            thousands(impact.leads),
            thousands(moved),
            score_sentence(&impact.score)
        ));
    }
    if let Some(budgets) = &report.budgets {
        parts.push((if budgets.passes { "✅ within budgets" } else { "❌ **beyond a budget**" }).to_string());
    }
    parts.join(" · ")
}

/// A text as code, whatever is in it.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// A sentence of ours: words in backticks are code, and everywhere else `<` is no tag.
fn prose(text: &str) -> String {
    // where backticks do not come in plain pairs, Markdown finds the code elsewhere than we would
    if text.contains("``") || text.contains("\\`") || !text.matches('`').count().is_multiple_of(2) {
        return text.replace('`', "'").replace('<', "&lt;").replace('@', NOBODY);
    }
    let mut out = String::new();
    for (i, part) in text.split('`').enumerate() {
        if i > 0 {
            out.push('`');
        }
        let outside = i % 2 == 0;
        out.push_str(&if outside {
            part.replace('<', "&lt;").replace('@', NOBODY)
        } else {
            part.to_string()
        });
    }
    out
}

/// An `@` with a space of no width behind it, so that nobody is called. An entity would not do: people are looked for
/// in the text that it stands for.
const NOBODY: &str = "@\u{200b}";

/// An id or a name of others: nothing in it is a sign of Markdown or HTML, in a cell of a table or elsewhere.
fn name(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = letters.next() {
        let inside = before.is_alphanumeric() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        before = c;
        match c {
            '_' if inside => out.push(c), // within a word it is no sign
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str(NOBODY),
            '`' | '*' | '_' | '~' | '[' | ']' | '|' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A sentence in a cell of a table.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|").replace('\n', " ")
}

fn fold(title: &str, body: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{}\n\n</details>\n\n", body.trim_end())
}

fn told(changes: &Changes) -> String {
    let mut out = format!("### What changed: {}\n\n", headline(changes));
    let lines = |effect: Effect| {
        let of_it = changes.changes.iter().filter(move |change| change.effect == effect);
        of_it.map(|change| format!("- {}\n", prose(&change.sentence))).collect::<Vec<_>>()
    };
    let results = lines(Effect::Results);
    let shown = results.len().min(LISTED);
    out.push_str(&results[..shown].concat());
    if shown > 0 {
        out.push('\n');
    }
    if results.len() > shown {
        out.push_str(&fold(&format!("{} more", results.len() - shown), &results[shown..].concat()));
    }
    for (effect, title) in [(Effect::Words, "Words only"), (Effect::Tests, "Tests only")] {
        let lines = lines(effect);
        if !lines.is_empty() {
            out.push_str(&fold(&format!("{title} ({})", lines.len()), &lines.concat()));
        }
    }
    if !changes.project.is_empty() {
        let _ = writeln!(out, "{}:\n", capital(PROJECT));
        for change in &changes.project {
            let _ = writeln!(out, "- {}", prose(&change.sentence));
        }
        out.push('\n');
    }
    out
}

fn leads(impact: &Impact) -> String {
    let mut out = format!("### What it does to {} leads\n\n", thousands(impact.leads));
    if impact.changed == 0 {
        let _ = writeln!(out, "No lead is different, as of {}.\n", impact.as_of);
        return out;
    }
    out.push_str(&flows("Stage", &impact.stage_flows, false, impact.volume.as_ref()));
    let notes = impact.volume.as_ref().map(|volume| format!("; per week: {}", volume.explained));
    let _ = writeln!(out, "<sub>As of {}{}.</sub>\n", impact.as_of, prose(&notes.unwrap_or_default()));
    if impact.stages.moved() > 0 {
        out.push_str(&fold("From stage to stage", &ways(impact)));
    }
    if let Some(parts) = &impact.attribution {
        out.push_str(&fold("Each change alone", &alone(parts)));
    }
    let mut others = String::new();
    let mut names = Vec::new();
    if impact.routes.changed > 0 {
        names.push(format!("routes ({} leads)", thousands(impact.routes.changed)));
        others.push_str(&flows("Route", &impact.routes.flows, true, None));
    }
    for set in impact.grades.iter().filter(|set| set.value.changed > 0) {
        names.push(format!("{} ({})", set.name, thousands(set.value.changed)));
        others.push_str(&flows(&set.name, &set.value.flows, true, None));
    }
    if impact.segment_changes > 0 {
        names.push(format!("segments ({})", thousands(impact.segment_changes)));
        others.push_str(&flows("Segment", &impact.segments, true, None));
    }
    if !names.is_empty() {
        let mut title = format!("Also different: {}", names.join(", "));
        // in a tag there is no Markdown
        title = title.replace('&', "&amp;").replace('<', "&lt;").replace('@', NOBODY);
        out.push_str(&fold(&title, &others));
    }
    if impact.score.up + impact.score.down > 0 {
        out.push_str(&fold("Scores before and after", &scores(impact)));
    }
    if !impact.movers.is_empty() {
        out.push_str(&fold("The leads that moved most, and why", &movers(&impact.movers)));
    }
    out
}

fn flows(title: &str, flows: &[Flow], only_changed: bool, volume: Option<&Volume>) -> String {
    let per_week = if volume.is_some() { " per week before | after |" } else { "" };
    let line = if volume.is_some() { "---:|---:|" } else { "" };
    let mut out = format!(
        "| {} | before | after | | entered | left |{per_week}\n|---|---:|---:|---:|---:|---:|{line}\n",
        name(title)
    );
    for flow in flows.iter().filter(|flow| !only_changed || flow.entered + flow.left > 0) {
        let change = if net(flow) == 0 { String::new() } else { format!("**{}**", signed(net(flow))) };
        let _ = write!(
            out,
            "| {} | {} | {} | {change} | {} | {} |",
            name(&flow.name),
            thousands(flow.before),
            thousands(flow.after),
            thousands(flow.entered),
            thousands(flow.left)
        );
        if let Some(volume) = volume {
            match volume.stages.iter().find(|stage| stage.name == flow.name) {
                Some(stage) => out.push_str(&format!(" {} | {} |", stage.mean_before, stage.mean_after)),
                None => out.push_str(" | |"),
            }
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

fn ways(impact: &Impact) -> String {
    let (places, counts) = (&impact.stages.places, &impact.stages.counts);
    let used: Vec<usize> = (0..places.len())
        .filter(|at| counts[*at].iter().any(|n| *n > 0) || counts.iter().any(|row| row[*at] > 0))
        .collect();
    let names: Vec<String> = used.iter().map(|at| name(&places[*at])).collect();
    let mut out = format!("| from \\ to | {} |\n|---|{}\n", names.join(" | "), "---:|".repeat(used.len()));
    for (from, title) in used.iter().zip(&names) {
        let count = |to: &usize| match counts[*from][*to] {
            0 => "·".to_string(),
            n if from == to => thousands(n),
            n => format!("**{}**", thousands(n)),
        };
        let cells: Vec<String> = used.iter().map(count).collect();
        let _ = writeln!(out, "| {title} | {} |", cells.join(" | "));
    }
    out
}

fn alone(parts: &Attribution) -> String {
    let mut out = String::new();
    let on = if parts.sampled {
        format!("a sample of {} leads", thousands(parts.leads))
    } else {
        "all leads".to_string()
    };
    let _ = writeln!(out, "The old rules with one change at a time, on {on}. The parts sum to the whole.\n");
    out.push_str("| change | points | leads with another score | at another stage | stages |\n|---|---:|---:|---:|---|\n");
    let mut row = |text: &str, part: &crate::impact::Part, counted: bool| {
        let count = |n: u64| if counted { thousands(n) } else { String::new() };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(text),
            signed_about(part.points),
            count(part.scores),
            count(part.moves),
            name(&stages_of(part))
        );
    };
    let mut impossible = Vec::new();
    for change in &parts.alone {
        match &change.impossible {
            None => row(&change.sentences.join("; "), &change.part, true),
            Some(why) => impossible.push(format!("{} ({why})", change.sentences.join("; "))),
        }
    }
    row("*where changes meet, and the rest*", &parts.rest, false);
    row("**all together**", &parts.whole, true);
    for change in impossible {
        let _ = writeln!(out, "\nNot alone: {}", prose(&change));
    }
    out
}

fn scores(impact: &Impact) -> String {
    let bars = &impact.score.histogram;
    let mut out = "| score from | before | after | |\n|---:|---:|---:|---:|\n".to_string();
    for (at, (before, after)) in bars.before.iter().zip(&bars.after).enumerate() {
        let change = i64::try_from(*after).unwrap_or(i64::MAX) - i64::try_from(*before).unwrap_or(i64::MAX);
        let from = bars.from + at as i64 * bars.width;
        let _ =
            writeln!(out, "| {from} | {} | {} | {} |", thousands(*before), thousands(*after), signed(change));
    }
    if impact.scores.iter().any(|score| score.value.up + score.value.down > 0) {
        out.push_str("\n| score | mean before | after | leads up | down |\n|---|---:|---:|---:|---:|\n");
        for score in &impact.scores {
            let value = &score.value;
            let (before, after) = (about(value.before.mean), about(value.after.mean));
            let (up, down) = (thousands(value.up), thousands(value.down));
            let _ = writeln!(out, "| {} | {before} | {after} | {up} | {down} |", name(&score.name));
        }
    }
    out
}

fn movers(movers: &[Mover]) -> String {
    let mut out = "| lead | score | stage | why |\n|---|---|---|---|\n".to_string();
    for mover in movers {
        let why: Vec<String> = mover
            .why
            .iter()
            .take(4)
            .map(|why| cell(&format!("{} {}", signed_points(change_of(why)), code(&why.text))))
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} ({}) | {} | {} |",
            name(&mover.lead),
            from_to(mover.before, mover.after),
            signed_points(mover.change),
            name(&stages_of_lead(mover)),
            why.join("<br>")
        );
    }
    out
}

fn possibilities(could: &Comparison) -> String {
    let mut out = format!("### What it could do\n\n{}.\n\n", prose(&capital(&possible::verdict(could))));
    for line in possible::reach(could) {
        let _ = writeln!(out, "- {}", prose(&line));
    }
    for (score, before, after) in possible::ranges(could) {
        let _ = writeln!(out, "- {} can be {after}, was {before}", code(&score));
    }
    out.push('\n');
    if let Some(test) = possible::example(could) {
        let fence = FENCES[usize::from(test.contains(FENCES[0]))];
        let what = capital(possible::example_is(could));
        let body = format!("{what}:\n\n{fence}\n{}\n{fence}", test.trim_end());
        out.push_str(&fold("A lead that is scored differently", &body));
    }
    for line in possible::accepted_by_one(could) {
        let _ = writeln!(out, "{}.\n", prose(&capital(line)));
    }
    if let Some(why) = possible::no_example(could) {
        let _ = writeln!(out, "{}.\n", capital(&why));
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn limits(budgets: &Budgets) -> String {
    let mut out = "| budget | allowed | found | |\n|---|---|---|---|\n".to_string();
    for limit in &budgets.limits {
        let state = match (&limit.state, &limit.approved) {
            (State::Within, _) => "✅".to_string(),
            (State::Approved, reason) => {
                format!("☑️ approved: {}", cell(reason.as_deref().unwrap_or_default()))
            }
            (State::Exceeded, _) => "❌ exceeded".to_string(),
            (State::Unknown, _) => "❓ not known".to_string(),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {state} |",
            limit.name,
            cell(&limit.allowed),
            cell(&limit.found)
        );
    }
    out.push('\n');
    let mut behind = String::new();
    for limit in budgets.limits.iter().filter(|limit| limit.state != State::Within) {
        let mut lines: Vec<String> = limit.behind.iter().take(10).map(|line| prose(line)).collect();
        if !limit.keys.is_empty() {
            let keys: Vec<String> = limit.keys.iter().map(|key| name(key)).collect();
            lines.push(format!("leads such as {}", keys.join(", ")));
        }
        if !lines.is_empty() {
            let _ = writeln!(behind, "- `{}`: {}", limit.name, lines.join("; "));
        }
    }
    if !behind.is_empty() {
        out.push_str(&fold("What is behind", &behind));
    }
    for approval in &budgets.approvals {
        if let Some(note) = &approval.note {
            let place = format!("{}:{}", approval.file, approval.line);
            let _ = writeln!(
                out,
                "> {}: {}: {}\n",
                name(&place),
                code(&format!("approve {}", approval.budget)),
                prose(note)
            );
        }
    }
    out
}

/// The text, cut at a line where it would be too long for a comment; a fence and a fold that the cut leaves open are
/// closed, so that what a workflow writes below is not inside of them.
fn cut(text: String) -> String {
    if text.len() <= MOST {
        return text;
    }
    let end = text.char_indices().take_while(|(at, _)| *at < MOST).last().map_or(0, |(at, _)| at);
    let end = text[..end].rfind('\n').unwrap_or(end);
    let kept = &text[..end];
    format!("{kept}{}\n\n*The report was cut here: it is too long for a comment.*\n", closing(kept))
}

/// What closes the fence and the fold that are open at the end. Only whole lines of ours open and close: between two
/// fences stands a test, whatever it says.
fn closing(text: &str) -> String {
    let (mut fence, mut fold) = (None, false);
    for line in text.lines() {
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if FENCES.contains(&line) => fence = Some(line),
            None if line.starts_with("<details>") => fold = true,
            None if line == "</details>" => fold = false,
            None => {}
        }
    }
    let mut out = fence.map_or_else(String::new, |fence| format!("\n{fence}"));
    if fold {
        out.push_str("\n\n</details>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{FENCES, MOST, cut, fold};

    /// A fold with a test of so many lines, behind so much before: cut, and what stands behind the last line kept.
    #[track_caller]
    fn check(text: String, last: &str, closed: &str) {
        let text = cut(text);
        let (_, tail) = text.rsplit_once(last).expect("some of it is kept");
        assert_eq!(tail, format!("{closed}\n\n*The report was cut here: it is too long for a comment.*\n"));
        assert!(text.len() < 65_536);
    }

    #[test]
    fn a_cut_closes_what_is_open() {
        let long = "a line of it\n".repeat(MOST / 10);
        for fence in FENCES {
            check(
                fold("A test", &format!("{fence}\n{long}{fence}")),
                "of it",
                &format!("\n{fence}\n\n</details>"),
            );
            check(fold("A test", &format!("{fence}\n<details>\n{fence}\n{long}")), "of it", "\n\n</details>");
            check(format!("{fence}\n</details>\n<details>\n{long}"), "of it", &format!("\n{fence}"));
        }
        check(fold("Words", &long), "of it", "\n\n</details>");
        check(format!("{}{long}", fold("Words", "short <details>")), "of it", "");
        assert_eq!(cut("short".to_string()), "short");
    }
}
