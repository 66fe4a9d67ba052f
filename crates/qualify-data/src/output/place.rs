//! Files that are whole or not there: written beside their place, then moved.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files start that are not whole yet; the number of the process follows.
const PREFIX: &str = ".qualify-";

/// How they end.
const SUFFIX: &str = ".part";

/// Where a file is written.
pub(crate) enum Place {
    /// Beside, until it is whole.
    Beside(NamedTempFile, PathBuf),
    /// A pipe or device is written to as it is: it must never be replaced by a file.
    Direct(File),
}

impl Place {
    /// Opens the place of `path`; what is written beside vanishes unless it is [put](Place::put).
    pub(crate) fn open(path: &Path) -> io::Result<Place> {
        let path = real(path);
        if is_special(&path) {
            return OpenOptions::new().write(true).open(path).map(Place::Direct);
        }
        Ok(Place::Beside(beside(&path)?, path))
    }

    /// Moves the file to its place, over an old one, whose permissions it takes.
    pub(crate) fn put(self) -> io::Result<()> {
        let Place::Beside(file, path) = self else { return Ok(()) };
        if let Ok(old) = fs::metadata(&path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map(|_| ()).map_err(|e| e.error)
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Place::Beside(file, _) => file.write(bytes),
            Place::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Place::Beside(file, _) => file.flush(),
            Place::Direct(file) => file.flush(),
        }
    }
}

/// A new file in the folder of `path`.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let prefix = format!("{PREFIX}{}-", std::process::id());
    builder.prefix(&prefix).suffix(SUFFIX);
    sweep(folder);
    if let Some(permissions) = permissions() {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display()))
        }
        // the error names the file beside, which nobody knows
        kind => io::Error::new(kind, plain(&error)),
    })
}

/// Removes what interrupted runs left: files that nobody has written to for a day, or for ten minutes if their
/// process is gone (it may be alive on another machine). What cannot be removed stays.
fn sweep(folder: &Path) {
    const MINUTES: u64 = 60;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|n| n.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)) else {
            continue;
        };
        let process = rest.split_once('-').and_then(|(number, _)| number.parse::<u32>().ok());
        let processes = Path::new("/proc");
        let gone = process.is_some_and(|p| processes.is_dir() && !processes.join(p.to_string()).exists());
        let limit = if gone { 10 * MINUTES } else { 24 * 60 * MINUTES };
        let written = entry.metadata().ok().filter(|m| m.is_file()).and_then(|m| m.modified().ok());
        let age = written.and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age.as_secs() > limit) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// A pipe or device that is written to directly, such as `/dev/stdout`.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// Where a link leads, so that the link stays.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The message of the system alone.
fn plain(error: &io::Error) -> String {
    let code = error.get_ref().and_then(|e| e.source()).map(ToString::to_string);
    code.unwrap_or_else(|| error.kind().to_string())
}

#[cfg(unix)]
fn permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666)) // less what the user's mask takes away
}

#[cfg(not(unix))]
fn permissions() -> Option<Permissions> {
    None
}
