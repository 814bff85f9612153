//! SQL of the lists. Each statement walks one index from where the page before ended; a test reads the plans.

use jiff::Timestamp;

use super::{Entry, Filter, Listed, Waiting};
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;
use crate::record::dossier::Found;
use crate::record::dossier::store::{all, found};

fn entry(row: &Row) -> Result<Entry, Failure> {
    Ok(Entry { id: row.get(0)?, line: serde_json::from_str(&row.get::<String>(1)?)? })
}

fn entries(rows: &[Row]) -> Result<Vec<Entry>, Failure> {
    rows.iter().map(entry).collect()
}

fn listed(rows: &[Row]) -> Result<Vec<Listed>, Failure> {
    rows.iter()
        .map(|row| Ok(Listed { entry: entry(row)?, task: row.get(2)?, at: row.get(3)?, key: row.get(4)? }))
        .collect()
}

fn waiting(rows: &[Row]) -> Result<Vec<Waiting>, Failure> {
    rows.iter()
        .map(|row| Ok(Waiting { found: found(row)?, task: row.get(2)?, at: row.get(3)?, key: row.get(4)? }))
        .collect()
}

/// Everything an office has open.
pub(super) fn of_office(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.office = $2 AND (task.due_at, task.id) > ($3, $4)
         ORDER BY task.due_at, task.id LIMIT $5",
        params![tx.tenant()?, office, after.0, after.1, limit],
    )?;
    listed(&rows)
}

/// Of it, what came with a slip that nobody has confirmed.
pub(super) fn of_office_to_confirm(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.office = $2 AND task.slip IS NOT NULL AND (task.due_at, task.id) > ($3, $4)
         ORDER BY task.due_at, task.id LIMIT $5",
        params![tx.tenant()?, office, after.0, after.1, limit],
    )?;
    listed(&rows)
}

/// Of it, what waits for the applicant.
pub(super) fn of_office_waiting(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.office = $2 AND task.waiting AND (task.due_at, task.id) > ($3, $4)
         ORDER BY task.due_at, task.id LIMIT $5",
        params![tx.tenant()?, office, after.0, after.1, limit],
    )?;
    listed(&rows)
}

/// Of it, what is late, or soon will be: in order of the moment at which it becomes late.
pub(super) fn of_office_late(
    tx: &mut Tx,
    office: &str,
    after: (Timestamp, &str),
    only: &Filter,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let (from, to) = only.lateness();
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.late_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.office = $2 AND (task.late_at, task.id) > ($3, $4) AND task.late_at >= $5
           AND task.late_at < $6
           AND (task.late_at < $7 OR task.due_at < $8 OR task.step_due_at < $9)
         ORDER BY task.late_at, task.id LIMIT $10",
        params![tx.tenant()?, office, after.0, after.1, from, to, only.now, only.soon, only.step_soon, limit],
    )?;
    listed(&rows)
}

/// What a person holds, at whichever office: never so much that it needs an index for each way to look at it.
pub(super) fn of_holder(
    tx: &mut Tx,
    login: &str,
    after: (Timestamp, &str),
    only: &Filter,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.due_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.holder = $2 AND (task.due_at, task.id) > ($3, $4)
           AND CASE $5
             WHEN 'confirm' THEN task.slip IS NOT NULL
             WHEN 'waiting' THEN task.waiting
             ELSE TRUE END
         ORDER BY task.due_at, task.id LIMIT $6",
        params![tx.tenant()?, login, after.0, after.1, only.only.as_str(), limit],
    )?;
    listed(&rows)
}

/// Of it, what is late, or soon will be.
pub(super) fn of_holder_late(
    tx: &mut Tx,
    login: &str,
    after: (Timestamp, &str),
    only: &Filter,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let (from, to) = only.lateness();
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line, task.number, task.late_at, task.id
         FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
         WHERE task.tenant = $1 AND task.holder = $2 AND (task.late_at, task.id) > ($3, $4) AND task.late_at >= $5
           AND task.late_at < $6
           AND (task.late_at < $7 OR task.due_at < $8 OR task.step_due_at < $9)
         ORDER BY task.late_at, task.id LIMIT $10",
        params![tx.tenant()?, login, after.0, after.1, from, to, only.now, only.soon, only.step_soon, limit],
    )?;
    listed(&rows)
}

/// The same as [`of_office`] with the whole of each dossier, for acts on many at once.
pub(super) fn whole_of_office(tx: &mut Tx, office: &str, limit: i64) -> Result<Vec<Waiting>, Failure> {
    let rows = tx.rows(
        "SELECT task.dossier, dossier_state.state, task.number, task.due_at, task.id
         FROM task JOIN dossier_state ON dossier_state.tenant = task.tenant AND dossier_state.dossier = task.dossier
         WHERE task.tenant = $1 AND task.office = $2 ORDER BY task.due_at, task.id LIMIT $3",
        params![tx.tenant()?, office, limit],
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
        "SELECT task.dossier, dossier_state.state, task.number, task.step_due_at, task.id
         FROM task JOIN dossier_state ON dossier_state.tenant = task.tenant AND dossier_state.dossier = task.dossier
         WHERE task.tenant = $1 AND task.step_due_at < $2 AND (task.step_due_at, task.id) > ($3, $4)
         ORDER BY task.step_due_at, task.id LIMIT $5",
        params![tx.tenant()?, until, after.0, after.1, limit],
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
        "SELECT task.dossier, dossier_state.state, task.number, task.due_at, task.id
         FROM task JOIN dossier_state ON dossier_state.tenant = task.tenant AND dossier_state.dossier = task.dossier
         WHERE task.tenant = $1 AND task.due_at < $2 AND (task.due_at, task.id) > ($3, $4)
         ORDER BY task.due_at, task.id LIMIT $5",
        params![tx.tenant()?, until, after.0, after.1, limit],
    )?;
    waiting(&rows)
}

