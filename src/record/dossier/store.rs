//! SQL of the dossier.

use jiff::civil::Date;
use motcua_domain::dossier::Dossier;

use super::list::Line;
use super::{Found, columns, office_rows, task_rows};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;

pub(super) fn insert(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = tx.owned(columns(dossier)?)?;
    values.push(id.into());
    tx.execute_one(
        "INSERT INTO dossier (tenant, code, version, agency, status, procedure, tier, field, channel, online_level,
             applicant_folded, id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        &values,
    )?;
    put_state(tx, id, dossier)?;
    put_offices(tx, &office_rows(id, dossier))?;
    task_rows(id, dossier).iter().try_for_each(|row| put_task(tx, row))
}

/// The folded dossier, whole; apart from the row, so that lists never read it.
fn put_state(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO dossier_state (tenant, dossier, state) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, dossier) DO UPDATE SET state = excluded.state",
        params![tx.tenant()?, id, serde_json::to_string(dossier)?],
    )
}

pub(super) fn update(tx: &mut Tx, id: &str, before: &Dossier, dossier: &Dossier) -> Result<(), Failure> {
    let mut values = tx.owned(columns(dossier)?)?;
    values.extend([Value::from(id), Value::from(before.version)]);
    tx.execute_one(
        "UPDATE dossier SET code = $2, version = $3, agency = $4, status = $5, procedure = $6,
             tier = $7, field = $8, channel = $9, online_level = $10, applicant_folded = $11, id_number = $12,
             received_at = $13, due_at = $14, promised_at = $15, national_due_at = $16, settled_at = $17, closed_at = $18,
             line = $19
         WHERE tenant = $1 AND id = $20 AND version = $21",
        &values,
    )?;
    put_state(tx, id, dossier)?;
    // Only what differs is written: most acts move one task, and hardly any adds an office.
    let known = office_rows(id, before);
    let added: Vec<Vec<Value>> = office_rows(id, dossier).into_iter().filter(|row| !known.contains(row)).collect();
    put_offices(tx, &added)?;
    let (old, new) = (task_rows(id, before), task_rows(id, dossier));
    for gone in old.iter().filter(|old| !new.iter().any(|new| new.first() == old.first())) {
        let id = tx.owned(gone.first().cloned())?;
        tx.execute_one("DELETE FROM task WHERE tenant = $1 AND id = $2", &id)?;
    }
    new.iter().filter(|row| !old.contains(row)).try_for_each(|row| put_task(tx, row))
}

/// Four at once: an office that stands there twice is written once. Offices only come, by a consultation; one that may see a
/// dossier goes on doing so. [DOS-09]
fn put_offices(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    for some in rows.chunks(4) {
        let Some([_, received_at, dossier]) = some.first().map(Vec::as_slice) else { continue };
        let offices = some.iter().filter_map(|row| row.first()).cycle().take(4);
        let values = tx.owned(offices.chain([received_at, dossier]).cloned())?;
        tx.execute(
            "INSERT INTO dossier_office (tenant, office, received_at, dossier)
             VALUES ($1, $2, $6, $7), ($1, $3, $6, $7), ($1, $4, $6, $7), ($1, $5, $6, $7)
             ON CONFLICT (tenant, office, received_at, dossier) DO NOTHING",
            &values,
        )?;
    }
    Ok(())
}

fn put_task(tx: &mut Tx, row: &[Value]) -> Result<(), Failure> {
    let values = tx.owned(row.iter().cloned())?;
    tx.execute_one(
        "INSERT INTO task (tenant, id, dossier, number, kind, office, role, holder, since, step_due_at, due_at,
             procedure, slip,
             late_at, waiting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind, office = excluded.office, role = excluded.role,
             holder = excluded.holder, since = excluded.since, step_due_at = excluded.step_due_at, due_at = excluded.due_at,
             slip = excluded.slip, late_at = excluded.late_at, waiting = excluded.waiting",
        &values,
    )
}

