//! Two schemas as one: all that either of them can know of a lead, matched by name, so that both models speak of the
//! same facts whatever the order of attributes, words, events and properties.
//!
//! A fact that only one side accepts (a value outside its range, a word, attribute or event that it does not have) is
//! unknown to the other, or not there. Where the same name means facts of another kind, and something reads it, no
//! proof can look into it: that is said.
//!
//! Not in here: leads (`facts.rs`), what is asked of them (`encode`).

mod reads;
mod words;

use super::Obstacle;
use super::facts::{EventView, Reading, View};
use crate::change::words::type_name;
use crate::translate;
use qualify_model::*;
use reads::Reads;
use words::Words;

/// Two models over one schema.
pub(super) struct Joined {
    /// All facts.
    pub(super) schema: Schema,
    /// Both models over it; none if they cannot be, and if their schemas are one anyway.
    pub(super) models: Option<[Model; 2]>,
    /// How each side sees the facts.
    pub(super) views: [View; 2],
    /// Why the models cannot be over one schema.
    pub(super) blocked: Vec<Obstacle>,
}

/// The old and the new model over one schema; none if both schemas say the same.
pub(super) fn joined(old: &Model, new: &Model) -> Option<Joined> {
    if one_schema(&old.schema, &new.schema) {
        return None;
    }
    let joining =
        Joining { old, new, words: Words::of(&old.schema, &new.schema), reads: Reads::of(old, new) };
    let schema = joining.schema();
    let views = [joining.view(old, 0, &schema), joining.view(new, 1, &schema)];
    let mut blocked = joining.blocked(&schema, &views);
    let models = if blocked.is_empty() { joining.models(&schema, &views) } else { None };
    if models.is_none() && blocked.is_empty() {
        let what = "something that means another thing in each of the schemas".to_string();
        blocked.push(Obstacle { old: false, span: None, place: None, what });
    }
    Some(Joined { schema, models, views, blocked })
}

struct Joining<'m> {
    old: &'m Model,
    new: &'m Model,
    words: Words,
    reads: Reads,
}

