//! A server that speaks as much of GitHub's interface as comments on a pull request need.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server holds and what it was asked.
#[derive(Default)]
pub struct State {
    /// The comments, the oldest first.
    pub comments: Vec<Value>,
    /// Requests without their bodies, as `GET /repos/…`.
    pub requests: Vec<String>,
    /// The tokens that came.
    pub tokens: Vec<String>,
    /// Every request is refused.
    pub refuses: bool,
}

/// A server on a port of its own; it ends with the process.
pub struct Server {
    /// Where it listens.
    pub address: String,
    /// What it holds.
    pub state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts one with these comments.
    pub fn start(comments: Vec<Value>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State { comments, ..State::default() }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &shared);
            }
        });
        Server { address, state }
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().expect("a length"),
            "authorization" => token = value.trim().to_string(),
            "expect" => stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").expect("it listens"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let mut state = state.lock().expect("the state");
    state.tokens.push(token);
    let request = first.trim_end().trim_end_matches(" HTTP/1.1").to_string();
    let (status, answer) = reply(&mut state, &request, serde_json::from_slice(&body).unwrap_or(Value::Null));
    state.requests.push(request);
    let text = answer.to_string();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    let _ = stream.write_all((head + &text).as_bytes()); // whoever asked may be gone
}

fn reply(state: &mut State, request: &str, body: Value) -> (&'static str, Value) {
    if state.refuses {
        return ("403 Forbidden", json!({ "message": "Resource not accessible by integration" }));
    }
    let (method, path) = request.split_once(' ').expect("a path");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match (method, path.strip_prefix("/repos/team/rules/issues/")) {
        ("GET", Some("7/comments")) => {
            let page: usize = query.rsplit("page=").next().and_then(|n| n.parse().ok()).unwrap_or(1);
            let found: Vec<_> = state.comments.iter().skip((page - 1) * 100).take(100).cloned().collect();
            ("200 OK", Value::Array(found))
        }
        ("POST", Some("7/comments")) => {
            let id = state.comments.len() + 1;
            state.comments.push(json!({ "id": id, "body": body["body"] }));
            ("201 Created", json!({ "id": id }))
        }
        ("PATCH", Some(comment)) => {
            let id: u64 = comment.strip_prefix("comments/").and_then(|n| n.parse().ok()).expect("a number");
            let of_id = |comment: &&mut Value| comment["id"] == id;
            let comment = state.comments.iter_mut().find(of_id).expect("the comment");
            comment["body"] = body["body"].clone();
            ("200 OK", comment.clone())
        }
        _ => ("404 Not Found", json!({ "message": "Not Found" })),
    }
}
