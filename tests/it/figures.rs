//! Kept figures: made from sealed events, proved against them, and reckoned by somebody else as well. Rules:
//! `docs/rules/on-time.md`, `docs/rules/reports.md`.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use motcua::platform::db::Engine;
use motcua::platform::i18n::Locale;
use motcua::record::figures::list::{Ask, behind};
use motcua::record::figures::{self, AsOf, export};
use motcua::simulate::plan::{Order, plan};
use motcua::simulate::play;
use motcua::view::reports::official::Kind;
use motcua::view::reports::report;
use motcua_domain::figures::{Firmly, Period, Report, View, Which};
use serde_json::Value;

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    figures_follow_what_is_sealed_and_say_as_of_when,
    two_nodes_that_count_at_once_count_everything_once,
    what_was_there_before_the_job_is_taken_in,
    what_is_typed_into_figures_is_found_and_named,
    generated_data_that_was_never_finished_is_counted_anew,
    what_comes_later_today_is_not_counted_yet,
    a_script_that_knows_only_the_rules_reckons_the_same,
    behind_every_figure_are_as_many_dossiers,
    an_extension_is_told_beside_the_share,
    the_page_shows_the_share_with_its_parts_and_opens_them,
    whoever_sees_one_agency_finds_no_other,
}

/// Plays a week without a holiday, or some dossiers of it, and moves the clock behind them.
pub fn played(app: &TestApp, staffing: u64, dossiers: Option<u64>) {
    let order = Order { from: date(2018, 5, 7), to: date(2018, 5, 13), seed: 1, staffing, dossiers };
    let plan = Arc::new(plan(&app.registry(), &order).unwrap());
    play::play(&app.store.db, &app.registry(), &plan, order.seed).unwrap();
    app.at("2018-06-20T08:00:00+07:00");
    app.count();
}

/// So few hands, in percent, that even a few dossiers are late.
pub const FEW: u64 = 3;

fn reported(app: &TestApp, from: Date, to: Date, now: Timestamp) -> Report {
    app.read(|tx| report(tx, &app.registry(), from, to, None, now))
}

fn today(app: &TestApp) -> Report {
    let today = app.registry().local(app.now()).date();
    reported(app, today, today, app.now())
}

fn figures_follow_what_is_sealed_and_say_as_of_when(app: TestApp) {
    // [OTR-15] [OTR-16]
    assert_eq!(app.read(figures::as_of), AsOf::Making);
    let id = app.received().id;
    assert_eq!(app.read(figures::as_of), AsOf::Making);
    app.count();
    assert_eq!((app.read(figures::as_of), today(&app).total.open_in_time), (AsOf::Now, 1));
    let counted_at = app.now();
    app.at("2018-05-04T09:00:00+07:00");
    app.act(COUNTER, &id, "withdraw", &[("withdraw_reason", "Không còn nhu cầu")]).expect(303);
    // Not before it is sealed and taken in, and the page says so.
    assert_eq!((app.read(figures::as_of), today(&app).total.settled), (AsOf::Taken(counted_at), 0));
    app.count();
    let total = today(&app).total;
    assert_eq!((app.read(figures::as_of), total.settled, total.open, total.on_time.left_out), (AsOf::Now, 1, 0, 1));
    app.count();
    assert_eq!(today(&app).total, total);
}

fn two_nodes_that_count_at_once_count_everything_once(app: TestApp) {
    // [OTR-16]
    for _ in 0..6 {
        app.received();
    }
    app.seal();
    let zone = app.registry().timezone.clone();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| figures::take_in_all(&app.store.db, &zone, app.now()).unwrap());
        }
    });
    app.count();
    assert_eq!(today(&app).total.total, 6);
}

fn what_was_there_before_the_job_is_taken_in(app: TestApp) {
    // [OTR-16] As after an upgrade: the tables are there and empty.
    played(&app, FEW, Some(120));
    let before = reported(&app, date(2018, 5, 1), date(2018, 5, 31), app.now());
    assert!(before.total.total > 100 && before.adds_up());
    app.write(figures::forget).unwrap();
    assert_eq!(app.read(figures::as_of), AsOf::Making);
    app.received();
    app.count();
    assert_eq!(reported(&app, date(2018, 5, 1), date(2018, 5, 31), app.now()), before);
    assert_eq!(today(&app).total.online + today(&app).total.direct, 1);
}

