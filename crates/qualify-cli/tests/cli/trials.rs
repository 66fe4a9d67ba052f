//! `qualify test`: what it says of tests that fail, of what they cover, of changes they miss and of tests that are
//! missing. The whole output stands in golden files.

use crate::program::{Folder, Run, has, qualify};
use std::process::Command;

const RULES: &str = "language 1

lead key lead_id {
  demographics { seniority ordered one of (junior, manager, director) }
  firmographics { size integer from 1 to 10_000_000 }
  created_at time required
}
event visited (page one of (pricing, docs, blog), seconds integer from 0 to 86_400)
event requested (item one of (demo, quote))

param mql_line = 50 from 0 to 100
let decision_maker = demographics.seniority at least director

ignore visited where (seconds < 5) because \"a mail scanner\"

score fit from 0 up to 60 {
  points for firmographics.size { over 1000 : 30   over 100 : 20   otherwise : 0   unknown : 0 }
  when decision_maker and firmographics.size > 50 add 10 because \"can sign the contract\"
}

score engagement from 0 up to 100 halving every 30d {
  when visited pricing within 7d add 20
  when requested demo within 30d add 40 without decay
  for each visited docs within 30d add 1 up to 3
}

disqualify if firmographics.size < 2 because \"one person\"

grade A if fit >= 30
grade B otherwise

stage Lead
stage MQL if score >= mql_line and firmographics.size > 100

segment eager if requested demo within 7d

route \"Inside sales\" if stage at least MQL respond within 1h
route \"Nurture\" otherwise
";

const PASSING: &str = "language 1
use \"model.qualify\"

test \"a director of a large company who asks for a demo is an MQL\" {
  lead { demographics.seniority: director, firmographics.size: 1001, created_at: 90d ago }
  requested demo 1d ago
  expect fit = 40, score = 80, grade is A, stage is MQL, eager, route is \"Inside sales\"
}

test \"the pricing page alone is not enough\" {
  lead { firmographics.size: 500, created_at: 90d ago }
  visited pricing { seconds: 60 } 7d ago
  expect engagement = 0, stage is Lead
}
";

const FAILING: &str = "
test \"a manager who looks at prices is an MQL\" {
  lead { demographics.seniority: manager, firmographics.size: 100, created_at: 90d ago }
  visited pricing { seconds: 60 } 8d ago
  visited docs { seconds: 60 } 15d ago
  expect score >= 50, stage is MQL, route is \"Inside sales\"
  expect decision_maker or eager
}
";

const MANIFEST: &str = "model = \"model.qualify\"
tests = \"tests.qualify\"
[[leads]]
files = \"leads.csv\"
";

fn project(tests: &str) -> Folder {
    Folder::new(&[("model.qualify", RULES), ("tests.qualify", tests), ("qualify.toml", MANIFEST)])
}

/// The output without what differs from run to run: how long it took.
fn steady(run: &Run) -> String {
    let steady = |line: &str| match (line.rfind(" in "), line.ends_with(" ms")) {
        (Some(at), true) => format!("{} in (time)", &line[..at]),
        _ => line.to_string(),
    };
    run.out.lines().map(steady).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_failed_expectation_tells_what_was_found_and_where_the_score_comes_from() {
    let folder = project(&format!("{PASSING}{FAILING}"));
    let run = qualify(&["test", ".", "--all"], &folder);
    assert_eq!(run.status, 1, "{run:?}");
    insta::assert_snapshot!("failed", steady(&run));
}

#[test]
fn names_choose_tests_and_what_cannot_run_has_its_own_status() {
    let folder = project(&format!("{PASSING}{FAILING}"));
    for (filter, status) in [("DIRECTOR", 0), ("*is an mql", 1), ("pricing page", 0), ("nobody", 2)] {
        let run = qualify(&["test", ".", "--filter", filter], &folder);
        assert_eq!(run.status, status, "{filter}: {run:?}");
    }
    let broken = Folder::new(&[("model.qualify", &format!("{RULES}stage Sold if scroe > 5\n"))]);
    let run = qualify(&["test", "model.qualify"], &broken);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.err.contains("scroe"), "{run:?}");
    assert_eq!(qualify(&["test", "elsewhere"], &broken).status, 2);
    let none = Folder::new(&[("model.qualify", RULES)]);
    let run = qualify(&["test", "model.qualify"], &none);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.err.contains("there are no tests in model.qualify"), "{run:?}");
}

