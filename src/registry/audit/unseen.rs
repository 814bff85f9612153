//! Readings that nobody has looked through yet, in order: each is looked at, also one that comes late. [AUD-07]

use jiff::{SignedDuration, Timestamp};

use super::{Noted, Row, store};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ids;

/// Readings are looked at when they are this old: those of all nodes are in the table by then.
const SETTLED: SignedDuration = SignedDuration::from_secs(10);

/// How far back the first look goes.
const FIRST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The next readings, the oldest first, with those of lists; marks them as looked at. Of two nodes one gets them, the other
/// [`Failure::Conflict`].
pub fn next(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Row>, Failure> {
    let Some(mark) = store::mark(tx)? else {
        store::insert_mark(tx, &ids::earliest(now - FIRST))?;
        return Ok(Vec::new());
    };
    let rows = store::readings_after(tx, &mark, &ids::earliest(now - SETTLED), limit)?;
    if let Some(last) = rows.last() {
        store::move_mark(tx, &mark, &last.id)?;
    }
    Ok(rows)
}

/// What came after later rows were looked at is looked at too: a killed process wrote it down, or a database that was gone.
pub(super) fn came(tx: &mut Tx, rows: &[Noted]) -> Result<(), Failure> {
    let Some(first) = rows.iter().map(|noted| noted.id.as_str()).min() else { return Ok(()) };
    // A beginning of the id sorts before it.
    let before = first.get(..first.len() - 1).unwrap_or_default();
    store::pull_mark(tx, first, before)
}

/// When one account was shown one dossier by its own pages, between two moments.
pub fn openings(
    tx: &mut Tx,
    login: &str,
    dossier: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Row>, Failure> {
    let span = (ids::earliest(from), ids::earliest(until));
    let rows = store::readings_by(tx, login, dossier, (&span.0, &span.1))?;
    Ok(rows.into_iter().filter(|row| row.entry.is_opening()).collect())
}
