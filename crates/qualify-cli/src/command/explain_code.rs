//! `qualify explain-code`: the page about a code, of rule files or of data.

use crate::Stop;
use crate::arguments::ExplainCode;
use crate::console::{Console, Format, Outcome};
use qualify::Code;
use qualify_data::ProblemKind;
use serde_json::{Value, json};

/// What is said of one code.
struct Entry {
    code: &'static str,
    title: &'static str,
    page: &'static str,
}

impl Entry {
    fn of_rules(code: Code) -> Entry {
        Entry { code: code.as_str(), title: code.title(), page: code.page() }
    }

    fn of_data(kind: ProblemKind) -> Entry {
        Entry { code: kind.code(), title: kind.title(), page: kind.page() }
    }

    fn json(&self) -> Value {
        json!({ "code": self.code, "title": self.title, "page": self.page })
    }
}

/// Prints the page, or the list of all codes.
pub fn run(arguments: &ExplainCode, console: &mut Console) -> Result<Outcome, Stop> {
    let Some(text) = &arguments.code else {
        console.print(&list(console.format))?;
        return Ok(Outcome::Fine);
    };
    let entry = Code::parse(text).map(Entry::of_rules);
    let entry = entry.or_else(|| ProblemKind::parse(text).map(Entry::of_data)).ok_or_else(|| {
        format!("there is no code `{text}`; `qualify explain-code` without a code lists all of them")
    })?;
    let page = match console.format {
        Format::Human => entry.page.to_string(),
        Format::Json => format!("{:#}\n", entry.json()),
    };
    console.print(&page)?;
    Ok(Outcome::Fine)
}

fn list(format: Format) -> String {
    let rules = Code::ALL.iter().copied().map(Entry::of_rules);
    let all = rules.chain(ProblemKind::ALL.iter().copied().map(Entry::of_data));
    match format {
        Format::Human => all.map(|e| format!("{}  {}\n", e.code, e.title)).collect(),
        Format::Json => format!("{:#}\n", Value::from(all.map(|e| e.json()).collect::<Vec<_>>())),
    }
}
