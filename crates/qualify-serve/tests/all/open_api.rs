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
fn leads_are_those_of_the_model() {
    let document = Service::quiet().get("/openapi.json").json();
    let schemas = &document["components"]["schemas"];
    let lead = &schemas["Lead"]["properties"];
    let size = json!({
        "type": ["integer", "null"], "minimum": 1, "maximum": 100_000, "description": "Without it the lead is invalid.",
    });
    assert_eq!(lead["firmographics.size"], size);
    assert_eq!(lead["firmographics"]["properties"]["size"], size);
    assert_eq!(lead["region"]["enum"], json!(["emea", "amer", null]));
    assert_eq!(lead["email"]["format"], json!("email"));
    assert!(lead["id"].is_object(), "{lead}");
    let visited = &schemas["Event"]["oneOf"][0];
    assert_eq!(visited["properties"]["event"]["enum"], json!(["visited"]));
    assert_eq!(visited["properties"]["page"]["enum"], json!(["pricing", "docs", null]));
    let result = &schemas["Result"];
    let fields: Vec<&String> = result["properties"].as_object().expect("fields").keys().collect();
    assert_eq!(fields[..6], ["id", "status", "score", "fit", "interest", "grade"]);
    assert_eq!(result["properties"]["stage"]["enum"], json!(["MQL", null]));
}

/// Whether a lead fits the schema, and whether it is read: what fits must be read.
fn check(service: &Service, lead: &Value, fits: bool, read: bool) {
    let document = service.get("/openapi.json").json();
    let mut schema = document["components"]["schemas"]["Lead"].clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert_eq!(validator.is_valid(lead), fits, "{lead}");
    let answer = service.post("/v1/score", &json!({ "lead": lead }));
    assert_eq!(answer.status == 200, read, "{lead}: {}", answer.text());
}

#[test]
fn what_fits_is_read_and_unknown_names_do_not_fit() {
    let service = Service::quiet();
    check(&service, &json!({}), true, true);
    check(&service, &json!({ "id": 7, "firmographics": { "size": 5, "region": "emea" } }), true, true);
    check(&service, &json!({ "lead": "a", "size": null, "firmographics": null, "events": null }), true, true);
    let event =
        json!({ "event": "visited", "time": "2026-01-30T12:00:00+01:00", "page": null, "seconds": 0.5 });
    check(&service, &json!({ "events": [event] }), true, true);
    // files have numbers as texts
    check(&service, &json!({ "firmographics.size": "500" }), false, true);
    for wrong in [
        json!({ "firmographics.sise": 5 }),
        json!({ "firmographics": { "sise": 5 } }),
        json!({ "id": " " }),
        json!({ "id": null }),
        json!({ "events": [{ "event": "visitd", "time": "2026-01-30T12:00:00Z" }] }),
        json!({ "events": [{ "event": "visited" }] }),
        json!({ "events": [{ "event": "visited", "time": "2026-01-30T12:00:00Z", "pge": "docs" }] }),
        json!({ "events": {} }),
        json!([]),
    ] {
        check(&service, &wrong, false, false);
    }
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
