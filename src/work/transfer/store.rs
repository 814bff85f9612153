//! SQL of slips.

use jiff::Timestamp;

use super::{Item, Slip, SlipKind};
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

pub(super) fn next_serial(tx: &mut Tx, agency: &str, year: i16) -> Result<u32, Failure> {
    let row = tx.row(
        "INSERT INTO slip_serial (tenant, agency, year, last) VALUES ($1, $2, $3, 1)
         ON CONFLICT (tenant, agency, year) DO UPDATE SET last = slip_serial.last + 1 RETURNING last",
        params![tx.tenant()?, agency, i64::from(year)],
    )?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("no serial was returned")).map_err(Failure::Fault)?.get(0)?)
}

pub(super) fn insert(tx: &mut Tx, slip: &Slip) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO slip (tenant, number, kind, from_office, to_office, partner, person, made_at, made_by, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            tx.tenant()?,
            &slip.number,
            slip.kind.as_str(),
            &slip.from_office,
            &slip.to_office,
            &slip.partner,
            &slip.person,
            slip.made_at,
            &slip.made_by,
            slip.confirmed_at
        ],
    )
}

pub(super) fn insert_item(tx: &mut Tx, slip: &str, dossier: &str, task: u32) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO slip_item (tenant, slip, dossier, task) VALUES ($1, $2, $3, $4)",
        params![tx.tenant()?, slip, dossier, i64::from(task)],
    )
}

/// Confirming what is confirmed already changes nothing.
pub(super) fn confirm_item(
    tx: &mut Tx,
    slip: &str,
    dossier: &str,
    task: u32,
    at: Timestamp,
    by: &str,
) -> Result<(), Failure> {
    tx.execute(
        "UPDATE slip_item SET confirmed_at = $2, confirmed_by = $3
         WHERE tenant = $1 AND slip = $4 AND dossier = $5 AND task = $6 AND confirmed_at IS NULL",
        params![tx.tenant()?, at, by, slip, dossier, i64::from(task)],
    )?;
    Ok(())
}

pub(super) fn close_if_all_confirmed(tx: &mut Tx, slip: &str, at: Timestamp) -> Result<(), Failure> {
    tx.execute(
        "UPDATE slip SET confirmed_at = $2 WHERE tenant = $1 AND number = $3 AND confirmed_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM slip_item
             WHERE slip_item.tenant = slip.tenant AND slip_item.slip = slip.number AND slip_item.confirmed_at IS NULL)",
        params![tx.tenant()?, at, slip],
    )?;
    Ok(())
}

fn read(row: &Row) -> Result<Slip, Failure> {
    Ok(Slip {
        number: row.get(0)?,
        from_office: row.get(1)?,
        to_office: row.get(2)?,
        made_at: row.get(3)?,
        made_by: row.get(4)?,
        confirmed_at: row.get(5)?,
        kind: SlipKind::parse(&row.get::<String>(6)?),
        partner: row.get(7)?,
        person: row.get(8)?,
    })
}

pub(super) fn slip(tx: &mut Tx, number: &str) -> Result<Option<Slip>, Failure> {
    tx.row(
        "SELECT number, from_office, to_office, made_at, made_by, confirmed_at, kind, partner, person
         FROM slip WHERE tenant = $1 AND number = $2",
        params![tx.tenant()?, number],
    )?
    .as_ref()
    .map(read)
    .transpose()
}

pub(super) fn to_office(tx: &mut Tx, office: &str, limit: i64) -> Result<Vec<Slip>, Failure> {
    let rows = tx.rows(
        "SELECT number, from_office, to_office, made_at, made_by, confirmed_at, kind, partner, person FROM slip
         WHERE tenant = $1 AND to_office = $2 ORDER BY made_at DESC, number DESC LIMIT $3",
        params![tx.tenant()?, office, limit],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn from_office(tx: &mut Tx, office: &str, limit: i64) -> Result<Vec<Slip>, Failure> {
    let rows = tx.rows(
        "SELECT number, from_office, to_office, made_at, made_by, confirmed_at, kind, partner, person FROM slip
         WHERE tenant = $1 AND from_office = $2 ORDER BY made_at DESC, number DESC LIMIT $3",
        params![tx.tenant()?, office, limit],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn items(tx: &mut Tx, slip: &str) -> Result<Vec<Item>, Failure> {
    let rows = tx.rows(
        "SELECT dossier, task, confirmed_at, confirmed_by
         FROM slip_item WHERE tenant = $1 AND slip = $2 ORDER BY dossier, task",
        params![tx.tenant()?, slip],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Item { dossier: row.get(0)?, task: row.get(1)?, confirmed_at: row.get(2)?, confirmed_by: row.get(3)? })
        })
        .collect()
}

/// Whether a dossier stands on a slip of a kind already.
pub(super) fn listed(tx: &mut Tx, kind: SlipKind, dossier: &str) -> Result<bool, Failure> {
    let row = tx.row(
        "SELECT 1 FROM slip_item JOIN slip ON slip.tenant = slip_item.tenant AND slip.number = slip_item.slip
         WHERE slip_item.tenant = $1 AND slip_item.dossier = $2 AND slip.kind = $3",
        params![tx.tenant()?, dossier, kind.as_str()],
    )?;
    Ok(row.is_some())
}
