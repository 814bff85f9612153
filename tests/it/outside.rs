//! Agencies outside that work by a link: the whole way, every way in which a link ends, and what the one-stop sees.

use jiff::SignedDuration;
use motcua::platform::failure::Failure;
use motcua::record::dossier::{self, Found, Target};
use motcua::work::intake::Intake;
use motcua::work::outside::{self, Referral};
use motcua_domain::dossier::{Acceptance, CONSULTATION, Command, Event, Outcome, Status, Subject};
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Leg, Step, StepKind};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    an_agency_without_an_account_acknowledges_asks_attaches_and_answers_by_its_link,
    a_leg_outside_and_a_leg_inside_run_at_the_same_time,
    a_consultation_of_an_agency_outside_is_answered_by_its_link,
    a_link_that_was_used_shows_what_was_answered_and_opens_nothing,
    of_two_answers_the_first_counts_and_the_second_is_told,
    a_link_that_is_too_late_or_was_replaced_says_so_and_nothing_typed_is_lost,
    a_link_ends_with_the_dossier_and_with_an_answer_on_paper,
    a_token_that_nobody_made_says_nothing_and_guesses_are_slowed_down,
    mistakes_are_told_beside_their_fields,
    only_the_receiving_one_stop_refers_and_never_over_an_unseen_link,
    the_days_at_an_agency_are_counted_as_its_own_and_silence_is_shown,
    an_agency_with_a_key_works_without_a_link,
    what_an_agency_outside_decides_comes_back_to_the_one_stop,
}

pub const POLICE: &str = "police/reception";
const PERSON: [(&str, &str); 2] = [("answer_name", "Người trả lời"), ("answer_position", "Phó Trưởng Công an")];

fn step(kind: StepKind, office: &str, role: Role, title: &str) -> Step {
    Step {
        kind,
        office: office.into(),
        role: role.as_str().into(),
        hours: 8,
        title: title.into(),
        four_eyes: false,
        legs: Vec::new(),
    }
}

fn ends(middle: Vec<Step>) -> Vec<Step> {
    let mut route = vec![step(StepKind::Intake, "pacnam/one-stop", Role::OneStopOfficer, "Tiếp nhận")];
    route.extend(middle);
    route.push(step(StepKind::Return, "pacnam/one-stop", Role::OneStopOfficer, "Trả kết quả"));
    route
}

/// Over the police alone, and to a leader.
pub fn over_the_police() -> Vec<Step> {
    ends(vec![
        step(StepKind::Outside, POLICE, Role::Specialist, "Công an xác minh cư trú"),
        step(StepKind::Sign, "pacnam/leaders", Role::Leader, "Lãnh đạo ký"),
    ])
}

/// The justice office leads, the police answers beside it.
pub fn both_at_once() -> Vec<Step> {
    let leg = |key: &str, lead, steps| Leg { key: key.into(), title: format!("Nhánh {key}"), lead, steps };
    let justice = step(StepKind::Work, "pacnam/justice", Role::Specialist, "Thẩm định");
    let police = step(StepKind::Outside, POLICE, Role::Specialist, "Công an xác minh cư trú");
    let legs = vec![leg("tu-phap", true, vec![justice]), leg("cong-an", false, vec![police])];
    ends(vec![
        Step { legs, ..step(StepKind::Parallel, "pacnam/one-stop", Role::OneStopOfficer, "Liên thông") },
        step(StepKind::Sign, "pacnam/leaders", Role::Leader, "Lãnh đạo ký"),
    ])
}

impl TestApp {
    /// A dossier that walks a route made by hand, forwarded by the counter with a note.
    pub fn referred(&self, route: Vec<Step>) -> Found {
        let like = self.received().dossier;
        let (ctx, registry) = (self.ctx(Some(COUNTER)), self.registry());
        let acceptance = Acceptance {
            code: format!("{}-NGOAI", like.code),
            agency: like.agency,
            channel: like.channel,
            subject: Subject { route, ..like.subject },
            particulars: like.particulars,
            promise: like.promise.unwrap(),
            hand_on_by: None,
        };
        let first = Event::Accepted(Box::new(acceptance));
        let begun =
            self.write(move |tx| dossier::begin(tx, &ctx, &registry, "pacnam/one-stop", first.clone())).unwrap();
        self.act(COUNTER, &begun.id, "forward", &[("note", "Đề nghị xác minh cư trú")]).expect(303);
        self.dossier(&begun.id)
    }

