//! The examples of the book as cases of the corpus, which knows how to run them.

use crate::book::page::{Chapter, Example, schema};
use qualify_tests::case::{Case, cases};
use qualify_tests::trial;

/// What is wrong with an example: messages that the book does not show, numbers that are not true.
pub fn mistakes(chapter: &Chapter, example: &Example) -> Vec<String> {
    let place = chapter.place(&example.block);
    let found = match case(&place, example) {
        Ok(case) => trial::mistakes(&case),
        Err(message) => vec![message],
    };
    found.into_iter().map(|mistake| format!("{place}\n{mistake}\n")).collect()
}

/// In the book what shows no messages gives none, warnings neither.
fn case(place: &str, example: &Example) -> Result<Case, String> {
    let fenced = |mark: &str, text: &str| format!("```{mark}\n{text}```\n");
    let answer = |block: &Option<_>| block.as_ref().map(|b: &qualify_tests::blocks::Block| b.text.clone());
    let shared = if example.own_schema { String::new() } else { fenced("qualify", &schema()) };
    let page = format!(
        "{shared}## Example\n{}{}{}",
        fenced("qualify", &example.block.text),
        fenced("diagnostics", &answer(&example.diagnostics).unwrap_or_default()),
        fenced("expect", &answer(&example.expect).unwrap_or_default()),
    );
    let mut cases = cases(place, &page)?;
    let mut case = cases.pop().ok_or("no example")?;
    case.files.push(("schema.qualify".into(), schema()));
    Ok(case)
}
