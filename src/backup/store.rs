//! SQL of the runs of scheduled backups.

use jiff::Timestamp;

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) struct Run {
    pub number: i64,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub failed_because: Option<String>,
}

pub(super) fn last(tx: &mut Tx) -> Result<Option<Run>, Failure> {
    let row = tx.row(
        "SELECT number, started_at, seen_at, ended_at, failed_because FROM backup_run
         ORDER BY number DESC LIMIT 1",
        params![],
    )?;
    row.map(|row| {
        Ok(Run {
            number: row.get(0)?,
            started_at: row.get(1)?,
            seen_at: row.get(2)?,
            ended_at: row.get(3)?,
            failed_because: row.get(4)?,
        })
    })
    .transpose()
}

pub(super) fn last_good(tx: &mut Tx) -> Result<Option<Timestamp>, Failure> {
    let row = tx.row(
        "SELECT started_at FROM backup_run WHERE ended_at IS NOT NULL AND failed_because IS NULL
         ORDER BY number DESC LIMIT 1",
        params![],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// Takes a run; the number is taken once.
pub(super) fn take(tx: &mut Tx, number: i64, now: Timestamp) -> Result<bool, Failure> {
    let taken = tx.execute(
        "INSERT INTO backup_run (number, started_at, seen_at) VALUES ($1, $2, $2) ON CONFLICT (number) DO NOTHING",
        params![number, now],
    )?;
    Ok(taken == 1)
}

pub(super) fn seen(tx: &mut Tx, number: i64, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one("UPDATE backup_run SET seen_at = $1 WHERE number = $2", params![now, number])
}

pub(super) fn end(
    tx: &mut Tx,
    number: i64,
    file: Option<&str>,
    failed_because: Option<&str>,
    now: Timestamp,
) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE backup_run SET ended_at = $1, seen_at = $1, file = $2, failed_because = $3 WHERE number = $4",
        params![now, file.map(str::to_owned), failed_because.map(str::to_owned), number],
    )
}
