//! `motcua doctor`: each check, made to fail.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use motcua::doctor::{Finding, Order, State, judge, look, space};
use motcua::platform::blobs::{Blobs, Bucket};
use motcua::platform::ctx::Ctx;
use motcua::platform::db::Db;
use motcua::platform::failure::Failure;
use motcua::platform::i18n::{Locale, Texts};
use motcua::platform::ids::Ids;
use motcua::platform::watch::{Metrics, job};
use motcua::record::mail::{self, NewMail, Smtp};
use motcua::registry::{identity, install, pack};

use crate::app::TestApp;
use crate::counter::*;
use crate::engines::{PASSWORD, SITE};
use crate::import::Folder;

both_engines! {
    an_installation_that_works_is_told_so,
    a_database_that_does_not_flush_is_told,
    a_schema_that_is_not_ours_is_told,
    a_changed_event_is_told,
    a_clock_behind_the_ledger_is_told,
    mail_that_waits_or_was_given_up_is_told,
    events_that_nobody_seals_are_told,
    a_backup_that_is_missing_or_old_is_told,
    what_the_running_program_tells_is_passed_on,
    a_file_that_is_gone_is_told,
    a_year_without_a_calendar_is_told,
}

impl TestApp {
    fn order(&self) -> Order {
        fs::set_permissions(&self.store.folder, fs::Permissions::from_mode(0o750)).unwrap();
        Order { folder: self.store.folder.clone(), database: self.store.url(), ..Order::default() }
    }

    fn doctor(&self, id: &str) -> (State, String) {
        said(&look(&self.order(), self.now()), id)
    }
}

/// How bad it is, and which sentence says so. Every sentence exists in both languages.
fn said(found: &[Finding], id: &str) -> (State, String) {
    let finding = found.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("{id} was not looked at"));
    let texts = Texts::embedded().unwrap();
    for locale in [Locale::Vi, Locale::En] {
        let sentence = texts.say(locale, &finding.sentence.key, &finding.sentence.params);
        assert!(!sentence.contains('{') && sentence != finding.sentence.key, "{sentence}");
    }
    (finding.state, finding.sentence.key.rsplit('.').next().unwrap().to_owned())
}

fn is(state: State, what: &str) -> (State, String) {
    (state, what.to_owned())
}

fn an_installation_that_works_is_told_so(app: TestApp) {
    app.received();
    app.seal();
    let found = look(&app.order(), app.now());
    for finding in &found {
        // The server of the tests may be one that nobody needs after a crash, and the site is a demonstration.
        let known = ["postgres", "passwords", "calendar", "disk"].contains(&finding.id);
        assert!(known || finding.state == State::Good, "{finding:?}");
    }
    assert_eq!(said(&found, "passwords"), is(State::Warning, "demonstration"));
}

fn a_database_that_does_not_flush_is_told(app: TestApp) {
    let order = app.order();
    if order.database.is_none() {
        let found = look(&order, app.now());
        return assert!(found.iter().all(|finding| finding.id != "postgres"), "SQLite flushes as the program tells it");
    }
    let off = "EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database())";
    app.store.behind_its_back(&format!("DO $$ BEGIN {off}; END $$"));
    assert_eq!(app.doctor("postgres"), is(State::Fault, "not_durable"));
}

fn a_schema_that_is_not_ours_is_told(app: TestApp) {
    app.store.behind_its_back("DELETE FROM schema_migration WHERE number = (SELECT MAX(number) FROM schema_migration)");
    assert_eq!(app.doctor("database"), is(State::Warning, "behind"));
    app.store.behind_its_back("UPDATE schema_migration SET checksum = 'other' WHERE number = 2");
    assert_eq!(app.doctor("database"), is(State::Fault, "foreign"));
}

fn a_changed_event_is_told(mut app: TestApp) {
    app.must_hold = false;
    let id = app.received().id;
    app.seal();
    assert_eq!(app.doctor("ledger"), is(State::Good, "good"));
    app.store.behind_its_back(&format!("UPDATE event SET office = 'x' WHERE stream = '{id}'"));
    assert_eq!(app.doctor("ledger"), is(State::Fault, "broken"));
}

