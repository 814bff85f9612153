//! Absences and substitutes, and the roster of the counters. Rules: `docs/rules/absence.md`, `docs/rules/roster.md`.

use jiff::civil::date;
use motcua::registry::absence;
use motcua_domain::identity::{Post, Role};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    a_substitute_has_the_posts_from_the_first_to_the_last_day,
    work_of_the_absent_is_done_by_the_substitute_and_comes_back,
    who_stands_in_is_told_so_on_every_page,
    a_circle_is_refused_with_its_way_on_the_page,
    every_mistake_of_an_absence_is_said_beside_its_field,
    one_enters_only_what_one_may,
    an_absence_ended_early_gives_the_posts_back_that_day,
    everybody_of_the_agency_sees_who_is_away,
    the_roster_of_a_week_is_written_shown_and_copied,
    a_roster_says_what_is_wrong_and_keeps_what_was_typed,
    where_somebody_is_away_the_substitute_sits_at_the_counter,
    only_some_write_a_roster,
}

const NEW: &str = "/desk/absences/new";

/// An absence from Monday 7 to Wednesday 9 May 2018, with some fields replaced or added.
fn absence<'a>(person: &'a str, substitute: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields =
        vec![("person", person), ("substitute", substitute), ("from_on", "07/05/2018"), ("to_on", "09/05/2018")];
    fields.retain(|(name, _)| other.iter().all(|(replaced, _)| replaced != name));
    fields.extend_from_slice(other);
    fields
}

fn enter(app: &TestApp, by: &str, fields: &[(&str, &str)]) -> Page {
    app.as_officer(by).post(NEW, fields)
}

/// For whom somebody acts at an office on the day of the clock.
fn acting(app: &TestApp, login: &str) -> Vec<Post> {
    let posts = app.ctx(Some(login)).officer.unwrap().posts;
    posts.into_iter().filter(|post| post.acting_for.is_some()).collect()
}

fn a_substitute_has_the_posts_from_the_first_to_the_last_day(app: TestApp) {
    // [SUB-01] [SUB-02]
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &[])).expect(303);
    // Signing in on the last day before: nothing yet. At midnight it is there by itself.
    app.at("2018-05-06T20:00:00+07:00");
    let officer = app.as_officer(SPECIALIST);
    assert!(!officer.get("/desk").expect(200).shows("Đang thay"));
    app.at("2018-05-07T00:00:00+07:00");
    let desk = officer.get("/desk").expect(200);
    assert!(desk.shows("Đang thay") && desk.shows("Trưởng phòng Tư pháp"), "{}", desk.text());
    let post = acting(&app, SPECIALIST).remove(0);
    assert_eq!((post.office.as_str(), post.role), ("pacnam/justice", Role::OfficeHead));
    assert_eq!(post.acting_for.as_deref(), Some(HEAD));
    app.at("2018-05-09T23:59:00+07:00");
    assert_eq!(acting(&app, SPECIALIST).len(), 1);
    app.at("2018-05-10T00:00:00+07:00");
    assert_eq!(acting(&app, SPECIALIST), []);
    // One procedure of one post.
    let one = [("procedure", PROCEDURE), ("from_on", "10/05/2018"), ("to_on", "10/05/2018")];
    enter(&app, COLLEAGUE, &absence(COLLEAGUE, SPECIALIST, &one)).expect(303);
    assert_eq!(acting(&app, SPECIALIST).remove(0).procedure.as_deref(), Some(PROCEDURE));
    // The head assigns to whoever is there.
    let at = |day| {
        let there = app.registry().people("pacnam/justice", Role::OfficeHead, day);
        there.into_iter().map(|officer| officer.account).collect::<Vec<_>>()
    };
    assert_eq!(at(date(2018, 5, 8)), [SPECIALIST]);
    assert_eq!(at(date(2018, 5, 10)), [HEAD]);
}

