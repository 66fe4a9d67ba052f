//! Results in columns as Arrow batches: numbers of words become places in dictionaries, nothing is looked at row
//! by row where a column will do.

use super::columns::{Columns, Content, DIGITS, coded_text, item};
use super::reasons::Reasons;
use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use qualify_model::{Column, Keys, Labels, LeadColumns, PointColumn, ScoreColumns, Status};
use std::sync::Arc;

/// A dictionary of the input that is longer than a batch is not taken over as a whole, unless it is shorter than
/// this.
const SHORT: usize = 256;

/// The words of [`Status`], in its order.
const STATUS: [&str; 4] = ["scored", "disqualified", "invalid", "excluded"];

/// Makes Arrow batches of the results of one model, in the columns that files of results have.
pub struct Batches {
    columns: Columns,
    /// With keys that are text, and with keys that are whole numbers.
    schemas: [SchemaRef; 2],
    /// Whether the first keys were whole numbers: a file has keys of one type. None: no row yet.
    whole: Option<bool>,
    current_stage: Option<usize>,
    words: Words,
    reasons: Reasons,
}

/// The dictionaries.
struct Words {
    status: ArrayRef,
    grades: Vec<ArrayRef>,
    stages: ArrayRef,
    segments: ArrayRef,
    routes: ArrayRef,
}

impl Batches {
    /// For results with these words. Where they become text, every key is text.
    pub fn of(labels: &Labels, for_text: bool) -> Batches {
        let columns = Columns::of(labels);
        let names = |of: &[qualify_model::Named]| texts(of.iter().map(|named| named.name.as_str()));
        Batches {
            schemas: [columns.coded_schema(false), columns.coded_schema(true)],
            whole: for_text.then_some(false),
            columns,
            current_stage: labels.current_stage.map(|place| place as usize),
            words: Words {
                status: texts(STATUS.into_iter()),
                grades: labels.grades.iter().map(|(_, l)| texts(l.iter().map(String::as_str))).collect(),
                stages: names(&labels.stages),
                segments: names(&labels.segments),
                routes: names(&labels.routes),
            },
            reasons: Reasons::of(labels),
        }
    }

    /// The schema of the batches: of keys that are whole numbers if the first keys were.
    pub fn schema(&self) -> SchemaRef {
        self.schemas[usize::from(self.whole.unwrap_or(false))].clone()
    }

    /// Of what type the keys are where there are no leads to tell it.
    pub fn assume_whole_keys(&mut self, whole: bool) {
        self.whole = self.whole.or(Some(whole));
    }

    /// The results of some leads. `respond_by` is the instant of each route.
    pub fn batch(
        &mut self,
        leads: &LeadColumns,
        scores: &ScoreColumns,
        respond_by: &[Option<i64>],
    ) -> Result<RecordBatch, ArrowError> {
        let whole = *self.whole.get_or_insert(matches!(leads.keys, Keys::Integers(_)));
        let mut arrays = Vec::with_capacity(self.columns.all.len());
        for (_, content) in &self.columns.all {
            arrays.push(match content {
                Content::Key if whole => whole_keys(&leads.keys)?,
                Content::Key => keys(&leads.keys)?,
                Content::Status => status(&scores.status, &self.words.status)?,
                Content::Score => points(&scores.score)?,
                Content::Named(i) => points(&scores.scores[*i])?,
                Content::Grade(i) => numbered(&scores.grades[*i], &self.words.grades[*i])?,
                Content::Stage => numbered(&scores.stage, &self.words.stages)?,
                Content::PreviousStage => {
                    let column = self.current_stage.and_then(|place| leads.attributes.get(place)?.as_ref());
                    previous_stages(column, scores.rows)?
                }
                Content::StageChanged => Arc::new(BooleanArray::new(flags(&scores.stage_changed), None)),
                Content::Segments => segments(scores, &self.words.segments)?,
                Content::Route => numbered(&scores.route, &self.words.routes)?,
                Content::RespondBy => instants(&scores.route, respond_by),
                Content::Reasons => {
                    let (offsets, codes) = self.reasons.of_rows(scores);
                    lists(offsets, codes, self.reasons.words())?
                }
            });
        }
        RecordBatch::try_new(self.schemas[usize::from(whole)].clone(), arrays)
    }
}

/// The stages that came with the leads.
fn previous_stages(column: Option<&Column>, rows: usize) -> Result<ArrayRef, ArrowError> {
    let Some(Column::Text { codes, dictionary }) = column else {
        return coded(vec![u32::MAX; rows], &texts([].into_iter()));
    };
    if dictionary.len() <= rows.max(SHORT) {
        return coded(codes.clone(), &texts(dictionary.iter().map(|word| &**word)));
    }
    let word = |code: &u32| dictionary.get(*code as usize).map(|word| &**word);
    arrow::compute::cast(&codes.iter().map(word).collect::<StringArray>(), &coded_text())
}

/// A dictionary.
pub(super) fn texts<'t>(words: impl Iterator<Item = &'t str>) -> ArrayRef {
    Arc::new(words.map(Some).collect::<StringArray>())
}

