//! All expressions and event terms of a model, whatever they are for.

use qualify_model::*;

/// Calls `each` with every expression of the model, parts after their whole; those of tests are left out.
pub(crate) fn everything<'m>(model: &'m Model, each: &mut dyn FnMut(&'m Expr)) {
    for root in roots(model) {
        inside(root, each);
    }
}

/// Calls `each` with every step of every event term.
pub(crate) fn steps<'m>(model: &'m Model, each: &mut dyn FnMut(&'m Step)) {
    let mut terms: Vec<&'m Term> = model.ignores.iter().map(|ignore| &ignore.term).collect();
    for rule in &model.rules {
        if let RuleKind::ForEach { term, .. } | RuleKind::ForEachDifferent { term, .. } = &rule.kind {
            terms.push(term);
        }
    }
    everything(model, &mut |expr| terms.extend(term_of(expr)));
    for step in terms.into_iter().flat_map(|term| &term.steps) {
        each(step);
        for window in &step.windows {
            if let Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) = window {
                each(step);
            }
        }
    }
}

/// The event term that an expression is or reads.
pub(super) fn term_of(expr: &Expr) -> Option<&Term> {
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

fn inside<'m>(expr: &'m Expr, each: &mut dyn FnMut(&'m Expr)) {
    each(expr);
    for part in parts(expr) {
        inside(part, each);
    }
}

fn roots(model: &Model) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = model.lets.iter().map(|item| &item.value).collect();
    model.ignores.iter().for_each(|ignore| term_parts(&ignore.term, &mut out));
    out.extend(model.excludes.iter().chain(&model.disqualifies).map(|verdict| &verdict.condition));
    for score in &model.scores {
        out.extend(&score.population);
        out.extend(score.bounds.low.iter().chain(&score.bounds.high));
    }
    model.rules.iter().for_each(|rule| rule_parts(rule, &mut out));
    out.extend(&model.total.formula);
    out.extend(model.total.bounds.low.iter().chain(&model.total.bounds.high));
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

pub(crate) fn rule_parts<'m>(rule: &'m Rule, out: &mut Vec<&'m Expr>) {
    match &rule.kind {
        RuleKind::Add { condition, amount, decay, up_to } => {
            out.extend([condition, &amount.value]);
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, out));
        }
        RuleKind::ForEach { term, amount, limit, decay, up_to }
        | RuleKind::ForEachDifferent { term, amount, limit, decay, up_to, .. } => {
            term_parts(term, out);
            out.push(&amount.value);
            out.extend(limit.as_ref().map(|limit| &limit.count));
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, out));
        }
        RuleKind::Table(table) => table_parts(table, out),
        RuleKind::Multiply { condition, by: value, .. }
        | RuleKind::Cap { condition, at: value, .. }
        | RuleKind::Set { condition, to: value, .. } => out.extend([condition, value]),
    }
}

fn decay_parts<'m>(decay: &'m Decay, out: &mut Vec<&'m Expr>) {
    out.extend(decay.from.iter().chain(&decay.unless));
    match &decay.curve {
        Curve::LosingShare { share: value, .. } | Curve::LosingPoints { amount: value, .. } => {
            out.push(value)
        }
        Curve::Dropping { steps } => out.extend(steps.iter().map(|(share, _)| share)),
        Curve::Halving { .. } | Curve::Fading { .. } => {}
    }
}

fn table_parts<'m>(table: &'m Table, out: &mut Vec<&'m Expr>) {
    out.push(&table.subject);
    for row in &table.rows {
        match &row.head {
            Head::Compare(_, value) => out.push(value),
            Head::Range(low, high) => out.extend([low, high]),
            Head::In(Set::Attribute(list)) => out.push(list),
            Head::In(_) => {}
            Head::Text(_, needles) => out.extend(needles),
        }
        out.push(&row.points);
    }
    out.extend(table.otherwise.iter().chain(&table.unknown));
}

fn term_parts<'m>(term: &'m Term, out: &mut Vec<&'m Expr>) {
    for step in &term.steps {
        step_parts(step, out);
    }
    for count in &term.counts {
        let (Count::Times(quantity)
        | Count::TimesPerValue(quantity, _)
        | Count::TimesPerPeriod(quantity, _)
        | Count::DifferentDays(quantity)) = count;
        quantity_parts(quantity, out);
    }
}

fn step_parts<'m>(step: &'m Step, out: &mut Vec<&'m Expr>) {
    out.extend(&step.filters);
    step.windows.iter().for_each(|window| window_parts(window, out));
}

fn window_parts<'m>(window: &'m Window, out: &mut Vec<&'m Expr>) {
    match window {
        Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => out.push(value),
        Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) => {
            step_parts(step, out)
        }
        _ => {}
    }
}

fn quantity_parts<'m>(quantity: &'m Quantity, out: &mut Vec<&'m Expr>) {
    match quantity {
        Quantity::AtLeast(n)
        | Quantity::AtMost(n)
        | Quantity::Exactly(n)
        | Quantity::MoreThan(n)
        | Quantity::FewerThan(n) => out.push(n),
        Quantity::Between(low, high) => out.extend([&**low, &**high]),
    }
}

/// The direct parts of an expression. A `let` has none: it is met where it is declared.
pub(crate) fn parts(expr: &Expr) -> Vec<&Expr> {
    use ExprKind::*;
    let mut out: Vec<&Expr> = Vec::new();
    match &expr.kind {
        Part(_, a) | Not(a) | Known(a) | Negate(a) | Round(a) | Convert(a) | DaysSince(a) => out.push(a),
        And(parts) | Or(parts) | Min(parts) | Max(parts) | AggregateOf(_, parts) => out.extend(parts),
        HowMany(quantity, parts) => {
            quantity_parts(quantity, &mut out);
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
        Weighted(parts) => out.extend(parts.iter().flat_map(|(a, b)| [a, b])),
        Table(table) => table_parts(table, &mut out),
        InWindow(a, windows) => {
            out.push(a);
            windows.iter().for_each(|window| window_parts(window, &mut out));
        }
        _ => {}
    }
    if let Some(term) = term_of(expr) {
        term_parts(term, &mut out);
    }
    out
}
