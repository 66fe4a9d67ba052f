//! Projects made of a few short files, and a schema without a checker.
#![allow(dead_code)] // each test binary uses a part

use qualify_data::{DataErrors, LeadSet, Quiet, ReadOptions};
use qualify_diagnostics::Span;
use qualify_model::{
    Attribute, EventType, NumberKind, Owner, Schema, TextKind, Type, Value, Vocabulary, VocabularyId, Word,
};
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with a manifest and files.
pub struct Project {
    pub folder: TempDir,
    pub options: ReadOptions,
}

impl Project {
    pub fn new(manifest: &str) -> Project {
        let project = Project { folder: TempDir::new().expect("a folder"), options: ReadOptions::default() };
        let model = "model = \"model.qualify\"\n";
        project.file("qualify.toml", format!("{model}{manifest}"))
    }

    /// With one table of leads, `leads.csv`.
    pub fn of_leads(csv: &str) -> Project {
        Project::new("[[leads]]\nfiles = \"leads.csv\"\n").file("leads.csv", csv)
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Project {
        std::fs::write(self.path(name), content).expect("a file");
        self
    }

    pub fn strict(mut self) -> Project {
        self.options.strict_data = true;
        self
    }

    pub fn rejects(mut self) -> Project {
        self.options.rejects = Some(self.path("rejects.csv"));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, schema: &Schema) -> Result<LeadSet, DataErrors> {
        let project = qualify_data::open(self.folder.path())?;
        qualify_data::read(&project, schema, &mut Quiet, &self.options)
    }

    /// All leads as text, one a line; or the problems.
    pub fn show(&self, schema: &Schema) -> String {
        match self.read(schema) {
            Err(errors) => errors.to_string(),
            Ok(set) => {
                let mut out = String::new();
                for lead in &set.leads {
                    out.push_str(&lead.key);
                    for (attribute, value) in schema.attributes.iter().zip(&lead.attributes) {
                        let value =
                            value.as_ref().map_or("?".to_string(), |v| show(v, &attribute.ty, schema));
                        out.push_str(&format!(" {}={value}", attribute.name));
                    }
                    let mut events: Vec<_> = lead.events.iter().collect();
                    events.sort_by_key(|e| e.time);
                    for event in events {
                        let ty = schema.event(event.kind);
                        out.push_str(&format!(
                            " [{} {}",
                            ty.name,
                            show(&Value::Time(event.time), &Type::Time, schema)
                        ));
                        for (property, value) in ty.properties.iter().zip(&event.properties) {
                            let value =
                                value.as_ref().map_or("?".to_string(), |v| show(v, &property.ty, schema));
                            out.push_str(&format!(" {}={value}", property.name));
                        }
                        out.push(']');
                    }
                    out.push('\n');
                }
                for warning in &set.warnings {
                    out.push_str(&warning.to_string());
                }
                out
            }
        }
    }
}

fn show(value: &Value, ty: &Type, schema: &Schema) -> String {
    use qualify_model::calendar::{format_day, format_instant};
    match (value, ty) {
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_string(),
        (Value::Number(n), _) => n.to_string(),
        (Value::Text(text) | Value::Stage(text), _) => text.to_string(),
        (Value::Date(day), _) => format_day(*day),
        (Value::Time(time), _) => format_instant(*time),
        (Value::Duration(length), _) => format!("{length}us"),
        (Value::Word(n), Type::OneOf(id)) => schema.vocabulary(*id).words[*n as usize].name.clone(),
        (Value::List(values), Type::List(of)) => {
            let values: Vec<_> = values.iter().map(|v| show(v, of, schema)).collect();
            format!("({})", values.join(","))
        }
        (value, _) => format!("{value:?}"),
    }
}

pub const INTEGER: Type = Type::Number(NumberKind::Integer);
pub const NUMBER: Type = Type::Number(NumberKind::Number);
pub const MONEY: Type = Type::Number(NumberKind::Money);
pub const TEXT: Type = Type::Text(TextKind::Plain);
pub const EMAIL: Type = Type::Text(TextKind::Email);

pub fn attribute(name: &str, ty: Type) -> Attribute {
    let (group, name) = name.split_once('.').map_or((None, name), |(g, n)| (Some(g.to_string()), n));
    let (owner, group) = match group.as_deref() {
        Some("account") => (Owner::Account, None),
        _ => (Owner::Lead, group),
    };
    Attribute {
        owner,
        group,
        name: name.to_string(),
        ty,
        range: None,
        required: false,
        personal: false,
        protected: false,
        from: Vec::new(),
        unknown_if: Vec::new(),
        span: Span::default(),
    }
}

/// A schema of leads with these attributes and no events; words are `small` and `big`.
pub fn leads(attributes: &[(&str, Type)]) -> Schema {
    let word = |name: &str| Word { name: name.to_string(), from: vec![format!("{name} one")] };
    Schema {
        lead_key: "id".to_string(),
        account_key: None,
        attributes: attributes.iter().map(|(name, ty)| attribute(name, ty.clone())).collect(),
        events: Vec::new(),
        vocabularies: vec![Vocabulary { words: vec![word("small"), word("big")], ordered: true }],
    }
}

pub const WORD: Type = Type::OneOf(VocabularyId(0));

pub fn event(name: &str, properties: &[(&str, Type)]) -> EventType {
    EventType {
        name: name.to_string(),
        from: Vec::new(),
        key: None,
        received: None,
        properties: properties.iter().map(|(name, ty)| attribute(name, ty.clone())).collect(),
        span: Span::default(),
    }
}

/// Text without the white space that the source's layout gives it.
pub fn trimmed(text: &str) -> String {
    let lines: Vec<_> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}