#[test]
fn files_folders_and_projects_are_found() {
    let own = format!("{RULES}{}", &PASSING[PASSING.find("test").expect("a test")..]);
    let folder = Folder::new(&[("model.qualify", own.as_str()), ("other.qualify", RULES)]);
    for paths in [&["test"][..], &["test", "."], &["test", "model.qualify"]] {
        let run = qualify(paths, &folder);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.out.contains("2 tests passed"), "{run:?}");
    }
    let run = qualify(&["test", "tests.qualify"], &project(PASSING));
    assert!(run.out.contains("2 tests passed"), "a file that uses the model: {run:?}");
}

#[test]
fn as_json_it_is_data() {
    let folder = project(&format!("{PASSING}{FAILING}"));
    let run = qualify(&["test", ".", "--format", "json", "--coverage", "--mutants=5"], &folder);
    assert_eq!(run.status, 1, "{run:?}");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let group = &json["groups"][0];
    assert_eq!(group["tests"].as_array().map(Vec::len), Some(3));
    assert_eq!(group["tests"][2]["failures"][0]["findings"][0]["found"], "score is 0.7071: 49.2929 less");
    assert_eq!(group["tests"][2]["explanation"]["score"], "0.7071");
    assert_eq!(group["coverage"]["tests"], 3);
    assert_eq!(group["mutants"]["failing"][0], "a manager who looks at prices is an MQL");
}

#[test]
fn junit_is_valid() {
    let folder = project(&format!("{PASSING}{FAILING}"));
    qualify(&["test", ".", "--junit", "junit.xml"], &folder);
    let xml = std::fs::read_to_string(folder.path().join("junit.xml")).expect("a file");
    let schema =
        uppsala::parse(include_str!("../../../qualify-review/tests/schemas/junit.xsd")).expect("XML");
    let validator = uppsala::XsdValidator::from_schema(&schema).expect("a schema");
    let errors = validator.validate(&uppsala::parse(&xml).expect("XML"));
    assert!(errors.is_empty(), "{errors:?}\n{xml}");
    let steady = |line: &str| {
        let without = |line: String, name: &str| match line.find(&format!(" {name}=\"")) {
            Some(at) => {
                let value = at + name.len() + 3;
                let end = value + line[value..].find('"').expect("a closing quote");
                format!("{}({name}){}", &line[..value], &line[end..])
            }
            None => line,
        };
        without(without(line.to_string(), "timestamp"), "time")
    };
    insta::assert_snapshot!("junit", xml.lines().map(steady).collect::<Vec<_>>().join("\n"));
}

#[test]
fn coverage_is_a_table() {
    let run = qualify(&["test", ".", "--coverage"], &project(PASSING));
    insta::assert_snapshot!("coverage", steady(&run));
    let run = qualify(&["test", ".", "--coverage", "--all"], &project(PASSING));
    insta::assert_snapshot!("coverage_all", steady(&run));
}

#[test]
fn coverage_is_a_tracefile() {
    let folder = project(PASSING);
    qualify(&["test", ".", "--lcov", "lcov.info"], &folder);
    let text = std::fs::read_to_string(folder.path().join("lcov.info")).expect("a file");
    check_tracefile(&text);
    insta::assert_snapshot!("lcov", text);
}

