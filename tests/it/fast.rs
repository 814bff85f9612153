//! Dossiers by the thousand, written straight into the ledger: the same rows as the commands would make.

use jiff::civil::date;
use motcua::platform::db::Db;
use motcua::platform::ledger::tree;
use motcua::record::dossier::list::{self, Work};
use motcua::record::dossier::{self, replay};
use motcua::record::figures;
use motcua::simulate::{fast, plan::Order};
use motcua::view::reports::report;

use crate::app::TestApp;
use crate::counter::{COUNTER, SPECIALIST};

both_engines! {
    what_is_written_fast_is_what_the_commands_would_write,
    work_goes_on_with_dossiers_that_were_written_fast,
}

fn order(dossiers: u64) -> Order {
    Order { from: date(2018, 5, 2), to: date(2018, 5, 13), seed: 1, staffing: 100, dossiers: Some(dossiers) }
}

fn fill(app: &TestApp, dossiers: u64) -> fast::Filled {
    let scratch = Db::open_sqlite(&app.store.folder.join("scratch.sqlite")).unwrap();
    fast::fill(&app.store.db, &scratch, &app.registry(), &order(dossiers), app.now()).unwrap()
}

fn what_is_written_fast_is_what_the_commands_would_write(app: TestApp) {
    // [LED-05] [LED-06] More than are played, so that lives are written again.
    let filled = fill(&app, 2_100);
    let (verdict, replay) = (app.verify(), app.read(replay::check));
    assert_eq!((verdict.broken, verdict.unsealed_events), (vec![], 0));
    // [LED-07] Their leaves came with them, and the job has nothing to do.
    assert_eq!((verdict.sealed_events as u64, verdict.leaves), (replay.events, replay.events));
    assert!(!tree::take_in_some(&app.store.db, dossier::public).unwrap());
    assert!(replay.holds(), "{replay:?}");
    assert_eq!((filled.dossiers, filled.events), (replay.dossiers, replay.events));
    assert!(filled.events > filled.dossiers * 4, "{filled:?}");
    // No letter's number and no code was given twice.
    let twice = app.read(|tx| {
        let codes = tx.rows("SELECT code FROM dossier GROUP BY code HAVING COUNT(*) > 1", &[])?;
        Ok(codes.len())
    });
    assert_eq!(twice, 0);
    let (registry, now) = (app.registry(), app.registry().day_end(date(2018, 5, 31)).unwrap());
    let counted = app.read(|tx| report(tx, &registry, date(2018, 5, 1), date(2018, 5, 31), None, now));
    assert!(counted.adds_up() && counted.total.total > 2_000, "{:?}", counted.total);
    // [OTR-15] The figures are there, and are those that the job would have made.
    assert_eq!(app.read(figures::as_of), figures::AsOf::Now);
    app.write(figures::forget).unwrap();
    app.count();
    let again = app.read(|tx| report(tx, &registry, date(2018, 5, 1), date(2018, 5, 31), None, now));
    assert_eq!(counted, again);
}

fn work_goes_on_with_dossiers_that_were_written_fast(app: TestApp) {
    fill(&app, 40);
    app.at("2018-05-14T08:00:00+07:00");
    // The next number is the one behind, and what was open can be worked on.
    let next = app.received();
    app.act(COUNTER, &next.id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &next.id, "claim", &[]).expect(303);
    let open = app.read(|tx| list::work(tx, Work::Person(SPECIALIST), None, 50));
    assert!(open.rows.iter().any(|listed| listed.entry.id == next.id));
}
