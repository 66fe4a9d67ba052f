//! Whole models: those of the language's design check without an error.

mod common;

use common::{checked, checked_with, codes, lines};
use qualify_model::{ExprKind, RuleKind, Target};

const SCHEMA: &str = r#"
lead key lead_id {
  demographics {
    title      text            from "Job Title"
    seniority  ordered one of (junior, senior, manager, director, vp, c_level)   unknown if "", "Select"
    email      email           required, personal
  }
  firmographics {
    size       integer from 1 to 10_000_000
    revenue    money
    industry   one of (software, finance, retail, other)
    region     one of (emea, amer, apac)
    tech_stack list of text
  }
  bant { budget_confirmed yes/no }
  consent      yes/no
  stage        stage           # the stage stored in the CRM, read as `current stage`
  created_at   time            required
}
event visited   (page one of (pricing, docs, blog, careers), seconds number)
event requested (item one of (demo, quote, trial))
event opened    from "Email Opened", "Email Open" (campaign text, seconds number)
event purchased key order_id (product text, amount money)
event downloaded (item text)   event attended (item text)   event rejected (reason text)
related account key account_id { name text, open_opportunities integer, tier one of (t1, t2, t3) }
"#;

const MODEL: &str = r#"
language 1
use "saas.schema.qualify"
list competitors = "rival.com", "other.io"
list free_mail from "free-mail-domains.txt"
param mql_line = 50 from 0 to 200
let decision_maker = demographics.seniority in (director, vp, c_level)
ignore opened where (seconds < 5)                      # before every rule: bots and mail scanners

score fit from 0 up to 100 {
  points for firmographics.size {
    over 1000   : 30
    over 200    : 20
    over 10     : 10
    otherwise   : 0
    unknown     : 0
  }
  when decision_maker add 20 because "can sign the contract"
  when demographics.email.domain in free_mail subtract 15
}

score engagement from 0 up to 100 halving every 30d {
  when visited pricing within 7d add 20
  when requested demo within 30d add 40 without decay
  for each downloaded whitepaper within 90d add 5 up to 15
  for each different visited.page within 30d add 1 up to 10
  when opened at least 3 times within 30d add 10
  when visited on at least 5 different days within 14d add 20
  when visited pricing followed within 1d by requested demo within 30d add 15
  when no opened within 60d subtract 10 without decay
  when at least 2 of (visited docs within 14d, visited pricing within 14d, attended webinar within 14d)
    add 15 without decay
}

disqualify if demographics.email.domain in competitors because "competitor"

grade A if fit >= 75
grade B if fit >= 50
grade C otherwise

stages only move up
stage Lead
stage MQL if score >= mql_line and firmographics.size > 100
stage SQL if MQL and bant.budget_confirmed
side stage Recycled if rejected within 90d

segment enterprise if firmographics.size >= 1000

route "EMEA enterprise" if stage at least MQL and firmographics.region = emea respond within 5m
route "Inside sales"    if stage at least MQL                                respond within 1h
route "Nurture"         otherwise

test "a director who looks at pricing and asks for a demo is an MQL" {
  lead { demographics.seniority: director, firmographics.size: 500, demographics.email: "a@corp.com",
         created_at: 90d ago }
  visited pricing 2d ago
  requested demo 1h ago
  expect score >= 50, stage is MQL, route is "Inside sales"
}
"#;

#[test]
fn the_model_at_a_glance() {
    let files =
        [("saas.schema.qualify", SCHEMA), ("free-mail-domains.txt", "gmail.com\n# a comment\n\nweb.de\n")];
    let (sources, checked) = checked_with(MODEL, &files, &[]);
    let errors: Vec<_> = codes(&checked).into_iter().filter(|code| code.starts_with('E')).collect();
    assert!(errors.is_empty(), "{}", lines(&sources, &checked));
    let model = checked.model.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    assert_eq!(model.lists[1].values.len(), 2);
    assert_eq!(model.rules.len(), 12);
    let decaying = model.rules.iter().filter(|rule| match &rule.kind {
        RuleKind::Add { decay, .. } | RuleKind::ForEach { decay, .. } => decay.is_some(),
        RuleKind::ForEachDifferent { decay, .. } => decay.is_some(),
        _ => false,
    });
    assert_eq!(decaying.count(), 6);
    assert!(matches!(model.rules[0].home, Target::Score(_)));
}

#[test]
fn the_first_line() {
    let source = "lead key id { firmographics { size integer } }\nevent visited (page one of (pricing, docs))\n\
                  when visited pricing within 7d add 20; stage MQL if score >= 50 and firmographics.size > 100\n";
    let (sources, checked) = checked(source);
    assert!(codes(&checked).iter().all(|code| code.starts_with('W')), "{}", lines(&sources, &checked));
    let model = checked.model.expect("no errors");
    assert!(
        matches!(&model.stages[0].condition.as_ref().map(|c| &c.kind), Some(ExprKind::And(all)) if all.len() == 2)
    );
}

#[test]
fn a_file_that_is_missing_gives_one_error() {
    let (sources, checked) = checked_with(MODEL, &[("free-mail-domains.txt", "gmail.com")], &[]);
    assert_eq!(codes(&checked), ["E0210"], "{}", lines(&sources, &checked));
}

#[test]
fn files_that_use_each_other_are_read_once() {
    let files = [("a.qualify", "use \"model.qualify\" use \"a.qualify\" lead key id { size integer }")];
    let (sources, checked) = checked_with("use \"a.qualify\" when size > 1 add 5", &files, &[]);
    assert!(checked.model.is_some(), "{}", lines(&sources, &checked));
}

/// The benchmark's model uses events that its shortened schema does not declare: one error for each name.
#[test]
fn one_error_for_each_unknown_name() {
    let (sources, checked) = checked(include_str!("ls60.qualify"));
    let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.code.as_str().starts_with('E')).collect();
    let mut names: Vec<String> = errors.iter().map(|d| sources.words(d.place.span)).collect();
    names.sort();
    let unknown =
        ["attended", "bounced", "chatted", "clicked", "downloaded", "purchased", "requested", "unsubscribed"];
    assert_eq!(names, unknown, "{}", lines(&sources, &checked));
}

/// Looking back through all rows for each of so many would take minutes.
#[test]
fn a_table_of_many_rows_is_looked_at_as_a_whole() {
    let ranges: String = (1..20_000).map(|i| format!("{} to {} : {} ", i * 20, i * 20 + 9, i % 90)).collect();
    let text = format!(
        "lead key id {{ size integer from 0 to 1_000_000 }} points for size {{ 1 to 9 : 1 {ranges} \
         5 to 14 : 2 21 to 25 : 3 otherwise : 0 unknown : 0 }}"
    );
    let (sources, checked) = checked(&text);
    let said = "W0653 at `5 to 14 : 2`: 5 to 9 stands in two rows; the first of them, `1 to 9`, is taken\n\
        W0507 at `21 to 25 : 3`: the row `20 to 29` already takes these values, so no lead reaches this row\n";
    assert_eq!(lines(&sources, &checked), said);
}
