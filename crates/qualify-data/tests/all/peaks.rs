//! The memory that runs take at most: each in a process of its own, because what was used never falls again.

use crate::running::all;
use crate::support::*;
use qualify_data::{Quiet, RunOptions, open, run};
use qualify_model::{Schema, ScoreColumns};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// The folder of the project that the process of its own runs.
const FOLDER: &str = "QUALIFY_PEAK_OF";

fn schema() -> Schema {
    leads(&[("name", TEXT)])
}

/// The most memory of this process so far, in MiB; none where the system does not tell.
fn own_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? >> 10)
}

/// Runs the project of a folder within 64 MiB and two threads, and says what was taken.
fn run_within(folder: &Path) {
    let options = RunOptions {
        threads: 2,
        memory: Some(64 << 20),
        looked_at: Some(Vec::new()),
        ..RunOptions::default()
    };
    let (schema, score) = (schema(), |_: usize, _: &_| ScoreColumns::default());
    let opened = open(folder).expect("a project");
    let mut leads = 0;
    let report = run(&opened, &schema, &all(&schema), &options, &mut Quiet, &score, &mut |batch, _| {
        leads += batch.rows as u64;
        Ok(())
    });
    let report = report.expect("sound");
    assert_eq!(report.counts.leads, leads);
    println!("peak {}", own_peak().unwrap_or(0));
}

/// What a run of the project takes, in MiB; none where the system does not tell. It runs in a process of the test of this
/// name, which finds the folder in its environment.
fn peak(test: &str, project: &Project) -> Option<u64> {
    own_peak()?;
    let program = std::env::current_exe().expect("this program");
    let child = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, project.folder.path())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    let peak = said.lines().find_map(|line| line.split_once("peak ")?.1.trim().parse().ok());
    assert!(peak.is_some(), "{said}{}", String::from_utf8_lossy(&child.stderr));
    peak
}

/// A run of the project takes less than 64 MiB.
fn check(test: &str, project: &Project, what: &str) {
    if let Some(peak) = peak(test, project) {
        println!("{what}: {peak} MiB at most");
        assert!(peak < 64, "{what}: {peak} MiB");
    }
}

#[test]
fn wide_leads_are_taken_up_a_few_at_a_time() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return run_within(Path::new(&folder));
    }
    let check = |project: &Project, what: &str| {
        check("peaks::wide_leads_are_taken_up_a_few_at_a_time", project, what);
    };
    let (mut rows, mut fields, mut narrow) = (String::new(), String::from("id,name\n"), String::new());
    for lead in 0..4_000 {
        let name = format!("{lead} ").repeat(4_000);
        let _ = writeln!(rows, "{{\"id\":\"k{lead}\",\"name\":\"{name}\"}}");
        let _ = writeln!(fields, "k{lead},{name}");
        let _ = writeln!(narrow, "{{\"id\":\"{lead}\",\"who\":\"k{lead}\"}}");
    }
    let manifest = |file: &str| format!("[[leads]]\nfiles = \"{file}\"\nkey = \"id\"\n");
    let joined =
        manifest("leads.jsonl") + "[[leads]]\nfiles = \"people.csv\"\nkey = \"id\"\njoin = \"who\"\n";
    check(&Project::new(&manifest("leads.jsonl")).file("leads.jsonl", &rows), "JSON Lines");
    check(&Project::new(&manifest("leads.csv")).file("leads.csv", &fields), "CSV");
    check(&Project::new(&joined).file("leads.jsonl", narrow).file("people.csv", &fields), "joined");
}
