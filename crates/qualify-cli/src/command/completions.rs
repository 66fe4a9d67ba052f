//! `qualify completions`: a script that completes commands and options in a shell.

use crate::Stop;
use crate::arguments::{Arguments, Completions};
use crate::console::{Console, Outcome};
use clap::CommandFactory;

/// Prints the script.
pub fn run(arguments: &Completions, console: &mut Console) -> Result<Outcome, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "qualify", &mut script);
    console.print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}
