//! `motcua replay` and `motcua verify`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::figures;
use crate::record::figures::check::{Proof, prove};

#[derive(Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Compare with what stands in the tables
    #[arg(long, required_unless_present = "figures")]
    check: bool,
    /// Make all kept figures again from the dossiers
    #[arg(long)]
    figures: bool,
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
    let (db, zone, ctx) = (&opened.db, &opened.shelf.get().timezone, app::command_ctx());
    if args.figures {
        db.transact("figures.forget", figures::forget)?;
    }
    app::seal_all(db, &ctx)?;
    figures::take_in_all(db, zone, ctx.now)?;
    if !args.check {
        say!("figures made again");
        return Ok(ExitCode::SUCCESS);
    }
    let proof = db.query(|tx| prove(tx, zone))?;
    report(args.json, &proof, proof.holds(), || {
        let Proof { dossiers, figures } = &proof;
        say!("{} dossiers rebuilt from {} events", dossiers.dossiers, dossiers.events);
        say!("{} rows of figures counted anew from {} dossiers", figures.counters, figures.dossiers);
        proof.broken().iter().for_each(|broken| say!("{broken}"));
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
