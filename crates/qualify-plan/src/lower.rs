//! From a checked model to a plan.
//!
//! The way through: every expression becomes values of a [graph](graph), each kept once, with proven bounds; what
//! depends on one text or list attribute alone moves into tables; then the values are put in order and get
//! registers. What is asked of events becomes facts, whose answers stand in slots.

mod arithmetic;
mod codes;
mod constants;
mod event_program;
mod events;
mod graph;
mod logic;
mod membership;
mod narrow;
mod number;
mod outcome;
mod parts;
mod ratio;
mod rule;
mod schedule;
mod score;
mod stage;
mod table;
mod truth;
mod value;
mod values;

pub(crate) use event_program::{Arguments, EventProgram};
pub(crate) use graph::{Depends, Extent, Graph};
pub(crate) use values::{Computed, Number};

use crate::{Instruction, N, Plan, RegisterType, SlotAt, T, W, X};
use qualify_diagnostics::Span;
use qualify_model::calendar::Zone;
use qualify_model::{
    Decay, Labels, Limit, Model, Needs, Owner, Points, Property, RuleId, RuleKind, Target, Term,
};
use std::collections::HashMap;

/// A construct that no plan can hold: of models that the checker did not make, whose types do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What it is, in a few words.
    pub what: String,
    /// The author's words.
    pub span: Span,
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no plan can hold this: {}", self.what)
    }
}

impl std::error::Error for Unsupported {}

pub(crate) type Lowered<V> = Result<V, Unsupported>;

/// A `for each` rule.
pub(crate) struct EachRule<'m> {
    /// Once for each different value of it.
    pub(crate) different: Option<&'m Property>,
    pub(crate) term: &'m Term,
    pub(crate) amount: &'m Points,
    pub(crate) limit: Option<&'m Limit>,
    pub(crate) decay: Option<&'m Decay>,
}

/// What a `for each` rule gives.
pub(crate) struct Given {
    /// Units of 1e-4 points.
    pub(crate) points: Number,
    /// Whether any event counts: never unknown.
    pub(crate) fired: T,
}

/// A plan in the making.
pub(crate) struct Lowering<'m> {
    pub(crate) model: &'m Model,
    pub(crate) plan: Plan,
    /// Values of leads.
    pub(crate) leads: Graph,
    /// The event program in the making; values are then those of the event in hand.
    pub(crate) event: Option<EventProgram>,
    /// Event programs by what they do.
    pub(crate) event_programs: HashMap<(Vec<Instruction>, Vec<crate::Register>), u32>,
    /// Event terms.
    pub(crate) events: events::EventTerms,
    /// For slots of late facts the instruction that fills them.
    pub(crate) late: HashMap<SlotAt, Instruction>,
    zone: Zone,
    places: constants::Places,
    /// What names stand for, once they are asked for.
    lets: Vec<Option<Computed>>,
    scores: Vec<Option<Number>>,
    total: Option<Number>,
    grades: Vec<Option<N>>,
    segments: Vec<Option<T>>,
    stages: Vec<Option<T>>,
    staged: Option<stage::Staged>,
    disqualified: Option<T>,
    /// Where anything is evaluated: not excluded, not invalid.
    evaluated: Option<T>,
    /// For the total and each score the rules that give it points, and those that change it.
    giving: Vec<Vec<RuleId>>,
    changing: Vec<Vec<RuleId>>,
    /// Effects behind values.
    effects: HashMap<u32, Vec<Instruction>>,
    code_tallies: Vec<codes::Tallied>,
    tables: codes::Tables,
}

/// What an expression sees.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    /// The block it stands in: ignores of it hold.
    pub(crate) home: Target,
    /// In the formula of the total, where a score without a value adds 0.
    pub(crate) formula: bool,
}

impl Scope {
    pub(crate) fn of(home: Target) -> Scope {
        Scope { home, formula: false }
    }
}

/// Where a target stands in vectors over all targets.
pub(crate) fn place(target: Target) -> usize {
    match target {
        Target::Total => 0,
        Target::Score(score) => score.index() + 1,
    }
}

