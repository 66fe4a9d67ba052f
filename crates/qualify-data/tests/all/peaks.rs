//! The memory that runs take at most: each in a process of its own, because what was used never falls again. What is
//! read is 30 to 70 MB each time, mostly keys and texts that are long, so that whoever holds all of it is found out.

use crate::running::all;
use crate::support::*;
use arrow::array::*;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use qualify_data::{Quiet, RunError, RunOptions, open, run};
use qualify_model::{Batch, Schema, ScoreColumns};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder of the project that the process of its own runs, and how it reads it.
const FOLDER: &str = "QUALIFY_PEAK_OF";
const STRICT: &str = "QUALIFY_PEAK_STRICT";
const REJECTS: &str = "QUALIFY_PEAK_REJECTS";

/// Memory of a run, and what its process may take, in MiB.
const MEMORY: u64 = 24;
const MOST: u64 = 48;

fn schema() -> Schema {
    let mut schema = leads(&[("name", TEXT), ("count", INTEGER)]);
    schema.events = vec![event("bought", &[("size", WORD)])];
    schema
}

/// The most memory of this process so far, in MiB; none where the system does not tell.
fn own_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? >> 10)
}

/// Runs the project of a folder within little memory and with two threads, and says what was found and taken.
fn run_within(folder: &Path) {
    let mut options = RunOptions {
        threads: 2,
        memory: Some(MEMORY << 20),
        looked_at: Some(Vec::new()),
        ..RunOptions::default()
    };
    options.read.strict_data = std::env::var_os(STRICT).is_some();
    options.read.rejects = std::env::var_os(REJECTS).map(|_| folder.join("rejects.csv"));
    let (schema, gone_through) = (schema(), AtomicU64::new(0));
    let score = |_: usize, batch: &Batch| {
        let mut events = batch.events.kinds.len() as u64;
        for long in &batch.events.long {
            long.events.each(&mut |piece| events += piece.kinds.len() as u64);
        }
        gone_through.fetch_add(events, Ordering::Relaxed);
        ScoreColumns::default()
    };
    let opened = open(folder).expect("a project");
    let mut leads = 0;
    let report = run(&opened, &schema, &all(&schema), &options, &mut Quiet, &score, &mut |batch, _| {
        leads += batch.rows as u64;
        Ok(())
    });
    let mut found = match &report {
        Ok(report) => {
            assert_eq!(report.counts.events, gone_through.into_inner(), "the scorer gets all events");
            format!("{leads} leads, {} events", report.counts.events)
        }
        Err(_) => "no leads".to_string(),
    };
    let groups = match report {
        Ok(report) => report.rejects,
        Err(RunError::Data(errors)) => errors.groups,
        Err(RunError::Output(error)) => panic!("{error}"),
    };
    groups.iter().for_each(|group| {
        let _ = write!(found, ", {} {}", group.count, group.kind.code());
    });
    println!("found {found}");
    println!("peak {}", own_peak().unwrap_or(0));
}

/// A run of the project finds this, and takes no more than it may. It runs in a process of the test of this name, which
/// finds the folder in its environment.
fn check(test: &str, project: &Project, what: &str, expected: &str) {
    if own_peak().is_none() {
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program);
    child.args(["--exact", &format!("peaks::{test}"), "--nocapture"]).env(FOLDER, project.folder.path());
    if project.options.strict_data {
        child.env(STRICT, "1");
    }
    if project.options.rejects.is_some() {
        child.env(REJECTS, "1");
    }
    let child = child.output().expect("it starts");
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    let after = |word: &str| said.lines().find_map(|line| Some(line.split_once(word)?.1.trim().to_string()));
    let errors = String::from_utf8_lossy(&child.stderr);
    assert_eq!(after("found ").as_deref(), Some(expected), "{what}: {said}{errors}");
    let peak: u64 = after("peak ").and_then(|peak| peak.parse().ok()).expect("a peak");
    println!("{what}: {peak} MiB at most");
    assert!(peak < MOST, "{what}: {peak} MiB");
}

/// In the process of its own: runs what it is for.
fn is_child() -> bool {
    let folder = std::env::var_os(FOLDER);
    folder.iter().for_each(|folder| run_within(Path::new(folder)));
    folder.is_some()
}

/// The data has no numbers, unless this is taken from the manifest.
const ABSENT: &str = "absent = [\"count\"]\n";

/// A manifest of leads in one file.
fn of_leads(file: &str) -> String {
    format!("{ABSENT}[[leads]]\nfiles = \"{file}\"\nkey = \"id\"\n")
}

/// With events in another.
fn with_events(more: &str) -> String {
    let events = "[[events]]\nfiles = \"events.csv\"\nlead = \"lead\"\ntime = \"at\"\ntype = \"bought\"\n";
    format!("{}{events}{more}", of_leads("leads.csv"))
}

