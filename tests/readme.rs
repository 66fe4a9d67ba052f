//! The README: its examples check, its commands are the ones that are run, its links lead somewhere.

use qualify::{Model, Sources};
use qualify_tests::blocks::{blocks, qualify_blocks};
use qualify_tests::workspace::{read, root};

/// The four lines beside which the README's first example stands.
const FOUR_LINES: &str = "lead key lead_id {
  firmographics { size integer from 1 to 10_000_000 }
}
event visited (page one of (pricing, docs, blog))
";

fn readme() -> String {
    read(&root().join("README.md"))
}

#[test]
fn its_examples_check() {
    let examples = qualify_blocks(&readme());
    assert_eq!(examples.len(), 2);
    let line = check(&format!("{FOUR_LINES}{}", examples[0].text));
    assert_eq!(line.len(), 1, "20 points never make 50: {line:?}");
    assert!(line[0].contains("20") && line[0].contains("MQL"), "{line:?}");
    let model = check(&examples[1].text);
    assert!(model.is_empty(), "{model:?}");
}

/// The messages about a model, which may use the schema of the language book.
fn check(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("README.md", text);
    let load = |path: &str, _: &str| match path {
        "schema.qualify" => Ok((path.to_string(), read(&root().join("docs/language/schema.qualify")))),
        _ => Err(format!("there is no file {path}")),
    };
    let compiled = Model::compile(sources, &[file], &load, &[]);
    compiled.diagnostics.iter().map(|d| d.message.clone()).collect()
}

#[test]
fn continuous_integration_runs_its_commands() {
    let commands = blocks(&readme()).into_iter().find(|b| b.mark == "console").expect("a console block");
    let script = read(&root().join(".ci/run"));
    for command in commands.text.lines() {
        let command = command.strip_prefix("$ ").expect("a command");
        assert!(script.lines().any(|l| l == format!("step {command}")), ".ci/run does not run `{command}`");
    }
}

#[test]
fn it_is_short_and_its_links_lead_somewhere() {
    let text = readme();
    assert!(text.lines().count() < 150);
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let path = link.split('#').next().unwrap_or(link);
        assert!(path.starts_with("http") || root().join(path).exists(), "a link to {link}");
    }
}
