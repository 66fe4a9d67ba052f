//! Changes of settings and of the schema: what a lead is, which events there are, how data are read.

use super::words::{self, enumerate};
use super::{Both, Change, Edit, Effect, Kind, Side, Told};
use qualify_model::{Attribute, EventType, Type, VocabularyId, Word};

/// How many words of a vocabulary a sentence names.
const WORDS: usize = 5;

/// Edition, zone, keys, attributes, events.
pub(crate) fn compare(both: &Both<'_>, out: &mut Vec<Change>) {
    let (old, new) = (both.old.model(), both.new.model());
    let mut plain = |kind: Kind, name: &str, sentence: String, edit: Edit| {
        let change = both.change(
            kind,
            Some(Default::default()),
            Some(Default::default()),
            Told::results(name, sentence, edit),
        );
        out.push(change);
    };
    if old.edition != new.edition {
        plain(
            Kind::Setting,
            "language",
            format!("language {}, was {}", new.edition, old.edition),
            Edit::Settings,
        );
    }
    if old.timezone != new.timezone {
        let sentence = format!("the timezone is {}, was {}", new.timezone, old.timezone);
        plain(Kind::Setting, "timezone", sentence, Edit::Settings);
    }
    let (was, is) = (&old.schema, &new.schema);
    if was.lead_key != is.lead_key {
        let sentence = format!("leads are known by `{}`, was `{}`", is.lead_key, was.lead_key);
        plain(Kind::Schema, "lead key", sentence, Edit::Schema);
    }
    if was.account_key != is.account_key {
        let key = |key: &Option<String>| key.clone().unwrap_or_else(|| "nothing".to_string());
        let sentence =
            format!("accounts are known by `{}`, was `{}`", key(&is.account_key), key(&was.account_key));
        plain(Kind::Schema, "account key", sentence, Edit::Schema);
    }
    attributes(both, out);
    events(both, out);
}

fn told(name: &str, sentence: String) -> Told {
    Told::results(name, sentence, Edit::Schema)
}

fn attributes(both: &Both<'_>, out: &mut Vec<Change>) {
    let (was, is) = (&both.old.model().schema.attributes, &both.new.model().schema.attributes);
    for attribute in is {
        let path = attribute.path();
        match was.iter().find(|other| other.path() == path) {
            None => {
                let ty = words::ty_with_words(&attribute.ty, both.new.model());
                let flags = flags(attribute);
                let sentence = format!("new attribute `{path}` ({ty}{flags})");
                out.push(both.change(Kind::Schema, None, Some(attribute.span), told(&path, sentence)));
            }
            Some(other) => {
                let (said, results) = differences(both, other, attribute);
                if !said.is_empty() {
                    let sentence = format!("`{path}`: {}", said.join("; "));
                    let effect = if results { Effect::Results } else { Effect::Words };
                    let told = Told { effect, ..told(&path, sentence) };
                    out.push(both.change(Kind::Schema, Some(other.span), Some(attribute.span), told));
                }
            }
        }
    }
    for attribute in was {
        let path = attribute.path();
        if !is.iter().any(|other| other.path() == path) {
            let told = told(&path, format!("attribute gone: `{path}`"));
            out.push(both.change(Kind::Schema, Some(attribute.span), None, told));
        }
    }
}

fn flags(attribute: &Attribute) -> String {
    let flags = [
        (attribute.required, ", required"),
        (attribute.personal, ", personal"),
        (attribute.protected, ", protected"),
    ];
    flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect()
}

/// What differs in an attribute or property, and whether results can.
fn differences(both: &Both<'_>, old: &Attribute, new: &Attribute) -> (Vec<String>, bool) {
    let mut out = Vec::new();
    let (was, is) = (words::ty(&old.ty, both.old.model()), words::ty(&new.ty, both.new.model()));
    if was != is {
        out.push(format!("now {is}, was {was}"));
    } else if let (Some(a), Some(b)) = (vocabulary(&old.ty), vocabulary(&new.ty)) {
        vocabularies(both, a, b, &mut out);
    }
    let range = |side: &Side<'_>, attribute: &Attribute| {
        attribute.range.as_ref().map(|(low, high)| {
            let text = |value| words::value(value, &attribute.ty, side.model());
            format!("from {} to {}", text(low), text(high))
        })
    };
    match (range(&both.old, old), range(&both.new, new)) {
        (a, b) if a == b => {}
        (Some(a), Some(b)) => out.push(format!("{b}, was {a}")),
        (None, Some(b)) => out.push(format!("now {b}")),
        (Some(a), None) => out.push(format!("no longer {a}")),
        (None, None) => {}
    }
    if old.required != new.required {
        out.push(
            (if new.required { "now required: leads without it are invalid" } else { "no longer required" })
                .to_string(),
        );
    }
    spellings("read from", &old.from, &new.from, &mut out);
    spellings("unknown if", &old.unknown_if, &new.unknown_if, &mut out);
    let results = !out.is_empty();
    for (was, is, word) in
        [(old.personal, new.personal, "personal"), (old.protected, new.protected, "protected")]
    {
        if was != is {
            out.push(format!("{} {word}", if is { "now" } else { "no longer" }));
        }
    }
    (out, results)
}

