//! What a dossier is now: the fold of its events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Acceptance, Event, Extension, FeeDue, FeeWay, IntakeRefusal, NewDue, Outcome, Particulars, Person, Promise,
    Recipient, Recorded, ResultPaper, ReturnVia, Standstill, StandstillKind, Status, Subject, SupplementRequest,
};
use crate::letters::LetterKind;
use crate::procedure::{Channel, Step, StepKind};

/// What the specialist proposes and the leader decides; in a leg, its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub outcome: Outcome,
    pub note: String,
    pub by: String,
    /// On whose post, where somebody stood in. [RTE-11]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
    /// Who answered for an agency outside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
}

/// How far one leg of the current parallel step has come. [RTE-03]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegState {
    /// Index into the steps of the leg.
    pub step: u32,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// When the leg was through; its proposal is its answer then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
}

/// A question to another office, which does not stop the clock. [RTE-09]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    pub number: u32,
    /// The task that asked.
    pub task: u32,
    pub office: String,
    pub question: String,
    pub asked_at: Timestamp,
    pub asked_by: String,
    pub answer_by: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub text: String,
    pub at: Timestamp,
    pub by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
    pub late: bool,
}

/// A numbered letter that was issued; `seq` is that of the event that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub letter: LetterKind,
    pub number: u32,
    pub year: i16,
    pub at: Timestamp,
    pub seq: i64,
}

/// A question of an agency outside that waits for the one-stop's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub task: u32,
    pub text: String,
    pub person: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// The state of one dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    pub code: String,
    pub agency: String,
    pub channel: Channel,
    pub subject: Subject,
    pub particulars: Particulars,
    /// As made at receipt; `None` only for a dossier refused at intake. What is due now is [`Dossier::due_at`].
    pub promise: Option<Promise>,
    /// Takes the place of the promise since something happened to the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_due: Option<NewDue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standstills: Vec<Standstill>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtensionGranted>,
    /// Number of the receipt in force; the ones before are void.
    pub receipt: u32,
    pub status: Status,
    /// Index into `subject.route`.
    pub step: u32,
    pub step_since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_due: Option<Timestamp>,
    /// Account that has claimed or was assigned the current step.
    pub holder: Option<String>,
    /// The slip the dossier came with, until somebody confirms it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// The slip with which the one-stop took the result on paper. [RTE-14]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_slip: Option<String>,
    /// Of the last parallel step the dossier came to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<LegState>,
    /// Index of that step in the route; 0 where there was none.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub legs_at: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consultations: Vec<Consultation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Issued>,
    pub proposal: Option<Proposal>,
    pub results: Vec<ResultPaper>,
    pub refusal: Option<String>,
    /// Why it was withdrawn or stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_because: Option<String>,
    pub received_at: Timestamp,
    pub received_by: String,
    pub settled_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub recipient: Option<Recipient>,
    /// Events applied so far: the version for optimistic writing.
    pub version: i64,
}

fn is_none_yet(step: &u32) -> bool {
    *step == 0
}

