//! The leader's page and the monitor: made with all figures, proved with them, and what people see of them. Rules:
//! `docs/rules/overview.md`, `docs/rules/monitor.md`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use jiff::civil::{Date, date};
use motcua::platform::db::Engine;
use motcua::record::figures;
use motcua::record::figures::overview::read;
use motcua::simulate::plan::{Order, plan};
use motcua::simulate::play;
use motcua_domain::figures::{Figures, Period};
use motcua_domain::monitor::Sign;
use motcua_domain::overview::{Pieces, Waited, days};

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    half_the_people_keep_fewer_promises_and_make_people_wait_longer,
    the_page_shows_today_and_the_period_and_opens_them,
    whoever_sees_one_commune_finds_no_other,
    what_is_wrong_with_a_period_is_said,
    what_is_typed_into_the_leaders_page_is_found_and_named,
    signs_are_shown_with_their_cases,
    a_page_that_is_open_is_told_of_changes_until_the_session_ends,
}

/// Plays two weeks across the end of a month, with so many of the people in percent.
fn played(app: &TestApp, staffing: u64, dossiers: u64) {
    let order = Order { from: date(2018, 5, 21), to: date(2018, 6, 8), seed: 3, staffing, dossiers: Some(dossiers) };
    let plan = Arc::new(plan(&app.registry(), &order).unwrap());
    play::play(&app.store.db, &app.registry(), &plan, order.seed).unwrap();
    app.at("2018-07-03T08:00:00+07:00");
    app.count();
    assert!(app.recounted().holds());
}

/// A period of all agencies: its figures, its waiting, and the same piece by piece.
fn whole(app: &TestApp, from: Date, seen: Date) -> (Figures, Waited, Vec<Figures>) {
    let (mut sum, mut waited) = (Figures::default(), Waited::default());
    let period = Period { from, seen };
    let pieces = Pieces::of(period).1;
    let mut trend = vec![Figures::default(); pieces.len()];
    let today = app.registry().local(app.now()).date();
    for agency in app.read(figures::agencies) {
        let told = app.read(|tx| read::period(tx, &agency, period, &pieces, (today, app.now())));
        let mut by_officer = Figures::default();
        let mut by_slot = Figures::default();
        told.officers.values().for_each(|figures| by_officer.add(figures));
        told.slots.values().for_each(|figures| by_slot.add(figures));
        assert_eq!(
            (by_officer.total, by_officer.settled, by_officer.on_time),
            (by_slot.total, by_slot.settled, by_slot.on_time)
        );
        assert!(by_slot.adds_up() && told.officers.values().all(Figures::adds_up));
        assert_eq!(app.read(|tx| read::total(tx, &agency, period, (today, app.now()))).on_time, by_slot.on_time);
        told.waited.iter().for_each(|(_, _, more)| waited.merge(more));
        told.trend.iter().zip(&mut trend).for_each(|(figures, sum)| sum.add(figures));
        sum.add(&by_slot);
    }
    (sum, waited, trend)
}

fn half_the_people_keep_fewer_promises_and_make_people_wait_longer(app: TestApp) {
    // [OVW-01] [OVW-04] [OVW-06] [OVW-07] [OVW-11] [OTR-05]
    let few = match app.store.db.engine() {
        Engine::Sqlite => 500,
        Engine::Postgres => 150,
    };
    let other = TestApp::new(app.store.db.engine());
    played(&app, 100, few);
    played(&other, 3, few);
    for (from, seen) in [
        (date(2018, 5, 1), date(2018, 5, 31)),
        (date(2018, 5, 23), date(2018, 6, 13)),
        (date(2018, 4, 1), date(2018, 7, 3)),
        (date(2018, 1, 1), date(2018, 7, 3)),
    ] {
        for app in [&app, &other] {
            let (sum, waited, trend) = whole(app, from, seen);
            // Settled in it and open at its end, together those of column (3).
            assert_eq!(waited.count(), sum.total, "{from} {seen}");
            assert_eq!(trend.iter().map(|piece| piece.settled).sum::<i64>(), sum.settled);
            assert_eq!(
                trend.last().map(|last| (last.open, last.on_time.overdue)),
                Some((sum.open, sum.on_time.overdue))
            );
        }
    }
    let (with_all, with_few) =
        (whole(&app, date(2018, 5, 1), date(2018, 6, 15)), whole(&other, date(2018, 5, 1), date(2018, 6, 15)));
    let share = |figures: &Figures| figures.on_time.share().unwrap().tenths;
    assert!(share(&with_all.0) > share(&with_few.0), "{:?} {:?}", with_all.0, with_few.0);
    assert!(with_few.0.lenient().is_none_or(|lenient| lenient.tenths >= share(&with_few.0)));
    assert!(with_all.1.rank(90).unwrap().days < with_few.1.rank(90).unwrap().days);
    assert_eq!(days(date(2018, 5, 1), date(2018, 6, 15)), 45);
    // Both pages say so, each with its numbers.
    for (app, figures) in [(&app, with_all.0), (&other, with_few.0)] {
        let page = app.as_officer("kiemtra").get("/desk/overview?period=own&from=01/05/2018&to=15/06/2018").expect(200);
        let said = motcua::view::reports::share(motcua::platform::i18n::Locale::Vi, figures.on_time.share());
        assert!(page.shows(&said), "{said}");
        app.as_officer("kiemtra").get("/desk/monitor?period=own&from=01/05/2018&to=15/06/2018").expect(200);
    }
}

