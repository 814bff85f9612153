//! What the notices say of fees, causes and offices, and the lists in the order of their codes. Rules: `docs/rules/letters.md`.

use motcua::platform::web::Pages;
use motcua::record::dossier::{self, Found, Target};
use motcua::record::letters::{HandedOn, Issue, Letters};
use motcua_domain::dossier::{Command, FeeDue, FeeWay, PaperAsked, SupplementRequest};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;
use crate::letters::words;
use crate::outside::{both_at_once, over_the_police};

both_engines! {
    a_notice_of_stop_tells_the_fee_that_was_paid_and_what_becomes_of_it,
    a_stop_is_laid_to_the_applicant_only_when_their_time_was_over,
    recipients_stand_there_once,
    an_apology_names_the_office_whose_time_is_over,
    the_register_tells_how_a_dossier_ended_and_who_leads_it,
    rows_follow_the_codes_where_the_moment_is_the_same,
    a_slip_keeps_the_form_of_the_day_it_was_made,
    whoever_did_it_signs_as_what_they_are,
    a_substitute_signs_in_the_place_of_whom_they_stand_in_for,
    what_is_handed_over_is_receipted,
    a_slip_goes_with_what_the_post_brings_back,
    what_one_person_hands_in_on_a_day_is_on_one_receipt,
    the_control_slip_judges_the_office_that_gives,
    the_control_slip_names_the_offices_of_the_route_and_what_befell_the_clock,
}

pub fn command(app: &TestApp, login: &str, id: &str, command: Command) -> Found {
    let (ctx, registry, id) = (app.ctx(Some(login)), app.registry(), id.to_owned());
    app.write(move |tx| dossier::act(tx, &ctx, &registry, Target::now(&id), command.clone())).unwrap()
}

/// The words of the letter that was numbered last.
pub fn last_letter(app: &TestApp, id: &str) -> String {
    let seq = app.dossier(id).dossier.letters.last().unwrap().seq;
    words(app, &app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/letters/{seq}")).expect(200).bytes)
}

fn paying(app: &TestApp, way: FeeWay, amount: i64) -> Found {
    let mut intake = intake();
    intake.particulars.fee = FeeDue { way, amount };
    app.take_in(COUNTER, intake).unwrap()
}

fn withdraw(app: &TestApp, id: &str, fee: &str) -> Page {
    app.act(COUNTER, id, "withdraw", &[("withdraw_reason", "Không còn nhu cầu"), ("withdraw_fee", fee)]).expect(303)
}

fn a_notice_of_stop_tells_the_fee_that_was_paid_and_what_becomes_of_it(app: TestApp) {
    // [LET-17]
    let id = paying(&app, FeeWay::Before, 30_000).id;
    withdraw(&app, &id, "trả lại tại nơi đã nộp");
    let notice = last_letter(&app, &id);
    assert!(notice.contains("Phí, lệ phí đã nộp: 30.000 đồng; trả lại tại nơi đã nộp."), "{notice}");
    // What was paid in the course of the matter counts too; nothing said of it, the amount stands alone.
    let id = paying(&app, FeeWay::Before, 30_000).id;
    command(&app, COUNTER, &id, Command::AskPayment { amount: 12_000, reason: "Sao thêm".into() });
    command(&app, COUNTER, &id, Command::ReceivePayment { reference: "BL-1".into() });
    let stop = [("stop_reason", "Không thuộc thẩm quyền")];
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(HEAD, &id, "stop", &stop).expect(303);
    assert!(last_letter(&app, &id).contains("Phí, lệ phí đã nộp: 42.000 đồng."));
    for (way, amount, told) in
        [(FeeWay::After, 30_000, "chưa thu"), (FeeWay::NoFee, 0, "không có"), (FeeWay::Exempt, 0, "không có")]
    {
        let id = paying(&app, way, amount).id;
        withdraw(&app, &id, "");
        let notice = last_letter(&app, &id);
        assert!(notice.contains(&format!("Phí, lệ phí đã nộp: {told}.")), "{told}: {notice}");
    }
}

fn a_stop_is_laid_to_the_applicant_only_when_their_time_was_over(app: TestApp) {
    let stopped = |at: &str| {
        app.at("2018-05-04T08:00:00+07:00");
        let id = app.received().id;
        app.act(COUNTER, &id, "forward", &[]).expect(303);
        let request = SupplementRequest {
            items: vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }],
            reason: "Thiếu".into(),
            answer_by: Some("2018-05-28T17:00:00+07:00".parse().unwrap()),
            ..SupplementRequest::default()
        };
        command(&app, SPECIALIST, &id, Command::AskSupplement(Box::new(request)));
        app.at(at).act(HEAD, &id, "stop", &[("stop_reason", "Cơ quan không có thẩm quyền")]).expect(303);
        last_letter(&app, &id)
    };
    let silence = "Do hết thời hạn bổ sung";
    let early = stopped("2018-05-21T09:00:00+07:00");
    assert!(!early.contains(silence) && early.contains("Qua xem xét hồ sơ"), "{early}");
    assert!(stopped("2018-05-29T09:00:00+07:00").contains(silence));
}