fn what_is_typed_into_figures_is_found_and_named(app: TestApp) {
    // [OTR-17]
    app.ready();
    app.count();
    assert!(app.recounted().holds());
    let changes = [
        ("UPDATE figure SET kept = kept + 1 WHERE span = 'day' AND kept = 1", "kept", 1),
        ("UPDATE figure SET missed = missed - 1 WHERE span = 'month' AND received = 1", "missed", 1),
        ("UPDATE figure SET field = 'Đất đai' WHERE span = 'year'", "received", 2),
        ("DELETE FROM figure WHERE span = 'year'", "early", 1),
    ];
    for (sql, counter, times) in changes {
        app.store.behind_its_back(sql);
        let found = app.recounted();
        let wrong: Vec<_> = found.wrong.iter().filter(|wrong| wrong.counter == counter).collect();
        assert_eq!((wrong.len(), found.differing.len()), (times, 0), "{sql}: {found:?}");
        assert!(wrong.iter().all(|wrong| wrong.of.contains("pacnam") && wrong.kept != wrong.counted), "{wrong:?}");
        again(&app);
    }
    for sql in [
        "UPDATE figure_dossier SET firmly = 'left_out'",
        "UPDATE figure_dossier SET due_on = '2018-05-30'",
        "UPDATE figure_dossier SET version = version - 1",
        "DELETE FROM figure_dossier",
    ] {
        app.store.behind_its_back(sql);
        assert_eq!(app.recounted().differing.len(), 1, "{sql}");
        again(&app);
    }
}

/// As `motcua replay --figures` does.
fn again(app: &TestApp) {
    app.write(figures::forget).unwrap();
    app.count();
    assert!(app.recounted().holds());
}

fn generated_data_that_was_never_finished_is_counted_anew(app: TestApp) {
    // [OTR-16]
    app.received();
    let begun = figures::bulk::All::begin(&app.store.db, &app.registry().timezone, app.now()).unwrap();
    assert_eq!(app.read(figures::as_of), AsOf::Making);
    drop(begun);
    app.received();
    app.count();
    assert_eq!(today(&app).total.total, 2);
}

fn what_comes_later_today_is_not_counted_yet(app: TestApp) {
    // [OTR-06] [REP-03] Promised for 17:00 of the day on which we look.
    let id = app.received().id;
    app.count();
    let due = app.dossier(&id).dossier.due_at().unwrap();
    let day = app.registry().local(due).date();
    let at = |now: Timestamp| reported(&app, date(2018, 5, 1), day, now).total;
    let before = at(due - jiff::SignedDuration::from_secs(1));
    assert_eq!((before.on_time.counted, before.open_in_time, before.open_late), (0, 1, 0));
    let after = at(due);
    assert_eq!((after.on_time.counted, after.on_time.overdue, after.open_late), (1, 1, 1));
    assert_eq!(after.on_time.share().map(|share| share.tenths), Some(0));
    // A period that ends before it is seen at its end, whatever is known now.
    let yesterday = reported(&app, date(2018, 5, 1), day.yesterday().unwrap(), due);
    assert_eq!((yesterday.total.on_time.counted, yesterday.total.on_time.share()), (0, None));
}

