//! Who opened my file, and what of it is unusual. Rules: `docs/rules/audit.md`.

use jiff::SignedDuration;
use motcua::platform::ids::Ids;
use motcua::record::readings::{self, Rule, Unusual};
use motcua::registry::audit::{Audit, Entry, Kind};

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    the_applicant_is_told_who_opened_the_dossier,
    the_api_tells_the_same,
    many_readings_stay_readable,
    a_dossier_that_was_never_there_is_told,
    reading_at_night_and_far_more_than_usual_is_told,
    one_persons_dossiers_again_and_again_are_told,
    what_comes_late_is_looked_at_all_the_same,
    whoever_audits_sees_it_and_nobody_else,
}

fn tracked(app: &TestApp, code: &str) -> String {
    app.audit();
    app.browser().post("/track", &[("code", code), ("digits", "5678")]).expect(200).text()
}

fn the_applicant_is_told_who_opened_the_dossier(app: TestApp) {
    // [AUD-06]
    let found = app.received();
    let code = found.dossier.code.clone();
    assert!(tracked(&app, &code).contains("Chưa có cán bộ nào mở hồ sơ này"));
    app.at("2018-05-04T09:15:00+07:00");
    let officer = app.as_officer(COUNTER);
    officer.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    officer.get(&format!("/desk/dossiers/{}/receipt.pdf", found.id)).expect(200);
    app.at("2018-05-04T10:30:00+07:00");
    officer.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    officer.get("/desk").expect(200);
    let page = tracked(&app, &code);
    for said in [
        "Ai đã mở hồ sơ này",
        "mở trang hồ sơ, 2 lần, 09:15–10:30",
        "in hoặc xem phiếu, lúc 09:15",
        "thấy tên trong một danh sách, lúc 10:30",
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let registry = app.registry();
    let section = page.split("id=\"readers\"").nth(1).unwrap();
    assert!(section.contains(registry.office_name(&found.dossier.current_step().unwrap().office)));
    assert!(!section.contains(registry.account_name(COUNTER)) && !section.contains(COUNTER), "no name");
    // Of another dossier nothing is told.
    let other = app.received();
    assert!(tracked(&app, &other.dossier.code).contains("Chưa có cán bộ nào mở hồ sơ này"));
    // In English as well.
    let english = app.browser().post("/track?lang=en", &[("code", &code), ("digits", "5678")]).expect(200);
    assert!(english.shows("opened the page of the dossier"));
}

fn the_api_tells_the_same(app: TestApp) {
    // [AUD-06]
    let found = app.received();
    let officer = app.as_officer(COUNTER);
    officer.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    officer.get(&format!("/api/v1/dossiers/{}", found.id)).expect(200);
    app.audit();
    let body = serde_json::json!({ "code": found.dossier.code, "last_four": "5678" }).to_string();
    let answer = app.browser().request_with("POST", "/api/v1/tracking", "content-type", "application/json", &body);
    let answer: serde_json::Value = serde_json::from_str(&answer.expect(200).text()).unwrap();
    let read = answer["readings"].as_array().unwrap();
    let mut through: Vec<&str> = read.iter().map(|reading| reading["through"].as_str().unwrap()).collect();
    through.sort_unstable();
    assert_eq!(through, ["page", "program"]);
    assert_eq!((read[0]["role"].as_str(), &answer["readings_more"]), (Some("one_stop_officer"), &false.into()));
    assert!(!answer.to_string().contains(COUNTER));
}

fn many_readings_stay_readable(app: TestApp) {
    // [AUD-06]
    let found = app.received();
    let officer = app.as_officer(COUNTER);
    for _ in 0..70 {
        app.advance(SignedDuration::from_hours(24));
        let officer = app.as_officer(COUNTER);
        officer.get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    }
    drop(officer);
    let page = tracked(&app, &found.dossier.code);
    assert_eq!(page.matches("mở trang hồ sơ").count(), 60);
    assert!(page.contains("Đây là những lượt xem mới nhất"));
}

/// What was found after all that was read is looked through.
fn unusual(app: &TestApp) -> Vec<Unusual> {
    app.audit();
    app.advance(SignedDuration::from_mins(1));
    // The first look only says from where on.
    for _ in 0..2 {
        while readings::look(&app.store.db, &app.registry(), app.now()).unwrap() {}
    }
    app.read(|tx| readings::unusual(tx, None, None, 100))
}

fn rules(found: &[Unusual]) -> Vec<(Rule, &str, i64)> {
    found.iter().map(|unusual| (unusual.rule, unusual.login.as_str(), unusual.times)).collect()
}

fn a_dossier_that_was_never_there_is_told(app: TestApp) {
    // [AUD-07]
    let found = app.received();
    let path = format!("/desk/dossiers/{}", found.id);
    for login in [COUNTER, LEADER] {
        app.as_officer(login).get(&path).expect(200);
    }
    assert_eq!(unusual(&app), []);
    // The route leads to the justice office, and it is not there yet.
    app.as_officer(SPECIALIST).get(&path).expect(200);
    app.as_officer(SPECIALIST).get(&path).expect(200);
    assert_eq!(rules(&unusual(&app)), [(Rule::Elsewhere, SPECIALIST, 2)]);
    // Looking again changes nothing; what is there is read by right.
    app.act(COUNTER, &found.id, "forward", &[]).expect(303);
    app.as_officer(SPECIALIST).get(&path).expect(200);
    assert_eq!(rules(&unusual(&app)), [(Rule::Elsewhere, SPECIALIST, 2)]);
}

fn reading_at_night_and_far_more_than_usual_is_told(app: TestApp) {
    // [AUD-08] [AUD-09]
    let ids: Vec<String> = (0..41).map(|_| app.received().id).collect();
    let open = |id: &String| drop(app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200));
    ids.iter().take(2).for_each(open);
    assert_eq!(unusual(&app), []);
    app.at("2018-05-07T09:00:00+07:00");
    ids.iter().for_each(open);
    let found = unusual(&app);
    assert_eq!((rules(&found), found[0].usual), (vec![(Rule::Many, COUNTER, 41)], 2));
    app.at("2018-05-08T21:00:00+07:00");
    open(&ids[0]);
    // A Sunday.
    app.at("2018-05-13T09:00:00+07:00");
    open(&ids[0]);
    open(&ids[1]);
    let found = unusual(&app);
    let late = (Rule::OutOfHours, COUNTER, 1);
    assert_eq!(rules(&found), [(Rule::OutOfHours, COUNTER, 2), late, (Rule::Many, COUNTER, 41)]);
}

