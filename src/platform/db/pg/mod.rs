//! PostgreSQL: a small pool of synchronous connections with prepared statements.

mod line;
mod reach;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant as Moment};

use bytes::BytesMut;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, Statement, Transaction};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::{DbError, On, Row, Tx, Value};
use crate::platform::failure::Failure;

/// Connections of one process. Measured on two cores: more than this gains nothing.
const CONNECTIONS_MAX: usize = 16;

/// A pooled connection that has rested for so long is asked whether it still lives before somebody relies on it.
const RESTED: Duration = Duration::from_millis(500);
/// How long whoever needs a connection waits for one.
const CONNECTION_WITHIN: Duration = Duration::from_secs(10);
/// After nobody could be reached, everybody is told so at once for this long.
const REST_AFTER_REFUSAL: Duration = Duration::from_millis(500);
/// How often a transaction of which nothing was committed is begun again on another connection. [NOD-07]
const BEGINNINGS: u32 = 2;

pub(super) use reach::is_broken;

#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    config: Config,
    line: line::Line,
    /// Sent on every new connection.
    limits: OnceLock<String>,
    idle: Mutex<Idle>,
    freed: Condvar,
    places: Arc<Semaphore>,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Conn>,
    open: usize,
    refused: Option<Moment>,
}

/// A connection with the statements it has prepared.
pub(super) struct Conn {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
    rested: Moment,
    /// The server warned of something: after a commit, that it is not on another server.
    warned: Arc<AtomicBool>,
}

impl Pool {
    pub fn connect(url: &str) -> Result<Self, DbError> {
        let (config, line) = reach::config(url)?;
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let (limits, idle, freed) = (OnceLock::new(), Mutex::default(), Condvar::new());
        let shared = Shared { config, line, limits, idle, freed, places };
        let pool = Self(Arc::new(shared));
        let first = pool.take()?;
        pool.give(first);
        Ok(pool)
    }

    /// From now on no statement and no wait for a lock takes longer. Commands, which may take hours, have no limit.
    pub fn limit(&self, statement: Duration) {
        let (statement, lock) = (statement.as_millis(), (statement / 4).as_millis());
        let limits = format!(
            "SET statement_timeout = {statement}; SET lock_timeout = {lock}; \
             SET idle_in_transaction_session_timeout = {statement}"
        );
        if self.0.limits.set(limits).is_ok() {
            self.forget();
        }
    }

    pub fn hear(&self, heard: Arc<Notify>) -> Result<(), DbError> {
        reach::hear(self.0.config.clone(), self.0.line.clone(), heard)
    }

