//! The only file that knows every slice: their routes, and the work that is done without anybody asking.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use axum::Router;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::backup::schedule::{self, Schedule};
use crate::platform::ctx::Ctx;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::idempotency;
use crate::platform::ids::Ids;
use crate::platform::ledger::{self, tree};
use crate::platform::trouble::Trouble;
use crate::platform::watch::job;
use crate::platform::web::{Access, App, Clock, Routes, assets, health};
use crate::record::{dossier, figures, mail, readings};
use crate::{registry, view, work};

/// Every route of the program.
pub fn routes() -> Routes {
    let routes = Routes::default().get("/assets/{name}", Access::Public, assets::serve);
    let routes = health::routes(routes);
    let routes = registry::identity::web::routes(routes);
    let routes = registry::web::routes(routes);
    let routes = registry::absence::web::routes(routes);
    let routes = registry::roster::web::routes(routes);
    let routes = work::intake::web::routes(routes);
    let routes = work::outage::web::routes(routes);
    let routes = work::outside::web::routes(routes);
    let routes = work::reminders::web::routes(routes);
    let routes = work::transfer::web::routes(routes);
    view::routes(routes)
}

/// The router, ready to serve.
pub fn router(app: App) -> Router {
    routes().into_router(app)
}

/// How often the jobs look for something to do.
const PAUSE: Duration = Duration::from_secs(2);

/// How often somebody is reminded of what is due.
const REMIND: SignedDuration = SignedDuration::from_mins(5);

/// How often figures take in what happened.
const COUNT: SignedDuration = SignedDuration::from_secs(60);

/// The same while somebody keeps a page of figures open. [OVW-14]
const COUNT_LIVE: SignedDuration = SignedDuration::from_secs(4);

/// The background work of one process.
pub struct Jobs(Vec<JoinHandle<()>>);

impl Jobs {
    /// All of it. May run on several nodes beside one another.
    pub fn start(app: &App) -> Result<Self, Failure> {
        let hints = app.db.hints()?;
        let work = tokio::spawn(work_in_background(app.clone(), hints.clone()));
        Ok(Self(vec![work, tokio::spawn(send_mail_in_background(app.clone(), hints))]))
    }

    /// Only what every process does for itself.
    pub fn none(app: &App) -> Result<Self, Failure> {
        Ok(Self(vec![tokio::spawn(keep_up(app.clone(), app.db.hints()?))]))
    }

