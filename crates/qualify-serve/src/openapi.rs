//! `GET /openapi.json`: what can be asked, as OpenAPI 3.1, with the names of the model in force.

use crate::answer::typed;
use crate::server::Server;
use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value, json};

/// All but what depends on the model.
const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn document(server: &Server) -> Response<Body> {
    let served = server.served();
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default(); // a test reads it
    let inputs = served.model.inputs();
    let mut properties = Map::new();
    properties.insert(inputs.key.clone(), json!({ "description": "the key of the lead" }));
    for attribute in &inputs.attributes {
        let required = if attribute.required { "; without it the lead is invalid" } else { "" };
        let about = format!("read by the model{required}");
        properties.insert(attribute.path.clone(), json!({ "description": about }));
    }
    let events: Vec<Value> = inputs.events.iter().map(|event| json!(event.name)).collect();
    if let Some(lead) =
        document.pointer_mut("/components/schemas/Lead/properties").and_then(Value::as_object_mut)
    {
        lead.extend(properties);
    }
    if let Some(event) = document.pointer_mut("/components/schemas/Event/properties/event") {
        event["examples"] = Value::Array(events);
    }
    typed("application/json", document.to_string())
}
