//! Runs that have to read their files a second time: files that change in the meantime.

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
