//! The columns of a result: their order, names and types.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use qualify_model::Labels;
use std::sync::Arc;

/// Digits of a score, and how many of them stand behind the point.
pub(super) const DIGITS: (u8, i8) = (18, 4);

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Key,
    Status,
    Score,
    Named(usize),
    Grade(usize),
    Stage,
    PreviousStage,
    StageChanged,
    Segments,
    Route,
    RespondBy,
    Reasons,
}

/// All columns, with names that differ.
pub(super) struct Columns {
    pub all: Vec<(String, Content)>,
}

impl Columns {
    /// Of a model: a score or grade set whose name is taken gets `_score` or `_grade` behind it.
    pub fn of(labels: &Labels) -> Columns {
        let key = if labels.lead_key.is_empty() { "lead" } else { &labels.lead_key };
        let fixed = |name: &str, content| (name.to_string(), content);
        let mut all =
            vec![fixed(key, Content::Key), fixed("status", Content::Status), fixed("score", Content::Score)];
        let last = [
            fixed("stage", Content::Stage),
            fixed("previous_stage", Content::PreviousStage),
            fixed("stage_changed", Content::StageChanged),
            fixed("segments", Content::Segments),
            fixed("route", Content::Route),
            fixed("respond_by", Content::RespondBy),
            fixed("reasons", Content::Reasons),
        ];
        let mut add = |name: &str, suffix: &str, content| {
            let taken = |name: &str| all.iter().chain(&last).any(|(n, _)| n == name);
            let mut name = name.to_string();
            while taken(&name) {
                name.push_str(suffix);
            }
            all.push((name, content));
        };
        labels.scores.iter().enumerate().for_each(|(i, name)| add(name, "_score", Content::Named(i)));
        labels.grades.iter().enumerate().for_each(|(i, (name, _))| add(name, "_grade", Content::Grade(i)));
        all.extend(last);
        Columns { all }
    }

    /// The Arrow schema that readers see: words are text, keys are text or whole numbers.
    pub fn schema(&self, whole_keys: bool) -> SchemaRef {
        self.schema_of(data_type, whole_keys)
    }

    /// The schema of batches on their way: words are places in a dictionary.
    pub fn coded_schema(&self, whole_keys: bool) -> SchemaRef {
        self.schema_of(coded_type, whole_keys)
    }

    fn schema_of(&self, of: fn(Content) -> DataType, whole_keys: bool) -> SchemaRef {
        let of = |content| if whole_keys && content == Content::Key { DataType::Int64 } else { of(content) };
        let fields =
            self.all.iter().map(|(name, content)| Field::new(name, of(*content), content.nullable()));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl Content {
    fn nullable(self) -> bool {
        !matches!(
            self,
            Content::Key | Content::Status | Content::StageChanged | Content::Segments | Content::Reasons
        )
    }
}

fn data_type(content: Content) -> DataType {
    match content {
        Content::Score | Content::Named(_) => DataType::Decimal128(DIGITS.0, DIGITS.1),
        Content::StageChanged => DataType::Boolean,
        Content::RespondBy => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Content::Segments | Content::Reasons => DataType::List(Arc::new(item())),
        _ => DataType::Utf8,
    }
}

fn coded_type(content: Content) -> DataType {
    match content {
        Content::Status | Content::Grade(_) | Content::Stage | Content::PreviousStage | Content::Route => {
            coded_text()
        }
        other => data_type(other),
    }
}

/// Places in a dictionary of texts.
pub(super) fn coded_text() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8))
}

/// The values of a list.
pub(super) fn item() -> Field {
    Field::new("item", DataType::Utf8, true)
}
