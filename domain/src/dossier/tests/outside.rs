//! Agencies outside without accounts, offices that are consulted, and where a dossier was. 2018-11-05 is a Monday.

use super::routes::POLICE;
use super::*;
use AfterSupplement::Restart;

const FINANCE_DESK: u32 = CONSULTATION + 1;

fn with_outside() -> Vec<Step> {
    vec![
        step(StepKind::Intake, ONE_STOP, Role::OneStopOfficer),
        Step { hours: 8, ..step(StepKind::Outside, POLICE, Role::Specialist) },
        step(StepKind::Sign, LEADERS, Role::Leader),
        step(StepKind::Return, ONE_STOP, Role::OneStopOfficer),
    ]
}

/// At the police since Monday 09:00, who have eight hours: until Tuesday 09:00.
fn outside() -> Life {
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, with_outside());
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    life
}

fn person() -> String {
    "Đội trưởng đội cảnh sát quản lý hành chính".into()
}

fn acknowledge() -> Command {
    Command::Acknowledge { person: person() }
}

fn ask() -> Command {
    Command::Ask { question: "Hộ khẩu gốc ở đâu?".into(), person: person() }
}

fn reply() -> Command {
    Command::Reply { answer: "Xã Bộc Bố".into() }
}

fn answer(outcome: Outcome, note: &str) -> Command {
    Command::Answer { outcome, note: note.into(), person: person() }
}

fn paper() -> Command {
    let file = FileRef { sha256: "0".repeat(64), name: "a.pdf".into(), media: "application/pdf".into(), bytes: 1 };
    Command::AttachResult(ResultPaper { title: "Kết quả xác minh".into(), file, person: String::new() })
}

#[test]
fn an_agency_outside_acknowledges_asks_attaches_and_answers() {
    // [RTE-08]
    let mut life = outside();
    life.at("2018-11-05 10:00", "congan1", 0, acknowledge()).unwrap();
    assert_eq!(life.state.task(0).unwrap().acknowledged_at, Some(on("2018-11-05 10:00")));
    assert_eq!(life.at("2018-11-05 10:01", "congan1", 0, acknowledge()), Err(Refusal::NothingChanged));
    life.at("2018-11-05 11:00", "congan1", 0, ask()).unwrap();
    assert_eq!(life.at("2018-11-05 13:00", "congan1", 0, reply()), Err(Refusal::OnlyOneStop));
    life.at("2018-11-05 13:00", "motcua2", 0, reply()).unwrap();
    assert_eq!(life.state.questions[0].answer.as_deref(), Some("Xã Bộc Bố"));
    assert_eq!(life.at("2018-11-05 13:01", "motcua2", 0, reply()), Err(Refusal::NobodyAsked));
    life.at("2018-11-06 08:00", "congan1", 0, paper()).unwrap();
    assert_eq!(life.at("2018-11-06 08:00", "congan1", 0, answer(Outcome::Refuse, " ")), Err(Refusal::ReasonMissing));
    let nobody = Command::Answer { outcome: Outcome::Grant, note: String::new(), person: " ".into() };
    assert_eq!(life.at("2018-11-06 08:00", "congan1", 0, nobody), Err(Refusal::PersonMissing));
    life.at("2018-11-06 08:30", "congan1", 0, answer(Outcome::Grant, "Đúng")).unwrap();
    let proposal = life.state.proposal.clone().unwrap();
    assert_eq!((life.state.step, proposal.by.as_str(), proposal.person), (2, "congan1", person()));
    assert_eq!(
        life.at("2018-11-06 09:00", "congan1", 0, ask()),
        Err(Refusal::NotYourStep { office: LEADERS.into(), role: "leader".into() })
    );
}

#[test]
fn what_comes_on_paper_the_one_stop_writes_down() {
    // [RTE-08]
    let mut life = outside();
    for command in [acknowledge(), ask(), reply(), paper(), answer(Outcome::Grant, "")] {
        life.at("2018-11-06 08:00", "motcua2", 0, command).unwrap();
    }
    let last = life.events.iter().rfind(|recorded| recorded.event.kind() == "proposed").unwrap();
    assert_eq!((last.by.as_str(), last.office.as_str()), ("motcua2", ONE_STOP));
    assert_eq!(life.state.proposal.as_ref().unwrap().person, person());
    // Nothing else of it, and nobody else.
    let mut life = outside();
    for (by, command) in [("motcua2", Command::Claim), ("motcua2", bill()), ("tuphap1", acknowledge())] {
        assert!(matches!(life.at("2018-11-06 08:00", by, 0, command), Err(Refusal::NotYourStep { .. })), "{by}");
    }
}

