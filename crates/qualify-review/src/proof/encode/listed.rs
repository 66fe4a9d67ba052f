//! Sets and tests on text: `in`, `contains` and their like.

use super::text::{Spelled, Test};
use super::{Encoder, Here, Sym};
use crate::proof::circuit::{FALSE, Lit};
use crate::proof::three::Three;
use qualify_model::*;

impl<'m> Encoder<'_, 'm> {
    /// Whether a value is in a set.
    pub(super) fn is_in(&mut self, value: &'m Expr, set: &'m Set, here: Here) -> Three {
        let model = self.model(here);
        let (entries, ty): (&[Value], &Type) = match set {
            Set::Values(values) => (values, &value.ty),
            Set::List(id) => {
                let list = &model.lists[id.index()];
                (&list.values, &list.ty)
            }
            Set::Attribute(list) => {
                let parts = [self.value(value, here), self.value(list, here)];
                let label = format!("in {:?} {:?}", value.ty, list.ty);
                return self.any_truth("a list attribute to look into", list.span, label, &parts, here);
            }
        };
        let subject = self.value(value, here);
        let known = self.is_known(&subject);
        let entries = entries.to_vec();
        let mut any = Vec::new();
        for entry in &entries {
            any.push(self.is_entry(&subject, &value.ty, entry, ty, here));
        }
        let any = self.c.or(any);
        self.c.if_known(known, any)
    }

    /// Whether a known value is an entry of a set, or shares it, or lies below it.
    fn is_entry(&mut self, subject: &Sym, ty: &Type, entry: &Value, entry_ty: &Type, here: Here) -> Lit {
        let schema = &self.model(here).schema;
        let text_of = |value: &Value, ty: &Type| match (value, ty) {
            (Value::Text(text) | Value::Stage(text), _) => Some(text.to_string()),
            (Value::Word(word), Type::OneOf(id)) => {
                Some(schema.vocabulary(*id).words.get(*word as usize)?.name.clone())
            }
            _ => None,
        };
        match (subject, entry) {
            (Sym::Three(three), Value::YesNo(yes)) => {
                if *yes {
                    three.yes
                } else {
                    three.no
                }
            }
            (Sym::Num(num), Value::Word(word)) if ty == entry_ty => self.c.equals(&num.int, (*word).into()),
            (Sym::Num(num), Value::Word(_) | Value::Text(_)) => {
                let (Type::OneOf(id), Some(text)) = (ty, text_of(entry, entry_ty)) else { return FALSE };
                let words = &schema.vocabulary(*id).words;
                let same = words.iter().position(|word| text::equal(&word.name, &text));
                same.map_or(FALSE, |place| self.c.equals(&num.int, place as i128))
            }
            (Sym::Num(num), Value::Number(n)) => {
                let (from, to) = (super::condition::decimals(ty), super::condition::decimals(entry_ty));
                let finer = from.max(to);
                let int = self.rescaled(&num.int, from, finer);
                self.c.equals(&int, exact::rescale((*n).into(), to, finer))
            }
            (Sym::Num(num), Value::Time(n) | Value::Duration(n)) if ty == entry_ty => {
                self.c.equals(&num.int, (*n).into())
            }
            (Sym::Num(num), Value::Date(n)) if ty == entry_ty => self.c.equals(&num.int, (*n).into()),
            (Sym::Text(spelled), entry) => match text_of(entry, entry_ty) {
                Some(text) if *ty == Type::Text(TextKind::Domain) => {
                    self.passes(spelled, &Test::Within(text))
                }
                Some(text) => self.passes(spelled, &Test::Is(text)),
                None => FALSE,
            },
            (Sym::List(_, source), entry) => {
                // a word by its own name, a text folded: elements that compare as equal are one question
                let question = match (text_of(entry, entry_ty), ty) {
                    (Some(text), Type::List(inner)) if **inner == Type::Text(TextKind::Domain) => {
                        format!("below {}", text::fold(&text))
                    }
                    (Some(text), _) => format!("has {}", text::fold(&text)),
                    (None, _) => format!("has {entry:?}"),
                };
                self.element(*source, question)
            }
            _ => self.any_entry(subject, entry, here),
        }
    }

    fn any_entry(&mut self, subject: &Sym, entry: &Value, here: Here) -> Lit {
        let span = qualify_diagnostics::Span::default();
        let label = format!("is {entry:?}");
        self.any_truth(
            "a set of a kind that is not looked into",
            span,
            label,
            std::slice::from_ref(subject),
            here,
        )
        .yes
    }

    /// A test on a text, or on any element of a list of texts; any needle suffices.
    pub(super) fn text_test(
        &mut self,
        test: TextTest,
        value: &'m Expr,
        needles: &'m [Expr],
        here: Here,
    ) -> Three {
        if let Type::List(_) = value.ty {
            let subject = self.value(value, here);
            let known = self.is_known(&subject);
            let Sym::List(_, source) = subject else {
                return self.needles_beyond(test, value, needles, here);
            };
            let mut any = Vec::new();
            for needle in needles {
                match self.needle(needle, here) {
                    Some(needle) => {
                        any.push(self.element(source, format!("{test:?} {}", text::fold(&needle))));
                    }
                    None => return self.needles_beyond(test, value, needles, here),
                }
            }
            let any = self.c.or(any);
            return self.c.if_known(known, any);
        }
        let Some(whole) = self.as_text(value, here) else {
            return self.needles_beyond(test, value, needles, here);
        };
        let known = self.text_known(&whole);
        let mut any = Vec::new();
        for needle in needles {
            match self.needle(needle, here) {
                Some(needle) => any.push(self.passes(&whole, &Test::Other(test, needle))),
                None => return self.needles_beyond(test, value, needles, here),
            }
        }
        let any = self.c.or(any);
        self.c.if_known(known, any)
    }

    fn needles_beyond(&mut self, test: TextTest, value: &'m Expr, needles: &'m [Expr], here: Here) -> Three {
        let mut parts = vec![self.value(value, here)];
        parts.extend(needles.iter().map(|needle| self.value(needle, here)));
        self.any_truth("a text looked for in a text", value.span, format!("{test:?}"), &parts, here)
    }

    /// What is looked for, if it is a constant.
    fn needle(&mut self, expr: &'m Expr, here: Here) -> Option<String> {
        match self.as_text(expr, here)? {
            Spelled::Constant(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// An expression in words that both models share if they mean the same, and the events that it sees. What speaks
    /// of scores, stages and the like is told apart by where it stands.
    pub(super) fn in_words(&mut self, expr: &'m Expr, here: Here) -> (String, Vec<Sym>) {
        let model = self.model(here);
        let words = spelled_out(model, &format!("{:?}", expr), 0);
        let own = ["ScoreId(", "GradeId(", "StageId(", "SegmentId(", "RouteId(", "LetId(", "Total"];
        let label = match words.filter(|words| !own.iter().any(|name| words.contains(name))) {
            Some(words) => format!("{words} {} {:?}", model.timezone, here.event),
            None => format!("{} {:?} {:?}", here.which, expr.span, here.event),
        };
        let mut seen = self.view(here);
        // names that it stands for see what the whole model does not ignore
        seen.extend(self.view(Here { home: Target::Total, ..here }));
        (label, seen.into_iter().map(|lit| Sym::Three(Three::certain(lit))).collect())
    }

    /// The label and the parts of an expression that is not looked into.
    pub(super) fn described(&mut self, expr: &'m Expr, here: Here) -> (String, Vec<Sym>) {
        use ExprKind::*;
        let own = match &expr.kind {
            Arithmetic(operator, ..) => format!("{operator:?}"),
            AggregateOf(kind, _) => format!("of {kind:?}"),
            Property(property) => format!("{:?} of {:?}", property.name, here.event),
            Part(part, _) => format!("{part:?}"),
            Times => "times".into(),
            EventTime => "event time".into(),
            RouteIs(_) | StatusIs(_) => format!("{:?}", expr.kind),
            Table(_) | Weighted(_) | Min(_) | Max(_) | Clamp(..) | If(..) | IfKnown(..) | DaysSince(_) => {
                format!("{:?}", std::mem::discriminant(&expr.kind))
            }
            _ => return self.in_words(expr, here),
        };
        let table = if let Table(table) = &expr.kind { self.table_described(table, here) } else { None };
        let (more, parts) = match table {
            Some((more, parts)) => (more, parts),
            None => {
                let parts = qualify_model::parts(expr);
                (String::new(), parts.into_iter().map(|part| self.value(part, here)).collect())
            }
        };
        (format!("{own} {:?} {more}", expr.ty), parts)
    }
}

/// The printed form of an expression without places, params and lists by their values, names by what they stand for;
/// none if names stand too deep.
fn spelled_out(model: &Model, printed: &str, depth: u32) -> Option<String> {
    // texts could look like what is looked for here; they have no quotes inside
    let strange = printed.split('"').skip(1).step_by(2).any(|text| text.contains(['{', '(']));
    if depth > 8 || strange {
        return None;
    }
    let mut out = String::new();
    let mut rest = printed;
    while let Some(at) =
        ["Span {", "ParamId(", "ListId(", "LetId("].iter().filter_map(|name| rest.find(name)).min()
    {
        out += &rest[..at];
        rest = &rest[at..];
        let end = rest.find(['}', ')'])?;
        let (name, number) = rest[..end].split_once(['{', '('])?;
        let place = || number.parse::<usize>().ok();
        match name {
            "ParamId" => {
                let param = model.params.get(place()?)?;
                out += &format!("{:?} {:?} {:?}", param.value, param.ty, param.length);
            }
            "ListId" => out += &format!("{:?}", model.lists.get(place()?)?.values),
            "LetId" => {
                let item = model.lets.get(place()?)?;
                // a name in a score's block sees the events of that block
                item.within.is_none().then_some(())?;
                out += &spelled_out(model, &format!("{:?}", item.value), depth + 1)?;
            }
            _ => {}
        }
        // a place ends behind the brackets of its file
        let end = if name.starts_with("Span") { rest.find('}')? } else { end };
        rest = &rest[end + 1..];
    }
    Some(out + rest)
}
