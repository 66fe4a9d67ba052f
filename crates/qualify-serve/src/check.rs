//! `POST /v1/check`: what the checker says of rule files that are sent. No file of this machine is read.

use crate::answer::{Refusal, typed};
use crate::request::{json_body, object};
use crate::server::Server;
use axum::body::Body;
use axum::http::{Request, Response};
use qualify::{Model, Sources};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::Arc;

pub(crate) async fn check(server: Arc<Server>, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    let bytes = json_body(&server, request).await?;
    let asked = object(&bytes, &["files", "roots"])?;
    let files = texts(asked.get("files"))?;
    let roots = roots(asked.get("roots"), &files)?;
    let json = server.long(move || answer(&files, &roots)).await?;
    Ok(typed("application/json", json))
}

/// Names and texts.
fn texts(value: Option<&Value>) -> Result<Vec<(String, String)>, Refusal> {
    let wrong = || Refusal::malformed("`files` has the text of each rule file under its name");
    let empty = Map::new();
    let files = match value {
        Some(Value::Object(files)) => files,
        None => &empty,
        Some(_) => return Err(wrong()),
    };
    if files.is_empty() {
        return Err(wrong());
    }
    let text = |(name, text): (&String, &Value)| Some((name.clone(), text.as_str()?.to_string()));
    files.iter().map(|file| text(file).ok_or_else(wrong)).collect()
}

/// The files to begin with: all, if nothing is said.
fn roots(value: Option<&Value>, files: &[(String, String)]) -> Result<Vec<String>, Refusal> {
    let names = match value {
        None | Some(Value::Null) => return Ok(files.iter().map(|(name, _)| name.clone()).collect()),
        Some(Value::Array(names)) => names,
        Some(_) => return Err(Refusal::malformed("`roots` is a list of names of `files`")),
    };
    let known = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        let found = files.iter().find(|(other, _)| other == name);
        found
            .map(|(name, _)| name.clone())
            .ok_or_else(|| Refusal::malformed("`roots` names a file that is not sent"))
    };
    names.iter().map(known).collect()
}

fn answer(files: &[(String, String)], roots: &[String]) -> String {
    let mut sources = Sources::new();
    let text = |name: &str| files.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone());
    let ids: Vec<_> =
        roots.iter().map(|name| sources.add(name.clone(), text(name).unwrap_or_default())).collect();
    let load = |path: &str, asking: &str| {
        let beside = Path::new(asking).parent().unwrap_or(Path::new("")).join(path).display().to_string();
        let found =
            [beside, path.to_string()].into_iter().find_map(|name| Some((name.clone(), text(&name)?)));
        found.ok_or_else(|| "it is not among the files that were sent".to_string())
    };
    let compiled = Model::compile(sources, &ids, &load, &[]);
    let messages = qualify::render_json(&compiled.sources, &compiled.diagnostics);
    format!("{{\"diagnostics\":{messages}}}")
}
