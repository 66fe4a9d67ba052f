//! Running the cases of the corpus: compile, make leads of the tests, score, compare.
//!
//! Not in here: the format of cases, the reference interpreter.

use crate::case::{Case, Expected, split_outside_quotes, unquoted};
use qualify_check::{Checked, LintSettings, Options, check, sift};
use qualify_diagnostics::{Diagnostic, FileId, Part, Severity, Sources, render_terminal};
use qualify_model::calendar::parse_instant;
use qualify_model::{Entry, Lead, LedgerLine, Model, Outcome, Target, exact};
use qualify_reference::{Interpreter, run_test};

/// The instant of cases and tests that name none.
pub const AS_OF: &str = "2026-01-01T00:00:00Z";

/// What is wrong with the case; nothing if it holds.
pub fn mistakes(case: &Case) -> Vec<String> {
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    if !case.shared.is_empty() {
        roots.push(sources.add("shared.qualify", case.shared.clone()));
    }
    roots.push(sources.add("case.qualify", case.rules.clone()));
    let checked = compile(&mut sources, &roots, &case.files, &case.params);
    if let Some(expected) = &case.diagnostics {
        let found: Vec<String> = checked.diagnostics.iter().map(|d| line(&sources, d)).collect();
        if !agree(expected, &found) {
            return vec![format!("expected\n{}\nfound\n{}", expected.join("\n"), found.join("\n"))];
        }
    }
    let Some(model) = checked.model else {
        let rendered = render_errors(&sources, &checked.diagnostics);
        return if case.diagnostics.is_some() { Vec::new() } else { vec![rendered] };
    };
    match parse_instant(case.as_of.as_deref().unwrap_or(AS_OF)) {
        Some(as_of) => Trial { case, model: &model, sources: &sources, as_of }.run(),
        None => vec!["`as of` names no instant".into()],
    }
}

/// The model of a case and the leads of its tests, each with its instant. None if the case is about messages.
pub fn scenes(case: &Case) -> Option<(Model, Vec<(Lead, i64)>)> {
    let mut sources = Sources::new();
    let mut roots = vec![sources.add("shared.qualify", case.shared.clone())];
    roots.push(sources.add("case.qualify", case.rules.clone()));
    let model = compile(&mut sources, &roots, &case.files, &case.params).model?;
    let as_of = parse_instant(case.as_of.as_deref().unwrap_or(AS_OF))?;
    let runs = model.tests.iter().map(|test| run_test(&model, test, as_of));
    let leads = runs.map(|run| (run.lead, run.as_of)).collect();
    Some((model, leads))
}

/// Checks the files `roots`, which may read `files`.
fn compile(
    sources: &mut Sources,
    roots: &[FileId],
    files: &[(String, String)],
    params: &[(String, String)],
) -> Checked {
    let load = |path: &str, _: &str| {
        let file = files.iter().find(|(name, _)| name == path);
        file.cloned().ok_or(format!("there is no file `{path}`"))
    };
    check(sources, roots, &load, &Options { params: params.to_vec() })
}

/// A message as the corpus writes it.
fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let words = sources.words(diagnostic.place.span);
    format!("{} at `{words}`: {}", diagnostic.code, diagnostic.message)
}

/// The expected lines may leave the message out.
fn agree(expected: &[String], found: &[String]) -> bool {
    expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| {
            found == expected || (expected.ends_with('`') && found.starts_with(&format!("{expected}: ")))
        })
}

fn render_errors(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned();
    render_terminal(sources, &errors.collect::<Vec<_>>(), false)
}

struct Trial<'a> {
    case: &'a Case,
    model: &'a Model,
    sources: &'a Sources,
    as_of: i64,
}

