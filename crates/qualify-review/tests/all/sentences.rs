//! What a change says: each kind of change by its sentence, and what is no change.

use crate::support::{compile, read};
use qualify_review::change::{Changes, Effect, compare};

const SCHEMA: &str = "\
lead key id {
  title text
  size integer from 1 to 1000
  budget money
  tier ordered one of (low, mid, high)
  region one of (emea, amer)
  email email personal
  created_at time
}
event visited (page one of (pricing, docs), seconds integer)
event opened (campaign text)
";

fn changes(old: &str, new: &str) -> Changes {
    compare(read(&compile(old)), read(&compile(new)))
}

/// The rules in addition to the schema, and the sentences of the change; those of words and tests begin with their
/// effect.
#[track_caller]
fn check(old: &str, new: &str, expected: &[&str]) {
    check_all(&format!("{SCHEMA}{old}"), &format!("{SCHEMA}{new}"), expected);
}

#[track_caller]
fn check_all(old: &str, new: &str, expected: &[&str]) {
    let changes = changes(old, new);
    let told: Vec<String> = changes
        .changes
        .iter()
        .map(|change| match change.effect {
            Effect::Results => change.sentence.clone(),
            Effect::Words => format!("words: {}", change.sentence),
            Effect::Tests => format!("tests: {}", change.sentence),
        })
        .collect();
    if told != expected {
        let rules = |text: &str| text.strip_prefix(SCHEMA).unwrap_or(text).to_string();
        let failed = format!("{}\n{}\n  told   {told:?}\n  wanted {expected:?}", rules(old), rules(new));
        FAILED.with_borrow_mut(|all| all.push(failed));
    }
}

