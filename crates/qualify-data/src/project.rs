//! A project on the disk: the folder, its manifest, the files that its globs find.

use crate::manifest::{Files, Manifest};
use crate::problem::{DataErrors, Problem, ProblemKind};
use crate::tables::Tables;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The manifest's file name.
const MANIFEST: &str = "qualify.toml";

/// An opened project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder of the manifest; all paths in it are relative to here.
    pub folder: PathBuf,
    /// The manifest's path.
    pub path: PathBuf,
    /// What it says.
    pub manifest: Manifest,
    /// Tables in memory: a name in the manifest that is one of theirs means these and no file.
    pub tables: Tables,
}

/// Opens a project by its folder or its manifest.
pub fn open(path: &Path) -> Result<Project, DataErrors> {
    let path = if path.is_dir() { path.join(MANIFEST) } else { path.to_path_buf() };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let problem = match error.kind() {
            std::io::ErrorKind::NotFound => {
                let help = "name a folder with a `qualify.toml`; `qualify init` makes one".to_string();
                Problem::new(ProblemKind::File, &name, "there is no such file").help(help)
            }
            std::io::ErrorKind::InvalidData => {
                Problem::new(ProblemKind::Manifest, &name, "it is not UTF-8 text")
            }
            _ => Problem::new(ProblemKind::File, &name, format!("cannot be read: {error}")),
        };
        DataErrors::of([problem])
    })?;
    let manifest = Manifest::parse(&name, &text).map_err(DataErrors::of)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(Project { folder: folder.to_path_buf(), path, manifest, tables: Tables::default() })
}

/// Whether two paths lead to one file, which need not exist yet.
pub fn same_file(a: &Path, b: &Path) -> bool {
    real(a) == real(b)
}

/// What is there, but is no file on a disk.
fn is_pipe(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The path without links and detours, as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

impl Project {
    /// The paths of the model's files.
    pub fn model_files(&self) -> Vec<PathBuf> {
        self.manifest.model.iter().map(|file| self.folder.join(file)).collect()
    }

    /// The paths of the files with tests of the model.
    pub fn test_files(&self) -> Vec<PathBuf> {
        self.manifest.tests.iter().map(|file| self.folder.join(file)).collect()
    }

    /// The path of the output, if the manifest names one that is not standard output.
    pub fn output_file(&self) -> Option<PathBuf> {
        let output = self.manifest.output.as_ref()?;
        (output.file != "-").then(|| self.folder.join(&output.file))
    }

    /// Whether reading the project reads that file: its manifest, its model, its data, or any other file of the
    /// language. Such a file must not be written to. A file that does not exist yet is never one of them.
    pub fn reads(&self, path: &Path) -> bool {
        if !path.is_file() {
            return false;
        }
        if path.extension().is_some_and(|e| e == "qualify") {
            return true; // a model may use further files, which nobody has read at this point
        }
        let manifest = &self.manifest;
        let tables = manifest.leads.iter().chain(&manifest.account).map(|t| &t.files);
        let files = tables.chain(manifest.events.iter().map(|e| &e.files));
        let data = files.flat_map(|f| &f.globs).filter_map(|g| self.matches(g).ok()).flatten();
        let mut read = [self.path.clone()].into_iter().chain(self.model_files()).chain(data);
        read.any(|file| same_file(&file, path))
    }

    /// The first of its data files that can be read only once: a pipe or a device.
    pub(crate) fn pipe(&self) -> Option<PathBuf> {
        let manifest = &self.manifest;
        let tables = manifest.leads.iter().chain(&manifest.account).map(|t| &t.files);
        let files = tables.chain(manifest.events.iter().map(|e| &e.files));
        let mut found = files.filter_map(|f| self.find(f).ok()).flatten();
        found.find(|path| self.tables.at(path).is_none() && is_pipe(path))
    }

    /// The name of a file in messages: relative to the folder where it can be.
    pub(crate) fn name(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder).unwrap_or(path).display().to_string()
    }

    /// The files that the globs find, sorted; each glob must find one.
    pub(crate) fn find(&self, files: &Files) -> Result<Vec<PathBuf>, Vec<Problem>> {
        let mut found = Vec::new();
        let mut problems = Vec::new();
        for pattern in &files.globs {
            match self.matches(pattern) {
                Ok(paths) if paths.is_empty() => problems.push(self.nothing(pattern, files.line)),
                Ok(paths) => found.extend(paths),
                Err(message) => problems.push(self.manifest_problem(files.line, message)),
            }
        }
        let mut seen = HashSet::new();
        // two globs may find one file under two names: its rows count once
        found.retain(|path: &PathBuf| seen.insert(real(path)));
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn matches(&self, pattern: &str) -> Result<Vec<PathBuf>, String> {
        if self.tables.get(pattern).is_some() {
            return Ok(vec![PathBuf::from(pattern)]);
        }
        if !pattern.contains(['*', '?', '[']) {
            return Ok(vec![self.folder.join(pattern)]);
        }
        let folder = glob::Pattern::escape(&self.folder.display().to_string());
        let absolute = Path::new(pattern).is_absolute();
        let whole = if absolute { pattern.to_string() } else { format!("{folder}/{pattern}") };
        let paths =
            glob::glob(&whole).map_err(|e| format!("`{pattern}` is no pattern of file names: {}", e.msg))?;
        let mut paths: Vec<_> = paths.filter_map(Result::ok).filter(|p| p.is_file()).collect();
        paths.sort();
        Ok(paths)
    }

    fn nothing(&self, pattern: &str, line: u64) -> Problem {
        let message = format!("no file matches `{pattern}`");
        Problem::new(ProblemKind::File, self.name(&self.path), message).row(line)
    }

    pub(crate) fn manifest_problem(&self, line: u64, message: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::Manifest, self.name(&self.path), message).row(line)
    }
}