/// Leads with such names.
const WIDE: usize = 3_000;

fn wide_name(lead: usize) -> String {
    format!("{lead} ").repeat(4_000)
}

#[test]
fn wide_leads_are_taken_up_a_few_at_a_time() {
    if is_child() {
        return;
    }
    let check = |project: &Project, what: &str| {
        check("wide_leads_are_taken_up_a_few_at_a_time", project, what, "3000 leads, 0 events");
    };
    let (mut rows, mut fields, mut narrow) = (String::new(), String::from("id,name\n"), String::new());
    for lead in 0..WIDE {
        let name = wide_name(lead);
        let _ = writeln!(rows, "{{\"id\":\"k{lead}\",\"name\":\"{name}\"}}");
        let _ = writeln!(fields, "k{lead},{name}");
        let _ = writeln!(narrow, "{{\"id\":\"{lead}\",\"who\":\"k{lead}\"}}");
    }
    let joined =
        of_leads("leads.jsonl") + "[[leads]]\nfiles = \"people.csv\"\nkey = \"id\"\njoin = \"who\"\n";
    check(&Project::new(&of_leads("leads.jsonl")).file("leads.jsonl", &rows), "JSON Lines");
    check(&Project::new(&of_leads("leads.csv")).file("leads.csv", &fields), "CSV");
    check(&Project::new(&joined).file("leads.jsonl", narrow).file("people.csv", &fields), "joined");
    // one row that all leads have is there once
    let narrow: String = (0..WIDE).map(|lead| format!("{{\"id\":\"{lead}\",\"who\":\"k0\"}}\n")).collect();
    let wide = format!("id,name\nk0,{}\n", "wide ".repeat(20_000));
    check(&Project::new(&joined).file("leads.jsonl", narrow).file("people.csv", wide), "one joined row");
}

/// A Parquet file of leads with wide names, so many in a row group.
fn wide_parquet(group: usize) -> Vec<u8> {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group));
    let properties = properties.set_dictionary_enabled(false).set_data_page_row_count_limit(20);
    let batch = |start: usize| {
        let ids = StringArray::from_iter_values((start..start + 100).map(|lead| format!("k{lead}")));
        let names = StringArray::from_iter_values((start..start + 100).map(wide_name));
        let columns: [(&str, ArrayRef); 2] = [("id", Arc::new(ids)), ("name", Arc::new(names))];
        RecordBatch::try_from_iter(columns).expect("columns")
    };
    let properties = properties.set_write_batch_size(20).build();
    let writer = ArrowWriter::try_new(Vec::new(), batch(0).schema(), Some(properties));
    let mut writer = writer.expect("a writer");
    (0..WIDE).step_by(100).for_each(|start| writer.write(&batch(start)).expect("written"));
    writer.into_inner().expect("closed")
}

#[test]
fn wide_leads_of_parquet_are_taken_up_a_few_at_a_time() {
    if is_child() {
        return;
    }
    for (group, what) in [(100, "small row groups"), (1 << 20, "one row group")] {
        let project = Project::new(&of_leads("leads.parquet")).file("leads.parquet", wide_parquet(group));
        let test = "wide_leads_of_parquet_are_taken_up_a_few_at_a_time";
        check(test, &project, what, "3000 leads, 0 events");
    }
}

/// Leads with such keys.
const LONG: usize = 30_000;

/// A key of a thousand letters.
fn long_key(lead: usize) -> String {
    format!("{lead:05}{}", "k".repeat(995))
}

/// Leads with long keys, of which some are wrong, and an event of one of them.
fn long_keys(columns: &str, lead: impl Fn(usize, &mut String)) -> Project {
    let mut rows = format!("{columns}\n");
    (0..LONG).for_each(|number| lead(number, &mut rows));
    let events = format!("lead,at,size\n{},2025-11-03,big\n", long_key(7));
    Project::new(&with_events("")).file("leads.csv", rows).file("events.csv", events)
}

fn sound(number: usize, rows: &mut String) {
    let _ = writeln!(rows, "{},Ann", long_key(number));
}

#[test]
fn keys_that_stand_twice_are_told_without_holding_all() {
    if is_child() {
        return;
    }
    let check = |project: &Project, what: &str, expected: &str| {
        check("keys_that_stand_twice_are_told_without_holding_all", project, what, expected);
    };
    let twice = |number: usize, rows: &mut String| {
        sound(if number == LONG - 1 { 3 } else { number }, rows);
    };
    let project = long_keys("id,name", twice);
    check(&project, "a key twice", "no leads, 1 D0810");
    check(&project.rejects(), "a key twice, put aside", &format!("{} leads, 1 events, 1 D0810", LONG - 1));
    let often = |number: usize, rows: &mut String| sound(number / 2, rows);
    let project = long_keys("id,name", often).rejects();
    check(&project, "all keys twice", &format!("{0} leads, 1 events, {0} D0810", LONG / 2));
    let project = long_keys("id,name", |_, rows| sound(7, rows)).rejects();
    check(&project, "one key", &format!("1 leads, 1 events, {} D0810", LONG - 1));
}

