//! Getting an installation back, into an empty place only, and trying a backup without one.

use std::path::{Path, PathBuf};

use age::x25519::Identity;
use anyhow::{Context as _, bail};
use serde::Serialize;
use serde_json::Value;

use super::container::{self, In};
use super::{FORMAT, Head, Line, Sum, Totals, holds, totals_of};
use crate::platform::blobs::Blobs;
use crate::platform::db::copy::{self, Filler};
use crate::platform::db::{Db, MIGRATIONS};
use crate::platform::failure::Failure;
use crate::registry;

/// Where a backup goes.
pub struct Target {
    /// The database file, in a folder that holds no database.
    pub file: PathBuf,
    /// An empty database of a PostgreSQL server instead.
    pub database: Option<String>,
    pub blobs: Blobs,
}

/// What was restored.
#[derive(Debug, Serialize)]
pub struct Restored {
    pub from: Head,
    pub totals: Totals,
}

/// Restores into an empty place and compares what stands there with what the backup says it holds; then brings the schema up
/// to date, and the ledger and every projection must hold. [BAK-03]
pub fn restore(backup: &Path, identities: &[Identity], target: &Target) -> Result<Restored, Failure> {
    let mut source = container::decrypt(backup, identities).map_err(Failure::Fault)?;
    let head = read_head(&mut source).map_err(Failure::Fault)?;
    let restored = match &target.database {
        None => into_file(&mut source, &head, target),
        Some(url) => into_server(&mut source, &head, target, url),
    };
    let totals = restored?;
    let db = match &target.database {
        None => Db::open_sqlite(&target.file)?,
        Some(url) => Db::open_postgres(url)?,
    };
    for site in db.query(registry::sites)? {
        crate::record::dossier::catch_up(&db.of(&site))?;
    }
    holds(&db).map_err(Failure::Fault)?;
    Ok(Restored { from: head, totals })
}

/// Restores into a folder that goes away, and says what is in the backup. [BAK-04]
pub fn verify(backup: &Path, identities: &[Identity], scratch: &Path) -> Result<Restored, Failure> {
    let blobs = Blobs::open(&scratch.join("blobs"))?;
    restore(backup, identities, &Target { file: scratch.join("motcua.sqlite"), database: None, blobs })
}

fn read_head(source: &mut In) -> anyhow::Result<Head> {
    let head: Head = source.read()?;
    let newest = MIGRATIONS.last().map_or(0, |last| last.number);
    if head.motcua_backup > FORMAT || head.schema > newest {
        bail!("this backup was made by a later version ({}) of the program", head.program);
    }
    Ok(head)
}

fn into_file(source: &mut In, head: &Head, target: &Target) -> Result<Totals, Failure> {
    if target.file.exists() {
        return Err(not_empty(&target.file.display().to_string()));
    }
    let mut all = || -> Result<Totals, Failure> {
        drop(Db::create_sqlite(&target.file, head.schema)?);
        let totals = copy::into_sqlite(&target.file, |into| fill(source, into, &target.blobs))?;
        same(&Db::create_sqlite(&target.file, head.schema)?, &totals)?;
        Ok(totals)
    };
    all().inspect_err(|_| {
        // A place that looks restored and is not would be the worst.
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", target.file.display()));
        }
    })
}

fn into_server(source: &mut In, head: &Head, target: &Target, url: &str) -> Result<Totals, Failure> {
    let db = Db::create_postgres(url, head.schema)?;
    if !db.query(registry::sites)?.is_empty() {
        return Err(not_empty("the database"));
    }
    let totals = copy::into_postgres(url, |into| fill(source, into, &target.blobs))?;
    same(&db, &totals)?;
    Ok(totals)
}

fn not_empty(place: &str) -> Failure {
    Failure::fault(anyhow::anyhow!("{place} holds data already: a backup is restored into an empty place only"))
}

/// Reads to the end, rows into the database and attachments into their store.
fn fill(source: &mut In, into: &mut dyn Filler, blobs: &Blobs) -> Result<Totals, Failure> {
    let (mut sum, mut files, mut file_bytes) = (Sum::default(), 0, 0);
    loop {
        let line = source.line().map_err(Failure::Fault)?.context("the backup is cut off").map_err(Failure::Fault)?;
        if line.first() == Some(&b'[') {
            let cells: Vec<Value> = serde_json::from_slice(&line)?;
            sum.row(&container::row_line(&cells)?);
            into.row(&cells)?;
            continue;
        }
        match serde_json::from_slice(&line)? {
            Line::Table { table, columns } => {
                sum.table(&table);
                into.table(&table, &columns)?;
            }
            Line::File { file, bytes } => {
                let found = source.bytes(bytes).map_err(Failure::Fault)?;
                // The name is the hash of the bytes: a changed file would get another one.
                if blobs.put(&found)? != file {
                    return Err(Failure::fault(anyhow::anyhow!("the attachment {file} was changed in the backup")));
                }
                files += 1;
                file_bytes += bytes;
            }
            Line::End { end } => {
                let read = (sum.done(), files, file_bytes);
                if read != (end.tables.clone(), end.files, end.file_bytes) {
                    return Err(Failure::fault(anyhow::anyhow!("the backup does not hold what it says at its end")));
                }
                return Ok(end);
            }
        }
    }
}

/// Whether the database holds exactly what was read out of the other one.
fn same(db: &Db, totals: &Totals) -> Result<(), Failure> {
    let found = totals_of(db)?;
    let differing: Vec<&String> =
        totals.tables.iter().filter(|(name, total)| found.get(*name) != Some(total)).map(|(name, _)| name).collect();
    if !differing.is_empty() || found.len() != totals.tables.len() {
        return Err(Failure::fault(anyhow::anyhow!("the restored tables differ from the backup: {differing:?}")));
    }
    Ok(())
}
