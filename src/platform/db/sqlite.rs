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
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::value::time_text;
use super::{DbError, On, Row, Tx, Value};
use crate::platform::failure::Failure;

/// Transactions that share one commit at the most: more would make the first of them wait too long.
const GROUP_MAX: usize = 64;
/// Reads of people's requests at the same time, each on a connection that is kept for the next. More would not be faster on the
/// cores of an office's machine, and each holds a page cache and the rows it reads.
const READERS_MAX: usize = 8;
/// The log is cut back to this many bytes when all of it is in the database: one long write would leave it long for ever.
const LOG_KEPT: i64 = 64 << 20;
/// Page caches in KiB, as SQLite counts them (negative). As many readers as clients may be open at once; what they share is
/// the cache of the operating system.
const WRITER_CACHE: i64 = -8_000;
const READER_CACHE: i64 = -1_000;

#[derive(Clone)]
pub(super) struct Sqlite {
    jobs: mpsc::Sender<Job>,
    readers: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
    path: PathBuf,
}

/// Runs the work inside a savepoint, or not at all where there is no transaction, and says how to answer once the commit is
/// through.
type Job = Box<dyn FnOnce(Result<&Connection, Broken>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), Broken>)>;

/// Why a whole group of transactions came to nothing; told to each of them.
type Broken = Arc<rusqlite::Error>;

impl Sqlite {
    pub fn open(path: &Path) -> Result<Self, DbError> {
        let writer = connect(path, OpenFlags::default(), WRITER_CACHE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        let (jobs, queue) = mpsc::channel();
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write(&writer, &queue))
            .map_err(|error| DbError::Other(format!("cannot start the writer thread: {error}")))?;
        let places = Arc::new(Semaphore::new(READERS_MAX));
        Ok(Self { jobs, readers: Arc::default(), places, path: path.to_owned() })
    }

    /// Queues a transaction; the answer comes when it is durable. A dropped answer means that the work panicked.
    pub fn submit<T, F>(&self, mut work: F) -> oneshot::Receiver<Result<T, Failure>>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = connection.map_err(|why| broken(&why)).and_then(|open| in_savepoint(open, &mut work));
            Box::new(move |committed: Result<(), Broken>| {
                // Nobody is told yes for what is not on disk. [TRB-03]
                let done = done.and_then(|done| committed.map(|()| done).map_err(|why| broken(&why)));
                // Nobody waits any more when the client has gone; the work stands all the same.
                let _ = reply.send(done);
            })
        });
        // The writer thread lives as long as a sender does; were it gone, the dropped reply would tell.
        let _ = self.jobs.send(job);
        answer
    }

    /// Leave to read: whoever comes when all places are taken waits for one, in order.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().acquire_owned().await.ok()
    }

    /// Readers that wait for the next read.
    pub fn idle(&self) -> usize {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// A long read on a connection of its own, whose snapshot stays as it was when it began.
    pub fn snapshot<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let connection = self.reader()?;
        connection.execute_batch("BEGIN").map_err(DbError::from)?;
        work(&connection)
    }

    fn reader(&self) -> Result<Connection, DbError> {
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX, READER_CACHE)
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> Result<T, Failure> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.reader()?,
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

fn connect(path: &Path, flags: OpenFlags, cache: i64) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn write(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            let why = Arc::new(error);
            first(Err(why.clone()))(Err(why));
            continue;
        }
        let mut answers = vec![first(Ok(connection))];
        // When a disk is full or fails, SQLite may end the transaction by itself: then nothing more joins it.
        while answers.len() < GROUP_MAX && !connection.is_autocommit() {
            match queue.try_recv() {
                Ok(job) => answers.push(job(Ok(connection))),
                Err(_) => break,
            }
        }
        metrics::histogram!("motcua_sqlite_group_size").record(answers.len() as f64);
        let began = Instant::now();
        let committed = commit(connection).map_err(Arc::new);
        metrics::histogram!("motcua_sqlite_commit_seconds").record(began.elapsed());
        answers.into_iter().for_each(|answer| answer(committed.clone()));
    }
}

fn commit(connection: &Connection) -> Result<(), rusqlite::Error> {
    if connection.is_autocommit() {
        let ended = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR);
        return Err(rusqlite::Error::SqliteFailure(ended, Some("the engine ended the transaction".to_owned())));
    }
    connection.execute_batch("COMMIT").inspect_err(|_| {
        // After a failed commit SQLite may still be inside the transaction.
        let _ = connection.execute_batch("ROLLBACK");
    })
}

/// The engine's own error for one of those who share it.
fn broken(why: &rusqlite::Error) -> Failure {
    let error = match why {
        rusqlite::Error::SqliteFailure(error, words) => rusqlite::Error::SqliteFailure(*error, words.clone()),
        other => return DbError::Other(format!("commit: {other}")).into(),
    };
    DbError::Sqlite(error).into()
}

fn in_savepoint<T>(
    connection: &Connection,
    work: &mut impl FnMut(&mut Tx) -> Result<T, Failure>,
) -> Result<T, Failure> {
    connection.execute_batch("SAVEPOINT act").map_err(DbError::from)?;
    let done = catch_unwind(AssertUnwindSafe(|| work(&mut Tx::new(On::Sqlite(connection)))))
        .unwrap_or_else(|_| Err(Failure::fault(anyhow::anyhow!("a transaction panicked and was rolled back"))));
    if done.is_ok() {
        connection.execute_batch("RELEASE act").map_err(DbError::from)?;
    } else if connection.execute_batch("ROLLBACK TO act; RELEASE act").is_err() {
        // The engine ended the transaction already, or cannot undo this part: then none of the group may stand. [TRB-03]
        let _ = connection.execute_batch("ROLLBACK");
    }
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

pub(super) fn read(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        // No column is a float: tables are STRICT and SQL does no arithmetic that makes one.
        ValueRef::Real(n) => Value::Text(n.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    }
}
