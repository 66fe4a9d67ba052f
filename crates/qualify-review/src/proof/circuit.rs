//! Conditions as a circuit in which equal parts are one: `and`, exclusive `or`, majority over inputs.
//!
//! A literal is a node or its opposite, so that `not (a and b)` and `not a or not b` are the same literal. Facts are
//! clauses that hold of every assignment that stands for a lead.
//!
//! Not in here: numbers (`int`), and whether an assignment exists (`solver`).

use std::collections::{HashMap, HashSet};

/// A node of the circuit, or its opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Lit(u32);

/// Always true.
pub(super) const TRUE: Lit = Lit(0);
/// Never true.
pub(super) const FALSE: Lit = Lit(1);

/// More literals than this are not put into one `and`.
const WIDEST: usize = 48;

impl std::ops::Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

impl Lit {
    pub(super) fn node(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) fn is_not(self) -> bool {
        self.0 & 1 == 1
    }

    pub(super) fn of(node: usize, not: bool) -> Lit {
        Lit((node as u32) << 1 | u32::from(not))
    }
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// The constant.
    True,
    /// Free.
    Input,
    /// All of them, sorted.
    And(Box<[Lit]>),
    /// One, but not both.
    Xor(Lit, Lit),
    /// Two of three at least.
    Majority(Lit, Lit, Lit),
}

/// All nodes, each after its parts.
pub(super) struct Circuit {
    nodes: Vec<Node>,
    known: HashMap<Node, Lit>,
    /// Clauses that always hold.
    pub(super) facts: Vec<Vec<Lit>>,
}

impl Circuit {
    pub(super) fn new() -> Circuit {
        Circuit { nodes: vec![Node::True], known: HashMap::new(), facts: Vec::new() }
    }

    pub(super) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn input(&mut self) -> Lit {
        self.nodes.push(Node::Input);
        Lit::of(self.nodes.len() - 1, false)
    }

    fn make(&mut self, node: Node) -> Lit {
        let next = Lit::of(self.nodes.len(), false);
        if let Some(lit) = self.known.get(&node) {
            return *lit;
        }
        self.known.insert(node.clone(), next);
        self.nodes.push(node);
        next
    }

    pub(super) fn and(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        let mut all: Vec<Lit> = Vec::new();
        for part in parts {
            match self.node(part.node()) {
                Node::And(inner) if !part.is_not() && all.len() + inner.len() <= WIDEST => all.extend(inner),
                _ => all.push(part),
            }
        }
        all.sort_unstable();
        all.dedup();
        all.retain(|part| *part != TRUE);
        // a literal and its opposite stand next to each other
        if all.contains(&FALSE) || all.windows(2).any(|pair| pair[0] == !pair[1]) {
            return FALSE;
        }
        match all.as_slice() {
            [] => TRUE,
            [one] => *one,
            _ => self.make(Node::And(all.into())),
        }
    }

    pub(super) fn or(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        !self.and(parts.into_iter().map(|part| !part))
    }

    pub(super) fn xor(&mut self, a: Lit, b: Lit) -> Lit {
        let turned = a.is_not() ^ b.is_not();
        let (a, b) = (Lit::of(a.node(), false), Lit::of(b.node(), false));
        let lit = match (a.min(b), a.max(b)) {
            (a, b) if a == b => FALSE,
            (TRUE, b) => !b,
            (a, b) => self.make(Node::Xor(a, b)),
        };
        if turned { !lit } else { lit }
    }

    pub(super) fn same(&mut self, a: Lit, b: Lit) -> Lit {
        !self.xor(a, b)
    }

    pub(super) fn majority(&mut self, a: Lit, b: Lit, c: Lit) -> Lit {
        let mut parts = [a, b, c];
        parts.sort_unstable();
        let [a, b, c] = parts;
        if a == b || b == c {
            return b;
        }
        if a == !b {
            return c;
        }
        if b == !c {
            return a;
        }
        match a {
            TRUE => self.or([b, c]),
            FALSE => self.and([b, c]),
            _ if a.is_not() => !self.make(Node::Majority(!a, !b, !c)),
            _ => self.make(Node::Majority(a, b, c)),
        }
    }

    /// `a` where `c` holds, else `b`.
    pub(super) fn choose(&mut self, c: Lit, a: Lit, b: Lit) -> Lit {
        match c {
            TRUE => return a,
            FALSE => return b,
            _ if a == b => return a,
            _ if a == !b => return self.same(c, a),
            _ => {}
        }
        let yes = self.and([c, a]);
        let no = self.and([!c, b]);
        self.or([yes, no])
    }

    /// One of these always holds.
    pub(super) fn fact(&mut self, clause: impl IntoIterator<Item = Lit>) {
        let mut clause: Vec<Lit> = clause.into_iter().filter(|lit| *lit != FALSE).collect();
        clause.sort_unstable();
        clause.dedup();
        if !clause.contains(&TRUE) && !clause.windows(2).any(|pair| pair[0] == !pair[1]) {
            self.facts.push(clause);
        }
    }

    /// The inputs that literals hang on.
    pub(super) fn inputs(&self, lits: &[Lit]) -> HashSet<usize> {
        let mut open: Vec<usize> = lits.iter().map(|lit| lit.node()).collect();
        let (mut seen, mut out) = (HashSet::new(), HashSet::new());
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            match self.node(node) {
                Node::Input => drop(out.insert(node)),
                other => open.extend(parts(other).iter().map(|lit| lit.node())),
            }
        }
        out
    }

    /// Whether a literal holds where the inputs are these; inputs that are not named are false.
    pub(super) fn value(
        &self,
        lit: Lit,
        inputs: &HashMap<usize, bool>,
        seen: &mut HashMap<usize, bool>,
    ) -> bool {
        let node = lit.node();
        let value = match seen.get(&node) {
            Some(value) => *value,
            None => {
                let value = match self.node(node) {
                    Node::True => true,
                    Node::Input => inputs.get(&node).copied().unwrap_or(false),
                    Node::And(parts) => parts.iter().all(|part| self.value(*part, inputs, seen)),
                    Node::Xor(a, b) => self.value(*a, inputs, seen) ^ self.value(*b, inputs, seen),
                    Node::Majority(a, b, c) => {
                        let parts = [a, b, c].map(|part| u8::from(self.value(*part, inputs, seen)));
                        parts.iter().sum::<u8>() >= 2
                    }
                };
                seen.insert(node, value);
                value
            }
        };
        value ^ lit.is_not()
    }
}

/// The parts of a node.
pub(super) fn parts(node: &Node) -> Vec<Lit> {
    match node {
        Node::True | Node::Input => Vec::new(),
        Node::And(parts) => parts.to_vec(),
        Node::Xor(a, b) => vec![*a, *b],
        Node::Majority(a, b, c) => vec![*a, *b, *c],
    }
}
