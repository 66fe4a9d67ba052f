//! `points for X { … }`, with heads of every kind.
//!
//! Not in here: where tables stand.

use super::Author;
use super::names::Place;
use super::number::is_money;
use crate::agree::facts::TEXTS;
use qualify_model::{NumberKind, TextKind, Type};

impl Author<'_> {
    /// A table as a value, without brackets.
    pub(super) fn table_value(&mut self, at: Place) -> String {
        self.table(at)
    }

    pub(super) fn table(&mut self, at: Place) -> String {
        let (subject, mut rows) = self.subject_and_rows(at);
        if rows.len() > 1 && self.dice.chance(20) {
            rows.pop();
        }
        let mut text = format!("points for {subject} {{ ");
        for head in rows {
            text += &format!("{head} : {}  ", self.cell());
        }
        if self.dice.chance(70) {
            text += &format!("otherwise : {}  ", self.cell());
        }
        if self.dice.chance(70) {
            text += &format!("unknown : {} ", self.cell());
        }
        text + "}"
    }

    fn cell(&mut self) -> String {
        if self.dice.chance(12)
            && let Some(param) = self.name(|names| names.params.clone())
        {
            return param;
        }
        self.dice.word(&["0", "1", "2", "5", "10", "-3", "-10", "2.5", "0.0001", "30"]).into()
    }

    fn subject_and_rows(&mut self, at: Place) -> (String, Vec<String>) {
        if at.grades > 0 && self.dice.chance(30) {
            let place = self.dice.below(at.grades);
            let (name, labels) = self.names.grades[place].clone();
            let heads = labels.iter().take(2).cloned().collect();
            return (name, heads);
        }
        if (at.scores > 0 || at.total) && self.dice.chance(30) {
            let score = self.score(at);
            return (score, vec!["at least 20".into(), "over 5".into(), "between 1 and 3".into()]);
        }
        match self.dice.below(8) {
            0 | 1 => {
                let number = self.number(at, 1);
                (number, self.number_heads())
            }
            2 => (self.table_count(at), self.number_heads()),
            3 => match self.value_of(at, is_money) {
                Some(named) => {
                    (named.path, vec!["over 1 thousand EUR".into(), "0.0001 EUR".into(), "under 5".into()])
                }
                None => (self.number(at, 0), self.number_heads()),
            },
            4 => match self.value_of(at, |ty| *ty == Type::Number(NumberKind::Integer)) {
                Some(named) => (named.path, self.whole_heads()),
                None => (self.number(at, 0), self.number_heads()),
            },
            _ => match self.value_of(at, |ty| !matches!(ty, Type::Number(_) | Type::Stage)) {
                Some(named) => {
                    let heads = self.heads(&named.ty);
                    match (&named.ty, self.dice.chance(40)) {
                        (Type::Text(TextKind::Email), true) => {
                            let rows = vec!["in (\"a.com\", \"b.org\")".into(), "\"c.net\"".into()];
                            (format!("{}.domain", named.path), rows)
                        }
                        _ => (named.path, heads),
                    }
                }
                None => (self.number(at, 0), self.number_heads()),
            },
        }
    }

    fn table_count(&mut self, at: Place) -> String {
        if at.events && !at.is_filter() {
            let count = self.count(at);
            // brackets around all of it are not needed here
            count.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&count).to_string()
        } else {
            self.number(at, 0)
        }
    }

    fn number_heads(&mut self) -> Vec<String> {
        let forms = [
            vec!["over 100", "over 10", "between 2 and 5", "0"],
            vec!["at least 50", "at least 5", "> 2", "1, 2"],
            vec!["under 0", "at most 3", "<= 10", "!= 12"],
            vec!["in (1, 2, 3)", "< 1.5", "= 10", ">= 1_000"],
        ];
        self.dice.one(&forms).iter().map(|head| head.to_string()).collect()
    }

    fn whole_heads(&mut self) -> Vec<String> {
        let forms = [vec!["1 to 5", "6 to 10", "over 10"], vec!["2 to 3", "0", "10, 49, 50"]];
        self.dice.one(&forms).iter().map(|head| head.to_string()).collect()
    }

    /// Heads of rows about a value of a type.
    fn heads(&mut self, ty: &Type) -> Vec<String> {
        let one = |author: &mut Self| author.constant_of(ty).unwrap_or("yes".into());
        match ty {
            Type::YesNo => vec!["yes".into(), "no".into()],
            Type::Text(_) => {
                let mut heads = vec![
                    self.quoted(TEXTS),
                    format!("mentions ({}, \"vp\")", self.quoted(&["chief executive", "data", "of"])),
                    "starts with \"a\"".into(),
                    "contains \"s\"".into(),
                    "matches \"*e*\"".into(),
                    "ends with (\"x\", \"com\")".into(),
                    format!("{}, {}", self.quoted(TEXTS), self.quoted(TEXTS)),
                ];
                if let Some(list) = self.name(|names| names.text_lists.clone()) {
                    heads.push(format!("in {list}"));
                }
                for place in (1..heads.len()).rev() {
                    let other = self.dice.below(place + 1);
                    heads.swap(place, other);
                }
                heads.truncate(3);
                heads
            }
            Type::Date => vec!["\"2025-12-01\" to \"2025-12-31\"".into(), format!("at least {}", one(self))],
            Type::Time => vec!["under \"2025-01-01\"".into(), format!("at least {}", one(self))],
            Type::Duration => vec!["under 1m".into(), "between 1h and 2d".into(), "over 7d".into()],
            Type::OneOf(vocabulary) if self.schema.vocabulary(*vocabulary).ordered => {
                let last =
                    self.schema.vocabulary(*vocabulary).words.last().expect("it has words").name.clone();
                vec![format!("at least {last}"), one(self), format!("under {}", one(self))]
            }
            Type::OneOf(_) => vec![one(self), format!("in ({}, {})", one(self), one(self))],
            Type::List(inner) => {
                let inner = (**inner).clone();
                let word = self.constant_of(&inner).unwrap_or("1".into());
                vec![format!("in ({word}, {})", self.constant_of(&inner).unwrap_or("2".into()))]
            }
            Type::Number(_) | Type::Stage => self.number_heads(),
        }
    }
}
