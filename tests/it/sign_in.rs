//! Sessions, devices and guesses. Rules: `docs/rules/sign-in.md`.

use std::sync::Barrier;

use jiff::SignedDuration;
use motcua::platform::web::Clock;
use motcua::registry::identity::{self, Guesser, Guesses};

use crate::app::TestApp;
use crate::browser::{Browser, Page};
use crate::counter::*;
use crate::engines::PASSWORD;

both_engines! {
    an_attacker_never_keeps_the_officer_at_her_own_desk_out,
    the_first_guess_is_let_through_by_the_clock_of_a_real_server,
    a_sign_in_gives_a_new_token_and_ends_the_old_one,
    a_session_nobody_uses_ends_and_one_in_use_does_not,
    the_owner_sees_where_she_is_signed_in_and_ends_it,
    another_password_signs_out_everywhere_else,
    of_guesses_made_at_the_same_moment_none_slips_past,
    a_count_that_has_rested_for_a_month_is_forgotten,
    whoever_runs_the_machine_gives_passwords_and_closes_accounts,
}

/// Wrong guesses of one person that block nobody. [SIN-06]
const FREE: usize = 5;
/// Guesses that are sent at the same moment.
const TOGETHER: usize = 12;

const NEW: &str = "ruộng bậc thang 7";

fn sign_in(browser: &Browser, login: &str, password: &str) -> Page {
    browser.post("/sign-in", &[("login", login), ("password", password)])
}

fn entered<'a>(app: &'a TestApp, login: &str) -> Browser<'a> {
    let browser = app.browser();
    sign_in(&browser, login, PASSWORD).expect(303);
    browser
}

fn an_attacker_never_keeps_the_officer_at_her_own_desk_out(app: TestApp) {
    // [SIN-06] [SIN-07] [SIN-08]
    let desk = entered(&app, COUNTER);
    desk.post("/sign-out", &[]).expect(303);
    let attacker = app.browser();
    let blocked = |page: Page| page.shows("Sai quá nhiều lần");
    assert!((0..40).any(|_| blocked(sign_in(&attacker, COUNTER, "wrong").expect(422))), "guesses are slowed down");
    // Nor does the attacker get in by knowing it meanwhile, nor another new device at that address.
    assert!(blocked(sign_in(&attacker, COUNTER, PASSWORD).expect(422)));
    assert!(blocked(sign_in(&app.browser(), COUNTER, PASSWORD).expect(422)));
    // A cookie that the server never gave makes no device known.
    assert!(blocked(sign_in(&app.browser().with_cookie("__Host-device", "00"), COUNTER, PASSWORD).expect(422)));
    sign_in(&desk, COUNTER, PASSWORD).expect(303);
    // Her own mistakes do slow her down, and only for a while.
    desk.post("/sign-out", &[]).expect(303);
    assert!((0..7).any(|_| blocked(sign_in(&desk, COUNTER, "wrong").expect(422))));
    app.advance(SignedDuration::from_mins(2));
    sign_in(&desk, COUNTER, PASSWORD).expect(303);
}

fn of_guesses_made_at_the_same_moment_none_slips_past(app: TestApp) {
    // [SIN-08] [ACC-06] One more than is free is let through, and each of those is counted wherever it counts.
    let guesser = |device| Guesser { login: COUNTER.into(), address: "203.0.113.7".into(), device };
    let (known, unknown) = (guesser(Some("a device".to_owned())), guesser(None));
    for guesses in [known.password(), unknown.password(), known.code(), Guesses::at_dossier("H03", "203.0.113.7")] {
        app.store.behind_its_back("DELETE FROM guess");
        let at_once = Barrier::new(TOGETHER);
        let let_through = std::thread::scope(|scope| {
            // A clock ticks finer than a database keeps, and whoever asked first need not be counted first.
            let one = |number: usize| {
                let (guesses, now) =
                    (guesses.clone(), app.now() + SignedDuration::from_nanos(1_234_567 * number as i64));
                let (at_once, app) = (&at_once, &app);
                scope.spawn(move || {
                    at_once.wait();
                    app.write(move |tx| guesses.admit(tx, now)).unwrap().is_none()
                })
            };
            let all: Vec<_> = (0..TOGETHER).map(one).collect();
            all.into_iter().map(|guess| guess.join().unwrap()).filter(|through| *through).count()
        });
        assert_eq!(let_through, FREE + 1);
        let counted = app.read(|tx| Ok(tx.rows("SELECT wrong FROM guess", &[])?));
        let counted: Vec<i64> = counted.iter().map(|row| row.get(0).unwrap()).collect();
        assert!(counted.iter().all(|wrong| *wrong == (FREE + 1) as i64), "{counted:?}");
    }
}

fn the_first_guess_is_let_through_by_the_clock_of_a_real_server(app: TestApp) {
    // [SIN-08] A moment finer than what the database keeps would come back later than it was.
    for number in 0..40 {
        let (guesses, now) =
            (Guesses::at_dossier(&format!("H{number}"), &format!("203.0.113.{number}")), Clock::System.now());
        assert_eq!(now.as_nanosecond() % 1_000, 0);
        assert_eq!(app.write(move |tx| guesses.admit(tx, now)).unwrap(), None, "{now}");
    }
}

