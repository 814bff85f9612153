//! The drills' own check: it must find what they are there to find.

use motcua::drill::{Found, Ledger, Writers};

use crate::app::TestApp;

both_engines! { a_loss_is_found, what_stands_twice_is_found }

/// Three acts of each of two clients, and what the check says after something was done to the ledger.
fn check_after(app: &mut TestApp, harm: &str) -> (Found, Found) {
    app.must_hold = false;
    let url = app.listen();
    let mut writers = Writers::prepare(&app.store.db, &app.registry(), 2).unwrap();
    writers.write_each(&url, 3);
    assert_eq!(writers.settle(&url), 0);
    let look = |app: &TestApp| {
        let mut ledger = Ledger::default();
        ledger.read(&app.store.db).unwrap();
        ledger.compare(&writers)
    };
    let before = look(app);
    let last = writers.noted().last().unwrap();
    app.store.behind_its_back(&harm.replace("STREAM", &last.stream).replace("SEQ", &last.seq.to_string()));
    (before, look(app))
}

fn a_loss_is_found(mut app: TestApp) {
    let (before, after) = check_after(&mut app, "DELETE FROM event WHERE stream = 'STREAM' AND seq = SEQ");
    assert!(before.holds(), "{before:?}");
    assert_eq!((before.acknowledged, before.events), (6, 6));
    assert_eq!((after.lost.len(), after.doubled.len()), (1, 0), "{after:?}");
    assert!(!after.holds());
}

fn what_stands_twice_is_found(mut app: TestApp) {
    let again = "INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt)
        SELECT tenant, stream, seq + 1, id || '-', at, by_account, office, kind, body, salt FROM event
        WHERE stream = 'STREAM' AND seq = SEQ";
    let (before, after) = check_after(&mut app, again);
    assert!(before.holds(), "{before:?}");
    assert_eq!((after.lost.len(), after.doubled.len()), (0, 1), "{after:?}");
}
