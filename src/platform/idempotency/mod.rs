//! The same write sent twice is done once: a double click, a lost answer, a machine that tries again. Owns the table
//! `idempotency`; what was answered the first time is answered again.

mod store;

use jiff::{SignedDuration, Timestamp};

use super::db::Tx;
use super::failure::Failure;

/// How long an answer is kept: nobody sends the same form again after a day.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Longest key that is taken.
pub const KEY_MAX: usize = 200;

/// An answer, and whether it is the one given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    pub replayed: bool,
    pub status: u16,
    pub body: String,
}

/// Does `work` unless this account already sent this key; then its answer comes back and nothing happens. The same key for
/// another request (`request_hash`) is refused. A failed `work` leaves no trace, so that it may be tried again.
pub fn once(
    tx: &mut Tx,
    login: &str,
    key: &str,
    request_hash: &str,
    now: Timestamp,
    work: impl FnOnce(&mut Tx) -> Result<(u16, String), Failure>,
) -> Result<Once, Failure> {
    if key.is_empty() || key.chars().count() > KEY_MAX {
        return Err(Failure::refused("idempotency.key"));
    }
    // The row is taken before the work: of two at once the second waits here, and then finds the answer of the first.
    if store::take(tx, login, key, request_hash, now)? {
        let (status, body) = work(tx)?;
        store::answer(tx, login, key, status, &body)?;
        return Ok(Once { replayed: false, status, body });
    }
    let kept = store::kept(tx, login, key)?.ok_or(Failure::Conflict)?;
    if kept.request_hash != request_hash {
        return Err(Failure::refused("idempotency.mismatch"));
    }
    Ok(Once { replayed: true, status: kept.status, body: kept.body })
}

/// What was answered to a key, whatever the request was; for telling somebody what their form has already done.
pub fn answered(tx: &mut Tx, login: &str, key: &str) -> Result<Option<String>, Failure> {
    Ok(store::kept(tx, login, key)?.map(|kept| kept.body))
}

/// Forgets answers nobody will ask for any more; returns how many.
pub fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<u64, Failure> {
    store::remove_before(tx, now - KEPT)
}

#[cfg(test)]
mod tests;
