//! Tables: the first row that matches.

use crate::condition::holds;
use crate::evaluation::{Evaluation, Scope};
use crate::watch::Chosen;
use qualify_model::{Comparison, Expr, Head, Row, Table, Truth, Type, Value};
use std::cmp::Ordering;

impl Evaluation<'_> {
    /// The cell of the matching row: of `unknown` for an unknown subject, of `otherwise` if no row matches.
    pub(crate) fn cell<'t>(&self, table: &'t Table, scope: Scope) -> Option<&'t Expr> {
        let Some(subject) = self.value(&table.subject, scope) else {
            return table.unknown.as_ref().inspect(|cell| self.tell(Chosen::Cell(cell)));
        };
        let matches = |row: &&Row| self.head_matches(&row.head, &subject, &table.subject.ty, scope).is_true();
        match table.rows.iter().find(matches) {
            Some(row) => {
                self.tell(Chosen::Row(row));
                Some(&row.points)
            }
            None => table.otherwise.as_ref().inspect(|cell| self.tell(Chosen::Cell(cell))),
        }
    }

    fn head_matches(&self, head: &Head, subject: &Value, ty: &Type, scope: Scope) -> Truth {
        let against = |comparison: Comparison, bound: &Expr| {
            let bound_value = self.value(bound, scope);
            let ordering: Option<Ordering> =
                bound_value.and_then(|value| self.compare((subject, ty), (&value, &bound.ty)));
            Truth::from(ordering.map(|ordering| holds(comparison, ordering)))
        };
        match head {
            Head::Compare(comparison, bound) => against(*comparison, bound),
            Head::Range(low, high) => {
                against(Comparison::GreaterOrEqual, low).and(against(Comparison::LessOrEqual, high))
            }
            Head::In(set) => self.is_in(subject, ty, set, scope),
            Head::Text(test, needles) => self.text_test(*test, subject, ty, needles, scope),
        }
    }
}
