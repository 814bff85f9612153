//! The ledger: every act is an event, appended once and never changed (docs/rules/ledger.md).
//!
//! Owns the tables `event` and `seal`. Front door: [`append`], [`entries`], [`seal_batch`], [`verify`].

mod store;

use std::collections::BTreeSet;

use motcua_domain::ledger::{Entry, GENESIS, seal};

use super::ctx::Ctx;
use super::db::Tx;
use super::failure::Failure;

/// Events sealed in one batch at the most.
pub const BATCH_MAX: i64 = 1_000;

/// What an event says, before it has a place in its stream.
pub struct NewEvent {
    pub kind: &'static str,
    pub body: String,
}

/// Appends events to a stream that stands at `version`. Whoever was slower gets [`Failure::Conflict`]. [LED-01]
pub fn append(
    tx: &mut Tx,
    ctx: &Ctx,
    stream: &str,
    version: i64,
    by: &str,
    office: &str,
    events: Vec<NewEvent>,
) -> Result<(), Failure> {
    for (seq, event) in (version + 1..).zip(events) {
        let entry = Entry {
            stream: stream.to_owned(),
            seq,
            id: ctx.new_id()?,
            at: ctx.now,
            by: by.to_owned(),
            office: office.to_owned(),
            kind: event.kind.to_owned(),
            body: event.body,
            salt: ctx.ids.secret::<16>()?,
        };
        store::insert(tx, &entry)?;
    }
    Ok(())
}

/// The events of one stream, in order.
pub fn entries(tx: &mut Tx, stream: &str) -> Result<Vec<Entry>, Failure> {
    store::of_stream(tx, stream)
}

/// The last events of one stream, the newest first.
pub fn newest(tx: &mut Tx, stream: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    store::newest(tx, stream, limit)
}

/// A page of all streams with events, in order of their names, after one of them.
pub fn streams_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    store::streams_after(tx, after, limit)
}

/// The number of the last event of a stream, 0 for a stream without one.
pub fn version(tx: &mut Tx, stream: &str) -> Result<i64, Failure> {
    store::version(tx, stream)
}

/// A page of all events in the order of their ids, after one of them.
pub fn after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    store::after(tx, id, limit)
}

/// When the newest event was recorded.
pub fn newest_moment(tx: &mut Tx) -> Result<Option<jiff::Timestamp>, Failure> {
    store::newest_moment(tx)
}

/// Seals one batch of what is not sealed yet; returns how many events. Safe to run twice and on two nodes: the number of a
/// seal is unique, so the slower one fails and finds nothing left. [LED-04]
pub fn seal_batch(tx: &mut Tx, ctx: &Ctx) -> Result<i64, Failure> {
    let pending = store::unsealed(tx, BATCH_MAX)?;
    let (Some(first), Some(last)) = (pending.first(), pending.last()) else { return Ok(0) };
    let (number, previous) = store::last_seal(tx)?.map_or((1, GENESIS.to_owned()), |last| (last.number + 1, last.hash));
    let leaves: Vec<String> = pending.iter().map(Entry::leaf).collect();
    let hash = seal(&previous, number, leaves.iter().map(String::as_str));
    let count = pending.len() as i64;
    store::insert_seal(tx, &store::Seal { number, previous, hash, events: count }, ctx.now)?;
    if store::mark(tx, number, &first.id, &last.id)? != pending.len() as u64 {
        // An event with an older id was committed meanwhile; the next run takes both.
        return Err(Failure::Conflict);
    }
    Ok(count)
}

/// What [`verify`] found.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    pub seals: i64,
    pub sealed_events: i64,
    /// Not covered by the chain yet.
    pub unsealed_events: i64,
    /// The last seal: noted elsewhere, it shows later whether the end of the chain was cut off.
    pub head: String,
    /// Where the ledger does not hold; empty when it does.
    pub broken: Vec<Break>,
}

/// A place where the ledger was changed.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Break {
    /// `seal`, `previous`, `count`, `seal_missing` or `gap`.
    pub kind: &'static str,
    /// Number of the seal, or name of the stream.
    pub at: String,
}

/// Recomputes every seal from the events and looks for gaps in the streams. [LED-05]
pub fn verify(tx: &mut Tx) -> Result<Verdict, Failure> {
    let mut verdict = Verdict { unsealed_events: store::count_unsealed(tx)?, ..Verdict::default() };
    let mut previous = GENESIS.to_owned();
    for found in store::seals(tx)? {
        let number = found.number;
        let leaves: Vec<String> = store::of_batch(tx, number)?.iter().map(Entry::leaf).collect();
        verdict.seals += 1;
        verdict.sealed_events += leaves.len() as i64;
        let mut broken = |kind| verdict.broken.push(Break { kind, at: number.to_string() });
        if number != verdict.seals || found.previous != previous {
            broken("previous");
        }
        if found.events != leaves.len() as i64 {
            broken("count");
        }
        if found.hash != seal(&found.previous, number, leaves.iter().map(String::as_str)) {
            broken("seal");
        }
        previous = found.hash;
    }
    verdict.head = previous;
    // Events that claim a seal which is not there: a seal was taken away, and its events with it out of sight.
    let orphans = store::batches_without_seal(tx)?;
    verdict.broken.extend(orphans.into_iter().map(|batch| Break { kind: "seal_missing", at: batch.to_string() }));
    let gaps: BTreeSet<String> = store::streams_with_gaps(tx)?.into_iter().collect();
    verdict.broken.extend(gaps.into_iter().map(|at| Break { kind: "gap", at }));
    Ok(verdict)
}
