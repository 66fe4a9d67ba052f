//! Whole models through the checker: what is said, and that nothing is said of sane ones.

use crate::{Checked, Options, check, score_ranges};
use qualify_diagnostics::Sources;

fn checked(text: &str) -> (Sources, Checked) {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| match path {
        "saas.schema.qualify" => {
            Ok((path.to_string(), include_str!("tests/saas.schema.qualify").to_string()))
        }
        "schema.qualify" => {
            let schema = include_str!("../../../../examples/ls60/schema.qualify");
            Ok((path.to_string(), schema.to_string()))
        }
        "free-mail-domains.txt" => Ok((path.to_string(), "gmail.com\nyahoo.com\n".to_string())),
        _ => Err(format!("there is no `{path}`")),
    };
    let checked = check(&mut sources, &[root], &load, &Options::default());
    (sources, checked)
}

/// Checks `text` and compares what the analysis says of it, as `CODE at WORDS: MESSAGE`.
#[track_caller]
fn says(text: &str, expected: &[&str]) {
    let (sources, checked) = checked(text);
    let found: Vec<String> = checked
        .diagnostics
        .iter()
        .map(|d| format!("{} at {}: {}", d.code, sources.words(d.place.span), d.message))
        .collect();
    assert_eq!(found, expected, "\n{text}");
}

/// Checks that the total of the model has this range.
#[track_caller]
fn total(text: &str, expected: &str) {
    let (_, checked) = checked(text);
    let model = checked.model.unwrap_or_else(|| panic!("{text}\n{:?}", checked.diagnostics));
    assert_eq!(score_ranges(&model).total.to_string(), expected, "\n{text}");
}

const SCHEMA: &str = "\
lead key id {
  size integer from 1 to 10_000_000
  known_size integer from 1 to 1000 required
  industry one of (software, finance, retail)
  seniority ordered one of (junior, senior, director, vp)
  consent yes/no  rival yes/no
  country text
  rate number
  email email required personal
  created_at time required
  stage stage
}
event visited (page one of (pricing, docs, blog), seconds number from 0 to 600)
event opened (campaign text)
event purchased (product text, amount money from 0 to 1000)
";

#[track_caller]
fn rules(text: &str, expected: &[&str]) {
    says(&format!("{SCHEMA}{text}"), expected);
}

#[test]
fn the_users_line() {
    says(
        "lead key id { firmographics { size integer } }\n\
         event visited (page one of (pricing, docs))\n\
         when visited pricing within 7d add 20; stage MQL if score >= 50 and firmographics.size > 100",
        &["W0503 at score >= 50: `score` is never more than 20, so no lead reaches stage `MQL`"],
    );
}

#[test]
fn sane_models_hear_what_is_true_of_them() {
    says(
        include_str!("tests/glance.qualify"),
        // 30 for size and 20 for seniority are all that `fit` can be
        &["W0505 at fit >= 75: `fit` is never more than 50, so no lead gets the grade `A`"],
    );
    says(
        include_str!("../../../../examples/ls60/model.qualify"),
        &[
            "W0660 at email: points hang on `email`, which is personal data",
            "W0651 at when visited pricing within 30d add 8: every lead with `visited pricing within 7d` has \
             `visited pricing within 30d` too, and gets the points of both rules",
        ],
    );
}

#[test]
fn ranges_follow_the_order_of_limits() {
    let total_of = |rules: &str, expected: &str| total(&format!("{SCHEMA}{rules}"), expected);
    total_of("when consent add 5 when rival subtract 3", "-3 to 5");
    total_of("when seniority = vp add 15 when seniority = director add 10", "0 to 15");
    total_of("when size > 100 add 15 when size > 10 add 10 when size < 5 subtract 5", "-5 to 25");
    total_of("when always add 5", "always 5");
    total_of("for each visited within 7d add 2", "0 or more");
    total_of("for each visited within 7d add 2 up to 15", "0 to 15");
    total_of("for each visited add 2 up to 3 times", "0 to 6");
    total_of("for each different visited.page within 7d add 2", "0 to 6");
    total_of("for each visited within 7d add 1 once per day", "0 to 9");
    total_of("for each visited within 7d subtract 1", "0 or less");
    total_of("for each visited add seconds / 60 up to 4 times", "0 to 40");
    total_of("points for size { over 100 : 20 over 10 : -5 otherwise : 1 unknown : 0 }", "-5 to 20");
    total_of("when consent add 20 when rival multiply by 0.5", "0 to 20");
    total_of("when consent add 20 when always multiply by 0.5", "0 to 10");
    total_of("when consent add 20 when rival cap score at 5", "0 to 20");
    total_of("when consent add 20 when always cap score at 5", "0 to 5");
    total_of("when consent add 20 when rival set score to -100", "-100 to 20");
    total_of("score fit from 0 up to 10 { when consent add 20 when rival subtract 5 }", "0 to 10");
    total_of("score fit { when consent add 20 } score = 0.5 * fit up to 8", "0 to 8");
    total_of("param n = 5 from 2 to 30 when consent add n", "0 to 30");
    total_of("when consent add known_size / 10", "0 to 100");
    total_of("when visited within 7d add 20 halving every 3d", "0 to 20");
}

