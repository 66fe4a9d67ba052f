//! Scoring many leads: tables in, tables out. See [`Model::score_tables`](crate::Model::score_tables).

pub use crate::scored::{Scored, TableOptions};
pub use qualify_data::{
    Counts, DataErrors, EVENTS, EventTable, LEADS, Problem, ProblemKind, Project, ReadOptions, RunOptions,
    RunReport, Tables, Warning, open,
};
