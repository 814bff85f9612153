//! SQL of drafts.

use super::Draft;
use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) fn draft(tx: &mut Tx, key: &str) -> Result<Option<Draft>, Failure> {
    let row = tx.row(
        "SELECT key, body, based_on, valid_from, changed_at, changed_by, version
         FROM procedure_draft WHERE tenant = $1 AND key = $2",
        params![tx.tenant()?, key],
    )?;
    row.map(|row| {
        Ok(Draft {
            key: row.get(0)?,
            body: serde_json::from_str(&row.get::<String>(1)?)?,
            based_on: row.get(2)?,
            valid_from: row.get(3)?,
            changed_at: row.get(4)?,
            changed_by: row.get(5)?,
            version: row.get(6)?,
        })
    })
    .transpose()
}

/// Keys of all procedures that are being edited.
pub(super) fn keys(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows("SELECT key FROM procedure_draft WHERE tenant = $1 ORDER BY key", params![tx.tenant()?])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// `false` when somebody else has begun one meanwhile.
pub(super) fn insert(tx: &mut Tx, draft: &Draft) -> Result<bool, Failure> {
    let added = tx.execute(
        "INSERT INTO procedure_draft (tenant, key, body, based_on, valid_from, changed_at, changed_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, key) DO NOTHING",
        params![
            tx.tenant()?,
            &draft.key,
            serde_json::to_string(&draft.body)?,
            draft.based_on,
            draft.valid_from,
            draft.changed_at,
            &draft.changed_by,
            draft.version
        ],
    )?;
    Ok(added == 1)
}

pub(super) fn update(tx: &mut Tx, seen: i64, draft: &Draft) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE procedure_draft SET body = $4, based_on = $5, valid_from = $6, changed_at = $7, changed_by = $8,
             version = $9
         WHERE tenant = $1 AND key = $2 AND version = $3",
        params![
            tx.tenant()?,
            &draft.key,
            seen,
            serde_json::to_string(&draft.body)?,
            draft.based_on,
            draft.valid_from,
            draft.changed_at,
            &draft.changed_by,
            draft.version
        ],
    )
}

pub(super) fn delete(tx: &mut Tx, key: &str, seen: i64) -> Result<(), Failure> {
    tx.execute_one(
        "DELETE FROM procedure_draft WHERE tenant = $1 AND key = $2 AND version = $3",
        params![tx.tenant()?, key, seen],
    )
}
