//! SQL of the registry.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::procedure::Version;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) fn revision(tx: &mut Tx) -> Result<Option<(String, i64)>, Failure> {
    let row = tx.row("SELECT id, revision FROM registry_site", params![])?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub(super) fn insert_site(tx: &mut Tx, id: &str) -> Result<(), Failure> {
    tx.execute_one("INSERT INTO registry_site (id, revision) VALUES ($1, 1)", params![id])
}

pub(super) fn grow(tx: &mut Tx) -> Result<(), Failure> {
    tx.execute_one("UPDATE registry_site SET revision = revision + 1", params![])
}

pub(super) fn insert_items<T: Serialize>(
    tx: &mut Tx,
    kind: &str,
    items: &[T],
    id: impl Fn(usize, &T) -> String,
) -> Result<(), Failure> {
    for (position, item) in items.iter().enumerate() {
        tx.execute_one(
            "INSERT INTO registry_item (kind, id, position, body) VALUES ($1, $2, $3, $4)",
            params![kind, id(position, item), position as i64, serde_json::to_string(item)?],
        )?;
    }
    Ok(())
}

pub(super) fn items<T: DeserializeOwned>(tx: &mut Tx, kind: &str) -> Result<Vec<T>, Failure> {
    let rows = tx.rows("SELECT body FROM registry_item WHERE kind = $1 ORDER BY position, id", params![kind])?;
    rows.iter().map(|row| Ok(serde_json::from_str(&row.get::<String>(0)?)?)).collect()
}

/// A version as stored: key, number, first day in force, what it says.
pub(super) struct Stored {
    pub key: String,
    pub number: u32,
    pub version: Version,
}

/// All versions in order, so that the last of a key is the newest.
pub(super) fn versions(tx: &mut Tx) -> Result<Vec<Stored>, Failure> {
    let rows = tx.rows("SELECT key, version, body FROM procedure_version ORDER BY key, version", params![])?;
    rows.iter()
        .map(|row| {
            let version = serde_json::from_str(&row.get::<String>(2)?)?;
            Ok(Stored { key: row.get(0)?, number: row.get(1)?, version })
        })
        .collect()
}

pub(super) fn insert_version(
    tx: &mut Tx,
    key: &str,
    number: u32,
    from: Date,
    version: &Version,
) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO procedure_version (key, version, valid_from, body) VALUES ($1, $2, $3, $4)",
        params![key, number, from, serde_json::to_string(version)?],
    )
}

pub(super) fn withdrawals(tx: &mut Tx) -> Result<Vec<(String, String)>, Failure> {
    let rows = tx.rows("SELECT key, reason FROM procedure_withdrawal ORDER BY key", params![])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(super) fn insert_withdrawal(tx: &mut Tx, key: &str, at: Timestamp, reason: &str) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO procedure_withdrawal (key, withdrawn_at, reason) VALUES ($1, $2, $3)",
        params![key, at, reason],
    )
}

pub(super) fn remove_withdrawal(tx: &mut Tx, key: &str) -> Result<(), Failure> {
    tx.execute_one("DELETE FROM procedure_withdrawal WHERE key = $1", params![key])
}
