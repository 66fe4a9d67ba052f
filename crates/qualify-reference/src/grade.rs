//! Grades: the first line that holds; two sets joined to a matrix.

use crate::evaluation::Evaluation;
use crate::watch::Chosen;
use qualify_model::{GradeId, GradeKind, GradeLine};

impl Evaluation<'_> {
    /// The label of a grade set; none if it has none.
    pub(crate) fn label(&self, id: GradeId) -> Option<String> {
        if let Some(outcome) = self.concluded {
            return outcome.grades[id.index()].clone();
        }
        self.grades[id.index()].get(None, || {
            let set = &self.model.grades[id.index()];
            match &set.kind {
                GradeKind::Lines(lines) => {
                    let line = lines.iter().find(|line| self.line_holds(line))?;
                    self.tell(Chosen::Grade(line));
                    set.labels.get(line.label as usize).cloned()
                }
                GradeKind::Matrix(first, second) => Some(self.label(*first)? + &self.label(*second)?),
            }
        })
    }

    fn line_holds(&self, line: &GradeLine) -> bool {
        line.condition.as_ref().is_none_or(|condition| self.truth(condition, self.everything()).is_true())
    }
}