#[test]
fn rows_that_are_not_there_are_told_without_holding_all() {
    if is_child() {
        return;
    }
    let mut people = "who,name\n".to_string();
    (0..LONG).for_each(|number| sound(number, &mut people));
    let mut leads = "id,who\n".to_string();
    (0..=LONG).for_each(|number| {
        let _ = writeln!(leads, "{number},{}", long_key(number));
    });
    let manifest =
        of_leads("leads.csv") + "[[leads]]\nfiles = \"people.csv\"\nkey = \"who\"\njoin = \"who\"\n";
    let project = Project::new(&manifest).file("leads.csv", leads).file("people.csv", people).strict();
    check("rows_that_are_not_there_are_told_without_holding_all", &project, "a row", "no leads, 1 D0823");
}

#[test]
fn many_wrong_rows_are_put_aside_without_holding_them() {
    if is_child() {
        return;
    }
    let check = |project: &Project, what: &str, expected: &str| {
        check("many_wrong_rows_are_put_aside_without_holding_them", project, what, expected);
    };
    let half = |number: usize, rows: &mut String| {
        let count = if number.is_multiple_of(2) { "many" } else { "1" };
        let _ = writeln!(rows, "{},Ann,{count}", long_key(number));
    };
    let manifest = format!("model = \"model.qualify\"\n{}", with_events("").replace(ABSENT, ""));
    let project = long_keys("id,name,count", half).file("qualify.toml", manifest).rejects();
    check(&project, "leads", &format!("{0} leads, 1 events, {0} D0807", LONG / 2));
    let mut events = "lead,at,size\n".to_string();
    (0..LONG).for_each(|number| {
        let day = if number.is_multiple_of(3) { "soon" } else { "2025-11-03" };
        let _ = writeln!(events, "{},{day},big", long_key(number * 2));
    });
    let project = long_keys("id,name", sound).file("events.csv", events).rejects();
    check(&project, "events", &format!("{LONG} leads, {0} events, {0} D0808, {1} D0811", LONG / 3, LONG / 2));
}

#[test]
fn odd_events_are_told_without_holding_them() {
    if is_child() {
        return;
    }
    let leads: String = (0..100).map(|lead| format!("{lead},Ann\n")).collect();
    let (mut events, filler) = ("lead,at,delivery,size\n".to_string(), "odd ".repeat(250));
    (0..LONG / 2).for_each(|number| {
        let _ = writeln!(events, "{},2025-11-03,d{},{number}{filler}", number % 200, number / 2);
    });
    let project = Project::new(&with_events("unknown_leads = \"ignore\"\nid = \"delivery\"\n"))
        .file("leads.csv", format!("id,name\n{leads}"))
        .file("events.csv", events);
    check(
        "odd_events_are_told_without_holding_them",
        &project,
        "odd events",
        &format!("100 leads, {} events", LONG / 8),
    );
}

/// Events of one lead, or of a few: as columns with all that is asked of them they have more than 60 MB.
const MANY: usize = 2_000_000;

/// A table of so many leads, and one of many events, of the leads that `lead` gives.
fn many_events(leads: usize, lead: impl Fn(usize) -> usize) -> Project {
    let names: String = (0..leads).map(|lead| format!("{lead},Ann\n")).collect();
    let mut events = "lead,at,size\n".to_string();
    (0..MANY).for_each(|number| {
        let _ = writeln!(events, "{},2025-11-{:02},big", lead(number), 1 + number % 28);
    });
    Project::new(&with_events("")).file("leads.csv", format!("id,name\n{names}")).file("events.csv", events)
}

#[test]
fn events_of_one_lead_are_not_in_memory_at_once() {
    if is_child() {
        return;
    }
    let project = many_events(3_000, |number| if number % 20 == 0 { number / 20 % 3_000 } else { 7 });
    check(
        "events_of_one_lead_are_not_in_memory_at_once",
        &project,
        "most events of one lead",
        "3000 leads, 2000000 events",
    );
}

#[test]
fn events_of_the_leads_of_a_partition_are_not_in_memory_at_once() {
    if is_child() {
        return;
    }
    let project = many_events(300, |number| number % 300);
    check(
        "events_of_the_leads_of_a_partition_are_not_in_memory_at_once",
        &project,
        "many events of each lead",
        "300 leads, 2000000 events",
    );
}
