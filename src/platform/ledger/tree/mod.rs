//! The Merkle tree over the sealed events, and what is signed of it (docs/rules/ledger.md).
//!
//! Owns the tables `tree_tile`, `tree_seal`, `checkpoint` and `checkpoint_key`. The tree follows the seals: [`take_in_some`]
//! adds what was sealed since, on any node and however much there was before the tree.

mod store;
mod walk;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::Entry;
use motcua_domain::proof::file::ProofFile;
use motcua_domain::proof::merkle::{Frontier, Nodes};
use motcua_domain::proof::{Checkpoint, Hash, Signer, Verifier, leaf, merkle};

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;

pub use store::Kept;
pub(super) use walk::Walk;

/// The public form of an event, JSON in one line: the ledger knows no noun of the field, so it is told. [LED-08]
pub type Public = fn(&Entry) -> String;

/// Hashes in a tile, as many bits of their number as one level of tiles takes off.
const TILE: u64 = 1 << TILE_BITS;
const TILE_BITS: u32 = 8;

/// Seals after which other background work has its turn.
const AT_ONCE: usize = 20;

/// So long after a checkpoint comes the next one, where anything happened. [LED-09]
const CHECKPOINT_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Takes in everything that is sealed.
pub fn take_in_all(db: &Db, public: Public) -> Result<(), Failure> {
    while take_in_some(db, public)? {}
    Ok(())
}

/// Takes in some of what is sealed; whether there may be more. Safe to run twice and on several nodes: of two, one writes
/// which seal was next. [LED-07]
pub fn take_in_some(db: &Db, public: Public) -> Result<bool, Failure> {
    for _ in 0..AT_ONCE {
        match db.transact("ledger.tree", move |tx| take_in(tx, public)) {
            Ok(true) => {}
            Ok(false) | Err(Failure::Conflict) => return Ok(false),
            Err(failure) => return Err(failure),
        }
    }
    Ok(true)
}

fn take_in(tx: &mut Tx, public: Public) -> Result<bool, Failure> {
    let (last, _) = store::last_seal(tx)?;
    if super::store::seal_at(tx, last + 1)?.is_none() {
        return Ok(false);
    }
    let entries = super::store::of_batch(tx, last + 1)?;
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf::hash(&entry.leaf(), &public(entry))).collect();
    append(tx, last + 1, &leaves)
}

/// Adds the leaves of a seal; false where the tree has not come as far as the seal before it.
pub(super) fn append(tx: &mut Tx, number: i64, leaves: &[Hash]) -> Result<bool, Failure> {
    let (last, size) = store::last_seal(tx)?;
    if last + 1 != number {
        return Ok(false);
    }
    store::insert_seal(tx, number, size + leaves.len() as i64)?;
    let (mut level, mut at, mut new) = (0, size as u64, leaves.to_vec());
    while !new.is_empty() {
        let first = at / TILE;
        let mut hashes = tile(tx, level, first)?;
        if hashes.len() as u64 != at % TILE {
            return Err(torn(level, first));
        }
        hashes.append(&mut new);
        for (number, some) in (first..).zip(hashes.chunks(TILE as usize)) {
            store::put_tile(tx, i64::from(level), number as i64, some.concat())?;
            new.extend((some.len() as u64 == TILE).then(|| root_of(some)));
        }
        (level, at) = (level + 1, first);
    }
    Ok(true)
}

fn tile(tx: &mut Tx, level: u32, number: u64) -> Result<Vec<Hash>, Failure> {
    let bytes = store::tile(tx, i64::from(level), number as i64)?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(hashes.to_vec()) } else { Err(torn(level, number)) }
}

fn torn(level: u32, number: u64) -> Failure {
    Failure::fault(anyhow::anyhow!("tile {number} of level {level} of the ledger's tree is not whole"))
}

fn root_of(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|hash| frontier.push(*hash));
    frontier.root()
}

/// Reads subtrees out of tiles, each tile once.
struct Tiles<'a, 'b> {
    tx: &'a mut Tx<'b>,
    held: BTreeMap<(u32, u64), Vec<Hash>>,
}

impl Nodes for Tiles<'_, '_> {
    type Error = Failure;

    fn node(&mut self, level: u32, at: u64) -> Result<Hash, Failure> {
        let (above, inside) = (level / TILE_BITS, level % TILE_BITS);
        let first = at << inside;
        let key = (above, first / TILE);
        if !self.held.contains_key(&key) {
            self.held.insert(key, tile(self.tx, key.0, key.1)?);
        }
        let from = (first % TILE) as usize;
        let hashes = self.held.get(&key).and_then(|hashes| hashes.get(from..from + (1 << inside)));
        Ok(root_of(hashes.ok_or_else(|| torn(key.0, key.1))?))
    }
}

fn tiles<'a, 'b>(tx: &'a mut Tx<'b>) -> Tiles<'a, 'b> {
    Tiles { tx, held: BTreeMap::new() }
}

/// How many events are in the tree.
pub fn size(tx: &mut Tx) -> Result<u64, Failure> {
    Ok(store::last_seal(tx)?.1 as u64)
}

/// Root of the tree of the first `size` events.
pub fn root(tx: &mut Tx, size: u64) -> Result<Hash, Failure> {
    merkle::root(&mut tiles(tx), size)
}

/// Proof that the first `old` events are the beginning of the first `size`; none where there are not as many. [LED-12]
pub fn consistency(tx: &mut Tx, old: u64, size: u64) -> Result<Option<Vec<Hash>>, Failure> {
    let fits = 0 < old && old <= size && size <= self::size(tx)?;
    fits.then(|| merkle::consistency(&mut tiles(tx), old, size)).transpose()
}