impl Trial<'_> {
    fn run(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for expected in &self.case.expected {
            if !self.model.tests.iter().any(|test| test.name == expected.test) {
                mistakes.push(format!("there is no test `{}`", expected.test));
            }
        }
        for test in &self.model.tests {
            let run = run_test(self.model, test, self.as_of);
            for (expect, truth) in test.expects.iter().zip(&run.expects) {
                if !truth.is_true() {
                    let words = self.sources.words(expect.span);
                    mistakes.push(format!("{}: {truth:?}, but expected: {words}", test.name));
                }
            }
            mistakes.extend(self.invariants(&run.lead, &run.outcome, run.as_of));
            for expected in self.case.expected.iter().filter(|expected| expected.test == test.name) {
                let wrong = self.compare(expected, &run.outcome);
                if !wrong.is_empty() {
                    let found = self.show(&run.outcome);
                    mistakes.push(format!("{}: {}\n  found {found}", test.name, wrong.join("; ")));
                }
            }
        }
        mistakes
    }

    /// What holds for every lead: the ledger sums to the scores, and the order of events does not matter.
    fn invariants(&self, lead: &Lead, outcome: &Outcome, as_of: i64) -> Vec<String> {
        let mut mistakes = Vec::new();
        // wide: the lines may leave the range that their sum is held in
        let sum = |target: Target| -> i128 {
            outcome
                .ledger
                .iter()
                .filter(|line| line.target == target)
                .map(|line| i128::from(line.points))
                .sum()
        };
        if outcome.score.is_some_and(|score| sum(Target::Total) != score.into()) {
            mistakes.push(format!("{}: the ledger does not sum to the score", lead.key));
        }
        for (i, score) in outcome.scores.iter().enumerate() {
            let id = qualify_model::ScoreId(i as u32);
            if score.is_some_and(|score| sum(Target::Score(id)) != score.into()) {
                mistakes.push(format!("{}: the ledger does not sum to `{}`", lead.key, self.score_name(i)));
            }
        }
        let mut turned = lead.clone();
        turned.events.reverse();
        let again = Interpreter::new(self.model, as_of).score(&turned);
        if without_events(&again) != without_events(outcome) {
            mistakes.push(format!("{}: the order of events matters", lead.key));
        }
        mistakes
    }

    fn compare(&self, expected: &Expected, outcome: &Outcome) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, value) in &expected.results {
            match self.result(name, outcome) {
                Some(found) if same(value, &found) => {}
                Some(found) => wrong.push(format!("{name} {value} expected, {found} found")),
                None => wrong.push(format!("`{name}` is no result")),
            }
        }
        if !expected.ledger.is_empty() {
            let mut lines: Vec<(i64, String)> = Vec::new();
            for (points, words) in &expected.ledger {
                match exact::parse(points.trim_start_matches('+'), 4) {
                    Ok(points) => lines.push((points, words.clone())),
                    Err(_) => wrong.push(format!("`{points}` is not a number of points")),
                }
            }
            let mut found = self.ledger(outcome);
            lines.sort();
            found.sort();
            if lines != found {
                wrong.push("the ledger differs".into());
            }
        }
        wrong
    }

    /// The result of that name as the corpus writes it.
    fn result(&self, name: &str, outcome: &Outcome) -> Option<String> {
        let quoted = |text: &Option<String>| text.clone().unwrap_or("none".into());
        let points =
            |points: Option<i64>| points.map_or("none".to_string(), |points| exact::format(points.into(), 4));
        let typed = self.model;
        Some(match name {
            "score" => points(outcome.score),
            "stage" => quoted(&outcome.stage),
            "previous" => quoted(&outcome.previous_stage),
            "changed" => if outcome.stage_changed { "yes" } else { "no" }.into(),
            "route" => quoted(&outcome.route),
            "segments" if outcome.segments.is_empty() => "none".into(),
            "segments" => {
                let segments = outcome.segments.iter();
                let quote = |s: &String| if s.contains(' ') { format!("\"{s}\"") } else { s.clone() };
                segments.map(quote).collect::<Vec<_>>().join(" ")
            }
            "status" => outcome.status.name().into(),
            "reasons" if outcome.reasons.is_empty() => "none".into(),
            "reasons" => outcome.reasons.iter().map(|r| format!("\"{r}\"")).collect::<Vec<_>>().join(" "),
            "respond" => match outcome.respond_by {
                Some(instant) => qualify_model::calendar::format_instant(instant),
                None => "none".into(),
            },
            _ => {
                if let Some(i) = typed.scores.iter().position(|score| score.name == name) {
                    points(outcome.scores.get(i).copied().flatten())
                } else {
                    let i = typed.grades.iter().position(|set| set.name == name)?;
                    quoted(&outcome.grades.get(i).cloned().flatten())
                }
            }
        })
    }

    /// The lines of the ledger but those that only carry a named score into the total.
    fn ledger(&self, outcome: &Outcome) -> Vec<(i64, String)> {
        let lines = outcome.ledger.iter().filter(|line| !matches!(line.entry, Entry::Score(_)));
        lines.map(|line| (line.points, self.words(line))).collect()
    }

    fn words(&self, line: &LedgerLine) -> String {
        let rule = |id: qualify_model::RuleId| self.model.rules[id.index()].text.clone();
        match &line.entry {
            Entry::Rule { rule: id, .. } => rule(*id),
            Entry::Multiplied(ids) => ids.iter().map(|id| rule(*id)).collect::<Vec<_>>().join("; "),
            Entry::Capped(id) | Entry::Set(id) => rule(*id),
            Entry::Bounded => match line.target {
                Target::Total => "limit of score".into(),
                Target::Score(id) => format!("limit of {}", self.score_name(id.index())),
            },
            Entry::Score(id) => self.score_name(id.index()),
            Entry::Formula => "formula".into(),
        }
    }

    fn score_name(&self, index: usize) -> String {
        self.model.scores[index].name.clone()
    }

    /// All results, in the form of an `expect` block, to paste.
    fn show(&self, outcome: &Outcome) -> String {
        let typed = self.model;
        let names = ["status", "score"].into_iter().chain(typed.scores.iter().map(|s| s.name.as_str()));
        let names = names.chain(typed.grades.iter().map(|g| g.name.as_str()));
        let names = names.chain(["stage", "segments", "route"]);
        let results = names.map(|name| format!("{name} {}", self.result(name, outcome).unwrap_or_default()));
        let mut text = results.collect::<Vec<_>>().join(", ");
        for (points, words) in self.ledger(outcome) {
            let sign = if points < 0 { "" } else { "+" };
            text.push_str(&format!("\n    {sign}{} {words}", exact::format(points.into(), 4)));
        }
        text
    }
}

