//! Whether an expression can be unknown at all. What cannot be is not asked of tests.

use qualify_model::{
    Aggregate, Anchor, Expr, ExprKind, GradeKind, Model, Operator, Owner, Step, Term, Window, parts,
};

/// Whether some lead may leave the expression unknown. On the safe side: it says so where it is not sure.
pub(super) fn can_be_unknown(model: &Model, expr: &Expr) -> bool {
    let any = |exprs: Vec<&Expr>| exprs.into_iter().any(|part| can_be_unknown(model, part));
    match &expr.kind {
        ExprKind::Unknown | ExprKind::CurrentStageAtLeast(_) | ExprKind::Property(_) => true,
        ExprKind::Constant(_)
        | ExprKind::Param(_)
        | ExprKind::EventTime
        | ExprKind::Times
        | ExprKind::Total
        | ExprKind::StageIs(_)
        | ExprKind::StageAtLeast(_)
        | ExprKind::RouteIs(_)
        | ExprKind::StatusIs(_)
        | ExprKind::Known(_) => false,
        ExprKind::Attribute(id) => {
            let attribute = model.schema.attribute(*id);
            !attribute.required || attribute.owner == Owner::Account
        }
        ExprKind::Let(id) => can_be_unknown(model, &model.lets[id.index()].value),
        ExprKind::Score(id) => model.scores[id.index()].population.is_some(),
        ExprKind::Segment(id) => can_be_unknown(model, &model.segments[id.index()].condition),
        ExprKind::StageHolds(id) => model.stages[id.index()]
            .condition
            .as_ref()
            .is_some_and(|condition| can_be_unknown(model, condition)),
        ExprKind::Grade(id) => match &model.grades[id.index()].kind {
            GradeKind::Lines(lines) => lines.iter().all(|line| line.condition.is_some()),
            GradeKind::Matrix(..) => true,
        },
        ExprKind::DaysSinceLast(_) | ExprKind::Part(..) => true,
        ExprKind::Happens(term)
        | ExprKind::Count(term)
        | ExprKind::CountDifferent(_, term)
        | ExprKind::DaysWith(term) => hangs_on_unknown(model, term),
        ExprKind::Aggregate(aggregate, _, term) => {
            *aggregate != Aggregate::Total || hangs_on_unknown(model, term)
        }
        ExprKind::AggregateOf(_, parts) => any(parts.iter().collect()),
        ExprKind::IfKnown(_, otherwise) => can_be_unknown(model, otherwise),
        ExprKind::Arithmetic(Operator::Divide, ..) | ExprKind::Table(_) => true,
        _ => any(parts(expr)),
    }
}

/// A window of it hangs on a value that may be unknown.
fn hangs_on_unknown(model: &Model, term: &Term) -> bool {
    term.steps.iter().any(|step| step_hangs(model, step))
}

fn step_hangs(model: &Model, step: &Step) -> bool {
    step.windows.iter().any(|window| match window {
        Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => {
            can_be_unknown(model, value)
        }
        Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) => {
            step_hangs(model, step)
        }
        _ => false,
    })
}
