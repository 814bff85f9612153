//! Measures the program from outside, as its users meet it: a server of its own process, clients over HTTP, a database that is
//! already full. Beside it, in the same run, what could be reached at best: the engine alone writing the same rows, and a bare
//! HTTP answer of the same size. [`stream`] sends people as they come in life; [`growth`] repeats the measuring as data grows.
//!
//! A measurement, not a test: nothing here has a limit that could fail.

pub mod growth;
mod load;
mod machine;
mod people;
mod plot;
mod print;
mod raw;
mod server;
mod store;
pub mod stream;
mod visits;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::platform::db::{Db, Engine};
use crate::platform::failure::Failure;
use crate::registry::Registry;
use crate::simulate::{fast, plan};

pub use load::Measure;
pub use machine::Machine;
pub use server::Place;
use server::Server;
use visits::Visits;

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A dossier is taken in, to its durable receipt.
    Intake,
    /// Whole dossiers: taken in, worked on, signed, handed over.
    Life,
    Read,
    Lists,
    Report,
    Letters,
}

impl Part {
    /// Letters last: setting type takes memory that would hide what the rest needs.
    pub const ALL: [Self; 6] = [Self::Read, Self::Lists, Self::Report, Self::Intake, Self::Life, Self::Letters];
}

/// What to measure.
#[derive(Debug, Clone)]
pub struct Order {
    pub parts: Vec<Part>,
    /// Dossiers that lie in the database beforehand.
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
    /// Processes that wanted a core when it began; more than none is other work beside.
    pub load_before: Option<String>,
    pub dossiers: u64,
    pub seconds_a_run: u64,
    /// How long it took to fill the database; absent where it was full already.
    pub filled_in_ms: Option<u64>,
    /// From the start of the process to the first answer.
    pub start_ms: u64,
    /// Resident memory of the server after its first answer.
    pub idle_kib: Option<u64>,
    /// The most it ever had until the end of each part.
    pub peak_kib: Vec<(Part, Option<u64>)>,
    pub measures: Vec<Measure>,
}

/// Fills an empty database as [`fast`] does; returns the time it took, or `None` for one that is full already.
pub fn fill(db: &Db, scratch: &Db, registry: &Arc<Registry>, wanted: u64) -> Result<Option<u64>, Failure> {
    let there = store::dossiers(db)?;
    if there >= wanted {
        return Ok(None);
    }
    if there > 0 {
        return Err(Failure::refused("bench.not_empty"));
    }
    let figures = registry.site.simulation.as_ref().ok_or_else(|| Failure::refused("simulate.no_figures"))?;
    let order = plan::Order { from: figures.from, to: figures.to, seed: 1, staffing: 100, dossiers: Some(wanted) };
    let started = Instant::now();
    fast::fill(db, scratch, registry, &order, crate::app::command_ctx().now)?;
    Ok(Some(load::millis(started.elapsed())))
}

/// Starts a server on a full database and measures. `place` is where the data is.
pub fn run(
    db: &Db,
    registry: &Registry,
    place: &Place,
    order: &Order,
    filled_in_ms: Option<u64>,
) -> Result<Bench, Failure> {
    let load_before = machine::load();
    let server = Server::start(place).map_err(Failure::Fault)?;
    // Before anybody signs in: checking a password takes 19 MiB for a moment, which the allocator keeps.
    let idle_kib = server.memory("VmRSS:");
    let visits = Visits::prepare(db, registry, &server)?;
    let (mut measures, mut peak_kib) = (Vec::new(), Vec::new());
    for part in &order.parts {
        for visit in visits.of(*part) {
            for clients in &order.clients {
                measures.push(load::measure(visit.name, visit.limit, *clients, order.time, |_, turn| visit.pay(turn)));
            }
        }
        peak_kib.push((*part, server.memory("VmHWM:")));
    }
    let size = visits.size_of_an_answer();
    let start_ms = server.start_ms;
    drop(server);
    let mut limits = raw::answers(size, &order.clients, order.time).map_err(Failure::Fault)?;
    if order.parts.contains(&Part::Intake) {
        for clients in &order.clients {
            limits.push(raw::rows(db, place, *clients, order.time)?);
        }
    }
    measures.iter_mut().for_each(|measure| measure.compare(&limits));
    measures.append(&mut limits);
    let (engine, durability) = match db.engine() {
        Engine::Sqlite => ("SQLite", "WAL, synchronous=FULL, group commit"),
        Engine::Postgres => ("PostgreSQL", "synchronous_commit and fsync as the server has them"),
    };
    Ok(Bench {
        engine,
        durability,
        machine: Machine::here(),
        load_before,
        dossiers: store::dossiers(db)?,
        seconds_a_run: order.time.as_secs(),
        filled_in_ms,
        start_ms,
        idle_kib,
        peak_kib,
        measures,
    })
}
