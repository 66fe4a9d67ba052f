//! Results in every format, whole or not at all.

use crate::support::*;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use qualify_data::{Format, OutputError, Stamp, Target, Writer};
use qualify_model::*;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn labels() -> Labels {
    let named = |name: &str| Named { name: name.to_string(), because: None };
    Labels {
        lead_key: "id".to_string(),
        scores: vec!["fit".to_string(), "status".to_string()],
        grades: vec![("grade".to_string(), vec!["A".to_string()])],
        stages: vec![named("Lead"), named("MQL")],
        segments: vec![named("big"), named("other"), named("emea")],
        routes: vec![named("Inside sales")],
        respond_within: vec![None],
        missing: vec!["no phone".to_string(), "no e-mail, \"none\"".to_string()],
        current_stage: Some(0),
        edition: 1,
        digest: "abc".to_string(),
        timezone: "Europe/Lisbon".to_string(),
        ..Labels::default()
    }
}

const AS_OF: i64 = 1_706_693_400_000_000;

/// L1 is scored, L2 is invalid.
fn results() -> (LeadColumns, ScoreColumns) {
    let stages = Arc::new(vec![Arc::from("SQL"), Arc::from("Lead")]);
    let leads = LeadColumns {
        rows: 2,
        keys: Keys::Texts { offsets: vec![0, 2, 4], bytes: b"L1L2".to_vec() },
        attributes: vec![Some(Column::Text { codes: vec![1, UNKNOWN], dictionary: stages })],
    };
    let points = |first| PointColumn { values: vec![first, 0], known: vec![1, 0] };
    let scores = ScoreColumns {
        rows: 2,
        status: vec![Status::Scored, Status::Invalid],
        score: points(125_000),
        scores: vec![points(-5), points(200_000)],
        grades: vec![vec![0, NONE]],
        segments: vec![vec![1, 0], vec![0, 0], vec![1, 0]],
        stage: vec![1, NONE],
        stage_reason: vec![1, 0],
        stage_changed: vec![1, 0],
        unknown_current_stage: vec![0, 0],
        route: vec![0, NONE],
        missing: vec![vec![0, 0], vec![0, 1]],
        saturated: vec![0, 0],
        ..ScoreColumns::default()
    };
    (leads, scores)
}

fn write(target: &Target, format: Option<Format>) -> Result<(), OutputError> {
    let (leads, scores) = results();
    let mut writer = Writer::open(target, format, &labels(), &Stamp { as_of: AS_OF })?;
    writer.write(&leads, &scores, &[Some(AS_OF)])?;
    writer.finish()
}

fn written(folder: &TempDir, name: &str) -> std::path::PathBuf {
    let path = folder.path().join(name);
    write(&Target::of(&path), None).expect("written");
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
        let writer = Writer::open(&target, None, &labels(), &Stamp { as_of: 0 }).expect("opened");
        writer.finish().expect("written");
    }
    assert_eq!(names(&folder).len(), 4);
}

#[test]
fn what_is_not_finished_leaves_the_old_file() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("scores.csv");
    std::fs::write(&path, "old").expect("a file");
    let (leads, scores) = results();
    let stamp = Stamp { as_of: AS_OF };
    let mut writer = Writer::open(&Target::of(&path), None, &labels(), &stamp).expect("opened");
    writer.write(&leads, &scores, &[None]).expect("written");
    drop(writer);
    assert_eq!(std::fs::read_to_string(&path).expect("text"), "old");
    assert_eq!(names(&folder), ["scores.csv"]);
}

#[test]
fn readers_see_text_whatever_it_was_coded_as() {
    let folder = TempDir::new().expect("a folder");
    let text = arrow::datatypes::DataType::Utf8;
    let parquet = File::open(written(&folder, "scores.parquet")).expect("a file");
    let parquet = ParquetRecordBatchReaderBuilder::try_new(parquet).expect("parquet").schema().clone();
    std::fs::remove_file(folder.path().join("scores.parquet")).expect("removed");
    let arrow = File::open(written(&folder, "scores.arrow")).expect("a file");
    let arrow = arrow::ipc::reader::FileReader::try_new(arrow, None).expect("ipc").schema();
    for schema in [parquet, arrow] {
        for name in ["id", "status", "grade", "stage", "previous_stage", "route"] {
            assert_eq!(schema.field_with_name(name).expect("a column").data_type(), &text, "{name}");
        }
        assert!(schema.field_with_name("reasons").expect("a column").to_string().contains("Utf8"));
    }
}

