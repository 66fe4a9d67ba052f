//! Plans to encode, verify and run: one made by hand, and random ones that are right by construction.

use super::world::Random;
use crate::verify::verify;
use qualify_diagnostics::{FileId, Span};
use qualify_model::{
    Attribute, Comparison, EventType, Length, NumberKind, Owner, Part, PropertyColumn, Schema, TextKind,
    TextTest, Type, Vocabulary,
};
use qualify_plan::{Instruction as I, *};

fn attribute(name: &str, ty: Type) -> Attribute {
    Attribute {
        owner: Owner::Lead,
        group: None,
        name: name.to_owned(),
        ty,
        range: None,
        required: false,
        personal: false,
        protected: false,
        from: Vec::new(),
        unknown_if: Vec::new(),
        span: Span::new(FileId(0), 0, 0),
    }
}

/// A schema with the columns of a [`World`](super::world::World), and nothing that is computed.
pub(super) fn empty() -> Plan {
    let number = || Type::Number(NumberKind::Integer);
    let text = || Type::Text(TextKind::Plain);
    let list = |ty: Type| Type::List(Box::new(ty));
    let mut types = vec![Type::YesNo; 3];
    types.extend([number(), number(), Type::OneOf(qualify_model::VocabularyId(0)), Type::Time]);
    types.extend([text(), Type::Stage, list(text()), super::world::text_list(), list(number())]);
    let attributes = types.into_iter().enumerate().map(|(k, ty)| attribute(&format!("a{k}"), ty)).collect();
    let event = EventType {
        name: "visited".to_owned(),
        from: Vec::new(),
        key: None,
        received: None,
        properties: vec![attribute("page", text()), attribute("seconds", number())],
        span: Span::new(FileId(0), 0, 0),
    };
    let schema = Schema {
        lead_key: "id".to_owned(),
        attributes,
        events: vec![event],
        vocabularies: vec![Vocabulary { words: Vec::new(), ordered: true }],
        ..Schema::default()
    };
    let mut plan = Plan { schema, ..Plan::default() };
    plan.needs.attributes = vec![true; 12];
    plan.needs.events = vec![true];
    plan.needs.properties = vec![
        PropertyColumn { ty: text(), places: vec![Some(0)] },
        PropertyColumn { ty: number(), places: vec![Some(1)] },
    ];
    plan
}

/// Builds a program register by register.
struct Builder<'r> {
    random: &'r mut Random,
    program: Program,
}

/// How many registers of each type a random program begins with and may overwrite.
impl Builder<'_> {
    fn new(random: &mut Random) -> Builder<'_> {
        Builder { random, program: Program::default() }
    }

    /// A new register of a type.
    fn fresh(&mut self, ty: RegisterType) -> u32 {
        let counts = &mut self.program.registers;
        let count = match ty {
            RegisterType::Truth => &mut counts.truths,
            RegisterType::Number => &mut counts.numbers,
            RegisterType::Wide => &mut counts.wides,
            RegisterType::Text => &mut counts.texts,
            RegisterType::List => &mut counts.lists,
        };
        *count += 1;
        *count - 1
    }

    /// A register that is written.
    fn any(&mut self, ty: RegisterType) -> u32 {
        let counts = self.program.registers;
        let count = match ty {
            RegisterType::Truth => counts.truths,
            RegisterType::Number => counts.numbers,
            RegisterType::Wide => counts.wides,
            RegisterType::Text => counts.texts,
            RegisterType::List => counts.lists,
        };
        self.random.below(count as usize) as u32
    }

    /// Adds an instruction of the table with random operands; none if there is none of that code.
    fn random_instruction(&mut self, places: &dyn Fn(&mut Random, PlaceKind) -> u32) {
        let (code, _, _) = I::TABLE[self.random.below(I::TABLE.len())];
        if matches!(code, 1 | 2 | 3 | 31 | 42..=44 | 74..=76 | 93 | 122 | 123 | 130 | 141 | 142 | 145 | 160..)
        {
            return; // what comes from outside is at the beginning of the program
        }
        let mut written = None;
        let built = I::build(code, &mut |kind| {
            Some(match kind {
                OperandKind::Read(ty) => Operand::Read(ty, self.any(ty)),
                OperandKind::ReadAll(ty) => {
                    let count = self.random.below(4);
                    Operand::ReadAll(ty, (0..count).map(|_| self.any(ty)).collect())
                }
                OperandKind::Write(ty) => {
                    written = Some(ty);
                    Operand::Write(ty, u32::MAX)
                }
                OperandKind::Number => Operand::Number(match code {
                    0 => self.random.below(3) as i64,
                    _ => self.random.number() | 1,
                }),
                OperandKind::Wide => Operand::Wide(self.random.wide() | 1),
                OperandKind::Place(PlaceKind::Curve) => Operand::Place(PlaceKind::Curve, (code == 68) as u32),
                OperandKind::Place(kind) => Operand::Place(kind, places(self.random, kind)),
                OperandKind::Small(greatest) => {
                    Operand::Small(self.random.below(greatest.min(9) as usize + 1) as u8, greatest)
                }
            })
        });
        let (Some(mut instruction), Some(ty)) = (built, written) else { return };
        // now and then over an older register
        let to = if self.random.below(3) == 0 { self.any(ty) } else { self.fresh(ty) };
        instruction.rename(&mut |is_written, _, number| if is_written { to } else { number });
        self.program.code.push(instruction);
    }
}

