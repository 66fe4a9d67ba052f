//! What `qualify check` found as JUnit: each rule file is a suite, each of its messages a case.
//!
//! An error fails its case. The format knows no warnings, so a warning is a case that passes and says so in its
//! name; what somebody allowed is a case left out, with the reason.

use qualify::{Compiled, Diagnostic, FileId, Severity, render_terminal};
use qualify_review::junit::{Case, CaseResult, Suite, Suites, Trouble, render as junit};

/// The file; `timestamp` is the instant of the run without its zone.
pub fn render(compiled: &Compiled, timestamp: &str) -> String {
    let suites = compiled.sources.files().map(|(id, file)| suite(compiled, id, &file.name));
    junit(&Suites { timestamp: timestamp.to_string(), suites: suites.collect() })
}

fn suite(compiled: &Compiled, id: FileId, name: &str) -> Suite {
    let of_file = |d: &&Diagnostic| d.place.span.file == id;
    let mut cases: Vec<Case> = Vec::new();
    for diagnostic in compiled.diagnostics.iter().filter(of_file) {
        let result = match diagnostic.severity {
            Severity::Error => CaseResult::Failed(trouble(compiled, diagnostic)),
            Severity::Warning => CaseResult::Passed,
        };
        cases.push(case(compiled, name, diagnostic, result));
    }
    for allowed in compiled.suppressed.iter().filter(|s| of_file(&&s.diagnostic)) {
        let reason = CaseResult::Skipped(allowed.reason.clone());
        cases.push(case(compiled, name, &allowed.diagnostic, reason));
    }
    if cases.is_empty() {
        let (name, class) = ("no problems".to_string(), name.to_string());
        cases.push(Case { name, class, microseconds: 0, result: CaseResult::Passed });
    }
    Suite { name: name.to_string(), properties: Vec::new(), cases }
}

fn case(compiled: &Compiled, file: &str, diagnostic: &Diagnostic, result: CaseResult) -> Case {
    let (line, column) = compiled.sources.line_column(diagnostic.place.span);
    let code = diagnostic.code;
    let what = if result == CaseResult::Passed { "warning " } else { "" };
    let name = format!("{what}{code} at {line}:{column}: {}", diagnostic.message);
    Case { name, class: file.to_string(), microseconds: 0, result }
}

fn trouble(compiled: &Compiled, diagnostic: &Diagnostic) -> Trouble {
    Trouble {
        kind: diagnostic.code.to_string(),
        message: diagnostic.message.clone(),
        account: render_terminal(&compiled.sources, std::slice::from_ref(diagnostic), false),
    }
}
