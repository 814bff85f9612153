//! Every request has a name of its own, that the log, the answer and the page with an error all say. [OBS-03]

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use metrics::{gauge, histogram};
use tracing::{Instrument as _, field};

use super::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest name that is taken from a proxy.
const ID_MAX: usize = 64;

/// Where a request came from, as the connection tells.
pub(super) fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// Answers with what `work` makes of the request under its name, and counts it.
pub(super) async fn watched<F>(app: &App, request: Request, work: impl FnOnce(Request, String) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let id = id(app, &request);
    let method = method(request.method());
    // As declared, never as asked for: a path names dossiers.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    // An error's line must name its request at every level of the log.
    let span = tracing::error_span!(
        "request",
        id,
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.response.status_code = field::Empty
    );
    let began = Instant::now();
    let open = Open::begin();
    let mut response = work(request, id.clone()).instrument(span.clone()).await;
    drop(open);
    let (status, taken) = (response.status().as_u16(), began.elapsed());
    histogram!("motcua_http_request_seconds", "route" => route, "method" => method, "status" => status.to_string())
        .record(taken);
    span.record("http.response.status_code", status);
    span.in_scope(|| tracing::info!(status, ms = taken.as_millis() as u64, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The name that a proxy of ours gave, or one that can be read out over the telephone.
fn id(app: &App, request: &Request) -> String {
    let plain = |id: &&str| {
        (1..=ID_MAX).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let given = app.front.said(peer(request), request.headers(), REQUEST_ID.as_str()).filter(plain);
    given.map_or_else(|| app.ids.spoken().unwrap_or_default(), str::to_owned)
}

/// What a caller makes up must not become a label.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// One more is open, until this is dropped: also when the client went away in the middle.
struct Open;

impl Open {
    fn begin() -> Self {
        gauge!("motcua_http_requests_open").increment(1.0);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        gauge!("motcua_http_requests_open").decrement(1.0);
    }
}
