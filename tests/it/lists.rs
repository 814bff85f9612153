//! Lists read narrow rows in order of an index: every page costs what the first costs, for everybody.

use motcua::platform::db::{Db, Engine, Tx};
use motcua::platform::failure::Failure;
use motcua::record::dossier::list::{self, Cursor, Filter, Only, Work};
use motcua::record::dossier::{self, replay};
use motcua::registry::Standing;
use motcua::work::intake::Intake;
use motcua_domain::procedure::Tier;
use motcua_domain::routing::all_steps;

use crate::app::TestApp;
use crate::counter::{COUNTER, DISTRICT, SPECIALIST, intake};
use crate::sql::statements;
use crate::upgrade::Older;

both_engines! {
    every_list_walks_an_index_and_sorts_nothing,
    pages_hold_everything_once,
    whoever_has_narrow_rights_gets_full_pages_of_their_own,
    what_is_late_comes_in_the_order_in_which_it_became_late,
    an_older_database_comes_out_with_the_same_lists,
    an_office_that_finds_what_is_not_its_own_is_told,
}

const OFFICE: &str = "pacnam/one-stop";
const JUSTICE: &str = "pacnam/justice";

fn every_list_walks_an_index_and_sorts_nothing(app: TestApp) {
    // [SQL-07]
    let lists = ["list/store.rs", "figures/store.rs", "overview/store.rs"];
    let is_list = |file: &str| lists.iter().any(|list| file.ends_with(list));
    let listing = |(file, sql): &(String, String)| is_list(file) && sql.contains("LIMIT");
    let lists: Vec<_> = statements().into_iter().filter(listing).collect();
    assert!(lists.len() > 12, "only {} lists were found", lists.len());
    for (_, sql) in lists {
        let (asked, engine) = (sql.clone(), app.store.db.engine());
        let plan = app.write(move |tx| plan(tx, engine, &asked)).unwrap();
        for bad in ["SCAN", "TEMP B-TREE", "Seq Scan", "Sort"] {
            // Counting what is at most a thousand rows scans the result of its own inner statement.
            let told = plan.iter().any(|line| line.contains(bad) && !line.contains("SCAN counted"));
            assert!(!told, "{bad}: {sql}\n{plan:#?}");
        }
    }
}

/// How the engine would run a statement. PostgreSQL is told that reading whole tables and sorting are dear, since on tables as
/// small as a test's they are not.
fn plan(tx: &mut Tx, engine: Engine, sql: &str) -> Result<Vec<String>, Failure> {
    let (ask, column) = match engine {
        Engine::Sqlite => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
        Engine::Postgres => {
            let nulls = (1..).take_while(|number| sql.contains(&format!("${number}"))).map(|_| "NULL");
            let nulls = nulls.collect::<Vec<_>>().join(", ");
            tx.script(&format!(
                "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
                 SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; PREPARE listed AS {sql}"
            ))?;
            (format!("EXPLAIN EXECUTE listed({nulls})"), 0)
        }
    };
    let rows = tx.rows(Box::leak(ask.into_boxed_str()), &[])?;
    if engine == Engine::Postgres {
        tx.script("DEALLOCATE listed")?;
    }
    rows.iter().map(|row| Ok(row.get(column)?)).collect()
}