impl Joining<'_> {
    fn schema(&self) -> Schema {
        let (old, new) = (&self.old.schema, &self.new.schema);
        let attributes = self.all(&new.attributes, &old.attributes, Attribute::path);
        let find = |name: &str| old.events.iter().find(|event| event.name == name);
        let mut events: Vec<EventType> = Vec::new();
        for event in &new.events {
            let others = find(&event.name).map_or(&[][..], |other| &other.properties);
            let properties = self.all(&event.properties, others, |property| property.name.clone());
            events.push(EventType { properties, ..event.clone() });
        }
        for event in &old.events {
            if !new.events.iter().any(|other| other.name == event.name) {
                let properties = self.all(&[], &event.properties, |property| property.name.clone());
                events.push(EventType { properties, ..event.clone() });
            }
        }
        let vocabularies = self.words.vocabularies.clone();
        Schema { attributes, events, vocabularies, ..new.clone() }
    }

    /// Attributes or properties of both: of those with one name the widest range, and of two types the new one.
    fn all(&self, new: &[Attribute], old: &[Attribute], name: fn(&Attribute) -> String) -> Vec<Attribute> {
        let of = |side: usize, attribute: &Attribute| Attribute {
            ty: self.words.ty(side, &attribute.ty),
            ..attribute.clone()
        };
        let mut out: Vec<Attribute> = new.iter().map(|attribute| of(1, attribute)).collect();
        let mut more = Vec::new();
        for attribute in old {
            let attribute = of(0, attribute);
            let path = name(&attribute);
            match out.iter_mut().find(|other| name(other) == path) {
                None => more.push(attribute),
                Some(other) if other.ty == attribute.ty => {
                    other.range = widest(&other.range, &attribute.range);
                    other.required |= attribute.required;
                }
                Some(other) => other.required |= attribute.required,
            }
        }
        out.extend(more);
        out
    }

    fn view(&self, model: &Model, side: usize, schema: &Schema) -> View {
        let own = &model.schema;
        let (attributes, accepts) =
            self.readings(side, own, (&own.attributes, &schema.attributes), Attribute::path);
        let event = |joint: &EventType| {
            let at = own.events.iter().position(|event| event.name == joint.name)?;
            let sides = (&own.events[at].properties[..], &joint.properties[..]);
            let (properties, accepts) = self.readings(side, own, sides, |property| property.name.clone());
            Some(EventView { own: EventId(at as u32), properties, accepts })
        };
        View { attributes, accepts, events: schema.events.iter().map(event).collect() }
    }

    /// For each of one's own the place among all, and how each of all is read.
    fn readings(
        &self,
        side: usize,
        schema: &Schema,
        (own, all): (&[Attribute], &[Attribute]),
        name: fn(&Attribute) -> String,
    ) -> (Vec<Option<usize>>, Vec<Reading>) {
        let mut accepts = vec![Reading::Nothing; all.len()];
        let place = |attribute: &Attribute| {
            let path = name(attribute);
            let ty = self.words.ty(side, &attribute.ty);
            all.iter().position(|other| name(other) == path && other.ty == ty)
        };
        let places: Vec<Option<usize>> = own.iter().map(place).collect();
        for (attribute, at) in own.iter().zip(&places) {
            let Some(at) = *at else { continue };
            accepts[at] = match (&attribute.ty, &attribute.range) {
                (Type::Number(_), Some((Value::Number(low), Value::Number(high))))
                    if attribute.range != all[at].range =>
                {
                    Reading::Range(*low, *high)
                }
                (Type::OneOf(id), _) => self.words.reading(side, schema, *id),
                (Type::List(inner), _) => match **inner {
                    Type::OneOf(id) => self.words.reading(side, schema, id),
                    _ => Reading::All,
                },
                _ => Reading::All,
            };
        }
        (places, accepts)
    }

    /// Both models over the schema, each with what is required there.
    fn models(&self, schema: &Schema, views: &[View; 2]) -> Option<[Model; 2]> {
        let over = |model: &Model, side: usize| {
            let mut schema = schema.clone();
            for (at, attribute) in schema.attributes.iter_mut().enumerate() {
                let own = views[side].attributes.iter().position(|place| *place == Some(at));
                attribute.required = own.is_some_and(|own| model.schema.attributes[own].required);
            }
            translate::over(model, schema, self.words.numbers(side)).ok()
        };
        Some([over(self.old, 0)?, over(self.new, 1)?])
    }

    /// What means facts of another kind in each of the models, and is read by either.
    fn blocked(&self, schema: &Schema, views: &[View; 2]) -> Vec<Obstacle> {
        let mut out = Vec::new();
        let mut tell = |at: &Attribute, what: String| {
            out.push(Obstacle { old: false, span: Some(at.span), place: None, what });
        };
        let (old, new) = (&self.old.schema, &self.new.schema);
        // the attributes of the new schema are the first of all
        for (at, attribute) in new.attributes.iter().enumerate() {
            let path = attribute.path();
            let Some(was) = old.attributes.iter().find(|other| other.path() == path) else { continue };
            if !self.reads.attributes.contains(&path) && !schema.attributes[at].required {
                continue;
            }
            if let Some(what) = self.other_kind(&path, was, attribute, [0, 1].map(|s| &views[s].accepts[at]))
            {
                tell(attribute, what);
            }
        }
        if stage(old) != stage(new) && self.reads.current_stage {
            let what = "the attribute that holds the current stage, which is another one now".to_string();
            out.push(Obstacle { old: false, span: None, place: None, what });
        }
        for (at, event) in new.events.iter().enumerate() {
            let Some(was) = old.events.iter().find(|other| other.name == event.name) else { continue };
            out.extend(self.other_event(was, event, [0, 1].map(|side| views[side].events[at].as_ref())));
        }
        out
    }

    /// Why an attribute or property of one name cannot be one in both.
    fn other_kind(
        &self,
        path: &str,
        was: &Attribute,
        is: &Attribute,
        accepts: [&Reading; 2],
    ) -> Option<String> {
        let (ty, other) = (self.words.ty(1, &is.ty), self.words.ty(0, &was.ty));
        if ty != other {
            let (a, b) = (type_name(&was.ty, &self.old.schema), type_name(&is.ty, &self.new.schema));
            return Some(format!("`{path}`, whose type is `{b}` now and was `{a}`"));
        }
        match &ty {
            Type::OneOf(id) if self.words.turned.contains(id) => {
                Some(format!("`{path}`, whose words stand in another order now"))
            }
            Type::List(_) if accepts.iter().any(|reading| !reading.is_all()) => {
                Some(format!("`{path}`, a list that may hold other words now"))
            }
            ty if was.range != is.range && !matches!(ty, Type::Number(_)) => {
                Some(format!("`{path}`, whose range is another one now"))
            }
            _ => None,
        }
    }

    fn other_event(
        &self,
        was: &EventType,
        is: &EventType,
        views: [Option<&EventView>; 2],
    ) -> Option<Obstacle> {
        if !self.reads.any_event && !self.reads.events.contains(&is.name) {
            return None;
        }
        let name = &is.name;
        let told = |what: String| Some(Obstacle { old: false, span: Some(is.span), place: None, what });
        if was.received != is.received {
            return told(format!("events `{name}`, of which another column says when they were received"));
        }
        let object = |event: &EventType| event.properties.first().map(|property| property.name.clone());
        if let (Some(a), Some(b)) = (object(was), object(is))
            && a != b
            && self.reads.objects.contains(name)
        {
            return told(format!("events `{name}`, whose object is `{b}` now and was `{a}`"));
        }
        for (at, property) in is.properties.iter().enumerate() {
            let Some(other) = was.properties.iter().find(|other| other.name == property.name) else {
                continue;
            };
            let path = format!("{name}.{}", property.name);
            if !self.reads.properties.contains(&path) {
                continue;
            }
            let accepts = views.map(|view| view.map_or(&Reading::Nothing, |view| &view.accepts[at]));
            if let Some(what) = self.other_kind(&path, other, property, accepts) {
                return told(what);
            }
            let counted = self.reads.counted.contains(&path);
            if counted && accepts.iter().any(|reading| !reading.is_all() && !reading.is_nothing()) {
                return told(format!("`{path}`, which is counted or summed and may have other values now"));
            }
        }
        None
    }
}

