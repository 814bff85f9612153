//! One SQL text for two engines. Everything above this folder writes `$1…` placeholders and native types and does not
//! know which engine runs it. Rules: `docs/rules/sql.md`; why it is our own: `docs/adr/0001-two-databases.md`.

mod bulk;
pub mod copy;
mod migrate;
mod pg;
mod sqlite;
mod value;

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

use tokio::sync::Notify;
use tracing::Instrument as _;

pub use migrate::{MIGRATIONS, Migration, Standing};
pub use value::{FromValue, Row, Value};

use super::failure::Failure;
use super::trouble::Trouble;

/// Which engine runs; for tests, benchmarks and `check` only. No slice asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The database went wrong, or told us to try again.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("postgres: {}", pg::describe(.0))]
    Postgres(#[from] postgres::Error),
    /// No server, or none with a free connection: nothing was done.
    #[error("no database: {0}")]
    Unreachable(String),
    /// A commit was sent and its answer never came: it stands, or not. [NOD-07]
    #[error("no answer to a commit: {0}")]
    Unknown(String),
    #[error("{0}")]
    Other(String),
}

impl DbError {
    /// A transaction that lost against another one and may be run again. [SQL-06]
    fn may_retry(&self) -> bool {
        match self {
            Self::Postgres(error) => error.code().is_some_and(|code| matches!(code.code(), "40001" | "40P01")),
            _ => false,
        }
    }

    /// Whether it may be well again in a moment; the program itself is not broken.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unknown(_) => true,
            // A statement or a lock took too long.
            Self::Postgres(error) => {
                pg::is_broken(self)
                    || error.code().is_some_and(|code| matches!(code.code(), "57014" | "55P03" | "53300"))
            }
            _ => false,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// What is wrong outside the program, where the engine says so. [TRB-01]
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => match error.code {
                ErrorCode::DiskFull => Some(Trouble::DiskFull),
                ErrorCode::ReadOnly => Some(Trouble::ReadOnly),
                ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Some(Trouble::DiskFails)
                }
                ErrorCode::CannotOpen => Some(Trouble::DatabaseGone),
                _ => None,
            },
            Self::Unreachable(_) => Some(Trouble::DatabaseGone),
            Self::Postgres(error) => match error.code().map(postgres::error::SqlState::code) {
                Some("53100") => Some(Trouble::DiskFull),
                Some("25006") => Some(Trouble::ReadOnly),
                Some("58030") => Some(Trouble::DiskFails),
                // Too many connections, shut down, starting up.
                Some(code) if code.starts_with("53") || code.starts_with("57P") || code.starts_with("08") => {
                    Some(Trouble::DatabaseGone)
                }
                Some(_) => None,
                None => (error.is_closed() || error.source().is_some_and(|cause| cause.is::<std::io::Error>()))
                    .then_some(Trouble::DatabaseGone),
            },
            _ => None,
        }
    }

    /// A row with the same unique key stands already.
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Postgres(error) => error.code().is_some_and(|code| code.code() == "23505"),
            Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => {
                matches!(error.extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE)
            }
            _ => false,
        }
    }
}

/// The database: cheap to clone, shared by every request and job.
#[derive(Clone)]
pub struct Db {
    inner: Inner,
    /// Whose rows work on this handle is about. [NOD-09]
    tenant: Option<Arc<str>>,
}

#[derive(Clone)]
enum Inner {
    Sqlite(sqlite::Sqlite),
    Postgres(pg::Pool),
}

/// How often a transaction that lost is run again. [SQL-06]
const RETRIES: u32 = 6;

impl Db {
    fn new(inner: Inner) -> Self {
        Self { inner, tenant: None }
    }

    /// The same database, for work on the rows of this tenant. [NOD-09]
    #[must_use]
    pub fn of(&self, tenant: &str) -> Self {
        Self { inner: self.inner.clone(), tenant: Some(tenant.into()) }
    }

    /// Opens or creates a database file and brings its schema up to date.
    pub fn open_sqlite(path: &Path) -> Result<Self, Failure> {
        let db = Self::new(Inner::Sqlite(sqlite::Sqlite::open(path)?));
        migrate::run(&db)?;
        Ok(db)
    }

    /// Connects to `postgres://…` and brings its schema up to date.
    pub fn open_postgres(url: &str) -> Result<Self, Failure> {
        let db = Self::new(Inner::Postgres(pg::Pool::connect(url)?));
        migrate::run(&db)?;
        Ok(db)
    }

    /// Opens the file as it is, for looking at what is wrong: its schema stays what it was.
    pub fn look_sqlite(path: &Path) -> Result<Self, Failure> {
        Ok(Self::new(Inner::Sqlite(sqlite::Sqlite::open(path)?)))
    }

