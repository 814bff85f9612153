//! An event as anybody may read it, without persons: the line that is exported and that figures follow from. [OTR-18]

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dossier::{Acceptance, Event, NewDue, Recorded};
use crate::procedure::{Channel, StepKind, Tier};

/// One event. Who acted and whom it is about is not in it; fields are named one by one, so that nothing slips in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicEvent {
    pub dossier: String,
    pub seq: i64,
    pub at: Timestamp,
    pub event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
    /// Step of the main route it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Dates>,
}

/// What is known from the first event on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub agency: String,
    pub tier: Tier,
    pub field: String,
    pub procedure: String,
    pub channel: Channel,
    pub due_at: Timestamp,
    /// Steps of the main route at which the result lies at the one-stop.
    pub settled_at_steps: Vec<usize>,
}

/// Dates that an event gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    pub due_at: Timestamp,
    pub national_due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_due_at: Option<Timestamp>,
    /// The date that an extension replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
}

impl PublicEvent {
    pub fn of(recorded: &Recorded) -> Self {
        let dates = |due: &NewDue, before| Dates {
            due_at: due.due_at,
            national_due_at: due.national_due_at,
            firm_due_at: due.firm_due_at,
            before,
        };
        let (mut accepted, mut to, mut due) = (None, None, None);
        match &recorded.event {
            Event::Accepted(acceptance) => accepted = Some(Accepted::of(acceptance)),
            Event::Forwarded { task: 0, to: step, .. }
            | Event::SentBack { task: 0, to: step, .. }
            | Event::Returned { task: 0, to: step, .. } => to = Some(*step),
            Event::SupplementReceived { due: new, .. }
            | Event::PaymentReceived { due: new, .. }
            | Event::OutageEnded { due: new, .. }
            | Event::DueRecomputed { due: new, .. } => due = Some(dates(new, None)),
            Event::Extended(extension) => due = Some(dates(&extension.due, Some(extension.before))),
            _ => {}
        }
        Self {
            dossier: recorded.stream.clone(),
            seq: recorded.seq,
            at: recorded.at,
            event: recorded.event.kind().to_owned(),
            accepted,
            to,
            due,
        }
    }
}

impl Accepted {
    fn of(acceptance: &Acceptance) -> Self {
        let subject = &acceptance.subject;
        let steps = subject.route.iter().enumerate().filter(|(_, step)| step.kind == StepKind::Return);
        Self {
            agency: acceptance.agency.clone(),
            tier: subject.tier,
            field: subject.field.clone(),
            procedure: subject.procedure.clone(),
            channel: acceptance.channel,
            due_at: acceptance.promise.due_at,
            settled_at_steps: steps.map(|(at, _)| at).collect(),
        }
    }
}
