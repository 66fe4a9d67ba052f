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
//! - Rule files that use other files, params, messages as data: [`Model::compile`] and [`rules`].
//! - Leads from values of yours, with `serde`: [`Model::read_lead`]; what a [`leads::Lead`] is made of: [`leads`].
//! - Many leads: [`Model::score_tables`] takes Arrow tables and gives Arrow batches; see [`tables`].
//! - One lead after the other, quickly: [`Model::engine`] and [`engine::Scorer`], which allocates nothing once warm.
//! - A lead that is followed from event to event: [`Model::states`] and [`states::LeadState`].
//! - What to load: [`Model::inputs`].
//! - Results as a record, for JSON and whatever else serialises: [`Model::results`].
//!
//! # What holds
//!
//! The same model, lead and instant give the same result, bit for bit, by every way and on every machine: there is no
//! floating point in it. Nothing in here reads a clock or the network, and no file is read but those of a project that the
//! caller [opens](tables::open): texts, leads and the instant come from the caller. There are no globals, and all types may
//! be sent to other threads and shared by them. No call panics on a text, a table, a lead, an event or an instant that it is
//! given; what can go wrong is in its type. Typed models, plans and batches that the caller puts together by hand must be
//! sound: those of [`typed`] say what that is.
//!
//! Versions follow semantic versioning: until 1.0 a minor version may change what is here, a patch version may not. Editions
//! of the language (`language 1`) are apart from that: a result that changes for one edition is a bug.

pub mod compiled;
pub mod engine;
pub mod explanation;
pub mod inputs;
pub mod leads;
pub mod results;
pub mod rules;
pub mod states;
pub mod tables;

mod mistakes;
mod model;
mod rows;
mod scored;

pub use model::Model;
pub use qualify_model::Outcome;

// short paths for what the modules above hold and describe
#[doc(hidden)]
pub use {
    compiled::{listing, plan_from_bytes, plan_to_bytes},
    engine::{Backend, Engine, EngineOptions, Scorer, Worker, lead_of},
    explanation::{ExplainedEvent, ExplainedLine, ExplainedScore, Explanation, show_value},
    inputs::{InputAttribute, InputEvent, Inputs},
    leads::{Event, Lead, Schema, StageReason, Status, Value},
    results::{Cell, Names, Results},
    rules::{
        Allowance, Code, Compiled, Diagnostic, FileId, LintSettings, Mistakes, Part, Severity, Sifted,
        Sources, Suppressed, format_rules, lint, render_github, render_json, render_json_with, render_sarif,
        render_terminal, sift,
    },
};

/// The plan of a model: what is read, which facts, which programs.
pub use qualify_plan as plan;

/// The typed model and everything in it, for tools that look inside.
pub use qualify_model as typed;

/// Arrow, in the version that tables of leads and results have.
pub use qualify_data::arrow;
