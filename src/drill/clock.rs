//! The clock goes back: acts were recorded by a clock two hours ahead, and the server starts with the right one. As far as a
//! program can tell that is the same as a clock that was set back; the drill does not touch the clock of the machine.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;
use jiff::SignedDuration;

use super::disk::{Part, millis, within};
use super::ledger::{self, Ledger};
use super::server::{Place, Server};
use super::{Opener, Scratch, Writers};
use crate::app;
use crate::platform::failure::Failure;

const NAME: &str = "clock back";
const AHEAD: SignedDuration = SignedDuration::from_hours(2);
const CLIENTS: usize = 2;
/// A dossier each: what is done after the clock went back is done on another one.
const ACTS: usize = 3;
const WORD: &str = "clock_back";

pub(super) fn run(open: Opener<'_>) -> Result<Part, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let log = scratch.path().join("server.log");
    let mut place = Place::folder(&scratch.path().join("data"));
    let mut writers = {
        let (db, shelf) = open(&place)?;
        Writers::prepare(&db, &shelf.get(), CLIENTS)?
    };
    let ahead = demonstration(&place, &log).map_err(Failure::Fault)?;
    writers.pretend(Some(app::command_ctx().now + AHEAD));
    writers.write_each(&ahead.url, ACTS);
    writers.pretend(None);
    ahead.kill().map_err(Failure::Fault)?;
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{NAME}: {what}"));
        }
    };
    let server = Server::start(&place, &log).map_err(Failure::Fault)?;
    let began = Instant::now();
    let key = format!("trouble.{WORD}");
    must(
        within(|| matches!(writers.page(&server.url, "/troublez"), (503, words) if words.contains(WORD))),
        format!("the health page does not say so: {:?}", writers.page(&server.url, "/troublez")),
    );
    must(writers.attempt(&server.url) == (503, key), "a write is not refused".to_owned());
    let refused_ms = millis(began);
    must(writers.can_read(&server.url), "nothing can be read".to_owned());
    must(server.said().contains(WORD), "the log does not say so".to_owned());
    server.kill().map_err(Failure::Fault)?;
    // Whoever runs it knows that the clock was wrong before and is right now.
    place.more = vec!["--trust-clock".into()];
    let began = Instant::now();
    let server = Server::start(&place, &log).map_err(Failure::Fault)?;
    writers.settle(&server.url);
    writers.write_each(&server.url, ACTS);
    must(within(|| writers.page(&server.url, "/troublez").0 == 200), "it is not over".to_owned());
    let recovered_ms = millis(began);
    server.kill().map_err(Failure::Fault)?;
    let (db, _) = open(&place)?;
    let mut ledger = Ledger::default();
    ledger.read(&db)?;
    let mut found = ledger.compare(&writers);
    found.broken = ledger::broken(&db)?;
    found.wrong.extend(wrong);
    let how = "acts recorded two hours ahead, then the right clock; --trust-clock accepts it".to_owned();
    Ok(Part { name: NAME, how, skipped: false, refused_ms, recovered_ms, found })
}

/// A server that takes the moment from whoever asks.
fn demonstration(place: &Place, log: &Path) -> anyhow::Result<Server> {
    let mut program = Command::new(std::env::current_exe().context("find this program")?);
    program.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(&place.data);
    Server::of(program, log)
}