/// What the script in another language reckons from the export.
fn scripted(app: &TestApp, from: Date, to: Date, now: Timestamp) -> Value {
    let mut lines = Vec::new();
    let told = app.read(|tx| {
        export::export(tx, |line| {
            serde_json::to_writer(&mut lines, line)?;
            lines.push(b'\n');
            Ok(())
        })
    });
    assert!(told > 0);
    for person in ["Nguyễn Văn A", "Mẫu", COUNTER, SPECIALIST, LEADER] {
        assert!(!String::from_utf8_lossy(&lines).contains(person), "{person} is in the export");
    }
    let mut script = Command::new("python3")
        .args([".ci/figures", &from.to_string(), &to.to_string(), &now.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3, for reckoning by other means");
    script.stdin.take().unwrap().write_all(&lines).unwrap();
    let said = script.wait_with_output().unwrap();
    assert!(said.status.success());
    serde_json::from_slice(&said.stdout).unwrap()
}

fn a_script_that_knows_only_the_rules_reckons_the_same(app: TestApp) {
    // [OTR-18] A whole week with half of the people; on the other engine, which is slower to play, with everybody.
    match app.store.db.engine() {
        Engine::Sqlite => played(&app, 50, None),
        Engine::Postgres => played(&app, 100, Some(300)),
    }
    asked_and_put_off(&app);
    let now = app.now();
    for (from, to) in [
        (date(2018, 5, 1), date(2018, 5, 31)),
        (date(2018, 5, 14), date(2018, 5, 18)),
        (date(2018, 5, 21), date(2018, 9, 30)),
        (date(2018, 1, 1), date(2018, 4, 30)),
        (date(2018, 6, 20), date(2018, 6, 20)),
    ] {
        let ours = reported(&app, from, to, now);
        assert!(ours.adds_up(), "{ours:?}");
        let theirs = scripted(&app, from, to, now);
        let mut wanted = serde_json::to_value(&ours).unwrap();
        wanted["share"] = ours.total.on_time.share().map(|share| share.tenths).into();
        wanted["lenient"] = ours.total.lenient().map(|share| share.tenths).into();
        (wanted["scores"], wanted["came_online"], wanted["index"]) = scored(&app, from, to);
        assert_eq!(theirs, wanted, "{from} – {to}");
    }
    // Half of the people do not keep every promise of the week; all of them do.
    let week = reported(&app, date(2018, 5, 7), date(2018, 5, 13), now).total.on_time;
    assert_eq!(week.share().unwrap().tenths == 1_000, app.store.db.engine() == Engine::Postgres, "{week:?}");
}

/// The sums of the scores, what came in online, and the parts of the index that follow from events, as the sheet shows them.
fn scored(app: &TestApp, from: Date, to: Date) -> (Value, Value, Value) {
    // [SCR-02] [SCR-09] [SCR-13] [SCR-16] [SCR-17]
    let now = app.now();
    let period = Period::seen(from, to, app.registry().local(now).date()).unwrap();
    let tally = app.read(|tx| figures::tally(tx, &app.registry(), None, period, now));
    let came = app.read(|tx| figures::online(tx, None, period));
    let sheet = crate::official::sheets(app, Kind::Index, None, (from, to)).remove(0);
    let mut parts = serde_json::Map::new();
    for row in &sheet.rows {
        let numbers: Vec<i64> = [2, 3, 4, 7].into_iter().filter_map(|at| row.cells[at].whole()).collect();
        let code = row.cells[0].shown(Locale::Vi);
        if numbers.len() == 4 && ["2.1", "3.3", "4.1"].contains(&code.as_str()) {
            parts.insert(code, numbers.into());
        }
    }
    (serde_json::to_value(tally).unwrap(), serde_json::to_value(came).unwrap(), parts.into())
}

/// One dossier of each kind that a plain play does not have.
fn asked_and_put_off(app: &TestApp) {
    app.at("2018-05-21T08:00:00+07:00");
    let ids: Vec<String> = (0..4).map(|_| app.received().id).collect();
    for id in &ids {
        app.act(COUNTER, id, "forward", &[]).expect(303);
        app.act(SPECIALIST, id, "claim", &[]).expect(303);
    }
    app.act(HEAD, &ids[0], "extend", &[("extend_to", "15/06/2018"), ("extend_reason", "Phải xác minh thêm")])
        .expect(303);
    app.act(COUNTER, &ids[1], "withdraw", &[("withdraw_reason", "Không còn nhu cầu")]).expect(303);
    let ask = [("paper.0.name", "Tờ khai"), ("paper.0.originals", "1"), ("supplement_reason", "Thiếu tờ khai")];
    app.act(SPECIALIST, &ids[3], "ask-supplement", &ask).expect(303);
    app.at("2018-05-22T08:00:00+07:00");
    app.act(COUNTER, &ids[3], "receive-supplement", &[("brought", "0")]).expect(303);
    let again: Vec<_> = ask.into_iter().chain([("supplement_again", "Tờ khai chưa ký")]).collect();
    app.act(SPECIALIST, &ids[3], "ask-supplement", &again).expect(303);
    app.at("2018-06-01T08:00:00+07:00");
    app.act(SPECIALIST, &ids[0], "ask-payment", &[("payment_amount", "50000"), ("payment_reason", "Lệ phí")])
        .expect(303);
    app.at("2018-06-04T08:00:00+07:00");
    app.act(COUNTER, &ids[0], "receive-payment", &[("payment_reference", "BL 12")]).expect(303);
    app.at("2018-06-20T08:00:00+07:00");
    app.count();
}

fn behind_every_figure_are_as_many_dossiers(app: TestApp) {
    // [OTR-13]
    played(&app, FEW, Some(200));
    for (from, to) in [(date(2018, 5, 14), date(2018, 5, 18)), (date(2018, 5, 1), date(2018, 6, 30))] {
        let now = app.now();
        let report = reported(&app, from, to, now);
        let period = Period::seen(from, to, app.registry().local(now).date()).unwrap();
        let parts = report.total.on_time;
        let columns = report.total.columns().into_iter().zip(Which::ALL).map(|(number, (which, ..))| (number, which));
        let parts = [
            (parts.overdue_before, Which::OverdueBefore),
            (parts.kept, Which::Kept),
            (parts.cleared, Which::Cleared),
            (parts.overdue, Which::Overdue),
            (parts.left_out, Which::LeftOut),
            (parts.standing, Which::Standing),
            (parts.supplement, Which::Supplement),
        ];
        for (number, which) in columns.chain(parts) {
            let ask = Ask {
                which,
                view: View { period, now },
                agency: None,
                tier: "",
                field: "",
                office: "",
                channel: "",
                officer: None,
            };
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let (rows, next) = app.read(|tx| behind(tx, &ask, after.as_ref(), 7));
                found.extend(rows.into_iter().map(|row| row.dossier));
                match next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let all = found.len();
            found.sort();
            found.dedup();
            assert_eq!((found.len(), all as i64), (all, number), "{which:?} of {from} – {to}");
        }
        assert!(report.total.late > 0 || report.total.open_late > 0, "half of the people are late somewhere");
        // [REP-06] Every agency by what its dossiers say.
        let by_agency: i64 = report.agencies.values().map(|figures| figures.total).sum();
        assert!(report.agencies.len() > 5 && by_agency == report.total.total);
    }
}

fn an_extension_is_told_beside_the_share(app: TestApp) {
    // [OTR-03] [OTR-14]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    app.act(HEAD, &id, "extend", &[("extend_to", "31/05/2018"), ("extend_reason", "Phải xác minh thêm")]).expect(303);
    let before = app.dossier(&id).dossier.firm_due_at().unwrap();
    app.at("2018-05-30T08:00:00+07:00");
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "Đủ điều kiện")]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    app.count();
    let total = reported(&app, date(2018, 5, 1), date(2018, 5, 31), app.now()).total;
    assert_eq!((total.on_time.counted, total.on_time.kept, total.on_time.excused), (1, 0, 1));
    assert_eq!((total.on_time.share().unwrap().tenths, total.lenient().unwrap().tenths), (0, 1_000));
    assert!(before < app.now());
    assert_eq!(app.dossier(&id).dossier.settled_at, Some(app.now()));
    let page = app.as_officer(LEADER).get("/desk/report?from=01/05/2018&to=31/05/2018").expect(200);
    assert!(page.shows("0 %") && page.shows("100 %") && page.shows("coi 1 hồ sơ"), "{}", page.text());
    let kept = app.read(|tx| {
        let period = Period::seen(date(2018, 5, 1), date(2018, 5, 31), date(2018, 5, 30)).unwrap();
        let view = View { period, now: app.now() };
        behind(
            tx,
            &Ask {
                which: Which::Excused,
                view,
                agency: Some(DISTRICT),
                tier: "",
                field: "",
                office: "",
                channel: "",
                officer: None,
            },
            None,
            9,
        )
    });
    assert_eq!(kept.0[0].fact.settled.map(|settled| settled.firmly), Some(Firmly::Missed));
}