/// A random plan that verifies: tables, event programs, an early and a late fact, tallies, a main program.
pub(super) fn random_plan(seed: u64) -> Plan {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let r = &mut random;
    let mut plan = empty();
    plan.labels.rules = vec!["one".to_owned(), "two".to_owned()];
    plan.constants = Constants {
        texts: vec![vec!["corp.com".to_owned(), "chief".to_owned()], vec!["a".to_owned()]],
        numbers: vec![vec![1, 5, 9], vec![-1000, 0, 1000, 100_000]],
        bins: vec![Bins { edges: vec![0, 5], values: vec![None, Some(1), Some(2)], unknown: Some(3) }],
        windows: vec![vec![FixedWindow::Within(Length::Exact(1 << 40))], vec![]],
        curves: vec![
            PlanCurve::Halving { every: Length::Exact(1 << 40), by_day: false },
            PlanCurve::LosingPoints { amount: 3, every: Length::Exact(5) },
        ],
    };
    let places = |r: &mut Random, kind: PlaceKind| match kind {
        PlaceKind::Texts | PlaceKind::Numbers | PlaceKind::Windows => r.below(2) as u32,
        _ => 0,
    };
    let fill = |builder: &mut Builder<'_>| {
        for ty in [
            RegisterType::Number,
            RegisterType::Truth,
            RegisterType::Wide,
            RegisterType::Text,
            RegisterType::List,
        ] {
            let to = builder.fresh(ty);
            builder.program.code.push(match ty {
                RegisterType::Truth => I::TruthConstant { to: ToT(to), value: 2 },
                RegisterType::Number => I::NumberConstant { to: ToN(to), value: 3 },
                RegisterType::Wide => I::WideConstant { to: ToW(to), value: -4 },
                RegisterType::Text => I::TextConstant { to: ToX(to), text: TextsAt(0) },
                RegisterType::List => I::ListUnknown { to: ToL(to) },
            });
        }
    };
    let finish = |mut builder: Builder<'_>, steps: usize| {
        for _ in 0..steps {
            builder.random_instruction(&places);
        }
        builder.program
    };

    // a table over texts and one over lists
    for attribute in [7, 9] {
        let mut builder = Builder::new(r);
        fill(&mut builder);
        let load = if attribute == 7 {
            I::LoadText { to: ToX(builder.fresh(RegisterType::Text)), input: InputAt(0) }
        } else {
            I::LoadList { to: ToL(builder.fresh(RegisterType::List)), input: InputAt(0) }
        };
        builder.program.code.push(load);
        let mut program = finish(builder, 20);
        program.outputs = vec![Register(RegisterType::Truth, 0), Register(RegisterType::Number, 0)];
        plan.tables.push(CodeTable { attribute, program });
    }
    plan.code_tallies.push(CodeTally { table: 1, rules: vec![(qualify_model::RuleId(1), 0, 1)] });

    let mut builder = Builder::new(r);
    fill(&mut builder);
    builder.program.code.extend([
        I::LoadText { to: ToX(0), input: InputAt(0) },
        I::LoadNumber { to: ToN(0), input: InputAt(1) },
        I::ArgumentNumber { to: ToN(0), argument: ArgumentAt(0) },
    ]);
    let mut program = finish(builder, 15);
    program.outputs = vec![Register(RegisterType::Truth, 0)];
    plan.event_programs.push(program);

    plan.matchers.push(Matcher { filters: vec![0], ..Matcher::default() });
    plan.matchers.push(Matcher::default());
    plan.views.push(View::default());
    let step = |matcher: u32| PlanStep { matcher, ..PlanStep::default() };
    let late =
        PlanStep { windows: vec![PlanWindow::SinceLast(Box::new(step(1))), PlanWindow::Since(0)], ..step(0) };
    let fact = |steps, ask, slot, late, arguments| Fact {
        view: 0,
        steps: vec![steps],
        ask,
        slot: SlotAt(slot),
        late,
        arguments,
        text: "visited".to_owned(),
    };
    plan.facts.push(fact(step(1), Ask::Sum(1), 0, false, (0, 0, 0, 0)));
    plan.facts.push(fact(late, Ask::Choose(qualify_model::Aggregate::Latest, 0), 2, true, (0, 1, 0, 0)));
    plan.slots = vec![RegisterType::Wide, RegisterType::Number, RegisterType::Text];

    let mut builder = Builder::new(r);
    fill(&mut builder);
    for k in 0..12 {
        let input = InputAt(k);
        let load = match k {
            0..3 => I::LoadTruth { to: ToT(builder.fresh(RegisterType::Truth)), input },
            3..7 => I::LoadNumber { to: ToN(builder.fresh(RegisterType::Number)), input },
            7..9 => I::LoadText { to: ToX(builder.fresh(RegisterType::Text)), input },
            _ => I::LoadList { to: ToL(builder.fresh(RegisterType::List)), input },
        };
        builder.program.code.push(load);
    }
    let (t, n) = (builder.fresh(RegisterType::Truth), builder.fresh(RegisterType::Number));
    let (w, x) = (builder.fresh(RegisterType::Wide), builder.fresh(RegisterType::Text));
    builder.program.code.extend([
        I::TableTruth { to: ToT(t), table: TableAt(0), output: OutputAt(0) },
        I::TableNumber { to: ToN(n), table: TableAt(1), output: OutputAt(1) },
        I::SlotWide { to: ToW(w), slot: SlotAt(0) },
        I::ComputeFact { fact: FactAt(1), truths: vec![], numbers: vec![N(n)], texts: vec![], lists: vec![] },
        I::SlotText { to: ToX(x), slot: SlotAt(2) },
        I::Evaluated { a: T(t) },
    ]);
    let mut program = finish(builder, 60);
    program.code.extend([
        I::TallyRule { rule: RuleAt(0), fired: T(0), points: N(n) },
        I::TallyConstant { rule: RuleAt(0), fired: T(t), points: 7 },
        I::TallyWide { rule: RuleAt(1), fired: T(t), points: W(0) },
        I::TallyCodes { tally: CodeTallyAt(0), condition: T(1) },
    ]);
    plan.main = program;
    plan
}

