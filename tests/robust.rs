//! Nothing that is written can make the program fail: generated sentences and near misses of real models go
//! through checker, renderer, fixes and, when they check, the interpreter. `QUALIFY_SEED` chooses another seed.

use crate::grammar::{seed, written};
use qualify_check::{Options, check};
use qualify_diagnostics::{
    Diagnostic, Sources, Span, render_github, render_json_with, render_sarif, render_terminal,
};
use qualify_grammar::{near_misses, sentences};
use qualify_model::calendar::parse_instant;
use qualify_reference::run_test;
use qualify_tests::trial::AS_OF;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Texts of each kind.
const COUNT: usize = 1_500;

/// What must not happen, in words.
fn go_through(text: &str) -> Result<bool, String> {
    let mut sources = Sources::new();
    let file = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| Err(format!("there is no file `{path}`"));
    let checked = check(&mut sources, &[file], &load, &Options::default());
    for diagnostic in &checked.diagnostics {
        for span in spans(diagnostic) {
            let text = &sources.file(span.file).text;
            if text.get(span.start as usize..span.end as usize).is_none() {
                return Err(format!("{}: the place {span:?} is not in the text", diagnostic.code));
            }
        }
    }
    let errors = checked.diagnostics.iter().any(|d| d.severity == qualify_diagnostics::Severity::Error);
    if errors == checked.model.is_some() {
        return Err("there is a model if and only if there is no error".into());
    }
    render_terminal(&sources, &checked.diagnostics, false);
    render_json_with(&sources, &checked.diagnostics, &checked.suppressed);
    render_sarif(&sources, &checked.diagnostics, &checked.suppressed, "0.1.0");
    render_github(&sources, &checked.diagnostics);
    let Some(model) = checked.model else { return Ok(false) };
    let as_of = parse_instant(AS_OF).unwrap_or_default();
    model.tests.iter().for_each(|test| drop(run_test(&model, test, as_of)));
    Ok(true)
}

fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let labels = diagnostic.others.iter().chain([&diagnostic.place]).map(|label| label.span);
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    labels.chain(edits)
}

fn hold(texts: impl Iterator<Item = String>) {
    let mut models = 0;
    for text in texts {
        match catch_unwind(AssertUnwindSafe(|| go_through(&text))) {
            Ok(Ok(model)) => models += usize::from(model),
            Ok(Err(why)) => panic!("{why}\n{text}"),
            Err(_) => panic!("a panic on\n{text}"),
        }
    }
    println!("{models} of them are models");
}

#[test]
fn sentences_go_through() {
    hold(sentences(seed().wrapping_add(7), COUNT));
}

#[test]
fn what_people_write_goes_through_with_a_slip() {
    let seed = seed().wrapping_add(8);
    let texts = written();
    let rounds = (0u64..).zip(texts.iter().cycle()).take(COUNT / 5);
    hold(rounds.flat_map(|(round, (_, text))| near_misses(text, seed.wrapping_add(round))));
}

/// Comments that allow messages, or almost, at the ends of lines of what people write.
#[test]
fn comments_go_through() {
    const COMMENTS: [&str; 10] = [
        "# allow W0651: x",
        "#allow file W0501,W0502 , W0601:größe",
        "# allow W0651",
        "# allow E0201: é",
        "# allow W9999, X1, W0103: x\r",
        "# allow file",
        "\"# allow W0651: x",
        "# allow W0651 : \"x\" # allow W0652",
        "# allow 😀, W0601",
        "# allow w0703,",
    ];
    let mut number = seed().wrapping_add(9) as usize;
    let texts = written().into_iter().map(|(_, text)| {
        let lines = text.lines().map(|line| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            match number >> 33 {
                n if n % 4 == 0 => format!("{line} {}\n", COMMENTS[n / 4 % COMMENTS.len()]),
                n if n % 4 == 1 => format!("{}\n{line}\n", COMMENTS[n / 4 % COMMENTS.len()]),
                _ => format!("{line}\n"),
            }
        });
        lines.collect::<String>()
    });
    hold(texts.collect::<Vec<_>>().into_iter());
}
