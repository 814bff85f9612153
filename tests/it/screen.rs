//! The dossier's screen and what the applicant sees of it: every act by its page, with the mistakes people make.

use jiff::SignedDuration;
use motcua::record::dossier::{self, Target};
use motcua_domain::dossier::{Acceptance, Command, Event, Promise, Status};
use motcua_domain::identity::{Officer, Post, Role};
use motcua_domain::procedure::{Leg, Step, StepKind};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    papers_are_asked_for_with_every_mistake_said_and_nothing_lost,
    the_applicant_reads_what_to_bring_and_gets_a_new_date,
    a_second_request_is_warned_of_and_needs_its_reason,
    a_payment_stops_the_clock_until_its_paper_is_here,
    a_date_is_put_off_once_with_an_apology,
    an_apology_that_comes_late_is_marked,
    a_date_that_would_not_change_is_not_reckoned_anew,
    a_dossier_ends_by_withdrawal_or_by_a_stop,
    another_office_is_asked_and_answers_late,
    legs_at_the_same_time_are_chosen_and_silence_is_shown,
    what_came_with_a_slip_is_confirmed,
    the_work_list_is_looked_at_in_several_ways,
    what_is_missing_at_the_counter_is_said_on_form_02,
    a_stranger_learns_nothing_from_any_act,
}

const POLICE: &str = "police/reception";
const OTHER: &str = "taichinh1";

fn path(id: &str) -> String {
    format!("/desk/dossiers/{id}")
}

fn screen(app: &TestApp, login: &str, id: &str) -> Page {
    app.as_officer(login).get(&path(id)).expect(200)
}

fn track(app: &TestApp, id: &str) -> Page {
    let code = app.dossier(id).dossier.code;
    app.browser().post("/track", &[("code", &code), ("digits", "5678"), ("r", "1")]).expect(200)
}

/// Whether the page says of a field that it is wrong, at the top and beside it.
fn wrong(page: &Page, field: &str) -> bool {
    page.shows(&format!("href=\"#{field}\"")) && page.shows(&format!("id=\"{field}-error\""))
}

/// A dossier that lies with the specialist.
fn examined(app: &TestApp) -> String {
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    id
}

const REQUEST: [(&str, &str); 6] = [
    ("paper.0.name", "Giấy chứng sinh"),
    ("paper.0.originals", "1"),
    ("paper.2.name", "Sổ hộ khẩu"),
    ("paper.2.copies", "2"),
    ("supplement_reason", "Thiếu giấy chứng sinh"),
    ("supplement_by", "15/05/2018"),
];

fn asked(app: &TestApp) -> String {
    let id = examined(app);
    app.act(SPECIALIST, &id, "ask-supplement", &REQUEST).expect(303);
    id
}