fn a_clock_behind_the_ledger_is_told(app: TestApp) {
    app.received();
    let told = |app: &TestApp| said(&look(&app.order(), app.now() - SignedDuration::from_hours(1)), "clock");
    assert_eq!(told(&app), is(State::Fault, "behind"));
    app.seal();
    assert_eq!(told(&app), is(State::Fault, "behind"), "also when it is sealed");
    assert_eq!(app.doctor("clock"), is(State::Good, "good"));
}

fn mail_that_waits_or_was_given_up_is_told(app: TestApp) {
    assert_eq!(app.doctor("mail"), is(State::Good, "none"));
    let ctx = app.ctx(None);
    let text = |text: &str| text.to_owned();
    let new = NewMail { about: text("0"), to: text("a@motcua.example"), subject: text("x"), body: text("x") };
    app.write(move |tx| mail::queue(tx, &ctx, &new)).unwrap();
    assert_eq!(app.doctor("mail"), is(State::Good, "good"));
    app.advance(SignedDuration::from_hours(2));
    assert_eq!(app.doctor("mail"), is(State::Warning, "waiting"));
    app.advance(SignedDuration::from_hours(23));
    assert_eq!(app.doctor("mail"), is(State::Fault, "stuck"));
    app.store.behind_its_back("UPDATE mail_outbox SET next_at = NULL, failed_because = 'no such address'");
    assert_eq!(app.doctor("mail"), is(State::Warning, "given_up"));
}

fn events_that_nobody_seals_are_told(app: TestApp) {
    app.received();
    assert_eq!(app.doctor("seals"), is(State::Good, "good"));
    app.advance(SignedDuration::from_mins(11));
    assert_eq!(app.doctor("seals"), is(State::Fault, "behind"));
    app.seal();
    assert_eq!(app.doctor("seals"), is(State::Good, "good"));
}

fn a_backup_that_is_missing_or_old_is_told(app: TestApp) {
    // The site of the tests is a demonstration, of which nobody needs a backup.
    assert!(look(&app.order(), app.now()).iter().all(|finding| finding.id != "backup"));
    let said = |hours: i64| {
        let now = app.now() + SignedDuration::from_hours(hours);
        app.read(|tx| Ok(said(&[motcua::doctor::backup(tx, now)?], "backup")))
    };
    assert_eq!(said(0), is(State::Warning, "none"));
    let run = |number: i64, failed: &str| {
        let (now, failed) = (app.now(), (!failed.is_empty()).then(|| failed.to_owned()));
        let sql = "INSERT INTO backup_run (number, started_at, seen_at, ended_at, failed_because)
                   VALUES ($1, $2, $2, $2, $3)";
        app.write(move |tx| tx.execute_one(sql, &[number.into(), now.into(), failed.clone().into()])).unwrap();
    };
    run(1, "no room");
    assert_eq!(said(0), is(State::Fault, "failed"));
    run(2, "");
    assert_eq!(said(47), is(State::Good, "good"));
    assert_eq!(said(49), is(State::Warning, "old"));
    assert_eq!(said(7 * 24 + 1), is(State::Fault, "old"));
    run(3, "no room");
    assert_eq!(said(1), is(State::Warning, "failed"));
}

fn what_the_running_program_tells_is_passed_on(app: TestApp) {
    // [TRB-07] [OBS-07]
    let metrics = Metrics::start().unwrap();
    let tells = |id: &str| said(&judge(&app.figures(metrics.clone()), app.now()), id);
    let run = |well: bool| {
        let done = if well { Ok(()) } else { Err(Failure::NotFound) };
        job("check", app.troubles(), app.now(), || done);
    };
    run(true);
    assert_eq!((tells("running"), tells("jobs")), (is(State::Good, "good"), is(State::Good, "good")));
    run(false);
    assert_eq!(tells("running"), is(State::Fault, "troubled"));
    assert!(app.browser().get("/troublez").expect(503).text().starts_with("job_fails "));
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(tells("jobs"), is(State::Fault, "failing"));
    // Others work, and do not hide it.
    job("other", app.troubles(), app.now(), || Ok::<_, Failure>(()));
    assert_eq!(tells("running"), is(State::Fault, "troubled"));
    run(true);
    assert_eq!((tells("running"), tells("jobs")), (is(State::Good, "good"), is(State::Good, "good")));
    app.browser().get("/troublez").expect(200);
}

