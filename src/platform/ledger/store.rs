//! SQL of the ledger.

use jiff::Timestamp;
use motcua_domain::ledger::Entry;

use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;

pub(super) struct Seal {
    pub number: i64,
    pub previous: String,
    pub hash: String,
    pub events: i64,
}

/// Two at once where there are two: an act with its letter is one round trip.
pub(super) fn insert(tx: &mut Tx, entries: &[Entry]) -> Result<(), Failure> {
    for some in entries.chunks(2) {
        let values = tx.owned(some.iter().flat_map(columns))?;
        let done = match some {
            [_, _] => tx.execute(
                "INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
                &values,
            ),
            _ => tx.execute(
                "INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &values,
            ),
        };
        match done {
            Err(error) if error.is_duplicate() => return Err(Failure::Conflict),
            done => done.map(|_| ())?,
        }
    }
    Ok(())
}

pub(super) fn columns(entry: &Entry) -> Vec<Value> {
    params![
        &entry.stream,
        entry.seq,
        &entry.id,
        entry.at,
        &entry.by,
        &entry.office,
        &entry.kind,
        &entry.body,
        &entry.salt
    ]
    .to_vec()
}

/// Entries with the number of their seal behind their columns.
pub(super) fn insert_all(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    Ok(tx.insert_all(
        "INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt, batch)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        rows,
    )?)
}

fn entry(row: &Row) -> Result<Entry, Failure> {
    Ok(Entry {
        stream: row.get(0)?,
        seq: row.get(1)?,
        id: row.get(2)?,
        at: row.get(3)?,
        by: row.get(4)?,
        office: row.get(5)?,
        kind: row.get(6)?,
        body: row.get(7)?,
        salt: row.get(8)?,
    })
}

