#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

//! What the tests of the dossier share: a small office, a calendar, and a dossier driven by commands.

mod clock;
mod life;
mod on_time;
mod outside;
mod people;
mod random;
mod routes;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::*;
use crate::calendar::{Calendar, DayKind, DayRow, HoursRow, Period};
use crate::deadline::{self, AfterSupplement, Due, PromiseTime, Question};
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
        Officer { agency: "congan".into(), ..officer("congan1", &[(routes::POLICE, Role::Specialist)]) },
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
        papers: vec![PaperIn { name: "Tờ khai".into(), originals: 1, certified: 0, copies: 0, certify: None }],
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

/// Monday to Friday, 07:30–11:30 and 13:00–17:00, with the days off of 2018 and the first of 2019.
pub(super) static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| calendar(&[]));

/// The same with more days closed.
fn calendar(closed: &[&str]) -> Calendar {
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
    let day = |kind| {
        move |date: &&str| DayRow { date: date.parse().unwrap(), kind, from: None, to: None, name: String::new() }
    };
    let holidays = ["2018-04-25", "2018-04-30", "2018-05-01", "2018-09-03", "2019-01-01", "2019-04-30"];
    let days = holidays.iter().map(day(DayKind::Holiday));
    let days = days.chain(["2018-12-31"].iter().map(day(DayKind::SwappedOff)));
    let days = days.chain(["2019-01-05"].iter().map(day(DayKind::MakeUp)));
    let days = days.chain(closed.iter().map(day(DayKind::Closure)));
    Calendar::new(hours.collect(), days.collect()).unwrap()
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
    decide_by(&CALENDAR, dossier, now, by, task, command)
}

fn decide_by(
    calendar: &Calendar,
    dossier: &Dossier,
    now: Timestamp,
    by: &Officer,
    task: u32,
    command: Command,
) -> Result<Decided, Refusal> {
    let zone = zone();
    let setting =
        Setting { now, clock: Clock { zone: &zone, calendar }, calendars: &|_| Some(calendar), policy: POLICY };
    decide(dossier, by, task, command, &setting)
}

/// A wall time of the place: `2018-11-07 10:00`.
fn on(moment: &str) -> Timestamp {
    zone().to_timestamp(moment.replace(' ', "T").parse::<DateTime>().unwrap()).unwrap()
}

/// As [`on`] reads it.
fn wall(at: Timestamp) -> String {
    zone().to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn working_days(count: u32) -> Limit {
    Limit { kind: LimitKind::WorkingDays, count }
}

/// A dossier with its history, driven by commands.
#[derive(Debug, Clone)]
struct Life {
    events: Vec<Recorded>,
    state: Dossier,
}

impl Life {
    fn begin() -> Self {
        Self::of(accepted())
    }

    fn of(first: Recorded) -> Self {
        Self { state: Dossier::begin(&first).unwrap(), events: vec![first] }
    }

    /// Received at a wall time on a route, with the date reckoned as the registry does.
    fn received(moment: &str, limit: Limit, after_supplement: AfterSupplement, route: Vec<Step>) -> Self {
        let Event::Accepted(mut acceptance) = accepted().event else { panic!("not accepted") };
        let local = zone().to_datetime(on(moment));
        let question = Question { received: local, limit, cutoff: None, pauses: &[], promise: PromiseTime::Closing };
        let Due::At(due) = deadline::due(&CALENDAR, &question).unwrap().due else { panic!("paused") };
        acceptance.subject.route = route;
        acceptance.promise = Promise { due_at: zone().to_timestamp(due).unwrap(), after_supplement, ..promise(limit) };
        Self::of(recorded(1, on(moment), "motcua1", Event::Accepted(acceptance)))
    }

    fn act(&mut self, by: &str, command: Command) -> Result<(), Refusal> {
        let officer = who(by);
        let task = self.state.task_for(&officer);
        self.by(&officer, at(self.state.version + 1), task, command)
    }

    /// At a wall time, on a task.
    fn at(&mut self, moment: &str, by: &str, task: u32, command: Command) -> Result<(), Refusal> {
        self.by(&who(by), on(moment), task, command)
    }

    fn by(&mut self, by: &Officer, now: Timestamp, task: u32, command: Command) -> Result<(), Refusal> {
        let decided = decide_at(&self.state, now, by, task, command)?;
        self.record(by, now, decided);
        Ok(())
    }

    /// What the shell does with what was decided, the numbered letter included.
    fn record(&mut self, by: &Officer, now: Timestamp, decided: Decided) {
        let before = self.state.clone();
        let Decided { office, acting_for, events } = decided;
        for event in events {
            self.push(Recorded {
                acting_for: acting_for.clone(),
                office: office.clone(),
                ..recorded(0, now, &by.account, event)
            });
        }
        if let Some(letter) = letter_of(&before, &self.state) {
            let number = self.state.letters.iter().filter(|issued| issued.letter == letter).count() as u32 + 1;
            let event = Event::LetterIssued { letter, number, year: 2018 };
            self.push(Recorded { acting_for, office, ..recorded(0, now, &by.account, event) });
        }
    }

    fn push(&mut self, recorded: Recorded) {
        let recorded = Recorded { seq: self.state.version + 1, ..recorded };
        self.state.apply(&recorded);
        self.events.push(recorded);
    }

    /// When it is due, as a wall time.
    fn due(&self) -> Option<String> {
        self.state.due_at().map(wall)
    }

    fn national(&self) -> String {
        wall(self.state.national_due_at().unwrap())
    }

    /// Numbers of the open tasks.
    fn open(&self) -> Vec<u32> {
        self.state.tasks().iter().map(|task| task.number).collect()
    }

    /// Until when a task has time, as a wall time.
    fn step_due(&self, task: u32) -> Option<String> {
        self.state.task(task).unwrap().due_at.map(wall)
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

fn propose(outcome: Outcome) -> Command {
    Command::Propose { outcome, note: "Đã xem".into() }
}

fn approve() -> Command {
    Command::Approve { note: String::new() }
}

fn back(reason: &str) -> Command {
    Command::Return { reason: reason.into() }
}

fn ask_for(again: &str) -> Command {
    let paper = PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 };
    Command::AskSupplement(Box::new(SupplementRequest {
        items: vec![paper],
        reason: "Thiếu giấy tờ".into(),
        again: again.into(),
        ..SupplementRequest::default()
    }))
}

fn complete() -> Command {
    let paper = PaperIn { name: "Giấy chứng sinh".into(), originals: 1, certified: 0, copies: 0, certify: None };
    Command::ReceiveSupplement { papers: vec![paper], note: String::new() }
}

fn bill() -> Command {
    Command::AskPayment { amount: 50_000, reason: "Lệ phí trước bạ".into() }
}

fn paid() -> Command {
    Command::ReceivePayment { reference: "BL 12".into() }
}

fn outage() -> Command {
    Command::BeginOutage { reason: "Mất điện".into() }
}

fn extend(to: &str) -> Command {
    Command::Extend { to: to.parse().unwrap(), reason: "Phải xác minh thêm".into() }
}

fn withdraw() -> Command {
    Command::Withdraw { reason: "Không còn nhu cầu".into(), fee: String::new() }
}

fn stop() -> Command {
    Command::Stop { reason: "Không bổ sung".into(), ground: "NĐ 301/2026".into(), fee: String::new() }
}
