//! `motcua bench`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::say::say;
use super::simulate::Scratch;
use super::store::{Opened, StoreArgs};
use crate::bench::growth::Growth;
use crate::bench::stream::{self, Stream};
use crate::bench::{self, Order, Part, Place, growth};
use crate::platform::failure::Failure;

#[derive(Subcommand)]
pub enum BenchCommand {
    /// Taking dossiers in, to the durable receipt, beside the engine alone
    Intake(BenchArgs),
    /// Whole dossiers: taken in, worked on, signed, handed over
    Life(BenchArgs),
    /// One dossier, tracking, public search
    Read(BenchArgs),
    /// Work lists, the overdue, search by name, pages deep in
    Lists(BenchArgs),
    /// The report of nine months
    Report(BenchArgs),
    /// Receipts as PDF
    Letters(BenchArgs),
    /// All of these
    All(BenchArgs),
    /// The same as data grows, with plots
    Growth(GrowthArgs),
    /// People as they come in life: so many a second whatever is answered, a rush in between, some of them on a slow line
    Load(LoadArgs),
}

#[derive(Args)]
pub struct BenchArgs {
    /// Short runs on little data: everything within five minutes
    #[arg(long)]
    quick: bool,
    /// Dossiers in the database; an empty one is filled with them first
    #[arg(long)]
    dossiers: Option<u64>,
    /// How many clients at once, one run each
    #[arg(long, value_delimiter = ',', default_value = "1,8,32,128", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    clients: Vec<u16>,
    /// Seconds of one run
    #[arg(long)]
    seconds: Option<u64>,
    #[command(flatten)]
    out: Out,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
pub struct GrowthArgs {
    /// The largest of 10,000, 100,000, 1,000,000 and 10,000,000 dossiers to go to
    #[arg(long, default_value_t = 1_000_000)]
    most: u64,
    /// Clients at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    clients: u16,
    /// Seconds of one run
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Folder for the plots
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    #[command(flatten)]
    out: Out,
    /// Folder for the data of each size, which is removed again; a temporary one where it is not said
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Args)]
pub struct LoadArgs {
    /// Visits a second in ordinary times
    #[arg(long, default_value_t = 40)]
    rate: u64,
    /// How many times as many in the rush
    #[arg(long, default_value_t = 5)]
    times: u64,
    /// Out of a hundred: who has a slow line, 200 to 500 ms
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=100))]
    slow: u64,
    /// Seconds before the rush, and of what is looked at after it
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seconds of the rush
    #[arg(long, default_value_t = 30)]
    rush: u64,
    /// Seconds after the rush until it is looked at again
    #[arg(long, default_value_t = 60)]
    rest: u64,
    /// Goes on in ordinary times until so many minutes have passed in all
    #[arg(long, default_value_t = 0)]
    minutes: u64,
    /// Dossiers in the database; an empty one is filled with them first
    #[arg(long, default_value_t = 20_000)]
    dossiers: u64,
    #[command(flatten)]
    out: Out,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
pub struct Out {
    /// Write the figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the figures to this file as Markdown
    #[arg(long, value_name = "FILE")]
    md: Option<PathBuf>,
}

const FULL: u64 = 1_000_000;
const QUICK: u64 = 20_000;

pub fn run(command: BenchCommand) -> Result<ExitCode, Failure> {
    let (parts, args) = match command {
        BenchCommand::Intake(args) => (vec![Part::Intake], args),
        BenchCommand::Life(args) => (vec![Part::Life], args),
        BenchCommand::Read(args) => (vec![Part::Read], args),
        BenchCommand::Lists(args) => (vec![Part::Lists], args),
        BenchCommand::Report(args) => (vec![Part::Report], args),
        BenchCommand::Letters(args) => (vec![Part::Letters], args),
        BenchCommand::All(args) => (Part::ALL.to_vec(), args),
        BenchCommand::Growth(args) => return grow(args),
        BenchCommand::Load(args) => return load(args),
    };
    let (dossiers, seconds) = if args.quick { (QUICK, 1) } else { (FULL, 5) };
    let order = Order {
        parts,
        dossiers: args.dossiers.unwrap_or(dossiers),
        clients: args.clients.into_iter().map(usize::from).collect(),
        time: Duration::from_secs(args.seconds.unwrap_or(seconds).max(1)),
    };
    let ground = Ground::open(args.store, order.dossiers)?;
    let registry = ground.opened.shelf.get();
    let found = bench::run(&ground.opened.db, &registry, &ground.place, &order, ground.filled_in_ms)?;
    args.out.write(&found)?;
    Ok(ExitCode::SUCCESS)
}

