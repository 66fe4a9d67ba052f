//! Random leads for a schema: unknown values everywhere, ties, events on the edges of windows and beyond the
//! instant, numbers at the ends of what is declared, texts that differ by case and white space alone.
//!
//! Not in here: the rules that look at them.

use super::Dice;
use qualify_model::{Attribute, Event, EventId, EventType, Lead, NumberKind, Schema, TextKind, Type, Value};
use std::sync::Arc;

/// A day in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;
const HOUR: i64 = DAY / 24;

/// Lengths that random models write, in microseconds: events lie on their edges.
pub const LENGTHS: &[(&str, i64)] = &[
    ("1s", 1_000_000),
    ("90s", 90_000_000),
    ("15m", HOUR / 4),
    ("1h", HOUR),
    ("36h", 36 * HOUR),
    ("2d", 2 * DAY),
    ("3d", 3 * DAY),
    ("7d", 7 * DAY),
    ("2w", 14 * DAY),
    ("30d", 30 * DAY),
    ("90d", 90 * DAY),
    ("365d", 365 * DAY),
];

/// Texts of leads and events. Models write some of them in another spelling.
pub(super) const TEXTS: &[&str] = &[
    "x",
    "X",
    "y",
    "pricing",
    "Pricing",
    "docs",
    "/docs/intro",
    "/Docs/Intro/2",
    "chief executive officer",
    "Executive Assistant, chief executive",
    "VP of data",
    "Head of DATA-platform",
    "Ärztin",
    "ÄRZTIN",
    "straße",
    "STRASSE",
    "ΣΊΣΥΦΟΣ",
    "σίσυφος",
    "日本語 テキスト",
    "İstanbul",
    "a  b",
    "a b",
    "s1",
    "S1",
    "spring",
    "Spring ",
    "a*b",
    "why?",
    "corp.com",
];
const EMAILS: &[&str] = &[
    "me@a.com",
    "ME@A.COM",
    "you@mail.b.org",
    "they@c.net",
    "head@a.com@B.org",
    "@a.com",
    "ärztin@bücher.example",
    "x@notb.org",
];
const URLS: &[&str] = &[
    "https://a.com/pricing",
    "http://user@www.B.org:8080/docs?q=1#x",
    "b.org",
    "mailto:me@a.com",
    "HTTPS://A.COM",
    "c.net/docs/Intro",
    "//a.com/x",
];
const STAGES: &[&str] = &["Lead", "lead", "MQL", "mql ", "SQL", "Won", "Lost", "Recycled", "Prospect"];

/// Instants that runs are for: ordinary ones, beginnings and ends of months, changes of clocks, odd microseconds.
pub fn instants() -> &'static [i64] {
    &[
        1_767_225_600_000_000, // 2026-01-01T00:00:00Z
        1_773_144_645_678_901, // 2026-03-10T12:10:45.678901Z
        1_774_746_000_000_000, // 2026-03-29T01:00:00Z, clocks change in Berlin
        1_774_745_999_999_999,
        1_792_888_200_000_000, // 2026-10-25T00:30:00Z, an hour comes twice in Berlin
        1_780_185_600_000_000, // 2026-05-31T00:00:00Z
        1_709_210_096_000_000, // 2024-02-29T12:34:56Z
        1_782_777_599_999_999, // 2026-06-29T23:59:59.999999Z, a Monday
        1_783_120_500_000_000, // a Friday evening
    ]
}

/// How the leads of one run are.
#[derive(Clone, Copy)]
struct Mood {
    /// Percent of values that are unknown.
    unknown: usize,
    /// Numbers at the ends of 64 bits occur.
    extreme: bool,
    /// Few instants, so that many events share one.
    ties: bool,
    /// Percent of leads with many events.
    many: usize,
}

/// So many leads.
pub fn leads(dice: &mut Dice, schema: &Schema, as_of: i64, count: usize) -> Vec<Lead> {
    let mood = Mood {
        unknown: *dice.one(&[0, 10, 25, 60, 100]),
        extreme: dice.chance(12),
        ties: dice.chance(40),
        many: *dice.one(&[0, 0, 0, 0, 4]),
    };
    let mut source = Source { dice, schema, as_of, mood, instants: Vec::new() };
    (0..count).map(|number| source.lead(number)).collect()
}

struct Source<'a> {
    dice: &'a mut Dice,
    schema: &'a Schema,
    as_of: i64,
    mood: Mood,
    /// Instants that events of this lead have had.
    instants: Vec<i64>,
}

