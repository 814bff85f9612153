//! `motcua replay --check` and `motcua verify`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier::replay;

#[derive(Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Compare with what stands in the tables (the only mode there is)
    #[arg(long, required = true)]
    check: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn replay(args: &ReplayArgs) -> Result<ExitCode, Failure> {
    let opened = args.store.open()?;
    let found = opened.db.query(replay::check)?;
    report(args.json, &found, found.holds(), || {
        say!("{} dossiers rebuilt from {} events", found.dossiers, found.events);
        found.differing.iter().for_each(|id| say!("differs from its events: {id}"));
        if found.stray_offices > 0 {
            say!("offices that would find a dossier not their own: {}", found.stray_offices);
        }
    })
}

pub fn verify(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let opened = args.store.open()?;
    app::seal_all(&opened.db, &app::command_ctx())?;
    let verdict = opened.db.query(ledger::verify)?;
    report(args.json, &verdict, verdict.broken.is_empty(), || {
        say!("{} events under {} seals, the last is {}", verdict.sealed_events, verdict.seals, verdict.head);
        verdict.broken.iter().for_each(|found| say!("broken ({}): {}", found.kind, found.at));
    })
}

fn report(json: bool, found: &impl Serialize, holds: bool, text: impl Fn()) -> Result<ExitCode, Failure> {
    if json {
        say!("{}", serde_json::to_string(found)?);
    } else {
        text();
        say!("{}", if holds { "holds" } else { "DOES NOT HOLD" });
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
