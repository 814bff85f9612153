//! `motcua catalogue import|withdraw|reinstate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use motcua_domain::catalogue::{Issue, RowOutcome};

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::registry::catalogue::{self, Read};

#[derive(Subcommand)]
pub enum CatalogueCommand {
    /// Read a CSV file of procedures into the catalogue
    Import(ImportArgs),
    /// Take a procedure out of reception
    Withdraw(WithdrawArgs),
    /// Offer a withdrawn procedure again
    Reinstate(ReinstateArgs),
}

#[derive(Args)]
pub struct ImportArgs {
    /// The list of procedures
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// Say what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the counts as JSON
    #[arg(long)]
    json: bool,
    /// Language of the reasons
    #[arg(long, default_value = "en", value_parser = ["vi", "en"])]
    lang: String,
}

#[derive(Args)]
pub struct WithdrawArgs {
    /// Code of the procedure
    key: String,
    /// Why, as people will read it
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Args)]
pub struct ReinstateArgs {
    /// Code of the procedure
    key: String,
    #[command(flatten)]
    store: StoreArgs,
}

pub fn run(command: CatalogueCommand) -> Result<ExitCode, Failure> {
    match command {
        CatalogueCommand::Import(args) => import(args),
        CatalogueCommand::Withdraw(args) => {
            let opened = args.store.open()?;
            let ctx = app::command_ctx();
            opened
                .db
                .transact("catalogue.withdraw", move |tx| catalogue::withdraw(tx, &ctx, &args.key, &args.reason))?;
            Ok(ExitCode::SUCCESS)
        }
        CatalogueCommand::Reinstate(args) => {
            let opened = args.store.open()?;
            let ctx = app::command_ctx();
            opened.db.transact("catalogue.reinstate", move |tx| catalogue::reinstate(tx, &ctx, &args.key))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn import(args: ImportArgs) -> Result<ExitCode, Failure> {
    let bytes = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))
        .map_err(Failure::Fault)?;
    let file = std::sync::Arc::new(catalogue::read(&bytes)?);
    // Opened also for a dry run, so that a wrong --site or folder is told now and not at the real import.
    let opened = args.store.open()?;
    let report = if args.dry_run {
        opened.db.query(|tx| catalogue::rehearse(tx, &file))?
    } else {
        let (ctx, file) = (app::command_ctx(), file.clone());
        let today = opened.shelf.get().local(ctx.now).date();
        opened.db.transact("catalogue.import", move |tx| catalogue::import(tx, &ctx, &file, today))?
    };
    let refused_file = refused_path(&args.file);
    if report.refused > 0 && !args.dry_run {
        write_refused(&refused_file, &file).map_err(Failure::Fault)?;
    }
    if args.json {
        say!("{}", serde_json::to_string(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    for issue in file.rows.iter().flat_map(|row| issues(&row.outcome)) {
        say!("{}", say(&texts, locale, issue));
    }
    say!(
        "{} rows: {} whole, {} with warnings, {} refused; {} procedures changed",
        report.rows,
        report.whole,
        report.with_warnings,
        report.refused,
        report.changed
    );
    if report.refused > 0 && !args.dry_run {
        say!("refused rows: {}", refused_file.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn issues(outcome: &RowOutcome) -> &[Issue] {
    match outcome {
        RowOutcome::Row { warnings, .. } => warnings,
        RowOutcome::Refused { issues } => issues,
    }
}

fn say(texts: &Texts, locale: Locale, issue: &Issue) -> String {
    let params = [("line", issue.line.to_string()), ("column", issue.column.clone()), ("value", issue.value.clone())];
    let sentence = texts.say(locale, issue.reason, &params.map(|(name, value)| (name.to_owned(), value)).into());
    format!("{}:{}: {sentence}", issue.line, issue.column)
}

/// `list.csv` → `list.refused.csv`, beside it.
fn refused_path(file: &Path) -> PathBuf {
    file.with_extension("refused.csv")
}

fn write_refused(path: &Path, file: &Read) -> anyhow::Result<()> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path)?;
    writer.write_record(&file.header)?;
    for row in file.rows.iter().filter(|row| matches!(row.outcome, RowOutcome::Refused { .. })) {
        writer.write_record(&row.cells)?;
    }
    writer.flush().with_context(|| format!("cannot write {}", path.display()))
}
