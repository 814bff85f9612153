//! The disk is full, or only to be read; the clock goes back; an attachment is gone or changed: the server says what is wrong, refuses writes, keeps reading, and works again by
//! itself when the cause is gone. Nobody is told yes for what is not there.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;

use super::ledger::{self, Found, Ledger};
use super::postgres::{Postgres, is_root};
use super::server::{Place, Server};
use super::{Opener, Scratch, Writers, attachments, clock};
use crate::platform::failure::Failure;

/// Until when a trouble must be seen, and be over again.
const WITHIN: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(200);
const CLIENTS: usize = 4;
/// Acts of each client before and after the trouble.
const ACTS: usize = 5;

#[derive(Debug, Serialize)]
pub struct Part {
    pub name: &'static str,
    /// How it was brought about, or why it could not be.
    pub how: String,
    pub skipped: bool,
    pub refused_ms: u64,
    pub recovered_ms: u64,
    pub found: Found,
}

/// Every part that this machine and user allow.
pub fn run(open: Opener<'_>) -> Result<Vec<Part>, Failure> {
    let mut parts = vec![full(open)?, read_only(open)?, clock::run(open)?];
    parts.extend(attachments::run(open)?);
    Ok(parts)
}

/// A small file system in memory where one can be mounted; otherwise the files of the server may not grow any more.
fn full(open: Opener<'_>) -> Result<Part, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let (log, data) = (scratch.path().join("server.log"), scratch.path().join("data"));
    if let Ok(mount) = Mount::new(&data) {
        let place = Place::folder(&data);
        let filler = data.join("filler");
        return part(
            "full disk",
            "a file system of 64 MB, filled",
            "disk_full",
            &place,
            &log,
            open,
            |_| fill(&filler),
            |_| Ok(std::fs::remove_file(&filler)?),
        )
        .inspect(|_| drop(mount));
    }
    if run_quietly("prlimit", &["--version"]).is_err() {
        return Ok(Part::skipped(
            "full disk",
            "neither a file system can be mounted nor a limit be set (prlimit is missing)",
        ));
    }
    let place = Place { limited: true, ..Place::folder(&data) };
    let limit = |size: &'static str| {
        move |server: &Server| run_quietly("prlimit", &["--pid", &server.id().to_string(), &format!("--fsize={size}")])
    };
    part(
        "full disk",
        "files may not grow",
        "disk_fails",
        &place,
        &log,
        open,
        limit("0:unlimited"),
        limit("unlimited:unlimited"),
    )
}

/// A database server that takes no writes, as a standby or one whose disk is nearly full. Files that are open for writing keep
/// a disk from being made read-only, so a disk under a running SQLite cannot be tried like this.
fn read_only(open: Opener<'_>) -> Result<Part, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let postgres = match Postgres::start(scratch.path()) {
        Ok(postgres) => postgres,
        Err(error) => return Ok(Part::skipped("read-only database", &format!("{error:#}"))),
    };
    let place = Place { database: Some(postgres.url()), ..Place::folder(&scratch.path().join("data")) };
    let log = scratch.path().join("server.log");
    let set = |to: &'static str| {
        let postgres = &postgres;
        move |_: &Server| {
            let mut client = postgres::Client::connect(&postgres.url(), postgres::NoTls)?;
            client.batch_execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {to}"))?;
            postgres.reload()
        }
    };
    part(
        "read-only database",
        "PostgreSQL told to take no writes",
        "read_only",
        &place,
        &log,
        open,
        set("on"),
        set("off"),
    )
}

/// Breaks, watches, heals and watches again.
#[allow(clippy::too_many_arguments)]
fn part(
    name: &'static str,
    how: &str,
    word: &str,
    place: &Place,
    log: &Path,
    open: Opener<'_>,
    harm: impl FnOnce(&Server) -> anyhow::Result<()>,
    heal: impl FnOnce(&Server) -> anyhow::Result<()>,
) -> Result<Part, Failure> {
    let mut writers = {
        let (db, shelf) = open(place)?;
        Writers::prepare(&db, &shelf.get(), CLIENTS)?
    };
    let server = Server::start(place, log).map_err(Failure::Fault)?;
    let url = server.url.clone();
    let mut wrong = Vec::new();
    writers.write_each(&url, ACTS);
    harm(&server).with_context(|| format!("{name}: bring it about")).map_err(Failure::Fault)?;
    let began = Instant::now();
    let key = format!("trouble.{word}");
    if !within(|| writers.attempt(&url) == (503, key.clone())) {
        wrong.push(format!("{name}: a write is not refused with {key} but {:?}", writers.attempt(&url)));
    }
    let refused_ms = millis(began);
    if !writers.can_read(&url) {
        wrong.push(format!("{name}: nothing can be read"));
    }
    if !within(|| matches!(writers.page(&url, "/troublez"), (503, words) if words.contains(word))) {
        wrong.push(format!("{name}: the health page does not say so: {:?}", writers.page(&url, "/troublez")));
    }
    if !server.said().contains(word) {
        wrong.push(format!("{name}: the log does not say so"));
    }
    heal(&server).with_context(|| format!("{name}: take it away")).map_err(Failure::Fault)?;
    let began = Instant::now();
    writers.settle(&url);
    writers.write_each(&url, ACTS);
    if !within(|| writers.page(&url, "/troublez").0 == 200) {
        wrong.push(format!("{name}: not over by itself: {:?}", writers.page(&url, "/troublez")));
    }
    let recovered_ms = millis(began);
    server.kill().map_err(Failure::Fault)?;
    let (db, _) = open(place)?;
    let mut ledger = Ledger::default();
    ledger.read(&db)?;
    let mut found = ledger.compare(&writers);
    found.broken = ledger::broken(&db)?;
    found.wrong.extend(wrong);
    Ok(Part { name, how: how.to_owned(), skipped: false, refused_ms, recovered_ms, found })
}

impl Part {
    fn skipped(name: &'static str, why: &str) -> Self {
        let how = why.to_owned();
        Self { name, how, skipped: true, refused_ms: 0, recovered_ms: 0, found: Found::default() }
    }
}

pub(super) fn within(mut seen: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + WITHIN;
    while Instant::now() < until {
        if seen() {
            return true;
        }
        super::pause(PAUSE);
    }
    false
}

pub(super) fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Writes until nothing more fits.
fn fill(file: &Path) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(file)?;
    let block = [0; 4096];
    while file.write_all(&block).is_ok() {}
    Ok(())
}

/// A small file system in memory, gone when dropped.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    fn new(folder: &'a Path) -> anyhow::Result<Self> {
        anyhow::ensure!(is_root(), "only root may mount");
        std::fs::create_dir_all(folder)?;
        run_quietly("mount", &["-t", "tmpfs", "-o", "size=64m", "tmpfs", &folder.display().to_string()])?;
        Ok(Self(folder))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open there keeps it until they close it.
        let _ = run_quietly("umount", &["-l", &self.0.display().to_string()]);
    }
}

fn run_quietly(program: &str, args: &[&str]) -> anyhow::Result<()> {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "{program} {args:?} failed");
    Ok(())
}
