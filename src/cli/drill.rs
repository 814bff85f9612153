//! `motcua drill`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::say::say;
use super::store::StoreArgs;
use crate::drill::server::Place;
use crate::drill::{Found, crash, failover};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::Shelf;

#[derive(Subcommand)]
pub enum DrillCommand {
    /// Kill the server again and again while people write, and check that nothing they were told of is lost
    Crash(CrashArgs),
    /// Kill, hand over and cut off the leader of a cluster while people write, and check that nothing is lost
    Failover(FailoverArgs),
}

#[derive(Args)]
pub struct CrashArgs {
    /// How often something is killed
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// The same seed chooses the same moments and victims
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many people write at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=200))]
    clients: u16,
    /// On a PostgreSQL of the drill's own, which is killed too
    #[arg(long)]
    postgres: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct FailoverArgs {
    /// Folder with the script `ha` that runs the cluster
    #[arg(long, value_name = "DIR")]
    deploy: PathBuf,
    /// How often each thing happens
    #[arg(long, default_value_t = 1)]
    rounds: u32,
    /// How many people write at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=200))]
    clients: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Each drill makes data of its own and removes it.
pub fn run(command: DrillCommand) -> Result<ExitCode, Failure> {
    match command {
        DrillCommand::Crash(args) => crash(&args),
        DrillCommand::Failover(args) => failover(&args),
    }
}

fn open(place: &Place) -> Result<(Db, Shelf), Failure> {
    let store = StoreArgs { data: Some(place.data.clone()), database: place.database.clone(), ..StoreArgs::default() };
    let opened = store.open()?;
    Ok((opened.db, opened.shelf))
}

fn crash(args: &CrashArgs) -> Result<ExitCode, Failure> {
    let order = crash::Order {
        rounds: args.rounds,
        seed: args.seed,
        clients: usize::from(args.clients),
        postgres: args.postgres,
    };
    let drill = crash::run(&order, &open, |line| eprintln!("{line}"))?;
    report(args.json, &drill, &drill.found, || {
        say!(
            "crash drill on {}, seed {}: killed {} times (program {}, database {}) under {} clients",
            drill.engine,
            drill.seed,
            drill.program_killed + drill.database_killed,
            drill.program_killed,
            drill.database_killed,
            drill.clients
        );
        say!(
            "{} acts acknowledged, {} without an answer at a kill and sent again, longest wait {} ms",
            drill.found.acknowledged,
            drill.pending,
            drill.longest_wait_ms
        );
    })
}

fn failover(args: &FailoverArgs) -> Result<ExitCode, Failure> {
    let order = failover::Order { deploy: &args.deploy, rounds: args.rounds, clients: usize::from(args.clients) };
    let drill = failover::run(&order, &open, |line| eprintln!("{line}"))?;
    report(args.json, &drill, &drill.found, || {
        say!("failover drill, {} rounds under {} clients:", drill.rounds, drill.clients);
        for blow in &drill.blows {
            say!(
                "  {}: {} acts acknowledged meanwhile, {} sent again, longest gap {} ms",
                blow.what,
                blow.acknowledged,
                blow.retries,
                blow.longest_gap_ms
            );
        }
        say!(
            "{} acts acknowledged, {} lost, {} doubled, {} sent again by clients, longest gap {} ms",
            drill.found.acknowledged,
            drill.found.lost.len(),
            drill.found.doubled.len(),
            drill.retries,
            drill.longest_gap_ms
        );
    })
}

/// Prints what was done and counted; a loss is an exit code.
fn report(json: bool, drill: &impl Serialize, found: &Found, text: impl Fn()) -> Result<ExitCode, Failure> {
    if json {
        say!("{}", serde_json::to_string(drill)?);
    } else {
        text();
        found.complaints().iter().for_each(|line| say!("{line}"));
        say!("{}", if found.holds() { "nothing lost, nothing twice" } else { "DOES NOT HOLD" });
    }
    Ok(if found.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
