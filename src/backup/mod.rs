//! One encrypted file that holds a whole installation, and getting it back. Rules: `docs/rules/backup.md`; why this format:
//! `docs/adr/0010-backup.md`. Also what looks after the attachments: which are missing, which nobody names.
//!
//! Owns the table `backup_run`.

mod container;
pub mod files;
mod restore;
pub mod schedule;
mod store;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::platform::blobs::{Blobs, named_in};
use crate::platform::db::copy::{Piece, Table};
use crate::platform::db::{Db, MIGRATIONS};
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier;
use crate::record::figures::check::prove;
use crate::registry;

pub use container::{generate_key, read_identities, read_recipients};
pub use restore::{Restored, Target, restore, verify};

/// Number of the format; a later program reads all earlier ones.
const FORMAT: u32 = 1;
/// After so many rows whoever waits hears that it goes on.
const TOLD_EVERY: u64 = 1_000;

/// First line of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    pub motcua_backup: u32,
    pub program: String,
    pub site: String,
    pub made_at: Timestamp,
    /// Number of the last migration.
    pub schema: i64,
}

/// Any later line that is no row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Table {
        table: String,
        columns: Vec<String>,
    },
    /// The bytes of an attachment follow.
    File {
        file: String,
        bytes: u64,
    },
    End {
        end: Totals,
    },
}

/// What a backup holds in all: its last line. Two databases with the same totals hold the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub tables: BTreeMap<String, TableTotal>,
    pub files: u64,
    pub file_bytes: u64,
    /// Attachments that are named and could not be read: whoever made the backup was told.
    pub missing: Vec<String>,
    /// The last seal of the ledger.
    pub head: String,
}

/// A table as it was read: how many rows, and the hash over all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTotal {
    pub rows: u64,
    pub sha256: String,
}

/// Adds up a database while it is read, so that it can be compared with another one.
#[derive(Default)]
struct Sum {
    tables: BTreeMap<String, TableTotal>,
    now: Option<(String, u64, Sha256)>,
}

impl Sum {
    fn table(&mut self, name: &str) {
        self.close();
        self.now = Some((name.to_owned(), 0, Sha256::new()));
    }

    fn row(&mut self, line: &[u8]) {
        if let Some((_, rows, hash)) = &mut self.now {
            *rows += 1;
            hash.update(line);
        }
    }

    fn close(&mut self) {
        if let Some((name, rows, hash)) = self.now.take() {
            let sha256 = motcua_domain::ledger::hex(&hash.finalize());
            self.tables.insert(name, TableTotal { rows, sha256 });
        }
    }

    fn done(mut self) -> BTreeMap<String, TableTotal> {
        self.close();
        self.tables
    }
}

/// A backup that was made.
#[derive(Debug, Serialize)]
pub struct Made {
    pub file: PathBuf,
    pub bytes: u64,
    pub totals: Totals,
}

