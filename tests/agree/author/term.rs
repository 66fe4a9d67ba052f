//! Event terms: types, objects, filters, windows, counts, silence, sequences.
//!
//! Not in here: the rules around them.

use super::names::Place;
use super::{Author, number::is_moment};
use crate::agree::facts::{LENGTHS, TEXTS};
use qualify_model::Type;

/// What may stand in a term.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// `at least 3 times`.
    counts: bool,
    /// `followed by`.
    sequence: bool,
    /// Windows, filters and silence.
    narrow: bool,
}

impl Shape {
    /// A condition.
    pub const CONDITION: Shape = Shape { counts: true, sequence: true, narrow: true };
    /// Behind `number of`, and in `for each`.
    pub const NUMBER: Shape = Shape { counts: false, sequence: true, narrow: true };
    /// Events that stand alone.
    pub const EACH: Shape = Shape { counts: false, sequence: false, narrow: true };
}

/// A term as it is written.
pub(super) struct Written {
    pub text: String,
    /// The type of the (last) event; none: any.
    pub kind: Option<usize>,
}

impl Author<'_> {
    pub(super) fn term(&mut self, at: Place, shape: Shape) -> Written {
        let mut text = String::new();
        let more = if shape.sequence { *self.dice.one(&[0, 0, 0, 0, 0, 0, 1, 1, 2]) } else { 0 };
        for _ in 0..more {
            let step = self.step(at, Shape::EACH);
            text += &step.text;
            text += " followed";
            if self.dice.chance(60) {
                text += &format!(" within {}", self.exact_length());
            }
            text += " by ";
        }
        let last = self.step(at, shape);
        Written { text: text + &last.text, kind: last.kind }
    }

    fn step(&mut self, at: Place, shape: Shape) -> Written {
        let kinds = self.schema.events.len();
        let kind = (!self.dice.chance(15)).then(|| self.dice.below(kinds));
        let any = if self.dice.chance(8) { "any " } else { "" };
        let name = kind.map_or("event".to_string(), |kind| self.schema.events[kind].name.clone());
        let object = if self.dice.chance(45) { self.object(kind) } else { None };
        let rest = self.qualifiers(at, kind, shape);
        let text = format!("{any}{name}{} {rest}", object.unwrap_or_default());
        Written { text: text.trim_end().into(), kind }
    }

    /// ` pricing`, ` "/docs/*"`, ` (a, b)`.
    fn object(&mut self, kind: Option<usize>) -> Option<String> {
        let ty = match kind {
            Some(kind) => self.schema.events[kind].properties.first()?.ty.clone(),
            None => {
                let mut firsts = self.schema.events.iter().filter_map(|event| event.properties.first());
                firsts.find(|first| matches!(first.ty, Type::Text(_) | Type::OneOf(_)))?.ty.clone()
            }
        };
        let on = if self.dice.chance(10) { " on" } else { "" };
        let one = self.object_value(&ty)?;
        let alone = one.starts_with('"') || one != "no" && one.chars().all(|c| c.is_ascii_lowercase());
        if self.dice.chance(30) || !alone {
            let other = self.object_value(&ty)?;
            return Some(format!("{on} ({one}, {other})"));
        }
        Some(format!("{on} {one}"))
    }

    fn object_value(&mut self, ty: &Type) -> Option<String> {
        Some(match ty {
            Type::OneOf(vocabulary) => self.vocabulary_word(*vocabulary),
            Type::Text(_) if self.dice.chance(30) => {
                self.dice.word(&["\"/docs/*\"", "\"*a*\"", "\"?\"", "\"PRI*\"", "\"*\"", "\"ä*\""]).into()
            }
            Type::Text(_) => match self.dice.below(4) {
                0 => self.dice.word(&["pricing", "docs", "spring", "x"]).into(),
                _ => self.quoted(TEXTS),
            },
            Type::List(inner) => return self.object_value(&inner.clone()),
            _ => return self.constant_of(ty),
        })
    }

    /// A text in quotes that means no pattern.
    pub(super) fn quoted(&mut self, texts: &[&'static str]) -> String {
        let text = self.dice.word(texts).replace(['*', '?'], "");
        match self.dice.below(6) {
            0 => format!("\"{}\"", text.to_uppercase()),
            1 => format!("\" {text} \""),
            _ => format!("\"{text}\""),
        }
    }

    /// Windows, filters, counts and silence, each kind once, in any order.
    pub(super) fn qualifiers(&mut self, at: Place, kind: Option<usize>, shape: Shape) -> String {
        let mut found: Vec<String> = Vec::new();
        if shape.narrow {
            if self.dice.chance(20) {
                let depth = usize::from(self.dice.chance(30));
                let condition = self.condition(Place::filter(kind), depth);
                found.push(format!("where ({condition})"));
            }
            let windows = *self.dice.one(&[0, 0, 1, 1, 1, 1, 1, 2]);
            let mut used = Vec::new();
            for _ in 0..windows {
                let (form, window) = self.window(at);
                if !used.contains(&form) {
                    used.push(form);
                    found.push(window);
                }
            }
            if self.dice.chance(7) {
                found.push(format!("after {} of silence", self.exact_length()));
            }
        }
        if shape.counts && self.dice.chance(35) {
            let forms: &[&[usize]] = &[&[0], &[0], &[1], &[2], &[3], &[0, 3], &[0, 1], &[2, 3]];
            let forms = *self.dice.one(forms);
            for form in forms {
                found.extend(self.how_often(kind, *form));
            }
        }
        for place in (1..found.len()).rev() {
            let other = self.dice.below(place + 1);
            found.swap(place, other);
        }
        found.join(" ")
    }

    fn how_often(&mut self, kind: Option<usize>, form: usize) -> Option<String> {
        let quantity = self.quantity();
        Some(match form {
            0 => format!("{quantity} times"),
            1 => {
                let properties = self.properties(kind);
                if properties.is_empty() {
                    return None;
                }
                let path = self.dice.one(&properties).path.clone();
                let name = path.trim_start_matches("event.").to_string();
                format!("{quantity} times in one {name}")
            }
            2 => {
                let period = self.dice.word(&["hour", "day", "week", "month", "quarter", "year"]);
                format!("{quantity} times in one {period}")
            }
            _ => format!("on {quantity} different days"),
        })
    }

    /// `at least 2`.
    pub(super) fn quantity(&mut self) -> String {
        let n = self.dice.below(4);
        match self.dice.below(9) {
            0 => format!("at most {n}"),
            1 => format!("exactly {n}"),
            2 => format!("more than {n}"),
            3 => format!("fewer than {}", n + 1),
            4 => format!("between {n} and {}", n + 2),
            5 => match self.name(|names| names.counts.clone()) {
                Some(name) => format!("at least {name}"),
                None => "at least 3".into(),
            },
            _ => format!("at least {}", n + 1),
        }
    }

    /// A window of events, with the number of its form.
    fn window(&mut self, at: Place) -> (usize, String) {
        let form = *self.dice.one(&[0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6]);
        let window = match form {
            0 => {
                let word = if self.dice.chance(15) { "in the last" } else { "within" };
                format!("{word} {}", self.length())
            }
            1 => self.between(),
            2 => format!("more than {} ago", self.length()),
            3 | 5 => {
                let word = if form == 3 { "since" } else { "before" };
                match self.value_of(Place { hand: None, ..at }, is_moment) {
                    Some(named) => format!("{word} {}", named.path),
                    None => format!("{word} last event"),
                }
            }
            4 | 6 => {
                let word = if form == 4 { "since" } else { "before" };
                let kind = self.dice.below(self.schema.events.len());
                let object = if self.dice.chance(40) { self.object(Some(kind)) } else { None };
                let object = object.filter(|object| !object.contains('(') && !object.contains(" on "));
                let name = &self.schema.events[kind].name;
                format!("{word} last {name}{}", object.unwrap_or_default())
            }
            _ => String::new(),
        };
        // since and before are each one form, whatever they refer to
        let form = match form {
            4 => 3,
            6 => 5,
            form => form,
        };
        if form == 2 && self.dice.chance(30) {
            let period = self.dice.word(&["hour", "day", "week", "month", "quarter", "year"]);
            return (7, format!("in {} {period}", self.dice.word(&["this", "last"])));
        }
        (form, window)
    }

    fn between(&mut self) -> String {
        if self.dice.chance(20) {
            return self
                .dice
                .word(&["between 7d and 2 months ago", "between 1 month and 3 months ago"])
                .into();
        }
        let near = self.dice.below(LENGTHS.len() - 1);
        let far = near + 1 + self.dice.below(LENGTHS.len() - near - 1);
        format!("between {} and {} ago", LENGTHS[near].0, LENGTHS[far].0)
    }

    /// A window of a time or date.
    pub(super) fn moment_window(&mut self) -> String {
        match self.dice.below(7) {
            0 => format!("in the next {}", self.length()),
            1 => self.between(),
            2 => format!("more than {} ago", self.length()),
            3 => {
                let period = self.dice.word(&["day", "week", "month", "quarter", "year"]);
                format!("in {} {period}", self.dice.word(&["this", "last"]))
            }
            _ => format!("within {}", self.length()),
        }
    }
}
