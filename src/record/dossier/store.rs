//! SQL of the dossier.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::Dossier;

use super::{Found, columns};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = columns(dossier)?;
    values.push(id.into());
    tx.execute_one(
        "INSERT INTO dossier (code, version, agency, office, holder, status, procedure, tier, field, channel, online_level,
             applicant_folded, id_number, received_at, due_at, settled_at, closed_at, state, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        &values,
    )
}

pub(super) fn update(tx: &mut Tx, id: &str, before: i64, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = columns(dossier)?;
    values.extend([Value::from(id), Value::from(before)]);
    tx.execute_one(
        "UPDATE dossier SET code = $1, version = $2, agency = $3, office = $4, holder = $5, status = $6, procedure = $7,
             tier = $8, field = $9, channel = $10, online_level = $11, applicant_folded = $12, id_number = $13,
             received_at = $14, due_at = $15, settled_at = $16, closed_at = $17, state = $18
         WHERE id = $19 AND version = $20",
        &values,
    )
}

fn found(row: &Row) -> Result<Found, Failure> {
    Ok(Found { id: row.get(0)?, dossier: serde_json::from_str(&row.get::<String>(1)?)? })
}

fn all(rows: &[Row]) -> Result<Vec<Found>, Failure> {
    rows.iter().map(found).collect()
}

pub(super) fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Found>, Failure> {
    tx.row("SELECT id, state FROM dossier WHERE id = $1", params![id])?.as_ref().map(found).transpose()
}

pub(super) fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Found>, Failure> {
    tx.row("SELECT id, state FROM dossier WHERE code = $1", params![code])?.as_ref().map(found).transpose()
}

pub(super) fn open_for_person(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier WHERE id_number = $1 AND procedure = $2 AND closed_at IS NULL ORDER BY id LIMIT 10",
        params![id_number, procedure],
    )?;
    all(&rows)
}

pub(super) fn next_serial(tx: &mut Tx, agency: &str, day: Date) -> Result<u32, Failure> {
    let row = tx.row(
        "INSERT INTO dossier_serial (agency, day, last) VALUES ($1, $2, 1)
         ON CONFLICT (agency, day) DO UPDATE SET last = dossier_serial.last + 1 RETURNING last",
        params![agency, day],
    )?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("no serial was returned")).map_err(Failure::Fault)?.get(0)?)
}

pub(super) fn of_office(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier
         WHERE office = $1 AND closed_at IS NULL AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4",
        params![office, after.0, after.1, limit],
    )?;
    all(&rows)
}

pub(super) fn of_holder(tx: &mut Tx, login: &str, after: (Timestamp, &str), limit: i64) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier
         WHERE holder = $1 AND closed_at IS NULL AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4",
        params![login, after.0, after.1, limit],
    )?;
    all(&rows)
}

pub(super) fn count_of_office(tx: &mut Tx, office: &str, now: Timestamp, most: i64) -> Result<(i64, i64), Failure> {
    let open = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM dossier WHERE office = $1 AND closed_at IS NULL LIMIT $2) AS counted",
        params![office, most],
    )?;
    let late = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM dossier
         WHERE office = $1 AND closed_at IS NULL AND settled_at IS NULL AND due_at < $2 LIMIT $3) AS counted",
        params![office, now, most],
    )?;
    let count = |row: Option<Row>| row.map_or(Ok(0), |row| row.get::<i64>(0));
    Ok((count(open)?, count(late)?))
}

pub(super) fn of_agency(
    tx: &mut Tx,
    agency: &str,
    before: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier
         WHERE agency = $1 AND (received_at, id) < ($2, $3) ORDER BY received_at DESC, id DESC LIMIT $4",
        params![agency, before.0, before.1, limit],
    )?;
    all(&rows)
}

pub(super) fn of_site(tx: &mut Tx, before: (Timestamp, &str), limit: i64) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier WHERE (received_at, id) < ($1, $2) ORDER BY received_at DESC, id DESC LIMIT $3",
        params![before.0, before.1, limit],
    )?;
    all(&rows)
}

pub(super) fn by_name(
    tx: &mut Tx,
    agency: &str,
    after: (&str, &str),
    end: &str,
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier WHERE agency = $1 AND (applicant_folded, id) > ($2, $3) AND applicant_folded < $4
         ORDER BY applicant_folded, id LIMIT $5",
        params![agency, after.0, after.1, end, limit],
    )?;
    all(&rows)
}

pub(super) struct Figures {
    pub tier: String,
    pub field: String,
    pub channel: String,
    pub online_level: Option<i64>,
    pub agency: String,
    pub due_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

pub(super) fn figures(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Figures>, Failure> {
    let rows = tx.rows(
        "SELECT tier, field, channel, online_level, agency, due_at, settled_at FROM dossier
         WHERE received_at >= $1 AND received_at < $2 AND status <> 'refused_at_intake'",
        params![from, to],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Figures {
                tier: row.get(0)?,
                field: row.get(1)?,
                channel: row.get(2)?,
                online_level: row.get(3)?,
                agency: row.get(4)?,
                due_at: row.get(5)?,
                settled_at: row.get(6)?,
            })
        })
        .collect()
}

/// All columns that are projected, for `replay`.
pub(super) fn projected(tx: &mut Tx, id: &str) -> Result<Option<Vec<Value>>, Failure> {
    let row = tx.row(
        "SELECT code, version, agency, office, holder, status, procedure, tier, field, channel, online_level,
             applicant_folded, id_number, received_at, due_at, settled_at, closed_at, state
         FROM dossier WHERE id = $1",
        params![id],
    )?;
    Ok(row.map(|row| row.values().to_vec()))
}

pub(super) fn ids_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows("SELECT id FROM dossier WHERE id > $1 ORDER BY id LIMIT $2", params![after, limit])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}
