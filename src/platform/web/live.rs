//! Tells everybody who keeps a page open that something changed: one look for all of them, and one computing of what they see.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::sse::Event;
use futures_core::Stream;
use tokio::sync::{Mutex, mpsc, watch};

/// Where changes are announced, and what was computed since the last one.
pub struct Live {
    /// Counts up.
    changes: watch::Sender<u64>,
    /// What was looked at last.
    looked: std::sync::Mutex<String>,
    shown: Mutex<(u64, BTreeMap<String, Arc<str>>)>,
}

impl Default for Live {
    fn default() -> Self {
        Self { changes: watch::Sender::new(0), looked: std::sync::Mutex::default(), shown: Mutex::default() }
    }
}

impl Live {
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Where nobody listens nobody needs to look.
    pub fn has_listeners(&self) -> bool {
        self.changes.receiver_count() > 0
    }

    /// Announces what was found, if it is not what was found last.
    pub fn found(&self, what: String) {
        let mut looked = self.looked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *looked != what {
            *looked = what;
            self.changes.send_modify(|number| *number += 1);
        }
    }

    /// What those see who ask for the same: computed once after each change, one after the other.
    pub async fn shared<E>(
        &self,
        key: String,
        compute: impl Future<Output = Result<String, E>>,
    ) -> Result<Arc<str>, E> {
        let now = *self.changes.borrow();
        let mut shown = self.shown.lock().await;
        if shown.0 != now {
            *shown = (now, BTreeMap::new());
        }
        if let Some(found) = shown.1.get(&key) {
            return Ok(found.clone());
        }
        let made: Arc<str> = compute.await?.into();
        shown.1.insert(key, made.clone());
        Ok(made)
    }
}

/// Events as they come, until whoever sends them stops.
pub struct Told(pub mpsc::Receiver<Event>);

impl Stream for Told {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
