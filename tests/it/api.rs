//! The API: its description, the main job through it, and every way to ask wrongly.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use motcua::app;
use motcua::platform::web::api::describe;
use motcua::registry::identity;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;
use crate::engines::PASSWORD;
use crate::golden::assert_golden;

both_engines! {
    a_dossier_goes_from_the_counter_to_the_hand_by_program,
    what_is_read_can_be_corrected_and_sent_back,
    the_same_write_sent_twice_is_done_once,
    whoever_looked_at_an_older_version_is_told,
    every_error_is_a_problem,
    lists_are_paged_without_loss_or_repetition,
    a_foreign_dossier_is_not_there_for_a_program_either,
    tracking_tells_nobody_which_part_was_wrong_and_slows_down,
    a_key_acts_with_the_roles_of_its_account_until_it_is_revoked,
    a_person_signs_in_and_out_by_program,
}

/// A program with the session of somebody.
pub struct Program<'a> {
    app: &'a TestApp,
    bearer: String,
}

impl TestApp {
    pub fn program(&self, login: &str) -> Program<'_> {
        self.program_with(&self.as_officer(login).token())
    }

    pub fn program_with(&self, token: &str) -> Program<'_> {
        Program { app: self, bearer: format!("Bearer {token}") }
    }
}

impl Program<'_> {
    pub fn get(&self, path: &str) -> Page {
        self.app.browser().call("GET", path, &[("authorization", &self.bearer)], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Page {
        self.post_once(path, body, None)
    }

    fn post_once(&self, path: &str, body: &Value, key: Option<&str>) -> Page {
        let mut headers = vec![("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        self.app.browser().call("POST", path, &headers, body.to_string().as_bytes())
    }

    pub fn act(&self, id: &str, act: Value) -> Page {
        self.post(&format!("/api/v1/dossiers/{id}/acts"), &act)
    }
}

fn dossier(name: &str) -> Value {
    json!({ "tier": "district", "procedure": PROCEDURE, "particulars": {
        "applicant": { "name": name, "phone": "0912345678" }, "papers": [{ "name": "Phiếu yêu cầu", "originals": 1 }] } })
}

pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} in {value}"))
}

// --- the description ---------------------------------------------------------------------------------------------------

#[test]
fn every_route_of_the_api_is_described_and_the_other_way_round() {
    let routes = app::routes();
    let under_api = routes.list().iter().filter(|route| route.path.starts_with("/api/"));
    let routed: BTreeSet<String> = under_api.map(|route| format!("{} {}", route.method, route.path)).collect();
    let document = describe(routes.endpoints());
    let mut described = BTreeSet::new();
    let mut listed = String::new();
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.insert(format!("{} {path}", method.to_uppercase()));
            assert!(names.insert(text(operation, "/operationId").to_owned()), "two operations have one name: {path}");
            let answers: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            let name = text(operation, "/operationId");
            let _ = writeln!(listed, "{:<6} {path} {name}: {}", method.to_uppercase(), answers.join(" "));
        }
    }
    assert_eq!(routed, described);
    assert_golden("api.txt", &listed);
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let document = describe(app::routes().endpoints());
    let mut open = vec![&document];
    let mut followed = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                    followed += 1;
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(followed > 50, "only {followed} references");
}

// --- the main job ------------------------------------------------------------------------------------------------------

