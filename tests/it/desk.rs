//! The counter's form and the dossier's buttons, as people really use them: mistakes, double clicks, two at once.

use motcua_domain::dossier::Status;

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    a_scanned_card_fills_in_the_person_it_belongs_to,
    every_mistake_is_said_at_once_and_nothing_typed_is_lost,
    a_form_sent_twice_makes_one_dossier,
    a_form_that_made_a_dossier_says_so_when_it_comes_with_other_words,
    an_open_dossier_of_the_same_person_is_shown_before_another_is_taken_in,
    a_refusal_at_the_counter_needs_its_reason_and_prints_its_letter,
    a_procedure_withdrawn_while_the_form_was_filled_in_keeps_the_form,
    a_year_without_holidays_is_said_at_receipt_and_keeps_the_form,
    a_correction_changes_something_and_says_why,
    a_button_pressed_twice_is_pressed_once,
    whoever_was_slower_is_told_who_was_faster_and_keeps_the_words,
    who_handed_it_in_may_collect_the_result,
}

const CARD: &str = "006190001234|095123456|Nguyễn Văn A|02051990|Nam|Nà Coóc, Bộc Bố|10082021";

fn form_path() -> String {
    format!("/desk/intake/district/{PROCEDURE}")
}

/// A form that can be accepted, with some fields replaced or added.
fn typed<'a>(token: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("token", token),
        ("do", "accept"),
        ("applicant.name", "Nguyễn Văn A"),
        ("applicant.id_number", "006190001234"),
        ("applicant.phone", "0912345678"),
        ("papers.0.name", "Phiếu yêu cầu"),
        ("papers.0.originals", "1"),
        ("fee_way", "no_fee"),
        ("sets", "1"),
    ];
    fields.retain(|(name, _)| other.iter().all(|(replaced, _)| replaced != name));
    fields.extend_from_slice(other);
    fields
}

fn send(app: &TestApp, token: &str, other: &[(&str, &str)]) -> Page {
    app.as_officer(COUNTER).post(&form_path(), &typed(token, other))
}

fn id_of(page: &Page) -> String {
    page.location.rsplit('/').next().unwrap().to_owned()
}

/// How many dossiers the counter has before it.
fn at_the_counter(app: &TestApp) -> usize {
    app.as_officer(COUNTER).get("/desk").expect(200).text().matches("href=\"/desk/dossiers/0").count()
}

fn a_scanned_card_fills_in_the_person_it_belongs_to(app: TestApp) {
    let blank = app.as_officer(COUNTER).get(&form_path()).expect(200);
    assert!(!blank.hidden("token").is_empty());
    // Also when the scanner's Enter pressed the button that accepts: the person on the form is not the one on the card.
    let read = send(&app, "t", &[("scan", CARD), ("applicant.name", "Trần Thị B")]).expect(200);
    assert_eq!((read.hidden("applicant.name").as_str(), read.hidden("scan").as_str()), ("Nguyễn Văn A", ""));
    assert_eq!(read.hidden("applicant.born_on"), "02/05/1990");
    assert_eq!(read.hidden("applicant.phone"), "0912345678");
    let read = send(&app, "t", &[("scan", CARD), ("applicant.name", "Trần Thị B"), ("do", "read_card_acting")]);
    assert_eq!(read.hidden("applicant.name"), "Trần Thị B");
    assert_eq!(read.hidden("acting.name"), "Nguyễn Văn A");
    let odd = send(&app, "t", &[("scan", "xin chào")]).expect(422);
    assert!(odd.shows("không phải nội dung mã QR") && odd.hidden("scan") == "xin chào", "{}", odd.text());
    assert_eq!(at_the_counter(&app), 0);
}

