//! Models that change while they are asked.

use super::service::{RULES, Service};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_model_that_does_not_check_is_refused_and_the_one_before_serves_on() {
    let service = Service::quiet();
    let lead = json!({ "lead": { "id": 1, "firmographics.size": 500 }, "as_of": "2026-01-31T00:00:00Z" });
    let before = service.post("/v1/score", &lead).json();
    assert_eq!(before["result"]["score"], json!(20.5));

    *service.rules.lock().expect("the rules") = RULES.replace("add 20.5", "ad 20.5");
    service.server.reload();
    let model = service.get("/v1/model").json();
    assert!(model["refused"].as_str().expect("a text").contains("error"), "{model}");
    assert_eq!(service.post("/v1/score", &lead).json(), before);

    *service.rules.lock().expect("the rules") = RULES.replace("add 20.5", "add 21.5");
    service.server.reload();
    let after = service.post("/v1/score", &lead).json();
    assert_eq!(after["result"]["score"], json!(21.5));
    assert_ne!(after["model"], before["model"]);
    assert_eq!(service.get("/v1/model").json()["refused"], json!(null));
    let metrics = service.get("/metrics").text();
    for line in
        ["qualify_reloads_total{result=\"refused\"} 1\n", "qualify_reloads_total{result=\"changed\"} 1\n"]
    {
        assert!(metrics.contains(line), "{metrics}");
    }
}

#[test]
fn a_request_sees_one_model_throughout() {
    let service = Service::quiet();
    let leads: Vec<_> = (0..500).map(|n| json!({ "id": n, "firmographics.size": 500 })).collect();
    let request = json!({ "leads": leads, "as_of": "2026-01-31T00:00:00Z" });
    let models = [RULES.to_string(), RULES.replace("add 20.5", "add 7")];
    let done = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        scope.spawn(|| {
            for model in models.iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                model.clone_into(&mut service.rules.lock().expect("the rules"));
                service.server.reload();
            }
        });
        let ask = |_| service.post("/v1/score", &request).json();
        let both = |seen: &[Value]| seen.iter().any(|answer| answer["model"] != seen[0]["model"]);
        let mut seen: Vec<Value> = (0..20).map(ask).collect();
        while !both(&seen) && seen.len() < 10_000 {
            seen.push(ask(0));
        }
        done.store(true, Ordering::Relaxed);
        seen
    });
    let mut digests = std::collections::HashMap::new();
    for answer in &seen {
        let results = answer["results"].as_array().expect("results");
        let score = &results[0]["score"];
        assert!(
            results.iter().all(|result| result["score"] == *score),
            "one model scored all leads of a request"
        );
        let model = answer["model"].as_str().expect("a digest").to_string();
        assert_eq!(digests.entry(model).or_insert_with(|| score.clone()), score, "and its digest names it");
    }
    assert_eq!(digests.len(), 2, "both models were asked");
}
