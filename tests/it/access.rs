//! Who may use which route: the agreed table, and every refusal tried. Rules: `docs/rules/access.md`.

use std::fmt::Write as _;

use jiff::SignedDuration;
use motcua::app;
use motcua::platform::web::{Access, RouteInfo};
use motcua_domain::identity::Role;

use crate::app::TestApp;
use crate::browser::{Browser, Page};
use crate::counter::*;
use crate::engines::PASSWORD;
use crate::golden::assert_golden;

both_engines! {
    whoever_a_route_does_not_admit_is_turned_away,
    a_write_from_a_foreign_site_is_refused,
    a_form_of_another_session_is_shown_again_and_not_carried_out,
    a_session_ends_and_a_key_is_no_cookie,
    wrong_passwords_block_the_login_for_a_while,
    what_was_typed_before_the_session_ended_is_carried_through_the_sign_in,
    no_cache_keeps_what_somebody_was_shown,
}

/// Somebody for each role.
const PEOPLE: [(&str, Role); 6] = [
    ("motcua1", Role::OneStopOfficer),
    ("tuphap1", Role::Specialist),
    ("tuphap.truong", Role::OfficeHead),
    ("chutich", Role::Leader),
    ("quantri", Role::Administrator),
    ("kiemtra", Role::Auditor),
];

#[test]
fn the_access_table_is_the_agreed_one() {
    // [ACC-01]
    let mut table = String::from("who: nobody, then ");
    table.push_str(&Role::ALL.map(Role::as_str).join(", "));
    table.push('\n');
    for route in app::routes().list() {
        let mark = |roles: Option<&[Role]>| if route.access.admits(roles) { 'x' } else { '.' };
        let marks: String = std::iter::once(mark(None)).chain(Role::ALL.map(|role| mark(Some(&[role])))).collect();
        let _ = writeln!(table, "{marks} {:<6} {}", route.method, route.path);
    }
    assert_golden("access.txt", &table);
}

