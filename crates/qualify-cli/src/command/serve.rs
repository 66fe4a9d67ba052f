//! `qualify serve`: a project's model over HTTP.

use crate::arguments::Serve;
use crate::console::{Console, Outcome};
use crate::levels::Levels;
use crate::{Stop, project, rule_files};
use qualify_serve::{Limits, Loaded, Options, Server};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Serves until it is told to stop.
pub fn run(arguments: &Serve, console: &mut Console) -> Result<Outcome, Stop> {
    let token = token(arguments)?;
    let address = arguments.listen;
    if token.is_none() && !address.ip().is_loopback() && !arguments.no_token {
        let why = format!(
            "{address} can be reached by others: ask for a token with --token-file FILE or the variable \
             QUALIFY_TOKEN, or say --no-token"
        );
        return Err(Stop::CouldNotRun(why));
    }
    let options = Options {
        limits: Limits {
            body: arguments.max_body,
            time: Duration::from_secs(arguments.timeout),
            head: Duration::from_secs(arguments.idle),
            requests: arguments.max_requests as usize,
            connections: arguments.max_connections as usize,
        },
        token,
        allow_personal: arguments.allow_personal,
        look_every: Some(Duration::from_millis(arguments.look_every)).filter(|every| !every.is_zero()),
        grace: Duration::from_secs(arguments.grace),
        log_requests: !arguments.quiet,
    };
    let (folder, compile) = (arguments.project.clone(), arguments.compile.clone());
    let (server, files) = Server::new(Box::new(move || load(&folder, &compile)), options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no threads to serve with: {error}"))?;
    let ended = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener = listener.map_err(|error| listening(address, &error))?;
        let bound = listener.local_addr().unwrap_or(address);
        console.print(&format!("listening on http://{bound}\n"))?;
        let served = qualify_serve::run(Arc::new(server), files, listener, stopped(), stopped()).await;
        served.map_err(|error| Stop::CouldNotRun(format!("stopped: {error}")))
    });
    runtime.shutdown_background(); // what is not done by now had its grace
    ended.map(|()| Outcome::Fine)
}

fn listening(address: SocketAddr, error: &std::io::Error) -> Stop {
    let why = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "somebody listens there already; name another with --listen".to_string()
        }
        std::io::ErrorKind::PermissionDenied => "that is not allowed; ports from 1024 on are".to_string(),
        _ => error.to_string(),
    };
    Stop::CouldNotRun(format!("cannot listen on {address}: {why}"))
}

/// The token of the file, else of the variable. An empty one would let everybody in.
fn token(arguments: &Serve) -> Result<Option<String>, Stop> {
    let text = match &arguments.token_file {
        Some(file) => qualify_data::rule_text(file).map_err(|why| format!("{}: {why}", file.display()))?,
        None => match std::env::var("QUALIFY_TOKEN") {
            Ok(token) => token,
            Err(_) => return Ok(None),
        },
    };
    let token = text.trim().to_string();
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Stop::CouldNotRun(
            "the token is empty or has characters that a header cannot hold".to_string(),
        ));
    }
    Ok(Some(token))
}

/// Compiles the model of the project; nothing is printed.
fn load(folder: &Path, compile: &crate::arguments::Compile) -> Result<Loaded, (String, Vec<PathBuf>)> {
    let words = |stop: Stop| match stop {
        Stop::CouldNotRun(why) => why,
        Stop::Found | Stop::ReaderGone => "the model has errors".to_string(),
    };
    let (mut files, asked) = (Vec::new(), RefCell::new(Vec::new()));
    let compiled = project::open(folder).and_then(|project| {
        files.push(project.path.clone());
        files.extend(project.model_files());
        let levels = Levels::of_projects(compile, std::slice::from_ref(&project))?;
        let tell = |file| asked.borrow_mut().push(file);
        rule_files::compile_telling(&project.model_files(), compile, &levels, &tell)
    });
    // those that are not there, too: they may come
    for path in asked.into_inner() {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    let compiled = compiled.map_err(|stop| (words(stop), files.clone()))?;
    if compiled.counts().0 > 0 {
        return Err((qualify::render_terminal(&compiled.sources, &compiled.diagnostics, false), files));
    }
    match compiled.model {
        Some(model) => Ok(Loaded { model, files }),
        None => Err(("the model has errors".to_string(), files)),
    }
}

/// An interrupt, or being asked to end.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = end.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await; // without signals there is nothing to wait for
}
