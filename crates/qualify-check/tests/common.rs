//! What the tests of the checker share.
#![allow(dead_code)] // each test file uses a part of it

use qualify_check::{Checked, Options, check};
use qualify_diagnostics::Sources;

/// Checks one file; other files are not there.
pub fn checked(source: &str) -> (Sources, Checked) {
    checked_with(source, &[], &[])
}

/// Checks one file beside others, with values of params from outside.
pub fn checked_with(source: &str, files: &[(&str, &str)], params: &[(&str, &str)]) -> (Sources, Checked) {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", source);
    let load = |path: &str, _: &str| {
        if path == "model.qualify" {
            return Ok((path.to_string(), source.to_string()));
        }
        let found = files.iter().find(|(name, _)| *name == path);
        found
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .ok_or_else(|| "no such file".to_string())
    };
    let params = params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let checked = check(&mut sources, &[root], &load, &Options { params });
    (sources, checked)
}

/// The messages, a line each: code, the place's words, the sentence.
pub fn lines(sources: &Sources, checked: &Checked) -> String {
    let line = |d: &qualify_diagnostics::Diagnostic| {
        format!("{} at `{}`: {}\n", d.code, sources.words(d.place.span), d.message)
    };
    checked.diagnostics.iter().map(line).collect()
}

/// The codes of the messages in order.
pub fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.diagnostics.iter().map(|d| d.code.as_str()).collect()
}