fn load(args: LoadArgs) -> Result<ExitCode, Failure> {
    let ground = Ground::open(args.store, args.dossiers)?;
    let order = Stream {
        rate: args.rate.max(1),
        times: args.times.max(1),
        slow: args.slow,
        before: Duration::from_secs(args.seconds.max(1)),
        rush: Duration::from_secs(args.rush.max(1)),
        rest: Duration::from_secs(args.rest),
        whole: Duration::from_secs(args.minutes * 60),
    };
    let found = stream::run(&ground.opened.db, &ground.opened.shelf.get(), &ground.place, &order)?;
    args.out.write(&found)?;
    Ok(if found.server_errors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn grow(args: GrowthArgs) -> Result<ExitCode, Failure> {
    let mut steps = Vec::new();
    for dossiers in growth::SIZES.into_iter().filter(|size| *size <= args.most.max(1)) {
        let own = Scratch::new()?;
        let folder = args.data.as_ref().map_or_else(|| own.0.clone(), |data| data.join(dossiers.to_string()));
        let store = StoreArgs { data: Some(folder.clone()), ..StoreArgs::default() };
        let order = Order {
            parts: growth::PARTS.to_vec(),
            dossiers,
            clients: vec![usize::from(args.clients)],
            time: Duration::from_secs(args.seconds.max(1)),
        };
        let ground = Ground::open(store, dossiers)?;
        let registry = ground.opened.shelf.get();
        let bytes = growth::bytes(&folder);
        let bench = bench::run(&ground.opened.db, &registry, &ground.place, &order, ground.filled_in_ms)?;
        eprintln!("{dossiers} dossiers measured");
        steps.push(growth::Step { dossiers, bytes, bench });
        drop(ground);
        std::fs::remove_dir_all(&folder).map_err(Failure::fault)?;
    }
    let found = Growth { steps };
    if let Some(folder) = &args.plots {
        std::fs::create_dir_all(folder).map_err(Failure::fault)?;
        for (name, svg) in found.plots() {
            std::fs::write(folder.join(name), svg).map_err(Failure::fault)?;
        }
    }
    args.out.write(&found)?;
    Ok(ExitCode::SUCCESS)
}

/// A filled demonstration site to measure on: it takes dossiers in, so it must not be one that is worked with.
struct Ground {
    opened: Opened,
    place: Place,
    filled_in_ms: Option<u64>,
    /// A folder of its own that goes away with it.
    _own: Scratch,
}

impl Ground {
    fn open(mut store: StoreArgs, dossiers: u64) -> Result<Self, Failure> {
        let (own, scratch) = (Scratch::new()?, Scratch::new()?);
        let data = store.data.get_or_insert_with(|| own.0.clone()).clone();
        let opened = store.open()?;
        let registry = opened.shelf.get();
        if !registry.site.demonstration {
            return Err(Failure::refused("bench.only_demonstration"));
        }
        let filled_in_ms = bench::fill(&opened.db, &scratch.db()?, &registry, dossiers)?;
        Ok(Self { opened, place: Place { data, database: store.database }, filled_in_ms, _own: own })
    }
}

impl Out {
    fn write(&self, found: &(impl Serialize + std::fmt::Display)) -> Result<(), Failure> {
        for (file, text) in [(&self.json, serde_json::to_string_pretty(found)?), (&self.md, found.to_string())] {
            if let Some(file) = file {
                let written = std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()));
                written.map_err(Failure::Fault)?;
            }
        }
        say!("{found}");
        Ok(())
    }
}
