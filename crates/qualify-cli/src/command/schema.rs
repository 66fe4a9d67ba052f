//! `qualify schema`: a first schema from data, or the schema of a model.

use crate::arguments::{Schema, SchemaCommand};
use crate::console::{Console, Format, Outcome};
use crate::{Stop, report, rule_files};
use std::path::PathBuf;

/// Infers or shows a schema.
pub fn run(arguments: &Schema, console: &mut Console) -> Result<Outcome, Stop> {
    match &arguments.what {
        SchemaCommand::Show { paths } => show(paths, console),
    }
}

fn show(paths: &[PathBuf], console: &mut Console) -> Result<Outcome, Stop> {
    let files = crate::project::rule_files(paths)?;
    let (schema, compiled) = rule_files::schema(&files)?;
    rule_files::show(&compiled, console)?;
    let Some(schema) = schema else { return Ok(Outcome::ErrorsFound) };
    let text = match console.format {
        Format::Human => report::schema::render(&schema),
        Format::Json => format!("{:#}\n", report::schema::json(&schema)),
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}
