//! Answers: JSON, and problems as RFC 9457 has them.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use qualify_data::{DataErrors, Problem};
use serde::Serialize;

/// The header that names the model that answered.
pub(crate) const MODEL: &str = "qualify-model";

/// How many leads an answer is about, for the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leads(pub usize);

/// Why a request is not answered as it would like to be.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: StatusCode,
    /// In a few words.
    title: &'static str,
    /// What is wrong, and what would be right.
    detail: String,
    pub problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Shown<'r> {
    title: &'r str,
    status: u16,
    detail: &'r str,
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    problems: &'r [Problem],
}

impl Refusal {
    pub fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Refusal {
        Refusal { status, title, detail: detail.into(), problems: Vec::new() }
    }

    /// The request is not what the specification says.
    pub fn malformed(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "the request cannot be read", detail)
    }

    /// Work that ended by a mistake of ours.
    pub fn broken() -> Refusal {
        let detail = "this is a mistake of the server, not of the request";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "something broke", detail)
    }

    /// Data that cannot be read; the first ten problems of each kind.
    pub fn data(errors: &DataErrors) -> Refusal {
        let problems: Vec<Problem> = errors.groups.iter().flat_map(|group| group.first.clone()).collect();
        let count = errors.count();
        let detail = match &problems[..] {
            [one] if count == 1 => one.to_string(),
            _ => format!("{count} problems; nothing was scored"),
        };
        let title = "some values cannot be read";
        Refusal { problems, ..Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, title, detail) }
    }

    pub fn answer(&self) -> Response<Body> {
        let shown = Shown {
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            problems: &self.problems,
        };
        let mut response = json(&shown);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => headers.insert("retry-after", HeaderValue::from_static("1")),
            StatusCode::UNAUTHORIZED => {
                headers.insert("www-authenticate", HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        response
    }
}

/// Plain data as JSON.
pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    let bytes = serde_json::to_vec(value).unwrap_or_default(); // plain data serialises
    typed("application/json", bytes)
}

/// Bytes of a type.
pub(crate) fn typed(content_type: &'static str, bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// With the digest of the model that answered, and the number of leads.
pub(crate) fn of_model(mut response: Response<Body>, digest: &str, leads: usize) -> Response<Body> {
    if let Ok(digest) = HeaderValue::from_str(digest) {
        response.headers_mut().insert(MODEL, digest);
    }
    response.extensions_mut().insert(Leads(leads));
    response
}
