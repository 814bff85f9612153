//! The ledger: every act is an event, appended once and never changed (docs/rules/ledger.md).
//!
//! Owns the tables `event` and `seal`. Front door: [`append`], [`entries`], [`seal_batch`], [`verify`]. What anybody can check
//! is in [`tree`], what they are given in [`export`], and who signs it in [`key`].

pub mod export;
pub mod key;
mod store;
pub mod tree;

use std::collections::BTreeSet;

use jiff::Timestamp;
use motcua_domain::ledger::{Entry, GENESIS, seal};
use motcua_domain::proof::Hash;
use motcua_domain::proof::log::Remark;

use self::tree::{Public, Walk};

use super::ctx::Ctx;
use super::db::{Tx, Value};
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
    let mut entries = Vec::with_capacity(events.len());
    for (seq, event) in (version + 1..).zip(events) {
        entries.push(Entry {
            stream: stream.to_owned(),
            seq,
            id: ctx.new_id()?,
            at: ctx.now,
            by: by.to_owned(),
            office: office.to_owned(),
            kind: event.kind.to_owned(),
            body: event.body,
            salt: ctx.ids.secret::<16>()?,
        });
    }
    store::insert(tx, &entries)
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

/// How many events no seal covers yet.
pub fn unsealed(tx: &mut Tx) -> Result<i64, Failure> {
    store::count_unsealed(tx)
}

/// A place in the order in which events were sealed. Unlike ids, which two nodes give beside one another, it only grows:
/// what is behind a place never becomes more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub seal: i64,
    /// Id of the event.
    pub event: String,
}

/// Sealed events after a place, in that order: where each is, and its stream.
pub fn sealed_after(tx: &mut Tx, place: &Place, limit: i64) -> Result<Vec<(Place, String)>, Failure> {
    let found = store::sealed_after(tx, place.seal, &place.event, limit)?;
    Ok(found.into_iter().map(|(seal, event, stream)| (Place { seal, event }, stream)).collect())
}

/// The place behind everything that is sealed.
pub fn end_of_seals(tx: &mut Tx) -> Result<Place, Failure> {
    let last = store::last_seal(tx)?.map_or(0, |seal| seal.number);
    Ok(Place { seal: last + 1, event: String::new() })
}

/// Streams with events that no seal covers yet.
pub fn streams_unsealed(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    store::streams_unsealed(tx)
}

/// A page of all events in the order of their ids, after one of them.
pub fn after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    store::after(tx, id, limit)
}

/// A page of what is sealed up to a place, in the order of ids, between two of them.
pub fn sealed_between(
    tx: &mut Tx,
    (after, until): (&str, &str),
    place: &Place,
    limit: i64,
) -> Result<Vec<Entry>, Failure> {
    store::sealed_between(tx, after, until, (place.seal, &place.event), limit)
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

/// Appends entries that were made elsewhere under one seal, for generated data: the same rows as [`append`] and
/// [`seal_batch`] would make, and their leaves in the tree where it has come so far. `leaves` and `hashes` are those of the
/// entries, in order of their ids.
pub fn append_sealed(
    tx: &mut Tx,
    now: Timestamp,
    entries: &[Vec<Value>],
    leaves: &[String],
    hashes: &[Hash],
) -> Result<(), Failure> {
    let (number, previous) = store::last_seal(tx)?.map_or((1, GENESIS.to_owned()), |last| (last.number + 1, last.hash));
    let hash = seal(&previous, number, leaves.iter().map(String::as_str));
    store::insert_seal(tx, &store::Seal { number, previous, hash, events: leaves.len() as i64 }, now)?;
    let sealed: Vec<Vec<Value>> =
        entries.iter().map(|row| row.iter().cloned().chain([number.into()]).collect()).collect();
    store::insert_all(tx, &sealed)?;
    tree::append(tx, number, hashes).map(|_| ())
}

/// The columns of an entry, in the order of the statement that writes them.
pub fn columns(entry: &Entry) -> Vec<Value> {
    store::columns(entry)
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
    /// Events in the tree.
    pub leaves: u64,
    pub checkpoints: u64,
    /// Up to so many events everything is what was signed.
    pub checked_to: Option<u64>,
    /// Where the ledger does not hold; empty when it does.
    pub broken: Vec<Break>,
    /// What is strange and breaks nothing; the first of all there are.
    pub remarks: Vec<Remark>,
    pub remarks_in_all: u64,
}

/// A place where the ledger was changed.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Break {
    /// `seal`, `previous`, `count`, `seal_missing` or `gap` of the chain; `leaf`, `leaf_missing`, `leaf_order`, `tile`,
    /// `checkpoint`, `root` or `cut_off` of the tree.
    pub kind: &'static str,
    /// Number of the seal, name of the stream, stream and number of an event, or place in the tree.
    pub at: String,
}

