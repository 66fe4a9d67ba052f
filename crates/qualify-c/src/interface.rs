//! The functions of the header. Each takes its arguments apart, lets the façade do the work and gives back a value
//! or an error; nothing else happens here.

#![allow(unsafe_code)] // C calls these, and Rust cannot see what C hands over; each says what it must be

use crate::border::{self, given, guarded, held, taken, text};
pub use crate::failure::{Failure, Kind};
pub use crate::options::Options;
pub use crate::state::*;
use crate::tables;
use qualify_embed::{Files, Handle};
use std::ffi::c_char;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::Arc;

/// A model that checked: ready to score. It never changes; any number of threads may use it at one time.
pub struct Model(pub(crate) Arc<Handle>);

/// A stream of record batches, as the Arrow C stream interface defines it.
pub struct ArrowArrayStream {
    _of_arrow: [u8; 0],
}

/// The version of this library. The text lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn qualify_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Compiles rules that use no other files.
///
/// `params` is NULL, or a JSON object with other values of params, within their ranges: `{"large": 200}`. Returns a model
/// that the caller frees with `qualify_model_free`, or NULL; then `*error` says why. Any thread.
///
/// # Safety
///
/// `text` and `params` are UTF-8 and end with a zero byte; they are not kept. `error` may be NULL; else an error that is
/// written there belongs to the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_model_from_text(
    text: *const c_char,
    params: *const c_char,
    error: *mut *mut Failure,
) -> *mut Model {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let (rules, params) = (border::text(text, "text")?, border::params(params)?);
            model_of(qualify_embed::compile_text(rules, &params))
        })
    }
}

/// Compiles a rule file, or the model of a project: its folder, or its qualify.toml.
///
/// `params` as for `qualify_model_from_text`. Returns a model that the caller frees with `qualify_model_free`, or NULL;
/// then `*error` says why. Any thread.
///
/// # Safety
///
/// `path` is UTF-8 and ends with a zero byte; it is not kept. `params` and `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_model_from_file(
    path: *const c_char,
    params: *const c_char,
    error: *mut *mut Failure,
) -> *mut Model {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let (path, params) = (text(path, "path")?, border::params(params)?);
            model_of(qualify_embed::compile_path(Path::new(path), &params)?)
        })
    }
}

/// A model that the caller must free.
fn model_of(files: Files) -> Result<*mut Model, Failure> {
    Ok(Box::into_raw(Box::new(Model(Arc::new(Handle::of(files)?)))))
}

/// Frees a model. NULL is fine. No other thread may be using it, and nobody may use it afterwards; results that it gave
/// stay valid, and states that were made with it live on.
///
/// # Safety
///
/// `model` is NULL, or came from this library and was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_model_free(model: *mut Model) {
    if !model.is_null() {
        // SAFETY: as the header asks
        let model = unsafe { Box::from_raw(model) };
        // SAFETY: nowhere to write to is fine
        unsafe {
            guarded(null_mut(), (), move || {
                drop(model);
                Ok(())
            });
        }
    }
}

/// The digest of rules, lists and params: equal digests give equal results.
///
/// Returns a text that the caller frees with `qualify_string_free`, or NULL if `model` is NULL. Any thread.
///
/// # Safety
///
/// `model` is NULL, or a model that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_model_digest(model: *const Model) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe { guarded(null_mut(), null_mut(), || Ok(given(held(model, "model")?.0.model().digest()))) }
}

/// What must be known of a lead to score it, as JSON: `key`, `attributes`, `events`, `received`.
///
/// Returns a text that the caller frees with `qualify_string_free`, or NULL if `model` is NULL. Any thread.
///
/// # Safety
///
/// `model` is NULL, or a model that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_model_inputs(model: *const Model) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(null_mut(), null_mut(), || {
            let inputs = held(model, "model")?.0.model().inputs();
            json(&inputs)
        })
    }
}

/// All that is to be said about rules that use no other files, errors and warnings, as a JSON array.
///
/// `params` as for `qualify_model_from_text`. Returns a text that the caller frees with `qualify_string_free`, or NULL;
/// then `*error` says why. Rules with mistakes are no error here. Any thread.
///
/// # Safety
///
/// `text`, `params` and `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_check(
    text: *const c_char,
    params: *const c_char,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let (rules, params) = (border::text(text, "text")?, border::params(params)?);
            let compiled = qualify_embed::compile_text(rules, &params).compiled;
            Ok(given(&qualify::render_json(&compiled.sources, &compiled.diagnostics)))
        })
    }
}

