//! What a model reads of a lead: an embedder needs to load nothing else.

use crate::Model;
use crate::rows::all_facts;
use qualify_model::{Needs, Schema};
use serde::Serialize;

/// The inputs of a model, in the order of its schema.
///
/// ```
/// use qualify::Model;
///
/// let model = Model::from_text("
///     lead key id { size integer  city text }
///     event visited (page text, seconds number)
///     event opened (campaign text)
///     when visited pricing within 7d add 20
///     when size > 100 add 10
/// ")?;
/// let inputs = model.inputs();
/// assert_eq!(inputs.attributes.iter().map(|a| a.path.as_str()).collect::<Vec<_>>(), ["size"]);
/// assert_eq!(inputs.events[0].name, "visited");
/// assert_eq!(inputs.events[0].properties, ["page"]);
/// assert_eq!(inputs.events.len(), 1);
/// # Ok::<(), qualify::Mistakes>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// The name of the lead's key.
    pub key: String,
    /// The attributes that are read.
    pub attributes: Vec<InputAttribute>,
    /// The types of events that are read.
    pub events: Vec<InputEvent>,
    /// Whether it is read when events became known.
    pub received: bool,
}

/// An attribute that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputAttribute {
    /// Its path, such as `firmographics.size`.
    pub path: String,
    /// Whether a lead without it is invalid.
    pub required: bool,
    /// Whether it is personal data.
    pub personal: bool,
}

/// A type of events that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputEvent {
    /// Its name.
    pub name: String,
    /// The properties that are read.
    pub properties: Vec<String>,
}

impl Model {
    /// What must be known of a lead to score it.
    pub fn inputs(&self) -> Inputs {
        let schema = self.schema();
        let needs = self.needs();
        let attributes = schema.attributes.iter().zip(&needs.attributes).filter(|(_, read)| **read);
        Inputs {
            key: schema.lead_key.clone(),
            attributes: attributes
                .map(|(a, _)| InputAttribute { path: a.path(), required: a.required, personal: a.personal })
                .collect(),
            events: events(schema, &needs),
            received: needs.received,
        }
    }

    /// The same as places in the schema. The stored stage is among them, as results tell it.
    pub(crate) fn needs(&self) -> Needs {
        let Ok(plan) = self.plan() else { return all_facts(self.schema()) };
        let mut needs = plan.needs.clone();
        let current = plan.labels.current_stage.and_then(|place| needs.attributes.get_mut(place as usize));
        current.into_iter().for_each(|read| *read = true);
        needs
    }
}

fn events(schema: &Schema, needs: &Needs) -> Vec<InputEvent> {
    let read = |kind: usize, place: usize| {
        needs.properties.iter().any(|column| column.places.get(kind) == Some(&Some(place as u32)))
    };
    let mut events = Vec::new();
    for (kind, event) in schema.events.iter().enumerate().filter(|(kind, _)| needs.events[*kind]) {
        let properties = event.properties.iter().enumerate().filter(|(place, _)| read(kind, *place));
        let properties = properties.map(|(_, property)| property.name.clone()).collect();
        events.push(InputEvent { name: event.name.clone(), properties });
    }
    events
}