fn a_dossier_goes_from_the_counter_to_the_hand_by_program(app: TestApp) {
    app.at("2018-05-04T15:10:00+07:00");
    let counter = app.program(COUNTER);
    let found = counter.get("/api/v1/procedures?q=sua%20doi%20giao%20dich&tier=district").expect(200).json();
    assert_eq!(text(&found, "/items/0/key"), PROCEDURE);
    let made = counter.post("/api/v1/dossiers", &dossier("Nguyễn Văn A")).expect(201);
    let receipt = made.json();
    let id = text(&receipt, "/id").to_owned();
    assert_eq!(made.location, format!("/api/v1/dossiers/{id}"));
    assert_eq!(text(&receipt, "/code"), "MAU.060.H03-180504-0001");
    assert_eq!(text(&receipt, "/received_at"), "2018-05-04T15:10:00+07:00");
    assert_eq!(text(&receipt, "/due_at"), "2018-05-08T17:00:00+07:00");
    assert!(counter.get(text(&receipt, "/receipt_url")).expect(200).bytes.starts_with(b"%PDF-"));
    counter.act(&id, json!({ "act": "forward", "version": 1 })).expect(200);
    let specialist = app.program(SPECIALIST);
    let work = specialist.get("/api/v1/worklist").expect(200).json();
    assert_eq!((text(&work, "/items/0/id"), &work["open"], &work["late"]), (id.as_str(), &json!(1), &json!(0)));
    let claimed = specialist.act(&id, json!({ "act": "claim" })).expect(200).json();
    let may = json!(["send_back", "propose", "attach_result", "ask_supplement", "ask_payment", "consult"]);
    assert_eq!((text(&claimed, "/holder/id"), &claimed["possible"]), (SPECIALIST, &may));
    specialist.act(&id, json!({ "act": "propose", "outcome": "grant" })).expect(200);
    app.program(HEAD).act(&id, json!({ "act": "return", "reason": "Thiếu chữ ký" })).expect(200);
    app.program(HEAD).act(&id, json!({ "act": "assign", "to": COLLEAGUE })).expect(200);
    app.program(COLLEAGUE).act(&id, json!({ "act": "propose", "outcome": "grant", "note": "Đủ" })).expect(200);
    app.program(HEAD).act(&id, json!({ "act": "approve" })).expect(200);
    let leader = app.program(LEADER);
    let path = format!("/api/v1/dossiers/{id}/results?title=S%E1%BB%91%2012&name=ket-qua.pdf");
    let headers = [("authorization", leader.bearer.as_str()), ("content-type", "application/pdf")];
    let attached = app.browser().call("POST", &path, &headers, b"%PDF-1.7 signed").expect(200).json();
    assert_eq!(leader.get(text(&attached, "/results/0/url")).expect(200).bytes, b"%PDF-1.7 signed");
    leader.act(&id, json!({ "act": "approve" })).expect(200);
    let proxy = json!({ "name": "Trần Thị B", "authority": "Giấy ủy quyền số 5" });
    let refused = counter.act(&id, json!({ "act": "hand_over", "recipient": proxy })).expect(422).json();
    assert_eq!(text(&refused, "/errors/0/field"), "recipient.id_number");
    let applicant = json!({ "act": "hand_over", "recipient": { "name": "Nguyễn Văn A" } });
    let closed = counter.act(&id, applicant).expect(200).json();
    assert_eq!((text(&closed, "/status"), &closed["possible"]), ("returned", &json!([])));
    let events = counter.get(&format!("/api/v1/dossiers/{id}/events")).expect(200).json();
    let seqs: Vec<i64> =
        events["items"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=closed["version"].as_i64().unwrap()).collect::<Vec<_>>());
    let tracked = json!({ "code": text(&receipt, "/code").to_lowercase(), "last_four": "5678" });
    let headers = [("content-type", "application/json"), ("accept-language", "en")];
    let tracked = app.browser().call("POST", "/api/v1/tracking", &headers, tracked.to_string().as_bytes()).expect(200);
    assert_eq!(text(&tracked.json(), "/status"), "returned");
    assert!(!tracked.shows("Nguyễn"), "tracking names nobody");
}

fn what_is_read_can_be_corrected_and_sent_back(app: TestApp) {
    let counter = app.program(COUNTER);
    let id = app.received().id;
    let read = counter.get(&format!("/api/v1/dossiers/{id}")).expect(200).json();
    let mut particulars = read["particulars"].clone();
    let same = json!({ "act": "correct", "reason": "Thử", "particulars": particulars });
    assert_eq!(text(&counter.act(&id, same).expect(422).json(), "/key"), "refusal.nothing_changed");
    particulars["applicant"]["name"] = json!("Nguyễn Văn Ân");
    let corrected = json!({ "act": "correct", "version": 1, "reason": "Viết sai tên", "particulars": particulars });
    let after = counter.act(&id, corrected).expect(200).json();
    assert_eq!((text(&after, "/particulars/applicant/name"), &after["receipt"]), ("Nguyễn Văn Ân", &json!(2)));
}

