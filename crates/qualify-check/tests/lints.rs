//! What the lints say of, and what they leave alone. Each has its golden cases beside those of the other codes.

use qualify_check::{LintSettings, Options, check, lint};
use qualify_diagnostics::Sources;

const SCHEMA: &str =
    "lead key id { size integer required  age_band integer required  account_age integer required
  consent yes/no required }
event visited (page text)
";

/// The names of the lints that speak, each with its line behind the schema.
#[track_caller]
fn says(rules: &str, expected: &[(&str, usize)]) {
    let mut sources = Sources::new();
    let file = sources.add("m.qualify", format!("{SCHEMA}{rules}"));
    let none = |path: &str, _: &str| Err(format!("there is no file {path}"));
    let checked = check(&mut sources, &[file], &none, &Options::default());
    let model = checked.model.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let found = lint(&model, &sources, &LintSettings::default());
    let line = |span| sources.line_column(span).0 - 3;
    let found: Vec<_> =
        found.iter().map(|d| (d.code.name().expect("a lint has a name"), line(d.place.span))).collect();
    assert_eq!(found, expected, "{rules}");
}

#[test]
fn magic_numbers() {
    says("when size > 5 add 1\nsegment a if size < 5", &[("magic-number", 1)]);
    // 0 and 1 speak for themselves; one statement and the lines of one grade set are one place; windows are not meant
    says("when size > 1 add 1\nsegment a if size < 1", &[]);
    says("when size > 5 or size < 5 and consent add 1", &[]);
    says("grade g: a if size > 5\ngrade g: b if size < 5\ngrade g: c otherwise", &[("untested-outcome", 1)]);
    says("when visited within 14d add 1\nwhen visited x within 14d add 1", &[]);
}

#[test]
fn protected_names() {
    says("when age_band > 3 add 1", &[("protected-name", 1)]);
    says("when account_age > 3 add 1", &[]);
    says("segment young if age_band < 3", &[]);
}

#[test]
fn rules_in_comments() {
    says("# when size > 5 add 5\nwhen consent add 1", &[("commented-out", 1)]);
    says("# when size > 5\n#   and consent\n#   add 5\nwhen consent add 1", &[("commented-out", 1)]);
    says("# when size is large we call at once\n# stage two comes later\nwhen consent add 1", &[]);
    says("when consent add 1  # when size > 5 add 5", &[]);
}

#[test]
fn higher_stages_that_ask_for_less() {
    let tests = "test \"t\" { lead { size: 5 } expect stage is A }\ntest \"u\" { lead { size: 5 } expect stage is B }";
    let stages = |a: u32, b: u32| {
        format!("when size > 50 add 9\nstage A if score >= {a}\nstage B if score >= {b} and consent\n{tests}")
    };
    says(&stages(7, 5), &[("threshold-order", 3)]);
    says(&stages(5, 7), &[]);
    says(&stages(5, 5).replace("B if", "B if consent and"), &[("magic-number", 2)]);
}

#[test]
fn names_of_one_word_have_no_style() {
    let lets = "let is_a = size > 5\nlet is_b = size > 6\nlet is_c = size > 7\n";
    let uses = "when is_a and is_b and is_c add 1\n";
    says(&format!("{lets}let wide = size > 8\n{uses}when wide add 1"), &[]);
    says(&format!("{lets}let isWide = size > 8\n{uses}when isWide add 1"), &[("name-style", 4)]);
}

#[test]
fn reasons() {
    says("when size > 5 add 9", &[]);
    says("when size > 5 add 10", &[("no-reason", 1)]);
    says("when size > 5 cap at 10", &[("no-reason", 1)]);
    let five = "when size > 5 add 1 because \"large\"\nwhen consent add 1 because \"Large\"";
    says(five, &[("same-reason", 2)]);
}