fn a_file_that_is_gone_is_told(app: TestApp) {
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    let version = app.dossier(&id).dossier.version.to_string();
    let fields = [("result_title", "Số 12"), ("version", version.as_str())];
    let path = format!("/desk/dossiers/{id}/results");
    app.as_officer(SPECIALIST).post_file(&path, &fields, "ket-qua.pdf", b"%PDF-1.7 signed").expect(303);
    assert_eq!(app.doctor("attachments"), is(State::Good, "good"));
    let file = app.dossier(&id).dossier.results[0].file.sha256.clone();
    fs::remove_file(app.store.folder.join("blobs").join(&file[..2]).join(&file)).unwrap();
    assert_eq!(app.doctor("attachments"), is(State::Fault, "lost"));
    // Where the files are elsewhere, it is looked there, and not into the folder.
    let nowhere = |files| said(&look(&Order { files: Some(files), ..app.order() }, app.now()), "attachments");
    assert_eq!(nowhere(Err("no keys".to_owned())), is(State::Fault, "unreachable"));
    let closed = Bucket {
        bucket: "b".into(),
        endpoint: Some("http://127.0.0.1:1".into()),
        access_key_id: "k".into(),
        secret_access_key: "s".into(),
        ..Bucket::default()
    };
    assert_eq!(nowhere(Ok(Blobs::open_bucket(&closed).unwrap())), is(State::Fault, "unreachable"));
    let elsewhere = Blobs::open(&app.store.folder.join("elsewhere")).unwrap();
    assert_eq!(elsewhere.put(b"%PDF-1.7 signed").unwrap(), file);
    assert_eq!(nowhere(Ok(elsewhere)), is(State::Good, "good"));
}

fn a_year_without_a_calendar_is_told(app: TestApp) {
    let found = |year: i16| said(&look(&app.order(), format!("{year}-06-01T00:00:00Z").parse().unwrap()), "calendar");
    let registry = app.registry();
    let covered = |year| registry.calendar(DISTRICT).unwrap().covers_year(year);
    let last = (2018..2100).find(|year| !covered(year + 1)).unwrap();
    assert_eq!(found(last), is(State::Warning, "next"));
    assert_eq!(found(last + 1), is(State::Fault, "none"));
}

#[test]
fn a_folder_that_is_not_there_or_not_ours_is_told() {
    let now = Timestamp::UNIX_EPOCH;
    let at = |folder: &Path| look(&Order { folder: folder.to_owned(), ..Order::default() }, now);
    let folder = Folder::new("doctor");
    assert_eq!(said(&at(&folder.0.join("none")), "folder"), is(State::Fault, "missing"));
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(said(&at(&folder.0), "folder"), is(State::Warning, "open"));
    assert_eq!(said(&at(&folder.0), "database"), is(State::Fault, "missing"));
    // Where nobody may write, not even the superuser.
    assert_eq!(said(&at(Path::new("/proc")), "folder"), is(State::Fault, "read_only"));
    fs::write(folder.0.join("motcua.sqlite"), "no database, but a text that is longer than its header").unwrap();
    assert_eq!(said(&at(&folder.0), "database"), is(State::Fault, "unreachable"));
    let nobody = Order { database: Some("postgres://nobody@127.0.0.1:1/none".into()), ..Order::default() };
    assert_eq!(said(&look(&nobody, now), "database"), is(State::Fault, "unreachable"));
}