fn the_same_write_sent_twice_is_done_once(app: TestApp) {
    let counter = app.program(COUNTER);
    let long = "k".repeat(200);
    for key in ["quay-1", &long] {
        let send = |name: &str| counter.post_once("/api/v1/dossiers", &dossier(name), Some(key));
        // What failed left nothing, and may be sent again corrected.
        send(" ").expect(422);
        let first = send("Nguyễn Văn A").expect(201);
        assert!(first.headers.get("idempotent-replay").is_none());
        let again = send("Nguyễn Văn A").expect(201);
        assert_eq!(again.headers.get("idempotent-replay").unwrap(), "true");
        assert_eq!((again.bytes, again.location), (first.bytes, first.location));
        assert_eq!(text(&send("Trần Thị B").expect(422).json(), "/key"), "idempotency.mismatch");
        // The key is one account's.
        app.program("motcua2").post_once("/api/v1/dossiers", &dossier("Nguyễn Văn A"), Some(key)).expect(201);
    }
    let listed = counter.get("/api/v1/dossiers").expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 4);
    let id = text(&listed, "/items/0/id").to_owned();
    let act = |key| counter.post_once(&format!("/api/v1/dossiers/{id}/acts"), &json!({ "act": "forward" }), Some(key));
    act("f").expect(200);
    act("f").expect(200);
    assert_eq!(app.dossier(&id).dossier.version, 2);
    counter.post_once("/api/v1/dossiers", &dossier("Nguyễn Văn A"), Some(&"k".repeat(201))).expect(422);
}

fn whoever_looked_at_an_older_version_is_told(app: TestApp) {
    let id = app.received().id;
    let counter = app.program(COUNTER);
    counter.act(&id, json!({ "act": "forward", "version": 1 })).expect(200);
    let specialist = app.program(SPECIALIST);
    let problem = specialist.act(&id, json!({ "act": "claim", "version": 1 })).expect(409).json();
    assert_eq!(text(&problem, "/type"), "urn:motcua:problem:conflict");
    assert_eq!(app.dossier(&id).dossier.version, 2);
}

// --- asked wrongly -----------------------------------------------------------------------------------------------------

