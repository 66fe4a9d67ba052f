//! What can be said of a finished model: ranges, reachability, lints.

use qualify_diagnostics::{Diagnostic, Sources};
use qualify_model::Model;

/// Adds the warnings about `model` to `out`.
pub(crate) fn run(_model: &Model, _sources: &Sources, _out: &mut Vec<Diagnostic>) {}
