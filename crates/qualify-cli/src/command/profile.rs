//! `qualify profile`: what the data of a project hold.

use crate::arguments::Profile;
use crate::console::{Console, Format, Outcome};
use crate::{Stop, project, report};

/// Profiles the data of a project.
pub fn run(arguments: &Profile, console: &mut Console) -> Result<Outcome, Stop> {
    let opened = project::open_with_model(&arguments.reading, console)?;
    let set = opened.read(&arguments.reading, console)?;
    let profile = qualify_data::profile(&set, opened.model.schema());
    let text = match console.format {
        Format::Human => report::profile::render(&profile),
        // plain data serialises
        Format::Json => serde_json::to_string_pretty(&profile).unwrap_or_default() + "\n",
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}
