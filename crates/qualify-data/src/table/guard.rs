//! A border around the readers of binary formats: what they do on a damaged file is an error, whatever it is.

use super::Broken;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// A reader is at work in this thread: its panics are errors of the file, and not shown.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives, or why the file is broken. A reader that panics on damaged bytes has found them damaged.
pub(super) fn guarded<T, E: std::fmt::Display>(read: impl FnOnce() -> Result<T, E>) -> Result<T, Broken> {
    match quietly(read) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(Broken::new(format!("truncated or damaged: {error}"))),
        None => Err(Broken::new("truncated or damaged: its parts do not fit together")),
    }
}

/// What `read` gives; none if it panics.
pub(super) fn quietly<T>(read: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !READING.get() {
                usual(info);
            }
        }));
    });
    READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    READING.set(false);
    result.ok()
}
