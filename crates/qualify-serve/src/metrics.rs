//! Counts and times for Prometheus.

use crate::served::Served;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use qualify::Outcome;
use std::time::Duration;

/// Upper ends of the buckets of times, in seconds.
const SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Stage {
    stage: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Of {
    digest: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Result {
    result: &'static str,
}

/// See the module.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    leads: Counter,
    stages: Family<Stage, Counter>,
    model: Family<Of, Gauge>,
    reloads: Family<Result, Counter>,
    pub in_flight: Gauge,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("qualify");
        let requests = Family::<Request, Counter>::default();
        let seconds: Family<Route, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(SECONDS));
        let (leads, stages) = (Counter::default(), Family::<Stage, Counter>::default());
        let (model, reloads) = (Family::<Of, Gauge>::default(), Family::<Result, Counter>::default());
        let in_flight = Gauge::default();
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register("request_seconds", "Time until a request was answered", seconds.clone());
        registry.register("leads", "Leads that were scored", leads.clone());
        registry.register("stage_leads", "Leads by the stage that they were given", stages.clone());
        registry.register("model", "1 for the model in force", model.clone());
        registry.register("reloads", "Loads of changed files: changed, unchanged, refused", reloads.clone());
        registry.register("requests_in_flight", "Requests that are being answered", in_flight.clone());
        Metrics { registry, requests, seconds, leads, stages, model, reloads, in_flight }
    }

    pub fn request(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Request { route, status }).inc();
        self.seconds.get_or_create(&Route { route }).observe(took.as_secs_f64());
    }

    pub fn scored(&self, outcome: &Outcome) {
        self.leads(1);
        let stage = outcome.stage.clone().unwrap_or_default();
        self.stages.get_or_create(&Stage { stage }).inc();
    }

    pub fn leads(&self, leads: u64) {
        self.leads.inc_by(leads);
    }

    pub fn stage(&self, stage: &str, leads: u64) {
        self.stages.get_or_create(&Stage { stage: stage.to_string() }).inc_by(leads);
    }

    pub fn loaded(&self, served: &Served) {
        self.model.clear();
        self.model.get_or_create(&Of { digest: served.model.digest().to_string() }).set(1);
    }

    pub fn reloads(&self, result: &'static str) {
        self.reloads.get_or_create(&Result { result }).inc();
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = encode(&mut text, &self.registry); // writing to a String does not fail
        text
    }
}
