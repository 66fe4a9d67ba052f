//! Whether the leads that one schema reads are, to a model of another, the leads that its own schema would read.

use qualify_model::{Attribute, EventType, Model, Owner, Schema, Type};

/// Whether `model` over `schema` gives what it gives over its own: everything it knows is read in the same way, and what
/// is there besides touches nothing.
pub(crate) fn serves(model: &Model, schema: &Schema) -> bool {
    let own = &model.schema;
    if own.lead_key != schema.lead_key || own.account_key != schema.account_key {
        return false;
    }
    let attributes = own.attributes.iter().all(|attribute| {
        let there = schema.attributes.iter().find(|other| other.path() == attribute.path());
        there.is_some_and(|there| same(own, attribute, schema, there))
    });
    let known = |path: &str| own.attributes.iter().any(|attribute| attribute.path() == path);
    // one more required attribute makes leads invalid
    let harmless = schema.attributes.iter().all(|other| {
        known(&other.path()) || !(other.required && other.owner == Owner::Lead) && other.ty != Type::Stage
    });
    let events = own.events.iter().all(|event| {
        schema
            .events
            .iter()
            .find(|other| other.name == event.name)
            .is_some_and(|there| same_event(own, event, schema, there))
    });
    // a term of any event would meet events of a further type
    let no_more = own.events.len() == schema.events.len();
    attributes && harmless && events && no_more
}

fn same_event(own: &Schema, event: &EventType, schema: &Schema, there: &EventType) -> bool {
    let properties = |event: &EventType| event.properties.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    event.from == there.from
        && event.key == there.key
        && event.received == there.received
        && properties(event) == properties(there)
        && event.properties.iter().zip(&there.properties).all(|(a, b)| same(own, a, schema, b))
}

/// Whether both are read in the same way; personal data are no other data.
fn same(own: &Schema, a: &Attribute, schema: &Schema, b: &Attribute) -> bool {
    a.owner == b.owner
        && a.name == b.name
        && a.group == b.group
        && a.range == b.range
        && a.required == b.required
        && a.from == b.from
        && a.unknown_if == b.unknown_if
        && same_type(own, &a.ty, schema, &b.ty)
}

fn same_type(own: &Schema, a: &Type, schema: &Schema, b: &Type) -> bool {
    match (a, b) {
        (Type::OneOf(a), Type::OneOf(b)) => own.vocabulary(*a) == schema.vocabulary(*b),
        (Type::List(a), Type::List(b)) => same_type(own, a, schema, b),
        _ => a == b,
    }
}