/// The pages of `genhtml` count what the tracefile says.
#[test]
fn genhtml_reads_the_tracefile() {
    if !has(&["genhtml"]) {
        return;
    }
    let folder = project(PASSING);
    qualify(&["test", ".", "--lcov", "lcov.info"], &folder);
    let text = std::fs::read_to_string(folder.path().join("lcov.info")).expect("a file");
    let run = Command::new("genhtml")
        .args(["--branch-coverage", "--output-directory", "pages", "lcov.info"])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{told}\n{}", String::from_utf8_lossy(&run.stderr));
    let sum = |kind: &str| -> u32 {
        let lines = text.lines().filter_map(|line| line.strip_prefix(kind)?.parse::<u32>().ok());
        lines.sum()
    };
    for (hit, all, what) in [("LH:", "LF:", "lines"), ("BRH:", "BRF:", "branches")] {
        let counted = format!("({} of {} {what})", sum(hit), sum(all));
        assert!(told.contains(&counted), "{counted}\n{told}");
    }
    assert!(folder.exists("pages/index.html"));
}

/// The records are those that `genhtml` reads, in its order, and their sums are right.
fn check_tracefile(text: &str) {
    let order = ["TN:", "SF:", "BRDA:", "BRF:", "BRH:", "DA:", "LF:", "LH:", "end_of_record"];
    let mut place = 0;
    let (mut branches, mut taken, mut lines, mut hit) = (0, 0, 0, 0);
    for line in text.lines() {
        let kind = order.iter().position(|kind| line.starts_with(kind)).unwrap_or_else(|| panic!("`{line}`"));
        assert!(kind >= place || kind == 0, "`{line}` stands too late");
        place = kind;
        let (_, rest) = line.split_once(':').unwrap_or_default();
        let numbers: Vec<&str> = rest.split(',').collect();
        match order[kind] {
            "TN:" => (branches, taken, lines, hit) = (0, 0, 0, 0),
            "BRDA:" => {
                assert!(
                    numbers.len() == 4 && numbers[3].parse::<u32>().is_ok() || numbers[3] == "-",
                    "`{line}`"
                );
                branches += 1;
                taken += u32::from(!["-", "0"].contains(&numbers[3]));
            }
            "DA:" => {
                assert!(numbers.len() == 2 && numbers.iter().all(|n| n.parse::<u32>().is_ok()), "`{line}`");
                lines += 1;
                hit += u32::from(numbers[1] != "0");
            }
            "BRF:" => assert_eq!(rest, branches.to_string()),
            "BRH:" => assert_eq!(rest, taken.to_string()),
            "LF:" => assert_eq!(rest, lines.to_string()),
            "LH:" => assert_eq!(rest, hit.to_string()),
            _ => {}
        }
    }
    assert!(text.ends_with("end_of_record\n"));
}

#[test]
fn changes_that_no_test_notices_are_listed() {
    let run = qualify(&["test", ".", "--mutants"], &project(PASSING));
    assert_eq!(run.status, 0, "{run:?}");
    insta::assert_snapshot!("mutants", steady(&run));
    let sample = qualify(&["test", ".", "--mutants=10", "--seed", "7"], &project(PASSING));
    assert!(sample.out.contains("10 changes of") && sample.out.contains("(seed 7)"), "{sample:?}");
    let apart = qualify(&["test", ".", "--mutants", "10"], &project(PASSING));
    assert!(apart.status == 2 && apart.err.contains("`--mutants=10`"), "{apart:?}");
    let again = qualify(&["test", ".", "--mutants=10", "--seed", "7"], &project(PASSING));
    assert_eq!(steady(&sample), steady(&again));
}

