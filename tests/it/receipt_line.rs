//! A receipt proves itself: by its line alone, on the page its QR code opens, and beside the ledger. `docs/rules/ledger.md`.

use motcua::platform::ledger::tree;
use motcua::record::dossier;
use motcua::record::receipt::{Difference, Given, address, beside_ledger, beside_proof, line};
use motcua_domain::proof::Signer;
use motcua_domain::proof::file::ProofFile;
use motcua_domain::proof::leaf::Leaf;
use motcua_domain::proof::receipt::{Fault, Receipt};

use crate::app::TestApp;

both_engines! {
    a_receipt_names_the_newest_checkpoint_and_the_page_shows_it_is_real,
    an_altered_receipt_is_false_and_tells_nothing,
    a_receipt_that_says_something_else_than_the_ledger_is_shown_as_such,
    a_dossier_that_was_recorded_later_than_its_receipt_is_back_dated,
    the_tracking_page_gives_the_proof_of_the_acceptance,
    anybody_gets_key_checkpoints_and_proofs,
}

/// The key that signs in tests.
fn signer(app: &TestApp) -> Signer {
    let signer = Signer::new(app.key().name(), &[7; 32]).unwrap();
    assert_eq!(signer.verifier(), app.key());
    signer
}

fn given(app: &TestApp, id: &str) -> Given {
    Given::of(&app.read(|tx| dossier::timeline(tx, id)), 1).unwrap()
}

fn line_of(app: &TestApp, id: &str) -> String {
    line(&app.store.db, &signer(app), &given(app, id)).unwrap().unwrap()
}

fn signed(app: &TestApp, change: impl Fn(&mut Receipt), line: &str) -> String {
    let mut receipt = Receipt::check(line, &[app.key()]).unwrap();
    change(&mut receipt);
    receipt.sign(&signer(app))
}

fn a_receipt_names_the_newest_checkpoint_and_the_page_shows_it_is_real(app: TestApp) {
    // [LED-15] [LED-16]
    app.received();
    app.sign();
    app.advance(jiff::SignedDuration::from_mins(10));
    let found = app.received();
    let line = line_of(&app, &found.id);
    let receipt = Receipt::check(&line, &[app.key()]).unwrap();
    assert_eq!((receipt.code.as_str(), receipt.number, receipt.size), (found.dossier.code.as_str(), 1, 1));
    // Printed again later it is the same.
    app.advance(jiff::SignedDuration::from_mins(10));
    app.sign();
    assert_eq!(line_of(&app, &found.id), line);
    let href = address("", &line);
    // With an address of usual length the code has 61 modules at most, 0.36 mm each on the sheet.
    assert!(address("https://motcua.example.gov.vn", &line).len() < 300, "{line}");
    for page in [app.browser().get(&href).expect(200), app.browser().post("/verify", &[("r", &href)]).expect(200)] {
        assert!(page.shows("Giấy tiếp nhận là thật") && page.shows(&found.dossier.code), "{}", page.text());
    }
    let beside = app.read(|tx| beside_ledger(tx, &receipt));
    assert_eq!((beside.differences, beside.replaced_by), (vec![], None));
    assert_eq!(beside.sealed, Some(app.now()));
}

fn an_altered_receipt_is_false_and_tells_nothing(app: TestApp) {
    // [LED-16]
    let found = app.received();
    let line = line_of(&app, &found.id);
    app.sign();
    let altered = line.replace(&found.dossier.code, "H03.060-180504-0009");
    assert_eq!(Receipt::check(&altered, &[app.key()]), Err(Fault::False));
    let page = app.browser().get(&address("", &altered)).expect(422);
    assert!(page.shows("Chữ ký không đúng") && !page.shows("Giấy tiếp nhận là thật"));
    assert!(app.browser().post("/verify", &[("r", "H03")]).expect(422).shows("không phải dòng chữ của giấy tiếp nhận"));
    assert!(app.browser().post("/verify", &[("r", " ")]).expect(422).shows("Hãy dán dòng chữ"));
    app.browser().get("/verify").expect(200);
}

