//! The program as a person or a script meets it: arguments in, text, files and an exit status out.

mod action;
mod book;
mod check;
mod ci_page;
mod compiled;
mod diff;
mod fmt;
mod left_behind;
mod lint;
mod program;
mod serve;
mod trials;

use program::{Folder, qualify};

/// The user's line with a schema of four lines.
const LINE: &str =
    "when visited pricing within 7d add 20; stage MQL if score >= 50 and firmographics.size > 100";
const SCHEMA: &str = "lead key lead_id {
  firmographics { size integer from 1 to 10_000_000 }
}
event visited (page one of (pricing, docs, blog))
";

#[test]
fn the_users_line_checks_as_it_stands_and_is_warned_about() {
    let folder = Folder::new(&[("model.qualify", &format!("{SCHEMA}{LINE}\n"))]);
    let run = qualify(&["check", "model.qualify"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.out.contains("1 warning"), "{run:?}");
    assert!(run.out.contains("20") && run.out.contains("MQL"), "{run:?}");
    let denied = qualify(&["check", "--deny", "warnings", "model.qualify"], &folder);
    assert_eq!(denied.status, 1, "{denied:?}");
}

#[test]
fn the_users_line_scores_as_it_stands() {
    let folder = Folder::new(&[
        ("model.qualify", &format!("{SCHEMA}{LINE}\n")),
        ("leads.csv", "lead_id,size\na,500\nb,5\n"),
        ("events.csv", "lead_id,time,page\na,2026-01-30T00:00:00Z,pricing\nb,2026-01-01T00:00:00Z,pricing\n"),
        ("qualify.toml", MANIFEST),
    ]);
    let run = qualify(&["score", ".", "--output", "-", "--output-format", "csv"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("lead_id,status,score"), "{run:?}");
    assert!(lines[1].starts_with("a,scored,20"), "{run:?}");
    assert!(lines[2].starts_with("b,scored,0"), "{run:?}");
}

const MANIFEST: &str = "model = \"model.qualify\"
as_of = \"2026-01-31T00:00:00Z\"
[[leads]]
files = \"leads.csv\"
[[events]]
files = \"events.csv\"
lead = \"lead_id\"
time = \"time\"
type = \"visited\"
";

#[test]
fn a_new_project_checks_scores_and_explains() {
    let folder = Folder::new(&[]);
    let made = qualify(&["init", "start"], &folder);
    assert_eq!(made.status, 0, "{made:?}");
    let checked = qualify(&["check", "start", "--deny", "warnings"], &folder);
    assert_eq!(checked.status, 0, "{checked:?}");
    let scored = qualify(&["score", "start"], &folder);
    assert_eq!(scored.status, 0, "{scored:?}");
    assert!(folder.exists("start/scores.csv"));
    // by hand: fit 30 + 20 + 20 = 70; engagement: pricing 0.625 days before, 20 * 2^(-0.625/30) = 19.7132, demo 40
    let explained = qualify(&["explain", "L1", "start"], &folder);
    assert_eq!(explained.status, 0, "{explained:?}");
    assert!(explained.out.contains("19.71"), "{explained:?}");
    assert!(explained.out.contains("SQL"), "{explained:?}");
    let again = qualify(&["init", "start"], &folder);
    assert_eq!(again.status, 2, "{again:?}");
}

#[test]
fn explain_gives_json_whose_lines_sum_to_the_score() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["explain", "L3", ".", "--format", "json"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
    for score in json["scores"].as_array().expect("scores") {
        let units = |text: &serde_json::Value| {
            let (whole, rest) =
                text.as_str().unwrap().split_once('.').unwrap_or((text.as_str().unwrap(), ""));
            format!("{whole}{rest:0<4}").parse::<i64>().unwrap()
        };
        let sum: i64 = score["lines"].as_array().unwrap().iter().map(|l| units(&l["points"])).sum();
        assert_eq!(sum, units(&score["value"]), "{score}");
    }
}

#[test]
fn a_lead_that_is_not_there_is_named() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["explain", "L33", "."], &folder);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.err.contains("L33") && run.err.contains("L3"), "{run:?}");
}

#[test]
fn what_cannot_run_says_why_in_a_sentence_and_ends_with_2() {
    let folder = Folder::new(&[("model.qualify", "when consent add 5\n"), ("bad.toml", "modell = 1\n")]);
    for arguments in [
        &["check", "nothing.qualify"][..],
        &["score", "nowhere"],
        &["score", "bad.toml"],
        &["explain-code", "E9999"],
        &["check", "model.qualify", "--param", "x"],
        &["check", "model.qualify", "--deny", "nonsense"],
        &["nonsense"],
    ] {
        let run = qualify(arguments, &folder);
        assert_eq!(run.status, 2, "{arguments:?} {run:?}");
        assert!(!run.err.is_empty() && !run.err.contains("panicked"), "{arguments:?} {run:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new(&[]);
    let status = program::into_closed_pipe(&["grammar", "--sample", "3000"], &folder);
    assert_eq!(status, 0);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    if !std::path::Path::new("/dev/full").exists() {
        return; // only some systems have a device that is always full
    }
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = program::into_full_disk(&["score", ".", "--output", "-", "--output-format", "csv"], &folder);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(!run.err.contains("panicked") && !run.err.is_empty(), "{run:?}");
}

#[test]
fn no_progress_bar_and_no_colours_in_a_pipe() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["score", "."], &folder);
    assert!(!run.err.contains('\u{1b}') && !run.out.contains('\u{1b}'), "{run:?}");
    let forced =
        qualify(&["check", "--color", "always", "bad.qualify"], &Folder::new(&[("bad.qualify", "when")]));
    assert!(forced.out.contains('\u{1b}'), "{forced:?}");
}

