//! Each case of the corpus gives the same through the functions of the C library as in the reference interpreter. The
//! Python package has such a test of its own.

#![allow(unsafe_code)] // the functions are called as C calls them

use qualify_c::interface::{
    qualify_error_free, qualify_error_message, qualify_model_free, qualify_model_from_file,
    qualify_score_lead, qualify_string_free,
};
use qualify_model::calendar::parse_instant;
use qualify_tests::case::{Case, cases};
use qualify_tests::doors::{Put, folder, put};
use qualify_tests::workspace::{files, read, shown};
use serde_json::Value as Json;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;

#[test]
fn every_case_gives_the_same_through_c() {
    let (mut wrong, mut count, mut unsaid_by_json) = (Vec::new(), 0, 0);
    for path in files("tests/corpus", ".md") {
        for case in cases(&shown(&path), &read(&path)).unwrap_or_default() {
            if let Put::Case { json, unsaid } = put(&case) {
                unsaid_by_json += unsaid;
                count += json["leads"].as_array().map_or(0, Vec::len);
                wrong.extend(disagreements(&case, &json));
            }
        }
    }
    println!("{count} leads; {unsaid_by_json} cannot be said in JSON");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 300 && unsaid_by_json < count / 20);
}

fn disagreements(case: &Case, json: &Json) -> Vec<String> {
    let folder = folder(json);
    let path = CString::new(folder.path().display().to_string()).expect("a path has no zero byte");
    let params = CString::new(json["params"].to_string()).expect("JSON has no zero byte");
    let mut error = null_mut();
    // SAFETY: texts with their ends, a place for an error
    let model = unsafe { qualify_model_from_file(path.as_ptr(), params.as_ptr(), &raw mut error) };
    if model.is_null() {
        // SAFETY: there is an error where there is no model
        return vec![format!("{}: {}", case.name, unsafe { taken(error) })];
    }
    let mut wrong = Vec::new();
    for one in json["leads"].as_array().into_iter().flatten() {
        let lead = CString::new(one["lead"].to_string()).expect("JSON has no zero byte");
        let as_of = one["as_of"].as_str().and_then(parse_instant).expect("it was written as an instant");
        // SAFETY: a model that was not freed, a text with its end, a place for an error
        let found = unsafe { qualify_score_lead(model, lead.as_ptr(), as_of, &raw mut error) };
        if found.is_null() {
            // SAFETY: there is an error where there are no results
            wrong.push(format!("{}: {}", case.name, unsafe { taken(error) }));
            continue;
        }
        // SAFETY: the text was given by the library, and is freed once
        let text = unsafe {
            let text = CStr::from_ptr(found).to_string_lossy().into_owned();
            qualify_string_free(found);
            text
        };
        let expected = one["results"].to_string();
        if text != expected {
            wrong.push(format!("{}: {text} found, {expected} expected", case.name));
        }
    }
    // SAFETY: nobody uses it any more
    unsafe { qualify_model_free(model) };
    wrong
}

/// The words of an error, which is freed.
///
/// # Safety
///
/// It came from the library and was not freed.
unsafe fn taken(error: *mut qualify_c::interface::Failure) -> String {
    // SAFETY: as above
    unsafe {
        let text = CStr::from_ptr(qualify_error_message(error)).to_string_lossy().into_owned();
        qualify_error_free(error);
        text
    }
}