#[test]
fn a_mail_server_and_a_program_that_do_not_answer_are_told() {
    let mail = Smtp::new("smtp://127.0.0.1:1", None, "mot-cua@motcua.example").unwrap();
    let order = Order { mailer: Some(Arc::new(mail)), metrics: Some("127.0.0.1:1".into()), ..Order::default() };
    let found = look(&order, Timestamp::UNIX_EPOCH);
    assert_eq!(said(&found, "mail_server"), is(State::Fault, "unreachable"));
    assert_eq!(said(&found, "running"), is(State::Fault, "unreachable"));
    let folder = Folder::new("mail-server");
    let mail = mail::Folder::new(&folder.0, "mot-cua@motcua.example").unwrap();
    let order = Order { mailer: Some(Arc::new(mail)), ..Order::default() };
    assert_eq!(said(&look(&order, Timestamp::UNIX_EPOCH), "mail_server"), is(State::Good, "good"));
}

#[test]
fn a_disk_that_fills_up_is_told() {
    let state = |free| said(&[space(free)], "disk");
    assert_eq!(state(199), is(State::Fault, "full"));
    assert_eq!(state(200), is(State::Warning, "tight"));
    assert_eq!(state(2_048), is(State::Good, "good"));
}

#[test]
fn an_address_that_leads_nowhere_is_told() {
    let told = |url: &str| {
        said(&look(&Order { base_url: Some(url.into()), ..Order::default() }, Timestamp::UNIX_EPOCH), "address")
    };
    assert_eq!(told("https://motcua.example"), is(State::Good, "good"));
    assert_eq!(told("http://motcua.example"), is(State::Warning, "clear"));
    assert_eq!(told("https://127.0.0.1:8443"), is(State::Warning, "here"));
    for none in ["motcua.example", "https://", "https://motcua.example/", "ftp://motcua.example"] {
        assert_eq!(told(none), is(State::Fault, "none"), "{none}");
    }
}

#[test]
fn a_certificate_that_ends_is_told() {
    let folder = Folder::new("certificate");
    let file = folder.0.join("cert.pem");
    let words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
    let key = folder.0.join("key.pem");
    let mut openssl = std::process::Command::new("openssl");
    openssl.args(words).args(["-subj", "/CN=motcua.example", "-keyout"]).arg(&key).arg("-out").arg(&file);
    let made = openssl.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let now = Timestamp::try_from(fs::metadata(&file).unwrap().modified().unwrap()).unwrap();
    let after = |days: i64, file: PathBuf| {
        let order = Order { certificate: Some(file), ..Order::default() };
        said(&look(&order, now + SignedDuration::from_hours(24 * days)), "certificate")
    };
    assert_eq!(after(0, file.clone()), is(State::Good, "good"));
    assert_eq!(after(20, file.clone()), is(State::Warning, "ending"));
    assert_eq!(after(31, file), is(State::Fault, "over"));
    assert_eq!(after(0, key), is(State::Fault, "unreadable"));
}

#[test]
fn a_password_of_the_demonstration_in_a_real_site_is_told() {
    let folder = Folder::new("passwords");
    let mut pack = pack::read(&pack::embedded(SITE).unwrap()).unwrap_or_else(|_| panic!("the pack has faults"));
    let known = pack.site.demo_password.take().unwrap();
    (pack.site.demonstration, pack.examples) = (false, Vec::new());
    let ctx = Ctx::nobody("2018-01-01T00:00:00Z".parse().unwrap(), Ids::seeded(1));
    for (password, expected) in [(known.as_str(), is(State::Fault, "known")), (PASSWORD, is(State::Good, "good"))] {
        let hash = identity::hash_password(password).unwrap();
        let (ctx, pack) = (ctx.clone(), pack.clone());
        let place = folder.0.join(password);
        fs::create_dir(&place).unwrap();
        let db = Db::open_sqlite(&place.join("motcua.sqlite")).unwrap().of(SITE);
        db.transact("registry.install", move |tx| install::install(tx, &ctx, &pack, Some(&hash))).unwrap();
        let found = look(&Order { folder: place, ..Order::default() }, "2018-05-04T00:00:00Z".parse().unwrap());
        assert_eq!(said(&found, "passwords"), expected);
    }
}