#[test]
fn a_negation_that_says_what_of_the_unknown_is_fine() {
    for text in [
        "when industry is not retail or industry is unknown add 5",
        "when industry is known and industry is not retail add 5",
        "when industry in (software, finance) add 5",
        "when not (size is known) add 5",
        "when known_size != 5 add 5",
        "when no visited within 7d add 5",
        "when size > 5 and size != 7 add 5",
        "when size > 5 and not (size / 2 > 7) add 5",
        "list rivals = \"a.com\" when email.domain not in rivals add 5",
    ] {
        rules(text, &[]);
    }
    rules(
        "when size != 7 or consent add 5",
        &["W0701 at size != 7: `size != 7` does not hold for a lead whose `size` is unknown"],
    );
    rules(
        "let big = size > 100\nlet other = not big and consent\nwhen other add 5",
        &["W0701 at not big: `not big` does not hold for a lead whose `size` is unknown"],
    );
    rules("grade U if size is unknown\ngrade A if size != 7\ngrade B otherwise", &[]);
}

#[test]
fn each_mistake_is_said_once() {
    rules(
        "let hot = known_size > 2000\nwhen hot add 5\nwhen hot and consent add 6\nsegment hot_ones if hot",
        &["W0501 at known_size > 2000: `known_size` is never more than 1000, so `hot` never holds"],
    );
    rules(
        "stage MQL if known_size > 2000\nstage SQL if MQL and consent\nwhen consent add 1",
        &["W0503 at known_size > 2000: `known_size` is never more than 1000, so no lead reaches stage `MQL`"],
    );
    rules(
        "when consent and known_size > 2000 add 5",
        &["W0501 at known_size > 2000: `known_size` is never more than 1000, so this rule never fires"],
    );
    rules(
        "when (known_size > 2000 or consent) and rival add 5",
        &[
            "W0501 at known_size > 2000: `known_size` is never more than 1000, so `known_size > 2000` is never true",
        ],
    );
    rules(
        "when consent and known_size > 5 and rival and known_size < 5 add 5",
        &[
            "W0501 at known_size < 5: `known_size > 5` and `known_size < 5` are never true together, so this rule \
           never fires",
        ],
    );
}

#[test]
fn a_stage_out_of_reach_is_said_once_for_the_chain() {
    let expected = ["W0503 at score >= 50: `score` is never more than 20, so no lead reaches stage `MQL`"];
    let chain =
        |stages: &str| rules(&format!("when consent add 20\nstage MQL if score >= 50\n{stages}"), &expected);
    chain("stage SQL if MQL and score >= 60\nstage Won if SQL and score >= 70 and rival");
    chain("stage SQL if MQL and consent\nstage Won if SQL and score between 80 and 90");
    chain("stage SQL if MQL\nstage Won if SQL");
}

#[test]
fn a_negated_value_in_brackets_is_named_without_them() {
    rules(
        "when not (consent) add 5\nsegment q if not consent",
        &[
            "W0701 at not (consent): `not (consent)` does not hold for a lead whose `consent` is unknown",
            "W0701 at not consent: `not consent` does not hold for a lead whose `consent` is unknown",
        ],
    );
    rules(
        "when not (size < 1) add 5",
        &["W0501 at (size < 1): `size` is never less than 1, so `(size < 1)` is never true"],
    );
}

#[test]
fn a_score_below_zero_says_why() {
    let schema = "lead key id { bad yes/no }\nevent purchased (product text, amount money, value number from 0 to 10)\n";
    let of = |text: &str, expected: &[&str]| says(&format!("{schema}{text}"), expected);
    of(
        "for each purchased within 365d add purchased.amount / 100 EUR up to 50",
        &["W0509 at for each purchased within 365d add purchased.amount / 100 EUR up to 50: \
           `score` can fall below zero: `purchased.amount` may be negative"],
    );
    of("for each purchased within 365d add purchased.value up to 50", &[]);
    of("score fit from -30 { when bad subtract 50 }\nscore use { when purchased add 5 }", &[]);
    of(
        "score fit from -30 { when bad subtract 50 }\nscore use { when purchased subtract 5 }",
        &["W0509 at when bad subtract 50: `score` can fall to -35: it has no least value"],
    );
}

