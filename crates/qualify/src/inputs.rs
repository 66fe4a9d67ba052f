//! What a model reads of a lead: an embedder needs to load nothing else.

use crate::Model;
use crate::rows::all_facts;
use qualify_model::{Needs, Schema};
use qualify_plan::Plan;
pub use qualify_state::ReadBack;
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
/// # Ok::<(), qualify::rules::Mistakes>(())
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
///
/// ```
/// # let model = qualify::Model::from_text("
/// #     lead key id { email email personal, size integer }
/// #     event visited (page text)
/// #     when size > 100 and visited pricing within 7d add 10
/// # ")?;
/// let size = &model.inputs().attributes[0];
/// assert_eq!((size.path.as_str(), size.required, size.personal), ("size", false, false));
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
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
///
/// ```
/// # let model = qualify::Model::from_text("
/// #     lead key id { email email personal, size integer }
/// #     event visited (page text)
/// #     when size > 100 and visited pricing within 7d add 10
/// # ")?;
/// let visited = &model.inputs().events[0];
/// assert_eq!((visited.name.as_str(), visited.properties[0].as_str()), ("visited", "page"));
/// let day = 86_400_000_000;
/// assert_eq!(visited.back.within, Some(7 * day));
/// assert_eq!(visited.back.first(30 * day), Some(23 * day + 1)); // load no older ones
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputEvent {
    /// Its name.
    pub name: String,
    /// The properties that are read.
    pub properties: Vec<String>,
    /// How far back they are read: older ones need not be loaded.
    pub back: ReadBack,
}

impl Model {
    /// What must be known of a lead to score it.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("
    /// #     lead key id { email email personal, size integer }
    /// #     event visited (page text)
    /// #     when size > 100 and visited pricing within 7d add 10
    /// # ")?;
    /// let inputs = serde_json::to_value(model.inputs())?;
    /// assert_eq!(inputs["events"][0]["back"]["within"], 604_800_000_000_i64);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn inputs(&self) -> Inputs {
        match self.plan() {
            Ok(plan) => Inputs::of_plan(&plan),
            Err(_) => {
                let all = ReadBack { unbounded: true, ..ReadBack::default() };
                let schema = self.schema();
                Inputs::of(schema, &all_facts(schema), &vec![all; schema.events.len()])
            }
        }
    }

    /// The same as places in the schema. The stored stage is among them, as results tell it.
    pub(crate) fn needs(&self) -> Needs {
        self.plan().map_or_else(|_| all_facts(self.schema()), |plan| needs_of(&plan))
    }
}

impl Inputs {
    /// Those of a compiled model.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// assert_eq!(qualify::inputs::Inputs::of_plan(&*model.plan()?), model.inputs());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_plan(plan: &Plan) -> Inputs {
        Inputs::of(&plan.schema, &needs_of(plan), &qualify_state::read_back(plan))
    }

    fn of(schema: &Schema, needs: &Needs, back: &[ReadBack]) -> Inputs {
        let attributes = schema.attributes.iter().zip(&needs.attributes).filter(|(_, read)| **read);
        Inputs {
            key: schema.lead_key.clone(),
            attributes: attributes
                .map(|(a, _)| InputAttribute { path: a.path(), required: a.required, personal: a.personal })
                .collect(),
            events: events(schema, needs, back),
            received: needs.received,
        }
    }
}

fn needs_of(plan: &Plan) -> Needs {
    let mut needs = plan.needs.clone();
    let current = plan.labels.current_stage.and_then(|place| needs.attributes.get_mut(place as usize));
    current.into_iter().for_each(|read| *read = true);
    needs
}

fn events(schema: &Schema, needs: &Needs, back: &[ReadBack]) -> Vec<InputEvent> {
    let read = |kind: usize, place: usize| {
        needs.properties.iter().any(|column| column.places.get(kind) == Some(&Some(place as u32)))
    };
    let mut events = Vec::new();
    for (kind, event) in schema.events.iter().enumerate().filter(|(kind, _)| needs.events[*kind]) {
        let properties = event.properties.iter().enumerate().filter(|(place, _)| read(kind, *place));
        let properties = properties.map(|(_, property)| property.name.clone()).collect();
        let back = back.get(kind).copied().unwrap_or_default();
        events.push(InputEvent { name: event.name.clone(), properties, back });
    }
    events
}
