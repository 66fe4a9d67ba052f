//! The command `qualify`: arguments in, text and an exit status out. Everything it says about models and
//! leads comes from the crates below; in here are only the terminal, the file system and the clock.

mod arguments;
mod checked;
mod command;
mod compiled;
mod console;
mod levels;
mod project;
mod report;
mod revisions;
mod rule_files;
mod size;
mod test_groups;

use arguments::{Arguments, Command};
use clap::Parser;
use console::{Console, FormatChoice, Outcome};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut console = Console::new(arguments.color, arguments.format);
    let outcome = format_fits(&arguments).and_then(|()| match &arguments.command {
        Command::Check(c) => command::check::run(c, &mut console),
        Command::Lint(c) => command::lint::run(c, &mut console),
        Command::Fmt(c) => command::fmt::run(c, &mut console),
        Command::Test(c) => command::test::run(c, &mut console),
        Command::Diff(c) => command::diff::run(c, &mut console),
        Command::Score(c) => command::score::run(c, &mut console),
        Command::Compile(c) => command::compile::run(c, &mut console),
        Command::Plan(c) => command::plan::run(c, &mut console),
        Command::Serve(c) => command::serve::run(c, &mut console),
        Command::Explain(c) => command::explain::run(c, &mut console),
        Command::Schema(c) => command::schema::run(c, &mut console),
        Command::Profile(c) => command::profile::run(c, &mut console),
        Command::Grammar(c) => command::grammar::run(c, &mut console),
        Command::ExplainCode(c) => command::explain_code::run(c, &mut console),
        Command::Init(c) => command::init::run(c, &mut console),
        Command::Completions(c) => command::completions::run(c, &mut console),
    });
    let outcome = outcome.unwrap_or_else(|stop| stop.tell(&mut console));
    console.finish(outcome)
}

/// Every command prints text and JSON, some more.
fn format_fits(arguments: &Arguments) -> Result<(), Stop> {
    let takes = [&[FormatChoice::Human, FormatChoice::Json], arguments.command.further_formats()].concat();
    if takes.contains(&arguments.format) {
        return Ok(());
    }
    let names: Vec<String> = takes.iter().map(|format| format.name()).collect();
    let asked = arguments.format.name();
    Err(Stop::CouldNotRun(format!("this command prints {}, not {asked}", names.join(", "))))
}

/// Why a command could not go on. [`Outcome`] is what is left when it could.
pub(crate) enum Stop {
    /// It could not run: the sentence says why. Exit status 2.
    CouldNotRun(String),
    /// Errors were found and have been shown. Exit status 1.
    Found,
    /// The reader of our output went away; nothing more to do. Exit status 0.
    ReaderGone,
}

impl Stop {
    fn tell(self, console: &mut Console) -> Outcome {
        match self {
            Stop::CouldNotRun(why) => {
                console.complain(&why);
                Outcome::CouldNotRun
            }
            Stop::Found => Outcome::ErrorsFound,
            Stop::ReaderGone => Outcome::Fine,
        }
    }
}

impl From<String> for Stop {
    fn from(why: String) -> Stop {
        Stop::CouldNotRun(why)
    }
}
