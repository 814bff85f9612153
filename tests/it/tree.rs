//! Somebody changes the past and everything around it: the checkpoints that were signed, and an export that was taken, still
//! say where. Rules: `docs/rules/ledger.md`.

use std::path::{Path, PathBuf};

use motcua::cli::verify::words;
use motcua::platform::ledger::{Break, export, key, tree};
use motcua::record::dossier;
use motcua_domain::proof::checkpoint::notes;
use motcua_domain::proof::log::{Fault, Findings, Remark};
use motcua_domain::proof::merkle::is_consistent;
use motcua_domain::proof::{Checkpoint, Signer, Verifier};

use crate::app::TestApp;
use crate::counter::COUNTER;

both_engines! {
    checkpoints_follow_what_happened,
    what_was_sealed_before_the_tree_is_taken_in,
    a_changed_event_is_named_and_what_stands_before_it_holds,
    a_past_made_anew_is_not_what_was_signed,
    an_end_that_was_cut_off_is_missed,
    a_forged_checkpoint_is_found,
    a_back_dated_event_is_told,
    every_event_proves_its_place,
    an_export_proves_itself_and_keeps_doing_so_without_persons,
    a_changed_export_says_where,
    an_export_that_does_not_continue_what_was_kept_is_found,
    whoever_has_another_key_signs_nothing,
}

/// A dossier under a checkpoint of nine events, and another one under the next.
fn signed(app: &mut TestApp) -> (String, String) {
    app.must_hold = false;
    let first = app.ready().id;
    assert!(app.sign());
    app.advance(jiff::SignedDuration::from_mins(10));
    let second = app.received().id;
    assert!(app.sign());
    (first, second)
}

fn broken(app: &TestApp) -> Vec<(&'static str, String)> {
    app.verify().broken.into_iter().map(|Break { kind, at }| (kind, at)).collect()
}

fn newest(app: &TestApp) -> Checkpoint {
    let note = app.read(tree::newest).unwrap().note;
    Checkpoint::open(&note, &[app.key()]).unwrap()
}

fn checkpoints_follow_what_happened(app: TestApp) {
    // [LED-09]
    assert!(!app.sign(), "of an empty ledger nothing is signed");
    app.received();
    assert!(app.sign());
    let first = newest(&app);
    assert_eq!((first.size, first.origin.as_str()), (1, app.key().name()));
    assert!(!app.sign(), "nothing happened since");
    app.received();
    assert!(!app.sign(), "the last one is quite new");
    app.advance(jiff::SignedDuration::from_secs(30));
    assert!(app.sign() && !app.sign());
    assert_eq!(newest(&app).size, 2);
    let verdict = app.verify();
    assert_eq!((verdict.leaves, verdict.checkpoints, verdict.checked_to), (2, 2, Some(2)));
    let kept = app.read(|tx| tree::consistency(tx, 1, 2)).unwrap();
    assert!(is_consistent((1, first.root), (2, newest(&app).root), &kept));
}

fn what_was_sealed_before_the_tree_is_taken_in(app: TestApp) {
    // [LED-07]
    app.ready();
    app.sign();
    let root = newest(&app).root;
    app.store.behind_its_back("DELETE FROM tree_tile; DELETE FROM tree_seal");
    assert_eq!(app.read(tree::size), 0);
    assert!(!tree::take_in_some(&app.store.db, dossier::public).unwrap(), "few seals are taken in at once");
    assert_eq!(app.read(|tx| tree::root(tx, 9)), root);
}

fn a_changed_event_is_named_and_what_stands_before_it_holds(mut app: TestApp) {
    // [LED-10]
    let (_, second) = signed(&mut app);
    app.store.behind_its_back(&format!("UPDATE event SET by_account = 'nobody' WHERE stream = '{second}'"));
    assert_eq!(broken(&app), [("seal", "2".to_owned()), ("leaf", format!("{second} 1"))]);
    assert_eq!(app.verify().checked_to, Some(9));
    let said = app.verify().broken.iter().map(words::broken).collect::<Vec<_>>();
    assert_eq!(said.last().unwrap(), &format!("dossier {second}, event 1: it is not what was sealed"));
}

fn a_past_made_anew_is_not_what_was_signed(mut app: TestApp) {
    // [LED-10] Whoever makes all hashes anew still cannot sign.
    let (_, second) = signed(&mut app);
    app.store.behind_its_back(&format!(
        "UPDATE event SET by_account = 'nobody' WHERE stream = '{second}'; DELETE FROM tree_tile; DELETE FROM tree_seal"
    ));
    app.seal();
    assert_eq!(broken(&app), [("seal", "2".to_owned()), ("root", "9 10".to_owned())]);
    assert_eq!(app.verify().checked_to, Some(9));
    let said = words::broken(app.verify().broken.last().unwrap());
    assert_eq!(said, "the events after the first 9 and up to 10 are not what was signed");
}

