//! Rule files as they are or as they were: on the disk, or in a revision that the git program reads.

use crate::Stop;
use qualify::{Compiled, Model, Sources};
use qualify_data::Manifest;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// The manifest's file name.
const MANIFEST: &str = "qualify.toml";

/// Where one version of a model lies.
#[derive(Clone, Debug)]
pub enum Version {
    /// On the disk.
    Disk(PathBuf),
    /// In a revision.
    Revision {
        /// As it was named.
        name: String,
        /// The hash of the commit.
        commit: String,
        /// The top folder of the working tree.
        top: PathBuf,
        /// The path from there, with `/`; empty is the top folder.
        path: String,
    },
}

/// A version that was read and compiled.
pub struct Read {
    /// As people know it.
    pub name: String,
    /// The model with its sources and messages. Of a project its tests are among them; if they do not check, their
    /// texts alone.
    pub compiled: Compiled,
    /// The digest of the model without tests, which is that of its results.
    pub digest: String,
    /// The manifest of a project.
    pub manifest: Option<Manifest>,
}

/// The two versions that the arguments name; `base` is the file or folder that revisions are looked at, if it was
/// named.
///
/// Two arguments are old and new; without a base, a revision beside a path is that path as it was in the revision. One revision is compared with what is on the disk; one path with what it was at
/// `HEAD`; without any, `base` is that path.
pub fn versions(given: &[String], named: Option<&Path>) -> Result<(Version, Version), Stop> {
    let base = named.unwrap_or(Path::new("."));
    match given {
        [] => Ok((Version::at("HEAD", base)?, Version::disk(base)?)),
        [path] if Path::new(path).exists() => {
            Ok((Version::at("HEAD", Path::new(path))?, Version::disk(Path::new(path))?))
        }
        [revision] => Ok((Version::named(revision, base)?, Version::disk(base)?)),
        [old, new, ..] => {
            let beside =
                |path| if named.is_none() && Path::new(path).exists() { Path::new(path) } else { base };
            Ok((Version::named(old, beside(new))?, Version::named(new, beside(old))?))
        }
    }
}

impl Version {
    fn disk(path: &Path) -> Result<Version, Stop> {
        if path.exists() {
            return Ok(Version::Disk(path.to_path_buf()));
        }
        Err(Stop::CouldNotRun(format!("there is no file or folder {}", path.display())))
    }

    /// A path, `REVISION:path`, or a revision of `base`.
    fn named(given: &str, base: &Path) -> Result<Version, Stop> {
        if Path::new(given).exists() {
            return Ok(Version::Disk(PathBuf::from(given)));
        }
        match given.split_once(':') {
            Some((revision, path)) if !revision.is_empty() => {
                let (top, prefix) = repository(Path::new("."), given)?;
                let path = match path.strip_prefix("./") {
                    Some(from_here) => normal(&Path::new(&prefix).join(from_here)),
                    None => normal(Path::new(path)),
                };
                Version::of(revision, top, path)
            }
            _ => Version::at(given, base),
        }
    }

    /// `base` as it was in a revision.
    fn at(revision: &str, base: &Path) -> Result<Version, Stop> {
        // what a revision has may be gone from the disk
        let folder = base.ancestors().find(|p| p.is_dir()).unwrap_or(Path::new(""));
        let rest = base.strip_prefix(folder).unwrap_or(Path::new(""));
        // a bare file name lies in the folder that has no name
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let (top, prefix) = repository(folder, revision)?;
        Version::of(revision, top, normal(&Path::new(&prefix).join(rest)))
    }