    /// The same for `postgres://…`.
    pub fn look_postgres(url: &str) -> Result<Self, Failure> {
        Ok(Self::new(Inner::Postgres(pg::Pool::connect(url)?)))
    }

    /// How the schema stands to this program.
    pub fn standing(&self) -> Result<Standing, Failure> {
        self.query(migrate::standing)
    }

    /// An empty database file with the schema as it was after that migration; for restoring what an older version wrote.
    pub fn create_sqlite(path: &Path, schema: i64) -> Result<Self, Failure> {
        let db = Self::new(Inner::Sqlite(sqlite::Sqlite::open(path)?));
        migrate::run_to(&db, schema)?;
        Ok(db)
    }

    /// The same in an empty database of a server.
    pub fn create_postgres(url: &str, schema: i64) -> Result<Self, Failure> {
        let db = Self::new(Inner::Postgres(pg::Pool::connect(url)?));
        migrate::run_to(&db, schema)?;
        Ok(db)
    }

    pub fn engine(&self) -> Engine {
        match &self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// For serving people: no statement may take longer. SQLite needs no limit: nobody else is there.
    pub fn limit_statements(&self, to: Duration) {
        if let Inner::Postgres(pool) = &self.inner {
            pool.limit(to);
        }
    }

    /// What wakes the background work as soon as some node has hinted at something to do; of SQLite nothing ever does. Only a
    /// hint: whoever waits must look by itself as well. [NOD-03]
    pub fn hints(&self) -> Result<Arc<Notify>, Failure> {
        let heard = Arc::<Notify>::default();
        if let Inner::Postgres(pool) = &self.inner {
            pool.hear(heard.clone())?;
        }
        Ok(heard)
    }

    /// Runs one transaction and waits for it to be durable. `name` is the dotted name of the work, for logs.
    pub fn transact<T, F>(&self, name: &'static str, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
    {
        let mut work = self.as_tenant(work);
        let began = Instant::now();
        let done = match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.submit(work).blocking_recv().unwrap_or_else(|_| Err(lost(name))),
            Inner::Postgres(pool) => retrying(name, || pool.transact(&mut work)),
        };
        counted(name, began, done)
    }

    /// The same from async code: the web edge.
    pub async fn write<T, F>(&self, name: &'static str, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
    {
        let mut work = self.as_tenant(work);
        let span = tracing::info_span!("transaction", otel.name = name);
        let began = Instant::now();
        let done = match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.submit(work).instrument(span).await.unwrap_or_else(|_| Err(lost(name))),
            Inner::Postgres(pool) => {
                let (pool, place) = (pool.clone(), pool.place().await);
                let work = move || {
                    let done = span.in_scope(|| retrying(name, || pool.transact(&mut work)));
                    drop(place);
                    done
                };
                tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(lost(name)))
            }
        };
        counted(name, began, done)
    }

    /// Runs queries that change nothing; readers never wait for the writer.
    pub fn query<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        let work = |tx: &mut Tx| {
            tx.tenant.clone_from(&self.tenant);
            work(tx)
        };
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.read(work),
            Inner::Postgres(pool) => pool.read(work),
        }
    }

    /// The same from async code.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T, Failure> + Send + 'static,
    {
        let (db, span) = (self.clone(), tracing::info_span!("read"));
        let place = match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.place().await,
            Inner::Postgres(pool) => pool.place().await,
        };
        let work = move || {
            let done = span.in_scope(|| db.query(work));
            drop(place);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| lost("read"))?
    }

    fn as_tenant<T, F>(&self, mut work: F) -> impl FnMut(&mut Tx) -> Result<T, Failure> + Send + use<T, F>
    where
        F: FnMut(&mut Tx) -> Result<T, Failure> + Send,
    {
        let tenant = self.tenant.clone();
        move |tx| {
            tx.tenant.clone_from(&tenant);
            work(tx)
        }
    }

    /// Connections by what they do; of SQLite only the readers that wait are known.
    pub fn connections(&self) -> Vec<(&'static str, usize)> {
        match &self.inner {
            Inner::Sqlite(sqlite) => vec![("idle", sqlite.idle())],
            Inner::Postgres(pool) => pool.connections(),
        }
    }
}

/// Writes down how long a transaction took and how it ended.
fn counted<T>(name: &'static str, began: Instant, done: Result<T, Failure>) -> Result<T, Failure> {
    let outcome = done.as_ref().map_or_else(Failure::kind, |_| "done");
    metrics::histogram!("motcua_transaction_seconds", "name" => name, "outcome" => outcome).record(began.elapsed());
    done
}

