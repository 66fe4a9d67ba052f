//! Lead scoring as a language: compile a model from rule files, score leads, explain scores.
//!
//! ```text
//! rule files ── parse ── check ──> Model ── score(leads, as of) ──> Outcomes ── explain ──> Explanation
//! ```
//!
//! ```
//! use qualify::{Lead, Model, Sources};
//!
//! let mut sources = Sources::new();
//! let rules = sources.add("model.qualify", "
//!     lead key id { size integer }
//!     when size > 100 add 20
//!     stage MQL if score >= 20
//! ");
//! let compiled = Model::compile(sources, &[rules], &|path, _| Err(format!("no file {path}")), &[]);
//! let model = compiled.model.expect("the rules above are right");
//!
//! let lead = Lead { key: "a".into(), attributes: vec![Some(qualify::Value::Number(500))], events: vec![] };
//! let outcome = model.score_one(&lead, 1_767_225_600_000_000); // 2026-01-01T00:00:00Z in microseconds
//! assert_eq!(outcome.score, Some(20_0000)); // units of 0.0001 points
//! assert_eq!(outcome.stage.as_deref(), Some("MQL"));
//! ```
//!
//! Nothing in here reads a file, a clock or the network: texts, leads and the instant come from the caller.

mod compiled;
mod engine;
mod explanation;
mod inputs;
mod leads;
mod mistakes;
mod model;
mod rows;
mod scored;
pub mod states;

pub use compiled::{listing, plan_from_bytes, plan_to_bytes};
pub use engine::{Backend, Engine, EngineOptions, Scorer, Worker};
pub use explanation::{ExplainedEvent, ExplainedLine, ExplainedScore, Explanation, show_value};
pub use inputs::{InputAttribute, InputEvent, Inputs};
pub use mistakes::Mistakes;
pub use model::{Compiled, Model};
pub use qualify_check::{LintSettings, Sifted, lint, sift};
pub use qualify_diagnostics::{
    Allowance, Code, Diagnostic, FileId, Part, Severity, Sources, Suppressed, render_github, render_json,
    render_json_with, render_sarif, render_terminal,
};
pub use qualify_model::{Event, Lead, Outcome, Schema, StageReason, Status, Value};
pub use rows::lead_of;

/// Rule files in their canonical layout, comments kept.
pub use qualify_syntax::format as format_rules;

/// The plan of a model: what is read, which facts, which programs.
pub use qualify_plan as plan;

/// The typed model and everything in it, for tools that look inside.
pub use qualify_model as typed;

/// Arrow, in the version that tables of leads and results have.
pub use qualify_data::arrow;

/// Scoring many leads: tables in, tables out.
pub mod tables {
    pub use crate::scored::{Scored, TableOptions};
    pub use qualify_data::{
        Counts, DataErrors, EVENTS, EventTable, LEADS, Problem, ProblemKind, Project, ReadOptions,
        RunOptions, RunReport, Tables, Warning,
    };
}
