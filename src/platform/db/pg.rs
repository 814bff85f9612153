//! PostgreSQL: a small pool of synchronous connections with prepared statements.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bytes::BytesMut;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement, Transaction};

use super::{DbError, On, Row, Tx, Value};
use crate::platform::failure::Failure;

/// Connections of one process. Measured on two cores: more than this gains nothing.
const CONNECTIONS_MAX: usize = 16;

#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    url: String,
    idle: Mutex<Idle>,
    freed: Condvar,
}

struct Idle {
    connections: Vec<Conn>,
    open: usize,
}

/// A connection with the statements it has prepared.
pub(super) struct Conn {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Pool {
    pub fn connect(url: &str) -> Result<Self, DbError> {
        let idle = Mutex::new(Idle { connections: Vec::new(), open: 0 });
        let pool = Self(Arc::new(Shared { url: url.to_owned(), idle, freed: Condvar::new() }));
        let first = pool.take()?;
        pool.give(first);
        Ok(pool)
    }

    pub fn transact<T>(&self, work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|conn| {
            let Conn { client, prepared } = conn;
            let open = Open { transaction: client.transaction().map_err(DbError::from)?, prepared };
            let mut tx = Tx::new(On::PostgresWrite(open));
            // On failure the transaction is dropped here and so rolled back.
            let done = work(&mut tx)?;
            if let On::PostgresWrite(open) = tx.on {
                open.transaction.commit().map_err(DbError::from)?;
            }
            Ok(done)
        })
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|conn| work(&mut Tx::new(On::PostgresRead(conn))))
    }

    /// A connection for something that the rest of the program does not do.
    pub fn client<T>(&self, work: impl FnOnce(&mut Client) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|conn| work(&mut conn.client))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut lease = Lease { pool: self, conn: Some(self.take()?) };
        match &mut lease.conn {
            Some(conn) => work(conn),
            None => Err(DbError::Other("connection already given back".into()).into()),
        }
    }

    fn take(&self) -> Result<Conn, DbError> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            while let Some(conn) = idle.connections.pop() {
                if !conn.client.is_closed() {
                    return Ok(conn);
                }
                idle.open -= 1;
            }
            if idle.open < CONNECTIONS_MAX {
                idle.open += 1;
                break;
            }
            idle = self.0.freed.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
        drop(idle);
        Client::connect(&self.0.url, NoTls).map(|client| Conn { client, prepared: HashMap::new() }).map_err(|error| {
            self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).open -= 1;
            self.0.freed.notify_one();
            DbError::from(error)
        })
    }

    fn give(&self, conn: Conn) {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.connections.push(conn);
        self.0.freed.notify_one();
    }
}

/// Gives the connection back even when the work panics.
struct Lease<'a> {
    pool: &'a Pool,
    conn: Option<Conn>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.give(conn);
        }
    }
}

impl Conn {
    pub fn rows(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = match self.prepared.get(sql) {
            Some(statement) => statement.clone(),
            None => {
                let statement = self.client.prepare(sql)?;
                self.prepared.insert(sql, statement.clone());
                statement
            }
        };
        self.client.query(&statement, &refs(params))?.iter().map(read).collect()
    }
}

/// An open transaction.
pub(super) struct Open<'a> {
    transaction: Transaction<'a>,
    prepared: &'a mut HashMap<&'static str, Statement>,
}

impl Open<'_> {
    fn statement(&mut self, sql: &'static str) -> Result<Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.transaction.prepare(sql)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    pub fn rows(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = self.statement(sql)?;
        self.transaction.query(&statement, &refs(params))?.iter().map(read).collect()
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        let statement = self.statement(sql)?;
        Ok(self.transaction.execute(&statement, &refs(params))?)
    }

    pub fn script(&mut self, sql: &str) -> Result<(), DbError> {
        Ok(self.transaction.batch_execute(sql)?)
    }

    pub fn prepare_only(&mut self, sql: &str) -> Result<(), DbError> {
        Ok(self.transaction.prepare(sql).map(|_| ())?)
    }
}

/// The server's own words; the crate's are only "db error".
pub(super) fn describe(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    }
}

fn refs(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

pub(super) fn read(row: &postgres::Row) -> Result<Row, DbError> {
    (0..row.len()).map(|at| read_column(row, at)).collect::<Result<_, _>>().map(Row)
}

fn read_column(row: &postgres::Row, at: usize) -> Result<Value, DbError> {
    let Some(column) = row.columns().get(at) else { return Ok(Value::Null) };
    Ok(match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(at)?.into(),
        Type::INT4 => row.try_get::<_, Option<i32>>(at)?.into(),
        Type::BOOL => row.try_get::<_, Option<bool>>(at)?.into(),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.into(),
        Type::TIMESTAMPTZ => row.try_get::<_, Option<Instant>>(at)?.map(|instant| instant.0).into(),
        Type::DATE => row.try_get::<_, Option<Day>>(at)?.map(|day| day.0).into(),
        Type::JSON => row.try_get::<_, Option<Json>>(at)?.map(|json| json.0).into(),
        _ => row.try_get::<_, Option<String>>(at)?.into(),
    })
}

/// PostgreSQL counts microseconds and days from the first day of 2000.
const EPOCH_SECONDS: i64 = 946_684_800;
const EPOCH_DAY: Date = jiff::civil::date(2000, 1, 1);

struct Instant(Timestamp);
struct Day(Date);
/// A column of type JSON, byte for byte as it was written.
struct Json(String);

type BoxedError = Box<dyn std::error::Error + Sync + Send>;

impl<'a> postgres::types::FromSql<'a> for Instant {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_microsecond(micros + EPOCH_SECONDS * 1_000_000)?))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::TIMESTAMPTZ
    }
}

impl<'a> postgres::types::FromSql<'a> for Day {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(EPOCH_DAY.checked_add(i32::from_be_bytes(raw.try_into()?).days())?))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::DATE
    }
}

impl<'a> postgres::types::FromSql<'a> for Json {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(std::str::from_utf8(raw)?.to_owned()))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::JSON
    }
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        match (self, of) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(n), &Type::INT8) => n.to_sql(of, out),
            (Self::Int(n), &Type::INT4) => i32::try_from(*n)?.to_sql(of, out),
            (Self::Bool(b), &Type::BOOL) => b.to_sql(of, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::JSON | &Type::BPCHAR) => text.to_sql(of, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(of, out),
            (Self::Time(at), &Type::TIMESTAMPTZ) => {
                (at.as_microsecond() - EPOCH_SECONDS * 1_000_000).to_sql(&Type::INT8, out)
            }
            (Self::Date(date), &Type::DATE) => EPOCH_DAY.until(*date)?.get_days().to_sql(&Type::INT4, out),
            (value, of) => Err(format!("{value:?} does not fit a column of type {of}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
