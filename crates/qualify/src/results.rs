//! The results of one lead under the names that they have as columns of a table of results: the same in a line of a
//! JSON Lines file, through every binding and over HTTP.
//!
//! Not in here: tables of results (`qualify_data::Batches`), and where a score comes from ([`crate::explanation`]).

use crate::engine::{Engine, Scorer};
use crate::leads::{Lead, Value};
use crate::{Model, Outcome};
use qualify_data::Batches;
use qualify_model::calendar::format_instant;
use qualify_model::{Labels, exact};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The names of the results of a model, in their order.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let outcome = model.score_one(&Default::default(), 0);
/// let names = qualify::results::Names::of(&qualify::typed::Labels::of(model.typed()));
/// let results = qualify::results::Results::new(&names, &outcome);
/// assert_eq!(results.cells().nth(2).map(|(name, _)| name), Some("score"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Names(Vec<String>);

impl Names {
    /// Of the columns that results with these words have.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let outcome = model.score_one(&Default::default(), 0);
    /// let names = qualify::results::Names::of(&qualify::typed::Labels::of(model.typed()));
    /// assert_eq!(qualify::results::Results::new(&names, &outcome).cells().count(), 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(labels: &Labels) -> Names {
        let schema = Batches::of(labels, true).schema();
        Names(schema.fields().iter().map(|field| field.name().clone()).collect())
    }
}

/// One result.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let outcome = model.score_one(&Default::default(), 0);
/// use qualify::results::Cell;
///
/// let (name, score) = model.results(&outcome).cells().nth(2).unwrap();
/// assert_eq!((name, score), ("score", Cell::Points(Some(0))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

/// The results of a lead with their names. They serialise to a record: points as numbers with up to four decimals,
/// exact; instants as texts of ISO 8601 in UTC; what there is not as null.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let outcome = model.score_one(&Default::default(), 0);
/// let results = model.results(&outcome);
/// assert!(serde_json::to_string(&results)?.contains(r#""score":0,"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Results<'o> {
    names: &'o Names,
    outcome: &'o Outcome,
}

impl<'o> Results<'o> {
    /// An outcome under the names of its model.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let outcome = model.score_one(&Default::default(), 0);
    /// let names = qualify::results::Names::of(&qualify::typed::Labels::of(model.typed()));
    /// let results = qualify::results::Results::new(&names, &outcome);
    /// assert_eq!(serde_json::to_value(&results)?["status"], "scored");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(names: &'o Names, outcome: &'o Outcome) -> Results<'o> {
        Results { names, outcome }
    }

    /// Name after name with its result.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let outcome = model.score_one(&Default::default(), 0);
    /// let names: Vec<&str> = model.results(&outcome).cells().map(|(name, _)| name).collect();
    /// assert_eq!(names[..3], ["id", "status", "score"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cells(&self) -> impl Iterator<Item = (&'o str, Cell<'o>)> + use<'o> {
        let outcome = self.outcome;
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
        self.names.0.iter().map(String::as_str).zip(cells)
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(self.names.0.len()))?;
        for (name, cell) in self.cells() {
            fields.serialize_entry(name, &cell)?;
        }
        fields.end()
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(text) => text.serialize(serializer),
            Cell::YesNo(yes) => serializer.serialize_bool(*yes),
            Cell::Texts(texts) => texts.serialize(serializer),
            Cell::Instant(instant) => instant.map(format_instant).serialize(serializer),
            Cell::Points(None) => serializer.serialize_none(),
            Cell::Points(Some(units)) => points(*units, serializer),
        }
    }
}

/// Units of 1e-4 that a float names without doubt: it has at least fifteen decimal digits.
const PLAIN: u64 = 1_000_000_000_000_000;

/// Exact: the digits are kept.
fn points<S: Serializer>(units: i64, serializer: S) -> Result<S::Ok, S::Error> {
    if units % 10_000 == 0 {
        return serializer.serialize_i64(units / 10_000);
    }
    if units.unsigned_abs() < PLAIN {
        return serializer.serialize_f64(qualify_data::points_as_double(units));
    }
    let digits = exact::format(i128::from(units), 4).parse::<serde_json::Number>();
    digits.ok().serialize(serializer) // decimal digits are a number
}

impl Model {
    /// The results in an outcome of this model under their names, to be serialised.
    ///
    /// ```
    /// use qualify::Model;
    /// use serde_json::json;
    ///
    /// let model = Model::from_text("lead key id { size integer } score fit { when size > 100 add 20.5 }")?;
    /// let lead = model.read_lead(&json!({ "id": "a", "size": 500 }))?.lead;
    /// let outcome = model.score_one(&lead, 0);
    /// assert_eq!(
    ///     serde_json::to_string(&model.results(&outcome))?,
    ///     r#"{"id":"a","status":"scored","score":20.5,"fit":20.5,"stage":null,"previous_stage":null,"#.to_owned()
    ///         + r#""stage_changed":false,"segments":[],"route":null,"respond_by":null,"reasons":[]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn results<'o>(&'o self, outcome: &'o Outcome) -> Results<'o> {
        let names = self.parts.names.get_or_init(|| Names::of(&Labels::of(self.typed())));
        Results::new(names, outcome)
    }
}

impl Engine {
    /// The outcome of a lead at an instant (microseconds since 1970), without its ledger, by a scorer of this engine.
    ///
    /// ```
    /// # use qualify::{Model, engine::EngineOptions};
    /// # use serde_json::json;
    /// # let model = Model::from_text("lead key id { size integer } when size > 100 add 20 stage Big if score > 10")?;
    /// # let lead = model.read_lead(&json!({ "id": "a", "size": 500 }))?.lead;
    /// let engine = model.engine(0, &EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// assert_eq!(engine.outcome(&mut scorer, &lead, 0).stage.as_deref(), Some("Big"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn outcome(&self, scorer: &mut Scorer, lead: &Lead, as_of: i64) -> Outcome {
        let labels = self.labels();
        let previous = labels.current_stage.and_then(|place| lead.attributes.get(place as usize)?.as_ref());
        let previous = match previous {
            Some(Value::Stage(name)) => Some(name.to_string()),
            _ => None,
        };
        scorer.score_at(lead, as_of);
        let (scores, respond_by) = scorer.last();
        labels.outcome(scores, 0, lead.key.clone(), previous, respond_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_their_digits() {
        let near = [0, 1, 9, 10, 9_999, 10_000, 10_001, 123_456, 205_000];
        let large = [PLAIN as i64 - 1, PLAIN as i64 + 1, i64::MAX, i64::MAX - 1, 1 << 53, (1 << 53) + 1];
        for units in near.into_iter().chain(large).chain((0..100_000).map(|n| n * 7_919_131)) {
            for units in [units, -units] {
                let text = serde_json::to_string(&Cell::Points(Some(units))).expect("a number");
                assert_eq!(text, exact::format(i128::from(units), 4));
            }
        }
    }
}