/// Names in a source.
fn spellings(word: &str, old: &[String], new: &[String], out: &mut Vec<String>) {
    if old == new {
        return;
    }
    let text = |all: &[String]| {
        let quoted: Vec<String> = all.iter().map(|name| format!("\"{name}\"")).collect();
        if quoted.is_empty() { "nothing else".to_string() } else { quoted.join(", ") }
    };
    out.push(format!("{word} {}, was {}", text(new), text(old)));
}

fn vocabulary(ty: &Type) -> Option<VocabularyId> {
    match ty {
        Type::OneOf(id) => Some(*id),
        Type::List(of) => vocabulary(of),
        _ => None,
    }
}

fn vocabularies(both: &Both<'_>, old: VocabularyId, new: VocabularyId, out: &mut Vec<String>) {
    let (was, is) = (both.old.model().schema.vocabulary(old), both.new.model().schema.vocabulary(new));
    let without = |all: &[Word], other: &[Word]| -> Vec<String> {
        all.iter()
            .filter(|word| !other.iter().any(|o| o.name == word.name))
            .map(|word| format!("`{}`", word.name))
            .collect()
    };
    let (more, less) = (without(&is.words, &was.words), without(&was.words, &is.words));
    if !more.is_empty() {
        out.push(format!("may now be {}", enumerate(&more, WORDS)));
    }
    if !less.is_empty() {
        out.push(format!("may no longer be {}", enumerate(&less, WORDS)));
    }
    for word in &is.words {
        if let Some(other) = was.words.iter().find(|o| o.name == word.name) {
            spellings(&format!("`{}` is read from", word.name), &other.from, &word.from, out);
        }
    }
    let shared = |all: &[Word], other: &[Word]| -> Vec<String> {
        all.iter()
            .filter(|word| other.iter().any(|o| o.name == word.name))
            .map(|word| word.name.clone())
            .collect()
    };
    let (a, b) = (shared(&was.words, &is.words), shared(&is.words, &was.words));
    if is.ordered && a != b {
        out.push(format!("its order is {}, was {}", b.join(" < "), a.join(" < ")));
    }
}

fn events(both: &Both<'_>, out: &mut Vec<Change>) {
    let (was, is) = (&both.old.model().schema.events, &both.new.model().schema.events);
    for event in is {
        let name = &event.name;
        match was.iter().find(|other| other.name == *name) {
            None => {
                let told = told(name, format!("new event `{name}`"));
                out.push(both.change(Kind::Schema, None, Some(event.span), told));
            }
            Some(other) => {
                let (said, results) = event_differences(both, other, event);
                if !said.is_empty() {
                    let sentence = format!("event `{name}`: {}", said.join("; "));
                    let effect = if results { Effect::Results } else { Effect::Words };
                    out.push(both.change(
                        Kind::Schema,
                        Some(other.span),
                        Some(event.span),
                        Told { effect, ..told(name, sentence) },
                    ));
                }
            }
        }
    }
    for event in was {
        if !is.iter().any(|other| other.name == event.name) {
            let told = told(&event.name, format!("event gone: `{}`", event.name));
            out.push(both.change(Kind::Schema, Some(event.span), None, told));
        }
    }
}

fn event_differences(both: &Both<'_>, old: &EventType, new: &EventType) -> (Vec<String>, bool) {
    let mut out = Vec::new();
    spellings("read from", &old.from, &new.from, &mut out);
    let name = |name: &Option<String>| {
        name.as_ref().map_or_else(|| "nothing".to_string(), |name| format!("`{name}`"))
    };
    if old.key != new.key {
        out.push(format!("deliveries are told apart by {}, was {}", name(&new.key), name(&old.key)));
    }
    if old.received != new.received {
        out.push(format!("received is {}, was {}", name(&new.received), name(&old.received)));
    }
    let mut results = !out.is_empty();
    for property in &new.properties {
        match old.properties.iter().find(|other| other.name == property.name) {
            None => {
                out.push(format!(
                    "new property `{}` ({})",
                    property.name,
                    words::ty_with_words(&property.ty, both.new.model())
                ));
                results = true;
            }
            Some(other) => {
                let (said, touched) = differences(both, other, property);
                results |= touched;
                out.extend(said.into_iter().map(|said| format!("`{}` {said}", property.name)));
            }
        }
    }
    for property in &old.properties {
        if !new.properties.iter().any(|other| other.name == property.name) {
            out.push(format!("property gone: `{}`", property.name));
            results = true;
        }
    }
    let object = |event: &EventType| event.properties.first().map(|property| property.name.clone());
    if object(old) != object(new) {
        out.push(format!("its object is {}, was {}", name(&object(new)), name(&object(old))));
        results = true;
    }
    (out, results)
}
