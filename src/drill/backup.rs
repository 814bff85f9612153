//! Backups are made while people write; each must come back elsewhere with everything that was acknowledged before it began.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::ledger::{self, Found, Ledger};
use super::postgres::Postgres;
use super::server::{Place, Server};
use super::{Noted, Opener, Scratch, Writers};
use crate::app;
use crate::backup::{self, Target};
use crate::platform::blobs::Blobs;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry;

const CLIENTS: usize = 8;
/// Acts of each client before a backup begins.
const ACTS: usize = 10;

#[derive(Debug, Serialize)]
pub struct Drill {
    pub engine: &'static str,
    pub backups: u32,
    /// Bytes of the last one.
    pub bytes: u64,
    /// Acts that were acknowledged while backups were being made.
    pub meanwhile: usize,
    pub found: Found,
}

pub fn run(backups: u32, on_postgres: bool, open: Opener<'_>, mut tell: impl FnMut(&str)) -> Result<Drill, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let postgres = on_postgres.then(|| Postgres::start(scratch.path())).transpose().map_err(Failure::Fault)?;
    let place = Place { database: postgres.as_ref().map(Postgres::url), ..Place::folder(&scratch.path().join("data")) };
    let (db, shelf) = open(&place)?;
    let mut writers = Writers::prepare(&db, &shelf.get(), CLIENTS)?;
    let server = Server::start(&place, &scratch.path().join("server.log")).map_err(Failure::Fault)?;
    let blobs = Blobs::open(&place.data.join("blobs"))?;
    let (secret, public) = backup::generate_key();
    let key = scratch.path().join("key.txt");
    std::fs::write(&key, secret).map_err(Failure::fault)?;
    let identities = backup::read_identities(&key).map_err(Failure::Fault)?;
    let recipients = backup::read_recipients(&[public]).map_err(Failure::Fault)?;
    let (mut meanwhile, mut bytes, mut lost, mut broken) = (0, 0, Vec::new(), Vec::new());
    for number in 1..=backups {
        writers.write_each(&server.url, ACTS);
        let before: Vec<Noted> = writers.noted().cloned().collect();
        let (url, stop) = (server.url.clone(), AtomicBool::new(false));
        let file = scratch.path().join(format!("{number}.age"));
        let made = std::thread::scope(|scope| {
            scope.spawn(|| writers.write(&url, &stop));
            let made = backup::write(&db, &blobs, &recipients, &file, app::command_ctx().now, &mut || {});
            stop.store(true, Ordering::Relaxed);
            made
        })?;
        bytes = made.bytes;
        let during = writers.noted().count() - before.len();
        meanwhile += during;
        let folder = scratch.path().join(format!("restored-{number}"));
        let target =
            Target { file: folder.join("motcua.sqlite"), database: None, blobs: Blobs::open(&folder.join("blobs"))? };
        backup::restore(&file, &identities, &target)?;
        let restored = registry::of_its_site(&Db::open_sqlite(&target.file)?)?;
        let mut ledger = Ledger::default();
        ledger.read(&restored)?;
        lost.extend(ledger.lacks(&before));
        broken.extend(ledger::broken(&restored)?);
        tell(&format!(
            "backup {number}: {bytes} bytes, {during} acts came in meanwhile; restored, {} acts from before looked for",
            before.len()
        ));
    }
    writers.settle(&server.url);
    let mut ledger = Ledger::default();
    ledger.read(&db)?;
    let mut found = ledger.compare(&writers);
    found.lost.extend(lost);
    found.broken = broken;
    let engine = if on_postgres { "PostgreSQL" } else { "SQLite" };
    Ok(Drill { engine, backups, bytes, meanwhile, found })
}
