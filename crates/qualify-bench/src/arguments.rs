//! What can be asked of the benchmark on the command line, and what answers it.

use crate::bars;
use crate::comparison;
use crate::data_set::{DataSet, Order, Parameters};
use crate::failure::Failure;
use crate::reference::{self, Design};
use crate::report;
use crate::rows::{self, Wanted};
use crate::run::{self, Run};
use crate::usage::Usage;
use crate::{in_memory, many_rules};
use clap::{Args, Parser, Subcommand, ValueEnum};
use qualify_engine::Backend;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// Measures `qualify` beside a program written by hand for the same rules, DuckDB and Polars
#[derive(Debug, Parser)]
#[command(name = "qualify-bench", version)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate the data, measure all rows, check all scores, print the report
    Ls60(Ls60),
    /// Generate the data only
    Generate(Data),
    /// Print a model with at least so many rules, variants of the rules of LS60
    Model {
        /// How many; a multiple of 60 comes out
        rules: usize,
    },
    /// Score the data with the hand-written program
    Reference(ReferenceRun),
    /// Measure the rules alone, the data in memory
    Rules(RulesRun),
    /// Measure from the text of rules to machine code
    Compile {
        /// How many rules
        #[arg(default_value_t = many_rules::RULES)]
        rules: usize,
        /// How often, after once for warmth; the middle is printed
        #[arg(long, default_value_t = 9, value_name = "N")]
        repeat: usize,
    },
    /// Measure leads with twenty events one by one
    OneLead {
        /// The folder with the data
        #[arg(long, value_name = "FOLDER")]
        data: PathBuf,
    },
    /// Compare two files of scores, lead by lead
    Compare {
        /// The scores that are right
        expected: PathBuf,
        /// The scores to check
        found: PathBuf,
    },
    /// Run a program to its end and print what it used
    #[command(hide = true)]
    Measure {
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<OsString>,
    },
}

/// Which data.
#[derive(Clone, Debug, Args)]
pub struct Data {
    /// How many leads
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub leads: usize,
    /// How many events
    #[arg(long, default_value_t = 20_000_000, value_name = "N")]
    pub events: usize,
    /// Where the data are or go; reused when complete [default: a folder among the system's temporary files]
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// CSV too: 1.4 GB for the million leads
    #[arg(long)]
    pub csv: bool,
}

/// `qualify-bench ls60`.
#[derive(Clone, Debug, Args)]
pub struct Ls60 {
    /// Which data
    #[command(flatten)]
    pub data: Data,
    /// Numbers of threads
    #[arg(long, value_delimiter = ',', default_value = "1,2", value_name = "N,N")]
    pub threads: Vec<usize>,
    /// Only rows whose section or name contains one of these
    #[arg(long, value_delimiter = ',', value_name = "TEXT")]
    pub only: Vec<String>,
    /// How often each row is measured, in turn with the others; the report shows the middle
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub repeat: usize,
    /// Ten times the data, within a gibibyte of memory: needs 8 GB of disk
    #[arg(long)]
    pub large: bool,
    /// The Python that has DuckDB and Polars
    #[arg(long, default_value = "python3", value_name = "PROGRAM")]
    pub python: PathBuf,
    /// The `qualify` to measure [default: the one beside this program, built if need be]
    #[arg(long, value_name = "PROGRAM")]
    pub qualify: Option<PathBuf>,
    /// Write all measurements to a file, tab-separated
    #[arg(long, value_name = "FILE")]
    pub raw: Option<PathBuf>,
}

/// The order of the events in their file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OrderName {
    /// By lead
    Sorted,
    /// By time
    Arrival,
}

/// How the hand-written program brings events together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Grouping {
    /// A hash table, then each event to its place
    Scattered,
    /// By blocks of leads first
    Partitioned,
}