thread_local! {
    static FAILED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Tells all that failed at once.
#[track_caller]
fn done() {
    let failed = FAILED.take();
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
}

#[test]
fn what_is_no_change() {
    let rules = "when size > 100 add 20 when visited pricing within 7d and tier = high add 5";
    check(rules, rules, &[]);
    // layout, comments, order of rules
    check(
        rules,
        "# why\nwhen visited pricing\n  within 7d and tier = high add 5 # more\nwhen (size > 100) add 20",
        &[],
    );
    // order of operands and of a set
    check("when size > 1 and tier = high add 5", "when tier = high and size > 1 add 5", &[]);
    check("when region in (emea, amer) add 5", "when region in (amer, emea) add 5", &[]);
    check(
        "score a { when size > 1 add 1 } score b { when size > 2 add 2 } score = a + b",
        "score a { when size > 1 add 1 } score b { when size > 2 add 2 } score = b + a",
        &[],
    );
    // names that nothing shows, and what nothing reads
    check("let big = size > 9 when big add 5", "let large = size > 9 when large add 5", &[]);
    check("let big = size > 9 when big add 5", "when size > 9 add 5", &[]);
    check("list a = \"x.com\" when title in a add 5", "list b = \"x.com\" when title in b add 5", &[]);
    check("when size > 9 add 5", "let big = size > 9 list a = \"x.com\" when size > 9 add 5", &[]);
    check(
        "list a = \"x.com\", \"y.com\" when title in a add 5",
        "list a = \"y.com\", \"x.com\" when title in a add 5",
        &[],
    );
    // the reason of a verdict that has none is its own text
    check("disqualify if size > 9", "disqualify if size>9", &[]);
    // the fading of the header written at the rule
    check(
        "score a halving every 7d { when visited within 7d add 5 }",
        "score a { when visited within 7d add 5 halving every 7d }",
        &[],
    );
    check_all(
        &format!("{SCHEMA}when size > 1 add 1"),
        &format!(
            "event opened (campaign text)\n{}when size > 1 add 1",
            SCHEMA.replace("event opened (campaign text)\n", "")
        ),
        &[],
    );
    done();
}

#[test]
fn rules() {
    check(
        "when visited pricing within 7d add 15",
        "when visited pricing within 7d add 20",
        &["`visited pricing within 7d`: 20 points, was 15"],
    );
    check("when size > 1 add 2", "when size > 1 subtract 1", &["`size > 1`: -1 point, was 2"]);
    check(
        "when visited pricing within 7d add 20",
        "when visited pricing within 14d add 20",
        &["`visited pricing within 14d`: `within 14d`, was `within 7d`"],
    );
    check(
        "when visited within 7d add 2",
        "when visited pricing within 7d add 2",
        &["`visited pricing within 7d`: `visited pricing`, was `visited`"],
    );
    check(
        "when visited pricing add 2",
        "when visited pricing within 7d add 2",
        &["`visited pricing within 7d`: now `within 7d`"],
    );
    check(
        "when size > 100 add 2",
        "when size >= 100 add 2",
        &["`size >= 100`: `size >= 100`, was `size > 100`"],
    );
    check(
        "when size > 100 add 2",
        "when size > 100 and tier = high add 2",
        &["`size > 100 and tier = high`: also needs `tier = high`"],
    );
    check(
        "when size > 100 and tier = high add 2",
        "when size > 100 add 2",
        &["`size > 100`: no longer needs `tier = high`"],
    );
    check(
        "when opened at least 2 times within 7d add 2",
        "when opened at least 3 times within 7d add 2",
        &["`opened at least 3 times within 7d`: `at least 3 times`, was `at least 2 times`"],
    );
    check("", "when size > 100 add 2", &["new rule: `when size > 100 add 2`"]);
    check("when size > 100 add 2", "", &["rule gone: `when size > 100 add 2`"]);
    check(
        "when size > 100 add 2",
        "when size > 100 add 2 because \"big\"",
        &["words: `size > 100`: now has the reason \"big\""],
    );
    check(
        "for each opened within 7d add 2 up to 6",
        "for each opened within 7d add 2 up to 8",
        &["`for each opened within 7d`: up to 8 points, was 6"],
    );
    check(
        "for each opened within 7d add 2",
        "for each opened within 7d add 2 once per day",
        &["`for each opened within 7d`: now `once per day`"],
    );
    check(
        "for each different visited.page within 7d add 2",
        "for each different visited.page within 9d add 2",
        &["`for each different page`: `within 9d`, was `within 7d`"],
    );
    check(
        "when visited within 7d add 2 halving every 7d",
        "when visited within 7d add 2 halving every 9d",
        &["`visited within 7d`: its points fade as `halving every 9d`, before as `halving every 7d`"],
    );
    check(
        "when size > 1 multiply by 1.5",
        "when size > 1 multiply by 2",
        &["`size > 1`: multiplies by 2, was 1.5"],
    );
    check("when size > 1 cap at 50", "when size > 1 cap at 40", &["`size > 1`: caps at 40, was 50"]);
    check(
        "score a { when size > 1 add 1 } score b { when size > 2 add 2 }",
        "score a { } score b { when size > 2 add 2 when size > 1 add 1 }",
        &["`size > 1`: now in score `b`, was in `a`"],
    );
    check(
        "when size > 1 set to 5 when size > 9 set to 7",
        "when size > 9 set to 7 when size > 1 set to 5",
        &[
            "`when size > 1 set to 5` stands at another place among the rules that set `score`; the first that holds wins",
        ],
    );
    // not one rule that changed, but two
    check(
        "when visited pricing within 7d add 20",
        "when title = \"x\" add 5",
        &["new rule: `when title = \"x\" add 5`", "rule gone: `when visited pricing within 7d add 20`"],
    );
    done();
}

/// All that limits a rule, from each to each other.
#[test]
fn limits() {
    let check = |old: &str, new: &str, said: &[&str]| {
        let rule = |tail: &str| format!("param most = 3\nfor each opened within 7d add 2 {tail}");
        let said = said.iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join("; ");
        let sentences =
            if said.is_empty() { vec![] } else { vec![format!("`for each opened within 7d`: {said}")] };
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        check(&rule(old), &rule(new), &sentences);
    };
    // of each kind the words of the rule and those of the sentence
    let times = [
        ("", ""),
        ("once per day", "once per day"),
        ("once per week", "once per week"),
        ("up to 1 times", "once"),
        ("up to 3 times", "up to 3 times"),
        ("up to 3 times per day", "up to 3 times per day"),
        ("up to 20 times per hour", "up to 20 times per hour"),
        ("up to most times per day", "up to most times per day"),
    ];
    for (old, was) in times {
        for (new, is) in times {
            let said = match (was, is) {
                (was, is) if was == is => String::new(),
                ("", is) => format!("now `{is}`"),
                (was, "") => format!("no longer `{was}`"),
                (was, is) if was.replace("most", "3") == is.replace("most", "3") => String::new(),
                (was, is) => format!("`{is}`, was `{was}`"),
            };
            check(old, new, &[&said]);
        }
    }
    let amounts = [("", ""), ("up to 6", "6 points"), ("up to 1", "1 point"), ("up to most", "`most`")];
    for (old, was) in amounts {
        for (new, is) in amounts {
            let said = match (was, is) {
                (was, is) if was == is => String::new(),
                ("", is) => format!("now up to {is}"),
                (was, "") => format!("no longer up to {was}"),
                (was, is) => format!("up to {is}, was {}", was.split(' ').next().unwrap_or(was)),
            };
            check(old, new, &[&said]);
        }
    }
    check("once per day", "up to 1 times per day", &[]);
    check("up to 6 once per day", "up to 8", &["up to 8 points, was 6", "no longer `once per day`"]);
    check(
        "up to 8",
        "up to 6 up to 2 times per week",
        &["up to 6 points, was 8", "now `up to 2 times per week`"],
    );
    done();
}

#[test]
fn tables() {
    let table = |rows: &str| format!("points for tier {{ {rows} unknown : 0 }}");
    let check = |old: &str, new: &str, said: &str| {
        check(&table(old), &table(new), &[&format!("`points for tier`: {said}")])
    };
    check("high : 5 otherwise : 1", "high : 7 otherwise : 1", "`high` gives 7, was 5");
    check("high : 5 otherwise : 1", "high : 5 otherwise : 2", "`otherwise` gives 2, was 1");
    check("high : 5 otherwise : 1", "high : 5 mid : 3 otherwise : 1", "new row `mid`: 3");
    check("high : 5 mid : 3 otherwise : 1", "high : 5 otherwise : 1", "row gone: `mid` (3)");
    check("high : 5 mid : 3 low : 1", "mid : 3 high : 5 low : 1", "the row `high` now stands before `low`");
    check(
        "at least high : 5 otherwise : 1",
        "at least mid : 5 otherwise : 1",
        "row `at least mid`, was `at least high`",
    );
    done();
}

#[test]
fn names() {
    check(
        "param line = 50 from 0 to 100 when size > line add 5",
        "param line = 60 from 0 to 100 when size > line add 5",
        &["param `line`: 60, was 50"],
    );
    check(
        "param line = 50 from 0 to 100 when size > line add 5",
        "param line = 50 from 0 to 90 when size > line add 5",
        &["words: param `line`: may be from 0 to 90, was from 0 to 100"],
    );
    check(
        "when size > 50 add 5",
        "param line = 50 when size > line add 5",
        &["words: new param `line` = 50"],
    );
    check(
        "list rivals = \"a\", \"b\" when title in rivals subtract 5",
        "list rivals = \"b\", \"c\", \"d\" when title in rivals subtract 5",
        &["list `rivals`: 2 added (c, d), 1 removed (a)"],
    );
    check(
        "let big = size > 9 when big add 5",
        "let big = size > 10 when big add 5",
        &["`big`: `size > 10`, was `size > 9`"],
    );
    check(
        "ignore opened within 1d when opened add 5",
        "ignore opened within 2d when opened add 5",
        &["ignored events `opened within 2d`: `within 2d`, was `within 1d`"],
    );
    check(
        "when opened add 5",
        "ignore opened within 2d when opened add 5",
        &["events no longer count: `opened within 2d`"],
    );
    check(
        "ignore opened within 2d when opened add 5",
        "when opened add 5",
        &["events count again: `opened within 2d`"],
    );
    done();
}

#[test]
fn scores() {
    check(
        "score a from 0 up to 50 { when size > 1 add 1 }",
        "score a from 0 up to 60 { when size > 1 add 1 }",
        &["score `a`: up to 60, was 50"],
    );
    check(
        "score a { when size > 1 add 1 }",
        "score a from 0 { when size > 1 add 1 }",
        &["score `a`: now from 0"],
    );
    check(
        "score a { when size > 1 add 1 }",
        "score a for leads where (tier = high) { when size > 1 add 1 }",
        &["score `a`: for leads where now `(tier = high)`"],
    );
    check(
        "score a halving every 7d { when visited within 7d add 5 when opened within 7d add 5 }",
        "score a halving every 9d { when visited within 7d add 5 when opened within 7d add 5 }",
        &["score `a`: halving every 9d, was halving every 7d"],
    );
    check(
        "score a { when visited within 7d add 5 }",
        "score a halving every 9d { when visited within 7d add 5 }",
        &["score `a`: now halving every 9d, its points did not fade"],
    );
    check(
        "score a { when size > 1 add 1 }",
        "score b { when size > 1 add 1 }",
        &["score `a` is now called `b`"],
    );
    // its rules are the same under whatever name, also where they say it, and so is what reads it
    let named = |name: &str, points: u32| {
        format!(
            "score {name} {{ let big = size > 9 ignore visited within 1d when big add {points} \
             when visited within 7d add 2 when size > 100 multiply {name} by 2 when tier = high cap {name} at 50 \
             when tier = low set {name} to 7 }}\n\
             score = 2 * {name} stage A if {name} >= 20"
        )
    };
    check(&named("a", 1), &named("b", 1), &["score `a` is now called `b`"]);
    check(&named("a", 1), &named("b", 4), &["score `a` is now called `b`", "`big`: 4 points, was 1"]);
    check(
        "score a { when size > 1 add 1 } score = a",
        "score a { when size > 1 add 1 } score = 2 * a",
        &["score: `2 * a`, was `a`"],
    );
    check(
        "score a { when size > 1 add 1 } score = 2 * a",
        "score a { when size > 1 add 1 } score = 3 * a",
        &["score: `3 * a`, was `2 * a`"],
    );
    check(
        "score a { when size > 1 add 1 } score = a",
        "score a { when size > 1 add 1 } score b { when size > 2 add 2 } score = a + b",
        &["new score `b`", "score: `a + b`, was `a`", "new rule in score `b`: `when size > 2 add 2`"],
    );
    done();
}

#[test]
fn outcomes() {
    let rules = "when size > 1 add 60 ";
    let check = |old: &str, new: &str, expected: &[&str]| {
        check(&format!("{rules}{old}"), &format!("{rules}{new}"), expected)
    };
    check(
        "stage MQL if score >= 50",
        "stage MQL if score >= 60",
        &["stage `MQL` now needs 60 points, was 50"],
    );
    check(
        "stage MQL if score >= 50",
        "stage MQL if score >= 50 and size > 9",
        &["stage `MQL` also needs `size > 9`"],
    );
    check(
        "stage MQL if score >= 50 and size > 9",
        "stage MQL if score >= 50",
        &["stage `MQL` no longer needs `size > 9`"],
    );
    check(
        "stage Lead stage MQL if score >= 50",
        "stage Lead stage New if score >= 20 stage MQL if score >= 50",
        &["new stage `New` before `MQL`: `score >= 20`"],
    );
    check("stage Lead stage MQL if score >= 50", "stage Lead", &["stage gone: `MQL` (was `score >= 50`)"]);
    check(
        "stage Lead stage MQL if score >= 50",
        "stage Lead stage SQL if score >= 50",
        &["stage `MQL` is now called `SQL`"],
    );
    check(
        "stage A if size > 5 stage B if size > 6",
        "stage B if size > 6 stage A if size > 5",
        &["stage `A` stands at another place: now after `B`"],
    );
    let stored = SCHEMA.replace("  title text\n", "  title text\n  stage stage\n");
    let up = |rules: &str| format!("{stored}{rules}stage A if size > 5");
    check_all(&up(""), &up("stages only move up "), &["stages only move up"]);
    check(
        "segment big if size > 5",
        "segment big if size > 6",
        &["segment `big`: `size > 6`, was `size > 5`"],
    );
    check("segment big if size > 5", "segment large if size > 5", &["segment `big` is now called `large`"]);
    check("", "segment big if size > 5", &["new segment `big`: `size > 5`"]);
    check(
        "grade A if score >= 50 grade B otherwise",
        "grade A if score >= 55 grade B otherwise",
        &["grade `A` if `score >= 55`, was `score >= 50`"],
    );
    check(
        "grade A if score >= 50 grade B otherwise",
        "grade A if score >= 50 grade B if score >= 20 grade C otherwise",
        &["grade `B` if `score >= 20`, was `otherwise`", "new grade `C` after `B`: `otherwise`"],
    );
    check(
        "route \"x\" if size > 5 respond within 1h route \"y\" otherwise",
        "route \"x\" if size > 5 respond within 2h route \"y\" otherwise",
        &["route `x` respond within 2h, was 1h"],
    );
    check(
        "route \"x\" if size > 5 route \"y\" if tier = high",
        "route \"y\" if tier = high route \"x\" if size > 5",
        &["route `x` stands at another place: now after `y`"],
    );
    check(
        "disqualify if size > 5",
        "disqualify if size > 6",
        &["`disqualify if size > 6`: `size > 6`, was `size > 5`"],
    );
    check(
        "disqualify if size > 5",
        "disqualify if size > 5 because \"big\"",
        &["words: `disqualify if size > 5`: now has the reason \"big\""],
    );
    check("", "exclude leads where (size > 5)", &["new: `exclude leads where (size > 5)`"]);
    check("disqualify if size > 5", "", &["gone: `disqualify if size > 5`"]);
    check("", "test \"t\" { lead { size: 5 } expect score >= 60 }", &["tests: new test \"t\""]);
    check(
        "test \"t\" { lead { size: 5 } expect score >= 60 }",
        "test \"t\" { lead { size: 6 } expect score >= 60 }",
        &["tests: test \"t\" says something else"],
    );
    done();
}

#[test]
fn schemas() {
    let rules = "when size > 1 add 1";
    let check = |old: &str, new: &str, expected: &[&str]| {
        assert!(SCHEMA.contains(old), "{old}");
        check_all(&format!("{SCHEMA}{rules}"), &format!("{}{rules}", SCHEMA.replacen(old, new, 1)), expected);
    };
    check("title text", "title text job text", &["new attribute `job` (text)"]);
    check("  title text\n", "", &["attribute gone: `title`"]);
    check("(emea, amer)", "(emea, amer, apac)", &["`region`: may now be `apac`"]);
    check(
        "(low, mid, high)",
        "(low, high, mid)",
        &["`tier`: its order is low < high < mid, was low < mid < high"],
    );
    check("from 1 to 1000", "from 1 to 2000", &["`size`: from 1 to 2000, was from 1 to 1000"]);
    check("title text", "title text required", &["`title`: now required: leads without it are invalid"]);
    check("title text", "title text personal", &["words: `title`: now personal"]);
    check("title text", "title text from \"Job\"", &["`title`: read from \"Job\", was nothing else"]);
    check("budget money", "budget number", &["`budget`: now number, was money"]);
    check(
        "event opened (campaign text)",
        "event opened (campaign text, seconds integer)",
        &["event `opened`: new property `seconds` (integer)"],
    );
    check("event opened (campaign text)\n", "", &["event gone: `opened`"]);
    check("lead key id", "lead key lead_id", &["leads are known by `lead_id`, was `id`"]);
    done();
}
