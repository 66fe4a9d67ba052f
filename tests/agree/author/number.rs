//! Numbers: what a lead or an event says, counts and sums over events, arithmetic.
//!
//! Not in here: points of rules, tables.

use super::names::Place;
use super::{Author, term::Shape};
use qualify_model::{NumberKind, Type};

impl Author<'_> {
    /// A number without a unit. Compound ones stand in brackets.
    pub(super) fn number(&mut self, at: Place, depth: usize) -> String {
        if depth == 0 {
            return self.plain_number(at);
        }
        let sub = depth - 1;
        match self.dice.below(20) {
            0 => {
                let sign = self.dice.word(&["+", "-", "*", "/"]);
                format!("({} {sign} {})", self.number(at, sub), self.number(at, sub))
            }
            1 => {
                let (a, b) = (self.number(at, sub), self.number(at, sub));
                format!("(0.5 * {a} - {} * {b})", self.dice.word(&["0.25", "1.333333", "3", "100"]))
            }
            2 => {
                let function = self.dice.word(&["min", "max"]);
                format!("{function}({}, {})", self.number(at, sub), self.number(at, sub))
            }
            3 => {
                let (low, high) = (self.dice.below(4), self.dice.below(20) + 4);
                format!("clamp({}, {low}, {high})", self.number(at, sub))
            }
            4 => format!("round({})", self.number(at, sub)),
            5 => {
                let condition = self.leaf(at);
                format!("(if {condition} then {} else {})", self.number(at, sub), self.number(at, sub))
            }
            6 => match self.value_of(at, is_number) {
                Some(named) => format!("({} if known else {})", named.path, self.number(at, 0)),
                None => self.plain_number(at),
            },
            7 => {
                let word = self.dice.word(&["largest", "smallest", "total", "average", "first"]);
                let (a, b, c) = (self.number(at, sub), self.number(at, 0), self.number(at, 0));
                format!("({word} of ({a}, {b}, {c}))")
            }
            8 => format!("(-{})", self.number(at, sub)),
            9 if at.events => format!("({})", self.table_value(at)),
            10 => match self.money(at) {
                Some(money) => format!("({money} / {})", self.dice.word(&["100 EUR", "3 EUR", "0.01 EUR"])),
                None => self.plain_number(at),
            },
            11 if at.scores > 0 => {
                let score = self.score(at);
                format!("({score} / 7)")
            }
            12 | 13 if at.events && !at.is_filter() => self.count(at),
            _ => self.plain_number(at),
        }
    }

    /// A number that is no sum or product.
    fn plain_number(&mut self, at: Place) -> String {
        match self.dice.below(10) {
            0 => self.constant(),
            1 => self.name(|names| names.params.clone()).unwrap_or("4".into()),
            2 if !at.is_filter() => {
                let names = self.number_lets(at);
                if names.is_empty() { self.constant() } else { self.dice.one(&names).clone() }
            }
            3 if at.hand.is_some_and(|hand| hand.times) => "times".into(),
            4 | 5 if at.events && !at.is_filter() => self.count(at),
            _ => match self.value_of(at, is_number) {
                Some(named) => named.path,
                None if at.events => self.count(at),
                None => self.constant(),
            },
        }
    }

    fn number_lets(&self, at: Place) -> Vec<String> {
        let names = &self.names;
        let mut found = [&names.numbers[..], &names.local_numbers[..]].concat();
        if at.late {
            found.extend_from_slice(&names.late_numbers);
        }
        found
    }

    fn constant(&mut self) -> String {
        self.dice
            .word(&["0", "1", "2", "3", "5", "10", "0.5", "2.25", "50", "100", "1_000", "0.000001"])
            .into()
    }

    /// A number of events, in brackets.
    pub(super) fn count(&mut self, at: Place) -> String {
        match self.dice.below(8) {
            0 | 1 => format!("(number of {})", self.term(at, Shape::NUMBER).text),
            2 => match self.event_property(at, |_| true) {
                Some((path, rest)) => format!("(number of different {path} {rest})"),
                None => "(number of event)".into(),
            },
            3 => format!("(days since last {})", self.term(at, Shape::NUMBER).text),
            4 => format!("(days with {})", self.term(at, Shape::NUMBER).text),
            5 => match self.value_of(Place { hand: None, ..at }, is_moment) {
                Some(named) if named.path != "event.time" => format!("(days since {})", named.path),
                _ => "(number of event)".into(),
            },
            _ => {
                let word = self.dice.word(&["total", "average", "largest", "smallest", "first", "latest"]);
                match self.event_property(at, is_number) {
                    Some((path, rest)) => format!("({word} of {path} {rest})"),
                    None => "(number of event)".into(),
                }
            }
        }
    }

    /// `visited.seconds` and its windows and filters, of a property of those types.
    pub(super) fn event_property(
        &mut self,
        at: Place,
        wanted: impl Fn(&Type) -> bool,
    ) -> Option<(String, String)> {
        let mut found = Vec::new();
        for (kind, event) in self.schema.events.iter().enumerate() {
            let fitting = event.properties.iter().filter(|property| wanted(&property.ty));
            found.extend(fitting.map(|property| (Some(kind), format!("{}.{}", event.name, property.name))));
        }
        let shared = self.properties(None).into_iter().filter(|named| wanted(&named.ty));
        found.extend(shared.map(|named| (None, named.path)));
        if found.is_empty() {
            return None;
        }
        let (kind, path) = self.dice.one(&found).clone();
        let rest = self.qualifiers(at, kind, Shape::EACH);
        Some((path, rest))
    }

    /// An amount of money.
    pub(super) fn money(&mut self, at: Place) -> Option<String> {
        let named = self.value_of(at, is_money);
        let path = match named {
            Some(named) if self.dice.chance(70) => named.path,
            _ if at.events && !at.is_filter() => {
                let word = self.dice.word(&["total", "average", "largest", "latest"]);
                let (path, rest) = self.event_property(at, is_money)?;
                format!("({word} of {path} {rest})")
            }
            named => named?.path,
        };
        Some(match self.dice.below(6) {
            0 => format!("({path} / 3)"),
            1 => format!("({path} * 1.5)"),
            2 => format!("({path} + {})", self.dice.word(&["10 EUR", "0.0001 EUR"])),
            3 => format!("({path} if known else 0 EUR)"),
            4 => format!("max({path}, 10 EUR)"),
            _ => path,
        })
    }

    /// A score, or the total.
    pub(super) fn score(&mut self, at: Place) -> String {
        let mut names = self.names.scores[..at.scores].to_vec();
        if at.total {
            names.push("score".into());
        }
        self.dice.one(&names).clone()
    }
}

/// A number without a unit.
pub(super) fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Number(NumberKind::Integer | NumberKind::Number))
}

pub(super) fn is_money(ty: &Type) -> bool {
    *ty == Type::Number(NumberKind::Money)
}

/// A time or date.
pub(super) fn is_moment(ty: &Type) -> bool {
    matches!(ty, Type::Time | Type::Date)
}
