//! `motcua drill`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::drill::server::Place;
use crate::drill::{Found, backup, crash, disk, failover, files};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::Shelf;

#[derive(Subcommand)]
pub enum DrillCommand {
    /// Kill the server again and again while people write, and check that nothing they were told of is lost
    Crash(CrashArgs),
    /// Kill, hand over and cut off the leader of a cluster while people write, and check that nothing is lost
    Failover(FailoverArgs),
    /// Fill the disk, make the database read-only, turn the clock back and take an attachment away under a running server
    Disk {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write, read, list and remove attachments in a store that is set up as for `serve`
    Files {
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make backups while people write, restore each elsewhere and compare
    Backup {
        /// How many backups
        #[arg(long, default_value_t = 3)]
        backups: u32,
        /// On a PostgreSQL of the drill's own
        #[arg(long)]
        postgres: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
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
    /// Only this happens: roll, switch, kill or cut; may be given more than once
    #[arg(long, value_name = "WHAT", value_parser = ["roll", "switch", "kill", "cut"])]
    only: Vec<String>,
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
        DrillCommand::Disk { json } => disk(json),
        DrillCommand::Files { store, json } => {
            let now = app::command_ctx().now;
            let seed = u64::try_from(now.as_microsecond()).unwrap_or_default();
            let drill = files::run(&store.blobs()?, seed, now)?;
            report(json, &drill, &drill.found, || {
                say!(
                    "files drill: {} attachments of {} bytes written, read, listed, removed",
                    drill.written,
                    drill.bytes
                );
            })
        }
        DrillCommand::Backup { backups, postgres, json } => {
            let drill = backup::run(backups, postgres, &open, |line| eprintln!("{line}"))?;
            report(json, &drill, &drill.found, || {
                say!(
                    "backup drill on {}: {} backups made under {} acts and restored, the last of {} bytes",
                    drill.engine,
                    drill.backups,
                    drill.meanwhile,
                    drill.bytes
                );
            })
        }
    }
}

fn open(place: &Place) -> Result<(Db, Shelf), Failure> {
    let store = StoreArgs { data: Some(place.data.clone()), database: place.database.clone(), ..StoreArgs::default() };
    let opened = store.open()?;
    Ok((opened.db, opened.shelf))
}

fn disk(json: bool) -> Result<ExitCode, Failure> {
    let parts = disk::run(&open)?;
    if json {
        say!("{}", serde_json::to_string(&parts)?);
    } else {
        for part in &parts {
            let (name, how) = (part.name, &part.how);
            if part.skipped {
                say!("{name}: SKIPPED, {how}");
                continue;
            }
            say!(
                "{name} ({how}): refused after {} ms, recovered after {} ms, {} acts acknowledged",
                part.refused_ms,
                part.recovered_ms,
                part.found.acknowledged
            );
            part.found.complaints().iter().for_each(|line| say!("{line}"));
        }
    }
    let holds = parts.iter().all(|part| part.found.holds());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    let (rounds, clients) = (args.rounds, usize::from(args.clients));
    let order = failover::Order { deploy: &args.deploy, rounds, clients, only: &args.only };
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
