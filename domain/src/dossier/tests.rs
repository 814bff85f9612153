#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used)]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::calendar::{Calendar, DayKind, DayRow, HoursRow, Period};
use crate::deadline::{AfterSupplement, PromiseTime};
use crate::identity::{Officer, Post, Role};
use crate::procedure::{Channel, Limit, LimitKind, Step, StepKind, Tier};

const ONE_STOP: &str = "huyen/one-stop";
const JUSTICE: &str = "huyen/justice";
const LEADERS: &str = "huyen/leaders";

fn step(kind: StepKind, office: &str, role: Role) -> Step {
    Step {
        kind,
        office: office.into(),
        role: role.as_str().into(),
        hours: 4,
        title: format!("{office} {}", role.as_str()),
        four_eyes: false,
        legs: Vec::new(),
    }
}

fn route() -> Vec<Step> {
    vec![
        step(StepKind::Intake, ONE_STOP, Role::OneStopOfficer),
        step(StepKind::Work, JUSTICE, Role::Specialist),
        step(StepKind::Work, "huyen/finance", Role::Specialist),
        step(StepKind::Sign, JUSTICE, Role::OfficeHead),
        step(StepKind::Sign, LEADERS, Role::Leader),
        step(StepKind::Return, ONE_STOP, Role::OneStopOfficer),
    ]
}

fn officer(account: &str, posts: &[(&str, Role)]) -> Officer {
    let posts = posts.iter().map(|(office, role)| Post::own(*office, *role)).collect();
    Officer { account: account.into(), agency: "huyen".into(), posts }
}

/// Everybody of the small office in these tests.
fn people() -> Vec<Officer> {
    vec![
        officer("motcua1", &[(ONE_STOP, Role::OneStopOfficer)]),
        officer("motcua2", &[(ONE_STOP, Role::OneStopOfficer)]),
        officer("tuphap1", &[(JUSTICE, Role::Specialist)]),
        officer("tuphap2", &[(JUSTICE, Role::Specialist)]),
        officer("taichinh1", &[("huyen/finance", Role::Specialist)]),
        officer("truong", &[(JUSTICE, Role::OfficeHead)]),
        officer("chutich", &[(LEADERS, Role::Leader)]),
        officer("kiemtra", &[("huyen/secretariat", Role::Auditor)]),
    ]
}

pub(super) fn who(account: &str) -> Officer {
    people().into_iter().find(|officer| officer.account == account).unwrap()
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_525_420_800 + second).unwrap()
}

fn particulars() -> Particulars {
    Particulars {
        applicant: Person { name: "Nguyễn Văn A".into(), phone: Some("0912345678".into()), ..Person::default() },
        acting: None,
        papers: vec![PaperIn { name: "Tờ khai".into(), originals: 1, certified: 0, copies: 0 }],
        sets: 1,
        fee: FeeDue { way: FeeWay::NoFee, amount: 0 },
        return_via: ReturnVia::Counter,
        note: String::new(),
    }
}

fn subject() -> Subject {
    Subject {
        procedure: "2.000815".into(),
        tier: Tier::District,
        version: 1,
        name: "Chứng thực bản sao".into(),
        field: "Chứng thực".into(),
        online_level: None,
        route: route(),
    }
}

pub(super) fn accepted() -> Recorded {
    let limit = Limit { kind: LimitKind::WorkingDays, count: 3 };
    let event = Event::Accepted(Box::new(Acceptance {
        code: "H-180504-0001".into(),
        agency: "huyen".into(),
        channel: Channel::Direct,
        subject: subject(),
        particulars: particulars(),
        promise: promise(limit),
        hand_on_by: None,
    }));
    recorded(1, at(0), "motcua1", event)
}

fn recorded(seq: i64, at: Timestamp, by: &str, event: Event) -> Recorded {
    Recorded { stream: "D".into(), seq, at, by: by.into(), acting_for: None, office: ONE_STOP.into(), event }
}

fn promise(limit: Limit) -> Promise {
    Promise {
        due_at: at(1_000_000),
        limit,
        reasons: serde_json::Value::Null,
        cutoff: None,
        after_supplement: AfterSupplement::Restart,
        hour: PromiseTime::Closing,
        counts_from: None,
        local_due_at: None,
    }
}

/// Seven hours east of Greenwich.
fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

