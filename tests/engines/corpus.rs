//! Every case of the corpus and every example, on every engine.

use super::engines;
use super::files::{Through, in_every_run};
use qualify_model::Lead;
use qualify_tests::agree::{compare_with, reference};
use qualify_tests::case::cases;
use qualify_tests::trial::scenes;
use qualify_tests::workspace::{files, read, root, shown};
use std::collections::BTreeMap;

#[test]
fn every_case_of_the_corpus_agrees() {
    let (mut wrong, mut models, mut count) = (Vec::new(), 0, 0);
    let mut through = Through::new(1);
    for path in files("tests/corpus", ".md") {
        for case in cases(&shown(&path), &read(&path)).unwrap_or_default() {
            let Some((model, scenes)) = scenes(&case) else { continue };
            models += 1;
            let mut at: BTreeMap<i64, Vec<Lead>> = BTreeMap::new();
            for (lead, as_of) in scenes {
                count += 1;
                at.entry(as_of).or_default().push(lead.clone());
                wrong.extend(disagreements(&case.name, &model, &[lead], as_of));
            }
            for (as_of, leads) in at {
                wrong.extend(through.disagreements(&case.name, &model, &leads, as_of, 2));
            }
        }
    }
    println!("{models} models, {count} leads; {through}");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 300, "only {count} leads were found");
    assert!(through.spilled() > 150, "{through}");
}

#[test]
fn every_example_agrees() {
    for name in ["quickstart", "leadforge", "bank", "ls60"] {
        let example = crate::examples::example(name);
        let model = example.model.typed();
        for test in &model.tests {
            let run = qualify_reference::run_test(model, test, example.as_of);
            let wrong = disagreements(name, model, &[run.lead], run.as_of);
            assert!(wrong.is_empty(), "{}: {}", test.name, wrong.join("\n"));
        }
        let wrong = disagreements(name, model, &example.leads, example.as_of);
        println!("{name}: {} leads", example.leads.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let folder = root().join("examples").join(name);
        if folder.join("qualify.toml").exists() {
            let wanted = reference(model, &example.leads, example.as_of);
            let wrong = in_every_run(&folder, model, &wanted, example.as_of);
            assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
        }
    }
}

/// What engines give that the reference does not.
pub(super) fn disagreements(
    name: &str,
    model: &qualify_model::Model,
    leads: &[Lead],
    as_of: i64,
) -> Vec<String> {
    // one lead with very many events costs a second on each
    let most = if leads.iter().any(|lead| lead.events.len() > 100_000) { 2 } else { usize::MAX };
    let wanted = reference(model, leads, as_of);
    let mut wrong = Vec::new();
    for (engine_name, engine) in engines().into_iter().take(most) {
        let found = compare_with(&wanted, engine(model, leads, as_of));
        for (lead, differences) in found.into_iter().take(5) {
            let key = leads.get(lead).map_or("", |lead| lead.key.as_str());
            wrong.push(format!("{name}, {engine_name}, lead {key}: {}", differences.join("; ")));
        }
    }
    wrong
}
