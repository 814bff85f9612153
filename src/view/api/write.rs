//! One write of the API: one transaction, done once however often it is sent.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use motcua_domain::ledger::sha256;
use serde::Serialize;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::idempotency;
use crate::platform::web::api::{JSON, Once};
use crate::platform::web::{ApiAnswer, App, Req};

/// Runs `work` in a transaction and answers with what it made. With a key the answer is kept in the same transaction and
/// comes again when the same request comes again.
pub async fn write<T, F>(
    app: &App,
    asked: &Req,
    name: &'static str,
    once: Option<Once>,
    status: StatusCode,
    mut work: F,
) -> ApiAnswer
where
    T: Serialize,
    F: FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
{
    let (login, now) = (asked.officer()?.account.clone(), asked.ctx.now);
    let done = app
        .db
        .write(name, move |tx| {
            let answer = |tx: &mut Tx| Ok((status.as_u16(), serde_json::to_string(&work(tx)?)?));
            match &once {
                // Hashed, so that no key of a program is one of a form, however long it is.
                Some(once) => {
                    let key = format!("api/{}", sha256(once.key.as_bytes()));
                    idempotency::once(tx, &login, &key, &once.request, now, answer)
                }
                None => {
                    let mut answer = answer;
                    answer(tx).map(|(status, body)| idempotency::Once { replayed: false, status, body })
                }
            }
        })
        .await?;
    Ok(respond(done))
}

fn respond(done: idempotency::Once) -> Response {
    let status = StatusCode::from_u16(done.status).unwrap_or(StatusCode::OK);
    let made = (status == StatusCode::CREATED).then(|| location(&done.body)).flatten();
    let mut response = (status, [(header::CONTENT_TYPE, JSON)], done.body).into_response();
    let headers = response.headers_mut();
    if let Some(made) = made {
        headers.insert(header::LOCATION, made);
    }
    if done.replayed {
        headers.insert("idempotent-replay", HeaderValue::from_static("true"));
    }
    response
}

/// Where the dossier is that was made.
fn location(body: &str) -> Option<HeaderValue> {
    let made: serde_json::Value = serde_json::from_str(body).ok()?;
    HeaderValue::from_str(&format!("/api/v1/dossiers/{}", made.get("id")?.as_str()?)).ok()
}
