//! Batches of leads, in columns.

use crate::rows::Rows;
use qualify_model::{Batch, ScoreColumns};

/// One of those who share the work.
///
/// ```
/// # use qualify::typed::{Batch, Column, EventColumns, Keys, LeadColumns};
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
/// # let size = Column::Number { values: vec![500, 5], known: None };
/// # let batch = Batch {
/// #     leads: LeadColumns { rows: 2, keys: Keys::Integers(vec![7, 8]), attributes: vec![Some(size)] },
/// #     events: EventColumns { offsets: vec![0, 0, 0], ..EventColumns::default() },
/// # };
/// let mut worker = engine.worker(); // one for each thread
/// for _ in 0..3 {
///     assert_eq!(worker.score(&batch).score.get(0), Some(20_0000));
/// }
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
pub struct Worker<'e> {
    pub(super) way: WorkerWay<'e>,
}

pub(super) enum WorkerWay<'e> {
    Rows(Box<Rows<'e>>),
    Columns(Box<qualify_engine::Worker<'e>>),
}

impl Worker<'_> {
    /// The results of the leads of a batch, row by row.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// use qualify::typed::{Batch, Column, EventColumns, Keys, LeadColumns};
    ///
    /// let size = Column::Number { values: vec![500, 5], known: None };
    /// let batch = Batch {
    ///     leads: LeadColumns { rows: 2, keys: Keys::Integers(vec![7, 8]), attributes: vec![Some(size)] },
    ///     events: EventColumns { offsets: vec![0, 0, 0], ..EventColumns::default() }, // no lead has any
    /// };
    /// let scores = engine.worker().score(&batch);
    /// assert_eq!((scores.score.get(0), scores.score.get(1)), (Some(20_0000), Some(0)));
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn score(&mut self, batch: &Batch) -> ScoreColumns {
        match &mut self.way {
            WorkerWay::Rows(rows) => rows.score(batch),
            WorkerWay::Columns(worker) => worker.score(batch),
        }
    }
}
