//! A server over a model that can be replaced, and a client of it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use qualify::Model;
use qualify_serve::{Loaded, Options, Server, router};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// A model with an attribute of each kind that matters here.
pub const RULES: &str = r#"
lead key id {
  firmographics { size integer from 1 to 100_000 required  region one of (emea, amer) }
  email email personal
  stage stage
}
event visited (page one of (pricing, docs), seconds number)
score fit { when firmographics.size > 100 add 20.5 because "large enough" }
score interest { when visited pricing within 7d add 30 }
grade A if fit >= 20
grade B otherwise
disqualify if email.domain in ("rival.com") because "competitor"
stage MQL if score >= 50
segment large if firmographics.size > 1000
route "Sales" if stage is MQL respond within 1h
"#;

/// What the server of these tests serves, as its rules stand now.
pub struct Service {
    pub server: Arc<Server>,
    pub rules: Arc<Mutex<String>>,
    runtime: tokio::runtime::Runtime,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

/// A server on a port.
pub struct Network<'s> {
    pub address: std::net::SocketAddr,
    stop: tokio::sync::mpsc::Sender<()>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
    runtime: &'s tokio::runtime::Runtime,
}

impl Network<'_> {
    /// Ends it, in good order.
    pub fn stop(self) {
        self.stop.blocking_send(()).expect("it still serves");
        self.runtime.block_on(self.served).expect("it ends").expect("in good order");
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn content_type(&self) -> &str {
        self.headers["content-type"].to_str().expect("a text")
    }
}

impl Service {
    pub fn new(options: Options) -> Service {
        let rules = Arc::new(Mutex::new(RULES.to_string()));
        let read = rules.clone();
        let load = move || {
            let text = read.lock().expect("the rules").clone();
            let file = vec![PathBuf::from("model.qualify")];
            match Model::from_text(&text) {
                Ok(model) => Ok(Loaded { model, files: file }),
                Err(mistakes) => Err((mistakes.to_string(), file)),
            }
        };
        let (server, _) = Server::new(Box::new(load), options).expect("the rules are right");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Service { server: Arc::new(server), rules, runtime: runtime.expect("threads") }
    }

    pub fn quiet() -> Service {
        Service::new(Options { log_requests: false, ..Options::default() })
    }

    /// Listens on a port.
    pub fn listen(&self) -> Network<'_> {
        let (stop, stops) = tokio::sync::mpsc::channel(1);
        let (server, look_at) = (self.server.clone(), Vec::new());
        let (address, served) = self.runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            (address, tokio::spawn(qualify_serve::run(server, look_at, listener, stops)))
        });
        Network { address, stop, served, runtime: &self.runtime }
    }

    pub fn ask(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = router(self.server.clone()).oneshot(request).await.expect("an answer");
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body").to_vec();
            Answer { status, headers, bytes }
        })
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).expect("a request"))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, "application/json", body.to_string().into_bytes())
    }

    pub fn post_bytes(&self, path: &str, content_type: &str, bytes: Vec<u8>) -> Answer {
        let request = Request::post(path).header("content-type", content_type);
        self.ask(request.body(Body::from(bytes)).expect("a request"))
    }
}
