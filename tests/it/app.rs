//! The whole program in process: no port, a clock that stands still, ids from a seed.

use std::sync::{Arc, Mutex};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use motcua::app;
use motcua::platform::blobs::Blobs;
use motcua::platform::ctx::Ctx;
use motcua::platform::db::{Engine, Tx};
use motcua::platform::failure::Failure;
use motcua::platform::ids::Ids;
use motcua::platform::ledger::{self, Verdict, tree};
use motcua::platform::trouble::Troubles;
use motcua::platform::watch::Metrics;
use motcua::platform::web::{App, Clock, Front, Live, Pages, Parts, Requests};
use motcua::record::dossier::{self, replay};
use motcua::record::figures::{
    self,
    check::{Found, prove},
};
use motcua::record::letters::Letters;
use motcua::record::mail::{self, Folder, Mailer, Sent};
use motcua::registry::{Registry, Shelf, identity};
use motcua_domain::proof::{Signer, Verifier};

use crate::browser::Browser;
use crate::engines::Store;

/// A Friday in the first year of the one-stop, during office hours.
pub const OPENING: &str = "2018-05-04T08:00:00+07:00";

/// Whom mail comes from.
const MAIL_FROM: &str = "mot-cua@motcua.example";

pub struct TestApp {
    app: App,
    router: Router,
    pub runtime: tokio::runtime::Runtime,
    pub store: Store,
    /// Off for tests that break the ledger on purpose.
    pub must_hold: bool,
}

impl TestApp {
    pub fn new(engine: Engine) -> Self {
        Self::behind(engine, Front::default())
    }

    /// One that is reached in another way.
    pub fn behind(engine: Engine, front: Front) -> Self {
        Self::on(Store::new(engine), 2018, front)
    }

    /// Another node on the same database, with a registry, connections and ids of its own.
    pub fn beside(&self) -> Self {
        let front = Front { requests: Requests::new(self.app.front.requests.allowed()), ..Front::default() };
        let node = Self::on(self.store.beside(), 2019, front);
        node.set(self.now());
        node
    }

    /// Another site in the same store, with the same agencies and people and the same ids to come.
    pub fn another_site(&self, site: &str) -> Self {
        Self::on(self.store.with_another_site(site), 2018, Front::default())
    }