fn one_persons_dossiers_again_and_again_are_told(app: TestApp) {
    // [AUD-10]
    let (first, second) = (app.received().id, app.received().id);
    for id in [&first, &second] {
        app.act(COUNTER, id, "forward", &[]).expect(303);
    }
    app.advance(SignedDuration::from_mins(1));
    let open = |id: &String| drop(app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200));
    for id in [&first, &second, &first, &second, &first] {
        open(id);
    }
    assert_eq!(unusual(&app), []);
    open(&second);
    let found = unusual(&app);
    assert_eq!((rules(&found), &found[0].dossier), (vec![(Rule::OnePerson, COUNTER, 6)], &second));
}

fn what_comes_late_is_looked_at_all_the_same(app: TestApp) {
    // [AUD-11]
    let (first, late) = (app.received().id, app.received().id);
    // Noted by another process and not written yet, while later ones are looked through.
    let (elsewhere, ids) = (Audit::default(), Ids::seeded(7));
    let entry = Entry::new(app.now(), Kind::Read, SPECIALIST, "GET /desk/dossiers/{id}", "");
    elsewhere.note(&ids, entry.about(&late));
    app.advance(SignedDuration::from_mins(1));
    app.as_officer(SPECIALIST).get(&format!("/desk/dossiers/{first}")).expect(200);
    assert_eq!(unusual(&app).len(), 1);
    elsewhere.write(&app.store.db).unwrap();
    assert_eq!(unusual(&app).len(), 2);
}

fn whoever_audits_sees_it_and_nobody_else(app: TestApp) {
    // [AUD-07]
    let found = app.received();
    app.as_officer(SPECIALIST).get(&format!("/desk/dossiers/{}", found.id)).expect(200);
    unusual(&app);
    let page = app.as_officer("kiemtra").get("/admin/audit/unusual").expect(200);
    assert!(page.shows("Hồ sơ chưa từng ở phòng của người xem") && page.shows(&found.dossier.code));
    assert!(!app.as_officer("kiemtra").get("/admin/audit/unusual?rule=many").expect(200).shows(&found.dossier.code));
    let next = app.as_officer("quantri").get("/admin/audit/unusual?rule=elsewhere&before=x").expect(200);
    assert!(next.text().contains("mc-worklist__main"));
    app.as_officer(LEADER).get("/admin/audit/unusual").expect(403);
}
