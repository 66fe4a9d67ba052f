//! Attributes of the lead and properties of an event in hand as variables.

use super::{Encoder, Here, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::facts::Reading;
use crate::proof::int::Int;
use crate::proof::three::{Num, Three};
use qualify_model::calendar::DAY_US;
use qualify_model::*;

/// Instants of data: from the year 1 to 9999, in microseconds around 1970.
const EARLIEST: i128 = -62_135_596_800_000_000;
const LATEST: i128 = 253_402_300_800_000_000;

/// Whose value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    /// An attribute, by place.
    Attribute(usize),
    /// A property of an event of that type, by place.
    Property(EventId, usize),
    /// The time of the event in hand.
    EventTime,
}

impl Source {
    /// Different for different ones.
    pub(super) fn number(self) -> i128 {
        match self {
            Source::Attribute(place) => place as i128,
            Source::Property(kind, place) => -1 - (i128::from(kind.0) << 32) - place as i128,
            Source::EventTime => i128::MAX,
        }
    }
}

/// An attribute or property of the lead that is not known.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) known: Lit,
    pub(crate) values: Values,
}

/// What it can be.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// A number, a word's number, days, microseconds; yes is 1.
    Number(Int),
    /// A text, by its place among the encoder's text variables.
    Text(usize),
    /// A list: its elements are asked for one by one.
    List,
}

