//! SQL of absences.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::absence::{Absence, PostKey};
use motcua_domain::identity::Role;

use super::Entered;
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, new: &Absence, by: &str, at: Timestamp) -> Result<(), Failure> {
    let office = new.post.as_ref().map(|post| post.office.clone());
    let role = new.post.as_ref().map(|post| post.role.as_str());
    tx.execute_one(
        "INSERT INTO absence (tenant, id, login, from_on, to_on, substitute, office, role, procedure, entered_by,
             entered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            tx.tenant()?,
            &new.id,
            &new.login,
            new.from_on,
            new.to_on,
            &new.substitute,
            office,
            role,
            new.procedure.clone(),
            by,
            at
        ],
    )
}

pub(super) fn shorten(tx: &mut Tx, id: &str, to_on: Date) -> Result<(), Failure> {
    tx.execute_one("UPDATE absence SET to_on = $2 WHERE tenant = $1 AND id = $3", params![tx.tenant()?, to_on, id])
}

pub(super) fn remove(tx: &mut Tx, id: &str) -> Result<(), Failure> {
    tx.execute_one("DELETE FROM absence WHERE tenant = $1 AND id = $2", params![tx.tenant()?, id])
}

fn entered(row: &Row) -> Result<Entered, Failure> {
    let (office, role): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
    let role = role.as_deref().and_then(Role::parse);
    let absence = Absence {
        id: row.get(0)?,
        login: row.get(1)?,
        from_on: row.get(2)?,
        to_on: row.get(3)?,
        substitute: row.get(4)?,
        post: office.zip(role).map(|(office, role)| PostKey { office, role }),
        procedure: row.get(7)?,
    };
    Ok(Entered { absence, by: row.get(8)? })
}

pub(super) fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Entered>, Failure> {
    let row = tx.row(
        "SELECT id, login, from_on, to_on, substitute, office, role, procedure, entered_by
         FROM absence WHERE tenant = $1 AND id = $2",
        params![tx.tenant()?, id],
    )?;
    row.as_ref().map(entered).transpose()
}

/// Those whose last day is this one or later, in order of their last day.
pub(super) fn not_over(tx: &mut Tx, day: Date) -> Result<Vec<Entered>, Failure> {
    let rows = tx.rows(
        "SELECT id, login, from_on, to_on, substitute, office, role, procedure, entered_by FROM absence
         WHERE tenant = $1 AND to_on >= $2 ORDER BY to_on, id",
        params![tx.tenant()?, day],
    )?;
    rows.iter().map(entered).collect()
}
