//! What a supervisor asks: is the process alive, can it answer, and is everything in order? Who asks what: `docs/operations.md`.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use super::{Access, App, Routes};
use crate::registry;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/healthz", Access::Public, lives).get("/readyz", Access::Public, ready).get(
        "/troublez",
        Access::Public,
        troubled,
    )
}

async fn lives() -> Response {
    say(StatusCode::OK, "ok\n")
}

/// Whether this process is about to end: balancers are told first, so that nobody is sent to it any more. [NOD-05]
#[derive(Debug, Clone, Default)]
pub struct Leaving(watch::Sender<bool>);

impl Leaving {
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for it: whatever goes on for ever ends with this. [OVW-14]
    pub async fn begun(&self) {
        // It cannot be closed: here is one who could send.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

/// The registry is in memory from the start; what may be gone is the database behind it.
async fn ready(State(app): State<App>, leaving: Option<Extension<Leaving>>) -> Response {
    if leaving.is_some_and(|Extension(leaving)| leaving.has_begun()) {
        return say(StatusCode::SERVICE_UNAVAILABLE, "leaving\n");
    }
    match app.db.read(registry::revision).await {
        Ok(Some((site, _))) if site == app.shelf.get().site.id => say(StatusCode::OK, "ready\n"),
        Ok(_) => say(StatusCode::SERVICE_UNAVAILABLE, "no registry\n"),
        Err(failure) => {
            tracing::error!("not ready: {failure}");
            say(StatusCode::SERVICE_UNAVAILABLE, "no database\n")
        }
    }
}

/// Everything that is wrong, a line each: `word since sentence`. A node that cannot write still answers those who read, so this
/// is for whoever repairs it, not for a load balancer. [TRB-02]
async fn troubled(State(app): State<App>) -> Response {
    let list = app.troubles.list();
    if list.is_empty() {
        return say(StatusCode::OK, "ok\n");
    }
    let lines = list.iter().map(|(trouble, since)| format!("{} {since:.0} {trouble}\n", trouble.word()));
    say(StatusCode::SERVICE_UNAVAILABLE, lines.collect::<String>())
}

fn say(status: StatusCode, words: impl Into<axum::body::Body>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, words.into()).into_response()
}
