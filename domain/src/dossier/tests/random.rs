//! Whatever people do in whatever order, the promises of the state hold.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;
use crate::figures::{Fact, Formally, PublicEvent, Retold};

/// Everybody, and those who stand in for them.
fn pool() -> Vec<Officer> {
    let for_whom = |whom: &str, office: &str, role| Post { acting_for: Some(whom.into()), ..Post::own(office, role) };
    let mut pool = people();
    let mut colleague = who("tuphap2");
    colleague.posts.push(for_whom("tuphap1", JUSTICE, Role::Specialist));
    let mut everywhere = officer("thay", &[("huyen/secretariat", Role::Specialist)]);
    everywhere.posts.extend([
        for_whom("tuphap1", JUSTICE, Role::Specialist),
        for_whom("truong", JUSTICE, Role::OfficeHead),
        for_whom("motcua1", ONE_STOP, Role::OneStopOfficer),
        for_whom("chutich", LEADERS, Role::Leader),
    ]);
    pool.extend([colleague, everywhere]);
    pool.push(officer("caca", &[(JUSTICE, Role::Specialist), (JUSTICE, Role::OfficeHead)]));
    pool
}

static POOL: LazyLock<Vec<Officer>> = LazyLock::new(pool);

fn any_route() -> impl Strategy<Value = Vec<Step>> {
    let mut straight = routes::with_legs();
    straight.remove(2);
    let mut long = routes::with_legs();
    long.insert(2, step(StepKind::Work, "huyen/finance", Role::Specialist));
    long.insert(3, long[1].clone());
    let mut outside = route();
    outside[2] = step(StepKind::Outside, routes::POLICE, Role::Specialist);
    outside[3].four_eyes = true;
    select(vec![route(), routes::with_legs(), straight, long, outside])
}

fn any_start() -> impl Strategy<Value = Life> {
    let kind =
        select(vec![LimitKind::WorkingDays, LimitKind::WorkingDays, LimitKind::CalendarDays, LimitKind::WorkingHours]);
    let law = select(vec![AfterSupplement::Restart, AfterSupplement::Pause]);
    (any_route(), kind, 1u32..25, law, 0..9).prop_map(|(route, kind, count, law, walked)| {
        let mut life = Life::received("2018-03-05 09:00", Limit { kind, count }, law, route);
        (0..walked).for_each(|_| walk_on(&mut life));
        life
    })
}

/// The next thing that a plain day brings.
fn walk_on(life: &mut Life) {
    let Some(task) = life.state.tasks().into_iter().next() else { return };
    let (number, person) = (task.number, "Đội trưởng".to_owned());
    let by = POOL.iter().find(|by| can_act(&life.state, &task, by)).unwrap();
    let next = life.state.chain(number).get(life.state.at(number) as usize + 1).map(|step| step.kind);
    let works_next = matches!(next, Some(StepKind::Work | StepKind::Outside | StepKind::Parallel));
    let command = match task.kind {
        TaskKind::Step(StepKind::Sign) => approve(),
        TaskKind::Step(StepKind::Outside) => Command::Answer { outcome: Outcome::Grant, note: String::new(), person },
        TaskKind::Step(StepKind::Work) if !works_next => propose(Outcome::Grant),
        TaskKind::Step(StepKind::Return) => return,
        _ => forward(),
    };
    life.by(by, on("2018-03-05 09:00"), number, command).unwrap();
}

