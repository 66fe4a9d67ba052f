//! Runs within so little memory that the events of a batch are cut into portions, and those of some leads come piece by
//! piece: they say what reading says.

use crate::running::{all, check_runs};
use crate::support::*;
use arrow::array::*;
use parquet::arrow::ArrowWriter;
use qualify_data::{Quiet, RunOptions, Way, open, run};
use qualify_model::{Batch, Schema, ScoreColumns, Type};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// Events of a batch within little memory, if it has four leads.
const MOST: usize = 32;

fn schema() -> Schema {
    let mut schema = leads(&[("name", TEXT)]);
    let tags = Type::List(Box::new(TEXT));
    schema.events = vec![
        event("visited", &[("object", TEXT), ("value", NUMBER), ("tags", tags)]),
        event("bought", &[("size", WORD), ("object", TEXT), ("good", Type::YesNo), ("title", TEXT)]),
    ];
    schema
}

/// A row of the table of events.
struct Row {
    lead: usize,
    kind: &'static str,
    at: i64,
    got: Option<i64>,
    object: Option<String>,
    value: Option<i64>,
    size: Option<&'static str>,
    good: Option<&'static str>,
    tags: Option<String>,
    title: Option<&'static str>,
}

/// Random rows of so many leads: many have few events, some have many, in any order.
fn rows(leads: usize, random: &mut StdRng) -> Vec<Row> {
    let instants = [1, 5, 1 << 40][random.random_range(0..3)];
    let mut rows = Vec::new();
    for lead in 0..leads {
        let events = [0, 1, 3, 10, 20, MOST, MOST + 1, 70, 400][random.random_range(0..9)];
        for _ in 0..events {
            let number = random.random_range(0..1000);
            let known = |random: &mut StdRng| random.random_range(0..10) < 8;
            rows.push(Row {
                lead,
                kind: ["visited", "bought"][random.random_range(0..2)],
                at: random.random_range(-instants..instants),
                got: known(random).then(|| random.random_range(0..1 << 40)),
                object: known(random).then(|| format!("page {}", number % 400)),
                value: known(random).then_some(number - 300),
                size: known(random).then(|| ["small", "big"][random.random_range(0..2)]),
                good: known(random).then(|| ["yes", "no"][random.random_range(0..2)]),
                tags: known(random).then(|| format!("t{number};u{}", number % 3)),
                title: known(random).then(|| ["Dr", "Prof"][random.random_range(0..2)]),
            });
        }
    }
    rows.shuffle(random);
    rows
}

const COLUMNS: &str = "lead,type,at,got,object,value,size,good,tags,title";

fn csv(rows: &[Row]) -> String {
    let mut out = format!("{COLUMNS}\n");
    for row in rows {
        let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{}",
            row.lead,
            row.kind,
            row.at,
            number(row.got),
            row.object.as_deref().unwrap_or_default(),
            number(row.value),
            row.size.unwrap_or_default(),
            row.good.unwrap_or_default(),
            row.tags.as_deref().unwrap_or_default(),
            row.title.unwrap_or_default(),
        );
    }
    out
}

fn json(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let number = |number: Option<i64>| number.map_or("null".to_string(), |n| n.to_string());
        let text = |text: Option<&str>| text.map_or("null".to_string(), |t| format!("\"{t}\""));
        let tags = row.tags.as_ref().map(|tags| format!("[\"{}\"]", tags.replace(';', "\",\"")));
        let _ = writeln!(
            out,
            "{{\"lead\":\"{}\",\"type\":\"{}\",\"at\":{},\"got\":{},\"object\":{},\"value\":{},\"size\":{},\
             \"good\":{},\"tags\":{},\"title\":{}}}",
            row.lead,
            row.kind,
            row.at,
            number(row.got),
            text(row.object.as_deref()),
            number(row.value),
            text(row.size),
            text(row.good),
            tags.as_deref().unwrap_or("null"),
            text(row.title),
        );
    }
    out
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.into_inner().expect("closed")
}

fn columns(rows: &[Row]) -> Vec<u8> {
    let texts = |of: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let owned = |text: Option<&str>| text.map(str::to_string);
    parquet(vec![
        ("lead", Arc::new(rows.iter().map(|row| Some(row.lead as i64)).collect::<Int64Array>())),
        ("type", texts(&|row| Some(row.kind.to_string()))),
        ("at", Arc::new(rows.iter().map(|row| Some(row.at)).collect::<Int64Array>())),
        ("object", texts(&|row| row.object.clone())),
        ("value", Arc::new(rows.iter().map(|row| row.value).collect::<Int64Array>())),
        ("size", texts(&|row| owned(row.size))),
        ("good", texts(&|row| owned(row.good))),
        ("tags", texts(&|row| row.tags.clone())),
        ("title", texts(&|row| owned(row.title))),
    ])
}

