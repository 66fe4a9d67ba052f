//! What changed from one model to another.

use crate::Handle;
use qualify_review::change::{self, Changes, Read};

/// The changes in sentences; of two projects with those of their manifests.
pub fn changes(old: &Handle, new: &Handle) -> Changes {
    let mut changes = change::compare(read(old), read(new));
    if let (Some(old), Some(new)) = (old.project(), new.project()) {
        changes.project = change::project(&old.manifest, &new.manifest);
    }
    changes
}

fn read(handle: &Handle) -> Read<'_> {
    Read { model: handle.model().typed(), sources: handle.sources() }
}
