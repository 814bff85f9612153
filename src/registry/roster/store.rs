//! SQL of rosters.

use jiff::civil::Date;

use super::Sitting;
use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// From one day to another, both included, in the order of days and counters.
pub(super) fn between(tx: &mut Tx, office: &str, from: Date, to: Date) -> Result<Vec<Sitting>, Failure> {
    let rows = tx.rows(
        "SELECT day, counter, position, login FROM roster
         WHERE tenant = $1 AND office = $2 AND day >= $3 AND day <= $4 ORDER BY day, position, counter",
        params![tx.tenant()?, office, from, to],
    )?;
    rows.iter()
        .map(|row| Ok(Sitting { day: row.get(0)?, counter: row.get(1)?, position: row.get(2)?, login: row.get(3)? }))
        .collect()
}

pub(super) fn clear(tx: &mut Tx, office: &str, day: Date) -> Result<(), Failure> {
    // A day without a roster has no row.
    tx.execute(
        "DELETE FROM roster WHERE tenant = $1 AND office = $2 AND day = $3",
        params![tx.tenant()?, office, day],
    )?;
    Ok(())
}

pub(super) fn insert(tx: &mut Tx, office: &str, sitting: &Sitting) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO roster (tenant, office, day, counter, position, login) VALUES ($1, $2, $3, $4, $5, $6)",
        params![tx.tenant()?, office, sitting.day, &sitting.counter, sitting.position, &sitting.login],
    )
}
