//! Runs that have to read their files a second time: files that change in the meantime, and pipes.

use crate::running::all;
use crate::support::*;
use qualify_data::{Progress, RunError, RunOptions, RunReport, open, run};
use qualify_model::{Schema, ScoreColumns};
use std::io::Write;
use std::path::PathBuf;

fn schema() -> Schema {
    let mut schema = leads(&[("word", WORD)]);
    schema.events = vec![event("bought", &[("size", WORD)])];
    schema
}

/// Leads of which one stands twice, and events; wrong rows are put aside.
fn project(events: &str, format: &str) -> Project {
    let manifest = format!(
        "[[leads]]\nfiles = \"leads.csv\"\nkey = \"id\"\n\
         [[events]]\nfiles = \"{events}\"\n{format}lead = \"lead\"\ntime = \"at\"\ntype = \"bought\"\n"
    );
    Project::new(&manifest).file("leads.csv", "id,word\na,big\nb,small\na,big\n").rejects()
}

/// Runs it, and tells of what went wrong.
fn ran(project: &Project, threads: usize, progress: &mut dyn Progress) -> Result<RunReport, String> {
    let options = RunOptions { threads, read: project.options.clone(), ..RunOptions::default() };
    let (schema, score) = (schema(), |_: usize, _: &_| ScoreColumns::default());
    let opened = open(project.folder.path()).expect("a project");
    let report = run(&opened, &schema, &all(&schema), &options, progress, &score, &mut |_, _| Ok(()));
    report.map_err(|error| match error {
        RunError::Data(errors) => errors.to_string(),
        RunError::Output(error) => panic!("{error}"),
    })
}

/// Adds a row to a file when it was told something so many times.
struct Adding {
    file: PathBuf,
    row: &'static str,
    when: usize,
    told: usize,
}

impl Adding {
    fn told(&mut self) {
        if self.told == self.when {
            let mut file = std::fs::OpenOptions::new().append(true).open(&self.file).expect("a file");
            file.write_all(self.row.as_bytes()).expect("written");
        }
        self.told += 1;
    }
}

impl Progress for Adding {
    fn file(&mut self, _: &str) {
        self.told();
    }

    fn advance(&mut self, _: u64) {
        self.told();
    }
}

#[test]
fn files_that_change_between_two_looks_are_told() {
    for (file, row) in [("leads.csv", "c,big\n"), ("events.csv", "b,2025-11-04,big\n")] {
        let (mut changed, mut when) = (0, 0);
        loop {
            let rows = "lead,at,size\na,2025-11-03,big\nnobody,2025-11-03,big\n";
            let project = project("events.csv", "").file("events.csv", rows);
            let mut adding = Adding { file: project.path(file), row, when, told: 0 };
            match ran(&project, 1 + when % 2, &mut adding) {
                Err(said) if said.contains("the files change while they are read") => changed += 1,
                Err(said) => panic!("{file}, {when}: {said}"),
                Ok(report) => assert_eq!(report.counts.rejected, 2, "{file}, {when}"),
            }
            if adding.told <= when {
                break; // it was never added
            }
            when += 1;
        }
        println!("{file}: told {changed} times of {when}");
        assert!(changed > 0, "{file}");
    }
}

/// A pipe with a name, into which somebody writes as soon as it is opened.
#[cfg(unix)]
fn pipe(path: PathBuf, content: &'static str) {
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("it starts");
    assert!(made.success());
    std::thread::spawn(move || {
        // who reads it may stop early
        let _ =
            std::fs::OpenOptions::new().write(true).open(path).map(|mut to| to.write_all(content.as_bytes()));
    });
}

/// What the project says; nothing if it waits for ever.
#[cfg(unix)]
fn said(project: Project, threads: usize) -> Option<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let report = ran(&project, threads, &mut qualify_data::Quiet);
        let _ = sender.send(report.map_or_else(
            |said| said,
            |report| format!("{} leads, {} events", report.counts.leads, report.counts.events),
        ));
    });
    receiver.recv_timeout(std::time::Duration::from_secs(60)).ok()
}

#[cfg(unix)]
#[test]
fn what_can_be_read_only_once_is_not_read_again() {
    let rows = "{\"lead\":\"a\",\"at\":\"2025-11-03\",\"size\":\"big\"}\n";
    let lines = ("events", "format = \"jsonl\"\n", rows);
    for (name, format, rows) in [lines, ("events.csv", "", "lead,at,size\na,2025-11-03,big\n")] {
        for threads in [1, 2] {
            let twice = project(name, format);
            pipe(twice.path(name), rows);
            let said_twice = said(twice, threads).expect("it ends");
            let expected = [name, "can be read only once", "a key stands twice", "write it to a file first"];
            assert!(expected.iter().all(|words| said_twice.contains(words)), "{said_twice}");
            let sound = project(name, format).file("leads.csv", "id,word\na,big\nb,small\n");
            pipe(sound.path(name), rows);
            assert_eq!(said(sound, threads).as_deref(), Some("2 leads, 1 events"), "{name}");
        }
    }
}
