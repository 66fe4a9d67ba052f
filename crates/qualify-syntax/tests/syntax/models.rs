//! Whole models parse without a word, and the tree says what they say.

use qualify_syntax::parse;

#[track_caller]
fn check(text: &str, statements: usize) {
    let parsed = parse(Default::default(), text);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    assert_eq!(parsed.tree.statements.len(), statements);
}

#[test]
fn the_line() {
    check("when visited pricing within 7d add 20; stage MQL if score >= 50 and firmographics.size > 100", 2);
}

#[test]
fn a_model() {
    check(include_str!("../inputs/model.qualify"), 23);
}

#[test]
fn a_schema() {
    check(include_str!("../inputs/schema.qualify"), 7);
}

#[test]
fn sixty_rules() {
    check(include_str!("../inputs/sixty_rules.qualify"), 17);
}