    fn of(revision: &str, top: PathBuf, path: String) -> Result<Version, Stop> {
        let asked = format!("{revision}^{{commit}}");
        let commit = git(&top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])?;
        let Some(commit) = commit else {
            let shallow =
                git(&top, &["rev-parse", "--is-shallow-repository"])?.is_some_and(|s| s.trim() == "true");
            let hint = if shallow { "; this clone is shallow: fetch the revision first" } else { "" };
            let why = format!("`{revision}` is neither a file or folder nor a revision that git knows{hint}");
            return Err(Stop::CouldNotRun(why));
        };
        Ok(Version::Revision { name: revision.to_string(), commit: commit.trim().to_string(), top, path })
    }

    /// As people know it.
    pub fn name(&self) -> String {
        match self {
            Version::Disk(path) if path == Path::new(".") => "the working tree".to_string(),
            Version::Disk(path) => path.display().to_string(),
            Version::Revision { name, path, .. } if path.is_empty() => name.clone(),
            Version::Revision { name, path, .. } => format!("{name}:{path}"),
        }
    }

    /// The folder of a project on the disk, if it is one.
    pub fn folder_on_disk(&self) -> Option<&Path> {
        match self {
            Version::Disk(path) if path.is_dir() && path.join(MANIFEST).is_file() => Some(path),
            Version::Disk(path) if path.file_name().is_some_and(|name| name == MANIFEST) => Some(path),
            _ => None,
        }
    }

    /// Reads and compiles it. Errors in the rules are in what it gives.
    pub fn read(&self, params: &[(String, String)]) -> Result<Read, Stop> {
        let path = match self {
            Version::Disk(path) => path.clone(),
            Version::Revision { path, .. } => PathBuf::from(path),
        };
        let manifest = self.manifest_path(&path)?;
        let mut files = vec![path.clone()];
        let mut tests = Vec::new();
        let mut parsed = None;
        if let Some(file) = &manifest {
            let text = self.text(file)?;
            let manifest = Manifest::parse(&self.shown(file), &text).map_err(|problems| {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Stop::CouldNotRun(lines.join("\n"))
            })?;
            let folder = file.parent().unwrap_or(Path::new(""));
            files = manifest.model.iter().map(|model| folder.join(model)).collect();
            tests = manifest.tests.iter().map(|tests| folder.join(tests)).collect();
            parsed = Some(manifest);
        }
        let mut sources = Sources::new();
        let mut roots = Vec::new();
        for file in &files {
            roots.push(sources.add(self.shown(file), self.text(file)?));
        }
        // tests that are missing or do not check are no reason not to compare what they test
        let mut with_tests = roots.clone();
        for file in &tests {
            if let Ok(text) = self.text_of(file) {
                with_tests.push(sources.add(self.shown(file), text));
            }
        }
        let load = |path: &str, asking: &str| self.load(path, asking);
        let mut compiled = Model::compile(sources.clone(), &roots, &load, params);
        let digest = compiled.model.as_ref().map_or_else(String::new, |model| model.typed().digest.clone());
        if with_tests.len() > roots.len() && compiled.model.is_some() {
            let tested = Model::compile(sources, &with_tests, &load, params);
            if tested.model.is_some() {
                compiled = tested;
            }
        }
        Ok(Read { name: self.name(), compiled, digest, manifest: parsed })
    }

    /// The path of the manifest, if a project is meant.
    fn manifest_path(&self, path: &Path) -> Result<Option<PathBuf>, Stop> {
        if path.file_name().is_some_and(|name| name == MANIFEST) {
            return Ok(Some(path.to_path_buf()));
        }
        let folder = match self {
            Version::Disk(path) => path.is_dir(),
            Version::Revision { commit, top, path, .. } => {
                let kind = git(top, &["cat-file", "-t", &format!("{commit}:{path}")])?;
                kind.ok_or_else(|| self.missing(path))?.trim() == "tree"
            }
        };
        Ok(folder.then(|| path.join(MANIFEST)))
    }

    fn missing(&self, path: &str) -> Stop {
        match self {
            Version::Disk(_) => Stop::CouldNotRun(format!("there is no file {path}")),
            Version::Revision { name, .. } => {
                Stop::CouldNotRun(format!("{name} has no file or folder {path}"))
            }
        }
    }

    /// What messages call a file.
    fn shown(&self, file: &Path) -> String {
        match self {
            Version::Disk(_) => file.display().to_string(),
            Version::Revision { name, .. } => format!("{name}:{}", normal(file)),
        }
    }

    fn text(&self, file: &Path) -> Result<String, Stop> {
        self.text_of(file).map_err(|why| Stop::CouldNotRun(format!("{}: {why}", self.shown(file))))
    }

    fn text_of(&self, file: &Path) -> Result<String, String> {
        let Version::Revision { name, commit, top, .. } = self else { return qualify_data::rule_text(file) };
        let asked = format!("{commit}:{}", normal(file));
        match git_bytes(top, &["cat-file", "blob", &asked]) {
            Ok(Some(bytes)) => qualify_data::as_rule_text(bytes),
            Ok(None) => Err(format!("there is no such file in {name}")),
            Err(Stop::CouldNotRun(why)) => Err(why),
            Err(_) => Err("it cannot be read".to_string()),
        }
    }

    /// The name and text of `path` as written in the file `asking`.
    fn load(&self, path: &str, asking: &str) -> Result<(String, String), String> {
        let asking = match self {
            Version::Disk(_) => asking,
            Version::Revision { name, .. } => {
                asking.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(asking)
            }
        };
        let file = Path::new(asking).parent().unwrap_or(Path::new("")).join(path);
        Ok((self.shown(&file), self.text_of(&file)?))
    }
}

/// The top folder of the repository of a folder, and the path from there to the folder.
fn repository(folder: &Path, wanted: &str) -> Result<(PathBuf, String), Stop> {
    let found = git(folder, &["rev-parse", "--show-toplevel", "--show-prefix"])?;
    let Some(found) = found else {
        let why =
            format!("`{wanted}` is no file or folder, and {} is in no git repository", folder.display());
        return Err(Stop::CouldNotRun(why));
    };
    let mut lines = found.lines();
    let top = PathBuf::from(lines.next().unwrap_or_default());
    Ok((top, lines.next().unwrap_or_default().trim_end_matches('/').to_string()))
}

/// What git prints; none if it refuses.
fn git(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Stop> {
    Ok(git_bytes(folder, arguments)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn git_bytes(folder: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, Stop> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Stop::CouldNotRun(
            "revisions are read by the git program, which is not installed here".to_string(),
        ),
        _ => Stop::CouldNotRun(format!("git could not be started: {error}")),
    })?;
    Ok(output.status.success().then_some(output.stdout))
}

/// The path with `/`, without `.` and `..`, as git knows it.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    parts.join("/")
}
