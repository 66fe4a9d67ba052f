//! The report as one page that needs nothing else: plots as SVG in it, light and dark, readable on a phone.

mod plots;
mod style;

use super::figures::*;
use super::{PROJECT, Report, headline, possible};
use crate::budget::{Budgets, State, percent};
use crate::change::{Action, Changes, Effect};
use crate::impact::{Attribution, Flow, Impact, Mover, Part, Volume};
use crate::proof::Comparison;
use std::fmt::Write;

// writing to a String does not fail, so results of write! are let go
pub(super) fn render(report: &Report) -> String {
    let title = format!("{} → {}", escaped(&report.old.name), escaped(&report.new.name));
    let mut body = format!("<header><p class=\"eyebrow\">qualify diff</p><h1>{title}</h1></header>\n");
    body.push_str(&tiles(report));
    report.budgets.iter().for_each(|budgets| body.push_str(&limits(budgets)));
    report.changes.iter().for_each(|changes| body.push_str(&told(changes)));
    report.leads.iter().for_each(|impact| body.push_str(&leads(impact)));
    report.could.iter().for_each(|could| body.push_str(&possibilities(could)));
    for note in &report.notes {
        let _ = writeln!(body, "<p class=\"note\">{}</p>", marked(note));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n\
         <main>\n{body}</main>\n</body>\n</html>\n",
        style::CSS
    )
}

/// Text in which nothing is a tag.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The same with words in backticks as code.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (i, part) in parts.iter().enumerate() {
        let part = escaped(part);
        // a last backtick without a partner is no code
        out.push_str(&if i % 2 == 1 && i + 1 < parts.len() { format!("<code>{part}</code>") } else { part });
    }
    out
}

fn section(title: &str, body: &str) -> String {
    format!("<section>\n<h2>{title}</h2>\n{body}</section>\n")
}

fn tiles(report: &Report) -> String {
    let mut tiles = Vec::new();
    if let Some(changes) = &report.changes {
        tiles.push((thousands(changes.of_results().count() as u64), "changes of results".to_string()));
    }
    if let Some(impact) = &report.leads {
        let share = |n: u64| percent(n, impact.leads);
        tiles
            .push((thousands(impact.changed), format!("of {} leads are different", thousands(impact.leads))));
        tiles.push((
            share(impact.stages.moved()),
            format!("{} leads at another stage", thousands(impact.stages.moved())),
        ));
        let shift =
            crate::impact::Points(impact.score.after.mean.0.saturating_sub(impact.score.before.mean.0));
        tiles.push((signed_about(shift), format!("mean score {}", about(impact.score.after.mean))));
    }
    if let Some(budgets) = &report.budgets {
        let n = budgets.limits.iter().filter(|l| matches!(l.state, State::Exceeded | State::Unknown)).count();
        let (figure, text) = if budgets.passes {
            ("✓".to_string(), "within budgets")
        } else {
            (n.to_string(), if n == 1 { "budget not kept" } else { "budgets not kept" })
        };
        tiles.push((figure, text.to_string()));
    }
    let tile = |(figure, text): &(String, String)| {
        format!("<div class=\"tile\"><b>{figure}</b><span>{text}</span></div>")
    };
    format!("<div class=\"tiles\">{}</div>\n", tiles.iter().map(tile).collect::<String>())
}

fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = "<div class=\"scroll\"><table>\n<thead><tr>".to_string();
    for head in heads {
        let _ = write!(out, "<th>{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        let _ = writeln!(out, "<tr>{cells}</tr>");
    }
    out.push_str("</tbody></table></div>\n");
    out
}

