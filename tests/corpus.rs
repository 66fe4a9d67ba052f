//! The corpus: the language by cases. `corpus/README.md` tells their format.

use qualify_tests::case::cases;
use qualify_tests::trial::mistakes;
use qualify_tests::workspace::{files, read, shown};
use std::collections::BTreeSet;

#[test]
fn every_case_holds() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut expressed = BTreeSet::new();
    for path in files("tests/corpus", ".md") {
        if path.ends_with("README.md") {
            continue;
        }
        match cases(&shown(&path), &read(&path)) {
            Ok(found) => {
                for case in found {
                    count += 1;
                    expressed.extend(case.catalogue.iter().copied());
                    wrong.extend(
                        mistakes(&case)
                            .into_iter()
                            .map(|m| format!("{} (line {})\n{m}", case.name, case.line)),
                    );
                }
            }
            Err(message) => wrong.push(message),
        }
    }
    println!("{count} cases; {} rules of the catalogue are expressed", expressed.len());
    assert!(wrong.is_empty(), "\n{}\n{} of {count} cases fail\n", wrong.join("\n\n"), wrong.len());
    assert!(count >= 20, "only {count} cases were found");
}
