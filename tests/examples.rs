//! The examples: each checks without an error, reads its data without a warning and gives what its
//! `expected.txt` says. `UPDATE_EXPECTED=1 cargo test -p qualify-tests examples` writes these files anew; look at the
//! difference before you commit it.

use qualify::{Compiled, Model, Outcome, Severity, Sources};
use qualify_data::{LeadSet, Quiet, ReadOptions};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Some of the sixty are rows of one table.
const LS60_RULES: usize = 50;

#[test]
fn quickstart() {
    check("quickstart");
}

#[test]
fn leadforge() {
    check("leadforge");
}

#[test]
fn bank() {
    check("bank");
}

#[test]
fn ls60_checks() {
    let compiled = compile(&[folder("ls60").join("model.qualify")]);
    let model = compiled.model.expect("the model checks");
    let typed = model.typed();
    assert_eq!(typed.stages.len(), 4);
    assert_eq!(typed.scores.len(), 2);
    assert_eq!(typed.rules.len(), LS60_RULES);
}

/// An example with its data.
pub(crate) struct Example {
    pub(crate) model: Model,
    pub(crate) as_of: i64,
    pub(crate) leads: Vec<qualify::Lead>,
}

/// The example of that name; without leads if it brings no data.
pub(crate) fn example(name: &str) -> Example {
    let folder = folder(name);
    if !folder.join("qualify.toml").exists() {
        let model = compile(&[folder.join("model.qualify")]).model.expect("the model checks");
        return Example { model, as_of: 1_767_225_600_000_000, leads: Vec::new() };
    }
    let project = qualify_data::open(&folder).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let model = compile(&project.model_files()).model.expect("the model checks");
    let set = qualify_data::read(&project, model.schema(), &mut Quiet, &ReadOptions::default())
        .unwrap_or_else(|e| panic!("{name}: {e:?}"));
    Example { model, as_of: project.manifest.as_of.expect("an example names its instant"), leads: set.leads }
}

/// Scores the example and holds the summary against `expected.txt`.
fn check(name: &str) {
    let folder = folder(name);
    let project = qualify_data::open(&folder).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let model = compile(&project.model_files()).model.expect("the model checks");
    let mut quiet = Quiet;
    let set = qualify_data::read(&project, model.schema(), &mut quiet, &ReadOptions::default())
        .unwrap_or_else(|e| panic!("{name}: {e:?}"));
    assert!(set.warnings.is_empty(), "{name}: {:?}", set.warnings);
    let as_of = project.manifest.as_of.expect("an example names its instant");
    let outcomes = model.score(&set.leads, as_of, || ());
    ledgers_sum(&outcomes);
    let got = summary(&model, &set, &outcomes);
    let file = folder.join("expected.txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&file, &got).expect("it can be written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(got == expected, "{} differs; the result is now:\n{got}", file.display());
}

/// The lines of each ledger sum to the score and to each named score.
fn ledgers_sum(outcomes: &[Outcome]) {
    use qualify_model::{ScoreId, Target};
    for outcome in outcomes {
        let sum = |target| -> i64 {
            outcome.ledger.iter().filter(|line| line.target == target).map(|line| line.points).sum()
        };
        if let Some(score) = outcome.score {
            assert_eq!(sum(Target::Total), score, "{}", outcome.key);
        }
        for (i, score) in outcome.scores.iter().enumerate() {
            if let Some(score) = score {
                assert_eq!(sum(Target::Score(ScoreId(i as u32))), *score, "{}", outcome.key);
            }
        }
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

fn compile(files: &[PathBuf]) -> Compiled {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for file in files {
        let text = read(file).expect("the model is there");
        roots.push(sources.add(file.display().to_string(), text));
    }
    let beside = |path: &str, asking: &str| {
        let path = Path::new(asking).parent().unwrap_or(Path::new(".")).join(path);
        read(&path).map(|text| (path.display().to_string(), text))
    };
    let compiled = Model::compile(sources, &roots, &beside, &[]);
    let errors = compiled.diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert!(!errors, "{}", qualify::render_terminal(&compiled.sources, &compiled.diagnostics, false));
    compiled
}

/// Counts, exact sums and the first leads: enough that no score can change unseen.
fn summary(model: &Model, set: &LeadSet, outcomes: &[Outcome]) -> String {
    let typed = model.typed();
    let mut text = format!("{} leads, {} events\n", set.counts.leads, set.counts.events);
    count(&mut text, "status", outcomes, |o| vec![o.status.name().to_string()]);
    numbers(&mut text, "score", outcomes.iter().filter_map(|o| o.score).collect());
    for (i, score) in typed.scores.iter().enumerate() {
        numbers(&mut text, &score.name, outcomes.iter().filter_map(|o| *o.scores.get(i)?).collect());
    }
    for (i, grade) in typed.grades.iter().enumerate() {
        count(&mut text, &grade.name, outcomes, |o| o.grades.get(i).cloned().flatten().into_iter().collect());
    }
    count(&mut text, "stage", outcomes, |o| o.stage.clone().into_iter().collect());
    count(&mut text, "segment", outcomes, |o| o.segments.clone());
    count(&mut text, "route", outcomes, |o| o.route.clone().into_iter().collect());
    text.push_str("\nthe first leads: score, named scores, stage, route\n");
    for o in outcomes.iter().take(12) {
        let scores: Vec<_> = o.scores.iter().map(|s| s.map_or("-".into(), points)).collect();
        let or_none = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".into());
        let score = o.score.map_or("-".into(), points);
        let (stage, route) = (or_none(&o.stage), or_none(&o.route));
        let _ = writeln!(text, "{}: {score} ({}) {stage}, {route}", o.key, scores.join(" "));
    }
    text
}

/// `stage: Lead 10, MQL 3`, by name; nothing if no lead has one.
fn count(text: &mut String, title: &str, outcomes: &[Outcome], of: impl Fn(&Outcome) -> Vec<String>) {
    let mut counts = BTreeMap::<String, u32>::new();
    for name in outcomes.iter().flat_map(of) {
        *counts.entry(name).or_default() += 1;
    }
    if !counts.is_empty() {
        let list: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
        let _ = writeln!(text, "{title}: {}", list.join(", "));
    }
}

/// `fit: 5000 leads, sum 160000, from 2 to 51`.
fn numbers(text: &mut String, title: &str, values: Vec<i64>) {
    let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else { return };
    let sum = points(values.iter().sum());
    let (n, least, most) = (values.len(), points(*least), points(*most));
    let _ = writeln!(text, "{title}: {n} leads, sum {sum}, from {least} to {most}");
}

/// Units of 0.0001 points as a decimal number.
fn points(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / 10_000, units.unsigned_abs() % 10_000);
    let text = format!("{sign}{whole}.{rest:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
