//! JUnit files are valid against the published schema.

use qualify_review::junit::{Case, CaseResult, Suite, Suites, Trouble, render};

/// Fails with what the schema says against the file.
pub(crate) fn must_be_valid(xml: &str) {
    let schema = uppsala::parse(include_str!("../schemas/junit.xsd")).expect("the schema is XML");
    let validator = uppsala::XsdValidator::from_schema(&schema).expect("the schema is one");
    let document = uppsala::parse(xml).expect("the file is XML");
    let errors = validator.validate(&document);
    assert!(errors.is_empty(), "{errors:?}\n{xml}");
}

fn case(name: &str, result: CaseResult) -> Case {
    Case { name: name.into(), class: "model.qualify".into(), microseconds: 1_250_001, result }
}

fn suites(cases: Vec<Case>) -> Suites {
    let properties = vec![("as of".to_string(), "2026-01-31T00:00:00Z".to_string())];
    let suite = Suite { name: "model.qualify".into(), properties, cases };
    Suites { timestamp: "2026-01-31T09:00:00".into(), suites: vec![suite] }
}

#[test]
fn every_outcome_is_valid() {
    let trouble = || Trouble {
        kind: "expectation".into(),
        message: "score >= 50: \"43\" < 50".into(),
        account: "line one\n  line <two> & three\u{1}".into(),
    };
    let xml = render(&suites(vec![
        case("passes", CaseResult::Passed),
        case("fails & \"tells\"\n why", CaseResult::Failed(trouble())),
        case("", CaseResult::Error(trouble())),
        case("is left out", CaseResult::Skipped("not asked for".into())),
    ]));
    must_be_valid(&xml);
    assert!(xml.contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"5.000004\""), "{xml}");
    assert!(xml.contains("name=\"fails &amp; &quot;tells&quot; why\""), "{xml}");
}

#[test]
fn nothing_is_valid_too() {
    must_be_valid(&render(&suites(Vec::new())));
    must_be_valid(&render(&Suites::default()));
}

#[test]
#[should_panic(expected = "testsuite")]
fn what_is_not_valid_is_found() {
    must_be_valid("<testsuites><testsuite name=\"a\"/></testsuites>");
}
