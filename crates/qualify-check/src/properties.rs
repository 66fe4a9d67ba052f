//! Properties of events: of one type, or shared by several.

use crate::lower::Lower;
use qualify_diagnostics::{Code, Span};
use qualify_model::{EventId, EventType, Property, TextKind, Type};
use qualify_syntax::tree::Name;

/// What was found for a property's name.
pub(crate) enum FoundProperty {
    Nothing,
    One(Property),
    /// Types that share the name but not the kind of value.
    Mixed(Type, Type),
}

/// The place of a property; `object` is the first where none has that name.
fn place(event: &EventType, name: &str) -> Option<usize> {
    let named = event.properties.iter().position(|property| property.name == name);
    named.or_else(|| (name == "object" && !event.properties.is_empty()).then_some(0))
}

impl Lower<'_> {
    /// The property of that name of one type, or of all that have it.
    pub fn find_property(&self, kind: Option<EventId>, name: &str) -> FoundProperty {
        let mut places = vec![None; self.schema.events.len()];
        let mut found: Option<Type> = None;
        for (i, event) in self.schema.events.iter().enumerate() {
            if kind.is_some_and(|kind| kind.index() != i) {
                continue;
            }
            let Some(place) = place(event, name) else { continue };
            places[i] = Some(place as u32);
            let ty = &event.properties[place].ty;
            found = match found {
                None => Some(ty.clone()),
                Some(first) if first == *ty => Some(first),
                // words of different vocabularies, and words beside text, are read as text
                Some(first) if textual(&first) && textual(ty) => Some(Type::Text(TextKind::Plain)),
                Some(first) => return FoundProperty::Mixed(first, ty.clone()),
            };
        }
        match found {
            None => FoundProperty::Nothing,
            Some(ty) => FoundProperty::One(Property { name: name.to_string(), places, ty }),
        }
    }

    /// The property of that name, or a message why not.
    pub fn property(&mut self, kind: Option<EventId>, name: &Name) -> Option<Property> {
        match self.find_property(kind, &name.text) {
            FoundProperty::One(property) => Some(property),
            FoundProperty::Mixed(first, second) => {
                let (first, second) = (self.describe(&first), self.describe(&second));
                let message = format!("`{}` is {first} for one event and {second} for another", name.text);
                self.fail(Code::E0317, name.span, message)
            }
            FoundProperty::Nothing => {
                let known = self.property_names(kind);
                let message = match kind {
                    Some(kind) => {
                        format!("`{}` has no property `{}`", self.schema.event(kind).name, name.text)
                    }
                    None => format!("no event has a property `{}`", name.text),
                };
                self.unknown(Code::E0205, &name.text, name.span, message, known.iter().map(String::as_str))
            }
        }
    }

    /// The properties of one type, or of all, by name.
    pub fn property_names(&self, kind: Option<EventId>) -> Vec<String> {
        let events = self.schema.events.iter().enumerate();
        let of_kind = events.filter(|(i, _)| kind.is_none_or(|kind| kind.index() == *i));
        of_kind.flat_map(|(_, event)| event.properties.iter().map(|p| p.name.clone())).collect()
    }

    /// The event type of that name; none of the inner option: `event`, any type.
    pub fn event_named(&mut self, name: &str, span: Span) -> Option<Option<EventId>> {
        if name == "event" {
            return Some(None);
        }
        if let Some(&id) = self.names.events.get(name) {
            return Some(Some(id));
        }
        let known: Vec<String> = self.names.events.keys().cloned().collect();
        let message = format!("no event is called `{name}`");
        self.unknown(Code::E0204, name, span, message, known.iter().map(String::as_str))
    }
}

fn textual(ty: &Type) -> bool {
    matches!(ty, Type::Text(_) | Type::OneOf(_))
}
