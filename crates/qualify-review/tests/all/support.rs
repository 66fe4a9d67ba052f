//! Models of one text.

use qualify::{Compiled, Model, Sources};
use qualify_review::change::Read;

/// The text compiled; other files are not there.
pub fn compile(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    Model::compile(sources, &[file], &|path, _| Err(format!("no file {path}")), &[])
}

/// Its model with its text; fails with the messages where there is none.
#[track_caller]
pub fn read(compiled: &Compiled) -> Read<'_> {
    let model = compiled.model.as_ref().unwrap_or_else(|| {
        panic!("{}", qualify::render_terminal(&compiled.sources, &compiled.diagnostics, false))
    });
    Read { model: model.typed(), sources: &compiled.sources }
}
