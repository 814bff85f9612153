//! The server is killed at random moments while people write; afterwards every act that was acknowledged must stand once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::ledger::{self, Found, Ledger};
use super::postgres::Postgres;
use super::server::{Place, Server};
use super::{Opener, Scratch, Writers};
use crate::platform::failure::Failure;
use crate::simulate::Dice;

/// Chain and projections are looked at after every round of a short drill, and of a long one after each so many.
const WHOLE_EVERY: u32 = 20;
/// A kill comes after this many milliseconds of writing, and up to so many more.
const KILL_AFTER: (u64, u64) = (20, 600);

pub struct Order {
    pub rounds: u32,
    pub seed: u64,
    pub clients: usize,
    /// Also kill the database server, PostgreSQL.
    pub postgres: bool,
}

#[derive(Debug, Serialize)]
pub struct Drill {
    pub engine: &'static str,
    pub rounds: u32,
    pub seed: u64,
    pub clients: usize,
    /// How often the program was killed, and the database server.
    pub program_killed: u32,
    pub database_killed: u32,
    /// Acts that had no answer at the moment of a kill and were sent again with the same key.
    pub pending: usize,
    pub retries: u64,
    pub longest_wait_ms: u64,
    pub found: Found,
}

/// Who is killed this time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Victim {
    Program,
    Database,
}

pub fn run(order: &Order, open: Opener<'_>, mut tell: impl FnMut(&str)) -> Result<Drill, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let postgres = order.postgres.then(|| Postgres::start(scratch.path())).transpose().map_err(Failure::Fault)?;
    let place = Place { database: postgres.as_ref().map(Postgres::url), ..Place::folder(&scratch.path().join("data")) };
    let mut writers = {
        let (db, shelf) = open(&place)?;
        Writers::prepare(&db, &shelf.get(), order.clients)?
    };
    let (log, mut dice, mut ledger) = (scratch.path().join("server.log"), Dice::new(order.seed), Ledger::default());
    let (mut killed, mut pending, mut found) = ((0, 0), 0, Found::default());
    let mut server = Server::start(&place, &log).map_err(Failure::Fault)?;
    for round in 1..=order.rounds {
        let victim = match &postgres {
            Some(_) if dice.happens(500) => Victim::Database,
            _ => Victim::Program,
        };
        let moment = Duration::from_millis(KILL_AFTER.0 + dice.below(KILL_AFTER.1));
        let (url, stop) = (server.url.clone(), AtomicBool::new(false));
        server = std::thread::scope(|scope| -> anyhow::Result<Server> {
            scope.spawn(|| writers.write(&url, &stop));
            super::pause(moment);
            // Whatever happens here, the writers are told to stop: the scope waits for them.
            let broken = match (victim, &postgres) {
                (Victim::Database, Some(postgres)) => postgres.kill().map(|()| server),
                _ => server.kill().and_then(|()| Server::start(&place, &log)),
            };
            stop.store(true, Ordering::Relaxed);
            broken
        })
        .map_err(Failure::Fault)?;
        match (victim, &postgres) {
            (Victim::Database, Some(postgres)) => {
                postgres.resume().map_err(Failure::Fault)?;
                killed.1 += 1;
            }
            _ => killed.0 += 1,
        }
        pending += writers.settle(&server.url);
        let (db, _) = open(&place)?;
        ledger.read(&db)?;
        found = ledger.compare(&writers);
        let whole = order.rounds <= WHOLE_EVERY || round % WHOLE_EVERY == 0 || round == order.rounds;
        if whole {
            found.broken = ledger::broken(&db)?;
        }
        tell(&format!(
            "round {round}: {} killed after {} ms, {} acts acknowledged so far, {}{}",
            if victim == Victim::Database { "database" } else { "program" },
            moment.as_millis(),
            found.acknowledged,
            if found.holds() { "all there" } else { "NOT all there" },
            if whole && found.broken.is_empty() { ", chain and projections hold" } else { "" },
        ));
        if !found.holds() {
            break;
        }
    }
    if found.holds() {
        // What was there once must still be there.
        let mut whole = Ledger::default();
        let (db, _) = open(&place)?;
        whole.read(&db)?;
        found = Found { broken: found.broken, ..whole.compare(&writers) };
    }
    Ok(Drill {
        engine: if order.postgres { "PostgreSQL" } else { "SQLite" },
        rounds: order.rounds,
        seed: order.seed,
        clients: order.clients,
        program_killed: killed.0,
        database_killed: killed.1,
        pending,
        retries: writers.retries(),
        longest_wait_ms: u64::try_from(writers.longest().as_millis()).unwrap_or(u64::MAX),
        found,
    })
}