fn papers_are_asked_for_with_every_mistake_said_and_nothing_lost(app: TestApp) {
    // [DOS-14]
    let id = examined(&app);
    assert!(screen(&app, SPECIALIST, &id).shows("/ask-supplement"));
    assert!(!screen(&app, HEAD, &id).shows("/ask-supplement"), "only whose step it is asks");
    let none = app.act(SPECIALIST, &id, "ask-supplement", &[("supplement_by", "19/05/2018")]).expect(422);
    for field in ["paper.0.name", "supplement_reason", "supplement_by"] {
        assert!(wrong(&none, field), "{field}: {}", none.text());
    }
    let odd = [
        ("paper.0.copies", "hai"),
        ("paper.0.name", "Tờ khai"),
        ("paper.1.originals", "1"),
        ("supplement_reason", "Thiếu"),
        ("supplement_by", "31/02/2018"),
    ];
    let told = app.act(SPECIALIST, &id, "ask-supplement", &odd).expect(422);
    for field in ["paper.0.copies", "paper.1.name", "supplement_by"] {
        assert!(wrong(&told, field), "{field}: {}", told.text());
    }
    for (field, value) in odd.iter().filter(|(field, _)| *field != "supplement_reason") {
        assert_eq!(told.hidden(field), *value, "{field}");
    }
    let past = [REQUEST.as_slice(), &[("supplement_by", "03/05/2018")]].concat();
    let past: Vec<_> = past.into_iter().filter(|pair| *pair != ("supplement_by", "15/05/2018")).collect();
    assert!(wrong(&app.act(SPECIALIST, &id, "ask-supplement", &past).expect(422), "supplement_by"));
    // More rows are no request yet.
    let more = [REQUEST.as_slice(), &[("do", "more"), ("rows", "5")]].concat();
    let more = app.act(SPECIALIST, &id, "ask-supplement", &more).expect(200);
    assert!(more.shows("name=\"paper.9.name\"") && !more.shows("name=\"paper.10.name\""));
    assert_eq!((more.hidden("paper.2.name").as_str(), more.hidden("rows").as_str()), ("Sổ hộ khẩu", "10"));
    assert_eq!(app.dossier(&id).dossier.standstills.len(), 0);
    // Pressed twice it is asked once.
    let version = app.dossier(&id).dossier.version.to_string();
    let twice = [REQUEST.as_slice(), &[("version", version.as_str())]].concat();
    for _ in 0..2 {
        app.as_officer(SPECIALIST).post(&format!("{}/ask-supplement", path(&id)), &twice).expect(303);
    }
    let dossier = app.dossier(&id).dossier;
    assert_eq!((dossier.status, dossier.standstills.len()), (Status::SupplementAsked, 1));
    let page = screen(&app, SPECIALIST, &id);
    assert!(page.shows("Giấy chứng sinh") && page.shows("Phiếu yêu cầu bổ sung"), "{}", page.text());
    assert!(!page.shows("/ask-supplement") && !page.shows("/receive-supplement"));
}

fn the_applicant_reads_what_to_bring_and_gets_a_new_date(app: TestApp) {
    // [DOS-13] [CLK-16]
    let id = asked(&app);
    let before = app.dossier(&id).dossier.last_due_at();
    let waits = track(&app, &id);
    for words in ["Giấy chứng sinh", "Sổ hộ khẩu", "2 bản sao", "Thiếu giấy chứng sinh", "15/05/2018 17:00", "Tạm dừng"]
    {
        assert!(waits.shows(words), "{words}: {}", waits.text());
    }
    assert!(!waits.shows("Hẹn trả kết quả:"), "nothing is promised while the clock stands");
    app.at("2018-05-09T09:00:00+07:00");
    let half = [("brought", "0")];
    let told = app.act(COUNTER, &id, "receive-supplement", &half).expect(422);
    assert!(wrong(&told, "supplement_note") && told.shows("checked"), "{}", told.text());
    app.act(SPECIALIST, &id, "receive-supplement", &half).expect(403);
    app.act(COUNTER, &id, "receive-supplement", &[("brought", "0"), ("brought", "1")]).expect(303);
    let dossier = app.dossier(&id).dossier;
    assert_eq!((dossier.receipt, dossier.particulars.papers.len()), (2, 3));
    let due = dossier.due_at();
    assert!(due > before);
    let local = app.registry().local(due.unwrap()).strftime("%d/%m/%Y %H:%M").to_string();
    let followed = track(&app, &id);
    for words in [local.as_str(), "giấy tiếp nhận lần 2", "được tính lại từ đầu", "Hẹn lúc nhận hồ sơ"]
    {
        assert!(followed.shows(words), "{words}: {}", followed.text());
    }
    let page = screen(&app, SPECIALIST, &id);
    for words in [local.as_str(), "Hẹn lúc tiếp nhận", "Đã chờ bổ sung"] {
        assert!(page.shows(words), "{words}: {}", page.text());
    }
}

