//! `qualify init`: a small project that runs, as a start.

use crate::Stop;
use crate::arguments::Init;
use crate::console::{Console, Format, Outcome};
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The files of the project.
const FILES: [(&str, &str); 5] = [
    ("schema.qualify", include_str!("../../templates/schema.qualify")),
    ("model.qualify", include_str!("../../templates/model.qualify")),
    ("qualify.toml", include_str!("../../templates/qualify.toml")),
    ("leads.csv", include_str!("../../templates/leads.csv")),
    ("events.csv", include_str!("../../templates/events.csv")),
];

/// Writes the files. None that exists is touched.
pub fn run(arguments: &Init, console: &mut Console) -> Result<Outcome, Stop> {
    let folder = &arguments.folder;
    if let Some((name, _)) = FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        let why = format!("{} is there already; nothing was written", folder.join(name).display());
        return Err(Stop::CouldNotRun(why));
    }
    let cannot = |error: io::Error| format!("{}: it cannot be written ({error})", folder.display());
    fs::create_dir_all(folder).map_err(cannot)?;
    for (name, text) in FILES {
        write_new(&folder.join(name), text).map_err(cannot)?;
    }
    let shown = folder.display();
    if console.format == Format::Json {
        let made = json!({ "folder": shown.to_string(), "files": FILES.map(|(name, _)| name) });
        console.print(&format!("{made:#}\n"))?;
        return Ok(Outcome::Fine);
    }
    console.print(&format!(
        "made {shown}: {}\n\nnext:\n  qualify check {shown}\n  qualify test {shown}\n  qualify score {shown}\n  qualify explain L1 {shown}\n",
        FILES.map(|(name, _)| name).join(", ")
    ))?;
    Ok(Outcome::Fine)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
