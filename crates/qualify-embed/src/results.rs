//! The results of one lead under the names that they have as columns of a table of results.

use qualify::Outcome;
use qualify::typed::Labels;
use qualify::typed::calendar::format_instant;
use qualify::typed::exact;
use qualify_data::Batches;
use serde_json::{Map, Value as Json};

/// The names of the results of a model, in their order.
#[derive(Clone, Debug)]
pub struct Names(Vec<String>);

impl Names {
    /// Of the columns that results of the model have.
    pub fn of(labels: &Labels) -> Names {
        let schema = Batches::of(labels, true).schema();
        Names(schema.fields().iter().map(|field| field.name().clone()).collect())
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'o> {
    /// A word or a text.
    Text(Option<&'o str>),
    /// Points, in units of 1e-4.
    Points(Option<i64>),
    /// Yes or no.
    YesNo(bool),
    /// Several texts.
    Texts(&'o [String]),
    /// An instant, in microseconds since 1970.
    Instant(Option<i64>),
}

/// The results of a lead with their names.
pub fn cells<'o>(names: &'o Names, outcome: &'o Outcome) -> impl Iterator<Item = (&'o str, Cell<'o>)> {
    let text = |text: &'o Option<String>| Cell::Text(text.as_deref());
    let first = [
        Cell::Text(Some(&outcome.key)),
        Cell::Text(Some(outcome.status.name())),
        Cell::Points(outcome.score),
    ];
    let last = [
        text(&outcome.stage),
        text(&outcome.previous_stage),
        Cell::YesNo(outcome.stage_changed),
        Cell::Texts(&outcome.segments),
        text(&outcome.route),
        Cell::Instant(outcome.respond_by),
        Cell::Texts(&outcome.reasons),
    ];
    let scores = outcome.scores.iter().map(|points| Cell::Points(*points));
    let cells = first.into_iter().chain(scores).chain(outcome.grades.iter().map(text)).chain(last);
    names.0.iter().map(String::as_str).zip(cells)
}

/// The results of a lead as a JSON object: as a line of a file of results.
pub fn json(names: &Names, outcome: &Outcome) -> Json {
    let value = |cell: Cell<'_>| match cell {
        Cell::Text(text) => text.map_or(Json::Null, Json::from),
        Cell::Points(units) => units.map_or(Json::Null, points),
        Cell::YesNo(yes) => Json::Bool(yes),
        Cell::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Cell::Instant(instant) => instant.map_or(Json::Null, |instant| format_instant(instant).into()),
    };
    let fields = cells(names, outcome).map(|(name, cell)| (name.to_string(), value(cell)));
    Json::Object(fields.collect::<Map<_, _>>())
}

/// Exact: the digits are kept.
fn points(units: i64) -> Json {
    let digits = exact::format(i128::from(units), 4);
    digits.parse().map_or(Json::Null, Json::Number) // decimal digits are a number
}
