//! Looking whether files changed. Their sizes and times are asked for again and again: that works on every file system
//! and for every way of replacing files, links and mounted configuration among them.
//!
//! A file that is moved to its place keeps the time of its content; where the system tells when the file itself was
//! changed or moved, that counts if it is later.

use crate::server::Server;
use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Times of files are no finer than that.
const COARSE: Duration = Duration::from_millis(20);

/// What a file looks like from outside.
type Look = Option<Seen>;

/// See [`Look`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    /// Which file it is, where the system tells: a link may point to another one.
    file: (u64, u64),
    bytes: u64,
    changed: SystemTime,
}

fn look(path: &Path) -> Look {
    let metadata = std::fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.max(moved(&metadata));
    Some(Seen { file: which(&metadata), bytes: metadata.len(), changed })
}

/// The device and the number of the file on it.
#[cfg(unix)]
fn which(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn which(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// When the file got its name, owner or content.
#[cfg(unix)]
fn moved(metadata: &Metadata) -> SystemTime {
    use std::os::unix::fs::MetadataExt;
    let part = |part: i64| u64::try_from(part).unwrap_or(0); // before 1970: as if then
    let since =
        Duration::from_secs(part(metadata.ctime())) + Duration::from_nanos(part(metadata.ctime_nsec()));
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(not(unix))]
fn moved(_: &Metadata) -> SystemTime {
    SystemTime::UNIX_EPOCH
}

fn looks(files: &[PathBuf]) -> Vec<Look> {
    files.iter().map(|file| look(file)).collect()
}

/// The same, of files that are looked at for the first time after they were read: those that changed since `start` may
/// not be what was read then, and look as if they had not been there.
fn looks_before(files: &[PathBuf], start: SystemTime) -> Vec<Look> {
    let start = start.checked_sub(COARSE).unwrap_or(start);
    let known = |look: Look| look.filter(|seen| seen.changed < start);
    files.iter().map(|file| known(look(file))).collect()
}

/// Loads the model again whenever its files have changed and then stayed as they are for one look: who writes several
/// files, or a long one, is not disturbed.
pub(crate) async fn watch(server: Arc<Server>, mut files: Vec<PathBuf>, every: Duration) {
    let mut loaded = looks_before(&files, server.started);
    let mut before = loaded.clone();
    loop {
        tokio::time::sleep(every).await;
        let now = looks(&files);
        if now != loaded && now == before {
            let before_it = SystemTime::now();
            let reloading = server.clone();
            let Ok(found) = tokio::task::spawn_blocking(move || reloading.reload()).await else { continue };
            // what changed while it was loaded is another change
            let known: HashMap<PathBuf, Look> = files.iter().cloned().zip(now).collect();
            files = if found.is_empty() { files } else { found };
            let new = looks_before(&files, before_it);
            let look = |(file, new): (&PathBuf, Look)| known.get(file).copied().unwrap_or(new);
            loaded = files.iter().zip(new).map(look).collect();
            before = looks(&files);
            continue;
        }
        before = now;
    }
}