    /// The slip with a new link for a task, as the counter sees it.
    pub fn slip(&self, id: &str, task: u32, how: &str) -> Page {
        let path = format!("/desk/dossiers/{id}/referral");
        let seen = self.as_officer(COUNTER).get(&format!("{path}?task={task}")).expect(200).hidden("seen");
        let task = task.to_string();
        self.as_officer(COUNTER).post(&path, &[("task", &task), ("seen", &seen), ("how", how)]).expect(200)
    }

    /// The path of a new link.
    pub fn link(&self, id: &str, task: u32) -> String {
        path_on(&self.slip(id, task, "print"))
    }

    fn answer(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.browser().post_file(&format!("{path}/answer"), fields, "", b"")
    }

    pub fn kinds(&self, id: &str) -> Vec<&'static str> {
        self.read(|tx| dossier::timeline(tx, id)).iter().map(|recorded| recorded.event.kind()).collect()
    }

    fn as_counter(&self, id: &str, task: u32, command: Command) -> Found {
        let (ctx, registry, id) = (self.ctx(Some(COUNTER)), self.registry(), id.to_owned());
        self.write(move |tx| {
            let target = Target { id: &id, seen: None, task: Some(task) };
            dossier::act(tx, &ctx, &registry, target, command.clone())
        })
        .unwrap()
    }
}

/// The path of the address on a slip.
pub fn path_on(slip: &Page) -> String {
    let text = slip.text();
    let address = text.split("id=\"address\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    address.strip_prefix("https://motcua.example").unwrap_or_else(|| panic!("no address: {text}")).to_owned()
}

/// Somebody at another counter.
fn counter_of(app: &TestApp, office: &str) -> String {
    let registry = app.registry();
    registry.people(office, Role::OneStopOfficer, registry.local(app.now()).date())[0].account.clone()
}

fn granted<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("answer_outcome", "grant"), ("answer_note", "Đã xác minh")], &PERSON[..], more].concat()
}

