//! The rules alone: the data are read and grouped before the clock starts.

use crate::data_set::{DataSet, Order};
use crate::failure::Failure;
use crate::reference::{self, Design};
use crate::usage::{Usage, medians};
use clap::ValueEnum;
use std::hint::black_box;

/// Whose rules are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scorer {
    /// Hand-written, each event against the rules of its type
    OnePass,
    /// Hand-written, by class and age first
    Histogram,
}

impl Scorer {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Scorer::OnePass => "one-pass",
            Scorer::Histogram => "histogram",
        }
    }
}

/// Scores the data some times after once for warmth; the middle of them. Peak memory is that of the process,
/// with all data.
pub fn measure(data: &DataSet, scorer: Scorer, threads: usize, repeat: usize) -> Result<Usage, Failure> {
    match scorer {
        Scorer::OnePass => by_hand(data, Design::OnePass, threads, repeat),
        Scorer::Histogram => by_hand(data, Design::Histogram, threads, repeat),
    }
}

fn by_hand(data: &DataSet, design: Design, threads: usize, repeat: usize) -> Result<Usage, Failure> {
    let leads = reference::read::leads(&data.leads_file())?;
    let mut events = reference::read::events(&data.events_file(Order::Sorted), 1)?;
    reference::group::sorted(&leads, &mut events);
    Ok(repeated(repeat, || black_box(reference::score::score(&leads, &events, threads, design))))
}

/// The middle of some measurements of the same work.
pub fn repeated<T>(repeat: usize, mut work: impl FnMut() -> T) -> Usage {
    work();
    let usages: Vec<Usage> = (0..repeat.max(1)).map(|_| Usage::of(&mut work).0).collect();
    medians(&usages)
}
