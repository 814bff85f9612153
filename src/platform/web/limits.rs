//! Limits of every request, in numbers: how large, how long, and what happens when a handler breaks.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use http_body_util::Limited;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::error;
use crate::platform::failure::Failure;

/// Most bytes of a body without files.
const BODY_MAX: usize = 2 * 1024 * 1024;
/// Most bytes of a body with files. More than a file may have, so that whoever sends one somewhat too large is told so
/// instead of losing the connection.
const UPLOAD_MAX: usize = 64 * 1024 * 1024;
/// Longest time for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// The same for files, which may come over a slow line from a village.
const UPLOAD_WITHIN: Duration = Duration::from_secs(15 * 60);

/// Inside the edge, which turns what goes wrong here into a page or a problem.
pub(super) fn within(router: Router<super::App>) -> Router<super::App> {
    router.layer(DefaultBodyLimit::disable()).layer(CatchPanicLayer::custom(broken)).layer(middleware::from_fn(limit))
}

/// Outside everything: what goes over the line is small. Files and PDFs are compressed already.
pub(super) fn compressed(router: Router) -> Router {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("application/pdf"));
    router.layer(CompressionLayer::new().compress_when(worth_it))
}

async fn limit(request: Request, next: Next) -> Response {
    let (bytes, time) =
        if has_files(request.headers()) { (UPLOAD_MAX, UPLOAD_WITHIN) } else { (BODY_MAX, ANSWER_WITHIN) };
    let request = request.map(|body| Body::new(Limited::new(body, bytes)));
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => error::pending(Failure::fault(anyhow::anyhow!("no answer within {} s", time.as_secs()))),
    }
}

/// A form with files, or a file as it is (the API).
fn has_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["multipart/", "image/", "application/pdf", "application/octet-stream"].iter().any(|files| kind.starts_with(files))
}

/// A handler panicked. What it says may hold what somebody typed, so it is not repeated.
fn broken(_: Box<dyn Any + Send + 'static>) -> Response {
    error::pending(Failure::fault(anyhow::anyhow!("a handler panicked")))
}
