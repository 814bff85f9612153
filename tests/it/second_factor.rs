//! Codes, recovery codes and passkeys. Rules SIN-09 to SIN-13: `docs/rules/sign-in.md`.

use jiff::SignedDuration;
use motcua_domain::identity::Role;
use totp_rs::{Builder, Secret};

use crate::app::TestApp;
use crate::browser::{Browser, Page};
use crate::counter::*;
use crate::engines::PASSWORD;

both_engines! {
    a_code_is_asked_for_and_taken_once,
    a_recovery_code_opens_the_door_once,
    five_wrong_codes_end_a_sign_in_and_then_slow_it_down,
    whose_role_needs_a_second_factor_gets_nowhere_without,
    a_stolen_password_adds_no_other_way_in,
    nobody_is_told_who_has_a_passkey,
}

fn entered<'a>(app: &'a TestApp, login: &str) -> Browser<'a> {
    let browser = app.browser();
    browser.post("/sign-in", &[("login", login), ("password", PASSWORD)]).expect(303);
    browser
}

/// What the telephone shows so many steps from now.
fn code(app: &TestApp, secret: &str, steps: i64) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate((app.now().as_second() + 30 * steps) as u64).to_string()
}

fn marked(page: &Page) -> Vec<String> {
    let text = page.text();
    let codes = text.split("<code").skip(1).map(|rest| rest.split(['>', '<']).nth(1).unwrap());
    codes.map(|code| code.replace(' ', "")).collect()
}

/// Takes up a code; returns the telephone's secret and the recovery codes.
fn enrolled(app: &TestApp, browser: &Browser) -> (String, Vec<String>) {
    let page = browser.post("/account/second-factor/begin", &[("password", PASSWORD)]).expect(200);
    let secret = marked(&page).remove(0);
    browser.post("/account/second-factor/confirm", &[("code", "000000")]).expect(422);
    let page = browser.post("/account/second-factor/confirm", &[("code", &code(app, &secret, 0))]).expect(200);
    (secret, marked(&page))
}

/// The password was right; returns the browser and what goes on with the sign-in.
fn asked_for_code(app: &TestApp) -> (Browser<'_>, String) {
    let browser = app.browser();
    let page = browser.post("/sign-in", &[("login", COUNTER), ("password", PASSWORD)]).expect(200);
    browser.get("/desk").expect(401);
    let token = page.hidden("token");
    (browser, token)
}

fn show(browser: &Browser, token: &str, code: &str) -> Page {
    browser.post("/sign-in/code", &[("token", token), ("code", code)])
}

