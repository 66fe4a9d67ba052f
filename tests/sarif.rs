//! The log in SARIF: valid against the schema that OASIS published, for every golden case and page of a code, and
//! true in its parts.

use jsonschema::Validator;
use qualify_check::{Options, check};
use qualify_diagnostics::{Code, Sources, render_sarif};
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::workspace::{read, root};
use serde_json::{Value, from_str, json};

fn schema() -> Validator {
    let text = read(&root().join("tests/schemas/sarif-2.1.0.json"));
    // a bracket that closes nothing stands for itself, which the library wants to be told
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    let schema: Value = from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

/// The log about one text, checked as a file of that name.
fn log(name: &str, text: &str) -> Value {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    let none = |path: &str, _: &str| Err(format!("there is no file {path}"));
    let checked = check(&mut sources, &[file], &none, &Options::default());
    from_str(&render_sarif(&sources, &checked.diagnostics, &checked.suppressed, "0.1.0")).expect("JSON")
}

fn mistakes(schema: &Validator, log: &Value) -> Vec<String> {
    schema.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_message_makes_a_valid_log() {
    let schema = schema();
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let path = root().join(format!("tests/corpus/diagnostics/{code}.qualify"));
        let golden = if path.exists() { read(&path) } else { String::new() };
        let pages = qualify_blocks(code.page()).into_iter().map(|block| block.text);
        for text in golden.split("#---\n").map(str::to_string).chain(pages) {
            let log = log("rules/model.qualify", &text);
            wrong.extend(mistakes(&schema, &log).into_iter().map(|why| format!("{code}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_schema_would_notice() {
    let schema = schema();
    let mut broken = log("m.qualify", "when size > 1 add 1");
    assert!(mistakes(&schema, &broken).is_empty());
    broken["runs"][0]["results"][0]["level"] = "loud".into();
    assert_eq!(mistakes(&schema, &broken).len(), 1);
}

/// Signs before the place that count one, two and two units of UTF-16.
const MODEL: &str = "lead key id { size integer from 1 to 10_000_000 }
event visited (page one of (pricing, docs))
when visited pricing within 7d add 10
# allow W0651: the newest visits count twice
when visited pricing within 30d add 5
when size > 100 and \"é😀😀\" = \"é😀😀\" add -5
";

#[test]
fn a_result_says_where_what_and_how_to_mend_it() {
    let log = log("./my rules/größe.qualify", MODEL);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let results = run["results"].as_array().expect("results");
    let result = results.iter().find(|r| r["ruleId"] == "E0401").expect("the negative points");
    let place = &result["locations"][0]["physicalLocation"];
    let file = json!({ "uri": "my%20rules/gr%C3%B6%C3%9Fe.qualify", "uriBaseId": "SRCROOT" });
    assert_eq!(place["artifactLocation"], file);
    let line = MODEL.lines().nth(5).expect("the sixth line");
    let column = line[..line.find("-5").expect("it")].encode_utf16().count() + 1;
    assert_eq!(place["region"]["startLine"], 6);
    let start = place["region"]["startColumn"].as_u64().expect("a column") as usize;
    assert!(start <= column && column - start < 6, "{start} and {column}");
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("a number") as usize];
    assert_eq!(rule["id"], "E0401");
    assert!(rule["help"]["markdown"].as_str().expect("a page").contains("```qualify"));
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"], file);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "subtract 5");
}

#[test]
fn what_is_allowed_is_there_and_marked() {
    let allowed = MODEL.replace("add -5", "subtract 5");
    let log = log("m.qualify", &allowed);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let result = results.iter().find(|r| r["ruleId"] == "W0651").expect("the windows");
    let suppression = &result["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["justification"], "the newest visits count twice");
    assert_eq!(suppression["location"]["physicalLocation"]["region"]["startLine"], 4);
    assert!(results.iter().all(|r| r["ruleId"] == "W0651" || r["suppressions"].is_null()));
}

#[test]
fn moved_lines_keep_their_fingerprints() {
    let prints = |text: &str| -> Vec<Value> {
        let log = log("m.qualify", text);
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        results.iter().map(|r| r["partialFingerprints"]["primaryLocationLineHash"].clone()).collect()
    };
    let model =
        format!("{}when size > 100 add 5\nwhen size < 0 add 1\n", MODEL.replace("add -5", "subtract 5"));
    let before = prints(&model);
    assert!(before.len() >= 2 && before.iter().all(Value::is_string), "{before:?}");
    assert_eq!(before, prints(&format!("# a new line\n\n{model}")));
}
