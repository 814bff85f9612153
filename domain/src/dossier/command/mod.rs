//! What may be done to a dossier: each command is decided against its state into new events, or a [`Refusal`].

mod clock;
mod moves;
mod outside;
mod rights;

pub use clock::ITEMS_MAX;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::{
    Clock, Dossier, Event, Outcome, PaperIn, Particulars, Recipient, Refusal, ResultPaper, SupplementRequest, Task,
    TaskKind,
};
use crate::calendar::Calendar;
use crate::identity::Officer;
use crate::letters::LetterKind;
use crate::procedure::{Step, StepKind};
use rights::{assign, at_one_stop, at_the_top, may_act, on_paper, stands_for};
pub use rights::{can_act, may_see, sees};

/// Longest reason or note, in characters.
pub const REASON_MAX: usize = 2_000;

/// An act on a dossier that has been received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take the step for oneself.
    Claim,
    /// The head of the office gives the step to somebody of the office.
    Assign {
        to: Officer,
    },
    /// Pass the dossier to the next step, on a slip or straight.
    Forward {
        note: String,
        slip: Option<String>,
    },
    /// What came with a slip is here.
    Confirm,
    /// Back to an earlier step, with a reason.
    SendBack {
        to: u32,
        reason: String,
    },
    /// The specialist's answer; the dossier goes on to be signed.
    Propose {
        outcome: Outcome,
        note: String,
    },
    /// The head or leader agrees; the dossier goes on.
    Approve {
        note: String,
    },
    /// The head or leader does not agree; the dossier goes back to the specialist.
    Return {
        reason: String,
    },
    AttachResult(ResultPaper),
    /// The one-stop has the result on paper, with the others on a slip.
    ReceiveResult {
        slip: String,
    },
    HandOver(Recipient),
    Correct {
        reason: String,
        particulars: Box<Particulars>,
    },
    /// Ask the applicant for what is missing, all at once.
    AskSupplement(Box<SupplementRequest>),
    /// What was asked for is complete.
    ReceiveSupplement {
        papers: Vec<PaperIn>,
        note: String,
    },
    AskPayment {
        amount: i64,
        reason: String,
    },
    ReceivePayment {
        reference: String,
    },
    /// The clock stands over a declared outage of the agency; for the shell, which does it to all its open dossiers.
    BeginOutage {
        reason: String,
    },
    EndOutage,
    /// Put the promised date off, with an apology: to the closing time of a working day.
    Extend {
        to: Date,
        reason: String,
    },
    /// Reckon the date anew, after the calendar has changed.
    Recompute {
        reason: String,
    },
    /// The applicant takes the dossier back.
    Withdraw {
        reason: String,
        /// What becomes of a fee that was paid.
        fee: String,
    },
    /// The office stops working on it.
    Stop {
        reason: String,
        ground: String,
        fee: String,
    },
    /// Ask another office; the clock goes on.
    Consult {
        office: String,
        question: String,
        answer_by: Timestamp,
    },
    AnswerConsultation {
        answer: String,
        person: String,
    },
    /// An agency outside has it.
    Acknowledge {
        person: String,
    },
    /// An agency outside asks the one-stop something.
    Ask {
        question: String,
        person: String,
    },
    /// The one-stop answers what an agency outside asked.
    Reply {
        answer: String,
    },
    /// An agency outside answers, or the one-stop writes down the answer that came on paper.
    Answer {
        outcome: Outcome,
        note: String,
        person: String,
    },
}

impl Command {
    /// Name of the act, as in addresses and the locale key `done.<name>`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Assign { .. } => "assign",
            Self::Forward { .. } => "forward",
            Self::Confirm => "confirm",
            Self::SendBack { .. } => "send_back",
            Self::Propose { .. } => "propose",
            Self::Approve { .. } => "approve",
            Self::Return { .. } => "return",
            Self::AttachResult(_) => "attach_result",
            Self::ReceiveResult { .. } => "receive_result",
            Self::HandOver(_) => "hand_over",
            Self::Correct { .. } => "correct",
            Self::AskSupplement(_) => "ask_supplement",
            Self::ReceiveSupplement { .. } => "receive_supplement",
            Self::AskPayment { .. } => "ask_payment",
            Self::ReceivePayment { .. } => "receive_payment",
            Self::BeginOutage { .. } => "begin_outage",
            Self::EndOutage => "end_outage",
            Self::Extend { .. } => "extend",
            Self::Recompute { .. } => "recompute",
            Self::Withdraw { .. } => "withdraw",
            Self::Stop { .. } => "stop",
            Self::Consult { .. } => "consult",
            Self::AnswerConsultation { .. } => "answer_consultation",
            Self::Acknowledge { .. } => "acknowledge",
            Self::Ask { .. } => "ask",
            Self::Reply { .. } => "reply",
            Self::Answer { .. } => "answer",
        }
    }
}