#[test]
fn keys_that_came_as_whole_numbers_stay_so() {
    let folder = TempDir::new().expect("a folder");
    let (mut leads, scores) = results();
    for name in ["a.parquet", "a.csv"] {
        let path = folder.path().join(name);
        let stamp = Stamp { as_of: AS_OF };
        let mut writer = Writer::open(&Target::of(&path), None, &labels(), &stamp).expect("opened");
        leads.keys = Keys::Integers(vec![-3, i64::MAX]);
        writer.write(&leads, &scores, &[]).expect("written");
        leads.keys = Keys::Texts { offsets: vec![0, 1, 3], bytes: b"420".to_vec() };
        writer.write(&leads, &scores, &[]).expect("written");
        leads.keys = Keys::Texts { offsets: vec![0, 1, 3], bytes: b"4L0".to_vec() };
        match writer.write(&leads, &scores, &[]) {
            Ok(()) => assert_eq!(name, "a.csv"),
            Err(error) => assert!(error.to_string().contains("is not: `L0`"), "{error}"),
        }
        writer.finish().expect("written");
    }
    let file = File::open(folder.path().join("a.parquet")).expect("a file");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet");
    let batch = builder.build().expect("a reader").next().expect("a batch").expect("sound");
    let keys = batch.column_by_name("id").expect("keys").as_primitive::<arrow::datatypes::Int64Type>();
    assert_eq!(keys.values(), &[-3, i64::MAX, 4, 20]);
    let text = std::fs::read_to_string(folder.path().join("a.csv")).expect("text");
    let keys: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(keys, ["-3", "9223372036854775807", "4", "20", "4", "L0"]);
}

/// What an outcome is as a line, said without columns.
fn line(outcome: &Outcome) -> serde_json::Value {
    let points = |units: &Option<i64>| units.map(|units| format!("{}", units as f64 / 10_000.0));
    let points = |units| points(units).map(|text| text.parse::<serde_json::Number>().expect("a number"));
    serde_json::json!({
        "id": outcome.key, "status": outcome.status, "score": points(&outcome.score),
        "fit": points(&outcome.scores[0]), "status_score": points(&outcome.scores[1]),
        "grade": outcome.grades[0], "stage": outcome.stage, "previous_stage": outcome.previous_stage,
        "stage_changed": outcome.stage_changed, "segments": outcome.segments, "route": outcome.route,
        "respond_by": outcome.respond_by.map(calendar::format_instant), "reasons": outcome.reasons,
    })
}

/// The words, points and reasons of each row are those of the lines.
fn words_are(lines: &[String], batches: impl Iterator<Item = RecordBatch>) {
    let mut lines = lines.iter();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let line: serde_json::Value = serde_json::from_str(lines.next().expect("a line")).expect("json");
            for name in ["status", "grade", "stage", "previous_stage", "route"] {
                let column = batch.column_by_name(name).expect("a column").as_string::<i32>();
                let word = (!column.is_null(row)).then(|| column.value(row));
                assert_eq!(word, line[name].as_str(), "{name} {line}");
            }
            let reasons = batch.column_by_name("reasons").expect("a column").as_list::<i32>().value(row);
            let reasons: Vec<&str> = reasons.as_string::<i32>().iter().flatten().collect();
            assert_eq!(serde_json::json!(reasons), line["reasons"]);
            let fit = batch.column_by_name("fit").expect("a column").as_primitive::<Decimal128Type>();
            assert_eq!(fit.is_null(row), line["fit"].is_null());
        }
    }
    assert!(lines.next().is_none());
}

