//! The functions of the header for leads that are scored as events arrive.

#![allow(unsafe_code)] // as in `interface`

use crate::border::{self, guarded, held, text};
use crate::failure::Failure;
use crate::interface::{Model, json};
use std::ffi::c_char;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a model needs to know of one lead that is scored as events arrive. It holds its model by itself. Any thread may
/// use it; calls for one state wait for each other.
pub struct State(Mutex<qualify_embed::State>);

impl State {
    fn of(state: qualify_embed::State) -> *mut State {
        Box::into_raw(Box::new(State(Mutex::new(state))))
    }

    fn held(&self) -> MutexGuard<'_, qualify_embed::State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a lead: a JSON object as for `qualify_score_lead`, with its events as far as they are known.
///
/// Returns a state that the caller frees with `qualify_state_free`, or NULL; then `*error` says why. The model may be freed
/// before it. Any thread.
///
/// # Safety
///
/// `model` is a model that was not freed. `lead` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
/// `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_new(
    model: *const Model,
    lead: *const c_char,
    error: *mut *mut Failure,
) -> *mut State {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let model = &held(model, "model")?.0;
            let (state, _) = qualify_embed::State::of(model, &border::json(text(lead, "lead")?, "lead")?)?;
            Ok(State::of(state))
        })
    }
}

/// A state that was kept as bytes, for the lead of that key.
///
/// Returns a state that the caller frees with `qualify_state_free`, or NULL if the bytes are damaged or were made by another
/// model; then `*error` says why. Make a new one then, and feed it the events again. Any thread.
///
/// # Safety
///
/// `model` is a model that was not freed. `key` is UTF-8 and ends with a zero byte. `bytes` points to `length` bytes.
/// Neither is kept. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_from_bytes(
    model: *const Model,
    key: *const c_char,
    bytes: *const u8,
    length: usize,
    error: *mut *mut Failure,
) -> *mut State {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let model = &held(model, "model")?.0;
            let (key, bytes) = (text(key, "key")?.to_string(), border::bytes(bytes, length)?);
            Ok(State::of(qualify_embed::State::from_bytes(model, key, bytes)?))
        })
    }
}

/// The state as bytes, which another process can go on with; `*length` gets how many there are.
///
/// Returns bytes that the caller frees with `qualify_bytes_free`, or NULL; then `*error` says why. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `length` can be written to. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_to_bytes(
    state: *const State,
    length: *mut usize,
    error: *mut *mut Failure,
) -> *mut u8 {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            if length.is_null() {
                return Err(Failure::argument("length is NULL"));
            }
            let bytes = held(state, "state")?.held().to_bytes()?.into_boxed_slice();
            length.write(bytes.len());
            Ok(Box::into_raw(bytes).cast())
        })
    }
}

/// Feeds an event: a JSON object with `event`, `time` and its properties. Events come in any order.
///
/// Returns whether that was done; if not, the state is as before and `*error` says why. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `event` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
/// `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_apply(
    state: *const State,
    event: *const c_char,
    error: *mut *mut Failure,
) -> bool {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, false, || {
            let event = border::json(text(event, "event")?, "event")?;
            held(state, "state")?.held().apply(&event)?;
            Ok(true)
        })
    }
}

/// Sets an attribute by its path; `value` is JSON, and `null` makes it unknown.
///
/// Returns whether that was done; if not, the state is as before and `*error` says why. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `name` and `value` are UTF-8 and end with a zero byte; they are not kept.
/// `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_set(
    state: *const State,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut Failure,
) -> bool {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, false, || {
            let (name, value) = (text(name, "name")?, border::json(text(value, "value")?, "value")?);
            held(state, "state")?.held().set(name, &value)?;
            Ok(true)
        })
    }
}

/// The results at `as_of`, in microseconds since 1970-01-01T00:00:00Z: those of all events that were ever fed.
///
/// Returns a JSON object as `qualify_score_lead` does, a text that the caller frees with `qualify_string_free`, or NULL;
/// then `*error` says why. An instant before the last one asked for is an error. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_score(
    state: *const State,
    as_of: i64,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let mut state = held(state, "state")?.held();
            let outcome = state.score(as_of)?;
            json(&state.handle().model().results(&outcome))
        })
    }
}

/// When to look again: `*next` gets an instant behind `as_of` before which no decision (status, stage, grade, segment,
/// route) changes without a new event, or `INT64_MAX` if none ever does. Both in microseconds since
/// 1970-01-01T00:00:00Z.
///
/// Returns whether that was done; if not, `*error` says why. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `next` can be written to. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_next_check(
    state: *const State,
    as_of: i64,
    next: *mut i64,
    error: *mut *mut Failure,
) -> bool {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, false, || {
            if next.is_null() {
                return Err(Failure::argument("next is NULL"));
            }
            next.write(held(state, "state")?.held().next_check(as_of)?.unwrap_or(i64::MAX));
            Ok(true)
        })
    }
}

/// What changed at `as_of` since the last call of this function, each crossing once, with the rules responsible. A new
/// state is compared with nothing; one that was kept as bytes goes on where it was when they were made.
///
/// Returns a JSON array of objects with `change` (such as `entered_stage`) and `rules` with their points before and after, a
/// text that the caller frees with
/// `qualify_string_free`, or NULL; then `*error` says why. Nobody is notified. Any thread.
///
/// # Safety
///
/// `state` is a state that was not freed. `error` as for `qualify_model_from_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_transitions(
    state: *const State,
    as_of: i64,
    error: *mut *mut Failure,
) -> *mut c_char {
    // SAFETY: as the header asks
    unsafe {
        guarded(error, null_mut(), || {
            let changed = held(state, "state")?.held().transitions(as_of)?;
            json(&qualify_embed::transitions_json(&changed))
        })
    }
}

/// Frees a state. NULL is fine. No other thread may be using it, and nobody may use it afterwards.
///
/// # Safety
///
/// `state` is NULL, or came from this library and was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_state_free(state: *mut State) {
    if !state.is_null() {
        // SAFETY: as the header asks
        let state = unsafe { Box::from_raw(state) };
        // SAFETY: nowhere to write to is fine
        unsafe {
            guarded(null_mut(), (), move || {
                drop(state);
                Ok(())
            });
        }
    }
}

/// Frees bytes that `qualify_state_to_bytes` gave, with the length that it gave. NULL is fine.
///
/// # Safety
///
/// `bytes` is NULL, or came from this library with that length and was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qualify_bytes_free(bytes: *mut u8, length: usize) {
    if !bytes.is_null() {
        // SAFETY: as the header asks
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, length)) });
    }
}
