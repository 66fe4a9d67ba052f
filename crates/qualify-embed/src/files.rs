//! Rule files and projects on the disk, compiled.

use crate::Refusal;
use qualify::tables::Project;
use qualify::{Compiled, Model, Sources};
use qualify_data::{rule_text, used_rule_text};
use std::path::Path;

/// Rule files that were read: a model, if they are right, and what was said about them.
#[derive(Debug)]
pub struct Files {
    /// The outcome of compiling.
    pub compiled: Compiled,
    /// The project that named the files.
    pub project: Option<Project>,
}

/// Compiles a rule file, or the model of a project (its folder, or its `qualify.toml`). `params` are pairs of name and
/// value.
pub fn compile_path(path: &Path, params: &[(String, String)]) -> Result<Files, Refusal> {
    let is_project = path.is_dir() || path.extension().is_some_and(|ending| ending == "toml");
    let project = if is_project { Some(qualify_data::open(path)?) } else { None };
    let files = project.as_ref().map_or_else(|| vec![path.to_path_buf()], Project::model_files);
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for file in &files {
        let text = rule_text(file).map_err(|why| Refusal::File(format!("{}: {why}", file.display())))?;
        roots.push(sources.add(file.display().to_string(), text));
    }
    Ok(Files { compiled: Model::compile(sources, &roots, &used_rule_text, params), project })
}

/// Compiles a text that uses no other files.
pub fn compile_text(text: &str, params: &[(String, String)]) -> Files {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| Err(format!("`{path}` is another file, and there is this text alone"));
    Files { compiled: Model::compile(sources, &[file], &load, params), project: None }
}

/// Compiles what may be a path or the rules themselves: a path is what exists, or is called like a file of rules or
/// a manifest.
pub fn compile_source(source: &str, params: &[(String, String)]) -> Result<Files, Refusal> {
    let named = !source.contains('\n') && [".qualify", ".toml"].iter().any(|ending| source.ends_with(ending));
    let path = Path::new(source);
    // very long texts are no paths, and some systems say so with an error
    if named || path.try_exists().unwrap_or(false) {
        compile_path(path, params)
    } else {
        Ok(compile_text(source, params))
    }
}