/// Recomputes the last seals only, which is quick on any ledger: whether its end is what it was.
pub fn verify_end(tx: &mut Tx, seals: i64) -> Result<Verdict, Failure> {
    let mut verdict = Verdict { unsealed_events: store::count_unsealed(tx)?, ..Verdict::default() };
    let last = store::last_seals(tx, seals)?;
    if let Some(first) = last.first() {
        let before = Link { number: first.number - 1, hash: first.previous.clone() };
        recompute(tx, last, before, None, &mut verdict)?;
    }
    Ok(verdict)
}

/// The moment of the oldest event that no seal covers yet.
pub fn oldest_unsealed(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    store::oldest_unsealed(tx)
}

/// The moment of what was recorded last, as far as one look tells.
pub fn last_moment(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    store::last_moment(tx)
}

/// The seal before those that are recomputed.
struct Link {
    number: i64,
    hash: String,
}

fn recompute(
    tx: &mut Tx,
    seals: Vec<store::Seal>,
    before: Link,
    mut walk: Option<&mut Walk>,
    verdict: &mut Verdict,
) -> Result<(), Failure> {
    let Link { number: mut last, hash: mut previous } = before;
    for found in seals {
        let number = found.number;
        let entries = store::of_batch(tx, number)?;
        let leaves: Vec<String> = entries.iter().map(Entry::leaf).collect();
        verdict.seals += 1;
        verdict.sealed_events += leaves.len() as i64;
        let mut broken = |kind| verdict.broken.push(Break { kind, at: number.to_string() });
        if number != last + 1 || found.previous != previous {
            broken("previous");
        }
        if found.events != leaves.len() as i64 {
            broken("count");
        }
        if found.hash != seal(&found.previous, number, leaves.iter().map(String::as_str)) {
            broken("seal");
        }
        if let Some(walk) = &mut walk {
            walk.seal(tx, number, &entries, &leaves, verdict)?;
        }
        (last, previous) = (number, found.hash);
    }
    verdict.head = previous;
    Ok(())
}

/// Recomputes every seal and every checkpoint from the events, and looks for gaps in the streams. [LED-05] [LED-10]
pub fn verify(tx: &mut Tx, public: Public) -> Result<Verdict, Failure> {
    let mut verdict = Verdict { unsealed_events: store::count_unsealed(tx)?, ..Verdict::default() };
    let seals = store::seals(tx)?;
    let mut walk = Walk::begin(tx, public)?;
    recompute(tx, seals, Link { number: 0, hash: GENESIS.to_owned() }, Some(&mut walk), &mut verdict)?;
    walk.end(tx, &mut verdict)?;
    // Events that claim a seal which is not there: a seal was taken away, and its events with it out of sight.
    let orphans = store::batches_without_seal(tx)?;
    verdict.broken.extend(orphans.into_iter().map(|batch| Break { kind: "seal_missing", at: batch.to_string() }));
    let gaps: BTreeSet<String> = store::streams_with_gaps(tx)?.into_iter().collect();
    verdict.broken.extend(gaps.into_iter().map(|at| Break { kind: "gap", at }));
    Ok(verdict)
}
