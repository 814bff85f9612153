//! `motcua demo`, `motcua serve` and keys for machines.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tokio::net::TcpListener;

use super::backup::{LOOKED_EVERY, ScheduleArgs};
use super::mail::{self, MailArgs};
use super::store::{Opened, StoreArgs};
use crate::app;
use crate::backup::schedule::Schedule;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::trouble::Troubles;
use crate::platform::web::{App, Clock, Pages, Parts};
use crate::record::letters::Letters;
use crate::record::mail::Mailer;
use crate::registry::{Registry, identity};

#[derive(Args)]
pub struct DemoArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    listen: SocketAddr,
}

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// Address under which people reach the server; printed in the QR codes of receipts
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Work although the ledger holds acts that are later than this machine's clock: only after a clock had been wrong
    #[arg(long)]
    trust_clock: bool,
    #[command(flatten)]
    backups: ScheduleArgs,
    #[command(flatten)]
    mail: MailArgs,
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key that acts with the roles of an account, and print it once
    Issue(KeyArgs),
    /// Make the keys of this label worthless
    Revoke(KeyArgs),
}

#[derive(Args)]
pub struct KeyArgs {
    /// Account whose roles the key has
    #[arg(long)]
    login: String,
    /// What the key is for
    #[arg(long)]
    label: String,
    #[command(flatten)]
    store: StoreArgs,
}

pub fn demo(args: DemoArgs) -> Result<ExitCode, Failure> {
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    if !registry.site.demonstration {
        return Err(Failure::fault(anyhow::anyhow!(
            "{} is not a demonstration site; use `motcua serve`",
            registry.site.id
        )));
    }
    let mailer = Some(mail::of_demonstration(&args.store.folder()).map_err(Failure::Fault)?);
    run(opened, mailer, args.listen, None, true, Care { trust_clock: true, backups: None }, |address| {
        println!("http://{address}");
        print_sign_ins(&registry);
    })
}

pub fn serve(args: ServeArgs) -> Result<ExitCode, Failure> {
    let backups = args.backups.plan().map_err(Failure::Fault)?;
    let opened = args.store.open()?;
    let mailer = args.mail.mailer(&args.store.folder()).map_err(Failure::Fault)?;
    let care = Care { trust_clock: args.trust_clock, backups };
    run(opened, mailer, args.listen, args.base_url, false, care, |address| println!("http://{address}"))
}

/// What the server does beside answering.
struct Care {
    trust_clock: bool,
    backups: Option<Schedule>,
}

/// One sign-in for each role, so that a newcomer can walk a dossier through the offices.
fn print_sign_ins(registry: &Registry) {
    let password = registry.site.demo_password.as_deref().unwrap_or_default();
    let day = registry.local(Clock::System.now()).date();
    println!("\nSign in at /desk with the password {password} as:");
    for staff in registry.staff.values().filter(|staff| staff.demo) {
        let roles = registry.officer(&staff.login, day).map_or_else(Vec::new, |officer| officer.posts);
        let roles: Vec<&str> = roles.iter().map(|post| post.role.as_str()).collect();
        println!("  {:<20} {:<40} {}", staff.login, staff.name, roles.join(", "));
    }
}

fn run(
    opened: Opened,
    mailer: Option<Arc<dyn Mailer>>,
    listen: SocketAddr,
    base_url: Option<String>,
    simulated_time: bool,
    care: Care,
    announce: impl FnOnce(SocketAddr),
) -> Result<ExitCode, Failure> {
    init_logs();
    let pages = Pages::new(opened.shelf.get().timezone.clone()).map_err(Failure::Fault)?;
    let letters = Letters::adapted(&opened.folder.join("letters")).map_err(Failure::Fault)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::fault)?;
    runtime
        .block_on(async {
            let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
            let address = listener.local_addr()?;
            let app = App::new(Parts {
                db: opened.db,
                shelf: opened.shelf,
                pages,
                letters,
                blobs: opened.blobs,
                mailer,
                clock: Clock::System,
                ids: Ids::system(),
                decoy_hash: identity::hash_password(&Ids::system().secret::<16>()?)?,
                base_url: base_url.unwrap_or_else(|| format!("http://{address}")),
                simulated_time,
                troubles: Troubles::default(),
            });
            announce(address);
            let jobs = tokio::spawn(app::work_in_background(app.clone()));
            let look = tokio::spawn(app::look_around(app.clone(), care.trust_clock));
            let backups =
                care.backups.map(|plan| tokio::spawn(app::back_up_in_background(app.clone(), plan, LOOKED_EVERY)));
            let post = tokio::spawn(app::send_mail_in_background(app.clone()));
            let service = app::router(app).into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await?;
            jobs.abort();
            post.abort();
            look.abort();
            backups.inspect(tokio::task::JoinHandle::abort);
            Ok(ExitCode::SUCCESS)
        })
        .map_err(Failure::Fault)
}

/// Ctrl-C, or the signal a service manager sends.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!("cannot listen for SIGTERM: {error}");
            let _ = interrupt.await;
            return;
        }
    };
    tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
}

/// Logs go to standard error, so that the first line of standard output is the address. `MOTCUA_LOG` sets the level.
fn init_logs() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MOTCUA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second call, as in tests, changes nothing.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

pub fn key(command: KeyCommand) -> Result<ExitCode, Failure> {
    match command {
        KeyCommand::Issue(args) => {
            let opened = args.store.open()?;
            let ctx = app::command_ctx();
            let key = opened
                .db
                .transact("identity.issue_key", move |tx| identity::issue_key(tx, &ctx, &args.login, &args.label))?;
            println!("{key}");
            Ok(ExitCode::SUCCESS)
        }
        KeyCommand::Revoke(args) => {
            let opened = args.store.open()?;
            let now = app::command_ctx().now;
            let revoked = opened
                .db
                .transact("identity.revoke_keys", move |tx| identity::revoke_keys(tx, &args.login, &args.label, now))?;
            println!("{revoked} keys revoked");
            Ok(ExitCode::SUCCESS)
        }
    }
}
