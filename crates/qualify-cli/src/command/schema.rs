//! `qualify schema`: a first schema from data, or the schema of a model.

use crate::arguments::{Schema, SchemaCommand};
use crate::console::{Console, Format, Outcome};
use crate::{Stop, report, rule_files};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Infers or shows a schema.
pub fn run(arguments: &Schema, console: &mut Console) -> Result<Outcome, Stop> {
    match &arguments.what {
        SchemaCommand::Infer { files, output } => infer(files, output.as_deref(), console),
        SchemaCommand::Show { paths } => show(paths, console),
    }
}

fn infer(files: &[PathBuf], output: Option<&Path>, console: &mut Console) -> Result<Outcome, Stop> {
    let base = output.unwrap_or(Path::new("."));
    let inferred = qualify_data::infer(files, base).map_err(|errors| errors.to_string())?;
    let Some(folder) = output else {
        if console.format == Format::Json {
            let (schema, manifest, model) = (inferred.schema, inferred.manifest, inferred.model);
            let texts = json!({ "schema.qualify": schema, "qualify.toml": manifest, "model.qualify": model });
            console.print(&format!("{texts:#}\n"))?;
            return Ok(Outcome::Fine);
        }
        console.print(&format!(
            "# ---- schema.qualify ----\n{}\n# ---- qualify.toml ----\n{}\n# ---- model.qualify ----\n{}",
            inferred.schema, inferred.manifest, inferred.model
        ))?;
        return Ok(Outcome::Fine);
    };
    let texts = [
        ("schema.qualify", &inferred.schema),
        ("qualify.toml", &inferred.manifest),
        ("model.qualify", &inferred.model),
    ];
    if let Some((name, _)) = texts.iter().find(|(name, _)| folder.join(name).exists()) {
        return Err(format!("{} is there already; nothing was written", folder.join(name).display()).into());
    }
    for (name, text) in texts {
        let path = folder.join(name);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| format!("{}: it cannot be written ({error})", path.display()))?;
        console.print(&format!("wrote {}\n", path.display()))?;
    }
    Ok(Outcome::Fine)
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
