//! The specification: every route is in it and nothing else, and answers are what it says.

use super::service::{Answer, Service};
use qualify_serve::ROUTES;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn it_has_the_routes_of_the_server() {
    let document = Service::quiet().get("/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths");
    let written: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().expect("methods").keys().map(|m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    let served = ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_string())).collect();
    assert_eq!(written, served);
}

#[test]
fn it_names_what_the_model_reads() {
    let document = Service::quiet().get("/openapi.json").json();
    let lead = &document["components"]["schemas"]["Lead"]["properties"];
    assert!(
        lead["firmographics.size"]["description"].as_str().expect("a text").contains("invalid"),
        "{lead}"
    );
    assert!(lead["id"].is_object(), "{lead}");
    let events = &document["components"]["schemas"]["Event"]["properties"]["event"]["examples"];
    assert_eq!(*events, json!(["visited"]));
}

/// Holds an answer against what the specification says of this path and status.
fn judge(document: &Value, method: &str, path: &str, answer: &Answer) {
    let responses = &document["paths"][path][method]["responses"];
    let said = &responses[answer.status.to_string()];
    assert!(said.is_object(), "{path} answers {}: {}", answer.status, answer.text());
    let ty = answer.content_type().split(';').next().expect("a type");
    let content = &said["content"][ty];
    assert!(content.is_object(), "{path} {} answers as {ty}", answer.status);
    if ty.ends_with("json") {
        let mut schema = content["schema"].clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let mistakes: Vec<_> = validator.iter_errors(&answer.json()).map(|e| e.to_string()).collect();
        assert!(mistakes.is_empty(), "{path}: {mistakes:#?}\n{}", answer.text());
    }
}

#[test]
fn answers_are_what_it_says() {
    let service = Service::quiet();
    let document = service.get("/openapi.json").json();
    for path in ["/v1/model", "/healthz", "/readyz", "/metrics", "/openapi.json"] {
        judge(&document, "get", path, &service.get(path));
    }
    let lead = json!({ "id": 1, "firmographics.size": 500, "firmographics.region": "moon" });
    for (path, body) in [
        ("/v1/score", json!({ "lead": lead })),
        ("/v1/score", json!({ "leads": [lead, { "id": 2 }] })),
        ("/v1/score", json!({ "lead": { "size": true } })),
        ("/v1/score", json!({})),
        ("/v1/explain", json!({ "lead": lead })),
        ("/v1/explain", json!({ "lead": lead, "show_personal": true })),
        ("/v1/explain", json!({ "lead": 5 })),
        (
            "/v1/check",
            json!({ "files": { "a.qualify": "lead key id { size integer } when sise > 1 add 2" } }),
        ),
        (
            "/v1/check",
            json!({ "files": { "a.qualify": "lead key id { size integer } when size > 1 add 2" } }),
        ),
        ("/v1/check", json!({ "files": 5 })),
    ] {
        judge(&document, "post", path, &service.post(path, &body));
    }
    for path in ["/v1/score", "/v1/explain", "/v1/check"] {
        judge(&document, "post", path, &service.post_bytes(path, "text/xml", b"<a/>".to_vec()));
    }
}
