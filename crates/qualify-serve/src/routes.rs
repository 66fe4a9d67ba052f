//! The routes: the one list that the server, its specification and the tests share.

use crate::answer::{Refusal, typed};
use crate::server::Server;
use crate::{check, describe, explain, guard, openapi, score};
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Request, Response, StatusCode};
use axum::routing::{MethodFilter, on};
use std::pin::Pin;
use std::sync::Arc;

/// One of the things that can be asked.
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// Whether it wants the token.
    pub(crate) guarded: bool,
    pub(crate) handler: Handler,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Refusal>> + Send>>;

/// What answers.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// At once, whatever else goes on.
    Now(fn(&Server) -> Response<Body>),
    /// Within the limits.
    Work(fn(Arc<Server>, Request<Body>) -> Answer),
}

const fn now(path: &'static str, guarded: bool, handler: fn(&Server) -> Response<Body>) -> Route {
    Route { method: "GET", path, guarded, handler: Handler::Now(handler) }
}

const fn work(path: &'static str, handler: fn(Arc<Server>, Request<Body>) -> Answer) -> Route {
    Route { method: "POST", path, guarded: true, handler: Handler::Work(handler) }
}

/// All routes.
pub static ROUTES: [Route; 8] = [
    work("/v1/score", |server, request| Box::pin(score::score(server, request))),
    work("/v1/explain", |server, request| Box::pin(explain::explain(server, request))),
    work("/v1/check", |server, request| Box::pin(check::check(server, request))),
    now("/v1/model", true, describe::model),
    now("/healthz", false, |_| typed("text/plain", "ok\n")),
    now("/readyz", false, |_| typed("text/plain", "ready\n")), // a server without a model does not start
    now("/metrics", true, |server| {
        typed("application/openmetrics-text; version=1.0.0; charset=utf-8", server.metrics.text())
    }),
    now("/openapi.json", true, openapi::document),
];

/// What answers where there is nothing: counted and logged like all others, and not under the path as it came.
static NOTHING: Route = now("none", false, |_| {
    let known: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    let detail = format!("there are {}", known.join(", "));
    Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path", detail).answer()
});

/// What answers other methods.
static OTHER: Route = now("other method", false, |_| {
    let detail = "the method is another one; /openapi.json has them all";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this path is not asked like that", detail).answer()
});

/// What answers the requests of a server.
pub fn router(server: Arc<Server>) -> Router {
    let mut router = Router::new();
    for route in &ROUTES {
        let server = server.clone();
        // the methods of the list are those of HTTP
        let method = Method::from_bytes(route.method.as_bytes()).unwrap_or(Method::GET);
        let filter = MethodFilter::try_from(method).unwrap_or(MethodFilter::GET);
        let handler = on(filter, move |request: Request<Body>| guard::answer(server.clone(), route, request));
        router = router.route(route.path, handler);
    }
    let most = server.options.limits.body;
    let asked = server.clone();
    let nothing = move |request: Request<Body>| guard::answer(asked.clone(), &NOTHING, request);
    let other = move |request: Request<Body>| guard::answer(server.clone(), &OTHER, request);
    router.fallback(nothing).method_not_allowed_fallback(other).layer(DefaultBodyLimit::max(most))
}