    fn on(store: Store, seed: u64, front: Front) -> Self {
        let shelf = Shelf::load(&store.db, OPENING.parse().unwrap()).unwrap();
        let app = App::new(Parts {
            db: store.db.clone(),
            pages: Pages::new(shelf.get().timezone.clone()).unwrap(),
            letters: Letters::new().unwrap(),
            audit: motcua::registry::audit::Audit::default(),
            blobs: Blobs::open(&store.folder.join("blobs")).unwrap(),
            signer: Signer::new(&format!("motcua/{}", shelf.get().site.id), &[7; 32]),
            mailer: Some(Arc::new(Folder::new(&store.folder.join("mail"), MAIL_FROM).unwrap())),
            clock: Clock::Set(Mutex::new(OPENING.parse().unwrap())),
            ids: Ids::seeded(seed),
            decoy_hash: String::new(),
            base_url: "https://motcua.example".into(),
            front,
            simulated_time: false,
            troubles: Troubles::default(),
            live: Live::default(),
            shelf,
        });
        let router = app::router(app.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { app, router, runtime, store, must_hold: true }
    }

    /// Sets the clock.
    pub fn at(&self, moment: &str) -> &Self {
        self.set(moment.parse().unwrap());
        self
    }

    pub fn advance(&self, by: SignedDuration) {
        self.set(self.now() + by);
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    fn set(&self, to: Timestamp) {
        match &self.app.clock {
            Clock::Set(at) => *at.lock().unwrap() = to,
            Clock::System => panic!("the clock of a test is set"),
        }
    }

    pub fn registry(&self) -> std::sync::Arc<Registry> {
        self.app.shelf.get()
    }

    pub fn blobs(&self) -> &Blobs {
        &self.app.blobs
    }

    pub fn troubles(&self) -> &Troubles {
        &self.app.troubles
    }

    /// Takes in what a command changed in the registry, and a new day, as the background work does.
    pub fn refresh(&self) {
        self.app.shelf.refresh(&self.app.db, self.now()).unwrap();
    }

    /// Listens on a port, for what speaks HTTP; returns the address.
    pub fn listen(&self) -> String {
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = self.router.clone();
        self.runtime.spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// The same as the program does it: after `stop` it leaves, for as long as the test lasts.
    pub fn listen_until(&self, stop: impl Future<Output = ()> + Send + 'static) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let leaving_for = std::time::Duration::from_secs(3600);
        self.runtime.spawn(motcua::platform::web::listen(listener, self.router.clone(), None, stop, leaving_for));
        url
    }

    /// Somebody at a browser who has not signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self, self.router.clone())
    }

    /// A signed-in officer at a browser. The session is opened without a password, whose check is slow on purpose.
    pub fn as_officer(&self, login: &str) -> Browser<'_> {
        let (ctx, login, now) = (self.ctx(None), login.to_owned(), self.now());
        let token = self.write(move |tx| identity::open_session(tx, &ctx, &login, now)).unwrap();
        self.browser().with_session(&token)
    }

    /// What a front door is called with; the officer holds the posts of that day.
    pub fn ctx(&self, login: Option<&str>) -> Ctx {
        let day = self.registry().local(self.now()).date();
        let officer = login.map(|login| self.registry().officer(login, day).expect("an officer with a post"));
        Ctx { officer, ..Ctx::nobody(self.now(), self.app.ids.clone()) }
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.app.db.transact("test", work)
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Failure>) -> T {
        self.app.db.query(work).unwrap()
    }

    /// What was noted in the audit, the oldest first, after all of it is written: kind, login, route and dossier.
    pub fn audit(&self) -> Vec<(String, String, String, String)> {
        self.app.audit.write(&self.app.db).unwrap();
        let sql = "SELECT kind, login, through, dossier FROM audit ORDER BY id";
        let rows = self.read(|tx| Ok(tx.rows(sql, &[])?));
        let text = |row: &motcua::platform::db::Row, at| row.get::<Option<String>>(at).unwrap().unwrap_or_default();
        rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2), text(row, 3))).collect()
    }

    /// Sends the mail that is due; with the mailer of the program, or another one.
    pub fn send_mail(&self, mailer: Option<&dyn Mailer>) -> Sent {
        mail::send_due(&self.app.db, mailer.unwrap_or(&**self.app.mailer.as_ref().unwrap()), self.now()).unwrap()
    }

    /// The page of figures.
    pub fn figures(&self, metrics: Metrics) -> String {
        let asked = axum::extract::State((self.app.clone(), metrics));
        let answer = self.runtime.block_on(motcua::view::metrics::page(asked));
        let bytes = self.runtime.block_on(axum::body::to_bytes(answer.into_body(), usize::MAX)).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Tells those who keep a page of figures open, as the background work does.
    pub fn look(&self) {
        motcua::view::overview::live::look(&self.app).unwrap();
    }

    /// The ledger, recomputed.
    pub fn verify(&self) -> Verdict {
        self.read(|tx| ledger::verify(tx, dossier::public))
    }

    /// Seals everything and signs it, as the background work does when it is time.
    pub fn sign(&self) -> bool {
        self.seal();
        let (signer, now) = (self.app.signer.clone().unwrap(), self.now());
        self.write(move |tx| tree::sign(tx, &signer, now)).unwrap()
    }

    /// The public half of the key that signs here.
    pub fn key(&self) -> Verifier {
        self.app.signer.as_ref().unwrap().verifier()
    }

    pub fn seal(&self) -> i64 {
        app::seal_all(&self.app.db, &self.ctx(None)).unwrap()
    }

    /// Seals, and takes everything into the figures, as the background work does.
    pub fn count(&self) {
        self.seal();
        figures::take_in_all(&self.app.db, &self.registry().timezone, self.now()).unwrap();
    }

    /// The figures counted anew from the events.
    pub fn recounted(&self) -> Found {
        let zone = self.registry().timezone.clone();
        self.read(|tx| prove(tx, &zone)).figures
    }
}

/// A test leaves the world checked: the chain verifies and every projection equals its replay.
impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() || !self.must_hold {
            return;
        }
        self.count();
        let verdict = self.verify();
        assert_eq!((verdict.broken, verdict.unsealed_events), (vec![], 0), "the ledger must verify");
        let replay = self.read(replay::check);
        assert_eq!(replay.differing, Vec::<String>::new(), "every row must equal its replay");
        let figures = self.recounted();
        assert!(figures.holds() && !figures.making, "every figure must equal its recount: {figures:?}");
        assert!(replay.holds(), "no office may find what is not its own: {}", replay.stray_offices);
    }
}
