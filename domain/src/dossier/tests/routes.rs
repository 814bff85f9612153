//! Legs at the same time, slips, consultations, four eyes. 2018-11-05 is a Monday.

use super::*;
use crate::procedure::Leg;
use AfterSupplement::Restart;

pub(super) const POLICE: &str = "congan/police";
const FINANCE: &str = "huyen/finance";
/// Index of the parallel step.
const LEGS: u32 = 1;
/// The legs; the second leads.
pub(super) const CHECK: u32 = 1;
pub(super) const LEAD: u32 = 2;
pub(super) const OUTSIDE: u32 = 3;

fn leg(key: &str, lead: bool, steps: Vec<Step>) -> Leg {
    Leg { key: key.into(), title: key.into(), lead, steps }
}

/// Finance, justice with its head, and the police at the same time; then the leaders.
pub(super) fn with_legs() -> Vec<Step> {
    let work = |office: &str| step(StepKind::Work, office, Role::Specialist);
    let legs = vec![
        leg("finance", false, vec![work(FINANCE)]),
        leg("justice", true, vec![work(JUSTICE), step(StepKind::Sign, JUSTICE, Role::OfficeHead)]),
        leg("police", false, vec![Step { hours: 16, ..step(StepKind::Outside, POLICE, Role::Specialist) }]),
    ];
    vec![
        step(StepKind::Intake, ONE_STOP, Role::OneStopOfficer),
        Step { legs, ..step(StepKind::Parallel, "", Role::Specialist) },
        step(StepKind::Sign, LEADERS, Role::Leader),
        step(StepKind::Return, ONE_STOP, Role::OneStopOfficer),
    ]
}

fn in_legs() -> Life {
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, with_legs());
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    life
}

fn answered_outside(outcome: Outcome) -> Command {
    Command::Answer { outcome, note: "Đã xác minh".into(), person: "Đội trưởng".into() }
}

/// Every leg has answered, the lead as said.
pub(super) fn joined(outcome: Outcome) -> Life {
    let mut life = in_legs();
    life.at("2018-11-06 08:00", "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-06 09:00", "tuphap1", LEAD, propose(outcome)).unwrap();
    life.at("2018-11-06 10:00", "truong", LEAD, approve()).unwrap();
    life.at("2018-11-06 11:00", "congan1", OUTSIDE, answered_outside(Outcome::Refuse)).unwrap();
    life
}

