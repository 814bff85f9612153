//! `motcua figures`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::store::StoreArgs;
use crate::platform::failure::Failure;
use crate::record::figures::export;

#[derive(Subcommand)]
pub enum FiguresCommand {
    /// Write the events that figures follow from, one line of JSON each, without persons
    Export(ExportArgs),
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    store: StoreArgs,
}

pub fn run(command: &FiguresCommand) -> Result<ExitCode, Failure> {
    let FiguresCommand::Export(args) = command;
    let opened = args.store.open_existing()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    opened.db.query(|tx| {
        export::export(tx, |line| {
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n").map_err(Failure::fault)
        })
    })?;
    out.flush().map_err(Failure::fault)?;
    Ok(ExitCode::SUCCESS)
}
