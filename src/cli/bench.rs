//! `motcua bench`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::say::say;
use super::store::StoreArgs;
use crate::bench::{self, Order, Place};
use crate::platform::failure::Failure;

#[derive(Args)]
pub struct BenchArgs {
    /// Open dossiers in the database; an empty one is filled with them first
    #[arg(long, default_value_t = 100_000)]
    dossiers: u64,
    /// How many clients at once, one run each
    #[arg(long, value_delimiter = ',', default_value = "1,8,32", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    clients: Vec<u16>,
    /// Seconds of one run
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Write the figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the figures to this file as Markdown
    #[arg(long, value_name = "FILE")]
    md: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

/// Measures on a database of its own: it takes dossiers in, so it must not be one that is worked with.
pub fn run(args: BenchArgs) -> Result<ExitCode, Failure> {
    let Some(data) = args.store.data.clone() else { return Err(Failure::refused("bench.needs_folder")) };
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    if !registry.site.demonstration {
        return Err(Failure::refused("bench.only_demonstration"));
    }
    let order = Order {
        dossiers: args.dossiers,
        clients: args.clients.into_iter().map(usize::from).collect(),
        time: Duration::from_secs(args.seconds.max(1)),
    };
    let place = Place { data, database: args.store.database };
    let found = bench::run(&opened.db, &registry, &place, &order)?;
    for (file, text) in [(&args.json, serde_json::to_string_pretty(&found)?), (&args.md, found.to_string())] {
        if let Some(file) = file {
            let written = std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()));
            written.map_err(Failure::Fault)?;
        }
    }
    say!("{}", found.to_string().trim_end());
    Ok(ExitCode::SUCCESS)
}
