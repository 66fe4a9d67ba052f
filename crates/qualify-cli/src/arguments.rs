//! The arguments of each command.

use crate::console::{ColorChoice, FormatChoice};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Lead scoring as a language: check rule files, score leads, explain scores.
#[derive(Parser, Debug)]
#[command(name = "qualify", version, about, max_term_width = 100)]
#[command(after_help = "Exit status: 0 fine; 1 errors were found (or warnings that --deny makes errors); \
                        2 could not run.")]
pub struct Arguments {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: ColorChoice,
    /// How to print results; beside human and json some commands take one of the others
    #[arg(long, global = true, value_enum, default_value = "human", hide_possible_values = true)]
    pub format: FormatChoice,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Check rule files: names, types, ranges, what can never happen
    Check(Check),
    /// Look for what is risky or hard to read, though it is no mistake
    Lint(Lint),
    /// Lay out rule files in the one way that all share; comments stay
    Fmt(Fmt),
    /// Run the tests written in the rules: what they cover, which changes they miss, which are missing
    Test(Test),
    /// Compare two versions of a model: what changed, what it does to the leads, what it could do
    Diff(Diff),
    /// Score all leads of a project and write the scores to a file
    Score(Score),
    /// Score over HTTP: one lead or many, with the model of a project
    Serve(Serve),
    /// Explain the score of one lead, line by line
    Explain(Explain),
    /// Compile a model into a file that `score --compiled` runs without rule files
    Compile(CompileModel),
    /// Show what a model is compiled to: what it reads, what it asks of events, tables and programs
    Plan(ShowPlan),
    /// Infer a first schema from data files, or show the schema of a project
    Schema(Schema),
    /// Show what the data of a project hold: known shares, distinct values, ranges, events
    Profile(Profile),
    /// Print the grammar of the language, or sentences made from it
    Grammar(Grammar),
    /// Print the page about a code such as E0201
    ExplainCode(ExplainCode),
    /// Make a small project that runs
    Init(Init),
    /// Print a completion script for a shell
    Completions(Completions),
}

impl Command {
    /// The formats that it prints beside `human` and `json`.
    pub fn further_formats(&self) -> &'static [FormatChoice] {
        match self {
            Command::Diff(_) => &[FormatChoice::Markdown, FormatChoice::Html],
            Command::Check(_) | Command::Lint(_) => &[FormatChoice::Sarif, FormatChoice::Github],
            _ => &[],
        }
    }
}

/// `qualify serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// The project: a folder with a qualify.toml, or the manifest itself
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub project: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// A file with the token that requests must send [default: the variable QUALIFY_TOKEN, if it is there]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Serve on an address that others can reach without asking for a token
    #[arg(long, conflicts_with = "token_file")]
    pub no_token: bool,
    /// Explanations may show personal values, if a request asks for them
    #[arg(long)]
    pub allow_personal: bool,
    /// Bytes that the body of a request may have
    #[arg(long, default_value = "67108864", value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_body: u64,
    /// Requests that are answered at one time; others are asked to come again
    #[arg(long, default_value = "256", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_requests: u32,
    /// Connections that are open at one time; others wait
    #[arg(long, default_value = "4096", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// Seconds until a connection on which no request begins is closed
    #[arg(long, default_value = "30", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub idle: u64,
    /// Seconds until a request must be answered
    #[arg(long, default_value = "30", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub timeout: u64,
    /// Seconds that requests may go on after the server is told to stop
    #[arg(long, default_value = "30", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    pub grace: u64,
    /// Milliseconds between two looks whether the rule files changed; 0: never
    #[arg(long, default_value = "1000", value_name = "MILLISECONDS")]
    pub look_every: u64,
    /// Log what goes wrong only, not every request
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub compile: Compile,
}

/// How a model is compiled.
#[derive(Args, Debug, Clone)]
pub struct Compile {
    /// Override a param of the model, within its range
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Make warnings errors: all of them, or those of a code
    #[arg(long, value_name = "warnings|CODE")]
    pub deny: Vec<String>,
    /// Allow warnings: all of them, or those of a code; a code counts for more than `warnings`
    #[arg(long, value_name = "warnings|CODE")]
    pub allow: Vec<String>,
}

/// `qualify check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Rule files, or project folders with a qualify.toml
    #[arg(default_value = ".", value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: Compile,
    /// Look at the data of the project, too: what is almost never known, what never occurs, which rules never or
    /// always fire
    #[arg(long)]
    pub data: bool,
    /// The instant that ages count from, for --data [default: the project's, or now]
    #[arg(long, value_name = "TIME", requires = "data")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub outputs: CheckOutputs,
}

