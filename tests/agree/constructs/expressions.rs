//! Constructs of expressions.
//!
//! Not in here: event terms.

use super::Walk;
use qualify_model::{Aggregate, Expr, ExprKind, NumberKind, Operator, Part, Set, Type};

impl Walk<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        let several = |walk: &mut Self, of: &[Expr]| of.iter().for_each(|part| walk.expr(part));
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Unknown | ExprKind::Let(_) => {}
            ExprKind::RouteIs(_) | ExprKind::StatusIs(_) => {}
            ExprKind::Param(_) => self.is("a param in an expression"),
            ExprKind::Attribute(id) => {
                let account = self.model.schema.attribute(*id).owner == qualify_model::Owner::Account;
                self.if_so(account, "account attribute");
            }
            ExprKind::Property(property) => {
                self.is("property in a filter");
                self.if_so(property.places.iter().flatten().count() > 1, "shared property");
            }
            ExprKind::EventTime => self.is("time of an event"),
            ExprKind::Times => self.is("times"),
            ExprKind::Part(part, text) => {
                self.is(match part {
                    Part::Domain => "domain",
                    Part::LocalPart => "local part",
                    Part::Host => "host",
                    Part::Path => "path",
                });
                self.expr(text);
            }
            ExprKind::Score(_) => self.is("score in a condition"),
            ExprKind::Total => self.is("total in a condition"),
            ExprKind::Grade(_) => self.is("grade in a condition"),
            ExprKind::StageIs(_) => self.is("stage is"),
            ExprKind::StageAtLeast(_) => self.is("stage at least"),
            ExprKind::StageHolds(_) => self.is("a stage by its name"),
            ExprKind::CurrentStageAtLeast(_) => self.is("current stage"),
            ExprKind::Segment(_) => self.is("a segment in a condition"),
            ExprKind::And(parts) => {
                self.is("and");
                several(self, parts);
            }
            ExprKind::Or(parts) => {
                self.is("or");
                several(self, parts);
            }
            ExprKind::Not(part) => {
                self.is("not");
                self.expr(part);
            }
            ExprKind::HowMany(quantity, parts) => {
                self.is("how many");
                self.quantity(quantity);
                several(self, parts);
            }
            ExprKind::Compare(_, a, b) => self.compare(a, b),
            ExprKind::Between(a, b, c) => {
                self.is("between");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::In(value, set) => self.in_set(value, set),
            ExprKind::Text(test, text, needles) => {
                self.text_test(*test);
                self.if_so(matches!(text.ty, Type::List(_)), "a test on a list of text");
                let computed = needles.iter().any(|needle| !matches!(needle.kind, ExprKind::Constant(_)));
                let by_computed = computed && matches!(text.ty, Type::List(_));
                self.if_so(by_computed, "a test on a list by a computed text");
                let of_event = needles.iter().any(|needle| matches!(needle.kind, ExprKind::Property(_)));
                let of_lead = matches!(text.kind, ExprKind::Attribute(_));
                self.if_so(by_computed && of_event && of_lead, "a list of the lead for each event");
                self.expr(text);
                several(self, needles);
            }
            ExprKind::Known(part) => {
                self.is("known");
                self.expr(part);
            }
            _ => self.number(expr),
        }
    }

    fn compare(&mut self, a: &Expr, b: &Expr) {
        self.is(match (&a.ty, &b.ty) {
            (Type::Number(NumberKind::Money), _) => "compare money",
            (Type::Number(a), Type::Number(b)) if a != b => "compare two kinds of numbers",
            (Type::Number(_), _) => "compare numbers",
            (Type::Date, Type::Time) | (Type::Time, Type::Date) => "compare a date with a time",
            (Type::Date | Type::Time, _) => "compare dates",
            (Type::Duration, _) => "compare durations",
            (Type::OneOf(id), _) if self.model.schema.vocabulary(*id).ordered => "compare ordered words",
            (Type::OneOf(_), _) => "compare words",
            (Type::YesNo, _) => "compare yes/no",
            _ => "compare text",
        });
        self.expr(a);
        self.expr(b);
    }

    fn in_set(&mut self, value: &Expr, set: &Set) {
        match set {
            Set::Values(_) => self.is("in values"),
            Set::List(_) => self.is("in a list"),
            Set::Attribute(list) => {
                self.is("in an attribute");
                self.in_list(&value.ty, &list.ty);
                let of_lead = matches!(list.kind, ExprKind::Attribute(_));
                let of_event = matches!(value.kind, ExprKind::Property(_) | ExprKind::EventTime);
                self.if_so(of_lead && of_event, "a list of the lead for each event");
                self.expr(list);
            }
        }
        self.if_so(matches!(value.ty, Type::List(_)), "a list in values");
        self.if_so(value.ty == Type::Text(qualify_model::TextKind::Domain), "a domain in values");
        self.expr(value);
    }

    fn in_list(&mut self, value: &Type, list: &Type) {
        let element = |ty: &Type| if let Type::List(inner) = ty { (**inner).clone() } else { ty.clone() };
        let two_kinds = match (element(value), element(list)) {
            (Type::Number(a), Type::Number(b)) => a != b,
            (Type::Date, Type::Time) | (Type::Time, Type::Date) => {
                self.is("dates and times in lists");
                true
            }
            (Type::YesNo, _) => {
                self.is("yes/no in a list");
                false
            }
            _ => false,
        };
        let is_list = matches!(value, Type::List(_));
        self.if_so(two_kinds, if is_list { "lists of two kinds" } else { "in a list of another kind" });
    }

    fn number(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Arithmetic(operator, a, b) => {
                self.is(match operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    Operator::Multiply => "*",
                    Operator::Divide => "/",
                });
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Negate(part) => {
                self.is("negate");
                self.expr(part);
            }
            ExprKind::Weighted(parts) => {
                self.is("weighted sum");
                parts.iter().for_each(|(_, value)| self.expr(value));
            }
            ExprKind::Min(parts) => {
                self.is("min");
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Max(parts) => {
                self.is("max");
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Clamp(a, b, c) => {
                self.is("clamp");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::Round(part) => {
                self.is("round");
                self.expr(part);
            }
            ExprKind::Convert(part) => {
                self.is("convert");
                self.expr(part);
            }
            ExprKind::If(a, b, c) => {
                self.is("if");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::IfKnown(a, b) => {
                self.is("if known");
                self.expr(a);
                self.expr(b);
            }
            ExprKind::AggregateOf(aggregate, parts) => {
                self.is(if *aggregate == Aggregate::Total {
                    "total of several"
                } else {
                    "largest of several"
                });
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Table(table) => {
                self.is("a table as a value");
                self.table(table);
            }
            _ => self.of_events(expr),
        }
    }

    fn of_events(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Happens(term) => {
                self.is("happens");
                self.term(term);
            }
            ExprKind::Count(term) => {
                self.is("number of");
                self.term(term);
            }
            ExprKind::CountDifferent(property, term) => {
                self.is("number of different");
                self.if_so(property.places.iter().flatten().count() > 1, "shared property");
                self.term(term);
            }
            ExprKind::Aggregate(aggregate, property, term) => {
                self.is(match aggregate {
                    Aggregate::Total => "total of",
                    Aggregate::Average => "average of",
                    Aggregate::Largest => "largest of",
                    Aggregate::Smallest => "smallest of",
                    Aggregate::First => "first of",
                    Aggregate::Latest => "latest of",
                });
                let text = matches!(property.ty, Type::Text(_) | Type::OneOf(_));
                self.if_so(text, "first of text");
                self.term(term);
            }
            ExprKind::DaysSinceLast(term) => {
                self.is("days since last");
                self.term(term);
            }
            ExprKind::DaysWith(term) => {
                self.is("days with");
                self.term(term);
            }
            ExprKind::DaysSince(part) => {
                self.is("days since");
                self.expr(part);
            }
            ExprKind::InWindow(part, windows) => {
                self.is("an attribute in a window");
                self.expr(part);
                windows.iter().for_each(|window| self.window(window));
            }
            _ => {}
        }
    }
}