/// Hashes of leaves, from one place to before another.
pub fn hashes(tx: &mut Tx, from: u64, to: u64) -> Result<Vec<Hash>, Failure> {
    let mut all = Vec::new();
    let mut at = from;
    while at < to {
        let found = tile(tx, 0, at / TILE)?;
        let until = to.min((at / TILE + 1) * TILE);
        let some = found.get((at % TILE) as usize..((until - 1) % TILE) as usize + 1);
        all.extend_from_slice(some.ok_or_else(|| torn(0, at / TILE))?);
        at = until;
    }
    Ok(all)
}

/// Place of an event, from 0; none of one that is not in the tree yet.
pub fn index_of(tx: &mut Tx, stream: &str, seq: i64) -> Result<Option<u64>, Failure> {
    let Some((seal, before)) = store::place_in_seal(tx, stream, seq)? else { return Ok(None) };
    if store::size_at(tx, seal)?.is_none() {
        return Ok(None);
    }
    let start = store::size_at(tx, seal - 1)?.unwrap_or(0);
    Ok(Some((start + before) as u64))
}

/// The line of the event at a place. [LED-08]
pub fn line_at(tx: &mut Tx, index: u64, public: Public) -> Result<Option<String>, Failure> {
    let Some(seal) = store::seal_of(tx, index as i64)? else { return Ok(None) };
    let start = store::size_at(tx, seal - 1)?.unwrap_or(0) as u64;
    let entries = super::store::of_batch(tx, seal)?;
    let entry = index.checked_sub(start).and_then(|at| entries.get(at as usize));
    Ok(entry.map(|entry| line(entry, public)))
}

/// The line of an event. [LED-08]
pub(super) fn line(entry: &Entry, public: Public) -> String {
    leaf::line(&entry.leaf(), &public(entry))
}

/// The proof for the event at a place under the newest checkpoint; none where no checkpoint covers it yet. [LED-12]
pub fn proof(tx: &mut Tx, index: u64, public: Public) -> Result<Option<ProofFile>, Failure> {
    let Some(newest) = store::newest_checkpoint(tx)?.filter(|newest| index < newest.size as u64) else {
        return Ok(None);
    };
    let Some(line) = line_at(tx, index, public)? else { return Ok(None) };
    let path = merkle::inclusion(&mut tiles(tx), index, newest.size as u64)?;
    Ok(Some(ProofFile { line, index, path, checkpoint: newest.note }))
}

// --- checkpoints -------------------------------------------------------------------------------------------------------

/// Signs what the tree is now, where anything happened since the last checkpoint and that is not quite new; whether it did.
/// Of two nodes one does it. A clock that ran backwards holds nothing up. [LED-09]
pub fn sign(tx: &mut Tx, signer: &Signer, now: Timestamp) -> Result<bool, Failure> {
    let size = size(tx)?;
    let last = store::newest_checkpoint(tx)?;
    let covered = last.as_ref().map_or(0, |last| last.size as u64);
    let fresh = last.is_some_and(|last| last.made_at <= now && now.duration_since(last.made_at) < CHECKPOINT_EVERY);
    if size <= covered || fresh {
        return Ok(false);
    }
    if !admit(tx, &signer.verifier(), now)? {
        return Err(Failure::fault(anyhow::anyhow!("another key signs the checkpoints of this ledger")));
    }
    let note = Checkpoint::sign(signer, size, root(tx, size)?, now);
    store::insert_checkpoint(tx, &Kept { size: size as i64, made_at: now, note })?;
    Ok(true)
}

pub fn newest(tx: &mut Tx) -> Result<Option<Kept>, Failure> {
    store::newest_checkpoint(tx)
}

/// The checkpoint of exactly so many events.
pub fn checkpoint_at(tx: &mut Tx, size: u64) -> Result<Option<Kept>, Failure> {
    store::checkpoint_at(tx, size as i64)
}

/// The last checkpoint of no more than so many events.
pub fn checkpoint_up_to(tx: &mut Tx, size: u64) -> Result<Option<Kept>, Failure> {
    store::checkpoint_up_to(tx, size as i64)
}

/// The last checkpoint that was made by a moment.
pub fn checkpoint_by(tx: &mut Tx, moment: Timestamp) -> Result<Option<Kept>, Failure> {
    store::checkpoint_by(tx, moment)
}

/// The first checkpoints of more than so many events, in order.
pub fn checkpoints_after(tx: &mut Tx, size: u64, limit: i64) -> Result<Vec<Kept>, Failure> {
    store::checkpoints_after(tx, size as i64, limit)
}

/// Public halves of the keys that signed here, the newest last.
pub fn keys(tx: &mut Tx) -> Result<Vec<Verifier>, Failure> {
    store::keys(tx)?.into_iter().map(|(_, text)| text.parse().map_err(Failure::fault)).collect()
}

/// Whether this key signs here; where none does yet, it is the one from now on. [LED-13]
pub fn admit(tx: &mut Tx, key: &Verifier, now: Timestamp) -> Result<bool, Failure> {
    match keys(tx)?.last() {
        Some(last) => Ok(last == key),
        None => store::insert_key(tx, 1, &key.to_string(), now).map(|()| true),
    }
}

/// From now on this key signs; what the ones before signed stays signed. [LED-13]
pub fn renew(tx: &mut Tx, key: &Verifier, now: Timestamp) -> Result<(), Failure> {
    let last = store::keys(tx)?.last().map_or(0, |(number, _)| *number);
    store::insert_key(tx, last + 1, &key.to_string(), now)
}