#[test]
fn an_agency_outside_sends_nothing_back() {
    // [RTE-08]
    let mut life = outside();
    let sent = Command::SendBack { to: 0, reason: "Không phải việc của chúng tôi".into() };
    assert_eq!(life.at("2018-11-06 08:00", "congan1", 0, sent), Err(Refusal::WrongStep));
    for command in [forward(), approve(), propose(Outcome::Grant), ask_for("")] {
        assert_eq!(life.at("2018-11-06 08:00", "congan1", 0, command), Err(Refusal::WrongStep));
    }
}

#[test]
fn an_agency_outside_that_awaits_a_payment_answers_when_it_is_made() {
    // [DOS-16] [RTE-08]
    let mut life = outside();
    life.at("2018-11-05 10:00", "congan1", 0, bill()).unwrap();
    assert_eq!(life.at("2018-11-05 11:00", "congan1", 0, answer(Outcome::Grant, "")), Err(Refusal::ClockStands));
    life.at("2018-11-07 08:00", "motcua1", 0, paid()).unwrap();
    assert_eq!(life.step_due(0).as_deref(), Some("2018-11-07 16:30"), "seven hours were left");
    life.at("2018-11-07 09:00", "congan1", 0, answer(Outcome::Grant, "")).unwrap();
}

#[test]
fn its_days_are_counted_as_its_own_and_silence_is_seen_as_silence() {
    // [RTE-08] [LET-03]
    let mut life = outside();
    let last = |life: &Life| stays(&life.events).pop().unwrap();
    let silent = last(&life);
    assert_eq!((silent.office.as_str(), silent.taken_at, silent.to, silent.person.as_str()), (POLICE, None, None, ""));
    let now = on("2018-11-08 08:00");
    assert_eq!((silent.working_days(&CALENDAR, &zone(), now), silent.is_late(now)), (3, true));
    life.at("2018-11-08 08:00", "congan1", 0, acknowledge()).unwrap();
    let known = last(&life);
    assert_eq!((known.taken_at, known.person.clone()), (Some(now), person()));
    life.at("2018-11-12 16:00", "congan1", 0, answer(Outcome::Grant, "")).unwrap();
    let stays = stays(&life.events);
    assert_eq!(stays.iter().map(|stay| stay.office.as_str()).collect::<Vec<_>>(), [ONE_STOP, POLICE, LEADERS]);
    // From Monday to Monday, however much later somebody looks; what comes then is not theirs.
    assert_eq!(stays[1].working_days(&CALENDAR, &zone(), on("2018-12-20 08:00")), 5);
    assert_eq!((stays[1].due_at.map(wall).as_deref(), stays[1].is_late(now)), (Some("2018-11-06 09:00"), true));
    assert_eq!(stays[2].working_days(&CALENDAR, &zone(), on("2018-11-13 08:00")), 1);
}

#[test]
fn the_control_slip_has_a_line_for_each_stay_with_who_gave_and_who_took() {
    // [LET-03]
    let slip = || Command::Forward { note: String::new(), slip: Some("BG-7".into()) };
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, route());
    life.at("2018-11-05 09:00", "motcua1", 0, slip()).unwrap();
    life.at("2018-11-05 10:00", "tuphap2", 0, Command::Claim).unwrap();
    life.at("2018-11-05 11:00", "tuphap2", 0, Command::SendBack { to: 0, reason: "Thiếu đơn".into() }).unwrap();
    life.at("2018-11-06 08:00", "motcua2", 0, forward()).unwrap();
    life.at("2018-11-06 09:00", "tuphap1", 0, forward()).unwrap();
    life.at("2018-11-06 10:00", "motcua1", 0, withdraw()).unwrap();
    let lines: Vec<_> = stays(&life.events)
        .into_iter()
        .map(|stay| {
            let (from, to) = (wall(stay.from), wall(stay.to.unwrap()));
            (stay.step, from, to, stay.ended_by.unwrap(), stay.taken_by, stay.slip)
        })
        .collect();
    let line = |step, from: &str, to: &str, ended: &str, taken: Option<&str>, slip: Option<&str>| {
        let at = |hour: &str| format!("2018-11-0{hour}:00");
        (step, at(from), at(to), ended.to_owned(), taken.map(str::to_owned), slip.map(str::to_owned))
    };
    assert_eq!(
        lines,
        [
            line(0, "5 08", "5 09", "motcua1", Some("motcua1"), None),
            line(1, "5 09", "5 11", "tuphap2", Some("tuphap2"), Some("BG-7")),
            line(0, "5 11", "6 08", "motcua2", Some("motcua2"), None),
            line(1, "6 08", "6 09", "tuphap1", Some("tuphap1"), None),
            line(2, "6 09", "6 10", "motcua1", None, None),
        ]
    );
}

