//! The data of the benchmark LS60 and the folder they lie in: leads, events in two orders, and a project of
//! `qualify` for each way of reading them.
//!
//! The same parameters give the same values on every machine and in every version.

pub mod events;
pub mod leads;
mod projects;
mod tables;
pub mod words;

use crate::failure::Failure;
use crate::random::Random;
use events::{Event, Events};
use leads::Leads;
pub use projects::{MODEL, SCHEMA, project};
use std::fs;
use std::path::{Path, PathBuf};
use tables::{EventTable, LeadTable};

/// The instant of the scores, 2026-01-01T00:00:00Z, in microseconds since 1970.
pub const AS_OF: i64 = 1_767_225_600_000_000;

/// A day in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// The seed of all random numbers.
const SEED: u64 = 42;

/// Raised when the values or files change, so that no old folder is taken for a new one.
const VERSION: u32 = 1;

/// Which data, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// How many leads.
    pub leads: usize,
    /// How many events.
    pub events: usize,
    /// Whether the events are also written in the order in which they happened.
    pub arrival: bool,
    /// Whether CSV files are written beside the Parquet files.
    pub csv: bool,
}

/// A folder with data that are complete.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// The folder.
    pub folder: PathBuf,
    /// How many leads.
    pub leads: usize,
    /// How many events.
    pub events: usize,
}

/// In which order a file of events is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By lead, then by time.
    Sorted,
    /// By time, then by lead.
    Arrival,
}

impl DataSet {
    /// Leads in Parquet, sorted by their key.
    pub fn leads_file(&self) -> PathBuf {
        self.folder.join("leads.parquet")
    }

    /// Events in Parquet.
    pub fn events_file(&self, order: Order) -> PathBuf {
        self.folder.join(match order {
            Order::Sorted => "events_sorted.parquet",
            Order::Arrival => "events_arrival.parquet",
        })
    }

    /// The folder with its data: reused if it is complete and has the same parameters, else made. `report` is
    /// told what takes time.
    pub fn prepared(
        folder: &Path,
        parameters: Parameters,
        report: &mut dyn FnMut(&str),
    ) -> Result<DataSet, Failure> {
        let Parameters { leads, events, .. } = parameters;
        if leads == 0 || leads > 100_000_000 || events > 2_000_000_000 {
            return Err(Failure::new("1 to 100 million leads and at most 2,000 million events are possible"));
        }
        let data = DataSet { folder: folder.to_path_buf(), leads, events };
        if !data.is_complete(parameters) {
            report(&format!("generating {leads} leads and {events} events in {}", folder.display()));
            fs::create_dir_all(folder).map_err(Failure::at(folder))?;
            let _ = fs::remove_file(data.mark_file(parameters)); // an old mark would vouch for new files
            data.generate(parameters)?;
            data.set_marks(parameters)?;
        }
        projects::write(&data)?;
        Ok(data)
    }

    /// Every mark says which files are complete. Files with more are good for less.
    fn is_complete(&self, parameters: Parameters) -> bool {
        let expected = self.mark();
        let says = |file: PathBuf| fs::read_to_string(file).is_ok_and(|found| found == expected);
        let wanted = [parameters.arrival, parameters.csv];
        let at_least = |arrival, csv| (arrival || !wanted[0]) && (csv || !wanted[1]);
        [(false, false), (true, false), (false, true), (true, true)].into_iter().any(|(arrival, csv)| {
            at_least(arrival, csv) && says(self.mark_file(Parameters { arrival, csv, ..parameters }))
        })
    }

    fn mark(&self) -> String {
        format!("version {VERSION}, seed {SEED}, {} leads, {} events\n", self.leads, self.events)
    }

    fn mark_file(&self, parameters: Parameters) -> PathBuf {
        let arrival = if parameters.arrival { "-arrival" } else { "" };
        let csv = if parameters.csv { "-csv" } else { "" };
        self.folder.join(format!("complete{arrival}{csv}.txt"))
    }

    fn set_marks(&self, parameters: Parameters) -> Result<(), Failure> {
        let file = self.mark_file(parameters);
        fs::write(&file, self.mark()).map_err(Failure::at(&file))
    }

    fn generate(&self, parameters: Parameters) -> Result<(), Failure> {
        let mut random = Random::new(SEED);
        let keys = self.generate_leads(parameters.csv, &mut random)?;
        let objects = words::objects();
        let makes = Events::new(objects.len());
        let counts = events::counts(self.leads, self.events, &mut random);
        let file = self.events_file(Order::Sorted);
        let mut sorted = EventTable::create(&file, parameters.csv, &objects)?;
        let ids: Vec<i64> = keys.iter().map(|(id, _)| *id).collect();
        let mut kept: Vec<Event> = Vec::new();
        let mut written = 0;
        for (lead, (_, created_at)) in keys.iter().enumerate() {
            makes.of_lead(lead, *created_at, counts[lead], &mut random, &mut kept);
            let waiting = kept.len() - written;
            if waiting >= tables::EVENT_BATCH {
                let full = written + waiting / tables::EVENT_BATCH * tables::EVENT_BATCH;
                sorted.write(&kept[written..full], &ids)?;
                written = full;
            }
            if !parameters.arrival && written > 0 {
                kept.drain(..written); // memory for the events in time order is needed only to sort them
                written = 0;
            }
        }
        sorted.write(&kept[written..], &ids)?;
        sorted.finish()?;
        if parameters.arrival {
            kept.sort_by_key(|event| (event.time, event.lead));
            let mut arrival = EventTable::create(&self.events_file(Order::Arrival), false, &objects)?;
            arrival.write(&kept, &ids)?;
            arrival.finish()?;
        }
        Ok(())
    }

    /// Writes the leads; of each its key and its creation.
    fn generate_leads(&self, csv: bool, random: &mut Random) -> Result<Vec<(i64, i64)>, Failure> {
        let makes = Leads::new();
        let mut keys = Vec::with_capacity(self.leads);
        let mut table = LeadTable::create(&self.leads_file(), csv)?;
        let mut row = 0;
        while row < self.leads {
            let rows = row..self.leads.min(row + tables::LEAD_BATCH);
            row = rows.end;
            let leads: Vec<leads::Lead> = rows.map(|row| makes.lead(row, random)).collect();
            keys.extend(leads.iter().map(|lead| (lead.id, lead.created_at)));
            table.write(&leads)?;
        }
        table.finish()?;
        Ok(keys)
    }
}
