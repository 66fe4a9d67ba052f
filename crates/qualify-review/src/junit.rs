//! Results as JUnit XML, which every CI server reads: suites of cases, each with its outcome.
//!
//! The file is valid against the schema of Apache Ant's reports, the strictest of those in use: its order of
//! elements, its required attributes, times without a zone. Not in here: what is a suite and what a case.

use std::fmt::Write;

/// Suites, in the order of the report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suites {
    /// When they ran: an instant without zone, `2026-01-31T09:00:00`. The caller has the clock.
    pub timestamp: String,
    /// One for each file, or whatever the caller groups by.
    pub suites: Vec<Suite>,
}

/// Cases that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suite {
    /// Its name: a path, a command.
    pub name: String,
    /// What it ran on and with: shown by servers beside the suite.
    pub properties: Vec<(String, String)>,
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What it belongs to; servers group by it.
    pub class: String,
    /// How long it took, in microseconds.
    pub microseconds: u64,
    /// What came of it.
    pub result: CaseResult,
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseResult {
    /// As it should be.
    Passed,
    /// Not what was expected.
    Failed(Trouble),
    /// It could not be tried.
    Error(Trouble),
    /// Left out, with the reason.
    Skipped(String),
}

/// What went wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trouble {
    /// Which kind of trouble, in a word or a code: `expectation`, `W0501`.
    pub kind: String,
    /// One line.
    pub message: String,
    /// The whole account, on as many lines as it takes.
    pub account: String,
}

/// The whole file.
pub fn render(suites: &Suites) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (id, suite) in suites.suites.iter().enumerate() {
        suite_element(&mut out, id, suite, &suites.timestamp);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite_element(out: &mut String, id: usize, suite: &Suite, timestamp: &str) {
    let count = |wanted: fn(&CaseResult) -> bool| suite.cases.iter().filter(|c| wanted(&c.result)).count();
    let failures = count(|r| matches!(r, CaseResult::Failed(_)));
    let errors = count(|r| matches!(r, CaseResult::Error(_)));
    let skipped = count(|r| matches!(r, CaseResult::Skipped(_)));
    let time = seconds(suite.cases.iter().map(|case| case.microseconds).sum());
    let name = token(&suite.name);
    // writing to a String does not fail, here and below
    let _ = writeln!(
        out,
        "  <testsuite package=\"\" id=\"{id}\" name=\"{name}\" timestamp=\"{}\" hostname=\"localhost\" \
         tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time}\">",
        escape(timestamp),
        suite.cases.len(),
    );
    out.push_str("    <properties>\n");
    for (name, value) in &suite.properties {
        let _ =
            writeln!(out, "      <property name=\"{}\" value=\"{}\"/>", token(name), escape_attribute(value));
    }
    out.push_str("    </properties>\n");
    suite.cases.iter().for_each(|case| case_element(out, case));
    out.push_str("    <system-out/>\n    <system-err/>\n  </testsuite>\n");
}

fn case_element(out: &mut String, case: &Case) {
    let _ = write!(
        out,
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"",
        token(&case.name),
        token(&case.class),
        seconds(case.microseconds)
    );
    let mut trouble = |element: &str, trouble: &Trouble| {
        let _ = writeln!(
            out,
            ">\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>",
            escape_attribute(&trouble.kind),
            escape_attribute(&trouble.message),
            escape(&trouble.account),
        );
    };
    match &case.result {
        CaseResult::Passed => out.push_str("/>\n"),
        CaseResult::Failed(why) => trouble("failure", why),
        CaseResult::Error(why) => trouble("error", why),
        CaseResult::Skipped(why) => {
            let why = escape_attribute(why);
            let _ = writeln!(out, ">\n      <skipped message=\"{why}\"/>\n    </testcase>");
        }
    }
}

/// Seconds with six decimals.
fn seconds(microseconds: u64) -> String {
    format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000)
}

/// A name as the schema wants it: runs of white space are one blank, and it is not empty.
fn token(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { "-".to_string() } else { escape_attribute(&words.join(" ")) }
}

/// Text between tags. Characters that XML cannot hold become `�`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text between double quotes; line ends and tabs stay what they are.
fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}
