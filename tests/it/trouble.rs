//! What is wrong around the program is said plainly, writes are refused, reads go on, and work resumes by itself.

use jiff::SignedDuration;
use motcua::platform::db::Engine;
use motcua::platform::trouble::Trouble;

use crate::app::TestApp;
use crate::counter::{COUNTER, SPECIALIST};

both_engines! {
    a_clock_that_went_back_stops_writes_until_it_is_right,
    an_attachment_that_is_gone_or_changed_is_said_and_never_shown,
}

/// The words of a trouble in the health answer.
fn health(app: &TestApp) -> (u16, String) {
    let answer = app.browser().get("/troublez");
    (answer.status.as_u16(), answer.text())
}

fn look(app: &TestApp) {
    app.troubles().look(&app.store.db, app.blobs(), app.now(), false);
}

fn troubles(app: &TestApp) -> Vec<Trouble> {
    app.troubles().list().into_iter().map(|(trouble, _)| trouble).collect()
}

#[test]
fn a_full_disk_refuses_writes_keeps_reading_and_recovers() {
    // [TRB-01] [TRB-02] [TRB-03]
    let app = TestApp::new(Engine::Sqlite);
    let found = app.received();
    let counter = app.as_officer(COUNTER);
    let correct = |counter: &crate::browser::Browser<'_>, lang: &str| {
        let version = app.dossier(&found.id).dossier.version;
        let body = serde_json::json!({ "act": "correct", "version": version, "reason": "x".repeat(1_900), "particulars":
            { "applicant": { "name": "Nguyễn Văn A", "phone": "0912345678" },
              "papers": [{ "name": "Tờ khai", "originals": 1 }], "fee_way": "no_fee", "return_via": "counter",
              "note": format!("after {version}") } });
        let headers = [
            ("Content-Type", "application/json".to_owned()),
            ("Authorization", format!("Bearer {}", counter.token())),
            ("Accept-Language", lang.to_owned()),
        ];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let path = format!("/api/v1/dossiers/{}/acts", found.id);
        counter.call("POST", &path, &headers, body.to_string().as_bytes())
    };
    let pages = |count: u32| {
        let limit = format!("PRAGMA max_page_count = {count}");
        app.write(move |tx| Ok(tx.script(&limit)?)).unwrap();
    };
    // The engine's own full disk: it may not grow beyond what it has.
    correct(&counter, "vi").expect(200);
    pages(1);
    // There may be room in the pages it has; what fits is recorded, and then it is full.
    let page = (0..200).map(|_| correct(&counter, "vi")).find(|page| page.status == 503).expect("a full disk");
    let (version, problem) = (app.dossier(&found.id).dossier.version, page.json());
    assert_eq!(problem["key"], "trouble.disk_full");
    assert!(problem["detail"].as_str().unwrap().contains("đầy"), "{problem}");
    assert!(correct(&counter, "en").expect(503).text().contains("full"));
    assert!(troubles(&app).contains(&Trouble::DiskFull));
    let (status, words) = health(&app);
    assert!(status == 503 && words.starts_with("disk_full"), "{words}");
    counter.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    // Nobody was told yes for what is not there.
    assert_eq!(app.dossier(&found.id).dossier.version, version);
    pages(1_000_000);
    look(&app);
    assert_eq!(troubles(&app), []);
    assert_eq!(health(&app), (200, "ok\n".to_owned()));
    correct(&counter, "vi").expect(200);
}

fn a_clock_that_went_back_stops_writes_until_it_is_right(app: TestApp) {
    // [TRB-04]
    let found = app.received();
    let officer = app.as_officer(COUNTER);
    look(&app);
    assert_eq!(troubles(&app), []);
    app.advance(-SignedDuration::from_hours(1));
    look(&app);
    assert_eq!(troubles(&app), [Trouble::ClockBack]);
    let path = format!("/desk/dossiers/{}/forward", found.id);
    for (lang, words) in [("vi", "Đồng hồ"), ("en", "clock")] {
        assert!(officer.post(&format!("{path}?lang={lang}"), &[("version", "1")]).expect(503).shows(words));
    }
    let problem = app.browser().call("POST", "/api/v1/session", &[], b"{}").expect(503).json();
    assert_eq!(problem["key"], "trouble.clock_back");
    assert_eq!(problem["type"], "urn:motcua:problem:unavailable");
    officer.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    assert_eq!(app.dossier(&found.id).dossier.version, 1);
    app.advance(SignedDuration::from_hours(1));
    look(&app);
    assert_eq!(troubles(&app), []);
    officer.post(&path, &[("version", "1")]).expect(303);
}

fn an_attachment_that_is_gone_or_changed_is_said_and_never_shown(app: TestApp) {
    // [TRB-05]
    let found = app.received();
    app.act(COUNTER, &found.id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &found.id, "claim", &[]).expect(303);
    let path = format!("/desk/dossiers/{}/results", found.id);
    let version = app.dossier(&found.id).dossier.version.to_string();
    let fields = [("result_title", "Văn bản số 12"), ("version", version.as_str())];
    let pdf = b"%PDF-1.7 a decision";
    app.as_officer(SPECIALIST).post_file(&path, &fields, "ket-qua.pdf", pdf).expect(303);
    let name = app.dossier(&found.id).dossier.results[0].file.sha256.clone();
    let (page, officer) = (format!("{path}/{name}"), app.as_officer(SPECIALIST));
    let file = app.store.folder.join("blobs").join(&name[..2]).join(&name);
    std::fs::remove_file(&file).unwrap();
    assert!(officer.get(&format!("{page}?lang=vi")).expect(503).shows("Không tìm thấy tệp"));
    look(&app);
    assert_eq!(troubles(&app), [Trouble::FileMissing]);
    std::fs::write(&file, b"%PDF-1.7 another decision").unwrap();
    assert!(officer.get(&format!("{page}?lang=en")).expect(503).shows("not what was handed in"));
    look(&app);
    assert_eq!(troubles(&app), [Trouble::FileChanged]);
    // Everything else works, and so does this once the file is back.
    app.act(SPECIALIST, &found.id, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(303);
    std::fs::write(&file, pdf).unwrap();
    look(&app);
    assert_eq!(troubles(&app), []);
    officer.get(&page).expect(200);
}
