//! What every request passes: who asks, how many at once, how long; and what is counted and logged of it.

use crate::answer::{Leads, Refusal};
use crate::routes::{Handler, Route};
use crate::server::Server;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Answers a request of a route.
pub(crate) async fn answer(
    server: Arc<Server>,
    route: &'static Route,
    request: Request<Body>,
) -> Response<Body> {
    let start = Instant::now();
    let method = method(request.method());
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    server.metrics.in_flight.inc();
    let _counted = InFlight(server.clone());
    let response = guarded(&server, route, request).await.unwrap_or_else(|refusal| refusal.answer());
    let leads = response.extensions().get::<Leads>().map_or(0, |leads| leads.0);
    let (status, took) = (response.status().as_u16(), start.elapsed());
    server.metrics.request(route.path, status, took);
    server.log.request(id, method, route.path, status, leads, took);
    response
}

/// One of those that are known, for the log.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| method == *known).unwrap_or("another")
}

/// A request that breaks off is in flight no longer, either.
struct InFlight(Arc<Server>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}

async fn guarded(
    server: &Arc<Server>,
    route: &'static Route,
    request: Request<Body>,
) -> Result<Response<Body>, Refusal> {
    if route.guarded {
        authorized(server, &request)?;
    }
    let handler = match route.handler {
        Handler::Now(handler) => return Ok(handler(server)),
        Handler::Work(handler) => handler,
    };
    let limits = &server.options.limits;
    let Ok(permit) = server.room.clone().try_acquire_owned() else {
        let detail = format!("{} requests are being answered; try again soon", limits.requests);
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once", detail));
    };
    let (server, time) = (server.clone(), limits.time);
    let work = async move {
        let _permit = permit;
        handler(server, request).await
    };
    match tokio::time::timeout(time, work).await {
        Ok(result) => result,
        Err(_) => {
            let detail = format!("it was not done in {} s; ask for less at once", time.as_secs_f64());
            Err(Refusal::new(StatusCode::GATEWAY_TIMEOUT, "this took too long", detail))
        }
    }
}

fn authorized(server: &Server, request: &Request<Body>) -> Result<(), Refusal> {
    let Some(token) = &server.options.token else { return Ok(()) };
    let sent = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
    let sent =
        sent.split_at_checked("Bearer ".len()).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "));
    if sent.is_some_and(|(_, sent)| same(sent, token.as_bytes())) {
        return Ok(());
    }
    let detail = "send the header `authorization: Bearer …` with the token of this server";
    Err(Refusal::new(StatusCode::UNAUTHORIZED, "who asks is not known", detail))
}

/// Takes as long for a wrong token as for a right one.
fn same(sent: &[u8], token: &[u8]) -> bool {
    let differing = token.iter().enumerate().fold(sent.len() ^ token.len(), |differing, (at, byte)| {
        differing | usize::from(byte ^ sent.get(at).copied().unwrap_or(!byte))
    });
    std::hint::black_box(differing) == 0
}