/// `qualify-bench reference`.
#[derive(Clone, Debug, Args)]
pub struct ReferenceRun {
    /// The folder with the data
    #[arg(long, value_name = "FOLDER")]
    pub data: PathBuf,
    /// The order of the events
    #[arg(long, value_enum, default_value = "sorted")]
    pub order: OrderName,
    /// How events come together
    #[arg(long, value_enum, default_value = "scattered")]
    pub grouping: Grouping,
    /// Test each event against the rules of its type, instead of counting by class and age first
    #[arg(long)]
    pub one_pass: bool,
    /// How many threads
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub threads: usize,
    /// Where the scores go
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `qualify-bench rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesRun {
    /// The folder with the data
    #[arg(long, value_name = "FOLDER")]
    pub data: PathBuf,
    /// Whose rules
    #[arg(long, value_enum)]
    pub by: in_memory::Scorer,
    /// How many rules the engine has
    #[arg(long, default_value_t = many_rules::RULES, value_name = "N")]
    pub rules: usize,
    /// How often, after once for warmth; the middle is printed
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub repeat: usize,
}

impl Data {
    fn folder(&self) -> PathBuf {
        let default = || std::env::temp_dir().join(format!("qualify-ls60-{}-{}", self.leads, self.events));
        self.data.clone().unwrap_or_else(default)
    }

    fn prepared(&self) -> Result<DataSet, Failure> {
        let parameters = Parameters { leads: self.leads, events: self.events, arrival: true, csv: self.csv };
        DataSet::prepared(&self.folder(), parameters, &mut tell)
    }
}

fn tell(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

fn print(text: &str) -> Result<(), Failure> {
    Ok(write!(std::io::stdout().lock(), "{text}")?)
}

/// Does what the arguments ask for.
pub fn start(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Ls60(ls60) => whole(&ls60),
        Command::Generate(data) => print(&format!("{}\n", data.prepared()?.folder.display())),
        Command::Model { rules } => print(&many_rules::model(rules)),
        Command::Reference(run) => by_hand(&run),
        Command::Rules(run) => {
            let data = DataSet { folder: run.data.clone(), leads: 0, events: 0 };
            let usage = in_memory::measure(&data, run.by, run.rules, run.repeat)?;
            print(&format!("{usage}\n"))
        }
        Command::Compile { rules, repeat } => print(&format!("{}\n", in_memory::compile(rules, repeat)?)),
        Command::OneLead { data } => {
            let data = DataSet { folder: data, leads: 0, events: 0 };
            print(&format!("{}\n", in_memory::one_lead(&data, Backend::Auto, 5)?))
        }
        Command::Compare { expected, found } => {
            let agreement = comparison::compare(&expected, &found)?;
            let comparison::Agreement { leads, difference, on_threshold } = agreement;
            print(&format!(
                "{leads} leads: the same, points to {difference:.1e}, {on_threshold} stages on a threshold\n"
            ))
        }
        Command::Measure { command } => print(&format!("{}\n", Usage::of_program(&command)?)),
    }
}

fn whole(ls60: &Ls60) -> Result<(), Failure> {
    let data = ls60.data.prepared()?;
    let large = if ls60.large {
        let (leads, events) = (ls60.data.leads * 10, ls60.data.events * 10);
        let parameters = Parameters { leads, events, arrival: false, csv: false };
        Some(DataSet::prepared(&data.folder.join("large"), parameters, &mut tell)?)
    } else {
        None
    };
    let wanted = Wanted {
        data: &data,
        large: large.as_ref(),
        csv: ls60.data.csv,
        threads: &ls60.threads,
        only: &ls60.only,
        python: &ls60.python,
        qualify: run::qualify(ls60.qualify.as_deref(), &mut tell)?,
        bench: std::env::current_exe()?,
    };
    let rows = rows::all(&wanted)?;
    let measured: Run = run::all(&rows, &wanted, ls60.repeat.max(1), &mut tell)?;
    if let Some(file) = &ls60.raw {
        fs::write(file, report::raw(&measured)).map_err(Failure::at(file))?;
    }
    print(&report::machine())?;
    print(&report::tables(&measured))?;
    print(&bars::table(&measured))
}

fn by_hand(run: &ReferenceRun) -> Result<(), Failure> {
    let data = DataSet { folder: run.data.clone(), leads: 0, events: 0 };
    let order = match run.order {
        OrderName::Sorted => Order::Sorted,
        OrderName::Arrival => Order::Arrival,
    };
    let leads = reference::read::leads(&data.leads_file())?;
    let mut events = reference::read::events(&data.events_file(order), run.threads)?;
    match (order, run.grouping) {
        (Order::Sorted, _) => reference::group::sorted(&leads, &mut events),
        (Order::Arrival, Grouping::Scattered) => events = reference::group::scattered(&leads, events),
        (Order::Arrival, Grouping::Partitioned) => {
            let grouped = reference::group::partitioned(&leads, &events);
            events = grouped.ok_or_else(|| Failure::new("the keys of the leads are too far apart"))?;
        }
    }
    let design = if run.one_pass { Design::OnePass } else { Design::Histogram };
    let scores = reference::score::score(&leads, &events, run.threads, design);
    reference::write::scores(&run.out, &leads.ids, &scores)
}
