//! `points for X { … }`, as a rule and as a value.

use crate::compare::{comparison, element_type, text_test};
use crate::lists::joined_kind;
use crate::lower::{Hint, Lower};
use crate::names::Named;
use crate::paths::{Found, Meaning};
use crate::terms::plain_text;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Comparison, Expr, ExprKind, Head, NumberKind, Row, Set, Table, Type, Value};
use qualify_syntax::tree::{self, Literal, LiteralKind, RowHead};

impl Lower<'_> {
    /// A table as a rule: its cells are points.
    pub fn points_table(&mut self, table: &tree::Table) -> Option<Table> {
        self.table(table, Some(NumberKind::Points))
    }

    /// A table as a value: its cells are of the kind that is asked for, or that holds them all.
    pub fn table_value(&mut self, table: &tree::Table, hint: &Hint) -> Option<Expr> {
        let kind = match hint {
            Hint::Type(Type::Number(kind)) => Some(*kind),
            _ => None,
        };
        let lowered = self.table(table, kind)?;
        let ty = Type::Number(lowered.kind);
        Some(Expr { kind: ExprKind::Table(Box::new(lowered)), ty, span: table.span })
    }

    fn table(&mut self, table: &tree::Table, kind: Option<NumberKind>) -> Option<Table> {
        let subject = self.value(&table.subject, &Hint::Any);
        let subject = match subject {
            Some(subject) if self.is_event(&subject) => self.need_number(&subject),
            subject => subject,
        };
        let ordered = self.otherwise_is_last(table);
        let hint = self.element_hint(&subject);
        let cells = self.cells(table, kind);
        let mut rows = Vec::new();
        let mut fine = ordered.is_some();
        let (mut otherwise, mut unknown) = (None, None);
        for (i, row) in table.rows.iter().enumerate() {
            let cell = cells.as_ref().map(|(cells, _)| cells[i].clone());
            match &row.head {
                RowHead::Otherwise => otherwise = cell,
                RowHead::Unknown => unknown = cell,
                head => match (self.heads(head, &hint, subject.as_ref(), row.span), cell) {
                    (Some(heads), Some(points)) => {
                        rows.extend(heads.into_iter().map(|head| Row {
                            head,
                            points: points.clone(),
                            span: row.span,
                        }));
                    }
                    _ => fine = false,
                },
            }
        }
        let (subject, (_, kind)) = (subject?, cells?);
        fine.then_some(Table { subject, rows, otherwise, unknown, kind, span: table.span })
    }

    /// Rows behind `otherwise` are never looked at; `unknown` is no such row, and each stands once.
    fn otherwise_is_last(&mut self, table: &tree::Table) -> Option<()> {
        let mut fine = Some(());
        let mut otherwise: Option<Span> = None;
        let mut unknown: Option<Span> = None;
        let mut shadowed: Vec<Span> = Vec::new();
        for row in &table.rows {
            match (&row.head, otherwise, unknown) {
                (RowHead::Unknown, _, Some(first)) | (RowHead::Otherwise, Some(first), _) => {
                    self.said_twice(row.span, first);
                    fine = None;
                }
                (RowHead::Unknown, _, None) => unknown = Some(row.span),
                (RowHead::Otherwise, None, _) => otherwise = Some(row.span),
                (_, Some(_), _) => shadowed.push(row.span),
                _ => {}
            }
        }
        match otherwise {
            Some(otherwise) if !shadowed.is_empty() => self.shadowed(otherwise, &shadowed),
            _ => fine,
        }
    }

    /// Reports an `otherwise` that is not the last line.
    pub fn shadowed<T>(&mut self, otherwise: Span, lines: &[Span]) -> Option<T> {
        let words: Vec<String> = lines.iter().map(|line| self.words(*line)).collect();
        let what = crate::nearest::enumerate(words.iter().map(String::as_str));
        let message = format!("`otherwise` takes all that is left, so {what} can never be reached");
        let mut diagnostic = Diagnostic::new(Code::E0413, otherwise, message).note("put `otherwise` last");
        for line in lines {
            diagnostic = diagnostic.other(*line, "never reached");
        }
        self.report(diagnostic);
        None
    }

    /// The cells of all rows, of one kind.
    fn cells(&mut self, table: &tree::Table, kind: Option<NumberKind>) -> Option<(Vec<Expr>, NumberKind)> {
        let hint = kind.map_or(Hint::Any, |kind| Hint::Type(Type::Number(kind)));
        let mut cells: Vec<Option<Expr>> = Vec::new();
        for row in &table.rows {
            let cell = self.cell(&row.points, &hint);
            cells.push(cell);
        }
        let cells: Vec<Expr> = cells.into_iter().collect::<Option<_>>()?;
        let kind = match kind {
            Some(kind) => kind,
            None => {
                let mut common = NumberKind::Integer;
                for cell in &cells {
                    let Type::Number(kind) = cell.ty else { continue };
                    match joined_kind(common, kind) {
                        Some(kind) => common = kind,
                        None => return self.money_and_points(cell.span, kind),
                    }
                }
                common
            }
        };
        let ty = Type::Number(kind);
        let cells: Vec<Option<Expr>> = cells
            .into_iter()
            .map(|cell| match cell.kind {
                ExprKind::Unknown => Some(Expr { ty: ty.clone(), ..cell }),
                _ => self.fit(cell, &ty),
            })
            .collect();
        Some((cells.into_iter().collect::<Option<_>>()?, kind))
    }

    fn cell(&mut self, literal: &Literal, hint: &Hint) -> Option<Expr> {
        if let LiteralKind::Word(path) = &literal.kind
            && path.parts.len() == 1
            && path.parts[0].text == "unknown"
        {
            let ty = Type::Number(NumberKind::Integer);
            return Some(Expr { kind: ExprKind::Unknown, ty, span: literal.span });
        }
        let cell = self.literal(literal, hint)?;
        let cell = self.fixed(cell)?;
        if matches!(cell.ty, Type::Number(_)) { Some(cell) } else { self.need_number(&cell) }
    }

    /// The head of a row; several where some of its values are no plain constants.
    fn heads(
        &mut self,
        head: &RowHead,
        hint: &Hint,
        subject: Option<&Expr>,
        span: Span,
    ) -> Option<Vec<Head>> {
        match head {
            RowHead::Otherwise | RowHead::Unknown => None,
            RowHead::Compare(written, literal) => {
                let operator = comparison(*written);
                let value = self.literal(literal, hint);
                let value = self.fixed(value?)?;
                self.comparable(operator, subject?, &value, span)?;
                Some(vec![Head::Compare(operator, value)])
            }
            RowHead::Range(low, high) => {
                self.range_allowed(low, high, subject)?;
                self.head_range(low, high, hint, subject, span)
            }
            RowHead::Between(low, high) => self.head_range(low, high, hint, subject, span),
            RowHead::Values(literals) => self.head_values(literals, hint, subject),
            RowHead::In(tree::Set::Values(literals, _)) => self.head_values(literals, hint, subject),
            RowHead::In(tree::Set::Name(path)) => {
                if let Found::One(Meaning::Named(Named::List(id))) = self.look_up(path) {
                    let ty = subject.map(|subject| element_type(&subject.ty).clone());
                    return self.list_set(id, path.span, ty.as_ref()).map(|set| vec![Head::In(set)]);
                }
                let list = self.path_value(path, &Hint::Any)?;
                let Type::List(inner) = &list.ty else {
                    let (words, what) = (self.words(list.span), self.describe(&list.ty));
                    return self.fail(
                        Code::E0314,
                        list.span,
                        format!("`{words}` is {what}, and a list is needed behind `in`"),
                    );
                };
                let one = Expr { kind: ExprKind::Unknown, ty: (**inner).clone(), span: list.span };
                let subject = subject?;
                let looked_for = Expr { ty: element_type(&subject.ty).clone(), ..subject.clone() };
                self.same_type(&looked_for, &one, span)?;
                Some(vec![Head::In(Set::Attribute(Box::new(list)))])
            }
            RowHead::Text(test, literals) => {
                let needles = self.head_texts(literals);
                let subject = subject?;
                if !matches!(element_type(&subject.ty), Type::Text(_)) {
                    return self.need_text(subject);
                }
                Some(vec![Head::Text(text_test(*test), needles?)])
            }
        }
    }

    /// `10 to 20` is for whole numbers and dates: between 20 and 21 nothing lies.
    fn range_allowed(&mut self, low: &Literal, high: &Literal, subject: Option<&Expr>) -> Option<()> {
        let subject = subject?;
        if matches!(subject.ty, Type::Number(NumberKind::Integer) | Type::Date) {
            return Some(());
        }
        let (words, what) = (self.words(subject.span), self.describe(&subject.ty));
        let (from, to) = (self.words(low.span), self.words(high.span));
        let span = low.span.to(high.span);
        let message = format!("`{from} to {to}` is for whole numbers and dates, and `{words}` is {what}");
        let fix = format!("between {from} and {to}");
        let mut diagnostic = Diagnostic::new(Code::E0318, span, message);
        if self.is_ordered(&subject.ty) {
            diagnostic = diagnostic.fix(format!("write `{fix}`"), span, fix);
        }
        self.report(diagnostic);
        None
    }

    fn head_range(
        &mut self,
        low: &Literal,
        high: &Literal,
        hint: &Hint,
        subject: Option<&Expr>,
        span: Span,
    ) -> Option<Vec<Head>> {
        let (from, to) = (self.literal(low, hint), self.literal(high, hint));
        let (from, to) = (self.fixed(from?)?, self.fixed(to?)?);
        self.comparable(Comparison::LessOrEqual, subject?, &from, span)?;
        self.comparable(Comparison::LessOrEqual, subject?, &to, span)?;
        self.rises(&from, &to)?;
        Some(vec![Head::Range(from, to)])
    }

    fn head_values(
        &mut self,
        literals: &[Literal],
        hint: &Hint,
        subject: Option<&Expr>,
    ) -> Option<Vec<Head>> {
        let (constants, others) = self.set_values(literals, hint)?;
        self.constants_for(&subject?.ty, &others)?;
        let mut heads = Vec::new();
        for other in others {
            let other = self.fixed(other)?;
            heads.push(Head::Compare(Comparison::Equal, other));
        }
        if !constants.is_empty() {
            heads.insert(0, Head::In(Set::Values(constants)));
        }
        Some(heads)
    }

    fn head_texts(&mut self, literals: &[Literal]) -> Option<Vec<Expr>> {
        let mut needles = Vec::new();
        let mut fine = true;
        for literal in literals {
            if let LiteralKind::Word(path) = &literal.kind
                && let Found::One(Meaning::Named(Named::List(id))) = self.look_up(path)
            {
                let Hint::Type(ty) = plain_text() else { continue };
                match self.list_set(id, path.span, Some(&ty)) {
                    Some(_) => {
                        let values: Vec<Value> = self.lists[id.index()].as_ref()?.values.clone();
                        let text = |value| crate::constants::constant(value, ty.clone(), path.span);
                        needles.extend(values.into_iter().map(text));
                    }
                    None => fine = false,
                }
                continue;
            }
            match self.literal(literal, &plain_text()) {
                Some(needle) if matches!(needle.ty, Type::Text(_)) => needles.push(needle),
                Some(needle) => {
                    let words = self.words(needle.span);
                    let message =
                        format!("`{words}` is {}, and text is looked for", self.describe(&needle.ty));
                    let diagnostic = Diagnostic::new(Code::E0302, needle.span, message);
                    self.report(diagnostic.fix("write it as text", needle.span, format!("\"{words}\"")));
                    fine = false;
                }
                None => fine = false,
            }
        }
        fine.then_some(needles)
    }
}
