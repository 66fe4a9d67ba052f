//! `qualify serve`, asked over a socket.

use crate::program::{Folder, has, qualify};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const RULES: &str = "lead key id { size integer } when size > 100 add 20";
const MANIFEST: &str = "model = \"model.qualify\"\n[[leads]]\nfiles = \"leads.csv\"\n";
const SCORE: &str = r#"{ "lead": { "id": 1, "size": 500 } }"#;

/// A server that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn project() -> Folder {
    Folder::new(&[("model.qualify", RULES), ("qualify.toml", MANIFEST)])
}

fn serve(folder: &Folder, arguments: &[&str]) -> Server {
    serve_at(folder.path(), arguments)
}

fn serve_at(path: &Path, arguments: &[&str]) -> Server {
    serve_project(path, ".", arguments)
}

fn serve_project(path: &Path, project: &str, arguments: &[&str]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qualify"));
    command.args(["serve", project, "--listen", "127.0.0.1:0", "--look-every", "20"]).args(arguments);
    command.current_dir(path).env_remove("QUALIFY_TOKEN");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on http://").expect("an address").to_string();
    Server { child, address }
}

/// Status and body.
fn read(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    (head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status"), body.to_string())
}

fn send(server: &Server, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("sent");
    stream
}

fn post(path: &str, body: &str) -> String {
    let head = "host: here\r\nconnection: close\r\ncontent-type: application/json";
    format!("POST {path} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn score(server: &Server) -> Value {
    let (status, body) = read(send(server, &post("/v1/score", SCORE)));
    assert_eq!(status, 200, "{body}");
    serde_json::from_str::<Value>(&body).expect("JSON")["result"]["score"].clone()
}

fn model(server: &Server) -> Value {
    let (_, body) = read(send(server, "GET /v1/model HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"));
    serde_json::from_str(&body).expect("JSON")
}

/// Waits until something is so; what it was last is told if it never is.
fn until<T: std::fmt::Debug>(mut look: impl FnMut() -> T, wanted: impl Fn(&T) -> bool) {
    let start = Instant::now();
    loop {
        let seen = look();
        if wanted(&seen) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{seen:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn changed_rules_are_served_and_wrong_ones_are_not() {
    let folder = project();
    let server = serve(&folder, &[]);
    assert_eq!(score(&server), json!(20));
    let write = |text: &str| std::fs::write(folder.path().join("model.qualify"), text).expect("the rules");
    write(&RULES.replace("add 20", "ad 20"));
    until(|| model(&server)["refused"].clone(), |refused| refused.is_string());
    assert_eq!(score(&server), json!(20));
    write(&RULES.replace("add 20", "add 35"));
    until(|| score(&server), |score| *score == json!(35));
    assert_eq!(model(&server)["refused"], Value::Null);
}

#[test]
fn files_that_go_and_come_back_are_seen() {
    let rules = "use \"more.qualify\"\nlead key id { size integer }";
    let more = "when size > 100 add 20";
    let folder = Folder::new(&[("model.qualify", rules), ("more.qualify", more), ("qualify.toml", MANIFEST)]);
    let server = serve(&folder, &[]);
    assert_eq!(score(&server), json!(20));
    let path = folder.path().join("more.qualify");
    std::fs::remove_file(&path).expect("it goes");
    until(|| model(&server)["refused"].clone(), |refused| refused.is_string());
    std::fs::write(&path, more.replace("20", "35")).expect("it comes back");
    until(|| score(&server), |score| *score == json!(35));
}

#[test]
#[cfg(unix)]
fn asked_to_end_it_finishes_what_it_took() {
    let folder = project();
    let mut server = serve(&folder, &[]);
    let request = post("/v1/score", SCORE);
    let (first, rest) = request.split_at(request.len() - 5);
    let mut taken = send(&server, first); // its body is not whole yet
    let get = "GET /metrics HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
    // this one and the one that asks
    until(|| read(send(&server, get)).1, |text| text.contains("\nqualify_requests_in_flight 2\n"));
    let ended = Command::new("kill").arg(server.child.id().to_string()).status().expect("kill");
    assert!(ended.success());
    until(|| TcpStream::connect(&server.address).is_err(), |refused| *refused);
    taken.write_all(rest.as_bytes()).expect("sent");
    let (status, body) = read(taken);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"score\":20,"), "{body}");
    assert!(server.child.wait().expect("its end").success());
}

#[test]
#[cfg(unix)]
fn asked_to_end_twice_or_without_grace_it_ends() {
    let folder = project();
    for (grace, signals) in [("1000", 2), ("0", 1)] {
        let mut server = serve(&folder, &["--grace", grace]);
        let request = post("/v1/score", SCORE);
        let _never_whole = send(&server, &request[..request.len() - 5]);
        let get = "GET /metrics HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
        until(|| read(send(&server, get)).1, |text| text.contains("\nqualify_requests_in_flight 2\n"));
        for _ in 0..signals {
            let ended = Command::new("kill").arg(server.child.id().to_string()).status().expect("kill");
            assert!(ended.success());
            until(|| TcpStream::connect(&server.address).is_err(), |refused| *refused);
        }
        let start = Instant::now();
        assert_eq!(server.child.wait().expect("its end").code(), Some(2));
        assert!(start.elapsed() < Duration::from_secs(500), "it waited for the rest of the request");
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_is_moved_in_with_the_time_of_the_old_one_is_seen() {
    let folder = project();
    let server = serve(&folder, &[]);
    assert_eq!(score(&server), json!(20));
    let (path, new) = (folder.path().join("model.qualify"), folder.path().join("new"));
    let time = std::fs::metadata(&path).and_then(|old| old.modified()).expect("its time");
    std::fs::write(&new, RULES.replace("20", "35")).expect("the rules");
    std::fs::File::options().write(true).open(&new).and_then(|new| new.set_modified(time)).expect("set");
    std::fs::rename(&new, &path).expect("moved");
    until(|| score(&server), |score| *score == json!(35));
}

/// As services are released: a link is turned from one folder to another, whose files look alike.
#[test]
#[cfg(unix)]
fn a_link_that_is_turned_is_seen() {
    let folder = project();
    let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for (name, points) in [("one", "20"), ("two", "35")] {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        std::fs::write(path.join("model.qualify"), RULES.replace("20", points)).expect("the rules");
        std::fs::write(path.join("qualify.toml"), MANIFEST).expect("the manifest");
        let file = std::fs::File::options().write(true).open(path.join("model.qualify")).expect("the rules");
        file.set_modified(time).expect("a time");
    }
    let (link, new) = (folder.path().join("now"), folder.path().join("next"));
    std::os::unix::fs::symlink("one", &link).expect("a link");
    let server = serve_project(folder.path(), "now", &[]);
    assert_eq!(score(&server), json!(20));
    std::os::unix::fs::symlink("two", &new).expect("a link");
    std::fs::rename(&new, &link).expect("turned");
    until(|| score(&server), |score| *score == json!(35));
}

#[test]
fn a_model_that_was_emptied_is_refused() {
    let folder = project();
    let server = serve(&folder, &[]);
    std::fs::write(folder.path().join("model.qualify"), "").expect("nothing");
    until(|| model(&server)["refused"].clone(), |refused| refused.is_string());
    assert_eq!(score(&server), json!(20));
}

#[test]
fn a_client_that_breaks_off_harms_nobody() {
    let folder = project();
    let server = serve(&folder, &["--max-requests", "4"]);
    for _ in 0..40 {
        let request = post("/v1/score", SCORE);
        drop(send(&server, &request[..request.len() / 2]));
        drop(send(&server, &request));
    }
    until(|| read(send(&server, &post("/v1/score", SCORE))).0, |status| *status == 200);
}

/// The example whose pages are shown here.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/embed-http")
}

/// What stands on a page between two marks.
fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    page.split(start).nth(1).and_then(|rest| rest.split(end).next()).expect("it stands on the page")
}

#[test]
fn the_page_tells_what_is_answered() {
    let folder = example();
    let page = std::fs::read_to_string(folder.join("../../docs/http.md")).expect("the page");
    let server = serve_at(&folder, &[]);
    let (status, body) = read(send(&server, &post("/v1/score", between(&page, "-d '", "'"))));
    assert_eq!(status, 200, "{body}");
    let told: Value = serde_json::from_str(between(&page, "```json\n", "```")).expect("JSON on the page");
    let mut found: Value = serde_json::from_str(&body).expect("JSON");
    found["model"] = told["model"].clone(); // it changes with the rules
    assert_eq!(found, told);
}

#[test]
fn the_example_prints_what_its_page_says() {
    if !has(&["python3"]) {
        return;
    }
    let folder = example();
    let server = serve_at(&folder, &[]);
    let signups = std::fs::File::open(folder.join("signups.jsonl")).expect("the sign-ups");
    let mut python = Command::new("python3");
    python.arg(folder.join("signups.py")).arg("2026-01-05T09:00:00Z").stdin(signups);
    python.env("QUALIFY_URL", format!("http://{}", server.address)).env("NO_PROXY", "*");
    let ran = python.output().expect("it starts");
    let page = std::fs::read_to_string(folder.join("README.md")).expect("the page");
    let said =
        page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("what it prints");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), said, "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn what_it_does_not_start_with() {
    let folder = project();
    let run = |arguments: &[&str]| qualify(&[&["serve", "."], arguments].concat(), &folder);
    let open = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(open.status, 2, "{open:?}");
    assert!(open.err.contains("--token-file FILE"), "{open:?}");
    std::fs::write(folder.path().join("token"), "\n").expect("a file");
    let empty = run(&["--token-file", "token"]);
    assert!(empty.status == 2 && empty.err.contains("empty"), "{empty:?}");
    let many = run(&["--max-requests", "9999999999999999999"]);
    assert!(many.status == 2 && many.err.contains("--max-requests"), "{many:?}");
    let server = serve(&folder, &[]);
    let taken = run(&["--listen", &server.address]);
    assert!(taken.status == 2 && taken.err.contains("somebody listens there already"), "{taken:?}");
    std::fs::write(folder.path().join("model.qualify"), RULES.replace("size >", "sise >"))
        .expect("the rules");
    let wrong = run(&[]);
    assert!(wrong.status == 2 && wrong.err.contains("fix: write `size`"), "{wrong:?}");
}
