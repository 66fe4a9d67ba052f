//! What requests ask, read from their bodies.

use crate::answer::Refusal;
use crate::server::Server;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use qualify::typed::calendar::parse_instant;
use qualify_data::{Fields, Tree};

/// The body, up to the limit.
pub(crate) async fn body(server: &Server, request: Request<Body>) -> Result<Bytes, Refusal> {
    let most = server.options.limits.body;
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > most as u64) {
        return Err(too_large(most)); // before the client is told to go on
    }
    to_bytes(request.into_body(), most).await.map_err(|error| {
        let mut source: Option<&dyn std::error::Error> = Some(&error);
        while let Some(inner) = source {
            if inner.to_string().contains("length limit") {
                return too_large(most);
            }
            source = inner.source();
        }
        Refusal::malformed("the body ended before it was whole")
    })
}

/// More than the limit.
pub(crate) fn too_large(most: usize) -> Refusal {
    let detail = format!("a body may have {most} bytes; send the leads in several requests");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large", detail)
}

/// The content type without its parameters.
pub(crate) fn content_type(request: &Request<Body>) -> String {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The body of a request that is JSON, up to the limit.
pub(crate) async fn json_body(server: &Server, request: Request<Body>) -> Result<Bytes, Refusal> {
    match content_type(&request).as_str() {
        "application/json" | "" => body(server, request).await,
        other => Err(unread(other, &["application/json"])),
    }
}

/// A content type that is not read.
pub(crate) fn unread(other: &str, read: &[&str]) -> Refusal {
    let detail = format!("`{other}` is not read here; send `{}`", read.join("`, `"));
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "this type is not read", detail)
}

/// A JSON object with none but the named fields.
pub(crate) fn object<'b>(bytes: &'b [u8], fields: &[&str]) -> Result<Fields<'b>, Refusal> {
    let no_json = |why: String| Refusal::malformed(format!("the body is no JSON: {why}"));
    let text = std::str::from_utf8(bytes).map_err(|error| no_json(error.to_string()))?;
    let Tree::Record(object) = Tree::parse(text).map_err(|error| no_json(error.to_string()))? else {
        return Err(Refusal::malformed(format!("the body is a JSON object with `{}`", fields.join("`, `"))));
    };
    if let Some((other, _)) = object.iter().find(|(name, _)| !fields.contains(&name.as_ref())) {
        let known = fields.join("`, `");
        return Err(Refusal::malformed(format!(
            "`{other}` is nothing that is asked here; there are `{known}`"
        )));
    }
    let twice = fields.iter().find(|field| object.iter().filter(|(name, _)| name == *field).count() > 1);
    match twice {
        Some(field) => Err(Refusal::malformed(format!("`{field}` is given twice"))),
        None => Ok(object),
    }
}

/// The instant that the query asks for: `?as_of=…`. Nothing else is asked there.
pub(crate) fn in_query(query: Option<&str>) -> Result<Option<i64>, Refusal> {
    let mut found = None;
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, text) = (decoded(name)?, decoded(value)?);
        if name != "as_of" {
            let detail = format!("`{name}` is nothing that is asked in a query; there is `as_of`");
            return Err(Refusal::malformed(detail));
        }
        let instant = parse_instant(&text).ok_or_else(|| match value.contains('+') {
            true => {
                Refusal::malformed("in a query `+` is a space; `as_of=2026-01-31T00:00:00%2B01:00` has one")
            }
            false => no_instant(),
        })?;
        found = one_instant(found, Some(instant))?;
    }
    Ok(found)
}

/// What stands in a query: `+` is a space there, and `%` comes before two digits of base 16.
fn decoded(text: &str) -> Result<String, Refusal> {
    let wrong = || Refusal::malformed("the query is not percent-encoded text in UTF-8");
    let digit = |byte: Option<u8>| byte.and_then(|byte| (byte as char).to_digit(16)).ok_or_else(wrong);
    let (mut bytes, mut decoded) = (text.bytes(), Vec::with_capacity(text.len()));
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => (digit(bytes.next())? * 16 + digit(bytes.next())?) as u8, // below 256
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|_| wrong())
}

/// The one of two places that names an instant; both are one too many.
pub(crate) fn one_instant(one: Option<i64>, other: Option<i64>) -> Result<Option<i64>, Refusal> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            Err(Refusal::malformed("`as_of` is given twice, and the two are not the same instant"))
        }
        _ => Ok(one.or(other)),
    }
}

/// The instant that the field asks for.
pub(crate) fn as_of(value: Option<&Tree<'_>>) -> Result<Option<i64>, Refusal> {
    match value {
        None | Some(Tree::Null) => Ok(None),
        Some(Tree::Text(text)) => instant(text).map(Some),
        Some(_) => Err(no_instant()),
    }
}

/// The instant in a text.
pub(crate) fn instant(text: &str) -> Result<i64, Refusal> {
    parse_instant(text).ok_or_else(no_instant)
}

fn no_instant() -> Refusal {
    Refusal::malformed("`as_of` is an instant such as `2026-01-31T00:00:00Z`")
}

/// A yes or no; no if nothing is said.
pub(crate) fn flag(value: Option<&Tree<'_>>, name: &str) -> Result<bool, Refusal> {
    match value {
        None | Some(Tree::Null) => Ok(false),
        Some(Tree::YesNo(yes)) => Ok(*yes),
        Some(_) => Err(Refusal::malformed(format!("`{name}` is `true` or `false`"))),
    }
}
