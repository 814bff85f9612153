//! The leader's page while it is open: its numbers are sent again whenever figures have changed. [OVW-14]

use std::time::Duration;

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use serde::Serialize;
use tokio::sync::{mpsc, watch};

use super::page::{self, Numbers};
use super::{Asked, SEE, Scope};
use crate::platform::failure::Failure;
use crate::platform::web::{Answer, App, Leaving, Req, Told};
use crate::record::figures;

/// Who listens is looked at again at least as often, whether or not anything changed.
const AGAIN: Duration = Duration::from_secs(30);
/// A line goes out at least as often, so that nothing on the way takes the stream for dead.
const ALIVE: Duration = Duration::from_secs(15);

#[derive(Serialize)]
struct LivePage {
    numbers: Numbers,
}

pub(super) async fn listen(
    State(app): State<App>,
    asked: Req,
    leaving: Option<Extension<Leaving>>,
    Query(query): Query<Asked>,
) -> Answer {
    query.read(asked.registry.local(asked.ctx.now).date()).1.map_err(Failure::Invalid)?;
    let (inner, agency) = (asked.clone(), query.agency.clone());
    app.db.read(move |tx| Scope::of(tx, &inner.registry, inner.officer()?, &agency).map(|_| ())).await?;
    let (tell, told) = mpsc::channel(1);
    let listener = Listener { changes: app.live.listen(), app, asked, query, tell };
    let leaving = leaving.map(|Extension(leaving)| leaving);
    tokio::spawn(async move {
        match leaving {
            Some(leaving) => tokio::select! { () = listener.run() => {}, () = leaving.begun() => {} },
            None => listener.run().await,
        }
    });
    Ok(Sse::new(Told(told)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}

/// Looks at how far figures are, if anybody wants to know; for all who listen. [OVW-14]
pub fn look(app: &App) -> Result<(), Failure> {
    if app.live.has_listeners() {
        app.live.found(app.db.query(figures::place)?);
    }
    Ok(())
}

struct Listener {
    app: App,
    asked: Req,
    query: Asked,
    changes: watch::Receiver<u64>,
    tell: mpsc::Sender<Event>,
}

impl Listener {
    /// Until whoever listens is gone, or may not see it any more; holds no connection to the database while it waits.
    async fn run(mut self) {
        let mut changed = true;
        loop {
            match self.event(changed).await {
                Ok(event) => {
                    let last = event.is_none();
                    let event = event.unwrap_or_else(|| Some(Event::default().event("over").data("over")));
                    if let Some(event) = event
                        && self.tell.send(event).await.is_err()
                    {
                        return;
                    }
                    if last {
                        return;
                    }
                }
                // It comes again by itself.
                Err(failure) => return tracing::warn!("a page that is open could not be told: {failure}"),
            }
            changed = tokio::select! {
                () = self.tell.closed() => return,
                more = self.changes.changed() => match more {
                    Ok(()) => true,
                    Err(_) => return,
                },
                () = tokio::time::sleep(AGAIN) => false,
            };
        }
    }

    /// What to say; `None`: it is over, and inside: nothing new.
    async fn event(&mut self, changed: bool) -> Result<Option<Option<Event>>, Failure> {
        let Some(asked) = self.asked.again(&self.app, SEE).await? else { return Ok(None) };
        self.asked = asked;
        if !changed {
            return Ok(Some(None));
        }
        match self.numbers().await {
            Ok(html) => Ok(Some(Some(Event::default().event("numbers").data(html)))),
            Err(Failure::NotFound | Failure::Forbidden | Failure::Invalid(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn numbers(&self) -> Result<std::sync::Arc<str>, Failure> {
        let (app, asked, query) = (&self.app, &self.asked, &self.query);
        let officer = asked.officer()?;
        // Whatever tells one person's page from another's.
        let roles: Vec<&str> = officer.posts.iter().map(|post| post.role.as_str()).collect();
        let day = asked.registry.local(asked.ctx.now).date();
        let key = format!("{} {roles:?} {} {day} {query:?}", officer.agency, asked.locale);
        app.live
            .shared(key, async {
                let numbers = page::again(app, asked, query).await?;
                app.pages.render("overview/live.html", LivePage { numbers }, &asked.frame()).map_err(Failure::Fault)
            })
            .await
    }
}