/// Writes everything there is at this moment into one encrypted file, while others work on. `to` is the file, or a folder in
/// which it gets a name with the moment. The file has its name only when it is whole and durable. [BAK-01]
pub fn write(
    db: &Db,
    blobs: &Blobs,
    recipients: &[Recipient],
    to: &Path,
    now: Timestamp,
    tell: &mut dyn FnMut(),
) -> Result<Made, Failure> {
    let (site, _) = db.query(registry::revision)?.context("the store holds no site").map_err(Failure::Fault)?;
    let file = if to.is_dir() { to.join(name(&site, now)) } else { to.to_owned() };
    let draft = file.with_extension("part");
    let written = write_draft(db, blobs, recipients, &draft, &site, now, tell);
    let finish = || -> anyhow::Result<u64> {
        std::fs::rename(&draft, &file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(std::fs::metadata(&file)?.len())
    };
    match written {
        Ok(totals) => {
            let bytes = finish().with_context(|| format!("write {}", file.display())).map_err(Failure::Fault)?;
            Ok(Made { file, bytes, totals })
        }
        Err(failure) => {
            let _ = std::fs::remove_file(&draft);
            Err(failure)
        }
    }
}

/// Names sort by the moment.
fn name(site: &str, now: Timestamp) -> String {
    format!("motcua-{site}-{}.age", now.strftime("%Y%m%dT%H%M%SZ"))
}

fn write_draft(
    db: &Db,
    blobs: &Blobs,
    recipients: &[Recipient],
    draft: &Path,
    site: &str,
    now: Timestamp,
    tell: &mut dyn FnMut(),
) -> Result<Totals, Failure> {
    let folder = draft.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = folder
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| File::create(draft))
        .with_context(|| format!("create {}", draft.display()))
        .map_err(Failure::Fault)?;
    let mut out = container::encrypt(file, recipients).map_err(Failure::Fault)?;
    let head = Head {
        motcua_backup: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        site: site.to_owned(),
        made_at: now,
        schema: MIGRATIONS.last().map_or(0, |last| last.number),
    };
    out.line(&head)?;
    let (mut sum, mut totals, mut table, mut rows) = (Sum::default(), Totals::default(), None::<Table>, 0_u64);
    db.copy_out(&mut |piece| match piece {
        Piece::Table(next) => {
            sum.table(&next.name);
            table = Some(next.clone());
            out.line(&Line::Table { table: next.name.clone(), columns: next.columns.clone() })
        }
        Piece::Row(cells) => {
            sum.row(&out.row(cells)?);
            rows += 1;
            if rows.is_multiple_of(TOLD_EVERY) {
                tell();
            }
            let Some(table) = &table else { return Ok(()) };
            match table.name.as_str() {
                // An attachment was written before the event that names it, so it is there now.
                "event" => {
                    for body in column(table, cells, "body") {
                        attach(blobs, body, &mut out, &mut totals, tell)?;
                    }
                }
                "seal" => totals.head = column(table, cells, "hash").last().unwrap_or_default().to_owned(),
                _ => {}
            }
            Ok(())
        }
    })?;
    totals.tables = sum.done();
    out.line(&Line::End { end: totals.clone() })?;
    out.finish()?.sync_all().map_err(Failure::fault)?;
    Ok(totals)
}

fn column<'a>(table: &Table, cells: &'a [Value], name: &str) -> impl Iterator<Item = &'a str> {
    let place = table.columns.iter().position(|column| column == name);
    place.and_then(|place| cells.get(place)).and_then(Value::as_str).into_iter()
}

fn attach(
    blobs: &Blobs,
    body: &str,
    out: &mut container::Out,
    totals: &mut Totals,
    tell: &mut dyn FnMut(),
) -> Result<(), Failure> {
    for name in named_in(body) {
        let bytes = match blobs.get(name) {
            Ok(bytes) => bytes,
            // One lost attachment must not keep everything else from being saved. [BAK-02]
            Err(failure) => {
                tracing::error!("backup: {failure}");
                totals.missing.push(name.to_owned());
                continue;
            }
        };
        out.line(&Line::File { file: name.to_owned(), bytes: bytes.len() as u64 })?;
        out.bytes(&bytes)?;
        totals.files += 1;
        totals.file_bytes += bytes.len() as u64;
        tell();
    }
    Ok(())
}

/// What a database holds now, without its attachments.
fn totals_of(db: &Db) -> Result<BTreeMap<String, TableTotal>, Failure> {
    let mut sum = Sum::default();
    db.copy_out(&mut |piece| {
        match piece {
            Piece::Table(table) => sum.table(&table.name),
            Piece::Row(cells) => sum.row(&container::row_line(cells)?),
        }
        Ok(())
    })?;
    Ok(sum.done())
}

/// The chain and every projection of each site hold, as `motcua verify` and `motcua replay --check` look at them.
pub fn holds(db: &Db) -> anyhow::Result<()> {
    for site in db.query(registry::sites)? {
        let db = db.of(&site);
        let broken = db.query(|tx| ledger::verify(tx, dossier::public))?.broken;
        let zone = db.query(registry::timezone)?;
        let differing = db.query(|tx| prove(tx, &zone))?.broken();
        if let Some(first) = differing.first() {
            bail!("the ledger does not hold: {broken:?}, {} differences, the first: {first}", differing.len());
        }
        if !broken.is_empty() {
            bail!("the ledger does not hold: {broken:?}");
        }
    }
    Ok(())
}