pub(super) fn open(tx: &mut Tx, agency: &str, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT id FROM dossier WHERE tenant = $1 AND agency = $2 AND closed_at IS NULL AND id > $3 ORDER BY id LIMIT $4",
        params![tx.tenant()?, agency, after, limit],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn count_of_office(tx: &mut Tx, office: &str, now: Timestamp, most: i64) -> Result<(i64, i64), Failure> {
    let open = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM task WHERE tenant = $1 AND office = $2 LIMIT $3) AS counted",
        params![tx.tenant()?, office, most],
    )?;
    let late = tx.row(
        "SELECT COUNT(*) FROM (SELECT 1 AS one
         FROM task WHERE tenant = $1 AND office = $2 AND due_at < $3 LIMIT $4) AS counted",
        params![tx.tenant()?, office, now, most],
    )?;
    let count = |row: Option<Row>| row.map_or(Ok(0), |row| row.get::<i64>(0));
    Ok((count(open)?, count(late)?))
}

pub(super) fn of_agency(
    tx: &mut Tx,
    agency: &str,
    before: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT id, line FROM dossier
         WHERE tenant = $1 AND agency = $2 AND (received_at, id) < ($3, $4) ORDER BY received_at DESC, id DESC LIMIT $5",
        params![tx.tenant()?, agency, before.0, before.1, limit],
    )?;
    entries(&rows)
}

/// What an office may see, newest first.
pub(super) fn seen_by(tx: &mut Tx, office: &str, before: (Timestamp, &str), limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier.line FROM dossier_office
         JOIN dossier ON dossier.tenant = dossier_office.tenant AND dossier.id = dossier_office.dossier
         WHERE dossier_office.tenant = $1 AND dossier_office.office = $2
           AND (dossier_office.received_at, dossier_office.dossier) < ($3, $4)
         ORDER BY dossier_office.received_at DESC, dossier_office.dossier DESC LIMIT $5",
        params![tx.tenant()?, office, before.0, before.1, limit],
    )?;
    entries(&rows)
}

pub(super) fn received_between(
    tx: &mut Tx,
    agency: &str,
    after: (Timestamp, &str),
    to: Timestamp,
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.agency = $2 AND (dossier.received_at, dossier.id) > ($3, $4)
           AND dossier.received_at < $5
         ORDER BY dossier.received_at, dossier.id LIMIT $6",
        params![tx.tenant()?, agency, after.0, after.1, to, limit],
    )?;
    all(&rows)
}

pub(super) fn by_post(tx: &mut Tx, agency: &str, after: (Timestamp, &str), limit: i64) -> Result<Vec<Found>, Failure> {
    let rows = tx.rows(
        "SELECT dossier.id, dossier_state.state FROM dossier
         JOIN dossier_state ON dossier_state.tenant = dossier.tenant AND dossier_state.dossier = dossier.id
         WHERE dossier.tenant = $1 AND dossier.agency = $2 AND (dossier.received_at, dossier.id) > ($3, $4)
           AND dossier.channel = 'post' ORDER BY dossier.received_at, dossier.id LIMIT $5",
        params![tx.tenant()?, agency, after.0, after.1, limit],
    )?;
    all(&rows)
}

pub(super) fn of_site(tx: &mut Tx, before: (Timestamp, &str), limit: i64) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT id, line FROM dossier
         WHERE tenant = $1 AND (received_at, id) < ($2, $3) ORDER BY received_at DESC, id DESC LIMIT $4",
        params![tx.tenant()?, before.0, before.1, limit],
    )?;
    entries(&rows)
}

pub(super) fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Entry>, Failure> {
    tx.row("SELECT id, line FROM dossier WHERE tenant = $1 AND code = $2", params![tx.tenant()?, code])?
        .as_ref()
        .map(entry)
        .transpose()
}

pub(super) fn by_name(
    tx: &mut Tx,
    agency: &str,
    after: (&str, &str),
    end: &str,
    limit: i64,
) -> Result<Vec<Entry>, Failure> {
    let rows = tx.rows(
        "SELECT id, line FROM dossier
         WHERE tenant = $1 AND agency = $2 AND (applicant_folded, id) > ($3, $4) AND applicant_folded < $5
         ORDER BY applicant_folded, id LIMIT $6",
        params![tx.tenant()?, agency, after.0, after.1, end, limit],
    )?;
    entries(&rows)
}

pub(super) fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Entry>, Failure> {
    tx.row("SELECT id, line FROM dossier WHERE tenant = $1 AND id = $2", params![tx.tenant()?, id])?
        .as_ref()
        .map(entry)
        .transpose()
}

/// Whether anything was received from one moment to another.
pub(super) fn any_received(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<bool, Failure> {
    let sql = "SELECT 1 AS one FROM dossier WHERE tenant = $1 AND received_at >= $2 AND received_at < $3 LIMIT 1";
    Ok(tx.row(sql, params![tx.tenant()?, from, to])?.is_some())
}
