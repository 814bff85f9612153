//! What may be done to a dossier, and why not.

use super::{Dossier, Event, Outcome, Particulars, Recipient, ResultPaper};
use crate::identity::{Officer, Role};
use crate::procedure::{Step, StepKind};

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
    /// Pass the dossier to the next step.
    Forward {
        note: String,
    },
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
    HandOver(Recipient),
    Correct {
        reason: String,
        particulars: Box<Particulars>,
    },
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Assign { .. } => "assign",
            Self::Forward { .. } => "forward",
            Self::SendBack { .. } => "send_back",
            Self::Propose { .. } => "propose",
            Self::Approve { .. } => "approve",
            Self::Return { .. } => "return",
            Self::AttachResult(_) => "attach_result",
            Self::HandOver(_) => "hand_over",
            Self::Correct { .. } => "correct",
        }
    }
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the dossier is closed [DOS-10]")]
    Closed,
    #[error("the step belongs to {office} as {role} [DOS-02]")]
    NotYourStep { office: String, role: String },
    #[error("the step is held by {account} [DOS-03]")]
    HeldBy { account: String },
    #[error("you hold this step already [DOS-03]")]
    AlreadyYours,
    #[error("only the head of the office assigns [DOS-04]")]
    OnlyHeadAssigns,
    #[error("{account} does not act at this step [DOS-04]")]
    NotOfThisStep { account: String },
    #[error("a reason is needed [DOS-07]")]
    ReasonMissing,
    #[error("the reason is longer than {max} characters [DOS-07]")]
    ReasonTooLong { max: usize },
    #[error("this act does not belong to this step [DOS-05]")]
    WrongStep,
    #[error("only an earlier step can take it back [DOS-07]")]
    NotEarlier,
    #[error("a proposal comes before signing [DOS-05]")]
    NotProposed,
    #[error("the name of who takes the result is needed [DOS-08]")]
    RecipientMissing,
    #[error("only the receiving one-stop corrects a receipt [DOS-11]")]
    OnlyOneStopCorrects,
    #[error("nothing was changed [DOS-11]")]
    NothingChanged,
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Closed => "refusal.closed",
            Self::NotYourStep { .. } => "refusal.not_your_step",
            Self::HeldBy { .. } => "refusal.held_by",
            Self::AlreadyYours => "refusal.already_yours",
            Self::OnlyHeadAssigns => "refusal.only_head_assigns",
            Self::NotOfThisStep { .. } => "refusal.not_of_this_step",
            Self::ReasonMissing => "refusal.reason_missing",
            Self::ReasonTooLong { .. } => "refusal.reason_too_long",
            Self::WrongStep => "refusal.wrong_step",
            Self::NotEarlier => "refusal.not_earlier",
            Self::NotProposed => "refusal.not_proposed",
            Self::RecipientMissing => "refusal.recipient_missing",
            Self::OnlyOneStopCorrects => "refusal.only_one_stop_corrects",
            Self::NothingChanged => "refusal.nothing_changed",
        }
    }

    /// The value a sentence names, if it names one.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::NotYourStep { office, .. } => Some(office.clone()),
            Self::HeldBy { account } | Self::NotOfThisStep { account } => Some(account.clone()),
            Self::ReasonTooLong { max } => Some(max.to_string()),
            _ => None,
        }
    }
}