impl<'m> Encoder<'_, 'm> {
    /// The variable of an attribute or property, whichever side accepts it.
    pub(crate) fn variable(&mut self, source: Source) -> Variable {
        if let Some(known) = self.sources.get(&source) {
            return known.clone();
        }
        let schema = self.pair.schema;
        let attribute = match source {
            Source::Attribute(place) => &schema.attributes[place],
            Source::Property(kind, place) => &schema.event(kind).properties[place],
            Source::EventTime => {
                // what asks for more than its age may see any instant
                let values = Values::Number(self.c.any_int(EARLIEST, LATEST));
                let variable = Variable { known: TRUE, values };
                self.sources.insert(source, variable.clone());
                return variable;
            }
        };
        let values = match &attribute.ty {
            Type::YesNo => Values::Number(self.c.any_int(0, 1)),
            Type::Number(_) => {
                let (low, high) = match &attribute.range {
                    Some((Value::Number(low), Value::Number(high))) => (*low, *high),
                    _ => (i64::MIN, i64::MAX),
                };
                Values::Number(self.c.any_int(low.into(), high.into()))
            }
            Type::Text(_) | Type::Stage => Values::Text(self.text_variable()),
            Type::Date => {
                let day = i128::from(DAY_US);
                Values::Number(self.c.any_int(EARLIEST / day, LATEST / day))
            }
            Type::Time => Values::Number(self.c.any_int(EARLIEST, LATEST)),
            Type::Duration => Values::Number(self.c.any_int(i64::MIN.into(), i64::MAX.into())),
            Type::OneOf(id) => {
                let words = schema.vocabulary(*id).words.len() as i128;
                Values::Number(self.c.any_int(0, (words - 1).max(0)))
            }
            Type::List(_) => Values::List,
        };
        let variable = Variable { known: self.c.input(), values };
        self.sources.insert(source, variable.clone());
        variable
    }

    /// The same as one side sees it: unknown where it does not accept the value.
    pub(crate) fn seen(&mut self, source: Source, which: usize) -> Variable {
        let variable = self.variable(source);
        let reading = match source {
            Source::Attribute(place) => self.pair.attribute(which, place),
            Source::Property(kind, place) => self.pair.property(which, kind, place),
            Source::EventTime => None,
        };
        let Some(reading) = reading else { return variable };
        let accepted = match (reading, &variable.values) {
            (Reading::Nothing, _) => FALSE,
            (Reading::Range(low, high), Values::Number(int)) => {
                let inside = self.c.at_least(int, (*low).into());
                let beyond = self.c.at_least(int, i128::from(*high) + 1);
                self.c.and([inside, !beyond])
            }
            (Reading::Words(places), Values::Number(int)) => {
                let own = places.iter().enumerate().filter(|(_, own)| own.is_some());
                let each: Vec<Lit> = own.map(|(word, _)| self.c.equals(int, word as i128)).collect();
                self.c.or(each)
            }
            // a list of words of which some are strange to it is not looked into
            _ => TRUE,
        };
        Variable { known: self.c.and([variable.known, accepted]), ..variable }
    }

    /// That both sides accept all facts that were asked for.
    pub(crate) fn shared(&mut self) -> Vec<Lit> {
        let sources: Vec<Source> = self.sources.keys().copied().collect();
        let mut out = Vec::new();
        for source in sources {
            let known = self.variable(source).known;
            for which in 0..2 {
                let seen = self.seen(source, which).known;
                if seen != known {
                    out.push(self.c.or([!known, seen]));
                }
            }
        }
        out.sort_unstable();
        out
    }

    /// The attribute or property that an expression is.
    pub(super) fn source(&self, expr: &Expr, here: Here) -> Option<Source> {
        match &expr.kind {
            ExprKind::Attribute(id) => Some(Source::Attribute(id.index())),
            ExprKind::Property(property) => {
                let kind = here.event?;
                let place = (*property.places.get(kind.index())?)? as usize;
                let own = &self.model(here).schema.event(kind).properties.get(place)?.ty;
                // a property of several types may be read as another type than its own
                (*own == property.ty).then_some(Source::Property(kind, place))
            }
            ExprKind::EventTime => here.event.map(|_| Source::EventTime),
            _ => None,
        }
    }

    /// A yes/no attribute.
    pub(super) fn yes_no(&mut self, source: Source, here: Here) -> Three {
        let Variable { known, values } = self.seen(source, here.which);
        let Values::Number(int) = values else { return Three::UNKNOWN };
        self.c.if_known(known, int.bits[0])
    }

    pub(super) fn number_of(&mut self, source: Source, here: Here) -> Option<Num> {
        let Variable { known, values } = self.seen(source, here.which);
        match values {
            Values::Number(int) => Some(Num { known, int }),
            _ => None,
        }
    }

    pub(super) fn list(&mut self, expr: &'m Expr, here: Here) -> Sym {
        match (self.source(expr, here), &expr.kind) {
            (Some(source), _) => Sym::List(self.variable(source).known, source),
            (None, ExprKind::Let(id)) => self.named(*id, here),
            _ => {
                let (label, parts) = self.in_words(expr, here);
                let label = format!("list {label}");
                let truth = self.any_truth("a list that is worked out", expr.span, label, &parts, here);
                Sym::Three(truth)
            }
        }
    }

    /// How long ago a time or date is, in microseconds: of an event at 0 or later, of an attribute also to come.
    pub(crate) fn age(&mut self, source: Source) -> Int {
        if let Some(known) = self.ages.get(&source) {
            return known.clone();
        }
        let reach = LATEST - EARLIEST;
        let age = match source {
            Source::EventTime => self.c.any_int(0, reach),
            _ => self.c.any_int(-reach, reach),
        };
        self.ages.insert(source, age.clone());
        age
    }

    /// The age of a time or date with whether it is known, if the expression is an attribute or property.
    pub(super) fn aged(&mut self, expr: &'m Expr, here: Here) -> Option<Num> {
        let expr = self.behind(expr, here);
        let source = self.source(expr, here)?;
        let known = match source {
            Source::EventTime => TRUE,
            _ => self.variable(source).known,
        };
        Some(Num { known, int: self.age(source) })
    }

    /// What names stand for.
    pub(super) fn behind(&self, expr: &'m Expr, here: Here) -> &'m Expr {
        let mut expr = expr;
        while let ExprKind::Let(id) = &expr.kind {
            expr = &self.model(here).lets[id.index()].value;
        }
        expr
    }
}