#[test]
fn legs_are_walked_at_the_same_time_and_the_dossier_goes_on_when_the_last_has_answered() {
    // [RTE-03] [RTE-06]
    let mut life = in_legs();
    assert_eq!(life.open(), [CHECK, LEAD, OUTSIDE]);
    life.at("2018-11-06 08:00", "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.open(), [LEAD, OUTSIDE]);
    life.at("2018-11-06 09:00", "tuphap1", LEAD, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.state.task(LEAD).unwrap().kind, TaskKind::Step(StepKind::Sign));
    life.at("2018-11-06 10:00", "congan1", OUTSIDE, answered_outside(Outcome::Refuse)).unwrap();
    assert_eq!((life.open(), life.state.step), (vec![LEAD], LEGS));
    life.at("2018-11-06 11:00", "truong", LEAD, approve()).unwrap();
    assert_eq!((life.open(), life.state.step), (vec![0], LEGS + 1));
    // The lead's answer is what it goes on with; the others stand beside it.
    let answers: Vec<_> = life.state.legs.iter().map(|leg| leg.proposal.as_ref().unwrap().outcome).collect();
    assert_eq!(
        (life.state.outcome(), answers),
        (Some(Outcome::Grant), vec![Outcome::Grant, Outcome::Grant, Outcome::Refuse])
    );
    assert_eq!(life.state.proposal.as_ref().unwrap().by, "tuphap1");
    assert_eq!(Dossier::fold(&life.events).as_ref(), Some(&life.state));
}

#[test]
fn a_leg_that_has_answered_answers_no_more() {
    // [RTE-06]
    let mut life = in_legs();
    life.at("2018-11-06 08:00", "congan1", OUTSIDE, answered_outside(Outcome::Grant)).unwrap();
    let again = |life: &mut Life| life.at("2018-11-06 09:00", "congan1", OUTSIDE, answered_outside(Outcome::Refuse));
    assert_eq!(again(&mut life), Err(Refusal::AlreadyAnswered));
    let mut life = joined(Outcome::Grant);
    assert_eq!(again(&mut life), Err(Refusal::AlreadyAnswered), "nor when the dossier has gone on");
    assert_eq!(life.at("2018-11-06 12:00", "congan1", 9, answered_outside(Outcome::Grant)), Err(Refusal::WrongStep));
}

#[test]
fn each_leg_has_its_own_time_and_holder() {
    // [RTE-03] [CLK-26] [DOS-03] [DOS-04]
    let mut life = in_legs();
    assert_eq!(life.step_due(CHECK).as_deref(), Some("2018-11-05 14:30"));
    assert_eq!(life.step_due(OUTSIDE).as_deref(), Some("2018-11-07 09:00"));
    life.at("2018-11-05 10:00", "tuphap1", LEAD, Command::Claim).unwrap();
    let held = Err(Refusal::HeldBy { account: "tuphap1".into() });
    assert_eq!(life.at("2018-11-05 10:01", "tuphap2", LEAD, propose(Outcome::Grant)), held);
    assert!(matches!(life.at("2018-11-05 10:01", "taichinh1", LEAD, Command::Claim), Err(Refusal::NotYourStep { .. })));
    life.at("2018-11-05 10:02", "truong", LEAD, Command::Assign { to: who("tuphap2") }).unwrap();
    let holders: Vec<_> = life.state.tasks().iter().map(|task| task.holder.map(str::to_owned)).collect();
    assert_eq!(holders, [None, Some("tuphap2".into()), None]);
    assert_eq!(life.state.holder, None);
    life.at("2018-11-05 10:03", "tuphap2", LEAD, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.state.task(LEAD).unwrap().holder, None, "the next step of the leg is nobody's yet");
}

#[test]
fn whoever_says_no_leg_means_the_one_they_can_act_in() {
    let mut life = in_legs();
    let meant = |life: &Life, by: &str| life.state.task_for(&who(by));
    assert_eq!([meant(&life, "taichinh1"), meant(&life, "tuphap1"), meant(&life, "congan1")], [CHECK, LEAD, OUTSIDE]);
    assert_eq!(meant(&life, "truong"), LEAD, "a head means a task of the office, also before it is theirs to sign");
    life.at("2018-11-05 10:00", "tuphap1", LEAD, Command::Claim).unwrap();
    assert_eq!(meant(&life, "tuphap2"), LEAD, "of the office, though a colleague holds it");
    assert_eq!(meant(&life, "motcua1"), CHECK, "else the first");
}

#[test]
fn inside_a_leg_a_head_returns_and_nobody_leaves_it_backwards() {
    // [DOS-07] [RTE-06]
    let mut life = in_legs();
    let to_counter = Command::SendBack { to: 0, reason: "Thiếu".into() };
    assert_eq!(life.at("2018-11-05 10:00", "tuphap1", LEAD, to_counter.clone()), Err(Refusal::NotEarlier));
    life.at("2018-11-05 11:00", "tuphap1", LEAD, propose(Outcome::Refuse)).unwrap();
    assert_eq!(life.at("2018-11-05 13:00", "truong", LEAD, to_counter), Err(Refusal::WrongStep), "a head returns");
    life.at("2018-11-05 14:00", "truong", LEAD, back("Chưa rõ")).unwrap();
    let leg = life.state.leg(LEAD).unwrap();
    assert_eq!((leg.step, &leg.proposal), (0, &None));
    assert_eq!(life.step_due(LEAD).as_deref(), Some("2018-11-06 08:30"), "four hours anew");
}

#[test]
fn returned_to_the_legs_only_the_lead_works_again_from_where_it_examined_last() {
    // [RTE-06]
    let mut life = joined(Outcome::Refuse);
    assert_eq!(life.state.refusal.as_deref(), Some("Đã xem"));
    life.at("2018-11-06 14:00", "chutich", 0, back("Xem lại")).unwrap();
    assert_eq!((life.open(), life.state.outcome(), life.state.refusal.clone()), (vec![LEAD], None, None));
    let leg = life.state.leg(LEAD).unwrap();
    assert_eq!((leg.step, leg.holder.clone(), leg.proposal.clone()), (0, None, None));
    assert_eq!(life.step_due(LEAD).as_deref(), Some("2018-11-07 08:30"), "four hours of its own, not of the first leg");
    assert!(life.state.leg(CHECK).unwrap().proposal.is_some(), "what the others answered stands");
    let other = life.at("2018-11-06 15:00", "taichinh1", CHECK, propose(Outcome::Grant));
    assert_eq!(other, Err(Refusal::AlreadyAnswered));
    life.at("2018-11-07 08:00", "tuphap2", LEAD, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-07 09:00", "truong", LEAD, approve()).unwrap();
    assert_eq!((life.open(), life.state.outcome()), (vec![0], Some(Outcome::Grant)));
}

#[test]
fn sent_back_before_the_legs_and_coming_again_all_begin_anew() {
    // [RTE-06]
    let mut life = joined(Outcome::Grant);
    life.at("2018-11-06 14:00", "chutich", 0, approve()).unwrap();
    life.at("2018-11-06 15:00", "motcua1", 0, Command::SendBack { to: 0, reason: "Sai tên".into() }).unwrap();
    assert_eq!((life.open(), life.state.settled_at), (vec![0], None));
    life.at("2018-11-06 16:00", "motcua1", 0, forward()).unwrap();
    assert_eq!(life.open(), [CHECK, LEAD, OUTSIDE]);
    assert!(life.state.legs.iter().all(|leg| leg.answered_at.is_none() && leg.proposal.is_none() && leg.step == 0));
}

#[test]
fn a_way_back_over_a_later_step_of_work_keeps_what_the_legs_answered() {
    // [RTE-06] After the legs comes a step of work: the leader returns there, and from there it goes back to the legs.
    let mut route = with_legs();
    route.insert(2, step(StepKind::Work, FINANCE, Role::Specialist));
    let mut life = joined_on(route);
    life.at("2018-11-07 08:00", "taichinh1", 0, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-07 09:00", "chutich", 0, back("Xem lại")).unwrap();
    assert_eq!((life.state.step, life.state.legs.iter().filter(|leg| leg.proposal.is_some()).count()), (2, 3));
    life.at("2018-11-07 10:00", "taichinh1", 0, Command::SendBack { to: LEGS, reason: "Chưa rõ".into() }).unwrap();
    assert_eq!(life.open(), [LEAD]);
}

#[test]
fn the_answers_of_one_parallel_step_are_not_those_of_another() {
    // [RTE-06]
    let mut route = with_legs();
    route.insert(2, route[1].clone());
    let mut life = joined_on(route);
    assert_eq!((life.state.step, life.open()), (2, vec![CHECK, LEAD, OUTSIDE]));
    answer_all(&mut life, 7);
    assert_eq!(life.state.step, 3);
    life.at("2018-11-08 08:00", "chutich", 0, approve()).unwrap();
    let sent = Command::SendBack { to: 1, reason: "Sai từ đầu".into() };
    life.at("2018-11-08 09:00", "motcua1", 0, sent).unwrap();
    assert_eq!((life.state.step, life.open()), (1, vec![CHECK, LEAD, OUTSIDE]), "its answers are gone: all work again");
    assert!(life.state.legs.iter().all(|leg| leg.due_at.is_some()));
}

fn joined_on(route: Vec<Step>) -> Life {
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, route);
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    answer_all(&mut life, 6);
    life
}

fn answer_all(life: &mut Life, day: i32) {
    let at = |hour: i32| format!("2018-11-0{day} {hour:02}:00");
    life.at(&at(8), "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
    life.at(&at(9), "tuphap1", LEAD, propose(Outcome::Grant)).unwrap();
    life.at(&at(10), "congan1", OUTSIDE, answered_outside(Outcome::Grant)).unwrap();
    life.at(&at(11), "truong", LEAD, approve()).unwrap();
}

#[test]
fn a_leg_that_asks_for_papers_waits_while_the_others_go_on() {
    // [DOS-14] [RTE-06]
    let mut life = in_legs();
    life.at("2018-11-05 10:00", "tuphap1", LEAD, ask_for("")).unwrap();
    assert_eq!((life.due(), life.step_due(LEAD)), (None, None));
    assert_eq!(life.step_due(CHECK).as_deref(), Some("2018-11-05 14:30"), "the time of the others goes on");
    assert_eq!(life.at("2018-11-05 11:00", "tuphap1", LEAD, propose(Outcome::Grant)), Err(Refusal::ClockStands));
    life.at("2018-11-05 11:00", "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-06 11:00", "congan1", OUTSIDE, answered_outside(Outcome::Grant)).unwrap();
    assert_eq!(life.open(), [LEAD]);
    life.at("2018-11-08 08:00", "motcua1", 0, complete()).unwrap();
    // Three of its four hours were left, and the limit runs anew from the 8th.
    assert_eq!(
        (life.step_due(LEAD).as_deref(), life.due().as_deref()),
        (Some("2018-11-08 11:00"), Some("2018-11-22 17:00"))
    );
    life.at("2018-11-08 09:00", "tuphap1", LEAD, propose(Outcome::Grant)).unwrap();
    life.at("2018-11-08 10:00", "truong", LEAD, approve()).unwrap();
    assert_eq!(life.state.step, LEGS + 1);
}

#[test]
fn a_refusal_of_the_lead_is_a_letter_when_the_last_leg_has_answered_and_nobody_signs_after() {
    // [LET-02] [RTE-06]
    let mut route = with_legs();
    route.remove(2);
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, route);
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    life.at("2018-11-06 09:00", "tuphap1", LEAD, propose(Outcome::Refuse)).unwrap();
    life.at("2018-11-06 10:00", "truong", LEAD, approve()).unwrap();
    life.at("2018-11-06 11:00", "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.state.letters, []);
    life.at("2018-11-07 08:00", "congan1", OUTSIDE, answered_outside(Outcome::Grant)).unwrap();
    assert_eq!((life.state.status, life.state.letters.len()), (Status::Ready, 1));
    assert_eq!(life.state.letters[0].letter, crate::letters::LetterKind::Refusal);
    let kinds: Vec<_> = life.events.iter().rev().take(4).map(|recorded| recorded.event.kind()).collect();
    assert_eq!(kinds, ["letter_issued", "forwarded", "leg_answered", "proposed"]);
}

#[test]
fn a_refusal_beside_the_lead_is_weighed_by_the_lead_where_nobody_signs_after() {
    // [RTE-13]
    let mut route = with_legs();
    route.remove(2);
    let begin = || {
        let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, route.clone());
        life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
        life.at("2018-11-05 10:00", "taichinh1", CHECK, propose(Outcome::Grant)).unwrap();
        life
    };
    let grants = |life: &mut Life, day: &str| {
        life.at(&format!("{day} 09:00"), "tuphap1", LEAD, propose(Outcome::Grant)).unwrap();
        life.at(&format!("{day} 10:00"), "truong", LEAD, approve()).unwrap();
    };
    let mut life = begin();
    grants(&mut life, "2018-11-06");
    life.at("2018-11-06 11:00", "congan1", OUTSIDE, answered_outside(Outcome::Refuse)).unwrap();
    assert_eq!((life.open(), life.state.status, life.state.outcome()), (vec![LEAD], Status::InProgress, None));
    let Event::Returned { reason, to: 0, .. } = &life.events.last().unwrap().event else { panic!("not returned") };
    assert!(reason.ends_with(": Đã xác minh"), "{reason}");
    grants(&mut life, "2018-11-07");
    assert_eq!((life.state.status, life.state.outcome()), (Status::Ready, Some(Outcome::Grant)));
    assert_eq!(Dossier::fold(&life.events).as_ref(), Some(&life.state));
    // Whoever answers last has read what the others said.
    let mut life = begin();
    life.at("2018-11-06 08:00", "congan1", OUTSIDE, answered_outside(Outcome::Refuse)).unwrap();
    grants(&mut life, "2018-11-06");
    assert_eq!(life.state.status, Status::Ready);
}

#[test]
fn papers_go_with_a_slip_and_taking_up_the_work_confirms_it() {
    // [RTE-07]
    let slip = || Command::Forward { note: String::new(), slip: Some("BG-7".into()) };
    let mut life = Life::begin();
    life.act("motcua1", slip()).unwrap();
    assert_eq!(life.state.task(0).unwrap().slip, Some("BG-7"));
    life.act("tuphap2", Command::Confirm).unwrap();
    assert_eq!(life.state.task(0).unwrap().slip, None);
    assert_eq!(life.act("tuphap2", Command::Confirm), Err(Refusal::NothingToConfirm));
    // Taking up the work is confirming it.
    let mut life = Life::begin();
    life.act("motcua1", slip()).unwrap();
    life.act("tuphap1", Command::Claim).unwrap();
    let kinds: Vec<_> = life.events.iter().map(|recorded| recorded.event.kind()).collect();
    assert_eq!(kinds, ["accepted", "forwarded", "confirmed", "claimed"]);
    // Whoever only assigns has not got it.
    let mut life = Life::begin();
    life.act("motcua1", slip()).unwrap();
    life.act("truong", Command::Assign { to: who("tuphap2") }).unwrap();
    assert_eq!(life.state.task(0).unwrap().slip, Some("BG-7"));
}

#[test]
fn a_slip_to_the_legs_is_confirmed_by_each() {
    // [RTE-07]
    let mut life = Life::received("2018-11-05 08:00", working_days(10), Restart, with_legs());
    let slip = Command::Forward { note: String::new(), slip: Some("BG-7".into()) };
    life.at("2018-11-05 09:00", "motcua1", 0, slip).unwrap();
    life.at("2018-11-05 10:00", "taichinh1", CHECK, Command::Confirm).unwrap();
    let slips: Vec<_> = life.state.tasks().iter().map(|task| task.slip.map(str::to_owned)).collect();
    assert_eq!(slips, [None, Some("BG-7".into()), Some("BG-7".into())]);
}

#[test]
fn a_route_that_leaves_the_agency_has_its_own_hours_before() {
    // [RTE-05]
    use crate::routing::own_hours;
    assert_eq!(own_hours(&route(), "huyen"), None, "nobody else has a part");
    assert_eq!(own_hours(&with_legs(), "huyen"), Some(4 + 8), "it leaves with the police only, its longest leg stays");
    let mut inside = with_legs();
    inside[1].legs.truncate(2);
    assert_eq!(own_hours(&inside, "huyen"), None, "legs within the agency leave nothing");
    inside.insert(2, step(StepKind::Work, "tinh/land", Role::Specialist));
    assert_eq!(own_hours(&inside, "huyen"), Some(4 + 8), "with its longest leg");
}

#[test]
fn what_comes_out_of_the_morning_is_to_be_handed_on_the_same_day() {
    // [RTE-07] Until then the counter has time.
    let Event::Accepted(mut acceptance) = accepted().event else { panic!("not accepted") };
    acceptance.hand_on_by = Some(on("2018-05-04 17:00"));
    let life = Life::of(recorded(1, at(0), "motcua1", Event::Accepted(acceptance)));
    assert_eq!(life.step_due(0).as_deref(), Some("2018-05-04 17:00"));
}
