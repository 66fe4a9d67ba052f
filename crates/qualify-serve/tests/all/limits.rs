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
