//! What all requests share, and the life of the server from its first to its last.

use crate::answer::Refusal;
use crate::load::Load;
use crate::log::Log;
use crate::metrics::Metrics;
use crate::served::Served;
use axum::body::{Body, Bytes};
use axum::http::Response;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// Above so many bytes a body is worked on where it keeps no other request waiting.
const SMALL: usize = 1 << 16;

/// What a request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Until the head of a request is there, counted from the one before: a connection on which nothing comes ends.
    pub head: Duration,
    /// Until a request is answered.
    pub time: Duration,
    /// Requests at one time.
    pub requests: usize,
    /// Connections at one time; others wait until one of them ends.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        let (head, time) = (Duration::from_secs(30), Duration::from_secs(30));
        Limits { body: 64 << 20, head, time, requests: 256, connections: 4096 }
    }
}

/// How to serve.
pub struct Options {
    /// What a request may take.
    pub limits: Limits,
    /// Who asks must send it: `authorization: Bearer …`.
    pub token: Option<String>,
    /// Explanations may tell values of personal attributes, if they are asked to.
    pub allow_personal: bool,
    /// How often to look whether files changed; none: never.
    pub look_every: Option<Duration>,
    /// How long requests that were taken may go on after the server was told to stop.
    pub grace: Duration,
    /// Whether every request is logged, or only what goes wrong.
    pub log_requests: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            limits: Limits::default(),
            token: None,
            allow_personal: false,
            look_every: Some(Duration::from_secs(1)),
            grace: Duration::from_secs(30),
            log_requests: true,
        }
    }
}

/// What all requests share.
pub struct Server {
    pub(crate) options: Options,
    pub(crate) metrics: Metrics,
    pub(crate) log: Log,
    /// Requests that may be answered at one time.
    pub(crate) room: Arc<Semaphore>,
    /// Cores for work that takes long.
    cores: Arc<Semaphore>,
    load: Load,
    /// Before the first load.
    pub(crate) started: SystemTime,
    served: RwLock<Arc<Served>>,
    /// Why the newest files are not served.
    refused: RwLock<Option<String>>,
}

/// What answers a body with the instant of the query.
type Answer = fn(&Server, &Served, &[u8], Option<i64>) -> Result<Response<Body>, Refusal>;

impl Server {
    /// Loads the model; the error says why it cannot be served. Gives the files to look at, too.
    pub fn new(load: Load, options: Options) -> Result<(Server, Vec<PathBuf>), String> {
        let started = SystemTime::now();
        let loaded = load().map_err(|(why, _)| why)?;
        let served = Served::new(loaded.model, now());
        let metrics = Metrics::new();
        metrics.loaded(&served);
        let server = Server {
            metrics,
            log: Log { requests: options.log_requests },
            room: Arc::new(Semaphore::new(options.limits.requests.min(Semaphore::MAX_PERMITS))),
            cores: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, |n| n.get()))),
            options,
            load,
            started,
            served: RwLock::new(Arc::new(served)),
            refused: RwLock::new(None),
        };
        Ok((server, loaded.files))
    }

    /// The model in force. Whoever asks once and holds on to it sees one model.
    pub(crate) fn served(&self) -> Arc<Served> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does what may take long where it keeps no other request waiting, as much at once as there are cores. Work that
    /// nobody waits for any more keeps its core until it is done.
    pub(crate) async fn long<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, Refusal> {
        let core = self.cores.clone().acquire_owned().await.map_err(|_| Refusal::broken())?;
        let held = move || {
            let _core = core;
            work()
        };
        tokio::task::spawn_blocking(held).await.map_err(|_| Refusal::broken())
    }

    /// The answer to a body, given with the instant of the query: at once if it is small, else as [`long`](Self::long) work.
    pub(crate) async fn answer(
        self: Arc<Self>,
        served: Arc<Served>,
        bytes: Bytes,
        instant: Option<i64>,
        answer: Answer,
    ) -> Result<Response<Body>, Refusal> {
        if bytes.len() <= SMALL {
            return answer(&self, &served, &bytes, instant);
        }
        let working = self.clone();
        self.long(move || answer(&working, &served, &bytes, instant)).await?
    }

    /// Why the newest files are not served, if they are not.
    pub(crate) fn refused(&self) -> Option<String> {
        self.refused.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads the model again. One that does not check changes nothing but what is told. Gives the files to look at.
    pub fn reload(&self) -> Vec<PathBuf> {
        let (refused, files) = match (self.load)() {
            Ok(loaded) => {
                let same = loaded.model.digest() == self.served().model.digest();
                let served = Served::new(loaded.model, now());
                self.metrics.loaded(&served);
                self.metrics.reloads(if same { "unchanged" } else { "changed" });
                self.log.reloaded(served.model.digest());
                *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
                (None, loaded.files)
            }
            Err((why, files)) => {
                self.metrics.reloads("refused");
                self.log.refused(&why);
                (Some(why), files)
            }
        };
        *self.refused.write().unwrap_or_else(PoisonError::into_inner) = refused;
        files
    }
}

/// The instant of the call, microseconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
