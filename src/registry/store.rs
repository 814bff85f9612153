//! SQL of the registry.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::versions::{Edition, Origin};
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

pub(super) fn sites(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows("SELECT id FROM registry_site ORDER BY id", params![])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

pub(super) fn revision(tx: &mut Tx) -> Result<Option<(String, i64)>, Failure> {
    let row = tx.row("SELECT id, revision FROM registry_site WHERE id = $1", params![tx.tenant()?])?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// The id of a site is the name of its tenant.
pub(super) fn insert_site(tx: &mut Tx) -> Result<(), Failure> {
    tx.execute_one("INSERT INTO registry_site (id, revision) VALUES ($1, 1)", params![tx.tenant()?])
}

/// The same for a change that was decided by a registry of this revision: if it has grown meanwhile, nothing is changed.
pub(super) fn grow_from(tx: &mut Tx, revision: i64) -> Result<(), Failure> {
    tx.hint();
    tx.execute_one(
        "UPDATE registry_site SET revision = revision + 1 WHERE id = $1 AND revision = $2",
        params![tx.tenant()?, revision],
    )
}

pub(super) fn grow(tx: &mut Tx) -> Result<(), Failure> {
    tx.hint();
    tx.execute_one("UPDATE registry_site SET revision = revision + 1 WHERE id = $1", params![tx.tenant()?])
}

pub(super) fn insert_items<T: Serialize>(
    tx: &mut Tx,
    kind: &str,
    items: &[T],
    id: impl Fn(usize, &T) -> String,
) -> Result<(), Failure> {
    for (position, item) in items.iter().enumerate() {
        tx.execute_one(
            "INSERT INTO registry_item (tenant, kind, id, position, body) VALUES ($1, $2, $3, $4, $5)",
            params![tx.tenant()?, kind, id(position, item), position as i64, serde_json::to_string(item)?],
        )?;
    }
    Ok(())
}

/// One more row at the end of its kind; `false` when there is one with this id already.
pub(super) fn add_item<T: Serialize>(tx: &mut Tx, kind: &str, id: &str, item: &T) -> Result<bool, Failure> {
    let row = tx.row(
        "SELECT COALESCE(MAX(position), 0) + 1 FROM registry_item WHERE tenant = $1 AND kind = $2",
        params![tx.tenant()?, kind],
    )?;
    let position: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    let added = tx.execute(
        "INSERT INTO registry_item (tenant, kind, id, position, body) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant, kind, id) DO NOTHING",
        params![tx.tenant()?, kind, id, position, serde_json::to_string(item)?],
    )?;
    Ok(added == 1)
}

pub(super) fn replace_item<T: Serialize>(tx: &mut Tx, kind: &str, id: &str, item: &T) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE registry_item SET body = $4 WHERE tenant = $1 AND kind = $2 AND id = $3",
        params![tx.tenant()?, kind, id, serde_json::to_string(item)?],
    )
}

pub(super) fn items<T: DeserializeOwned>(tx: &mut Tx, kind: &str) -> Result<Vec<T>, Failure> {
    let rows = tx.rows(
        "SELECT body FROM registry_item WHERE tenant = $1 AND kind = $2 ORDER BY position, id",
        params![tx.tenant()?, kind],
    )?;
    rows.iter().map(|row| Ok(serde_json::from_str(&row.get::<String>(0)?)?)).collect()
}

/// All versions in the order of their numbers, as they were stored: without overrides.
pub(super) fn versions(tx: &mut Tx) -> Result<Vec<Edition>, Failure> {
    let rows = tx.rows(
        "SELECT key, version, valid_from, origin, body, published_at, published_by, reason FROM procedure_version
         WHERE tenant = $1 ORDER BY key, version",
        params![tx.tenant()?],
    )?;
    rows.iter().map(edition).collect()
}

pub(super) fn versions_of(tx: &mut Tx, key: &str) -> Result<Vec<Edition>, Failure> {
    let rows = tx.rows(
        "SELECT key, version, valid_from, origin, body, published_at, published_by, reason FROM procedure_version
         WHERE tenant = $1 AND key = $2 ORDER BY version",
        params![tx.tenant()?, key],
    )?;
    rows.iter().map(edition).collect()
}

fn edition(row: &Row) -> Result<Edition, Failure> {
    Ok(Edition {
        key: row.get(0)?,
        number: row.get(1)?,
        valid_from: row.get(2)?,
        origin: Origin::parse(&row.get::<String>(3)?),
        record: serde_json::from_str(&row.get::<String>(4)?)?,
        published_at: row.get(5)?,
        published_by: row.get(6)?,
        reason: row.get(7)?,
    })
}

pub(super) fn insert_version(tx: &mut Tx, edition: &Edition) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO procedure_version
             (tenant, key, version, valid_from, origin, body, published_at, published_by, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            tx.tenant()?,
            &edition.key,
            edition.number,
            edition.valid_from,
            edition.origin.as_str(),
            serde_json::to_string(&edition.record)?,
            edition.published_at,
            edition.published_by.clone(),
            &edition.reason
        ],
    )
}

pub(super) fn withdrawals(tx: &mut Tx) -> Result<Vec<(String, String)>, Failure> {
    let rows =
        tx.rows("SELECT key, reason FROM procedure_withdrawal WHERE tenant = $1 ORDER BY key", params![tx.tenant()?])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(super) fn insert_withdrawal(tx: &mut Tx, key: &str, at: Timestamp, reason: &str) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO procedure_withdrawal (tenant, key, withdrawn_at, reason) VALUES ($1, $2, $3, $4)",
        params![tx.tenant()?, key, at, reason],
    )
}

pub(super) fn remove_withdrawal(tx: &mut Tx, key: &str) -> Result<(), Failure> {
    tx.execute_one("DELETE FROM procedure_withdrawal WHERE tenant = $1 AND key = $2", params![tx.tenant()?, key])
}
