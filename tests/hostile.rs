//! Input that nobody vouches for: texts of rules, and files of data. What is done with them must not fail; the tests
//! and the targets of the fuzzer put theirs here.
//!
//! Not in here: compiled models, see `agree`.

use crate::trial::AS_OF;
use qualify_check::{Options, check};
use qualify_data::{Quiet, ReadOptions, RunOptions};
use qualify_diagnostics::{
    Diagnostic, Sources, Span, render_github, render_json_with, render_sarif, render_terminal,
};
use qualify_model::calendar::parse_instant;
use qualify_model::{Batch, ScoreColumns};
use qualify_plan::Plan;
use qualify_reference::run_test;

/// Checks, renders, plans and tests a text; says whether it is a model.
///
/// # Errors
///
/// What must not happen, in words.
pub fn go_through(text: &str) -> Result<bool, String> {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| Err(format!("there is no file `{path}`"));
    let checked = check(&mut sources, &[file], &load, &Options::default());
    for diagnostic in &checked.diagnostics {
        for span in spans(diagnostic) {
            let text = &sources.file(span.file).text;
            if text.get(span.start as usize..span.end as usize).is_none() {
                return Err(format!("{}: the place {span:?} is not in the text", diagnostic.code));
            }
        }
    }
    let errors = checked.diagnostics.iter().any(|d| d.severity == qualify_diagnostics::Severity::Error);
    if errors == checked.model.is_some() {
        return Err("there is a model if and only if there is no error".into());
    }
    render_terminal(&sources, &checked.diagnostics, false);
    render_json_with(&sources, &checked.diagnostics, &checked.suppressed);
    render_sarif(&sources, &checked.diagnostics, &checked.suppressed, "0.1.0");
    render_github(&sources, &checked.diagnostics);
    let Some(model) = checked.model else { return Ok(false) };
    let _ = Plan::of(&model);
    let as_of = parse_instant(AS_OF).unwrap_or_default();
    model.tests.iter().for_each(|test| drop(run_test(&model, test, as_of)));
    Ok(true)
}

fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let labels = diagnostic.others.iter().chain([&diagnostic.place]).map(|label| label.span);
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    labels.chain(edits)
}

/// The formats of [`read_data`], by the ending of their files.
pub const FORMATS: [&str; 5] = ["csv", "jsonl", "parquet", "arrow", "csv.gz"];

const SCHEMA: &str = "lead key id {
  size integer from 0 to 1000  name text unknown if \"N/A\"  mail email  tier one of (low, high from \"H\")
  tags list of text  rate number  worth money  ok yes/no  day date  seen time  wait duration
}
event visited (page text, value number)
event bought (page text, nr integer)
when visited within 7d and size > 5 add 3
";

/// Reads bytes as a file of leads and as one of events, in a format of [`FORMATS`]: row by row, in columns, and to
/// infer a schema.
pub fn read_data(format: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = format!("data.{format}");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
    write(&file, bytes);
    write("sound.csv", b"id,size,name,mail,tier,tags,rate,worth,ok,day,seen,wait\n1,5,a,a@b.c,low,x,1,2,yes,2026-01-01,2026-01-01T00:00:00Z,5s\n");
    let model = crate::agree::compile(SCHEMA).unwrap_or_else(|messages| panic!("{messages:?}"));
    let plan = Plan::of(&model).unwrap_or_else(|why| panic!("{}", why.what));
    let events = "[[events]]\nlead = \"id\"\ntime = \"seen\"\ntype_column = \"name\"\nunknown_leads = \"ignore\"\nunknown_types = \"ignore\"\n";
    for manifest in [
        format!("model = \"m.qualify\"\n[[leads]]\nfiles = \"{file}\"\n"),
        format!("model = \"m.qualify\"\n[[leads]]\nfiles = \"sound.csv\"\n{events}files = \"{file}\"\n"),
        format!("model = \"m.qualify\"\n[[leads]]\nfiles = \"{file}\"\n{events}files = \"{file}\"\n"),
    ] {
        write("qualify.toml", manifest.as_bytes());
        let Ok(project) = qualify_data::open(folder.path()) else { continue };
        let read = qualify_data::read(&project, &model.schema, &mut Quiet, &ReadOptions::default());
        let options = RunOptions { threads: 2, memory: Some(1), batch_rows: 4, ..RunOptions::default() };
        let score =
            |_: usize, batch: &Batch| ScoreColumns { rows: batch.leads.rows, ..ScoreColumns::default() };
        let mut leads = 0;
        let run = qualify_data::run(
            &project,
            &model.schema,
            &plan.needs,
            &options,
            &mut Quiet,
            &score,
            &mut |_, scores| {
                leads += scores.rows;
                Ok(())
            },
        );
        // who reads fewer columns may find less to complain of
        if let (Ok(set), Ok(_)) = (&read, &run) {
            assert_eq!(set.leads.len(), leads, "{format}: other leads in columns than in rows");
        }
        assert!(read.is_err() || run.is_ok(), "{format}: refused in columns alone");
    }
    let _ = qualify_data::infer(&[folder.path().join(&file)], folder.path());
}