fn a_second_request_is_warned_of_and_needs_its_reason(app: TestApp) {
    // [DOS-15]
    let id = asked(&app);
    let sent_again = app.act(SPECIALIST, &id, "ask-supplement", &REQUEST).expect(422);
    assert!(sent_again.shows("đang tạm dừng"), "{}", sent_again.text());
    // The form is gone, the words are not.
    assert!(sent_again.shows("Thiếu giấy chứng sinh") && sent_again.shows("<p>Sổ hộ khẩu</p>"));
    app.act(COUNTER, &id, "receive-supplement", &[("brought", "0"), ("brought", "1")]).expect(303);
    assert!(screen(&app, SPECIALIST, &id).shows("tính là trễ hạn trong bộ chỉ số"));
    let told = app.act(SPECIALIST, &id, "ask-supplement", &REQUEST).expect(422);
    assert!(wrong(&told, "supplement_again"), "{}", told.text());
    let why = [REQUEST.as_slice(), &[("supplement_again", "Giấy chứng sinh ghi sai tên")]].concat();
    app.act(SPECIALIST, &id, "ask-supplement", &why).expect(303);
    assert_eq!(app.dossier(&id).dossier.supplements(), 2);
}

fn a_payment_stops_the_clock_until_its_paper_is_here(app: TestApp) {
    // [DOS-16]
    let id = examined(&app);
    let told = app.act(SPECIALIST, &id, "ask-payment", &[("payment_amount", "năm trăm")]).expect(422);
    assert!(wrong(&told, "payment_amount") && wrong(&told, "payment_reason"));
    assert_eq!(told.hidden("payment_amount"), "năm trăm");
    for amount in ["", "0", "-5"] {
        let none = [("payment_amount", amount), ("payment_reason", "Lệ phí trước bạ")];
        assert!(wrong(&app.act(SPECIALIST, &id, "ask-payment", &none).expect(422), "payment_amount"), "{amount}");
    }
    let pay = [("payment_amount", "1.250.000"), ("payment_reason", "Lệ phí trước bạ")];
    app.act(SPECIALIST, &id, "ask-payment", &pay).expect(303);
    let waits = track(&app, &id);
    assert!(waits.shows("1.250.000 đồng") && waits.shows("Lệ phí trước bạ"), "{}", waits.text());
    assert!(screen(&app, COUNTER, &id).shows("1.250.000 đồng"));
    assert!(wrong(&app.act(COUNTER, &id, "receive-payment", &[]).expect(422), "payment_reference"));
    app.act(COUNTER, &id, "receive-payment", &[("payment_reference", "BL 0012")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.status, Status::InProgress);
    app.act(COUNTER, &id, "receive-payment", &[("payment_reference", "BL 0012")]).expect(422);
}

fn a_date_is_put_off_once_with_an_apology(app: TestApp) {
    // [DOS-17] [CLK-28]
    let id = examined(&app);
    let due = app.registry().local(app.dossier(&id).dossier.due_at().unwrap());
    let page = screen(&app, HEAD, &id);
    assert!(page.shows("chỉ được hẹn lại một lần") && page.shows("/extend"), "{}", page.text());
    assert!(!screen(&app, SPECIALIST, &id).shows("/extend"));
    let none = app.act(HEAD, &id, "extend", &[]).expect(422);
    assert!(wrong(&none, "extend_to") && wrong(&none, "extend_reason"));
    let why = ("extend_reason", "Phải xác minh");
    let same = due.date().strftime("%d/%m/%Y").to_string();
    for day in ["12/05/2018", "03/05/2018", "32/05/2018", same.as_str(), "12/05/2099"] {
        let told = app.act(HEAD, &id, "extend", &[("extend_to", day), why]).expect(422);
        assert!(wrong(&told, "extend_to") && told.hidden("extend_to") == day, "{day}: {}", told.text());
        assert!(told.shows("Phải xác minh"), "what was typed stays");
    }
    let put_off = [("extend_to", "25/05/2018"), why];
    app.act(HEAD, &id, "extend", &put_off).expect(303);
    let dossier = app.dossier(&id).dossier;
    assert_eq!(app.registry().local(dossier.due_at().unwrap()).date().to_string(), "2018-05-25");
    let told = track(&app, &id);
    for words in ["Chúng tôi xin lỗi", "Phải xác minh", "25/05/2018 17:00", same.as_str()] {
        assert!(told.shows(words), "{words}: {}", told.text());
    }
    let page = screen(&app, HEAD, &id);
    assert!(!page.shows("/extend"), "once only");
    assert!(page.shows("Theo cách tính của bộ chỉ số quốc gia"), "the index knows no extension: {}", page.text());
    assert!(app.act(HEAD, &id, "extend", &put_off).expect(422).shows("Chỉ được hẹn lại một lần"));
}

fn an_apology_that_comes_late_is_marked(app: TestApp) {
    // [CLK-28]
    let id = examined(&app);
    app.at("2018-05-30T09:00:00+07:00");
    assert!(screen(&app, LEADER, &id).shows("đã qua. Vẫn hẹn lại được nhưng bị ghi là xin lỗi muộn"));
    app.act(LEADER, &id, "extend", &[("extend_to", "08/06/2018"), ("extend_reason", "Thiếu người")]).expect(303);
    assert!(app.dossier(&id).dossier.extensions[0].extension.late);
    assert!(screen(&app, LEADER, &id).shows("Lời xin lỗi ra muộn"));
}

fn a_date_that_would_not_change_is_not_reckoned_anew(app: TestApp) {
    // [CLK-19]
    let id = examined(&app);
    assert!(wrong(&app.act(HEAD, &id, "recompute", &[]).expect(422), "recompute_reason"));
    let told = app.act(HEAD, &id, "recompute", &[("recompute_reason", "Đổi lịch")]).expect(422);
    assert!(told.shows("vẫn ra hạn trả đang có") && told.shows("Đổi lịch"), "{}", told.text());
}

fn a_dossier_ends_by_withdrawal_or_by_a_stop(app: TestApp) {
    // [DOS-18]
    let taken_back = examined(&app);
    assert!(wrong(&app.act(COUNTER, &taken_back, "withdraw", &[]).expect(422), "withdraw_reason"));
    app.act(SPECIALIST, &taken_back, "withdraw", &[("withdraw_reason", "x")]).expect(403);
    app.act(COUNTER, &taken_back, "withdraw", &[("withdraw_reason", "Không còn nhu cầu")]).expect(303);
    assert!(track(&app, &taken_back).shows("Không còn nhu cầu"));
    assert!(screen(&app, COUNTER, &taken_back).shows("Người nộp rút hồ sơ lúc"));
    let stopped = examined(&app);
    assert!(wrong(&app.act(HEAD, &stopped, "stop", &[("stop_ground", "Điều 5")]).expect(422), "stop_reason"));
    let stop = [("stop_reason", "Có tranh chấp"), ("stop_ground", "Điều 5")];
    app.act(HEAD, &stopped, "stop", &stop).expect(303);
    assert_eq!(app.dossier(&stopped).dossier.status, Status::Stopped);
    assert!(track(&app, &stopped).shows("Có tranh chấp"));
    let page = screen(&app, COUNTER, &stopped);
    assert!(page.shows("Thông báo dừng giải quyết") && !page.shows("id=\"acts\""), "{}", page.text());
}

fn another_office_is_asked_and_answers_late(app: TestApp) {
    // [RTE-09] [DOS-09]
    let id = examined(&app);
    app.as_officer(OTHER).get(&path(&id)).expect(404);
    let page = screen(&app, SPECIALIST, &id);
    assert!(page.shows("value=\"pacnam/finance\"") && page.shows("value=\"police/reception\""), "{}", page.text());
    assert!(!page.shows("value=\"pacnam/justice\"") && !page.shows("value=\"bocbo/specialists\""));
    let none = app.act(SPECIALIST, &id, "consult", &[("consult_by", "05/05/2018")]).expect(422);
    for field in ["consult_office", "consult_question", "consult_by"] {
        assert!(wrong(&none, field), "{field}: {}", none.text());
    }
    let ask = |by| {
        [("consult_office", "pacnam/finance"), ("consult_question", "Đất này có nợ thuế không?"), ("consult_by", by)]
    };
    assert!(wrong(&app.act(SPECIALIST, &id, "consult", &ask("03/05/2018")).expect(422), "consult_by"));
    let own = [("consult_office", "pacnam/justice"), ("consult_question", "?"), ("consult_by", "08/05/2018")];
    assert!(wrong(&app.act(SPECIALIST, &id, "consult", &own).expect(422), "consult_office"));
    app.act(SPECIALIST, &id, "consult", &ask("08/05/2018")).expect(303);
    assert!(app.as_officer(OTHER).get("/desk").expect(200).shows("?task=101"));
    app.at("2018-05-09T10:00:00+07:00");
    let page = screen(&app, OTHER, &id);
    assert!(page.shows("Chưa trả lời.") && page.shows("/answer-consultation"), "{}", page.text());
    let answer = |words| [("consult_answer", words), ("consult_person", "Kế toán trưởng"), ("task", "101")];
    assert!(wrong(&app.act(OTHER, &id, "answer-consultation", &answer("")).expect(422), "consult_answer"));
    app.act(OTHER, &id, "answer-consultation", &answer("Không nợ thuế")).expect(303);
    let page = screen(&app, SPECIALIST, &id);
    assert!(page.shows("Không nợ thuế") && page.shows("Kế toán trưởng"), "{}", page.text());
    assert!(app.dossier(&id).dossier.consultations[0].answer.as_ref().unwrap().late);
    assert_eq!(app.dossier(&id).dossier.due_at(), app.dossier(&id).dossier.promised_at(), "the clock went on");
}

/// Two legs at the same time: the justice office leads, the police answer from outside; then the leader signs.
fn with_legs(app: &TestApp) -> String {
    let (ctx, registry) = (app.ctx(Some(COUNTER)), app.registry());
    let model = app.received().dossier;
    let step = |kind, office: &str, title: &str| Step {
        kind,
        office: office.into(),
        role: "specialist".into(),
        hours: 8,
        title: title.into(),
        four_eyes: false,
        legs: vec![],
    };
    let leg =
        |key: &str, title: &str, lead, step| Leg { key: key.into(), title: title.into(), lead, steps: vec![step] };
    let legs = vec![
        leg("justice", "Hộ tịch", true, step(StepKind::Work, "pacnam/justice", "Thẩm định hộ tịch")),
        leg("police", "Cư trú", false, step(StepKind::Outside, POLICE, "Công an xác nhận cư trú")),
    ];
    let both = Step { legs, ..step(StepKind::Parallel, "pacnam/one-stop", "Các cơ quan cùng giải quyết") };
    let mut subject = model.subject.clone();
    subject.route.splice(1..3, [both]);
    let promise = Promise { local_due_at: Some(app.now() + SignedDuration::from_hours(1)), ..model.promise.unwrap() };
    let acceptance = Acceptance {
        code: "MAU.060.H03-180504-9001".into(),
        agency: model.agency,
        channel: model.channel,
        subject,
        particulars: model.particulars,
        promise,
        hand_on_by: None,
    };
    let begun = app.write(move |tx| {
        dossier::begin(tx, &ctx, &registry, "pacnam/one-stop", Event::Accepted(Box::new(acceptance.clone())))
    });
    begun.unwrap().id
}

/// An act of the police, who have no account.
fn police(app: &TestApp, id: &str, command: Command) {
    let posts = vec![Post::own(POLICE, Role::Specialist)];
    let officer = Officer { account: POLICE.into(), agency: "police".into(), posts };
    let ctx = motcua::platform::ctx::Ctx { officer: Some(officer), ..app.ctx(None) };
    let (registry, id) = (app.registry(), id.to_owned());
    app.write(move |tx| {
        let target = Target { id: &id, seen: None, task: Some(2) };
        dossier::act(tx, &ctx, &registry, target, command.clone())
    })
    .unwrap();
}

fn legs_at_the_same_time_are_chosen_and_silence_is_shown(app: TestApp) {
    // [RTE-03] [RTE-05] [RTE-06] [RTE-08]
    let id = with_legs(&app);
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.at("2018-05-08T09:00:00+07:00");
    let page = screen(&app, COUNTER, &id);
    for words in [
        "Việc đang mở: 2",
        "?task=1",
        "?task=2",
        "Hộ tịch",
        "Cư trú",
        "Đã ở đó 2 ngày làm việc",
        "Chưa xác nhận đã nhận",
    ] {
        assert!(page.shows(words), "{words}: {}", page.text());
    }
    let followed = track(&app, &id);
    for words in [
        "Nhiều cơ quan đang cùng giải quyết",
        "Hộ tịch",
        "Đã ở đó 2 ngày làm việc",
        "chưa xác nhận",
        "04/05/2018 09:00",
    ] {
        assert!(followed.shows(words), "{words}: {}", followed.text());
    }
    police(&app, &id, Command::Acknowledge { person: "Trực ban".into() });
    police(&app, &id, Command::Ask { question: "Thiếu số điện thoại?".into(), person: "Trực ban".into() });
    let at_police = app.as_officer(COUNTER).get(&format!("{}?task=2", path(&id))).expect(200);
    for words in ["Thiếu số điện thoại?", "/reply", "/answer\"", "Đã xác nhận nhận lúc 08/05/2018 09:00"]
    {
        assert!(at_police.shows(words), "{words}: {}", at_police.text());
    }
    assert!(wrong(&app.act(COUNTER, &id, "reply", &[("task", "2")]).expect(422), "reply_answer"));
    app.act(COUNTER, &id, "reply", &[("task", "2"), ("reply_answer", "0912345678")]).expect(303);
    let none = app.act(COUNTER, &id, "answer", &[("task", "2")]).expect(422);
    assert!(wrong(&none, "answer_outcome") && wrong(&none, "answer_person"), "{}", none.text());
    let refusal = [("task", "2"), ("answer_outcome", "refuse"), ("answer_person", "Trực ban")];
    assert!(wrong(&app.act(COUNTER, &id, "answer", &refusal).expect(422), "answer_note"));
    let granted = [("task", "2"), ("answer_outcome", "grant"), ("answer_person", "Trực ban"), ("answer_note", "CV 12")];
    app.act(COUNTER, &id, "answer", &granted).expect(303);
    // The leg has answered; the other still works, and then a leader sees both answers.
    app.act(COUNTER, &id, "answer", &granted).expect(422);
    app.act(SPECIALIST, &id, "propose", &[("task", "1"), ("outcome", "grant"), ("proposal", "Đủ")]).expect(303);
    let page = screen(&app, LEADER, &id);
    for words in ["CV 12", "Trực ban", "Đề xuất: Giải quyết", "chủ trì"] {
        assert!(page.shows(words), "{words}: {}", page.text());
    }
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.status, Status::Ready);
}

