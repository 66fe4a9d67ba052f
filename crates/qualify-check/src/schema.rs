//! Records and events of the text to the schema.

use crate::lower::{Hint, Lower};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{
    Attribute, EventId, EventType, ExprKind, NumberKind, Owner, TextKind, Type, Value, Vocabulary,
    VocabularyId, Word,
};
use qualify_syntax::tree::{
    AttributeDecl, EventDecl, Literal, LiteralKind, Member, ModifierKind, Quoted, Record, TypeDecl, TypeKind,
    WordDecl,
};
use std::collections::HashMap;

impl Lower<'_> {
    /// Builds the schema and enters its events.
    pub fn build_schema(&mut self) {
        let outline = self.outline;
        if let Some(((lead, _), further)) = outline.leads.split_first() {
            self.schema.lead_key = lead.key.as_ref().map_or_else(String::new, |key| key.text.clone());
            if lead.key.is_none() {
                self.schema.lead_key = "id".to_string();
            }
            self.record(lead, Owner::Lead);
            for (record, _) in further {
                self.twice("record", "lead", record.name.span, lead.name.span);
            }
        }
        let mut account: Option<Span> = None;
        for (record, span) in &outline.related {
            if record.name.text != "account" || record.of.is_some() {
                self.not_yet_record(record, *span);
            } else if let Some(first) = account {
                self.twice("record", "account", record.name.span, first);
            } else {
                account = Some(record.name.span);
                self.schema.account_key = record.key.as_ref().map(|key| key.text.clone());
                if record.key.is_none() {
                    self.schema.account_key = Some("account_id".to_string());
                }
                self.record(record, Owner::Account);
            }
        }
        for (event, span) in &outline.events {
            self.event(event, *span);
        }
        self.one_stage_attribute();
    }

    fn not_yet_record(&mut self, record: &Record, _span: Span) {
        self.lost.insert(record.name.text.clone());
        let message =
            format!("related records other than `account` cannot be used yet: `{}`", record.name.text);
        let note = "the attributes of one `account` can be read; bring what you need of the others into the lead's table";
        self.report(Diagnostic::new(Code::E0901, record.name.span, message).note(note));
    }

    fn record(&mut self, record: &Record, owner: Owner) {
        let mut seen: HashMap<(Option<&str>, &str), Span> = HashMap::new();
        for member in &record.members {
            let (group, attributes) = match member {
                Member::Group { name, attributes } => (Some(name.text.as_str()), attributes.as_slice()),
                Member::Attribute(attribute) => (None, std::slice::from_ref(attribute)),
            };
            for decl in attributes {
                if let Some(&first) = seen.get(&(group, decl.name.text.as_str())) {
                    self.twice("attribute", &decl.name.text, decl.name.span, first);
                    continue;
                }
                seen.insert((group, &decl.name.text), decl.name.span);
                if group.is_none() && owner == Owner::Lead && decl.name.text == "score" {
                    let message = "the name `score` has a meaning of its own in the language";
                    let note = "put it into a group, or rename it: `old_score number from \"score\"`";
                    self.report(Diagnostic::new(Code::E0203, decl.name.span, message).note(note));
                    continue;
                }
                if let Some(mut attribute) = self.attribute(decl) {
                    attribute.owner = owner;
                    attribute.group = group.map(str::to_string);
                    self.schema.attributes.push(attribute);
                }
            }
        }
    }

    fn event(&mut self, decl: &EventDecl, span: Span) {
        let name = &decl.name.text;
        if let Some(&first) = self.names.events.get(name) {
            let first = self.schema.event(first).span;
            return self.twice("event", name, decl.name.span, first);
        }
        let mut properties: Vec<Attribute> = Vec::new();
        for property in &decl.properties {
            if let Some(first) = properties.iter().find(|p| p.name == property.name.text) {
                let first = first.span;
                self.twice("property", &property.name.text, property.name.span, first);
                continue;
            }
            properties.extend(self.attribute(property));
        }
        self.names.events.insert(name.clone(), EventId(self.schema.events.len() as u32));
        self.schema.events.push(EventType {
            name: name.clone(),
            from: texts(&decl.from),
            key: decl.key.as_ref().map(|key| key.text.clone()),
            received: decl.received.as_ref().map(|column| column.text.clone()),
            properties,
            span,
        });
    }

    /// One attribute or property; none if its type has a mistake, and then its name is not asked for again.
    fn attribute(&mut self, decl: &AttributeDecl) -> Option<Attribute> {
        let ty = self.type_of(&decl.ty);
        let range = match (&ty, &decl.ty.range) {
            (Some(ty), Some((low, high))) => self.range(ty, low, high).map(Some),
            _ => Some(None),
        };
        let (Some(ty), Some(range)) = (ty, range) else {
            self.lost.insert(decl.name.text.clone());
            return None;
        };
        let mut attribute = Attribute {
            owner: Owner::Lead,
            group: None,
            name: decl.name.text.clone(),
            ty,
            range,
            required: false,
            personal: false,
            protected: false,
            from: Vec::new(),
            unknown_if: Vec::new(),
            span: decl.span,
        };
        for modifier in &decl.modifiers {
            match &modifier.kind {
                ModifierKind::Required => attribute.required = true,
                ModifierKind::Personal => attribute.personal = true,
                ModifierKind::Protected => attribute.protected = true,
                ModifierKind::From(names) => attribute.from.extend(texts(names)),
                ModifierKind::UnknownIf(names) => attribute.unknown_if.extend(texts(names)),
            }
        }
        Some(attribute)
    }

    fn type_of(&mut self, decl: &TypeDecl) -> Option<Type> {
        Some(match &decl.kind {
            TypeKind::Text => Type::Text(TextKind::Plain),
            TypeKind::YesNo => Type::YesNo,
            TypeKind::Integer => Type::Number(NumberKind::Integer),
            TypeKind::Number => Type::Number(NumberKind::Number),
            TypeKind::Money => Type::Number(NumberKind::Money),
            TypeKind::Points => Type::Number(NumberKind::Points),
            TypeKind::Date => Type::Date,
            TypeKind::Time => Type::Time,
            TypeKind::Duration => Type::Duration,
            TypeKind::Email => Type::Text(TextKind::Email),
            TypeKind::Url => Type::Text(TextKind::Url),
            TypeKind::Stage => Type::Stage,
            TypeKind::OneOf { ordered, words } => Type::OneOf(self.vocabulary(*ordered, words)),
            TypeKind::ListOf(inner) => match self.type_of(inner)? {
                Type::List(_) | Type::Stage => {
                    let message = format!("there are no lists of `{}`", self.words(inner.span));
                    return self.fail(Code::E0318, inner.span, message);
                }
                inner => Type::List(Box::new(inner)),
            },
        })
    }

    /// The number of a vocabulary; equal ones are one. Words that stand there twice are reported.
    fn vocabulary(&mut self, ordered: bool, decls: &[WordDecl]) -> VocabularyId {
        let mut words: Vec<Word> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for decl in decls {
            let name = self.word_text(&decl.word);
            if let Some(first) = seen.insert(name.to_lowercase(), decl.word.span) {
                self.twice("word", &name, decl.word.span, first);
            } else {
                words.push(Word { name, from: texts(&decl.from) });
            }
        }
        let vocabulary = Vocabulary { words, ordered };
        let place = self.schema.vocabularies.iter().position(|v| *v == vocabulary).unwrap_or_else(|| {
            self.schema.vocabularies.push(vocabulary);
            self.schema.vocabularies.len() - 1
        });
        VocabularyId(place as u32)
    }

    /// A constant as a word: `director`, `"c level"`, `3`.
    pub fn word_text(&self, literal: &Literal) -> String {
        match &literal.kind {
            LiteralKind::Text(text) => text.clone(),
            LiteralKind::Word(path) => {
                path.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
            }
            _ => self.words(literal.span),
        }
    }

    /// `from LOW to HIGH` of a type, in its units.
    fn range(&mut self, ty: &Type, low: &Literal, high: &Literal) -> Option<(Value, Value)> {
        if !matches!(ty, Type::Number(_) | Type::Date) {
            let message = format!("{} has no range: ranges are for numbers and dates", self.describe(ty));
            return self.fail(Code::E0318, low.span.to(high.span), message);
        }
        let (from, to) = (self.constant(low, ty), self.constant(high, ty));
        let (from, to) = (from?, to?);
        let upside_down = match (&from, &to) {
            (Value::Number(a), Value::Number(b)) => a > b,
            (Value::Date(a), Value::Date(b)) => a > b,
            _ => false,
        };
        if upside_down {
            return self.upside_down(low.span, high.span);
        }
        Some((from, to))
    }

    /// Reports a range whose low end is above its high end, with the two swapped as the fix.
    pub fn upside_down<T>(&mut self, low: Span, high: Span) -> Option<T> {
        let (low_words, high_words) = (self.words(low), self.words(high));
        let message = format!("`{low_words}` is more than `{high_words}`: nothing lies between them");
        let edits = vec![
            qualify_diagnostics::Edit { span: low, replacement: high_words },
            qualify_diagnostics::Edit { span: high, replacement: low_words },
        ];
        self.report(Diagnostic::new(Code::E0315, low.to(high), message).fix_all("swap them", edits));
        None
    }

    /// A constant of exactly that type; names are not allowed.
    pub fn constant(&mut self, literal: &Literal, ty: &Type) -> Option<Value> {
        let expr = self.literal(literal, &Hint::Type(ty.clone()))?;
        let expr = self.fit(expr, ty)?;
        match expr.kind {
            ExprKind::Constant(value) => Some(value),
            _ => {
                let message =
                    format!("`{}` is a name, and a constant is needed here", self.words(literal.span));
                self.fail(Code::E0319, literal.span, message)
            }
        }
    }

    /// The stage that the CRM stores can stand in one attribute of the lead only.
    fn one_stage_attribute(&mut self) {
        let mut first: Option<Span> = None;
        let attributes = self.schema.attributes.iter().map(|a| (a, a.owner == Owner::Lead));
        let properties = self.schema.events.iter().flat_map(|e| &e.properties).map(|p| (p, false));
        let mut found = Vec::new();
        for (attribute, allowed) in attributes.chain(properties).filter(|(a, _)| a.ty == Type::Stage) {
            let message = match first {
                Some(_) => "only one attribute can be the stage that the CRM stores",
                None if !allowed => "only an attribute of the lead can be the stage that the CRM stores",
                None => {
                    first = Some(attribute.span);
                    continue;
                }
            };
            let mut diagnostic = Diagnostic::new(Code::E0412, attribute.span, message);
            if let Some(first) = first {
                diagnostic = diagnostic.other(first, "the stage is already here");
            }
            found.push(diagnostic.note("declare the other as `text` or `one of (…)`"));
        }
        self.out.extend(found);
    }
}

fn texts(quoted: &[Quoted]) -> Vec<String> {
    quoted.iter().map(|q| q.text.clone()).collect()
}
