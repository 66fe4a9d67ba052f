//! Small models and the listings of their plans.

use qualify_check::{Options, check};
use qualify_diagnostics::Sources;
use qualify_plan::Plan;

fn lower(text: &str) -> Plan {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let checked =
        check(&mut sources, &[root], &|path, _| Err(format!("no file {path}")), &Options::default());
    let model = checked.model.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    Plan::of(&model).unwrap_or_else(|e| panic!("unsupported: {} at {:?}", e.what, e.span))
}

#[test]
fn ls60() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ls60/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}"));
    let model = read("model.qualify").expect("an example").replace("use \"schema.qualify\"", "");
    let text = format!("{model}\n{}", read("schema.qualify").expect("an example").replace("language 1", ""));
    assert!(lower(&text).main.code.len() < 300);
}