/// Whether anything is open at all.
pub(super) fn has_tasks(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(tx.row("SELECT 1 AS one FROM task WHERE tenant = $1 LIMIT 1", params![tx.tenant()?])?.is_some())
}

/// Dossiers written before the promise had a column of its own.
pub(super) fn without_promise(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT id FROM dossier WHERE tenant = $1 AND promised_at IS NULL AND status <> 'refused_at_intake' AND id > $2
         ORDER BY id LIMIT $3",
        params![tx.tenant()?, after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn refill(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE dossier SET promised_at = $2, national_due_at = $3, line = $4 WHERE tenant = $1 AND id = $5",
        params![
            tx.tenant()?,
            dossier.promised_at(),
            dossier.national_due_at(),
            serde_json::to_string(&Line::of(dossier))?,
            id
        ],
    )?;
    put_state(tx, id, dossier)?;
    put_offices(tx, &office_rows(id, dossier))?;
    task_rows(id, dossier).iter().try_for_each(|row| put_task(tx, row))
}

/// Rows of open tasks as they stand, for `replay`.
pub(super) fn projected_tasks(tx: &mut Tx, id: &str) -> Result<Vec<Vec<Value>>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure, slip,
             late_at, waiting
         FROM task WHERE tenant = $1 AND dossier = $2 ORDER BY number",
        params![tx.tenant()?, id],
    )?;
    Ok(rows.iter().map(|row| row.values().to_vec()).collect())
}

pub(super) fn next_letter(tx: &mut Tx, agency: &str, kind: &str, year: i16) -> Result<u32, Failure> {
    let row = tx.row(
        "INSERT INTO letter_serial (tenant, agency, kind, year, last) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (tenant, agency, kind, year) DO UPDATE SET last = letter_serial.last + 1 RETURNING last",
        params![tx.tenant()?, agency, kind, i64::from(year)],
    )?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("no number was returned")).map_err(Failure::Fault)?.get(0)?)
}

pub(super) fn found(row: &Row) -> Result<Found, Failure> {
    Ok(Found { id: row.get(0)?, dossier: serde_json::from_str(&row.get::<String>(1)?)? })
}

pub(super) fn all(rows: &[Row]) -> Result<Vec<Found>, Failure> {
    rows.iter().map(found).collect()
}

pub(super) fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Found>, Failure> {
    tx.row("SELECT dossier, state FROM dossier_state WHERE tenant = $1 AND dossier = $2", params![tx.tenant()?, id])?
        .as_ref()
        .map(found)
        .transpose()
}

pub(super) fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Found>, Failure> {
    let row = tx.row(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.code = $2",
        params![tx.tenant()?, code],
    )?;
    row.as_ref().map(found).transpose()
}

pub(super) fn open_for_person(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.id_number = $2 AND dossier.procedure = $3 AND dossier.closed_at IS NULL
         ORDER BY dossier.id LIMIT 10",
        params![tx.tenant()?, id_number, procedure],
    )?;
    all(&rows)
}

pub(super) fn broken_off(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.id_number = $2 AND dossier.procedure = $3
           AND dossier.closed_at IS NOT NULL AND dossier.status IN ('withdrawn', 'stopped')",
        params![tx.tenant()?, id_number, procedure],
    )?;
    all(&rows)
}

pub(super) fn next_serial(tx: &mut Tx, agency: &str, day: Date) -> Result<u32, Failure> {
    let row = tx.row(
        "INSERT INTO dossier_serial (tenant, agency, day, last) VALUES ($1, $2, $3, 1)
         ON CONFLICT (tenant, agency, day) DO UPDATE SET last = dossier_serial.last + 1 RETURNING last",
        params![tx.tenant()?, agency, day],
    )?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("no serial was returned")).map_err(Failure::Fault)?.get(0)?)
}

