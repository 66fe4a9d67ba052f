//! Tests of one value, by its type.
//!
//! Not in here: comparisons of what is worked out.

use super::Author;
use super::names::{Named, Place};
use crate::agree::facts::{LENGTHS, TEXTS};
use qualify_model::{NumberKind, TextKind, Type, VocabularyId};

const NEEDLES: &[&str] =
    &["data", "chief executive", "VP", "ärzt", "x", "a b", "docs", "of", "Σ", "straß", "a", "com", "1"];
const DOMAINS: &[&str] = &["a.com", "b.org", "B.ORG", "net", "notb.org", "mail.b.org"];

impl Author<'_> {
    pub(super) fn test_of(&mut self, named: &Named, at: Place) -> String {
        let path = &named.path;
        if self.dice.chance(7) {
            return format!("{path} is {}", self.dice.word(&["known", "unknown"]));
        }
        match &named.ty {
            Type::YesNo => match self.dice.below(6) {
                0 => format!("{path} = {}", self.dice.word(&["yes", "no"])),
                1 => format!("not {path}"),
                2 => format!("{path} != yes"),
                3 => format!("({path} if known else yes)"),
                _ => path.clone(),
            },
            Type::Number(_) => self.test_of_number(named, at),
            Type::Text(kind) => self.test_of_text(path, *kind),
            Type::Date | Type::Time => self.test_of_moment(named, at),
            Type::Duration => {
                let (sign, length) = (self.sign(), self.exact_length());
                match self.dice.below(4) {
                    0 => format!("{path} between 1s and {}", LENGTHS[LENGTHS.len() - 1].0),
                    _ => format!("{path} {sign} {length}"),
                }
            }
            Type::OneOf(vocabulary) => self.test_of_word(path, *vocabulary),
            Type::List(inner) => self.test_of_list(path, &inner.clone()),
            Type::Stage => "always".into(),
        }
    }

    fn test_of_number(&mut self, named: &Named, at: Place) -> String {
        let path = &named.path;
        let sign = self.sign();
        let Type::Number(kind) = named.ty else { return path.clone() };
        let constant = self.number_of_kind(kind, named.range);
        match self.dice.below(6) {
            0 => {
                let other = self.number_of_kind(kind, named.range);
                format!("{path} in ({constant}, {other})")
            }
            1 => format!("not ({path} {sign} {constant})"),
            2 if matches!(kind, NumberKind::Integer | NumberKind::Number) => {
                format!("{path} {sign} {}", self.number(at, 1))
            }
            3 => format!("{path} is not {constant}"),
            _ => format!("{path} {sign} {constant}"),
        }
    }

    fn number_of_kind(&mut self, kind: NumberKind, range: Option<(i64, i64)>) -> String {
        let fits = |text: &&&str| {
            let value = qualify_model::exact::parse(text, kind.decimals());
            value.is_ok_and(|value| range.is_none_or(|(low, high)| (low..=high).contains(&value)))
        };
        let pool = ["0", "1", "2", "3", "5", "10", "49", "50", "100", "1000", "0.5", "2.25", "0.0001"];
        let pool: Vec<&str> = pool.iter().filter(fits).copied().collect();
        if pool.is_empty() { "1".into() } else { self.dice.word(&pool).into() }
    }

    fn test_of_text(&mut self, path: &str, kind: TextKind) -> String {
        match (kind, self.dice.below(3)) {
            (TextKind::Email, 0 | 1) => {
                if self.dice.chance(20) {
                    return format!(
                        "{path}.local_part {} \"me\"",
                        self.dice.word(&["=", "starts with", "!="])
                    );
                }
                self.test_of_domain(&format!("{path}.domain"))
            }
            (TextKind::Url, 0 | 1) => {
                if self.dice.chance(40) {
                    return format!(
                        "{path}.path {} \"/docs\"",
                        self.dice.word(&["=", "starts with", "contains"])
                    );
                }
                self.test_of_domain(&format!("{path}.host"))
            }
            _ => self.test_of_plain_text(path),
        }
    }

    fn test_of_domain(&mut self, path: &str) -> String {
        let (one, two) = (self.dice.word(DOMAINS), self.dice.word(DOMAINS));
        match self.dice.below(6) {
            0 => format!("{path} = \"{one}\""),
            1 => format!("{path} ends with \"{one}\""),
            2 => format!("{path} not in (\"{one}\", \"{two}\")"),
            3 => match self.name(|names| names.text_lists.clone()) {
                Some(list) => format!("{path} in {list}"),
                None => format!("{path} is known"),
            },
            _ => format!("{path} in (\"{one}\", \"{two}\")"),
        }
    }

    pub(super) fn test_of_plain_text(&mut self, path: &str) -> String {
        let (one, two) = (self.quoted(TEXTS), self.quoted(TEXTS));
        let needle = self.quoted(NEEDLES);
        match self.dice.below(12) {
            0 => format!("{path} != {one}"),
            1 => format!("{path} in ({one}, {two})"),
            2 => format!("{path} not in ({one}, {two})"),
            3 => match self.name(|names| names.text_lists.clone()) {
                Some(list) => format!("{path} in {list}"),
                None => format!("{path} is known"),
            },
            4 => format!("{path} contains {needle}"),
            5 => format!("{path} starts with ({needle}, {one})"),
            6 => format!("{path} ends with {needle}"),
            7 => format!("{path} mentions ({needle}, \"executive\")"),
            8 => {
                let glob = self.dice.word(&["*data*", "?", "chief*", "*Ä*", "* of *", "*", "s?", "a**b"]);
                format!("{path} matches \"{glob}\"")
            }
            9 => match self.name(|names| names.texts.clone()) {
                Some(param) => format!("{path} = {param}"),
                None => format!("{path} is {one}"),
            },
            _ => format!("{path} = {one}"),
        }
    }

    fn test_of_moment(&mut self, named: &Named, at: Place) -> String {
        let path = &named.path;
        match self.dice.below(8) {
            0 => {
                let sign = self.sign();
                format!("{path} {sign} {}", self.moment_constant())
            }
            1 => match self.value_of(at, super::number::is_moment) {
                Some(other) => format!("{path} {} {}", self.sign(), other.path),
                None => format!("{path} is known"),
            },
            2 => format!("{path} between \"2020-01-01\" and {}", self.moment_constant()),
            3 if !at.is_filter() => {
                let sign = self.sign();
                format!("days since {path} {sign} {}", self.dice.word(&["0", "1", "30", "365"]))
            }
            _ => format!("{path} {}", self.moment_window()),
        }
    }

    pub(super) fn moment_constant(&mut self) -> String {
        self.dice.word(&["\"2025-12-25\"", "\"2026-01-01\"", "\"2026-03-29\"", "\"2024-02-29\""]).into()
    }

    fn test_of_word(&mut self, path: &str, vocabulary: VocabularyId) -> String {
        let ordered = self.schema.vocabulary(vocabulary).ordered;
        let (one, two) = (self.vocabulary_word(vocabulary), self.vocabulary_word(vocabulary));
        match self.dice.below(8) {
            0 => format!("{path} != {one}"),
            1 => format!("{path} is not {one}"),
            2 => format!("{path} in ({one}, {two})"),
            3 => format!("{path} not in ({one}, {two})"),
            4 if ordered => format!("{path} at least {one}"),
            5 if ordered => format!("{path} {} {one}", self.sign()),
            6 if ordered => {
                let words = &self.schema.vocabulary(vocabulary).words;
                format!("{path} between {} and {one}", words[0].name)
            }
            _ => format!("{path} = {one}"),
        }
    }

    fn test_of_list(&mut self, path: &str, inner: &Type) -> String {
        let (Some(one), Some(two)) = (self.constant_of(inner), self.constant_of(inner)) else {
            return format!("{path} is known");
        };
        let text = matches!(inner, Type::Text(_));
        match self.dice.below(7) {
            0 => format!("{path} not in ({one}, {two})"),
            1 => format!("{one} in {path}"),
            2 if text => format!("{path} contains {}", self.quoted(NEEDLES)),
            3 if text => format!("{path} mentions {}", self.quoted(NEEDLES)),
            4 if text => match self.name(|names| names.text_lists.clone()) {
                Some(list) => format!("{path} in {list}"),
                None => format!("{path} is known"),
            },
            5 if *inner == Type::Number(NumberKind::Integer) => format!("3 in {path}"),
            _ => format!("{path} in ({one}, {two})"),
        }
    }

    /// A constant of a type.
    pub(super) fn constant_of(&mut self, ty: &Type) -> Option<String> {
        Some(match ty {
            Type::YesNo => self.dice.word(&["yes", "no"]).into(),
            Type::Number(kind) => self.number_of_kind(*kind, None),
            Type::Text(_) => self.quoted(TEXTS),
            Type::Date => self.moment_constant(),
            Type::Time => self.dice.word(&["\"2026-01-01T00:00:00Z\"", "\"2025-12-25T23:00:00Z\""]).into(),
            Type::Duration => self.dice.one(LENGTHS).0.into(),
            Type::OneOf(vocabulary) => self.vocabulary_word(*vocabulary),
            Type::List(_) | Type::Stage => return None,
        })
    }

    pub(super) fn vocabulary_word(&mut self, vocabulary: VocabularyId) -> String {
        let words = &self.schema.vocabulary(vocabulary).words;
        self.dice.one(words).name.clone()
    }
}
