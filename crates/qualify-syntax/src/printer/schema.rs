//! Records, events and attributes.

use super::literal::{literal, quoted, quoted_list, range};
use crate::layout::{Blanks, Break, Columns, Piece, Pieces};
use crate::tree::*;

const ATTRIBUTES: Columns = Columns { kind: "attribute", widest: [28, 28], whole: false };
const EVENTS: Columns = Columns { kind: "event", widest: [34, 0], whole: true };

/// What separates two attributes on one line.
const ONE_LINE: bool = true;

impl Pieces {
    pub(super) fn record(&mut self, head: &str, record: &Record) {
        self.item(|p| {
            p.text(head);
            if let Some(of) = &record.of {
                p.text(&format!(" of {}", of.text));
            }
            p.key(record.key.as_ref());
        });
        self.block(&record.members, |p, members| {
            for (i, member) in members.iter().enumerate() {
                if i > 0 {
                    p.gap(Break::Always, Blanks::Keep);
                }
                match member {
                    Member::Group { name, attributes } => p.attribute_group(name, attributes),
                    Member::Attribute(attribute) => {
                        p.attribute(attribute);
                        p.end_attribute(next_name(members.get(i + 1)), !ONE_LINE);
                    }
                }
            }
        });
    }

    fn key(&mut self, key: Option<&Name>) {
        if let Some(key) = key {
            self.text(&format!(" key {}", key.text));
        }
    }

    /// A group of one attribute stands on one line if it fits.
    fn attribute_group(&mut self, name: &Name, attributes: &[AttributeDecl]) {
        match attributes {
            [only] => self.group(|p| {
                p.text(&format!("{} {{", name.text));
                p.push(Piece::Indent(1));
                p.gap(Break::WithGroup, Blanks::AfterOpening);
                p.attribute(only);
                p.gap(Break::WithGroup, Blanks::BeforeClosing);
                p.push(Piece::Dedent);
                p.text("}");
            }),
            _ => {
                self.plain(&name.text);
                self.block(attributes, |p, attributes| p.attributes(attributes, Break::Always, !ONE_LINE));
            }
        }
    }

    fn attributes(&mut self, attributes: &[AttributeDecl], line: Break, one_line: bool) {
        for (i, one) in attributes.iter().enumerate() {
            if i > 0 {
                self.gap(line, Blanks::Keep);
            }
            self.attribute(one);
            self.end_attribute(attributes.get(i + 1).map(|next| &next.name), one_line);
        }
    }

    pub(super) fn event(&mut self, event: &EventDecl) {
        self.row(EVENTS, |p| {
            p.text(&format!("event {}", event.name.text));
            let mut parts = Vec::new();
            parts.extend(event.key.as_ref().map(|key| format!("key {}", key.text)));
            parts.extend(event.received.as_ref().map(|name| format!("received {}", name.text)));
            if !event.from.is_empty() {
                parts.push(format!("from {}", quoted_list(&event.from)));
            }
            if !parts.is_empty() {
                p.column(Break::Never);
                p.text(&parts.join(" "));
            }
            if event.properties.is_empty() {
                return;
            }
            if parts.is_empty() {
                p.column(Break::Never)
            } else {
                p.space()
            }
            // lines of properties stand one step deeper than the event, not two
            p.push(Piece::Dedent);
            p.text("(");
            p.push(Piece::Indent(1));
            p.tight();
            p.attributes(&event.properties, Break::WithGroup, ONE_LINE);
            p.tight();
            p.push(Piece::Dedent);
            p.text(")");
            p.push(Piece::Indent(1));
        });
    }

    /// A sign that keeps an attribute apart from the next, where one is needed.
    fn end_attribute(&mut self, next: Option<&Name>, one_line: bool) {
        let Some(next) = next else { return };
        let number = self.last().next().is_some_and(|text| text.ends_with(|c: char| c.is_ascii_digit()));
        if looks_like_modifier(next) || number && goes_on_a_number(next) {
            self.text(";");
        } else if one_line {
            self.push(Piece::Comma);
        }
    }

    fn attribute(&mut self, attribute: &AttributeDecl) {
        self.row(ATTRIBUTES, |p| {
            p.text(&attribute.name.text);
            p.column(Break::Never);
            p.type_of(&attribute.ty);
            for (i, modifier) in attribute.modifiers.iter().enumerate() {
                if i == 0 {
                    p.column(Break::AfterLines);
                } else {
                    p.text(",");
                    p.may_break(Break::WhenFull);
                }
                p.group(|p| p.modifier(&modifier.kind));
            }
        });
    }

    fn type_of(&mut self, ty: &TypeDecl) {
        match &ty.kind {
            TypeKind::ListOf(inner) => {
                self.text("list of ");
                self.type_of(inner);
            }
            TypeKind::OneOf { ordered, words } => {
                self.text(if *ordered { "ordered one of (" } else { "one of (" });
                self.aligned(|p| p.listed(words, |p, word| p.text(&choice(word))));
                self.text(")");
            }
            kind => self.text(type_word(kind)),
        }
        if let Some(bounds) = &ty.range {
            self.text(&format!(" {}", range(bounds)));
        }
    }

    fn modifier(&mut self, kind: &ModifierKind) {
        match kind {
            ModifierKind::Required => self.text("required"),
            ModifierKind::Personal => self.text("personal"),
            ModifierKind::Protected => self.text("protected"),
            ModifierKind::From(columns) => {
                self.text("from ");
                self.aligned(|p| p.listed(columns, |p, column| p.text(&quoted(column))));
            }
            ModifierKind::UnknownIf(spellings) => {
                self.text("unknown if ");
                self.aligned(|p| p.listed(spellings, |p, spelling| p.text(&quoted(spelling))));
            }
        }
    }
}

/// The name of what stands next in a record.
fn next_name(next: Option<&Member>) -> Option<&Name> {
    match next? {
        Member::Attribute(next) => Some(&next.name),
        Member::Group { name, .. } => Some(name),
    }
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

fn type_word(kind: &TypeKind) -> &'static str {
    match kind {
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
        TypeKind::OneOf { .. } => "one of",
        TypeKind::ListOf(_) => "list of",
    }
}

fn choice(choice: &WordDecl) -> String {
    match choice.from.is_empty() {
        true => literal(&choice.word),
        false => format!("{} from {}", literal(&choice.word), quoted_list(&choice.from)),
    }
}