/// Monday to Friday, 07:30–11:30 and 13:00–17:00, in 2018.
fn calendar() -> Calendar {
    let period = |from: i8, minute: i8, to: i8, until: i8| Period {
        from: jiff::civil::time(from, minute, 0, 0),
        to: jiff::civil::time(to, until, 0, 0),
    };
    let hours = (1..=5).flat_map(|weekday| {
        [period(7, 30, 11, 30), period(13, 0, 17, 0)].map(|period| HoursRow {
            weekday,
            period,
            valid_from: jiff::civil::date(2018, 1, 1),
            valid_to: None,
        })
    });
    let day = DayRow {
        date: jiff::civil::date(2018, 9, 3),
        kind: DayKind::Holiday,
        from: None,
        to: None,
        name: String::new(),
    };
    Calendar::new(hours.collect(), vec![day]).unwrap()
}

pub(super) const POLICY: Policy = Policy {
    transfer_cutoff: jiff::civil::Time::constant(15, 0, 0, 0),
    supplement_within_days: 3,
    extensions_max: 1,
    extension_days_before: 1,
};

/// Decides with the calendar of these tests, at a moment.
pub(super) fn decide_at(
    dossier: &Dossier,
    now: Timestamp,
    by: &Officer,
    task: u32,
    command: Command,
) -> Result<Decided, Refusal> {
    let (zone, calendar) = (zone(), calendar());
    let setting = Setting {
        now,
        clock: Clock { zone: &zone, calendar: &calendar },
        calendars: &|_| Some(&calendar),
        policy: POLICY,
    };
    decide(dossier, by, task, command, &setting)
}

/// A dossier with its history, driven by commands.
struct Life {
    events: Vec<Recorded>,
    state: Dossier,
}

impl Life {
    fn begin() -> Self {
        let first = accepted();
        Self { state: Dossier::begin(&first).unwrap(), events: vec![first] }
    }

    fn act(&mut self, by: &str, command: Command) -> Result<(), Refusal> {
        let now = at(self.state.version + 1);
        let officer = who(by);
        let task = self.state.task_for(&officer);
        for event in decide_at(&self.state, now, &officer, task, command)?.events {
            let recorded = recorded(self.state.version + 1, now, by, event);
            self.state.apply(&recorded);
            self.events.push(recorded);
        }
        Ok(())
    }

    /// As far as the step, by the people who should.
    fn walk_to(step: u32) -> Self {
        let mut life = Self::begin();
        let acts: [(&str, Command); 5] = [
            ("motcua1", Command::Forward { note: String::new(), slip: None }),
            ("tuphap1", Command::Forward { note: String::new(), slip: None }),
            ("taichinh1", Command::Propose { outcome: Outcome::Grant, note: String::new() }),
            ("truong", Command::Approve { note: String::new() }),
            ("chutich", Command::Approve { note: String::new() }),
        ];
        for (by, command) in acts.into_iter().take(step as usize) {
            life.act(by, command).unwrap();
        }
        assert_eq!(life.state.step, step);
        life
    }
}

fn forward() -> Command {
    Command::Forward { note: String::new(), slip: None }
}

fn recipient(authority: Option<&str>) -> Command {
    Command::HandOver(Recipient {
        name: "Nguyễn Văn A".into(), id_number: None, authority: authority.map(Into::into)
    })
}

#[test]
fn a_dossier_goes_from_the_counter_through_two_offices_and_a_leader_to_the_hand() {
    // [DOS-01] [DOS-05] [DOS-06]
    let mut life = Life::walk_to(5);
    assert_eq!((life.state.status, life.state.settled_at.is_some()), (Status::Ready, true));
    life.act("motcua2", recipient(None)).unwrap();
    assert_eq!(life.state.status, Status::Returned);
    assert_eq!(Dossier::fold(&life.events).unwrap(), life.state);
}

#[test]
fn only_the_office_and_role_of_the_step_act() {
    // [DOS-02]
    let mut life = Life::walk_to(1);
    for stranger in ["motcua1", "taichinh1", "truong", "chutich", "kiemtra"] {
        assert!(matches!(life.act(stranger, Command::Claim), Err(Refusal::NotYourStep { .. })), "{stranger}");
    }
}

#[test]
fn a_claimed_step_is_its_holders_alone() {
    // [DOS-03]
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    assert_eq!(life.act("tuphap2", forward()), Err(Refusal::HeldBy { account: "tuphap1".into() }));
    assert_eq!(life.act("tuphap1", Command::Claim), Err(Refusal::AlreadyYours));
    life.act("tuphap1", forward()).unwrap();
}

#[test]
fn officers_at_the_counter_replace_one_another() {
    // [DOS-03]
    let mut life = Life::begin();
    life.act("motcua2", forward()).unwrap();
}

#[test]
fn the_head_assigns_also_away_from_the_holder() {
    // [DOS-04]
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    assert_eq!(life.act("tuphap1", Command::Assign { to: who("tuphap2") }), Err(Refusal::OnlyHeadAssigns));
    assert_eq!(
        life.act("truong", Command::Assign { to: who("taichinh1") }),
        Err(Refusal::NotOfThisStep { account: "taichinh1".into() })
    );
    life.act("truong", Command::Assign { to: who("tuphap2") }).unwrap();
    assert_eq!(life.state.holder.as_deref(), Some("tuphap2"));
}

