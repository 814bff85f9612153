//! SQL of the dossier.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::Dossier;

use super::list::{Filter, Waiting};
use super::{Found, NEVER, columns, task_rows};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = columns(dossier)?;
    values.push(id.into());
    tx.execute_one(
        "INSERT INTO dossier (code, version, agency, status, procedure, tier, field, channel, online_level,
             applicant_folded, id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, state, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        &values,
    )?;
    task_rows(id, dossier).iter().try_for_each(|row| put_task(tx, row))
}

pub(super) fn update(tx: &mut Tx, id: &str, before: &Dossier, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = columns(dossier)?;
    values.extend([Value::from(id), Value::from(before.version)]);
    tx.execute_one(
        "UPDATE dossier SET code = $1, version = $2, agency = $3, status = $4, procedure = $5,
             tier = $6, field = $7, channel = $8, online_level = $9, applicant_folded = $10, id_number = $11,
             received_at = $12, due_at = $13, promised_at = $14, national_due_at = $15, settled_at = $16, closed_at = $17,
             state = $18
         WHERE id = $19 AND version = $20",
        &values,
    )?;
    // Only what differs is written: most acts move one task.
    let (old, new) = (task_rows(id, before), task_rows(id, dossier));
    for gone in old.iter().filter(|old| !new.iter().any(|new| new.first() == old.first())) {
        tx.execute_one("DELETE FROM task WHERE id = $1", gone.get(..1).unwrap_or_default())?;
    }
    new.iter().filter(|row| !old.contains(row)).try_for_each(|row| put_task(tx, row))
}

fn put_task(tx: &mut Tx, row: &[Value]) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO task (id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure, slip)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, office = excluded.office, role = excluded.role,
             holder = excluded.holder, since = excluded.since, step_due_at = excluded.step_due_at, due_at = excluded.due_at,
             slip = excluded.slip",
        row,
    )
}

/// Whether anything is open at all.
pub(super) fn has_tasks(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(tx.row("SELECT 1 AS one FROM task LIMIT 1", params![])?.is_some())
}

/// Dossiers written before the promise had a column of its own.
pub(super) fn without_promise(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT id FROM dossier WHERE promised_at IS NULL AND status <> 'refused_at_intake' AND id > $1
         ORDER BY id LIMIT $2",
        params![after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn refill(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE dossier SET promised_at = $1, national_due_at = $2, state = $3 WHERE id = $4",
        params![dossier.promised_at(), dossier.national_due_at(), serde_json::to_string(dossier)?, id],
    )?;
    task_rows(id, dossier).iter().try_for_each(|row| put_task(tx, row))
}

/// Rows of open tasks as they stand, for `replay`.
pub(super) fn projected_tasks(tx: &mut Tx, id: &str) -> Result<Vec<Vec<Value>>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure, slip
         FROM task WHERE dossier = $1 ORDER BY number",
        params![id],
    )?;
    Ok(rows.iter().map(|row| row.values().to_vec()).collect())
}

pub(super) fn next_letter(tx: &mut Tx, agency: &str, kind: &str, year: i16) -> Result<u32, Failure> {
    let row = tx.row(
        "INSERT INTO letter_serial (agency, kind, year, last) VALUES ($1, $2, $3, 1)
         ON CONFLICT (agency, kind, year) DO UPDATE SET last = letter_serial.last + 1 RETURNING last",
        params![agency, kind, i64::from(year)],
    )?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("no number was returned")).map_err(Failure::Fault)?.get(0)?)
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

fn waiting(rows: &[Row]) -> Result<Vec<Waiting>, Failure> {
    rows.iter()
        .map(|row| Ok(Waiting { found: found(row)?, task: row.get(2)?, at: row.get(3)?, key: row.get(4)? }))
        .collect()
}

/// The parameters of a list of tasks behind those that say whose: place, filter with its moments, size.
fn of_filter(whose: &str, after: (Timestamp, &str), only: &Filter, limit: i64) -> Vec<Value> {
    params![whose, after.0, after.1, only.only.as_str(), only.now, only.soon, only.step_soon, NEVER, limit].to_vec()
}