fn an_end_that_was_cut_off_is_missed(mut app: TestApp) {
    // [LED-10] The chain alone would hold.
    signed(&mut app);
    app.store.behind_its_back(
        "DELETE FROM event WHERE batch = 2; DELETE FROM seal WHERE number = 2;
         DELETE FROM tree_tile; DELETE FROM tree_seal",
    );
    app.seal();
    assert_eq!(broken(&app), [("cut_off", "10".to_owned())]);
}

fn a_forged_checkpoint_is_found(mut app: TestApp) {
    // [LED-09]
    signed(&mut app);
    app.store.behind_its_back(
        "UPDATE checkpoint SET note = replace(note, 'moment 2018-05-', 'moment 2018-04-') WHERE size = 9",
    );
    assert_eq!(broken(&app), [("checkpoint", "9".to_owned())]);
    assert_eq!(app.verify().checked_to, Some(10), "the next one signs what it signed");
}

fn a_back_dated_event_is_told(mut app: TestApp) {
    // [LED-11] Written into the past after a checkpoint, and changed afterwards.
    let (_, second) = signed(&mut app);
    app.at("2018-05-04T08:01:00+07:00");
    let late = app.received().id;
    app.sign();
    let verdict = app.verify();
    assert_eq!(verdict.broken, []);
    let told = verdict.remarks.iter().any(
        |remark| matches!(remark, Remark::BackDated { line: 11, place, .. } if place.stream == late && place.seq == 1),
    );
    assert!(told, "{:?}", verdict.remarks);
    let back = |remark: &Remark| matches!(remark, Remark::CheckpointBack { size: 11, .. });
    assert!(verdict.remarks.iter().any(back), "{:?}", verdict.remarks);
    let earlier = app.now().to_string();
    app.store.behind_its_back(&format!("UPDATE event SET at = '{earlier}' WHERE stream = '{second}'"));
    assert!(broken(&app).contains(&("leaf", format!("{second} 1"))), "{:?}", broken(&app));
}

fn every_event_proves_its_place(app: TestApp) {
    // [LED-12] More than one tile of them.
    for _ in 0..5 {
        app.ready();
        app.sign();
        app.advance(jiff::SignedDuration::from_mins(1));
    }
    let copies: Vec<String> = (0..260).map(|_| app.received().id).collect();
    app.sign();
    let size = app.read(tree::size);
    assert_eq!((size, newest(&app).size), (305, 305));
    let mut streams = Vec::new();
    for index in 0..size {
        let proof = app.read(|tx| tree::proof(tx, index, dossier::public)).unwrap();
        assert_eq!(proof.check(&[app.key()]).unwrap().size, size);
        let place = motcua_domain::proof::leaf::Leaf::read(&proof.line).unwrap().place().unwrap();
        assert_eq!(app.read(|tx| tree::index_of(tx, &place.stream, place.seq)), Some(index));
        streams.push(place.stream);
    }
    assert!(copies.iter().all(|copy| streams.contains(copy)));
    assert!(app.read(|tx| tree::proof(tx, size, dossier::public)).is_none());
    let root = |size| app.read(|tx| tree::root(tx, size));
    for old in 1..=size {
        let path = app.read(|tx| tree::consistency(tx, old, size)).unwrap();
        assert!(is_consistent((old, root(old)), (size, root(size)), &path), "{old}");
    }
    assert!(app.read(|tx| tree::consistency(tx, 1, size + 1)).is_none());
}

fn exported(app: &TestApp) -> PathBuf {
    let folder = app.store.folder.join("export");
    app.read(|tx| export::write(tx, &folder, dossier::public));
    folder
}

fn check(app: &TestApp, folder: &Path) -> Findings {
    export::check(folder, &[app.key()], None).unwrap()
}

fn an_export_proves_itself_and_keeps_doing_so_without_persons(mut app: TestApp) {
    // [LED-08] [LED-10]
    let (first, _) = signed(&mut app);
    let folder = exported(&app);
    let text = std::fs::read_to_string(folder.join(export::EVENTS)).unwrap();
    assert_eq!(text.lines().count(), 10);
    for secret in ["Nguyễn", "0987", COUNTER, "salt"] {
        assert!(!text.contains(secret), "{secret} is in the public log");
    }
    // What was told of a person is erased: the store says what is no longer what it was, the public log proves itself.
    app.store
        .behind_its_back(&format!("UPDATE event SET body = '{{}}', salt = '' WHERE stream = '{first}' AND seq = 1"));
    let found = check(&app, &folder);
    assert_eq!((found.faults.clone(), found.events, found.holds.unwrap().size), (vec![], 10, 10));
    assert!(broken(&app).contains(&("leaf", format!("{first} 1"))));
}

