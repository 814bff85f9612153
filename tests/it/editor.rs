//! Editing a procedure as an administrator does: drafts, the exam, publication.
//! Rules: `docs/rules/exam.md`.

use motcua::platform::ledger;
use motcua::registry::catalogue::{self, STREAM};
use motcua::registry::{Standing, editor};
use motcua_domain::procedure::{StepKind, Tier};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    an_example_that_fails_refuses_publication_and_a_future_version_comes_into_force_by_itself,
    of_two_administrators_the_slower_one_is_told_and_keeps_what_was_typed,
    what_cannot_be_is_told_beside_its_cell_and_stays_typed,
    a_route_that_never_ends_or_that_nobody_can_walk_is_not_published,
    rows_and_steps_are_added_and_taken_away_without_any_script,
    a_draft_is_seen_by_nobody_else_and_is_thrown_away_with_a_reason,
    a_list_that_comes_later_changes_what_lists_say_and_keeps_route_and_examples,
    marks_are_cleared_by_whoever_has_compared_them,
}

pub const ADMIN: &str = "quantri";
pub const AUDITOR: &str = "kiemtra";

fn path(rest: &str) -> String {
    format!("/admin/procedures/{PROCEDURE}{rest}")
}

pub fn get(app: &TestApp, rest: &str) -> Page {
    app.as_officer(ADMIN).get(&path(rest))
}

/// Sends a form of the editor as somebody who looks at the draft as it is now.
pub fn post(app: &TestApp, rest: &str, fields: &[(&str, &str)]) -> Page {
    let seen = app.read(|tx| editor::draft(tx, PROCEDURE)).map_or(0, |draft| draft.version).to_string();
    let mut fields = fields.to_vec();
    fields.push(("seen", &seen));
    app.as_officer(ADMIN).post(&path(rest), &fields)
}

pub fn begin(app: &TestApp) {
    post(app, "/draft", &[]).expect(303);
}

fn limit(days: &str) -> [(&str, &str); 4] {
    [("limits.0.label", ""), ("limits.0.count", days), ("limits.0.kind", "working_days"), ("do", "save")]
}

/// A Friday morning at the district: two papers, 30.000 đồng, three offices.
pub fn example<'a>(due: &'a str, papers: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("title", "Nộp sáng thứ Sáu"),
        ("who", "Người dân trong huyện"),
        ("agency", DISTRICT),
        ("channel", "direct"),
        ("case", ""),
        ("received", "04/05/2018 09:00"),
        ("expect.fee", "30.000"),
        ("expect.due", due),
        ("way.0.office", "one-stop"),
        ("way.1.office", "justice"),
        ("way.2.office", "leaders"),
        ("way.3.office", "one-stop"),
        ("letters", "receipt"),
        ("do", "save"),
    ];
    fields.extend(papers.iter().map(|paper| ("papers", paper.as_str())));
    fields
}

pub fn papers(app: &TestApp) -> Vec<String> {
    let registry = app.registry();
    let procedure = registry.procedure(Tier::District, PROCEDURE).unwrap();
    procedure.record.papers.iter().map(|paper| paper.name.clone()).collect()
}

pub fn publish<'a>(day: &'a str, reason: &'a str) -> [(&'a str, &'a str); 3] {
    [("valid_from", day), ("reason", reason), ("do", "publish")]
}

fn version(app: &TestApp) -> u32 {
    app.registry().procedure(Tier::District, PROCEDURE).unwrap().version
}

pub fn kinds(app: &TestApp) -> Vec<String> {
    app.read(|tx| ledger::entries(tx, STREAM)).into_iter().map(|entry| entry.kind).collect()
}

/// A version with an example, in force today.
pub fn published_with_an_example(app: &TestApp) {
    begin(app);
    post(app, "/examples/new", &example("08/05/2018 17:00", &papers(app))).expect(303);
    post(app, "/publish", &publish("04/05/2018", "Thêm ví dụ")).expect(303);
    assert_eq!(version(app), 2);
}