/// An extension with who gave it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionGranted {
    pub at: Timestamp,
    pub by: String,
    #[serde(flatten)]
    pub extension: Extension,
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
            promise: Some(acceptance.promise.clone()),
            receipt: 1,
            step_due: acceptance.hand_on_by,
            holder: Some(first.by.clone()),
            ..Self::empty(first, acceptance.subject.clone(), acceptance.particulars.clone())
        }
    }

    fn refused(refusal: &IntakeRefusal, first: &Recorded) -> Self {
        Self {
            code: refusal.code.clone(),
            agency: refusal.agency.clone(),
            channel: refusal.channel,
            status: Status::RefusedAtIntake,
            refusal: Some(refusal.reason.clone()),
            closed_at: Some(first.at),
            ..Self::empty(first, refusal.subject.clone(), nothing_from(refusal.applicant.clone()))
        }
    }

    /// What both kinds of first event have in common.
    fn empty(first: &Recorded, subject: Subject, particulars: Particulars) -> Self {
        Self {
            code: String::new(),
            agency: String::new(),
            channel: Channel::Direct,
            subject,
            particulars,
            promise: None,
            new_due: None,
            standstills: Vec::new(),
            extensions: Vec::new(),
            receipt: 0,
            status: Status::Received,
            step: 0,
            step_since: first.at,
            step_due: None,
            holder: None,
            slip: None,
            acknowledged_at: None,
            result_slip: None,
            legs: Vec::new(),
            legs_at: 0,
            consultations: Vec::new(),
            questions: Vec::new(),
            letters: Vec::new(),
            proposal: None,
            results: Vec::new(),
            refusal: None,
            ended_because: None,
            received_at: first.at,
            received_by: first.by.clone(),
            settled_at: None,
            closed_at: None,
            recipient: None,
            version: first.seq,
        }
    }

    /// What is awaited from the applicant now.
    pub fn open_supplement(&self) -> Option<&SupplementRequest> {
        let open = |stand: &&Standstill| stand.kind == StandstillKind::Supplement && stand.to.is_none();
        self.standstills.iter().find(open)?.request.as_ref()
    }

    /// Rebuilds a dossier from its events in order; `None` for an empty or headless list.
    pub fn fold(events: &[Recorded]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let mut dossier = Self::begin(first)?;
        rest.iter().for_each(|event| dossier.apply(event));
        Some(dossier)
    }

    /// Applies the next event. The ledger is the record, so this never refuses: deciding happened before. [DOS-01]
    pub fn apply(&mut self, recorded: &Recorded) {
        self.version = recorded.seq;
        let at = recorded.at;
        match &recorded.event {
            // First events only; a second one would be a fault of the ledger and is caught by `verify`.
            Event::Accepted(_) | Event::RefusedAtIntake(_) => {}
            Event::Corrected { receipt, particulars, .. } => {
                self.receipt = *receipt;
                self.particulars = (**particulars).clone();
            }
            Event::Claimed { account, task } | Event::Assigned { account, task } => {
                *self.holder_of(*task) = Some(account.clone());
            }
            Event::Forwarded { task: 0, to, due, slip, .. } => {
                self.arrive(*to, at, due);
                self.carry(slip.as_ref());
            }
            Event::SentBack { task: 0, to, due, .. } | Event::Returned { task: 0, to, due, .. } => {
                self.come_back(*to, at, due);
            }
            Event::Forwarded { task, to, due, slip, .. } => {
                self.arrive_in_leg(*task, *to, at, due.first().copied());
                if let Some(leg) = self.leg_mut(*task) {
                    leg.slip.clone_from(slip);
                }
            }
            Event::SentBack { task, to, due, .. } | Event::Returned { task, to, due, .. } => {
                if *task as usize == self.lead_leg() + 1 {
                    self.drop_proposal();
                }
                self.arrive_in_leg(*task, *to, at, due.first().copied());
                let signs = self.chain(*task).get(*to as usize).is_some_and(|step| step.kind == StepKind::Sign);
                if let Some(leg) = self.leg_mut(*task).filter(|_| !signs) {
                    leg.proposal = None;
                }
            }
            Event::Confirmed { task, .. } => match self.leg_mut(*task) {
                Some(leg) => leg.slip = None,
                None => self.slip = None,
            },
            Event::Proposed { task, outcome, note, person } => {
                let (note, person) = (note.clone(), person.clone());
                let (by, acting_for) = (recorded.by.clone(), recorded.acting_for.clone());
                self.propose(*task, Proposal { outcome: *outcome, note, by, acting_for, person });
            }
            Event::Approved { .. } => {}
            Event::LegAnswered { task } => self.answer_leg(*task, at),
            Event::LetterIssued { letter, number, year } => {
                self.letters.push(Issued { letter: *letter, number: *number, year: *year, at, seq: recorded.seq });
            }
            Event::ResultAttached(paper) => self.results.push(paper.clone()),
            Event::ResultReceived { slip } => self.result_slip = Some(slip.clone()),
            Event::HandedOver(recipient) => {
                self.recipient = Some(recipient.clone());
                self.close(Status::Returned, at);
            }
            event => self.apply_clock(event, recorded),
        }
    }

    /// Events that touch the clock, and talk that touches nothing.
    fn apply_clock(&mut self, event: &Event, recorded: &Recorded) {
        let at = recorded.at;
        match event {
            Event::SupplementAsked { task, request, .. } => {
                self.stand(StandstillKind::Supplement, *task, &request.reason, recorded);
                if let Some(stand) = self.standstills.last_mut() {
                    stand.request = Some((**request).clone());
                }
            }
            Event::SupplementReceived { papers, due, steps, .. } => {
                self.go_on(StandstillKind::Supplement, at, due, steps);
                self.particulars.papers.extend(papers.iter().cloned());
                // The promise is another one: a new receipt says so, the one before is void.
                self.receipt += 1;
            }
            Event::PaymentAsked { task, reason, amount } => {
                self.stand(StandstillKind::Payment, *task, reason, recorded);
                if let Some(stand) = self.standstills.last_mut() {
                    stand.amount = *amount;
                }
            }
            Event::PaymentReceived { due, steps, .. } => self.go_on(StandstillKind::Payment, at, due, steps),
            Event::OutageBegan { reason } => self.stand(StandstillKind::Outage, 0, reason, recorded),
            Event::OutageEnded { due, steps } => self.go_on(StandstillKind::Outage, at, due, steps),
            Event::Extended(extension) => {
                self.new_due = Some(extension.due.clone());
                let extension = (**extension).clone();
                self.extensions.push(ExtensionGranted { at, by: recorded.by.clone(), extension });
            }
            Event::DueRecomputed { due, .. } => self.new_due = Some(due.clone()),
            Event::Withdrawn { reason, .. } => self.end(Status::Withdrawn, reason, at),
            Event::Stopped { reason, .. } => self.end(Status::Stopped, reason, at),
            Event::ConsultationAsked { number, task, office, question, answer_by } => {
                self.consultations.push(Consultation {
                    number: *number,
                    task: *task,
                    office: office.clone(),
                    question: question.clone(),
                    asked_at: at,
                    asked_by: recorded.by.clone(),
                    answer_by: *answer_by,
                    answer: None,
                });
            }
            Event::ConsultationAnswered { number, answer, person, late } => {
                let asked = self.consultations.iter_mut().find(|consultation| consultation.number == *number);
                if let Some(consultation) = asked {
                    let (by, person) = (recorded.by.clone(), person.clone());
                    consultation.answer = Some(Answer { text: answer.clone(), at, by, person, late: *late });
                }
            }
            Event::Acknowledged { task, .. } => match self.leg_mut(*task) {
                Some(leg) => leg.acknowledged_at = Some(at),
                None => self.acknowledged_at = Some(at),
            },
            Event::QuestionAsked { task, question, person } => self.questions.push(Question {
                task: *task,
                text: question.clone(),
                person: person.clone(),
                at,
                answer: None,
            }),
            Event::QuestionAnswered { task, answer } => {
                let open =
                    self.questions.iter_mut().find(|question| question.task == *task && question.answer.is_none());
                if let Some(question) = open {
                    question.answer = Some(answer.clone());
                }
            }
            _ => {}
        }
        self.restate();
    }

    pub(super) fn kind(&self) -> Option<StepKind> {
        self.current_step().map(|step| step.kind)
    }

    pub(super) fn leg_mut(&mut self, task: u32) -> Option<&mut LegState> {
        self.legs.get_mut((task as usize).checked_sub(1)?)
    }

    pub fn leg(&self, task: u32) -> Option<&LegState> {
        self.legs.get((task as usize).checked_sub(1)?)
    }

    pub(super) fn holder_of(&mut self, task: u32) -> &mut Option<String> {
        let in_leg = (task as usize).checked_sub(1).filter(|leg| *leg < self.legs.len());
        match in_leg.and_then(|leg| self.legs.get_mut(leg)) {
            Some(leg) => &mut leg.holder,
            None => &mut self.holder,
        }
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

    /// The one-stop that received it, as `agency/key`.
    pub fn one_stop(&self) -> &str {
        self.step_at(0).map_or("", |step| step.office.as_str())
    }

    /// The office that leads the matter (chủ trì): of the first step after intake; where that is walked in legs, of the lead.
    pub fn solving_office(&self) -> &str {
        let first = self.step_at(1).map(|step| match step.legs.iter().find(|leg| leg.lead) {
            Some(lead) => lead.steps.first().unwrap_or(step),
            None => step,
        });
        first.map_or("", |step| step.office.as_str())
    }

    /// Offices that work on it beside the one that leads (phối hợp): they examine, answer as agencies outside, or are asked.
    pub fn joining_offices(&self) -> Vec<&str> {
        let works = |step: &&Step| matches!(step.kind, StepKind::Work | StepKind::Outside);
        let route = crate::routing::all_steps(&self.subject.route).filter(works).map(|step| step.office.as_str());
        let asked = self.consultations.iter().map(|consultation| consultation.office.as_str());
        let mut named = std::collections::BTreeSet::from([self.solving_office(), self.one_stop()]);
        route.chain(asked).filter(|office| named.insert(office)).collect()
    }

    /// Offices that may see the dossier: every office of its route, and those that were asked. [DOS-09]
    pub fn offices(&self) -> impl Iterator<Item = &str> {
        let route = crate::routing::all_steps(&self.subject.route).map(|step| step.office.as_str());
        route.chain(self.consultations.iter().map(|consultation| consultation.office.as_str()))
    }

    /// Extensions granted so far, papers asked for so far: both are at most one by law. [DOS-15] [DOS-17]
    pub fn supplements(&self) -> usize {
        self.standstills.iter().filter(|stand| stand.kind == StandstillKind::Supplement).count()
    }
}

/// Nothing was handed in.
fn nothing_from(applicant: Person) -> Particulars {
    Particulars {
        applicant,
        acting: None,
        papers: Vec::new(),
        sets: 0,
        fee: FeeDue { way: FeeWay::NoFee, amount: 0 },
        return_via: ReturnVia::Counter,
        note: String::new(),
    }
}
