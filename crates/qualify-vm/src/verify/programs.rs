//! Programs: instruction by instruction.

use super::{Verified, answer_types, ensure, register_type};
use qualify_plan::{Instruction as I, N, Operand, PlaceKind, Plan, PlanCurve, Program, RegisterType, T};

/// More conditions than any list of an instruction has; they are counted in 16 bits.
const MOST_CONDITIONS: usize = 60_000;

/// Powers of ten up to this one times a 64-bit number stay within 128 bits.
const GREATEST_POWER: u32 = 19;

/// What a program runs over, and what it may do there.
#[derive(Clone, Copy, PartialEq)]
enum Domain {
    /// The values of an attribute.
    Values(usize),
    Events,
    Leads,
}

pub(super) fn table(plan: &Plan, number: usize) -> Verified {
    let table = &plan.tables[number];
    let domain = Domain::Values(table.attribute as usize);
    Check::new(plan, &table.program, domain, format!("table {number}")).all().map(drop)
}

pub(super) fn events(plan: &Plan, number: usize) -> Verified {
    let place = format!("event program {number}");
    Check::new(plan, &plan.event_programs[number], Domain::Events, place).all().map(drop)
}

pub(super) fn main(plan: &Plan) -> Verified {
    Check::new(plan, &plan.main, Domain::Leads, "main program".to_owned()).all().map(drop)
}

/// Whether the main program writes these.
pub(super) fn results(plan: &Plan, truths: &[T], numbers: &[N]) -> Verified {
    let check = Check::new(plan, &plan.main, Domain::Leads, "main program".to_owned()).all()?;
    let truths = truths.iter().all(|register| check.is_written(RegisterType::Truth, register.0));
    let numbers = numbers.iter().all(|register| check.is_written(RegisterType::Number, register.0));
    ensure(truths && numbers, "results", "a register that is never written")
}

/// How many truths, numbers, texts and lists of the lead an event program sees.
pub(super) fn arguments(program: &Program) -> (u32, u32, u32, u32) {
    let mut needed = (0, 0, 0, 0);
    for instruction in &program.code {
        let (kind, argument) = match instruction {
            I::ArgumentTruth { argument, .. } => (&mut needed.0, argument.0),
            I::ArgumentNumber { argument, .. } => (&mut needed.1, argument.0),
            I::ArgumentText { argument, .. } => (&mut needed.2, argument.0),
            I::ArgumentList { argument, .. } => (&mut needed.3, argument.0),
            _ => continue,
        };
        *kind = (*kind).max(argument.saturating_add(1));
    }
    needed
}

/// The state of a check: what is written so far.
struct Check<'p> {
    plan: &'p Plan,
    program: &'p Program,
    domain: Domain,
    place: String,
    written: [Vec<bool>; 5],
    /// Facts that are computed.
    computed: Vec<bool>,
    /// For each slot the fact whose answer it is, late ones only if they are computed.
    answered: Vec<bool>,
}

