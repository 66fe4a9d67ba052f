//! What a model reads and which values it names: attributes, words of vocabularies, events and their objects.

use crate::proof::walk;
use qualify_diagnostics::Span;
use qualify_model::{
    AttributeId, Comparison, EventId, Expr, ExprKind, Head, LetId, Model, Needs, ObjectTest, Rule, RuleKind,
    Set, Step, Table, Type, Value,
};
use std::collections::HashSet;

/// Everything named, in the order in which it was met.
#[derive(Default)]
pub(super) struct Mentions {
    /// Attributes, each with every place.
    pub attributes: Vec<(AttributeId, Span)>,
    /// Values, each with every place.
    pub values: Vec<(Named, Span)>,
}

/// A value that may occur in the data or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Named {
    /// A word as the value of an attribute.
    Word(AttributeId, u32),
    /// An event of a type.
    Event(EventId),
    /// A word as the value of a property: the column of the batch, the type, the place and the word.
    Property { column: usize, event: EventId, place: usize, word: u32 },
    /// A text or pattern as the object of an event.
    Object { column: usize, event: EventId, text: String, glob: bool },
}

impl Mentions {
    /// Of a model, whose batches hold what it needs.
    pub fn of(model: &Model, needs: &Needs) -> Mentions {
        let mut found = Mentions::default();
        walk::everything(model, &mut |expr| found.expression(expr));
        for rule in &model.rules {
            if let RuleKind::Table(table) = &rule.kind {
                found.table(table);
            }
        }
        walk::steps(model, &mut |step| found.step(model, needs, step));
        found
    }

    fn expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Attribute(id) => self.attributes.push((*id, expr.span)),
            ExprKind::Compare(Comparison::Equal | Comparison::NotEqual, a, b) => {
                for (a, b) in [(a, b), (b, a)] {
                    if let (ExprKind::Attribute(id), ExprKind::Constant(Value::Word(word))) =
                        (&a.kind, &b.kind)
                    {
                        self.values.push((Named::Word(*id, *word), expr.span));
                    }
                }
            }
            ExprKind::In(a, Set::Values(values)) => {
                if let ExprKind::Attribute(id) = &a.kind {
                    self.words(*id, values, expr.span);
                }
            }
            ExprKind::Table(table) => self.table(table),
            _ => {}
        }
    }

    fn words(&mut self, id: AttributeId, values: &[Value], span: Span) {
        for value in values {
            if let Value::Word(word) = value {
                self.values.push((Named::Word(id, *word), span));
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let ExprKind::Attribute(id) = &table.subject.kind else { return };
        for row in &table.rows {
            match &row.head {
                Head::In(Set::Values(values)) => self.words(*id, values, row.span),
                Head::Compare(Comparison::Equal, Expr { kind: ExprKind::Constant(value), .. }) => {
                    self.words(*id, std::slice::from_ref(value), row.span);
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, model: &Model, needs: &Needs, step: &Step) {
        let Some(event) = step.kind else { return };
        self.values.push((Named::Event(event), step.span));
        let column = |place: usize| {
            needs.properties.iter().position(|p| p.places.get(event.index()) == Some(&Some(place as u32)))
        };
        for test in step.object.iter().flatten() {
            let Some(column) = column(0) else { continue };
            let named = match test {
                ObjectTest::Is(Value::Word(word)) => Named::Property { column, event, place: 0, word: *word },
                ObjectTest::Is(Value::Text(text)) => {
                    Named::Object { column, event, text: text.to_string(), glob: false }
                }
                ObjectTest::Glob(text) => Named::Object { column, event, text: text.clone(), glob: true },
                ObjectTest::Is(_) | ObjectTest::Named(_) => continue,
            };
            self.values.push((named, step.span));
        }
        let mut waiting: Vec<&Expr> = step.filters.iter().collect();
        while let Some(expr) = waiting.pop() {
            for (place, word) in words_of_properties(model, event, expr) {
                if let Some(column) = column(place) {
                    self.values.push((Named::Property { column, event, place, word }, expr.span));
                }
            }
            waiting.extend(qualify_model::parts(expr));
        }
    }
}

/// The words that a condition compares properties of an event with.
fn words_of_properties(model: &Model, event: EventId, expr: &Expr) -> Vec<(usize, u32)> {
    let place = |expr: &Expr| match &expr.kind {
        ExprKind::Property(property) => {
            let place = property.places.get(event.index()).copied().flatten()? as usize;
            let own = &model.schema.events.get(event.index())?.properties.get(place)?.ty;
            // types that mix vocabularies are read as text
            (matches!(own, Type::OneOf(_)) && *own == property.ty).then_some(place)
        }
        _ => None,
    };
    let word = |value: &Value| match value {
        Value::Word(word) => Some(*word),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Compare(Comparison::Equal | Comparison::NotEqual, a, b) => [(a, b), (b, a)]
            .into_iter()
            .filter_map(|(a, b)| match &b.kind {
                ExprKind::Constant(value) => Some((place(a)?, word(value)?)),
                _ => None,
            })
            .collect(),
        ExprKind::In(a, Set::Values(values)) => match place(a) {
            Some(place) => values.iter().filter_map(word).map(|word| (place, word)).collect(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The places that a rule consists of: its own, and those of the names that it reads.
pub(super) fn places(model: &Model, rule: &Rule) -> Vec<Span> {
    let mut places = vec![rule.span];
    let mut seen: HashSet<LetId> = HashSet::new();
    let mut waiting = Vec::new();
    waiting.extend(qualify_model::rule_expressions(rule));
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Let(id) = &expr.kind
            && seen.insert(*id)
            && let Some(item) = model.lets.get(id.index())
        {
            places.push(item.span);
            waiting.push(&item.value);
        }
        waiting.extend(qualify_model::parts(expr));
    }
    places
}