/// Random results, written in batches of several sizes, are what [`Labels::outcome`] makes of each row.
#[test]
fn columns_and_outcomes_say_the_same() {
    use rand::{RngExt, SeedableRng, rngs::StdRng};
    let seed: u64 = 20260131;
    println!("seed {seed}");
    let random = &mut StdRng::seed_from_u64(seed);
    let because = |name: &str, reason: Option<&str>| Named {
        name: name.to_string(),
        because: reason.map(str::to_string),
    };
    let labels = Labels {
        grades: vec![("grade".to_string(), vec!["A".to_string(), "\"B\"".to_string()])],
        stages: vec![because("Lead", None), because("MQL", Some("is, well, ready"))],
        segments: vec![because("big", Some("big;ger")), because("emea", None)],
        routes: vec![because("x", Some("near")), because("y", None)],
        excludes: vec!["staff".to_string(), "öffentlich".to_string()],
        disqualifies: vec!["rival".to_string(), "rival".to_string()],
        ..labels()
    };
    let respond_by = [None, Some(AS_OF)];
    let (mut expected, folder) = (Vec::new(), TempDir::new().expect("a folder"));
    let stamp = Stamp { as_of: AS_OF };
    let names = ["scores.jsonl", "scores.parquet", "scores.arrow"].map(|name| folder.path().join(name));
    let open = |path| Writer::open(&Target::of(path), None, &labels, &stamp).expect("opened");
    let mut writers: Vec<Writer> = names.iter().map(|path| open(path)).collect();
    for rows in [1, 0, 1000, 37, 3000] {
        let words: Vec<Arc<str>> = (0..600).map(|i| Arc::from(format!("stage {i}"))).collect();
        // stretches of equal values among others
        let mut bytes = |bound: u8| -> Vec<u8> {
            let mut run = (0, 0);
            let mut next = || {
                if run.1 == 0 {
                    let long = random.random_range(0..50) == 0;
                    run =
                        (random.random_range(0..bound), if long { random.random_range(1..1500) } else { 1 });
                }
                run.1 -= 1;
                run.0
            };
            (0..rows).map(|_| next()).collect()
        };
        let points = |(known, a): (Vec<u8>, Vec<u8>)| PointColumn {
            values: known
                .iter()
                .zip(&a)
                .map(|(k, a)| i64::from(*k) * (i64::from(*a) * 37_501 - 2_000_000))
                .collect(),
            known,
        };
        let numbers = |bytes: Vec<u8>| -> Vec<u16> {
            bytes.into_iter().map(|b| if b == 2 { NONE } else { u16::from(b) }).collect()
        };
        let status = [Status::Scored, Status::Disqualified, Status::Invalid, Status::Excluded];
        let scores = ScoreColumns {
            rows,
            status: bytes(4).into_iter().map(|i| status[usize::from(i)]).collect(),
            score: points((bytes(2), bytes(255))),
            scores: vec![points((bytes(2), bytes(255))), points((bytes(2), bytes(255)))],
            grades: vec![numbers(bytes(3))],
            segments: vec![bytes(2), bytes(2)],
            stage: numbers(bytes(3)),
            stage_reason: bytes(5),
            stage_changed: bytes(2),
            unknown_current_stage: bytes(2),
            route: numbers(bytes(3)),
            excluded: vec![bytes(2), bytes(2)],
            missing: vec![bytes(2), bytes(2)],
            disqualified: vec![bytes(2), bytes(2)],
            saturated: bytes(2),
            ..ScoreColumns::default()
        };
        let codes =
            bytes(255).into_iter().map(|b| if b > 200 { UNKNOWN } else { u32::from(b) * 2 }).collect();
        let leads = LeadColumns {
            rows,
            keys: Keys::Integers((0..rows as i64).map(|i| i * i * 977 - 30).collect()),
            attributes: vec![Some(Column::Text { codes, dictionary: Arc::new(words) })],
        };
        let write = |writer: &mut Writer| writer.write(&leads, &scores, &respond_by).expect("written");
        writers.iter_mut().for_each(write);
        for row in 0..rows {
            let previous = leads.attributes[0].as_ref().and_then(|c| c.value(row, &Type::Stage));
            let previous = previous.map(|value| match value {
                Value::Stage(stage) => stage.to_string(),
                other => panic!("{other:?} is no stage"),
            });
            let outcome = labels.outcome(&scores, row, leads.keys.text(row), previous, &respond_by);
            expected.push(line(&outcome).to_string());
        }
    }
    writers.into_iter().for_each(|writer| writer.finish().expect("written"));
    let file = |path| File::open(path).expect("a file");
    let parquet = ParquetRecordBatchReaderBuilder::try_new(file(&names[1])).expect("parquet");
    let parquet = parquet.with_batch_size(777).build().expect("a reader");
    words_are(&expected, parquet.map(|batch| batch.expect("sound")));
    let arrow = arrow::ipc::reader::FileReader::try_new(file(&names[2]), None).expect("ipc");
    words_are(&expected, arrow.map(|batch| batch.expect("sound")));
    let got = std::fs::read_to_string(&names[0]).expect("text");
    for (got, expected) in got.lines().zip(&expected) {
        assert_eq!(got, expected);
    }
    assert_eq!(got.lines().count(), expected.len());
}

#[test]
fn failures_are_sentences_and_leave_nothing_behind() {
    let folder = TempDir::new().expect("a folder");
    let failure = |name: &str, format| {
        let path = folder.path().join(name);
        let error = write(&Target::of(&path), format).expect_err("fails");
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
        let error = write(&target, Some(format)).expect_err("full");
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
    write(&Target::of(&link), None).expect("written");
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
