//! A whole database out and in, the same on both engines: rows of plain values in the order of their keys, read in one
//! consistent snapshot while others write. What a backup is made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use postgres::IsolationLevel;
use postgres::fallible_iterator::FallibleIterator as _;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value as Json, json};

use super::value::time_text;
use super::{Db, DbError, Inner, Value, pg, sqlite};
use crate::platform::failure::Failure;

/// A table by its columns, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    key: Vec<String>,
}

/// What comes out, one after the other: a table, then its rows.
pub enum Piece<'a> {
    Table(&'a Table),
    Row(&'a [Json]),
}

/// A table that the migrations keep for themselves.
pub const OF_MIGRATIONS: &str = "schema_migration";

/// Tables with their columns and keys. Both texts answer table, column, place in the primary key (0: none).
const TABLES_SQLITE: &str = "SELECT m.name, c.name, c.pk FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid";
const TABLES_POSTGRES: &str = "SELECT c.table_name::text, c.column_name::text,
        COALESCE((SELECT k.ordinal_position FROM information_schema.key_column_usage AS k
            JOIN information_schema.table_constraints AS t USING (constraint_schema, constraint_name)
            WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema
                AND k.table_name = c.table_name AND k.column_name = c.column_name), 0)::bigint
    FROM information_schema.columns AS c WHERE c.table_schema = current_schema()
    ORDER BY c.table_name::text COLLATE \"C\", c.ordinal_position";

impl Db {
    /// Everything in the database, table after table.
    pub fn copy_out(&self, see: &mut dyn FnMut(Piece<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.snapshot(|connection| sqlite_out(connection, see)),
            Inner::Postgres(pool) => pool.client(|client| {
                let mut transaction = client
                    .build_transaction()
                    .isolation_level(IsolationLevel::RepeatableRead)
                    .read_only(true)
                    .start()
                    .map_err(DbError::from)?;
                for table in tables(read_postgres(&mut transaction, TABLES_POSTGRES)?)? {
                    see(Piece::Table(&table))?;
                    let none: [&str; 0] = [];
                    let mut rows = transaction.query_raw(&select(&table), none).map_err(DbError::from)?;
                    while let Some(row) = rows.next().map_err(DbError::from)? {
                        let cells: Vec<Json> = pg::read(&row)?.0.into_iter().map(cell).collect();
                        see(Piece::Row(&cells))?;
                    }
                }
                Ok(())
            }),
        }
    }
}

fn sqlite_out(connection: &Connection, see: &mut dyn FnMut(Piece<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    for table in tables(sqlite::rows(connection, TABLES_SQLITE, &[])?)? {
        see(Piece::Table(&table))?;
        let mut statement = connection.prepare(&select(&table)).map_err(DbError::from)?;
        let mut rows = statement.query([]).map_err(DbError::from)?;
        while let Some(row) = rows.next().map_err(DbError::from)? {
            let cells = (0..table.columns.len())
                .map(|at| Ok(cell(sqlite::read(row.get_ref(at)?))))
                .collect::<Result<Vec<Json>, rusqlite::Error>>()
                .map_err(DbError::from)?;
            see(Piece::Row(&cells))?;
        }
    }
    Ok(())
}

fn read_postgres(transaction: &mut postgres::Transaction<'_>, sql: &str) -> Result<Vec<super::Row>, DbError> {
    transaction.query(sql, &[])?.iter().map(pg::read).collect()
}

fn tables(rows: Vec<super::Row>) -> Result<Vec<Table>, DbError> {
    let mut found: BTreeMap<String, (Vec<String>, BTreeMap<i64, String>)> = BTreeMap::new();
    for row in rows {
        let (table, column, place): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (columns, key) = found.entry(table).or_default();
        if place > 0 {
            key.insert(place, column.clone());
        }
        columns.push(column);
    }
    let made =
        found.into_iter().map(|(name, (columns, key))| Table { name, columns, key: key.into_values().collect() });
    Ok(made.filter(|table| table.name != OF_MIGRATIONS).collect())
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn select(table: &Table) -> String {
    format!("SELECT {} FROM \"{}\" ORDER BY {}", quoted(&table.columns), table.name, quoted(&table.key))
}

/// A value as both engines can say it: what SQLite keeps.
fn cell(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(n) => json!(n),
        Value::Bool(b) => json!(i64::from(b)),
        Value::Text(text) => Json::String(text),
        Value::Time(at) => Json::String(time_text(at)),
        Value::Date(date) => Json::String(date.to_string()),
        Value::Bytes(bytes) => json!({ "hex": motcua_domain::ledger::hex(&bytes) }),
    }
}

/// An empty database of this schema that rows are written into, in one transaction.
pub trait Filler {
    /// From here on rows are of this table.
    fn table(&mut self, name: &str, columns: &[String]) -> Result<(), Failure>;
    fn row(&mut self, cells: &[Json]) -> Result<(), Failure>;
}

/// Fills a database file. `fill` is given where to write; nothing stands unless it comes through.
pub fn into_sqlite<T>(path: &Path, fill: impl FnOnce(&mut dyn Filler) -> Result<T, Failure>) -> Result<T, Failure> {
    let mut connection = Connection::open(path).map_err(DbError::from)?;
    let transaction = connection.transaction().map_err(DbError::from)?;
    let done = fill(&mut IntoSqlite { connection: &transaction, insert: String::new() })?;
    transaction.commit().map_err(DbError::from)?;
    Ok(done)
}

struct IntoSqlite<'a> {
    connection: &'a Connection,
    insert: String,
}

impl Filler for IntoSqlite<'_> {
    fn table(&mut self, name: &str, columns: &[String]) -> Result<(), Failure> {
        self.connection.execute_batch(&format!("DELETE FROM \"{name}\"")).map_err(DbError::from)?;
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
        self.insert = format!("INSERT INTO \"{name}\" ({}) VALUES ({})", quoted(columns), places.join(", "));
        Ok(())
    }

    fn row(&mut self, cells: &[Json]) -> Result<(), Failure> {
        use rusqlite::types::Value as Kept;
        let values = cells.iter().map(|cell| match cell {
            Json::Number(n) => Kept::Integer(n.as_i64().unwrap_or_default()),
            Json::String(text) => Kept::Text(text.clone()),
            Json::Object(bytes) => Kept::Blob(unhex(bytes.get("hex").and_then(Json::as_str).unwrap_or_default())),
            _ => Kept::Null,
        });
        let mut statement = self.connection.prepare_cached(&self.insert).map_err(DbError::from)?;
        statement.execute(params_from_iter(values)).map_err(DbError::from)?;
        Ok(())
    }
}

