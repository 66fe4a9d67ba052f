//! Style and risk: what a careful reader of rules would ask about, although the model means what it says.
//!
//! Each lint is a file here, a code `W08..` and a name such as `magic-number`. They read the finished model and the
//! files it was made of. Not in here: mistakes and what can never happen (`analysis`), what data say
//! (`qualify-review`).

mod commented_out;
mod dominant;
mod long_condition;
mod magic;
mod name_style;
mod no_reason;
mod order;
mod protected;
mod same_reason;
mod untested;

use crate::analysis::{Ranges, score_ranges, unit, visit, words};
use qualify_diagnostics::{Diagnostic, Edit, FileId, Sources, Span};
use qualify_model::{Comparison, Expr, ExprKind, GradeKind, Model, Target, Type, Value};
use qualify_syntax::tree::{File, Statement, StatementKind};
use std::cell::OnceCell;
use std::collections::HashMap;

/// From where on the lints speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSettings {
    /// In how many statements a value is compared with the same number.
    pub magic_uses: usize,
    /// The share of what the rules of a score can move it that one rule has, in millionths.
    pub dominant_share: u32,
    /// Rules that can give or take so many points say why.
    pub reason_from: i64,
    /// How many questions a condition asks.
    pub conditions: usize,
    /// Further names of attributes by which no points should be given.
    pub protected: Vec<String>,
}

impl Default for LintSettings {
    fn default() -> LintSettings {
        LintSettings {
            magic_uses: 2,
            dominant_share: 500_000,
            reason_from: 10,
            conditions: 8,
            protected: Vec::new(),
        }
    }
}

/// Looks at a model that checked, made of the files of `sources`. In the order of the files.
pub fn lint(model: &Model, sources: &Sources, settings: &LintSettings) -> Vec<Diagnostic> {
    let mut lints = Lints {
        model,
        sources,
        settings,
        ranges: score_ranges(model),
        trees: OnceCell::new(),
        out: Vec::new(),
    };
    magic::check(&mut lints);
    protected::check(&mut lints);
    dominant::check(&mut lints);
    no_reason::check(&mut lints);
    untested::check(&mut lints);
    name_style::check(&mut lints);
    order::check(&mut lints);
    long_condition::check(&mut lints);
    same_reason::check(&mut lints);
    commented_out::check(&mut lints);
    let mut out = lints.out;
    out.sort_by_key(|d| (d.place.span.file, d.place.span.start, d.place.span.end, d.code));
    out
}

/// What the lints work with.
struct Lints<'m> {
    model: &'m Model,
    sources: &'m Sources,
    settings: &'m LintSettings,
    ranges: Ranges,
    trees: OnceCell<HashMap<FileId, File>>,
    out: Vec<Diagnostic>,
}

impl Lints<'_> {
    /// An edit that writes a statement at the outermost level, before a place: behind the params that stand there, or
    /// else right before the statement around the place.
    fn new_statement(&self, before: Span, statement: &str) -> Option<Edit> {
        let trees = self.trees.get_or_init(|| {
            self.sources.files().map(|(id, file)| (id, qualify_syntax::parse(id, &file.text).tree)).collect()
        });
        let statements = &trees.get(&before.file)?.statements;
        let at = statements.partition_point(|statement| statement.span.end <= before.start);
        let is_param = |statement: &&Statement| matches!(statement.kind, StatementKind::Param(_));
        if let Some(param) = statements[..at].iter().rev().find(is_param) {
            let text = &self.sources.file(before.file).text;
            let end = param.span.end as usize;
            let line_end = text[end..].find('\n').map_or(text.len(), |length| end + length);
            let place = Span::new(before.file, line_end, line_end);
            return Some(Edit { span: place, replacement: format!("\n{statement}") });
        }
        let around = statements.get(at)?.span;
        Some(Edit { span: around.before(), replacement: format!("{statement}\n") })
    }

    /// The name of a score in backticks.
    fn score_name(&self, target: Target) -> String {
        match target {
            Target::Total => "`score`".into(),
            Target::Score(id) => words::quoted(&self.model.scores[id.index()].name),
        }
    }
}

/// A comparison of a value with a number that stands there, or with a param.
struct Threshold<'m> {
    subject: &'m Expr,
    comparison: Comparison,
    /// The number or param.
    bound: &'m Expr,
}

impl<'m> Threshold<'m> {
    /// The comparison, turned round if the number stands first.
    fn of(expr: &'m Expr) -> Option<Threshold<'m>> {
        let ExprKind::Compare(comparison, left, right) = &expr.kind else { return None };
        let (left, right) = (bare(left), bare(right));
        if is_bound(right) && !is_bound(left) {
            return Some(Threshold { subject: left, comparison: *comparison, bound: right });
        }
        let turned = match comparison {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            other => *other,
        };
        (is_bound(left) && !is_bound(right)).then_some(Threshold {
            subject: right,
            comparison: turned,
            bound: left,
        })
    }

    /// Its value with the params in force, in millionths.
    fn value(&self, model: &Model) -> Option<i128> {
        let (value, ty) = match &self.bound.kind {
            ExprKind::Constant(value) => (value, &self.bound.ty),
            ExprKind::Param(id) => {
                let param = &model.params[id.index()];
                (&param.value, &param.ty)
            }
            _ => return None,
        };
        millionths(value, ty)
    }
}

/// Without what only changes the units.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Convert(inner) => bare(inner),
        _ => expr,
    }
}

fn is_bound(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Constant(_) | ExprKind::Param(_)) && matches!(expr.ty, Type::Number(_))
}

/// A number in millionths.
fn millionths(value: &Value, ty: &Type) -> Option<i128> {
    let (Value::Number(number), Type::Number(kind)) = (value, ty) else { return None };
    Some(i128::from(*number) * unit(*kind))
}

/// The conditions and values that each statement and each rule of a score reads, but tests. The lines of a grade set
/// count as one statement.
fn parts(model: &Model) -> Vec<Vec<&Expr>> {
    let mut out: Vec<Vec<&Expr>> = Vec::new();
    for item in &model.lets {
        out.push(vec![&item.value]);
    }
    for verdict in model.excludes.iter().chain(&model.disqualifies) {
        out.push(vec![&verdict.condition]);
    }
    for score in &model.scores {
        out.push(score.population.iter().collect());
    }
    for rule in &model.rules {
        let table = matches!(rule.kind, qualify_model::RuleKind::Table(_));
        out.push(if table { Vec::new() } else { visit::rule_parts(rule) });
    }
    for grade in &model.grades {
        if let GradeKind::Lines(lines) = &grade.kind {
            out.push(lines.iter().filter_map(|line| line.condition.as_ref()).collect());
        }
    }
    for stage in &model.stages {
        out.push(stage.condition.iter().chain(&stage.stays_while).collect());
    }
    for segment in &model.segments {
        out.push(vec![&segment.condition]);
    }
    for route in &model.routes {
        out.push(route.condition.iter().collect());
    }
    out
}