/// A transaction panicked; it was rolled back.
fn lost(name: &'static str) -> Failure {
    Failure::fault(anyhow::anyhow!("transaction {name} panicked and was rolled back"))
}

fn retrying<T>(name: &'static str, mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 0..RETRIES {
        match attempt() {
            Err(failure) if failure.db().is_some_and(DbError::may_retry) => {
                metrics::counter!("motcua_transactions_run_again_total", "name" => name).increment(1);
                tracing::debug!(name, "transaction lost against another one and runs again");
            }
            done => return done,
        }
    }
    attempt()
}

/// A running transaction, or a read.
pub struct Tx<'a> {
    on: On<'a>,
    tenant: Option<Arc<str>>,
    /// Statements sent so far; a test counts the round trips of an act.
    statements: u32,
    hinted: bool,
}

enum On<'a> {
    Sqlite(&'a rusqlite::Connection),
    PostgresRead(&'a mut pg::Conn),
    PostgresWrite(pg::Open<'a>),
}

impl<'a> Tx<'a> {
    fn new(on: On<'a>) -> Self {
        Self { on, tenant: None, statements: 0, hinted: false }
    }

    /// Which engine runs; for looking at its settings only.
    pub fn engine(&self) -> Engine {
        match self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::PostgresRead(_) | On::PostgresWrite(_) => Engine::Postgres,
        }
    }

    /// The first parameter of every statement on rows of a tenant. [NOD-09]
    pub fn tenant(&self) -> Result<Value, DbError> {
        match &self.tenant {
            Some(tenant) => Ok(Value::from(&**tenant)),
            None => Err(DbError::Other("nobody said whose rows this is about".to_owned())),
        }
    }

    /// The values of a row behind the tenant they belong to.
    pub fn owned(&self, values: impl IntoIterator<Item = Value>) -> Result<Vec<Value>, DbError> {
        Ok(std::iter::once(self.tenant()?).chain(values).collect())
    }

    pub fn statements(&self) -> u32 {
        self.statements
    }

    /// Once this is committed, other nodes are told that there is something to do. [NOD-03]
    pub fn hint(&mut self) {
        self.hinted = true;
    }

    /// All rows of a query.
    pub fn rows(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        self.statements += 1;
        match &mut self.on {
            On::Sqlite(connection) => sqlite::rows(connection, sql, params),
            On::PostgresRead(conn) => conn.rows(sql, params),
            On::PostgresWrite(open) => open.rows(sql, params),
        }
    }

    /// The one row of a query, or none; more than one is a fault.
    pub fn row(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, DbError> {
        let mut rows = self.rows(sql, params)?;
        if rows.len() > 1 {
            return Err(DbError::Other(format!("{} rows where at most one was expected: {sql}", rows.len())));
        }
        Ok(rows.pop())
    }

    /// Runs a statement that changes rows and returns how many.
    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        self.statements += 1;
        match &mut self.on {
            On::Sqlite(connection) => sqlite::execute(connection, sql, params),
            On::PostgresWrite(open) => open.execute(sql, params),
            On::PostgresRead(_) => Err(DbError::Other(format!("a read cannot change rows: {sql}"))),
        }
    }

    /// Runs a statement that must change exactly one row; anything else means somebody was faster. [SQL-05]
    pub fn execute_one(&mut self, sql: &'static str, params: &[Value]) -> Result<(), Failure> {
        match self.execute(sql, params)? {
            1 => Ok(()),
            0 => Err(Failure::Conflict),
            n => Err(DbError::Other(format!("{n} rows changed where one was expected: {sql}")).into()),
        }
    }

    /// Several statements of a migration, or of a test that looks at the schema; the only SQL that is not a literal.
    pub fn script(&mut self, sql: &str) -> Result<(), DbError> {
        match &mut self.on {
            On::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            On::PostgresWrite(open) => open.script(sql),
            On::PostgresRead(_) => Err(DbError::Other("a read cannot run a script".into())),
        }
    }

    /// Prepares a statement without running it: the test of every literal on both engines.
    pub fn prepare(&mut self, sql: &str) -> Result<(), DbError> {
        match &mut self.on {
            On::Sqlite(connection) => Ok(connection.prepare(sql).map(|_| ())?),
            On::PostgresWrite(open) => open.prepare_only(sql),
            On::PostgresRead(_) => Err(DbError::Other("prepare inside a transaction".into())),
        }
    }
}

/// Builds the parameter list of a statement: `params![id, 3, now]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::platform::db::Value::from($value)),*] };
}
