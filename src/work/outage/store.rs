//! SQL of outages.

use jiff::Timestamp;

use super::Outage;
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, outage: &Outage) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO outage (tenant, id, agency, reason, began_at, began_by) VALUES ($1, $2, $3, $4, $5, $6)",
        params![tx.tenant()?, &outage.id, &outage.agency, &outage.reason, outage.began_at, &outage.began_by],
    )
}

pub(super) fn open(tx: &mut Tx, agency: &str) -> Result<Option<Outage>, Failure> {
    tx.row(
        "SELECT id, agency, reason, began_at, began_by, ended_at
         FROM outage WHERE tenant = $1 AND agency = $2 AND ended_at IS NULL",
        params![tx.tenant()?, agency],
    )?
    .as_ref()
    .map(read)
    .transpose()
}

/// Ending what has ended changes nothing.
pub(super) fn end(tx: &mut Tx, agency: &str, at: Timestamp, by: &str) -> Result<(), Failure> {
    tx.execute(
        "UPDATE outage SET ended_at = $2, ended_by = $3 WHERE tenant = $1 AND agency = $4 AND ended_at IS NULL",
        params![tx.tenant()?, at, by, agency],
    )?;
    Ok(())
}

pub(super) fn newest(tx: &mut Tx, agency: &str) -> Result<Vec<Outage>, Failure> {
    let rows = tx.rows(
        "SELECT id, agency, reason, began_at, began_by, ended_at FROM outage
         WHERE tenant = $1 AND agency = $2 ORDER BY began_at DESC, id DESC LIMIT 20",
        params![tx.tenant()?, agency],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Outage, Failure> {
    Ok(Outage {
        id: row.get(0)?,
        agency: row.get(1)?,
        reason: row.get(2)?,
        began_at: row.get(3)?,
        began_by: row.get(4)?,
        ended_at: row.get(5)?,
    })
}
