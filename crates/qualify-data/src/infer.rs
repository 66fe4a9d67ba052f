//! A first schema and manifest, made from files: what their columns hold, and how the files hang together.
//!
//! It is a draft for people to correct: what cannot be known is a comment beside the line.

mod column;
mod manifest_text;
mod names;
mod roles;
mod schema_text;

use crate::problem::DataErrors;
use crate::table::{self, Opening, Visit};
use column::ColumnFacts;
use roles::Roles;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inferred {
    /// The text of a schema file.
    pub schema: String,
    /// The text of a `qualify.toml`.
    pub manifest: String,
    /// A model that does nothing yet but use the schema.
    pub model: String,
}

/// File name of the schema that the model uses.
pub(crate) const SCHEMA_FILE: &str = "schema.qualify";

/// What is known of the files of one table.
pub(crate) struct TableFacts {
    /// The file's name without extensions, in lower case.
    pub stem: String,
    /// Paths as the manifest will name them.
    pub files: Vec<String>,
    pub columns: Vec<ColumnFacts>,
    pub rows: u64,
    /// Rows that could not be taken apart.
    pub malformed: u64,
}

/// Looks at the files and drafts a schema and a manifest that reads them; the manifest will stand in `folder`.
pub fn infer(files: &[PathBuf], folder: &Path) -> Result<Inferred, DataErrors> {
    let mut tables: Vec<TableFacts> = Vec::new();
    let mut problems = Vec::new();
    for path in files {
        if let Err(broken) = look_at(path, folder, &mut tables) {
            problems.push(broken.of(&path.display().to_string()));
        }
    }
    if !problems.is_empty() {
        return Err(DataErrors::of(problems));
    }
    let roles = Roles::of(&tables);
    let draft = schema_text::Draft::of(&tables, &roles);
    Ok(Inferred {
        schema: draft.text(),
        manifest: manifest_text::text(&tables, &roles, &draft),
        model: format!("language 1\nuse \"{SCHEMA_FILE}\"\n"),
    })
}

/// Takes a file into the table with the same columns, or into a new one.
fn look_at(path: &Path, folder: &Path, tables: &mut Vec<TableFacts>) -> Result<(), table::Broken> {
    let mut table = table::open(path, Opening::default())?;
    let names = table.columns();
    let same = |facts: &TableFacts| facts.columns.iter().map(|c| &c.name).eq(names.iter());
    let at = tables.iter().position(same).unwrap_or_else(|| {
        let columns = names.iter().map(|name| ColumnFacts::new(name)).collect();
        tables.push(TableFacts {
            stem: names::stem(path),
            files: Vec::new(),
            columns,
            rows: 0,
            malformed: 0,
        });
        tables.len() - 1
    });
    let facts = &mut tables[at];
    facts.files.push(relative(path, folder));
    table.visit(&mut |visit| {
        match visit {
            Visit::Bad(_) => facts.malformed += 1,
            Visit::Row(row) => {
                facts.rows += 1;
                for (place, column) in facts.columns.iter_mut().enumerate() {
                    column.add(&row.cell(place));
                }
            }
        }
        ControlFlow::Continue(())
    })
}

/// The path as a manifest in `folder` names it: with `..` where it must, absolute if they share no folder.
fn relative(path: &Path, folder: &Path) -> String {
    let real = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_path_buf());
    let (path, folder) = (real(path), real(folder));
    for (steps, ancestor) in folder.ancestors().enumerate() {
        let Ok(rest) = path.strip_prefix(ancestor) else { continue };
        if steps > 0 && ancestor.parent().is_none() {
            break; // nothing but the root in common
        }
        return format!("{}{}", "../".repeat(steps), rest.display());
    }
    path.display().to_string()
}