/// The path of the attribute that holds the current stage.
fn stage(schema: &Schema) -> Option<String> {
    schema.attributes.iter().find(|attribute| attribute.ty == Type::Stage).map(Attribute::path)
}

fn widest(a: &Option<(Value, Value)>, b: &Option<(Value, Value)>) -> Option<(Value, Value)> {
    match (a, b) {
        (Some((Value::Number(a), Value::Number(b))), Some((Value::Number(c), Value::Number(d)))) => {
            Some((Value::Number(*a.min(c)), Value::Number(*b.max(d))))
        }
        (a, b) if a == b => a.clone(),
        _ => None,
    }
}

/// Whether two schemas say the same in the same order, but for where it is written and where the data comes from.
fn one_schema(old: &Schema, new: &Schema) -> bool {
    let attribute = |a: &Attribute, b: &Attribute| {
        (a.owner, &a.group, &a.name, &a.ty, &a.range, a.required)
            == (b.owner, &b.group, &b.name, &b.ty, &b.range, b.required)
    };
    let all = |a: &[Attribute], b: &[Attribute]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| attribute(a, b))
    };
    all(&old.attributes, &new.attributes)
        && old.vocabularies.len() == new.vocabularies.len()
        && old.vocabularies.iter().zip(&new.vocabularies).all(|(a, b)| {
            let words = |v: &Vocabulary| v.words.iter().map(|word| word.name.clone()).collect::<Vec<_>>();
            a.ordered == b.ordered && words(a) == words(b)
        })
        && old.events.len() == new.events.len()
        && old
            .events
            .iter()
            .zip(&new.events)
            .all(|(a, b)| a.name == b.name && a.received == b.received && all(&a.properties, &b.properties))
}
