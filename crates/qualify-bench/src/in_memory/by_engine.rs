//! The engine on data in memory: batches as the program gets them, kept before they are measured.

use super::repeated;
use crate::data_set::{AS_OF, DataSet, SCHEMA, project};
use crate::failure::Failure;
use crate::many_rules;
use crate::usage::Usage;
use qualify::{Model, Severity, Sources};
use qualify_data::{Quiet, RunOptions};
use qualify_engine::{Backend, Engine};
use qualify_model::{Batch, Column, ScoreColumns, UNKNOWN};
use qualify_plan::Plan;
use std::collections::HashMap;
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

/// The data as a plan needs them, in batches as they come from reading; but each column of texts has one dictionary for
/// all of them, as tables in memory have, and as the program by hand makes of them before it is measured.
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
    let mut batches = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    for place in 0..plan.needs.attributes.len() {
        unite(batches.iter_mut().filter_map(|batch| batch.leads.attributes.get_mut(place)?.as_mut()));
    }
    for place in 0..plan.needs.properties.len() {
        unite(batches.iter_mut().filter_map(|batch| batch.events.properties.get_mut(place)));
    }
    Ok(batches)
}

/// Gives columns of texts one dictionary, in which each text stands once; not if most texts are different, as e-mail
/// addresses are, which the program by hand keeps row by row too.
fn unite<'b>(columns: impl Iterator<Item = &'b mut Column>) {
    let texts = columns.filter_map(|column| match column {
        Column::Text { codes, dictionary } => Some((codes, dictionary)),
        _ => None,
    });
    let texts: Vec<_> = texts.collect();
    let (mut united, mut code_of) = (Vec::new(), HashMap::new());
    for text in texts.iter().flat_map(|(_, dictionary)| dictionary.iter()) {
        code_of.entry(text.clone()).or_insert_with(|| {
            united.push(text.clone());
            united.len() as u32 - 1
        });
    }
    let rows: usize = texts.iter().map(|(codes, _)| codes.len()).sum();
    if united.len() > rows / 2 {
        return;
    }
    let united = Arc::new(united);
    for (codes, dictionary) in texts {
        let places: Vec<u32> = dictionary.iter().map(|text| code_of[text]).collect();
        codes.iter_mut().filter(|code| **code != UNKNOWN).for_each(|code| *code = places[*code as usize]);
        *dictionary = united.clone();
    }
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