/// Files that `qualify check` writes beside what it prints; `-` is standard output.
#[derive(Args, Debug, Clone)]
pub struct CheckOutputs {
    /// Write the messages to this file as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write the messages to this file as annotations of a GitHub workflow
    #[arg(long, value_name = "FILE")]
    pub github: Option<PathBuf>,
    /// Write the messages to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write a JUnit file: each rule file is a suite
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// `qualify test`.
#[derive(Args, Debug)]
pub struct Test {
    /// Rule files, project folders with a qualify.toml, or folders of either
    #[arg(default_value = ".", value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: Compile,
    /// Run the tests whose names contain this text, or match it where it has * or ?
    #[arg(long, value_name = "NAME")]
    pub filter: Vec<String>,
    /// The instant of tests that name none [default: 2026-01-01T00:00:00Z]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Name the tests that passed too
    #[arg(long)]
    pub all: bool,
    /// Write the results to this file as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Show what the tests cover: rules, rows, stages, and both outcomes of each condition
    #[arg(long)]
    pub coverage: bool,
    /// Write what the tests cover to this file, as LCOV
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Change the rules one number, window or operator at a time, and list the changes that no test notices: all of
    /// them, or a sample of N
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true)]
    pub mutants: Option<Option<usize>>,
    /// Print the tests that are missing, as text to paste: leads just at, below and above each threshold and window
    #[arg(long)]
    pub suggest: bool,
    /// Append the tests that are missing to this file instead of printing them
    #[arg(long, value_name = "FILE", requires = "suggest")]
    pub write: Option<PathBuf>,
    /// The seed of a sample of changes
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

/// `qualify lint`.
#[derive(Args, Debug)]
pub struct Lint {
    /// Rule files, or project folders with a qualify.toml, whose lint section says what to make of what is found
    #[arg(default_value = ".", value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: Compile,
    #[command(flatten)]
    pub outputs: CheckOutputs,
    /// Score the leads of the project too, and look for thresholds with many leads close to them
    #[arg(long)]
    pub data: bool,
    /// The instant that ages count from [default: the project's, or now]
    #[arg(long, value_name = "TIME", requires = "data")]
    pub as_of: Option<String>,
}

/// `qualify fmt`.
#[derive(Args, Debug)]
pub struct Fmt {
    /// Rule files, folders with rule files, or - for standard input
    #[arg(default_value = ".", value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; list the files that would change and end with status 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would change and end with status 1 if anything would
    #[arg(long)]
    pub diff: bool,
}

/// What is read and when it counts.
#[derive(Args, Debug, Clone)]
pub struct Reading {
    /// A folder with a qualify.toml, or that file
    #[arg(value_name = "PROJECT")]
    pub project: PathBuf,
    #[command(flatten)]
    pub compile: Compile,
    /// The instant that ages count from: 2026-01-31T00:00:00Z, or a date [default: the project's, or now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Write rows that cannot be read to this file, with reasons, and go on with the rest
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Make values outside their declared range or vocabulary errors
    #[arg(long)]
    pub strict_data: bool,
}

/// `qualify score`.
#[derive(Args, Debug)]
pub struct Score {
    #[command(flatten)]
    pub reading: Reading,
    /// Where to write the scores; - is standard output [default: the project's, or scores.parquet in it]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The format of the scores [default: by the file's ending]
    #[arg(long, value_name = "parquet|csv|jsonl|arrow")]
    pub output_format: Option<String>,
    /// How many rules the summary shows
    #[arg(long, default_value_t = 25, value_name = "N")]
    pub rules: usize,
    /// How many threads work [default: one for each core]: the result is the same for any number, and fewer work
    /// where `--memory` has no room for more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// How much memory to use, such as 512MiB or 2GB; what does not fit waits in temporary files
    /// [default: a share of what is free]
    #[arg(long, value_name = "SIZE", value_parser = crate::size::parse_enough)]
    pub memory: Option<u64>,
    /// What computes; all give the same scores
    #[arg(long, value_enum, default_value = "auto")]
    pub backend: Backend,
    /// Score with this compiled model instead of the project's rule files
    #[arg(long, value_name = "FILE.qbc", conflicts_with_all = ["params", "deny", "allow"])]
    pub compiled: Option<PathBuf>,
}

/// What computes scores.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The quickest for the size of the work
    Auto,
    /// The interpreter of compiled models
    Interpreter,
    /// Machine code
    Jit,
    /// The reference interpreter, lead by lead
    Reference,
}

impl From<Backend> for qualify::Backend {
    fn from(backend: Backend) -> qualify::Backend {
        match backend {
            Backend::Auto => qualify::Backend::Auto,
            Backend::Interpreter => qualify::Backend::Interpreter,
            Backend::Jit => qualify::Backend::Jit,
            Backend::Reference => qualify::Backend::Reference,
        }
    }
}

/// `qualify compile`.
#[derive(Args, Debug)]
pub struct CompileModel {
    /// Rule files, or a project folder with a qualify.toml
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: Compile,
    /// The file to write
    #[arg(long, short, value_name = "FILE.qbc")]
    pub output: PathBuf,
}

