//! Ways through a model: the parts of an expression, and all expressions of the model with what they are for.

use qualify_model::*;

/// The direct parts of an expression, those inside event terms and tables included. A `let` has none: it is
/// visited where it is declared.
pub(crate) fn parts(expr: &Expr) -> Vec<&Expr> {
    use ExprKind::*;
    let mut out: Vec<&Expr> = Vec::new();
    match &expr.kind {
        Part(_, a) | Not(a) | Known(a) | Negate(a) | Round(a) | Convert(a) | DaysSince(a) => out.push(a),
        And(parts) | Or(parts) | HowMany(_, parts) | Min(parts) | Max(parts) | AggregateOf(_, parts) => {
            out.extend(parts);
        }
        Compare(_, a, b) | Arithmetic(_, a, b) | IfKnown(a, b) => out.extend([&**a, &**b]),
        Between(a, b, c) | Clamp(a, b, c) | If(a, b, c) => out.extend([&**a, &**b, &**c]),
        In(a, set) => {
            out.push(a);
            if let Set::Attribute(list) = set {
                out.push(list);
            }
        }
        Text(_, a, needles) => {
            out.push(a);
            out.extend(needles);
        }
        Weighted(parts) => out.extend(parts.iter().map(|(_, value)| value)),
        Table(table) => out.extend(table_parts(table)),
        InWindow(a, windows) => {
            out.push(a);
            windows.iter().for_each(|w| window_parts(w, &mut out));
        }
        _ => {}
    }
    if let Some(term) = term(expr) {
        out.extend(term_parts(term));
    }
    out
}

/// The event term of an expression, if it is one or reads one.
pub(super) fn term(expr: &Expr) -> Option<&Term> {
    use ExprKind::*;
    match &expr.kind {
        Happens(term)
        | Count(term)
        | CountDifferent(_, term)
        | Aggregate(_, _, term)
        | DaysSinceLast(term)
        | DaysWith(term) => Some(term),
        _ => None,
    }
}

/// The expressions inside a term: filters and the moments that its windows hang on.
pub(super) fn term_parts(term: &Term) -> Vec<&Expr> {
    let mut out = Vec::new();
    for step in &term.steps {
        step_parts(step, &mut out);
    }
    out
}

fn step_parts<'e>(step: &'e Step, out: &mut Vec<&'e Expr>) {
    out.extend(&step.filters);
    step.windows.iter().for_each(|w| window_parts(w, out));
}

fn window_parts<'e>(window: &'e Window, out: &mut Vec<&'e Expr>) {
    match window {
        Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => out.push(value),
        Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) => {
            step_parts(step, out);
        }
        _ => {}
    }
}

/// The expressions of a table.
pub(super) fn table_parts(table: &Table) -> Vec<&Expr> {
    let cells = table.rows.iter().map(|row| &row.points).chain(&table.otherwise).chain(&table.unknown);
    std::iter::once(&table.subject).chain(cells).collect()
}

/// Calls `f` for the expression and everything in it.
pub(crate) fn everything<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    f(expr);
    for part in parts(expr) {
        everything(part, f);
    }
}

/// The condition of a rule.
pub(super) fn condition(rule: &Rule) -> Option<&Expr> {
    match &rule.kind {
        RuleKind::Add { condition, .. }
        | RuleKind::Multiply { condition, .. }
        | RuleKind::Cap { condition, .. }
        | RuleKind::Set { condition, .. } => Some(condition),
        _ => None,
    }
}

/// The decay of a rule.
pub(super) fn decay(rule: &Rule) -> Option<&Decay> {
    match &rule.kind {
        RuleKind::Add { decay, .. }
        | RuleKind::ForEach { decay, .. }
        | RuleKind::ForEachDifferent { decay, .. } => decay.as_ref(),
        _ => None,
    }
}

/// The term of a `for each`.
pub(super) fn for_each(rule: &Rule) -> Option<&Term> {
    match &rule.kind {
        RuleKind::ForEach { term, .. } | RuleKind::ForEachDifferent { term, .. } => Some(term),
        _ => None,
    }
}

/// The points of a rule.
pub(super) fn amount(rule: &Rule) -> Option<&Points> {
    match &rule.kind {
        RuleKind::Add { amount, .. }
        | RuleKind::ForEach { amount, .. }
        | RuleKind::ForEachDifferent { amount, .. } => Some(amount),
        _ => None,
    }
}

/// All expressions that a rule reads, without those of its decay.
pub(crate) fn rule_parts(rule: &Rule) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = condition(rule).into_iter().collect();
    out.extend(for_each(rule).map(term_parts).unwrap_or_default());
    out.extend(amount(rule).map(|points| &points.value));
    match &rule.kind {
        RuleKind::Table(table) => out.extend(table_parts(table)),
        RuleKind::Multiply { by, .. } => out.push(by),
        RuleKind::Cap { at, .. } => out.push(at),
        RuleKind::Set { to, .. } => out.push(to),
        _ => {}
    }
    out
}

/// All tables of a model, each once: those that are rules and those that stand as values.
pub(super) fn tables(model: &Model) -> Vec<&Table> {
    let mut out = Vec::new();
    for rule in &model.rules {
        if let RuleKind::Table(table) = &rule.kind {
            out.push(table);
        }
    }
    for root in roots(model) {
        everything(root, &mut |expr| {
            if let ExprKind::Table(table) = &expr.kind {
                out.push(table);
            }
        });
    }
    out
}

/// All expressions of a model but those of its tests.
pub(super) fn roots(model: &Model) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = model.lets.iter().map(|item| &item.value).collect();
    out.extend(model.ignores.iter().flat_map(|ignore| term_parts(&ignore.term)));
    out.extend(model.excludes.iter().chain(&model.disqualifies).map(|verdict| &verdict.condition));
    out.extend(model.scores.iter().filter_map(|score| score.population.as_ref()));
    for rule in &model.rules {
        out.extend(rule_parts(rule));
        if let Some(decay) = decay(rule) {
            out.extend(decay.from.iter().chain(&decay.unless));
        }
    }
    out.extend(&model.total.formula);
    for grade in &model.grades {
        if let GradeKind::Lines(lines) = &grade.kind {
            out.extend(lines.iter().filter_map(|line| line.condition.as_ref()));
        }
    }
    for stage in &model.stages {
        out.extend(stage.condition.iter().chain(&stage.stays_while));
    }
    out.extend(model.segments.iter().map(|segment| &segment.condition));
    out.extend(model.routes.iter().filter_map(|route| route.condition.as_ref()));
    out
}
