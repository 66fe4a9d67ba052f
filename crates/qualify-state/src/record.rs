//! Attributes and events as bytes: of each event its type, its instant, and the properties that the model reads.

use crate::bytes::{Reader, put, put_optional, put_signed};
use qualify_engine::{Cell, TextCell};
use qualify_model::{Event, Type, Value};
use qualify_plan::Plan;
use std::borrow::Cow;
use std::sync::Arc;

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    Truth,
    Units,
    Text,
    List,
}

impl Form {
    fn of(ty: &Type) -> Form {
        match ty {
            Type::YesNo => Form::Truth,
            Type::Text(_) | Type::Stage => Form::Text,
            Type::List(_) => Form::List,
            _ => Form::Units,
        }
    }
}

/// What of leads and events is written, in which order.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Records {
    /// For each attribute of the schema its form, if it is read.
    pub attributes: Vec<Option<Form>>,
    /// For each event type, if it is read, its columns with the places of the properties in the type.
    pub kinds: Vec<Option<Vec<(u32, u32, Form)>>>,
    /// When an event became known is asked.
    pub received: bool,
}

impl Records {
    /// Of a plan.
    pub fn new(plan: &Plan) -> Records {
        let (schema, needs) = (&plan.schema, &plan.needs);
        let current = plan.labels.current_stage.map(|place| place as usize);
        let attribute = |(place, attribute): (usize, &qualify_model::Attribute)| {
            let is_read = needs.attributes.get(place).copied().unwrap_or(false) || current == Some(place);
            is_read.then(|| Form::of(&attribute.ty))
        };
        let kind = |kind: usize| {
            let columns = needs.properties.iter().enumerate().filter_map(|(column, property)| {
                let place = property.places.get(kind).copied().flatten()?;
                Some((column as u32, place, Form::of(&property.ty)))
            });
            needs.events.get(kind).copied().unwrap_or(false).then(|| columns.collect())
        };
        Records {
            attributes: schema.attributes.iter().enumerate().map(attribute).collect(),
            kinds: (0..schema.events.len()).map(kind).collect(),
            received: needs.received,
        }
    }

    /// Appends an event of a type that is read; `base` is the instant that others are told from.
    pub fn put_event(&self, out: &mut Vec<u8>, event: &Event, base: i64) {
        let Some(Some(columns)) = self.kinds.get(event.kind.index()) else { return };
        put(out, event.kind.0 as u128);
        put_signed(out, event.time.wrapping_sub(base));
        if self.received {
            put_optional(out, event.received.map(|received| received.wrapping_sub(event.time)));
        }
        for (_, place, form) in columns {
            put_value(out, form, event.properties.get(*place as usize).and_then(Option::as_ref));
        }
    }

    /// The next event.
    pub fn event<'a>(&self, reader: &mut Reader<'a>, base: i64) -> Option<Record<'a>> {
        let start = reader.at;
        let kind = usize::try_from(reader.number()?).ok()?;
        let columns = self.kinds.get(kind)?.as_ref()?;
        let time = base.wrapping_add(reader.signed()?);
        let received = match self.received {
            true => reader.optional()?.map(|later| time.wrapping_add(later)),
            false => None,
        };
        let values = Reader { bytes: reader.bytes, at: reader.at };
        columns.iter().try_for_each(|(_, _, form)| skip(reader, form))?;
        Some(Record { kind, time, received, values, range: (start, reader.at) })
    }
}

/// An event among the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    pub kind: usize,
    /// Microseconds since 1970.
    pub time: i64,
    pub received: Option<i64>,
    /// Reads its values, in the order of the columns of its type.
    pub values: Reader<'a>,
    /// Where it stands.
    pub range: (usize, usize),
}

/// Appends a value; one of another type is unknown.
pub(crate) fn put_value(out: &mut Vec<u8>, form: &Form, value: Option<&Value>) {
    match (form, Cell::of(value)) {
        (Form::Truth, Cell::Truth(yes)) => out.push(1 + yes as u8),
        (Form::Units, Cell::Units(units)) => put_optional(out, Some(units)),
        (Form::Text, Cell::Text(_)) => {
            let Some(Value::Text(text) | Value::Stage(text)) = value else { return };
            put(out, text.len() as u128 + 1);
            out.extend_from_slice(text.as_bytes());
        }
        (Form::List, Cell::List(list)) => {
            put(out, list.len() as u128 + 1);
            list.iter().for_each(|value| put_element(out, value));
        }
        _ => out.push(0),
    }
}

