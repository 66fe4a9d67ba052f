//! Connections: taken until the server is told to stop, so many at one time, ended when nothing comes on them for too
//! long, and finished in good order at the end.
//!
//! Not in here: what is answered on them (`routes`).

use crate::reload;
use crate::routes::router;
use crate::server::Server;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Until connections are taken again, when the system has no room for another one.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until it is told to stop, then finishes the requests that it took, until it is told again or its grace ends.
/// `files` are those that the model was made of. An error: requests were left undone.
pub async fn run(
    server: Arc<Server>,
    files: Vec<PathBuf>,
    listener: TcpListener,
    mut stops: Receiver<()>,
) -> io::Result<()> {
    let watch =
        server.options.look_every.map(|every| tokio::spawn(reload::watch(server.clone(), files, every)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(server.options.limits.head);
    let (router, open) = (router(server.clone()), GracefulShutdown::new());
    let places = Arc::new(Semaphore::new(server.options.limits.connections.min(Semaphore::MAX_PERMITS)));
    loop {
        tokio::select! {
            (stream, place) = next(&listener, &places) => serve(&http, stream, place, router.clone(), &open),
            _ = stops.recv() => break,
        }
    }
    drop(listener); // whoever comes now is told at once that nobody listens
    let why = tokio::select! {
        () = open.shutdown() => None,
        () = tokio::time::sleep(server.options.grace) => Some("some requests were not done in time"),
        Some(()) = stops.recv() => Some("some requests were not done, as it was told to stop twice"),
    };
    watch.into_iter().for_each(|task| task.abort());
    match why {
        // connections that were open with nothing asked on them leave nothing undone
        Some(why) if server.metrics.in_flight.get() > 0 => Err(io::Error::new(io::ErrorKind::TimedOut, why)),
        _ => Ok(()),
    }
}

/// The next connection, once there is a place for it. One that broke off before it was taken is passed over.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    let place = places.clone().acquire_owned().await.ok(); // places are never closed
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn serve(
    http: &http1::Builder,
    stream: TcpStream,
    place: Option<OwnedSemaphorePermit>,
    router: Router,
    open: &GracefulShutdown,
) {
    let _ = stream.set_nodelay(true); // without it answers only come later
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let connection = open.watch(connection);
    tokio::spawn(async move {
        let _ = connection.await; // the client is gone, and there is nobody to tell
        drop(place);
    });
}
