//! `qualify lint`: what it says, what makes it louder and what silences it.

use crate::program::{Folder, qualify};

const MODEL: &str = "lead key id { size integer from 1 to 100_000 required }
when size > 200 add 5
segment large if size > 200
";
const MANIFEST: &str =
    "model = \"model.qualify\"\nas_of = \"2026-01-31T00:00:00Z\"\n[[leads]]\nfiles = \"leads.csv\"\n";

fn project(model: &str, lint: &str) -> Folder {
    Folder::new(&[
        ("model.qualify", model),
        ("leads.csv", "id,size\na,5\n"),
        ("qualify.toml", &format!("{MANIFEST}{lint}")),
    ])
}

#[track_caller]
fn check(model: &str, lint: &str, arguments: &[&str], status: i32, says: &str) {
    let folder = project(model, lint);
    let run = qualify(&[&["lint", "."], arguments].concat(), &folder);
    assert_eq!(run.status, status, "{run:?}");
    assert!(run.out.contains(says), "{says} in {run:?}");
}

#[test]
fn names_and_codes_make_it_louder_or_silence_it() {
    check(MODEL, "", &[], 0, "[W0801] warning: `size` is compared with 200 in 2 statements");
    check(MODEL, "", &["--deny", "magic-number"], 1, "[W0801] error");
    check(MODEL, "", &["--deny", "W0801"], 1, "1 error");
    check(MODEL, "", &["--deny", "warnings"], 1, "1 error");
    check(MODEL, "", &["--allow", "magic-number"], 0, "no problems, 1 suppressed");
    check(MODEL, "[lint]\ndeny = \"magic-number\"\n", &[], 1, "1 error");
    check(MODEL, "[lint]\nallow = \"warnings\"\n", &[], 0, "no problems, 1 suppressed");
    check(MODEL, "[lint]\nallow = \"warnings\"\nwarn = \"magic-number\"\n", &[], 0, "1 warning");
    check(MODEL, "[lint]\nmagic_uses = 3\n", &[], 0, "no problems\n");
    check(MODEL, "[lint]\nallow = \"magic-number\"\n", &["--deny", "magic-number"], 1, "1 error");
}

#[test]
fn comments_silence_it_by_name_or_code() {
    for word in ["W0801", "magic-number"] {
        let model = MODEL.replace("add 5", &format!("add 5  # allow {word}: both are meant"));
        check(&model, "", &[], 0, "no problems, 1 suppressed");
    }
    let model = format!("{MODEL}# allow same-reason: nothing here\nsegment small if size < 20\n");
    check(&model, "", &[], 0, "[W0103] warning: there is no W0809 here to allow");
    // without data nobody knows whether it is needed
    let model = format!("{MODEL}# allow crowded-threshold: few\nsegment small if size < 20\n");
    check(&model, "", &[], 0, "1 warning;");
}

#[test]
fn a_model_with_errors_has_nothing_else_said_of_it() {
    check("when size > 200 add", "", &[], 1, "error");
}

#[test]
fn further_protected_names_come_from_the_manifest() {
    let model = "lead key id { postcode integer required }\nwhen postcode > 200 add 5\n";
    check(model, "", &[], 0, "no problems");
    check(model, "[lint]\nprotected = [\"postcode\"]\n", &[], 0, "[W0802]");
}

#[test]
fn it_prints_what_check_prints() {
    let folder = project(MODEL, "");
    let run = qualify(&["lint", ".", "--format", "json"], &folder);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
    assert!(json.to_string().contains("W0801"), "{run:?}");
    let run = qualify(&["lint", ".", "--format", "sarif"], &folder);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
    assert_eq!(json["runs"][0]["results"][0]["ruleId"], "W0801");
    let run = qualify(&["lint", ".", "--format", "github"], &folder);
    assert!(run.out.starts_with("::warning"), "{run:?}");
    let page = qualify(&["explain-code", "magic-number"], &folder);
    assert!(page.out.starts_with("# W0801"), "{page:?}");
}

#[test]
fn with_data_it_looks_at_scores() {
    let folder = project(MODEL, "[lint]\nmin_leads = 2\n");
    let run = qualify(&["lint", "model.qualify", "--data"], &folder);
    assert_eq!(run.status, 2, "{run:?}");
    let model = format!("{MODEL}stage A if score >= 5\n");
    let folder = project(&model, "[lint]\nmin_leads = 1\n");
    std::fs::write(folder.path().join("leads.csv"), "id,size\na,500\nb,600\n").expect("a file");
    let run = qualify(&["lint", ".", "--data"], &folder);
    assert!(run.out.contains("[W0811] warning: 2 of 2 leads (100.0 %) lie within 1 point"), "{run:?}");
}

#[test]
fn a_new_project_has_nothing_to_be_said_of_it() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["lint", ".", "--data", "--deny", "warnings"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let run = qualify(&["fmt", ".", "--check"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
}