impl Plan {
    /// Makes a model ready to run. Whatever the checker accepts has a plan.
    ///
    /// # Errors
    /// If the model was made without the checker and holds what it would refuse.
    pub fn of(model: &Model) -> Result<Plan, Unsupported> {
        let mut lowering = Lowering::new(model);
        lowering.begin_events()?;
        let outputs = lowering.outputs()?;
        lowering.end_events()?;
        lowering.main_program(outputs);
        Ok(lowering.plan)
    }
}

impl<'m> Lowering<'m> {
    fn new(model: &'m Model) -> Lowering<'m> {
        let targets = model.scores.len() + 1;
        let (mut giving, mut changing) = (vec![Vec::new(); targets], vec![Vec::new(); targets]);
        for (index, rule) in model.rules.iter().enumerate() {
            let id = RuleId(index as u32);
            match &rule.kind {
                RuleKind::Multiply { target, .. }
                | RuleKind::Cap { target, .. }
                | RuleKind::Set { target, .. } => changing[place(*target)].push(id),
                _ => giving[place(rule.home)].push(id),
            }
        }
        let attributes = model.schema.attributes.iter().map(|a| a.required && a.owner == Owner::Lead);
        let needs = Needs { attributes: attributes.collect(), ..Needs::default() };
        let plan = Plan { labels: Labels::of(model), schema: model.schema.clone(), needs, ..Plan::default() };
        Lowering {
            model,
            plan,
            leads: Graph::default(),
            event: None,
            event_programs: HashMap::new(),
            events: events::EventTerms::default(),
            late: HashMap::new(),
            zone: model.zone(),
            places: constants::Places::default(),
            lets: vec![None; model.lets.len()],
            scores: vec![None; model.scores.len()],
            total: None,
            grades: vec![None; model.grades.len()],
            segments: vec![None; model.segments.len()],
            stages: vec![None; model.stages.len()],
            staged: None,
            disqualified: None,
            evaluated: None,
            giving,
            changing,
            effects: HashMap::new(),
            code_tallies: Vec::new(),
            tables: codes::Tables::default(),
        }
    }

    pub(crate) fn unsupported<V>(&self, what: &str, span: Span) -> Lowered<V> {
        Err(Unsupported { what: what.to_owned(), span })
    }

    /// The values in hand: of leads, or of the events of an event program.
    pub(crate) fn graph(&mut self) -> &mut Graph {
        match &mut self.event {
            Some(event) => &mut event.graph,
            None => &mut self.leads,
        }
    }

    /// A new slot.
    pub(crate) fn slot(&mut self, ty: RegisterType) -> SlotAt {
        self.plan.slots.push(ty);
        SlotAt(self.plan.slots.len() as u32 - 1)
    }

    /// The number in a slot, of which that is proven.
    pub(crate) fn slot_number(&mut self, slot: SlotAt, extent: Extent) -> N {
        self.leads.number(Instruction::SlotNumber { to: Default::default(), slot }, extent)
    }

    /// The truth in a slot.
    pub(crate) fn slot_truth(&mut self, slot: SlotAt, extent: Extent) -> T {
        self.leads.truth(Instruction::SlotTruth { to: Default::default(), slot }, extent)
    }

    /// The wide number in a slot.
    pub(crate) fn slot_wide(&mut self, slot: SlotAt, extent: Extent) -> W {
        self.leads.wide(Instruction::SlotWide { to: Default::default(), slot }, extent)
    }

    /// The text in a slot.
    pub(crate) fn slot_text(&mut self, slot: SlotAt, extent: Extent) -> X {
        self.leads.text(Instruction::SlotText { to: Default::default(), slot }, extent)
    }

    /// These slots are filled by a late fact with these arguments, which are values of leads.
    pub(crate) fn late_fact(&mut self, fact: crate::FactAt, arguments: &Arguments, slots: &[SlotAt]) {
        let Arguments { truths, numbers, texts, lists } = arguments.clone();
        let compute = Instruction::ComputeFact { fact, truths, numbers, texts, lists };
        self.late.extend(slots.iter().map(|slot| (*slot, compute.clone())));
    }
}