#[test]
fn points_given_twice_by_windows() {
    rules(
        "when visited docs within 7d add 5\nwhen visited docs within 7d add 10",
        &[
            "W0651 at when visited docs within 7d add 10: two rules ask for `visited docs within 7d`, and a lead with \
           it gets the points of both",
        ],
    );
    rules(
        "for each visited within 7d add 1 up to 5\nfor each visited within 30d add 1 up to 10",
        &[
            "W0651 at for each visited within 30d add 1 up to 10: each event of `visited within 7d` is one of \
           `visited within 30d` too, and gives the points of both rules",
        ],
    );
    rules("for each visited within 7d add 1 up to 5\nwhen visited within 7d add 10", &[]);
}

#[test]
fn conditions_that_can_hold_are_left_alone() {
    for text in [
        "stage Lead if score >= 0\nstage MQL if score >= 5\nwhen consent add 5",
        "when consent add 5\ngrade A if score >= 5\ngrade B if score >= 0",
        "when at least 2 of (consent, rival, size > 5) add 5",
        "when visited at least 3 times within 30d and no visited within 7d add 5",
        "when visited pricing within 7d and no visited docs within 7d add 5",
        "when country = \"DE\" or country = \"AT\" add 5",
        "when seniority at least director and seniority < vp add 5",
        "param line = 500 from 10 to 2000\nwhen known_size > line add 5",
        "when created_at within 30d add 5",
        "when visited since created_at add 5",
        "when email contains \"x\" and email.domain ends with \".edu\" add 0.5",
    ] {
        let personal = text.contains("email contains");
        let expected: &[&str] =
            if personal { &["W0660 at email: points hang on `email`, which is personal data"] } else { &[] };
        rules(text, expected);
    }
}

#[test]
fn quantities_of_conditions() {
    rules("when exactly 2 of (consent, rival) add 5", &[]);
    rules(
        "when at most 2 of (consent, rival) add 5",
        &["W0502 at at most 2 of (consent, rival): `at most 2 of (consent, rival)` is always true"],
    );
    rules(
        "when at least 2 of (known_size > 10, known_size < 5) add 5",
        &["W0501 at at least 2 of (known_size > 10, known_size < 5): \
           `at least 2 of (known_size > 10, known_size < 5)` is never true, so this rule never fires"],
    );
}

#[test]
fn ten_mistakes_give_ten_messages() {
    let text = format!(
        "{SCHEMA}\
         when known_size > 5000 add 1\n\
         when consent add 2\n\
         when consent add 2\n\
         when rival add 0\n\
         when industry is not retail add 3\n\
         points for seniority {{ vp : 5 otherwise : 0 }}\n\
         points for known_size {{ over 5 : 1 over 50 : 2 otherwise : 0 }}\n\
         when opened at most 2 times within 7d add 1\n\
         stage MQL if score >= 100\n\
         grade A if score >= 5\n"
    );
    let codes: Vec<&str> = checked(&text).1.diagnostics.iter().map(|d| d.code.as_str()).collect();
    let expected = ["W0501", "W0650", "W0508", "W0701", "W0703", "W0507", "W0656", "W0503", "W0654"];
    assert_eq!(codes, expected);
}

/// What grows with the square of the rules would take minutes here.
#[test]
fn large_models_are_looked_at_in_proportion() {
    let mut text = format!("{SCHEMA}score fit from 0 {{\n");
    for i in 0..4000 {
        text += &format!(
            "when size > {i} and visited pricing at least {} times within {}d add 1\n",
            i % 7 + 1,
            i % 90 + 1
        );
        text += &format!("when country = \"C{i}\" and not (known_size > {}) add 2\n", i % 900 + 1);
    }
    text += "}\nstage MQL if score >= 50\n";
    let (_, checked) = checked(&text);
    assert!(checked.diagnostics.is_empty(), "{:?}", &checked.diagnostics[..1]);
}

#[test]
fn names_of_names_are_looked_into_once() {
    let mut values = String::from("let v0 = size + 1\nlet c0 = size > 1\n");
    for i in 1..40 {
        let before = i - 1;
        values += &format!("let v{i} = v{before} - v{before}\nlet c{i} = c{before} and not c{before}\n");
    }
    let text = format!("{SCHEMA}{values}when v39 > 5 add 1\nwhen c39 add 1\n");
    assert!(checked(&text).1.model.is_some());
}
