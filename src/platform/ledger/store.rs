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
        let values: Vec<Value> = some.iter().flat_map(columns).collect();
        let done = match some {
            [_, _] => tx.execute(
                "INSERT INTO event (stream, seq, id, at, by_account, office, kind, body, salt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9), ($10, $11, $12, $13, $14, $15, $16, $17, $18)",
                &values,
            ),
            _ => tx.execute(
                "INSERT INTO event (stream, seq, id, at, by_account, office, kind, body, salt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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
        "INSERT INTO event (stream, seq, id, at, by_account, office, kind, body, salt, batch)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
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
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event WHERE stream = $1 ORDER BY seq",
        params![stream],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn newest(tx: &mut Tx, stream: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event WHERE stream = $1
         ORDER BY seq DESC LIMIT $2",
        params![stream, limit],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn streams_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT stream FROM event WHERE seq = 1 AND stream > $1 ORDER BY stream LIMIT $2",
        params![after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn version(tx: &mut Tx, stream: &str) -> Result<i64, Failure> {
    let row = tx.row("SELECT COALESCE(MAX(seq), 0) FROM event WHERE stream = $1", params![stream])?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event WHERE id > $1 ORDER BY id LIMIT $2",
        params![id, limit],
    )?;
    rows.iter().map(entry).collect()
}

/// Ids are in the order of the moments.
pub(super) fn newest_moment(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let row = tx.row("SELECT at FROM event ORDER BY id DESC LIMIT 1", params![])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn unsealed(tx: &mut Tx, limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event
         WHERE batch IS NULL ORDER BY id LIMIT $1",
        params![limit],
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
        "SELECT batch, id, stream FROM event WHERE (batch, id) > ($1, $2) ORDER BY batch, id LIMIT $3",
        params![batch, id, limit],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Streams with events that are not sealed.
pub(super) fn streams_unsealed(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows("SELECT DISTINCT stream FROM event WHERE batch IS NULL ORDER BY stream", params![])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn count_unsealed(tx: &mut Tx) -> Result<i64, Failure> {
    let row = tx.row("SELECT COUNT(*) FROM event WHERE batch IS NULL", params![])?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn oldest_unsealed(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let row = tx.row("SELECT at FROM event WHERE batch IS NULL ORDER BY id LIMIT 1", params![])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn mark(tx: &mut Tx, batch: i64, first: &str, last: &str) -> Result<u64, Failure> {
    Ok(tx.execute(
        "UPDATE event SET batch = $1 WHERE batch IS NULL AND id >= $2 AND id <= $3",
        params![batch, first, last],
    )?)
}

pub(super) fn of_batch(tx: &mut Tx, batch: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event WHERE batch = $1 ORDER BY id",
        params![batch],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn batches_without_seal(tx: &mut Tx) -> Result<Vec<i64>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT event.batch FROM event LEFT JOIN seal ON seal.number = event.batch
         WHERE event.batch IS NOT NULL AND seal.number IS NULL ORDER BY event.batch LIMIT 100",
        params![],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn insert_seal(tx: &mut Tx, seal: &Seal, now: Timestamp) -> Result<(), Failure> {
    let done = tx.execute(
        "INSERT INTO seal (number, previous, hash, events, sealed_at) VALUES ($1, $2, $3, $4, $5)",
        params![seal.number, &seal.previous, &seal.hash, seal.events, now],
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
    let row = tx.row("SELECT number, previous, hash, events FROM seal ORDER BY number DESC LIMIT 1", params![])?;
    row.as_ref().map(seal).transpose()
}

pub(super) fn seals(tx: &mut Tx) -> Result<Vec<Seal>, Failure> {
    let rows = tx.rows("SELECT number, previous, hash, events FROM seal ORDER BY number", params![])?;
    rows.iter().map(seal).collect()
}

/// The newest seals, in order.
pub(super) fn last_seals(tx: &mut Tx, limit: i64) -> Result<Vec<Seal>, Failure> {
    let rows =
        tx.rows("SELECT number, previous, hash, events FROM seal ORDER BY number DESC LIMIT $1", params![limit])?;
    rows.iter().rev().map(seal).collect()
}

pub(super) fn last_moment(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let unsealed = tx.row("SELECT MAX(at) FROM event WHERE batch IS NULL", params![])?;
    let sealed = tx.row("SELECT MAX(at) FROM event WHERE batch = (SELECT MAX(number) FROM seal)", params![])?;
    let moment = |row: Option<Row>| row.map_or(Ok(None), |row| row.get::<Option<Timestamp>>(0));
    Ok(moment(unsealed)?.max(moment(sealed)?))
}

pub(super) fn streams_with_gaps(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT stream FROM event GROUP BY stream HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*) ORDER BY stream LIMIT 100",
        params![],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}