fn the_page_shows_today_and_the_period_and_opens_them(app: TestApp) {
    // [OVW-02] [OVW-08] [OVW-09] [OVW-10] [OVW-13]
    let id = app.received().id;
    app.count();
    let leader = app.as_officer(LEADER);
    let page = leader.get("/desk/overview").expect(200);
    assert!(page.shows("Hôm nay, 04/05/2018") && page.shows("mới tiếp nhận hôm nay"), "{}", page.text());
    assert!(page.shows("Kỳ") && page.text().contains("mc-chart") && page.text().contains("<table"));
    let open = leader.get("/desk/overview/dossiers?state=open&awaits=nobody&agency=pacnam").expect(200);
    assert!(open.shows(&app.dossier(&id).dossier.code) && !open.shows("Nguyễn Văn A"), "{}", open.text());
    assert!(!leader.get("/desk/overview/dossiers?state=late").expect(200).shows(&app.dossier(&id).dossier.code));
    // Long after: late, with whom, since when; and it leads to the dossier in two clicks.
    app.at("2018-06-20T08:00:00+07:00");
    app.count();
    let leader = app.as_officer(LEADER);
    let page = leader.get("/desk/overview").expect(200);
    assert!(page.shows("Quá hạn ở ai"), "{}", page.text());
    let late = leader.get("/desk/overview/dossiers?state=late&officer=motcua1").expect(200);
    assert!(late.text().contains(&format!("/desk/dossiers/{id}")), "{}", late.text());
    assert!(
        !leader
            .get("/desk/overview/dossiers?state=late&officer=tuphap1")
            .expect(200)
            .shows(&app.dossier(&id).dossier.code)
    );
    for wrong in ["state=", "state=all", "state=open&awaits=rain"] {
        leader.get(&format!("/desk/overview/dossiers?{wrong}")).expect(404);
    }
    // The list behind a figure of an officer, a channel, an office.
    let period = "from=01/06/2018&to=20/06/2018";
    for (part, found) in
        [("officer=motcua1", true), ("officer=-", false), ("channel=direct", true), ("channel=post", false)]
    {
        let list = leader.get(&format!("/desk/report/dossiers?which=open&{period}&{part}")).expect(200);
        assert_eq!(list.shows(&app.dossier(&id).dossier.code), found, "{part}");
    }
    assert!(app.as_officer("kiemtra").get("/desk/overview").expect(200).text().contains("mc-tile"));
}

fn whoever_sees_one_commune_finds_no_other(app: TestApp) {
    // [OVW-01] [ACC-02]
    app.received();
    app.count();
    let leader = app.as_officer(LEADER);
    for path in ["/desk/overview", "/desk/monitor", "/desk/overview/live"] {
        leader.get(&format!("{path}?agency=bocbo")).expect(404);
        app.as_officer(COUNTER).get(path).expect(403);
    }
    leader.get("/desk/overview/dossiers?state=open&agency=bocbo").expect(404);
    leader.get("/desk/monitor/dossiers?sign=again&from=01/05/2018&to=31/05/2018&agency=bocbo").expect(404);
    let auditor = app.as_officer("kiemtra");
    auditor.get("/desk/overview?agency=bocbo").expect(200);
    auditor.get("/desk/overview?agency=nowhere").expect(404);
    app.as_officer("quantri").get("/desk/overview").expect(200);
    app.as_officer("quantri").get("/desk/overview/dossiers?state=open").expect(403);
}

fn what_is_wrong_with_a_period_is_said(app: TestApp) {
    // [OVW-10]
    let auditor = app.as_officer("kiemtra");
    for page in ["/desk/overview", "/desk/monitor"] {
        for (asked, said) in [
            ("from=01/06/2018&to=30/06/2018", "Kỳ báo cáo chưa bắt đầu"),
            ("from=31/05/2018&to=01/05/2018", "Ngày cuối phải sau ngày đầu"),
            ("from=hom+nay&to=01/05/2018", "hom nay"),
            ("from=01/01/2012&to=01/05/2018", "nhiều nhất ba năm"),
        ] {
            let found = auditor.get(&format!("{page}?period=own&{asked}")).expect(422);
            assert!(found.shows(said), "{asked}: {}", found.text());
        }
    }
    // A period without anything.
    app.count();
    assert!(
        auditor.get("/desk/overview?from=01/03/2018&to=31/03/2018").expect(200).shows("Trong kỳ không có gì để tính")
    );
}