fn what_came_with_a_slip_is_confirmed(app: TestApp) {
    // [RTE-07]
    let id = app.received().id;
    let (ctx, registry, stream) = (app.ctx(Some(COUNTER)), app.registry(), id.clone());
    let forward = Command::Forward { note: String::new(), slip: Some("7/2018".into()) };
    app.write(move |tx| dossier::act(tx, &ctx, &registry, Target::now(&stream), forward.clone())).unwrap();
    let list = "/desk?office=pacnam%2Fjustice&only=confirm";
    assert!(app.as_officer(SPECIALIST).get(list).expect(200).shows("Chờ xác nhận theo phiếu 7/2018"));
    let page = screen(&app, SPECIALIST, &id);
    assert!(page.shows("/confirm\"") && page.shows("phiếu 7/2018"), "{}", page.text());
    let version = app.dossier(&id).dossier.version.to_string();
    for _ in 0..2 {
        app.as_officer(SPECIALIST).post(&format!("{}/confirm", path(&id)), &[("version", &version)]).expect(303);
    }
    assert_eq!(app.dossier(&id).dossier.version.to_string(), (version.parse::<i64>().unwrap() + 1).to_string());
    assert!(!app.as_officer(SPECIALIST).get(list).expect(200).shows(&id));
    app.act(SPECIALIST, &id, "confirm", &[]).expect(422);
}

