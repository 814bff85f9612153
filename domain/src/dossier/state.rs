//! What a dossier is now: the fold of its events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Acceptance, Event, IntakeRefusal, Outcome, Particulars, Person, Recipient, Recorded, ResultPaper, Subject,
};
use crate::procedure::{Step, StepKind};

/// Where a dossier stands, in the words of the national status list (law.md §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 2, được tiếp nhận: at the one-stop, not yet handed to an office.
    Received,
    /// 4, đang xử lý.
    InProgress,
    /// 9, đã xử lý xong: the result lies at the one-stop.
    Ready,
    /// 10, đã trả kết quả.
    Returned,
    /// 3, không được tiếp nhận.
    RefusedAtIntake,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Received, Self::InProgress, Self::Ready, Self::Returned, Self::RefusedAtIntake];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InProgress => "in_progress",
            Self::Ready => "ready",
            Self::Returned => "returned",
            Self::RefusedAtIntake => "refused_at_intake",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Code exchanged nationally.
    pub fn national(self) -> u8 {
        match self {
            Self::Received => 2,
            Self::RefusedAtIntake => 3,
            Self::InProgress => 4,
            Self::Ready => 9,
            Self::Returned => 10,
        }
    }

    /// An end state: no command changes it any more. [DOS-10]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Returned | Self::RefusedAtIntake)
    }
}

/// What the specialist proposes and the leader decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub outcome: Outcome,
    pub note: String,
    pub by: String,
}

/// The state of one dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    pub code: String,
    pub agency: String,
    pub channel: crate::procedure::Channel,
    pub subject: Subject,
    pub particulars: Particulars,
    /// `None` only for a dossier refused at intake.
    pub promise: Option<super::Promise>,
    /// Number of the receipt in force; the ones before are void.
    pub receipt: u32,
    pub status: Status,
    /// Index into `subject.route`.
    pub step: u32,
    pub step_since: Timestamp,
    /// Account that has claimed or was assigned the current step.
    pub holder: Option<String>,
    pub proposal: Option<Proposal>,
    pub results: Vec<ResultPaper>,
    pub refusal: Option<String>,
    pub received_at: Timestamp,
    pub received_by: String,
    pub settled_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub recipient: Option<Recipient>,
    /// Events applied so far: the version for optimistic writing.
    pub version: i64,
}

impl Dossier {
    /// Starts a dossier from its first event; `None` if that event cannot be a first one.
    pub fn begin(first: &Recorded) -> Option<Self> {
        match &first.event {
            Event::Accepted(acceptance) => Some(Self::accepted(acceptance, first)),
            Event::RefusedAtIntake(refusal) => Some(Self::refused(refusal, first)),
            _ => None,
        }
    }

    fn accepted(acceptance: &Acceptance, first: &Recorded) -> Self {
        Self {
            code: acceptance.code.clone(),
            agency: acceptance.agency.clone(),
            channel: acceptance.channel,
            subject: acceptance.subject.clone(),
            particulars: acceptance.particulars.clone(),
            promise: Some(acceptance.promise.clone()),
            receipt: 1,
            status: Status::Received,
            step: 0,
            step_since: first.at,
            holder: Some(first.by.clone()),
            proposal: None,
            results: Vec::new(),
            refusal: None,
            received_at: first.at,
            received_by: first.by.clone(),
            settled_at: None,
            closed_at: None,
            recipient: None,
            version: first.seq,
        }
    }

    fn refused(refusal: &IntakeRefusal, first: &Recorded) -> Self {
        Self {
            code: refusal.code.clone(),
            agency: refusal.agency.clone(),
            channel: refusal.channel,
            subject: refusal.subject.clone(),
            particulars: Particulars {
                applicant: refusal.applicant.clone(),
                acting: None,
                papers: Vec::new(),
                sets: 0,
                fee: super::FeeDue { way: super::FeeWay::NoFee, amount: 0 },
                return_via: super::ReturnVia::Counter,
                note: String::new(),
            },
            promise: None,
            receipt: 0,
            status: Status::RefusedAtIntake,
            step: 0,
            step_since: first.at,
            holder: None,
            proposal: None,
            results: Vec::new(),
            refusal: Some(refusal.reason.clone()),
            received_at: first.at,
            received_by: first.by.clone(),
            settled_at: None,
            closed_at: Some(first.at),
            recipient: None,
            version: first.seq,
        }
    }

    /// Applies the next event. The ledger is the record, so this never refuses: deciding happened before. [DOS-01]
    pub fn apply(&mut self, recorded: &Recorded) {
        self.version = recorded.seq;
        match &recorded.event {
            // First events only; a second one would be a fault of the ledger and is caught by `verify`.
            Event::Accepted(_) | Event::RefusedAtIntake(_) => {}
            Event::Corrected { receipt, particulars, .. } => {
                self.receipt = *receipt;
                self.particulars = (**particulars).clone();
            }
            Event::Claimed { account } | Event::Assigned { account } => self.holder = Some(account.clone()),
            Event::Forwarded { to, .. } => self.arrive(*to, recorded.at),
            Event::SentBack { to, .. } | Event::Returned { to, .. } => {
                self.proposal = None;
                self.arrive(*to, recorded.at);
            }
            Event::Proposed { outcome, note } => {
                self.proposal = Some(Proposal { outcome: *outcome, note: note.clone(), by: recorded.by.clone() });
                self.refusal = matches!(outcome, Outcome::Refuse).then(|| note.clone());
            }
            Event::Approved { .. } => {}
            Event::ResultAttached(paper) => self.results.push(paper.clone()),
            Event::HandedOver(recipient) => {
                self.recipient = Some(recipient.clone());
                self.status = Status::Returned;
                self.holder = None;
                self.closed_at = Some(recorded.at);
            }
        }
    }

    /// Rebuilds a dossier from its events in order; `None` for an empty or headless list.
    pub fn fold(events: &[Recorded]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let mut dossier = Self::begin(first)?;
        rest.iter().for_each(|event| dossier.apply(event));
        Some(dossier)
    }

    /// The dossier comes to a step: unclaimed, and settled once it lies at the one-stop to be handed over. [DOS-06]
    fn arrive(&mut self, step: u32, at: Timestamp) {
        self.step = step;
        self.step_since = at;
        self.holder = None;
        let kind = self.current_step().map(|step| step.kind);
        self.status = match kind {
            Some(StepKind::Intake) => Status::Received,
            Some(StepKind::Return) => Status::Ready,
            _ => Status::InProgress,
        };
        self.settled_at = (kind == Some(StepKind::Return)).then_some(at);
    }

    pub fn current_step(&self) -> Option<&Step> {
        self.step_at(self.step)
    }

    pub fn step_at(&self, step: u32) -> Option<&Step> {
        self.subject.route.get(usize::try_from(step).ok()?)
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.proposal.as_ref().map(|proposal| proposal.outcome)
    }

    pub fn applicant(&self) -> &Person {
        &self.particulars.applicant
    }

    /// Offices that may see the dossier: every office of its route. [DOS-09]
    pub fn offices(&self) -> impl Iterator<Item = &str> {
        self.subject.route.iter().map(|step| step.office.as_str())
    }
}
