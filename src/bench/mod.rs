//! Measures the program from outside, as its users meet it: a server of its own process, clients over HTTP, a database that is
//! already full. Beside it the engine alone writes the same rows, to show what is ours and what is the database's.
//!
//! A measurement, not a test: nothing here has a limit that could fail.

mod fill;
mod load;
mod machine;
mod print;
mod raw;
mod server;
mod store;
mod visits;

use std::time::Duration;

use serde::Serialize;

use crate::platform::db::{Db, Engine};
use crate::platform::failure::Failure;
use crate::registry::Registry;

pub use load::Measure;
pub use machine::Machine;
pub use server::Place;

/// What to measure.
#[derive(Debug, Clone)]
pub struct Order {
    /// Open dossiers that lie in the database beforehand.
    pub dossiers: u64,
    /// How many clients at once, one run each.
    pub clients: Vec<usize>,
    /// Length of one run.
    pub time: Duration,
}

/// Everything measured, with where and how.
#[derive(Debug, Serialize)]
pub struct Bench {
    pub engine: &'static str,
    /// How durable a commit is.
    pub durability: &'static str,
    pub machine: Machine,
    pub dossiers: u64,
    pub seconds_a_run: u64,
    /// How long it took to fill the database; absent where it was full already.
    pub filled_in_ms: Option<u64>,
    /// Resident memory of the server after its first answer, and the most it ever had.
    pub idle_kib: Option<u64>,
    pub peak_kib: Option<u64>,
    pub measures: Vec<Measure>,
}

/// Fills the database where it is empty, starts a server on it and measures. `place` is where the data is.
pub fn run(db: &Db, registry: &std::sync::Arc<Registry>, place: &Place, order: &Order) -> Result<Bench, Failure> {
    let filled_in_ms = fill::fill(db, registry, order.dossiers)?;
    let server = server::Server::start(place).map_err(Failure::Fault)?;
    // Before anybody signs in: checking a password takes 19 MiB for a moment, which the allocator keeps.
    let idle_kib = server.memory("VmRSS:");
    let visits = visits::Visits::prepare(db, registry, &server)?;
    let mut measures = Vec::new();
    for visit in visits.all() {
        for clients in &order.clients {
            measures.push(load::measure(visit.name, *clients, order.time, |_, turn| visit.pay(turn)));
        }
    }
    let peak_kib = server.memory("VmHWM:");
    drop(server);
    for clients in &order.clients {
        measures.push(raw::measure(db, place, *clients, order.time)?);
    }
    let (engine, durability) = match db.engine() {
        Engine::Sqlite => ("SQLite", "WAL, synchronous=FULL, group commit"),
        Engine::Postgres => ("PostgreSQL", "synchronous_commit as the server has it"),
    };
    Ok(Bench {
        engine,
        durability,
        machine: Machine::here(),
        dossiers: store::dossiers(db)?,
        seconds_a_run: order.time.as_secs(),
        filled_in_ms,
        idle_kib,
        peak_kib,
        measures,
    })
}