fn limits(budgets: &Budgets) -> String {
    let mut body = "<ul class=\"limits\">\n".to_string();
    for limit in &budgets.limits {
        let state = match (&limit.state, &limit.approved) {
            (State::Within, _) => "<span class=\"good\">✓ within</span>".to_string(),
            (State::Approved, reason) => {
                let reason = escaped(reason.as_deref().unwrap_or_default());
                format!("<span class=\"warn\">✓ approved: {reason}</span>")
            }
            (State::Exceeded, _) => "<span class=\"bad\">✗ exceeded</span>".to_string(),
            (State::Unknown, _) => "<span class=\"bad\">? not known</span>".to_string(),
        };
        let (allowed, found) = (escaped(&limit.allowed), escaped(&limit.found));
        let _ = write!(
            body,
            "<li><code>{}</code> {state}<br>{found} <small>allowed: {allowed}</small>",
            limit.name
        );
        if limit.state != State::Within {
            let lines: Vec<String> = limit.behind.iter().take(10).map(|line| marked(line)).collect();
            if !lines.is_empty() {
                let _ = write!(body, "<div class=\"small\">{}</div>", lines.join("<br>"));
            }
            if !limit.keys.is_empty() {
                let _ = write!(
                    body,
                    "<div class=\"small\">leads such as {}</div>",
                    escaped(&limit.keys.join(", "))
                );
            }
        }
        body.push_str("</li>\n");
    }
    body.push_str("</ul>\n");
    for approval in &budgets.approvals {
        if let Some(note) = &approval.note {
            let place = format!("{}:{}", approval.file, approval.line);
            let _ = writeln!(
                body,
                "<p class=\"note\">{}: <code>approve {}</code>: {}</p>",
                escaped(&place),
                escaped(&approval.budget),
                marked(note)
            );
        }
    }
    section("Budgets", &body)
}

fn told(changes: &Changes) -> String {
    let mut body = format!("<p>{}</p>\n", escaped(&headline(changes)));
    for (effect, title) in
        [(Effect::Results, ""), (Effect::Words, "Words only"), (Effect::Tests, "Tests only")]
    {
        let mut of_it = changes.changes.iter().filter(|change| change.effect == effect).peekable();
        if of_it.peek().is_none() {
            continue;
        }
        if !title.is_empty() {
            let _ = writeln!(body, "<h3>{title}</h3>");
        }
        body.push_str("<ul class=\"changes\">\n");
        for change in of_it {
            let (class, sign) = match change.action {
                Action::Added => ("add", "+"),
                Action::Removed => ("gone", "−"),
                Action::Moved => ("edit", "↕"),
                Action::Changed | Action::Renamed => ("edit", "~"),
            };
            let seen = change.new.as_ref().or(change.old.as_ref());
            let place =
                seen.map_or_else(String::new, |seen| escaped(&format!("{}:{}", seen.file, seen.line)));
            let sentence = marked(&change.sentence);
            let _ = writeln!(
                body,
                "<li class=\"{class}\"><i>{sign}</i><span>{sentence} <small>{place}</small></span></li>"
            );
        }
        body.push_str("</ul>\n");
    }
    if !changes.project.is_empty() {
        let _ = writeln!(body, "<h3>{}</h3>\n<ul class=\"changes\">", capital(PROJECT));
        for change in &changes.project {
            let sentence = marked(&change.sentence);
            let _ = writeln!(body, "<li class=\"edit\"><i>~</i><span>{sentence}</span></li>");
        }
        body.push_str("</ul>\n");
    }
    section("What changed", &body)
}

