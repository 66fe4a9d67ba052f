//! `POST /v1/score` with Arrow: a stream of leads, or parts `leads` and `events`, and a stream of results.

use crate::answer::{Refusal, of_model, typed};
use crate::request::{body, content_type, in_query, instant, one_instant, too_large};
use crate::served::Served;
use crate::server::{Server, now};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart};
use axum::http::{Request, Response, StatusCode};
use qualify::arrow::array::AsArray;
use qualify::arrow::datatypes::UInt32Type;
use qualify::arrow::ipc::writer::StreamWriter;
use qualify::tables::{DataErrors, EVENTS, LEADS, ProblemKind, RunOptions, Scored, TableOptions, Tables};
use std::collections::HashMap;
use std::sync::Arc;

/// The type of a stream of batches.
pub(crate) const STREAM: &str = "application/vnd.apache.arrow.stream";

/// How many times the bytes that a body may have its compressed parts may have without compression.
const UNPACKED: u64 = 8;

/// The type of a body in parts.
pub(crate) const PARTS: &str = "multipart/form-data";

pub(crate) async fn score(
    server: Arc<Server>,
    served: Arc<Served>,
    request: Request<Body>,
) -> Result<Response<Body>, Refusal> {
    let given = if content_type(&request) == PARTS {
        parts(&server, request).await?
    } else {
        let as_of = in_query(request.uri().query())?;
        Given { leads: Some(body(&server, request).await?), events: None, as_of }
    };
    let working = server.clone();
    server.long(move || answer(&working, &served, given)).await?
}

/// What came.
struct Given {
    leads: Option<Bytes>,
    events: Option<Bytes>,
    /// Now if none is given.
    as_of: Option<i64>,
}

async fn parts(server: &Server, request: Request<Body>) -> Result<Given, Refusal> {
    let mut given = Given { leads: None, events: None, as_of: in_query(request.uri().query())? };
    let cannot = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(server.options.limits.body),
        _ => Refusal::malformed(format!("the parts of the body cannot be read: {}", error.body_text())),
    };
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|error| Refusal::malformed(format!("the body is not in parts: {}", error.body_text())))?;
    while let Some(part) = multipart.next_field().await.map_err(cannot)? {
        let name = part.name().unwrap_or_default().to_string();
        let bytes = part.bytes().await.map_err(cannot)?;
        match name.as_str() {
            LEADS if given.leads.is_none() => given.leads = Some(bytes),
            EVENTS if given.events.is_none() => given.events = Some(bytes),
            LEADS | EVENTS => {
                let detail =
                    format!("there are two parts `{name}`; send one, with all batches in its stream");
                return Err(Refusal::malformed(detail));
            }
            "as_of" => {
                given.as_of =
                    one_instant(given.as_of, Some(instant(String::from_utf8_lossy(&bytes).trim())?))?;
            }
            _ => {
                let detail = "the parts are `leads`, `events` and `as_of`, and this body has another one";
                return Err(Refusal::malformed(detail));
            }
        }
    }
    Ok(given)
}

fn answer(server: &Server, served: &Served, given: Given) -> Result<Response<Body>, Refusal> {
    let Some(leads) = given.leads else {
        return Err(Refusal::malformed("there is no part `leads` with an Arrow stream"));
    };
    let sum = |sum: u64, bytes: &Bytes| sum.saturating_add(Tables::decompressed(bytes));
    let unpacked = [Some(&leads), given.events.as_ref()].into_iter().flatten().fold(0, sum);
    let most = (server.options.limits.body as u64).saturating_mul(UNPACKED);
    if unpacked > most {
        let detail = format!(
            "its compressed parts have {unpacked} bytes without compression, and they may have {most}; send the leads \
             in several requests"
        );
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large", detail));
    }
    let mut tables = Tables::default();
    let named = [(LEADS, Some(leads)), (EVENTS, given.events)];
    for (name, bytes) in named.into_iter().filter_map(|(name, bytes)| Some((name, bytes?))) {
        tables.add_stream(name, &bytes).map_err(|errors| refused(&errors))?;
    }
    let run = RunOptions { threads: 1, ..RunOptions::default() }; // requests share the cores
    let options = TableOptions { run, ..TableOptions::default() };
    let scored = served.model.score_tables(tables, given.as_of.unwrap_or_else(now), &options);
    let scored = scored.map_err(|errors| refused(&errors))?;
    let leads = usize::try_from(scored.report.counts.leads).unwrap_or(usize::MAX);
    server.metrics.leads(scored.report.counts.leads);
    count_stages(server, served, &scored);
    let bytes = stream(&scored).map_err(|_| Refusal::broken())?;
    Ok(of_model(typed(STREAM, bytes), served.model.digest(), leads))
}

/// Tables that cannot be read. There is no argument here that leaves out events that belong nowhere.
fn refused(errors: &DataErrors) -> Refusal {
    let mut refusal = Refusal::data(errors);
    for problem in &mut refusal.problems {
        problem.help = match problem.kind {
            ProblemKind::UnknownLead => {
                Some("send the leads of all events, or leave these events out".to_string())
            }
            ProblemKind::UnknownEvent => Some("leave these events out, or declare their type".to_string()),
            _ => problem.help.take(),
        };
    }
    refusal
}

fn count_stages(server: &Server, served: &Served, scored: &Scored) {
    let mut counts = vec![0; served.labels.stages.len() + 1];
    for batch in &scored.batches {
        let Some(stages) = batch.column_by_name("stage").and_then(|c| c.as_dictionary_opt::<UInt32Type>())
        else {
            return;
        };
        for stage in stages.keys() {
            let none = counts.len() - 1;
            counts[stage.map_or(none, |stage| none.min(stage as usize))] += 1;
        }
    }
    let names = served.labels.stages.iter().map(|stage| stage.name.as_str()).chain([""]);
    names
        .zip(counts)
        .filter(|(_, leads)| *leads > 0)
        .for_each(|(name, leads)| server.metrics.stage(name, leads));
}

/// Where the schema of results carries what became unknown: a list as JSON.
const WARNINGS: &str = "qualify.warnings";

/// The results as a stream; its schema carries what is needed to compute them again, and the warnings.
fn stream(scored: &Scored) -> Result<Vec<u8>, qualify::arrow::error::ArrowError> {
    let mut facts: HashMap<String, String> =
        scored.facts.iter().map(|(name, fact)| (name.to_string(), fact.clone())).collect();
    if !scored.report.warnings.is_empty() {
        let warnings = serde_json::to_string(&scored.report.warnings).unwrap_or_default(); // plain data serialises
        facts.insert(WARNINGS.to_string(), warnings);
    }
    let schema = scored.schema.as_ref().clone().with_metadata(facts);
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &schema)?;
    for batch in &scored.batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}
