//! Compiled models on the command line, and the choices of how to score.

use crate::program::{Folder, Run, qualify};
use std::fs;

/// The project of `init`, compiled to `model.qbc`.
fn project() -> Folder {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["compile", ".", "-o", "model.qbc"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    folder
}

/// The scores as CSV.
fn scores(folder: &Folder, how: &[&str]) -> String {
    let run = qualify(&[&["score", ".", "-o", "scores.csv"], how].concat(), folder);
    assert_eq!(run.status, 0, "{how:?} {run:?}");
    fs::read_to_string(folder.path().join("scores.csv")).expect("scores")
}

/// It could not run, and says so in one sentence with these words.
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.status, 2, "{run:?}");
    assert!(words.iter().all(|word| run.err.contains(word)), "{words:?} {run:?}");
    assert!(!run.err.contains("panicked"), "{run:?}");
}

#[test]
fn compile_says_what_it_made() {
    let folder = Folder::new(&[]);
    qualify(&["init", "."], &folder);
    let run = qualify(&["compile", ".", "--output", "model.qbc"], &folder);
    assert!(run.out.contains("facts") && run.out.contains("wrote model.qbc ("), "{run:?}");
    let size = fs::metadata(folder.path().join("model.qbc")).expect("the file").len();
    let run = qualify(&["compile", "model.qualify", "-o", "again.qbc", "--format", "json"], &folder);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
    assert_eq!(json["bytes"].as_u64(), Some(size), "{run:?}");
    let bytes = |name| fs::read(folder.path().join(name)).expect("the file");
    assert_eq!(bytes("model.qbc"), bytes("again.qbc"));
}

#[test]
fn every_way_to_score_gives_the_same_scores() {
    let folder = project();
    let expected = scores(&folder, &["--backend", "reference"]);
    assert!(expected.lines().count() > 3, "{expected}");
    for how in [
        &["--threads", "1"][..],
        &["--threads", "7", "--memory", "64MiB"],
        &["--backend", "interpreter"],
        &["--backend", "jit"],
        &["--compiled", "model.qbc"],
        &["--compiled", "model.qbc", "--backend", "interpreter", "--threads", "2"],
    ] {
        assert_eq!(scores(&folder, how), expected, "{how:?}");
    }
}

#[test]
fn the_summary_is_the_same_for_every_way() {
    let folder = project();
    let summary = |how: &[&str]| {
        let run = qualify(&[&["score", ".", "--format", "json"], how].concat(), &folder);
        let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
        (json["summary"].clone(), json["data"].clone())
    };
    let expected = summary(&["--backend", "reference"]);
    assert_eq!(summary(&["--backend", "interpreter"]), expected);
    assert_eq!(summary(&["--compiled", "model.qbc", "--threads", "3"]), expected);
}

#[test]
fn a_compiled_model_needs_no_rule_files() {
    let folder = project();
    let expected = scores(&folder, &[]);
    fs::remove_file(folder.path().join("model.qualify")).expect("removed");
    fs::write(folder.path().join("schema.qualify"), "nonsense").expect("written");
    assert_eq!(scores(&folder, &["--compiled", "model.qbc"]), expected);
}

#[test]
fn a_param_of_the_compilation_stays() {
    let folder = project();
    let expected = scores(&folder, &["--param", "mql_line=200"]);
    let run = qualify(&["compile", ".", "--param", "mql_line=200", "-o", "high.qbc"], &folder);
    assert_eq!(run.status, 0, "{run:?}");
    assert_eq!(scores(&folder, &["--compiled", "high.qbc"]), expected);
    assert_ne!(scores(&folder, &["--compiled", "model.qbc"]), expected);
}

