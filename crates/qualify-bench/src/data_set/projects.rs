//! The projects of `qualify` in the folder of the data: one for each way of reading them.

use super::DataSet;
use crate::failure::Failure;
use std::fs;
use std::path::PathBuf;

/// The sixty rules, as they stand among the examples.
pub const MODEL: &str = include_str!("../../../../examples/ls60/model.qualify");

/// What a lead and its events have.
pub const SCHEMA: &str = include_str!("../../../../examples/ls60/schema.qualify");

/// The project, event file and lead file of each way.
const WAYS: [(&str, &str, &str); 3] = [
    ("sorted", "leads.parquet", "events_sorted.parquet"),
    ("arrival", "leads.parquet", "events_arrival.parquet"),
    ("csv", "leads.csv", "events_sorted.csv"),
];

/// The folder of a project: `sorted`, `arrival` or `csv`.
pub fn project(data: &DataSet, way: &str) -> PathBuf {
    data.folder.join(format!("project-{way}"))
}

/// Writes the projects. Those whose data are missing cannot be scored; they harm nobody.
pub fn write(data: &DataSet) -> Result<(), Failure> {
    for (way, leads, events) in WAYS {
        let folder = project(data, way);
        fs::create_dir_all(&folder).map_err(Failure::at(&folder))?;
        let manifest = format!(
            "model = \"model.qualify\"\nas_of = \"2026-01-01T00:00:00Z\"\n\n[[leads]]\nfiles = \"../{leads}\"\n\n\
             [[events]]\nfiles = \"../{events}\"\nlead = \"lead_id\"\ntime = \"ts\"\ntype_column = \"type\"\n\n\
             [output]\nfile = \"scores.parquet\"\n"
        );
        for (name, text) in
            [("qualify.toml", manifest.as_str()), ("model.qualify", MODEL), ("schema.qualify", SCHEMA)]
        {
            let file = folder.join(name);
            fs::write(&file, text).map_err(Failure::at(&file))?;
        }
    }
    Ok(())
}
