//! `motcua demo`, `motcua serve` and keys for machines.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use super::backup::{LOOKED_EVERY, ScheduleArgs};
use super::mail::{self, MailArgs};
use super::say::{say, tell};
use super::store::{Opened, StoreArgs};
use crate::app;
use crate::backup::schedule::Schedule;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::tls::{self, Certificate, Tls};
use crate::platform::trouble::Troubles;
use crate::platform::watch::{self, Format, Metrics, Watching};
use crate::platform::web::{Allowed, App, Clock, Front, Live, Pages, Parts, PerMinute, Requests, listen};
use crate::record::letters::Letters;
use crate::record::mail::Mailer;
use crate::registry::audit::Audit;
use crate::registry::{Registry, identity};
use crate::view;

#[derive(Args)]
pub struct DemoArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// Address under which people reach the server; printed in the QR codes of receipts
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    #[command(flatten)]
    node: NodeArgs,
}

/// One process among several on the same PostgreSQL: docs/scaling.md.
#[derive(Args)]
struct NodeArgs {
    /// Leave the background work (sealing, reminders, mail) to other nodes or `motcua worker`
    #[arg(long)]
    no_jobs: bool,
    /// When asked to stop, answer /readyz with 503 for so many seconds before taking no more connections, so that a
    /// balancer turns away first
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    leave_after: u64,
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
    node: NodeArgs,
    #[command(flatten)]
    front: FrontArgs,
    #[command(flatten)]
    watch: WatchArgs,
    #[command(flatten)]
    mail: MailArgs,
}

/// What those who run the program see of it.
#[derive(Args, Default)]
pub(super) struct WatchArgs {
    /// How the log looks; MOTCUA_LOG=info says more, a line for each request
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: Format,
    /// Address and port of its own where /metrics answers; whoever reaches it may read it
    #[arg(long, value_name = "ADDR:PORT")]
    metrics: Option<SocketAddr>,
    /// Collector that traces are sent to (OTLP over HTTP): http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
}

impl WatchArgs {
    /// Begins to log, to trace and to count; lasts as long as what is returned.
    pub(super) fn start(&self) -> anyhow::Result<(Watching, Option<Figures>)> {
        let watching = watch::start(self.log_format, self.otlp.as_deref())?;
        let figures =
            self.metrics.map(|address| Ok::<_, anyhow::Error>(Figures { address, metrics: Metrics::start()? }));
        Ok((watching, figures.transpose()?))
    }
}

/// Figures that are counted, and where they are told.
pub(super) struct Figures {
    address: SocketAddr,
    metrics: Metrics,
}

impl Figures {
    pub(super) fn tell(self, app: &App) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.address).with_context(|| format!("cannot listen on {}", self.address))?;
        tokio::spawn(view::metrics::serve(app.clone(), self.metrics, listener));
        Ok(())
    }
}

/// What stands between the program and whoever asks.
#[derive(Args, Default)]
struct FrontArgs {
    /// Certificate with its chain (PEM): the program speaks TLS itself. A renewed one is taken into use within a minute
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "behind_proxy")]
    tls_cert: Option<PathBuf>,
    /// Key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Address of a proxy whose X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are believed; may be given more than once
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    behind_proxy: Vec<IpAddr>,
    #[command(flatten)]
    requests: RequestArgs,
}

/// How many requests are answered in a minute; 0 for as many as come. A demonstration, which has no options for it, has no
/// limits. [REQ-01]
#[derive(Args, Default)]
struct RequestArgs {
    /// Reads a minute of one person or key; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = Allowed::default().person.reads)]
    person_reads: u32,
    /// Writes a minute of one person or key; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = Allowed::default().person.writes)]
    person_writes: u32,
    /// Reads a minute of everybody at one address who is not signed in; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = Allowed::default().address.reads)]
    address_reads: u32,
    /// Writes a minute of everybody at one address who is not signed in; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = Allowed::default().address.writes)]
    address_writes: u32,
    /// Answer as many requests as come: for measurements, or where a proxy in front counts
    #[arg(long, conflicts_with_all = ["person_reads", "person_writes", "address_reads", "address_writes"])]
    unlimited_requests: bool,
}

impl RequestArgs {
    fn allowed(&self) -> Allowed {
        match self.unlimited_requests {
            true => Allowed::UNLIMITED,
            false => Allowed {
                person: PerMinute { reads: self.person_reads, writes: self.person_writes },
                address: PerMinute { reads: self.address_reads, writes: self.address_writes },
            },
        }
    }
}

impl FrontArgs {
    fn open(self) -> Result<(Front, Option<Tls>), Failure> {
        let certificate = self.tls_cert.zip(self.tls_key).map(|(chain, key)| Certificate { chain, key });
        let tls = certificate.map(Tls::open).transpose().map_err(Failure::Fault)?;
        let proxies = self.behind_proxy.iter().map(IpAddr::to_canonical).collect();
        let requests = Requests::new(self.requests.allowed());
        Ok((Front { tls: tls.is_some(), proxies, requests }, tls))
    }
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
    let server = Server {
        listen: args.listen,
        base_url: args.base_url,
        node: args.node,
        front: FrontArgs::default(),
        watch: WatchArgs::default(),
        simulated_time: true,
        trust_clock: true,
        backups: None,
    };
    run(opened, mailer, server, |url| {
        tell(url);
        print_sign_ins(&registry);
    })
}