fn leads(impact: &Impact) -> String {
    let mut body =
        format!("<p>{}. As of {}.</p>\n", capital(&score_sentence(&impact.score)), escaped(&impact.as_of));
    if impact.changed == 0 {
        let text = format!("<p>No lead is different, as of {}.</p>\n", escaped(&impact.as_of));
        return section(&format!("What it does to {} leads", thousands(impact.leads)), &text);
    }
    body.push_str(plots::LEGEND);
    body.push_str("<div class=\"pair\">\n");
    let _ = writeln!(
        body,
        "<figure><figcaption>Scores</figcaption>{}</figure>",
        plots::histogram(&impact.score.histogram)
    );
    let _ = writeln!(
        body,
        "<figure><figcaption>Stages</figcaption>{}</figure>",
        plots::flows(&impact.stage_flows)
    );
    body.push_str("</div>\n");
    body.push_str(&flows("stage", &impact.stage_flows, false));
    let _ = writeln!(body, "<h3>From stage to stage</h3>\n{}", ways(impact));
    impact.volume.iter().for_each(|volume| body.push_str(&weeks(volume)));
    impact.attribution.iter().for_each(|parts| body.push_str(&alone(parts)));
    if !impact.movers.is_empty() {
        let _ = writeln!(body, "<h3>Moved most</h3>\n{}", movers(&impact.movers));
    }
    if impact.routes.changed > 0 {
        let _ = writeln!(body, "<h3>Routes</h3>\n{}", flows("route", &impact.routes.flows, true));
    }
    for set in impact.grades.iter().filter(|set| set.value.changed > 0) {
        let _ = writeln!(body, "<h3>{}</h3>\n{}", escaped(&set.name), flows("grade", &set.value.flows, true));
    }
    if impact.segment_changes > 0 {
        let _ = writeln!(body, "<h3>Segments</h3>\n{}", flows("segment", &impact.segments, true));
    }
    section(&format!("What it does to {} leads", thousands(impact.leads)), &body)
}

