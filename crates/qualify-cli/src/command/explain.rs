//! `qualify explain`: where the score of one lead comes from.

use crate::Stop;
use crate::arguments::Explain;
use crate::console::{Console, Format, Outcome};
use crate::{project, report};
use qualify::Lead;
use std::path::Path;

/// Explains one lead of a project.
pub fn run(arguments: &Explain, console: &mut Console) -> Result<Outcome, Stop> {
    let reading = arguments.reading.reading();
    let opened = project::open_with_model(&reading, console)?;
    let set = opened.read_what_can_be_read(console)?;
    let lead = set
        .leads
        .iter()
        .find(|lead| lead.key == arguments.lead)
        .ok_or_else(|| Stop::CouldNotRun(no_such_lead(&arguments.lead, &set.leads, &reading.project)))?;
    let explanation = opened.model.explain(lead, opened.as_of, arguments.show_personal);
    let text = match console.format {
        Format::Human => report::explanation::render(&explanation),
        // plain data serialises
        Format::Json => serde_json::to_string_pretty(&explanation).unwrap_or_default() + "\n",
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}

/// The sentence, with a key that shares the longest beginning, if any shares one.
fn no_such_lead(key: &str, leads: &[Lead], project: &Path) -> String {
    let shared = |lead: &&Lead| key.chars().zip(lead.key.chars()).take_while(|(a, b)| a == b).count();
    let nearest = leads.iter().max_by_key(shared).filter(|lead| shared(lead) > 0);
    let hint = match nearest {
        Some(lead) => format!("; the nearest key is `{}`", lead.key),
        None => format!("; it has {} leads", leads.len()),
    };
    format!("{} has no lead `{key}`{hint}", project.display())
}