fn any_command() -> impl Strategy<Value = Command> {
    let words = || select(vec!["", " ", "Lý do", "Đồng ý", "Lý do", "Đồng ý"]).prop_map(str::to_owned);
    let outcome = || select(vec![Outcome::Grant, Outcome::Grant, Outcome::Refuse]);
    let slip = prop::option::of(Just("BG-1".to_owned()));
    let walk = prop_oneof![
        Just(Command::Claim),
        Just(Command::Confirm),
        (words(), slip).prop_map(|(note, slip)| Command::Forward { note, slip }),
        (outcome(), words()).prop_map(|(outcome, note)| Command::Propose { outcome, note }),
        words().prop_map(|note| Command::Approve { note }),
        words().prop_map(|note| Command::Approve { note }),
        words().prop_map(|reason| Command::Return { reason }),
        (0u32..6, words()).prop_map(|(to, reason)| Command::SendBack { to, reason }),
        (0..POOL.len()).prop_map(|at| Command::Assign { to: POOL[at].clone() }),
        words().prop_map(|title| Command::AttachResult(ResultPaper {
            title,
            file: FileRef { sha256: "0".repeat(64), name: "a.pdf".into(), media: "application/pdf".into(), bytes: 1 },
            person: String::new(),
        })),
        Just(Command::ReceiveResult { slip: "KQ-1".into() }),
        (words(), prop::option::of(words())).prop_map(|(name, authority)| Command::HandOver(Recipient {
            name,
            id_number: None,
            authority
        })),
        (words(), words()).prop_map(|(reason, note)| Command::Correct {
            reason,
            particulars: Box::new(Particulars { note, ..particulars() })
        }),
    ];
    let clock = prop_oneof![
        words().prop_map(|again| ask_for(&again)),
        Just(complete()),
        (0i64..2, words()).prop_map(|(amount, reason)| Command::AskPayment { amount, reason }),
        words().prop_map(|reference| Command::ReceivePayment { reference }),
        words().prop_map(|reason| Command::BeginOutage { reason }),
        Just(Command::EndOutage),
        (1i8..=12, 1i8..=28, words())
            .prop_map(|(month, day, reason)| Command::Extend { to: jiff::civil::date(2018, month, day), reason }),
        words().prop_map(|reason| Command::Recompute { reason }),
    ];
    let others = prop_oneof![
        (select(vec![JUSTICE, "huyen/finance", routes::POLICE]), words(), 0i64..9).prop_map(
            |(office, question, days)| {
                Command::Consult {
                    office: office.into(),
                    question,
                    answer_by: on("2018-06-01 09:00") + jiff::SignedDuration::from_hours(days * 24),
                }
            }
        ),
        (words(), words()).prop_map(|(answer, person)| Command::AnswerConsultation { answer, person }),
        words().prop_map(|person| Command::Acknowledge { person }),
        (words(), words()).prop_map(|(question, person)| Command::Ask { question, person }),
        words().prop_map(|answer| Command::Reply { answer }),
        words().prop_map(|answer| Command::Reply { answer }),
        (outcome(), words(), words()).prop_map(|(outcome, note, person)| Command::Answer { outcome, note, person }),
    ];
    let ends = prop_oneof![
        words().prop_map(|reason| Command::Withdraw { reason, fee: String::new() }),
        words().prop_map(|reason| Command::Stop { reason, ground: String::new(), fee: String::new() }),
    ];
    prop_oneof![8 => walk, 4 => clock, 4 => others, 1 => ends]
}

/// One thing somebody does: mostly somebody whose turn it is, else anybody at anything.
#[derive(Debug, Clone)]
struct Deed {
    aimed: bool,
    who: usize,
    task: usize,
    minutes: i64,
    command: Command,
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let minutes = select(vec![0i64, 1, 30, 90, 240, 1440, 1440, 4 * 1440]);
    (select(vec![true, true, true, true, false]), 0..POOL.len(), 0usize..6, minutes, any_command())
        .prop_map(|(aimed, who, task, minutes, command)| Deed { aimed, who, task, minutes, command })
}

impl Deed {
    fn aim(&self, dossier: &Dossier) -> (&'static Officer, u32) {
        let anybody = &POOL[self.who];
        let tasks = dossier.tasks();
        if !self.aimed || tasks.is_empty() {
            return (anybody, [0, 1, 2, 3, CONSULTATION + 1, u32::MAX][self.task]);
        }
        let fits = |task: &&Task| match self.command {
            Command::AnswerConsultation { .. } => task.kind == TaskKind::Consultation,
            Command::Acknowledge { .. } | Command::Ask { .. } | Command::Reply { .. } => {
                task.kind == TaskKind::Step(StepKind::Outside)
            }
            Command::Approve { .. } | Command::Return { .. } => task.kind == TaskKind::Step(StepKind::Sign),
            _ => false,
        };
        let task = tasks.iter().find(fits).unwrap_or(&tasks[self.task % tasks.len()]);
        let one_stop = || POOL.iter().find(|by| by.account == "motcua1");
        let leader = || POOL.iter().find(|by| by.account == "chutich");
        let turn = match self.command {
            Command::Correct { .. } | Command::Withdraw { .. } | Command::Reply { .. } => one_stop(),
            Command::ReceiveSupplement { .. } | Command::ReceivePayment { .. } => one_stop(),
            Command::Extend { .. } | Command::Stop { .. } | Command::Recompute { .. } => leader(),
            Command::BeginOutage { .. } | Command::EndOutage => leader(),
            _ => POOL.iter().cycle().skip(self.who).take(POOL.len()).find(|by| can_act(dossier, task, by)),
        };
        (turn.unwrap_or(anybody), task.number)
    }
}