fn an_example_that_fails_refuses_publication_and_a_future_version_comes_into_force_by_itself(app: TestApp) {
    // [EXM-02] [EXM-07] [EXM-09] [EXM-10]
    let before = app.received();
    begin(&app);
    post(&app, "/edit/limits", &limit("3")).expect(303);
    post(&app, "/examples/new", &example("08/05/2018 17:00", &papers(&app))).expect(303);
    let said = "Phải hẹn trả 08/05/2018 17:00, nhưng tính ra 09/05/2018 17:00.";
    assert!(get(&app, "/exam").expect(200).shows(said));
    let refused = post(&app, "/publish", &publish("01/06/2018", "Nghị định mới")).expect(422);
    assert!(refused.shows(said) && refused.shows("chưa đúng ở 1 chỗ") && refused.shows("Nghị định mới"));
    assert_eq!((version(&app), kinds(&app).contains(&"version_published".to_owned())), (1, false));
    // Corrected, and published for a day to come.
    post(&app, "/examples/0", &example("09/05/2018 17:00", &papers(&app))).expect(303);
    post(&app, "/publish", &publish("01/06/2018", "Nghị định mới")).expect(303);
    assert_eq!((version(&app), app.registry().coming.len()), (1, 2), "to come at both tiers");
    let overview = get(&app, "").expect(200);
    assert!(overview.shows("Phiên bản 2, áp dụng từ 01/06/2018") && overview.shows("Quản trị hệ thống"));
    let event = app.read(|tx| ledger::entries(tx, STREAM)).pop().unwrap();
    let body: serde_json::Value = serde_json::from_str(&event.body).unwrap();
    assert_eq!((event.kind.as_str(), event.by.as_str()), ("version_published", ADMIN));
    assert_eq!((&body["version"], &body["valid_from"]), (&2.into(), &"2018-06-01".into()));
    assert_eq!(body["body"]["limits"][0]["limit"]["count"], 3);
    assert_eq!(body["hash"].as_str().unwrap().len(), 64);
    // The last evening it is not in force yet, at midnight it is, and what was received before keeps its version.
    app.at("2018-05-31T23:59:00+07:00").refresh();
    assert_eq!(version(&app), 1);
    app.at("2018-06-01T00:00:00+07:00").refresh();
    assert_eq!((version(&app), app.registry().coming.len()), (2, 0));
    app.at("2018-06-01T09:00:00+07:00");
    let after = app.received();
    assert_eq!((before.dossier.subject.version, after.dossier.subject.version), (1, 2));
    assert_eq!(app.dossier(&before.id).dossier.subject.version, 1);
    assert_eq!(after.dossier.promise.unwrap().limit.count, 3);
}

fn of_two_administrators_the_slower_one_is_told_and_keeps_what_was_typed(app: TestApp) {
    // [EXM-08]
    begin(&app);
    let slow = app.as_officer(ADMIN);
    let seen = slow.get(&path("/edit/fees")).expect(200).hidden("seen");
    post(&app, "/edit/limits", &limit("4")).expect(303);
    let mut typed = vec![("fees.0.label", ""), ("fees.0.kind", "amount"), ("fees.0.amount", "45000")];
    typed.extend([("fees.0.per", "giao dịch"), ("do", "save"), ("seen", seen.as_str())]);
    let told = slow.post(&path("/edit/fees"), &typed).expect(409);
    assert!(told.shows("45000") && told.shows("Sửa thời hạn giải quyết") && told.shows("Quản trị hệ thống"));
    let draft = || app.read(|tx| editor::draft(tx, PROCEDURE)).unwrap().body;
    assert_eq!(draft().limits[0].limit.count, 4);
    // Saving once more puts this part over theirs, and leaves the other alone.
    let again = told.hidden("seen");
    typed.pop();
    typed.push(("seen", &again));
    slow.post(&path("/edit/fees"), &typed).expect(303);
    assert_eq!(
        (draft().limits[0].limit.count, serde_json::to_value(&draft().fees).unwrap()[0]["amount"].clone()),
        (4, 45_000.into())
    );
    // Published meanwhile: there is no draft any more, and what was typed is still there.
    post(&app, "/publish", &publish("05/05/2018", "Phí mới")).expect(303);
    let gone = slow.post(&path("/edit/fees"), &typed).expect(409);
    assert!(gone.shows("không còn") && gone.shows("45000"));
    // A later draft is never taken for the one of an old form.
    begin(&app);
    slow.post(&path("/edit/fees"), &typed).expect(409);
    slow.post(&path("/publish"), &[("seen", seen.as_str()), ("do", "publish"), ("reason", "x")]).expect(409);
}

