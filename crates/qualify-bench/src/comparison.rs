//! Whether two files of scores say the same of every lead.

use crate::failure::Failure;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// Points by which scores in floating point may differ from scores that are rounded rule by rule.
pub const TOLERANCE: f64 = 0.0004;

/// Scores at which a stage begins.
const THRESHOLDS: [f64; 3] = [25.0, 60.0, 100.0];

/// Leads that are shown when scores differ.
const SHOWN: usize = 10;

/// What a file says of one lead. Points that it does not tell are not a number.
#[derive(Clone, Copy, Debug)]
struct Scored {
    lead: i64,
    fit: f64,
    engagement: f64,
    score: f64,
    stage: u16,
    segment: u16,
}

/// Names of stages and segments of both files, as numbers.
#[derive(Default)]
struct Names(HashMap<String, u16>);

impl Names {
    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len() as u16;
        self.0.insert(name.to_string(), number);
        number
    }

    fn name(&self, number: u16) -> &str {
        self.0.iter().find(|(_, found)| **found == number).map_or("", |(name, _)| name)
    }
}

/// That two files agree, and how far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Leads in both.
    pub leads: usize,
    /// The largest difference of engagement or score.
    pub difference: f64,
    /// Leads whose score is so near to a threshold that their stages may differ, and do.
    pub on_threshold: usize,
}

/// Compares the scores of `found` with those of `expected`, lead by lead.
pub fn compare(expected: &Path, found: &Path) -> Result<Agreement, Failure> {
    let mut names = Names::default();
    let (expected, found) = (read(expected, &mut names)?, read(found, &mut names)?);
    if expected.len() != found.len() {
        return Err(Failure::new(format!("{} leads were scored, not {}", found.len(), expected.len())));
    }
    let mut agreement = Agreement { leads: expected.len(), ..Agreement::default() };
    let mut different = Vec::new();
    for (a, b) in expected.iter().zip(&found) {
        let apart = apart(a.engagement, b.engagement).max(apart(a.score, b.score));
        agreement.difference = agreement.difference.max(apart);
        let same_points = apart <= TOLERANCE && (a.fit == b.fit || b.fit.is_nan());
        let near = THRESHOLDS.iter().any(|threshold| (a.score - threshold).abs() <= TOLERANCE);
        if a.lead != b.lead || !same_points || a.segment != b.segment || (a.stage != b.stage && !near) {
            different.push((a, b));
        } else if a.stage != b.stage {
            agreement.on_threshold += 1;
        }
    }
    if different.is_empty() {
        return Ok(agreement);
    }
    let show = |scored: &Scored| {
        let Scored { lead, fit, engagement, score, stage, segment } = *scored;
        let (stage, segment) = (names.name(stage), names.name(segment));
        format!("lead {lead}: fit {fit}, engagement {engagement}, score {score}, {stage}, {segment}")
    };
    let lines = different.iter().take(SHOWN);
    let lines: Vec<String> =
        lines.map(|(a, b)| format!("  expected {}\n  found    {}", show(a), show(b))).collect();
    let count = different.len();
    Err(Failure::new(format!("{count} of {} leads differ:\n{}", expected.len(), lines.join("\n"))))
}

/// How far two numbers are apart, where both are told.
fn apart(a: f64, b: f64) -> f64 {
    if b.is_nan() { 0.0 } else { (a - b).abs() }
}

/// The scores of a file by the keys of the leads.
fn read(file: &Path, names: &mut Names) -> Result<Vec<Scored>, Failure> {
    let opened = File::open(file).map_err(Failure::at(file))?;
    let mut scored = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(opened)?.build()? {
        add(&batch?, names, &mut scored)?;
    }
    if !scored.is_sorted_by_key(|scored| scored.lead) {
        scored.sort_by_key(|scored| scored.lead);
    }
    Ok(scored)
}

fn add(batch: &RecordBatch, names: &mut Names, scored: &mut Vec<Scored>) -> Result<(), Failure> {
    let column = |name: &str, ty: &DataType| -> Result<ArrayRef, Failure> {
        let column = batch.column_by_name(name);
        let column = column.ok_or_else(|| Failure::new(format!("the scores have no column {name}")))?;
        Ok(cast(column, ty)?)
    };
    let number = |name: &str| column(name, &DataType::Float64);
    let leads = column("lead_id", &DataType::Int64)?;
    let (fit, engagement, score) = (number("fit")?, number("engagement")?, number("score")?);
    let (stage, segment) = (column("stage", &DataType::Utf8)?, column("segment", &DataType::Utf8)?);
    // qualify tells in a column of its own who is out; these have no stage
    let status = batch.column_by_name("status").map(|status| cast(status, &DataType::Utf8)).transpose()?;
    let points = |column: &ArrayRef, row: usize| {
        if column.is_null(row) { f64::NAN } else { column.as_primitive::<Float64Type>().value(row) }
    };
    for row in 0..batch.num_rows() {
        let status = status.as_ref().map_or("scored", |status| status.as_string::<i32>().value(row));
        let stage = if status == "scored" { stage.as_string::<i32>().value(row) } else { status };
        scored.push(Scored {
            lead: leads.as_primitive::<Int64Type>().value(row),
            fit: points(&fit, row),
            engagement: points(&engagement, row),
            score: points(&score, row),
            stage: names.number(stage),
            segment: names.number(segment.as_string::<i32>().value(row)),
        });
    }
    Ok(())
}