fn an_agency_without_an_account_acknowledges_asks_attaches_and_answers_by_its_link(app: TestApp) {
    // [RTE-08] [LNK-01] [LNK-04] [LNK-05]
    let found = app.referred(over_the_police());
    let id = found.id.clone();
    let link = app.link(&id, 0);
    let agency = app.browser();
    let page = agency.get(&link).expect(200);
    assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow");
    assert_eq!(page.headers["cache-control"], "no-store");
    for told in ["Nguyễn Văn A", "Phiếu yêu cầu", "Công an xác minh cư trú", "Đề nghị xác minh cư trú"]
    {
        assert!(page.shows(told), "{told}: {}", page.text());
    }
    // Nothing that the task does not need.
    for kept_back in ["0912345678", "006090000123", "Nà Coóc"] {
        assert!(!page.shows(kept_back), "{kept_back}");
    }
    agency.post(&format!("{link}/acknowledge"), &[("acknowledge_name", "Trực ban")]).expect(303);
    // Said twice is said once.
    agency.post(&format!("{link}/acknowledge"), &[("acknowledge_name", "Trực ban")]).expect(303);
    assert!(agency.get(&link).expect(200).shows("(Trực ban)"));
    let question = [("question", "Thường trú ở thôn nào?"), ("ask_name", "Trực ban"), ("ask_position", "Cán bộ")];
    agency.post(&format!("{link}/ask"), &question).expect(303);
    agency.post(&format!("{link}/ask"), &question).expect(303);
    assert!(agency.get(&link).expect(200).shows("Đang chờ bộ phận một cửa trả lời"));
    app.as_counter(&id, 0, Command::Reply { answer: "Thôn Nà Coóc".into() });
    assert!(agency.get(&link).expect(200).shows("Thôn Nà Coóc"));
    let first = [("attach_title", "Phiếu xác minh"), ("attach_name", "Trực ban")];
    for _ in 0..2 {
        agency.post_file(&format!("{link}/results"), &first, "xac-minh.pdf", b"%PDF-1.7 first").expect(303);
    }
    assert!(agency.get(&link).expect(200).shows("Phiếu xác minh"));
    let answer = granted(&[("answer_title", "Công văn số 5")]);
    agency.post_file(&format!("{link}/answer"), &answer, "cong-van.pdf", b"%PDF-1.7 second").expect(303);
    let after = app.dossier(&id).dossier;
    assert_eq!((after.step, after.outcome()), (2, Some(Outcome::Grant)));
    let person = "Người trả lời, Phó Trưởng Công an";
    assert_eq!(after.proposal.as_ref().unwrap().person, person);
    assert_eq!(after.results[1].person, person);
    assert_eq!(
        app.kinds(&id),
        [
            "accepted",
            "forwarded",
            "acknowledged",
            "question_asked",
            "question_answered",
            "result_attached",
            "result_attached",
            "proposed",
            "forwarded"
        ]
    );
    let events = app.read(|tx| dossier::timeline(tx, &id));
    assert!(
        [2, 3, 5, 6, 7].iter().all(|at| (events[*at].by.as_str(), events[*at].office.as_str()) == (POLICE, POLICE))
    );
    // The dossier's screen names the office and the person; the file is there for the counter.
    let screen = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    assert!(screen.shows("Nơi tiếp nhận của Công an huyện") && screen.shows(person), "{}", screen.text());
    let file = format!("/desk/dossiers/{id}/results/{}", after.results[1].file.sha256);
    assert_eq!(app.as_officer(COUNTER).get(&file).expect(200).bytes, b"%PDF-1.7 second");
    // Only the hash of the token is kept.
    let token = link.rsplit('/').next().unwrap().to_owned();
    let kept = app.read(|tx| Ok(tx.rows("SELECT token_hash FROM outside_link", &[])?));
    assert!(kept.len() == 1 && kept[0].get::<String>(0).unwrap() != token && token.len() == 32);
}

fn a_leg_outside_and_a_leg_inside_run_at_the_same_time(app: TestApp) {
    // [RTE-06] [RTE-08]
    let id = app.referred(both_at_once()).id;
    let link = app.link(&id, 2);
    app.act(SPECIALIST, &id, "propose", &[("task", "1"), ("outcome", "grant"), ("proposal", "Đủ")]).expect(303);
    // Somebody else has changed the dossier meanwhile; the agency's answer stands all the same.
    app.answer(&link, &granted(&[])).expect(303);
    let after = app.dossier(&id).dossier;
    assert_eq!(after.step, 2);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.status, Status::Ready);
}

fn a_consultation_of_an_agency_outside_is_answered_by_its_link(app: TestApp) {
    // [RTE-09] [LNK-03]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    let answer_by = app.now() + SignedDuration::from_hours(24);
    let consult = |office: &str| {
        let (ctx, registry, id, office) = (app.ctx(Some(SPECIALIST)), app.registry(), id.clone(), office.to_owned());
        app.write(move |tx| {
            let question = "Có vướng quy hoạch không?".to_owned();
            let command = Command::Consult { office: office.clone(), question, answer_by };
            dossier::act(tx, &ctx, &registry, Target::now(&id), command)
        })
        .unwrap()
    };
    consult("pacnam/finance");
    consult(POLICE);
    let (inside, asked) = (CONSULTATION + 1, CONSULTATION + 2);
    // An office of one's own has accounts and needs no link.
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/referral?task={inside}")).expect(303);
    let link = app.link(&id, asked);
    let page = app.browser().get(&link).expect(200);
    assert!(page.shows("Có vướng quy hoạch không?") && !page.shows("acknowledge_name"), "{}", page.text());
    app.advance(SignedDuration::from_hours(48));
    let kind = ("answer_kind", "consultation");
    assert!(app.answer(&link, &[&PERSON[..], &[kind]].concat()).expect(422).shows("href=\"#answer_note\""));
    app.answer(&link, &[&PERSON[..], &[kind, ("answer_note", "Không vướng")]].concat()).expect(303);
    let answer = app.dossier(&id).dossier.consultations[1].answer.clone().unwrap();
    assert_eq!((answer.text.as_str(), answer.late), ("Không vướng", true));
    assert!(app.browser().get(&link).expect(200).shows("Không vướng"));
}

