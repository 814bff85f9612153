//! The command line. Builds everything and passes it down; nothing below reads arguments or the environment.

mod account;
mod backup;
mod bench;
mod catalogue;
mod clock;
mod doctor;
mod drill;
mod figures;
mod ledger;
mod mail;
mod official;
mod report;
mod say;
mod serve;
mod simulate;
mod store;
pub mod verify;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
pub use store::{Opened, StoreArgs};

/// Một Cửa: an electronic one-stop shop for administrative procedures.
#[derive(Parser)]
#[command(name = "motcua", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[allow(clippy::large_enum_variant)] // Built once, from the command line.
#[derive(Subcommand)]
enum Command {
    /// Serve the demonstration site; creates its data where there is none
    Demo(serve::DemoArgs),
    /// Serve a site
    Serve(serve::ServeArgs),
    /// Seal, remind and send mail beside other processes on the same PostgreSQL; serves nobody
    Worker(worker::WorkerArgs),
    /// Check a site pack and print every fault with file and line
    Check(store::CheckArgs),
    /// Import, withdraw and reinstate procedures
    #[command(subcommand)]
    Catalogue(catalogue::CatalogueCommand),
    /// Ask the clock
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Print figures
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Write what figures follow from, so that others can reckon them
    #[command(subcommand)]
    Figures(figures::FiguresCommand),
    /// Rebuild every projection from the ledger and compare
    Replay(ledger::ReplayArgs),
    /// Check the ledger, its public export, a receipt or a proof
    Verify(verify::VerifyArgs),
    /// The key of the ledger, its public export, its witnesses
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Play a period: people arrive, officers work
    Simulate(simulate::SimulateArgs),
    /// Measure the running program and the engine under it
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Write everything into one encrypted file, or try such a file
    Backup(backup::BackupArgs),
    /// Restore a backup into an empty place
    Restore(backup::RestoreArgs),
    /// Look after attachments
    #[command(subcommand)]
    Files(backup::FilesCommand),
    /// Break an installation on purpose and check that nothing is lost
    #[command(subcommand)]
    Drill(drill::DrillCommand),
    /// Say what is wrong with an installation, and what to do about it
    Doctor(doctor::DoctorArgs),
    /// Issue and revoke keys for machines
    #[command(subcommand)]
    Key(serve::KeyCommand),
    /// Passwords and second factors, for whoever runs the machine
    #[command(subcommand)]
    Account(account::AccountCommand),
}

/// Runs the command and says what went wrong in a sentence.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // One provider of TLS for everything that speaks it; were one there already, it would be this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let done = match cli.command {
        Command::Demo(args) => serve::demo(args),
        Command::Serve(args) => serve::serve(args),
        Command::Worker(args) => worker::run(&args),
        Command::Check(args) => store::check(&args),
        Command::Catalogue(command) => catalogue::run(command),
        Command::Clock(command) => clock::run(command),
        Command::Report(command) => report::run(command),
        Command::Figures(command) => figures::run(&command),
        Command::Replay(args) => ledger::replay(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Ledger(command) => ledger::run(&command),
        Command::Simulate(args) => simulate::run(args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Files(command) => backup::files(&command),
        Command::Drill(command) => drill::run(command),
        Command::Bench(command) => bench::run(command),
        Command::Doctor(args) => doctor::run(args),
        Command::Key(command) => serve::key(command),
        Command::Account(command) => account::run(command),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("motcua: {}", explain(&failure));
            ExitCode::FAILURE
        }
    }
}

/// A failure in words, for a terminal.
fn explain(failure: &Failure) -> String {
    let Ok(texts) = Texts::embedded() else { return failure.to_string() };
    let say = |sentence: &crate::platform::failure::Sentence| texts.say(Locale::En, &sentence.key, &sentence.params);
    match failure {
        Failure::Refused(sentence) => say(sentence),
        Failure::Invalid(fields) => fields
            .iter()
            .map(|field| format!("{}: {}", field.field, say(&field.sentence)))
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_string(),
    }
}
