//! Conditions: what holds or not of a lead or an event.
//!
//! Not in here: tests of one value, which are in `test_of`.

use super::names::{Named, Place};
use super::number::is_number;
use super::{Author, term::Shape};
use qualify_model::Type;

impl Author<'_> {
    pub(super) fn condition(&mut self, at: Place, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(at);
        }
        let sub = depth - 1;
        match self.dice.below(12) {
            0 | 1 => format!("({} and {})", self.condition(at, sub), self.condition(at, sub)),
            2 | 3 => format!("({} or {})", self.condition(at, sub), self.condition(at, sub)),
            4 => format!("not ({})", self.condition(at, sub)),
            5 | 6 => {
                let quantity = self.quantity();
                let parts: Vec<String> =
                    (0..2 + self.dice.below(2)).map(|_| self.condition(at, sub)).collect();
                format!("{quantity} of ({})", parts.join(", "))
            }
            7 => {
                // an event alone is always known
                let known = self.dice.word(&["is unknown", "is known"]);
                format!("({} and {}) {known}", self.condition(at, sub), self.comparison(at))
            }
            _ => self.leaf(at),
        }
    }

    /// One condition.
    pub(super) fn leaf(&mut self, at: Place) -> String {
        let events = at.events && !at.is_filter();
        match self.dice.below(22) {
            0..=4 if events => self.term(at, Shape::CONDITION).text,
            5 if events => format!("no {}", self.term(at, Shape::CONDITION).text),
            6 if !at.is_filter() => self.named_condition(at),
            18 if events => self.of_event_value(at),
            7 | 8 if at.scores > 0 || at.total => self.of_score(at),
            9 | 10 if at.grades > 0 => self.of_grade(at),
            11 if at.segments > 0 => {
                let place = self.dice.below(at.segments);
                self.names.segments[place].clone()
            }
            12 | 13 if at.stage && !self.names.stages.is_empty() => self.of_stage(),
            14 | 15 if at.earlier_stages > 0 => {
                let place = self.dice.below(at.earlier_stages);
                self.names.stages[place].clone()
            }
            16 if !at.is_filter() && !self.names.stages.is_empty() => self.current_stage(),
            17 | 18 => self.comparison(at),
            19 if self.dice.chance(20) => "always".into(),
            20 => match self.search(at) {
                Some(search) => search,
                None => self.comparison(at),
            },
            _ => match self.value_of(at, |_| true) {
                Some(named) => self.test_of(&named, at),
                None => self.comparison(at),
            },
        }
    }

    /// Something that is worked out, looked for in a list of the lead or the event.
    pub(super) fn search(&mut self, at: Place) -> Option<String> {
        let mut lists = self.values(at, |ty| matches!(ty, Type::List(_)));
        // a value of each event in a list of the lead
        let mixed = at.hand.is_some() && !at.is_filter() && self.dice.chance(60);
        lists.retain(|list| !mixed || !list.path.starts_with("event."));
        if lists.is_empty() {
            return None;
        }
        let list = self.dice.one(&lists).clone();
        let Type::List(inner) = &list.ty else { return None };
        let path = &list.path;
        let mut values = self.values(at, |ty| {
            let ty = if let Type::List(inner) = ty { inner } else { ty };
            match &**inner {
                Type::Number(_) => is_number(ty),
                Type::Date | Type::Time => matches!(ty, Type::Date | Type::Time),
                Type::Text(_) => matches!(ty, Type::Text(_)),
                inner => ty == inner,
            }
        });
        values.retain(|value| !mixed || value.path.starts_with("event."));
        if values.is_empty() {
            return None;
        }
        let value = self.dice.one(&values).clone();
        Some(match (&**inner, &value.ty) {
            (Type::Text(_), Type::Text(_)) if self.dice.chance(60) => {
                let test = self.dice.word(&["contains", "starts with", "ends with", "mentions", "matches"]);
                format!("{path} {test} {}", value.path)
            }
            (Type::OneOf(_), Type::OneOf(_)) if self.dice.chance(50) => {
                format!("{path} contains {}", value.path)
            }
            _ => format!("{} in {path}", value.path),
        })
    }

    /// `latest of rejected.reason = timing`.
    fn of_event_value(&mut self, at: Place) -> String {
        let ordered = |ty: &Type| matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration);
        let any = self.dice.chance(60);
        let word = match any {
            true => self.dice.word(&["first", "latest"]),
            false => self.dice.word(&["largest", "smallest"]),
        };
        let types: Vec<Type> =
            self.schema.events.iter().flat_map(|event| &event.properties).map(|p| p.ty.clone()).collect();
        let ty = self.dice.one(&types).clone();
        let Some((path, rest)) = self.event_property(at, |other| *other == ty && (any || ordered(other)))
        else {
            return self.comparison(at);
        };
        // it stands in brackets, and the parts of an address are read without
        let path = format!("({word} of {path} {rest})");
        match ty {
            Type::Text(_) => self.test_of_plain_text(&path),
            Type::Date | Type::Time => format!("{path} {} {}", self.sign(), self.moment_constant()),
            Type::List(_) => format!("{path} is known"),
            ty => self.test_of(&Named { path, ty, range: None }, at.quiet()),
        }
    }

    fn named_condition(&mut self, at: Place) -> String {
        let names = &self.names;
        let mut found = [&names.conditions[..], &names.local_conditions[..]].concat();
        if at.late {
            found.extend_from_slice(&names.late_conditions);
        }
        if found.is_empty() { self.comparison(at) } else { self.dice.one(&found).clone() }
    }

    fn of_score(&mut self, at: Place) -> String {
        let score = self.score(at);
        match self.dice.below(6) {
            0 => format!("{score} is {}", self.dice.word(&["known", "unknown"])),
            1 => format!("{score} between {} and {}", self.dice.below(20), 20 + self.dice.below(50)),
            2 => {
                let line = self.name(|names| names.params.clone()).unwrap_or("20".into());
                format!("{score} >= {line}")
            }
            3 => format!("({score} - 2 * {}) > 3", self.score(at)),
            _ => {
                let sign = self.sign();
                format!("{score} {sign} {}", self.dice.word(&["0", "5", "10", "12.5", "20", "50", "0.0001"]))
            }
        }
    }

    fn of_grade(&mut self, at: Place) -> String {
        let place = self.dice.below(at.grades);
        let (name, labels) = self.names.grades[place].clone();
        let (one, two) = (self.dice.one(&labels).clone(), self.dice.one(&labels).clone());
        match self.dice.below(5) {
            0 => format!("{name} != {one}"),
            1 => format!("{name} in ({one}, {two})"),
            2 => format!("{name} is {}", self.dice.word(&["known", "unknown"])),
            3 => format!("{name} is {one}"),
            _ => format!("{name} = {one}"),
        }
    }

    /// The stage that the model finds.
    fn of_stage(&mut self) -> String {
        let all = [&self.names.stages[..], &self.names.side_stages[..]].concat();
        let (one, two) = (self.dice.one(&all).clone(), self.dice.one(&all).clone());
        match self.dice.below(5) {
            0 => format!("stage is {one}"),
            1 => format!("stage in ({one}, {two})"),
            2 => format!("stage is not {one}"),
            _ => format!("stage at least {}", self.dice.one(&self.names.stages)),
        }
    }

    /// The stage in the CRM, if the schema has one.
    fn current_stage(&mut self) -> String {
        let stored = self.schema.attributes.iter().any(|a| a.ty == qualify_model::Type::Stage);
        if !stored {
            return "always".into();
        }
        format!("current stage at least {}", self.dice.one(&self.names.stages))
    }

    /// A comparison of two numbers, or of two amounts of money.
    pub(super) fn comparison(&mut self, at: Place) -> String {
        if self.dice.chance(20)
            && let Some(money) = self.money(at)
        {
            let sign = self.sign();
            let other = match self.money(at) {
                Some(other) if self.dice.chance(25) => other,
                _ => self.dice.word(&["0", "10 EUR", "33.3333", "1 thousand EUR", "0.0001 EUR"]).into(),
            };
            return format!("{money} {sign} {other}");
        }
        let depth = self.dice.below(3);
        let number = self.number(at, depth);
        match self.dice.below(8) {
            0 => format!("{number} between {} and {}", self.dice.below(5), 5 + self.dice.below(10)),
            1 => format!("{number} in ({}, {}, 10)", self.dice.below(5), self.dice.below(9)),
            2 => match self.name(|names| names.number_lists.clone()) {
                Some(list) => format!("{number} in {list}"),
                None => format!("{number} is unknown"),
            },
            3 => format!("{number} is {}", self.dice.word(&["known", "unknown"])),
            4 if self.value_of(at, is_number).is_some() => {
                format!("{number} {} {}", self.sign(), self.number(at, 1))
            }
            5 => format!("{number} at least {}", self.dice.below(4)),
            _ => {
                let sign = self.sign();
                let other = self.dice.word(&["0", "1", "2", "3", "5", "10", "0.5", "50", "1_000"]);
                format!("{number} {sign} {other}")
            }
        }
    }

    pub(super) fn sign(&mut self) -> &'static str {
        self.dice.word(&["<", "<=", ">", ">=", "=", "!="])
    }
}
