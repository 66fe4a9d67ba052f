//! The terminal: what is printed where, in colour or not, and the exit status. The only file that prints.

use crate::Stop;
use clap::ValueEnum;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// For scripts.
    Json,
}

/// What `--format` takes. Every command prints the first two; a further one is for the commands that
/// [`Command::further_formats`](crate::arguments::Command::further_formats) names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// For people
    Human,
    /// For scripts
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// Markdown, for a comment on a pull request
    Markdown,
    /// One self-contained page
    Html,
}

impl FormatChoice {
    /// As it is written on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
    }
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit status 0.
    Fine,
    /// Exit status 1.
    ErrorsFound,
    /// Exit status 2.
    CouldNotRun,
}

/// Standard output and standard error of this run.
pub struct Console {
    /// How results are printed; a further format is one for people as long as nothing else is said.
    pub format: Format,
    /// What `--format` asks for.
    pub choice: FormatChoice,
    color: ColorChoice,
}

impl Console {
    /// The console of this process.
    pub fn new(color: ColorChoice, choice: FormatChoice) -> Console {
        let format = if choice == FormatChoice::Json { Format::Json } else { Format::Human };
        Console { format, choice, color }
    }

    /// Whether diagnostics on standard error are coloured.
    pub fn colors_errors(&self) -> bool {
        self.colors(io::stderr().is_terminal())
    }

    /// Whether results on standard output are coloured.
    pub fn colors_output(&self) -> bool {
        self.colors(io::stdout().is_terminal())
    }

    fn colors(&self, terminal: bool) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }

    /// A result: to standard output. A reader that went away ends the command quietly.
    pub fn print(&mut self, text: &str) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(stop)
    }

    /// A message beside the result: to standard error. If that is gone there is nobody to tell.
    pub fn tell(&mut self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Why nothing could be done: a sentence on standard error, and an object where JSON is expected.
    pub fn complain(&mut self, why: &str) {
        self.tell(&format!("qualify: {why}\n"));
        if self.format == Format::Json {
            let object = serde_json::json!({ "error": why });
            let _ = self.print(&format!("{object:#}\n")); // the status tells it already
        }
    }

    /// The exit status of the process.
    pub fn finish(self, outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Fine => 0,
            Outcome::ErrorsFound => 1,
            Outcome::CouldNotRun => 2,
        })
    }
}

fn stop(error: io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::ReaderGone,
        _ => Stop::CouldNotRun(format!("standard output cannot be written: {error}")),
    }
}
