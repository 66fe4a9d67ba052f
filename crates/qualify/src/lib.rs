//! Lead scoring as a language: compile a model from rule files, score leads, explain scores.
//!
//! Two types are enough to begin with: a [`Model`], compiled once and shared by all threads, and an [`Outcome`], what it
//! says of a lead.
//!
//! ```
//! use qualify::Model;
//! use serde_json::json;
//!
//! let model = Model::from_text(r#"
//!     lead key id { size integer  created_at time }
//!     event visited (page one of (pricing, docs))
//!     when visited pricing within 7d add 20
//!     when size > 100 add 30 because "large enough"
//!     stage MQL if score >= 50
//! "#)?;
//!
//! let lead = model.read_lead(&json!({
//!     "id": "a", "size": 500,
//!     "events": [{ "event": "visited", "time": "2025-12-30T09:00:00Z", "page": "pricing" }],
//! }))?.lead;
//!
//! let as_of = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z in microseconds
//! let outcome = model.score_one(&lead, as_of);
//! assert_eq!(outcome.score, Some(50_0000)); // units of 0.0001 points
//! assert_eq!(outcome.stage.as_deref(), Some("MQL"));
//!
//! let explanation = model.explain(&lead, as_of, false);
//! assert_eq!(explanation.scores[0].lines[1].because.as_deref(), Some("large enough"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What else there is
//!
//! - Rule files that use other files: [`Model::compile`], to which the caller gives the texts ([`Sources`]).
//! - Many leads: [`Model::score_tables`] takes Arrow tables and gives Arrow batches; see [`tables`].
//! - One lead after the other, quickly: [`Engine::scorer`], whose [`Scorer::score_at`] allocates nothing once warm.
//! - A lead that is followed from event to event: [`states::LeadState`].
//! - What to load: [`Model::inputs`].
//! - Results as a record, for JSON and whatever else serialises: [`Model::results`].
//!
//! # What holds
//!
//! The same model, lead and instant give the same result, bit for bit, by every way and on every machine: there is no
//! floating point in it. Nothing in here reads a file, a clock or the network: texts, leads and the instant come from the
//! caller. No call panics on what it is given; what can go wrong is in its type.
//!
//! Versions follow semantic versioning: until 1.0 a minor version may change what is here, a patch version may not. Editions
//! of the language (`language 1`) are apart from that: a result that changes for one edition is a bug.

mod compiled;
mod engine;
mod explanation;
mod inputs;
mod leads;
mod mistakes;
mod model;
mod results;
mod rows;
mod scored;
pub mod states;
pub mod tables;

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
pub use results::{Cell, Names, Results};
pub use rows::lead_of;

/// Rule files in their canonical layout, comments kept.
pub use qualify_syntax::format as format_rules;

/// The plan of a model: what is read, which facts, which programs.
pub use qualify_plan as plan;

/// The typed model and everything in it, for tools that look inside.
pub use qualify_model as typed;

/// Arrow, in the version that tables of leads and results have.
pub use qualify_data::arrow;