fn every_mistake_is_said_at_once_and_nothing_typed_is_lost(app: TestApp) {
    let long = "x".repeat(300);
    let wrong = [
        ("applicant.name", long.as_str()),
        ("applicant.id_number", "0061900012"),
        ("applicant.phone", "12"),
        ("applicant.born_on", "31/02/1990"),
        ("acting.name", "Trần Thị B"),
        ("papers.0.originals", "một"),
        ("sets", "0"),
        ("fee_way", "before"),
        ("fee_amount", "năm nghìn"),
        ("channel", "pigeon"),
        ("case", "99"),
    ];
    let page = send(&app, "t", &wrong).expect(422);
    for field in [
        "applicant.name",
        "applicant.id_number",
        "applicant.phone",
        "applicant.born_on",
        "authority",
        "papers.0.originals",
        "sets",
        "fee_amount",
        "channel",
    ] {
        assert!(page.shows(&format!("href=\"#{field}\"")), "{field}: {}", page.text());
    }
    for (field, value) in wrong.iter().take(9).filter(|(field, _)| *field != "fee_way") {
        assert_eq!(page.hidden(field), *value, "{field}");
    }
    assert!(send(&app, "t", &[("case", "99")]).expect(422).shows("Chọn thời hạn"));
    assert!(send(&app, "t", &[("applicant.name", "  ")]).expect(422).shows("Ghi họ và tên"));
    assert!(send(&app, "t", &[("applicant.born_on", "02/05/2990")]).expect(422).shows("tương lai"));
    assert_eq!(at_the_counter(&app), 0);
}

fn a_form_sent_twice_makes_one_dossier(app: TestApp) {
    let first = send(&app, "one", &[]).expect(303);
    let second = send(&app, "one", &[]).expect(303);
    assert_eq!(first.location, second.location);
    assert_eq!(at_the_counter(&app), 1);
    let page = app.as_officer(COUNTER).get(&first.location).expect(200);
    assert!(page.shows("receipt.pdf\" autofocus"), "{}", page.text());
}

fn a_form_that_made_a_dossier_says_so_when_it_comes_with_other_words(app: TestApp) {
    let first = send(&app, "one", &[]).expect(303);
    let other = [("applicant.name", "Trần Thị B"), ("applicant.id_number", "006190009234")];
    let told = send(&app, "one", &other).expect(422);
    assert!(told.shows(&app.dossier(&id_of(&first)).dossier.code) && told.hidden("applicant.name") == "Trần Thị B");
    let token = told.hidden("token");
    assert_ne!(token, "one");
    send(&app, &token, &other).expect(303);
    assert_eq!(at_the_counter(&app), 2);
}

fn an_open_dossier_of_the_same_person_is_shown_before_another_is_taken_in(app: TestApp) {
    let first = send(&app, "one", &[]).expect(303);
    let warned = send(&app, "two", &[]).expect(200);
    assert!(warned.shows(&app.dossier(&id_of(&first)).dossier.code), "{}", warned.text());
    assert_eq!(at_the_counter(&app), 1);
    // Having seen one is not having seen another.
    send(&app, "two", &[("seen_duplicates", "another")]).expect(200);
    send(&app, "two", &[("seen_duplicates", &warned.hidden("seen_duplicates"))]).expect(303);
    assert_eq!(at_the_counter(&app), 2);
}

fn a_refusal_at_the_counter_needs_its_reason_and_prints_its_letter(app: TestApp) {
    assert!(send(&app, "one", &[("do", "refuse")]).expect(422).shows("href=\"#refuse_reason\""));
    let long = "x".repeat(2_001);
    assert!(send(&app, "one", &[("do", "refuse"), ("refuse_reason", &long)]).expect(422).shows("2000"));
    let refused = send(&app, "one", &[("do", "refuse"), ("refuse_reason", "Thiếu giấy tờ")]).expect(303);
    assert_eq!(app.dossier(&id_of(&refused)).dossier.status, Status::RefusedAtIntake);
    let letter = app.as_officer(COUNTER).get(&format!("{}/refusal.pdf", refused.location)).expect(200);
    assert_eq!(letter.kind, "application/pdf");
    app.as_officer(COUNTER).get(&format!("{}/correct", refused.location)).expect(303);
}

fn a_procedure_withdrawn_while_the_form_was_filled_in_keeps_the_form(app: TestApp) {
    let ctx = app.ctx(None);
    app.write(move |tx| motcua::registry::catalogue::withdraw(tx, &ctx, PROCEDURE, "Bãi bỏ")).unwrap();
    app.refresh();
    let told = send(&app, "one", &[]).expect(422);
    assert!(told.shows("Bãi bỏ") && told.hidden("applicant.name") == "Nguyễn Văn A", "{}", told.text());
}