fn what_cannot_be_is_told_beside_its_cell_and_stays_typed(app: TestApp) {
    begin(&app);
    let told = |rest: &str, fields: &[(&str, &str)], said: &str, kept: &str| {
        let page = post(&app, rest, fields).expect(422);
        assert!(page.shows(said), "{rest} {fields:?}: {said}\n{}", page.text());
        assert!(page.shows(kept), "{rest}: {kept}");
    };
    let of = |kind, count| [("limits.0.label", "Cấp lại"), ("limits.0.count", count), ("limits.0.kind", kind)];
    told("/edit/limits", &of("months", "0"), "thời hạn bằng 0 không có nghĩa", "Cấp lại");
    told("/edit/limits", &of("working_days", "ba"), "thời hạn là số nguyên", "value=\"ba\"");
    told("/edit/limits", &of("weeks", "3"), "hãy chọn đơn vị tính", "Cấp lại");
    told("/edit/limits", &[("limits.0.count", "")], "Thiếu thời hạn giải quyết", "");
    let twice =
        [of("working_days", "2").to_vec(), vec![("limits.1.label", "cấp lại"), ("limits.1.count", "3")]].concat();
    told("/edit/limits", &[&twice[..], &[("limits.1.kind", "months")]].concat(), "Dòng 2: trường hợp này đã có", "");
    told("/edit/limits", &[&limit("3")[..], &[("cutoff", "25:00")]].concat(), "Ghi giờ như 15:00", "25:00");
    let fee = |kind, amount| [("fees.0.label", "Cấp lại"), ("fees.0.kind", kind), ("fees.0.amount", amount)];
    told("/edit/fees", &fee("amount", "tám nghìn"), "mức thu phải là số tiền", "tám nghìn");
    told("/edit/fees", &fee("amount", "25"), "có thiếu ba số 0 không", "Cấp lại");
    told("/edit/fees", &fee("free", "8000"), "để trống số tiền", "8000");
    told("/edit/fees", &fee("", "8000"), "Hãy chọn một mục", "8000");
    told("/edit/papers", &[("papers.0.name", "Tờ khai")], "cần mấy bản chính", "Tờ khai");
    told("/edit/papers", &[("papers.0.originals", "1")], "hãy ghi tên giấy tờ", "");
    told("/edit/papers", &[("papers.0.name", "Tờ khai"), ("papers.0.copies", "99")], "từ 0 đến 20", "99");
    told("/edit/texts", &[("name", " … "), ("field", "")], "Hãy ghi tên thủ tục", "Hãy ghi lĩnh vực");
    let wrong = [("title", ""), ("received", "hôm nay"), ("expect.due", "04/05/2018"), ("acts.0.kind", "stop")];
    told("/examples/new", &wrong, "Ghi cả ngày và giờ", "hôm nay");
    told("/examples/new", &wrong, "Hãy đặt tên cho ví dụ", "Ghi số tiền phải thu");
    let act = [("acts.0.kind", "outage"), ("acts.0.from", "05/05/2018 09:00"), ("acts.0.to", "04/05/2018 09:00")];
    told("/examples/new", &act, "thời điểm kết thúc sớm hơn", "05/05/2018 09:00");
    // [EXM-10] Publication: a date in the past, no date, no reason, nothing changed.
    told("/publish", &publish("03/05/2018", "Sửa"), "phải từ hôm nay (04/05/2018) trở đi", "03/05/2018");
    told("/publish", &publish("32/13/2018", "Sửa"), "Ngày không có thật", "32/13/2018");
    told("/publish", &publish("", " "), "Hãy ghi ngày có hiệu lực", "Hãy ghi lý do công bố");
    told("/publish", &publish("04/05/2018", "Sửa"), "không khác gì phiên bản trước", "Sửa");
    told("/discard", &[("reason", "")], "Hãy ghi lý do bỏ", "");
    post(&app, "/examples/new", &example("08/05/2018 17:00", &papers(&app))).expect(303);
    told("/examples/new", &example("08/05/2018 17:00", &papers(&app)), "Đã có ví dụ khác cùng tên", "08/05/2018 17:00");
    // Nothing of all that was kept.
    let draft = app.read(|tx| editor::draft(tx, PROCEDURE)).unwrap().body;
    let held = app.registry().procedure(Tier::District, PROCEDURE).unwrap().record.clone();
    assert_eq!((draft.limits, draft.fees, draft.papers), (held.limits, held.fees, held.papers));
}