fn every_error_is_a_problem(app: TestApp) {
    let counter = app.program(COUNTER);
    let bearer = ("authorization", counter.bearer.as_str());
    let json = ("content-type", "application/json");
    let id = app.received().id;
    let (acts, results) =
        (format!("/api/v1/dossiers/{id}/acts"), format!("/api/v1/dossiers/{id}/results?title=a&name=a.pdf"));
    let large = vec![b' '; 1024 * 1024 + 1];
    let misspelt = dossier("A").to_string().replace("phone", "fone");
    let nul = dossier("A").to_string().replace("0912345678", "\\u0000");
    type Case<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a [u8], u16, &'a str);
    let cases: Vec<Case> = vec![
        ("GET", "/api/v1/nothing", vec![], b"", 404, "not_found"),
        ("GET", "/api/v1/procedures/district/none", vec![], b"", 404, "not_found"),
        ("GET", "/api/v1/procedures/moon/2.000913", vec![], b"", 404, "not_found"),
        ("GET", "/api/v1/procedures/district/%00", vec![], b"", 404, "not_found"),
        ("GET", "/api/v1/procedures?q=%00", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?limit=0", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?limit=201", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?limit=ten", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?limt=1", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?after=zz", vec![], b"", 422, "invalid"),
        ("GET", "/api/v1/procedures?tier=moon", vec![], b"", 422, "invalid"),
        ("PUT", "/api/v1/procedures", vec![], b"", 405, "method_not_allowed"),
        ("POST", "/api/v1/procedures", vec![], b"", 405, "method_not_allowed"),
        ("GET", "/api/v1/dossiers", vec![], b"", 401, "unauthenticated"),
        ("GET", "/api/v1/dossiers", vec![("authorization", "Bearer nonsense")], b"", 401, "unauthenticated"),
        ("GET", "/api/v1/dossiers?code=a&name=b", vec![bearer], b"", 422, "invalid"),
        ("GET", "/api/v1/worklist?office=pacnam/justice", vec![bearer], b"", 404, "not_found"),
        ("POST", "/api/v1/dossiers", vec![bearer], b"{}", 415, "media_type"),
        ("POST", "/api/v1/dossiers", vec![bearer, ("content-type", "text/plain")], b"{}", 415, "media_type"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], b"", 400, "malformed"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], b"{", 400, "malformed"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], b"\xff", 400, "malformed"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], b"[]", 422, "invalid"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], &large, 413, "too_large"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], misspelt.as_bytes(), 422, "invalid"),
        ("POST", "/api/v1/dossiers", vec![bearer, json], nul.as_bytes(), 422, "invalid"),
        ("POST", "/api/v1/dossiers", vec![bearer, json, ("idempotency-key", "")], b"{}", 422, "invalid"),
        ("POST", &acts, vec![bearer, json], br#"{"act":"burn"}"#, 422, "invalid"),
        ("POST", &acts, vec![bearer, json], br#"{"act":"claim","why":1}"#, 422, "invalid"),
        ("POST", &acts, vec![bearer, json], br#"{"act":"send_back","to_step":-1,"reason":"x"}"#, 422, "invalid"),
        ("POST", &acts, vec![bearer, json], br#"{"act":"approve"}"#, 422, "refused"),
        ("POST", &results, vec![bearer, ("content-type", "text/html")], b"<p>", 415, "media_type"),
        ("POST", &results, vec![bearer, ("content-type", "application/pdf")], b"<p>", 422, "invalid"),
        ("POST", &results, vec![bearer, ("content-type", "application/pdf")], b"", 422, "invalid"),
    ];
    for (method, path, headers, body, status, kind) in cases {
        let page = app.browser().call(method, path, &headers, body);
        assert_eq!(page.status, status, "{method} {path}: {}", page.text());
        assert_eq!(page.kind, "application/problem+json", "{method} {path}");
        let problem = page.json();
        assert_eq!(
            (text(&problem, "/type"), &problem["status"]),
            (format!("urn:motcua:problem:{kind}").as_str(), &json!(status))
        );
        assert!(!text(&problem, "/title").contains('.') && !text(&problem, "/title").is_empty(), "{problem}");
    }
    let wrong = app.browser().call("DELETE", "/api/v1/dossiers", &[], b"");
    assert_eq!(wrong.headers.get("allow").map(|methods| methods.to_str().unwrap().contains("POST")), Some(true));
    let named = counter.post("/api/v1/dossiers", &serde_json::from_str(&misspelt).unwrap()).json();
    assert_eq!(text(&named, "/errors/0/field"), "particulars.applicant.fone");
    let unnamed = counter.post("/api/v1/dossiers", &dossier(" ")).json();
    assert_eq!(text(&unnamed, "/errors/0/field"), "particulars.applicant.name");
    assert_eq!(app.dossier(&id).dossier.version, 1);
}

fn a_foreign_dossier_is_not_there_for_a_program_either(app: TestApp) {
    // [DOS-09]
    let found = app.received();
    let foreign = app.program("bocbo.motcua");
    for part in ["", "/events", "/receipt.pdf", "/refusal.pdf"] {
        foreign.get(&format!("/api/v1/dossiers/{}{part}", found.id)).expect(404);
    }
    foreign.act(&found.id, json!({ "act": "claim" })).expect(404);
    let by_code = format!("/api/v1/dossiers?code={}", found.dossier.code);
    assert_eq!(foreign.get(&by_code).expect(200).json()["items"], json!([]));
    assert_eq!(text(&app.program("kiemtra").get(&by_code).expect(200).json(), "/items/0/id"), found.id);
    app.program("kiemtra").act(&found.id, json!({ "act": "claim" })).expect(403);
    app.program("quantri").get(&by_code).expect(403);
}

// --- lists -------------------------------------------------------------------------------------------------------------

/// Every id of a list, page by page.
fn all(program: &Program, path: &str, id: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = String::new();
    for _ in 0..1_000 {
        let page = program.get(&format!("{path}&after={next}")).expect(200).json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| text(item, id).to_owned()));
        match page["next"].as_str() {
            Some(place) => next = place.to_owned(),
            None => return ids,
        }
    }
    panic!("{path} does not end");
}