fn work_of_the_absent_is_done_by_the_substitute_and_comes_back(app: TestApp) {
    // [SUB-01] [SUB-08]
    let (held, other) = (app.received().id, app.received().id);
    for id in [&held, &other] {
        app.act(COUNTER, id, "forward", &[]).expect(303);
        app.act(SPECIALIST, id, "claim", &[]).expect(303);
    }
    let propose = [("outcome", "grant"), ("proposal", "Đủ điều kiện")];
    app.act(COLLEAGUE, &held, "propose", &propose).expect(422);
    enter(&app, SPECIALIST, &absence(SPECIALIST, COLLEAGUE, &[])).expect(303);
    app.at("2018-05-07T08:00:00+07:00");
    let list = app.as_officer(COLLEAGUE).get(&format!("/desk?person={SPECIALIST}")).expect(200);
    assert!(list.shows("Thay Chuyên viên Phòng Tư pháp 1") && list.shows(&held), "{}", list.text());
    app.as_officer(COLLEAGUE).get(&format!("/desk?person={HEAD}")).expect(404);
    app.act(COLLEAGUE, &held, "propose", &propose).expect(303);
    let by = app.read(|tx| motcua::record::dossier::timeline(tx, &held));
    let proposed = by.iter().find(|event| event.event.kind() == "proposed").unwrap();
    assert_eq!((proposed.by.as_str(), proposed.acting_for.as_deref()), (COLLEAGUE, Some(SPECIALIST)));
    // What was not done is the absent's again, by itself.
    app.at("2018-05-10T08:00:00+07:00");
    app.act(COLLEAGUE, &other, "propose", &propose).expect(422);
    app.as_officer(COLLEAGUE).get(&format!("/desk?person={SPECIALIST}")).expect(404);
    app.act(SPECIALIST, &other, "propose", &propose).expect(303);
}

fn who_stands_in_is_told_so_on_every_page(app: TestApp) {
    // [SUB-03] The substitute of the substitute stands in for both.
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &[])).expect(303);
    enter(&app, HEAD, &absence(SPECIALIST, COLLEAGUE, &[])).expect(303);
    app.at("2018-05-08T09:00:00+07:00");
    let page = app.as_officer(COLLEAGUE).get("/desk/absences").expect(200);
    for name in ["Trưởng phòng Tư pháp", "Chuyên viên Phòng Tư pháp 1"] {
        assert!(page.shows(name), "{}", page.text());
    }
    let posts = acting(&app, COLLEAGUE);
    let whose: Vec<_> = posts.iter().map(|post| post.acting_for.as_deref().unwrap()).collect();
    assert_eq!(whose, [HEAD, SPECIALIST]);
    assert_eq!(acting(&app, SPECIALIST), []);
}

fn a_circle_is_refused_with_its_way_on_the_page(app: TestApp) {
    // [SUB-04]
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &[])).expect(303);
    enter(&app, HEAD, &absence(SPECIALIST, COLLEAGUE, &[])).expect(303);
    let page = enter(&app, COLLEAGUE, &absence(COLLEAGUE, HEAD, &[("to_on", "07/05/2018")])).expect(422);
    let way = "Chuyên viên Phòng Tư pháp 2 → Trưởng phòng Tư pháp → Chuyên viên Phòng Tư pháp 1 → Chuyên viên Phòng Tư pháp 2";
    assert!(page.shows("quay vòng") && page.shows(way), "{}", page.text());
    assert!(page.shows("id=\"substitute-error\""));
    assert_eq!((page.hidden("from_on").as_str(), page.hidden("to_on").as_str()), ("07/05/2018", "07/05/2018"));
    enter(&app, COLLEAGUE, &absence(COLLEAGUE, HEAD, &[("from_on", "10/5/2018"), ("to_on", "10/5/2018")])).expect(303);
}