fn live(mut life: Life, deeds: &[Deed], seen: &RefCell<BTreeSet<&'static str>>) -> Result<(), TestCaseError> {
    let mut now = life.events[0].at;
    for deed in deeds {
        now += jiff::SignedDuration::from_mins(deed.minutes);
        let (before, known) = (life.state.clone(), life.events.len());
        let (by, task) = deed.aim(&before);
        if life.by(by, now, task, deed.command.clone()).is_err() {
            prop_assert_eq!(&before, &life.state);
            continue;
        }
        let new = &life.events[known..];
        seen.borrow_mut().extend(new.iter().map(|recorded| recorded.event.kind()));
        moved(&before, &life.state, new)?;
        holds(&life.state, now)?;
    }
    whole(&life)
}

/// What an act may change.
fn moved(before: &Dossier, after: &Dossier, new: &[Recorded]) -> Result<(), TestCaseError> {
    prop_assert!(!before.status.is_closed(), "[DOS-10]");
    prop_assert_eq!(after.version, before.version + new.len() as i64);
    prop_assert!(!new.is_empty() && after.receipt >= before.receipt);
    prop_assert_eq!((&after.code, &after.promise, &after.subject), (&before.code, &before.promise, &before.subject));
    // [RTE-06] A leg works again only when the dossier comes back to it.
    let came = |recorded: &Recorded| {
        matches!(
            recorded.event,
            Event::Forwarded { task: 0, .. } | Event::SentBack { task: 0, .. } | Event::Returned { task: 0, .. }
        )
    };
    let reopened =
        before.legs.iter().zip(&after.legs).any(|(old, new)| old.answered_at.is_some() && new.answered_at.is_none());
    // [RTE-13] Or, the lead's, when a refusal beside it was the last answer.
    let weighed = new.windows(2).any(|pair| match [&pair[0].event, &pair[1].event] {
        [Event::LegAnswered { task: last }, Event::Returned { task, .. }] => last != task,
        _ => false,
    });
    prop_assert!(!reopened || weighed || new.iter().any(came));
    // [DOS-14] Whoever waits does not go on; only when it was sent back to the legs, they bring it forward to where it waits.
    let went = |recorded: &Recorded| match recorded.event {
        Event::LegAnswered { task } | Event::Forwarded { task, .. } => Some(task),
        _ => None,
    };
    prop_assert!(new.iter().find_map(went).is_none_or(|task| !before.waits(task)));
    Ok(())
}

/// What holds of a dossier at any time.
fn holds(dossier: &Dossier, now: Timestamp) -> Result<(), TestCaseError> {
    use Status::{Ready, Returned, Stopped, Withdrawn};
    let settled = matches!(dossier.status, Ready | Returned | Withdrawn | Stopped);
    prop_assert_eq!(dossier.settled_at.is_some(), settled, "[DOS-06] [DOS-18]");
    prop_assert_eq!(dossier.closed_at.is_some(), dossier.status.is_closed());
    prop_assert!((dossier.step as usize) < dossier.subject.route.len());
    // [DOS-13]
    prop_assert_eq!(dossier.due_at().is_none(), dossier.paused().is_some());
    prop_assert!(dossier.last_due_at().is_some());
    // [OTR-02] [OTR-03] Without the extension it is due no later, and the same where there is none.
    prop_assert!(dossier.firm_due_at() <= dossier.last_due_at());
    prop_assert!(!dossier.extensions.is_empty() || dossier.firm_due_at() == dossier.last_due_at());
    let fact = Fact::of(dossier, &zone()).unwrap();
    // [REP-02] By the date in force it is late exactly when the dossier says so.
    let late = fact.settled.map(|settled| settled.formally == Formally::Late);
    prop_assert_eq!(late, dossier.settled_at.map(|at| dossier.due_at().is_some_and(|due| at > due)));
    for stand in dossier.standstills.iter().filter(|stand| stand.is_open()) {
        let twin = dossier.standstills.iter().filter(|other| other.is_open() && other.kind == stand.kind);
        prop_assert_eq!(twin.count(), 1);
    }
    let tasks = dossier.tasks();
    prop_assert_eq!(tasks.is_empty(), dossier.status.is_closed(), "[DOS-10]");
    prop_assert!(tasks.windows(2).all(|pair| pair[0].number < pair[1].number));
    for task in &tasks {
        prop_assert!(dossier.offices().any(|office| office == task.office), "[DOS-09]");
        prop_assert_eq!(dossier.task(task.number), Some(task.clone()));
        if let Some(holder) = task.holder {
            // [DOS-03] [SUB-01] What is held is held by somebody who has the post in their own right.
            let owns = |by: &Officer| by.account == holder && by.posts.contains(&Post::own(task.office, task.role));
            prop_assert!(POOL.iter().any(owns), "{} holds {:?}", holder, task);
        }
    }
    // The main route or its legs, never both; in front of a signature lies a proposal.
    let main = tasks.iter().any(|task| task.number == 0);
    let legs = tasks.iter().any(|task| (1..CONSULTATION).contains(&task.number));
    prop_assert!(tasks.is_empty() || main != legs);
    for task in tasks.iter().filter(|task| task.kind == TaskKind::Step(StepKind::Sign)) {
        let proposal = dossier.leg(task.number).map_or(&dossier.proposal, |leg| &leg.proposal);
        prop_assert!(proposal.is_some(), "[DOS-05]");
    }
    for (number, leg) in (1..).zip(&dossier.legs) {
        prop_assert!(leg.answered_at.is_none() || leg.proposal.is_some());
        if leg.answered_at.is_some() && !dossier.status.is_closed() {
            let late = decide_at(dossier, now, &POOL[0], number, Command::Claim);
            prop_assert_eq!(late, Err(Refusal::AlreadyAnswered), "[RTE-06]");
        }
    }
    prop_assert_eq!(dossier.refusal.is_some(), dossier.outcome() == Some(Outcome::Refuse), "[DOS-07]");
    both_answers(dossier)
}

