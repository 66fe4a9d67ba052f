//! `POST /v1/explain`: where the score of a lead comes from.

use crate::answer::{Refusal, json, of_model};
use crate::request::{as_of, flag, in_query, json_body, object, one_instant};
use crate::served::Served;
use crate::server::{Server, now};
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use qualify::Explanation;
use qualify_data::field;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Shown<'e> {
    model: &'e str,
    explanation: Explanation,
}

pub(crate) async fn explain(server: Arc<Server>, request: Request<Body>) -> Result<Response<Body>, Refusal> {
    let served = server.served();
    let asked_for = in_query(request.uri().query())?;
    let bytes = json_body(&server, request).await?;
    server.answer(served, bytes, asked_for, answer).await
}

/// `instant` is that of the query.
fn answer(
    server: &Server,
    served: &Served,
    bytes: &[u8],
    instant: Option<i64>,
) -> Result<Response<Body>, Refusal> {
    let asked = object(bytes, &["lead", "as_of", "show_personal"])?;
    let as_of = one_instant(instant, as_of(field(&asked, "as_of"))?)?.unwrap_or_else(now);
    let show_personal = flag(field(&asked, "show_personal"), "show_personal")?;
    if show_personal && !server.options.allow_personal {
        let detail = "personal values are shown only by a server that was started with --allow-personal";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "personal values are not shown", detail));
    }
    let Some(lead) = field(&asked, "lead") else {
        return Err(Refusal::malformed("`lead` is the lead to explain"));
    };
    let read = served.model.lead_reader().read_tree(lead).map_err(|errors| Refusal::data(&errors))?;
    let explanation = served.model.explain(&read.lead, as_of, show_personal);
    let model = served.model.digest();
    Ok(of_model(json(&Shown { model, explanation }), model, 1))
}
