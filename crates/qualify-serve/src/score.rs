//! `POST /v1/score`: one lead or many.

use crate::answer::{Refusal, json, of_model};
use crate::request::{as_of, body, content_type, in_query, object, one_instant, unread};
use crate::served::Served;
use crate::server::{Server, now};
use crate::tables;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use qualify::tables::{DataErrors, Problem};
use qualify::typed::calendar::format_instant;
use qualify::{Lead, Outcome, Results};
use qualify_data::{Group, Tree, field};
use serde::Serialize;
use std::sync::Arc;

/// Leads in a request of JSON; tables are for more.
pub(crate) const MOST_LEADS: usize = 10_000;

/// Problems and warnings that are told one by one.
const TOLD: usize = 10;

/// The answer about one lead.
#[derive(Serialize)]
struct One<'a> {
    model: &'a str,
    as_of: String,
    result: Results<'a>,
    /// Values that became unknown.
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    warnings: &'a [Problem],
    /// How many there are; none is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning_count: Option<usize>,
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
    /// How many there are; none is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning_count: Option<usize>,
}

pub(crate) async fn score(server: Arc<Server>, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    let served = server.served();
    match content_type(&request).as_str() {
        "application/json" | "" => {}
        tables::STREAM | tables::PARTS => return tables::score(server, served, request).await,
        other => return Err(unread(other, &["application/json", tables::STREAM, tables::PARTS])),
    }
    let asked_for = in_query(request.uri().query())?;
    let bytes = body(&server, request).await?;
    server.answer(served, bytes, asked_for, answer).await
}

/// `instant` is that of the query.
fn answer(
    server: &Server,
    served: &Served,
    bytes: &[u8],
    instant: Option<i64>,
) -> Result<Response<Body>, Refusal> {
    let asked = object(bytes, &["lead", "leads", "as_of"])?;
    let as_of = one_instant(instant, as_of(field(&asked, "as_of"))?)?.unwrap_or_else(now);
    let (model, instant) = (served.model.digest(), format_instant(as_of));
    let (response, leads) = match (field(&asked, "lead"), field(&asked, "leads")) {
        (Some(lead), None) => {
            let read = served.model.lead_reader().read_tree(lead).map_err(|errors| Refusal::data(&errors))?;
            let outcomes = outcomes(server, served, std::slice::from_ref(&read.lead), as_of);
            let result = served.model.results(&outcomes[0]); // one lead has one outcome
            let (warnings, warning_count) = told(&read.warnings, read.warnings.len());
            (json(&One { model, as_of: instant, result, warnings, warning_count }), 1)
        }
        (None, Some(Tree::List(leads))) => {
            let (leads, warnings, count) = read_all(served, leads)?;
            let outcomes = outcomes(server, served, &leads, as_of);
            let results = outcomes.iter().map(|outcome| served.model.results(outcome)).collect();
            let (warnings, warning_count) = told(&warnings, count);
            (json(&Many { model, as_of: instant, results, warnings, warning_count }), leads.len())
        }
        _ => {
            let detail = "either `lead` is a lead, or `leads` is a list of leads";
            return Err(Refusal::malformed(detail));
        }
    };
    Ok(of_model(response, model, leads))
}

/// The first warnings, and how many there are if there are any.
fn told(warnings: &[Problem], count: usize) -> (&[Problem], Option<usize>) {
    (&warnings[..warnings.len().min(TOLD)], Some(count).filter(|count| *count > 0))
}

/// All with the first warnings and their number, or what is wrong with all: nothing is scored then.
fn read_all(served: &Served, leads: &[Tree<'_>]) -> Result<(Vec<Lead>, Vec<Problem>, usize), Refusal> {
    if leads.len() > MOST_LEADS {
        let detail = format!(
            "these are {} leads, and a request of JSON may have {MOST_LEADS}; send several requests, or a table",
            leads.len()
        );
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "these are too many leads", detail));
    }
    let reader = served.model.lead_reader();
    let place = |number: usize, problem: Problem| Problem { file: format!("leads[{number}]"), ..problem };
    let (mut all, mut warnings, mut warned) = (Vec::with_capacity(leads.len()), Vec::new(), 0);
    let mut errors = DataErrors::default();
    for (number, lead) in leads.iter().enumerate() {
        match reader.read_tree(lead) {
            Ok(read) => {
                all.push(read.lead);
                warned += read.warnings.len();
                let room = TOLD.saturating_sub(warnings.len());
                warnings.extend(read.warnings.into_iter().take(room).map(|warning| place(number, warning)));
            }
            Err(found) => found.groups.into_iter().for_each(|group| {
                let first = group.first.into_iter().map(|problem| place(number, problem));
                match errors.groups.iter_mut().find(|known| known.kind == group.kind) {
                    Some(known) => {
                        known.count += group.count;
                        known.first.extend(first.take(TOLD.saturating_sub(known.first.len())));
                    }
                    None => errors.groups.push(Group {
                        kind: group.kind,
                        count: group.count,
                        first: first.collect(),
                    }),
                }
            }),
        }
    }
    if errors.groups.is_empty() { Ok((all, warnings, warned)) } else { Err(Refusal::data(&errors)) }
}

/// The outcomes, counted.
fn outcomes(server: &Server, served: &Served, leads: &[Lead], as_of: i64) -> Vec<Outcome> {
    let outcomes: Vec<Outcome> =
        served.with_scorer(|scorer| leads.iter().map(|lead| served.outcome(scorer, lead, as_of)).collect());
    outcomes.iter().for_each(|outcome| server.metrics.scored(outcome));
    outcomes
}
