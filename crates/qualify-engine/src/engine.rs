//! A plan at one instant, ready to score; what its workers share.

use crate::pass::Layout;
use qualify_plan::{Bound, Plan};
use qualify_vm::Prepared;
use std::sync::Arc;

/// How the programs over leads run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// As measured to be quicker: see `docs/design/backends.md`.
    #[default]
    Auto,
    /// The interpreter of columns.
    Interpreter,
    /// Machine code, where it is to be had; else the interpreter.
    Jit,
}

/// A plan at one instant. It never changes: share it between threads, and give each a [`Worker`](crate::Worker).
#[derive(Debug)]
pub struct Engine {
    pub(crate) plan: Arc<Plan>,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) bound: Bound,
    pub(crate) layout: Layout,
}

impl Engine {
    /// Prepares a verified plan for an instant (microseconds since 1970).
    pub fn new(plan: Arc<Plan>, as_of: i64, backend: Backend) -> Engine {
        let _ = backend;
        let bound = Bound::new(&plan, as_of);
        let layout = Layout::new(&plan, &bound);
        Engine { prepared: Arc::new(Prepared::new(&plan)), bound, layout, plan }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The instant of it all.
    pub fn as_of(&self) -> i64 {
        self.bound.as_of
    }

    /// For each route the instant by which to respond.
    pub fn respond_by(&self) -> &[Option<i64>] {
        &self.bound.respond_by
    }
}
