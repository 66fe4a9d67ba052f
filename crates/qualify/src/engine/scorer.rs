//! Leads that come one by one.

use super::respond_by;
use crate::rows::Rows;
use qualify_model::{Labels, Lead, Model, Needs, ScoreColumns, Tally};
use qualify_reference::Interpreter;
use std::sync::Arc;

/// Scores leads one at a time, each at its own instant. It owns what it needs and may be sent to another thread.
///
/// ```
/// # use qualify::engine::EngineOptions;
/// # use qualify::leads::Lead;
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// let mut scorer = model.engine(0, &EngineOptions::default()).scorer();
/// let thread = std::thread::spawn(move || scorer.score(&Lead::default()).score.get(0));
/// assert_eq!(thread.join().unwrap(), Some(0));
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
pub struct Scorer {
    pub(super) way: ScorerWay,
}

pub(super) enum ScorerWay {
    Rows(Box<RowScorer>),
    Columns(Box<qualify_engine::Scorer>),
}

/// The reference interpreter, one lead at a time.
pub(super) struct RowScorer {
    pub model: Arc<Model>,
    pub needs: Needs,
    pub labels: Labels,
    pub respond_by: Vec<Option<i64>>,
    pub as_of: i64,
    pub scores: ScoreColumns,
}

impl RowScorer {
    fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        let rows = Rows {
            interpreter: Interpreter::new(&self.model, self.as_of),
            model: &self.model,
            needs: &self.needs,
            labels: &self.labels,
            respond_by: &self.respond_by,
            tally: Tally::default(),
        };
        self.scores = rows.score_one(lead);
        &self.scores
    }
}

impl Scorer {
    /// The results of a lead at the instant in force, in columns of one row; rules are not tallied. A compiled model
    /// allocates nothing for it once it has met leads with as many events and the texts of their properties.
    ///
    /// ```
    /// # use qualify::leads::{Lead, Value};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// let lead = Lead { attributes: vec![Some(Value::Number(500))], ..Lead::default() };
    /// assert_eq!(scorer.score(&lead).score.get(0), Some(20_0000));
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        match &mut self.way {
            ScorerWay::Rows(rows) => rows.score(lead),
            ScorerWay::Columns(scorer) => scorer.score(lead),
        }
    }

    /// The results of a lead at an instant (microseconds since 1970), before or behind the one in force; it is in
    /// force from then on. To move to another instant takes a compiled model about a microsecond.
    ///
    /// ```
    /// # use qualify::{engine::EngineOptions, leads::{Event, Lead}, typed::EventId};
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20";
    /// # let model = qualify::Model::from_text(text)?;
    /// let day = 86_400_000_000;
    /// let visit = Event { kind: EventId(0), time: 100 * day, received: None, properties: vec![] };
    /// let lead = Lead { attributes: vec![None], events: vec![visit], ..Lead::default() };
    /// let mut scorer = model.engine(0, &EngineOptions::default()).scorer();
    /// assert_eq!(scorer.score_at(&lead, 101 * day).score.get(0), Some(20_0000));
    /// assert_eq!(scorer.score_at(&lead, 107 * day).score.get(0), Some(0)); // seven days are over
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn score_at(&mut self, lead: &Lead, as_of: i64) -> &ScoreColumns {
        match &mut self.way {
            ScorerWay::Rows(rows) => {
                if rows.as_of != as_of {
                    rows.respond_by = respond_by(&rows.model, as_of);
                    rows.as_of = as_of;
                }
                rows.score(lead)
            }
            ScorerWay::Columns(scorer) => scorer.score_at(lead, as_of),
        }
    }

    /// The instant in force, in microseconds since 1970.
    ///
    /// ```
    /// # use qualify::leads::Lead;
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// scorer.score_at(&Lead::default(), 5);
    /// assert_eq!(scorer.as_of(), 5);
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn as_of(&self) -> i64 {
        match &self.way {
            ScorerWay::Rows(rows) => rows.as_of,
            ScorerWay::Columns(scorer) => scorer.as_of(),
        }
    }

    /// The results of the last lead, and for each route the instant by which to respond.
    pub(crate) fn last(&self) -> (&ScoreColumns, &[Option<i64>]) {
        match &self.way {
            ScorerWay::Rows(rows) => (&rows.scores, &rows.respond_by),
            ScorerWay::Columns(scorer) => (scorer.scores(), scorer.respond_by()),
        }
    }

    /// For each route the instant by which to respond, seen from the instant in force.
    ///
    /// ```
    /// # let text = "lead key id { size integer } route \"Sales\" if size > 100 respond within 1d";
    /// # let model = qualify::Model::from_text(text)?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// scorer.score_at(&qualify::leads::Lead::default(), 86_400_000_000);
    /// assert_eq!(scorer.respond_by(), [Some(2 * 86_400_000_000)]);
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn respond_by(&self) -> &[Option<i64>] {
        match &self.way {
            ScorerWay::Rows(rows) => &rows.respond_by,
            ScorerWay::Columns(scorer) => scorer.respond_by(),
        }
    }
}