fn a_link_that_was_used_shows_what_was_answered_and_opens_nothing(app: TestApp) {
    // [LNK-02]
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    app.answer(&link, &granted(&[])).expect(303);
    let shown = app.browser().get(&link).expect(200);
    assert!(shown.shows("Đã trả lời") && shown.shows("Đã xác minh") && !shown.shows("<textarea"), "{}", shown.text());
    // The button pressed twice is pressed once; other words come too late and are not lost.
    app.answer(&link, &granted(&[])).expect(303);
    let late = [&[("answer_outcome", "refuse"), ("answer_note", "Chưa xác minh được")], &PERSON[..]].concat();
    let told = app.answer(&link, &late).expect(409);
    assert!(told.shows("Chưa xác minh được") && told.shows("Đã xác minh"), "{}", told.text());
    app.browser().post(&format!("{link}/ask"), &[("question", "Còn gì không?"), ("ask_name", "X")]).expect(409);
    assert_eq!(app.kinds(&id).iter().filter(|kind| **kind == "proposed").count(), 1);
}

fn of_two_answers_the_first_counts_and_the_second_is_told(app: TestApp) {
    // [LNK-07]
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    let token = link.rsplit('/').next().unwrap().to_owned();
    let answers: Vec<bool> = std::thread::scope(|scope| {
        let racer = |name: &'static str| {
            let (ctx, registry, token, db) = (app.ctx(None), app.registry(), token.clone(), app.store.db.clone());
            scope.spawn(move || {
                let done = db.transact("test", move |tx| {
                    let command =
                        Command::Answer { outcome: Outcome::Grant, note: String::new(), person: name.to_owned() };
                    outside::act(tx, &ctx, &registry, &token, vec![command])
                });
                matches!(done, Ok(outside::Acted::Done(_)))
            })
        };
        let racers = [racer("Một"), racer("Hai")];
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|done| **done).count(), 1, "{answers:?}");
    let told = app.answer(&link, &granted(&[("answer_title", "")])).expect(409);
    let winner = if answers[0] { "Một" } else { "Hai" };
    assert!(told.shows(winner) && told.shows("đã trả lời lúc 04/05/2018"), "{}", told.text());
}

fn a_link_that_is_too_late_or_was_replaced_says_so_and_nothing_typed_is_lost(app: TestApp) {
    // [LNK-02]
    let id = app.referred(over_the_police()).id;
    let (first, second) = (app.link(&id, 0), app.link(&id, 0));
    let told = app.browser().get(&first).expect(410);
    assert!(told.shows("Đã có liên kết mới hơn") && told.shows("xin liên hệ"), "{}", told.text());
    app.browser().get(&second).expect(200);
    // Thirty days, the last one whole.
    app.at("2018-06-03T23:59:00+07:00");
    app.browser().get(&second).expect(200);
    app.at("2018-06-04T00:00:00+07:00");
    app.browser().get(&second).expect(410);
    let told = app.answer(&second, &granted(&[])).expect(410);
    assert!(told.shows("Liên kết đã hết hạn") && told.shows("Đã xác minh") && told.shows("Người trả lời"));
    assert_eq!(app.dossier(&id).dossier.step, 1);
    // A new one works again.
    let third = app.link(&id, 0);
    app.answer(&third, &granted(&[])).expect(303);
}

