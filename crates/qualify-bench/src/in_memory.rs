//! The rules alone: the data are read and grouped before the clock starts.

mod by_engine;
mod compile;
mod one_lead;

use crate::data_set::{DataSet, Order};
use crate::failure::Failure;
use crate::reference::{self, Design};
use crate::usage::{Usage, medians};
pub use by_engine::{batches, model, plan};
use clap::ValueEnum;
pub use compile::compile;
pub use one_lead::{lead_of, one_lead};
use qualify_engine::Backend;
use std::hint::black_box;

/// Whose rules are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scorer {
    /// Hand-written, each event against the rules of its type
    OnePass,
    /// Hand-written, by class and age first
    Histogram,
    /// The engine as it decides by itself
    Qualify,
    /// The engine with its interpreter
    Interpreter,
    /// The engine with machine code
    Jit,
}

impl Scorer {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Scorer::OnePass => "one-pass",
            Scorer::Histogram => "histogram",
            Scorer::Qualify => "qualify",
            Scorer::Interpreter => "interpreter",
            Scorer::Jit => "jit",
        }
    }
}

/// Scores the data some times after once for warmth; the middle of them. Peak memory is that of the process,
/// with all data. The engine takes a model of so many rules.
pub fn measure(data: &DataSet, scorer: Scorer, rules: usize, repeat: usize) -> Result<Usage, Failure> {
    match scorer {
        Scorer::OnePass => by_hand(data, Design::OnePass, repeat),
        Scorer::Histogram => by_hand(data, Design::Histogram, repeat),
        Scorer::Qualify => by_engine::measure(data, Backend::Auto, rules, repeat),
        Scorer::Interpreter => by_engine::measure(data, Backend::Interpreter, rules, repeat),
        Scorer::Jit => by_engine::measure(data, Backend::Jit, rules, repeat),
    }
}

fn by_hand(data: &DataSet, design: Design, repeat: usize) -> Result<Usage, Failure> {
    let leads = reference::read::leads(&data.leads_file())?;
    let mut events = reference::read::events(&data.events_file(Order::Sorted), 1)?;
    reference::group::sorted(&leads, &mut events);
    Ok(repeated(repeat, || black_box(reference::score::score(&leads, &events, 1, design))))
}

/// The middle of some measurements of the same work.
fn repeated<T>(repeat: usize, mut work: impl FnMut() -> T) -> Usage {
    work();
    let usages: Vec<Usage> = (0..repeat.max(1)).map(|_| Usage::of(&mut work).0).collect();
    medians(&usages)
}
