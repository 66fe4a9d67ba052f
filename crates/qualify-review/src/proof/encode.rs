//! Two models as one circuit over the facts of a lead that is not known.
//!
//! What both compute alike is one and the same node, so only what differs is left to ask the solver about. What is
//! said of events is said through numbers of matching events and the like, which are free but for what follows from
//! which events match which term; everything that the circuit does not look into is a free value that both models
//! share if they ask for it in the same way. So the circuit allows every lead, and perhaps more: what never happens in
//! it never happens.
//!
//! Not in here: questions (`decide`), leads made of answers (`pool`).

mod attribute;
mod condition;
mod contained;
mod events;
mod limits;
mod listed;
mod number;
mod outcome;
mod points;
mod score;
mod stage;
mod table;
mod text;

pub(super) use attribute::{Source, Values};
pub(super) use events::{Asked as AskedOfEvents, Matched, MatchedStep, Shape};
pub(super) use outcome::Ends;
pub(super) use text::Spelled;

use super::Obstacle;
use super::circuit::{Circuit, FALSE, Lit, TRUE};
use super::int::Int;
use super::pair::Pair;
use super::three::{Num, Three};
use qualify_diagnostics::Span;
use qualify_model::*;
use std::collections::HashMap;

/// Numbers further from zero than this are not looked into.
pub(super) const FARTHEST: i128 = 1 << 90;

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here {
    /// 0: the old model, 1: the new one.
    pub(super) which: usize,
    /// The block whose events it sees.
    pub(super) home: Target,
    /// The type of the event in hand.
    pub(super) event: Option<EventId>,
    /// In the formula of the total, where a score without a value is 0.
    pub(super) formula: bool,
}

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(super) enum Sym {
    /// A condition.
    Three(Three),
    /// A number, a word's number, days, microseconds.
    Num(Num),
    /// A text.
    Text(Spelled),
    /// A list attribute: known, and which.
    List(Lit, Source),
}

/// Names of one model that were worked out.
pub(super) struct Side<'m> {
    pub(super) model: &'m Model,
    lets: Vec<Option<Sym>>,
    pub(super) scores: Vec<Option<Num>>,
    /// Points of each score before its limits, while both models' are being compared.
    sums: Vec<Option<super::int::Sum>>,
    total: Option<Num>,
    grades: Vec<Option<Vec<(Lit, String)>>>,
    segments: Vec<Option<Three>>,
    stages: Vec<Option<Three>>,
    result: Option<Vec<Lit>>,
    disqualified: Option<Lit>,
    busy: std::collections::HashSet<String>,
}

/// The circuit in the making.
pub(super) struct Encoder<'p, 'm> {
    pub(super) c: Circuit,
    pub(super) pair: &'p Pair<'m>,
    pub(super) sides: [Side<'m>; 2],
    pub(super) sources: HashMap<Source, attribute::Variable>,
    pub(super) texts: Vec<text::TextVariable>,
    pub(super) elements: HashMap<(Source, String), Lit>,
    pub(super) ages: HashMap<Source, Int>,
    opaque: HashMap<(String, Vec<Lit>, Vec<i128>), Num>,
    quotients: HashMap<(Int, i128, bool), Int>,
    /// What cannot be looked into, with the literals that stand for it.
    pub(super) obstacles: Vec<(Vec<Lit>, Obstacle)>,
    pub(super) events: events::Events,
}

impl<'p, 'm> Encoder<'p, 'm> {
    pub(super) fn new(pair: &'p Pair<'m>) -> Encoder<'p, 'm> {
        let side = |model: &'m Model| Side {
            model,
            lets: vec![None; model.lets.len()],
            scores: vec![None; model.scores.len()],
            sums: vec![None; model.scores.len() + 1],
            total: None,
            grades: vec![None; model.grades.len()],
            segments: vec![None; model.segments.len()],
            stages: vec![None; model.stages.len()],
            result: None,
            disqualified: None,
            busy: Default::default(),
        };
        Encoder {
            c: Circuit::new(),
            pair,
            sides: pair.models.map(side),
            sources: HashMap::new(),
            texts: Vec::new(),
            elements: HashMap::new(),
            ages: HashMap::new(),
            opaque: HashMap::new(),
            quotients: HashMap::new(),
            obstacles: Vec::new(),
            events: events::Events::default(),
        }
    }

