//! `motcua backup`, `motcua restore` and `motcua files`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use jiff::SignedDuration;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::backup::schedule::Schedule;
use crate::backup::{self, Restored, Target, Totals, files};
use crate::drill::Scratch;
use crate::platform::failure::Failure;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArgs {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// File to write, or a folder in which it gets a name with the moment
    #[arg(long, value_name = "FILE_OR_FOLDER", required_unless_present = "verify", requires = "recipient")]
    to: Option<PathBuf>,
    /// Public key (age1…) whose owner can read the backup; may be given more than once
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// Restore this backup into a folder that goes away, and compare
    #[arg(long, value_name = "FILE", requires = "identity", conflicts_with = "to")]
    verify: Option<PathBuf>,
    /// File with the secret key
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Make a key pair: the secret key into a file that does not lie beside the backups, the public one is printed
    Keygen {
        /// File for the secret key
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Args)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// File with the secret key
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
pub enum FilesCommand {
    /// Read every attachment that an event names
    Check(FilesArgs),
    /// Remove attachments that no event names and that are older than a day
    Collect {
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        args: FilesArgs,
    },
}

#[derive(Args)]
pub struct FilesArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Backups that the server makes by itself.
#[derive(Args)]
pub struct ScheduleArgs {
    /// Make a backup so often, for example 24h; the others are needed then
    #[arg(long, value_name = "TIME", requires_all = ["backup_to", "backup_recipient"])]
    backup_every: Option<String>,
    /// Folder for the backups
    #[arg(long, value_name = "FOLDER")]
    backup_to: Option<PathBuf>,
    /// Public key (age1…) whose owner can read them; may be given more than once
    #[arg(long, value_name = "KEY")]
    backup_recipient: Vec<String>,
    /// How many files stay
    #[arg(long, value_name = "N", default_value_t = 14)]
    backup_keep: usize,
}

impl ScheduleArgs {
    /// Checked before anything is served.
    pub fn plan(&self) -> anyhow::Result<Option<Schedule>> {
        let (Some(every), Some(folder)) = (&self.backup_every, &self.backup_to) else { return Ok(None) };
        let every: SignedDuration =
            every.parse().with_context(|| format!("--backup-every: {every} is no time such as 24h"))?;
        if every < SignedDuration::from_mins(1) {
            bail!("--backup-every: at least a minute");
        }
        std::fs::create_dir_all(folder).with_context(|| format!("--backup-to: create {}", folder.display()))?;
        let recipients = backup::read_recipients(&self.backup_recipient)?;
        Ok(Some(Schedule { every, folder: folder.clone(), recipients, keep: self.backup_keep }))
    }
}

/// How often it is looked whether a backup is due.
pub const LOOKED_EVERY: Duration = Duration::from_secs(30);

pub fn backup(args: &BackupArgs) -> Result<ExitCode, Failure> {
    if let Some(BackupCommand::Keygen { out }) = &args.command {
        let recipient = keygen(out).map_err(Failure::Fault)?;
        say!("{recipient}");
        return Ok(ExitCode::SUCCESS);
    }
    if let (Some(file), Some(identity)) = (&args.verify, &args.identity) {
        let identities = backup::read_identities(identity).map_err(Failure::Fault)?;
        let scratch = Scratch::new().map_err(Failure::Fault)?;
        return Ok(report(&backup::verify(file, &identities, scratch.path())?));
    }
    let recipients = backup::read_recipients(&args.recipient).map_err(Failure::Fault)?;
    let opened = args.store.open_existing()?;
    let to = args.to.clone().unwrap_or_else(|| PathBuf::from("."));
    let made = backup::write(&opened.db, &opened.blobs, &recipients, &to, app::command_ctx().now, &mut || {})?;
    say!("{}: {} bytes", made.file.display(), made.bytes);
    Ok(say(&made.totals))
}

fn keygen(out: &Path) -> anyhow::Result<String> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let (secret, recipient) = backup::generate_key();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(out)
        .with_context(|| format!("create {}", out.display()))?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    Ok(recipient)
}

pub fn restore(args: &RestoreArgs) -> Result<ExitCode, Failure> {
    let identities = backup::read_identities(&args.identity).map_err(Failure::Fault)?;
    let folder = args.store.folder();
    let occupied = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(Failure::fault(anyhow::anyhow!(
            "{} is not empty: a backup is restored into an empty place only",
            folder.display()
        )));
    }
    std::fs::create_dir_all(&folder).map_err(Failure::fault)?;
    let target = Target {
        file: folder.join("motcua.sqlite"),
        database: args.store.database.clone(),
        blobs: args.store.blobs()?,
    };
    Ok(report(&backup::restore(&args.file, &identities, &target)?))
}

fn report(restored: &Restored) -> ExitCode {
    let from = &restored.from;
    say!("backup of {}, made {} by version {}, schema {}", from.site, from.made_at, from.program, from.schema);
    let code = say(&restored.totals);
    say!("every table, the ledger and every attachment compared: the same");
    code
}

/// What a backup holds; one with missing attachments is told by the exit code too.
fn say(totals: &Totals) -> ExitCode {
    let rows: u64 = totals.tables.values().map(|table| table.rows).sum();
    let events = totals.tables.get("event").map_or(0, |table| table.rows);
    say!(
        "{rows} rows of {} tables, {events} events, {} attachments of {} bytes",
        totals.tables.len(),
        totals.files,
        totals.file_bytes
    );
    say!("last seal {}", totals.head);
    totals.missing.iter().for_each(|name| say!("MISSING ATTACHMENT {name}"));
    if totals.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

pub fn files(command: &FilesCommand) -> Result<ExitCode, Failure> {
    match command {
        FilesCommand::Check(args) => {
            let opened = args.store.open_existing()?;
            let checked = files::check(&opened.db, &opened.blobs)?;
            say!("{} attachments named, {} broken", checked.named, checked.broken.len());
            checked.broken.iter().for_each(|(name, why)| say!("{name}: {why}"));
            Ok(if checked.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        FilesCommand::Collect { dry_run, args } => {
            let opened = args.store.open_existing()?;
            let found = files::collect(&opened.db, &opened.blobs, app::command_ctx().now, *dry_run)?;
            say!(
                "{} files stored, {} named by nobody for a day ({} bytes), {} removed",
                found.stored,
                found.orphans,
                found.bytes,
                found.removed
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