fn recipients_stand_there_once(app: TestApp) {
    // [LET-05]
    let once = |letter: String| {
        for line in ["Như trên", "Lưu: VT"] {
            assert_eq!(letter.matches(line).count(), 1, "{line} in {letter}");
        }
    };
    let id = app.received().id;
    let to = jiff::civil::date(2018, 5, 15);
    command(&app, LEADER, &id, Command::Extend { to, reason: "Chờ xác minh".into() });
    once(last_letter(&app, &id));
    withdraw(&app, &id, "");
    once(last_letter(&app, &id));
    let id = app.received().id;
    app.act(LEADER, &id, "stop", &[("stop_reason", "Không thuộc thẩm quyền")]).expect(303);
    once(last_letter(&app, &id));
}

fn an_apology_names_the_office_whose_time_is_over(app: TestApp) {
    // [LET-17] The justice office has answered nothing either, but its time is not over.
    let mut route = both_at_once();
    route[1].legs[0].steps[0].hours = 80;
    let id = app.referred(route).id;
    let apology = |at: &str, day: i8| {
        app.at(at);
        let to = jiff::civil::date(2018, 5, day);
        command(&app, LEADER, &id, Command::Extend { to, reason: "Chưa xác minh xong".into() });
        last_letter(&app, &id)
    };
    let late = apology("2018-05-09T10:00:00+07:00", 22);
    assert!(late.contains("Công an huyện"), "{late}");
    assert!(!late.contains("Phòng Tư pháp"), "{late}");
    // Before anybody is late, everybody who has it is named.
    let id = app.at("2018-05-04T08:00:00+07:00").referred(both_at_once()).id;
    let to = jiff::civil::date(2018, 5, 22);
    command(&app, LEADER, &id, Command::Extend { to, reason: "Chưa xác minh xong".into() });
    let both = last_letter(&app, &id);
    assert!(both.contains("Phòng Tư pháp, "), "{both}");
}

fn register(app: &TestApp) -> String {
    let page = app.as_officer(COUNTER).get("/desk/register.pdf?from=01/05/2018&to=31/05/2018").expect(200);
    words(app, &page.bytes)
}

fn the_register_tells_how_a_dossier_ended_and_who_leads_it(app: TestApp) {
    // [LET-03]
    let id = app.received().id;
    app.at("2018-05-17T08:00:00+07:00");
    withdraw(&app, &id, "");
    let told = register(&app);
    // The day of printing is in the head; nothing was returned on it.
    assert!(!told.contains("17/05/2018"), "{told}");
    assert!(told.contains("Đã rút"), "{told}");
    let done = app.ready().id;
    app.act(COUNTER, &done, "hand-over", &[("recipient", "applicant")]).expect(303);
    assert!(register(&app).contains("17/05/2018"));
    let police = app.referred(over_the_police()).dossier;
    assert_eq!(police.solving_office(), "police/reception");
    let told = register(&app);
    assert!(told.contains("Công an huyện"), "{told}");
}