impl<'p> Check<'p> {
    fn new(plan: &'p Plan, program: &'p Program, domain: Domain, place: String) -> Check<'p> {
        Check {
            plan,
            program,
            domain,
            place,
            written: Default::default(),
            computed: Vec::new(),
            answered: Vec::new(),
        }
    }

    fn all(mut self) -> Result<Check<'p>, super::VerifyError> {
        let counts = self.program.registers;
        let counts = [counts.truths, counts.numbers, counts.wides, counts.texts, counts.lists];
        // each is written by an instruction of its own
        let all: u64 = counts.iter().map(|count| *count as u64).sum();
        ensure(all <= self.program.code.len() as u64, &self.place, "more registers than instructions")?;
        self.written = counts.map(|count| vec![false; count as usize]);
        if self.domain == Domain::Leads {
            self.computed = vec![false; self.plan.facts.len()];
            self.answered = vec![false; self.plan.slots.len()];
            for fact in self.plan.facts.iter().filter(|fact| !fact.late) {
                self.answer(fact)?;
            }
        }
        for (number, instruction) in self.program.code.iter().enumerate() {
            let place = format!("{}, instruction {number}", self.place);
            self.operands(instruction, &place)?;
            self.meaning(instruction, &place)?;
            self.inputs(instruction, &place)?;
            self.facts(instruction, &place)?;
        }
        for output in &self.program.outputs {
            ensure(self.is_written(output.0, output.1), &self.place, "an output that is never written")?;
        }
        Ok(self)
    }

    fn is_written(&self, ty: RegisterType, register: u32) -> bool {
        self.written[ty as usize].get(register as usize) == Some(&true)
    }

    fn answer(&mut self, fact: &qualify_plan::Fact) -> Verified {
        let types = answer_types(self.plan, fact)?;
        let slots = self.answered.iter_mut().skip(fact.slot.index()).take(types.len());
        slots.for_each(|slot| *slot = true);
        Ok(())
    }

    /// Registers and places.
    fn operands(&mut self, instruction: &I, place: &str) -> Verified {
        let mut table = None;
        let mut written = None;
        for operand in instruction.operands() {
            match operand {
                Operand::Read(ty, register) => {
                    ensure(self.is_written(ty, register), place, "it reads what is not written")?;
                }
                Operand::ReadAll(ty, registers) => {
                    ensure(registers.len() <= MOST_CONDITIONS, place, "too many operands")?;
                    let all = registers.iter().all(|register| self.is_written(ty, *register));
                    ensure(all, place, "it reads what is not written")?;
                }
                Operand::Write(ty, register) => written = Some((ty, register)),
                Operand::Place(kind, at) => {
                    ensure(self.exists(kind, at as usize, table), place, "it names what is not there")?;
                    if kind == PlaceKind::Table {
                        table = Some(at as usize);
                    }
                }
                Operand::Number(_) | Operand::Wide(_) | Operand::Small(..) => {}
            }
        }
        if let Some((ty, register)) = written {
            let slot = self.written[ty as usize].get_mut(register as usize);
            ensure(slot.is_some(), place, "it writes to no register")?;
            slot.into_iter().for_each(|written| *written = true);
        }
        Ok(())
    }

    fn exists(&self, kind: PlaceKind, at: usize, table: Option<usize>) -> bool {
        let (plan, constants, leads) = (self.plan, &self.plan.constants, self.domain == Domain::Leads);
        match kind {
            PlaceKind::Input => match self.domain {
                Domain::Values(_) => at == 0,
                Domain::Events => at < plan.needs.properties.len(),
                Domain::Leads => at < plan.schema.attributes.len(),
            },
            PlaceKind::Table => leads && at < plan.tables.len(),
            PlaceKind::Output => {
                table.and_then(|table| plan.tables.get(table)).is_some_and(|t| at < t.program.outputs.len())
            }
            PlaceKind::Slot => leads && at < plan.slots.len(),
            PlaceKind::Fact => leads && at < plan.facts.len(),
            PlaceKind::Windows => at < constants.windows.len(),
            PlaceKind::Curve => at < constants.curves.len(),
            PlaceKind::Numbers => at < constants.numbers.len(),
            PlaceKind::Texts => at < constants.texts.len(),
            PlaceKind::Bins => at < constants.bins.len(),
            PlaceKind::CodeTally => leads && at < plan.code_tallies.len(),
            PlaceKind::Rule => leads && at < plan.labels.rules.len(),
            // whether there are so many is asked of the facts that use the program
            PlaceKind::Argument => self.domain == Domain::Events,
        }
    }

    /// Immediate operands.
    fn meaning(&self, instruction: &I, place: &str) -> Verified {
        let constants = &self.plan.constants;
        let curve = |at: qualify_plan::CurveAt| constants.curves.get(at.index());
        let fits = match instruction {
            I::TruthConstant { value, .. } => (0..=2).contains(value),
            I::DivideConstant { by, .. } | I::MultiplyDivide { by, .. } => *by != 0,
            I::DivideWideConstant { by, .. } => *by != 0,
            I::DivideWide { a_decimals, b_decimals, decimals, .. } => {
                (*decimals as u32 + *b_decimals as u32).abs_diff(*a_decimals as u32) <= GREATEST_POWER
            }
            I::Average { from, into, .. } => (*from as u32).abs_diff(*into as u32) <= GREATEST_POWER,
            I::Factor { curve: at, .. } => !matches!(curve(*at), Some(PlanCurve::LosingPoints { .. })),
            I::LosingPoints { curve: at, .. } => matches!(curve(*at), Some(PlanCurve::LosingPoints { .. })),
            I::TextConstant { text, .. } => constants.texts.get(text.index()).is_some_and(|t| !t.is_empty()),
            I::LoadTime { .. } | I::LoadTimes { .. } => self.domain == Domain::Events,
            I::Evaluated { .. } => self.domain == Domain::Leads,
            _ => true,
        };
        ensure(fits, place, "an operand that does not fit")
    }

    /// What is loaded has the type of the register that it is loaded into.
    fn inputs(&self, instruction: &I, place: &str) -> Verified {
        let plan = self.plan;
        let input = |at: qualify_plan::InputAt| {
            let attribute = |at: usize| plan.schema.attributes.get(at).map(|attribute| &attribute.ty);
            let ty = match self.domain {
                Domain::Values(of) => attribute(of),
                Domain::Events => plan.needs.properties.get(at.index()).map(|column| &column.ty),
                Domain::Leads => attribute(at.index()),
            };
            ty.map(register_type)
        };
        let output = |table: qualify_plan::TableAt, output: qualify_plan::OutputAt| {
            let table = plan.tables.get(table.index())?;
            Some(table.program.outputs.get(output.index())?.0)
        };
        let slot = |at: qualify_plan::SlotAt| plan.slots.get(at.index()).copied();
        let (found, wanted) = match *instruction {
            I::LoadTruth { input: at, .. } => (input(at), RegisterType::Truth),
            I::LoadNumber { input: at, .. } => (input(at), RegisterType::Number),
            I::LoadText { input: at, .. } => (input(at), RegisterType::Text),
            I::LoadList { input: at, .. } => (input(at), RegisterType::List),
            I::TableTruth { table, output: at, .. } => (output(table, at), RegisterType::Truth),
            I::TableNumber { table, output: at, .. } => (output(table, at), RegisterType::Number),
            I::SlotTruth { slot: at, .. } => (slot(at), RegisterType::Truth),
            I::SlotNumber { slot: at, .. } => (slot(at), RegisterType::Number),
            I::SlotWide { slot: at, .. } => (slot(at), RegisterType::Wide),
            I::SlotText { slot: at, .. } => (slot(at), RegisterType::Text),
            I::SlotList { slot: at, .. } => (slot(at), RegisterType::List),
            _ => return Ok(()),
        };
        ensure(found == Some(wanted), place, "it loads something of another type")
    }

    /// Facts are computed once, before their slots are read.
    fn facts(&mut self, instruction: &I, place: &str) -> Verified {
        match instruction {
            I::SlotTruth { slot, .. }
            | I::SlotNumber { slot, .. }
            | I::SlotWide { slot, .. }
            | I::SlotText { slot, .. }
            | I::SlotList { slot, .. } => {
                let answered = self.answered.get(slot.index()) == Some(&true);
                ensure(answered, place, "it reads the answer of a fact that is not computed yet")
            }
            I::ComputeFact { fact, truths, numbers, texts, lists } => {
                let Some(asked) = self.plan.facts.get(fact.index()) else { return Ok(()) };
                let (truths, numbers) = (truths.len() as u32, numbers.len() as u32);
                let given = (truths, numbers, texts.len() as u32, lists.len() as u32);
                ensure(given == asked.arguments, place, "other arguments than the fact has")?;
                ensure(asked.late, place, "a fact that is computed before the program starts")?;
                let again = std::mem::replace(&mut self.computed[fact.index()], true);
                ensure(!again, place, "a fact that is computed twice")?;
                self.answer(asked)
            }
            _ => Ok(()),
        }
    }
}