fn flows(title: &str, flows: &[Flow], only_changed: bool) -> String {
    let shown = flows.iter().filter(|flow| !only_changed || flow.entered + flow.left > 0);
    let row = |flow: &Flow| {
        vec![
            escaped(&flow.name),
            thousands(flow.before),
            thousands(flow.after),
            if net(flow) == 0 { String::new() } else { format!("<b>{}</b>", signed(net(flow))) },
            thousands(flow.entered),
            thousands(flow.left),
        ]
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    table(&[title, "before", "after", "", "entered", "left"], &rows)
}

fn ways(impact: &Impact) -> String {
    let (places, counts) = (&impact.stages.places, &impact.stages.counts);
    let used: Vec<usize> = (0..places.len())
        .filter(|at| counts[*at].iter().any(|n| *n > 0) || counts.iter().any(|row| row[*at] > 0))
        .collect();
    let names: Vec<String> = used.iter().map(|at| escaped(&places[*at])).collect();
    let moved =
        |from: &usize| used.iter().filter(|to| *to != from).map(|to| counts[*from][*to]).max().unwrap_or(0);
    let most = used.iter().map(moved).max().unwrap_or(0).max(1);
    let row = |from: &usize| {
        let cell = |to: &usize| match counts[*from][*to] {
            0 => "·".to_string(),
            n if from == to => thousands(n),
            // the more leads, the stronger
            n => format!(
                "<span class=\"heat\" style=\"--heat:{}%\">{}</span>",
                15 + 85 * n / most,
                thousands(n)
            ),
        };
        std::iter::once(escaped(&places[*from])).chain(used.iter().map(cell)).collect()
    };
    let rows: Vec<Vec<String>> = used.iter().map(row).collect();
    let heads: Vec<&str> = std::iter::once("from \\ to").chain(names.iter().map(String::as_str)).collect();
    table(&heads, &rows)
}

fn weeks(volume: &Volume) -> String {
    let explained = capital(&escaped(&volume.explained));
    let mut body = format!(
        "<h3>Leads that reach a stage, week by week</h3>\n<p class=\"small\">{explained}.</p>\n<div class=\"trio\">\n"
    );
    for stage in &volume.stages {
        let name = escaped(&stage.name);
        let caption = format!("{name}: {} a week, was {}", stage.mean_after, stage.mean_before);
        let plot = plots::weeks(&stage.before, &stage.after, &volume.weeks);
        let _ = writeln!(body, "<figure><figcaption>{caption}</figcaption>{plot}</figure>");
    }
    body.push_str("</div>\n");
    body
}

fn alone(parts: &Attribution) -> String {
    let on = if parts.sampled {
        format!("on a sample of {} leads", thousands(parts.leads))
    } else {
        "on all leads".to_string()
    };
    let mut body = format!(
        "<h3>Each change alone</h3>\n<p class=\"small\">The old rules with one change at a time, {on}; the parts sum to the whole.</p>\n"
    );
    let tried = parts.alone.iter().filter(|change| change.impossible.is_none());
    let all: Vec<i64> = tried
        .clone()
        .map(|change| change.part.points.0)
        .chain([parts.rest.points.0, parts.whole.points.0])
        .collect();
    let most = all.iter().map(|n| n.unsigned_abs()).max().unwrap_or(1).max(1);
    let row = |text: String, part: &Part, counted: bool| {
        let count = |n: u64| if counted { thousands(n) } else { String::new() };
        vec![
            text,
            plots::signed_bar(part.points.0, most),
            signed_about(part.points),
            count(part.scores),
            count(part.moves),
            escaped(&stages_of(part)),
        ]
    };
    let mut rows: Vec<Vec<String>> =
        tried.map(|change| row(marked(&change.sentences.join("; ")), &change.part, true)).collect();
    rows.push(row("<em>where changes meet, and the rest</em>".to_string(), &parts.rest, false));
    rows.push(row("<b>all together</b>".to_string(), &parts.whole, true));
    let heads = ["change", "", "points", "leads with another score", "at another stage", "stages"];
    body.push_str(&table(&heads, &rows).replace("<table>", "<table class=\"alone\">"));
    for change in &parts.alone {
        if let Some(why) = &change.impossible {
            let _ = writeln!(
                body,
                "<p class=\"note\">Not alone: {} ({})</p>",
                marked(&change.sentences.join("; ")),
                marked(why)
            );
        }
    }
    body
}

fn movers(movers: &[Mover]) -> String {
    let row = |mover: &Mover| {
        let line = |why: &crate::impact::Why| {
            format!("<b>{}</b> <code>{}</code>", signed_points(change_of(why)), escaped(&why.text))
        };
        let why: Vec<String> = mover.why.iter().take(6).map(line).collect();
        vec![
            escaped(&mover.lead),
            format!("{}<br><b>{}</b>", from_to(mover.before, mover.after), signed_points(mover.change)),
            escaped(&stages_of_lead(mover)),
            why.join("<br>"),
        ]
    };
    let rows: Vec<Vec<String>> = movers.iter().map(row).collect();
    table(&["lead", "score", "stage", "why"], &rows).replace("<table>", "<table class=\"words\">")
}

fn possibilities(could: &Comparison) -> String {
    let mut body = format!("<p>{}.</p>\n", capital(&marked(&possible::verdict(could))));
    let reach: String =
        possible::reach(could).iter().map(|line| format!("<li>{}</li>", marked(line))).collect();
    let range = |(name, before, after): &(String, String, String)| {
        format!("<li><code>{}</code> can be {after}, was {before}</li>", escaped(name))
    };
    let ranges: String = possible::ranges(could).iter().map(range).collect();
    if !reach.is_empty() || !ranges.is_empty() {
        let _ = writeln!(body, "<ul>{reach}{ranges}</ul>");
    }
    if let Some(test) = possible::example(could) {
        let test = escaped(test.trim_end());
        let what = capital(possible::example_is(could));
        let _ = writeln!(body, "<p class=\"small\">{what}:</p>\n<pre>{test}</pre>");
    }
    for line in possible::accepted_by_one(could) {
        let _ = writeln!(body, "<p>{}.</p>", capital(&marked(line)));
    }
    if let Some(why) = possible::no_example(could) {
        let _ = writeln!(body, "<p class=\"small\">{}.</p>", capital(&marked(&why)));
    }
    section("What it could do", &body)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
