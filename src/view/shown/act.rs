//! One act of the timeline: who, for whom, for which office, when, why.

use motcua_domain::dossier::{Dossier, Event, Recorded};
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::registry::Registry;

#[derive(Debug, Serialize)]
pub struct Act {
    pub seq: i64,
    pub kind: &'static str,
    pub at: String,
    pub by: String,
    /// Whose post it was done on, where somebody stood in; empty otherwise.
    pub acting_for: String,
    pub office: String,
    /// The reason, note or title, in the words of whoever acted.
    pub words: String,
    /// Title of the step it went to, for a move; name of the leg, the office, the person it is about.
    pub to: String,
}

pub fn act(registry: &Registry, locale: Locale, dossier: &Dossier, recorded: &Recorded) -> Act {
    let (words, to) = told(registry, locale, dossier, &recorded.event);
    let by = registry.who(&recorded.by);
    Act {
        seq: recorded.seq,
        kind: recorded.event.kind(),
        at: locale.date_time(registry.local(recorded.at)),
        by: by.to_owned(),
        acting_for: recorded.acting_for.as_ref().map_or_else(String::new, |x| registry.account_name(x).to_owned()),
        office: registry.office_name(&recorded.office).to_owned(),
        words,
        to,
    }
}

/// What was said, and where it went or whom it is about.
fn told(registry: &Registry, locale: Locale, dossier: &Dossier, event: &Event) -> (String, String) {
    let nothing = String::new;
    let step = |task: u32, step: u32| {
        dossier.chain(task).get(step as usize).map_or_else(String::new, |step| step.title.clone())
    };
    let leg = |task: u32| match (task as usize).checked_sub(1) {
        Some(at) => legs(dossier).nth(at).unwrap_or_default(),
        None => String::new(),
    };
    let local = |at: jiff::Timestamp| locale.date_time(registry.local(at));
    match event {
        Event::Accepted(_) | Event::OutageEnded { .. } => (nothing(), nothing()),
        Event::RefusedAtIntake(refusal) => (refusal.reason.clone(), nothing()),
        Event::Corrected { reason, .. }
        | Event::OutageBegan { reason }
        | Event::Withdrawn { reason, .. }
        | Event::Stopped { reason, .. } => (reason.clone(), nothing()),
        Event::Claimed { account, .. } | Event::Assigned { account, .. } => {
            (nothing(), registry.account_name(account).to_owned())
        }
        Event::Forwarded { task, to, note, .. } => (note.clone(), step(*task, *to)),
        Event::SentBack { task, to, reason, .. } | Event::Returned { task, to, reason, .. } => {
            (reason.clone(), step(*task, *to))
        }
        Event::Confirmed { slip, .. } => (nothing(), slip.clone()),
        Event::Proposed { task, note, person, .. } => (note.clone(), joined(&leg(*task), person)),
        Event::Approved { task, note, .. } => (note.clone(), leg(*task)),
        Event::LegAnswered { task } => (nothing(), leg(*task)),
        Event::SupplementAsked { request, .. } => (request.reason.clone(), nothing()),
        Event::SupplementReceived { note, due, .. } => (note.clone(), local(due.due_at)),
        Event::PaymentAsked { reason, amount, .. } => (reason.clone(), locale.number(*amount)),
        Event::PaymentReceived { reference, due, .. } => (reference.clone(), local(due.due_at)),
        Event::Extended(extension) => (extension.reason.clone(), local(extension.due.due_at)),
        Event::DueRecomputed { reason, due } => (reason.clone(), local(due.due_at)),
        Event::ConsultationAsked { office, question, .. } => {
            (question.clone(), registry.office_name(office).to_owned())
        }
        Event::ConsultationAnswered { answer, person, .. } => (answer.clone(), person.clone()),
        Event::Acknowledged { person, .. } => (nothing(), person.clone()),
        Event::QuestionAsked { question, person, .. } => (question.clone(), person.clone()),
        Event::QuestionAnswered { answer, .. } => (answer.clone(), nothing()),
        Event::LetterIssued { number, year, .. } => (nothing(), format!("{number}/{year}")),
        Event::ResultReceived { slip } => (nothing(), slip.clone()),
        Event::ResultAttached(paper) => (paper.title.clone(), paper.person.clone()),
        Event::HandedOver(recipient) => (recipient.authority.clone().unwrap_or_default(), recipient.name.clone()),
    }
}

fn joined(leg: &str, person: &str) -> String {
    [leg, person].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Titles of the legs of the dossier's parallel step; a route has one at most worth naming at a time.
fn legs(dossier: &Dossier) -> impl Iterator<Item = String> {
    let step = dossier.current_step().filter(|step| !step.legs.is_empty());
    let step = step.or_else(|| dossier.subject.route.iter().rfind(|step| !step.legs.is_empty()));
    step.into_iter().flat_map(|step| step.legs.iter().map(|leg| leg.title.clone()))
}
