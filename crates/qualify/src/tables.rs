//! Scoring many leads: tables in, tables out. See [`Model::score_tables`](crate::Model::score_tables).
//!
//! ```
//! use qualify::Model;
//! use qualify::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
//! use qualify::tables::{DataErrors, EVENTS, EventTable, LEADS, RunOptions, TableOptions, Tables};
//! use std::sync::Arc;
//!
//! fn column(texts: Vec<&str>) -> ArrayRef {
//!     Arc::new(StringArray::from(texts))
//! }
//!
//! let model = Model::from_text("
//!     lead key id { size integer from 1 to 1000 }
//!     event visited (page text)
//!     when size > 100 add 10
//!     when visited pricing add 20
//! ")?;
//! let sizes: ArrayRef = Arc::new(Int64Array::from(vec![500, 5000]));
//! let leads = RecordBatch::try_from_iter([("id", column(vec!["a", "b"])), ("size", sizes)])?;
//! let events = RecordBatch::try_from_iter([
//!     ("who", column(vec!["a", "c"])),
//!     ("type", column(vec!["visited", "visited"])),
//!     ("at", column(vec!["2025-12-30T09:00:00Z", "2025-12-30T09:00:00Z"])),
//!     ("page", column(vec!["pricing", "pricing"])),
//! ])?;
//! let mut tables = Tables::default();
//! tables.add(LEADS, leads.schema(), vec![leads])?;
//! tables.add(EVENTS, events.schema(), vec![events])?;
//!
//! let as_of = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z in microseconds
//! let mut options = TableOptions {
//!     events: EventTable { lead: Some("who".into()), ..EventTable::default() },
//!     run: RunOptions { threads: 1, ..RunOptions::default() },
//!     ..TableOptions::default()
//! };
//!
//! // what cannot be read is told all at once, and nothing is scored
//! let refused: DataErrors = model.score_tables(tables.clone(), as_of, &options).unwrap_err();
//! assert!(refused.to_string().contains("`c`: no lead has this key"), "{refused}");
//!
//! options.events.ignore_unknown_leads = true;
//! let scored = model.score_tables(tables, as_of, &options)?;
//! let counts = &scored.report.counts;
//! assert_eq!((counts.leads, counts.events), (2, 1));
//! // what the schema does not allow becomes unknown, with a warning
//! assert_eq!(scored.report.warnings[0].count, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::scored::{Scored, TableOptions};
pub use qualify_data::{
    Counts, DataErrors, EVENTS, EventTable, LEADS, Problem, ProblemKind, Project, ReadOptions, RunError,
    RunOptions, RunReport, Tables, Warning, open,
};
