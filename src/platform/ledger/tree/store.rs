//! SQL of the tree and its checkpoints.

use jiff::Timestamp;

use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

/// A checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub size: i64,
    pub made_at: Timestamp,
    pub note: String,
}

fn kept(row: &Row) -> Result<Kept, Failure> {
    Ok(Kept { size: row.get(0)?, made_at: row.get(1)?, note: row.get(2)? })
}

pub(super) fn tile(tx: &mut Tx, level: i64, tile: i64) -> Result<Vec<u8>, Failure> {
    let row = tx.row(
        "SELECT hashes FROM tree_tile WHERE tenant = $1 AND level = $2 AND tile = $3",
        params![tx.tenant()?, level, tile],
    )?;
    Ok(row.map_or(Ok(Vec::new()), |row| row.get(0))?)
}

pub(super) fn put_tile(tx: &mut Tx, level: i64, tile: i64, hashes: Vec<u8>) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO tree_tile (tenant, level, tile, hashes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, level, tile) DO UPDATE SET hashes = excluded.hashes",
        params![tx.tenant()?, level, tile, hashes],
    )
}

/// Number of the last seal that is in the tree, and how many leaves there are then.
pub(super) fn last_seal(tx: &mut Tx) -> Result<(i64, i64), Failure> {
    let row = tx.row(
        "SELECT number, size FROM tree_seal WHERE tenant = $1 ORDER BY number DESC LIMIT 1",
        params![tx.tenant()?],
    )?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Leaves up to the end of a seal; none of one that is not in the tree.
pub(super) fn size_at(tx: &mut Tx, number: i64) -> Result<Option<i64>, Failure> {
    let row = tx.row("SELECT size FROM tree_seal WHERE tenant = $1 AND number = $2", params![tx.tenant()?, number])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// The seal that a leaf came with.
pub(super) fn seal_of(tx: &mut Tx, index: i64) -> Result<Option<i64>, Failure> {
    let row = tx.row(
        "SELECT number FROM tree_seal WHERE tenant = $1 AND size > $2 ORDER BY size LIMIT 1",
        params![tx.tenant()?, index],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn insert_seal(tx: &mut Tx, number: i64, size: i64) -> Result<(), Failure> {
    let done = tx.execute(
        "INSERT INTO tree_seal (tenant, number, size) VALUES ($1, $2, $3)",
        params![tx.tenant()?, number, size],
    );
    match done {
        Err(error) if error.is_duplicate() => Err(Failure::Conflict),
        done => Ok(done.map(|_| ())?),
    }
}

/// The seal of an event, and how many events of that seal come before it; none of one that is not sealed.
pub(super) fn place_in_seal(tx: &mut Tx, stream: &str, seq: i64) -> Result<Option<(i64, i64)>, Failure> {
    let row = tx.row(
        "SELECT batch, id FROM event WHERE tenant = $1 AND stream = $2 AND seq = $3 AND batch IS NOT NULL",
        params![tx.tenant()?, stream, seq],
    )?;
    let Some(row) = row else { return Ok(None) };
    let (batch, id): (i64, String) = (row.get(0)?, row.get(1)?);
    let before = tx.row(
        "SELECT COUNT(*) FROM event WHERE tenant = $1 AND batch = $2 AND id < $3",
        params![tx.tenant()?, batch, id],
    )?;
    let before = before.map_or(Ok(0), |row| row.get(0))?;
    Ok(Some((batch, before)))
}

pub(super) fn insert_checkpoint(tx: &mut Tx, kept: &Kept) -> Result<(), Failure> {
    let done = tx.execute(
        "INSERT INTO checkpoint (tenant, size, made_at, note) VALUES ($1, $2, $3, $4)",
        params![tx.tenant()?, kept.size, kept.made_at, &kept.note],
    );
    match done {
        Err(error) if error.is_duplicate() => Err(Failure::Conflict),
        done => Ok(done.map(|_| ())?),
    }
}

pub(super) fn newest_checkpoint(tx: &mut Tx) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT size, made_at, note FROM checkpoint WHERE tenant = $1 ORDER BY size DESC LIMIT 1",
        params![tx.tenant()?],
    )?;
    row.as_ref().map(kept).transpose()
}

pub(super) fn checkpoint_at(tx: &mut Tx, size: i64) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT size, made_at, note FROM checkpoint WHERE tenant = $1 AND size = $2",
        params![tx.tenant()?, size],
    )?;
    row.as_ref().map(kept).transpose()
}

/// The last one of no more than so many events.
pub(super) fn checkpoint_up_to(tx: &mut Tx, size: i64) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT size, made_at, note FROM checkpoint WHERE tenant = $1 AND size <= $2 ORDER BY size DESC LIMIT 1",
        params![tx.tenant()?, size],
    )?;
    row.as_ref().map(kept).transpose()
}

/// The last one that was made by a moment.
pub(super) fn checkpoint_by(tx: &mut Tx, moment: Timestamp) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT size, made_at, note FROM checkpoint WHERE tenant = $1 AND made_at <= $2
         ORDER BY made_at DESC, size DESC LIMIT 1",
        params![tx.tenant()?, moment],
    )?;
    row.as_ref().map(kept).transpose()
}

/// The first ones larger than a size, in order.
pub(super) fn checkpoints_after(tx: &mut Tx, size: i64, limit: i64) -> Result<Vec<Kept>, Failure> {
    let rows = tx.rows(
        "SELECT size, made_at, note FROM checkpoint WHERE tenant = $1 AND size > $2 ORDER BY size LIMIT $3",
        params![tx.tenant()?, size, limit],
    )?;
    rows.iter().map(kept).collect()
}

/// Public halves of the keys, the first one first.
pub(super) fn keys(tx: &mut Tx) -> Result<Vec<(i64, String)>, Failure> {
    let rows = tx
        .rows("SELECT number, verifier FROM checkpoint_key WHERE tenant = $1 ORDER BY number", params![tx.tenant()?])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(super) fn insert_key(tx: &mut Tx, number: i64, verifier: &str, since: Timestamp) -> Result<(), Failure> {
    let done = tx.execute(
        "INSERT INTO checkpoint_key (tenant, number, verifier, since) VALUES ($1, $2, $3, $4)",
        params![tx.tenant()?, number, verifier, since],
    );
    match done {
        Err(error) if error.is_duplicate() => Err(Failure::Conflict),
        done => Ok(done.map(|_| ())?),
    }
}