fn every_mistake_of_an_absence_is_said_beside_its_field(app: TestApp) {
    // [SUB-05] [SUB-06] [SUB-07]
    let wrong = |other: &[(&str, &str)], field: &str, words: &str| {
        let page = enter(&app, SPECIALIST, &absence(SPECIALIST, COLLEAGUE, other)).expect(422);
        assert!(page.shows(&format!("id=\"{field}-error\"")) && page.shows(words), "{field}: {}", page.text());
    };
    wrong(&[("from_on", "31/02/2018")], "from_on", "");
    wrong(&[("to_on", "06/05/2018")], "to_on", "Ngày cuối phải từ ngày đầu trở đi");
    wrong(&[("from_on", "01/05/2018"), ("to_on", "03/05/2018")], "to_on", "Ngày cuối (03/05/2018) đã qua");
    wrong(&[("from_on", "01/04/2018")], "from_on", "trong vòng 31 ngày");
    wrong(&[("to_on", "08/05/2019")], "to_on", "dài nhất 366 ngày");
    wrong(&[("substitute", "")], "substitute", "Hãy chọn người thay");
    wrong(&[("substitute", SPECIALIST)], "substitute", "phải là người khác");
    wrong(&[("substitute", "quantri")], "substitute", "không giữ vị trí công tác nào vào ngày 07/05/2018");
    wrong(&[("substitute", "ai-do")], "substitute", "không giữ vị trí");
    wrong(&[("substitute", "bocbo.chutich")], "substitute", "Chủ tịch UBND xã Bộc Bố không thuộc cùng cơ quan");
    wrong(&[("post", "pacnam/finance:specialist")], "post", "không giữ vị trí này");
    wrong(&[("post", "đâu đó")], "post", "");
    wrong(&[("procedure", "9.999999")], "procedure", "9.999999");
    let leader = enter(&app, "bocbo.chutich", &absence("bocbo.chutich", "phochutich", &[])).expect(422);
    assert!(leader.shows("người thay lãnh đạo phải cùng cơ quan"), "{}", leader.text());
    // A commune may ask the district to stand in for its other staff.
    enter(&app, "bocbo.chutich", &absence("bocbo.chuyenmon", "vanphong1", &[])).expect(303);
    enter(&app, SPECIALIST, &absence(SPECIALIST, COLLEAGUE, &[])).expect(303);
    let twice = "đã có Chuyên viên Phòng Tư pháp 2 thay, từ 07/05/2018 đến 09/05/2018";
    wrong(&[("substitute", HEAD), ("from_on", "09/05/2018"), ("to_on", "20/05/2018")], "from_on", twice);
}

fn one_enters_only_what_one_may(app: TestApp) {
    // [SUB-10]
    for (by, whose) in
        [(SPECIALIST, COLLEAGUE), (HEAD, "taichinh1"), (LEADER, "bocbo.chutich"), ("bocbo.chutich", HEAD)]
    {
        enter(&app, by, &absence(whose, "phochutich", &[])).expect(404);
        app.as_officer(by).get(&format!("{NEW}?person={whose}")).expect(404);
    }
    // Whoever may enter several people's chooses first.
    assert!(app.as_officer(HEAD).get(NEW).expect(200).shows("Ai vắng mặt?"));
    let own = app.as_officer(SPECIALIST).get(NEW).expect(200);
    assert!(!own.shows("Ai vắng mặt?") && own.shows("Vắng mặt: Chuyên viên Phòng Tư pháp 1"), "{}", own.text());
    let page = enter(&app, "quantri", &absence(LEADER, "quantri", &[])).expect(422);
    assert!(page.shows("không tự chọn mình"), "{}", page.text());
    enter(&app, "quantri", &absence(LEADER, "phochutich", &[])).expect(303);
    enter(&app, LEADER, &absence(HEAD, SPECIALIST, &[])).expect(303);
    enter(&app, HEAD, &absence(COLLEAGUE, HEAD, &[])).expect(303);
    app.as_officer("kiemtra").get("/desk/absences").expect(403);
}

fn an_absence_ended_early_gives_the_posts_back_that_day(app: TestApp) {
    // [SUB-08] [SUB-09]
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &[])).expect(303);
    app.at("2018-05-08T09:00:00+07:00");
    assert_eq!(acting(&app, SPECIALIST).len(), 1);
    let id = app.registry().absences_from(date(2018, 5, 8))[0].id.clone();
    let end = format!("/desk/absences/{id}/end");
    app.as_officer(COLLEAGUE).post(&end, &[]).expect(404);
    app.as_officer("bocbo.chutich").post(&end, &[]).expect(404);
    assert_eq!(acting(&app, HEAD), []);
    assert!(app.ctx(Some(HEAD)).officer.unwrap().holds("pacnam/justice", Role::OfficeHead));
    let head = app.as_officer(HEAD);
    assert_eq!(head.post(&end, &[]).expect(303).location, "/desk/absences");
    assert!(head.get("/desk/absences").expect(200).shows("đã trở lại làm việc"));
    assert_eq!(acting(&app, SPECIALIST), []);
    // Ended twice, it says that it is over.
    head.post(&end, &[]).expect(303);
    assert!(head.get("/desk/absences").expect(200).shows("Ngày cuối (07/05/2018) đã qua"));
    // One that has not begun is as if it never was.
    let later = [("from_on", "21/05/2018"), ("to_on", "25/05/2018")];
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &later)).expect(303);
    let id = app.registry().absences_from(date(2018, 5, 21))[0].id.clone();
    head.post(&format!("/desk/absences/{id}/end"), &[]).expect(303);
    assert!(app.registry().absences_from(date(2018, 5, 8)).is_empty());
    let kinds = app.read(|tx| {
        let events = motcua::platform::ledger::entries(tx, absence::STREAM)?;
        Ok(events.into_iter().map(|event| event.kind).collect::<Vec<_>>())
    });
    assert_eq!(kinds, ["absence_entered", "absence_ended", "absence_entered", "absence_ended"]);
}

