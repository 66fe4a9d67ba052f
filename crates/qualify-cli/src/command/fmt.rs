//! `qualify fmt`: rule files in their one layout.

use crate::arguments::Fmt;
use crate::console::{Console, Format, Outcome};
use crate::{Stop, report};
use qualify::{FileId, Sources};
use serde_json::json;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Standard input as a path.
const INPUT: &str = "-";

/// Formats the files in place, or says what would change. Files with syntax errors are left as they are.
pub fn run(arguments: &Fmt, console: &mut Console) -> Result<Outcome, Stop> {
    let mut done = Done::default();
    let files = files(&arguments.paths)?;
    for path in &files {
        match one(path, arguments, console, &mut done) {
            // one that cannot be written keeps no other from being laid out
            Err(Stop::CouldNotRun(why)) if files.len() > 1 => {
                console.tell(&format!("qualify: {why}\n"));
                done.refused += 1;
            }
            other => other?,
        }
    }
    let looks = arguments.check || arguments.diff;
    if console.format == Format::Json {
        console.print(&format!("{:#}\n", done.json(looks)))?;
    } else if !done.only_input {
        console.tell(&done.count(looks));
    }
    if done.refused > 0 {
        return Ok(Outcome::CouldNotRun);
    }
    let wrong = done.wrong > 0 || (looks && !done.changed.is_empty());
    Ok(if wrong { Outcome::ErrorsFound } else { Outcome::Fine })
}

/// What became of the files.
#[derive(Default)]
struct Done {
    changed: Vec<String>,
    unchanged: usize,
    /// Files with syntax errors.
    wrong: usize,
    /// Files that could not be read or written.
    refused: usize,
    /// The formatted text went to standard output.
    only_input: bool,
}

impl Done {
    fn json(&self, looks: bool) -> serde_json::Value {
        let changed = if looks { "would_change" } else { "changed" };
        json!({ changed: self.changed, "unchanged": self.unchanged, "with_errors": self.wrong })
    }

    /// `2 files formatted, 3 left as they are`.
    fn count(&self, looks: bool) -> String {
        let files = |count: usize| format!("{count} file{}", if count == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        let changed = self.changed.len();
        if changed > 0 {
            parts.push(format!("{} {}", files(changed), if looks { "would change" } else { "formatted" }));
        }
        if self.unchanged > 0 {
            let are = if self.unchanged == 1 { "is" } else { "are" };
            parts.push(format!("{} {are} well laid out", files(self.unchanged)));
        }
        if self.wrong > 0 {
            parts.push(format!("{} with errors left as written", files(self.wrong)));
        }
        if self.refused > 0 {
            parts.push(format!(
                "{} left as {}",
                files(self.refused),
                if self.refused == 1 { "it is" } else { "they are" }
            ));
        }
        format!("{}\n", parts.join(", "))
    }
}

fn one(path: &Path, arguments: &Fmt, console: &mut Console, done: &mut Done) -> Result<(), Stop> {
    let name = if path == Path::new(INPUT) { "<stdin>".to_string() } else { path.display().to_string() };
    let text = read(path).map_err(|why| format!("{name}: {why}"))?;
    let formatted = match qualify::format_rules(FileId(0), &text) {
        Ok(formatted) => formatted,
        Err(mistakes) => {
            let mut sources = Sources::new();
            sources.add(name, text);
            let colors = console.colors_errors();
            console.tell(&format!("{}\n", qualify::render_terminal(&sources, &mistakes, colors)));
            done.wrong += 1;
            return Ok(());
        }
    };
    let changes = formatted != text;
    if arguments.diff && changes && console.format == Format::Human {
        console.print(&report::diff::unified(&name, &text, &formatted, console.colors_output()))?;
    } else if arguments.check && changes && console.format == Format::Human {
        console.print(&format!("{name}\n"))?;
    }
    if !arguments.check && !arguments.diff {
        if path == Path::new(INPUT) {
            done.only_input = true;
            console.print(&formatted)?;
        } else if changes {
            replace(path, &formatted).map_err(|why| format!("{name}: {why}"))?;
        }
    }
    match changes {
        true => done.changed.push(name),
        false => done.unchanged += 1,
    }
    Ok(())
}

/// The text, with its mark of byte order if it has one: that goes away.
fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = match path == Path::new(INPUT) {
        true => std::io::stdin().read_to_end(&mut bytes).map(|_| ()),
        false => std::fs::read(path).map(|all| bytes = all),
    };
    read.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_string(),
        _ => format!("it cannot be read ({error})"),
    })?;
    String::from_utf8(bytes)
        .map_err(|error| format!("it is not text in UTF-8 (byte {})", error.utf8_error().valid_up_to() + 1))
}

/// Writes the whole file beside the old one, and then puts it in its place: nobody sees half of it. That needs only
/// the right to change the folder, so whether the file itself may be written is asked first.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let put = || -> std::io::Result<bool> {
        let path = path.canonicalize()?; // a link stays a link
        let permissions = std::fs::metadata(&path)?.permissions();
        if permissions.readonly() {
            return Ok(false);
        }
        std::fs::OpenOptions::new().append(true).open(&path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(true)
    };
    match put() {
        Ok(true) => Ok(()),
        Ok(false) => Err("it is read-only, so it is left as it is".to_string()),
        Err(error) => Err(format!("it cannot be written ({error})")),
    }
}

/// The files behind the paths, of folders all rule files in them, hidden ones left out.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            below(path, &mut files).map_err(|error| format!("{}: {error}", path.display()))?;
            if files.len() == before {
                return Err(format!("{}: no file in it ends in .qualify", path.display()).into());
            }
        } else if path == Path::new(INPUT) || is_rule_file(path) || !path.exists() {
            files.push(path.clone());
        } else {
            let why = "it is no rule file: the names of these end in .qualify";
            return Err(format!("{}: {why}", path.display()).into());
        }
    }
    Ok(files)
}

fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "qualify")
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            below(&path, files)?;
        } else if is_rule_file(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