fn the_work_list_is_looked_at_in_several_ways(app: TestApp) {
    let (plain, waits) = (examined(&app), asked(&app));
    let shown = |only: &str| {
        let page = app.as_officer(SPECIALIST).get(&format!("/desk?only={only}")).expect(200);
        [page.shows(&plain), page.shows(&waits)]
    };
    assert_eq!(shown("all"), [true, true]);
    assert_eq!(shown("waiting"), [false, true]);
    assert_eq!(shown("late"), [false, false]);
    assert_eq!(shown("confirm"), [false, false]);
    // An hour before the step's own time is over, and after it.
    let due = app.dossier(&plain).dossier.step_due.unwrap();
    app.advance(due.duration_since(app.now()) - SignedDuration::from_hours(1));
    assert_eq!(shown("soon"), [true, false]);
    app.advance(SignedDuration::from_hours(2));
    assert_eq!(shown("late"), [true, false]);
    assert_eq!(shown("soon"), [false, false]);
    let page = app.as_officer(SPECIALIST).get("/desk").expect(200);
    assert!(page.shows("?task=0") && page.shows("Tạm dừng tính hạn") && page.shows("Hạn của bước"), "{}", page.text());
    // What somebody holds is looked at in the same ways.
    app.act(SPECIALIST, &plain, "claim", &[]).expect(303);
    let mine = app.as_officer(SPECIALIST).get("/desk?office=mine&only=late").expect(200);
    assert!(mine.shows(&plain) && !mine.shows(&waits));
}

