//! One value as a file holds it, before anyone asks what it means.

use crate::decimal::shortest;
use std::borrow::Cow;

/// A cell of any format. Text formats give `Missing` and `Text` only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Null, or not there at all.
    Missing,
    /// Text, as it came.
    Text(&'a str),
    /// The same, of an element that is not kept anywhere else.
    OwnedText(String),
    /// A yes/no value.
    YesNo(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number as text with digits, a point and perhaps an exponent.
    Number(Cow<'a, str>),
    /// NaN or an infinity.
    NotFinite(&'static str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Microseconds since 1970-01-01T00:00:00 on the wall clock of a zone that the data does not name.
    Local(i64),
    /// Microseconds.
    Duration(i64),
    /// Several values.
    List(Vec<Cell<'a>>),
    /// Something that no attribute can be: its description.
    Other(String),
}

impl<'a> Cell<'a> {
    /// The double as a cell.
    pub(crate) fn double(value: f64) -> Cell<'a> {
        if value.is_finite() {
            Cell::Number(Cow::Owned(shortest(value)))
        } else if value.is_nan() {
            Cell::NotFinite("NaN")
        } else {
            Cell::NotFinite(if value > 0.0 { "inf" } else { "-inf" })
        }
    }

    /// The cell as text: how keys are compared and how messages show it. Nothing for a missing one.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match self {
            Cell::Missing => None,
            Cell::Text(text) => Some(Cow::Borrowed(text)),
            Cell::OwnedText(text) => Some(Cow::Borrowed(text)),
            Cell::YesNo(yes) => Some(Cow::Borrowed(if *yes { "true" } else { "false" })),
            Cell::Integer(n) => owned(n.to_string()),
            Cell::Number(text) => Some(Cow::Borrowed(text)),
            Cell::NotFinite(name) => Some(Cow::Borrowed(name)),
            Cell::Date(days) => owned(qualify_model::calendar::format_day(*days)),
            Cell::Instant(time) => owned(qualify_model::calendar::format_instant(*time)),
            Cell::Local(time) => {
                owned(qualify_model::calendar::format_instant(*time).trim_end_matches('Z').to_string())
            }
            Cell::Duration(length) => owned(format!("{}s", crate::decimal::plain(*length, 6))),
            Cell::List(cells) => {
                let parts: Vec<_> = cells.iter().filter_map(Cell::text).collect();
                owned(parts.join(";"))
            }
            Cell::Other(text) => Some(Cow::Borrowed(text)),
        }
    }

    /// The cell as a key: text without white space around it, nothing if that is empty or no text at all.
    pub(crate) fn key(&self) -> Option<Cow<'_, str>> {
        if let Cell::Other(_) = self {
            return None;
        }
        let text = match self.text()? {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
        };
        (!text.is_empty()).then_some(text)
    }
}
