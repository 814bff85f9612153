//! What a day of the calendar or a rule of the law moves, and what it leaves alone. Rules: `docs/rules/exam.md`.

use motcua::registry::{editor, impact};
use motcua_domain::calendar::{DayKind, DayRow};
use motcua_domain::deadline::AfterSupplement;
use motcua_domain::exam::Example;
use motcua_domain::procedure::Tier;

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;
use crate::editor::*;

both_engines! {
    a_new_holiday_shows_what_it_moves_and_moves_no_promise,
    a_new_rule_of_the_law_shows_what_it_moves,
}

fn impact_of(app: &TestApp, form: &str, fields: &[(&str, &str)]) -> Page {
    app.as_officer(ADMIN).post(&format!("/admin/impact/{form}"), fields)
}

fn a_new_holiday_shows_what_it_moves_and_moves_no_promise(app: TestApp) {
    // [EXM-13] [CLK-19]
    published_with_an_example(&app);
    let promised = app.received();
    assert!(app.as_officer(AUDITOR).get("/admin/impact").expect(200).shows("(1 ví dụ)"));
    let day = |on, what| {
        [
            ("date", on),
            ("kind", "holiday"),
            ("agency", "*"),
            ("name", "Nghỉ đột xuất"),
            ("source", "Công điện"),
            ("do", what),
        ]
    };
    let far = impact_of(&app, "day", &day("20/08/2018", "rehearse")).expect(200);
    assert!(far.shows("0 ví dụ thay đổi, 1 ví dụ không đổi"));
    let near = impact_of(&app, "day", &day("07/05/2018", "rehearse")).expect(200);
    assert!(near.shows("1 ví dụ thay đổi, 0 ví dụ không đổi") && near.shows("Nộp sáng thứ Sáu"));
    assert!(near.shows("08/05/2018 17:00") && near.shows("09/05/2018 17:00") && near.shows("✗ Sai"));
    assert_eq!(kinds(&app).last().unwrap(), "version_published", "a rehearsal enters nothing");
    impact_of(&app, "day", &day("07/05/2018", "enter")).expect(303);
    assert_eq!(kinds(&app).last().unwrap(), "day_entered");
    let due = |id: &str| app.dossier(id).dossier.promise.unwrap().due_at;
    assert_eq!(due(&promised.id), promised.dossier.promise.unwrap().due_at);
    assert_eq!(due(&app.received().id), "2018-05-09T17:00:00+07:00".parse().unwrap());
    // The example is wrong now, and the next draft says so.
    begin(&app);
    assert!(get(&app, "/exam").expect(200).shows("0/1 ví dụ đúng"));
    for (fields, said) in [
        (day("07/05/2018", "enter").to_vec(), "đã có trong lịch"),
        (day("hôm qua", "rehearse").to_vec(), "Ngày không có thật"),
        ([&day("08/05/2018", "rehearse")[..], &[("from", "07:30")]].concat(), "Ghi cả giờ bắt đầu và giờ kết thúc"),
        ([&day("08/05/2018", "enter")[..], &[("from", "10:00"), ("to", "09:00")]].concat(), "phải sau giờ bắt đầu"),
    ] {
        assert!(impact_of(&app, "day", &fields).expect(422).shows(said), "{said}");
    }
    let make_up =
        [("date", "12/05/2018"), ("kind", "make-up"), ("agency", DISTRICT), ("from", "08:00"), ("to", "10:00")];
    let said = [&make_up[..], &[("name", "Làm bù"), ("source", "Công văn"), ("do", "enter")]].concat();
    assert!(impact_of(&app, "day", &said).expect(422).shows("theo giờ làm việc của thứ Hai"));
}