#[test]
fn legs_stay_each_at_its_own_office_and_a_reopened_lead_stays_there_again() {
    // [LET-03] [RTE-06]
    let mut life = routes::joined(Outcome::Refuse);
    life.at("2018-11-06 14:00", "chutich", 0, back("Xem lại")).unwrap();
    let told: Vec<_> = stays(&life.events)
        .into_iter()
        .map(|stay| format!("{} {} {}", stay.task, stay.office, stay.to.map_or_else(|| "…".into(), wall)))
        .collect();
    assert_eq!(
        told,
        [
            format!("0 {ONE_STOP} 2018-11-05 09:00"),
            "1 huyen/finance 2018-11-06 08:00".to_owned(),
            format!("2 {JUSTICE} 2018-11-06 09:00"),
            format!("3 {POLICE} 2018-11-06 11:00"),
            format!("2 {JUSTICE} 2018-11-06 10:00"),
            format!("0 {LEADERS} 2018-11-06 14:00"),
            format!("2 {JUSTICE} …"),
        ]
    );
}

#[test]
fn where_legs_meet_each_of_them_gives() {
    // [LET-03] [RTE-06]
    let mut life = routes::joined(Outcome::Refuse);
    life.at("2018-11-06 14:00", "chutich", 0, back("Xem lại")).unwrap();
    let stays = stays(&life.events);
    let told: Vec<_> = hand_overs(&stays)
        .into_iter()
        .map(|given| format!("{} {}", given.from.office, given.to.map_or("…", |to| to.office.as_str())))
        .collect();
    let line = |from: &str, to: &str| format!("{from} {to}");
    assert_eq!(
        told,
        [
            line(ONE_STOP, "huyen/finance"),
            line(ONE_STOP, JUSTICE),
            line(ONE_STOP, POLICE),
            line(JUSTICE, JUSTICE),
            line("huyen/finance", LEADERS),
            line(POLICE, LEADERS),
            line(JUSTICE, LEADERS),
            line(LEADERS, JUSTICE),
        ]
    );
}

#[test]
fn a_stay_whose_time_stands_is_not_late_meanwhile() {
    // [CLK-26] [LET-03]
    let mut life = Life::received("2018-11-05 09:00", working_days(10), Restart, route());
    life.at("2018-11-05 09:30", "motcua1", 0, forward()).unwrap();
    life.at("2018-11-05 10:30", "tuphap1", 0, ask_for("")).unwrap();
    let last = |life: &Life| stays(&life.events).pop().unwrap();
    assert_eq!(
        (last(&life).taken_by.as_deref(), last(&life).is_late(on("2018-11-09 08:00"))),
        (Some("tuphap1"), false)
    );
    life.at("2018-11-09 16:00", "motcua1", 0, complete()).unwrap();
    assert_eq!(last(&life).due_at.map(wall).as_deref(), Some("2018-11-12 09:30"));
}

// --- consultation ------------------------------------------------------------------------------------------------------

fn consult(office: &str, by: &str) -> Command {
    Command::Consult { office: office.into(), question: "Có nợ thuế không?".into(), answer_by: on(by) }
}

fn opinion() -> Command {
    Command::AnswerConsultation { answer: "Không nợ".into(), person: String::new() }
}

/// The justice office has asked the finance office on Monday at 10:00, until Tuesday at 17:00.
fn consulted() -> Life {
    let mut route = route();
    route.remove(2);
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, route);
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    life.at("2018-11-05 10:00", "tuphap1", 0, consult("huyen/finance", "2018-11-06 17:00")).unwrap();
    life
}

