//! Tables and grades: the first match.

use crate::build::*;
use qualify_model::*;

fn row(head: Head, points: Expr) -> Row {
    Row { head, points, span: Default::default() }
}

fn over(n: i64, points: &str) -> Row {
    row(Head::Compare(Comparison::Greater, int(n)), pts(points))
}

fn table(subject: Expr, rows: Vec<Row>) -> Table {
    Table {
        subject,
        rows,
        otherwise: None,
        unknown: None,
        kind: NumberKind::Points,
        span: Default::default(),
    }
}

fn sized(size: i64) -> Lead {
    lead().set(SIZE, Value::Number(size))
}

#[test]
fn the_first_row_that_matches() {
    let rows = vec![over(1000, "30"), over(200, "20"), over(10, "10")];
    let of_size = Table { otherwise: Some(pts("-1")), unknown: Some(pts("-2")), ..table(attr(SIZE), rows) };
    for (lead, expected) in [
        (sized(1001), "30"),
        (sized(1000), "20"),
        (sized(201), "20"),
        (sized(11), "10"),
        (sized(10), "-1"),
        (lead(), "-2"),
    ] {
        check_points(RuleKind::Table(of_size.clone()), &lead, expected);
        let value = expr(POINTS, ExprKind::Table(Box::new(of_size.clone())));
        assert_eq!(worth(&value, &lead), expected);
    }
}

#[test]
fn no_row() {
    let of_size = table(attr(SIZE), vec![over(10, "5")]);
    let value = expr(POINTS, ExprKind::Table(Box::new(of_size.clone())));
    let lines = |lead: &Lead| run(&model_of([RuleKind::Table(of_size.clone())]), lead).ledger;
    assert_eq!((worth(&value, &sized(1)), lines(&sized(1)).len()), ("unknown".into(), 0));
    assert_eq!(worth(&value, &lead()), "unknown");
    let of_unknown = lines(&lead());
    assert!(matches!(of_unknown[0].entry, Entry::Rule { unknown_points: true, .. }));
    assert_eq!(of_unknown[0].points, 0);
    let empty = RuleKind::Table(table(attr(SIZE), vec![]));
    check_points(empty, &sized(5), "0");
}

#[test]
fn every_head() {
    let seniority = |word| constant(Type::OneOf(VocabularyId(0)), Value::Word(word));
    for (subject, head, lead, expected) in [
        (attr(SIZE), Head::Range(int(5), int(7)), sized(5), true),
        (attr(SIZE), Head::Range(int(5), int(7)), sized(7), true),
        (attr(SIZE), Head::Range(int(5), int(7)), sized(8), false),
        (attr(SIZE), Head::In(Set::Values(vec![Value::Number(3), Value::Number(4)])), sized(4), true),
        (
            attr(RATIO),
            Head::Compare(Comparison::LessOrEqual, int(1)),
            lead().set(RATIO, Value::Number(1_000_001)),
            false,
        ),
        (
            attr(SENIORITY),
            Head::Compare(Comparison::GreaterOrEqual, seniority(1)),
            lead().set(SENIORITY, Value::Word(2)),
            true,
        ),
        (
            attr(SENIORITY),
            Head::In(Set::Values(vec![Value::Word(0), Value::Word(1)])),
            lead().set(SENIORITY, Value::Word(2)),
            false,
        ),
        (
            attr(TITLE),
            Head::Text(TextTest::Mentions, vec![words("ceo"), words("cto")]),
            lead().set(TITLE, text("Interim CTO")),
            true,
        ),
    ] {
        let rule = RuleKind::Table(table(subject, vec![row(head.clone(), pts("1"))]));
        check_points(rule, &lead, if expected { "1" } else { "0" });
    }
}

#[test]
fn the_ledger_names_the_events_behind_a_table() {
    let rule = RuleKind::Table(table(event(VISITED).number(), vec![over(1, "5")]));
    let outcome = run(&model_of([rule]), &lead().visit(DOCS, 2 * DAY).visit(DOCS, DAY));
    assert!(matches!(&outcome.ledger[0].entry, Entry::Rule { events, .. } if *events == [1, 0]));
}

fn lines(name: &str, lines: Vec<(&str, Option<Expr>)>) -> GradeSet {
    let labels: Vec<String> = lines.iter().map(|(label, _)| label.to_string()).collect();
    let line = |(label, (_, condition))| GradeLine { label, condition, span: Default::default() };
    let lines = (0u32..).zip(lines).map(line).collect();
    GradeSet { name: name.into(), kind: GradeKind::Lines(lines), labels, span: Default::default() }
}

#[test]
fn grades_and_matrices() {
    let size = |n| Some(at_least(attr(SIZE), int(n)));
    let matrix = GradeSet {
        name: "overall".into(),
        kind: GradeKind::Matrix(GradeId(0), GradeId(1)),
        labels: vec![],
        span: Default::default(),
    };
    let model = Model {
        grades: vec![
            lines("fit", vec![("A", size(100)), ("B", size(10)), ("C", None)]),
            lines("band", vec![("1", size(50)), ("2", size(5))]),
            matrix,
        ],
        ..model()
    };
    let grades =
        |lead: &Lead| run(&model, lead).grades.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    assert_eq!(grades(&sized(100)), ["A", "1", "A1"]);
    assert_eq!(grades(&sized(10)), ["B", "2", "B2"]);
    assert_eq!(grades(&sized(4)), ["C", "", ""]);
    assert_eq!(grades(&lead()), ["C", "", ""]); // unknown lines do not hold
    let label = |id| expr(TEXT, ExprKind::Grade(GradeId(id)));
    assert_eq!(truth_in(&model, &is(label(2), words("a1")), &sized(100)), Truth::True);
    assert_eq!(truth_in(&model, &is(label(1), words("1")), &lead()), Truth::Unknown);
    // a table over a grade
    let rows = vec![row(Head::In(Set::Values(vec![text("B")])), pts("7"))];
    let rules = vec![rule(Target::Total, RuleKind::Table(table(label(0), rows)))];
    check_total(&Model { rules, ..model }, &sized(10), "7");
}