/// What the dossier's own law says of waiting and putting off; data of the site. [DOS-14] [DOS-17]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Received after this hour may be handed on at the start of the next working day. [RTE-07]
    pub transfer_cutoff: Time,
    /// Working days after receipt within which papers may be asked for; later is marked late.
    pub supplement_within_days: u32,
    /// How often a date may be put off.
    pub extensions_max: u32,
    /// Working days before the date by which the apology must be sent; later is marked late.
    pub extension_days_before: u32,
}

/// What deciding needs to know beside the dossier and the officer.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub now: Timestamp,
    /// Of the receiving agency.
    pub clock: Clock<'a>,
    /// The calendar of any agency, for the time its steps have.
    pub calendars: &'a dyn Fn(&str) -> Option<&'a Calendar>,
    pub policy: Policy,
}

/// What was decided: the events, for which office, and on whose post where somebody stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub office: String,
    pub acting_for: Option<String>,
    pub events: Vec<Event>,
}

/// Decides a command on a task of the dossier: the events it makes, or why not. Says nothing about what the officer may
/// *see*; that is [`may_see`].
pub fn decide(
    dossier: &Dossier,
    by: &Officer,
    task: u32,
    command: Command,
    setting: &Setting,
) -> Result<Decided, Refusal> {
    if dossier.status.is_closed() {
        return Err(Refusal::Closed);
    }
    match command {
        // Acts of the receiving one-stop, wherever the dossier is.
        Command::Correct { reason, particulars } => at_one_stop(dossier, by, correct(dossier, &reason, particulars)),
        Command::ReceiveSupplement { papers, note } => {
            at_one_stop(dossier, by, clock::receive_supplement(dossier, setting, papers, note))
        }
        Command::ReceivePayment { reference } => {
            at_one_stop(dossier, by, clock::receive_payment(dossier, setting, reference))
        }
        Command::Withdraw { reason, fee } => at_one_stop(dossier, by, clock::withdraw(dossier, reason, fee)),
        Command::Reply { answer } => at_one_stop(dossier, by, outside::reply(dossier, task, answer)),
        // Acts of those who answer for an office or agency.
        Command::Extend { to, reason } => at_the_top(dossier, by, task, clock::extend(dossier, setting, to, reason)),
        Command::Stop { reason, ground, fee } => {
            at_the_top(dossier, by, task, clock::stop(dossier, reason, ground, fee))
        }
        Command::Recompute { reason } => at_the_top(dossier, by, task, clock::recompute(dossier, setting, reason)),
        Command::BeginOutage { reason } => at_the_top(dossier, by, task, clock::begin_outage(dossier, reason)),
        Command::EndOutage => at_the_top(dossier, by, task, clock::end_outage(dossier, setting)),
        command => at_task(dossier, by, task, command, setting),
    }
}

