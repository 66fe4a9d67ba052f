//! Pointers of C become values, and values become pointers. The one place besides [`interface`](crate::interface)
//! with unsafe code: what a pointer must be is said on the functions of the header, and cannot be seen from here.

#![allow(unsafe_code)]

use crate::failure::{Failure, c_text};
use crate::options::Options;
use arrow::ffi_stream::FFI_ArrowArrayStream;
use qualify::tables::{EventTable, ReadOptions, RunOptions, TableOptions};
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does the work of a function of the header. A panic ends here and becomes an error; an error goes where the caller
/// wants it and gives `otherwise`.
///
/// # Safety
///
/// `error` is NULL, or a place that can be written to.
pub(crate) unsafe fn guarded<T>(
    error: *mut *mut Failure,
    otherwise: T,
    work: impl FnOnce() -> Result<T, Failure>,
) -> T {
    // nothing that the work changed is used after a panic but what locks and atomics guard
    let done = catch_unwind(AssertUnwindSafe(work));
    let failure = match done {
        Ok(Ok(value)) => return value,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::internal(panic.as_ref()),
    };
    if !error.is_null() {
        // SAFETY: the caller says so
        unsafe { error.write(Box::into_raw(Box::new(failure))) };
    }
    otherwise
}

/// A text.
///
/// # Safety
///
/// `text` is NULL, or ends with a zero byte and lives as long as the result.
pub(crate) unsafe fn text<'t>(text: *const c_char, what: &str) -> Result<&'t str, Failure> {
    if text.is_null() {
        return Err(Failure::argument(format!("{what} is NULL")));
    }
    // SAFETY: the caller says so
    let bytes = unsafe { CStr::from_ptr(text) };
    let wrong = |e: std::str::Utf8Error| {
        Failure::argument(format!("{what} is not UTF-8 (byte {})", e.valid_up_to() + 1))
    };
    bytes.to_str().map_err(wrong)
}

/// What a text of JSON says.
pub(crate) fn json(text: &str, what: &str) -> Result<serde_json::Value, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::argument(format!("{what} is no JSON: {e}")))
}

/// Values of params; none if there is no text.
///
/// # Safety
///
/// As for [`text`].
pub(crate) unsafe fn params(given: *const c_char) -> Result<Vec<(String, String)>, Failure> {
    if given.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller says so
    let given = unsafe { text(given, "params") }?;
    Ok(qualify_embed::params(&json(given, "params")?)?)
}

/// Bytes that the caller holds.
///
/// # Safety
///
/// `bytes` is NULL, or points to `length` bytes that live as long as the result.
pub(crate) unsafe fn bytes<'b>(bytes: *const u8, length: usize) -> Result<&'b [u8], Failure> {
    if bytes.is_null() {
        return Err(Failure::argument("bytes is NULL"));
    }
    // SAFETY: the caller says so
    Ok(unsafe { std::slice::from_raw_parts(bytes, length) })
}

/// What a handle stands for.
///
/// # Safety
///
/// `handle` is NULL, or came from this library and was not freed.
pub(crate) unsafe fn held<'h, T>(handle: *const T, what: &str) -> Result<&'h T, Failure> {
    // SAFETY: the caller says so
    unsafe { handle.as_ref() }.ok_or_else(|| Failure::argument(format!("{what} is NULL")))
}

/// Takes a stream; the caller's place is left without one.
///
/// # Safety
///
/// `stream` is NULL, or a stream of the Arrow C interface.
pub(crate) unsafe fn taken<S>(stream: *mut S, what: &str) -> Result<FFI_ArrowArrayStream, Failure> {
    let stream = stream.cast::<FFI_ArrowArrayStream>();
    if stream.is_null() {
        return Err(Failure::argument(format!("{what} is NULL")));
    }
    // SAFETY: it is a stream, and from_raw leaves one that is released in its place
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
    match stream.release {
        Some(_) => Ok(stream),
        None => Err(Failure::argument(format!("{what} is a stream that was released"))),
    }
}

/// A text that the caller must free.
pub(crate) fn given(text: &str) -> *mut c_char {
    c_text(text).into_raw()
}

/// The options behind the pointer; the usual ones if it is NULL.
///
/// # Safety
///
/// `options` is NULL, or points to options whose texts are NULL or end with a zero byte.
pub(crate) unsafe fn options(options: *const Options) -> Result<TableOptions, Failure> {
    // SAFETY: the caller says so
    let Some(options) = (unsafe { options.as_ref() }) else { return Ok(TableOptions::default()) };
    let name = |name: *const c_char, what| -> Result<Option<String>, Failure> {
        if name.is_null() {
            return Ok(None);
        }
        // SAFETY: as above
        unsafe { text(name, what) }.map(|name| Some(name.to_string()))
    };
    if options.threads > 1024 {
        return Err(Failure::argument("threads is 0 for all cores, or a number up to 1024"));
    }
    Ok(TableOptions {
        run: RunOptions {
            threads: options.threads as usize,
            memory: (options.memory > 0).then_some(options.memory),
            read: ReadOptions { strict_data: options.strict_data, ..ReadOptions::default() },
            ..RunOptions::default()
        },
        events: EventTable {
            lead: name(options.lead, "lead")?,
            time: name(options.time, "time")?,
            kind: name(options.event, "event")?,
            ignore_unknown_leads: options.ignore_unknown_leads,
            ignore_unknown_types: options.ignore_unknown_types,
        },
        ..TableOptions::default()
    })
}
