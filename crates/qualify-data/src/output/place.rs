//! Files that are whole or not there: written without a name, or beside their place, then moved.

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
    /// Without a name, until it is whole: it vanishes with the process whatever ends it.
    Nameless(File, PathBuf),
    /// Beside, until it is whole.
    Beside(NamedTempFile, PathBuf),
    /// A pipe or device is written to as it is: it must never be replaced by a file.
    Direct(File),
}

impl Place {
    /// Opens the place of `path`; what is written vanishes unless it is [put](Place::put).
    pub(crate) fn open(path: &Path) -> io::Result<Place> {
        let path = real(path);
        if is_special(&path) {
            return OpenOptions::new().write(true).open(path).map(Place::Direct);
        }
        Ok(match nameless(&path) {
            Some(file) => Place::Nameless(file, path),
            None => Place::Beside(beside(&path)?, path),
        })
    }

    /// Moves the file to its place, over an old one, whose permissions it takes.
    pub(crate) fn put(self) -> io::Result<()> {
        match self {
            Place::Direct(_) => Ok(()),
            Place::Beside(file, path) => {
                settle(file.as_file(), &path)?;
                file.persist(&path).map(|_| ()).map_err(|e| e.error)
            }
            Place::Nameless(file, path) => {
                settle(&file, &path)?;
                name(file, &path)
            }
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Place::Beside(file, _) => file.write(bytes),
            Place::Nameless(file, _) | Place::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Place::Beside(file, _) => file.flush(),
            Place::Nameless(file, _) | Place::Direct(file) => file.flush(),
        }
    }
}

/// Everything is on the disk, with the permissions of an old file at that path.
fn settle(file: &File, path: &Path) -> io::Result<()> {
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}

/// A file without a name in the folder of `path`, where system and folder know such files.
#[cfg(target_os = "linux")]
fn nameless(path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    if path.is_dir() || !Path::new(OPENED).is_dir() {
        return None;
    }
    let folder = folder(path);
    sweep(folder);
    let flags = rustix::fs::OFlags::TMPFILE.bits();
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o666).custom_flags(i32::try_from(flags).ok()?);
    options.open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

/// Where the system shows the files that a process has open.
#[cfg(target_os = "linux")]
const OPENED: &str = "/proc/self/fd";

/// Gives a file without a name its name, in the place of an old file. For a moment it has another name, since a name
/// that is taken can only be given by renaming.
#[cfg(target_os = "linux")]
fn name(mut file: File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::io::Seek;
    use std::os::fd::AsRawFd;
    let aside = beside(path)?;
    let aside = aside.into_temp_path();
    fs::remove_file(&aside)?;
    let opened = format!("{OPENED}/{}", file.as_raw_fd());
    if linkat(CWD, opened, CWD, aside.to_path_buf(), AtFlags::SYMLINK_FOLLOW).is_err() {
        // a folder that lets nobody link: its bytes go the usual way
        let mut copy = beside(path)?;
        file.rewind()?;
        io::copy(&mut file, &mut copy)?;
        settle(copy.as_file(), path)?;
        return copy.persist(path).map(|_| ()).map_err(|e| e.error);
    }
    aside.persist(path).map_err(|e| e.error)
}

#[cfg(not(target_os = "linux"))]
fn name(_: File, _: &Path) -> io::Result<()> {
    Ok(()) // there are no such files
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file in the folder of `path`.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let folder = folder(path);
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
