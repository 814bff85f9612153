//! SQL of answers kept for repeated writes.

use jiff::Timestamp;

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) struct Kept {
    pub request_hash: String,
    pub status: u16,
    pub body: String,
}

/// Takes the key; `false` if it was taken before.
pub(super) fn take(tx: &mut Tx, login: &str, key: &str, request_hash: &str, now: Timestamp) -> Result<bool, Failure> {
    let taken = tx.execute(
        "INSERT INTO idempotency (tenant, login, key, request_hash, status, body, created_at) VALUES ($1, $2, $3, $4, 0,
             '', $5)
         ON CONFLICT (tenant, login, key) DO NOTHING",
        params![tx.tenant()?, login, key, request_hash, now],
    )?;
    Ok(taken == 1)
}

pub(super) fn answer(tx: &mut Tx, login: &str, key: &str, status: u16, body: &str) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE idempotency SET status = $2, body = $3 WHERE tenant = $1 AND login = $4 AND key = $5",
        params![tx.tenant()?, i64::from(status), body, login, key],
    )
}

pub(super) fn kept(tx: &mut Tx, login: &str, key: &str) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT request_hash, status, body FROM idempotency WHERE tenant = $1 AND login = $2 AND key = $3",
        params![tx.tenant()?, login, key],
    )?;
    row.map(|row| {
        let status = u16::try_from(row.get::<i64>(1)?).map_err(Failure::fault)?;
        Ok(Kept { request_hash: row.get(0)?, status, body: row.get(2)? })
    })
    .transpose()
}

pub(super) fn remove_before(tx: &mut Tx, before: Timestamp) -> Result<u64, Failure> {
    Ok(tx.execute("DELETE FROM idempotency WHERE tenant = $1 AND created_at < $2", params![tx.tenant()?, before])?)
}
