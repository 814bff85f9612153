//! Who came in, and who read whose dossier. Rules: `docs/rules/audit.md`.

use motcua::app;
use motcua::platform::ids::Ids;
use motcua::platform::web::Access;
use motcua::registry::audit::{Audit, Entry, Kind};

use crate::app::TestApp;
use crate::counter::*;
use crate::engines::PASSWORD;

both_engines! {
    whoever_is_shown_an_applicant_leaves_a_row,
    signing_in_and_out_and_changes_are_noted,
    the_auditor_finds_who_read_a_dossier,
    a_reading_that_was_answered_outlives_a_killed_server,
}

type Noted = Vec<(String, String, String, String)>;

/// What is noted beyond what was. The clock of a test stands still, so rows have no order among themselves.
fn since(app: &TestApp, before: &Noted) -> Noted {
    let mut rows = app.audit();
    for old in before {
        let at = rows.iter().position(|row| row == old).expect("no row of the audit goes away");
        rows.remove(at);
    }
    rows
}

fn whoever_is_shown_an_applicant_leaves_a_row(app: TestApp) {
    // [AUD-02] [AUD-05]: every page there is, asked for by everybody who may.
    let found = app.received();
    let name = found.dossier.applicant().name.clone();
    let day = "from=01/05/2018&to=31/05/2018&day=04/05/2018";
    let paths: Vec<(&str, String)> = app::routes()
        .list()
        .iter()
        .filter(|route| route.method == "GET" && route.access != Access::Public)
        // That one never ends, and tells numbers only.
        .filter(|route| route.path != "/desk/overview/live")
        .map(|route| (route.path, format!("{}?{day}", route.path.replace("{id}", &found.id))))
        .collect();
    let mut shown = 0;
    for login in [COUNTER, SPECIALIST, "chutich", "kiemtra", "quantri"] {
        let officer = app.as_officer(login);
        for (route, path) in &paths {
            let path = if route.starts_with("/api/") { path.split('?').next().unwrap() } else { path };
            let before = app.audit();
            let page = officer.get(path);
            let noted = since(&app, &before);
            let row = ("read".to_owned(), login.to_owned(), format!("GET {route}"), found.id.clone());
            let is_shown = page.status == 200 && page.shows(&name);
            if is_shown {
                assert!(noted.contains(&row), "{login} was shown {path} and left no row: {noted:?}");
                shown += 1;
            }
            if page.status.is_client_error() && page.status != 422 {
                assert!(noted.iter().all(|row| row.0 == "refused"), "{login} was shown nothing by {path}: {noted:?}");
                assert_eq!(noted.len(), usize::from(page.status == 403), "{login} {path}");
            }
        }
    }
    assert!(shown > 8, "pages that show the applicant: {shown}");
    // What is printed shows it too.
    let counter = app.as_officer(COUNTER);
    for path in ["/desk/register.pdf", "/desk/receipts.pdf"] {
        let before = app.audit();
        counter.get(&format!("{path}?{day}")).expect(200);
        let row = ("read".to_owned(), COUNTER.to_owned(), format!("GET {path}"), found.id.clone());
        assert!(since(&app, &before).contains(&row), "{path}");
    }
}

fn signing_in_and_out_and_changes_are_noted(app: TestApp) {
    // [AUD-01] [AUD-03]
    let officer = app.browser();
    let enter = |login: &str, password: &str| officer.post("/sign-in", &[("login", login), ("password", password)]);
    enter(COUNTER, "sai").expect(422);
    enter("mật khẩu gõ nhầm ô", "sai").expect(422);
    enter(COUNTER, PASSWORD).expect(303);
    officer.post("/account/sessions/end", &[]).expect(303);
    officer.post("/sign-out", &[]).expect(303);
    let noted: Vec<(String, String, String)> =
        app.audit().into_iter().map(|(kind, login, through, _)| (kind, login, through)).collect();
    let row = |kind: &str, login: &str, through: &str| (kind.to_owned(), login.to_owned(), through.to_owned());
    for wanted in [
        row("sign_in_failed", COUNTER, "password"),
        row("sign_in_failed", "", "password"),
        row("signed_in", COUNTER, "password"),
        row("account_changed", COUNTER, "sessions"),
        row("signed_out", COUNTER, ""),
    ] {
        assert!(noted.contains(&wanted), "{wanted:?} is not in {noted:?}");
    }
    assert!(!noted.iter().any(|(_, login, _)| login.contains("nhầm")), "what is no account is not noted");
}

fn the_auditor_finds_who_read_a_dossier(app: TestApp) {
    // [AUD-04]
    let (first, other) = (app.received(), app.received());
    let officer = app.as_officer(COUNTER);
    officer.get(&format!("/desk/dossiers/{}", first.id)).expect(200);
    for _ in 0..60 {
        officer.get(&format!("/desk/dossiers/{}", other.id)).expect(200);
    }
    app.audit();
    let auditor = app.as_officer("kiemtra");
    let rows = |path: &str| auditor.get(path).expect(200).text().matches("mc-worklist__main").count();
    assert_eq!(rows("/admin/audit"), 50);
    assert_eq!(rows(&format!("/admin/audit?code={}&kind=read", first.dossier.code)), 1);
    assert_eq!(rows("/admin/audit?code=khong-co"), 0);
    assert_eq!(rows("/admin/audit?login=tuphap1"), 0);
    let page = auditor.get(&format!("/admin/audit?code={}", other.dossier.code)).expect(200);
    let text = page.text().replace("&#x2f;", "/").replace("&amp;", "&");
    let next =
        text.split("href=\"").find(|rest| rest.contains("before=")).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(rows(&next), 10);
}

fn a_reading_that_was_answered_outlives_a_killed_server(app: TestApp) {
    // [AUD-02]
    let folder = app.store.folder.join("journal");
    std::fs::create_dir_all(&folder).unwrap();
    let ids = Ids::seeded(7);
    let open = || Audit::open(&ids, &folder).unwrap();
    let read = |audit: &Audit| audit.note(&ids, Entry::new(app.now(), Kind::Read, COUNTER, "GET /read", "").about("D"));
    let files = || {
        let listed = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        listed.filter(|path| path.extension().is_some_and(|end| end == "pending")).collect::<Vec<_>>()
    };
    let rows = || app.audit().len();
    let killed = open();
    read(&killed);
    read(&killed);
    // A neighbour leaves alone what its owner writes itself.
    let neighbour = open();
    assert_eq!((rows(), files().len()), (0, 2));
    neighbour.close(&app.store.db).unwrap();
    // In the middle of the third line, and while the first is in the table already.
    let file = files().pop().unwrap();
    let lines = std::fs::read_to_string(&file).unwrap();
    drop(killed);
    std::fs::write(&file, format!("{lines}{}", &lines[..20])).unwrap();
    let next = open();
    assert_eq!(rows(), 0, "no start waits for it");
    next.write(&app.store.db).unwrap();
    assert_eq!((rows(), files().len()), (2, 1));
    std::fs::write(folder.join("audit-again.pending"), lines.lines().next().unwrap()).unwrap();
    read(&next);
    next.write(&app.store.db).unwrap();
    assert_eq!(
        std::fs::read_to_string(files().iter().find(|file| !file.ends_with("audit-again.pending")).unwrap()).unwrap(),
        ""
    );
    let last = open();
    last.write(&app.store.db).unwrap();
    assert_eq!(rows(), 3, "each once");
    next.close(&app.store.db).unwrap();
    last.close(&app.store.db).unwrap();
    assert_eq!(files(), Vec::<std::path::PathBuf>::new());
}