fn the_page_shows_the_share_with_its_parts_and_opens_them(app: TestApp) {
    // [OTR-08] [OTR-13] [REP-01]
    let open = app.received().id;
    app.ready();
    app.at("2018-05-28T08:00:00+07:00");
    app.count();
    let leader = app.as_officer(LEADER);
    let page = leader.get("/desk/report?from=01/05/2018&to=31/05/2018").expect(200);
    assert!(page.shows("50 %"), "{}", page.text());
    let address = "/desk/report/dossiers?which=overdue&amp;from=01%2F05%2F2018&amp;to=31%2F05%2F2018&amp;agency=pacnam";
    assert!(page.text().contains(address), "{}", page.text());
    let listed = leader.get(&address.replace("&amp;", "&")).expect(200);
    let code = app.dossier(&open).dossier.code;
    assert!(listed.shows(&code) && listed.shows("đang quá hạn"), "{}", listed.text());
    assert!(!listed.shows("Nguyễn Văn A"), "what counts is when, not whose");
    // A period without anything, one that has not begun, days in the wrong order, no days at all.
    let nothing = leader.get("/desk/report?from=01/03/2018&to=31/03/2018").expect(200);
    assert!(nothing.shows("Trong kỳ không có gì để tính") && !nothing.shows("100 %"));
    for (asked, said) in [
        ("from=01/06/2018&to=30/06/2018", "Kỳ báo cáo chưa bắt đầu"),
        ("from=31/05/2018&to=01/05/2018", "Ngày cuối phải sau ngày đầu"),
        ("from=hôm nay&to=01/05/2018", "hôm nay"),
    ] {
        let page = leader.get(&format!("/desk/report?{}", asked.replace(' ', "%20"))).expect(422);
        assert!(page.shows(said), "{asked}: {}", page.text());
    }
    for which in ["", "counted", "all"] {
        leader.get(&format!("/desk/report/dossiers?which={which}&from=01/05/2018&to=31/05/2018")).expect(404);
    }
}

