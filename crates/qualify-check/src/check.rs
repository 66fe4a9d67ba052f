//! The way through the checker, from files to a model and its messages.

use crate::analysis;
use qualify_diagnostics::{Diagnostic, FileId, Sources};
use qualify_model::{Model, Schema};

/// How the checker gets at the files named in `use` and `list … from`: the path as written and the name of the
/// file that asks give the name to show and the text, or a message why not.
pub type Load<'a> = dyn Fn(&str, &str) -> Result<(String, String), String> + 'a;

/// What is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of params that replace the declared ones: name and value as written in the language.
    pub params: Vec<(String, String)>,
}

/// What the checker found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// None if and only if there is an error among the diagnostics.
    pub model: Option<Model>,
    /// Sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks the files `roots` with everything they use, as one model. Files that `use` names are added to `sources`.
pub fn check(sources: &mut Sources, roots: &[FileId], load: &Load, options: &Options) -> Checked {
    let _ = (roots, load, options);
    let mut diagnostics = Vec::new();
    let model: Option<Model> = None;
    if let Some(model) = &model {
        analysis::run(model, sources, &mut diagnostics);
    }
    Checked { model, diagnostics }
}

/// Checks the schema alone: records and events of the files `roots` and what they use; rules are passed over.
/// The schema is none if and only if there is an error in it.
pub fn check_schema(
    sources: &mut Sources,
    roots: &[FileId],
    load: &Load,
) -> (Option<Schema>, Vec<Diagnostic>) {
    let _ = (sources, roots, load);
    (None, Vec::new())
}
