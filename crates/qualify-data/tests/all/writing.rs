//! Results in every format, whole or not at all.

use crate::support::*;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use qualify_data::{Format, OutputError, Stamp, Target, write};
use qualify_diagnostics::Span;
use qualify_model::*;
use std::fs::File;
use std::path::Path;
use tempfile::TempDir;

fn model() -> Model {
    let bounds = Bounds::default();
    let score = |name: &str| Score {
        name: name.to_string(),
        population: None,
        bounds: bounds.clone(),
        span: Span::default(),
    };
    let grade = |name: &str| GradeSet {
        name: name.to_string(),
        kind: GradeKind::Lines(Vec::new()),
        labels: Vec::new(),
        span: Span::default(),
    };
    Model {
        edition: 1,
        schema: leads(&[]),
        timezone: "Europe/Lisbon".to_string(),
        lists: Vec::new(),
        params: Vec::new(),
        lets: Vec::new(),
        ignores: Vec::new(),
        excludes: Vec::new(),
        disqualifies: Vec::new(),
        scores: vec![score("fit"), score("status")],
        rules: Vec::new(),
        total: Total::default(),
        grades: vec![grade("grade")],
        only_move_up: None,
        stages: Vec::new(),
        segments: Vec::new(),
        routes: Vec::new(),
        tests: Vec::new(),
        digest: "abc".to_string(),
    }
}

fn outcomes() -> Vec<Outcome> {
    let none = Outcome {
        key: "L2".to_string(),
        status: Status::Invalid,
        reasons: vec!["no e-mail, \"none\"".to_string()],
        score: None,
        scores: vec![None, None],
        grades: vec![None],
        stage: None,
        previous_stage: None,
        unknown_current_stage: false,
        stage_changed: false,
        stage_reason: StageReason::None,
        segments: Vec::new(),
        route: None,
        respond_by: None,
        ledger: Vec::new(),
        saturated: false,
    };
    let scored = Outcome {
        key: "L1".to_string(),
        status: Status::Scored,
        reasons: Vec::new(),
        score: Some(125_000),
        scores: vec![Some(-5), Some(200_000)],
        grades: vec![Some("A".to_string())],
        stage: Some("MQL".to_string()),
        previous_stage: Some("Lead".to_string()),
        stage_changed: true,
        segments: vec!["big".to_string(), "emea".to_string()],
        route: Some("Inside sales".to_string()),
        respond_by: Some(1_706_693_400_000_000),
        ..none.clone()
    };
    vec![scored, none]
}

