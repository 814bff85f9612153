//! What can happen to a dossier. Variants and fields are only ever added: old events are read for ever.
//!
//! `task` says which of the open tasks of the dossier an event is about ([`super::Task`]): 0 is the main route, n its n-th
//! leg; steps (`from`, `to`) count from 0 within it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Acceptance, Extension, IntakeRefusal, NewDue, Outcome, PaperIn, Particulars, Recipient, ResultPaper, StepTime,
    SupplementRequest,
};
use crate::letters::LetterKind;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Accepted(Box<Acceptance>),
    RefusedAtIntake(Box<IntakeRefusal>),
    /// A mistaken receipt was replaced; `receipt` is the number of the new one, the one before is void.
    Corrected {
        receipt: u32,
        reason: String,
        particulars: Box<Particulars>,
    },
    Claimed {
        account: String,
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
    },
    Assigned {
        account: String,
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
    },
    Forwarded {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        from: u32,
        to: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// Until when the step it comes to has time; one for each leg of a parallel step.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        due: Vec<Timestamp>,
        /// Number of the slip it goes with, until the receiver confirms. [RTE-07]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slip: Option<String>,
    },
    SentBack {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        from: u32,
        to: u32,
        reason: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        due: Vec<Timestamp>,
    },
    /// The receiver has what came with a slip. [RTE-07]
    Confirmed {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        slip: String,
    },
    Proposed {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        outcome: Outcome,
        note: String,
        /// Who answered for an agency outside. [RTE-08]
        #[serde(default, skip_serializing_if = "String::is_empty")]
        person: String,
    },
    Approved {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        step: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A head or leader did not agree.
    Returned {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        from: u32,
        to: u32,
        reason: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        due: Vec<Timestamp>,
    },
    /// A leg is through: its proposal is its answer. [RTE-06]
    LegAnswered {
        task: u32,
    },
    /// The clock stands until the applicant has brought what is missing. [DOS-14]
    SupplementAsked {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        request: Box<SupplementRequest>,
        /// Later than the law allows after receipt.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    SupplementReceived {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<PaperIn>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        due: NewDue,
        /// Until when the steps that stood have time now. [CLK-26]
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        steps: Vec<StepTime>,
    },
    /// The clock stands until the applicant has paid. [DOS-16]
    PaymentAsked {
        /// The task that asked.
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        /// In đồng.
        amount: i64,
        reason: String,
    },
    PaymentReceived {
        /// Number of the payment paper.
        reference: String,
        due: NewDue,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        steps: Vec<StepTime>,
    },
    /// A declared outage: the clock stands. [DOS-16]
    OutageBegan {
        reason: String,
    },
    OutageEnded {
        due: NewDue,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        steps: Vec<StepTime>,
    },
    Extended(Box<Extension>),
    /// Somebody ordered that the date be reckoned anew. [CLK-19]
    DueRecomputed {
        reason: String,
        due: NewDue,
    },
    /// The applicant takes the dossier back. [DOS-18]
    Withdrawn {
        reason: String,
        /// What becomes of a fee that was paid, as printed on the notice. [LET-17]
        #[serde(default, skip_serializing_if = "String::is_empty")]
        fee: String,
    },
    /// The office stops working on it. [DOS-18]
    Stopped {
        reason: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        ground: String,
        /// As in `Withdrawn`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        fee: String,
    },
    /// Another office is asked; the clock goes on. [RTE-09]
    ConsultationAsked {
        /// Counts from 1 in each dossier.
        number: u32,
        /// The task that asked.
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        office: String,
        question: String,
        answer_by: Timestamp,
    },
    ConsultationAnswered {
        number: u32,
        answer: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        person: String,
        late: bool,
    },
    /// An agency outside has it. [RTE-08]
    Acknowledged {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        person: String,
    },
    /// An agency outside asks the one-stop something.
    QuestionAsked {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        question: String,
        person: String,
    },
    QuestionAnswered {
        #[serde(default, skip_serializing_if = "is_main")]
        task: u32,
        answer: String,
    },
    /// A numbered letter came out of the event before. [LET-02]
    LetterIssued {
        letter: LetterKind,
        number: u32,
        year: i16,
    },
    ResultAttached(ResultPaper),
    /// The one-stop has the result on paper, with the others on a slip. [RTE-14]
    ResultReceived {
        slip: String,
    },
    HandedOver(Recipient),
}

fn is_main(task: &u32) -> bool {
    *task == 0
}

impl Event {
    /// Name of the event, as stored and as in the locale key `event.<kind>`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::RefusedAtIntake(_) => "refused_at_intake",
            Self::Corrected { .. } => "corrected",
            Self::Claimed { .. } => "claimed",
            Self::Assigned { .. } => "assigned",
            Self::Forwarded { .. } => "forwarded",
            Self::SentBack { .. } => "sent_back",
            Self::Confirmed { .. } => "confirmed",
            Self::Proposed { .. } => "proposed",
            Self::Approved { .. } => "approved",
            Self::Returned { .. } => "returned",
            Self::LegAnswered { .. } => "leg_answered",
            Self::SupplementAsked { .. } => "supplement_asked",
            Self::SupplementReceived { .. } => "supplement_received",
            Self::PaymentAsked { .. } => "payment_asked",
            Self::PaymentReceived { .. } => "payment_received",
            Self::OutageBegan { .. } => "outage_began",
            Self::OutageEnded { .. } => "outage_ended",
            Self::Extended(_) => "extended",
            Self::DueRecomputed { .. } => "due_recomputed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Stopped { .. } => "stopped",
            Self::ConsultationAsked { .. } => "consultation_asked",
            Self::ConsultationAnswered { .. } => "consultation_answered",
            Self::Acknowledged { .. } => "acknowledged",
            Self::QuestionAsked { .. } => "question_asked",
            Self::QuestionAnswered { .. } => "question_answered",
            Self::LetterIssued { .. } => "letter_issued",
            Self::ResultAttached(_) => "result_attached",
            Self::ResultReceived { .. } => "result_received",
            Self::HandedOver(_) => "handed_over",
        }
    }
}

/// An event as it stands in the ledger: who, for whom, for which office, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The dossier.
    pub stream: String,
    /// Counts from 1 in each stream.
    pub seq: i64,
    pub at: Timestamp,
    /// Account that acted.
    pub by: String,
    /// Whose post it acted on, where somebody stood in. [SUB-01]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
    /// Office (`agency/key`) it acted for.
    pub office: String,
    pub event: Event,
}
