//! Grade sets and matrices.

use crate::lower::Lower;
use crate::names::Named;
use crate::outline::GradeStatement;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{GradeId, GradeKind, GradeLine, GradeSet};
use qualify_syntax::tree::{GradeDecl, MatrixDecl, Name};
use std::collections::HashMap;

/// A matrix of more labels than this is refused.
const MOST_LABELS: usize = 10_000;

/// The statements of one set, by the set's number.
struct Sets<'t> {
    lines: Vec<Vec<(&'t GradeDecl, Span)>>,
    matrices: Vec<Option<(&'t MatrixDecl, Span)>>,
    names: Vec<String>,
}

impl<'a> Lower<'a> {
    fn sets(&self) -> Sets<'a> {
        let count = self.labels.len();
        let mut sets =
            Sets { lines: vec![Vec::new(); count], matrices: vec![None; count], names: Vec::new() };
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for (statement, span) in &self.outline.grades {
            let name = match statement {
                GradeStatement::Line(line) => line.set.as_ref().map_or("grade", |set| set.text.as_str()),
                GradeStatement::Matrix(matrix) => matrix.name.text.as_str(),
            };
            let next = ids.len();
            let id = *ids.entry(name).or_insert_with(|| {
                sets.names.push(name.to_string());
                next
            });
            match statement {
                GradeStatement::Line(line) => sets.lines[id].push((line, *span)),
                GradeStatement::Matrix(matrix) => {
                    sets.matrices[id] = sets.matrices[id].or(Some((matrix, *span)))
                }
            }
        }
        sets
    }

    /// Finds the labels of all sets, before any condition asks for them.
    pub fn collect_labels(&mut self) {
        let sets = self.sets();
        for (labels, lines) in self.labels.iter_mut().zip(&sets.lines) {
            for (line, _) in lines {
                if !labels.contains(&line.label.text) {
                    labels.push(line.label.text.clone());
                }
            }
        }
        let mut open: Vec<(usize, &MatrixDecl, GradeId, GradeId)> = Vec::new();
        for (i, matrix) in sets.matrices.iter().enumerate() {
            let Some((matrix, _)) = matrix else { continue };
            let (first, second) = (self.grade_named(&matrix.first), self.grade_named(&matrix.second));
            match (first, second) {
                (Some(first), Some(second)) => open.push((i, matrix, first, second)),
                // its labels are not known
                _ => _ = self.lost.insert(matrix.name.text.clone()),
            }
        }
        // a matrix of matrices waits for its parts; what waits for ever needs itself, which the loops tell
        loop {
            let before = open.len();
            open.retain(|(i, matrix, first, second)| {
                let waits = |id: &GradeId| self.labels[id.index()].is_empty();
                if waits(first) || waits(second) {
                    return true;
                }
                let size = self.labels[first.index()].len().saturating_mul(self.labels[second.index()].len());
                if size > MOST_LABELS {
                    let message =
                        format!("a matrix has at most {MOST_LABELS} grades, and this one would have {size}");
                    self.out.push(Diagnostic::new(Code::E0305, matrix.name.span, message));
                    return false;
                }
                let (rows, columns) =
                    (self.labels[first.index()].clone(), self.labels[second.index()].clone());
                self.labels[*i] =
                    rows.iter().flat_map(|a| columns.iter().map(move |b| format!("{a}{b}"))).collect();
                false
            });
            if open.len() == before {
                break;
            }
        }
    }

    fn grade_named(&mut self, name: &Name) -> Option<GradeId> {
        if let Some(&(Named::Grade(id), _)) = self.names.own.get(&name.text) {
            self.used.insert(Named::Grade(id));
            return Some(id);
        }
        let grades = self.names.own.iter().filter(|(_, (named, _))| matches!(named, Named::Grade(_)));
        let known: Vec<String> = grades.map(|(name, _)| name.clone()).collect();
        let message = format!("no grade is called `{}`", name.text);
        self.unknown(Code::E0201, &name.text, name.span, message, known.iter().map(String::as_str))
    }

    /// Lowers all grade sets.
    pub fn lower_grades(&mut self) -> Vec<Option<GradeSet>> {
        let sets = self.sets();
        let mut out = Vec::new();
        for (i, name) in sets.names.iter().enumerate() {
            let labels = self.labels[i].clone();
            let set = if let Some((matrix, span)) = sets.matrices[i] {
                // names that are not known were reported with the labels
                let own = |name: &Name| match self.names.own.get(&name.text) {
                    Some((Named::Grade(id), _)) => Some(*id),
                    _ => None,
                };
                own(&matrix.first)
                    .zip(own(&matrix.second))
                    .map(|(first, second)| (GradeKind::Matrix(first, second), span))
            } else {
                self.grade_lines(&sets.lines[i], &labels)
            };
            out.push(set.map(|(kind, span)| GradeSet { name: name.clone(), kind, labels, span }));
        }
        out
    }

    fn grade_lines(&mut self, lines: &[(&GradeDecl, Span)], labels: &[String]) -> Option<(GradeKind, Span)> {
        let first = lines.first()?.1;
        let mut fine =
            self.otherwise_at_end(lines.iter().map(|(line, span)| (line.condition.is_none(), *span)));
        let mut out = Vec::new();
        for (line, span) in lines {
            let label = labels.iter().position(|label| *label == line.label.text)? as u32;
            let condition = match &line.condition {
                None => None,
                Some(condition) => match self.condition(condition) {
                    Some(condition) => Some(condition),
                    None => {
                        fine = None;
                        continue;
                    }
                },
            };
            out.push(GradeLine { label, condition, span: *span });
        }
        fine.map(|()| (GradeKind::Lines(out), first))
    }

    /// Reports lines behind one with `otherwise`.
    pub fn otherwise_at_end(&mut self, lines: impl Iterator<Item = (bool, Span)>) -> Option<()> {
        let mut otherwise: Option<Span> = None;
        let mut shadowed = Vec::new();
        for (is_otherwise, span) in lines {
            match otherwise {
                Some(_) => shadowed.push(span),
                None if is_otherwise => otherwise = Some(span),
                None => {}
            }
        }
        match otherwise {
            Some(otherwise) if !shadowed.is_empty() => self.shadowed(otherwise, &shadowed),
            _ => Some(()),
        }
    }
}
