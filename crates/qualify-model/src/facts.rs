//! The facts of one lead: its attributes and its events.

use crate::{EventId, Value};

/// A lead with everything known of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lead {
    /// Its key, as text.
    pub key: String,
    /// One for each of [`crate::Schema::attributes`]; `None` is unknown.
    pub attributes: Vec<Option<Value>>,
    /// In any order: no result depends on it.
    pub events: Vec<Event>,
}

/// Something that happened to a lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Its type.
    pub kind: EventId,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// When it became known, if that is recorded; same unit.
    pub received: Option<i64>,
    /// One for each property of its type.
    pub properties: Vec<Option<Value>>,
}
