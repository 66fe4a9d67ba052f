//! `POST /v1/score`: one lead or many.

use crate::answer::{Refusal, json, of_model};
use crate::request::{as_of, body, content_type, object, unread};
use crate::result::Shown;
use crate::served::Served;
use crate::server::Server;
use crate::tables;
use axum::body::Body;
use axum::http::{Request, Response};
use qualify::tables::{DataErrors, Problem};
use qualify::typed::calendar::format_instant;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// Above so many bytes a body is worked on where it keeps no other request waiting.
const SMALL: usize = 1 << 16;

#[derive(Serialize)]
struct One {
    model: String,
    as_of: String,
    result: Shown,
}

#[derive(Serialize)]
struct Many {
    model: String,
    as_of: String,
    results: Vec<Shown>,
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
    let as_of = as_of(asked.get("as_of"))?;
    let (model, instant) = (served.model.digest().to_string(), format_instant(as_of));
    let (response, leads) = match (asked.get("lead"), asked.get("leads")) {
        (Some(lead), None) => {
            let mut results =
                results(server, served, std::slice::from_ref(lead), as_of, |_, problem| problem)?;
            let Some(result) = results.pop() else { return Err(Refusal::broken()) };
            (json(&One { model, as_of: instant, result }), 1)
        }
        (None, Some(Value::Array(leads))) => {
            let place = |number: usize, mut problem: Problem| {
                problem.file = format!("leads[{number}]");
                problem
            };
            let results = results(server, served, leads, as_of, place)?;
            (json(&Many { model, as_of: instant, results }), leads.len())
        }
        _ => {
            let detail = "either `lead` is a lead, or `leads` is a list of leads";
            return Err(Refusal::malformed(detail));
        }
    };
    Ok(of_model(response, served.model.digest(), leads))
}

/// All, or what is wrong with all; nothing is scored then.
fn results(
    server: &Server,
    served: &Served,
    leads: &[Value],
    as_of: i64,
    place: impl Fn(usize, Problem) -> Problem,
) -> Result<Vec<Shown>, Refusal> {
    let reader = served.model.lead_reader();
    let (mut read, mut problems) = (Vec::with_capacity(leads.len()), Vec::new());
    for (number, lead) in leads.iter().enumerate() {
        match reader.read(lead) {
            Ok(lead) => read.push(lead),
            Err(errors) => {
                let found = errors.groups.into_iter().flat_map(|group| group.first);
                problems.extend(found.map(|problem| place(number, problem)));
            }
        }
    }
    if !problems.is_empty() {
        return Err(Refusal::data(&DataErrors::of(problems)));
    }
    let results = served.with_scorer(|scorer| {
        let mut results = Vec::with_capacity(read.len());
        for (number, read) in read.into_iter().enumerate() {
            let outcome = served.outcome(scorer, &read.lead, as_of);
            server.metrics.scored(&outcome);
            let warnings = read.warnings.into_iter().map(|warning| place(number, warning)).collect();
            results.push(Shown::new(&served.labels, outcome, warnings));
        }
        results
    });
    Ok(results)
}