fn everybody_of_the_agency_sees_who_is_away(app: TestApp) {
    // [SUB-10] [SUB-11]
    enter(&app, HEAD, &absence(HEAD, SPECIALIST, &[])).expect(303);
    enter(&app, "bocbo.chutich", &absence("bocbo.chuyenmon", "vanphong1", &[])).expect(303);
    let shows = |login: &str, words: &str| app.as_officer(login).get("/desk/absences").expect(200).shows(words);
    assert!(shows("taichinh1", "Trưởng phòng Tư pháp") && !shows("taichinh1", "Công chức chuyên môn xã Bộc Bố"));
    assert!(!shows("taichinh1", "/end"), "only who may end it has the button");
    assert!(shows("vanphong1", "Công chức chuyên môn xã Bộc Bố"), "whoever stands in sees it");
    assert!(!shows("nhanmon.chutich", "Công chức chuyên môn xã Bộc Bố"));
    // A session in English speaks it.
    assert!(app.as_officer(HEAD).get("/desk/absences?lang=en").expect(200).shows("7 May 2018 – 9 May 2018"));
}

// --- rosters ----------------------------------------------------------------------------------------------------------

const EDITOR: &str = "vanphong.truong";
const ROSTER: &str = "/desk/roster/edit";

/// The roster of the week of 7 May 2018 as the editor sends it, with the print they saw.
fn roster(app: &TestApp, seats: &[(&str, &str)]) -> Page {
    let seen = app.as_officer(EDITOR).get(&format!("{ROSTER}?week=2018-05-07")).expect(200).hidden("seen");
    let mut fields = vec![("office", "pacnam/one-stop"), ("week", "2018-05-07"), ("seen", seen.as_str())];
    fields.extend_from_slice(seats);
    app.as_officer(EDITOR).post(ROSTER, &fields)
}

const TWO_COUNTERS: [(&str, &str); 5] = [
    ("counter.0", "Quầy 1 – Hộ tịch"),
    ("seat.0.2018-05-07", "motcua1"),
    ("seat.0.2018-05-08", "motcua1"),
    ("counter.1", "Quầy 2 – Đất đai"),
    ("seat.1.2018-05-08", "motcua2"),
];

fn the_roster_of_a_week_is_written_shown_and_copied(app: TestApp) {
    // [ROS-01] [ROS-02] [ROS-03] [ROS-05]
    assert_eq!(
        roster(&app, &TWO_COUNTERS).expect(303).location,
        "/desk/roster?office=pacnam%2Fone-stop&week=2018-05-07"
    );
    let week = app.as_officer(COUNTER).get("/desk/roster?week=2018-05-09").expect(200);
    for words in ["Quầy 1 – Hộ tịch", "Quầy 2 – Đất đai", "Công chức Một cửa huyện 2", "Thứ Ba 08/05/2018"]
    {
        assert!(week.shows(words), "{words}: {}", week.text());
    }
    assert!(!week.shows("Thứ Bảy"), "a day off has no column");
    assert!(!week.shows("Sửa lịch"), "who only looks has no buttons");
    // Wednesday: what is over stays, whatever is sent.
    app.at("2018-05-09T08:00:00+07:00");
    let other = [("counter.0", "Quầy 1 – Hộ tịch"), ("seat.0.2018-05-08", "motcua3"), ("seat.0.2018-05-10", "motcua3")];
    roster(&app, &other).expect(303);
    let seats = app.read(|tx| {
        let rows = motcua::registry::roster::week(tx, "pacnam/one-stop", date(2018, 5, 7))?;
        Ok(rows.into_iter().map(|row| format!("{} {} {}", row.day, row.counter, row.login)).collect::<Vec<_>>())
    });
    let expected = [
        "2018-05-07 Quầy 1 – Hộ tịch motcua1",
        "2018-05-08 Quầy 1 – Hộ tịch motcua1",
        "2018-05-08 Quầy 2 – Đất đai motcua2",
        "2018-05-10 Quầy 1 – Hộ tịch motcua3",
    ];
    assert_eq!(seats, expected);
    let copy = || {
        let editor = app.as_officer(EDITOR);
        let location = editor
            .post("/desk/roster/copy", &[("office", "pacnam/one-stop"), ("week", "2018-05-07")])
            .expect(303)
            .location;
        editor.get(&location).expect(200)
    };
    let copied = copy();
    assert!(copied.shows("sang tuần sau: 3 ngày") && copied.shows("Thứ Năm 17/05/2018"), "{}", copied.text());
    assert!(copy().shows("Không có gì để chép"), "a second time there is nothing left");
}