fn written(folder: &TempDir, name: &str) -> std::path::PathBuf {
    let path = folder.path().join(name);
    let stamp = Stamp { as_of: 1_706_693_400_000_000 };
    write(&outcomes(), &model(), &stamp, &Target::of(&path), None).expect("written");
    assert_eq!(names(folder), [name]);
    path
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn csv() {
    let folder = TempDir::new().expect("a folder");
    let text = std::fs::read_to_string(written(&folder, "scores.csv")).expect("text");
    let expected = r#"
id,status,score,fit,status_score,grade,stage,previous_stage,stage_changed,segments,route,respond_by,reasons
L1,scored,12.5,-0.0005,20,A,MQL,Lead,true,big;emea,Inside sales,2024-01-31T09:30:00Z,
L2,invalid,,,,,,,false,,,,"no e-mail, ""none"""
"#;
    assert_eq!(trimmed(&text), trimmed(expected));
}

#[test]
fn json_lines() {
    let folder = TempDir::new().expect("a folder");
    let text = std::fs::read_to_string(written(&folder, "scores.jsonl")).expect("text");
    let expected = r#"
{"id":"L1","status":"scored","score":12.5,"fit":-0.0005,"status_score":20,"grade":"A","stage":"MQL","previous_stage":"Lead","stage_changed":true,"segments":["big","emea"],"route":"Inside sales","respond_by":"2024-01-31T09:30:00Z","reasons":[]}
{"id":"L2","status":"invalid","score":null,"fit":null,"status_score":null,"grade":null,"stage":null,"previous_stage":null,"stage_changed":false,"segments":[],"route":null,"respond_by":null,"reasons":["no e-mail, \"none\""]}
"#;
    assert_eq!(trimmed(&text), trimmed(expected));
}

fn check_batch(batch: &RecordBatch) {
    let column = |name: &str| batch.column_by_name(name).expect("a column");
    assert_eq!(column("id").as_string::<i32>().value(1), "L2");
    assert_eq!(column("fit").as_primitive::<Decimal128Type>().value_as_string(0), "-0.0005");
    assert!(column("score").is_null(1));
    assert_eq!(
        column("respond_by").as_primitive::<TimestampMicrosecondType>().value(0),
        1_706_693_400_000_000
    );
    assert_eq!(column("segments").as_list::<i32>().value(0).as_string::<i32>().value(1), "emea");
    assert_eq!(column("segments").as_list::<i32>().value(1).len(), 0);
}

#[test]
fn parquet() {
    let folder = TempDir::new().expect("a folder");
    let file = File::open(written(&folder, "scores.parquet")).expect("a file");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet");
    let facts = builder.metadata().file_metadata().key_value_metadata().expect("facts").clone();
    let fact = |key: &str| facts.iter().find(|f| f.key == key).and_then(|f| f.value.clone());
    assert_eq!(fact("qualify.as_of").as_deref(), Some("2024-01-31T09:30:00Z"));
    assert_eq!(fact("qualify.model_digest").as_deref(), Some("abc"));
    assert_eq!(fact("qualify.language").as_deref(), Some("1"));
    let batch = builder.build().expect("a reader").next().expect("a batch").expect("sound");
    check_batch(&batch);
}

#[test]
fn arrow_ipc() {
    let folder = TempDir::new().expect("a folder");
    let file = File::open(written(&folder, "scores.arrow")).expect("a file");
    let mut reader = arrow::ipc::reader::FileReader::try_new(file, None).expect("ipc");
    assert_eq!(reader.schema().metadata()["qualify.timezone"], "Europe/Lisbon");
    check_batch(&reader.next().expect("a batch").expect("sound"));
}

#[test]
fn no_outcomes_at_all() {
    let folder = TempDir::new().expect("a folder");
    for name in ["a.csv", "a.jsonl", "a.parquet", "a.arrow"] {
        let target = Target::of(&folder.path().join(name));
        write(&[], &model(), &Stamp { as_of: 0 }, &target, None).expect("written");
    }
    assert_eq!(names(&folder).len(), 4);
}

#[test]
fn failures_are_sentences_and_leave_nothing_behind() {
    let folder = TempDir::new().expect("a folder");
    let failure = |name: &str, format| {
        let path = folder.path().join(name);
        let error =
            write(&outcomes(), &model(), &Stamp { as_of: 0 }, &Target::of(&path), format).expect_err("fails");
        error.to_string().replace(&folder.path().display().to_string(), "F")
    };
    assert_eq!(
        failure("gone/scores.csv", None),
        "F/gone/scores.csv cannot be written: there is no folder F/gone"
    );
    assert_eq!(failure("", Some(Format::Csv)), "F/ cannot be written: it is a folder");
    assert_eq!(
        failure("scores", None),
        "the name F/scores does not tell a format; use .csv, .jsonl, .parquet or .arrow, without .gz or .zst"
    );
    assert!(names(&folder).is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    for format in [Format::Csv, Format::Jsonl, Format::Parquet, Format::Arrow] {
        let target = Target::of(Path::new("/dev/full"));
        let error =
            write(&outcomes(), &model(), &Stamp { as_of: 0 }, &target, Some(format)).expect_err("full");
        assert!(matches!(error, OutputError::Full(_)), "{format:?}: {error}");
    }
}

#[test]
#[cfg(unix)]
fn an_old_file_keeps_its_permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
    std::fs::write(&real, "old").expect("a file");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink(&real, &link).expect("a link");
    write(&outcomes(), &model(), &Stamp { as_of: 0 }, &Target::of(&link), None).expect("written");
    assert!(std::fs::read_to_string(&real).expect("text").starts_with("id,status"));
    assert!(link.symlink_metadata().expect("a link").is_symlink());
    assert_eq!(real.metadata().expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_interrupted_runs_left_is_removed() {
    use std::time::{Duration, SystemTime};
    let mut project = crate::support::Project::of_leads("id\n1\n");
    let left = |name: &str, hours: u64| {
        let file = std::fs::File::create(project.path(name)).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).expect("an age");
        project.path(name)
    };
    let own = format!(".qualify-{}-b.part", std::process::id());
    let (old, gone) = (left(".qualify-aB3dE.part", 25), left(".qualify-4294967295-a.part", 1));
    let (alive, fresh) = (left(&own, 1), left(".qualify-4294967295-c.part", 0));
    project.options.rejects = Some(project.path("rejects.csv"));
    project.read(&crate::support::leads(&[])).expect("reads");
    let there = [old, gone, alive, fresh].map(|path| path.exists());
    assert_eq!(there[..1], [false]);
    assert_eq!(there[2..], [true, true]);
    assert_eq!(there[1], !cfg!(target_os = "linux"));
}
