//! `POST /v1/score`: one lead or many.

use crate::answer::{Refusal, json, of_model};
use crate::request::{as_of, body, content_type, object, unread};
use crate::served::Served;
use crate::server::{SMALL, Server};
use crate::tables;
use axum::body::Body;
use axum::http::{Request, Response};
use qualify::tables::{DataErrors, Problem};
use qualify::typed::calendar::format_instant;
use qualify::{Lead, Outcome, Results};
use qualify_data::{Tree, field};
use serde::Serialize;
use std::sync::Arc;

/// The answer about one lead.
#[derive(Serialize)]
struct One<'a> {
    model: &'a str,
    as_of: String,
    result: Results<'a>,
    /// Values that became unknown.
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    warnings: &'a [Problem],
}

/// The answer about many.
#[derive(Serialize)]
struct Many<'a> {
    model: &'a str,
    as_of: String,
    results: Vec<Results<'a>>,
    /// Values that became unknown, with the places of their leads.
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    warnings: &'a [Problem],
}

pub(crate) async fn score(server: Arc<Server>, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    let served = server.served();
    match content_type(&request).as_str() {
        "application/json" | "" => {}
        tables::STREAM | tables::PARTS => return tables::score(server, served, request).await,
        other => return Err(unread(other, &["application/json", tables::STREAM, tables::PARTS])),
    }
    let bytes = body(&server, request).await?;
    if bytes.len() <= SMALL {
        return answer(&server, &served, &bytes);
    }
    let working = server.clone();
    server.long(move || answer(&working, &served, &bytes)).await?
}

fn answer(server: &Server, served: &Served, bytes: &[u8]) -> Result<Response<Body>, Refusal> {
    let asked = object(bytes, &["lead", "leads", "as_of"])?;
    let as_of = as_of(field(&asked, "as_of"))?;
    let (model, instant) = (served.model.digest(), format_instant(as_of));
    let (response, leads) = match (field(&asked, "lead"), field(&asked, "leads")) {
        (Some(lead), None) => {
            let read = served.model.lead_reader().read_tree(lead).map_err(|errors| Refusal::data(&errors))?;
            let outcomes = outcomes(server, served, std::slice::from_ref(&read.lead), as_of);
            let result = served.model.results(&outcomes[0]); // one lead has one outcome
            (json(&One { model, as_of: instant, result, warnings: &read.warnings }), 1)
        }
        (None, Some(Tree::List(leads))) => {
            let (leads, warnings) = read_all(served, leads)?;
            let outcomes = outcomes(server, served, &leads, as_of);
            let results = outcomes.iter().map(|outcome| served.model.results(outcome)).collect();
            (json(&Many { model, as_of: instant, results, warnings: &warnings }), leads.len())
        }
        _ => {
            let detail = "either `lead` is a lead, or `leads` is a list of leads";
            return Err(Refusal::malformed(detail));
        }
    };
    Ok(of_model(response, model, leads))
}

/// All, or what is wrong with all: nothing is scored then.
fn read_all(served: &Served, leads: &[Tree<'_>]) -> Result<(Vec<Lead>, Vec<Problem>), Refusal> {
    let reader = served.model.lead_reader();
    let place = |number: usize, problem: Problem| Problem { file: format!("leads[{number}]"), ..problem };
    let (mut all, mut warnings, mut problems) = (Vec::with_capacity(leads.len()), Vec::new(), Vec::new());
    for (number, lead) in leads.iter().enumerate() {
        match reader.read_tree(lead) {
            Ok(read) => {
                all.push(read.lead);
                warnings.extend(read.warnings.into_iter().map(|warning| place(number, warning)));
            }
            Err(errors) => {
                let found = errors.groups.into_iter().flat_map(|group| group.first);
                problems.extend(found.map(|problem| place(number, problem)));
            }
        }
    }
    if problems.is_empty() { Ok((all, warnings)) } else { Err(Refusal::data(&DataErrors::of(problems))) }
}

/// The outcomes, counted.
fn outcomes(server: &Server, served: &Served, leads: &[Lead], as_of: i64) -> Vec<Outcome> {
    let outcomes: Vec<Outcome> =
        served.with_scorer(|scorer| leads.iter().map(|lead| served.outcome(scorer, lead, as_of)).collect());
    outcomes.iter().for_each(|outcome| server.metrics.scored(outcome));
    outcomes
}
