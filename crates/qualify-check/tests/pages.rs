//! The page of each code of the checker shows one mistake that gives this code once and nothing else, and the
//! same mended.

mod common;

use common::{checked, codes, lines};
use qualify_diagnostics::Code;

/// Codes that are made in here, but for those of the passes over the finished model.
fn ours() -> impl Iterator<Item = Code> {
    let ours = |code: &Code| {
        let text = code.as_str();
        !text.starts_with("E01") && (text.starts_with('E') || ("W0600".."W0650").contains(&text))
    };
    Code::ALL.iter().copied().filter(ours)
}

fn blocks(page: &str) -> Vec<String> {
    let parts = page.split("```qualify\n").skip(1);
    parts.filter_map(|part| part.split("```").next().map(str::to_string)).collect()
}

#[test]
fn every_page_shows_its_code_alone_and_mends_it() {
    let mut wrong = Vec::new();
    for code in ours() {
        let blocks = blocks(code.page());
        let [bad, good] = blocks.as_slice() else {
            wrong.push(format!("{code}: {} examples", blocks.len()));
            continue;
        };
        let (sources, found) = checked(bad);

        if codes(&found) != [code.as_str()] {
            wrong.push(format!("{code}: its example gives\n{}", lines(&sources, &found)));
        }
        let (sources, mended) = checked(good);
        if mended.model.is_none() || codes(&mended).contains(&code.as_str()) {
            wrong.push(format!("{code}: mended it gives\n{}", lines(&sources, &mended)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