/// Decides a command: the events it makes, or why not. Says nothing about what the officer may *see*; that is [`may_see`].
pub fn decide(dossier: &Dossier, by: &Officer, command: Command) -> Result<Vec<Event>, Refusal> {
    if dossier.status.is_closed() {
        return Err(Refusal::Closed);
    }
    if let Command::Correct { reason, particulars } = command {
        return correct(dossier, by, &reason, particulars);
    }
    let step = dossier.current_step().ok_or(Refusal::WrongStep)?;
    if let Command::Assign { to } = &command {
        return assign(dossier, step, by, to);
    }
    may_act(dossier, step, by)?;
    match command {
        Command::Claim if dossier.holder.as_deref() == Some(by.account.as_str()) => Err(Refusal::AlreadyYours),
        Command::Claim => Ok(vec![Event::Claimed { account: by.account.clone() }]),
        Command::Forward { note } => forward(dossier, step, note),
        Command::SendBack { to, reason } => send_back(dossier, to, reason),
        Command::Propose { outcome, note } => propose(dossier, step, outcome, note),
        Command::Approve { note } => approve(dossier, step, note),
        Command::Return { reason } => return_to_specialist(dossier, step, reason),
        Command::AttachResult(paper) if step.kind != StepKind::Intake => Ok(vec![Event::ResultAttached(paper)]),
        Command::AttachResult(_) => Err(Refusal::WrongStep),
        Command::HandOver(recipient) => hand_over(step, recipient),
        Command::Assign { .. } | Command::Correct { .. } => Err(Refusal::WrongStep),
    }
}

/// Only the office and role of the step act, and only the holder once somebody has claimed it. [DOS-02] [DOS-03]
fn may_act(dossier: &Dossier, step: &Step, by: &Officer) -> Result<(), Refusal> {
    if !Role::parse(&step.role).is_some_and(|role| by.holds(&step.office, role)) {
        return Err(Refusal::NotYourStep { office: step.office.clone(), role: step.role.clone() });
    }
    // At the counter people replace one another; a dossier at the one-stop is the counter's, not one person's.
    let at_counter = matches!(step.kind, StepKind::Intake | StepKind::Return);
    match &dossier.holder {
        Some(holder) if !at_counter && *holder != by.account => Err(Refusal::HeldBy { account: holder.clone() }),
        _ => Ok(()),
    }
}

/// The head assigns, also away from somebody who is not there. [DOS-04]
fn assign(dossier: &Dossier, step: &Step, by: &Officer, to: &Officer) -> Result<Vec<Event>, Refusal> {
    if !by.holds(&step.office, Role::OfficeHead) && !by.holds(&step.office, Role::Leader) {
        return Err(Refusal::OnlyHeadAssigns);
    }
    if !Role::parse(&step.role).is_some_and(|role| to.holds(&step.office, role)) {
        return Err(Refusal::NotOfThisStep { account: to.account.clone() });
    }
    if dossier.holder.as_deref() == Some(to.account.as_str()) {
        return Err(Refusal::HeldBy { account: to.account.clone() });
    }
    Ok(vec![Event::Assigned { account: to.account.clone() }])
}

/// On to the next step. A step of work passes on only to another step of work; towards signing one proposes. [DOS-05]
fn forward(dossier: &Dossier, step: &Step, note: String) -> Result<Vec<Event>, Refusal> {
    let note = optional(note)?;
    let next = next_step(dossier)?;
    match (step.kind, next.kind) {
        (StepKind::Intake, _) | (StepKind::Work, StepKind::Work) => {}
        (StepKind::Work, _) => return Err(Refusal::NotProposed),
        (_, _) => return Err(Refusal::WrongStep),
    }
    Ok(vec![Event::Forwarded { from: dossier.step, to: dossier.step + 1, note }])
}

/// Back to any earlier step, not from signing (a leader returns) and not to the counter's own hand. [DOS-07]
fn send_back(dossier: &Dossier, to: u32, reason: String) -> Result<Vec<Event>, Refusal> {
    let reason = needed(reason)?;
    if to >= dossier.step {
        return Err(Refusal::NotEarlier);
    }
    Ok(vec![Event::SentBack { from: dossier.step, to, reason }])
}

