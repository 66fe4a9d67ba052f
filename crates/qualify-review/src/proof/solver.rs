//! The circuit as clauses for a SAT solver, and its answers.
//!
//! Not in here: what the circuit stands for.

use super::circuit::{Circuit, Lit, Node, parts};
use batsat::{Callbacks, Solver, SolverInterface, SolverOpts, lbool};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

/// What the solver says of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// There is an assignment.
    Yes,
    /// There is none.
    No,
    /// It gave up.
    GaveUp,
}

/// Counts wrong turns and stops at a limit.
#[derive(Default)]
struct Turns {
    made: u64,
    most: Cell<u64>,
}

impl Callbacks for Turns {
    fn on_new_clause(&mut self, _: &[batsat::Lit], _: batsat::ClauseKind) {
        self.made += 1;
    }

    fn stop(&self) -> bool {
        self.made >= self.most.get()
    }
}

/// A solver over the part of a circuit that was asked about so far.
pub(super) struct Asked {
    solver: Solver<Turns>,
    variables: Vec<Option<batsat::Var>>,
    /// So many facts were looked at.
    facts: usize,
    /// Facts that wait for one of their inputs to be asked about, by input.
    waiting: HashMap<usize, Vec<usize>>,
    /// Facts that speak of what is asked about, and are not given to the solver yet.
    ready: Vec<usize>,
    /// Facts that were given to the solver.
    given: HashSet<usize>,
    /// Clauses given to the solver.
    pub(super) clauses: u64,
}

impl Asked {
    pub(super) fn new() -> Asked {
        Asked {
            solver: Solver::new(SolverOpts::default(), Turns::default()),
            variables: Vec::new(),
            facts: 0,
            waiting: HashMap::new(),
            ready: Vec::new(),
            given: HashSet::new(),
            clauses: 0,
        }
    }

    pub(super) fn variables(&self) -> u64 {
        self.solver.num_vars().into()
    }

    pub(super) fn turns(&self) -> u64 {
        self.solver.cb().made
    }

    /// Whether all of these can hold at once, with so many wrong turns.
    pub(super) fn ask(&mut self, circuit: &Circuit, all: &[Lit], turns: u64) -> Answer {
        all.iter().for_each(|lit| self.include(circuit, lit.node()));
        self.facts(circuit);
        let assumed: Vec<batsat::Lit> = all.iter().map(|lit| self.lit(*lit)).collect();
        self.solver.cb().most.set(self.turns().saturating_add(turns));
        match self.solver.solve_limited(&assumed) {
            answer if answer == lbool::TRUE => Answer::Yes,
            answer if answer == lbool::FALSE => Answer::No,
            _ => Answer::GaveUp,
        }
    }

    /// The value of a literal in the assignment of the last `Yes`; none if nothing hangs on it.
    pub(super) fn value(&self, lit: Lit) -> Option<bool> {
        let var = (*self.variables.get(lit.node())?)?;
        let value = self.solver.value_var(var);
        let value = if value == lbool::TRUE {
            true
        } else if value == lbool::FALSE {
            false
        } else {
            return None;
        };
        Some(value ^ lit.is_not())
    }

    fn lit(&self, lit: Lit) -> batsat::Lit {
        let var = self.variables[lit.node()].expect("its node was included before");
        batsat::Lit::new(var, !lit.is_not())
    }

    /// Facts that speak of what is asked about, and what they speak of in turn.
    fn facts(&mut self, circuit: &Circuit) {
        for (i, fact) in circuit.facts.iter().enumerate().skip(self.facts) {
            let inputs = circuit.inputs(fact);
            let included = |node: &usize| self.variables.get(*node).is_some_and(Option::is_some);
            if inputs.is_empty() || inputs.iter().any(included) {
                self.ready.push(i);
            } else {
                inputs.into_iter().for_each(|node| self.waiting.entry(node).or_default().push(i));
            }
        }
        self.facts = circuit.facts.len();
        while !self.ready.is_empty() {
            let mut new = std::mem::take(&mut self.ready);
            new.sort_unstable();
            new.dedup();
            for i in new {
                if !self.given.insert(i) {
                    continue;
                }
                let fact = &circuit.facts[i];
                fact.iter().for_each(|lit| self.include(circuit, lit.node()));
                let clause = fact.iter().map(|lit| self.lit(*lit)).collect();
                self.clause(clause);
            }
        }
    }

    /// Gives literals to the solver that will be asked about, so that each answer has a value of them.
    pub(super) fn know(&mut self, circuit: &Circuit, all: &[Lit]) {
        all.iter().for_each(|lit| self.include(circuit, lit.node()));
    }

    /// Gives a node and everything below it to the solver.
    fn include(&mut self, circuit: &Circuit, node: usize) {
        self.variables.resize(circuit.len().max(self.variables.len()), None);
        let (mut open, mut new) = (vec![node], Vec::new());
        while let Some(node) = open.pop() {
            if self.variables[node].is_none() {
                self.variables[node] = Some(self.solver.new_var_default());
                self.ready.extend(self.waiting.remove(&node).into_iter().flatten());
                new.push(node);
                open.extend(parts(circuit.node(node)).iter().map(|lit| lit.node()));
            }
        }
        new.into_iter().for_each(|node| self.define(circuit, node));
    }

    /// The clauses of a node.
    fn define(&mut self, circuit: &Circuit, node: usize) {
        let out = Lit::of(node, false);
        match circuit.node(node).clone() {
            Node::True => {
                let out = self.lit(out);
                self.clause(vec![out]);
            }
            Node::Input => {}
            Node::And(all) => {
                let mut wide: Vec<batsat::Lit> = all.iter().map(|lit| self.lit(!*lit)).collect();
                wide.push(self.lit(out));
                for part in all.iter() {
                    let clause = vec![self.lit(!out), self.lit(*part)];
                    self.clause(clause);
                }
                self.clause(wide);
            }
            Node::Xor(a, b) => {
                for clause in [[!out, a, b], [!out, !a, !b], [out, !a, b], [out, a, !b]] {
                    let clause = clause.iter().map(|lit| self.lit(*lit)).collect();
                    self.clause(clause);
                }
            }
            Node::Majority(a, b, c) => {
                for (x, y) in [(a, b), (a, c), (b, c)] {
                    for clause in [[!out, x, y], [out, !x, !y]] {
                        let clause = clause.iter().map(|lit| self.lit(*lit)).collect();
                        self.clause(clause);
                    }
                }
            }
        }
    }

    fn clause(&mut self, mut clause: Vec<batsat::Lit>) {
        self.clauses += 1;
        self.solver.add_clause_reuse(&mut clause);
    }
}