fn lists_are_paged_without_loss_or_repetition(app: TestApp) {
    let counter = app.program(COUNTER);
    // Five at the same moment and two later: neither a tie nor an equal name may lose one.
    for name in ["Nguyễn Văn A", "Nguyễn Văn A", "Trần Thị B", "Nguyễn Văn A", "NGUYEN VAN A"] {
        counter.post("/api/v1/dossiers", &dossier(name)).expect(201);
    }
    app.advance(jiff::SignedDuration::from_hours(1));
    for _ in 0..2 {
        counter.post("/api/v1/dossiers", &dossier("Trần Thị B")).expect(201);
    }
    for (path, count) in [
        ("/api/v1/dossiers?limit=2", 7),
        ("/api/v1/dossiers?limit=200", 7),
        ("/api/v1/dossiers?limit=1&name=nguyen", 4),
        ("/api/v1/dossiers?limit=2&name=TR%E1%BA%A6N", 3),
        ("/api/v1/worklist?limit=3", 7),
        ("/api/v1/worklist?limit=2&mine=true", 7),
    ] {
        let ids = all(&counter, path, "/id");
        let once: BTreeSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), once.len()), (count, count), "{path}");
    }
    let some = all(&counter, "/api/v1/procedures?limit=7&tier=district", "/key");
    let known = app.registry().procedures.iter().filter(|p| p.tier == motcua_domain::procedure::Tier::District).count();
    assert_eq!((some.len(), some.iter().collect::<BTreeSet<_>>().len()), (known, known));
    assert_eq!(all(&counter, "/api/v1/procedures?limit=1&q=2.000913&tier=district", "/key"), [PROCEDURE]);
}

// --- who asks ----------------------------------------------------------------------------------------------------------

fn tracking_tells_nobody_which_part_was_wrong_and_slows_down(app: TestApp) {
    // [ACC-06]
    let code = app.received().dossier.code;
    let ask = |code: &str, digits: &str| {
        let body = json!({ "code": code, "last_four": digits }).to_string();
        app.browser().call("POST", "/api/v1/tracking", &[("content-type", "application/json")], body.as_bytes())
    };
    let wrong = ask(&code, "0000").expect(404);
    assert_eq!(wrong.bytes, ask("MAU.060.H03-180504-9999", "0000").expect(404).bytes);
    ask(&code, "12").expect(422);
    ask(&code, "5678").expect(200);
    for _ in 0..6 {
        ask(&code, "0001").expect(404);
    }
    let slowed = ask(&code, "5678").expect(429);
    assert_eq!((slowed.kind.as_str(), text(&slowed.json(), "/key")), ("application/problem+json", "tracking.blocked"));
}

fn a_key_acts_with_the_roles_of_its_account_until_it_is_revoked(app: TestApp) {
    // [ACC-03]
    let (ctx, now) = (app.ctx(None), app.now());
    let key = app.write(move |tx| identity::issue_key(tx, &ctx, COUNTER, "quầy 1")).unwrap();
    let machine = app.program_with(&key);
    assert_eq!(text(&machine.get("/api/v1/session").expect(200).json(), "/account/id"), COUNTER);
    machine.post("/api/v1/dossiers", &dossier("Nguyễn Văn A")).expect(201);
    let closed =
        app.browser().call("DELETE", "/api/v1/session", &[("authorization", &machine.bearer)], b"").expect(403);
    assert_eq!(text(&closed.json(), "/key"), "api.not_a_session");
    app.write(move |tx| identity::revoke_keys(tx, COUNTER, "quầy 1", now)).unwrap();
    machine.get("/api/v1/session").expect(401);
}

fn a_person_signs_in_and_out_by_program(app: TestApp) {
    // [ACC-03] [ACC-06]
    let ask = |password: &str| {
        let body = json!({ "login": " MotCua1 ", "password": password }).to_string();
        app.browser().call("POST", "/api/v1/session", &[("content-type", "application/json")], body.as_bytes())
    };
    let opened = ask(PASSWORD).expect(200).json();
    assert_eq!(text(&opened, "/expires_at"), "2018-05-04T20:00:00+07:00");
    let person = app.program_with(text(&opened, "/token"));
    assert_eq!(text(&person.get("/api/v1/session").expect(200).json(), "/posts/0/role"), "one_stop_officer");
    app.browser().call("DELETE", "/api/v1/session", &[("authorization", &person.bearer)], b"").expect(204);
    person.get("/api/v1/session").expect(401);
    for _ in 0..6 {
        let wrong = ask("sai").expect(401);
        assert_eq!(
            (wrong.headers.get("www-authenticate").unwrap().to_str().unwrap(), text(&wrong.json(), "/key")),
            ("Bearer", "sign_in.wrong")
        );
    }
    assert_eq!(text(&ask(PASSWORD).expect(429).json(), "/key"), "sign_in.blocked");
}
