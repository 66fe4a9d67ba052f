//! What is checked together, and the results of several as one: each project on its own with what its own manifest
//! says, files that are named one by one as one model.

use crate::console::{Console, Outcome};
use crate::{Stop, project};
use qualify::{Allowance, Compiled, Diagnostic, FileId, Sources};
use qualify_data::Project;
use std::path::PathBuf;

/// Files that make one model.
pub struct Group {
    /// The project that they belong to; none of files alone.
    pub project: Option<Project>,
    /// The rule files, of a project with its tests.
    pub files: Vec<PathBuf>,
}

/// Works through what the paths name and joins what was found. A project that cannot be opened or run does not keep
/// the others from being looked at: why it cannot is told, and the outcome is the worst of all.
pub fn each(
    paths: &[PathBuf],
    console: &mut Console,
    mut look: impl FnMut(&Group, &mut Console) -> Result<Compiled, Stop>,
) -> Result<(Compiled, Outcome), Stop> {
    let groups = groups(paths);
    let alone = groups.len() == 1;
    let mut all =
        Compiled { model: None, sources: Sources::new(), diagnostics: Vec::new(), suppressed: Vec::new() };
    let mut outcome = Outcome::Fine;
    for group in groups {
        match group.and_then(|group| look(&group, console)) {
            Ok(found) if alone => all = found,
            Ok(found) => join(&mut all, found),
            Err(Stop::CouldNotRun(why)) if !alone => {
                console.tell(&format!("qualify: {why}\n"));
                outcome = Outcome::CouldNotRun;
            }
            Err(stop) => return Err(stop),
        }
    }
    if all.counts().0 > 0 && outcome == Outcome::Fine {
        outcome = Outcome::ErrorsFound;
    }
    Ok((all, outcome))
}

/// The groups in the order of the paths.
fn groups(paths: &[PathBuf]) -> Vec<Result<Group, Stop>> {
    let mut groups: Vec<Result<Group, Stop>> = Vec::new();
    let mut loose: Vec<PathBuf> = Vec::new();
    let mut place = 0;
    for path in paths {
        if project::is_project(path) {
            groups.push(project::open(path).map(|project| {
                let files = project.model_files().into_iter().chain(project.test_files()).collect();
                Group { project: Some(project), files }
            }));
        } else {
            if loose.is_empty() {
                place = groups.len();
            }
            loose.push(path.clone());
        }
    }
    if !loose.is_empty() {
        groups.insert(place, Ok(Group { project: None, files: loose }));
    }
    groups
}

/// Adds what was found to the rest. A file that both read is there once, and so is what both say of it.
fn join(all: &mut Compiled, found: Compiled) {
    let same = |name: &str, text: &str, sources: &Sources| {
        sources.files().find(|(_, file)| file.name == name && file.text == text).map(|(id, _)| id)
    };
    let places: Vec<FileId> = found
        .sources
        .files()
        .map(|(_, file)| {
            let known = same(&file.name, &file.text, &all.sources);
            known.unwrap_or_else(|| all.sources.add(file.name.clone(), file.text.clone()))
        })
        .collect();
    let now = |id: FileId| places[id.0 as usize];
    for mut diagnostic in found.diagnostics {
        renumber(&mut diagnostic, &now);
        if !all.diagnostics.contains(&diagnostic) {
            all.diagnostics.push(diagnostic);
        }
    }
    for mut suppressed in found.suppressed {
        renumber(&mut suppressed.diagnostic, &now);
        if let Allowance::Comment(span) = &mut suppressed.by {
            span.file = now(span.file);
        }
        if !all.suppressed.contains(&suppressed) {
            all.suppressed.push(suppressed);
        }
    }
}

fn renumber(diagnostic: &mut Diagnostic, now: &impl Fn(FileId) -> FileId) {
    diagnostic.place.span.file = now(diagnostic.place.span.file);
    for label in &mut diagnostic.others {
        label.span.file = now(label.span.file);
    }
    for edit in diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span.file = now(edit.span.file);
    }
}
