//! Limits that rules alone decide, without leads.

use crate::support::{compile, read};
use qualify_data::Review;
use qualify_review::budget::{Budgets, Known, State};
use qualify_review::change::compare;

const SCHEMA: &str = "lead key id { size integer from 1 to 1000 email text personal plan text }\n\
    event visited (page text, seconds integer)\n";

/// The state of the one limit that is set, for whole texts.
#[track_caller]
fn check_all(review: &Review, old: &str, new: &str, expected: State) {
    let (was, is) = (compile(old), compile(new));
    let changes = compare(read(&was), read(&is));
    let known = Known { old: read(&was), new: read(&is), changes: &changes, leads: None, could: None };
    let budgets = Budgets::of(review, &known);
    assert_eq!(budgets.limits[0].state, expected, "{old}\n{new}\n{budgets:?}");
}

/// The same for rules below the schema.
#[track_caller]
fn check(review: &Review, old: &str, new: &str, expected: State) {
    check_all(review, &format!("{SCHEMA}{old}"), &format!("{SCHEMA}{new}"), expected);
}

#[test]
fn rules_say_why() {
    let because = Review { require_because: true, ..Review::default() };
    let (told, mute) = ("when size > 30 add 7 because \"large\"", "when size > 30 add 7");
    check(&because, told, mute, State::Exceeded);
    check(&because, mute, told, State::Within);
    check(&because, mute, mute, State::Within);
    check(&because, told, &told.replace("large", "big"), State::Within);
    check(&because, mute, "when size > 30 add 8", State::Exceeded);
}

#[test]
fn a_mark_that_the_change_takes_off_still_counts() {
    let personal = Review { forbid_new_personal: true, ..Review::default() };
    let reads = "when email is known add 1";
    let open = SCHEMA.replace(" personal", "");
    check_all(&personal, SCHEMA, &format!("{open}{reads}"), State::Exceeded);
    check_all(&personal, &open, &format!("{SCHEMA}{reads}"), State::Exceeded);
    check_all(&personal, &open, &format!("{open}{reads}"), State::Within);
}

#[test]
fn points_of_rules_and_of_what_they_read() {
    let points = Review { max_points_change: Some(10_0000), ..Review::default() };
    let rule = "when size > 30 add bonus";
    let with = |name: &str| format!("{name}\n{rule}");
    let param = |units: i64| with(&format!("param bonus = {units}"));
    check(&points, &param(5), &param(15), State::Within);
    check(&points, &param(5), &param(50), State::Exceeded);
    let named = |units: i64| with(&format!("let bonus = {units}"));
    check(&points, &named(5), &named(15), State::Within);
    check(&points, &named(5), &named(50), State::Exceeded);
    check(&points, &param(5), "when size > 30 add 50", State::Exceeded);
    check(&points, &param(5), "when size > 30 add 5", State::Within);
    check(&points, "", &named(50), State::Exceeded);
    let multiply = |by: i64| format!("score fit {{ when size > 30 multiply by {by} }}");
    check(&points, "score fit { when size > 30 add 7 }", &multiply(50), State::Unknown);
    check(&points, &multiply(2), &multiply(50), State::Unknown);
    check(&points, &multiply(2), &multiply(2).replace("30", "40"), State::Within);
    let approved = format!("# approve max_points_change: looked at\n{}", multiply(50));
    check(&points, &multiply(2), &approved, State::Approved);
}
