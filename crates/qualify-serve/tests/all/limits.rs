//! Who may ask, how much, how often at once.

use super::service::Service;
use axum::body::Body;
use axum::http::Request;
use qualify_serve::{Limits, Options};
use serde_json::json;

#[test]
fn without_the_token_nothing_is_answered() {
    let options = Options { token: Some("s3cret".to_string()), log_requests: false, ..Options::default() };
    let service = Service::new(options);
    let ask = |value: Option<&str>| {
        let mut request = Request::get("/v1/model");
        if let Some(value) = value {
            request = request.header("authorization", value);
        }
        service.ask(request.body(Body::empty()).expect("a request")).status
    };
    for wrong in [
        None,
        Some("s3cret"),
        Some("Bearer "),
        Some("Bearer s3cre"),
        Some("Bearer s3crets"),
        Some("Basic s3cret"),
    ] {
        assert_eq!(ask(wrong), 401, "{wrong:?}");
    }
    assert_eq!(ask(Some("Bearer s3cret")), 200);
    assert_eq!(ask(Some("bearer s3cret")), 200);
    assert_eq!(service.get("/healthz").status, 200);
    assert_eq!(service.get("/metrics").status, 401);
    assert_eq!(service.get("/openapi.json").status, 401);
    let answer = service.post("/v1/score", &json!({ "lead": {} }));
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

#[test]
fn bodies_and_requests_at_once_are_limited() {
    let limits = Limits { body: 100, ..Limits::default() };
    let service = Service::new(Options { limits, log_requests: false, ..Options::default() });
    let answer = service.post("/v1/score", &json!({ "lead": { "id": "x".repeat(200) } }));
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.text().contains("100 bytes"), "{}", answer.text());
    let limits = Limits { requests: 0, ..Limits::default() };
    let service = Service::new(Options { limits, log_requests: false, ..Options::default() });
    let answer = service.post("/v1/score", &json!({ "lead": {} }));
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(service.get("/healthz").status, 200, "it still lives");
}

#[test]
fn leads_and_their_problems_are_limited() {
    let service = Service::quiet();
    let answer = service.post("/v1/score", &json!({ "leads": vec![json!({}); 10_001] }));
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.text().contains("may have 10000"), "{}", answer.text());
    let answer = service.post("/v1/score", &json!({ "leads": vec![json!({ "sise": 1 }); 300] }));
    assert_eq!(answer.status, 422);
    let told = answer.json();
    assert_eq!(told["problems"].as_array().expect("problems").len(), 10);
    assert!(told["detail"].as_str().expect("a text").starts_with("300 problems"), "{told}");
    let odd = json!({ "id": 1, "firmographics.region": "moon" });
    let told = service.post("/v1/score", &json!({ "leads": vec![odd; 300] })).json();
    assert_eq!(told["warnings"].as_array().expect("warnings").len(), 10);
    assert_eq!(told["warning_count"], json!(300));
}

#[test]
fn the_instant_may_stand_in_the_query() {
    let service = Service::quiet();
    let ask = |query: &str, body: serde_json::Value| service.post(&format!("/v1/score?{query}"), &body);
    let lead = json!({ "lead": { "id": 1 } });
    for query in ["as_of=2026-01-31T00:00:00Z", "as%5fof=2026-01-31T01%3a00%3A00%2b01:00"] {
        let told = ask(query, lead.clone()).json();
        assert_eq!(told["as_of"], json!("2026-01-31T00:00:00Z"), "{query}: {told}");
    }
    let both = json!({ "lead": { "id": 1 }, "as_of": "2026-02-01T00:00:00Z" });
    for (query, body, words) in [
        ("asof=2026-01-31T00:00:00Z", &lead, "there is `as_of`"),
        ("as_of=2026-01-31T01:00:00+01:00", &lead, "%2B"),
        ("as_of=%zz", &lead, "percent-encoded"),
        ("as_of", &lead, "is an instant"),
        ("as_of=2026-01-31T00:00:00Z", &both, "given twice"),
    ] {
        let answer = ask(query, body.clone());
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.text().contains(words), "{query}: {}", answer.text());
    }
}

#[test]
fn what_hits_no_route_is_counted_too() {
    let service = Service::quiet();
    assert_eq!(service.get("/nowhere").status, 404);
    assert_eq!(service.get("/v1/score").status, 405);
    let metrics = service.get("/metrics").text();
    assert!(metrics.contains("qualify_requests_total{route=\"none\",status=\"404\"} 1\n"), "{metrics}");
    assert!(metrics.contains("{route=\"other method\",status=\"405\"} 1\n"), "{metrics}");
}
