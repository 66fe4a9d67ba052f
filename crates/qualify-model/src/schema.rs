//! The schema: which attributes a lead has, which events happen to it, what their values may be.

use crate::{Type, Value};
use qualify_diagnostics::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in its vector.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        })*
    };
}
pub(crate) use ids;

ids! {
    /// An attribute of a lead or of its account, in [`Schema::attributes`].
    AttributeId;
    /// An event type, in [`Schema::events`].
    EventId;
    /// A vocabulary, in [`Schema::vocabularies`].
    VocabularyId;
}

/// All that can be known of a lead.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Schema {
    /// The column that identifies a lead: `lead key lead_id`. Empty if the schema has no `lead`.
    pub lead_key: String,
    /// The column that identifies an account, if there is a `related account`.
    pub account_key: Option<String>,
    /// Attributes of the lead, then of its account.
    pub attributes: Vec<Attribute>,
    /// Event types.
    pub events: Vec<EventType>,
    /// Closed vocabularies. Equal ones (same words, same order, both or neither ordered) are one.
    pub vocabularies: Vec<Vocabulary>,
}

impl Schema {
    /// The attribute of that number.
    pub fn attribute(&self, id: AttributeId) -> &Attribute {
        &self.attributes[id.index()]
    }

    /// The event type of that number.
    pub fn event(&self, id: EventId) -> &EventType {
        &self.events[id.index()]
    }

    /// The vocabulary of that number.
    pub fn vocabulary(&self, id: VocabularyId) -> &Vocabulary {
        &self.vocabularies[id.index()]
    }
}

/// Whose attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Owner {
    /// The lead.
    Lead,
    /// The account that the lead belongs to.
    Account,
}

/// One attribute of a lead or its account, or one property of an event.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Attribute {
    /// The lead or its account (properties: the lead, without meaning).
    pub owner: Owner,
    /// The group it stands in, such as `firmographics`.
    pub group: Option<String>,
    /// Its own name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Least and greatest allowed value, in the units of the type.
    pub range: Option<(Value, Value)>,
    /// A lead without it is invalid.
    pub required: bool,
    /// Personal data: explanations do not print it unless asked.
    pub personal: bool,
    /// A protected attribute.
    pub protected: bool,
    /// Names of source columns, the first that exists is read. Empty: the attribute's own name.
    pub from: Vec<String>,
    /// Spellings that mean "unknown" in the source. Empty text means unknown always.
    pub unknown_if: Vec<String>,
    /// The declaration.
    pub span: Span,
}

impl Attribute {
    /// The full name: `firmographics.size`, `account.tier`, `created_at`.
    pub fn path(&self) -> String {
        let owner = if self.owner == Owner::Account { "account." } else { "" };
        match &self.group {
            Some(group) => format!("{owner}{group}.{}", self.name),
            None => format!("{owner}{}", self.name),
        }
    }
}

/// One event type.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EventType {
    /// Its name in the language.
    pub name: String,
    /// Other spellings in a source's type column.
    pub from: Vec<String>,
    /// The property that identifies a delivery: of events with equal keys one is kept.
    pub key: Option<String>,
    /// The column that says when the event became known.
    pub received: Option<String>,
    /// Properties; the first is the object.
    pub properties: Vec<Attribute>,
    /// The declaration.
    pub span: Span,
}

/// A closed list of words.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Vocabulary {
    /// In the order of the declaration; the number of a word is its place here.
    pub words: Vec<Word>,
    /// Words compare with `<` and `at least`.
    pub ordered: bool,
}

impl Vocabulary {
    /// The number of `text`, compared by [folding](crate::text) with the word and its source spellings.
    pub fn find(&self, text: &str) -> Option<u32> {
        let same = |spelling: &String| crate::text::equal(spelling, text);
        let place = self.words.iter().position(|w| same(&w.name) || w.from.iter().any(same));
        place.map(|i| i as u32)
    }
}

/// A word of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Word {
    /// The word in the language.
    pub name: String,
    /// Other spellings in the source.
    pub from: Vec<String>,
}