fn what_is_missing_at_the_counter_is_said_on_form_02(app: TestApp) {
    // [DOS-12]
    let form = format!("/desk/intake/district/{PROCEDURE}");
    let counter = app.as_officer(COUNTER);
    let who =
        [("token", "t"), ("do", "incomplete"), ("applicant.name", "Nguyễn Văn A"), ("applicant.phone", "0912345678")];
    let none = counter.post(&form, &who).expect(422);
    assert!(wrong(&none, "missing") && wrong(&none, "missing_reason"), "{}", none.text());
    let odd = [who.as_slice(), &[("lack.0.originals", "x"), ("missing_reason", "Thiếu"), ("missing", "0")]].concat();
    let told = counter.post(&form, &odd).expect(422);
    assert!(wrong(&told, "lack.0.originals") && told.hidden("lack.0.originals") == "x", "{}", told.text());
    let all = [
        who.as_slice(),
        &[("missing", "0"), ("lack.0.name", "Ảnh 4x6"), ("lack.0.originals", "2"), ("missing_reason", "Mang thêm ảnh")],
    ]
    .concat();
    let done = counter.post(&form, &all).expect(303);
    assert_eq!(counter.post(&form, &all).expect(303).location, done.location, "sent twice it is one");
    let id = done.location.rsplit('/').next().unwrap().to_owned();
    let page = screen(&app, COUNTER, &id);
    assert!(
        page.shows("Ảnh 4x6") && page.shows("Phiếu yêu cầu bổ sung") && page.shows("refusal.pdf"),
        "{}",
        page.text()
    );
    let followed = track(&app, &id);
    assert!(followed.shows("Ảnh 4x6") && followed.shows("Mang thêm ảnh"), "{}", followed.text());
    assert_eq!(app.dossier(&id).dossier.status, Status::RefusedAtIntake);
}

fn a_stranger_learns_nothing_from_any_act(app: TestApp) {
    // [DOS-09] [ACC-02]
    let id = examined(&app);
    for act in ["confirm", "ask-supplement", "receive-supplement", "ask-payment", "receive-payment", "withdraw"] {
        app.act("bocbo.motcua", &id, act, &REQUEST).expect(404);
    }
    for act in ["consult", "answer-consultation", "answer", "reply"] {
        app.act("bocbo.motcua", &id, act, &[]).expect(404);
    }
    for act in ["extend", "recompute", "stop"] {
        app.act("bocbo.chutich", &id, act, &[]).expect(404);
    }
    assert_eq!(app.dossier(&id).dossier.version, 2);
}
