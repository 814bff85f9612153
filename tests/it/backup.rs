//! Backups: everything comes back, on either engine and across, and nothing half.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use motcua::backup::schedule::{Schedule, is_overdue, run_if_due};
use motcua::backup::{self, Target, files};
use motcua::platform::blobs::Blobs;
use motcua::platform::db::Engine;

use crate::app::TestApp;
use crate::counter::{COUNTER, SPECIALIST};
use crate::engines::Store;

both_engines! {
    a_backup_holds_everything_and_comes_back,
    a_backup_comes_back_on_the_other_engine,
    a_damaged_backup_is_refused_and_leaves_nothing,
    a_missing_attachment_is_told_and_the_rest_is_saved,
    of_two_nodes_one_makes_the_backup,
    only_old_files_that_nobody_names_are_collected,
}

const PDF: &[u8] = b"%PDF-1.4 backup";

/// A site with a dossier that has a result attached, and a key.
struct Site {
    app: TestApp,
    folder: PathBuf,
    identities: Vec<age::x25519::Identity>,
    recipients: Vec<age::x25519::Recipient>,
}

impl Site {
    fn new(app: TestApp) -> Self {
        let found = app.received();
        let id = &found.id;
        app.act(COUNTER, id, "forward", &[]).expect(303);
        app.act(SPECIALIST, id, "claim", &[]).expect(303);
        let version = app.dossier(id).dossier.version.to_string();
        let fields = [("result_title", "Văn bản số 12"), ("version", version.as_str())];
        let path = format!("/desk/dossiers/{id}/results");
        app.as_officer(SPECIALIST).post_file(&path, &fields, "ket-qua.pdf", PDF).expect(303);
        app.seal();
        let folder = app.store.folder.join("backups");
        std::fs::create_dir_all(&folder).unwrap();
        let (secret, public) = backup::generate_key();
        let key = folder.join("key.txt");
        std::fs::write(&key, secret).unwrap();
        let identities = backup::read_identities(&key).unwrap();
        Self { app, folder, identities, recipients: backup::read_recipients(&[public]).unwrap() }
    }

    fn write(&self) -> backup::Made {
        let app = &self.app;
        backup::write(&app.store.db, app.blobs(), &self.recipients, &self.folder, app.now(), &mut || {}).unwrap()
    }

    fn restore(&self, file: &Path, target: &Target) -> Result<backup::Restored, motcua::platform::failure::Failure> {
        backup::restore(file, &self.identities, target)
    }

    fn empty_folder(&self, name: &str) -> Target {
        let folder = self.app.store.folder.join(name);
        let blobs = Blobs::open(&folder.join("blobs")).unwrap();
        Target { file: folder.join("motcua.sqlite"), database: None, blobs }
    }
}

fn a_backup_holds_everything_and_comes_back(app: TestApp) {
    // [BAK-01] [BAK-03] [BAK-04]
    let site = Site::new(app);
    let made = site.write();
    assert_eq!((made.totals.files, made.totals.file_bytes), (1, PDF.len() as u64));
    assert!(!std::fs::read(&made.file).unwrap().windows(PDF.len()).any(|part| part == PDF), "in the clear");
    let target = site.empty_folder("back");
    let restored = site.restore(&made.file, &target).unwrap();
    assert_eq!(restored.totals, made.totals);
    assert_eq!(target.blobs.get(&target.blobs.put(PDF).unwrap()).unwrap(), PDF);
    // Never over something that is there.
    assert!(site.restore(&made.file, &target).is_err());
    let scratch = site.app.store.folder.join("tried");
    assert_eq!(backup::verify(&made.file, &site.identities, &scratch).unwrap().totals, made.totals);
    let (other, _) = backup::generate_key();
    std::fs::write(site.folder.join("other.txt"), other).unwrap();
    let other = backup::read_identities(&site.folder.join("other.txt")).unwrap();
    assert!(backup::restore(&made.file, &other, &site.empty_folder("nothing")).is_err());
}

fn a_backup_comes_back_on_the_other_engine(app: TestApp) {
    // [BAK-03]
    let site = Site::new(app);
    let made = site.write();
    let other = match site.app.store.db.engine() {
        Engine::Sqlite => Some(Store::empty_postgres()),
        Engine::Postgres => None,
    };
    let target = Target { database: other.as_ref().map(Store::url), ..site.empty_folder("other") };
    let restored = site.restore(&made.file, &target).unwrap();
    assert_eq!(restored.totals, made.totals);
    assert!(site.restore(&made.file, &target).is_err());
}