pub(super) fn of_stream(tx: &mut Tx, stream: &str) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt
         FROM event WHERE tenant = $1 AND stream = $2 ORDER BY seq",
        params![tx.tenant()?, stream],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn newest(tx: &mut Tx, stream: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event WHERE tenant = $1 AND stream = $2
         ORDER BY seq DESC LIMIT $3",
        params![tx.tenant()?, stream, limit],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn streams_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT stream FROM event WHERE tenant = $1 AND seq = 1 AND stream > $2 ORDER BY stream LIMIT $3",
        params![tx.tenant()?, after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn version(tx: &mut Tx, stream: &str) -> Result<i64, Failure> {
    let row = tx.row(
        "SELECT COALESCE(MAX(seq), 0) FROM event WHERE tenant = $1 AND stream = $2",
        params![tx.tenant()?, stream],
    )?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt
         FROM event WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
        params![tx.tenant()?, id, limit],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn sealed_between(
    tx: &mut Tx,
    after: &str,
    until: &str,
    (batch, last): (i64, &str),
    limit: i64,
) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event
         WHERE tenant = $1 AND id > $2 AND id < $3 AND (batch < $4 OR (batch = $4 AND id <= $5)) ORDER BY id LIMIT $6",
        params![tx.tenant()?, after, until, batch, last, limit],
    )?;
    rows.iter().map(entry).collect()
}

/// Ids are in the order of the moments.
pub(super) fn newest_moment(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let row = tx.row("SELECT at FROM event WHERE tenant = $1 ORDER BY id DESC LIMIT 1", params![tx.tenant()?])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn unsealed(tx: &mut Tx, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event
         WHERE tenant = $1 AND batch IS NULL ORDER BY id LIMIT $2",
        params![tx.tenant()?, limit],
    )?;
    rows.iter().map(entry).collect()
}

/// Sealed events after a place in the order in which they were sealed: seal, id, stream.
pub(super) fn sealed_after(
    tx: &mut Tx,
    batch: i64,
    id: &str,
    limit: i64,
) -> Result<Vec<(i64, String, String)>, Failure> {
    let rows = tx.rows(
        "SELECT batch, id, stream FROM event WHERE tenant = $1 AND (batch, id) > ($2, $3) ORDER BY batch, id LIMIT $4",
        params![tx.tenant()?, batch, id, limit],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Streams with events that are not sealed.
pub(super) fn streams_unsealed(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT stream FROM event WHERE tenant = $1 AND batch IS NULL ORDER BY stream",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn count_unsealed(tx: &mut Tx) -> Result<i64, Failure> {
    let row = tx.row("SELECT COUNT(*) FROM event WHERE tenant = $1 AND batch IS NULL", params![tx.tenant()?])?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn oldest_unsealed(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let row =
        tx.row("SELECT at FROM event WHERE tenant = $1 AND batch IS NULL ORDER BY id LIMIT 1", params![tx.tenant()?])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn mark(tx: &mut Tx, batch: i64, first: &str, last: &str) -> Result<u64, Failure> {
    Ok(tx.execute(
        "UPDATE event SET batch = $2 WHERE tenant = $1 AND batch IS NULL AND id >= $3 AND id <= $4",
        params![tx.tenant()?, batch, first, last],
    )?)
}

pub(super) fn of_batch(tx: &mut Tx, batch: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt
         FROM event WHERE tenant = $1 AND batch = $2 ORDER BY id",
        params![tx.tenant()?, batch],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn batches_without_seal(tx: &mut Tx) -> Result<Vec<i64>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT event.batch FROM event LEFT JOIN seal ON seal.tenant = event.tenant AND seal.number = event.batch
         WHERE event.tenant = $1 AND event.batch IS NOT NULL AND seal.number IS NULL ORDER BY event.batch LIMIT 100",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn insert_seal(tx: &mut Tx, seal: &Seal, now: Timestamp) -> Result<(), Failure> {
    let done = tx.execute(
        "INSERT INTO seal (tenant, number, previous, hash, events, sealed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![tx.tenant()?, seal.number, &seal.previous, &seal.hash, seal.events, now],
    );
    match done {
        Err(error) if error.is_duplicate() => Err(Failure::Conflict),
        done => Ok(done.map(|_| ())?),
    }
}

fn seal(row: &Row) -> Result<Seal, Failure> {
    Ok(Seal { number: row.get(0)?, previous: row.get(1)?, hash: row.get(2)?, events: row.get(3)? })
}

pub(super) fn last_seal(tx: &mut Tx) -> Result<Option<Seal>, Failure> {
    let row = tx.row(
        "SELECT number, previous, hash, events FROM seal WHERE tenant = $1 ORDER BY number DESC LIMIT 1",
        params![tx.tenant()?],
    )?;
    row.as_ref().map(seal).transpose()
}

pub(super) fn seal_at(tx: &mut Tx, number: i64) -> Result<Option<Seal>, Failure> {
    let row = tx.row(
        "SELECT number, previous, hash, events FROM seal WHERE tenant = $1 AND number = $2",
        params![tx.tenant()?, number],
    )?;
    row.as_ref().map(seal).transpose()
}

pub(super) fn seals(tx: &mut Tx) -> Result<Vec<Seal>, Failure> {
    let rows = tx.rows(
        "SELECT number, previous, hash, events FROM seal WHERE tenant = $1 ORDER BY number",
        params![tx.tenant()?],
    )?;
    rows.iter().map(seal).collect()
}

/// The newest seals, in order.
pub(super) fn last_seals(tx: &mut Tx, limit: i64) -> Result<Vec<Seal>, Failure> {
    let rows = tx.rows(
        "SELECT number, previous, hash, events FROM seal WHERE tenant = $1 ORDER BY number DESC LIMIT $2",
        params![tx.tenant()?, limit],
    )?;
    rows.iter().rev().map(seal).collect()
}

pub(super) fn last_moment(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let unsealed = tx.row("SELECT MAX(at) FROM event WHERE tenant = $1 AND batch IS NULL", params![tx.tenant()?])?;
    let sealed = tx.row(
        "SELECT MAX(at) FROM event WHERE tenant = $1 AND batch = (SELECT MAX(number) FROM seal WHERE tenant = $1)",
        params![tx.tenant()?],
    )?;
    let moment = |row: Option<Row>| row.map_or(Ok(None), |row| row.get::<Option<Timestamp>>(0));
    Ok(moment(unsealed)?.max(moment(sealed)?))
}

pub(super) fn streams_with_gaps(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT stream FROM event
         WHERE tenant = $1 GROUP BY stream HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*) ORDER BY stream LIMIT 100",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}
