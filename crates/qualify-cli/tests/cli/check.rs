//! `qualify check` as a CI server meets it: formats, files beside what is printed, what is allowed and denied.

use crate::program::{Folder, qualify};
use serde_json::Value;

const MODEL: &str = "lead key id { size integer from 1 to 10_000_000 }
event visited (page one of (pricing, docs))
when visited pricing within 7d add 10
when visited pricing within 30d add 5   # allow W0651: the newest visits count twice
when size > 20_000_000 add 5
";

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("a file")
}

/// Fails with what the schema says against a JUnit file.
fn must_be_valid(junit: &str) {
    let schema = include_str!("../../../qualify-review/tests/schemas/junit.xsd");
    let schema = uppsala::parse(schema).expect("the schema is XML");
    let validator = uppsala::XsdValidator::from_schema(&schema).expect("the schema is one");
    let errors = validator.validate(&uppsala::parse(junit).expect("the file is XML"));
    assert!(errors.is_empty(), "{errors:?}\n{junit}");
}

#[test]
fn one_run_gives_every_form() {
    let folder = Folder::new(&[("model.qualify", MODEL)]);
    let run = qualify(
        &[
            "check",
            "model.qualify",
            "--sarif",
            "a.sarif",
            "--json",
            "a.json",
            "--junit",
            "a.xml",
            "--github",
            "-",
        ],
        &folder,
    );
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.out.contains("1 warning, 1 suppressed"), "{run:?}");
    assert!(run.out.contains("::warning file=model.qualify,line=5,col=6,"), "{run:?}");
    let sarif: Value = serde_json::from_str(&read(&folder, "a.sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!((results.len(), &results[0]["ruleId"]), (2, &Value::from("W0501")));
    assert_eq!(results[1]["suppressions"][0]["justification"], "the newest visits count twice");
    let json: Value = serde_json::from_str(&read(&folder, "a.json")).expect("JSON");
    assert_eq!(json[1]["suppressed"]["reason"], "the newest visits count twice");
    assert_eq!(json[1]["suppressed"]["comment"]["line"], 4);
    let junit = read(&folder, "a.xml");
    must_be_valid(&junit);
    assert!(junit.contains("tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"1\""), "{junit}");
}

#[test]
fn each_form_can_be_printed() {
    let folder = Folder::new(&[("model.qualify", MODEL)]);
    let sarif = qualify(&["check", "model.qualify", "--format", "sarif"], &folder);
    let log: Value = serde_json::from_str(&sarif.out).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let github = qualify(&["check", "model.qualify", "--format", "github"], &folder);
    assert!(
        github.out.lines().all(|line| line.starts_with("::")) && github.err.contains("1 warning"),
        "{github:?}"
    );
    let refused = qualify(&["check", "model.qualify", "--format", "html"], &folder);
    assert!(refused.status == 2 && refused.err.contains("human, json, sarif, github"), "{refused:?}");
    let refused = qualify(&["profile", ".", "--format", "sarif"], &folder);
    assert!(refused.status == 2 && refused.err.contains("human, json"), "{refused:?}");
}

#[test]
fn a_denied_warning_fails_its_junit_case() {
    let folder = Folder::new(&[("model.qualify", MODEL)]);
    let run = qualify(&["check", "model.qualify", "--deny", "W0501", "--junit", "a.xml"], &folder);
    assert_eq!(run.status, 1, "{run:?}");
    let junit = read(&folder, "a.xml");
    must_be_valid(&junit);
    assert!(junit.contains("<failure type=\"W0501\""), "{junit}");
}

#[test]
fn arguments_and_the_manifest_allow_and_deny() {
    let manifest = |check: &str| {
        format!("model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n[check]\n{check}\n")
    };
    let run = |check: &str, arguments: &[&str]| {
        let files = [
            ("model.qualify", MODEL.to_string()),
            ("leads.csv", "id,size\na,5\n".to_string()),
            ("qualify.toml", manifest(check)),
        ];
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        qualify(&[&["check", "."], arguments].concat(), &Folder::new(&files))
    };
    for (check, arguments, status, says) in [
        ("", &["--deny", "warnings"][..], 1, "1 error, 1 suppressed"),
        ("", &["--allow", "W0501"], 0, "no problems, 2 suppressed"),
        ("", &["--allow", "warnings"], 0, "no problems, 2 suppressed"),
        // a code counts for more than `warnings`
        ("", &["--deny", "warnings", "--allow", "w0501"], 0, "no problems, 2 suppressed"),
        ("deny = \"warnings\"", &[], 1, "1 error"),
        ("allow = [\"W0501\"]", &["--deny", "warnings"], 0, "2 suppressed"),
        // an argument counts for more than the manifest
        ("allow = [\"W0501\"]", &["--deny", "W0501"], 1, "1 error"),
        ("deny = [\"W0501\"]", &["--allow", "W0501"], 0, "2 suppressed"),
        ("", &["--allow", "E0201"], 2, "cannot allow E0201"),
        ("", &["--allow", "W0501", "--deny", "W0501"], 2, "both name"),
        ("allow = \"E0201\"", &[], 2, "cannot allow E0201"),
        ("allow = \"W9999\"", &[], 2, "W9999"),
        ("denied = \"W0501\"", &[], 2, "deny"),
    ] {
        let run = run(check, arguments);
        assert_eq!(run.status, status, "{check} {arguments:?} {run:?}");
        assert!(format!("{}{}", run.out, run.err).contains(says), "{check} {arguments:?} {run:?}");
    }
}

#[test]
fn what_is_allowed_is_not_told_when_scoring_and_denials_of_the_manifest_do_not_stop_it() {
    let folder = Folder::new(&[
        ("model.qualify", &MODEL.replace("# allow", "#")),
        ("leads.csv", "id,size\na,5\n"),
        (
            "qualify.toml",
            "model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n\
             [check]\nallow = \"W0651\"\ndeny = \"W0501\"\n",
        ),
    ]);
    let run = qualify(&["score", ".", "-o", "-", "--output-format", "csv"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.err.contains("W0501") && !run.err.contains("W0651"), "{run:?}");
}

#[test]
fn the_data_are_looked_at_when_asked() {
    let rows: String = (0..40).map(|i| format!("l{i},{}\n", if i == 7 { "500" } else { "" })).collect();
    let folder = Folder::new(&[
        ("model.qualify", "lead key id { size integer }\nwhen size > 100 add 5   # allow W0904: x\n"),
        ("leads.csv", &format!("id,size\n{rows}")),
        ("qualify.toml", "model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n"),
    ]);
    let without = qualify(&["check", "."], &folder);
    assert!(without.status == 0 && without.out.contains("no problems"), "{without:?}");
    let run = qualify(&["check", ".", "--data", "--as-of", "2026-01-01"], &folder);
    assert!(run.out.contains("`size` is known in 1 of 40 leads (2.5 %)"), "{run:?}");
    // a comment about the data is unused only where the data were looked at
    assert!(run.out.contains("there is no W0904 here to allow"), "{run:?}");
    assert!(run.err.contains("data of 40 leads") && run.status == 0, "{run:?}");
    let denied = qualify(&["check", ".", "--data", "--deny", "W0901", "--format", "github"], &folder);
    assert!(denied.status == 1 && denied.out.contains("::error file=model.qualify,line=1"), "{denied:?}");
    let allowed = qualify(&["check", ".", "--data", "--allow", "W0901", "--format", "json"], &folder);
    assert!(allowed.out.contains("allowed by --allow"), "{allowed:?}");
    let refused = qualify(&["check", "model.qualify", "--data"], &folder);
    assert!(refused.status == 2 && refused.err.contains("--data takes projects"), "{refused:?}");
}

#[test]
fn each_project_is_checked_on_its_own() {
    let folder = Folder::new(&[]);
    let manifest = "model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n";
    let put = |name: &str, model: &str, more: &str| {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
        let put = |file: &str, text: &str| {
            std::fs::write(folder.path().join(name).join(file), text).expect("a file");
        };
        put("model.qualify", model);
        put("qualify.toml", &format!("{manifest}{more}"));
    };
    let fine = "lead key id { size integer from 1 to 10 }\nwhen size > 5 add 5\n";
    let odd = "lead key id { size integer from 1 to 10 }\nwhen size > 20 add 5\n";
    put("one", fine, "");
    put("two", odd, "");
    put("three", odd, "[check]\ndeny = [\"W0501\"]\n");
    // two schemas with one name each are no mistake of either
    let run = qualify(&["check", "one", "two", "--format", "json", "--sarif", "a.sarif"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    let json: Value = serde_json::from_str(&run.out).expect("one document");
    let told = |json: &Value| -> Vec<String> {
        let all = json.as_array().expect("messages").iter();
        all.map(|m| format!("{} {} {}", m["place"]["file"], m["code"], m["severity"])).collect()
    };
    assert_eq!(told(&json), ["\"two/model.qualify\" \"W0501\" \"warning\""]);
    let sarif: Value = serde_json::from_str(&read(&folder, "a.sarif")).expect("one document");
    assert_eq!(sarif["runs"].as_array().map(Vec::len), Some(1));
    // what a manifest says holds for its own project, and the worst status counts
    let run = qualify(&["check", "two", "three", "two", "one/model.qualify", "--format", "json"], &folder);
    let json: Value = serde_json::from_str(&run.out).expect("one document");
    let expected =
        ["\"two/model.qualify\" \"W0501\" \"warning\"", "\"three/model.qualify\" \"W0501\" \"error\""];
    assert_eq!((run.status, told(&json)), (1, expected.map(str::to_string).to_vec()), "{run:?}");
    let run = qualify(&["check", "elsewhere.toml", "three"], &folder);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.err.contains("elsewhere.toml") && run.out.contains("1 error"), "{run:?}");
    let run = qualify(&["lint", "one", "two"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
}

#[test]
fn without_a_path_it_looks_at_the_project_here() {
    let model = "lead key id { size integer from 1 to 10 }\nwhen size > 5 add 5\n";
    let manifest = "model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n";
    let folder =
        Folder::new(&[("model.qualify", model), ("qualify.toml", manifest), ("leads.csv", "id,size\n1,6\n")]);
    for command in ["check", "lint", "fmt"] {
        let run = qualify(&[command], &folder);
        assert_eq!(run.status, 0, "{run:?}");
    }
    let run = qualify(&["check", "leads.csv"], &folder);
    assert!(run.status == 2 && run.err.contains("it holds data, not rules"), "{run:?}");
}