fn a_roster_says_what_is_wrong_and_keeps_what_was_typed(app: TestApp) {
    // [ROS-01] [ROS-06]
    let wrong = [
        ("counter.0", ""),
        ("seat.0.2018-05-07", "motcua1"),
        ("counter.1", "Quầy 2"),
        ("counter.2", "Quầy 3"),
        ("seat.2.2018-05-07", "tuphap1"),
        ("counter.3", "Quầy 3"),
        ("seat.3.2018-05-08", "motcua2"),
    ];
    let page = roster(&app, &wrong).expect(422);
    for field in ["counter.0", "counter.1", "seat.2.2018-05-07", "counter.3"] {
        assert!(page.shows(&format!("id=\"{field}-error\"")), "{field}: {}", page.text());
    }
    assert_eq!(page.hidden("counter.1"), "Quầy 2");
    // Somebody else was faster: they are told, and what they typed is kept.
    let stale = app.as_officer(EDITOR).get(&format!("{ROSTER}?week=2018-05-07")).expect(200).hidden("seen");
    roster(&app, &TWO_COUNTERS).expect(303);
    let fields = [
        ("office", "pacnam/one-stop"),
        ("week", "2018-05-07"),
        ("seen", stale.as_str()),
        ("counter.0", "Quầy số 1"),
        ("seat.0.2018-05-07", "motcua3"),
    ];
    let told = app.as_officer(LEADER).post(ROSTER, &fields).expect(422);
    assert!(told.shows("vừa được người khác sửa") && told.hidden("counter.0") == "Quầy số 1", "{}", told.text());
}

fn where_somebody_is_away_the_substitute_sits_at_the_counter(app: TestApp) {
    // [ROS-04] [ROS-07]
    roster(&app, &TWO_COUNTERS).expect(303);
    enter(&app, "motcua1", &absence("motcua1", "vanphong1", &[("from_on", "08/05/2018")])).expect(303);
    app.at("2018-05-08T08:00:00+07:00");
    let week = app.as_officer(COUNTER).get("/desk/roster").expect(200);
    assert!(week.shows("Chuyên viên Văn phòng HĐND và UBND 1") && week.shows("thay Công chức Một cửa huyện 1"));
    let public = app.browser().get("/agencies/pacnam").expect(200);
    for words in
        ["Người trực hôm nay", "Quầy 1 – Hộ tịch", "Chuyên viên Văn phòng HĐND và UBND 1", "Công chức Một cửa huyện 2"]
    {
        assert!(public.shows(words), "{words}: {}", public.text());
    }
    assert!(!public.shows("Công chức Một cửa huyện 1"));
    // Who stands in may be put into the roster.
    assert!(app.as_officer(EDITOR).get(ROSTER).expect(200).shows("value=\"vanphong1\""));
    // Whoever stands in has gone too, and hands over to nobody who is there.
    app.at("2018-05-12T08:00:00+07:00");
    assert!(!app.browser().get("/agencies/pacnam").expect(200).shows("Người trực hôm nay"), "a Saturday");
}

fn only_some_write_a_roster(app: TestApp) {
    // [ROS-06]
    let sent = [("office", "pacnam/one-stop"), ("week", "2018-05-07"), ("seen", "")];
    app.as_officer(COUNTER).post(ROSTER, &sent).expect(403);
    app.as_officer(HEAD).post(ROSTER, &sent).expect(403);
    app.as_officer("bocbo.chutich").post(ROSTER, &sent).expect(404);
    app.as_officer("bocbo.chutich").post("/desk/roster/copy", &sent).expect(404);
    app.as_officer("bocbo.motcua").get("/desk/roster?office=pacnam/one-stop").expect(404);
    app.as_officer(COUNTER).get("/desk/roster?office=pacnam/justice").expect(404);
    for editor in [EDITOR, LEADER, "quantri"] {
        app.as_officer(editor).get(ROSTER).expect(200);
    }
    app.as_officer("bocbo.chutich").get(ROSTER).expect(200);
}