fn what_is_typed_into_the_leaders_page_is_found_and_named(app: TestApp) {
    // [OVW-12] [OTR-17]
    app.ready();
    app.received();
    app.count();
    assert!(app.recounted().holds());
    for (sql, table) in [
        ("UPDATE overview_officer SET received = received + 1 WHERE span = 'day'", "officer"),
        ("DELETE FROM overview_officer WHERE span = 'month'", "officer"),
        ("UPDATE overview_waited SET days = 7", "waited"),
        ("UPDATE overview_open SET officer = 'tuphap2'", "open"),
        ("DELETE FROM overview_now", "now"),
    ] {
        app.store.behind_its_back(sql);
        let found = app.recounted();
        assert!(
            !found.wrong.is_empty() && found.wrong.iter().all(|wrong| wrong.of.starts_with(table)),
            "{sql}: {found:?}"
        );
        again(&app);
    }
    app.store.behind_its_back("UPDATE overview_dossier SET officer = 'tuphap2'");
    assert_eq!(app.recounted().differing.len(), 2);
    again(&app);
}

fn again(app: &TestApp) {
    app.write(figures::forget).unwrap();
    app.count();
    assert!(app.recounted().holds());
}

fn signs_are_shown_with_their_cases(app: TestApp) {
    // [MON-01] [MON-04] [MON-08] [MON-10] [MON-12]
    let first = app.received().id;
    app.at("2018-05-04T09:00:00+07:00");
    app.act(COUNTER, &first, "withdraw", &[("withdraw_reason", "Không còn nhu cầu")]).expect(303);
    app.at("2018-05-04T10:00:00+07:00");
    let second = app.received();
    app.count();
    assert!(app.recounted().holds());
    let found = app.read(|tx| read::cases(tx, Sign::Refiled, "pacnam", (date(2018, 5, 1), date(2018, 5, 31)), (0, 30)));
    assert_eq!((found.cases, found.settled), (1, 0));
    let leader = app.as_officer(LEADER);
    let page = leader.get("/desk/monitor").expect(200);
    assert!(page.shows("Kết thúc rồi nộp lại với cùng giấy tờ") && page.shows("Hẹn lại"), "{}", page.text());
    let list = leader.get("/desk/monitor/dossiers?sign=refiled&from=01/05/2018&to=31/05/2018").expect(200);
    assert!(list.shows(&second.dossier.code) && !list.shows(&app.dossier(&first).dossier.code), "{}", list.text());
    leader.get("/desk/monitor/dossiers?sign=envy&from=01/05/2018&to=31/05/2018").expect(404);
    // No number of a person stands in what was made for it.
    let rows = app.read(|tx| Ok(tx.rows("SELECT cases FROM overview_dossier", &[])?));
    let text: Vec<String> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    let number = second.dossier.applicant().id_number.clone().unwrap();
    assert!(text.iter().any(|cases| cases.contains("refiled")) && !text.concat().contains(number.as_str()));
    // What is typed into cases is found.
    app.store.behind_its_back("DELETE FROM overview_case WHERE sign = 'refiled'");
    assert!(app.recounted().wrong.iter().any(|wrong| wrong.of.starts_with("case")));
    again(&app);
}

fn a_page_that_is_open_is_told_of_changes_until_the_session_ends(app: TestApp) {
    // [OVW-14]
    app.received();
    app.count();
    let token = {
        let (ctx, now) = (app.ctx(None), app.now());
        app.write(move |tx| motcua::registry::identity::open_session(tx, &ctx, LEADER, now)).unwrap()
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let url = app.listen_until(async move {
        let _ = stopped.await;
    });
    let listen = || {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
        let cookie = motcua::platform::web::SESSION_COOKIE;
        // One whose every page may be compressed: a stream is not.
        write!(stream, "GET /desk/overview/live HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br\r\nCookie: __Host-{cookie}={token}\r\n\r\n").unwrap();
        BufReader::new(stream)
    };
    let until = |reader: &mut BufReader<TcpStream>, wanted: &str| {
        let mut heard = String::new();
        while !heard.contains(wanted) {
            let mut line = String::new();
            assert!(reader.read_line(&mut line).unwrap() > 0, "ended before {wanted}: {heard}");
            heard.push_str(&line);
        }
        heard
    };
    let mut one = listen();
    let head = until(&mut one, "event: numbers");
    assert!(head.contains("text/event-stream") && !head.contains("content-encoding"), "{head}");
    until(&mut one, "mới tiếp nhận hôm nay");
    let before = until(&mut one, "</section>");
    app.received();
    app.count();
    app.look();
    until(&mut one, "event: numbers");
    until(&mut one, "mới tiếp nhận hôm nay");
    assert_ne!(until(&mut one, "</section>"), before);
    // Somebody else hears the same; when the program is asked to stop, they are let go.
    let mut other = listen();
    until(&mut other, "event: numbers");
    let closing = token.clone();
    app.write(move |tx| motcua::registry::identity::close_session(tx, &closing)).unwrap();
    app.received();
    app.count();
    app.look();
    until(&mut one, "event: over");
    until(&mut other, "event: over");
    stop.send(()).unwrap();
}
