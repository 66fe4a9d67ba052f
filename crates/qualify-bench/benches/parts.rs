//! Parts of the way from rules and data to scores, each by itself: `cargo bench -p qualify-bench`.

use divan::Bencher;
use qualify::{Compiled, Model, Sources};
use qualify_bench::{MODEL, SCHEMA, many_rules};

fn main() {
    divan::main();
}

fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    let rules = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| match path {
        "schema.qualify" => Ok((path.to_string(), SCHEMA.to_string())),
        _ => Err(format!("there is no {path}")),
    };
    Model::compile(sources, &[rules], &load, &[])
}

/// Source text to a checked model.
#[divan::bench(args = [60, 600])]
fn parse_and_check(bencher: Bencher, rules: usize) {
    let text = if rules == 60 { MODEL.to_string() } else { many_rules::model(rules) };
    assert!(compiled(&text).model.is_some());
    bencher.bench(|| compiled(&text));
}