fn a_code_is_asked_for_and_taken_once(app: TestApp) {
    // [SIN-10]
    let officer = entered(&app, COUNTER);
    let before = officer.token();
    let (secret, codes) = enrolled(&app, &officer);
    assert_eq!(codes.len(), 10);
    assert_ne!(officer.token(), before, "the token changes with the step up");
    officer.get("/desk").expect(200);
    app.browser().with_session(&before).get("/desk").expect(401);

    let (browser, token) = asked_for_code(&app);
    show(&browser, &token, &code(&app, &secret, 0)).expect(422);
    show(&browser, &token, &code(&app, &secret, 2)).expect(422);
    show(&browser, &token, &code(&app, &secret, 1)).expect(303);
    browser.get("/desk").expect(200);
    app.advance(SignedDuration::from_secs(60));
    let (other, token) = asked_for_code(&app);
    show(&other, &token, &code(&app, &secret, -1)).expect(422);
    let now = code(&app, &secret, 0);
    show(&other, &token, &now).expect(303);
    // A token is good for one sign-in.
    app.advance(SignedDuration::from_secs(30));
    show(&app.browser(), &token, &code(&app, &secret, 0)).expect(422);

    let api = |code: Option<&str>| {
        let body = serde_json::json!({ "login": COUNTER, "password": PASSWORD, "code": code });
        app.browser().call(
            "POST",
            "/api/v1/session",
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
    };
    assert_eq!(api(None).expect(401).json()["key"], "sign_in.code_needed");
    let found = code(&app, &secret, 0);
    api(Some(&found)).expect(200);
    api(Some(&found)).expect(401);
}

fn a_recovery_code_opens_the_door_once(app: TestApp) {
    // [SIN-11]
    let officer = entered(&app, COUNTER);
    let (secret, codes) = enrolled(&app, &officer);
    let (browser, token) = asked_for_code(&app);
    show(&browser, &token, &codes[0].to_uppercase()).expect(303);
    let (again, token) = asked_for_code(&app);
    show(&again, &token, &codes[0]).expect(422);
    show(&again, &token, &codes[1]).expect(303);
    assert!(officer.get("/account/second-factor").expect(200).shows("Còn 8 mã"));
    app.advance(SignedDuration::from_secs(90));
    let fresh = marked(&officer.post("/account/second-factor/codes", &[("code", &code(&app, &secret, 0))]).expect(200));
    assert_eq!(fresh.len(), 10);
    let (late, token) = asked_for_code(&app);
    show(&late, &token, &codes[2]).expect(422);
    show(&late, &token, &fresh[2]).expect(303);
    // Giving it up needs a code too.
    officer.post("/account/second-factor/remove", &[("code", "123456")]).expect(422);
    officer.post("/account/second-factor/remove", &[("code", &fresh[3])]).expect(303);
    entered(&app, COUNTER).get("/desk").expect(200);
}

fn five_wrong_codes_end_a_sign_in_and_then_slow_it_down(app: TestApp) {
    // [SIN-12]
    let (secret, _) = enrolled(&app, &entered(&app, COUNTER));
    let (browser, token) = asked_for_code(&app);
    for _ in 0..5 {
        assert!(show(&browser, &token, "000000").expect(422).shows("Mã không đúng"));
    }
    app.advance(SignedDuration::from_secs(60));
    assert!(show(&browser, &token, &code(&app, &secret, 0)).expect(422).shows("đăng nhập lại từ đầu"));
    let (browser, token) = asked_for_code(&app);
    show(&browser, &token, "000000").expect(422);
    assert!(show(&browser, &token, &code(&app, &secret, 0)).expect(422).shows("Sai quá nhiều lần"));
    app.advance(SignedDuration::from_mins(2));
    show(&browser, &token, &code(&app, &secret, 0)).expect(303);
    // A sign-in that is left lying is over after five minutes.
    let (browser, token) = asked_for_code(&app);
    app.advance(SignedDuration::from_mins(5));
    show(&browser, &token, &code(&app, &secret, 0)).expect(422);
}

/// Changes what the site says of signing in.
fn need(app: &TestApp, role: Role) {
    let mut site = app.registry().site.clone();
    site.sign_in.second_factor = vec![role];
    let body = serde_json::to_string(&site).unwrap();
    app.write(move |tx| {
        tx.script(&format!("UPDATE registry_item SET body = '{}' WHERE kind = 'site'", body.replace('\'', "''")))?;
        Ok(tx.script("UPDATE registry_site SET revision = revision + 1")?)
    })
    .unwrap();
    app.refresh();
}

fn whose_role_needs_a_second_factor_gets_nowhere_without(app: TestApp) {
    // [SIN-09]
    need(&app, Role::OneStopOfficer);
    entered(&app, SPECIALIST).get("/desk").expect(200);
    let officer = entered(&app, COUNTER);
    assert_eq!(officer.get("/desk").expect(303).location, "/account/second-factor");
    assert!(officer.get("/account/second-factor").expect(200).shows("Vai trò của bạn"));
    let bearer = format!("Bearer {}", officer.token());
    let asked = app.browser().call("GET", "/api/v1/worklist", &[("authorization", &bearer)], b"").expect(403);
    assert_eq!(asked.json()["type"], "urn:motcua:problem:second_factor");
    enrolled(&app, &officer);
    officer.get("/desk").expect(200);
}

fn a_stolen_password_adds_no_other_way_in(app: TestApp) {
    // [SIN-09]
    let stolen = entered(&app, COUNTER);
    let (secret, _) = enrolled(&app, &entered(&app, COUNTER));
    let page = stolen.post("/account/passkeys/begin", &[("password", PASSWORD)]).expect(422);
    assert!(page.json()["problem"].as_str().unwrap().contains("khóa đang có"));
    app.advance(SignedDuration::from_secs(60));
    let (owner, token) = asked_for_code(&app);
    show(&owner, &token, &code(&app, &secret, 0)).expect(303);
    owner.post("/account/passkeys/begin", &[("password", "wrong")]).expect(422);
    owner.post("/account/passkeys/begin", &[("password", PASSWORD)]).expect(200);
}

fn nobody_is_told_who_has_a_passkey(app: TestApp) {
    // [SIN-13]
    let ask = |login: &str| app.browser().post("/sign-in/passkey/begin", &[("login", login)]).expect(200).json();
    let (known, unknown) = (ask(COUNTER), ask("ai-do"));
    let keys =
        |json: &serde_json::Value| json["asked"]["publicKey"]["allowCredentials"][0]["id"].as_str().map(str::len);
    assert_eq!((keys(&known), keys(&unknown)), (Some(43), Some(43)));
    assert_eq!(
        ask("ai-do")["asked"]["publicKey"]["allowCredentials"],
        unknown["asked"]["publicKey"]["allowCredentials"]
    );
    let token = known["token"].as_str().unwrap();
    for answer in ["", "{}", "null"] {
        let fields = [("login", COUNTER), ("passkey_token", token), ("passkey_answer", answer)];
        app.browser().post("/sign-in/passkey", &fields).expect(422);
    }
}
