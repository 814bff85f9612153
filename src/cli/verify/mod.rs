//! `motcua verify`: the ledger from within, or with nothing but its public export and its key; a receipt; a proof.
//! For outsiders: docs/verify.md.

pub mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use motcua_domain::proof::file::ProofFile;
use motcua_domain::proof::leaf::Leaf;
use motcua_domain::proof::log::Findings;
use motcua_domain::proof::receipt::{Fault, Receipt};
use motcua_domain::proof::{Checkpoint, Verifier};

use super::ledger::report;
use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::ledger::{self, export, tree};
use crate::record::dossier;
use crate::record::receipt;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct VerifyArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// Folder with a public export; without it the ledger itself is checked
    #[arg(long, value_name = "FOLDER", requires = "key")]
    export: Option<PathBuf>,
    /// Public key of the ledger, or a file with it; from wherever it was first learnt, never from the export
    #[arg(long, value_name = "KEY", requires = "export")]
    key: Option<String>,
    /// A checkpoint that was kept: the export must continue it
    #[arg(long, value_name = "FILE", requires = "export")]
    since: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// Check the line of a receipt, as its QR code gives it
    Receipt {
        /// The line, or the address that carries it
        line: String,
        /// Public key of the ledger, or a file with it; without it the ledger itself is asked
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// A proof of the same dossier from its tracking page: what it says must be what the receipt says
        #[arg(long, value_name = "FILE", requires = "key")]
        proof: Option<PathBuf>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Check a proof that was taken from a tracking page
    Proof {
        /// The file
        file: PathBuf,
        /// Public key of the ledger, or a file with it
        #[arg(long, value_name = "KEY")]
        key: String,
    },
}

pub fn run(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    match (&args.what, &args.export) {
        (Some(What::Receipt { line, key: Some(key), proof, .. }), _) => {
            offline(line, key, proof.as_deref()).map_err(Failure::Fault)
        }
        (Some(What::Receipt { line, store, .. }), _) => here(line, store),
        (Some(What::Proof { file, key }), _) => proof(file, key).map_err(Failure::Fault),
        (None, Some(folder)) => {
            let key = args.key.as_deref().unwrap_or_default();
            let found = in_folder(folder, key, args.since.as_deref()).map_err(Failure::Fault)?;
            report(args.json, &found, found.faults.is_empty(), || words::tell_export(&found))
        }
        (None, None) => within(args),
    }
}

/// Recomputes the ledger from its events. [LED-05] [LED-10]
fn within(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let opened = args.store.open()?;
    app::seal_all(&opened.db, &app::command_ctx())?;
    let verdict = opened.db.query(|tx| ledger::verify(tx, dossier::public))?;
    report(args.json, &verdict, verdict.broken.is_empty(), || words::tell_verdict(&verdict))
}

/// Keys that were given, or stand in a file, one a line.
pub(super) fn keys(given: &str) -> anyhow::Result<Vec<Verifier>> {
    let text = if Path::new(given).is_file() { std::fs::read_to_string(given)? } else { given.to_owned() };
    let keys = text.lines().filter(|line| !line.trim().is_empty()).map(str::parse);
    let keys: Vec<Verifier> = keys.collect::<Result<_, _>>().with_context(|| format!("--key {given}"))?;
    if keys.is_empty() { bail!("{given} holds no key") } else { Ok(keys) }
}

fn in_folder(folder: &Path, key: &str, since: Option<&Path>) -> anyhow::Result<Findings> {
    let keys = keys(key)?;
    let since = since.map(|file| {
        let note = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        Checkpoint::open(&note, &keys).with_context(|| format!("--since {}", file.display()))
    });
    export::check(folder, &keys, since.transpose()?.as_ref())
}

fn proof(file: &Path, key: &str) -> anyhow::Result<ExitCode> {
    let keys = keys(key)?;
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let Some(found) = ProofFile::read(&text) else {
        say!("this is no proof file, or not all of it");
        return Ok(ExitCode::FAILURE);
    };
    match found.check(&keys) {
        Ok(checkpoint) => {
            words::tell_proof(&found, &checkpoint);
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            say!("{}\nPROVES NOTHING", words::proof_fault(&fault));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The line of a receipt, whether it comes by itself or in the address of the QR code.
pub fn line_of(given: &str) -> &str {
    given.find("MC1:").and_then(|at| given.get(at..)).unwrap_or(given).trim()
}

/// Checks a receipt by key alone, and beside a proof of the same dossier. [LED-15] [LED-16]
fn offline(line: &str, key: &str, proof: Option<&Path>) -> anyhow::Result<ExitCode> {
    let checked = Receipt::check(line_of(line), &keys(key)?);
    words::tell_receipt(&checked);
    let (Ok(receipt), Some(file)) = (&checked, proof) else {
        return Ok(if checked.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let found = ProofFile::read(&text).context("this is no proof file, or not all of it")?;
    let event = Leaf::read(&found.line).and_then(|leaf| leaf.event());
    match (found.check(&keys(key)?), event) {
        (Err(fault), _) => say!("the proof: {}", words::proof_fault(&fault)),
        (Ok(checkpoint), Some(event)) if event.accepted.is_some() => {
            let differences = receipt::beside_proof(receipt, &event, found.index);
            words::tell_differences(&differences)?;
            if differences.is_empty() {
                say!("the ledger says the same, under the checkpoint of {}", checkpoint.at);
                return Ok(ExitCode::SUCCESS);
            }
        }
        _ => say!("the proof is not of the receipt of a dossier"),
    }
    Ok(ExitCode::FAILURE)
}

/// Checks a receipt against the ledger itself. [LED-16]
fn here(line: &str, store: &StoreArgs) -> Result<ExitCode, Failure> {
    let opened = store.open_existing()?;
    app::seal_all(&opened.db, &app::command_ctx())?;
    let checked = Receipt::check(line_of(line), &opened.db.query(tree::keys)?);
    words::tell_receipt(&checked);
    let found = match &checked {
        Ok(found) => found,
        Err(Fault::BackDated(found)) => &**found,
        Err(_) => return Ok(ExitCode::FAILURE),
    };
    let beside = opened.db.query(|tx| receipt::beside_ledger(tx, found))?;
    words::tell_differences(&beside.differences).map_err(Failure::Fault)?;
    if beside.differences.is_empty() {
        say!("the ledger says the same");
    }
    beside.replaced_by.iter().for_each(|number| say!("receipt {number} has taken its place: this one is void"));
    Ok(if checked.is_ok() && beside.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