/// [CLK-15]
fn a_year_without_holidays_is_said_at_receipt_and_keeps_the_form(app: TestApp) {
    app.at("2031-03-05T10:00:00+07:00");
    let kept = send(&app, "t", &[]).expect(422);
    assert!(kept.shows("Lịch làm việc chưa có ngày nghỉ lễ của năm 2031"), "{}", kept.text());
    assert_eq!(kept.hidden("applicant.name"), "Nguyễn Văn A");
    assert_eq!(at_the_counter(&app), 0);
}

fn a_correction_changes_something_and_says_why(app: TestApp) {
    let id = id_of(&send(&app, "one", &[]).expect(303));
    let path = format!("/desk/dossiers/{id}/correct");
    let counter = app.as_officer(COUNTER);
    let form = counter.get(&path).expect(200);
    assert_eq!((form.hidden("applicant.name").as_str(), form.hidden("version").as_str()), ("Nguyễn Văn A", "1"));
    let same = [typed("", &[]), vec![("version", "1"), ("reason", "Sai")]].concat();
    assert!(counter.post(&path, &same).expect(422).shows("Chưa có gì thay đổi"));
    let better = [typed("", &[("applicant.name", "Trần Thị B")]), vec![("version", "1")]].concat();
    assert!(counter.post(&path, &better).expect(422).shows("href=\"#reason\""));
    let why = [better, vec![("reason", "Ghi sai họ tên")]].concat();
    counter.post(&path, &why).expect(303);
    let dossier = app.dossier(&id).dossier;
    assert_eq!((dossier.receipt, dossier.applicant().name.as_str()), (2, "Trần Thị B"));
    // A colleague who still looks at the first receipt is told, and keeps what was typed.
    let late = [typed("", &[("applicant.name", "Lò Văn C")]), vec![("version", "1"), ("reason", "Sai")]].concat();
    let told = counter.post(&path, &late).expect(409);
    assert_eq!((told.hidden("applicant.name").as_str(), told.hidden("version").as_str()), ("Lò Văn C", "2"));
}

fn a_button_pressed_twice_is_pressed_once(app: TestApp) {
    let id = app.received().id;
    let path = format!("/desk/dossiers/{id}/forward");
    let counter = app.as_officer(COUNTER);
    for _ in 0..2 {
        counter.post(&path, &[("note", " Đủ giấy tờ "), ("version", "1")]).expect(303);
    }
    assert_eq!(app.dossier(&id).dossier.version, 2);
    // Other words are another act, and that one came too late.
    let late = counter.post(&path, &[("note", "Thiếu giấy tờ"), ("version", "1")]).expect(409);
    assert!(late.shows("Thiếu giấy tờ"), "{}", late.text());
}

fn whoever_was_slower_is_told_who_was_faster_and_keeps_the_words(app: TestApp) {
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    let before = app.dossier(&id).dossier.version.to_string();
    app.act(HEAD, &id, "assign", &[("to", COLLEAGUE)]).expect(303);
    let words = [("outcome", "grant"), ("proposal", "Đủ điều kiện"), ("version", before.as_str())];
    let told = app.as_officer(SPECIALIST).post(&format!("/desk/dossiers/{id}/propose"), &words).expect(409);
    assert!(told.shows("Trưởng phòng Tư pháp đã thay đổi") && told.shows("Đủ điều kiện"), "{}", told.text());
}

fn who_handed_it_in_may_collect_the_result(app: TestApp) {
    let acting = [("acting.name", "Trần Thị B"), ("acting.id_number", "006190005678"), ("authority", "Mẹ đẻ")];
    let id = id_of(&send(&app, "one", &acting).expect(303));
    for (login, act, fields) in [
        (COUNTER, "forward", vec![]),
        (SPECIALIST, "claim", vec![]),
        (SPECIALIST, "propose", vec![("outcome", "grant")]),
        (HEAD, "decide", vec![("decision", "approve")]),
        (LEADER, "decide", vec![("decision", "approve")]),
    ] {
        app.act(login, &id, act, &fields).expect(303);
    }
    let page = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    assert!(page.shows("Trần Thị B (Mẹ đẻ)"), "{}", page.text());
    app.act(COUNTER, &id, "hand-over", &[]).expect(422);
    app.act(COUNTER, &id, "hand-over", &[("recipient", "acting")]).expect(303);
    let recipient = app.dossier(&id).dossier.recipient.unwrap();
    assert_eq!((recipient.name.as_str(), recipient.authority.as_deref()), ("Trần Thị B", Some("Mẹ đẻ")));
}
