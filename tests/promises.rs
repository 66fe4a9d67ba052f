//! The tests of the examples pass, and notice nearly every small change of their models; suggested tests pass too, and
//! more is noticed with them.
//!
//! Not in here: how the command shows it.

use qualify::Sources;
use qualify_check::{Options, check};
use qualify_diagnostics::FileId;
use qualify_review::mutants::{self, Sample, Workshop};
use qualify_review::suggestion;
use qualify_review::trials::{AS_OF, NameFilter};
use qualify_tests::workspace::root;
use std::path::{Path, PathBuf};

#[test]
fn the_bank() {
    nine_in_ten("bank");
}

#[test]
fn leadforge() {
    nine_in_ten("leadforge");
}

#[test]
fn ls60() {
    nine_in_ten("ls60");
}

/// Of a hundred changes, and of all, at least nine in ten are noticed.
fn nine_in_ten(name: &str) {
    let workshop = example(name);
    for sample in [Sample { most: Some(100), seed: 1 }, Sample { most: None, seed: 1 }] {
        let mutants = mutants::of(&workshop, sample, 2);
        assert_eq!(mutants.failing, [""; 0], "tests that fail on the model as it is");
        let (noticed, tried) = mutants.noticed();
        println!("{name}: {noticed} of {tried} changes are noticed");
        let missed: Vec<String> =
            mutants.unnoticed().map(|m| format!("{}: {} -> {}", m.place, m.old, m.new)).collect();
        assert!(tried >= 100 && noticed * 10 >= tried * 9, "{noticed} of {tried}:\n{}", missed.join("\n"));
    }
}

fn example(name: &str) -> Workshop {
    let folder = root().join("examples").join(name);
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|error| error.to_string());
    // without data there is no project: the file of tests names its model
    let files: Vec<PathBuf> = match folder.join("qualify.toml").is_file() {
        true => {
            let project = qualify_data::open(&folder).expect("a project");
            project.model_files().into_iter().chain(project.test_files()).collect()
        }
        false => vec![folder.join("tests.qualify")],
    };
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for file in &files {
        roots.push(sources.add(file.display().to_string(), read(file).expect("a rule file")));
    }
    let load = |path: &str, asking: &str| {
        let path = Path::new(asking).parent().unwrap_or(Path::new("")).join(path);
        read(&path).map(|text| (path.display().to_string(), text))
    };
    let checked = check(&mut sources, &roots, &load, &Options::default());
    assert!(checked.model.is_some(), "{name}: {:?}", checked.diagnostics);
    Workshop::new(&sources, roots.len(), &load, &[], &NameFilter::default(), AS_OF).expect("it compiles")
}

/// A small model with every kind of threshold and window, and one test.
const SMALL: &str = "lead key lead_id {
  size integer from 1 to 1000
  industry one of (software, retail, other)
  signed date
}
event visited (page one of (pricing, docs), seconds integer from 0 to 10_000)
score fit {
  points for size { over 500 : 20   at least 50 : 10   otherwise : 0   unknown : 0 }
  when industry in (software, retail) and size between 10 and 400 add 5
}
score interest from 0 up to 40 {
  when visited pricing at least 2 times within 14d add 15
  for each visited docs where (seconds >= 30) within 7d add 2 up to 6
  when visited docs followed within 1h by visited pricing within 30d add 10
  points for days since last visited { at most 3 : 4   otherwise : 0   unknown : 0 }
}
stage Lead
stage MQL if score >= 25 and fit >= 10
test \"nobody is a lead\" { lead { } expect stage is Lead, score = 0 }
";

#[test]
fn suggested_tests_pass_and_notice_what_went_unnoticed() {
    let noticed = |text: &str| {
        let workshop = small(text);
        let mutants = mutants::of(&workshop, Sample { most: None, seed: 1 }, 2);
        assert_eq!(mutants.failing, [""; 0], "tests that fail on the model as it is:\n{text}");
        let (noticed, tried) = mutants.noticed();
        let suggestions = suggestion::of(&workshop, &mutants);
        println!("{noticed} of {tried} changes are noticed");
        (noticed, tried, suggestions)
    };
    let (before, tried, suggestions) = noticed(SMALL);
    assert!(before * 4 < tried, "{before} of {tried}");
    let (after, same, more) = noticed(&format!("{SMALL}\n{}", suggestions.file()));
    assert_eq!(tried, same);
    assert_eq!(after, suggestions.noticed_then, "as was promised");
    assert!(after * 20 >= tried * 19, "{after} of {tried}: {:?}", suggestions.not_found);
    assert!(more.tests.is_empty(), "nothing more is found: {:?}", more.tests);
}

fn small(text: &str) -> Workshop {
    let mut sources = Sources::new();
    sources.add("small.qualify", text);
    let load = |path: &str, _: &str| Err(format!("there is no {path}"));
    let checked = check(&mut sources.clone(), &[FileId(0)], &load, &Options::default());
    let errors = qualify::render_terminal(&sources, &checked.diagnostics, false);
    Workshop::new(&sources, 1, &load, &[], &NameFilter::default(), AS_OF)
        .unwrap_or_else(|| panic!("it does not check:\n{errors}\n{text}"))
}
