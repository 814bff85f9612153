//! `motcua replay` and `motcua ledger`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use motcua_domain::proof::merkle::is_consistent;
use motcua_domain::proof::{Checkpoint, Verifier, hash_of};
use serde::Serialize;

use super::say::say;
use super::store::StoreArgs;
use super::verify::keys;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::ledger::{export, key, tree};
use crate::record::dossier;
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

#[derive(Subcommand)]
pub enum LedgerCommand {
    /// Print the public key by which anybody checks what this ledger signs
    Key {
        /// Sign with a new key from now on: after the old one was lost, or somebody else may have it
        #[arg(long)]
        renew: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Sign what the ledger is now, and print the newest checkpoint
    Checkpoint {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Write the public log into a folder: all that is needed to check it, without persons
    Export {
        /// Folder for the files
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Be a witness of another installation: fetch its newest checkpoint, check that it continues the one kept, and keep it
    Witness(WitnessArgs),
}

#[derive(Args)]
pub struct WitnessArgs {
    /// Address of the installation, https://motcua.example
    #[arg(long, value_name = "URL")]
    of: String,
    /// Its public key, or a file with it
    #[arg(long, value_name = "KEY")]
    key: String,
    /// File in which the last checkpoint is kept
    #[arg(long, value_name = "FILE")]
    keep: PathBuf,
}

pub fn run(command: &LedgerCommand) -> Result<ExitCode, Failure> {
    match command {
        LedgerCommand::Key { renew, store } => print_key(store, *renew),
        LedgerCommand::Checkpoint { store } => {
            let opened = store.open_existing()?;
            sign(&opened)?;
            let newest = opened.db.query(tree::newest)?.context("nothing was signed yet").map_err(Failure::Fault)?;
            say!("{}", newest.note.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Export { to, store } => {
            let opened = store.open_existing()?;
            sign(&opened)?;
            let events = opened.db.query(|tx| export::write(tx, to, dossier::public))?;
            say!("{events} events in {}", to.display());
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Witness(args) => {
            witness(args).map_err(Failure::Fault)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Seals and signs what there is, where the key is at hand and it is time.
fn sign(opened: &super::Opened) -> Result<(), Failure> {
    let ctx = app::command_ctx();
    app::seal_all(&opened.db, &ctx)?;
    let Some(signer) = opened.signer()? else { return Ok(()) };
    match opened.db.transact("ledger.sign", move |tx| tree::sign(tx, &signer, ctx.now)) {
        Err(Failure::Conflict) => Ok(()),
        done => done.map(|_| ()),
    }
}

fn print_key(store: &StoreArgs, renew: bool) -> Result<ExitCode, Failure> {
    let opened = store.open_existing()?;
    if renew {
        let (site, now) = (opened.shelf.get().site.id.clone(), app::command_ctx().now);
        key::renew(&opened.db, &opened.ledger_key, &site, &Ids::system(), now)?;
    } else {
        opened.signer()?;
    }
    let keys = opened.db.query(tree::keys)?;
    keys.iter().for_each(|key| say!("{key}"));
    Ok(ExitCode::SUCCESS)
}

/// Fetches, checks, and only then forgets the checkpoint before. [LED-14]
fn witness(args: &WitnessArgs) -> anyhow::Result<()> {
    let keys = keys(&args.key)?;
    let place = args.of.trim_end_matches('/');
    let note = fetch(&format!("{place}/ledger/checkpoint"))?;
    let newest = Checkpoint::open(&note, &keys).context("the checkpoint that was fetched")?;
    if let Some(kept) = kept(&args.keep, &keys)? {
        continues(place, &kept, &newest)?;
        say!("continues the checkpoint of {} with {} events", kept.at, kept.size);
    }
    let draft = args.keep.with_extension("part");
    std::fs::write(&draft, &note).with_context(|| format!("write {}", draft.display()))?;
    std::fs::rename(&draft, &args.keep).with_context(|| format!("keep {}", args.keep.display()))?;
    say!("kept the checkpoint of {} with {} events", newest.at, newest.size);
    Ok(())
}

fn kept(file: &Path, keys: &[Verifier]) -> anyhow::Result<Option<Checkpoint>> {
    match std::fs::read_to_string(file) {
        Ok(note) => {
            let kept = Checkpoint::open(&note, keys);
            kept.map(Some).with_context(|| format!("the checkpoint in {}", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn continues(place: &str, kept: &Checkpoint, newest: &Checkpoint) -> anyhow::Result<()> {
    if newest.size < kept.size {
        bail!("THE LEDGER IS SHORTER: {} events are signed, {} were when it was last seen", newest.size, kept.size);
    }
    let path = match kept.size == newest.size {
        true => String::new(),
        false => fetch(&format!("{place}/ledger/consistency?from={}&to={}", kept.size, newest.size))?,
    };
    let path = path.lines().map(hash_of).collect::<Option<Vec<_>>>().context("the proof cannot be read")?;
    if !is_consistent((kept.size, kept.root), (newest.size, newest.root), &path) {
        bail!(
            "THE PAST WAS CHANGED: what is signed now does not continue the {} events seen at {}",
            kept.size,
            kept.at
        );
    }
    Ok(())
}

fn fetch(url: &str) -> anyhow::Result<String> {
    let answer = ureq::get(url).call().with_context(|| format!("fetch {url}"))?;
    answer.into_body().read_to_string().with_context(|| format!("read {url}"))
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

pub(super) fn report(json: bool, found: &impl Serialize, holds: bool, text: impl Fn()) -> Result<ExitCode, Failure> {
    if json {
        say!("{}", serde_json::to_string(found)?);
    } else {
        text();
        say!("{}", if holds { "holds" } else { "DOES NOT HOLD" });
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
