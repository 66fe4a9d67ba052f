//! What a run leaves behind that was interrupted: nothing. Results that are not whole, as well as events that find no
//! room in memory, are in files without a name.

use crate::program::{Folder, qualify};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A project that takes a while; or a small one, whose last row of the events is wrong.
fn project(wrong: bool) -> Folder {
    let rows = if wrong { 3_000 } else { 150_000 };
    let (mut leads, mut events) = (String::from("id,size\n"), String::from("lead,time,event,page\n"));
    for lead in 0..3_000 {
        let _ = writeln!(leads, "key {lead},{}", lead % 100);
    }
    for event in 0..rows {
        let (lead, page) = (event * 7 % 3_000, event % 1_000);
        let _ = writeln!(events, "key {lead},2025-12-{:02}T00:00:00Z,visited,page {page}", 1 + event % 28);
    }
    if wrong {
        events.push_str("nobody,2025-12-01T00:00:00Z,visited,\n");
    }
    let manifest = "model = \"m.qualify\"\nas_of = \"2026-01-01T00:00:00Z\"\n[[leads]]\nfiles = \"leads.csv\"\n\
        [[events]]\nfiles = \"events.csv\"\nlead = \"lead\"\ntime = \"time\"\ntype_column = \"event\"\n";
    let rules = "lead key id { size integer }\nevent visited (page text)\n\
        for each visited within 30d add 2\nwhen visited at least 2 times in one page add 1\n";
    let folder = Folder::new(&[
        ("leads.csv", &leads),
        ("events.csv", &events),
        ("qualify.toml", manifest),
        ("m.qualify", rules),
    ]);
    std::fs::create_dir(folder.path().join("aside")).expect("a folder for temporary files");
    folder
}

const SCORE: &[&str] = &["score", ".", "-o", "scores.parquet", "--memory", "64MiB", "--threads", "2"];

/// The names in the folder and in that for temporary files.
fn names(folder: &Folder) -> Vec<String> {
    let of = |path: PathBuf| std::fs::read_dir(path).expect("a folder").filter_map(Result::ok);
    let all = of(folder.path().to_path_buf()).chain(of(folder.path().join("aside")));
    let mut names: Vec<String> = all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Whether the process has a file open that lies in the folder and has no name.
fn holds_nameless(process: u32, folder: &Path) -> bool {
    let opened =
        std::fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().filter_map(Result::ok);
    let mut links = opened.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    links.any(|link| link.starts_with(folder) && link.to_string_lossy().ends_with("(deleted)"))
}

#[test]
fn interrupted_runs_leave_nothing_behind() {
    if !cfg!(target_os = "linux") {
        return; // elsewhere results have a name while they are written
    }
    let folder = project(false);
    let before = names(&folder);
    let place = folder.path().canonicalize().expect("a folder");
    // some who start programs have them ignore the first two: then there is nothing to interrupt with
    let ignored = ignored();
    let signals = [("HUP", 1), ("INT", 2), ("TERM", 15), ("KILL", 9)];
    for (signal, _) in signals.iter().filter(|(_, number)| ignored >> (number - 1) & 1 == 0) {
        let interrupted = (0..10).any(|_| interrupt(&folder, &place, signal));
        assert!(interrupted, "{signal}: it was always quicker than the signal");
        assert_eq!(names(&folder), before, "{signal}");
    }
}

/// The signals that this process ignores, and so those that it starts: the first is the lowest bit.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Interrupts a run while it holds a file without a name. Whether it was still running.
fn interrupt(folder: &Folder, place: &Path, signal: &str) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qualify"))
        .args(SCORE)
        .current_dir(folder.path())
        .env("TMPDIR", place.join("aside"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let start = Instant::now();
    while !holds_nameless(child.id(), place) && start.elapsed() < Duration::from_secs(120) {
        if child.try_wait().expect("a child").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    killed.expect("kill");
    let was_quicker = child.wait().expect("it ends").success();
    if was_quicker {
        std::fs::remove_file(folder.path().join("scores.parquet")).expect("its results");
    }
    !was_quicker
}

#[test]
fn refused_runs_leave_nothing_behind() {
    let folder = project(true);
    let before = names(&folder);
    let run = qualify(SCORE, &folder);
    assert!(run.status != 0 && run.err.contains("nobody"), "{run:?}");
    assert_eq!(names(&folder), before);
}
