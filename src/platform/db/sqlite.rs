//! SQLite: one writer thread with group commit, and readers that never wait for it.
//!
//! Waiting transactions run as savepoints of one durable commit (`synchronous=FULL`), so that many clients share one
//! flush of the disk. Nobody is answered before the commit that holds their work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Instant;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::value::time_text;
use super::{DbError, On, Row, Tx, Value};
use crate::platform::failure::Failure;

/// Transactions that share one commit at the most: more would make the first of them wait too long.
const GROUP_MAX: usize = 64;
/// Readers kept open for the next read.
const READERS_MAX: usize = 8;

#[derive(Clone)]
pub(super) struct Sqlite {
    jobs: mpsc::Sender<Job>,
    readers: Arc<Mutex<Vec<Connection>>>,
    path: PathBuf,
}

/// Runs the work inside a savepoint and says how to answer once the commit is through.
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), String>)>;

impl Sqlite {
    pub fn open(path: &Path) -> Result<Self, DbError> {
        let writer = connect(path, OpenFlags::default())?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        let (jobs, queue) = mpsc::channel();
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write(&writer, &queue))
            .map_err(|error| DbError::Other(format!("cannot start the writer thread: {error}")))?;
        Ok(Self { jobs, readers: Arc::default(), path: path.to_owned() })
    }

    /// Queues a transaction; the answer comes when it is durable. A dropped answer means that the work panicked.
    pub fn submit<T, F>(&self, mut work: F) -> oneshot::Receiver<Result<T, Failure>>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = in_savepoint(connection, &mut work);
            Box::new(move |committed: Result<(), String>| {
                let done = match committed {
                    Ok(()) => done,
                    Err(why) => done.and(Err(DbError::Other(format!("commit: {why}")).into())),
                };
                // Nobody waits any more when the client has gone; the work stands all the same.
                let _ = reply.send(done);
            })
        });
        // The writer thread lives as long as a sender does; were it gone, the dropped reply would tell.
        let _ = self.jobs.send(job);
        answer
    }

    /// Readers that wait for the next read.
    pub fn idle(&self) -> usize {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?,
        };
        connection.execute_batch("BEGIN").map_err(DbError::from)?;
        let done = work(&mut Tx::new(On::Sqlite(&connection)));
        connection.execute_batch("ROLLBACK").map_err(DbError::from)?;
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_MAX {
            readers.push(connection);
        }
        done
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn write(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            refuse(first, &error);
            continue;
        }
        let mut answers = vec![first(connection)];
        while answers.len() < GROUP_MAX {
            match queue.try_recv() {
                Ok(job) => answers.push(job(connection)),
                Err(_) => break,
            }
        }
        metrics::histogram!("motcua_sqlite_group_size").record(answers.len() as f64);
        let began = Instant::now();
        let committed = connection.execute_batch("COMMIT").map_err(|error| {
            // After a failed commit (disk full) SQLite may still be inside the transaction.
            let _ = connection.execute_batch("ROLLBACK");
            error.to_string()
        });
        metrics::histogram!("motcua_sqlite_commit_seconds").record(began.elapsed());
        answers.into_iter().for_each(|answer| answer(committed.clone()));
    }
}

/// The transaction could not begin: the work must not run, but its client must hear why.
fn refuse(job: Job, error: &rusqlite::Error) {
    // A private connection without tables: whatever the work does there fails and changes nothing.
    match Connection::open_in_memory() {
        Ok(nowhere) => job(&nowhere)(Err(error.to_string())),
        Err(_) => drop(job),
    }
}

fn in_savepoint<T>(
    connection: &Connection,
    work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>,
) -> Result<T, Failure> {
    connection.execute_batch("SAVEPOINT act").map_err(DbError::from)?;
    let done = catch_unwind(AssertUnwindSafe(|| work(&mut Tx::new(On::Sqlite(connection)))))
        .unwrap_or_else(|_| Err(Failure::fault(anyhow::anyhow!("a transaction panicked and was rolled back"))));
    let end = if done.is_ok() { "RELEASE act" } else { "ROLLBACK TO act; RELEASE act" };
    connection.execute_batch(end).map_err(DbError::from)?;
    done
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> Result<(), DbError> {
    for (at, param) in params.iter().enumerate() {
        // `$1` is a name to SQLite; its place is where it first stands in the text.
        let Some(place) = statement.parameter_index(&format!("${}", at + 1))? else {
            return Err(DbError::Other(format!("parameter ${} is not in the statement", at + 1)));
        };
        match param {
            Value::Null => statement.raw_bind_parameter(place, rusqlite::types::Null)?,
            Value::Int(n) => statement.raw_bind_parameter(place, n)?,
            Value::Bool(b) => statement.raw_bind_parameter(place, b)?,
            Value::Text(text) => statement.raw_bind_parameter(place, text)?,
            Value::Time(at) => statement.raw_bind_parameter(place, time_text(*at))?,
            Value::Date(date) => statement.raw_bind_parameter(place, date.to_string())?,
            Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes)?,
        }
    }
    Ok(())
}

pub(super) fn rows(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let width = statement.column_count();
    let mut out = Vec::new();
    let mut found = statement.raw_query();
    while let Some(row) = found.next()? {
        let values = (0..width).map(|at| Ok(read(row.get_ref(at)?))).collect::<Result<_, rusqlite::Error>>()?;
        out.push(Row(values));
    }
    Ok(out)
}

pub(super) fn execute(connection: &Connection, sql: &str, params: &[Value]) -> Result<u64, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}

fn read(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        // No column is a float: tables are STRICT and SQL does no arithmetic that makes one.
        ValueRef::Real(n) => Value::Text(n.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    }
}
