//! Small models and the listings of their plans.

use qualify_check::{Options, check};
use qualify_diagnostics::Sources;
use qualify_plan::{Instruction, Plan};

const SCHEMA: &str = "
language 1
lead key id {
  size     integer from 1 to 1_000
  any_size integer
  revenue  money
  country  text
  title    text
  email    email
  level    ordered one of (junior, senior, manager, director)
  consent  yes/no
  born     date
  seen     time
  tags     list of text
  stage    stage
}
event visited (page text, seconds number)
";

fn lower(rules: &str) -> Plan {
    lower_all(&format!("{SCHEMA}\n{rules}"))
}

fn lower_all(text: &str) -> Plan {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let checked =
        check(&mut sources, &[root], &|path, _| Err(format!("no file {path}")), &Options::default());
    let model = checked.model.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    Plan::of(&model).unwrap_or_else(|e| panic!("unsupported: {} at {:?}", e.what, e.span))
}

/// How often the main program has an instruction.
fn count(plan: &Plan, word: &str) -> usize {
    plan.main.code.iter().filter(|instruction| instruction.word() == word).count()
}

#[test]
fn what_depends_on_one_text_is_in_a_table() {
    let plan = lower(
        "points for country { DE, AT : 10, US : 8, otherwise : 0, unknown : -1 }
         when country contains \"land\" add 3
         when title mentions \"chief\" add 20
         stage Lead
         stage MQL if score >= 20 and title mentions \"chief\"",
    );
    // the third holds the stage that a lead came with
    assert_eq!((plan.tables.len(), plan.code_tallies.len()), (3, 1));
    insta::assert_snapshot!(plan.describe());
}

#[test]
fn words_and_ranges_are_numbers() {
    let plan = lower(
        "points for level { at least manager : 30, senior : 10, otherwise : 0, unknown : 0 }
         points for size { over 500 : 20, 10 to 500 : 10, otherwise : 0, unknown : 5 }
         when level in (junior, director) add 1
         when size > 2_000 add 7
         when size < 500.5 add 8",
    );
    assert_eq!((count(&plan, "bins"), count(&plan, "in.n"), plan.tables.len()), (2, 1, 0));
    insta::assert_snapshot!(plan.describe());
}

#[test]
fn numbers_are_wide_only_where_64_bits_may_not_do() {
    let narrow = lower("when size > 3 add size * 2.5\nwhen consent add revenue / 1000 EUR");
    assert_eq!(narrow.main.registers.wides, 0);
    let wide = lower("when consent add any_size * any_size");
    assert!(wide.main.registers.wides > 0);
    insta::assert_snapshot!(wide.describe());
}

#[test]
fn equal_values_are_computed_once() {
    let plan = lower(
        "let big = size > 100 and revenue > 1 million
         when big add 5
         when size > 100 and revenue > 1 million and consent add 6
         segment large if big",
    );
    assert_eq!(count(&plan, "compare"), 2);
}

#[test]
fn what_is_always_the_same_is_not_computed() {
    let always = lower("param line = 5 from 0 to 10\nwhen line > 3 add 4");
    assert!(always.main.code.iter().all(|instruction| !matches!(instruction, Instruction::AddIf { .. })));
}

#[test]
fn stages_with_memory() {
    let plan = lower(
        "when size > 10 add 50
         stages only move up
         stage Lead
         stage MQL if score >= 20
           stays while score >= 10
         stage SQL if MQL and consent
         side stage Recycled if title = \"gone\"
         route \"sales\" if stage at least MQL
         route \"rest\" otherwise
         disqualify if country = \"XX\"",
    );
    insta::assert_snapshot!(plan.describe());
}

#[test]
fn facts_that_wait_for_values_of_the_lead() {
    let plan = lower(
        "score engagement halving every 30d {
           when visited pricing since seen add 10
           for each visited within 30d add event.seconds / 10 up to 20
         }",
    );
    let is_late = |instruction: &Instruction| matches!(instruction, Instruction::ComputeFact { .. });
    let at = |wanted: &dyn Fn(&Instruction) -> bool| plan.main.code.iter().position(wanted);
    assert!(at(&is_late) < at(&|i| matches!(i, Instruction::SlotNumber { .. })));
    insta::assert_snapshot!(plan.describe());
}

#[test]
fn multiplied_capped_set() {
    let plan = lower(
        "score fit for leads where (consent) from 0 up to 100 {
           when size > 10 add 50
           when level = director add 30
         }
         when title mentions \"intern\" multiply fit by 0.5
         when size < 3 cap fit at 10
         when country = \"XX\" set fit to 0",
    );
    insta::assert_snapshot!(plan.describe());
}

#[test]
fn a_model_of_sixty_rules() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ls60/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).expect("an example");
    let model = read("model.qualify").replace("use \"schema.qualify\"", "");
    let plan = lower_all(&format!("{model}\n{}", read("schema.qualify").replace("language 1", "")));
    assert!(plan.main.code.len() < 260, "{} lines", plan.main.code.len());
    assert_eq!(plan.main.registers.wides, 0);
    insta::assert_snapshot!(plan.describe());
}