pub(super) fn of_office(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    only: &Filter,
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.state, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.id = task.dossier
         WHERE task.office = $1 AND (task.due_at, task.id) > ($2, $3)
           AND CASE $4
             WHEN 'confirm' THEN task.slip IS NOT NULL
             WHEN 'waiting' THEN dossier.status IN ('supplement_asked', 'payment_due')
             WHEN 'late' THEN task.due_at < $5 OR (task.step_due_at < $5 AND task.due_at < $8)
             WHEN 'soon' THEN task.due_at >= $5 AND task.step_due_at >= $5 AND task.due_at < $8
               AND (task.due_at < $6 OR task.step_due_at < $7)
             ELSE TRUE END
         ORDER BY task.due_at, task.id LIMIT $9",
        &of_filter(office, after, only, limit),
    )?;
    waiting(&rows)
}

pub(super) fn of_holder(
    tx: &mut Tx,
    login: &str,
    after: (Timestamp, &str),
    only: &Filter,
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.state, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.id = task.dossier
         WHERE task.holder = $1 AND (task.due_at, task.id) > ($2, $3)
           AND CASE $4
             WHEN 'confirm' THEN task.slip IS NOT NULL
             WHEN 'waiting' THEN dossier.status IN ('supplement_asked', 'payment_due')
             WHEN 'late' THEN task.due_at < $5 OR (task.step_due_at < $5 AND task.due_at < $8)
             WHEN 'soon' THEN task.due_at >= $5 AND task.step_due_at >= $5 AND task.due_at < $8
               AND (task.due_at < $6 OR task.step_due_at < $7)
             ELSE TRUE END
         ORDER BY task.due_at, task.id LIMIT $9",
        &of_filter(login, after, only, limit),
    )?;
    waiting(&rows)
}

pub(super) fn by_step_due(
    tx: &mut Tx,
    until: Timestamp,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.state, task.number, task.step_due_at, task.id
         FROM task JOIN dossier ON dossier.id = task.dossier
         WHERE task.step_due_at < $1 AND (task.step_due_at, task.id) > ($2, $3)
         ORDER BY task.step_due_at, task.id LIMIT $4",
        params![until, after.0, after.1, limit],
    )?;
    waiting(&rows)
}

pub(super) fn by_due(
    tx: &mut Tx,
    until: Timestamp,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.state, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.id = task.dossier
         WHERE task.due_at < $1 AND (task.due_at, task.id) > ($2, $3) ORDER BY task.due_at, task.id LIMIT $4",
        params![until, after.0, after.1, limit],
    )?;
    waiting(&rows)
}

/// Whatever is open has a task.
pub(super) fn open(tx: &mut Tx, agency: &str, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT dossier.id FROM task JOIN dossier ON dossier.id = task.dossier
         WHERE dossier.agency = $1 AND dossier.id > $2 ORDER BY dossier.id LIMIT $3",
        params![agency, after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn count_of_office(tx: &mut Tx, office: &str, now: Timestamp, most: i64) -> Result<(i64, i64), Failure> {
    let open = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM task WHERE office = $1 LIMIT $2) AS counted",
        params![office, most],
    )?;
    let late = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM task WHERE office = $1 AND due_at < $2 LIMIT $3) AS counted",
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

pub(super) fn received_between(
    tx: &mut Tx,
    agency: &str,
    after: (Timestamp, &str),
    to: Timestamp,
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT id, state FROM dossier WHERE agency = $1 AND (received_at, id) > ($2, $3) AND received_at < $4
         ORDER BY received_at, id LIMIT $5",
        params![agency, after.0, after.1, to, limit],
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
    pub status: String,
}

pub(super) fn figures(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Figures>, Failure> {
    let rows = tx.rows(
        "SELECT tier, field, channel, online_level, agency, due_at, settled_at, status FROM dossier
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
                status: row.get(7)?,
            })
        })
        .collect()
}

/// Dossiers that have tasks and do not exist, for `replay`.
pub(super) fn tasks_of_nobody(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT task.dossier FROM task LEFT JOIN dossier ON dossier.id = task.dossier
         WHERE dossier.id IS NULL ORDER BY task.dossier LIMIT 1000",
        params![],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// All columns that are projected, for `replay`.
pub(super) fn projected(tx: &mut Tx, id: &str) -> Result<Option<Vec<Value>>, Failure> {
    let row = tx.row(
        "SELECT code, version, agency, status, procedure, tier, field, channel, online_level,
             applicant_folded, id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, state
         FROM dossier WHERE id = $1",
        params![id],
    )?;
    Ok(row.map(|row| row.values().to_vec()))
}

pub(super) fn ids_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows("SELECT id FROM dossier WHERE id > $1 ORDER BY id LIMIT $2", params![after, limit])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}
