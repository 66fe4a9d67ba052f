//! The columns of a result, and outcomes as Arrow batches.

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, ListBuilder, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use qualify_model::{Model, Outcome, Status};
use std::sync::Arc;

/// Digits of a score, and how many of them stand behind the point.
const DIGITS: (u8, i8) = (18, 4);

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
    pub fn of(model: &Model) -> Columns {
        let key = if model.schema.lead_key.is_empty() { "lead" } else { &model.schema.lead_key };
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
        model.scores.iter().enumerate().for_each(|(i, s)| add(&s.name, "_score", Content::Named(i)));
        model.grades.iter().enumerate().for_each(|(i, g)| add(&g.name, "_grade", Content::Grade(i)));
        all.extend(last);
        Columns { all }
    }

    /// The Arrow schema.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.all.iter().map(|(name, content)| {
            let nullable = !matches!(
                content,
                Content::Key | Content::Status | Content::StageChanged | Content::Segments | Content::Reasons
            );
            Field::new(name, data_type(*content), nullable)
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The outcomes as a batch.
    pub fn batch(&self, outcomes: &[Outcome]) -> Result<RecordBatch, ArrowError> {
        let arrays =
            self.all.iter().map(|(_, content)| array(*content, outcomes)).collect::<Result<_, _>>()?;
        RecordBatch::try_new(self.schema(), arrays)
    }
}

/// The word of a status.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Scored => "scored",
        Status::Disqualified => "disqualified",
        Status::Invalid => "invalid",
        Status::Excluded => "excluded",
    }
}

fn data_type(content: Content) -> DataType {
    match content {
        Content::Score | Content::Named(_) => DataType::Decimal128(DIGITS.0, DIGITS.1),
        Content::StageChanged => DataType::Boolean,
        Content::RespondBy => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Content::Segments | Content::Reasons => {
            DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
        }
        _ => DataType::Utf8,
    }
}

fn array(content: Content, outcomes: &[Outcome]) -> Result<ArrayRef, ArrowError> {
    Ok(match content {
        Content::Key => texts(outcomes, |o| Some(&o.key)),
        Content::Status => texts(outcomes, |o| Some(status(o.status))),
        Content::Score => points(outcomes, |o| o.score)?,
        Content::Named(i) => points(outcomes, |o| o.scores.get(i).copied().flatten())?,
        Content::Grade(i) => texts(outcomes, |o| o.grades.get(i)?.as_deref()),
        Content::Stage => texts(outcomes, |o| o.stage.as_deref()),
        Content::PreviousStage => texts(outcomes, |o| o.previous_stage.as_deref()),
        Content::StageChanged => {
            Arc::new(outcomes.iter().map(|o| Some(o.stage_changed)).collect::<BooleanArray>())
        }
        Content::Segments => lists(outcomes, |o| &o.segments),
        Content::Route => texts(outcomes, |o| o.route.as_deref()),
        Content::RespondBy => {
            let times: TimestampMicrosecondArray = outcomes.iter().map(|o| o.respond_by).collect();
            Arc::new(times.with_timezone("UTC"))
        }
        Content::Reasons => lists(outcomes, |o| &o.reasons),
    })
}

fn texts<'a>(outcomes: &'a [Outcome], of: impl Fn(&'a Outcome) -> Option<&'a str>) -> ArrayRef {
    Arc::new(outcomes.iter().map(of).collect::<StringArray>())
}

fn points(outcomes: &[Outcome], of: impl Fn(&Outcome) -> Option<i64>) -> Result<ArrayRef, ArrowError> {
    let array: Decimal128Array = outcomes.iter().map(|o| of(o).map(i128::from)).collect();
    Ok(Arc::new(array.with_precision_and_scale(DIGITS.0, DIGITS.1)?))
}

fn lists<'a>(outcomes: &'a [Outcome], of: impl Fn(&'a Outcome) -> &'a Vec<String>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for outcome in outcomes {
        of(outcome).iter().for_each(|text| builder.values().append_value(text));
        builder.append(true);
    }
    Arc::new(builder.finish())
}