#[test]
fn missing_tests_are_suggested() {
    let folder = project(PASSING);
    let run = qualify(&["test", ".", "--suggest"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    insta::assert_snapshot!("suggestions", steady(&run));
    let share = |run: &Run| -> f64 {
        let line = run.out.lines().find(|line| line.trim_start().starts_with("noticed")).expect("the share");
        let percent = line.split_whitespace().rev().nth(1).expect("a number");
        percent.parse().expect("a number")
    };
    let before = share(&qualify(&["test", ".", "--mutants"], &folder));
    let written = qualify(&["test", ".", "--suggest", "--write", "tests.qualify"], &folder);
    assert_eq!(written.status, 0, "{written:?}");
    // what was added parses, checks and passes, and the share of noticed changes has risen
    let checked = qualify(&["check", "."], &folder);
    assert_eq!(checked.status, 0, "{checked:?}");
    let after = qualify(&["test", ".", "--mutants"], &folder);
    assert_eq!(after.status, 0, "{after:?}");
    assert!(before < 40.0 && share(&after) > 90.0, "{before} {}", after.out);
}

#[test]
fn nothing_is_suggested_while_a_test_fails() {
    let run = qualify(&["test", ".", "--suggest"], &project(&format!("{PASSING}{FAILING}")));
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.out.contains("nothing was tried, because a test fails"), "{run:?}");
    assert!(!run.out.contains("no test is missing"), "{run:?}");
}

#[test]
fn suggested_tests_in_a_new_file_run() {
    let manifest = "model = \"rules/model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n";
    let folder = Folder::new(&[("qualify.toml", manifest)]);
    for name in ["rules", "tests"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    std::fs::write(folder.path().join("rules/model.qualify"), RULES).expect("a file");
    let run = qualify(&["test", ".", "--suggest", "--write", "tests/new.qualify"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.out.contains("tests = \"tests/new.qualify\""), "{run:?}");
    let text = std::fs::read_to_string(folder.path().join("tests/new.qualify")).expect("it was made");
    assert!(text.contains("language 1\nuse \"../rules/model.qualify\"\n"), "{text}");
    let alone = qualify(&["test", "tests/new.qualify"], &folder);
    assert_eq!(alone.status, 0, "{alone:?}");
    std::fs::write(folder.path().join("qualify.toml"), format!("tests = \"tests/new.qualify\"\n{manifest}"))
        .expect("a file");
    let all = qualify(&["test", "."], &folder);
    assert_eq!(all.status, 0, "{all:?}");
}

#[test]
fn suggested_tests_of_several_files_run_or_are_refused() {
    let model = "lead key id { size integer from 1 to 100 }\nwhen size > 5 add 5\nwhen size > 50 add 3\n";
    let test = |use_it: &str, size: u32, points: u32| {
        format!("{use_it}test \"of {size}\" {{ lead {{ size: {size} }} expect score = {points} }}\n")
    };
    let (one, two) = (test("use \"model.qualify\"\n", 6, 5), test("use \"model.qualify\"\n", 51, 8));
    let files = [("model.qualify", model), ("a.qualify", one.as_str()), ("b.qualify", &two)];
    let folder = Folder::new(&files);
    let run = qualify(&["test", ".", "--suggest", "--write", "more/new.qualify"], &folder);
    assert_eq!(run.status, 2, "there is no such folder: {run:?}");
    let run = qualify(&["test", ".", "--suggest", "--write", "new.qualify"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let text = std::fs::read_to_string(folder.path().join("new.qualify")).expect("it was made");
    assert!(text.contains("use \"a.qualify\"\n") && text.contains("use \"b.qualify\"\n"), "{text}");
    let alone = qualify(&["test", "new.qualify"], &folder);
    assert_eq!(alone.status, 0, "{alone:?}");
    let run = qualify(&["test", "a.qualify", "--suggest", "--write", "b.qualify"], &folder);
    assert_eq!(run.status, 0, "of the same model: {run:?}");
    // two models are no model
    let other = test("lead key id { size integer from 1 to 9 }\nwhen size > 5 add 5\n", 6, 5);
    let folder = Folder::new(&[files[0], files[1], ("other.qualify", &other)]);
    let run = qualify(&["test", ".", "--suggest", "--write", "new.qualify"], &folder);
    assert!(run.status == 2 && !folder.exists("new.qualify"), "{run:?}");
    assert!(run.err.contains("run it for each of ./a.qualify, ./other.qualify"), "{run:?}");
    let run = qualify(&["test", "a.qualify", "--suggest", "--write", "other.qualify"], &folder);
    assert!(run.status == 2 && run.err.contains("other.qualify is left as it is"), "{run:?}");
}