    pub(super) fn model(&self, here: Here) -> &'m Model {
        self.sides[here.which].model
    }

    /// What an expression comes to.
    pub(super) fn value(&mut self, expr: &'m Expr, here: Here) -> Sym {
        match &expr.ty {
            Type::YesNo => Sym::Three(self.truth(expr, here)),
            Type::Text(_) | Type::Stage => Sym::Text(self.spelled(expr, here)),
            Type::List(_) => self.list(expr, here),
            _ => Sym::Num(self.number(expr, here)),
        }
    }

    /// What a `let` comes to.
    fn named(&mut self, id: LetId, here: Here) -> Sym {
        if let Some(known) = &self.sides[here.which].lets[id.index()] {
            return known.clone();
        }
        let definition = &self.model(here).lets[id.index()];
        let home = definition.within.map_or(Target::Total, Target::Score);
        let inside = Here { home, event: None, formula: false, ..here };
        let value = match self.value(&definition.value, inside) {
            Sym::Num(Num { known, int }) => Sym::Num(Num { known, int: self.held(int) }),
            other => other,
        };
        self.sides[here.which].lets[id.index()] = Some(value.clone());
        value
    }

    /// A number in 64 bits.
    pub(super) fn held(&mut self, int: Int) -> Int {
        let (low, high) = (i128::from(i64::MIN), i128::from(i64::MAX));
        if low <= int.low && int.high <= high {
            return int;
        }
        let int = self.c.greatest(&int, &Int::constant(low));
        self.c.least(&int, &Int::constant(high))
    }

    /// Divided by a constant and rounded half away from zero.
    pub(super) fn rounded(&mut self, int: &Int, by: i128) -> Int {
        if let Some(value) = int.fixed() {
            return Int::constant(exact::divide_rounded(value, by).unwrap_or(0));
        }
        let key = (int.clone(), by, true);
        if let Some(known) = self.quotients.get(&key) {
            return known.clone();
        }
        let out = self.c.rounded(int, by);
        self.quotients.insert(key, out.clone());
        out
    }

    /// Divided by a constant and rounded down.
    pub(super) fn floored(&mut self, int: &Int, by: i128) -> Int {
        if let Some(value) = int.fixed() {
            return Int::constant(value.div_euclid(by));
        }
        let key = (int.clone(), by, false);
        if let Some(known) = self.quotients.get(&key) {
            return known.clone();
        }
        let out = self.c.floored(int, by);
        self.quotients.insert(key, out.clone());
        out
    }

    /// A value that is not looked into: the same wherever the same is asked of the same.
    fn opaque(&mut self, ask: Opaque<'_>, here: Here) -> Num {
        let (mut lits, mut numbers) = (Vec::new(), Vec::new());
        for part in ask.parts {
            self.flatten(part, &mut lits, &mut numbers);
        }
        let key = (ask.label, lits, numbers);
        if let Some(known) = self.opaque.get(&key) {
            return known.clone();
        }
        let known = if ask.known == FALSE { self.c.input() } else { ask.known };
        let int = self.c.any_int(ask.range.0, ask.range.1);
        let mut lits = int.bits.clone();
        lits.push(known);
        let obstacle = Obstacle { old: here.which == 0, span: ask.span, place: None, what: ask.what.into() };
        self.obstacles.push((lits, obstacle));
        let out = Num { known, int };
        self.opaque.insert(key, out.clone());
        out
    }

    /// A number of 64 bits that is not looked into, and may be unknown.
    pub(super) fn any_number(
        &mut self,
        what: &str,
        expr: &Expr,
        label: String,
        parts: &[Sym],
        here: Here,
    ) -> Num {
        let range = match expr.ty {
            Type::OneOf(id) => (0, self.model(here).schema.vocabulary(id).words.len() as i128 - 1),
            Type::Date => (i32::MIN.into(), i32::MAX.into()),
            _ => (i64::MIN.into(), i64::MAX.into()),
        };
        self.opaque(Opaque { what, span: Some(expr.span), label, parts, range, known: FALSE }, here)
    }

    /// A condition that is not looked into.
    pub(super) fn any_truth(
        &mut self,
        what: &str,
        span: Span,
        label: String,
        parts: &[Sym],
        here: Here,
    ) -> Three {
        let ask = Opaque { what, span: Some(span), label, parts, range: (0, 1), known: FALSE };
        let Num { known, int } = self.opaque(ask, here);
        self.c.if_known(known, int.bits[0])
    }

    /// A number that is always known, and not looked into.
    pub(super) fn any_points(
        &mut self,
        what: &str,
        span: Span,
        label: String,
        parts: &[Sym],
        range: (i128, i128),
        here: Here,
    ) -> Int {
        self.opaque(Opaque { what, span: Some(span), label, parts, range, known: TRUE }, here).int
    }

    /// The literals that a value is made of.
    pub(super) fn flatten(&self, sym: &Sym, lits: &mut Vec<Lit>, numbers: &mut Vec<i128>) {
        match sym {
            Sym::Three(three) => {
                numbers.push(1);
                lits.extend([three.yes, three.no]);
            }
            Sym::Num(num) => {
                numbers.extend([2, num.int.scale, num.int.bits.len() as i128]);
                if let Some(value) = num.int.fixed() {
                    numbers.push(value);
                }
                lits.push(num.known);
                lits.extend(&num.int.bits);
            }
            Sym::Text(spelled) => spelled.flatten(lits, numbers),
            Sym::List(known, source) => {
                lits.push(*known);
                numbers.extend([4, source.number()]);
            }
        }
    }

    /// What cannot be looked into, of that on which a literal hangs.
    pub(super) fn obstacles_below(&self, lit: Lit) -> Vec<Obstacle> {
        let below = self.c.inputs(&[lit]);
        let hangs = |lits: &[Lit]| lits.iter().any(|lit| below.contains(&lit.node()));
        let mut out: Vec<Obstacle> =
            self.obstacles.iter().filter(|(lits, _)| hangs(lits)).map(|(_, what)| what.clone()).collect();
        for tally in self.events.tallies.iter().filter(|tally| hangs(&tally.int.bits)) {
            if let Some(what) = tally.asked.beyond() {
                out.push(Obstacle { old: tally.old, span: tally.span, place: None, what: what.into() });
            }
        }
        out.sort_by(|a, b| (&a.what, a.old, a.span).cmp(&(&b.what, b.old, b.span)));
        out.dedup();
        out
    }

    /// Says that names lean on each other; a checked model has no such loop.
    fn enter(&mut self, which: usize, name: String) -> bool {
        self.sides[which].busy.insert(name)
    }
}

/// A question for a value that is not looked into.
struct Opaque<'a> {
    what: &'a str,
    span: Option<Span>,
    label: String,
    parts: &'a [Sym],
    range: (i128, i128),
    /// FALSE: it may be unknown.
    known: Lit,
}
