//! Reading what a program sent: strictly, and with a sentence for what does not fit.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use motcua_domain::ledger::sha256;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::Unfit;

/// Most bytes of a JSON body: a hundred papers with long names fit several times.
pub const JSON_MAX: usize = 1024 * 1024;
/// Longest idempotency key, in characters.
pub const KEY_MAX: usize = 200;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A write that is done once, however often it is sent.
#[derive(Debug, Clone)]
pub struct Once {
    pub key: String,
    /// Hash of method, address and body: the same key with another request is a mistake of the caller.
    pub request: String,
}

/// A JSON body.
pub struct Json<T> {
    pub value: T,
    pub once: Option<Once>,
}

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            return Err(Unfit::new(415, "media_type").into_response());
        }
        let sent = Sent::read(request, JSON_MAX).await?;
        let value = parse(&sent.bytes)?;
        Ok(Self { value: fit(value)?, once: sent.once })
    }
}

/// A body of bytes with the type it claims to be of.
pub struct Raw<const MAX: usize> {
    pub bytes: Bytes,
    pub media: String,
    pub once: Option<Once>,
}

impl<const MAX: usize, S: Sync> FromRequest<S> for Raw<MAX> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let media = media(request.headers()).to_owned();
        let sent = Sent::read(request, MAX).await?;
        Ok(Self { bytes: sent.bytes, media, once: sent.once })
    }
}

/// What stands behind the question mark; `lang` is everybody's and is read before.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        let own: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=") && !pair.is_empty()).collect();
        let own = own.join("&");
        if let Some((name, _)) = form_urlencoded::parse(own.as_bytes()).find(|(_, value)| value.contains('\0')) {
            return Err(Failure::Invalid(vec![FieldError::new(&name, "api.nul")]));
        }
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(own.as_bytes()));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| misfit(&error))
    }
}

/// A request taken in whole.
struct Sent {
    bytes: Bytes,
    once: Option<Once>,
}

impl Sent {
    async fn read(request: Request, max: usize) -> Result<Self, Response> {
        let key = key(request.headers())?;
        let place = format!("{} {}", request.method(), request.uri().path_and_query().map_or("", |path| path.as_str()));
        let bytes = axum::body::to_bytes(request.into_body(), max).await.map_err(|_| {
            let size = Sentence::new("api.too_large").with("max", max / 1024);
            Unfit::new(413, "too_large").because(size).into_response()
        })?;
        let once = key.map(|key| Once { key, request: sha256(format!("{place}\n{}", sha256(&bytes)).as_bytes()) });
        Ok(Self { bytes, once })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Response> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(key) if !key.is_empty() && key.len() <= KEY_MAX => Ok(Some(key.to_owned())),
        _ => Err(Failure::Invalid(vec![FieldError::new("Idempotency-Key", "api.idempotency_key")]).into_response()),
    }
}

/// The type without its parameters, in lower case.
fn media(headers: &HeaderMap) -> String {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn is_json(headers: &HeaderMap) -> bool {
    media(headers) == super::JSON
}

fn parse(bytes: &[u8]) -> Result<Value, Response> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let place = Sentence::new("api.malformed").with("said", error);
        Unfit::new(400, "malformed").because(place).into_response()
    })?;
    match nul(&value) {
        Some(field) => Err(Failure::Invalid(vec![FieldError::new(&field, "api.nul")]).into_response()),
        None => Ok(value),
    }
}

/// Where the character NUL stands, if it does: no text of ours holds it, and PostgreSQL could not store it.
fn nul(value: &Value) -> Option<String> {
    let under = |name: String, value: &Value| {
        nul(value).map(|rest| if rest.is_empty() { name.clone() } else { format!("{name}.{rest}") })
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| under(at.to_string(), item)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match name.contains('\0') {
            true => Some(String::new()),
            false => under(name.clone(), value),
        }),
        _ => None,
    }
}

fn fit<T: DeserializeOwned>(value: Value) -> Result<T, Response> {
    serde_path_to_error::deserialize(value).map_err(|error| misfit(&error).into_response())
}

/// A field of a wrong type, one too many or one missing, with the reader's words.
fn misfit<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Failure {
    let path = error.path().to_string();
    let field = if path == "." { String::new() } else { path.replace('[', ".").replace(']', "") };
    let sentence =
        Sentence { key: "api.misfit".into(), params: BTreeMap::from([("said".into(), error.inner().to_string())]) };
    Failure::Invalid(vec![FieldError { field, sentence }])
}
