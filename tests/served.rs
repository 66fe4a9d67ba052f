//! Each case of the corpus gives the same over HTTP as in the reference interpreter: a server is started for each, and
//! asked for its leads, several at a time, by a client that knows nothing of it.

use qualify_embed::{Handle, compile_path};
use qualify_serve::{Loaded, Options, Server};
use qualify_tests::case::cases;
use qualify_tests::doors::{Put, folder, put};
use qualify_tests::workspace::{files, read, shown};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use tokio::runtime::Runtime;

#[test]
fn every_case_gives_the_same_over_http() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    let runtime = Runtime::new().expect("threads");
    for path in files("tests/corpus", ".md") {
        for case in cases(&shown(&path), &read(&path)).unwrap_or_default() {
            let Put::Case { json, .. } = put(&case) else { continue };
            count += json["leads"].as_array().map_or(0, Vec::len);
            let found = disagreements(&runtime, &json, &case.params);
            wrong.extend(found.into_iter().map(|found| format!("{}: {found}", case.name)));
        }
    }
    println!("{count} leads");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 300);
}

fn disagreements(runtime: &Runtime, json: &Json, params: &[(String, String)]) -> Vec<String> {
    let folder = folder(json);
    let files = compile_path(folder.path(), params).expect("the folder can be read");
    let model = Handle::of(files).expect("a case with leads has a model").model().clone();
    let load = move || Ok(Loaded { model: model.clone(), files: Vec::new() });
    let options = Options { look_every: None, log_requests: false, ..Options::default() };
    let (server, files) = Server::new(Box::new(load), options).expect("the model is there");
    let (stop, stops) = tokio::sync::mpsc::channel(1);
    let (address, served) = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        (address, tokio::spawn(qualify_serve::run(Arc::new(server), files, listener, stops)))
    });
    let mut at: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
    for lead in json["leads"].as_array().into_iter().flatten() {
        at.entry(lead["as_of"].as_str().unwrap_or_default()).or_default().push(lead);
    }
    let wrong = at.into_iter().flat_map(|(as_of, leads)| compare(address, as_of, &leads)).collect();
    stop.blocking_send(()).expect("it still serves");
    runtime.block_on(served).expect("it ends").expect("in good order");
    wrong
}

/// Leads of one instant, in one request.
fn compare(address: SocketAddr, as_of: &str, leads: &[&Json]) -> Vec<String> {
    let asked: Vec<&Json> = leads.iter().map(|lead| &lead["lead"]).collect();
    let answer = ask(address, &json!({ "leads": asked, "as_of": as_of }));
    let Some(results) = answer["results"].as_array() else { return vec![answer.to_string()] };
    assert_eq!(results.len(), leads.len());
    let pairs =
        results.iter().zip(leads).map(|(found, lead)| (found.to_string(), lead["results"].to_string()));
    pairs
        .filter(|(found, expected)| found != expected)
        .map(|(found, expected)| format!("{found} found, {expected} expected"))
        .collect()
}

fn ask(address: SocketAddr, body: &Json) -> Json {
    let body = body.to_string();
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(
        stream,
        "POST /v1/score HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {head}\n{body}"))
}