#[test]
fn work_before_signing_proposes_and_signing_needs_a_proposal() {
    // [DOS-05]
    let mut life = Life::walk_to(2);
    assert_eq!(life.act("taichinh1", forward()), Err(Refusal::NotProposed));
    let mut life = Life::walk_to(1);
    let propose = Command::Propose { outcome: Outcome::Grant, note: String::new() };
    assert_eq!(life.act("tuphap1", propose), Err(Refusal::WrongStep));
    let mut life = Life::walk_to(3);
    assert_eq!(life.act("truong", forward()), Err(Refusal::WrongStep));
}

#[test]
fn a_refusal_carries_its_reason_to_the_counter() {
    // [DOS-05] [DOS-07]
    let mut life = Life::walk_to(2);
    let refuse = |note: &str| Command::Propose { outcome: Outcome::Refuse, note: note.into() };
    assert_eq!(life.act("taichinh1", refuse("  ")), Err(Refusal::ReasonMissing));
    life.act("taichinh1", refuse("Không đủ điều kiện")).unwrap();
    life.act("truong", Command::Approve { note: String::new() }).unwrap();
    life.act("chutich", Command::Approve { note: String::new() }).unwrap();
    assert_eq!(life.state.outcome(), Some(Outcome::Refuse));
    assert_eq!(life.state.refusal.as_deref(), Some("Không đủ điều kiện"));
}

#[test]
fn a_leader_returns_to_the_last_work_and_the_proposal_falls() {
    // [DOS-07]
    let mut life = Life::walk_to(4);
    assert_eq!(life.act("chutich", Command::Return { reason: String::new() }), Err(Refusal::ReasonMissing));
    life.act("chutich", Command::Return { reason: "Thiếu chữ ký".into() }).unwrap();
    assert_eq!((life.state.step, life.state.proposal.clone()), (2, None));
}

#[test]
fn sending_back_goes_only_to_an_earlier_step_and_unsettles() {
    // [DOS-06] [DOS-07]
    let mut life = Life::walk_to(5);
    let back = |to| Command::SendBack { to, reason: "Sai tên".into() };
    assert_eq!(life.act("motcua1", back(5)), Err(Refusal::NotEarlier));
    life.act("motcua1", back(1)).unwrap();
    assert_eq!((life.state.status, life.state.settled_at), (Status::InProgress, None));
}

#[test]
fn reasons_have_a_limit() {
    // [DOS-07]
    let mut life = Life::walk_to(1);
    let long = Command::SendBack { to: 0, reason: "x".repeat(REASON_MAX + 1) };
    assert_eq!(life.act("tuphap1", long), Err(Refusal::ReasonTooLong { max: REASON_MAX }));
}

#[test]
fn a_proxy_shows_an_authorisation() {
    // [DOS-08]
    let mut life = Life::walk_to(5);
    assert_eq!(life.act("motcua1", recipient(Some(" "))), Err(Refusal::RecipientMissing));
    life.act("motcua1", recipient(Some("Giấy ủy quyền số 1"))).unwrap();
}

#[test]
fn offices_of_the_route_and_leaders_of_the_agency_see_a_dossier() {
    // [DOS-09]
    let life = Life::begin();
    for seeing in ["motcua1", "tuphap2", "taichinh1", "truong", "chutich"] {
        assert!(may_see(&life.state, &who(seeing)), "{seeing}");
    }
    assert!(!may_see(&life.state, &who("kiemtra")));
    let mut elsewhere = officer("bocbo.chutich", &[("bocbo/leaders", Role::Leader)]);
    elsewhere.agency = "bocbo".into();
    assert!(!may_see(&life.state, &elsewhere));
}

#[test]
fn a_closed_dossier_refuses_everything() {
    // [DOS-10]
    let mut life = Life::walk_to(5);
    life.act("motcua1", recipient(None)).unwrap();
    for command in [forward(), Command::Claim, recipient(None)] {
        assert_eq!(life.act("motcua1", command), Err(Refusal::Closed));
    }
}

