//! SQL of stays.

use jiff::Timestamp;

use super::{Count, Open, Stay, TaskPlace, Where};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;
use crate::record::dossier::Found;

/// A dossier that comes back within the same moment goes on with the stay it had.
pub(super) fn put(tx: &mut Tx, stay: &Stay) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO stay (tenant, id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at,
             answered)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant, id) DO UPDATE SET office = excluded.office, due_at = excluded.due_at,
             acknowledged_at = excluded.acknowledged_at, ended_at = excluded.ended_at, answered = excluded.answered",
        &tx.owned(columns(stay))?,
    )
}

fn columns(stay: &Stay) -> Vec<Value> {
    params![
        &stay.id,
        &stay.dossier,
        &stay.agency,
        stay.place.task,
        &stay.kind,
        &stay.office,
        stay.since,
        stay.due_at,
        stay.acknowledged_at,
        stay.ended_at,
        stay.answered
    ]
    .to_vec()
}

/// Rows of generated dossiers.
pub(super) fn insert_all(tx: &mut Tx, stays: &[Stay]) -> Result<(), Failure> {
    Ok(tx.insert_all(
        "INSERT INTO stay (tenant, id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at,
             answered)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &stays.iter().map(columns).collect::<Vec<_>>(),
    )?)
}

pub(super) fn of_dossier(tx: &mut Tx, dossier: &str) -> Result<Vec<Stay>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at, answered
         FROM stay WHERE tenant = $1 AND dossier = $2 ORDER BY id",
        params![tx.tenant()?, dossier],
    )?;
    all(&rows)
}

pub(super) fn of_agency(tx: &mut Tx, agency: &str, from: Timestamp, to: Timestamp) -> Result<Vec<Stay>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at, answered
         FROM stay WHERE tenant = $1 AND agency = $2 AND since >= $3 AND since < $4 ORDER BY since, id",
        params![tx.tenant()?, agency, from, to],
    )?;
    all(&rows)
}

pub(super) fn of_site(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Stay>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at, answered
         FROM stay WHERE tenant = $1 AND since >= $2 AND since < $3 ORDER BY since, id",
        params![tx.tenant()?, from, to],
    )?;
    all(&rows)
}

/// Few rows are open at a time, so one statement serves every choice; an empty parameter chooses all.
pub(super) fn open(tx: &mut Tx, place: Where, after: (Timestamp, &str), limit: i64) -> Result<Vec<Open>, Failure> {
    let rows = tx.rows(
        "SELECT stay.id, stay.dossier, stay.agency, stay.task, stay.kind, stay.office, stay.since, stay.due_at,
             stay.acknowledged_at, stay.ended_at, stay.answered, dossier_state.state
         FROM stay JOIN dossier_state ON dossier_state.tenant = stay.tenant AND dossier_state.dossier = stay.dossier
         WHERE stay.tenant = $1 AND stay.ended_at IS NULL AND ($2 = '' OR stay.agency = $2)
           AND ($3 = '' OR stay.office = $3)
             AND (stay.since, stay.id) > ($4, $5)
         ORDER BY stay.since, stay.id LIMIT $6",
        params![
            tx.tenant()?,
            place.agency.unwrap_or_default(),
            place.office.unwrap_or_default(),
            after.0,
            after.1,
            limit
        ],
    )?;
    rows.iter()
        .map(|row| {
            let stay = stay(row)?;
            let found = Found { id: stay.dossier.clone(), dossier: serde_json::from_str(&row.get::<String>(11)?)? };
            Ok(Open { stay, found })
        })
        .collect()
}

pub(super) fn counts(tx: &mut Tx, agency: Option<&str>) -> Result<Vec<Count>, Failure> {
    let rows = tx.rows(
        "SELECT office, COUNT(*), COUNT(acknowledged_at) FROM stay
         WHERE tenant = $1 AND ended_at IS NULL AND ($2 = '' OR agency = $2) GROUP BY office ORDER BY office",
        params![tx.tenant()?, agency.unwrap_or_default()],
    )?;
    rows.iter()
        .map(|row| {
            let open: i64 = row.get(1)?;
            Ok(Count { office: row.get(0)?, open, silent: open - row.get::<i64>(2)? })
        })
        .collect()
}

fn all(rows: &[Row]) -> Result<Vec<Stay>, Failure> {
    rows.iter().map(stay).collect()
}

fn stay(row: &Row) -> Result<Stay, Failure> {
    let id: String = row.get(0)?;
    let step = TaskPlace::step_in(&id);
    Ok(Stay {
        dossier: row.get(1)?,
        agency: row.get(2)?,
        place: TaskPlace { task: row.get(3)?, step },
        kind: row.get(4)?,
        office: row.get(5)?,
        since: row.get(6)?,
        due_at: row.get(7)?,
        acknowledged_at: row.get(8)?,
        ended_at: row.get(9)?,
        answered: row.get(10)?,
        id,
    })
}
