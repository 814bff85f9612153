//! `motcua account`: a first or forgotten password, and a lost second factor, for whoever runs the machine.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::registry::audit::{self, Entry, Kind};
use crate::registry::identity;

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Open an account or give it another password: a random one, printed once; its sessions end
    Password(AccountArgs),
    /// Take codes and passkeys from an account whose owner has lost them; its sessions end
    ForgetFactors(AccountArgs),
    /// Close an account; its sessions and keys are worthless from now on
    Close(AccountArgs),
}

#[derive(Args)]
pub struct AccountArgs {
    /// The account
    #[arg(long)]
    login: String,
    #[command(flatten)]
    store: StoreArgs,
}

pub fn run(command: AccountCommand) -> Result<ExitCode, Failure> {
    match command {
        AccountCommand::Password(args) => {
            let password = app::command_ctx().ids.secret::<10>()?;
            let hash = identity::hash_password(&password)?;
            change(&args, "operator password", move |tx, login| identity::reset_password(tx, login, &hash))?;
            say!("{password}");
        }
        AccountCommand::ForgetFactors(args) => change(&args, "operator factors", identity::forget_factors)?,
        AccountCommand::Close(args) => change(&args, "operator close", identity::close_account)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Changes an account and notes it in the same transaction; whoever is signed in is out.
fn change(
    args: &AccountArgs,
    what: &'static str,
    work: impl Fn(&mut Tx, &str) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    let (opened, ctx, login) = (args.store.open()?, app::command_ctx(), args.login.to_lowercase());
    opened.db.transact("account.change", move |tx| {
        work(tx, &login)?;
        identity::close_other_sessions(tx, &login, "")?;
        audit::record(tx, &ctx.ids, &Entry::new(ctx.now, Kind::AccountChanged, &login, what, ""))
    })
}