impl Source<'_> {
    fn lead(&mut self, number: usize) -> Lead {
        self.instants.clear();
        let schema = self.schema;
        let attributes = schema.attributes.iter().map(|attribute| {
            let share = if attribute.required { self.mood.unknown / 8 } else { self.mood.unknown };
            let known = !self.dice.chance(share);
            known.then(|| self.value(attribute)).flatten()
        });
        let attributes = attributes.collect();
        let wanted = match self.dice.below(10) {
            0 => 0,
            1 => 1,
            2 if self.dice.chance(self.mood.many) => 200 + self.dice.below(200),
            2..=4 => self.dice.below(30),
            _ => self.dice.below(9),
        };
        let mut events: Vec<Event> = Vec::new();
        while events.len() < wanted && !schema.events.is_empty() {
            let event = match events.last() {
                // a delivery that came twice
                Some(last) if self.dice.chance(6) => last.clone(),
                _ => self.event(),
            };
            events.push(event);
        }
        Lead { key: format!("lead {number}"), attributes, events }
    }

    fn event(&mut self) -> Event {
        let kind = self.dice.below(self.schema.events.len());
        let of: &EventType = &self.schema.events[kind];
        let time = self.instant();
        let received = (of.received.is_some() && self.dice.chance(70)).then(|| match self.dice.below(5) {
            0 => self.as_of,
            1 => self.as_of + 1,
            2 => self.instant(),
            _ => time + self.dice.between(0, 3) * HOUR,
        });
        let properties = of.properties.iter().map(|property| {
            let known = !self.dice.chance(self.mood.unknown);
            known.then(|| self.value(property)).flatten()
        });
        let properties = properties.collect();
        self.instants.push(time);
        Event { kind: EventId(kind as u32), time, received, properties }
    }

    /// An instant, often on the edge of a window.
    fn instant(&mut self) -> i64 {
        let reuse = if self.mood.ties { 45 } else { 8 };
        if !self.instants.is_empty() && self.dice.chance(reuse) {
            return *self.dice.one(&self.instants);
        }
        let back = match self.dice.below(12) {
            0 => 0,
            1..=3 => self.dice.one(LENGTHS).1,
            4 => self.dice.one(LENGTHS).1 + self.dice.one(LENGTHS).1,
            5 => self.dice.between(0, 20) * DAY,
            6 => self.dice.between(0, 800) * HOUR,
            7 => self.dice.between(0, 40 * 365) * DAY,
            8 => -self.dice.between(0, 60) * HOUR,
            9 if !self.instants.is_empty() => {
                let other = *self.dice.one(&self.instants);
                self.as_of - other + self.dice.one(LENGTHS).1
            }
            _ => self.dice.between(0, 30 * 24 * 60) * HOUR / 60,
        };
        let time = self.as_of - back;
        match self.dice.below(8) {
            0 => time - 1,
            1 => time + 1,
            2 => time - time.rem_euclid(DAY),
            _ => time,
        }
    }

    fn value(&mut self, attribute: &Attribute) -> Option<Value> {
        self.of_type(&attribute.ty, attribute.range.as_ref())
    }

    fn of_type(&mut self, ty: &Type, range: Option<&(Value, Value)>) -> Option<Value> {
        Some(match ty {
            Type::YesNo => Value::YesNo(self.dice.chance(50)),
            Type::Number(kind) => {
                let number = self.number(*kind);
                match range {
                    Some((Value::Number(low), Value::Number(high))) => {
                        let number = match self.dice.below(8) {
                            0 => *low,
                            1 => *high,
                            _ => number,
                        };
                        // a damaged model may have them the wrong way round
                        Value::Number(number.max(*low).min(*high))
                    }
                    _ => Value::Number(number),
                }
            }
            Type::Text(kind) => Value::Text(Arc::from(self.text(*kind).trim())),
            Type::Date => {
                let day = self.instant().div_euclid(DAY);
                let ahead = *self.dice.one(&[0, 0, 0, 1, 30, -365, 365]);
                Value::Date((day + ahead) as i32)
            }
            Type::Time => {
                let ahead = *self.dice.one(&[0, 0, 0, HOUR, 30 * DAY, -365 * DAY]);
                Value::Time(self.instant() + ahead)
            }
            Type::Duration => {
                let length = self.dice.one(LENGTHS).1;
                Value::Duration(*self.dice.one(&[0, length, length, length + 1, -length, 2 * length]))
            }
            Type::OneOf(vocabulary) => {
                let words = self.schema.vocabulary(*vocabulary).words.len();
                Value::Word(self.dice.below(words) as u32)
            }
            Type::List(inner) => {
                let length = 1 + self.dice.below(4);
                Value::List((0..length).filter_map(|_| self.of_type(inner, None)).collect())
            }
            Type::Stage => Value::Stage(Arc::from(self.dice.one(STAGES).trim())),
        })
    }

    fn text(&mut self, kind: TextKind) -> &'static str {
        match kind {
            TextKind::Plain | TextKind::Domain => self.dice.word(TEXTS),
            TextKind::Email => self.dice.word(EMAILS),
            TextKind::Url => self.dice.word(URLS),
        }
    }

    /// In the units of the kind.
    fn number(&mut self, kind: NumberKind) -> i64 {
        if self.mood.extreme && self.dice.chance(25) {
            return match self.dice.below(6) {
                0 => i64::MAX,
                1 => i64::MIN,
                2 => i64::MAX - 1,
                3 => self.dice.wild(),
                4 => i64::MIN / 2,
                _ => i64::MAX / 10_000,
            };
        }
        let unit = 10i64.pow(kind.decimals());
        match self.dice.below(6) {
            0 => self.dice.between(-3, 12) * unit + self.dice.between(-2, 2),
            1 => self.dice.between(-20, 60) * unit / 4,
            2 => *self.dice.one(&[10, 49, 50, 51, 100, 101, 1000, 999_999]) * unit,
            3 => self.dice.between(-1, 1),
            4 => self.dice.between(-200_000, 3_000_000) * unit / 7,
            _ => self.dice.between(0, 10) * unit,
        }
    }
}