/// Does something to one of the files of an export, and says what is found.
fn after(app: &TestApp, file: &str, harm: impl Fn(&mut Vec<String>)) -> Vec<String> {
    let folder = exported(app);
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    harm(&mut lines);
    std::fs::write(folder.join(file), lines.join("\n") + "\n").unwrap();
    check(app, &folder).faults.iter().map(words::fault).collect()
}

fn a_changed_export_says_where(mut app: TestApp) {
    // [LED-10]
    let (first, second) = signed(&mut app);
    let changed = after(&app, export::EVENTS, |lines| lines[9] = lines[9].replace("2018-05-04", "2018-05-03"));
    let place = format!("(dossier {second}, event 1)");
    assert_eq!(changed, [format!("line 10 {place} was changed: it is not what was recorded at this place")]);
    let third = app.read(|tx| tree::index_of(tx, &first, 3)).unwrap();
    let removed = after(&app, export::EVENTS, |lines| drop(lines.remove(third as usize)));
    assert_eq!(removed[0], format!("the event of place {} was removed", third + 1));
    assert!(removed[1].contains("numbers are missing"), "{removed:?}");
    let moved = after(&app, export::EVENTS, |lines| lines.swap(8, 9));
    assert_eq!(moved.len(), 1);
    assert!(moved[0].ends_with("was moved: it belongs to place 9"), "{moved:?}");
    let added = after(&app, export::EVENTS, |lines| lines.push(lines[9].replace("\"seq\":1", "\"seq\":2")));
    assert_eq!(added, [format!("line 11 (dossier {second}, event 2) was added: it was never recorded")]);
    let hash = after(&app, export::HASHES, |lines| lines[2] = format!("00{}", &lines[2][2..]));
    assert_eq!(hash, ["line 3 of the hashes is not the hash of its event; the events themselves are what was signed"]);
    let forged = after(&app, export::CHECKPOINTS, |lines| lines[1] = "8".to_owned());
    assert!(forged[0].starts_with("checkpoint 1 does not count: its signature is false"), "{forged:?}");
    let foreign = Signer::new(app.key().name(), &[8; 32]).unwrap().verifier();
    let found = export::check(&exported(&app), &[foreign], None).unwrap();
    assert_eq!(found.faults.last(), Some(&Fault::NoCheckpoint));
}

fn an_export_that_does_not_continue_what_was_kept_is_found(mut app: TestApp) {
    // [LED-14] Somebody kept a checkpoint; then the end of the ledger was taken away with everything that names it.
    signed(&mut app);
    let kept = newest(&app);
    app.store.behind_its_back(
        "DELETE FROM event WHERE batch = 2; DELETE FROM seal WHERE number = 2; DELETE FROM tree_tile;
         DELETE FROM tree_seal; DELETE FROM checkpoint WHERE size = 10",
    );
    app.seal();
    let folder = exported(&app);
    assert_eq!(check(&app, &folder).faults, []);
    let found = export::check(&folder, &[app.key()], Some(&kept)).unwrap();
    assert_eq!(found.faults, [Fault::Since { size: 10, at: kept.at }]);
    let text = std::fs::read_to_string(folder.join(export::CHECKPOINTS)).unwrap();
    assert_eq!(notes(&text).len(), 1);
}

fn whoever_has_another_key_signs_nothing(app: TestApp) {
    // [LED-13]
    let (db, ids) = (&app.store.db, motcua::platform::ids::Ids::seeded(5));
    let (here, there) = (app.store.folder.join("here.key"), app.store.folder.join("there.key"));
    let open = |file: &Path| key::open(db, file, "site", &ids, app.now()).unwrap();
    let made = open(&here).signer().unwrap();
    assert_eq!(open(&here).signer().unwrap().verifier(), made.verifier());
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&here).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    assert!(open(&there).signer().is_none() && !there.exists(), "no second key is made beside the first");
    app.received();
    app.seal();
    let foreign = Signer::new("motcua/site", &[9; 32]).unwrap();
    let (foreign, now) = (foreign, app.now());
    assert!(app.write(move |tx| tree::sign(tx, &foreign, now)).is_err());
    std::fs::copy(&here, &there).unwrap();
    assert_eq!(open(&there).signer().unwrap().verifier(), made.verifier());
    // The old one was lost: what it signed stays signed, and a copy of it signs nothing more.
    let (signer, now) = (made.clone(), app.now());
    assert!(app.write(move |tx| tree::sign(tx, &signer, now)).unwrap());
    let new = key::renew(db, &here, "site", &ids, app.now()).unwrap();
    assert!(open(&there).signer().is_none());
    let keys: Vec<Verifier> = app.read(tree::keys);
    assert_eq!(keys, [made.verifier(), new.verifier()]);
    assert_eq!(app.verify().checked_to, Some(1));
}
