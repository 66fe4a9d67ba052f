//! `qualify explain-code`: the page about a code.

use crate::Stop;
use crate::arguments::ExplainCode;
use crate::console::{Console, Format, Outcome};
use qualify::Code;
use serde_json::json;

/// Prints the page, or the list of all codes.
pub fn run(arguments: &ExplainCode, console: &mut Console) -> Result<Outcome, Stop> {
    let Some(text) = &arguments.code else {
        console.print(&list(console.format))?;
        return Ok(Outcome::Fine);
    };
    let code = Code::parse(text).ok_or_else(|| {
        format!("there is no code `{text}`; `qualify explain-code` without a code lists all of them")
    })?;
    let page = match console.format {
        Format::Human => code.page().to_string(),
        Format::Json => format!("{:#}\n", describe(code)),
    };
    console.print(&page)?;
    Ok(Outcome::Fine)
}

fn list(format: Format) -> String {
    match format {
        Format::Human => Code::ALL.iter().map(|c| format!("{c}  {}\n", c.title())).collect(),
        Format::Json => format!("{:#}\n", json!(Code::ALL.iter().map(|c| describe(*c)).collect::<Vec<_>>())),
    }
}

fn describe(code: Code) -> serde_json::Value {
    json!({ "code": code, "severity": code.severity(), "title": code.title(), "page": code.page() })
}
