//! One model at work on batches, with what is scored beside it: the model with single changes applied, and the model at
//! earlier instants.

use super::needs::{Union, through};
use super::places::Places;
use qualify::{Engine, EngineOptions, Worker};
use qualify_model::{Batch, Column, Labels, Model, Needs, PointColumn, ScoreColumns, Status, Type};

/// A model with an engine, and where its stages stand among the places of both models.
pub(crate) struct Player {
    engine: Engine,
    places: Vec<u16>,
    /// `None`: its columns of events are the first that are read, in order.
    lens: Option<Vec<usize>>,
}

impl Player {
    pub fn new(model: &Model, as_of: i64, places: &Places) -> Player {
        let engine = Engine::of_typed(model, as_of, &EngineOptions::default());
        Player { engine, places: places.of_stages(model), lens: None }
    }

    pub fn needs(&self) -> &Needs {
        self.engine.needs()
    }

    pub fn look(&mut self, union: &Union) {
        self.lens = union.lens(self.engine.needs());
    }

    /// For each row the place: a stage, or how a lead without one fared.
    fn place(&self, scores: &ScoreColumns) -> Vec<u16> {
        let stages = self.places.len() - Places::STATUSES;
        let of = |(status, stage): (&Status, &u16)| match status {
            Status::Scored => self.places[(*stage as usize).min(stages)],
            Status::Disqualified => self.places[stages + 1],
            Status::Invalid => self.places[stages + 2],
            Status::Excluded => self.places[stages + 3],
        };
        scores.status.iter().zip(&scores.stage).map(of).collect()
    }
}

/// One of the two models with its company.
pub(crate) struct Side {
    pub main: Player,
    /// The model with single changes.
    pub variants: Vec<Player>,
    /// The model at earlier instants, the earliest first.
    pub replays: Vec<Player>,
    /// The stage stored in the CRM, which earlier instants must not know.
    current_stage: Option<usize>,
}

impl Side {
    pub fn new(model: &Model, as_of: i64, earlier: &[i64], variants: &[Model], places: &Places) -> Side {
        let current_stage = model.schema.attributes.iter().position(|attribute| attribute.ty == Type::Stage);
        Side {
            main: Player::new(model, as_of, places),
            variants: variants.iter().map(|variant| Player::new(variant, as_of, places)).collect(),
            replays: earlier.iter().map(|instant| Player::new(model, *instant, places)).collect(),
            current_stage,
        }
    }

    pub fn players(&mut self) -> impl Iterator<Item = &mut Player> {
        std::iter::once(&mut self.main).chain(&mut self.variants).chain(&mut self.replays)
    }

    pub fn labels(&self) -> &Labels {
        self.main.engine.labels()
    }

    pub fn hands(&self) -> Hands<'_> {
        Hands {
            side: self,
            main: self.main.engine.worker(),
            variants: self.variants.iter().map(|player| player.engine.worker()).collect(),
            replays: self.replays.iter().map(|player| player.engine.worker()).collect(),
        }
    }
}

/// A side in the hands of one thread.
pub(crate) struct Hands<'s> {
    side: &'s Side,
    main: Worker<'s>,
    variants: Vec<Worker<'s>>,
    replays: Vec<Worker<'s>>,
}

/// What one side found of a batch: results in columns, row by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub total: PointColumn,
    pub place: Vec<u16>,
    pub route: Vec<u16>,
    pub named: Vec<PointColumn>,
    pub grades: Vec<Vec<u16>>,
    pub segments: Vec<Vec<u8>>,
    /// Totals and places of the variants; empty where this batch is not in the sample.
    pub variants: Vec<(PointColumn, Vec<u16>)>,
    /// Places at the earlier instants.
    pub replays: Vec<Vec<u16>>,
}

impl Hands<'_> {
    /// The results of a batch; of the variants only where they are asked for.
    pub fn score(&mut self, batch: &Batch, with_variants: bool) -> Found {
        let scores = run(&self.side.main, &mut self.main, batch);
        let mut found = Found {
            place: self.side.main.place(&scores),
            total: scores.score,
            route: scores.route,
            named: scores.scores,
            grades: scores.grades,
            segments: scores.segments,
            ..Found::default()
        };
        if with_variants {
            for (player, worker) in self.side.variants.iter().zip(&mut self.variants) {
                let scores = run(player, worker, batch);
                let place = player.place(&scores);
                found.variants.push((scores.score, place));
            }
        }
        let forgetful = match self.side.current_stage {
            Some(at) if !self.side.replays.is_empty() => Some(without_stage(batch, at)),
            _ => None,
        };
        for (player, worker) in self.side.replays.iter().zip(&mut self.replays) {
            let scores = run(player, worker, forgetful.as_ref().unwrap_or(batch));
            found.replays.push(player.place(&scores));
        }
        found
    }
}

fn run(player: &Player, worker: &mut Worker<'_>, batch: &Batch) -> ScoreColumns {
    match &player.lens {
        None => worker.score(batch),
        Some(lens) => worker.score(&through(batch, lens)),
    }
}

/// The batch as if no stage had been stored.
fn without_stage(batch: &Batch, at: usize) -> Batch {
    let mut batch = batch.clone();
    if let Some(Some(column)) = batch.leads.attributes.get_mut(at) {
        *column = Column::unknown(&Type::Stage, batch.leads.rows);
    }
    batch
}
