//! The printed text says the same as the tree, and printing it again changes nothing.

use qualify_syntax::{parse, print, same};

/// Prints `text`; the result must parse to the same tree and print to itself.
#[track_caller]
fn printed(text: &str) -> String {
    let first = parse(Default::default(), text);
    assert!(first.diagnostics.is_empty(), "{:#?}", first.diagnostics);
    let printed = print(&first.tree);
    let second = parse(Default::default(), &printed);
    assert!(second.diagnostics.is_empty(), "{printed}\n{:#?}", second.diagnostics);
    assert!(same(&first.tree, &second.tree), "the tree has changed:\n{printed}");
    assert_eq!(print(&second.tree), printed);
    printed
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(printed(text).trim_end(), expected);
}

#[test]
fn whole_models() {
    insta::assert_snapshot!("model", printed(include_str!("../inputs/model.qualify")));
    insta::assert_snapshot!("schema", printed(include_str!("../inputs/schema.qualify")));
    insta::assert_snapshot!("sixty_rules", printed(include_str!("../inputs/sixty_rules.qualify")));
}

#[test]
fn one_way_to_say_it() {
    check("when visited in the last 7d add 10000", "when visited within 7d add 10_000");
    check("let a=(((b)))", "let a = b");
    check("score x{}", "score x {}");
    check("stage \"MQL\" if a; stage \"Sales ready\"", "stage MQL if a\nstage \"Sales ready\"");
    check("ignore opened since last; stage X", "ignore opened since last;\n\nstage X");
}

#[test]
fn brackets_stay_where_they_matter() {
    for text in [
        "let a = (b or c) and d",
        "let a = b or c and d",
        "let a = not (b and c)",
        "let a = (b or c) or d",
        "let a = (x + 1) * 2 - (3 - y)",
        "let a = x / (y * z)",
        "let a = -(5) + -x",
        "let a = (if b then 1 else 2) + 3",
        "let a = (if b then 1 else (c or d)) >= 3",
        "let a = if b then 1 else 2 + 3",
        "let a = (x = 1) = y",
        "let a = (visited pricing) = y",
        "let a = x is (known)",
        "let a = x is (unknown + 1)",
        "let a = x contains ((\"a\" if known else \"b\"))",
        "let a = x starts with (\"a\", \"b\")",
        "let a = (x if known else 0) >= 3",
        "let a = visited (score) within 7d",
        "let a = visited on (a.b, 5)",
        "let a = 3 * points for x { DE, AT : 10; 5 to 6 : -1; otherwise : p } + 1",
    ] {
        check(text, text);
    }
}

#[test]
fn numbers_in_words_stand_in_brackets_beside_a_sign() {
    for text in [
        "let a = (total of event.value within 365d) / 1000",
        "let a = 3 - (number of visited pricing within 7d) * 2",
        "let a = -(number of different visited.page within 30d)",
        "let a = (days since last visited) - (days since created_at)",
        "let a = 100 - (days with visited within 14d)",
        "let a = number of visited pricing within 7d",
        "let a = total of event.value within 365d >= 500",
        "let a = round(total of event.value within 365d)",
        "let a = largest of (b, c) / 2",
    ] {
        check(text, text);
    }
    check("when always add total of event.value within 365d / 1000", {
        "when always add (total of event.value within 365d) / 1000"
    });
    check("let a = b * (((number of visited)))", "let a = b * (number of visited)");
}

#[test]
fn every_construct() {
    insta::assert_snapshot!("every_construct", printed(include_str!("../inputs/every_construct.qualify")));
}
