//! SQL of outgoing mail.

use jiff::Timestamp;

use super::{Backlog, Claimed, Mail, NewMail, Posted};
use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, id: &str, mail: &NewMail, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO mail_outbox (tenant, id, about, to_address, subject, body, made_at, tries, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $7)",
        params![tx.tenant()?, id, &mail.about, &mail.to, &mail.subject, &mail.body, now],
    )
}

/// The mail that has been due for longest, with how often it was tried.
pub(super) fn due(tx: &mut Tx, now: Timestamp) -> Result<Option<Claimed>, Failure> {
    let row = tx.row(
        "SELECT id, to_address, subject, body, made_at, tries FROM mail_outbox
         WHERE tenant = $1 AND next_at IS NOT NULL AND next_at <= $2 ORDER BY next_at, id LIMIT 1",
        params![tx.tenant()?, now],
    )?;
    row.map(|row| {
        let mail =
            Mail { id: row.get(0)?, to: row.get(1)?, subject: row.get(2)?, body: row.get(3)?, made_at: row.get(4)? };
        Ok(Claimed { mail, tries: row.get(5)? })
    })
    .transpose()
}

/// Takes the mail for one try; whoever counts the same try second changes no row.
pub(super) fn claim(tx: &mut Tx, id: &str, tries: i64, next: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE mail_outbox SET tries = $2, next_at = $3
         WHERE tenant = $1 AND id = $4 AND tries = $5 AND next_at IS NOT NULL",
        params![tx.tenant()?, tries + 1, next, id, tries],
    )
}

pub(super) fn sent(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE mail_outbox SET sent_at = $2, next_at = NULL, body = ''
         WHERE tenant = $1 AND id = $3 AND sent_at IS NULL",
        params![tx.tenant()?, now, id],
    )
}

pub(super) fn give_up(tx: &mut Tx, id: &str, because: &str) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE mail_outbox SET failed_because = $2, next_at = NULL, body = ''
         WHERE tenant = $1 AND id = $3 AND sent_at IS NULL",
        params![tx.tenant()?, because, id],
    )
}

pub(super) fn backlog(tx: &mut Tx) -> Result<Backlog, Failure> {
    let waiting = tx.row(
        "SELECT COUNT(*), MIN(made_at) FROM mail_outbox WHERE tenant = $1 AND next_at IS NOT NULL",
        params![tx.tenant()?],
    )?;
    let given_up = tx.row(
        "SELECT COUNT(*) FROM mail_outbox WHERE tenant = $1 AND failed_because IS NOT NULL",
        params![tx.tenant()?],
    )?;
    let (waiting, oldest) = waiting.map_or(Ok((0, None)), |row| Ok::<_, Failure>((row.get(0)?, row.get(1)?)))?;
    Ok(Backlog { waiting, oldest, given_up: given_up.map_or(Ok(0), |row| row.get(0))? })
}

pub(super) fn any(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(tx.row("SELECT 1 FROM mail_outbox WHERE tenant = $1 LIMIT 1", params![tx.tenant()?])?.is_some())
}

pub(super) fn about(tx: &mut Tx, about: &str) -> Result<Vec<Posted>, Failure> {
    let rows = tx.rows(
        "SELECT id, to_address, made_at, tries, next_at, sent_at, failed_because FROM mail_outbox
         WHERE tenant = $1 AND about = $2 ORDER BY id DESC LIMIT 20",
        params![tx.tenant()?, about],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Posted {
                id: row.get(0)?,
                to: row.get(1)?,
                made_at: row.get(2)?,
                tries: row.get(3)?,
                next_at: row.get(4)?,
                sent_at: row.get(5)?,
                failed_because: row.get(6)?,
            })
        })
        .collect()
}