/// What changed from one model to another, in sentences.
///
/// Returns a JSON object with `changes` and `project`, arrays of objects whose `sentence` says what changed; both are empty
/// if nothing did that a result could show. A text that the caller frees with `qualify_string_free`, or NULL; then
/// `*error` says why. Any thread.
///
/// # Safety
///
/// `before` and `after` are models that were not freed. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_diff(
    before: *const Model,
    after: *const Model,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let (before, after) = (held(before, "before")?, held(after, "after")?);
            json(&qualify_embed::changes(&before.0, &after.0))
        })
    }
}

/// Scores one lead at `as_of`, in microseconds since 1970-01-01T00:00:00Z.
///
/// `lead` is a JSON object: attributes under their paths, or in objects, and `events`, an array of objects with
/// `event`, `time` and properties. Returns the results as a JSON object, a text that the caller frees with
/// `qualify_string_free`, or NULL; then `*error` says why. Any thread.
///
/// # Safety
///
/// `model` is a model that was not freed. `lead` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
/// `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_score_lead(
    model: *const Model,
    lead: *const c_char,
    as_of: i64,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let model = &held(model, "model")?.0;
            let read = model.read(&lead_of(text(lead, "lead")?)?)?;
            let outcome = model.score(&read.lead, as_of);
            json(&model.model().results(&outcome))
        })
    }
}

/// Where the score of one lead comes from, line by line; the points of the lines sum exactly to the scores.
///
/// `lead` and `as_of` as for `qualify_score_lead`. Values of personal attributes and properties are left out unless
/// `show_personal`. Returns a JSON object, a text that the caller frees with `qualify_string_free`, or NULL; then
/// `*error` says why. Any thread.
///
/// # Safety
///
/// As for `qualify_score_lead`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_explain_lead(
    model: *const Model,
    lead: *const c_char,
    as_of: i64,
    show_personal: bool,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let model = &held(model, "model")?.0;
            let read = model.read(&lead_of(text(lead, "lead")?)?)?;
            json(&model.explain(&read.lead, as_of, show_personal))
        })
    }
}

/// What changed from one look at a lead to the next, with the rules responsible.
///
/// `before` and `after` are JSON objects as for `qualify_score_lead`, each looked at at its instant, in microseconds since
/// 1970-01-01T00:00:00Z; `before` may be NULL, and then it is what the lead starts with. Returns a JSON array of objects
/// with `change` (such as `entered_stage`) and `rules` with their points before and after, a text that the caller frees
/// with `qualify_string_free`, or NULL; then `*error` says why. Nobody is notified. Any thread.
///
/// # Safety
///
/// `model` is a model that was not freed. `before` and `after` are UTF-8 and end with a zero byte; they are not kept.
/// `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_transitions(
    model: *const Model,
    before: *const c_char,
    before_as_of: i64,
    after: *const c_char,
    as_of: i64,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let model = &held(model, "model")?.0;
            let after = model.read(&lead_of(text(after, "after")?)?)?;
            let before = if before.is_null() { None } else { Some(lead_of(text(before, "before")?)?) };
            let before = before.map(|before| model.read(&before)).transpose()?;
            let before = before.as_ref().map(|before| (&before.lead, before_as_of));
            json(&qualify_embed::transitions_json(&model.transitions(before, (&after.lead, as_of))))
        })
    }
}

