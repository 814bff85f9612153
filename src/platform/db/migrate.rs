//! One numbered list of migrations for both engines. Forward only; an applied one is never edited (checksum).

use motcua_domain::ledger::sha256;

use super::{Db, DbError, Engine, Tx};
use crate::params;
use crate::platform::failure::Failure;

/// A step of the schema.
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    sql: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        /// Every migration, in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../../../migrations/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    1 "0001_registry",
    2 "0002_ledger",
    3 "0003_dossier",
    4 "0004_access",
    5 "0005_task",
    6 "0006_drafts",
    7 "0007_people",
    8 "0008_outside",
    9 "0009_slip",
    10 "0010_reminder",
    11 "0011_outage",
    12 "0012_task_slip",
    13 "0013_lists",
    14 "0014_backup",
    15 "0015_sign_in",
    16 "0016_audit",
    17 "0017_slip_kinds",
    18 "0018_tenant",
    19 "0019_figures",
    20 "0020_tree",
    21 "0021_overview",
    22 "0022_scores",
    23 "0023_readings",
}

/// Type tokens: native types in PostgreSQL, STRICT types in SQLite.
const TOKENS: &[(&str, &str, &str)] = &[
    // token, SQLite, PostgreSQL
    ("${key}", "TEXT", "TEXT COLLATE \"C\""),
    ("${text}", "TEXT", "TEXT"),
    ("${int}", "INTEGER", "BIGINT"),
    ("${bool}", "INTEGER", "BOOLEAN"),
    ("${time}", "TEXT", "TIMESTAMPTZ"),
    ("${date}", "TEXT", "DATE"),
    ("${json}", "TEXT", "JSON"),
    ("${bytes}", "BLOB", "BYTEA"),
    ("${strict}", "STRICT", ""),
];

impl Migration {
    /// The text for one engine.
    pub fn for_engine(&self, engine: Engine) -> String {
        TOKENS.iter().fold(self.sql.to_owned(), |sql, (token, sqlite, postgres)| {
            sql.replace(token, if engine == Engine::Sqlite { sqlite } else { postgres })
        })
    }
}

/// How a schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// So many steps are missing; the next start takes them.
    Behind(usize),
    /// This step is none of ours: a newer program made it, or somebody edited it.
    Foreign(String),
}

/// Compares what was applied with what there is.
pub(super) fn standing(tx: &mut Tx) -> Result<Standing, Failure> {
    let applied = tx.rows("SELECT number, name, checksum FROM schema_migration ORDER BY number", params![])?;
    for row in &applied {
        let (number, checksum) = (row.get::<i64>(0)?, row.get::<String>(2)?);
        let ours = MIGRATIONS.iter().find(|migration| migration.number == number);
        if ours.is_none_or(|migration| sha256(migration.sql.as_bytes()) != checksum) {
            return Ok(Standing::Foreign(row.get(1)?));
        }
    }
    Ok(match MIGRATIONS.len() - applied.len() {
        0 => Standing::Current,
        missing => Standing::Behind(missing),
    })
}

/// Applies what is missing, all in one transaction, so that two nodes starting at once do not meet half a schema.
pub(super) fn run(db: &Db) -> Result<(), Failure> {
    run_to(db, i64::MAX)
}

/// The same, but nothing that came after this number.
pub(super) fn run_to(db: &Db, last: i64) -> Result<(), Failure> {
    let engine = db.engine();
    let table = "CREATE TABLE IF NOT EXISTS schema_migration (
        number ${int} PRIMARY KEY, name ${text} NOT NULL, checksum ${text} NOT NULL) ${strict}";
    let table = Migration { number: 0, name: "schema_migration", sql: table }.for_engine(engine);
    db.transact("db.migrate", move |tx| {
        if engine == Engine::Postgres {
            // The only lock in the program: released with the transaction, held for the length of a start.
            tx.script("SELECT pg_advisory_xact_lock(64206)")?;
        }
        tx.script(&table)?;
        for migration in MIGRATIONS.iter().filter(|migration| migration.number <= last) {
            let checksum = sha256(migration.sql.as_bytes());
            let applied =
                tx.row("SELECT checksum FROM schema_migration WHERE number = $1", params![migration.number])?;
            match applied.map(|row| row.get::<String>(0)).transpose()? {
                Some(found) if found == checksum => {}
                Some(_) => {
                    let name = migration.name;
                    return Err(DbError::Other(format!("migration {name} was edited after it was applied")).into());
                }
                None => {
                    tx.script(&migration.for_engine(engine))?;
                    tx.execute_one(
                        "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)",
                        params![migration.number, migration.name, checksum],
                    )?;
                }
            }
        }
        Ok(())
    })
}