fn rows_follow_the_codes_where_the_moment_is_the_same(app: TestApp) {
    let codes: Vec<String> = (0..12).map(|_| app.received().dossier.code).collect();
    let agency = DISTRICT;
    let (from, to) = (app.now(), app.now() + jiff::SignedDuration::from_secs(1));
    let found = app.read(|tx| dossier::list::of_period(tx, agency, from, to));
    assert_eq!(found.iter().map(|found| found.dossier.code.clone()).collect::<Vec<_>>(), codes);
    let rows: Vec<String> =
        found.iter().rev().map(|found| format!("{}.{}.0", found.id, found.dossier.version)).collect();
    let mut fields = vec![("to", "pacnam/justice"), ("office", "pacnam/one-stop")];
    fields.extend(rows.iter().map(|row| ("row", row.as_str())));
    let made = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(303);
    let slip = words(&app, &app.as_officer(COUNTER).get(&format!("{}/slip.pdf", made.location)).expect(200).bytes);
    let places: Vec<usize> = codes.iter().map(|code| slip.find(code.as_str()).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

fn a_slip_keeps_the_form_of_the_day_it_was_made(app: TestApp) {
    // [LET-01] [LET-12]
    let folder = app.store.folder.join("letters");
    std::fs::create_dir_all(&folder).unwrap();
    let own = "#import \"hand-over-slip.typ\": hand-over-slip\n#hand-over-slip()\nBản năm 2025";
    std::fs::write(folder.join("hand-over-slip.tt03-2025.typ"), own).unwrap();
    let letters = Letters::adapted(&folder).unwrap();
    assert_eq!(letters.unfit, []);
    let (registry, made_at) = (app.registry(), app.now());
    let pages = Pages::new(registry.timezone.clone()).unwrap();
    let dossier = app.received().dossier;
    let slip = HandedOn {
        number: "PBG-1",
        from_office: "pacnam/one-stop",
        to_office: "pacnam/justice",
        made_at,
        made_by: COUNTER,
        confirmed: None,
        dossiers: vec![&dossier],
    };
    let now = "2026-05-04T08:00:00+07:00".parse().unwrap();
    let issue =
        Issue { registry: &registry, texts: pages.texts(), base_url: "https://motcua.example", now, vouch: None };
    let printed = words(&app, &letters.hand_over_slip(&issue, &slip).unwrap());
    assert!(printed.contains("PBG-1") && !printed.contains("Bản năm 2025"), "{printed}");
}

fn control_slip(app: &TestApp, id: &str) -> String {
    words(app, &app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/control-slip.pdf")).expect(200).bytes)
}

fn the_control_slip_judges_the_office_that_gives(app: TestApp) {
    // [LET-03] The police was late, the leader who signs at once is not.
    let id = app.referred(over_the_police()).id;
    app.at("2018-05-14T10:00:00+07:00");
    let answer = Command::Answer {
        outcome: motcua_domain::dossier::Outcome::Grant,
        note: "Đã xác minh".into(),
        person: "Trực ban".into(),
    };
    command(&app, COUNTER, &id, answer);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    let slip = control_slip(&app, &id);
    let (police, leader) = slip.split_once("1. Giao: Lãnh đạo").unwrap();
    assert_eq!((police.matches("Quá hạn").count(), leader.matches("Quá hạn").count()), (1, 0), "{slip}");
    let (counter, police) = police.split_once("1. Giao: Nơi tiếp nhận").unwrap();
    assert!(!counter.contains("Quá hạn") && police.contains("Quá hạn"), "{slip}");
}

fn the_control_slip_names_the_offices_of_the_route_and_what_befell_the_clock(app: TestApp) {
    // [LET-03]
    let id = app.received().id;
    let request = SupplementRequest {
        items: vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }],
        reason: "Thiếu".into(),
        ..SupplementRequest::default()
    };
    command(&app, COUNTER, &id, Command::AskSupplement(Box::new(request)));
    app.at("2018-05-07T09:00:00+07:00");
    command(&app, COUNTER, &id, Command::ReceiveSupplement { papers: vec![], note: String::new() });
    let to = jiff::civil::date(2018, 5, 22);
    command(&app, LEADER, &id, Command::Extend { to, reason: "Chờ xác minh".into() });
    withdraw(&app, &id, "");
    let slip = control_slip(&app, &id);
    for part in [
        "Cơ quan (bộ phận) giải quyết hồ sơ: Phòng Tư pháp",
        "Chờ bổ sung hồ sơ: 04/05/2018 08:00 – 07/05/2018 09:00",
        "07/05/2018 09:00: xin lỗi, hẹn lại ngày trả kết quả đến 22/05/2018 17:00",
        "07/05/2018 09:00: Đã rút hồ sơ: Không còn nhu cầu",
    ] {
        assert!(slip.contains(part), "{part} in {slip}");
    }
    let slip = control_slip(&app, &app.referred(over_the_police()).id);
    assert!(slip.contains("giải quyết hồ sơ: Nơi tiếp nhận của Công an huyện"), "{slip}");
    let slip = control_slip(&app, &app.referred(both_at_once()).id);
    assert!(slip.contains("phối hợp giải quyết hồ sơ: Nơi tiếp nhận của Công an huyện"), "{slip}");
}

fn whoever_did_it_signs_as_what_they_are(app: TestApp) {
    // [LET-05] [LET-02]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    let request = SupplementRequest {
        items: vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }],
        reason: "Thiếu".into(),
        ground: "Điều 17".into(),
        ..SupplementRequest::default()
    };
    command(&app, SPECIALIST, &id, Command::AskSupplement(Box::new(request)));
    let asked = last_letter(&app, &id);
    assert!(asked.contains("Chuyên viên Phòng Tư pháp 1") && asked.contains("CHUYÊN VIÊN"), "{asked}");
    assert!(asked.contains("Thiếu. Căn cứ: Điều 17."), "{asked}");
    for wrong in ["Trưởng phòng Tư pháp", "THỦ TRƯỞNG", "đóng dấu"] {
        assert!(!asked.contains(wrong), "{wrong} in {asked}");
    }
    command(&app, COUNTER, &id, Command::ReceiveSupplement { papers: vec![], note: String::new() });
    let to = jiff::civil::date(2018, 5, 22);
    command(&app, LEADER, &id, Command::Extend { to, reason: "Chờ xác minh".into() });
    let apology = last_letter(&app, &id);
    for part in ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(Ký tên, đóng dấu)", "01/PXL-UBND"] {
        assert!(apology.contains(part), "{part} in {apology}");
    }
    withdraw(&app, &id, "");
    let notice = last_letter(&app, &id);
    assert!(notice.contains("CÁN BỘ MỘT CỬA") && !notice.contains("đóng dấu"), "{notice}");
}

