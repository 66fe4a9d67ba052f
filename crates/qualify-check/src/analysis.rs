//! What can be said of a finished model: ranges, reachability, lints.
//!
//! The passes read the typed model and report; they change nothing. Some files find out and report nothing:
//! `interval`, `key`, `windows`, `range`, `scores`, `atoms`, `solve`, `study`. The others look at one part of a
//! model each and report.

mod absence;
mod atoms;
mod interval;
mod key;
mod lines;
pub(crate) mod personal;
mod range;
mod repeats;
mod rules;
mod scores;
mod solve;
mod stages;
mod study;
mod tables;
mod taken;
#[cfg(test)]
mod tests;
mod truth;
mod unknown;
pub(crate) mod visit;
mod windows;
pub(crate) mod words;

pub use scores::{Range, Ranges, score_ranges};
pub(crate) use study::unit;

use qualify_diagnostics::{Code, Diagnostic, Sources, Span};
use qualify_model::{Model, Target};
use std::collections::HashSet;
use study::Study;

/// Longer stretches of the author's text are not repeated in a message.
const LONGEST_QUOTE: usize = 70;

/// Adds the warnings about `model` to `out`.
pub(crate) fn run(model: &Model, sources: &Sources, out: &mut Vec<Diagnostic>) {
    let mut lint = Lint { study: Study::new(model), model, sources, out, said: HashSet::new() };
    truth::check(&mut lint);
    lines::check(&mut lint);
    stages::check(&mut lint);
    for table in visit::tables(model) {
        tables::check(&mut lint, table);
    }
    rules::check(&mut lint);
    repeats::check(&mut lint);
    absence::check(&mut lint);
    unknown::check(&mut lint);
    personal::check(&mut lint);
}

/// What the passes work with.
struct Lint<'m, 'o> {
    study: Study<'m>,
    model: &'m Model,
    sources: &'m Sources,
    out: &'o mut Vec<Diagnostic>,
    said: HashSet<(Code, Span)>,
}

impl Lint<'_, '_> {
    /// Reports, once for each place: a part of a score's header belongs to each of its rules.
    fn say(&mut self, diagnostic: Diagnostic) {
        if self.said.insert((diagnostic.code, diagnostic.place.span)) {
            self.out.push(diagnostic);
        }
    }

    /// The author's words in backticks, shortened if they are long.
    fn quoted(&self, span: Span) -> String {
        let text = self.sources.words(span);
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("`{} …`", text[..end].trim_end()),
            None => words::quoted(&text),
        }
    }

    /// The name of a score in backticks.
    fn score_name(&self, target: Target) -> String {
        match target {
            Target::Total => "`score`".into(),
            Target::Score(id) => words::quoted(&self.model.scores[id.index()].name),
        }
    }
}