#[test]
fn a_correction_voids_the_receipt_and_keeps_number_and_promise() {
    // [DOS-11]
    let mut life = Life::walk_to(2);
    let before = life.state.clone();
    let mut changed = particulars();
    changed.applicant.name = "Nguyễn Văn Á".into();
    let correct = |particulars: &Particulars, reason: &str| Command::Correct {
        reason: reason.into(),
        particulars: Box::new(particulars.clone()),
    };
    assert_eq!(life.act("taichinh1", correct(&changed, "Sai tên")), Err(Refusal::OnlyOneStop));
    assert_eq!(life.act("motcua2", correct(&changed, "")), Err(Refusal::ReasonMissing));
    assert_eq!(life.act("motcua2", correct(&particulars(), "Sai tên")), Err(Refusal::NothingChanged));
    life.act("motcua2", correct(&changed, "Sai tên")).unwrap();
    assert_eq!(life.state.receipt, 2);
    assert_eq!((&life.state.code, &life.state.promise, life.state.step), (&before.code, &before.promise, before.step));
}

#[test]
fn a_dossier_refused_at_intake_is_closed_from_the_start() {
    // [DOS-12] [DOS-10]
    let refusal = IntakeRefusal {
        code: "H-180504-0002".into(),
        agency: "huyen".into(),
        channel: Channel::Direct,
        subject: subject(),
        applicant: particulars().applicant,
        reason: "Không thuộc thẩm quyền".into(),
        missing: Vec::new(),
    };
    let first = Recorded { event: Event::RefusedAtIntake(Box::new(refusal)), ..accepted() };
    let state = Dossier::begin(&first).unwrap();
    assert_eq!((state.status, state.promise.clone()), (Status::RefusedAtIntake, None));
    assert_eq!(decide_at(&state, at(9), &who("motcua1"), 0, forward()), Err(Refusal::Closed));
}

#[test]
fn only_a_first_event_begins_a_dossier() {
    // [DOS-01]
    let claimed = Recorded { event: Event::Claimed { account: "tuphap1".into(), task: 0 }, ..accepted() };
    assert_eq!(Dossier::begin(&claimed), None);
    assert_eq!(Dossier::fold(&[]), None);
}

fn any_command() -> impl Strategy<Value = Command> {
    let words = || prop::sample::select(vec!["", " ", "Lý do", "Đồng ý"]).prop_map(str::to_owned);
    prop_oneof![
        Just(Command::Claim),
        (0usize..8).prop_map(|at| Command::Assign { to: people()[at].clone() }),
        words().prop_map(|note| Command::Forward { note, slip: None }),
        (0u32..8, words()).prop_map(|(to, reason)| Command::SendBack { to, reason }),
        (any::<bool>(), words()).prop_map(|(grant, note)| Command::Propose {
            outcome: if grant { Outcome::Grant } else { Outcome::Refuse },
            note
        }),
        words().prop_map(|note| Command::Approve { note }),
        words().prop_map(|reason| Command::Return { reason }),
        words().prop_map(|title| Command::AttachResult(ResultPaper {
            title,
            file: FileRef { sha256: "0".repeat(64), name: "a.pdf".into(), media: "application/pdf".into(), bytes: 1 },
            person: String::new(),
        })),
        (words(), prop::option::of(words())).prop_map(|(name, authority)| Command::HandOver(Recipient {
            name,
            id_number: None,
            authority
        })),
        (words(), words()).prop_map(|(reason, note)| Command::Correct {
            reason,
            particulars: Box::new(Particulars { note, ..particulars() })
        }),
    ]
}

proptest! {
    #[test]
    fn random_commands_keep_every_promise_of_the_state(acts in prop::collection::vec((0usize..8, any_command()), 0..60)) {
        // [DOS-01] [DOS-02] [DOS-03] [DOS-10] [DOS-11]
        let mut life = Life::begin();
        let steps = life.state.subject.route.len() as u32;
        for (by, command) in acts {
            let before = life.state.clone();
            let by = people()[by].account.clone();
            let done = life.act(&by, command);
            let after = &life.state;
            if done.is_err() {
                prop_assert_eq!(&before, after);
                continue;
            }
            prop_assert!(!before.status.is_closed());
            prop_assert!(after.version > before.version);
            prop_assert!(after.step < steps && after.receipt >= before.receipt);
            prop_assert_eq!(&after.code, &before.code);
            prop_assert_eq!(&after.promise, &before.promise);
            prop_assert_eq!(after.settled_at.is_some(), matches!(after.status, Status::Ready | Status::Returned));
            prop_assert_eq!(after.closed_at.is_some(), after.status.is_closed());
            // Whoever holds a step can act at it.
            if let (Some(holder), Some(step)) = (&after.holder, after.current_step()) {
                prop_assert!(who(holder).holds(&step.office, Role::parse(&step.role).unwrap()));
            }
        }
        prop_assert_eq!(life.state.version, life.events.len() as i64);
        let text = serde_json::to_string(&life.events).unwrap();
        let read: Vec<Recorded> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(Dossier::fold(&read), Some(life.state));
    }
}