/// Acts at an open task. [DOS-02] [DOS-03]
fn at_task(
    dossier: &Dossier,
    by: &Officer,
    number: u32,
    command: Command,
    setting: &Setting,
) -> Result<Decided, Refusal> {
    let Some(task) = dossier.task(number) else {
        // The leg that was meant has gone on.
        let answered = dossier.leg(number).is_some_and(|leg| leg.answered_at.is_some());
        return Err(if answered { Refusal::AlreadyAnswered } else { Refusal::WrongStep });
    };
    if let Command::Assign { to } = &command {
        return assign(dossier, &task, by, to);
    }
    let (office, acting_for) = match may_act(dossier, &task, by) {
        Ok(acting_for) => (task.office, acting_for),
        Err(refusal) => on_paper(dossier, &task, by, &command).ok_or(refusal)?,
    };
    let mut events = match command {
        Command::Claim if task.holder.is_some_and(|holder| stands_for(dossier, &task, by, holder)) => {
            Err(Refusal::AlreadyYours)
        }
        Command::Claim if matches!(task.kind, TaskKind::Step(_)) => {
            let account = acting_for.clone().unwrap_or_else(|| by.account.clone());
            Ok(vec![Event::Claimed { account, task: number }])
        }
        Command::Forward { note, slip } => moves::forward(dossier, &task, setting, note, slip),
        Command::Confirm => moves::confirm(&task),
        Command::SendBack { to, reason } => moves::send_back(dossier, &task, setting, to, reason),
        Command::Propose { outcome, note } => moves::propose(dossier, &task, setting, outcome, note),
        Command::Approve { note } => {
            let hands = [Some(by.account.as_str()), acting_for.as_deref()];
            moves::approve(dossier, &task, setting, hands, note)
        }
        Command::Return { reason } => moves::return_to_specialist(dossier, &task, setting, reason),
        Command::AttachResult(paper) if !is(&task, StepKind::Intake) && task.kind != TaskKind::Consultation => {
            Ok(vec![Event::ResultAttached(paper)])
        }
        // Once: what lies there already does not come again. [RTE-14]
        Command::ReceiveResult { slip } if is(&task, StepKind::Return) && dossier.result_slip.is_none() => {
            Ok(vec![Event::ResultReceived { slip }])
        }
        Command::HandOver(recipient) => hand_over(&task, recipient),
        Command::AskSupplement(request) => clock::ask_supplement(dossier, &task, setting, *request),
        Command::AskPayment { amount, reason } => clock::ask_payment(dossier, &task, amount, reason),
        Command::Consult { office, question, answer_by } => {
            outside::consult(dossier, &task, setting, office, question, answer_by)
        }
        Command::AnswerConsultation { answer, person } => {
            outside::answer_consultation(dossier, &task, setting, answer, person)
        }
        Command::Acknowledge { person } => outside::acknowledge(&task, person),
        Command::Ask { question, person } => outside::ask(&task, question, person),
        Command::Answer { outcome, note, person } => outside::answer(dossier, &task, setting, outcome, note, person),
        _ => Err(Refusal::WrongStep),
    }?;
    // Whoever takes up the work has it: what came with a slip is confirmed. [RTE-07]
    if let (Some(slip), false) = (task.slip, matches!(events.first(), Some(Event::Confirmed { .. }))) {
        events.insert(0, Event::Confirmed { task: number, slip: slip.to_owned() });
    }
    Ok(Decided { office: office.to_owned(), acting_for, events })
}

/// The numbered letter that came out of an act, from the dossier before and after it. [LET-02]
pub fn letter_of(before: &Dossier, after: &Dossier) -> Option<LetterKind> {
    if after.ended_because.is_some() {
        return Some(LetterKind::Stop);
    }
    if after.supplements() > before.supplements() {
        return Some(LetterKind::Supplement);
    }
    if after.extensions.len() > before.extensions.len() {
        return Some(LetterKind::Apology);
    }
    let settled = before.settled_at.is_none() && after.settled_at.is_some();
    (settled && after.outcome() == Some(Outcome::Refuse)).then_some(LetterKind::Refusal)
}

/// To the applicant, or to a proxy who shows an authorisation. [DOS-08] NĐ 61/2018 Art. 6
fn hand_over(task: &Task, recipient: Recipient) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Return) {
        return Err(Refusal::WrongStep);
    }
    let blank = |text: &str| text.trim().is_empty();
    if blank(&recipient.name) || recipient.authority.as_deref().is_some_and(blank) {
        return Err(Refusal::RecipientMissing);
    }
    Ok(vec![Event::HandedOver(recipient)])
}

/// A new receipt voids the one before; the promise and the number stay. [DOS-11]
fn correct(dossier: &Dossier, reason: &str, particulars: Box<Particulars>) -> Result<Vec<Event>, Refusal> {
    let reason = needed(reason.to_owned())?;
    if *particulars == dossier.particulars {
        return Err(Refusal::NothingChanged);
    }
    Ok(vec![Event::Corrected { receipt: dossier.receipt + 1, reason, particulars }])
}

fn is(task: &Task, kind: StepKind) -> bool {
    task.kind == TaskKind::Step(kind)
}

/// Until when a step that is come to now has time, by the calendar of its agency; nothing where that has no answer. [RTE-04]
fn step_due(setting: &Setting, step: &Step) -> Option<Timestamp> {
    let calendar = (setting.calendars)(step.office.split('/').next()?)?;
    let arrived = setting.clock.zone.to_datetime(setting.now);
    let due = crate::deadline::step_due(calendar, arrived, crate::routing::hours(step)).ok()?;
    setting.clock.instant(due).ok()
}

fn needed(text: String) -> Result<String, Refusal> {
    let text = optional(text)?;
    if text.is_empty() { Err(Refusal::ReasonMissing) } else { Ok(text) }
}

/// Words that are no reason: a question, an answer, a number on a paper.
fn said(text: String) -> Result<String, Refusal> {
    let text = optional(text)?;
    if text.is_empty() { Err(Refusal::TextMissing) } else { Ok(text) }
}

fn optional(text: String) -> Result<String, Refusal> {
    let text = text.trim().to_owned();
    if text.chars().count() > REASON_MAX { Err(Refusal::ReasonTooLong { max: REASON_MAX }) } else { Ok(text) }
}