/// `qualify plan`.
#[derive(Args, Debug)]
pub struct ShowPlan {
    /// Rule files, a project folder with a qualify.toml, or a compiled model (.qbc)
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: Compile,
    /// Show all programs, instruction by instruction
    #[arg(long, conflicts_with = "clif")]
    pub bytecode: bool,
    /// Show the code that Cranelift makes machine code of
    #[arg(long)]
    pub clif: bool,
}

/// `qualify explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The key of the lead
    pub lead: String,
    #[command(flatten)]
    pub reading: ExplainReading,
    /// Show the values of personal attributes too
    #[arg(long)]
    pub show_personal: bool,
}

/// As [`Reading`], with the current folder as default.
#[derive(Args, Debug, Clone)]
pub struct ExplainReading {
    /// A folder with a qualify.toml, or that file
    #[arg(value_name = "PROJECT", default_value = ".")]
    pub project: PathBuf,
    #[command(flatten)]
    pub compile: Compile,
    /// The instant that ages count from [default: the project's, or now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

impl ExplainReading {
    /// The same as a [`Reading`]. Bad rows are left out: they are another command's business.
    pub fn reading(&self) -> Reading {
        Reading {
            project: self.project.clone(),
            compile: self.compile.clone(),
            as_of: self.as_of.clone(),
            rejects: None,
            strict_data: false,
        }
    }
}

/// `qualify schema`.
#[derive(Args, Debug)]
pub struct Schema {
    #[command(subcommand)]
    pub what: SchemaCommand,
}

/// `qualify schema infer|show`.
#[derive(Subcommand, Debug)]
pub enum SchemaCommand {
    /// Draft a schema, a manifest and an empty model from data files, with comments on what to confirm
    Infer {
        /// Data files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Write schema.qualify, qualify.toml and model.qualify into this folder instead of printing them
        #[arg(long, short, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
    /// Show the schema of a project or rule file: attributes and events with their types
    Show {
        /// A project folder or rule files
        #[arg(required = true, value_name = "FILE|FOLDER")]
        paths: Vec<PathBuf>,
    },
}

/// `qualify profile`.
#[derive(Args, Debug)]
pub struct Profile {
    #[command(flatten)]
    pub reading: Reading,
}

/// `qualify grammar`.
#[derive(Args, Debug)]
pub struct Grammar {
    /// Print so many sentences made from the grammar instead
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// The seed of the sentences
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `qualify explain-code`.
#[derive(Args, Debug)]
pub struct ExplainCode {
    /// The code; without one all codes are listed
    pub code: Option<String>,
}

/// `qualify init`.
#[derive(Args, Debug)]
pub struct Init {
    /// The folder to make
    #[arg(default_value = "leads")]
    pub folder: PathBuf,
}

/// `qualify completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// `qualify diff`.
#[derive(Args, Debug)]
#[command(
    after_help = "OLD and NEW are files, folders with a qualify.toml, revisions that git knows (HEAD~1, main), or \
                        REVISION:PATH. Without NEW, OLD is compared with the working tree; without both, HEAD is."
)]
pub struct Diff {
    /// The old version, and the new one
    #[arg(value_name = "OLD [NEW]", num_args = 0..=2)]
    pub versions: Vec<String>,
    /// The project or rule file that revisions are looked at [default: the project, or the current folder]
    #[arg(long, value_name = "FILE|FOLDER")]
    pub path: Option<PathBuf>,
    /// The project whose leads are scored by both [default: the new version's, if it is a project on the disk]
    #[arg(long, value_name = "PROJECT")]
    pub project: Option<PathBuf>,
    /// Show some parts alone
    #[arg(long, value_enum, value_name = "changes|leads|could", value_delimiter = ',')]
    pub only: Vec<Part>,
    /// Fail if the change goes beyond a budget of `[review]` in the qualify.toml that no line of it approves
    #[arg(long)]
    pub check: bool,
    /// Override a param in both versions, within its range
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// The instant that ages count from [default: the project's, or now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// How many threads work [default: one for each core]: the result is the same for any number, and fewer work
    /// where `--memory` has no room for more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// How much memory reading may use, such as 512MiB or 2GB [default: a share of what is free]
    #[arg(long, value_name = "SIZE", value_parser = crate::size::parse_enough)]
    pub memory: Option<u64>,
}

/// A part of the report of a diff.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What changed, in sentences
    Changes,
    /// What it does to the leads of the project
    Leads,
    /// What it could do to any lead
    Could,
}

impl Diff {
    /// Whether a part is asked for.
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// Whether a report without leads is no answer.
    pub fn needs_leads(&self) -> bool {
        self.project.is_some() || self.only.contains(&Part::Leads)
    }
}
