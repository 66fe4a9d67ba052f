//! Looking whether files changed. Their sizes and times are asked for again and again: that works on every file system
//! and for every way of replacing files, links and mounted configuration among them.

use crate::server::Server;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What a file looks like from outside.
type Look = Option<(u64, SystemTime)>;

fn look(path: &Path) -> Look {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

fn looks(files: &[PathBuf]) -> Vec<Look> {
    files.iter().map(|file| look(file)).collect()
}

/// Loads the model again whenever its files have changed and then stayed as they are for one look: who writes several
/// files, or a long one, is not disturbed.
pub(crate) async fn watch(server: Arc<Server>, mut files: Vec<PathBuf>, every: Duration) {
    let mut loaded = looks(&files);
    let mut before = loaded.clone();
    loop {
        tokio::time::sleep(every).await;
        let now = looks(&files);
        if now != loaded && now == before {
            let reloading = server.clone();
            let Ok(found) = tokio::task::spawn_blocking(move || reloading.reload()).await else { continue };
            let same = found == files;
            files = if found.is_empty() { files } else { found };
            // what changed while it was loaded is another change
            loaded = if same { now.clone() } else { looks(&files) };
            before = loaded.clone();
            continue;
        }
        before = now;
    }
}