fn a_count_that_has_rested_for_a_month_is_forgotten(app: TestApp) {
    // [SIN-08]
    let guess = |code: &str| {
        let (guesses, now) = (Guesses::at_dossier(code, "203.0.113.7"), app.now());
        app.write(move |tx| guesses.admit(tx, now)).unwrap();
    };
    let counts = || {
        let now = app.now();
        app.write(move |tx| identity::forget_guesses(tx, now)).unwrap();
        app.read(|tx| Ok(tx.rows("SELECT subject FROM guess", &[])?.len()))
    };
    guess("old");
    app.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(counts(), 2, "the code and the address");
    guess("new");
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(counts(), 2, "the old code is gone");
}

fn a_sign_in_gives_a_new_token_and_ends_the_old_one(app: TestApp) {
    // [SIN-01]
    let officer = entered(&app, COUNTER);
    let first = officer.token();
    let page = sign_in(&officer, COUNTER, PASSWORD).expect(303);
    assert_ne!(officer.token(), first);
    app.browser().with_session(&first).get("/desk").expect(401);
    officer.get("/desk").expect(200);
    let cookies: Vec<&str> = page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["Secure", "HttpOnly", "Path=/", "SameSite="] {
            assert!(cookie.contains(part), "{cookie} lacks {part}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    // What another site of the domain can plant is not read.
    app.browser().with_cookie("motcua", &officer.token()).get("/desk").expect(401);
}

fn a_session_nobody_uses_ends_and_one_in_use_does_not(app: TestApp) {
    // [SIN-02]
    let site = app.registry().site.sign_in.clone();
    let idle = SignedDuration::from_mins(i64::from(site.idle_minutes));
    let step = idle - SignedDuration::from_mins(1);
    let (used, unused) = (entered(&app, COUNTER), entered(&app, COUNTER));
    app.advance(step);
    used.get("/desk").expect(200);
    app.advance(SignedDuration::from_mins(1));
    used.get("/desk").expect(200);
    unused.get("/desk").expect(401);
    // In use or not, it ends.
    app.advance(SignedDuration::from_hours(i64::from(site.hours)) - idle);
    used.get("/desk").expect(401);
}

fn the_owner_sees_where_she_is_signed_in_and_ends_it(app: TestApp) {
    // [SIN-03] [SIN-04]
    let (here, there, third) = (entered(&app, COUNTER), entered(&app, COUNTER), entered(&app, COUNTER));
    let ends = |page: &Page| -> Vec<String> {
        let text = page.text().replace("&#x2f;", "/");
        let forms = text.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned));
        forms.filter(|path| path.starts_with("/account/sessions/") && path.len() > 30).collect()
    };
    let page = here.get("/account").expect(200);
    assert!(page.shows("Thiết bị này"));
    let listed = ends(&page);
    assert_eq!(listed.len(), 2, "all but this one");
    // Nobody else can end them.
    entered(&app, SPECIALIST).post(&listed[0], &[]).expect(404);
    here.post(&listed[0], &[]).expect(303);
    let out = [&there, &third].iter().filter(|browser| browser.get("/desk").status == 401).count();
    assert_eq!(out, 1);
    here.post("/account/sessions/end", &[]).expect(303);
    for browser in [&there, &third] {
        browser.get("/desk").expect(401);
    }
    assert_eq!(ends(&here.get("/account").expect(200)).len(), 0);
}

fn another_password_signs_out_everywhere_else(app: TestApp) {
    // [SIN-05]
    let (here, there) = (entered(&app, COUNTER), entered(&app, COUNTER));
    let change = |current: &str, new: &str, again: &str| {
        here.post("/account/password", &[("current", current), ("new", new), ("again", again)])
    };
    change("wrong", NEW, NEW).expect(422);
    change(PASSWORD, NEW, "khác hẳn đi nữa").expect(422);
    change(PASSWORD, "motcua1 motcua1", "motcua1 motcua1").expect(422);
    there.get("/desk").expect(200);
    let page = change(PASSWORD, NEW, NEW).expect(303);
    assert_eq!(page.location, "/account");
    there.get("/desk").expect(401);
    here.get("/desk").expect(200);
    sign_in(&app.browser(), COUNTER, PASSWORD).expect(422);
    sign_in(&app.browser(), COUNTER, NEW).expect(303);
}

fn whoever_runs_the_machine_gives_passwords_and_closes_accounts(app: TestApp) {
    // [SIN-14]
    let hash = identity::hash_password(NEW).unwrap();
    app.write(move |tx| identity::reset_password(tx, COUNTER, &hash)).unwrap();
    sign_in(&app.browser(), COUNTER, PASSWORD).expect(422);
    let officer = app.browser();
    sign_in(&officer, COUNTER, NEW).expect(303);
    app.write(|tx| identity::close_account(tx, COUNTER)).unwrap();
    officer.get("/desk").expect(401);
    sign_in(&app.browser(), COUNTER, NEW).expect(422);
    assert!(app.write(|tx| identity::close_account(tx, "ai-do")).is_err());
}