    /// Runs a transaction. What breaks before the commit was sent has changed nothing and is tried once more on a new
    /// connection; a commit whose answer was lost is [`DbError::Unknown`] and never tried again here. [NOD-07]
    pub fn transact<T>(&self, work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut beginnings = 1;
        loop {
            match self.with(|conn| conn.transact(work)) {
                Err(failure) if beginnings < BEGINNINGS && failure.db().is_some_and(reach::is_broken) => {
                    beginnings += 1
                }
                done => return done,
            }
        }
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|conn| work(&mut Tx::new(On::PostgresRead(conn))))
    }

    /// Leave to take a connection: whoever comes when all are busy waits without a thread that holds memory, in order.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.0.places.clone().acquire_owned().await.ok()
    }

    /// Open connections, those that wait and those in use.
    pub fn connections(&self) -> Vec<(&'static str, usize)> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        vec![("idle", idle.connections.len()), ("in_use", idle.open.saturating_sub(idle.connections.len()))]
    }

    /// A connection for something that the rest of the program does not do.
    pub fn client<T>(&self, work: impl FnOnce(&mut Client) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|conn| work(&mut conn.client))
    }

    /// A connection that failed is not used again, and neither are those that rest: they lead to the same server.
    fn with<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut lease = Lease { pool: self, conn: Some(self.take()?) };
        let done = match &mut lease.conn {
            Some(conn) => work(conn),
            None => Err(DbError::Other("connection already given back".into()).into()),
        };
        if done
            .as_ref()
            .is_err_and(|failure| failure.db().is_some_and(|error| reach::is_broken(error) || error.is_unknown()))
        {
            drop(lease.conn.take());
            self.lose();
            self.forget();
        }
        done
    }

    fn take(&self) -> Result<Conn, DbError> {
        let until = Moment::now() + CONNECTION_WITHIN;
        let mut idle = self.idle();
        loop {
            while let Some(mut conn) = idle.connections.pop() {
                if conn.rested.elapsed() < RESTED && !conn.client.is_closed() {
                    return Ok(conn);
                }
                drop(idle);
                if conn.client.is_valid(RESTED).is_ok() {
                    return Ok(conn);
                }
                idle = self.idle();
                idle.open -= 1;
            }
            if idle.refused.is_some_and(|at| at.elapsed() < REST_AFTER_REFUSAL) {
                return Err(DbError::Unreachable("no database server could be reached a moment ago".into()));
            }
            if idle.open < CONNECTIONS_MAX {
                idle.open += 1;
                break;
            }
            let left = until.saturating_duration_since(Moment::now());
            if left.is_zero() {
                return Err(DbError::Unreachable("every connection to the database is busy".into()));
            }
            idle = self.0.freed.wait_timeout(idle, left).map_or_else(|broken| broken.into_inner().0, |(idle, _)| idle);
        }
        drop(idle);
        self.open().inspect_err(|error| {
            tracing::warn!("no connection to the database: {error}");
            self.idle().refused = Some(Moment::now());
            self.lose();
        })
    }

    fn open(&self) -> Result<Conn, DbError> {
        let warned = Arc::new(AtomicBool::new(false));
        let noted = warned.clone();
        let mut config = self.0.config.clone();
        config.notice_callback(move |notice| noted.store(notice.severity() == "WARNING", Ordering::Relaxed));
        let mut client = config.connect(self.0.line.clone()).map_err(reach::unreachable)?;
        if let Some(limits) = self.0.limits.get() {
            client.batch_execute(limits).map_err(reach::unreachable)?;
        }
        Ok(Conn { client, prepared: HashMap::new(), rested: Moment::now(), warned })
    }

    fn give(&self, mut conn: Conn) {
        conn.rested = Moment::now();
        self.idle().connections.push(conn);
        self.0.freed.notify_one();
    }

    /// A connection is gone: there is room for another.
    fn lose(&self) {
        self.idle().open -= 1;
        self.0.freed.notify_one();
    }

    fn forget(&self) {
        let mut idle = self.idle();
        let resting = std::mem::take(&mut idle.connections);
        idle.open -= resting.len();
        // Saying goodbye to a server may take a moment.
        drop(idle);
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn transact<T>(&mut self, work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        let (done, hinted) = self.commit(work)?;
        if self.warned.load(Ordering::Relaxed) {
            let what = "the server warned that the commit may not be on another server";
            return Err(DbError::Unknown(what.into()).into());
        }
        if hinted {
            // Whoever does not hear it looks by itself before long.
            let _ = self.client.batch_execute(reach::HINT);
        }
        Ok(done)
    }

    fn commit<T>(&mut self, work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>) -> Result<(T, bool), Failure> {
        let Self { client, prepared, warned, .. } = self;
        let open = Open { transaction: client.transaction().map_err(DbError::from)?, prepared };
        let mut tx = Tx::new(On::PostgresWrite(open));
        // On failure the transaction is dropped here and so rolled back.
        let done = work(&mut tx)?;
        warned.store(false, Ordering::Relaxed);
        if let On::PostgresWrite(open) = tx.on {
            open.transaction.commit().map_err(reach::lost_commit)?;
        }
        Ok((done, tx.hinted))
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

    pub fn copy(&mut self, sql: &str, rows: &[u8]) -> Result<(), DbError> {
        let mut copy = self.transaction.copy_in(sql)?;
        std::io::Write::write_all(&mut copy, rows).map_err(|error| DbError::Other(format!("copy: {error}")))?;
        copy.finish()?;
        Ok(())
    }

    pub fn prepare_only(&mut self, sql: &str) -> Result<(), DbError> {
        Ok(self.transaction.prepare(sql).map(|_| ())?)
    }
}

/// The server's own words; the crate's are only "db error".
pub(super) fn describe(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => {
            let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
            causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
        }
    }
}

/// One connection for a command that does what the rest of the program does not.
pub(super) fn client(url: &str) -> Result<Client, DbError> {
    let (config, line) = reach::config(url)?;
    config.connect(line).map_err(reach::unreachable)
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