    /// What is not committed is done by somebody else, or after the next start.
    pub fn stop(self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Seals what was recorded and signs it, counts it, takes in changes of the registry and reminds people, until the process ends. All of it
/// may run on several nodes. What goes wrong with one job holds up none of the others.
async fn work_in_background(app: App, hints: Arc<Notify>) {
    let (mut reminded, mut counted): (Option<Timestamp>, Option<Timestamp>) = (None, None);
    loop {
        pause(&hints).await;
        let (app, now) = (app.clone(), app.clock.now());
        let remind = reminded.is_none_or(|last| now.duration_since(last) >= REMIND);
        reminded = if remind { Some(now) } else { reminded };
        let pause = if app.live.has_listeners() { COUNT_LIVE } else { COUNT };
        let count = counted.is_none_or(|last| now.duration_since(last) >= pause);
        counted = if count { Some(now) } else { counted };
        let done = blocking(move || {
            let ctx = Ctx::nobody(now, app.ids.clone());
            keep_up_once(&app, now);
            if remind {
                job("reminders", &app.troubles, now, || work::reminders::run(&app.db, &ctx, &app.shelf.get()));
                job("forget", &app.troubles, now, || forget(&app.db, now));
            }
            job("seal", &app.troubles, now, || seal_batches(&app.db, &ctx));
            job("tree", &app.troubles, now, || tree::take_in_some(&app.db, dossier::public));
            job("checkpoint", &app.troubles, now, || sign(&app, now));
            let figures = || figures::take_in_some(&app.db, &app.shelf.get().timezone, now);
            let looked = || readings::look(&app.db, &app.shelf.get(), now);
            let more_to_see = count && job("readings", &app.troubles, now, looked).unwrap_or(false);
            count && job("figures", &app.troubles, now, figures).unwrap_or(false) || more_to_see
        });
        if done.await == Some(true) {
            // There is more: the next turn goes on.
            counted = None;
        }
    }
}

/// What no node may leave to others.
fn keep_up_once(app: &App, now: Timestamp) {
    // First of all: no other work holds back who read what. [AUD-02]
    job("audit", &app.troubles, now, || app.audit.write(&app.db));
    job("registry", &app.troubles, now, || app.shelf.refresh(&app.db, now));
    job("live", &app.troubles, now, || view::overview::live::look(app));
}

/// Removes answers and counts that nobody asks for any more.
fn forget(db: &Db, now: Timestamp) -> Result<(), Failure> {
    db.transact("idempotency.forget_old", move |tx| idempotency::forget_old(tx, now))?;
    db.transact("identity.forget_guesses", move |tx| registry::identity::forget_guesses(tx, now))
}

/// Does work that blocks; none where even that was not possible.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!("background work: {error}")).ok()
}

/// How often the world around the program is looked at while it is in order; in trouble at every pause.
const LOOK: SignedDuration = SignedDuration::from_secs(30);

/// Looks whether anything around the program is wrong, until the process ends. May run on several nodes. [TRB-02]
pub async fn look_around(app: App, trust_clock: bool) {
    let mut looked: Option<std::time::Instant> = None;
    let trust = trust_clock || app.simulated_time;
    loop {
        // The clock itself is one of the things that are looked at, so it does not say when.
        let due = looked.is_none_or(|last| last.elapsed() >= LOOK.unsigned_abs());
        if due || !app.troubles.list().is_empty() {
            looked = Some(std::time::Instant::now());
            let (app, now) = (app.clone(), app.clock.now());
            blocking(move || {
                job("look", &app.troubles, now, || {
                    app.troubles.look(&app.db, &app.blobs, now, trust);
                    Ok(())
                })
            })
            .await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Makes a backup when one is due, until the process ends, and tells when none was made in time. May run on several nodes.
pub async fn back_up_in_background(app: App, plan: Schedule, pause: Duration) {
    let started = app.clock.now();
    loop {
        let (inner, plan) = (app.clone(), plan.clone());
        let done = blocking(move || {
            let clock = || inner.clock.now();
            job("backup", &inner.troubles, clock(), || {
                let made = schedule::run_if_due(&inner.db, &inner.blobs, &plan, &clock);
                match schedule::is_overdue(&inner.db, plan.every, started, clock())? {
                    true => inner.troubles.note(Trouble::BackupOverdue, clock()),
                    false => inner.troubles.over(Trouble::BackupOverdue),
                }
                made
            })
        });
        if let Some(Some(Some(file))) = done.await {
            tracing::info!("backup written: {}", file.display());
        }
        tokio::time::sleep(pause).await;
    }
}

/// Sends mail that is due, until the process ends; apart from the other work, which must not wait for a mail server. May run
/// on several nodes.
async fn send_mail_in_background(app: App, hints: Arc<Notify>) {
    let Some(mailer) = app.mailer.clone() else { return };
    loop {
        pause(&hints).await;
        let (app, mailer, now) = (app.clone(), mailer.clone(), app.clock.now());
        blocking(move || job("mail", &app.troubles, now, || mail::send_due(&app.db, &*mailer, now))).await;
    }
}

/// Takes in changes of the registry and writes down what was read here: for a node that leaves the other work to others.
async fn keep_up(app: App, hints: Arc<Notify>) {
    loop {
        pause(&hints).await;
        let (app, now) = (app.clone(), app.clock.now());
        blocking(move || keep_up_once(&app, now)).await;
    }
}

/// Until some node hints at something to do, and never longer than until it is time to look anyway. [NOD-03]
async fn pause(hints: &Notify) {
    let _ = tokio::time::timeout(PAUSE, hints.notified()).await;
}

/// Seals everything and takes it into the tree; returns the number of events.
pub fn seal_all(db: &Db, ctx: &Ctx) -> Result<i64, Failure> {
    let sealed = seal_batches(db, ctx)?;
    tree::take_in_all(db, dossier::public)?;
    Ok(sealed)
}

/// Signs what the ledger is now, when it is time; a node without the key leaves it to those that have it. [LED-09] [LED-13]
fn sign(app: &App, now: Timestamp) -> Result<(), Failure> {
    let Some(signer) = app.signer.clone() else { return Ok(()) };
    let now = Ctx::nobody(now, app.ids.clone()).now;
    match app.db.transact("ledger.sign", move |tx| tree::sign(tx, &signer, now)) {
        // Another node was faster.
        Err(Failure::Conflict) => Ok(()),
        done => done.map(|_| ()),
    }
}

/// Seals batch after batch until nothing is left; returns the number of events.
fn seal_batches(db: &Db, ctx: &Ctx) -> Result<i64, Failure> {
    let mut sealed = 0;
    loop {
        let ctx = ctx.clone();
        match db.transact("ledger.seal", move |tx| ledger::seal_batch(tx, &ctx)) {
            Ok(0) => return Ok(sealed),
            Ok(events) => sealed += events,
            // Another node was faster, or an older event came in meanwhile: the next run sees it.
            Err(Failure::Conflict) => return Ok(sealed),
            Err(failure) => return Err(failure),
        }
    }
}

/// The moment and the ids of a command on the command line.
pub fn command_ctx() -> Ctx {
    Ctx::nobody(Clock::System.now(), Ids::system())
}