/// A refusal needs its reason in words: it is printed on form 03. [DOS-05] [DOS-07]
fn propose(dossier: &Dossier, step: &Step, outcome: Outcome, note: String) -> Result<Vec<Event>, Refusal> {
    if step.kind != StepKind::Work || next_step(dossier)?.kind == StepKind::Work {
        return Err(Refusal::WrongStep);
    }
    let note = match outcome {
        Outcome::Refuse => needed(note)?,
        Outcome::Grant => optional(note)?,
    };
    Ok(vec![
        Event::Proposed { outcome, note },
        Event::Forwarded { from: dossier.step, to: dossier.step + 1, note: String::new() },
    ])
}

fn approve(dossier: &Dossier, step: &Step, note: String) -> Result<Vec<Event>, Refusal> {
    if step.kind != StepKind::Sign {
        return Err(Refusal::WrongStep);
    }
    if dossier.proposal.is_none() {
        return Err(Refusal::NotProposed);
    }
    next_step(dossier)?;
    let note = optional(note)?;
    Ok(vec![
        Event::Approved { step: dossier.step, note },
        Event::Forwarded { from: dossier.step, to: dossier.step + 1, note: String::new() },
    ])
}

/// Back to the last step of work before this one. [DOS-07]
fn return_to_specialist(dossier: &Dossier, step: &Step, reason: String) -> Result<Vec<Event>, Refusal> {
    if step.kind != StepKind::Sign {
        return Err(Refusal::WrongStep);
    }
    let reason = needed(reason)?;
    let to = (0..dossier.step)
        .rev()
        .find(|earlier| dossier.step_at(*earlier).is_some_and(|step| step.kind == StepKind::Work))
        .ok_or(Refusal::WrongStep)?;
    Ok(vec![Event::Returned { from: dossier.step, to, reason }])
}

/// To the applicant, or to a proxy who shows an authorisation. [DOS-08] NĐ 61/2018 Art. 6
fn hand_over(step: &Step, recipient: Recipient) -> Result<Vec<Event>, Refusal> {
    if step.kind != StepKind::Return {
        return Err(Refusal::WrongStep);
    }
    let blank = |text: &str| text.trim().is_empty();
    if blank(&recipient.name) || recipient.authority.as_deref().is_some_and(blank) {
        return Err(Refusal::RecipientMissing);
    }
    Ok(vec![Event::HandedOver(recipient)])
}

/// A new receipt voids the one before; the promise and the number stay. [DOS-11]
fn correct(
    dossier: &Dossier,
    by: &Officer,
    reason: &str,
    particulars: Box<Particulars>,
) -> Result<Vec<Event>, Refusal> {
    let one_stop = dossier.step_at(0).map_or("", |step| step.office.as_str());
    if !by.holds(one_stop, Role::OneStopOfficer) {
        return Err(Refusal::OnlyOneStopCorrects);
    }
    let reason = needed(reason.to_owned())?;
    if *particulars == dossier.particulars {
        return Err(Refusal::NothingChanged);
    }
    Ok(vec![Event::Corrected { receipt: dossier.receipt + 1, reason, particulars }])
}

/// Who may see a dossier: offices of its route, the receiving agency's leaders, and auditors of that agency or its
/// superiors (the shell passes `true` for those). Others are told that there is none. [DOS-09]
pub fn may_see(dossier: &Dossier, by: &Officer) -> bool {
    dossier.offices().any(|office| by.sits_at(office)) || (by.agency == dossier.agency && by.has(Role::Leader))
}

fn next_step(dossier: &Dossier) -> Result<&Step, Refusal> {
    dossier.step_at(dossier.step + 1).ok_or(Refusal::WrongStep)
}

fn needed(text: String) -> Result<String, Refusal> {
    let text = optional(text)?;
    if text.is_empty() { Err(Refusal::ReasonMissing) } else { Ok(text) }
}

fn optional(text: String) -> Result<String, Refusal> {
    let text = text.trim().to_owned();
    if text.chars().count() > REASON_MAX { Err(Refusal::ReasonTooLong { max: REASON_MAX }) } else { Ok(text) }
}