/// A project of so many leads and these events, each of them in a file of this format.
fn project(format: &str, leads: usize, rows: &[Row], received: bool) -> Project {
    let manifest = format!(
        "[[leads]]\nfiles = \"leads.{format}\"\nkey = \"id\"\n\
         [[events]]\nfiles = \"events.{format}\"\nlead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\n\
         time_format = \"epoch_millis\"\n{}",
        if received { "received = \"got\"\n" } else { "" }
    );
    let name = |lead: usize| format!("Ann {}", lead % 7);
    let project = Project::new(&manifest);
    match format {
        "csv" => {
            let leads: String = (0..leads).map(|lead| format!("{lead},{}\n", name(lead))).collect();
            project.file("leads.csv", format!("id,name\n{leads}")).file("events.csv", csv(rows))
        }
        "jsonl" => {
            let lead = |lead: usize| format!("{{\"id\":\"{lead}\",\"name\":\"{}\"}}\n", name(lead));
            let leads: String = (0..leads).map(lead).collect();
            project.file("leads.jsonl", leads).file("events.jsonl", json(rows))
        }
        _ => {
            let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..leads as i64));
            let names: ArrayRef = Arc::new(StringArray::from_iter_values((0..leads).map(name)));
            let leads = parquet(vec![("id", ids), ("name", names)]);
            project.file("leads.parquet", leads).file("events.parquet", columns(rows))
        }
    }
}

/// The keys of leads whose events came piece by piece, with how many these were, and the most events of a batch.
fn long_leads(project: &Project, threads: usize, memory: u64) -> (Vec<(usize, u64)>, usize) {
    let schema = schema();
    let found = Mutex::new((Vec::new(), 0));
    let score = |_: usize, batch: &Batch| {
        let mut found = found.lock().expect("a lock");
        for long in &batch.events.long {
            let key = batch.leads.keys.text(long.row).parse().expect("a number");
            found.0.push((key, long.events.count()));
            assert!(long.events.room() >= 1 << 20);
        }
        found.1 = batch.events.kinds.len().max(found.1);
        ScoreColumns::default()
    };
    let opened = open(project.folder.path()).expect("a project");
    let options = RunOptions { threads, memory: Some(memory), batch_rows: 4, ..RunOptions::default() };
    run(&opened, &schema, &all(&schema), &options, &mut Quiet, &score, &mut |_, _| Ok(())).expect("a run");
    let (mut long, most) = found.into_inner().expect("a lock");
    long.sort_unstable();
    (long, most)
}

#[test]
fn events_piece_by_piece_are_what_rows_say() {
    let seed = std::env::var("QUALIFY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123);
    println!("seed {seed}, set by QUALIFY_SEED");
    let mut seeds = StdRng::seed_from_u64(seed);
    let mut met = 0;
    for round in 0..12 {
        let (format, way) = [("csv", Way::Text), ("parquet", Way::Arrival), ("jsonl", Way::Rows)][round % 3];
        let seed = seeds.random();
        let random = &mut StdRng::seed_from_u64(seed);
        let leads = [1, 5, 40][random.random_range(0..3)];
        let rows = rows(leads, random);
        let project = project(format, leads, &rows, format == "jsonl" && random.random());
        let what = format!("{format}, seed {seed}, {leads} leads, {} events", rows.len());
        // all texts are put aside, or those that come late, or none
        let memory = [Some(1), Some(1 << 16), None];
        let runs = [1, 2, 7].into_iter().flat_map(|threads| memory.map(|memory| (threads, memory)));
        let ways = check_runs(&project, &schema(), &what, runs);
        assert!(ways.iter().step_by(3).all(|taken| *taken == way), "{what}: {ways:?}");
        let mut counts = vec![0; leads];
        rows.iter().for_each(|row| counts[row.lead] += 1);
        let many = counts.iter().copied().enumerate().filter(|(_, count)| *count > MOST as u64);
        let many: Vec<(usize, u64)> = many.collect();
        for threads in [1, 7] {
            let (long, most) = long_leads(&project, threads, 1);
            assert_eq!(long, many, "{what}");
            assert!(most <= MOST, "{what}: {most} events in a batch");
        }
        assert_eq!(long_leads(&project, 2, 1 << 30).0, [], "{what}");
        met += many.len();
    }
    println!("{met} leads had too many events for a batch");
    assert!(met > 5);
}

#[test]
fn what_was_sorted_counts_as_put_aside() {
    let random = &mut StdRng::seed_from_u64(3);
    let spilled = |rows: &[Row]| {
        let project = project("csv", 2, rows, false);
        let opened = open(project.folder.path()).expect("a project");
        let (schema, options) = (schema(), RunOptions { batch_rows: 4, threads: 1, ..RunOptions::default() });
        let options = RunOptions { memory: Some(1 << 16), ..options };
        let score = |_: usize, _: &Batch| ScoreColumns::default();
        let report = run(&opened, &schema, &all(&schema), &options, &mut Quiet, &score, &mut |_, _| Ok(()));
        report.expect("a run").spilled
    };
    let some = |lead: usize, count: usize, random: &mut StdRng| {
        let mut all = rows(60, random);
        all.truncate(count);
        assert_eq!(all.len(), count);
        all.iter_mut().for_each(|row| {
            row.lead = lead;
            (row.object, row.tags, row.title) = (None, None, None);
        });
        all
    };
    // the same events of two leads, of which one has too many for a batch once
    let halves: Vec<Row> = some(0, MOST, random).into_iter().chain(some(1, MOST, random)).collect();
    let mut one = halves;
    let before = spilled(&one);
    one.iter_mut().for_each(|row| row.lead = 0);
    assert!(spilled(&one) > before + (2 * MOST * 16) as u64, "each of its events was written once more");
}