#[test]
fn random_plans_verify() {
    for seed in 0..200 {
        let plan = random_plan(seed);
        let verified = verify(&plan);
        // random decimals may be too far apart; all else is right
        let apart =
            plan.event_programs.iter().chain([&plan.main]).chain(plan.tables.iter().map(|t| &t.program));
        let apart = apart
            .flat_map(|program| &program.code)
            .any(|i| matches!(i, I::DivideWide { .. } | I::Average { .. }));
        assert!(verified.is_ok() || apart, "seed {seed}: {verified:?}");
    }
}

/// A plan that a change must make wrong.
fn check_refused(change: impl Fn(&mut Plan), expected: &str) {
    let mut plan = random_plan(3);
    assert_eq!(verify(&plan), Ok(()), "before the change");
    change(&mut plan);
    let error = verify(&plan).expect_err(expected).to_string();
    assert!(error.contains(expected), "{error} is not about {expected}");
}

#[test]
fn what_cannot_be_run_is_refused() {
    let main = |plan: &mut Plan, instruction: I| plan.main.code.insert(5, instruction);
    check_refused(|p| main(p, I::Not { to: ToT(0), a: T(40_000) }), "not written");
    check_refused(|p| main(p, I::TruthConstant { to: ToT(40_000), value: 1 }), "no register");
    check_refused(|p| main(p, I::LoadTruth { to: ToT(0), input: InputAt(3) }), "another type");
    check_refused(|p| main(p, I::LoadTruth { to: ToT(0), input: InputAt(99) }), "not there");
    check_refused(|p| main(p, I::SlotText { to: ToX(0), slot: SlotAt(2) }), "not computed yet");
    check_refused(|p| main(p, I::SlotTruth { to: ToT(0), slot: SlotAt(0) }), "another type");
    check_refused(|p| main(p, I::DivideConstant { to: ToN(0), a: N(0), by: 0 }), "does not fit");
    check_refused(|p| main(p, I::TruthConstant { to: ToT(0), value: 3 }), "does not fit");
    check_refused(|p| main(p, I::LoadTime { to: ToN(0) }), "does not fit");
    check_refused(|p| main(p, I::ArgumentTruth { to: ToT(0), argument: ArgumentAt(0) }), "not there");
    check_refused(
        |p| {
            main(
                p,
                I::ComputeFact {
                    fact: FactAt(0),
                    truths: vec![],
                    numbers: vec![],
                    texts: vec![],
                    lists: vec![],
                },
            )
        },
        "before the program starts",
    );
    check_refused(
        |p| {
            main(
                p,
                I::ComputeFact {
                    fact: FactAt(1),
                    truths: vec![],
                    numbers: vec![N(0)],
                    texts: vec![],
                    lists: vec![],
                },
            )
        },
        "computed twice",
    );
    let wide = (30, 30, 0);
    check_refused(
        |p| {
            let (decimals, b_decimals, a_decimals) = wide;
            main(p, I::DivideWide { to: ToW(0), a: W(0), b: W(0), a_decimals, b_decimals, decimals });
        },
        "does not fit",
    );
    check_refused(|p| p.main.registers.texts = 1 << 30, "more registers than instructions");
    check_refused(|p| p.main.outputs.push(Register(RegisterType::Wide, 999)), "never written");
    check_refused(|p| p.outputs.score = N(999), "never written");
    check_refused(|p| p.outputs.segments.push(T(0)), "segments");
    check_refused(|p| p.views.push(View { within: Some(1), ..View::default() }), "before it");
    check_refused(|p| p.facts[0].view = 9, "view");
    check_refused(|p| p.facts[0].steps.clear(), "no step");
    check_refused(|p| p.facts[1].arguments = (0, 0, 0, 0), "fewer arguments");
    check_refused(|p| p.facts[1].late = false, "before the program starts");
    check_refused(|p| p.facts[1].slot = SlotAt(1), "another type");
    check_refused(|p| p.facts[0].ask = Ask::Sum(0), "no number");
    check_refused(|p| p.facts[0].ask = Ask::Different(7), "not there");
    check_refused(|p| p.facts[0].ask = Ask::OfNewest(7), "not there");
    check_refused(|p| p.tables[0].attribute = 3, "no codes");
    check_refused(|p| p.code_tallies[0].rules[0].1 = 1, "another type");
    check_refused(|p| p.constants.bins[0].values.clear(), "each bin");
    check_refused(|p| p.constants.numbers[0].reverse(), "rise");
    check_refused(|p| p.matchers[1].filters.push(5), "filter");
}

#[test]
fn all_choices_are_in_the_table() {
    // operands of these kinds are numbers in the code: the order of the variants is part of the format
    assert_eq!((Comparison::Equal as u8, Comparison::GreaterOrEqual as u8), (0, 5));
    assert_eq!((TextTest::Contains as u8, TextTest::Matches as u8), (0, 4));
    assert_eq!((Part::Domain as u8, Part::Path as u8), (0, 3));
}