#[test]
fn every_code_has_its_page() {
    let folder = Folder::new(&[]);
    let of_rules = qualify::Code::ALL.iter().map(|code| code.as_str());
    let of_data = qualify_data::ProblemKind::ALL.iter().map(|kind| kind.code());
    for code in of_rules.chain(of_data) {
        let run = qualify(&["explain-code", &code.to_lowercase()], &folder);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.out.starts_with(&format!("# {code}")), "{code}: {}", run.out);
    }
}

#[test]
fn a_param_is_overridden_within_its_range() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["score", ".", "--param", "mql_line=200", "--format", "json"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let outside = qualify(&["score", ".", "--param", "mql_line=201"], &folder);
    assert_eq!(outside.status, 1, "{outside:?}");
    assert!(outside.err.contains("mql_line"), "{outside:?}");
}

#[test]
fn completions_are_made_for_each_shell() {
    let folder = Folder::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = qualify(&["completions", shell], &folder);
        assert!(run.status == 0 && run.out.contains("explain-code"), "{shell}");
    }
}

#[test]
fn an_inferred_project_checks_and_scores() {
    let folder = Folder::new(&[
        ("leads.csv", "lead_id,Job Title,size,consent\na,CTO,500,yes\nb,N/A,20,no\nc,CFO,7,yes\n"),
        ("visits.csv", "lead_id,at,page\na,2026-01-30T10:00:00Z,pricing\na,2026-01-30T11:00:00Z,docs\n"),
    ]);
    let inferred = qualify(&["schema", "infer", "leads.csv", "visits.csv", "--output", "."], &folder);
    assert_eq!(inferred.status, 0, "{inferred:?}");
    let checked = qualify(&["check", "."], &folder);
    assert_eq!(checked.status, 0, "{checked:?}");
    let shown = qualify(&["schema", "show", "."], &folder);
    assert!(shown.out.contains("Job Title") && shown.out.contains("integer"), "{shown:?}");
    let profiled = qualify(&["profile", "."], &folder);
    assert!(profiled.out.contains("3 leads, 2 events"), "{profiled:?}");
}

#[test]
fn what_goes_wrong_is_json_where_json_is_asked_for() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    std::fs::write(folder.path().join("bad.qualify"), "when").expect("a file");
    for arguments in [
        &["check", "bad.qualify"][..],
        &["check", "nothing.qualify"],
        &["score", "nowhere"],
        &["score", ".", "--param", "mql_line=999"],
        &["explain", "L99", "."],
        &["explain-code", "E9999"],
        &["grammar"],
        &["grammar", "--sample", "2"],
        &["schema", "infer", "leads.csv"],
        &["init", "another"],
        &["profile", "."],
        &["schema", "show", "."],
    ] {
        let run = qualify(&[arguments, &["--format", "json"]].concat(), &folder);
        let json = serde_json::from_str::<serde_json::Value>(&run.out);
        assert!(json.is_ok(), "{arguments:?} {run:?}");
    }
}

#[test]
fn explain_leaves_out_what_cannot_be_read() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let leads = std::fs::read_to_string(folder.path().join("leads.csv")).expect("leads");
    std::fs::write(folder.path().join("leads.csv"), leads + "L6,a@b.example,junior,many,retail,2026-01-01\n")
        .expect("a file");
    let run = qualify(&["explain", "L1", "."], &folder);
    assert!(run.status == 0 && run.err.contains("left out: 1"), "{run:?}");
    let score = qualify(&["score", "."], &folder);
    assert!(score.status == 1 && score.err.contains("--rejects"), "{score:?}");
}

#[test]
fn as_of_is_read_in_the_zone_of_the_project() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let manifest = std::fs::read_to_string(folder.path().join("qualify.toml")).expect("a manifest");
    let manifest = format!("timezone = \"Europe/Berlin\"\n{manifest}");
    std::fs::write(folder.path().join("qualify.toml"), manifest).expect("a file");
    for (given, meant) in [
        ("2026-03-31T10:00:00", "2026-03-31T08:00:00Z"),
        ("2026-03-31", "2026-03-30T22:00:00Z"),
        ("2026-03-31T10:00:00Z", "2026-03-31T10:00:00Z"),
    ] {
        let run = qualify(&["score", ".", "--as-of", given], &folder);
        assert!(run.out.contains(meant), "{given}: {run:?}");
    }
}

#[test]
fn what_is_read_is_never_written_over() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let before = std::fs::read_to_string(folder.path().join("leads.csv")).expect("leads");
    for arguments in [
        &["score", ".", "-o", "leads.csv"][..],
        &["score", ".", "--rejects", "./events.csv"],
        &["score", ".", "--rejects", "x.csv", "-o", "x.csv"],
        &["score", ".", "-o", "nowhere/x.csv"],
        &["score", ".", "-o", "x.foo"],
    ] {
        let run = qualify(arguments, &folder);
        assert_eq!(run.status, 2, "{arguments:?} {run:?}");
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("leads.csv")).expect("leads"), before);
}