/// Dossiers that have tasks and do not exist, for `replay`.
pub(super) fn tasks_of_nobody(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT task.dossier FROM task LEFT
         JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND dossier.id IS NULL ORDER BY task.dossier LIMIT 1000",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// All columns that are projected, for `replay`.
pub(super) fn projected(tx: &mut Tx, id: &str) -> Result<Option<Vec<Value>>, Failure> {
    let row = tx.row(
        "SELECT code, version, agency, status, procedure, tier, field, channel, online_level, applicant_folded, id_number,
             received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line, dossier_state.state
         FROM dossier JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND id = $2",
        params![tx.tenant()?, id],
    )?;
    Ok(row.map(|row| row.values().to_vec()))
}

pub(super) fn ids_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT id FROM dossier WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
        params![tx.tenant()?, after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// Dossiers received under the schema in which lines were not kept.
pub(super) fn without_line(tx: &mut Tx, limit: i64) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.line IS NULL ORDER BY dossier.id LIMIT $2",
        params![tx.tenant()?, limit],
    )?;
    all(&rows)
}

pub(super) fn set_line(tx: &mut Tx, id: &str, dossier: &Dossier) -> Result<(), Failure> {
    let line = serde_json::to_string(&Line::of(dossier))?;
    tx.execute_one("UPDATE dossier SET line = $2 WHERE tenant = $1 AND id = $3", params![tx.tenant()?, line, id])?;
    put_offices(tx, &office_rows(id, dossier))
}

/// Whether an office finds a dossier among its own, for `replay`.
pub(super) fn has_office(tx: &mut Tx, row: &[Value]) -> Result<bool, Failure> {
    let sql =
        "SELECT 1 AS one FROM dossier_office WHERE tenant = $1 AND office = $2 AND received_at = $3 AND dossier = $4";
    Ok(tx.row(sql, &tx.owned(row.iter().cloned())?)?.is_some())
}

/// Rows that say which office may see which dossier, for `replay`.
pub(super) fn count_offices(tx: &mut Tx) -> Result<u64, Failure> {
    let row = tx.row("SELECT COUNT(*) FROM dossier_office WHERE tenant = $1", params![tx.tenant()?])?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Rows of generated dossiers, each in the order of [`columns`] and its sisters.
pub(super) fn insert_all(tx: &mut Tx, made: &super::bulk::Made) -> Result<(), Failure> {
    tx.insert_all(
        "INSERT INTO dossier (tenant, code, version, agency, status, procedure, tier, field, channel, online_level,
             applicant_folded,
             id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        &made.dossiers,
    )?;
    tx.insert_all("INSERT INTO dossier_state (tenant, dossier, state) VALUES ($1, $2, $3)", &made.states)?;
    tx.insert_all(
        "INSERT INTO dossier_office (tenant, office, received_at, dossier) VALUES ($1, $2, $3, $4)",
        &made.offices,
    )?;
    Ok(tx.insert_all(
        "INSERT INTO task (tenant, id, dossier, number, kind, office, role, holder, since, step_due_at, due_at,
             procedure, slip,
             late_at, waiting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &made.tasks,
    )?)
}

/// Moves the last number of a day on, so that the next intake takes the one behind.
pub(super) fn set_serial(tx: &mut Tx, agency: &str, day: Date, last: u32) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO dossier_serial (tenant, agency, day, last) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, agency, day) DO UPDATE SET last = excluded.last",
        params![tx.tenant()?, agency, day, last],
    )
}

pub(super) fn set_letter(tx: &mut Tx, agency: &str, kind: &str, year: i16, last: u32) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO letter_serial (tenant, agency, kind, year, last) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant, agency, kind, year) DO UPDATE SET last = excluded.last",
        params![tx.tenant()?, agency, kind, i64::from(year), last],
    )
}

pub(super) fn serials(tx: &mut Tx) -> Result<Vec<(String, Date, u32)>, Failure> {
    let rows = tx.rows(
        "SELECT agency, day, last FROM dossier_serial WHERE tenant = $1 ORDER BY agency, day",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

pub(super) fn letter_serials(tx: &mut Tx) -> Result<Vec<(String, String, i64, u32)>, Failure> {
    let rows = tx.rows(
        "SELECT agency, kind, year, last FROM letter_serial WHERE tenant = $1 ORDER BY agency, kind, year",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).collect()
}