fn whoever_sees_one_agency_finds_no_other(app: TestApp) {
    // [REP-07] [ACC-02]
    app.received();
    app.count();
    let period = "from=01/05/2018&to=31/05/2018";
    let leader = app.as_officer(LEADER);
    leader.get(&format!("/desk/report?{period}&agency=pacnam")).expect(200);
    leader.get(&format!("/desk/report?{period}&agency=bocbo")).expect(404);
    leader.get(&format!("/desk/report/dossiers?which=open&{period}&agency=bocbo")).expect(404);
    let auditor = app.as_officer("kiemtra");
    for agency in ["", "pacnam", "bocbo"] {
        auditor.get(&format!("/desk/report?{period}&agency={agency}")).expect(200);
        auditor.get(&format!("/desk/report/dossiers?which=open&{period}&agency={agency}")).expect(200);
    }
    auditor.get(&format!("/desk/report?{period}&agency=nowhere")).expect(404);
    // [REP-06] One that is gone from the registry keeps its line, by what its dossiers say.
    app.store.behind_its_back("UPDATE figure SET agency = 'xa-cu'");
    assert!(auditor.get(&format!("/desk/report?{period}")).expect(200).shows("xa-cu"));
    auditor.get(&format!("/desk/report?{period}&agency=xa-cu")).expect(200);
    again(&app);
    app.as_officer(COUNTER).get("/desk/report").expect(403);
    app.as_officer("quantri").get(&format!("/desk/report/dossiers?which=open&{period}")).expect(403);
}