/// The same for PostgreSQL, with its own way of taking many rows in.
pub fn into_postgres<T>(url: &str, fill: impl FnOnce(&mut dyn Filler) -> Result<T, Failure>) -> Result<T, Failure> {
    let mut client = pg::client(url)?;
    client.batch_execute("BEGIN").map_err(DbError::from)?;
    let mut into = IntoPostgres { client: &mut client, copy: String::new(), lines: String::new() };
    let done = fill(&mut into)?;
    into.flush()?;
    client.batch_execute("COMMIT").map_err(DbError::from)?;
    Ok(done)
}

struct IntoPostgres<'a> {
    client: &'a mut postgres::Client,
    copy: String,
    lines: String,
}

/// Bytes sent to PostgreSQL at once.
const COPIED_AT_ONCE: usize = 1 << 20;

impl IntoPostgres<'_> {
    fn flush(&mut self) -> Result<(), Failure> {
        if !self.lines.is_empty() {
            let mut writer = self.client.copy_in(&self.copy).map_err(DbError::from)?;
            writer.write_all(self.lines.as_bytes()).map_err(Failure::fault)?;
            writer.finish().map_err(DbError::from)?;
            self.lines.clear();
        }
        Ok(())
    }
}

impl Filler for IntoPostgres<'_> {
    fn table(&mut self, name: &str, columns: &[String]) -> Result<(), Failure> {
        self.flush()?;
        self.client.batch_execute(&format!("DELETE FROM \"{name}\"")).map_err(DbError::from)?;
        self.copy = format!("COPY \"{name}\" ({}) FROM STDIN", quoted(columns));
        Ok(())
    }

    fn row(&mut self, cells: &[Json]) -> Result<(), Failure> {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.lines.push('\t');
            }
            match cell {
                Json::Number(n) => {
                    let _ = write!(self.lines, "{n}");
                }
                Json::String(text) => escape(&mut self.lines, text),
                Json::Object(bytes) => {
                    self.lines.push_str("\\\\x");
                    self.lines.push_str(bytes.get("hex").and_then(Json::as_str).unwrap_or_default());
                }
                _ => self.lines.push_str("\\N"),
            }
        }
        self.lines.push('\n');
        if self.lines.len() >= COPIED_AT_ONCE { self.flush() } else { Ok(()) }
    }
}

/// Text as `COPY` reads it.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).filter_map(|n| n.try_into().ok()).collect();
    digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}