#[test]
fn what_is_no_compiled_model_is_refused() {
    let folder = project();
    let bytes = fs::read(folder.path().join("model.qbc")).expect("the file");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 4;
    write("flipped.qbc", &flipped);
    write("short.qbc", &bytes[..bytes.len() - 3]);
    write("empty.qbc", &[]);
    let mut other = bytes.clone();
    other[8] ^= 64; // the format's version
    write("other.qbc", &other);
    let score = |file: &str| qualify(&["score", ".", "--compiled", file], &folder);
    refused(&score("flipped.qbc"), &["flipped.qbc: ", "damaged"]);
    refused(&score("short.qbc"), &["short.qbc: ", "damaged"]);
    refused(&score("empty.qbc"), &["empty.qbc: ", "not a compiled model"]);
    refused(&score("other.qbc"), &["other.qbc: ", "another version of qualify"]);
    refused(&score("model.qualify"), &["model.qualify: ", "not a compiled model"]);
    refused(&score("nothing.qbc"), &["nothing.qbc: there is no such file"]);
    refused(&score("."), &["it is a folder"]);
    refused(&qualify(&["plan", "flipped.qbc"], &folder), &["flipped.qbc: ", "damaged"]);
    assert!(!folder.exists("scores.csv"));
}

#[test]
fn wrong_choices_are_told() {
    let folder = project();
    let score = |how: &[&str]| qualify(&[&["score", "."], how].concat(), &folder);
    refused(&score(&["--threads", "0"]), &["--threads", "1..=1024"]);
    refused(&score(&["--threads", "many"]), &["--threads"]);
    refused(&score(&["--memory", "1KB"]), &["--memory", "64MiB"]);
    refused(&score(&["--memory", "plenty"]), &["--memory", "512MiB"]);
    refused(&score(&["--backend", "gpu"]), &["--backend", "interpreter"]);
    refused(&score(&["--compiled", "model.qbc", "--backend", "reference"]), &["rule files"]);
    refused(&score(&["--compiled", "model.qbc", "--param", "mql_line=60"]), &["--param"]);
    refused(&score(&["--compiled", "model.qbc", "-o", "./model.qbc"]), &["is the compiled model"]);
}

#[test]
fn compile_writes_over_no_source() {
    let folder = project();
    let before = fs::read_to_string(folder.path().join("model.qualify")).expect("the model");
    let compile =
        |paths: &[&str], file: &str| qualify(&[&["compile"], paths, &["-o", file]].concat(), &folder);
    refused(&compile(&["."], "model.qualify"), &["is no name for a compiled model"]);
    refused(&compile(&["."], "-"), &["name a file"]);
    refused(&compile(&["."], "nowhere/model.qbc"), &["there is no folder nowhere"]);
    refused(&compile(&["nothing.qualify"], "x.qbc"), &["nothing.qualify: there is no such file"]);
    refused(&qualify(&["compile", "."], &folder), &["--output"]);
    fs::write(folder.path().join("bad.qualify"), "when").expect("written");
    let run = compile(&["bad.qualify"], "x.qbc");
    assert_eq!(run.status, 1, "{run:?}");
    assert!(!folder.exists("x.qbc"));
    assert_eq!(fs::read_to_string(folder.path().join("model.qualify")).expect("the model"), before);
}

#[test]
fn plan_shows_what_a_model_is_compiled_to() {
    let folder = project();
    let of_project = qualify(&["plan", "."], &folder);
    assert!(of_project.status == 0 && of_project.out.contains("facts:"), "{of_project:?}");
    assert!(of_project.out.contains("visited pricing"), "{of_project:?}");
    let of_file = qualify(&["plan", "model.qbc"], &folder);
    assert_eq!(of_file.out, of_project.out);
    let listing = qualify(&["plan", "model.qualify", "--bytecode"], &folder);
    assert!(listing.out.contains("main: for each lead"), "{listing:?}");
    let json = qualify(&["plan", ".", "--bytecode", "--format", "json"], &folder);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("json");
    assert!(json["sizes"]["instructions"].as_u64() > Some(10), "{json}");
    assert_eq!(json["bytecode"].as_str(), Some(listing.out.as_str()));
}

#[test]
fn bad_data_leaves_standard_output_empty() {
    let folder = project();
    let events = fs::read_to_string(folder.path().join("events.csv")).expect("events");
    fs::write(folder.path().join("events.csv"), events + "L1,never,visited,pricing\n").expect("written");
    let run = qualify(&["score", ".", "-o", "-", "--output-format", "csv"], &folder);
    assert_eq!((run.status, run.out.as_str()), (1, ""), "{run:?}");
}