#[test]
fn a_consultation_waits_at_the_office_that_is_asked_and_stops_no_clock() {
    // [RTE-09] [DOS-09]
    let mut life = consulted();
    let due = life.due();
    assert_eq!((life.open(), due.as_deref()), (vec![0, FINANCE_DESK], Some("2018-11-19 17:00")));
    let task = life.state.task(FINANCE_DESK).unwrap();
    assert_eq!(
        (task.kind, task.office, task.due_at),
        (TaskKind::Consultation, "huyen/finance", Some(on("2018-11-06 17:00")))
    );
    assert!(may_see(&life.state, &who("taichinh1")), "who is asked sees what it is about");
    assert_eq!(life.state.task_for(&who("taichinh1")), FINANCE_DESK);
    assert!(matches!(
        life.at("2018-11-06 08:00", "tuphap2", FINANCE_DESK, opinion()),
        Err(Refusal::NotYourStep { .. })
    ));
    for command in [Command::Claim, forward(), propose(Outcome::Grant), paper(), Command::Confirm] {
        assert!(life.at("2018-11-06 08:00", "taichinh1", FINANCE_DESK, command).is_err());
    }
    life.at("2018-11-06 08:00", "taichinh1", FINANCE_DESK, opinion()).unwrap();
    let answer = life.state.consultations[0].answer.clone().unwrap();
    assert_eq!((answer.text.as_str(), answer.by.as_str(), answer.late), ("Không nợ", "taichinh1", false));
    assert_eq!((life.open(), life.due()), (vec![0], due));
    assert_eq!(life.at("2018-11-06 09:00", "taichinh1", FINANCE_DESK, opinion()), Err(Refusal::WrongStep));
}

#[test]
fn a_late_answer_is_taken_and_marked_also_when_the_main_route_has_gone_on() {
    // [RTE-09]
    let mut life = consulted();
    life.at("2018-11-06 09:00", "tuphap1", 0, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-06 10:00", "truong", 0, approve()).unwrap();
    life.at("2018-11-06 11:00", "chutich", 0, approve()).unwrap();
    assert_eq!((life.state.status, life.open()), (Status::Ready, vec![0, FINANCE_DESK]));
    life.at("2018-11-06 17:01", "taichinh1", FINANCE_DESK, opinion()).unwrap();
    assert!(life.state.consultations[0].answer.as_ref().unwrap().late);
}

#[test]
fn when_the_dossier_is_closed_nobody_is_asked_any_more() {
    // [RTE-09] [DOS-10]
    let mut life = consulted();
    life.at("2018-11-06 09:00", "motcua1", 0, withdraw()).unwrap();
    assert!(life.open().is_empty());
    assert_eq!(life.at("2018-11-06 10:00", "taichinh1", FINANCE_DESK, opinion()), Err(Refusal::Closed));
}

#[test]
fn several_offices_are_asked_each_with_its_own_time_but_not_ones_own() {
    // [RTE-09]
    let mut life = consulted();
    let own = life.at("2018-11-05 11:00", "tuphap1", 0, consult(JUSTICE, "2018-11-07 17:00"));
    assert_eq!(own, Err(Refusal::OwnOffice));
    let past = life.at("2018-11-05 11:00", "tuphap1", 0, consult("huyen/finance", "2018-11-05 11:00"));
    assert_eq!(past, Err(Refusal::AnswerByPast));
    let nothing = Command::Consult { office: LEADERS.into(), question: " ".into(), answer_by: on("2018-11-07 17:00") };
    assert_eq!(life.at("2018-11-05 11:00", "tuphap1", 0, nothing), Err(Refusal::TextMissing));
    life.at("2018-11-05 11:00", "tuphap1", 0, consult(POLICE, "2018-11-07 17:00")).unwrap();
    assert_eq!(life.open(), [0, FINANCE_DESK, FINANCE_DESK + 1]);
    life.at("2018-11-06 08:00", "congan1", FINANCE_DESK + 1, opinion()).unwrap();
    assert_eq!(life.open(), [0, FINANCE_DESK]);
    // The counter asks nobody: it does not examine.
    let mut life = Life::begin();
    assert_eq!(life.act("motcua1", consult(JUSTICE, "2018-11-07 17:00")), Err(Refusal::WrongStep));
}