/// The national index knows neither restart nor extension: it never comes later than the promise. [CLK-23]
fn both_answers(dossier: &Dossier) -> Result<(), TestCaseError> {
    let (Some(due), Some(national)) = (dossier.last_due_at(), dossier.national_due_at()) else { return Ok(()) };
    prop_assert!(national <= due, "{} {}", national, due);
    let promise = dossier.promise.as_ref().unwrap();
    if promise.after_supplement == AfterSupplement::Pause && dossier.extensions.is_empty() {
        prop_assert_eq!(national, due);
    }
    Ok(())
}

/// What holds of a whole life.
fn whole(life: &Life) -> Result<(), TestCaseError> {
    // [DOS-01]
    let text = serde_json::to_string(&life.events).unwrap();
    let read: Vec<Recorded> = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(&read, &life.events);
    prop_assert_eq!(Dossier::fold(&read), Some(life.state.clone()));
    let kept: Dossier = serde_json::from_str(&serde_json::to_string(&life.state).unwrap()).unwrap();
    prop_assert_eq!(&kept, &life.state);
    // [OPN-07] What is published comes to the same: all but which office leads, who stopped the clock and whether a file answered.
    let told: Vec<PublicEvent> = life.events.iter().map(PublicEvent::of).collect();
    let mut retold = Retold::begin(&told[0]).unwrap();
    told[1..].iter().for_each(|event| retold.apply(event));
    let mut fact = Fact::of(&life.state, &zone()).unwrap();
    fact.unit.office.clear();
    fact.stood.iter_mut().for_each(|stood| stood.by.clear());
    fact.scored.electronic = false;
    prop_assert_eq!(retold.fact(&|at| zone().to_datetime(at).date()), fact, "[OPN-07]");
    // [LET-03] Each task is in one place at a time, and where it is open the slip says so.
    let stays = stays(&life.events);
    let mut open: Vec<u32> = stays.iter().filter(|stay| stay.to.is_none()).map(|stay| stay.task).collect();
    open.sort_unstable();
    let tasks: Vec<u32> = life.open().into_iter().filter(|task| *task < CONSULTATION).collect();
    prop_assert_eq!(open, tasks);
    for (at, stay) in stays.iter().enumerate() {
        prop_assert!(stay.to.is_none_or(|to| to >= stay.from));
        let next = stays[at + 1..].iter().find(|later| later.task == stay.task);
        prop_assert!(next.is_none_or(|next| stay.to.is_some_and(|to| to <= next.from)));
    }
    Ok(())
}

#[test]
fn random_commands_keep_every_promise_of_the_state() {
    // [DOS-01] [DOS-02] [DOS-03] [DOS-10] [DOS-11] [DOS-13] [DOS-18] [RTE-06]
    let seen = RefCell::new(BTreeSet::new());
    let lives = (any_start(), prop::collection::vec(any_deed(), 0..70));
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let run = TestRunner::new(config).run(&lives, |(life, deeds)| live(life, &deeds, &seen));
    run.unwrap_or_else(|failure| panic!("{failure}"));
    // The lives are worth looking at only if everything happened in them.
    let seen = seen.into_inner();
    for kind in ["returned", "sent_back", "leg_answered", "supplement_received", "payment_received", "outage_ended"] {
        assert!(seen.contains(kind), "{kind} never happened");
    }
    for kind in ["extended", "withdrawn", "stopped", "consultation_answered", "question_answered", "acknowledged"] {
        assert!(seen.contains(kind), "{kind} never happened");
    }
    for kind in
        ["letter_issued", "handed_over", "confirmed", "assigned", "corrected", "result_attached", "result_received"]
    {
        assert!(seen.contains(kind), "{kind} never happened");
    }
}