/// Keys as whole numbers.
fn whole_keys(keys: &Keys) -> Result<ArrayRef, ArrowError> {
    let Keys::Integers(values) = keys else {
        let whole = |row| keys.text(row).parse::<i64>().map_err(|_| mixed(&keys.text(row)));
        return Ok(Arc::new((0..keys.len()).map(whole).collect::<Result<Int64Array, _>>()?));
    };
    Ok(Arc::new(Int64Array::new(ScalarBuffer::from(values.clone()), None)))
}

fn mixed(key: &str) -> ArrowError {
    let why = "the keys of the leads before are whole numbers, and this one is not";
    ArrowError::ComputeError(format!("{why}: `{key}`"))
}

/// Keys as text: whole numbers in decimal.
fn keys(keys: &Keys) -> Result<ArrayRef, ArrowError> {
    let too_long = || ArrowError::OffsetOverflowError(i32::MAX as usize);
    let (ends, bytes): (Vec<i32>, Vec<u8>) = match keys {
        Keys::Integers(values) => {
            let mut bytes = Vec::with_capacity(values.len() * 8);
            let mut ends = Vec::with_capacity(values.len() + 1);
            ends.push(0);
            for value in values {
                crate::decimal::push_integer(&mut bytes, *value);
                ends.push(i32::try_from(bytes.len()).map_err(|_| too_long())?);
            }
            (ends, bytes)
        }
        Keys::Texts { offsets, bytes } => {
            let first = offsets.first().copied().unwrap_or(0);
            let last = offsets.last().copied().unwrap_or(0);
            if offsets.is_empty() || i32::try_from(last).is_err() {
                return if offsets.is_empty() { Ok(texts([].into_iter())) } else { Err(too_long()) };
            }
            let bytes = bytes[first as usize..last as usize].to_vec();
            (offsets.iter().map(|offset| (offset - first) as i32).collect(), bytes)
        }
    };
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    Ok(Arc::new(StringArray::try_new(offsets, bytes.into(), None)?))
}

fn status(statuses: &[Status], words: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let number = |status: &Status| match status {
        Status::Scored => 0,
        Status::Disqualified => 1,
        Status::Invalid => 2,
        Status::Excluded => 3,
    };
    coded(statuses.iter().map(number).collect(), words)
}

fn numbered(numbers: &[u16], words: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    coded(numbers.iter().map(|number| u32::from(*number)).collect(), words)
}

/// Numbers of words; those beyond the dictionary are none.
fn coded(numbers: Vec<u32>, words: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let count = words.len() as u64;
    let known = BooleanBuffer::collect_bool(numbers.len(), |row| u64::from(numbers[row]) < count);
    let numbers = UInt32Array::new(ScalarBuffer::from(numbers), nulls(known));
    Ok(Arc::new(DictionaryArray::try_new(numbers, words.clone())?))
}

/// What is unknown, if anything is.
fn nulls(known: BooleanBuffer) -> Option<NullBuffer> {
    let nulls = NullBuffer::new(known);
    (nulls.null_count() > 0).then_some(nulls)
}

fn points(column: &PointColumn) -> Result<ArrayRef, ArrowError> {
    let units: Vec<i128> = column.values.iter().map(|units| i128::from(*units)).collect();
    let array = Decimal128Array::try_new(ScalarBuffer::from(units), nulls(flags(&column.known)))?;
    Ok(Arc::new(array.with_precision_and_scale(DIGITS.0, DIGITS.1)?))
}

/// Bytes as bits.
fn flags(bytes: &[u8]) -> BooleanBuffer {
    BooleanBuffer::collect_bool(bytes.len(), |row| bytes[row] != 0)
}

fn instants(routes: &[u16], respond_by: &[Option<i64>]) -> ArrayRef {
    let instant = |route: &u16| respond_by.get(usize::from(*route)).copied().flatten();
    let instants: TimestampMicrosecondArray = if respond_by.iter().all(Option::is_none) {
        TimestampMicrosecondArray::new_null(routes.len())
    } else {
        routes.iter().map(instant).collect()
    };
    Arc::new(instants.with_timezone("UTC"))
}

fn segments(scores: &ScoreColumns, words: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let (mut offsets, mut codes) = (Vec::with_capacity(scores.rows + 1), Vec::new());
    offsets.push(0);
    for row in 0..scores.rows {
        let holding = scores.segments.iter().zip(0u32..).filter(|(column, _)| column[row] != 0);
        codes.extend(holding.map(|(_, number)| number));
        offsets.push(codes.len());
    }
    lists(offsets, codes, words)
}

/// Lists hold their texts themselves: Parquet takes no lists of coded ones, and most lists are short.
fn lists(offsets: Vec<usize>, codes: Vec<u32>, words: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let count = codes.len();
    let values = arrow::compute::take(words, &UInt32Array::from(codes), None)?;
    let ends: Result<Vec<i32>, _> = offsets.into_iter().map(i32::try_from).collect();
    let ends = ends.map_err(|_| ArrowError::OffsetOverflowError(count))?;
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    Ok(Arc::new(ListArray::try_new(Arc::new(item()), offsets, values, None)?))
}
