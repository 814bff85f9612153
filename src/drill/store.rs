//! SQL of the drills: the ledger as it stands, read from the side.

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) struct Event {
    pub id: String,
    pub stream: String,
    pub seq: i64,
    pub body: String,
}

/// A page of events in the order of their ids.
pub(super) fn events_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Event>, Failure> {
    let rows =
        tx.rows("SELECT id, stream, seq, body FROM event WHERE id > $1 ORDER BY id LIMIT $2", params![after, limit])?;
    rows.iter()
        .map(|row| Ok(Event { id: row.get(0)?, stream: row.get(1)?, seq: row.get(2)?, body: row.get(3)? }))
        .collect()
}
