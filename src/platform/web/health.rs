//! What a supervisor asks: is the process alive, and can it work?

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Access, App, Routes};
use crate::registry;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/healthz", Access::Public, lives).get("/readyz", Access::Public, ready)
}

async fn lives() -> Response {
    say(StatusCode::OK, "ok\n")
}

/// The registry is in memory from the start; what may be gone is the database behind it.
async fn ready(State(app): State<App>) -> Response {
    match app.db.read(registry::revision).await {
        Ok(Some((site, _))) if site == app.shelf.get().site.id => say(StatusCode::OK, "ready\n"),
        Ok(_) => say(StatusCode::SERVICE_UNAVAILABLE, "no registry\n"),
        Err(failure) => {
            tracing::error!("not ready: {failure}");
            say(StatusCode::SERVICE_UNAVAILABLE, "no database\n")
        }
    }
}

fn say(status: StatusCode, words: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, words).into_response()
}
