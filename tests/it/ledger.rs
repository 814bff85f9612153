//! Somebody with the keys of the database changes the past: the ledger says where. Rules: `docs/rules/ledger.md`.

use motcua::platform::ledger::{Break, tree};
use motcua::record::dossier::replay;

use crate::app::TestApp;

both_engines! {
    a_changed_event_breaks_its_seal,
    a_removed_event_is_missed,
    events_that_change_places_break_their_seal,
    a_removed_seal_breaks_the_chain,
    the_last_seal_cannot_be_taken_away_unseen,
    a_changed_row_differs_from_its_replay,
    a_row_without_events_is_found,
    sealing_twice_seals_nothing_more,
}

/// Two dossiers under two seals.
fn sealed(app: &mut TestApp) -> (String, String) {
    app.must_hold = false;
    let first = app.ready().id;
    assert_eq!(app.seal(), 9);
    let second = app.received().id;
    assert_eq!(app.seal(), 1);
    assert_eq!(app.verify().broken, []);
    (first, second)
}

fn broken(app: &TestApp) -> Vec<(&'static str, String)> {
    app.verify().broken.into_iter().map(|Break { kind, at }| (kind, at)).collect()
}

fn a_changed_event_breaks_its_seal(mut app: TestApp) {
    // [LED-05]
    let (first, _) = sealed(&mut app);
    app.store.behind_its_back(&format!("UPDATE event SET by_account = 'nobody' WHERE stream = '{first}' AND seq = 3"));
    assert_eq!(broken(&app), [("seal", "1".to_owned()), ("leaf", format!("{first} 3"))]);
}

fn a_removed_event_is_missed(mut app: TestApp) {
    let (first, _) = sealed(&mut app);
    let place = app.read(|tx| tree::index_of(tx, &first, 3)).unwrap() + 1;
    app.store.behind_its_back(&format!("DELETE FROM event WHERE stream = '{first}' AND seq = 3"));
    let one = || "1".to_owned();
    let found = [("count", one()), ("seal", one()), ("leaf_missing", place.to_string()), ("gap", first)];
    assert_eq!(broken(&app), found);
}

fn events_that_change_places_break_their_seal(mut app: TestApp) {
    // [LED-03]
    let (first, _) = sealed(&mut app);
    app.store.behind_its_back(&format!(
        "UPDATE event SET seq = 1000 WHERE stream = '{first}' AND seq = 3;
         UPDATE event SET seq = 3 WHERE stream = '{first}' AND seq = 4;
         UPDATE event SET seq = 4 WHERE stream = '{first}' AND seq = 1000"
    ));
    let mut found = broken(&app);
    found.sort();
    assert_eq!(found, [("leaf", format!("{first} 3")), ("leaf", format!("{first} 4")), ("seal", "1".to_owned())]);
}

fn a_removed_seal_breaks_the_chain(mut app: TestApp) {
    sealed(&mut app);
    app.store.behind_its_back("DELETE FROM event WHERE batch = 1; DELETE FROM seal WHERE number = 1");
    assert!(broken(&app).contains(&("previous", "2".to_owned())), "{:?}", broken(&app));
}

fn the_last_seal_cannot_be_taken_away_unseen(mut app: TestApp) {
    // [LED-05]
    sealed(&mut app);
    let head = app.verify().head;
    app.store.behind_its_back("DELETE FROM seal WHERE number = 2; UPDATE event SET office = 'nowhere' WHERE batch = 2");
    assert_eq!(broken(&app), [("leaf_missing", "10".to_owned()), ("seal_missing", "2".to_owned())]);
    assert_ne!(app.verify().head, head);
}

fn a_changed_row_differs_from_its_replay(mut app: TestApp) {
    // [LED-06]
    let (first, second) = sealed(&mut app);
    assert_eq!(app.read(replay::check).differing, Vec::<String>::new());
    app.store.behind_its_back(&format!("UPDATE dossier SET status = 'returned' WHERE id = '{second}'"));
    assert_eq!(app.read(replay::check).differing, [second]);
    app.store.behind_its_back(&format!("DELETE FROM dossier WHERE id = '{first}'"));
    assert!(app.read(replay::check).differing.contains(&first));
}

fn a_row_without_events_is_found(mut app: TestApp) {
    let (_, second) = sealed(&mut app);
    app.store.behind_its_back(&format!("DELETE FROM event WHERE stream = '{second}'"));
    assert_eq!(app.read(replay::check).differing, [second]);
}

fn sealing_twice_seals_nothing_more(app: TestApp) {
    // [LED-04]
    app.received();
    assert_eq!((app.seal(), app.seal()), (1, 0));
    let verdict = app.verify();
    assert_eq!((verdict.seals, verdict.sealed_events, verdict.unsealed_events), (1, 1, 0));
}
