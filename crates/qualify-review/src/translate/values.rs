//! Values and types: the words of vocabularies, attributes by their paths.

use super::{Done, Missing, Numbers, Translate};
use qualify_model::*;

impl Translate<'_> {
    pub(super) fn ty(&self, ty: &mut Type) -> Done {
        match ty {
            Type::OneOf(id) => {
                id.0 = self.vocabularies[id.index()]
                    .ok_or_else(|| Missing::Name("a list of words".to_string()))?;
                Ok(())
            }
            Type::List(of) => self.ty(of),
            _ => Ok(()),
        }
    }

    pub(super) fn values(&self, values: &mut [Value], ty: &Type) -> Done {
        values.iter_mut().try_for_each(|value| self.value(value, ty))
    }

    /// A value of a type of the source.
    pub(super) fn value(&self, value: &mut Value, ty: &Type) -> Done {
        match (value, ty) {
            (Value::Word(word), Type::OneOf(id)) => self.word(word, *id),
            (Value::Word(word), Type::List(of)) => match **of {
                Type::OneOf(id) => self.word(word, id),
                _ => Ok(()),
            },
            (Value::List(values), Type::List(of)) => self.values(values, of),
            _ => Ok(()),
        }
    }

    fn word(&self, word: &mut u32, id: VocabularyId) -> Done {
        let words = &self.source.schema.vocabulary(id).words;
        let Some(name) = words.get(*word as usize).map(|word| &word.name) else { return Ok(()) };
        let missing = || Missing::Name(format!("the word `{name}`"));
        let there = self.vocabularies[id.index()].ok_or_else(missing)?;
        let there = &self.schema.vocabularies[there as usize].words;
        *word = there.iter().position(|other| other.name == *name).ok_or_else(missing)? as u32;
        Ok(())
    }
}

/// The attribute of the same path and a like type.
pub(super) fn attribute(attribute: &Attribute, schema: &Schema) -> Option<u32> {
    let path = attribute.path();
    let found =
        schema.attributes.iter().position(|other| other.path() == path && like(&attribute.ty, &other.ty));
    found.map(|at| at as u32)
}

fn like(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::OneOf(_), Type::OneOf(_)) => true,
        (Type::List(a), Type::List(b)) => like(a, b),
        _ => a == b,
    }
}

/// For each vocabulary the one that has the same words, or else that of the attribute or property of the same name.
pub(super) fn vocabularies(source: &Schema, target: &Schema) -> Numbers {
    let mut out: Numbers = source
        .vocabularies
        .iter()
        .map(|own| {
            let same = |other: &Vocabulary| {
                let names = |v: &Vocabulary| v.words.iter().map(|w| w.name.clone()).collect::<Vec<_>>();
                other.ordered == own.ordered && names(other) == names(own)
            };
            target.vocabularies.iter().position(same).map(|at| at as u32)
        })
        .collect();
    let mut like = |a: &Type, b: &Type| {
        if let (Some(a), Some(b)) = (vocabulary(a), vocabulary(b)) {
            let slot = &mut out[a.index()];
            if slot.is_none() && source.vocabulary(a).ordered == target.vocabulary(b).ordered {
                *slot = Some(b.0);
            }
        }
    };
    for attribute in &source.attributes {
        if let Some(other) = target.attributes.iter().find(|other| other.path() == attribute.path()) {
            like(&attribute.ty, &other.ty);
        }
    }
    for event in &source.events {
        let Some(other) = target.events.iter().find(|other| other.name == event.name) else { continue };
        for property in &event.properties {
            if let Some(there) = other.properties.iter().find(|p| p.name == property.name) {
                like(&property.ty, &there.ty);
            }
        }
    }
    out
}

fn vocabulary(ty: &Type) -> Option<VocabularyId> {
    match ty {
        Type::OneOf(id) => Some(*id),
        Type::List(of) => vocabulary(of),
        _ => None,
    }
}
