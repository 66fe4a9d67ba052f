//! `GET /openapi.json`: what can be asked of the model in force, as OpenAPI 3.1. Leads, events and results are
//! described by the schema of the model, so that a client may be checked, or made, before it asks.

mod operations;
mod results;
mod schemas;

use crate::answer::typed;
use crate::routes::ROUTES;
use crate::served::Served;
use crate::server::Server;
use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value, json};

pub(crate) fn document(server: &Server) -> Response<Body> {
    let served = server.served();
    let document = served.document.get_or_init(|| written(&served));
    typed("application/json", document.clone())
}

fn written(served: &Served) -> String {
    let mut paths = Map::new();
    for route in &ROUTES {
        let mut methods = Map::new();
        methods.insert(route.method.to_ascii_lowercase(), operations::operation(route));
        paths.insert(route.path.to_string(), Value::Object(methods));
    }
    let about = "Scores leads with the model that this server holds. An answer names the digest of the model that \
                 gave it; equal digests give equal results. This document is that of the model in force.";
    let bearer = "Where the server was started with a token.";
    json!({
        "openapi": "3.1.0",
        "info": { "title": "qualify", "version": "1", "description": about, "x-model": served.model.digest() },
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "description": bearer } },
            "schemas": schemas::all(served),
        },
    })
    .to_string()
}

/// A schema that stands among the components.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with these fields and no other.
fn record(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn text_or_null() -> Value {
    json!({ "type": ["string", "null"] })
}