fn a_link_ends_with_the_dossier_and_with_an_answer_on_paper(app: TestApp) {
    // [LNK-02] [RTE-08]
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    let paper =
        Command::Answer { outcome: Outcome::Grant, note: "Công văn 7".into(), person: "Trưởng Công an".into() };
    app.as_counter(&id, 0, paper);
    let told = app.browser().get(&link).expect(410);
    assert!(told.shows("Trưởng Công an") && told.shows("Công văn 7") && told.shows("Một cửa"), "{}", told.text());
    app.answer(&link, &granted(&[])).expect(409);
    // Back at the police it is another stay: the old link does not open it.
    app.act(LEADER, &id, "decide", &[("decision", "return"), ("decision_note", "Xác minh lại")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.step, 1);
    let again = app.link(&id, 0);
    app.browser().get(&again).expect(200);
    app.as_counter(&id, 0, Command::Withdraw { reason: "Không cần nữa".into(), fee: String::new() });
    app.browser().get(&again).expect(410);
    assert_eq!(app.dossier(&id).dossier.status, Status::Withdrawn);
}

fn a_token_that_nobody_made_says_nothing_and_guesses_are_slowed_down(app: TestApp) {
    // [LNK-06] [ACC-06]
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    let guess = format!("/outside/{}", "0".repeat(32));
    let nothing = app.browser().get(&guess).expect(404);
    // The same page as for any address that leads nowhere, but for the name of the request.
    let said = |page: &Page, path: &str| page.text().replace(path, "").split("Mã lỗi").next().unwrap().to_owned();
    assert_eq!(said(&nothing, &guess), said(&app.browser().get("/nothing-here"), "/nothing-here"));
    app.browser().post(&format!("{guess}/ask"), &[]).expect(404);
    app.browser().post_file(&format!("{guess}/answer"), &[], "a.pdf", b"%PDF-").expect(404);
    // As it is copied from paper.
    let typed = link.to_uppercase().replace("/OUTSIDE/", "/outside/");
    let (start, end) = typed.split_at(typed.len() - 8);
    app.browser().get(&format!("{start}-{end}")).expect(200);
    let odd = format!("{start}%0A{end}/acknowledge");
    assert_eq!(app.browser().post(&odd, &[("acknowledge_name", "Trực ban")]).expect(303).location, link);
    for _ in 0..28 {
        app.browser().get(&guess).expect(404);
    }
    app.browser().get(&guess).expect(429);
    app.browser().get(&link).expect(429);
    app.advance(SignedDuration::from_mins(2));
    app.browser().get(&link).expect(200);
}

fn mistakes_are_told_beside_their_fields(app: TestApp) {
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    let field = |page: &Page, name: &str| page.shows(&format!("href=\"#{name}\""));
    let agency = app.browser();
    assert!(field(&agency.post(&format!("{link}/acknowledge"), &[]).expect(422), "acknowledge_name"));
    let page = agency.post(&format!("{link}/ask"), &[("ask_name", &"x".repeat(101))]).expect(422);
    assert!(field(&page, "question") && field(&page, "ask_name"));
    let page = app.answer(&link, &[("answer_note", "Đang viết dở")]).expect(422);
    assert!(field(&page, "answer_outcome") && field(&page, "answer_name") && field(&page, "answer_position"));
    assert!(page.shows("Đang viết dở"));
    let refused = [&[("answer_outcome", "refuse")], &PERSON[..]].concat();
    assert!(field(&app.answer(&link, &refused).expect(422), "answer_note"));
    let half = granted(&[("answer_title", "Công văn")]);
    assert!(field(&app.answer(&link, &half).expect(422), "answer_file"));
    let untitled = agency.post_file(&format!("{link}/answer"), &granted(&[]), "a.pdf", b"%PDF-1").expect(422);
    assert!(field(&untitled, "answer_title"));
    let named = [("attach_title", "Ảnh"), ("attach_name", "Trực ban")];
    let false_name = agency.post_file(&format!("{link}/results"), &named, "a.png", b"%PDF-1").expect(422);
    assert!(field(&false_name, "attach_file"));
    agency.post_file(&format!("{link}/results"), &named, "", b"").expect(422);
    assert_eq!(app.dossier(&id).dossier.version, 2);
    // [OUT-02] Whoever asks has the dossier.
    agency.post(&format!("{link}/ask"), &[("question", "Ở đâu?"), ("ask_name", "Trực ban")]).expect(303);
    assert_eq!(app.kinds(&id)[2..], ["acknowledged", "question_asked"]);
}

fn only_the_receiving_one_stop_refers_and_never_over_an_unseen_link(app: TestApp) {
    // [LNK-03]
    let id = app.referred(over_the_police()).id;
    let path = format!("/desk/dossiers/{id}/referral");
    app.as_officer(SPECIALIST).get(&path).expect(403);
    let foreign = counter_of(&app, "bocbo/one-stop");
    app.as_officer(&foreign).get(&path).expect(404);
    app.as_officer(&foreign).post(&path, &[("task", "0"), ("seen", "0"), ("how", "print")]).expect(404);
    let fields = [("task", "0"), ("seen", "0"), ("how", "print")];
    let shown = app.as_officer(COUNTER).post(&path, &fields).expect(200);
    assert!(shown.shows("chỉ hiện một lần") && shown.shows("data:image/svg+xml"), "{}", shown.text());
    let link = path_on(&shown);
    // The same form again: the link that it did not see stays good.
    assert!(app.as_officer(COUNTER).post(&path, &fields).expect(409).shows("Vừa có liên kết khác"));
    app.browser().get(&link).expect(200);
    // The slip is printed while the link is at hand, by the one-stop alone. [LNK-08]
    let token = shown.hidden("token");
    let print = |login: &str, token: &str| app.as_officer(login).post(&format!("{path}.pdf"), &[("token", token)]);
    let slip = print(COUNTER, &token).expect(200);
    assert!(slip.kind == "application/pdf" && slip.bytes.starts_with(b"%PDF-"));
    print(COUNTER, "0").expect(404);
    print(&foreign, &token).expect(404);
    let other = app.referred(over_the_police()).id;
    app.as_officer(COUNTER).post(&format!("/desk/dossiers/{other}/referral.pdf"), &[("token", &token)]).expect(404);
    assert!(app.slip(&other, 0, "print").shows("Phiếu số 2"));
    // Nothing lies outside any more.
    app.answer(&link, &granted(&[])).expect(303);
    app.as_officer(COUNTER).get(&path).expect(303);
    print(COUNTER, &token).expect(303);
    app.as_officer(COUNTER).post(&path, &[("task", "0"), ("seen", "1"), ("how", "print")]).expect(303);
    let referral = Referral { dossier: id, task: 0, seen: 1 };
    let (ctx, registry) = (app.ctx(Some(COUNTER)), app.registry());
    let refused = app.write(move |tx| outside::refer(tx, &ctx, &registry, &referral, None)).err();
    assert!(matches!(refused, Some(Failure::Refused(sentence)) if sentence.key == "outside.not_there"));
}

fn the_days_at_an_agency_are_counted_as_its_own_and_silence_is_shown(app: TestApp) {
    // [OUT-01] [OUT-02] [OUT-03] [RTE-08]
    let id = app.referred(over_the_police()).id;
    let code = app.dossier(&id).dossier.code;
    app.at("2018-05-09T10:00:00+07:00");
    let list = |login: &str, query: &str| app.as_officer(login).get(&format!("/desk/outside{query}")).expect(200);
    // Friday to Wednesday; one working day was given.
    let shown = list(COUNTER, "");
    for told in [code.as_str(), "3 ngày làm việc", "Chưa có hồi âm", "Quá hạn", "Chưa lập liên kết", "1 chưa có hồi âm"]
    {
        assert!(shown.shows(told), "{told}: {}", shown.text());
    }
    let screen = app.as_officer(LEADER).get(&format!("/desk/dossiers/{id}")).expect(200);
    assert!(screen.shows("đã 3 ngày làm việc") && screen.shows("Chưa có hồi âm"), "{}", screen.text());
    let link = app.link(&id, 0);
    assert!(list(LEADER, "").shows("Liên kết chưa được mở"));
    app.browser().get(&link).expect(200);
    assert!(list(LEADER, "").shows("Liên kết được mở lần đầu lúc 09/05/2018 10:00"));
    app.browser().post(&format!("{link}/acknowledge"), &[("acknowledge_name", "Trực ban")]).expect(303);
    app.browser().post(&format!("{link}/ask"), &[("question", "Ở thôn nào?"), ("ask_name", "Trực ban")]).expect(303);
    let shown = list("kiemtra", "?office=police/reception");
    assert!(shown.shows("Xác nhận đã nhận lúc 09/05/2018 10:00") && shown.shows("Đang hỏi: Ở thôn nào?"));
    assert!(!list(HEAD, "?office=veterinary/reception").shows(&code));
    // Another agency's dossiers are not in the list.
    let foreign = counter_of(&app, "bocbo/one-stop");
    assert!(!list(&foreign, "").shows(&code));
    app.as_officer(SPECIALIST).get("/desk/outside").expect(403);
    app.answer(&link, &granted(&[])).expect(303);
    let totals = |query: &str| {
        let text = list(COUNTER, query).text();
        let row = text.split("<tr").find(|row| row.contains("scope=\"row\"")).unwrap_or_default().to_owned();
        let cells = row.split("mc-amount\">").skip(1).map(|cell| cell.split('<').next().unwrap().to_owned());
        cells.collect::<Vec<_>>()
    };
    // Referred, answered, late, ended, open, overdue, average, longest.
    assert_eq!(totals(""), ["1", "1", "1", "0", "0", "0", "3,0", "3"]);
    assert_eq!(totals("?from=05/05/2018&to=09/05/2018"), Vec::<String>::new());
    assert!(!list(COUNTER, "").shows(&code));
    let wrong = app.as_officer(COUNTER).get("/desk/outside?from=05/05/2018&to=01/05/2018").expect(422);
    assert!(wrong.shows("href=\"#to\""));
}

fn an_agency_with_a_key_works_without_a_link(app: TestApp) {
    // [RTE-08] Whoever is posted to the outside office acts there as in any office; the link ends with the answer.
    let id = app.referred(over_the_police()).id;
    let link = app.link(&id, 0);
    let found = app.dossier(&id);
    let officer = motcua_domain::identity::Officer {
        account: "congan1".into(),
        agency: "police".into(),
        posts: vec![motcua_domain::identity::Post::own(POLICE, Role::Specialist)],
    };
    let ctx = motcua::platform::ctx::Ctx { officer: Some(officer), ..app.ctx(None) };
    let registry = app.registry();
    let answer = Command::Answer { outcome: Outcome::Refuse, note: "Chưa cư trú".into(), person: "Công an".into() };
    let done = app.write(move |tx| dossier::act(tx, &ctx, &registry, Target::now(&found.id), answer.clone()));
    assert_eq!(done.unwrap().dossier.step, 2);
    assert!(app.browser().get(&link).expect(410).shows("Chưa cư trú"));
}

fn what_an_agency_outside_decides_comes_back_to_the_one_stop(app: TestApp) {
    // [RTE-08] One of the procedures that the land registry decides: paying off land use money.
    let taken = app.take_in(COUNTER, Intake { procedure: "1.012996".into(), ..intake() }).unwrap();
    app.act(COUNTER, &taken.id, "forward", &[]).expect(303);
    let task = app.dossier(&taken.id).dossier.tasks()[0].number;
    let link = app.link(&taken.id, task);
    assert!(app.browser().get(&link).expect(200).shows("Thanh toán, xóa nợ tiền sử dụng đất"));
    let refused = [&[("answer_outcome", "refuse"), ("answer_note", "Chưa nộp đủ tiền")], &PERSON[..]].concat();
    app.answer(&link, &refused).expect(303);
    let after = app.dossier(&taken.id).dossier;
    assert_eq!((after.status, after.refusal.as_deref()), (Status::Ready, Some("Chưa nộp đủ tiền")));
    let letter = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{}/refusal.pdf", taken.id)).expect(200);
    assert!(letter.bytes.starts_with(b"%PDF-"));
}