/// The steps of a route as a form sends them: kind, office, role.
fn steps(route: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let fields = route.iter().enumerate().flat_map(|(at, (kind, office, role))| {
        [("kind", *kind), ("office", office), ("role", role), ("hours", "4"), ("title", office)]
            .map(|(field, value)| (format!("steps.{at}.{field}"), value.to_owned()))
    });
    fields.chain([("own".to_owned(), "yes".to_owned()), ("do".to_owned(), "save".to_owned())]).collect()
}

fn save_route(app: &TestApp, route: &[(&str, &str, &str)]) {
    let fields = steps(route);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post(app, "/edit/route", &fields).expect(303);
}

fn a_route_that_never_ends_or_that_nobody_can_walk_is_not_published(app: TestApp) {
    // [RTE-01] [RTE-02] [EXM-10]
    begin(&app);
    let refused = |route: &[(&str, &str, &str)], said: &str| {
        save_route(&app, route);
        let page = post(&app, "/publish", &publish("01/06/2018", "Quy trình mới")).expect(422);
        assert!(page.shows(said), "{said}\n{}", page.text());
    };
    let intake = ("intake", "one-stop", "one_stop_officer");
    let end = ("return", "one-stop", "one_stop_officer");
    refused(&[intake, ("work", "justice", "specialist")], "Quy trình không kết thúc");
    refused(&[("work", "justice", "specialist"), end], "Bước đầu của quy trình phải là tiếp nhận");
    refused(&[intake, ("sign", "leaders", "leader"), end], "chưa có gì được thẩm định để ký");
    refused(
        &[intake, ("work", "justice", "leader"), end],
        "chưa có ai giữ vai trò Lãnh đạo tại phòng của bước này ở Ủy ban nhân dân huyện Pác Nặm",
    );
    refused(&[intake, ("work", "nowhere", "specialist"), end], "Bước “nowhere” không ai làm được");
    let elsewhere = ("return", "justice", "specialist");
    refused(&[intake, ("work", "justice", "specialist"), elsewhere], "phải ở bộ phận một cửa");
    // Taken in at communes too, which have no such office.
    refused(&[intake, ("work", "justice", "specialist"), end], "Ủy ban nhân dân xã Bộc Bố");
    assert!(get(&app, "/edit/route").shows("Thủ tục này có quy trình riêng"));
    // A way that everybody can walk, and that two of the examples' offices lie on.
    let across = [intake, ("work", "pacnam/justice", "specialist"), ("sign", "leaders", "leader"), end];
    save_route(&app, &across);
    post(&app, "/publish", &publish("04/05/2018", "Quy trình mới")).expect(303);
    let registry = app.registry();
    let commune = registry.procedure(Tier::Commune, PROCEDURE).unwrap();
    let offices: Vec<String> =
        registry.route(commune, "bocbo", registry.as_of).unwrap().into_iter().map(|step| step.office).collect();
    assert_eq!(offices, ["bocbo/one-stop", "pacnam/justice", "bocbo/leaders", "bocbo/one-stop"]);
    // A dossier walks it.
    assert_eq!(app.received().dossier.subject.route.len(), 4);
}

