//! Many rows of one table at once, for generated data: SQLite runs the statement for each, PostgreSQL copies the same columns.

use std::fmt::Write as _;

use super::{DbError, On, Tx, Value};
use crate::platform::failure::Failure;

/// Memory SQLite may use while rows come by the million, in KiB; and pages of the log before they are moved into the file.
const BULK: &str = "PRAGMA cache_size = -400000; PRAGMA wal_autocheckpoint = 20000";

impl super::Db {
    /// Tells the engine that rows by the million follow. Holds until the process ends, so not for a server.
    pub fn expect_bulk(&self) -> Result<(), Failure> {
        match self.engine() {
            super::Engine::Sqlite => self.transact("db.bulk", |tx| Ok(tx.script(BULK)?)),
            super::Engine::Postgres => Ok(()),
        }
    }

    /// After many rows: the engine looks anew at what lies where, so that it chooses the right index.
    pub fn analyze(&self) -> Result<(), Failure> {
        self.transact("db.analyze", |tx| Ok(tx.script("ANALYZE")?))
    }
}

impl Tx<'_> {
    /// Inserts every row by a statement `INSERT INTO table (tenant, columns) VALUES ($1, …)`; the rows come without their tenant.
    pub fn insert_all(&mut self, sql: &'static str, rows: &[Vec<Value>]) -> Result<(), DbError> {
        let tenant = self.tenant()?;
        if let On::PostgresWrite(open) = &mut self.on {
            let into = sql.split_once(" INTO ").and_then(|(_, rest)| rest.split_once("VALUES"));
            let (target, _) = into.ok_or_else(|| DbError::Other(format!("no plain insert: {sql}")))?;
            let mut text = String::new();
            rows.iter().for_each(|row| copy_line(&mut text, [&tenant].into_iter().chain(row)));
            return open.copy(&format!("COPY {target} FROM STDIN"), text.as_bytes());
        }
        for row in rows {
            let row = self.owned(row.iter().cloned())?;
            self.execute(sql, &row)?;
        }
        Ok(())
    }
}

/// A row in the text format of COPY.
fn copy_line<'a>(out: &mut String, row: impl IntoIterator<Item = &'a Value>) {
    for (at, value) in row.into_iter().enumerate() {
        if at > 0 {
            out.push('\t');
        }
        // Writing to a string cannot fail.
        let _ = match value {
            Value::Null => write!(out, "\\N"),
            Value::Int(n) => write!(out, "{n}"),
            Value::Bool(b) => write!(out, "{b}"),
            Value::Text(text) => {
                text.chars().for_each(|c| escape(out, c));
                Ok(())
            }
            Value::Time(at) => write!(out, "{at}"),
            Value::Date(date) => write!(out, "{date}"),
            Value::Bytes(bytes) => write!(out, "\\\\x{}", motcua_domain::ledger::hex(bytes)),
        };
    }
    out.push('\n');
}

fn escape(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_its_columns_apart() {
        let mut line = String::new();
        copy_line(&mut line, &[Value::Null, "a\tb\\c\nd".into(), true.into(), 7_i64.into(), vec![1_u8, 255].into()]);
        assert_eq!(line, "\\N\ta\\tb\\\\c\\nd\ttrue\t7\t\\\\x01ff\n");
    }
}
