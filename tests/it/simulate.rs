//! A period played from a seed, and what is counted of it. Rules: `docs/rules/reports.md`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use jiff::civil::{Date, date};
use motcua::app;
use motcua::platform::blobs::Blobs;
use motcua::platform::ctx::Ctx;
use motcua::platform::db::{Db, Engine};
use motcua::platform::ids::Ids;
use motcua::platform::web::{Allowed, App, Clock, Front, Live, Pages, Parts, Requests};
use motcua::record::figures;
use motcua::record::letters::Letters;
use motcua::registry::{Registry, Shelf};
use motcua::simulate::plan::{Order, Plan, What, plan};
use motcua::simulate::{play, remote};
use motcua::view::reports::report;
use motcua_domain::figures::Report;
use motcua_domain::procedure::{Channel, Tier};

use crate::app::{OPENING, TestApp};
use crate::engines::{PASSWORD, Store};

/// A week without a holiday.
const WEEK: (Date, Date) = (date(2018, 5, 7), date(2018, 5, 13));

fn week(seed: u64, staffing: u64) -> Order {
    Order { from: WEEK.0, to: WEEK.1, seed, staffing, dossiers: None }
}

fn counted(db: &Db, registry: &Registry) -> Report {
    let now = registry.day_end(WEEK.1).unwrap();
    app::seal_all(db, &Ctx::nobody(now, Ids::seeded(99))).unwrap();
    figures::take_in_all(db, &registry.timezone, now).unwrap();
    db.query(|tx| report(tx, registry, WEEK.0, WEEK.1, None, now)).unwrap()
}

/// Plays a small week into a site of its own and counts it. When the site goes away its ledger must verify.
fn played(engine: Engine, order: &Order) -> Report {
    let app = TestApp::new(engine);
    let plan = Arc::new(plan(&app.registry(), order).unwrap());
    play::play(&app.store.db, &app.registry(), &plan, order.seed).unwrap();
    counted(&app.store.db, &app.registry())
}

/// Needs both engines, so it runs with those that need a PostgreSQL server.
mod postgres {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_report_on_both_engines() {
        // [REP-05]
        let small = |seed| Order { dossiers: Some(60), ..week(seed, 100) };
        let [sqlite, postgres] = [Engine::Sqlite, Engine::Postgres].map(|engine| played(engine, &small(7)));
        assert_eq!(sqlite.total.total, 60);
        assert_eq!(sqlite, postgres);
        assert_eq!(sqlite.hash(), postgres.hash());
        assert_ne!(sqlite.hash(), played(Engine::Sqlite, &small(8)).hash());
    }
}

#[test]
fn nothing_is_late_before_its_time() {
    // [REP-03] A report up to the end of the year, asked for in the first minutes of the week.
    let app = TestApp::new(Engine::Sqlite);
    let order = week(1, 100);
    let mut plan = plan(&app.registry(), &order).unwrap();
    plan.acts.retain(|act| matches!(act.what, What::Accept));
    plan.acts.truncate(5);
    let now = plan.acts[4].at;
    play::play(&app.store.db, &app.registry(), &Arc::new(plan), 1).unwrap();
    app.count();
    let total = |now| app.read(|tx| report(tx, &app.registry(), WEEK.0, date(2018, 12, 31), None, now)).total;
    assert_eq!((total(now).open_in_time, total(now).open_late), (5, 0));
    assert_eq!(total("2019-01-01T00:00:00+07:00".parse().unwrap()).open_late, 5);
}

fn planned(order: &Order) -> (Arc<Registry>, Plan) {
    let store = Store::new(Engine::Sqlite);
    let registry = Shelf::load(&store.db, OPENING.parse().unwrap()).unwrap().get();
    let plan = plan(&registry, order).unwrap();
    (registry, plan)
}

#[test]
fn nine_months_have_the_figures_of_the_place() {
    let order = Order { from: date(2018, 1, 1), to: date(2018, 9, 30), seed: 1, staffing: 100, dossiers: None };
    let (registry, plan) = planned(&order);
    let accepted = || plan.acts.iter().filter(|act| act.what == What::Accept).map(|act| (act, &plan.cases[act.case]));
    let online = |tier| accepted().filter(|(_, case)| case.channel == Channel::Online && case.tier == tier).count();
    assert_eq!(accepted().count(), 26_708);
    assert_eq!((online(Tier::District), online(Tier::Commune)), (178, 2_231));
    // All who come find the door open.
    for (act, case) in accepted() {
        let at = registry.local(act.at);
        assert_eq!(registry.calendar(&case.agency).unwrap().work_from(at), Some(at));
    }
    // All ten communes and the district.
    let mut agencies: BTreeMap<&str, u64> = BTreeMap::new();
    accepted().for_each(|(_, case)| *agencies.entry(&case.agency).or_default() += 1);
    assert_eq!(agencies.len(), 11);
    assert!(agencies.values().all(|dossiers| *dossiers > 1_000), "{agencies:?}");
    // In order of time, and every dossier begins with its own acceptance or refusal.
    assert!(plan.acts.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[test]
fn half_the_hands_are_not_enough() {
    let late = |staffing| {
        let total = played(Engine::Sqlite, &week(1, staffing)).total;
        assert!(total.adds_up() && total.total > 500, "{total:?}");
        (total.late + total.open_late, total.total)
    };
    let ((all, _), (half, received)) = (late(100), late(50));
    assert_eq!(all, 0, "late with everybody at work");
    assert!(half * 100 >= received, "{half} late of {received} with half of them");
}

#[test]
fn through_the_interface_is_the_same_as_in_process() {
    // [REP-05]
    let order = Order { dossiers: Some(40), ..week(3, 100) };
    let server = Server::start();
    let plan = plan(&server.registry, &order).unwrap();
    remote::play(&server.url, PASSWORD, &server.registry, &plan).unwrap();
    let there = counted(&server.store.db, &server.registry);
    assert_eq!(there.total.total, 40);
    assert_eq!(there.hash(), played(Engine::Sqlite, &order).hash());
}

/// The program on a free port, believing what clients say the time is.
struct Server {
    url: String,
    registry: Arc<Registry>,
    // Stopped before its data goes away.
    _runtime: tokio::runtime::Runtime,
    store: Store,
}

impl Server {
    fn start() -> Self {
        let store = Store::new(Engine::Sqlite);
        let shelf = Shelf::load(&store.db, OPENING.parse().unwrap()).unwrap();
        let registry = shelf.get();
        let app = App::new(Parts {
            db: store.db.clone(),
            pages: Pages::new(registry.timezone.clone()).unwrap(),
            letters: Letters::new().unwrap(),
            audit: motcua::registry::audit::Audit::default(),
            blobs: Blobs::open(&store.folder.join("blobs")).unwrap(),
            signer: None,
            mailer: None,
            clock: Clock::Set(Mutex::new("2018-05-07T07:00:00+07:00".parse().unwrap())),
            ids: Ids::seeded(1),
            decoy_hash: String::new(),
            base_url: "https://motcua.example".into(),
            // As `motcua demo`. [REQ-02]
            front: Front { requests: Requests::new(Allowed::UNLIMITED), ..Front::default() },
            simulated_time: true,
            shelf,
            troubles: Default::default(),
            live: Live::default(),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = app::router(app).into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Self { url, registry, _runtime: runtime, store }
    }
}