fn rows_and_steps_are_added_and_taken_away_without_any_script(app: TestApp) {
    begin(&app);
    let typed = [("papers.0.name", "Tờ khai"), ("papers.0.originals", "1"), ("sets", "2")];
    let more = post(&app, "/edit/papers", &[&typed[..], &[("do", "add_papers")]].concat()).expect(200);
    assert!(more.shows("papers.1.name") && more.shows("Tờ khai") && more.shows("autofocus"));
    let two = [&typed[..], &[("papers.1.name", "Đơn"), ("do", "remove_papers.0")]].concat();
    let fewer = post(&app, "/edit/papers", &two).expect(200);
    assert!(fewer.shows("Đơn") && !fewer.shows("Tờ khai") && !fewer.shows("papers.1.name"));
    assert!(post(&app, "/edit/limits", &[("do", "add_limits")]).shows("limits.0.count"));
    assert!(post(&app, "/edit/fees", &[("fees.0.amount", "x"), ("do", "add_fees")]).shows("fees.1.amount"));
    // The site's route becomes one's own, with two legs at the same time before the return.
    let own = post(&app, "/edit/route", &[("do", "own")]).expect(200);
    assert!(own.shows("steps.4.kind") && own.shows("Thẩm định tại Phòng Tư pháp"));
    let intake = ("intake", "one-stop", "one_stop_officer");
    let plain = [intake, ("work", "justice", "specialist"), ("return", "one-stop", "one_stop_officer")];
    let press = |fields: &[(String, String)], button: &str| {
        let mut fields: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(name, _)| name != "do")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("do", button));
        post(&app, "/edit/route", &fields).expect(200)
    };
    let split = press(&steps(&plain), "add_parallel");
    assert!(split.shows("steps.2.legs.1.steps.0.office") && split.shows("steps.3.kind"));
    assert_eq!(split.hidden("steps.2.legs.1.key"), "b");
    let moved = press(&steps(&plain), "up.2");
    assert!(moved.text().find("value=\"return\" selected") < moved.text().find("value=\"work\" selected"));
    assert!(!press(&steps(&plain), "remove.1").shows("steps.2.kind"));
    let mut legs = steps(&[plain[0], plain[1], ("parallel", "", ""), plain[2]]);
    for (leg, office) in ["justice", "finance"].into_iter().enumerate() {
        let base = format!("steps.2.legs.{leg}");
        legs.push((format!("{base}.key"), ["a", "b"][leg].into()));
        legs.push((format!("{base}.title"), format!("Nhánh {office}")));
        for (field, value) in
            [("kind", "work"), ("office", office), ("role", "specialist"), ("hours", "4"), ("title", office)]
        {
            legs.push((format!("{base}.steps.0.{field}"), value.into()));
        }
    }
    legs.push(("steps.2.title".into(), "Lấy ý kiến".into()));
    legs.retain(|(name, value)| name != "steps.2.title" || !value.is_empty());
    assert!(press(&legs, "add_leg.2").shows("steps.2.legs.2.title"));
    assert!(press(&legs, "add_step.2.1").shows("steps.2.legs.1.steps.1.title"));
    // Nobody leads yet: it is saved, and told beside the picture.
    let fields: Vec<(&str, &str)> = legs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post(&app, "/edit/route", &fields).expect(303);
    let shown = get(&app, "/edit/route").expect(200);
    assert!(shown.shows("phải có đúng một nhánh chủ trì") && shown.shows("mc-route__legs"));
    post(&app, "/edit/route", &[&fields[..], &[("steps.2.lead", "1")]].concat()).expect(303);
    let shown = get(&app, "/edit/route").expect(200);
    assert!(shown.shows("★ chủ trì") && !shown.shows("phải có đúng một nhánh"));
    let route = app.read(|tx| editor::draft(tx, PROCEDURE)).unwrap().body.route.unwrap();
    assert_eq!(
        (route[2].kind, route[2].legs[1].lead, route[2].office.as_str()),
        (StepKind::Parallel, true, "one-stop")
    );
    let difference = get(&app, "/difference").expect(200);
    assert!(difference.shows("+ Thêm") && difference.shows("− Bỏ") && difference.shows("Nhánh finance"));
    post(&app, "/edit/route", &[("do", "common")]).expect(303);
    assert_eq!(app.read(|tx| editor::draft(tx, PROCEDURE)).unwrap().body.route, None);
    // What happens in an example, and the offices of its way; what is empty is reckoned.
    let fields = [("title", "Có bổ sung"), ("who", "Người dân"), ("agency", DISTRICT), ("channel", "direct")];
    let acts = [("acts.0.kind", "supplement"), ("acts.0.from", "07/05/2018 08:00"), ("acts.0.to", "08/05/2018 09:00")];
    let all = [&fields[..], &acts, &[("received", "04/05/2018 09:00"), ("do", "reckon")]].concat();
    let reckoned = post(&app, "/examples/new", &all).expect(200);
    assert!(reckoned.shows("10/05/2018 17:00") && reckoned.shows("value=\"30000\"") && reckoned.shows("way.4.office"));
    assert!(post(&app, "/examples/new", &[&acts[..], &[("do", "add_acts")]].concat()).shows("acts.1.kind"));
    assert!(!post(&app, "/examples/new", &[&acts[..], &[("do", "remove_acts.0")]].concat()).shows("acts.0.kind"));
}

