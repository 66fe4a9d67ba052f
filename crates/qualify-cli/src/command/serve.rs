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
use tokio::sync::mpsc::Receiver;

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
            body: usize::try_from(arguments.max_body).unwrap_or(usize::MAX),
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
        let stops = stops();
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener = listener.map_err(|error| listening(address, &error))?;
        let bound = listener.local_addr().unwrap_or(address);
        console.print(&format!("listening on http://{bound}\n"))?;
        let served = qualify_serve::run(Arc::new(server), files, listener, stops).await;
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
        // a file that was emptied is no mistake to the checker
        Some(model) if model.schema().lead_key.is_empty() => Err((
            "the rule files say nothing of leads; a schema begins with `lead key id { … }`".to_string(),
            files,
        )),
        Some(model) => Ok(Loaded { model, files }),
        None => Err(("the model has errors".to_string(), files)),
    }
}

/// Hears of each interrupt and of each time that the program is asked to end, from now on.
fn stops() -> Receiver<()> {
    let (tell, stops) = tokio::sync::mpsc::channel(2); // nobody counts further
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
            let Ok(mut signals) = signal(kind) else { continue }; // without signals there is nothing to hear
            let tell = tell.clone();
            tokio::spawn(
                async move { while signals.recv().await.is_some() && tell.send(()).await.is_ok() {} },
            );
        }
    }
    #[cfg(not(unix))]
    tokio::spawn(
        async move { while tokio::signal::ctrl_c().await.is_ok() && tell.send(()).await.is_ok() {} },
    );
    stops
}
