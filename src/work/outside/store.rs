//! SQL of links.

use jiff::Timestamp;

use super::{Link, StayKey};
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

/// Adds a link. When somebody has just added one of the same number, it is a conflict.
pub(super) fn insert(tx: &mut Tx, hash: &str, link: &Link) -> Result<(), Failure> {
    let stay = &link.stay;
    let inserted = tx.execute_one(
        "INSERT INTO outside_link (tenant, token_hash, dossier, task, step, since, number, slip_number, office, made_at,
             made_by, expires_at, mail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            tx.tenant()?,
            hash,
            &stay.dossier,
            stay.task,
            stay.step,
            stay.since,
            link.number,
            link.slip_number,
            &link.office,
            link.made_at,
            &link.made_by,
            link.expires_at,
            link.mail.clone()
        ],
    );
    match inserted {
        Err(failure) if failure.db().is_some_and(|error| error.is_duplicate()) => Err(Failure::Conflict),
        inserted => inserted,
    }
}

/// A newer link takes the place of those before.
pub(super) fn replace(tx: &mut Tx, stay: &StayKey, now: Timestamp) -> Result<(), Failure> {
    tx.execute(
        "UPDATE outside_link SET revoked_at = $2
         WHERE tenant = $1 AND dossier = $3 AND task = $4 AND step = $5 AND since = $6 AND revoked_at IS NULL",
        params![tx.tenant()?, now, &stay.dossier, stay.task, stay.step, stay.since],
    )?;
    Ok(())
}

pub(super) fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Link>, Failure> {
    let row = tx.row(
        "SELECT dossier, task, step, since, number, slip_number, office, made_at, made_by, expires_at, opened_at, used_at, revoked_at, mail
         FROM outside_link WHERE tenant = $1 AND token_hash = $2",
        params![tx.tenant()?, hash],
    )?;
    row.as_ref().map(link).transpose()
}

/// The newest link of a stay.
pub(super) fn newest(tx: &mut Tx, stay: &StayKey) -> Result<Option<Link>, Failure> {
    let row = tx.row(
        "SELECT dossier, task, step, since, number, slip_number, office, made_at, made_by, expires_at, opened_at, used_at, revoked_at, mail
         FROM outside_link WHERE tenant = $1 AND dossier = $2 AND task = $3 AND step = $4 AND since = $5
         ORDER BY number DESC LIMIT 1",
        params![tx.tenant()?, &stay.dossier, stay.task, stay.step, stay.since],
    )?;
    row.as_ref().map(link).transpose()
}

/// Only the first opening counts.
pub(super) fn opened(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute(
        "UPDATE outside_link SET opened_at = $2 WHERE tenant = $1 AND token_hash = $3 AND opened_at IS NULL",
        params![tx.tenant()?, now, hash],
    )?;
    Ok(())
}

pub(super) fn used(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE outside_link SET used_at = $2 WHERE tenant = $1 AND token_hash = $3 AND used_at IS NULL",
        params![tx.tenant()?, now, hash],
    )
}

fn link(row: &Row) -> Result<Link, Failure> {
    Ok(Link {
        stay: StayKey { dossier: row.get(0)?, task: row.get(1)?, step: row.get(2)?, since: row.get(3)? },
        number: row.get(4)?,
        slip_number: row.get(5)?,
        office: row.get(6)?,
        made_at: row.get(7)?,
        made_by: row.get(8)?,
        expires_at: row.get(9)?,
        opened_at: row.get(10)?,
        used_at: row.get(11)?,
        revoked_at: row.get(12)?,
        mail: row.get(13)?,
    })
}
