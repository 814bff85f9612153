//! What the database says of itself.

use crate::platform::db::{Engine, Tx};
use crate::platform::failure::Failure;

/// A setting of PostgreSQL.
pub(super) struct Setting {
    pub name: &'static str,
    pub value: String,
}

/// Settings that decide whether a commit is durable; SQLite has none, the program sets them itself.
pub(super) fn settings(tx: &mut Tx) -> Result<Vec<Setting>, Failure> {
    if tx.engine() == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (name, sql) in [
        ("fsync", "SHOW fsync"),
        ("synchronous_commit", "SHOW synchronous_commit"),
        ("full_page_writes", "SHOW full_page_writes"),
    ] {
        let value = tx.row(sql, &[])?.map_or(Ok(String::new()), |row| row.get(0))?;
        found.push(Setting { name, value });
    }
    Ok(found)
}
