//! How many requests are answered. Rules: `docs/rules/requests.md`.

use std::net::IpAddr;

use jiff::SignedDuration;
use motcua::platform::ctx::Ctx;
use motcua::platform::web::{Allowed, Front, PerMinute, Requests};
use motcua::registry::identity;

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    whoever_sends_too_much_waits_and_nobody_else,
    a_key_is_counted_apart_from_its_account_and_told_as_a_program,
    strangers_are_counted_by_their_address,
    whoever_comes_as_people_do_causes_no_write,
}

const READS: usize = 10;
const WRITES: usize = 4;
const FEW: Allowed = {
    let few = PerMinute { reads: READS as u32, writes: WRITES as u32 };
    Allowed { person: few, address: few }
};
/// Part of what is allowed after which a node tells the others. [REQ-03]
const PART: usize = 8;

/// The same site with few requests allowed.
fn few(app: &TestApp, proxies: Vec<IpAddr>) -> TestApp {
    TestApp::behind(app.store.db.engine(), Front { proxies, requests: Requests::new(FEW), ..Front::default() })
}

fn waits(page: &Page) -> Option<&str> {
    (page.status == 429).then(|| page.headers.get("retry-after").unwrap().to_str().unwrap())
}

fn whoever_sends_too_much_waits_and_nobody_else(app: TestApp) {
    // [REQ-01] [REQ-02]
    let app = few(&app, vec![]);
    let (officer, other) = (app.as_officer(COUNTER), app.as_officer(SPECIALIST));
    for _ in 0..READS {
        officer.get("/desk").expect(200);
    }
    app.advance(SignedDuration::from_secs(20));
    let page = officer.get("/desk").expect(429);
    assert_eq!(waits(&page), Some("40"));
    assert!(page.shows("hãy chờ 40 giây"), "{}", page.text());
    // Another session of the same person is the same person.
    assert!(waits(&app.as_officer(COUNTER).get("/desk")).is_some());
    other.get("/desk").expect(200);
    app.browser().get("/procedures").expect(200);
    // Writes are counted apart, and a write that waits is not done.
    for _ in 0..WRITES {
        officer.post("/account/sessions/end", &[]).expect(303);
    }
    assert!(waits(&officer.post("/sign-out", &[])).is_some());
    for path in ["/assets/app.css", "/healthz", "/readyz", "/troublez"] {
        assert!((0..=READS).all(|_| officer.get(path).status == 200), "{path}");
    }
    app.advance(SignedDuration::from_secs(40));
    assert!((0..READS).all(|_| officer.get("/desk").status == 200), "the next minute begins anew");
    officer.post("/sign-out", &[]).expect(303);
}

fn a_key_is_counted_apart_from_its_account_and_told_as_a_program(app: TestApp) {
    // [REQ-01]
    let app = few(&app, vec![]);
    let ctx: Ctx = app.ctx(None);
    let key = app.write(move |tx| identity::issue_key(tx, &ctx, COUNTER, "check")).unwrap();
    let (key, officer) = (app.program_with(&key), app.as_officer(COUNTER));
    for _ in 0..READS {
        key.get("/api/v1/session").expect(200);
    }
    let problem = key.get("/api/v1/session").expect(429);
    assert_eq!(waits(&problem), Some("60"));
    assert_eq!(problem.json()["type"], "urn:motcua:problem:too_many_requests");
    assert_eq!(problem.json()["key"], "access.too_many_requests");
    officer.get("/desk").expect(200);
}

fn strangers_are_counted_by_their_address(app: TestApp) {
    // [REQ-01] [OBS-01]
    let proxy = "10.0.0.1";
    let app = few(&app, vec![proxy.parse().unwrap()]);
    let (village, other) = (app.browser().from("203.0.113.7"), app.browser().from("203.0.113.8"));
    let all = |browser: &crate::browser::Browser| (0..READS).all(|_| browser.get("/procedures").status == 200);
    assert!(all(&village));
    assert!(waits(&village.get("/procedures")).is_some());
    // A token that opens nothing makes nobody of them.
    assert!(waits(&app.browser().from("203.0.113.7").with_session("00").get("/procedures")).is_some());
    other.get("/procedures").expect(200);
    // Whoever is signed in there is a person.
    app.as_officer(COUNTER).from("203.0.113.7").get("/desk").expect(200);
    assert!(all(&app.browser().from("2001:db8:7:1::5")));
    assert!(waits(&app.browser().from("2001:db8:7:1::6").get("/procedures")).is_some());
    app.browser().from("2001:db8:7:2::6").get("/procedures").expect(200);
    // Behind a proxy it is the client who is counted, and no stranger says who that is.
    let said = |from: &str, of: &str| {
        app.browser().from(from).request_with("GET", "/procedures", "x-forwarded-for", of, "").status.as_u16()
    };
    assert_eq!(said(proxy, "203.0.113.7"), 429);
    assert_eq!(said(proxy, "203.0.113.9"), 200);
    assert_eq!(said("203.0.113.7", "203.0.113.9"), 429);
}

fn whoever_comes_as_people_do_causes_no_write(app: TestApp) {
    // [REQ-03]
    let counts = || app.read(|tx| Ok(tx.rows("SELECT subject FROM guess", &[])?.len()));
    let browser = app.browser();
    let part = Allowed::default().address.reads as usize / PART;
    for _ in 1..part {
        browser.get("/healthz").expect(200);
        browser.get("/api/v1/session").expect(401);
    }
    assert_eq!(counts(), 0);
    browser.get("/api/v1/session").expect(401);
    assert_eq!(counts(), 1, "an eighth is told");
}

mod postgres_only {
    mod postgres {
        use super::super::*;

        #[test]
        fn two_nodes_count_together() {
            // [REQ-03] [NOD-01]
            let first = few(&TestApp::new(motcua::platform::db::Engine::Postgres), vec![]);
            let second = first.beside();
            let token = first.as_officer(COUNTER).token();
            let nodes = [&first, &second];
            let ask = |turn: usize| nodes[turn % 2].browser().with_session(&token).get("/desk").status == 200;
            // So few are allowed that every single request is told; a node may not know yet of the other one's last.
            let answered = (0..READS * 3).filter(|turn| ask(*turn)).count();
            assert!((READS..=READS + nodes.len() - 1).contains(&answered), "{answered}");
            drop(second);
        }
    }
}
