//! `GET /v1/model`: which model is served, what it reads and what it gives.

use crate::answer::{json, of_model};
use crate::server::Server;
use axum::body::Body;
use axum::http::Response;
use qualify::Inputs;
use qualify::typed::calendar::format_instant;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Shown<'m> {
    model: &'m str,
    language: u32,
    timezone: &'m str,
    version: &'static str,
    loaded_at: String,
    /// Why newer files are not served; none if these are the newest.
    refused: Option<String>,
    inputs: Inputs,
    scores: &'m [String],
    grades: BTreeMap<&'m str, &'m [String]>,
    stages: Vec<&'m str>,
    segments: Vec<&'m str>,
    routes: Vec<&'m str>,
}

pub(crate) fn model(server: &Server) -> Response<Body> {
    let served = server.served();
    let labels = &served.labels;
    let names =
        |of: &'_ [qualify::typed::Named]| -> Vec<String> { of.iter().map(|n| n.name.clone()).collect() };
    let (stages, segments, routes) = (names(&labels.stages), names(&labels.segments), names(&labels.routes));
    let shown = Shown {
        model: served.model.digest(),
        language: labels.edition,
        timezone: &labels.timezone,
        version: env!("CARGO_PKG_VERSION"),
        loaded_at: format_instant(served.loaded_at),
        refused: server.refused(),
        inputs: served.model.inputs(),
        scores: &labels.scores,
        grades: labels.grades.iter().map(|(name, labels)| (name.as_str(), labels.as_slice())).collect(),
        stages: stages.iter().map(String::as_str).collect(),
        segments: segments.iter().map(String::as_str).collect(),
        routes: routes.iter().map(String::as_str).collect(),
    };
    of_model(json(&shown), served.model.digest(), 0)
}