fn a_draft_is_seen_by_nobody_else_and_is_thrown_away_with_a_reason(app: TestApp) {
    // [EXM-07]
    let auditor = app.as_officer(AUDITOR);
    assert_eq!(get(&app, "/exam").expect(303).location, path(""));
    assert_eq!(get(&app, "/edit/limits").expect(303).location, path(""));
    begin(&app);
    begin(&app);
    assert_eq!(kinds(&app), ["draft_saved"], "the one there is goes on");
    post(&app, "/edit/limits", &limit("9")).expect(303);
    let public = format!("/procedures/district/{PROCEDURE}");
    assert!(!app.browser().get(&public).shows("9 ngày làm việc"));
    let preview = get(&app, "/preview?tier=commune").expect(200);
    assert!(preview.shows("9 ngày làm việc") && preview.shows("Xem trước"));
    for rest in ["", "/exam", "/difference", "/preview", "/versions/1"] {
        let page = auditor.get(&path(rest)).expect(200);
        assert!(!page.shows("/edit/") && !page.shows(&path("/publish")), "an auditor only reads: {rest}");
    }
    for part in ["texts", "limits", "fees", "papers", "route", "examples"] {
        get(&app, &format!("/edit/{part}")).expect(200);
        auditor.get(&path(&format!("/edit/{part}"))).expect(403);
    }
    get(&app, "/examples/new").expect(200);
    let english = app.as_officer(ADMIN);
    for rest in ["", "/exam", "/edit/limits", "/edit/route", "/difference", "/examples/new"] {
        english.get(&path(&format!("{rest}?lang=en"))).expect(200);
    }
    for missing in ["/edit/nothing", "/examples/7", "/versions/9", "/versions/x"] {
        get(&app, missing).expect(404);
    }
    app.as_officer(ADMIN).get("/admin/procedures/9.999999").expect(404);
    post(&app, "/discard", &[("reason", "Nhầm thủ tục")]).expect(303);
    assert!(app.read(|tx| editor::draft(tx, PROCEDURE)).is_none());
    let overview = get(&app, "").expect(200);
    assert!(overview.shows("Bỏ bản dự thảo") && overview.shows("Nhầm thủ tục"));
    assert_eq!(kinds(&app), ["draft_saved", "draft_saved", "draft_discarded"]);
}

