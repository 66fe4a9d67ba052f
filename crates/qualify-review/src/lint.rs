//! Lints that need data: thresholds with many leads close to them, and ends of scores at which many leads lie.
//!
//! It is one scoring by the engine; the leads are not kept. The lints of the model alone are in `qualify-check`.

use qualify::EngineOptions;
use qualify_data::{Lint, Progress, Project, RunError, RunOptions};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{
    Comparison, Expr, ExprKind, GradeKind, Model, NumberKind, PointColumn, ScoreColumns, Status, Type, Value,
};
use std::sync::{Mutex, PoisonError};

/// Units of a point.
const POINT: i64 = 10_000;
/// All of something, in millionths.
const WHOLE: u64 = 1_000_000;

/// What was found.
#[derive(Debug)]
pub struct Linted {
    /// In the order of the model.
    pub diagnostics: Vec<Diagnostic>,
    /// How many leads have scores.
    pub leads: u64,
}

/// Scores the leads of a project and looks at where their scores lie. Thresholds are those of the manifest. A model
/// without anything to look at reads no data and gives none.
pub fn lint_data(
    model: &qualify::Model,
    project: &Project,
    as_of: i64,
    options: &RunOptions,
    progress: &mut dyn Progress,
) -> Result<Option<Linted>, RunError> {
    let mut lints = Lints::new(model.typed(), &project.manifest.lint);
    if lints.thresholds.is_empty() && lints.ends.is_empty() {
        return Ok(None);
    }
    let engine = model.engine(as_of, &EngineOptions::default());
    let workers: Vec<_> = (0..options.worker_count()).map(|_| Mutex::new(engine.worker())).collect();
    qualify_data::run(
        project,
        engine.schema(),
        engine.needs(),
        options,
        progress,
        // each has a thread for itself, so nobody waits
        &|number, batch| workers[number].lock().unwrap_or_else(PoisonError::into_inner).score(batch),
        &mut |_, scores| {
            lints.add(scores);
            Ok(())
        },
    )?;
    Ok(Some(Linted { leads: lints.leads, diagnostics: lints.finish() }))
}

/// Counts leads close to thresholds.
struct Lints<'p> {
    settings: &'p Lint,
    leads: u64,
    thresholds: Vec<Threshold>,
    ends: Vec<End>,
}

/// Whose points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Total,
    Score(usize),
}

/// A score compared with a number.
#[derive(Debug)]
struct Threshold {
    subject: Subject,
    /// In the author's words.
    words: String,
    /// In units of points.
    at: i64,
    /// `stage MQL`.
    decides: String,
    span: Span,
    near: u64,
    below: u64,
}

/// The greatest value of a score.
#[derive(Debug)]
struct End {
    score: usize,
    name: String,
    at: i64,
    span: Span,
    known: u64,
    reached: u64,
}

impl Lints<'_> {
    /// No leads yet.
    fn new<'p>(model: &Model, settings: &'p Lint) -> Lints<'p> {
        Lints { settings, leads: 0, thresholds: thresholds(model), ends: ends(model) }
    }

    /// Counts the leads of a batch. Those that are excluded or invalid have no scores and do not count.
    fn add(&mut self, scores: &ScoreColumns) {
        let counts = |status: &&Status| matches!(status, Status::Scored | Status::Disqualified);
        self.leads += scores.status.iter().filter(counts).count() as u64;
        let near = i64::try_from(self.settings.near_points).unwrap_or(i64::MAX).saturating_mul(POINT);
        for threshold in &mut self.thresholds {
            let column = column(scores, threshold.subject);
            for row in 0..scores.rows {
                let Some(points) = column.get(row) else { continue };
                let distance = points.saturating_sub(threshold.at);
                if distance.saturating_abs() <= near {
                    threshold.near += 1;
                    threshold.below += u64::from(distance < 0);
                }
            }
        }
        for end in &mut self.ends {
            let column = &scores.scores[end.score];
            for row in 0..scores.rows {
                let Some(points) = column.get(row) else { continue };
                end.known += 1;
                end.reached += u64::from(points >= end.at);
            }
        }
    }

    /// What the leads say, in the order of the model.
    fn finish(self) -> Vec<Diagnostic> {
        if self.leads < self.settings.min_leads {
            return Vec::new();
        }
        let (leads, settings) = (self.leads, self.settings);
        let crowded = |part: u64, of: u64, share: u32| {
            u128::from(part) * u128::from(WHOLE) >= u128::from(of) * u128::from(share) && part > 0
        };
        let near = self.thresholds.iter().filter(|t| crowded(t.near, leads, settings.near_share));
        let mut out: Vec<Diagnostic> = near.map(|t| t.diagnostic(leads, settings)).collect();
        let full = self.ends.iter().filter(|end| end.known >= settings.min_leads);
        let full = full.filter(|end| crowded(end.reached, end.known, settings.end_share));
        out.extend(full.map(End::diagnostic));
        out
    }
}