fn a_damaged_backup_is_refused_and_leaves_nothing(app: TestApp) {
    // [BAK-03]
    let site = Site::new(app);
    let made = site.write();
    let whole = std::fs::read(&made.file).unwrap();
    let cut = site.folder.join("cut.age");
    std::fs::write(&cut, &whole[..whole.len() - 1_000]).unwrap();
    let mut changed = whole.clone();
    let middle = whole.len() / 2;
    changed[middle] ^= 1;
    let bent = site.folder.join("bent.age");
    std::fs::write(&bent, changed).unwrap();
    for damaged in [cut, bent] {
        let target = site.empty_folder("damaged");
        assert!(site.restore(&damaged, &target).is_err());
        assert!(!target.file.exists());
    }
}

fn a_missing_attachment_is_told_and_the_rest_is_saved(app: TestApp) {
    // [BAK-02] [TRB-05]
    let site = Site::new(app);
    let name = site.app.blobs().put(PDF).unwrap();
    std::fs::remove_file(site.app.store.folder.join("blobs").join(&name[..2]).join(&name)).unwrap();
    let checked = files::check(&site.app.store.db, site.app.blobs()).unwrap();
    assert_eq!((checked.named, checked.broken.len()), (1, 1));
    let made = site.write();
    assert_eq!(made.totals.missing, [name]);
    assert_eq!(site.restore(&made.file, &site.empty_folder("rest")).unwrap().totals, made.totals);
}

fn of_two_nodes_one_makes_the_backup(app: TestApp) {
    // [BAK-05] [BAK-06]
    let site = Site::new(app);
    let app = &site.app;
    let every = SignedDuration::from_hours(24);
    let plan = Schedule { every, folder: site.folder.clone(), recipients: site.recipients.clone(), keep: 2 };
    let run = || run_if_due(&app.store.db, app.blobs(), &plan, &|| app.now()).unwrap();
    let started = app.now();
    let made: Vec<bool> = std::thread::scope(|scope| {
        let nodes = [scope.spawn(|| run().is_some()), scope.spawn(|| run().is_some())];
        nodes.map(|node| node.join().unwrap()).to_vec()
    });
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
    assert!(run().is_none());
    for _ in 0..3 {
        app.advance(every);
        assert!(run().is_some());
    }
    let kept = std::fs::read_dir(&site.folder).unwrap().flatten();
    assert_eq!(kept.filter(|entry| entry.path().extension().is_some_and(|end| end == "age")).count(), 2);
    assert!(!is_overdue(&app.store.db, every, started, app.now()).unwrap());
    // A run that cannot write is no backup, and is tried again before its time.
    app.advance(every);
    let nowhere = Schedule { folder: site.folder.join("key.txt").join("no"), ..plan.clone() };
    assert!(run_if_due(&app.store.db, app.blobs(), &nowhere, &|| app.now()).is_err());
    app.advance(every / 2 + SignedDuration::from_mins(1));
    assert!(is_overdue(&app.store.db, every, started, app.now()).unwrap());
    assert!(run().is_some());
    assert!(!is_overdue(&app.store.db, every, started, app.now()).unwrap());
}

fn only_old_files_that_nobody_names_are_collected(app: TestApp) {
    // [TRB-06]
    let site = Site::new(app);
    let (db, blobs) = (&site.app.store.db, site.app.blobs());
    let orphan = blobs.put(b"nobody names this").unwrap();
    // The store has the time of the machine, whatever the clock of the test says.
    let now = motcua::app::command_ctx().now;
    let young = files::collect(db, blobs, now, false).unwrap();
    assert_eq!((young.stored, young.orphans), (2, 0));
    let later = now + SignedDuration::from_hours(25);
    assert_eq!(files::collect(db, blobs, later, true).unwrap().removed, 0);
    let old = files::collect(db, blobs, later, false).unwrap();
    assert_eq!((old.stored, old.orphans, old.removed), (2, 1, 1));
    assert!(blobs.get(&orphan).is_err());
    assert_eq!(blobs.get(&blobs.put(PDF).unwrap()).unwrap(), PDF);
}