/// The path of a route with something in the place of each parameter.
fn filled(route: &RouteInfo) -> String {
    let part = |part: &str| if part.starts_with('{') { "0".to_owned() } else { part.to_owned() };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn ask(browser: &Browser, route: &RouteInfo) -> Page {
    match route.method {
        "GET" => browser.get(&filled(route)),
        "POST" => browser.post(&filled(route), &[]),
        other => browser.request_with(other, &filled(route), "accept", "*/*", ""),
    }
}

fn whoever_a_route_does_not_admit_is_turned_away(app: TestApp) {
    // [ACC-01] [ACC-04]
    for route in app::routes().list() {
        if route.access != Access::Public {
            let page = ask(&app.browser(), route);
            assert_eq!(page.status, 401, "{} {}", route.method, route.path);
        }
        for (login, role) in PEOPLE {
            if !route.access.admits(Some(&[role])) {
                let page = ask(&app.as_officer(login), route);
                assert_eq!(page.status, 403, "{login} {} {}", route.method, route.path);
            }
        }
    }
}

fn a_write_from_a_foreign_site_is_refused(app: TestApp) {
    // [ACC-05]
    let id = app.received().id;
    let path = format!("/desk/dossiers/{id}/forward");
    let officer = app.as_officer(COUNTER);
    let plain = |browser: &Browser, name, value| browser.bare_post(&path, name, value);
    plain(&officer, "sec-fetch-site", "cross-site").expect(403);
    plain(&officer, "sec-fetch-site", "same-site").expect(403);
    plain(&officer, "origin", "https://elsewhere.example").expect(403);
    assert_eq!(app.dossier(&id).dossier.version, 1);
    plain(&officer, "origin", "https://motcua.example").expect(303);
}

fn a_form_of_another_session_is_shown_again_and_not_carried_out(app: TestApp) {
    // [ACC-07]
    let id = app.received().id;
    let path = format!("/desk/dossiers/{id}/forward");
    let officer = app.as_officer(COUNTER);
    assert!(officer.get("/desk").expect(200).shows("name=\"csrf\""));
    let send =
        |body: &str| officer.request_with("POST", &path, "content-type", "application/x-www-form-urlencoded", body);
    send("version=1").expect(403);
    let again = send("csrf=00000000000000000000000000000000&version=1&note=xong").expect(403);
    assert_eq!((again.hidden("note").as_str(), again.hidden("version").as_str()), ("xong", "1"));
    assert_eq!(app.dossier(&id).dossier.version, 1);
    officer.request_with("POST", &path, "content-type", "multipart/form-data; boundary=cut", "--cut--").expect(403);
    send(&format!("csrf={}&version=1", again.hidden("csrf"))).expect(303);
}

fn a_session_ends_and_a_key_is_no_cookie(app: TestApp) {
    // [ACC-03]
    let officer = app.as_officer(COUNTER);
    let token = officer.token();
    let path = format!("/desk/dossiers/{}/receipt.pdf", app.received().id);
    officer.get(&path).expect(200);
    app.advance(SignedDuration::from_hours(12));
    officer.get(&path).expect(401);
    let (ctx, now) = (app.ctx(None), app.now());
    let key = app.write(move |tx| motcua::registry::identity::issue_key(tx, &ctx, COUNTER, "máy quét")).unwrap();
    app.browser().request_with("GET", &path, "authorization", &format!("Bearer {key}"), "").expect(200);
    app.browser().with_session(&key).get(&path).expect(401);
    app.write(move |tx| motcua::registry::identity::revoke_keys(tx, COUNTER, "máy quét", now)).unwrap();
    app.browser().request_with("GET", &path, "authorization", &format!("Bearer {key}"), "").expect(401);
    let shown = app.read(|tx| {
        let rows = tx.rows("SELECT token_hash FROM session UNION ALL SELECT key_hash FROM api_key", &[])?;
        Ok(rows.iter().any(|row| [&token, &key].contains(&&row.get::<String>(0).unwrap())))
    });
    assert!(!shown, "only hashes are kept");
}

fn sign_in(app: &TestApp, login: &str, password: &str) -> Page {
    app.browser().post("/sign-in", &[("login", login), ("password", password)])
}

fn wrong_passwords_block_the_login_for_a_while(app: TestApp) {
    // [ACC-06]
    sign_in(&app, COUNTER, PASSWORD).expect(303);
    for _ in 0..5 {
        sign_in(&app, COUNTER, "wrong").expect(422);
    }
    sign_in(&app, COUNTER, PASSWORD).expect(303);
    for _ in 0..6 {
        sign_in(&app, COUNTER, "wrong").expect(422);
    }
    sign_in(&app, COUNTER, PASSWORD).expect(422);
    app.advance(SignedDuration::from_secs(61));
    sign_in(&app, COUNTER, PASSWORD).expect(303);
    // An unknown login looks the same.
    let (unknown, known) = (sign_in(&app, "ai-do", "wrong"), sign_in(&app, COUNTER, "wrong"));
    assert_eq!(unknown.text().replace("ai-do", COUNTER), known.text());
}

fn what_was_typed_before_the_session_ended_is_carried_through_the_sign_in(app: TestApp) {
    // [ACC-04]
    let id = app.received().id;
    let path = format!("/desk/dossiers/{id}/forward");
    let late = app.browser();
    let asked = late.post(&path, &[("note", "Đã kiểm tra đủ"), ("version", "1")]).expect(401);
    let hidden = asked.hidden("resume_body");
    assert_eq!(asked.hidden("resume_path"), path);
    let fields = [("login", COUNTER), ("password", PASSWORD), ("resume_path", &path), ("resume_body", &hidden)];
    let resumed = late.post("/sign-in", &fields).expect(200);
    assert_eq!(resumed.hidden("note"), "Đã kiểm tra đủ");
    // The first token of the form is that of the new session, so that one press sends it.
    assert_eq!(resumed.hidden("csrf"), late.get("/desk").hidden("csrf"));
    late.post(&path, &[("note", &resumed.hidden("note")), ("version", "1")]).expect(303);
    // Nobody is sent to a foreign address.
    let elsewhere = [("login", COUNTER), ("password", PASSWORD), ("resume_path", "//elsewhere.example/")];
    assert_eq!(app.browser().post("/sign-in", &elsewhere).location, "/desk");
}

fn no_cache_keeps_what_somebody_was_shown(app: TestApp) {
    // [ACC-08]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    let version = app.dossier(&id).dossier.version.to_string();
    let officer = app.as_officer(SPECIALIST);
    let path = format!("/desk/dossiers/{id}/results");
    let fields = [("result_title", "Số 12"), ("version", version.as_str())];
    let sent = officer.post_file(&path, &fields, "ket-qua.jpg", b"\xff\xd8\xff\xe0 a picture").expect(303);
    let kept = |page: &Page| page.headers["cache-control"].to_str().unwrap().to_owned();
    assert_eq!(kept(&sent), "no-store");
    let picture = officer.get(&format!("{path}/{}", app.dossier(&id).dossier.results[0].file.sha256)).expect(200);
    for page in [
        &picture,
        &officer.get(&format!("/desk/dossiers/{id}")).expect(200),
        &app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(200),
        &app.program(COUNTER).get(&format!("/api/v1/dossiers/{id}")).expect(200),
        &app.browser().get("/desk").expect(401),
    ] {
        assert_eq!(kept(page), "no-store", "{}", page.kind);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{}: {policy}", page.kind);
        }
    }
    assert!(picture.headers["content-security-policy"].to_str().unwrap().ends_with("sandbox"));
    // Only what is the same for everybody is kept.
    assert!(kept(&officer.get("/assets/app.css").expect(200)).contains("immutable"));
}
