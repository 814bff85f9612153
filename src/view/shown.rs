//! How a dossier is put before people: names instead of ids, local times, days left in words.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Recorded, Status};
use motcua_domain::procedure::StepKind;
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::record::dossier::Found;
pub use crate::record::explain::{limit_words, reasons};
use crate::registry::Registry;

/// How a dossier stands to its promised date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Settled or running within the promise.
    InTime,
    /// Fewer working hours left than the site's threshold.
    Soon,
    Late,
    /// Nothing is promised.
    None,
}

/// One row of a list.
#[derive(Debug, Serialize)]
pub struct Row {
    pub id: String,
    pub code: String,
    pub applicant: String,
    pub procedure: String,
    pub field: String,
    pub status: Status,
    pub step: String,
    pub office: String,
    pub holder: Option<String>,
    pub received_at: String,
    pub due_at: Option<String>,
    pub timing: Timing,
}

pub fn row(registry: &Registry, locale: Locale, now: Timestamp, found: &Found) -> Row {
    let dossier = &found.dossier;
    let step = dossier.current_step();
    Row {
        id: found.id.clone(),
        code: dossier.code.clone(),
        applicant: dossier.applicant().name.clone(),
        procedure: dossier.subject.name.clone(),
        field: dossier.subject.field.clone(),
        status: dossier.status,
        step: step.map_or_else(String::new, |step| step.title.clone()),
        office: step.map_or_else(String::new, |step| registry.office_name(&step.office).to_owned()),
        holder: dossier.holder.as_ref().map(|login| registry.account_name(login).to_owned()),
        received_at: locale.date_time(registry.local(dossier.received_at)),
        due_at: dossier.promise.as_ref().map(|promise| locale.date_time(registry.local(promise.due_at))),
        timing: timing(registry, now, dossier),
    }
}

/// On time, soon late or late, at `now` or when it was settled.
pub fn timing(registry: &Registry, now: Timestamp, dossier: &Dossier) -> Timing {
    let Some(promise) = &dossier.promise else { return Timing::None };
    if let Some(settled) = dossier.settled_at {
        return if settled <= promise.due_at { Timing::InTime } else { Timing::Late };
    }
    if now > promise.due_at {
        return Timing::Late;
    }
    let soon = i64::from(registry.site.thresholds.due_soon_hours) * 60;
    let left = registry
        .calendar(&dossier.agency)
        .map(|calendar| calendar.minutes_between(registry.local(now), registry.local(promise.due_at)));
    match left {
        Ok(left) if left < soon => Timing::Soon,
        _ => Timing::InTime,
    }
}

/// One act, for the timeline: who, for which office, when, why.
#[derive(Debug, Serialize)]
pub struct Act {
    pub seq: i64,
    pub kind: &'static str,
    pub at: String,
    pub by: String,
    pub office: String,
    /// The reason, note or title, in the words of whoever acted.
    pub words: String,
    /// Title of the step it went to, for a move.
    pub to: String,
}

pub fn act(registry: &Registry, locale: Locale, dossier: &Dossier, recorded: &Recorded) -> Act {
    use motcua_domain::dossier::Event;
    let title = |step: u32| dossier.step_at(step).map_or_else(String::new, |step| step.title.clone());
    let (words, to) = match &recorded.event {
        Event::Accepted(_) => (String::new(), String::new()),
        Event::RefusedAtIntake(refusal) => (refusal.reason.clone(), String::new()),
        Event::Corrected { reason, .. } => (reason.clone(), String::new()),
        Event::Claimed { account } | Event::Assigned { account } => {
            (String::new(), registry.account_name(account).to_owned())
        }
        Event::Forwarded { to, note, .. } => (note.clone(), title(*to)),
        Event::SentBack { to, reason, .. } | Event::Returned { to, reason, .. } => (reason.clone(), title(*to)),
        Event::Proposed { note, .. } | Event::Approved { note, .. } => (note.clone(), String::new()),
        Event::ResultAttached(paper) => (paper.title.clone(), String::new()),
        Event::HandedOver(recipient) => (recipient.authority.clone().unwrap_or_default(), recipient.name.clone()),
    };
    Act {
        seq: recorded.seq,
        kind: recorded.event.kind(),
        at: locale.date_time(registry.local(recorded.at)),
        by: registry.account_name(&recorded.by).to_owned(),
        office: registry.office_name(&recorded.office).to_owned(),
        words,
        to,
    }
}

/// What may be done next, for the buttons of the dossier screen. The rules decide again when a button is pressed.
#[derive(Debug, Default, Serialize)]
pub struct Possible {
    pub claim: bool,
    pub forward: bool,
    pub propose: bool,
    pub sign: bool,
    pub attach: bool,
    pub hand_over: bool,
    pub correct: bool,
    pub assign: bool,
    pub send_back: bool,
}

pub fn possible(dossier: &Dossier, officer: &motcua_domain::identity::Officer) -> Possible {
    use motcua_domain::identity::Role;
    let (Some(step), false) = (dossier.current_step(), dossier.status.is_closed()) else { return Possible::default() };
    let mine = Role::parse(&step.role).is_some_and(|role| officer.holds(&step.office, role));
    let held_by_other = dossier.holder.as_ref().is_some_and(|holder| *holder != officer.account);
    let at_counter = matches!(step.kind, StepKind::Intake | StepKind::Return);
    let acts = mine && (at_counter || !held_by_other);
    let next_is_work = dossier.step_at(dossier.step + 1).is_some_and(|next| next.kind == StepKind::Work);
    let one_stop = dossier.step_at(0).map_or("", |step| step.office.as_str());
    let heads = officer.holds(&step.office, Role::OfficeHead) || officer.holds(&step.office, Role::Leader);
    Possible {
        claim: acts && dossier.holder.is_none() && !at_counter,
        forward: acts && (step.kind == StepKind::Intake || (step.kind == StepKind::Work && next_is_work)),
        propose: acts && step.kind == StepKind::Work && !next_is_work,
        sign: acts && step.kind == StepKind::Sign,
        attach: acts && step.kind != StepKind::Intake,
        hand_over: acts && step.kind == StepKind::Return,
        correct: officer.holds(one_stop, Role::OneStopOfficer),
        assign: heads && !at_counter,
        send_back: acts && dossier.step > 0 && step.kind != StepKind::Sign,
    }
}