fn walked(db: &Db, size: usize) -> Vec<String> {
    let (mut all, mut after): (_, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = db.query(|tx| list::work(tx, Work::Office(OFFICE), after.as_ref(), size)).unwrap();
        all.extend(page.rows.into_iter().map(|listed| listed.entry.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

fn pages_hold_everything_once(app: TestApp) {
    let mut ids: Vec<String> = (0..7).map(|_| app.received().id).collect();
    let mut found = walked(&app.store.db, 2);
    assert_eq!(found, walked(&app.store.db, 50));
    ids.sort();
    found.sort();
    assert_eq!(found, ids);
}

fn whoever_has_narrow_rights_gets_full_pages_of_their_own(app: TestApp) {
    // [DOS-09] Between two of the office's own lie others, and the page is full all the same.
    let own = app.received().id;
    let registry = app.registry();
    let day = registry.local(app.now()).date();
    let of_others = registry
        .procedures
        .iter()
        .filter(|procedure| procedure.tier == Tier::District && procedure.standing == Standing::Published)
        .find(|procedure| {
            let route = registry.route(procedure, DISTRICT, day).unwrap();
            all_steps(&route).all(|step| step.office != JUSTICE)
        });
    let procedure = of_others.unwrap().key.clone();
    for _ in 0..3 {
        app.take_in(COUNTER, Intake { procedure: procedure.clone(), ..intake() }).unwrap();
    }
    let newest = app.received().id;
    let page = |login: &str, before: Option<&Cursor>| {
        let officer = app.ctx(Some(login)).officer.unwrap();
        app.read(|tx| list::received(tx, &officer, before, 1))
    };
    let first = page(SPECIALIST, None);
    assert_eq!(first.rows[0].id, newest);
    let second = page(SPECIALIST, first.next.as_ref());
    assert_eq!((second.rows[0].id.clone(), second.next), (own, None));
    // The counter sees them all.
    assert_eq!(page(COUNTER, first.next.as_ref()).rows[0].line.procedure.0, procedure);
}

fn what_is_late_comes_in_the_order_in_which_it_became_late(app: TestApp) {
    let first = app.received().id;
    app.at("2018-05-08T09:00:00+07:00");
    let second = app.received().id;
    let late = |now: &str, only| {
        let now = now.parse().unwrap();
        let filter = Filter { only, now, soon: now, step_soon: now };
        let page = app.read(|tx| list::work_only(tx, Work::Office(OFFICE), &filter, None, 50));
        page.rows.into_iter().map(|listed| listed.entry.id).collect::<Vec<_>>()
    };
    assert_eq!(late("2018-05-04T08:00:01+07:00", Only::Late), Vec::<String>::new());
    assert_eq!(late("2019-05-04T08:00:00+07:00", Only::Late), [first.clone(), second]);
    assert_eq!(late("2019-05-04T08:00:00+07:00", Only::Soon), Vec::<String>::new());
    assert_eq!(late("2018-05-04T08:00:01+07:00", Only::All)[0], first);
}

fn an_older_database_comes_out_with_the_same_lists(app: TestApp) {
    app.ready();
    let asked = app.received().id;
    app.act(COUNTER, &asked, "forward", &[]).expect(303);
    app.act(SPECIALIST, &asked, "claim", &[]).expect(303);
    app.received();
    let lines = |db: &Db| db.query(|tx| Ok(tx.rows("SELECT line FROM dossier ORDER BY id", &[])?)).unwrap();
    // The twelfth schema knew neither lines nor what an office may see.
    let old = Older::of(&app, 12);
    let db = old.brought_up();
    while db.transact("test", dossier::fill_lines).unwrap() {}
    assert!(db.query(replay::check).unwrap().holds());
    assert_eq!((walked(&db, 50), lines(&db)), (walked(&app.store.db, 50), lines(&app.store.db)));
}

fn an_office_that_finds_what_is_not_its_own_is_told(mut app: TestApp) {
    // [LED-06]
    app.must_hold = false;
    let id = app.received().id;
    assert!(app.read(replay::check).holds());
    app.store.behind_its_back(&format!(
        "INSERT INTO dossier_office (tenant, office, received_at, dossier) SELECT tenant, 'bocbo/one-stop', received_at, id
         FROM dossier WHERE id = '{id}'"
    ));
    assert_eq!(app.read(replay::check).stray_offices, 1);
    app.store.behind_its_back("DELETE FROM dossier_office WHERE office <> 'bocbo/one-stop'");
    assert_eq!(app.read(replay::check).differing, [id]);
}
