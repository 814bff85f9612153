//! `motcua simulate`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::record::dossier::list;
use crate::record::figures;
use crate::simulate::plan::{Order, Plan, What, plan};
use crate::simulate::{fast, play, remote};

#[derive(Args)]
pub struct SimulateArgs {
    /// First day
    #[arg(long, default_value = "2018-01-01")]
    from: Date,
    /// Last day
    #[arg(long, default_value = "2018-09-30")]
    to: Date,
    /// The same seed plays the same period
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many of the officers are at work: 1 is all, 0.5 is half
    #[arg(long, default_value = "1", value_parser = hundredths)]
    staffing: u64,
    /// How many dossiers; the site's own figure where it is not said
    #[arg(long)]
    dossiers: Option<u64>,
    /// Write the dossiers straight into the ledger and the projections: some thousand are played, the others are copies of
    /// them under other names and numbers
    #[arg(long, conflicts_with = "to_url")]
    fast: bool,
    /// Play through the HTTP interface of a demonstration server instead of in process
    #[arg(long, value_name = "URL")]
    to_url: Option<String>,
    /// Password of the demonstration sign-ins at that server; the site pack's where it is not said
    #[arg(long)]
    password: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
}

/// `0.5` as 50: the plan counts in whole numbers.
fn hundredths(text: &str) -> Result<u64, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let read = || {
        let part: u64 = format!("{part:0<2}").get(..2)?.parse().ok()?;
        Some(whole.parse::<u64>().ok()? * 100 + part)
    };
    match read() {
        Some(staffing) if (1..=10_000).contains(&staffing) && digits(whole) && digits(part) => Ok(staffing),
        _ => Err("a number from 0.01 to 100, such as 0.5".to_owned()),
    }
}

pub fn run(args: SimulateArgs) -> Result<ExitCode, Failure> {
    let order =
        Order { from: args.from, to: args.to, seed: args.seed, staffing: args.staffing, dossiers: args.dossiers };
    if let Some(url) = &args.to_url {
        let pack = super::store::read_pack(args.store.site.as_deref().unwrap_or(super::store::DEMONSTRATION))?;
        let password = args.password.or(pack.site.demo_password).unwrap_or_default();
        // The plan needs the registry that the server has: the pack in a store of its own that is thrown away.
        let scratch = Scratch::new()?;
        let store = StoreArgs { data: Some(scratch.0.clone()), site: args.store.site, ..StoreArgs::default() };
        let registry = store.open()?.shelf.get();
        let plan = plan(&registry, &order)?;
        let acts = remote::play(url, &password, &registry, &plan)?;
        say!("{}, {acts} acts through {url}", people(&plan));
        return Ok(ExitCode::SUCCESS);
    }
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    let now = app::command_ctx().now;
    let (first, last) = (registry.day_start(args.from)?, registry.day_end(args.to)?);
    if opened.db.query(|tx| list::any_received(tx, first, last))? {
        // Two plays in one period would mix, and neither could be repeated.
        return Err(Failure::refused("simulate.period_taken"));
    }
    if args.fast {
        let started = std::time::Instant::now();
        let scratch = Scratch::new()?;
        let filled = fast::fill(&opened.db, &scratch.db()?, &registry, &order, now)?;
        let seconds = started.elapsed().as_secs_f32();
        say!("{} dossiers, {} events in {seconds:.1} s", filled.dossiers, filled.events);
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Arc::new(plan(&registry, &order)?);
    let acts = play::play(&opened.db, &registry, &plan, args.seed)?;
    app::seal_all(&opened.db, &app::command_ctx())?;
    figures::take_in_all(&opened.db, &registry.timezone, now)?;
    say!("{}, {acts} acts", people(&plan));
    Ok(ExitCode::SUCCESS)
}

/// Who came: those who were turned away are in no figure of received dossiers. [DOS-12]
fn people(plan: &Plan) -> String {
    let count = |wanted: &What| plan.acts.iter().filter(|act| act.what == *wanted).count();
    format!("{} dossiers received, {} turned away", count(&What::Accept), count(&What::RefuseAtIntake))
}

/// A folder that goes away with the command.
pub(super) struct Scratch(pub std::path::PathBuf);

impl Scratch {
    pub fn new() -> Result<Self, Failure> {
        let name = crate::platform::ids::Ids::system().secret::<8>()?;
        Ok(Self(std::env::temp_dir().join(format!("motcua-simulate-{name}"))))
    }

    /// An empty database in it.
    pub fn db(&self) -> Result<Db, Failure> {
        std::fs::create_dir_all(&self.0).map_err(Failure::fault)?;
        Db::open_sqlite(&self.0.join("motcua.sqlite"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-overs in the temporary folder are the system's to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