/// The next value; none if the bytes are none.
pub(crate) fn value<'a>(reader: &mut Reader<'a>, form: &Form) -> Option<Cell<'a>> {
    Some(match form {
        Form::Truth => match reader.byte()? {
            0 => Cell::Unknown,
            1 => Cell::Truth(false),
            2 => Cell::Truth(true),
            _ => return None,
        },
        Form::Units => reader.optional()?.map_or(Cell::Unknown, Cell::Units),
        Form::Text => match reader.number()? {
            0 => Cell::Unknown,
            more => Cell::Text(TextCell::Bare(text(reader, more - 1)?)),
        },
        Form::List => match reader.number()? {
            0 => Cell::Unknown,
            more => {
                let count = usize::try_from(more - 1).ok()?;
                // each takes a byte at least
                let mut list = Vec::with_capacity(count.min(reader.bytes.len()));
                for _ in 0..count {
                    list.push(element(reader, 0)?);
                }
                Cell::List(Cow::Owned(list))
            }
        },
    })
}

fn skip(reader: &mut Reader<'_>, form: &Form) -> Option<()> {
    match form {
        Form::Text => {
            let more = reader.number()?;
            if more > 0 {
                text(reader, more - 1)?;
            }
        }
        Form::Units => {
            reader.optional()?;
        }
        form => {
            value(reader, form)?;
        }
    }
    Some(())
}

fn text<'a>(reader: &mut Reader<'a>, length: u128) -> Option<&'a str> {
    std::str::from_utf8(reader.take(usize::try_from(length).ok()?)?).ok()
}

/// Lists in lists at most.
const DEPTH: usize = 8;

fn put_element(out: &mut Vec<u8>, value: &Value) {
    let mut number = |tag: u8, number: i64| {
        out.push(tag);
        put_signed(out, number);
    };
    match value {
        Value::YesNo(yes) => number(0, *yes as i64),
        Value::Number(units) => number(1, *units),
        Value::Date(day) => number(2, *day as i64),
        Value::Time(time) => number(3, *time),
        Value::Duration(length) => number(4, *length),
        Value::Word(word) => number(5, *word as i64),
        Value::Text(text) | Value::Stage(text) => {
            out.push(if matches!(value, Value::Text(_)) { 6 } else { 7 });
            put(out, text.len() as u128);
            out.extend_from_slice(text.as_bytes());
        }
        Value::List(list) => {
            out.push(8);
            put(out, list.len() as u128);
            list.iter().for_each(|value| put_element(out, value));
        }
    }
}

fn element(reader: &mut Reader<'_>, depth: usize) -> Option<Value> {
    let tag = reader.byte()?;
    Some(match tag {
        0 => match reader.signed()? {
            0 => Value::YesNo(false),
            1 => Value::YesNo(true),
            _ => return None,
        },
        1 => Value::Number(reader.signed()?),
        2 => Value::Date(i32::try_from(reader.signed()?).ok()?),
        3 => Value::Time(reader.signed()?),
        4 => Value::Duration(reader.signed()?),
        5 => Value::Word(u32::try_from(reader.signed()?).ok()?),
        6 | 7 => {
            let length = reader.number()?;
            let text: Arc<str> = text(reader, length)?.into();
            if tag == 6 { Value::Text(text) } else { Value::Stage(text) }
        }
        8 if depth < DEPTH => {
            let count = usize::try_from(reader.number()?).ok()?;
            let mut list = Vec::with_capacity(count.min(reader.bytes.len()));
            for _ in 0..count {
                list.push(element(reader, depth + 1)?);
            }
            Value::List(list)
        }
        _ => return None,
    })
}

/// The value of a cell, of a type.
pub(crate) fn value_of(cell: Cell<'_>, ty: &Type) -> Option<Value> {
    Some(match (cell, ty) {
        (Cell::Truth(yes), _) => Value::YesNo(yes),
        (Cell::Units(units), Type::Date) => Value::Date(i32::try_from(units).ok()?),
        (Cell::Units(units), Type::Time) => Value::Time(units),
        (Cell::Units(units), Type::Duration) => Value::Duration(units),
        (Cell::Units(units), Type::OneOf(_)) => Value::Word(u32::try_from(units).ok()?),
        (Cell::Units(units), _) => Value::Number(units),
        (Cell::Text(text), Type::Stage) => Value::Stage(text.to_arc()),
        (Cell::Text(text), _) => Value::Text(text.to_arc()),
        (Cell::List(list), _) => Value::List(list.into_owned()),
        (Cell::Unknown, _) => return None,
    })
}
