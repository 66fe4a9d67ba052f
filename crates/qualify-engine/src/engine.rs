//! A plan at an instant, ready to score; what its workers share.

use crate::batch_program::BatchProgram;
use crate::pass::Layout;
#[cfg(feature = "jit")]
use qualify_jit::Machine;
use qualify_plan::{Bound, Plan};
use qualify_vm::Prepared;
use std::sync::{Arc, OnceLock};

/// Below so many leads at a time machine code is quicker than the interpreter.
const FEW: usize = 64;

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
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) plan: Arc<Plan>,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) bound: Bound,
    pub(crate) layout: Layout,
    /// What the interpreter runs over batches instead of the main program.
    batch: Arc<OnceLock<Option<BatchProgram>>>,
    backend: Backend,
    #[cfg(feature = "jit")]
    machine: Arc<OnceLock<Option<Machine>>>,
    /// For leads one at a time, of which nothing is tallied.
    #[cfg(feature = "jit")]
    machine_of_one: Arc<OnceLock<Option<Machine>>>,
}

impl Engine {
    /// Prepares a verified plan for an instant (microseconds since 1970).
    pub fn new(plan: Arc<Plan>, as_of: i64, backend: Backend) -> Engine {
        let bound = Bound::new(&plan, as_of);
        let layout = Layout::new(&plan, &bound);
        Engine {
            prepared: Arc::new(Prepared::new(&plan)),
            bound,
            batch: Arc::default(),
            layout,
            plan,
            backend,
            #[cfg(feature = "jit")]
            machine: Arc::default(),
            #[cfg(feature = "jit")]
            machine_of_one: Arc::default(),
        }
    }

    /// The same plan at another instant. Machine code is made once for all of them.
    pub fn at(&self, as_of: i64) -> Engine {
        let bound = Bound::new(&self.plan, as_of);
        Engine { layout: Layout::new(&self.plan, &bound), bound, ..self.clone() }
    }

    /// The same plan at an instant from which it can be moved.
    pub(crate) fn moving(&self) -> Engine {
        Engine { layout: Layout::moving(&self.plan, &self.bound), ..self.clone() }
    }

    /// The machine code for workers of so many leads at a time, if they should use it. It is made when it is
    /// first asked for.
    #[cfg(feature = "jit")]
    pub(crate) fn machine(&self, rows: usize) -> Option<&Machine> {
        let make = || Machine::new(&self.plan, &self.prepared).ok();
        if self.wants_machine(rows) { self.machine.get_or_init(make).as_ref() } else { None }
    }

    /// Whether workers of so many leads at a time should use machine code.
    fn wants_machine(&self, rows: usize) -> bool {
        match self.backend {
            Backend::Interpreter => false,
            Backend::Jit => true,
            // over whole columns the interpreter's vector instructions win, lead by lead machine code does
            Backend::Auto => cfg!(feature = "jit") && rows < FEW,
        }
    }

    /// The machine code for leads one at a time, of which nothing is tallied.
    #[cfg(feature = "jit")]
    pub(crate) fn machine_of_one(&self) -> Option<&Machine> {
        let make = || Machine::of_one(&self.plan, &self.prepared).ok();
        let wanted = self.backend != Backend::Interpreter;
        if wanted { self.machine_of_one.get_or_init(make).as_ref() } else { None }
    }

    /// What workers of so many leads at a time run over batches by the interpreter, if that is not the main program. It
    /// is made when it is first asked for, and holds at every instant.
    pub(crate) fn batch_program(&self, rows: usize) -> Option<&BatchProgram> {
        if self.wants_machine(rows) {
            return None;
        }
        self.batch.get_or_init(|| BatchProgram::new(&self.plan, &self.layout)).as_ref()
    }

    /// The code that Cranelift makes machine code of; none where there is none to be had.
    pub fn clif(&self) -> Option<String> {
        #[cfg(feature = "jit")]
        return Machine::listing(&self.plan, &self.prepared).ok();
        #[cfg(not(feature = "jit"))]
        return None;
    }

    /// Whether machine code can be made of the plan here.
    pub fn has_machine_code(&self) -> bool {
        #[cfg(feature = "jit")]
        return self.machine.get_or_init(|| Machine::new(&self.plan, &self.prepared).ok()).is_some();
        #[cfg(not(feature = "jit"))]
        return false;
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