fn a_substitute_signs_in_the_place_of_whom_they_stand_in_for(app: TestApp) {
    // [LET-05] [SUB-01] [LET-03]
    let away = [("person", HEAD), ("substitute", COLLEAGUE), ("from_on", "07/05/2018"), ("to_on", "09/05/2018")];
    app.as_officer(HEAD).post("/desk/absences/new", &away).expect(303);
    app.at("2018-05-07T08:00:00+07:00");
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "Đủ điều kiện")]).expect(303);
    app.act(COLLEAGUE, &id, "decide", &[("decision", "approve")]).expect(303);
    let slip = control_slip(&app, &id);
    assert!(slip.contains("(thay Trưởng phòng Tư pháp)"), "{slip}");
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    command(&app, COLLEAGUE, &id, Command::Stop { reason: "Hồ sơ trùng".into(), ground: "".into(), fee: "".into() });
    let notice = last_letter(&app, &id);
    for part in ["KT. TRƯỞNG PHÒNG", "Chuyên viên Phòng Tư pháp 2", "(Ký tên, đóng dấu)"] {
        assert!(notice.contains(part), "{part} in {notice}");
    }
}

fn printed(app: &TestApp, id: &str, paper: &str) -> String {
    words(app, &app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/{paper}.pdf")).expect(200).bytes)
}

fn what_is_handed_over_is_receipted(app: TestApp) {
    // [LET-04]
    let id = app.ready().id;
    let pdf = b"%PDF-1.7 a signed decision";
    let version = app.dossier(&id).dossier.version.to_string();
    let title = [("result_title", "Văn bản chứng thực số 12"), ("version", version.as_str())];
    app.as_officer(COUNTER).post_file(&format!("/desk/dossiers/{id}/results"), &title, "a.pdf", pdf).expect(303);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/result-receipt.pdf")).expect(404);
    let proxy = [
        ("recipient", "proxy"),
        ("recipient_name", "Trần Thị B"),
        ("recipient_id", "006090000456"),
        ("recipient_authority", "Giấy ủy quyền số 5"),
    ];
    app.act(COUNTER, &id, "hand-over", &proxy).expect(303);
    let receipt = printed(&app, &id, "result-receipt");
    for part in ["Trần Thị B", "006090000456", "Giấy ủy quyền số 5", "Văn bản chứng thực số 12", "Một cửa huyện 1"]
    {
        assert!(receipt.contains(part), "{part} in {receipt}");
    }
    let page = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    assert!(page.shows("result-receipt.pdf") && page.shows("opinion-slip.pdf") && !page.shows("post-slip.pdf"));
    assert!(printed(&app, &id, "opinion-slip").contains(&app.dossier(&id).dossier.code));
    for paper in ["result-receipt", "opinion-slip", "joint-receipt"] {
        let foreign = app.as_officer("bocbo.motcua").get(&format!("/desk/dossiers/{id}/{paper}.pdf"));
        foreign.expect(404);
    }
}

fn a_slip_goes_with_what_the_post_brings_back(app: TestApp) {
    let mut by_post = intake();
    by_post.particulars.return_via = motcua_domain::dossier::ReturnVia::Post;
    let id = app.take_in(COUNTER, by_post).unwrap().id;
    let slip = printed(&app, &id, "post-slip");
    assert!(slip.contains("Địa chỉ nhận kết quả: Nà Coóc, Bộc Bố"), "{slip}");
    let page = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    assert!(page.shows("post-slip.pdf"));
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{}/post-slip.pdf", app.received().id)).expect(404);
}

fn what_one_person_hands_in_on_a_day_is_on_one_receipt(app: TestApp) {
    let mine = [app.received().dossier.code, app.received().dossier.code];
    let mut other = intake();
    other.particulars.applicant.name = "Trần Thị B".into();
    other.particulars.applicant.id_number = motcua_domain::identity::IdNumber::parse("006090000456").ok();
    let other = app.take_in(COUNTER, other).unwrap();
    let own = app.received();
    let receipt = printed(&app, &own.id, "joint-receipt");
    assert!(mine.iter().chain([&own.dossier.code]).all(|code| receipt.contains(code.as_str())), "{receipt}");
    assert!(!receipt.contains(&other.dossier.code), "{receipt}");
}
