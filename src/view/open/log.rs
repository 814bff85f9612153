//! The log of a month, told piece by piece. [OPN-06] [OPN-09]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use bytes::Bytes;
use http_body::Frame;
use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::figures::{OTHERS, PublicEvent, Visible};
use motcua_domain::proof::Signer;
use serde::Deserialize;
use tokio::sync::{Semaphore, mpsc};

use super::{Data, later, month_name, snapshot};
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ids;
use crate::platform::ledger::{self, Place};
use crate::platform::web::{Answer, App, Req};
use crate::record::dossier;
use crate::registry::Registry;

/// Events read at once: what one download holds in memory, twice.
const PIECE: i64 = 500;

/// Digits by which the lines of a dossier are known for one another's.
const NAME: usize = 26;

/// Downloads at a time.
const AT_ONCE: usize = 8;

/// Whoever takes no piece for so long is gone.
const PATIENCE: Duration = Duration::from_secs(60);

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// Up to which event, as the figures say: so that both are of one moment.
    upto: String,
}

/// Months from the first to that of a day.
pub(super) fn months(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let next = |month: &Date| month.checked_add(1.month()).ok();
    std::iter::successors(Some(first.first_of_month()), next).take_while(move |month| *month <= last)
}

pub(super) async fn month(
    State(app): State<App>,
    asked: Req,
    Path(file): Path<String>,
    Query(query): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    let registry = asked.registry.clone();
    let Some(snapshot) = snapshot(&app, &asked).await? else { return Ok(later()) };
    let today = registry.local(asked.ctx.now).date();
    let first = snapshot.months.first().ok_or(Failure::NotFound)?;
    let month = months(first, today).find(|month| file == format!("{}.jsonl", month_name(*month)));
    let month = month.ok_or(Failure::NotFound)?;
    let place = upto(&query.upto).filter(|place| is_before(place, &snapshot.place)).unwrap_or(snapshot.place);
    let (begin, end) = (registry.day_start(month)?, registry.day_start(month.saturating_add(1.month()))?);
    let part = Part {
        after: ids::earliest(begin),
        until: ids::earliest(end),
        place,
        visible: Arc::new(snapshot.visible),
        registry,
        // A node without the site's key cannot give dossiers the names that the others give them.
        signer: app.signer.clone().ok_or(Failure::NotFound)?,
    };
    let of = format!("{month} {}.{} {:?}", part.place.seal, part.place.event, part.visible);
    let data = Data::new("application/x-ndjson", file, &of);
    if data.is_known(&headers) {
        return Ok(data.unchanged());
    }
    let Ok(held) = PLACES.try_acquire() else { return Ok(later()) };
    let (send, receive) = mpsc::channel(1);
    let db = app.db.clone();
    tokio::spawn(async move {
        tell(&db, part, &send).await;
        drop(held);
    });
    Ok(data.answer(Body::new(Pieces(receive))))
}

fn upto(text: &str) -> Option<Place> {
    let (seal, event) = text.split_once('.')?;
    Some(Place { seal: seal.parse().ok()?, event: event.to_owned() })
}

fn is_before(place: &Place, other: &Place) -> bool {
    (place.seal, &place.event) <= (other.seal, &other.event)
}

/// What is still to be told.
#[derive(Clone)]
struct Part {
    after: String,
    until: String,
    place: Place,
    visible: Arc<Visible>,
    registry: Arc<Registry>,
    signer: Signer,
}

/// Reads a piece when the one before was taken, until nothing is left or whoever asked is gone. A fault breaks the answer off, so that
/// nobody takes half of it for the whole.
async fn tell(db: &Db, mut part: Part, send: &mpsc::Sender<Result<Bytes, std::io::Error>>) {
    loop {
        let next = part.clone();
        let (piece, last) = match db.read(move |tx| next.read(tx)).await {
            Ok((piece, Some(last))) => (Ok(piece), last),
            Ok((_, None)) => return,
            Err(failure) => {
                tracing::error!("the log was broken off: {failure}");
                (Err(std::io::Error::other("broken off")), String::new())
            }
        };
        let broken = piece.is_err();
        let taken = tokio::time::timeout(PATIENCE, send.send(piece)).await;
        if broken || !matches!(taken, Ok(Ok(()))) {
            return;
        }
        part.after = last;
    }
}

impl Part {
    /// The next lines, and the id of the last event among them.
    fn read(&self, tx: &mut Tx) -> Result<(Bytes, Option<String>), Failure> {
        let mut events = Vec::new();
        let entries = ledger::sealed_between(tx, (&self.after, &self.until), &self.place, PIECE)?;
        let last = entries.last().map(|entry| entry.id.clone());
        for entry in entries.into_iter().filter(|entry| entry.stream.len() == ids::LENGTH) {
            events.push(self.published(PublicEvent::of(&dossier::recorded(entry)?))?);
        }
        // Where a line stands must not tell the moment that it does not say.
        events.sort_by(|one, other| (one.at, &one.dossier, one.seq).cmp(&(other.at, &other.dossier, other.seq)));
        let mut lines = Vec::new();
        for event in events {
            serde_json::to_writer(&mut lines, &event)?;
            lines.push(b'\n');
        }
        Ok((lines.into(), last))
    }

    /// What of an event is told: less than happened, and nothing less than figures follow from. [OPN-06] [OPN-10]
    fn published(&self, mut event: PublicEvent) -> Result<PublicEvent, Failure> {
        // An id begins with the moment at which it was made, and stands in what an auditor is given.
        event.dossier = self.signer.blind(&event.dossier).chars().take(NAME).collect();
        let stops = ["supplement_asked", "payment_asked", "outage_began", "withdrawn", "stopped"];
        if event.to.is_none() && event.due.is_none() && !stops.contains(&event.event.as_str()) {
            event.at = self.registry.day_start(self.registry.local(event.at).date())?;
        }
        if let Some(accepted) = &mut event.accepted {
            let (agency, field) = self.visible.names(accepted.tier, &accepted.agency, &accepted.field);
            (accepted.agency, accepted.field) = (agency.to_owned(), field.to_owned());
            accepted.procedure = OTHERS.to_owned();
        }
        Ok(event)
    }
}

/// A body that comes piece by piece.
struct Pieces(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.get_mut().0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
