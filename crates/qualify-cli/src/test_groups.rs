//! Which files are tested together: a project with its tests, the files that were named, each file of a folder that
//! states tests.

use crate::{Stop, project};
use qualify_review::trials::states_tests;
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEEPEST: usize = 8;

/// Files that make one model, and its tests.
pub struct Group {
    /// What the user would call it.
    pub name: String,
    /// The files, the model's first.
    pub files: Vec<PathBuf>,
}

/// The groups behind the paths, in their order. Files that are named one by one are one model together.
pub fn of(paths: &[PathBuf]) -> Result<Vec<Group>, Stop> {
    let mut groups: Vec<Group> = Vec::new();
    let mut loose: Option<usize> = None;
    for path in paths {
        if path.is_dir() {
            in_folder(path, 0, &mut groups)?;
        } else if project::is_project(path) {
            groups.push(of_project(path)?);
        } else if let Some(place) = loose {
            groups[place].files.push(path.clone());
        } else {
            loose = Some(groups.len());
            groups.push(Group { name: path.display().to_string(), files: vec![path.clone()] });
        }
    }
    Ok(groups)
}

fn of_project(path: &Path) -> Result<Group, Stop> {
    let project = project::open(path)?;
    let files = project.model_files().into_iter().chain(project.test_files()).collect();
    Ok(Group { name: path.display().to_string(), files })
}

/// A project, or what lies in a folder that is none.
fn in_folder(folder: &Path, depth: usize, groups: &mut Vec<Group>) -> Result<(), Stop> {
    if folder.join("qualify.toml").is_file() {
        groups.push(of_project(folder)?);
        return Ok(());
    }
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Stop::CouldNotRun(format!("{} cannot be read: {error}", folder.display())))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < DEEPEST && !path.is_symlink() {
            in_folder(&path, depth + 1, groups)?;
        } else if path.extension().is_some_and(|e| e == "qualify") {
            let text = std::fs::read_to_string(&path).unwrap_or_default(); // what is no text states no tests
            if states_tests(&text) {
                groups.push(Group { name: path.display().to_string(), files: vec![path] });
            }
        }
    }
    Ok(())
}
