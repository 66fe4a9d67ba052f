//! The engine on data in memory: batches as the program gets them, kept before they are measured.

use super::repeated;
use crate::data_set::{AS_OF, DataSet, SCHEMA, project};
use crate::failure::Failure;
use crate::many_rules;
use crate::usage::Usage;
use qualify::{Model, Severity, Sources};
use qualify_data::{Quiet, RunOptions};
use qualify_engine::{Backend, Engine};
use qualify_model::{Batch, ScoreColumns};
use qualify_plan::Plan;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

/// Rule text to a checked model.
pub fn model(text: &str) -> Result<Model, Failure> {
    let mut sources = Sources::new();
    let rules = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| match path {
        "schema.qualify" => Ok((path.to_string(), SCHEMA.to_string())),
        _ => Err(format!("there is no {path}")),
    };
    let compiled = Model::compile(sources, &[rules], &load, &[]);
    let error = compiled.diagnostics.iter().find(|found| found.severity == Severity::Error);
    let why = error.map_or("the model has mistakes", |error| error.message.as_str());
    compiled.model.ok_or_else(|| Failure::new(why))
}

/// The plan of a model with so many rules.
pub fn plan(rules: usize) -> Result<Plan, Failure> {
    let model = model(&many_rules::model(rules))?;
    Plan::of(model.typed()).map_err(|why| Failure::new(format!("{why:?}")))
}

/// The data as a plan needs them, in batches as they come from reading.
pub fn batches(data: &DataSet, plan: &Plan) -> Result<Vec<Batch>, Failure> {
    let folder = project(data, "sorted");
    let project = qualify_data::open(&folder).map_err(|why| Failure::new(format!("{why:?}")))?;
    let kept = Mutex::new(Vec::new());
    let options = RunOptions { threads: 1, ..RunOptions::default() };
    let keep = |_: usize, batch: &Batch| {
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(batch.clone());
        ScoreColumns::default()
    };
    qualify_data::run(&project, &plan.schema, &plan.needs, &options, &mut Quiet, &keep, &mut |_, _| Ok(()))
        .map_err(|why| Failure::new(format!("{why:?}")))?;
    Ok(kept.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Binding the plan to its instant is measured with the scoring; making the plan is not.
pub fn measure(data: &DataSet, backend: Backend, rules: usize, repeat: usize) -> Result<Usage, Failure> {
    let plan = Arc::new(plan(rules)?);
    let batches = batches(data, &plan)?;
    Ok(repeated(repeat, || {
        let engine = Engine::new(plan.clone(), AS_OF, backend);
        let mut worker = engine.worker();
        let mut scores = ScoreColumns::default();
        for batch in &batches {
            worker.score_into(batch, &mut scores);
            black_box(&scores);
        }
    }))
}
