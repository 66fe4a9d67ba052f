//! The golden files of messages: for each code the source and the message together.
//!
//! `corpus/diagnostics/CODE.qualify` holds the smallest files that give the code and nothing else, parted by lines
//! `#---`. The rendered messages stand beside it in `CODE.snap`.

use insta::{Settings, assert_snapshot};
use qualify_diagnostics::{Code, Diagnostic, FileId, Fix, Part, Severity, Sources, render_terminal};
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::trial;
use qualify_tests::workspace::{read, root};

/// Codes that no small file can show: their golden files have the message alone.
const TOO_LARGE_TO_SHOW: &[&str] = &["E0122", "E0123"];

/// Codes that a rule file alone can give; those about data have golden cases of their own.
fn shown_codes() -> impl Iterator<Item = Code> {
    let shown = |code: &Code| !code.needs_data() && !TOO_LARGE_TO_SHOW.contains(&code.as_str());
    Code::ALL.iter().copied().filter(shown)
}

/// The messages about a text from the part of the program that gives the code: lints beside nothing else.
fn diagnose(code: Code, text: &str) -> (Sources, FileId, Vec<Diagnostic>) {
    match code.part() {
        Part::Lint => trial::lint(text),
        _ => trial::diagnose(text),
    }
}

/// The files of a code's golden cases.
fn cases(code: Code) -> Vec<String> {
    let path = root().join(format!("tests/corpus/diagnostics/{code}.qualify"));
    if !path.exists() {
        return Vec::new();
    }
    read(&path).split("#---\n").map(|text| format!("{}\n", text.trim())).collect()
}

fn golden() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("corpus/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn every_code_has_its_golden_file() {
    let _bound = golden().bind_to_scope();
    let mut wrong = Vec::new();
    for code in shown_codes() {
        let cases = cases(code);
        if cases.is_empty() {
            wrong.push(format!("{code}: tests/corpus/diagnostics/{code}.qualify is missing"));
            continue;
        }
        let mut golden = String::new();
        for text in &cases {
            let (sources, _, diagnostics) = diagnose(code, text);
            if diagnostics.is_empty() || diagnostics.iter().any(|d| d.code != code) {
                wrong.push(format!(
                    "{code}: gives other messages\n{}",
                    render_terminal(&sources, &diagnostics, false)
                ));
            }
            golden.push_str(&format!("{text}\n{}\n", render_terminal(&sources, &diagnostics, false)));
        }
        let name = code.as_str();
        let checked = std::panic::catch_unwind(|| assert_snapshot!(name, golden));
        if checked.is_err() {
            wrong.push(format!("{code}: the golden file differs (accept with INSTA_UPDATE=always)"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The least that is too large.
fn too_large(code: Code) -> String {
    match code {
        Code::E0122 => format!("when {}size > 3 add 10", "size + ".repeat(300)),
        Code::E0123 => " ".repeat((16 << 20) + 1),
        code => panic!("{code} can be shown"),
    }
}

#[test]
fn what_is_too_large_to_show_has_its_message() {
    for code in TOO_LARGE_TO_SHOW.iter().map(|code| Code::parse(code).expect("a code")) {
        let found = qualify_syntax::parse(FileId(0), &too_large(code)).diagnostics;
        assert!(!found.is_empty() && found.iter().all(|d| d.code == code), "{code}: {found:?}");
        let text: String = found
            .iter()
            .map(|d| format!("[{}] error: {}\n{}", d.code, d.message, d.notes.join("\n")))
            .collect();
        golden().bind(|| assert_snapshot!(code.as_str(), text));
    }
}

/// Whatever test makes it: none is left out.
#[test]
fn no_code_is_without_a_golden_file() {
    let file = |code: &Code| root().join(format!("tests/corpus/diagnostics/{code}.snap"));
    let missing: Vec<&Code> = Code::ALL.iter().filter(|code| !file(code).is_file()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_fix_mends() {
    let mut wrong = Vec::new();
    for code in shown_codes() {
        for text in cases(code) {
            let (_, file, before) = diagnose(code, &text);
            for diagnostic in &before {
                for fix in &diagnostic.fixes {
                    let mended = apply(&text, file, fix);
                    let (sources, _, after) = diagnose(code, &mended);
                    if after.len() >= before.len() {
                        wrong.push(format!(
                            "{code}: the fix `{}` leaves\n{mended}\n{}",
                            fix.title,
                            render_terminal(&sources, &after, false)
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The text with the edits of a fix made.
fn apply(text: &str, file: FileId, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_string();
    for edit in edits {
        assert_eq!(edit.span.file, file, "{}: a fix of the file itself", fix.title);
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    text
}

/// The page of each code shows first what is wrong, then a mended example.
#[test]
fn the_examples_of_the_pages_show_what_they_say() {
    let mut wrong = Vec::new();
    for code in shown_codes() {
        let blocks = qualify_blocks(code.page());
        let gives = |text: &str| diagnose(code, text).2.iter().any(|d: &Diagnostic| d.code == code);
        match blocks.split_first() {
            Some((first, _)) if !gives(&first.text) => {
                wrong.push(format!("{code}: the first example of its page does not give it"));
            }
            Some((_, [])) => wrong.push(format!("{code}: its page mends nothing")),
            Some((_, rest)) => {
                let still = rest.iter().filter(|block| gives(&block.text));
                wrong.extend(still.map(|b| format!("{code}: line {} of its page is not mended", b.line)));
            }
            None => wrong.push(format!("{code}: its page has no example")),
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Messages are lower case and end without a dot.
#[test]
fn messages_keep_their_style() {
    let mut wrong = Vec::new();
    for code in shown_codes() {
        for text in cases(code) {
            for d in diagnose(code, &text).2 {
                let begins = d.message.chars().next();
                if begins.is_none_or(char::is_uppercase) || d.message.ends_with('.') {
                    wrong.push(format!("{code}: {}", d.message));
                }
                let expected =
                    if code.as_str().starts_with('W') { Severity::Warning } else { Severity::Error };
                if d.severity != expected {
                    wrong.push(format!("{code}: its severity is {:?}", d.severity));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