fn a_receipt_that_says_something_else_than_the_ledger_is_shown_as_such(app: TestApp) {
    // [LED-16] Somebody who has the key wrote it; or somebody changed what is recorded.
    app.received();
    app.sign();
    app.advance(jiff::SignedDuration::from_mins(1));
    let found = app.received();
    let (line, given) = (line_of(&app, &found.id), given(&app, &found.id));
    let differs = |line: &str| {
        let receipt = Receipt::check(line, &[app.key()]).unwrap();
        app.read(|tx| beside_ledger(tx, &receipt)).differences
    };
    let hour = jiff::SignedDuration::from_hours(1);
    let later = signed(&app, |receipt| receipt.received += hour, &line);
    assert_eq!(differs(&later), [Difference::Received(given.received)]);
    let due = signed(&app, |receipt| receipt.due += hour, &line);
    assert_eq!(differs(&due), [Difference::Due(given.due)]);
    assert!(app.browser().get(&address("", &due)).expect(200).shows("Giấy khác với sổ cái"));
    assert_eq!(differs(&signed(&app, |receipt| receipt.root[0] ^= 1, &line)), [Difference::Checkpoint(1)]);
    assert_eq!(differs(&signed(&app, |receipt| receipt.number = 2, &line)), [Difference::Unknown]);
    let back_dated = signed(&app, |receipt| receipt.received -= hour, &line);
    assert!(matches!(Receipt::check(&back_dated, &[app.key()]), Err(Fault::BackDated(_))));
    assert!(app.browser().get(&address("", &back_dated)).expect(200).shows("Giấy bị ghi lùi ngày"));
}

fn a_dossier_that_was_recorded_later_than_its_receipt_is_back_dated(app: TestApp) {
    // [LED-16]
    app.received();
    app.advance(jiff::SignedDuration::from_hours(2));
    app.sign();
    let signed_at = app.now();
    app.at("2018-05-04T08:00:00+07:00");
    let late = app.received();
    app.sign();
    let receipt = Receipt::check(&line_of(&app, &late.id), &[app.key()]).unwrap();
    let beside = app.read(|tx| beside_ledger(tx, &receipt));
    assert_eq!(beside.differences, [Difference::Late(signed_at)]);
}

fn the_tracking_page_gives_the_proof_of_the_acceptance(app: TestApp) {
    // [LED-12]
    let found = app.received();
    let code = found.dossier.code.clone();
    let look = || app.browser().post("/track", &[("code", &code), ("digits", "5678"), ("r", "1")]).expect(200);
    assert!(look().shows("chưa được niêm phong"));
    app.sign();
    let page = look();
    assert!(page.shows("Sự kiện thứ 1 trong 1") && page.text().contains("1.tlog-proof"), "{}", page.text());
    let text = page.text().replace("&#x2f;", "/");
    let data = text.split("data:text/plain;charset=utf-8,").nth(1).unwrap().split('"').next().unwrap();
    let data = format!("file={data}");
    let (_, file) = form_urlencoded::parse(data.as_bytes()).next().unwrap();
    let proof = ProofFile::read(&file).unwrap();
    assert_eq!(proof.check(&[app.key()]).unwrap().size, 1);
    let event = Leaf::read(&proof.line).unwrap().event().unwrap();
    let receipt = Receipt::check(&line_of(&app, &found.id), &[app.key()]).unwrap();
    assert_eq!(beside_proof(&receipt, &event, proof.index), []);
    let other = Receipt { due: receipt.received, ..receipt };
    assert_eq!(beside_proof(&other, &event, proof.index), [Difference::Due(event.accepted.as_ref().unwrap().due_at)]);
}

fn anybody_gets_key_checkpoints_and_proofs(app: TestApp) {
    // [LED-12] [LED-14]
    let get = |path: &str| app.browser().get(path);
    for path in ["/ledger/key", "/ledger/checkpoint", "/ledger/days/2018-05-04"] {
        get(path).expect(404);
    }
    get("/ledger").expect(200);
    app.received();
    app.sign();
    assert_eq!(get("/ledger/key").expect(200).text(), format!("{}\n", app.key()));
    assert_eq!(get("/ledger/checkpoint").expect(200).text(), app.read(tree::newest).unwrap().note);
    let day = get("/ledger/days/2018-05-04").expect(200);
    assert!(day.shows("Niêm phong ngày 04/05/2018") && day.text().contains("data:image/svg+xml"));
    assert!(get("/ledger").expect(200).shows(&app.key().to_string()));
    get("/ledger/days/tomorrow").expect(404);
    get("/ledger/days/2018-05-05").expect(404);
    assert_eq!(get("/ledger/checkpoints").expect(200).text(), format!("{}\n", app.read(tree::newest).unwrap().note));
    assert_eq!(get("/ledger/checkpoints?after=1").expect(200).text(), "");
    get("/ledger/checkpoints?after=x").expect(404);
    get("/ledger/consistency?from=1&to=2").expect(404);
    assert_eq!(get("/ledger/consistency?from=1&to=1").expect(200).text(), "");
}
