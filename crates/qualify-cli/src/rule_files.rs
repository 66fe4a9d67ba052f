//! Rule files on disk: reading roots, and the files they name in `use` and `list … from`.

use crate::Stop;
use crate::arguments::Compile;
use crate::console::{Console, Format};
use crate::levels::Levels;
use qualify::{Compiled, FileId, Model, Schema, Sources};
use qualify_data::{beside, rule_text, used_rule_text};
use std::path::PathBuf;

/// Compiles the rule files. Their texts are read here; other paths in them are relative to the file that
/// names them.
pub fn compile(files: &[PathBuf], compile: &Compile) -> Result<Compiled, Stop> {
    compile_with(files, compile, &Levels::of_arguments(compile)?)
}

/// The same with what is allowed and denied.
pub fn compile_with(files: &[PathBuf], compile: &Compile, levels: &Levels) -> Result<Compiled, Stop> {
    compile_telling(files, compile, levels, &|_| {})
}

/// The same; `tell` hears of every file that is asked for, whether it is there or not.
pub fn compile_telling(
    files: &[PathBuf],
    compile: &Compile,
    levels: &Levels,
    tell: &dyn Fn(PathBuf),
) -> Result<Compiled, Stop> {
    let params = params(&compile.params)?;
    let (sources, roots) = read_roots(files)?;
    let load = |path: &str, asking: &str| {
        tell(beside(path, asking));
        used_rule_text(path, asking)
    };
    let mut compiled = Model::compile(sources, &roots, &load, &params);
    levels.apply(&mut compiled.diagnostics, &mut compiled.suppressed);
    Ok(compiled)
}

/// The schema in the rule files, and the messages about it as a compilation without a model.
pub fn schema(files: &[PathBuf]) -> Result<(Option<Schema>, Compiled), Stop> {
    let (mut sources, roots) = read_roots(files)?;
    let (schema, diagnostics) = Model::schema_of(&mut sources, &roots, &used_rule_text);
    Ok((schema, Compiled { model: None, sources, diagnostics, suppressed: Vec::new() }))
}

fn read_roots(files: &[PathBuf]) -> Result<(Sources, Vec<FileId>), Stop> {
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for file in files {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ["csv", "tsv", "jsonl", "ndjson", "parquet", "arrow"].contains(&ending) && file.exists() {
            let why = "it holds data, not rules; name a rule file, or the folder of the project";
            return Err(format!("{}: {why}", file.display()).into());
        }
        let text = rule_text(file).map_err(|why| format!("{}: {why}", file.display()))?;
        roots.push(sources.add(file.display().to_string(), text));
    }
    Ok((sources, roots))
}

/// Shows all diagnostics; stops if there is an error among them, as JSON on standard output if that is
/// expected.
pub fn show(compiled: &Compiled, console: &mut Console) -> Result<(), Stop> {
    let found = compiled.counts().0 > 0;
    if found && console.format == Format::Json {
        console.print(&qualify::render_json(&compiled.sources, &compiled.diagnostics))?;
        console.print("\n")?;
        return Err(Stop::Found);
    }
    let text = qualify::render_terminal(&compiled.sources, &compiled.diagnostics, console.colors_errors());
    if !text.is_empty() {
        console.tell(&text);
        console.tell("\n");
    }
    if found {
        console.tell(&format!("{}\n", count(compiled)));
        return Err(Stop::Found);
    }
    Ok(())
}

/// `2 errors, 1 warning, 2 suppressed`.
pub fn count(compiled: &Compiled) -> String {
    let (errors, warnings) = compiled.counts();
    let say = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => "no problems".to_string(),
        (0, w) => say(w, "warning"),
        (e, 0) => say(e, "error"),
        (e, w) => format!("{}, {}", say(e, "error"), say(w, "warning")),
    };
    match compiled.suppressed.len() {
        0 => found,
        n => format!("{found}, {n} suppressed"),
    }
}

/// Pairs of `NAME=VALUE`.
pub fn params(texts: &[String]) -> Result<Vec<(String, String)>, Stop> {
    let split = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_string(), value.trim().to_string())),
        None => {
            Err(Stop::CouldNotRun(format!("--param takes NAME=VALUE, such as mql_line=60, not `{text}`")))
        }
    };
    texts.iter().map(split).collect()
}
