//! Records, events and attributes.

use super::literal::{literal, quoted_list, range};
use super::{Lines, join};
use crate::tree::*;

/// Names of attributes are padded up to this width.
const WIDEST_NAME: usize = 28;

impl Lines {
    pub(super) fn record(&mut self, head: String, record: &Record) {
        let of = record.of.as_ref().map_or(String::new(), |of| format!("of {}", of.text));
        let head = join([&head, &of, &key(record.key.as_ref())]);
        let widest = widest(record.members.iter().filter_map(|member| match member {
            Member::Attribute(attribute) => Some(attribute),
            Member::Group { .. } => None,
        }));
        self.block(head, record.members.is_empty(), |lines| {
            for (i, member) in record.members.iter().enumerate() {
                match member {
                    Member::Group { name, attributes } => lines.group(name, attributes),
                    Member::Attribute(attribute) => {
                        let next = match record.members.get(i + 1) {
                            Some(Member::Attribute(next)) => Some(&next.name),
                            Some(Member::Group { name, .. }) => Some(name),
                            None => None,
                        };
                        lines.line(with_end(padded(attribute, widest), next));
                    }
                }
            }
        });
    }

    fn group(&mut self, name: &Name, attributes: &[AttributeDecl]) {
        let one = match attributes {
            [only] => format!("{} {{ {} }}", name.text, attribute(only)),
            _ => String::new(),
        };
        if !one.is_empty() && self.fits(&one) {
            return self.line(one);
        }
        self.block(name.text.clone(), attributes.is_empty(), |lines| lines.attributes(attributes));
    }

    fn attributes(&mut self, attributes: &[AttributeDecl]) {
        let widest = widest(attributes.iter());
        for (i, one) in attributes.iter().enumerate() {
            self.line(with_end(padded(one, widest), attributes.get(i + 1).map(|next| &next.name)));
        }
    }

    pub(super) fn event(&mut self, event: &EventDecl) {
        let received =
            event.received.as_ref().map_or(String::new(), |name| format!("received {}", name.text));
        let from =
            if event.from.is_empty() { String::new() } else { format!("from {}", quoted_list(&event.from)) };
        let head = join([&format!("event {}", event.name.text), &key(event.key.as_ref()), &received, &from]);
        if event.properties.is_empty() {
            return self.line(head);
        }
        let mut properties = String::new();
        for (i, one) in event.properties.iter().enumerate() {
            properties.push_str(&attribute(one));
            if let Some(next) = event.properties.get(i + 1) {
                properties.push_str(if looks_like_modifier(&next.name) { "; " } else { ", " });
            }
        }
        let one = format!("{head} ({properties})");
        if self.fits(&one) {
            return self.line(one);
        }
        self.line(format!("{head} ("));
        self.depth += 1;
        self.attributes(&event.properties);
        self.depth -= 1;
        self.line(")");
    }
}

fn key(key: Option<&Name>) -> String {
    key.map_or(String::new(), |name| format!("key {}", name.text))
}

/// An attribute with that name would be taken for a word about the one before it.
fn looks_like_modifier(name: &Name) -> bool {
    matches!(name.text.as_str(), "required" | "personal" | "protected")
}

/// An attribute with that name would be taken for a part of a number before it.
fn goes_on_a_number(name: &Name) -> bool {
    let text = name.text.as_str();
    let currency = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    let unit = text.strip_suffix('s').unwrap_or(text);
    currency
        || matches!(text, "thousand" | "million" | "billion" | "business")
        || matches!(unit, "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year")
}

fn with_end(line: String, next: Option<&Name>) -> String {
    let number = line.ends_with(|c: char| c.is_ascii_digit());
    let parted = |next: &Name| looks_like_modifier(next) || number && goes_on_a_number(next);
    if next.is_some_and(parted) { format!("{line};") } else { line }
}

fn widest<'a>(attributes: impl Iterator<Item = &'a AttributeDecl>) -> usize {
    attributes.map(|one| one.name.text.len()).filter(|&width| width <= WIDEST_NAME).max().unwrap_or(0)
}

fn padded(attribute: &AttributeDecl, width: usize) -> String {
    format!("{:<width$} {}", attribute.name.text, described(attribute))
}

fn attribute(attribute: &AttributeDecl) -> String {
    format!("{} {}", attribute.name.text, described(attribute))
}

/// The type and all that follows it.
fn described(attribute: &AttributeDecl) -> String {
    let modifiers: Vec<String> = attribute.modifiers.iter().map(|one| modifier(&one.kind)).collect();
    join([&type_of(&attribute.ty), &modifiers.join(", ")])
}

fn type_of(ty: &TypeDecl) -> String {
    let bounds = ty.range.as_ref().map_or(String::new(), range);
    join([&type_kind(&ty.kind), &bounds])
}

fn type_kind(kind: &TypeKind) -> String {
    let word = match kind {
        TypeKind::Text => "text",
        TypeKind::YesNo => "yes/no",
        TypeKind::Integer => "integer",
        TypeKind::Number => "number",
        TypeKind::Money => "money",
        TypeKind::Points => "points",
        TypeKind::Date => "date",
        TypeKind::Time => "time",
        TypeKind::Duration => "duration",
        TypeKind::Email => "email",
        TypeKind::Url => "url",
        TypeKind::Stage => "stage",
        TypeKind::ListOf(inner) => return format!("list of {}", type_of(inner)),
        TypeKind::OneOf { ordered, words } => {
            let words: Vec<String> = words.iter().map(choice).collect();
            return format!("{}one of ({})", if *ordered { "ordered " } else { "" }, words.join(", "));
        }
    };
    word.to_string()
}

fn choice(choice: &WordDecl) -> String {
    let from =
        if choice.from.is_empty() { String::new() } else { format!("from {}", quoted_list(&choice.from)) };
    join([&literal(&choice.word), &from])
}

fn modifier(kind: &ModifierKind) -> String {
    match kind {
        ModifierKind::Required => "required".to_string(),
        ModifierKind::Personal => "personal".to_string(),
        ModifierKind::Protected => "protected".to_string(),
        ModifierKind::From(columns) => format!("from {}", quoted_list(columns)),
        ModifierKind::UnknownIf(spellings) => format!("unknown if {}", quoted_list(spellings)),
    }
}
