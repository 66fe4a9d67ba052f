//! The language book: every fenced block of `docs/language/` is run.
//!
//! Not in here: how cases are scored; the corpus and the book share that.

mod boxes;
mod page;
mod run;

use page::{Chapter, chapters, pages};
use std::collections::BTreeSet;

/// What may stand behind a fence, and who runs it.
const KINDS: [&str; 8] = ["qualify", "diagnostics", "expect", "pest", "toml", "csv", "console", "text"];

/// Fails with all mistakes at once.
fn report(mistakes: Vec<String>) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

/// The mistakes of every chapter.
fn over_chapters(check: impl Fn(&Chapter) -> Vec<String>) {
    report(chapters().iter().flat_map(check).collect());
}

#[test]
fn every_block_is_of_a_kind_that_is_run() {
    over_chapters(|chapter| {
        let unknown = chapter.blocks.iter().filter(|block| !KINDS.contains(&block.mark.as_str()));
        unknown.map(|block| format!("{}: a block marked `{}`", chapter.place(block), block.mark)).collect()
    });
}

#[test]
fn answers_follow_what_they_answer() {
    over_chapters(|chapter| {
        let mut mistakes = Vec::new();
        let mut before = "";
        for block in &chapter.blocks {
            let fits = match block.mark.as_str() {
                "diagnostics" => before == "qualify",
                "expect" => ["qualify", "diagnostics"].contains(&before),
                "csv" => ["toml", "csv"].contains(&before),
                _ => true,
            };
            if !fits {
                mistakes.push(format!("{}: `{}` behind `{before}`", chapter.place(block), block.mark));
            }
            before = &block.mark;
        }
        mistakes
    });
}

#[test]
fn every_example_is_a_sentence_of_the_grammar() {
    over_chapters(|chapter| {
        let check = |example: &page::Example| {
            let rejection = qualify_grammar::accepts(&example.block.text).err()?;
            Some(format!("{}: {rejection}", chapter.place(&example.block)))
        };
        chapter.examples().iter().filter_map(check).collect()
    });
}

#[test]
fn every_example_checks_and_its_numbers_are_true() {
    let mut examples = 0;
    let mut wrong = Vec::new();
    for chapter in chapters() {
        for example in chapter.examples() {
            examples += 1;
            wrong.extend(run::mistakes(&chapter, &example));
        }
    }
    report(wrong);
    assert!(examples > 80, "only {examples} examples were found");
}

#[test]
fn syntax_boxes_stand_in_the_grammar() {
    let grammar = boxes::rules(qualify_grammar::text());
    over_chapters(|chapter| {
        let shown = chapter.blocks.iter().filter(|block| block.mark == "pest");
        let wrong = shown.flat_map(|block| {
            let rules = boxes::rules(&block.text);
            let none = rules.is_empty().then(|| format!("{}: no rule in it", chapter.place(block)));
            let missing = rules.into_iter().filter(|rule| !grammar.contains(rule));
            let missing = missing.map(|rule| format!("{}: not in the grammar: {rule}", chapter.place(block)));
            none.into_iter().chain(missing).collect::<Vec<_>>()
        });
        wrong.collect()
    });
}

#[test]
fn links_lead_somewhere() {
    let broken = pages("docs").into_iter().flat_map(|page| {
        let targets = page.links().into_iter().filter(|target| !page.leads_somewhere(target));
        targets.map(|target| format!("{}: a link to {target}", page.name)).collect::<Vec<_>>()
    });
    report(broken.collect());
}

#[test]
fn the_contents_name_every_chapter() {
    let all = chapters();
    let contents = all.iter().find(|chapter| chapter.name.ends_with("README.md")).expect("a README");
    let named: BTreeSet<String> = contents.links().into_iter().collect();
    let names = all.iter().filter_map(|chapter| chapter.name.rsplit('/').next());
    let missing = names.filter(|name| *name != "README.md" && !named.contains(*name));
    report(missing.map(|name| format!("docs/language/README.md does not name {name}")).collect());
}

#[test]
fn manifests_are_read() {
    over_chapters(|chapter| {
        let manifests = chapter.blocks.iter().filter(|block| block.mark == "toml");
        let read = manifests.map(|block| (block, qualify_data::Manifest::parse("qualify.toml", &block.text)));
        let wrong = read.filter_map(|(block, read)| Some((block, read.err()?)));
        wrong.map(|(block, problems)| format!("{}: {problems:?}", chapter.place(block))).collect()
    });
}
