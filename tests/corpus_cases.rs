//! Prints the corpus as JSON, with what the reference interpreter says: for bindings to compare with.

#![allow(clippy::print_stdout)]

use qualify_tests::case::cases;
use qualify_tests::doors::{Put, put};
use qualify_tests::workspace::{files, read, shown};
use serde_json::json;

fn main() {
    let (mut found, mut left_out) = (Vec::new(), 0);
    for path in files("tests/corpus", ".md") {
        for case in cases(&shown(&path), &read(&path)).unwrap_or_default() {
            match put(&case) {
                Put::Case { json, unsaid } => {
                    found.push(json);
                    left_out += unsaid;
                }
                Put::Nothing => {}
            }
        }
    }
    println!("{}", json!({ "cases": found, "left_out": left_out }));
}
