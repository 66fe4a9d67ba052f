//! Leads of Parquet of which some are wide: they are scored a few at a time, and the others are not.

use crate::running::check_runs;
use crate::support::*;
use arrow::array::*;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use qualify_data::Way;
use std::sync::Arc;

fn parquet(columns: Vec<(&str, ArrayRef)>, group: usize) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group));
    let properties = properties.set_dictionary_enabled(false).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.into_inner().expect("closed")
}

fn texts(texts: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// Leads with such keys and names of so many letters.
fn named(keys: std::ops::Range<i64>, letters: usize, group: usize) -> Vec<u8> {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(keys.clone()));
    let name = |key: i64| format!("{key} {}", "n".repeat(letters));
    parquet(vec![("id", ids), ("name", texts(keys.map(name)))], group)
}

#[test]
fn wide_leads_are_scored_in_parts_of_their_partitions() {
    let mut schema = leads(&[("name", TEXT)]);
    schema.events = vec![event("visited", &[("object", TEXT)])];
    let manifest = "[[leads]]\nfiles = \"leads-*.parquet\"\nkey = \"id\"\n\
                    [[events]]\nfiles = \"events.parquet\"\nlead = \"lead\"\ntime = \"at\"\n\
                    type = \"visited\"\ntime_format = \"epoch_millis\"\n";
    let who: Vec<i64> = (0..600).map(|event| event * 7 % 67).collect();
    let times = who.iter().enumerate().map(|(event, _)| 1_700_000_000_000 + event as i64);
    let objects = texts((0..who.len()).map(|event| format!("object {}", event % 50)));
    let events: Vec<(&str, ArrayRef)> = vec![
        ("lead", Arc::new(Int64Array::from(who.clone()))),
        ("at", Arc::new(Int64Array::from_iter_values(times))),
        ("object", objects),
    ];
    let events = parquet(events, 100);
    for (letters, group) in [(10, 100), (9_000, 100), (9_000, 7), (20_000, 100), (100_000, 5)] {
        let project = Project::new(manifest)
            .file("leads-a.parquet", named(0..41, 10, 10))
            .file("leads-b.parquet", named(41..60, letters, group))
            .file("leads-c.parquet", named(60..70, 10, 10))
            .file("events.parquet", &events);
        let what = format!("{letters} letters");
        let runs = [1, 2, 7].into_iter().flat_map(|threads| [(threads, None), (threads, Some(1))]);
        let ways = check_runs(&project, &schema, &what, runs);
        assert!(ways.iter().all(|way| *way == Way::Arrival), "{what}: {ways:?}");
    }
}
