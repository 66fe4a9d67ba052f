//! What is said of each route: what it takes, what it answers and how it may fail.

use super::{list, record, reference, text};
use crate::routes::Route;
use crate::score::MOST_LEADS;
use crate::tables::{PARTS, STREAM};
use serde_json::{Map, Value, json};

/// A route, as the document has it.
struct Told {
    id: &'static str,
    summary: &'static str,
    /// What it takes as JSON; none: nothing.
    takes: Option<Value>,
    /// What the answer is.
    gives: &'static str,
    /// The answer by its types.
    answer: Value,
    /// Statuses of refusals beside those that every route of its kind has.
    refusals: &'static [u16],
}

/// An operation of the document.
pub(super) fn operation(route: &Route) -> Value {
    let told = told(route.path);
    let mut responses = Map::new();
    let mut ok = json!({ "description": told.gives, "content": told.answer });
    if route.path.starts_with("/v1/") && route.path != "/v1/check" {
        let about = "The digest of the model that answered.";
        ok["headers"] = json!({ "qualify-model": { "description": about, "schema": text() } });
    }
    responses.insert("200".to_string(), ok);
    let work: &[u16] = if told.takes.is_some() { &[400, 413, 415, 500, 503, 504] } else { &[] };
    let guarded: &[u16] = if route.guarded { &[401] } else { &[] };
    for status in guarded.iter().chain(work).chain(told.refusals) {
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        let refusal = json!({ "description": refusal(*status), "content": content });
        responses.insert(status.to_string(), refusal);
    }
    let mut operation = json!({ "operationId": told.id, "summary": told.summary });
    if route.path == "/v1/score" {
        operation["description"] = TABLES.into();
    }
    if route.guarded {
        operation["security"] = json!([{ "bearer": [] }, {}]);
    }
    if ["/v1/score", "/v1/explain"].contains(&route.path) {
        operation["parameters"] = json!([{
            "name": "as_of", "in": "query", "schema": { "type": "string", "format": "date-time" },
            "description": "The instant that ages count from, where the body has none. If both have one, they are equal.",
        }]);
    }
    if let Some(schema) = told.takes {
        let mut content = json!({ "application/json": { "schema": schema } });
        if route.path == "/v1/score" {
            content[STREAM] = json!({ "schema": binary("One row for each lead.") });
            content[PARTS] = parts();
        }
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation["responses"] = Value::Object(responses);
    operation
}

/// What else can be scored.
const TABLES: &str = "Beside JSON it takes a table of leads as an Arrow IPC stream, or tables of leads and events in parts. \
                      Their columns have the names that the schema says. They are answered with an Arrow IPC stream.";

/// Bytes, as the document has them.
fn binary(about: &str) -> Value {
    json!({ "type": "string", "format": "binary", "description": about })
}

/// A body in parts.
fn parts() -> Value {
    let properties = json!({
        "leads": binary("An Arrow IPC stream with one row for each lead."),
        "events": binary("An Arrow IPC stream with one row for each event."),
        "as_of": { "type": "string", "format": "date-time" },
    });
    let encoding = json!({ "leads": { "contentType": STREAM }, "events": { "contentType": STREAM } });
    json!({ "schema": record(&["leads"], properties), "encoding": encoding })
}

fn refusal(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read.",
        401 => "The token is missing or another one.",
        403 => "Personal values are not shown by this server.",
        413 => "The body is too large, or has too many leads.",
        415 => "The type of the body is not read.",
        422 => "Some values cannot be read; each is named.",
        500 => "A mistake of the server.",
        503 => "Too many requests at once; try again soon.",
        _ => "It took too long.",
    }
}

fn told(path: &str) -> Told {
    match path {
        "/v1/score" => score(),
        "/v1/explain" => explain(),
        "/v1/check" => check(),
        "/v1/model" => {
            plain("model", "Which model is served, what it reads and gives", "The model.", json_of("Model"))
        }
        "/healthz" => plain("health", "Whether the server lives", "It does.", of_type("text/plain")),
        "/readyz" => plain("ready", "Whether it can be asked", "It can.", of_type("text/plain")),
        "/metrics" => {
            let types = of_type("application/openmetrics-text");
            plain("metrics", "Counts and times for Prometheus", "In the format of OpenMetrics.", types)
        }
        _ => {
            let any = json!({ "application/json": { "schema": { "type": "object" } } });
            plain("openapi", "This document", "OpenAPI 3.1.", any)
        }
    }
}

fn score() -> Told {
    let (one, many) = (reference("OneLead"), reference("ManyLeads"));
    let (scored, scored_many) = (reference("Scored"), reference("ScoredMany"));
    Told {
        id: "score",
        summary: "Score one lead, or many",
        takes: Some(json!({ "oneOf": [one, many] })),
        gives: "The results, in the order of the leads.",
        answer: json!({
            "application/json": { "schema": { "oneOf": [scored, scored_many] } },
            STREAM: { "schema": binary("One row for each lead, in the order of the leads.") },
        }),
        refusals: &[422],
    }
}

fn explain() -> Told {
    let about = "Whether values of personal attributes may be in the explanation. Only a server that was started \
                 with --allow-personal does that.";
    let personal = json!({ "type": ["boolean", "null"], "description": about });
    let lead = reference("Lead");
    let properties = json!({ "lead": lead, "as_of": as_of(), "show_personal": personal });
    Told {
        id: "explain",
        summary: "Where the score of a lead comes from",
        takes: Some(record(&["lead"], properties)),
        gives: "The explanation.",
        answer: json_of("Explained"),
        refusals: &[403, 422],
    }
}

fn check() -> Told {
    let files = |about: &str, least: u8| {
        json!({
            "type": "object", "minProperties": least, "additionalProperties": text(), "description": about,
            "examples": [{ "model.qualify": "lead key id { size integer } when size > 100 add 20" }],
        })
    };
    let properties = json!({
        "files": files("The rule files to check: texts under their names.", 1),
        "used": files("Files that they may use; those that none uses are passed over.", 0),
    });
    Told {
        id: "check",
        summary: "What the checker says of rule files",
        takes: Some(record(&["files"], properties)),
        gives: "The messages; none if all is well.",
        answer: json_of("Checked"),
        refusals: &[],
    }
}

/// One that takes nothing.
fn plain(id: &'static str, summary: &'static str, gives: &'static str, answer: Value) -> Told {
    Told { id, summary, takes: None, gives, answer, refusals: &[] }
}

fn json_of(name: &str) -> Value {
    json!({ "application/json": { "schema": reference(name) } })
}

fn of_type(content_type: &str) -> Value {
    json!({ content_type: { "schema": text() } })
}

/// The instant to score at.
pub(super) fn as_of() -> Value {
    json!({
        "type": ["string", "null"], "format": "date-time", "examples": ["2026-01-31T00:00:00Z"],
        "description": "The instant that ages count from; now if it is not given.",
    })
}

/// What is asked of `/v1/score`.
pub(super) fn asked() -> [(&'static str, Value); 2] {
    let (one, mut many) = (reference("Lead"), list(reference("Lead")));
    many["maxItems"] = MOST_LEADS.into();
    [
        ("OneLead", record(&["lead"], json!({ "lead": one, "as_of": as_of() }))),
        ("ManyLeads", record(&["leads"], json!({ "leads": many, "as_of": as_of() }))),
    ]
}