/// Scores a table of leads with a table of their events at `as_of`, in microseconds since 1970-01-01T00:00:00Z.
///
/// Both are streams of the Arrow C interface; `events` may be NULL. They are taken in any case: afterwards the caller's
/// structs hold a released stream. Their columns are shared, not copied, and may be released, from any thread, when
/// `results` is. `results` gets a stream with a row for each lead in the order of the leads, which the caller releases;
/// it may outlive the model. Returns whether that was done; if not, `results` is left as it is, and `*error` says why.
/// Any thread; `options` may be NULL and is not kept.
///
/// # Safety
///
/// `model` is a model that was not freed. `leads` and `events` point to streams that were not released, `results` to
/// memory for one, which is not released by this function. The texts of `options` are NULL, or UTF-8 that ends with a
/// zero byte. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_score_arrow(
    model: *const Model,
    leads: *mut ArrowArrayStream,
    events: *mut ArrowArrayStream,
    as_of: i64,
    options: *const Options,
    results: *mut ArrowArrayStream,
    error: *mut *mut Failure,
) -> bool {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, false, || {
            // both are taken before anything can fail
            let leads = taken(leads, "leads");
            let events = (!events.is_null()).then(|| taken(events, "events")).transpose();
            let (leads, events) = (leads?, events?);
            let model = &held(model, "model")?.0;
            let options = border::options(options)?;
            if results.is_null() {
                return Err(Failure::argument("results is NULL"));
            }
            let leads = tables::read(leads, "leads")?;
            let events = events.map(|events| tables::read(events, "events")).transpose()?;
            let scored = model.score_tables(leads, events, as_of, &options)?;
            results.cast::<arrow::ffi_stream::FFI_ArrowArrayStream>().write(tables::stream(scored));
            Ok(true)
        })
    }
}

/// An instant written as ISO 8601, such as `2026-01-31T00:00:00Z`, in microseconds since 1970-01-01T00:00:00Z; a date is
/// its first moment in UTC. Returns whether it could be read; if not, `*error` says why. Any thread.
///
/// # Safety
///
/// `text` is UTF-8 and ends with a zero byte; it is not kept. `instant` can be written to. `error` as for
/// `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_instant(
    text: *const c_char,
    instant: *mut i64,
    error: *mut *mut Failure,
) -> bool {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, false, || {
            let found = qualify_embed::instant(border::text(text, "text")?, None)?;
            if instant.is_null() {
                return Err(Failure::argument("instant is NULL"));
            }
            instant.write(found);
            Ok(true)
        })
    }
}

/// This moment, in microseconds since 1970-01-01T00:00:00Z. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn qualify_now() -> i64 {
    qualify_embed::now()
}

/// The kind of an error; `QUALIFY_KIND_ARGUMENT` if it is NULL. Any thread.
///
/// # Safety
///
/// `error` is NULL, or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_error_kind(error: *const Failure) -> Kind {
    // SAFETY: as the header asks
    unsafe { error.as_ref() }.map_or(Kind::Argument, |error| error.kind)
}

/// The error in words, as the command line says it. The text belongs to the error and lives as long; NULL if `error` is.
/// Any thread.
///
/// # Safety
///
/// `error` is NULL, or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_error_message(error: *const Failure) -> *const c_char {
    // SAFETY: as the header asks
    unsafe { error.as_ref() }.map_or(std::ptr::null(), |error| error.message.as_ptr())
}

/// The error as JSON: `kind`, `message`, and `diagnostics` of rules or `problems` of data. The text belongs to the error
/// and lives as long; NULL if `error` is. Any thread.
///
/// # Safety
///
/// `error` is NULL, or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_error_json(error: *const Failure) -> *const c_char {
    // SAFETY: as the header asks
    unsafe { error.as_ref() }.map_or(std::ptr::null(), |error| error.json.as_ptr())
}

/// Frees an error. NULL is fine.
///
/// # Safety
///
/// `error` is NULL, or came from this library and was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_error_free(error: *mut Failure) {
    if !error.is_null() {
        // SAFETY: as the header asks
        drop(unsafe { Box::from_raw(error) });
    }
}

/// Frees a text that a function of this library gave to the caller. NULL is fine.
///
/// # Safety
///
/// `text` is NULL, or came from this library and was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_string_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: as the header asks
        drop(unsafe { std::ffi::CString::from_raw(text) });
    }
}

/// Plain data as a text that the caller must free.
pub(crate) fn json(data: &impl serde::Serialize) -> Result<*mut c_char, Failure> {
    let text = serde_json::to_string(data);
    text.map(|text| given(&text)).map_err(|e| Failure::argument(e.to_string()))
}

/// A lead as JSON.
fn lead_of(text: &str) -> Result<serde_json::Value, Failure> {
    border::json(text, "lead")
}