pub fn serve(args: ServeArgs) -> Result<ExitCode, Failure> {
    let backups = args.backups.plan().map_err(Failure::Fault)?;
    let opened = args.store.open()?;
    let mailer = args.mail.mailer(&args.store.folder()).map_err(Failure::Fault)?;
    let server = Server {
        listen: args.listen,
        base_url: args.base_url,
        node: args.node,
        front: args.front,
        watch: args.watch,
        simulated_time: false,
        trust_clock: args.trust_clock,
        backups,
    };
    run(opened, mailer, server, tell)
}

/// How a server is reached, and what it does beside answering.
struct Server {
    listen: SocketAddr,
    base_url: Option<String>,
    node: NodeArgs,
    front: FrontArgs,
    watch: WatchArgs,
    simulated_time: bool,
    trust_clock: bool,
    backups: Option<Schedule>,
}

/// One sign-in for each role, so that a newcomer can walk a dossier through the offices.
fn print_sign_ins(registry: &Registry) {
    let password = registry.site.demo_password.as_deref().unwrap_or_default();
    let day = registry.local(Clock::System.now()).date();
    let mut told = format!("\nSign in at /desk with the password {password} as:");
    for staff in registry.staff.values().filter(|staff| staff.demo) {
        let roles = registry.officer(&staff.login, day).map_or_else(Vec::new, |officer| officer.posts);
        let roles: Vec<&str> = roles.iter().map(|post| post.role.as_str()).collect();
        let _ = write!(told, "\n  {:<20} {:<40} {}", staff.login, staff.name, roles.join(", "));
    }
    tell(&told);
}

fn run(
    opened: Opened,
    mailer: Option<Arc<dyn Mailer>>,
    server: Server,
    announce: impl FnOnce(&str),
) -> Result<ExitCode, Failure> {
    let Server { listen: address, base_url, node, front, watch, simulated_time, trust_clock, backups } = server;
    tls::install_provider();
    let (_watching, figures) = watch.start().map_err(Failure::Fault)?;
    let (front, tls) = front.open()?;
    let scheme = if front.tls { "https" } else { "http" };
    let db = opened.db.clone();
    let audit = Audit::open(&Ids::system(), &opened.folder)?;
    opened.db.limit_statements(STATEMENT_WITHIN);
    let pages = Pages::new(opened.shelf.get().timezone.clone()).map_err(Failure::Fault)?;
    let letters = Letters::adapted(&opened.folder.join("letters")).map_err(Failure::Fault)?;
    let signer = opened.signer()?;
    // Goes after the runtime: a connection to PostgreSQL says goodbye by waiting, which no task may.
    let _kept = opened.db.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::fault)?;
    runtime
        .block_on(async {
            let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
            let url = format!("{scheme}://{}", listener.local_addr()?);
            let app = App::new(Parts {
                db: opened.db,
                shelf: opened.shelf,
                pages,
                letters,
                audit: audit.clone(),
                blobs: opened.blobs,
                signer,
                mailer,
                clock: Clock::System,
                ids: Ids::system(),
                decoy_hash: identity::hash_password(&Ids::system().secret::<16>()?)?,
                base_url: base_url.unwrap_or_else(|| url.clone()),
                front,
                simulated_time,
                troubles: Troubles::default(),
                live: Live::default(),
            });
            figures.map(|figures| figures.tell(&app)).transpose()?;
            let stop = asked_to_stop()?;
            announce(&url);
            let jobs = if node.no_jobs { app::Jobs::none(&app) } else { app::Jobs::start(&app) }?;
            let look = tokio::spawn(app::look_around(app.clone(), trust_clock));
            let backups = backups.map(|plan| tokio::spawn(app::back_up_in_background(app.clone(), plan, LOOKED_EVERY)));
            let leave_after = Duration::from_secs(node.leave_after);
            listen(listener, app::router(app), tls, stop, leave_after).await?;
            jobs.stop();
            look.abort();
            backups.inspect(tokio::task::JoinHandle::abort);
            // Nobody reads any more: what was noted of readings is written before the server is gone. [AUD-02]
            let written = tokio::task::spawn_blocking(move || audit.close(&db)).await?;
            written.map_err(|failure| anyhow::anyhow!("the last readings could not be noted: {failure}"))?;
            Ok(ExitCode::SUCCESS)
        })
        .map_err(Failure::Fault)
}

/// Longest time for one statement while people wait: as long as a request may take.
const STATEMENT_WITHIN: Duration = Duration::from_secs(60);

/// Ctrl-C, or the signal a service manager sends; heard from now on, though it is waited for later.
pub(super) fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

pub fn key(command: KeyCommand) -> Result<ExitCode, Failure> {
    match command {
        KeyCommand::Issue(args) => {
            let opened = args.store.open()?;
            let ctx = app::command_ctx();
            let key = opened
                .db
                .transact("identity.issue_key", move |tx| identity::issue_key(tx, &ctx, &args.login, &args.label))?;
            say!("{key}");
            Ok(ExitCode::SUCCESS)
        }
        KeyCommand::Revoke(args) => {
            let opened = args.store.open()?;
            let now = app::command_ctx().now;
            let revoked = opened
                .db
                .transact("identity.revoke_keys", move |tx| identity::revoke_keys(tx, &args.login, &args.label, now))?;
            say!("{revoked} keys revoked");
            Ok(ExitCode::SUCCESS)
        }
    }
}
