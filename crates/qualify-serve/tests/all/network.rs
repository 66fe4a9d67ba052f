//! The server on a real port: clients that are slow, that break off, and that ask while the model changes.

use super::service::{RULES, Service};
use qualify_serve::{Limits, Options};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Reads one answer; the connection may go on.
fn answer(stream: &mut TcpStream) -> Option<(u16, Value)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).ok()?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Some((status, serde_json::from_slice(&body).expect("JSON")))
}

fn request(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let head = "POST /v1/score HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: ";
    format!("{head}{}\r\n\r\n{body}", body.len()).into_bytes()
}

fn lead(size: i64) -> Value {
    json!({ "lead": { "id": size.to_string(), "firmographics.size": size }, "as_of": "2026-01-31T00:00:00Z" })
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    stream
}

#[test]
fn a_client_that_sends_its_head_slowly_is_cut_off() {
    let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
    let service = Service::new(Options { limits, log_requests: false, ..Options::default() });
    let network = service.listen();
    let started = Instant::now();
    let mut slow = connect(network.address);
    slow.write_all(b"POST /v1/score HTTP/1.1\r\nx: ").expect("it reads");
    let mut drip = slow.try_clone().expect("a second hand");
    let dripping = std::thread::spawn(move || {
        while drip.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest); // cut off, in whatever words
    dripping.join().expect("it ends");
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    let mut quick = connect(network.address);
    quick.write_all(&request(&lead(500))).expect("it reads");
    assert_eq!(answer(&mut quick).expect("an answer").0, 200);
    network.stop();
}

#[test]
fn connections_above_the_limit_wait_until_one_ends() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let service = Service::new(Options { limits, log_requests: false, ..Options::default() });
    let network = service.listen();
    let mut first = connect(network.address);
    first.write_all(&request(&lead(500))).expect("it reads");
    assert_eq!(answer(&mut first).expect("an answer").0, 200);
    let mut second = connect(network.address);
    second.write_all(&request(&lead(500))).expect("the system takes it");
    second.set_read_timeout(Some(Duration::from_millis(300))).expect("a time");
    assert!(answer(&mut second).is_none(), "the first one has the only place");
    drop(first);
    second.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    assert_eq!(answer(&mut second).expect("an answer").0, 200);
    drop(second);
    network.stop();
}

/// What one client saw: the answers by the model that they name.
type Seen = HashMap<String, Vec<(Value, Value)>>;

/// Asks over one connection after the other, now and then breaking off in the middle of a request or of an answer.
fn client(address: SocketAddr, number: usize) -> Seen {
    let mut seen = Seen::new();
    for connection in 0..40 {
        let mut stream = connect(address);
        for asked in 0..12 {
            let size = (number * 10_000 + connection * 50 + asked * 4 + 1) as i64;
            let bytes = request(&lead(size));
            match (connection + asked + number) % 9 {
                7 => {
                    stream.write_all(&bytes[..bytes.len() / 2]).expect("it reads");
                    break; // in the middle of the request
                }
                8 => {
                    stream.write_all(&bytes).expect("it reads");
                    break; // without waiting for the answer
                }
                _ => stream.write_all(&bytes).expect("it reads"),
            }
            let (status, body) = answer(&mut stream).expect("no answer is lost");
            assert_eq!(status, 200, "{body}");
            let result = &body["result"];
            assert_eq!(result["id"], json!(size.to_string()), "the answer is to this request");
            let model = body["model"].as_str().expect("a digest").to_string();
            seen.entry(model).or_default().push((json!(size), result["score"].clone()));
        }
    }
    seen
}

#[test]
fn no_answer_is_wrong_lost_or_mixed_while_models_change_and_clients_break_off() {
    let service = Service::quiet();
    let network = service.listen();
    let models: Vec<(String, Value)> = [20, 30, 40]
        .map(|points| (RULES.replace("add 20.5", &format!("add {points}")), json!(points)))
        .into();
    let address = network.address;
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8).map(|number| scope.spawn(move || client(address, number))).collect();
        let mut turn = 0;
        while clients.iter().any(|client| !client.is_finished()) {
            let text = if turn % 5 == 4 { "this is no model" } else { &models[turn % 3].0 };
            *service.rules.lock().expect("the rules") = text.to_string();
            service.server.reload();
            turn += 1;
        }
        clients.into_iter().map(|client| client.join().expect("all its answers were right")).collect()
    });
    network.stop();
    let mut points: HashMap<String, Value> = HashMap::new();
    for (text, expected) in models.iter().chain([&(RULES.to_string(), json!(20.5))]) {
        let model = qualify::Model::from_text(text).expect("the rules are right");
        points.insert(model.digest().to_string(), expected.clone());
    }
    let mut answers = 0;
    for (model, found) in seen.iter().flatten() {
        let expected = points.get(model).expect("it is one of the models");
        for (size, score) in found {
            let expected = if size.as_i64() > Some(100) { expected.clone() } else { json!(0) };
            assert_eq!(*score, expected, "{size} by {model}");
            answers += 1;
        }
    }
    let models: std::collections::HashSet<&String> = seen.iter().flat_map(HashMap::keys).collect();
    assert!(answers > 900 && models.len() > 1, "{answers} answers of {} models", models.len());
}