impl Threshold {
    fn diagnostic(&self, leads: u64, settings: &Lint) -> Diagnostic {
        let message = format!(
            "{} of {leads} leads ({}) lie within {} of `{}`, which decides {}",
            self.near,
            percent(self.near, leads),
            words_of(settings.near_points),
            self.words,
            self.decides
        );
        let above = self.near - self.below;
        Diagnostic::new(Code::W0811, self.span, message).note(format!(
            "{} of them lie below it and {above} at it or above: a small change of any rule moves many of them",
            self.below
        ))
    }
}

impl End {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!(
            "{} of {} leads ({}) have as much of `{}` as there can be, {} points",
            self.reached,
            self.known,
            percent(self.reached, self.known),
            self.name,
            points(self.at)
        );
        let note = "what they have beyond it is cut off, so they cannot be told apart: raise the bound, or give fewer points";
        Diagnostic::new(Code::W0812, self.span, message).note(note)
    }
}

fn column(scores: &ScoreColumns, subject: Subject) -> &PointColumn {
    match subject {
        Subject::Total => &scores.score,
        Subject::Score(score) => &scores.scores[score],
    }
}

/// `1 point`, `2 points`.
fn words_of(points: u64) -> String {
    format!("{points} point{}", if points == 1 { "" } else { "s" })
}

/// `12.5 %`, never rounded up.
fn percent(part: u64, of: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(of.max(1));
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// Points as the language writes them.
fn points(units: i64) -> String {
    let (whole, rest) = (units / POINT, units % POINT);
    match rest {
        0 => whole.to_string(),
        _ => format!("{whole}.{:04}", rest.abs()).trim_end_matches('0').to_string(),
    }
}

/// The comparisons of scores with numbers that decide a stage, grade, route or segment.
fn thresholds(model: &Model) -> Vec<Threshold> {
    let mut out = Vec::new();
    for grade in &model.grades {
        let GradeKind::Lines(lines) = &grade.kind else { continue };
        for line in lines {
            let label = grade.labels.get(line.label as usize).map_or("", String::as_str);
            let of = if grade.name == "grade" { String::new() } else { format!(" of `{}`", grade.name) };
            gather(model, line.condition.as_ref(), &format!("grade `{label}`{of}"), &mut out);
        }
    }
    for stage in &model.stages {
        gather(model, stage.condition.as_ref(), &format!("stage `{}`", stage.name), &mut out);
    }
    for segment in &model.segments {
        gather(model, Some(&segment.condition), &format!("segment `{}`", segment.name), &mut out);
    }
    for route in &model.routes {
        gather(model, route.condition.as_ref(), &format!("route `{}`", route.name), &mut out);
    }
    out
}

fn gather(model: &Model, condition: Option<&Expr>, decides: &str, out: &mut Vec<Threshold>) {
    let Some(expr) = condition else { return };
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::HowMany(_, parts) => {
            parts.iter().for_each(|part| gather(model, Some(part), decides, out));
        }
        ExprKind::Not(inner) => gather(model, Some(inner), decides, out),
        ExprKind::Compare(comparison, left, right) if *comparison != Comparison::Equal => {
            let Some(subject) = subject(left) else { return };
            let Some(at) = number(model, right) else { return };
            let name = match subject {
                Subject::Total => "score",
                Subject::Score(score) => model.scores[score].name.as_str(),
            };
            let words = format!("{name} {} {}", sign(*comparison), points(at));
            let decides = decides.to_string();
            out.push(Threshold { subject, words, at, decides, span: expr.span, near: 0, below: 0 });
        }
        _ => {}
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn subject(expr: &Expr) -> Option<Subject> {
    match &expr.kind {
        ExprKind::Total => Some(Subject::Total),
        ExprKind::Score(id) => Some(Subject::Score(id.index())),
        ExprKind::Convert(inner) => subject(inner),
        _ => None,
    }
}

/// A constant or param as points.
fn number(model: &Model, expr: &Expr) -> Option<i64> {
    let (value, ty) = match &expr.kind {
        ExprKind::Constant(value) => (value, &expr.ty),
        ExprKind::Param(id) => (&model.params[id.index()].value, &model.params[id.index()].ty),
        ExprKind::Convert(inner) => return number(model, inner),
        _ => return None,
    };
    let (Value::Number(number), Type::Number(kind)) = (value, ty) else { return None };
    match kind {
        NumberKind::Integer => number.checked_mul(POINT),
        NumberKind::Points | NumberKind::Money => Some(*number),
        NumberKind::Number => Some(number / 100),
    }
}

/// The upper bounds of named scores.
fn ends(model: &Model) -> Vec<End> {
    let bounded = model.scores.iter().enumerate().filter_map(|(score, declared)| {
        let at = number(model, declared.bounds.high.as_ref()?)?;
        Some(End { score, name: declared.name.clone(), at, span: declared.span, known: 0, reached: 0 })
    });
    bounded.collect()
}