fn a_new_rule_of_the_law_shows_what_it_moves(app: TestApp) {
    // [EXM-13] [EXM-14]
    begin(&app);
    let mut supplemented = example("10/05/2018 17:00", &[]).to_vec();
    let papers = papers(&app);
    supplemented.extend(papers.iter().map(|paper| ("papers", paper.as_str())));
    supplemented.extend([("letters", "supplement"), ("acts.0.kind", "supplement")]);
    supplemented.extend([("acts.0.from", "07/05/2018 08:00"), ("acts.0.to", "08/05/2018 09:00")]);
    post(&app, "/examples/new", &supplemented).expect(303);
    post(&app, "/publish", &publish("04/05/2018", "Thêm ví dụ")).expect(303);
    let law = |from, what| [("law_from", from), ("supplement", "pause"), ("reason", "Nghị định mới"), ("do", what)];
    let found = impact_of(&app, "law", &law("04/05/2018", "rehearse")).expect(200);
    assert!(found.shows("1 ví dụ thay đổi, 0 ví dụ không đổi"));
    assert!(found.shows("10/05/2018 17:00") && found.shows("09/05/2018 17:00"));
    assert!(impact_of(&app, "law", &law("05/05/2018", "rehearse")).expect(200).shows("0 ví dụ thay đổi"));
    assert!(impact_of(&app, "law", &law("03/05/2018", "enter")).expect(422).shows("từ hôm nay trở đi"));
    assert!(impact_of(&app, "law", &law("", "enter")).expect(422).shows("Ngày không có thật"));
    let same = [("law_from", "05/05/2018"), ("supplement", "restart"), ("reason", "x"), ("do", "rehearse")];
    assert!(impact_of(&app, "law", &same).expect(422).shows("giống quy định đang áp dụng"));
    let handed = [("law_from", "04/05/2018"), ("transfer_cutoff", "08:30"), ("reason", "x"), ("do", "rehearse")];
    assert!(impact_of(&app, "law", &handed).expect(200).shows("Hạn chuyển hồ sơ"));
    impact_of(&app, "law", &law("07/05/2018", "enter")).expect(303);
    let registry = app.registry();
    let rule = |day: &str| {
        let law = registry.law(day.parse().unwrap()).unwrap();
        (AfterSupplement::parse(&law.supplement).unwrap(), law.form_set.clone())
    };
    assert_eq!(rule("2018-05-06").0, AfterSupplement::Restart);
    assert_eq!(rule("2018-05-07"), (AfterSupplement::Pause, "tt01-2018".into()));
    assert_eq!(rule("2018-06-21").0, AfterSupplement::Restart, "the next period is another law");
    assert_eq!(kinds(&app).last().unwrap(), "law_entered");
}

/// A thousand examples: a change of the calendar is rehearsed while somebody waits for the page.
#[test]
fn a_thousand_examples_are_played_at_once() {
    // [EXM-13]
    let app = TestApp::new(motcua::platform::db::Engine::Sqlite);
    published_with_an_example(&app);
    let (ctx, registry) = (app.ctx(Some(ADMIN)), app.registry());
    let example = registry.procedure(Tier::District, PROCEDURE).unwrap().record.examples[0].clone();
    app.write(move |tx| {
        editor::begin(tx, &ctx, PROCEDURE, registry.as_of)?;
        let seen = editor::draft(tx, PROCEDURE)?.unwrap().version;
        editor::save(tx, &ctx, PROCEDURE, seen, editor::Part::Examples, |version| {
            let titled = |at: usize| Example { title: format!("Ví dụ {at}"), ..example.clone() };
            version.examples = (0..1_000).map(titled).collect();
        })
    })
    .unwrap();
    post(&app, "/publish", &publish("04/05/2018", "Nhiều ví dụ")).expect(303);
    let row = DayRow {
        date: "2018-05-07".parse().unwrap(),
        kind: DayKind::Holiday,
        from: None,
        to: None,
        name: "Nghỉ".into(),
    };
    let day = motcua::registry::pack::Day { agency: "*".into(), row, verified: true, source: "x".into() };
    let found = impact::of_day(&app.registry(), &day).unwrap();
    assert_eq!((found.moves.len(), found.still), (1_000, 0));
}
