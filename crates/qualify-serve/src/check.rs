//! `POST /v1/check`: what the checker says of rule files that are sent. No file of this machine is read.

use crate::answer::{Refusal, typed};
use crate::request::{json_body, object};
use crate::server::Server;
use axum::body::Body;
use axum::http::{Request, Response};
use qualify::{Model, Sources};
use qualify_data::{Tree, field};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

pub(crate) async fn check(server: Arc<Server>, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    let bytes = json_body(&server, request).await?;
    let asked = object(&bytes, &["files", "used"])?;
    let files = texts(field(&asked, "files"), "files")?;
    if files.is_empty() {
        return Err(wrong("files"));
    }
    let used = field(&asked, "used").map(|used| texts(Some(used), "used")).transpose()?.unwrap_or_default();
    let json = server.long(move || answer(&files, &used)).await?;
    Ok(typed("application/json", json))
}

/// Names and texts.
type Texts = Vec<(String, String)>;

fn texts(value: Option<&Tree<'_>>, field: &'static str) -> Result<Texts, Refusal> {
    let Some(Tree::Record(files)) = value else { return Err(wrong(field)) };
    let text = |(name, text): &(Cow<'_, str>, Tree<'_>)| Some((name.to_string(), text.as_str()?.to_string()));
    files.iter().map(|file| text(file).ok_or_else(|| wrong(field))).collect()
}

fn wrong(field: &str) -> Refusal {
    Refusal::malformed(format!("`{field}` has the text of each rule file under its name"))
}

/// The messages about `files`, which may use each other and `used`.
fn answer(files: &Texts, used: &Texts) -> String {
    let mut sources = Sources::new();
    let all = || files.iter().chain(used);
    let text = |name: &str| all().find(|(other, _)| other == name).map(|(_, text)| text.clone());
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name.clone(), text.clone())).collect();
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
