//! Results as CSV and as JSON Lines: numbers as plain decimals.

use crate::decimal::push_plain;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, ListArray, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow::datatypes::{DataType, Decimal128Type, TimestampMicrosecondType, UInt32Type};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use qualify_model::calendar::format_instant;
use std::io::{self, Write};

/// Decimals of points.
const DECIMALS: u32 = 4;

/// With a header; unknown values are empty, lists joined by `;`.
pub(super) fn csv(
    out: &mut dyn Write,
    names: &[String],
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(names)?;
    let mut field = Vec::new();
    for batch in batches {
        let columns = cells(&batch)?;
        for row in 0..batch.num_rows() {
            for column in &columns {
                field.clear();
                column.csv(row, &mut field);
                writer.write_field(&field)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()
}

/// One object on each line; unknown values are null.
pub(super) fn json_lines(
    out: &mut dyn Write,
    names: &[String],
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> io::Result<()> {
    let mut heads = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let mut head = vec![if i == 0 { b'{' } else { b',' }];
        push_json(&mut head, name)?;
        head.push(b':');
        heads.push(head);
    }
    let mut line = Vec::new();
    for batch in batches {
        let columns = cells(&batch)?;
        for row in 0..batch.num_rows() {
            line.clear();
            for (head, column) in heads.iter().zip(&columns) {
                line.extend_from_slice(head);
                column.json(row, &mut line)?;
            }
            line.extend_from_slice(b"}\n");
            out.write_all(&line)?;
        }
    }
    Ok(())
}

fn push_json(line: &mut Vec<u8>, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(line, text)?)
}

/// A column, with the spelling of its words prepared.
enum Cells<'b> {
    Text(&'b StringArray),
    Words(&'b UInt32Array, Words<'b>),
    Points(&'b Decimal128Array),
    YesNo(&'b BooleanArray),
    Instants(&'b TimestampMicrosecondArray, Vec<(i64, String)>),
    Lists(&'b ListArray, &'b StringArray),
}

/// The texts of a dictionary.
struct Words<'b>(&'b StringArray);

impl Words<'_> {
    fn at(&self, numbers: &UInt32Array, row: usize) -> Option<&str> {
        (!numbers.is_null(row)).then(|| self.0.value(numbers.value(row) as usize))
    }
}

fn cells(batch: &RecordBatch) -> io::Result<Vec<Cells<'_>>> {
    batch.columns().iter().map(|array| cell(array).map_err(io::Error::other)).collect()
}

fn cell(array: &ArrayRef) -> Result<Cells<'_>, ArrowError> {
    Ok(match array.data_type() {
        DataType::Utf8 => Cells::Text(array.as_string()),
        DataType::Dictionary(_, _) => {
            let (numbers, words) = dictionary(array);
            Cells::Words(numbers, words)
        }
        DataType::Decimal128(_, _) => Cells::Points(array.as_primitive::<Decimal128Type>()),
        DataType::Boolean => Cells::YesNo(array.as_boolean()),
        DataType::Timestamp(_, _) => {
            let instants = array.as_primitive::<TimestampMicrosecondType>();
            // one instant for each route: few
            let mut known: Vec<i64> = instants.iter().flatten().collect();
            known.sort_unstable();
            known.dedup();
            Cells::Instants(instants, known.into_iter().map(|i| (i, format_instant(i))).collect())
        }
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            Cells::Lists(lists, lists.values().as_string())
        }
        other => return Err(ArrowError::NotYetImplemented(format!("{other} as text"))),
    })
}

fn dictionary(array: &ArrayRef) -> (&UInt32Array, Words<'_>) {
    let coded = array.as_dictionary::<UInt32Type>();
    (coded.keys(), Words(coded.values().as_string()))
}

fn instant(spelled: &[(i64, String)], instant: i64) -> &str {
    spelled.binary_search_by_key(&instant, |(i, _)| *i).map_or("", |place| &spelled[place].1)
}

impl Cells<'_> {
    fn csv(&self, row: usize, field: &mut Vec<u8>) {
        match self {
            Cells::Text(texts) => field.extend_from_slice(texts.value(row).as_bytes()),
            Cells::Words(numbers, words) => {
                field.extend_from_slice(words.at(numbers, row).unwrap_or_default().as_bytes());
            }
            Cells::Points(points) if points.is_null(row) => {}
            Cells::Points(points) => push_plain(field, points.value(row) as i64, DECIMALS),
            Cells::YesNo(values) => field.extend_from_slice(yes_no(values.value(row))),
            Cells::Instants(times, _) if times.is_null(row) => {}
            Cells::Instants(times, spelled) => {
                field.extend_from_slice(instant(spelled, times.value(row)).as_bytes());
            }
            Cells::Lists(lists, texts) => {
                for (i, place) in places(lists, row).enumerate() {
                    if i > 0 {
                        field.push(b';');
                    }
                    field.extend_from_slice(texts.value(place).as_bytes());
                }
            }
        }
    }

    fn json(&self, row: usize, line: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Cells::Text(texts) => push_json(line, texts.value(row))?,
            Cells::Words(numbers, words) => match words.at(numbers, row) {
                Some(word) => push_json(line, word)?,
                None => line.extend_from_slice(b"null"),
            },
            Cells::Points(points) if !points.is_null(row) => {
                push_plain(line, points.value(row) as i64, DECIMALS);
            }
            Cells::YesNo(values) => line.extend_from_slice(yes_no(values.value(row))),
            Cells::Instants(times, spelled) if !times.is_null(row) => {
                push_json(line, instant(spelled, times.value(row)))?;
            }
            Cells::Points(_) | Cells::Instants(..) => line.extend_from_slice(b"null"),
            Cells::Lists(lists, texts) => {
                line.push(b'[');
                for (i, place) in places(lists, row).enumerate() {
                    if i > 0 {
                        line.push(b',');
                    }
                    push_json(line, texts.value(place))?;
                }
                line.push(b']');
            }
        }
        Ok(())
    }
}

fn yes_no(yes: bool) -> &'static [u8] {
    if yes { b"true" } else { b"false" }
}

/// The places of a list's values.
fn places(lists: &ListArray, row: usize) -> std::ops::Range<usize> {
    let offsets = lists.value_offsets();
    offsets[row] as usize..offsets[row + 1] as usize
}