/// Whether the corpus and the outcome say the same; several values may be in quotes or not.
fn same(expected: &str, found: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        split_outside_quotes(text, ' ').iter().filter(|p| !p.is_empty()).map(|p| unquoted(p)).collect()
    };
    unquoted(expected) == unquoted(found) || parts(expected) == parts(found)
}

/// The outcome without the places of events in the lead.
fn without_events(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    for line in &mut outcome.ledger {
        if let Entry::Rule { events, .. } = &mut line.entry {
            events.clear();
        }
    }
    outcome
}

/// The messages about one text. Its lines `#param NAME = VALUE` replace params from outside.
pub fn diagnose(text: &str) -> (Sources, FileId, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    let params = text.lines().filter_map(|line| line.strip_prefix("#param ")?.split_once('='));
    let params: Vec<_> = params.map(|(name, value)| (name.trim().into(), value.trim().into())).collect();
    let checked = compile(&mut sources, &[file], &[], &params);
    (sources, file, checked.diagnostics)
}

/// The lints about one text; the mistakes in it, if there are any.
pub fn lint(text: &str) -> (Sources, FileId, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    let checked = compile(&mut sources, &[file], &[], &[]);
    let Some(model) = checked.model else { return (sources, file, checked.diagnostics) };
    let found = qualify_check::lint(&model, &sources, &LintSettings::default());
    let shown = sift(&sources, found, Part::Lint).shown;
    (sources, file, shown)
}
