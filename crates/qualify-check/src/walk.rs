//! What an expression reads: the lead, and events.

use qualify_model::{Expr, ExprKind, children};

/// Whether the expression reads anything of the lead; params and constants are the same for all.
pub(crate) fn reads_lead(expr: &Expr) -> bool {
    let leaf = matches!(
        expr.kind,
        ExprKind::Let(_)
            | ExprKind::Attribute(_)
            | ExprKind::Score(_)
            | ExprKind::Total
            | ExprKind::Grade(_)
            | ExprKind::StageIs(_)
            | ExprKind::StageAtLeast(_)
            | ExprKind::StageHolds(_)
            | ExprKind::CurrentStageAtLeast(_)
            | ExprKind::Segment(_)
            | ExprKind::Happens(_)
            | ExprKind::Count(_)
            | ExprKind::CountDifferent(..)
            | ExprKind::Aggregate(..)
            | ExprKind::DaysSinceLast(_)
            | ExprKind::DaysWith(_)
    );
    let mut found = leaf;
    children(expr, &mut |child| found = found || reads_lead(child));
    found
}

/// The event terms of an expression, and how it reads events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct EventTerms {
    /// Terms that must happen.
    pub positive: u32,
    /// Terms that must not.
    pub negative: u32,
    /// Counts, aggregates and other values made of events.
    pub values: u32,
}

impl EventTerms {
    /// Whether events are read at all.
    pub fn any(self) -> bool {
        self.positive + self.negative + self.values > 0
    }
}