fn a_list_that_comes_later_changes_what_lists_say_and_keeps_route_and_examples(app: TestApp) {
    // [EXM-12] [CAT-09]
    published_with_an_example(&app);
    let today = app.registry().as_of;
    let list = |fee: &str| {
        let header = "code,name,field,time_limit,fee,components\n";
        format!("{header}{PROCEDURE},Chứng thực việc sửa đổi,Chứng thực,2 ngày làm việc,{fee},Giao dịch [BC:1 BS:0]\n")
    };
    let import = |text: &str| {
        let (ctx, file) = (app.ctx(None), catalogue::read(text.as_bytes()).unwrap());
        app.write(move |tx| catalogue::import(tx, &ctx, &file, today)).unwrap().changed
    };
    assert_eq!((import(&list("40.000đ")), import(&list("40.000đ"))), (1, 0));
    app.refresh();
    let held = app.registry().procedure(Tier::District, PROCEDURE).unwrap().clone();
    assert_eq!((held.version, held.record.examples.len()), (3, 1));
    // Edited here, and the same list again: still nothing to do. Overrides of the pack mend lists, not what was edited.
    begin(&app);
    post(&app, "/edit/limits", &limit("7")).expect(303);
    post(&app, "/examples/0", &[&example("15/05/2018 17:00", &["Giao dịch".into()])[..]].concat()).expect(303);
    let fee = [("fees.0.kind", "amount"), ("fees.0.amount", "30000"), ("fees.0.label", ""), ("do", "save")];
    post(&app, "/edit/fees", &fee).expect(303);
    post(&app, "/publish", &publish("04/05/2018", "Sửa tại đây")).expect(303);
    assert_eq!(import(&list("40.000đ")), 0);
    let held = app.registry().procedure(Tier::District, PROCEDURE).unwrap().clone();
    assert_eq!((held.version, held.record.limits[0].limit.count), (4, 7));
    // A draft that began before another list came in is compared with it first.
    begin(&app);
    post(&app, "/edit/limits", &limit("8")).expect(303);
    assert_eq!(import(&list("50.000đ")), 1);
    app.refresh();
    let refused = post(&app, "/publish", &publish("04/05/2018", "Sửa tiếp")).expect(422);
    assert!(refused.shows("phiên bản 5 đã được đưa vào"));
    assert!(get(&app, "/difference").expect(200).shows("50.000 đồng"));
    post(&app, "/rebase", &[]).expect(303);
    assert!(!get(&app, "/exam").expect(200).shows("phiên bản 5 đã được đưa vào"));
}

fn marks_are_cleared_by_whoever_has_compared_them(app: TestApp) {
    // [EXM-11]
    let registry = app.registry();
    let blocked = |one: &&motcua::registry::Procedure| {
        let parts: Vec<&str> = one.record.blockers.iter().map(|blocker| blocker.part.as_str()).collect();
        one.standing == Standing::Incomplete && parts.contains(&"time_limit") && parts.contains(&"fee")
    };
    let procedure = registry.procedures.iter().find(blocked).unwrap();
    let base = format!("/admin/procedures/{}", procedure.key);
    let admin = app.as_officer(ADMIN);
    admin.post(&format!("{base}/draft"), &[]).expect(303);
    let send = |rest: &str, fields: &[(&str, &str)]| {
        let seen = app.read(|tx| editor::draft(tx, &procedure.key)).unwrap().version.to_string();
        admin.post(&format!("{base}{rest}"), &[fields, &[("seen", &seen)]].concat())
    };
    let day = publish("04/05/2018", "Đối chiếu văn bản");
    send("/publish", &day).expect(422);
    send("/edit/limits", &limit("5")).expect(303);
    send("/edit/fees", &[("fees.0.kind", "free"), ("do", "save")]).expect(303);
    send("/edit/papers", &[("papers.0.name", "Đơn"), ("papers.0.originals", "1"), ("do", "save")]).expect(303);
    let marks = ["name", "field", "source", "note", "code", "validity"].map(|column| ("compared", column));
    let texts = [("name", "Thủ tục đã đối chiếu"), ("field", "Lĩnh vực"), ("do", "save")];
    send("/edit/texts", &[&texts[..], &marks].concat()).expect(303);
    send("/publish", &day).expect(303);
    let now = app.registry().procedure(procedure.tier, &procedure.key).unwrap().clone();
    assert_eq!((now.standing, now.record.unverified.len()), (Standing::Published, 0));
}
