//! Scores, explanations and checks.

use super::service::Service;
use serde_json::{Value, json};

fn lead() -> Value {
    json!({
        "id": "L1", "firmographics": { "size": 500, "region": "emea" }, "email": "ann@corp.com", "stage": "Lead",
        "events": [{ "event": "visited", "time": "2026-01-30T12:00:00Z", "page": "pricing", "seconds": 12.5 }],
    })
}

const AS_OF: &str = "2026-01-31T00:00:00Z";

#[test]
fn one_lead() {
    let service = Service::quiet();
    let answer = service.post("/v1/score", &json!({ "lead": lead(), "as_of": AS_OF }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let model = service.get("/v1/model").json()["model"].clone();
    assert_eq!(answer.headers["qualify-model"].to_str().expect("a text"), model);
    let expected = json!({
        "model": model, "as_of": AS_OF,
        "result": {
            "id": "L1", "status": "scored", "score": 50.5, "fit": 20.5, "interest": 30, "grade": "A",
            "stage": "MQL", "previous_stage": "Lead", "stage_changed": true, "segments": [], "route": "Sales",
            "respond_by": "2026-01-31T01:00:00Z", "reasons": [],
        },
    });
    assert_eq!(answer.json(), expected);
    // eight days later the visit counts no more
    let later = service.post("/v1/score", &json!({ "lead": lead(), "as_of": "2026-02-08T00:00:00Z" })).json();
    assert_eq!(later["result"]["score"], json!(20.5));
}

#[test]
fn what_is_given_twice_is_refused() {
    let service = Service::quiet();
    for (lead, twice) in [
        (r#"{"id":"L1","id":"L2"}"#, "`id` is given twice"),
        (r#"{"id":"L1","email":"a@b.com","email":"c@d.com"}"#, "`email` is given twice"),
        (r#"{"firmographics":{"size":5,"region":"emea","size":6}}"#, "`size` is given twice"),
        (
            r#"{"events":[{"event":"visited","time":"2026-01-30","page":"docs","page":"pricing"}]}"#,
            "`page` is given twice in events[0]",
        ),
    ] {
        let body = format!(r#"{{"lead":{lead}}}"#).into_bytes();
        let answer = service.post_bytes("/v1/score", "application/json", body);
        assert!(answer.status == 422 && answer.text().contains(twice), "{lead}: {}", answer.text());
    }
    let many: Vec<String> = (0..40).map(|n| format!("\"a{}\":1", n % 39)).collect();
    let body = format!("{{\"lead\":{{{}}}}}", many.join(",")).into_bytes();
    let answer = service.post_bytes("/v1/score", "application/json", body);
    assert!(answer.status == 422 && answer.text().contains("`a0` is given twice"), "{}", answer.text());
    let body = br#"{"lead":{"id":"L1"},"as_of":"2026-01-31","as_of":"2026-02-28"}"#.to_vec();
    let answer = service.post_bytes("/v1/score", "application/json", body);
    assert!(answer.status == 400 && answer.text().contains("`as_of` is given twice"), "{}", answer.text());
}

#[test]
fn many_leads_in_their_order() {
    let service = Service::quiet();
    let leads: Vec<Value> = (0..300).map(|n| json!({ "id": n, "firmographics.size": n + 1 })).collect();
    let answer = service.post("/v1/score", &json!({ "leads": leads, "as_of": AS_OF })).json();
    let results = answer["results"].as_array().expect("results");
    assert_eq!(results.len(), 300);
    for (n, result) in results.iter().enumerate() {
        assert_eq!(result["id"], json!(n.to_string()));
        assert_eq!(result["score"], if n + 1 > 100 { json!(20.5) } else { json!(0) }, "{result}");
    }
    let metrics = service.get("/metrics").text();
    assert!(metrics.contains("qualify_leads_total 300\n"), "{metrics}");
    assert!(metrics.contains("qualify_requests_total{route=\"/v1/score\",status=\"200\"} 1\n"), "{metrics}");
    assert!(metrics.contains("qualify_stage_leads_total{stage=\"\"} 300\n"), "{metrics}");
    assert_eq!(service.post("/v1/score", &json!({ "leads": [] })).json()["results"], json!([]));
}

#[test]
fn what_is_odd_is_told_and_what_is_wrong_is_refused() {
    let service = Service::quiet();
    let size =
        |size: Value| json!({ "lead": { "id": 1, "firmographics": { "size": size } }, "as_of": AS_OF });
    let odd = service.post("/v1/score", &size(json!(5_000_000))).json();
    assert_eq!(odd["result"]["status"], json!("invalid"));
    assert_eq!(odd["warnings"][0]["code"], json!("D0820"));
    let wrong = service.post("/v1/score", &size(json!("many")));
    assert_eq!((wrong.status, wrong.content_type()), (422, "application/problem+json"));
    let problem = wrong.json();
    assert_eq!(problem["problems"][0]["column"], json!("firmographics.size"));
    assert_eq!(problem["problems"][0]["value"], json!("many"));
    let leads = json!([
        { "id": 1, "firmographics.sise": 5 },
        { "id": 2, "events": [{ "event": "visitd", "time": "2026-01-01" }, { "event": "visited", "time": "soon" }] },
        { "id": 3, "firmographics.size": 5 },
    ]);
    let refused = service.post("/v1/score", &json!({ "leads": leads })).json();
    let problems = refused["problems"].as_array().expect("problems");
    let told: Vec<_> =
        problems.iter().map(|p| format!("{} {}: {}", p["file"], p["column"], p["help"])).collect();
    assert_eq!(problems.len(), 3, "{told:#?}");
    assert!(told.iter().any(|t| t.contains("leads[0]") && t.contains("did you mean `firmographics.size`?")));
    assert!(
        told.iter().any(|t| t.contains("leads[1]") && t.contains("did you mean `visited`?")),
        "{told:#?}"
    );
    assert!(told.iter().any(|t| t.contains("events[1].time")), "{told:#?}");
}

#[test]
fn requests_that_are_none() {
    let service = Service::quiet();
    for (body, says) in [
        (json!({}), "either `lead`"),
        (json!({ "lead": {}, "leads": [] }), "either `lead`"),
        (json!({ "lead": [] , "as_of": AS_OF }), "JSON object"),
        (json!([1]), "JSON object with `lead`"),
        (json!({ "lead": {}, "asof": AS_OF }), "`asof`"),
        (json!({ "lead": {}, "as_of": "yesterday" }), "instant such as"),
        (json!({ "lead": {}, "as_of": 5 }), "instant such as"),
    ] {
        let answer = service.post("/v1/score", &body);
        assert!([400, 422].contains(&answer.status), "{body}: {}", answer.status);
        assert_eq!(answer.content_type(), "application/problem+json");
        assert!(answer.text().contains(says), "{body}: {}", answer.text());
    }
    let cut = service.post_bytes("/v1/score", "application/json", b"{\"lead\": {".to_vec());
    assert_eq!(cut.status, 400);
    let xml = service.post_bytes("/v1/score", "text/xml", b"<lead/>".to_vec());
    assert_eq!(xml.status, 415);
    assert_eq!(service.get("/v1/score").status, 405);
    assert_eq!(service.get("/v2/score").status, 404);
    assert_eq!(service.get("/healthz").text(), "ok\n");
}

#[test]
fn explanations_keep_personal_values_to_themselves() {
    let service = Service::quiet();
    let mut lead = lead();
    lead["email"] = json!("ann@rival.com");
    let answer = service.post("/v1/explain", &json!({ "lead": lead, "as_of": AS_OF }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let explanation = answer.json()["explanation"].clone();
    assert_eq!(explanation["status"], json!("disqualified"));
    let fit = &explanation["scores"][0];
    assert_eq!((&fit["name"], &fit["lines"][0]["points"]), (&json!("fit"), &json!("20.5")));
    assert!(!answer.text().contains("ann@"), "{}", answer.text());
    let asked = service.post("/v1/explain", &json!({ "lead": lead, "show_personal": true }));
    assert_eq!(asked.status, 403);
    assert_eq!(service.post("/v1/explain", &json!({ "as_of": AS_OF })).status, 400);
}

#[test]
fn rule_files_are_checked_without_a_look_at_files_of_the_server() {
    let service = Service::quiet();
    let files = json!({ "model.qualify": "use \"schema.qualify\" when sise > 100 add 20" });
    let used = json!({ "schema.qualify": "lead key id { size integer }" });
    let answer = service.post("/v1/check", &json!({ "files": files, "used": used }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    assert!(text.contains("E0201") && text.contains("sise"), "{text}");
    let other = json!({ "files": { "a.qualify": "use \"/etc/passwd\" lead key id { size integer }" } });
    let text = service.post("/v1/check", &other).text();
    assert!(text.contains("not among the files that were sent"), "{text}");
    for body in [
        json!({}),
        json!({ "files": {} }),
        json!({ "files": { "a": 5 } }),
        json!({ "files": [] }),
        json!({ "files": files, "used": 5 }),
    ] {
        assert_eq!(service.post("/v1/check", &body).status, 400, "{body}");
    }
}
