//! The messages about the data at hand: a golden case for each code, and what they must not say.
//!
//! `corpus/diagnostics/CODE.project` holds the smallest project that gives the code and nothing else: its files, each
//! behind a line `#--- NAME`. The rendered messages stand beside it in `CODE.snap`.

use insta::{Settings, assert_snapshot};
use qualify::{Compiled, Model, Part, Sources, render_terminal};
use qualify_data::{Project, Quiet, RunOptions};
use qualify_diagnostics::{Code, Diagnostic, Severity};
use qualify_review::lint::lint_data;
use qualify_review::profile::check_data;
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::trial::diagnose;
use qualify_tests::workspace::{read, root};
use std::path::Path;

fn codes() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|code| code.needs_data())
}

/// Writes the files of a case into a folder.
fn unpack(case: &str, folder: &Path) {
    for part in case.split("#--- ").skip(1) {
        let (name, text) = part.split_once('\n').expect("a name on a line of its own");
        std::fs::write(folder.join(name), text).expect("a file");
    }
}

/// The model of a project and what its data say, with so many threads.
fn look(folder: &Path, threads: usize) -> (Sources, Vec<Diagnostic>) {
    let (project, compiled) = compile(folder);
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let as_of = project.manifest.as_of.expect("an instant");
    let options = RunOptions { threads, batch_rows: 512, ..RunOptions::default() };
    let found = check_data(&model, &project, as_of, &compiled.diagnostics, &options, &mut Quiet);
    (compiled.sources, found.expect("the data can be read").diagnostics)
}

/// The model of a project and the lints that need its data.
fn lint(folder: &Path) -> (Sources, Vec<Diagnostic>) {
    let (project, compiled) = compile(folder);
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let as_of = project.manifest.as_of.expect("an instant");
    let found = lint_data(&model, &project, as_of, &RunOptions::default(), &mut Quiet);
    let found = found.expect("the data can be read").map(|linted| linted.diagnostics);
    (compiled.sources, found.unwrap_or_default())
}

fn compile(folder: &Path) -> (Project, Compiled) {
    let project: Project = qualify_data::open(folder).expect("a project");
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for file in project.model_files() {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        roots.push(sources.add(name, read(&file)));
    }
    let load = |path: &str, _: &str| {
        let text = std::fs::read_to_string(folder.join(path)).map_err(|error| error.to_string())?;
        Ok((path.to_string(), text))
    };
    let compiled = Model::compile(sources, &roots, &load, &[]);
    (project, compiled)
}

#[test]
fn every_code_has_its_golden_project() {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("corpus/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for code in codes() {
        let folder = tempfile::tempdir().expect("a folder");
        unpack(&read(&root().join(format!("tests/corpus/diagnostics/{code}.project"))), folder.path());
        let (sources, found) = match code.part() {
            Part::Lint => lint(folder.path()),
            _ => look(folder.path(), 1),
        };
        let rendered = render_terminal(&sources, &found, false);
        assert!(!found.is_empty() && found.iter().all(|d| d.code == code), "{code}\n{rendered}");
        assert!(found.iter().all(|d| d.severity == Severity::Warning && !d.message.ends_with('.')));
        assert_snapshot!(code.as_str(), rendered);
    }
}

#[test]
fn the_pages_show_models() {
    for code in codes() {
        let blocks = qualify_blocks(code.page());
        assert!(blocks.len() >= 2, "{code}: what is wrong, and how it is mended");
        for block in blocks {
            let (sources, _, found) = diagnose(&block.text);
            assert!(found.is_empty(), "{code}\n{}", render_terminal(&sources, &found, false));
        }
    }
}

/// The example's model was made from its data, so they have little to say about each other; and threads do not
/// matter.
#[test]
fn the_examples_fit_their_data() {
    for example in ["leadforge", "bank"] {
        let folder = root().join("examples").join(example);
        let (sources, found) = look(&folder, 1);
        assert!(found.is_empty(), "{}", render_terminal(&sources, &found, false));
        assert_eq!(look(&folder, 3).1, found);
    }
}

/// Rules are added to the example, each with one thing wrong with it, and no other message comes.
#[test]
fn what_is_put_into_an_example_is_found() {
    let example = root().join("examples/leadforge");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["qualify.toml", "schema.qualify", "buying-titles.txt"] {
        std::fs::copy(example.join(name), folder.path().join(name)).expect("a copy");
    }
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    for file in qualify_tests::workspace::files("examples/leadforge/data", ".csv") {
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, folder.path().join("data").join(name)).expect("a copy");
    }
    let model = read(&example.join("model.qualify"));
    let rules = "\
when at least 2 of (account.region = US, account.region = UK, decision_maker) add 1
when activity at least 60 times within 90d subtract 3
when created_at more than 1h ago add 1
when large_account and account.region = UK add 1
when large_account and not (account.region = US) add 1
score =";
    std::fs::write(folder.path().join("model.qualify"), model.replace("score =", &loose(rules)))
        .expect("a file");
    let (_, found) = look(folder.path(), 2);
    let found: Vec<(&str, &str)> = found.iter().map(|d| (d.code.as_str(), d.message.as_str())).collect();
    assert_eq!(
        found,
        [
            ("W0903", "this rule fires for none of 5,000 leads"),
            ("W0904", "this rule fires for all 5,000 leads"),
            ("W0905", "these two rules always fire together: for the same 791 of 5,000 leads (15.8 %)"),
        ]
    );
}

/// The rules in a score of their own, which the total leaves out.
fn loose(rules: &str) -> String {
    let (rules, total) = rules.rsplit_once('\n').expect("a last line");
    format!("score added from -100 up to 100 {{\n{rules}\n}}\n{total}")
}
