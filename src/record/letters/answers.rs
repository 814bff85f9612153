//! The numbered letters to the applicant: what is missing, no, later, and not any more. Each comes out of one event; its facts
//! are the dossier as it stood then.

use std::collections::BTreeSet;

use jiff::Timestamp;
use motcua_domain::deadline::AfterSupplement;
use motcua_domain::dossier::{Dossier, Event, FeeWay, IntakeRefusal, PaperAsked, Recorded, Standstill, Task, TaskKind};
use motcua_print::{
    Apology, ApologyTiming, ClockThen, Contact, Moment, Paper, Refusal, Stage, Stop, StopCause, Supplement,
    SupplementItem,
};

use super::Issue;
use super::facts::{issuer, moment, person, procedure, say, signer, tracking_url};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;

/// The dossier after the events, and the last of them that fits.
pub(super) fn last(events: &[Recorded], fits: impl Fn(&Event) -> bool) -> Result<(Dossier, &Recorded), Failure> {
    let at = events.iter().rposition(|recorded| fits(&recorded.event)).ok_or(Failure::NotFound)?;
    let dossier = Dossier::fold(events.get(..=at).unwrap_or_default()).ok_or(Failure::NotFound)?;
    Ok((dossier, events.get(at).ok_or(Failure::NotFound)?))
}

/// Who stood at the counter.
pub(super) fn submitter(dossier: &Dossier) -> motcua_print::Person {
    let acting = dossier.particulars.acting.as_ref().map(|acting| &acting.person);
    let submitter = acting.unwrap_or(dossier.applicant());
    motcua_print::Person {
        phone: submitter.phone.clone().or_else(|| dossier.applicant().phone.clone()),
        ..person(submitter)
    }
}

fn tracking(issue: &Issue, dossier: &Dossier) -> Option<String> {
    Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt))
}

fn on(issue: &Issue, at: Timestamp) -> Moment {
    moment(issue.registry, at)
}

fn text(words: &str) -> Option<String> {
    Some(words.to_owned()).filter(|words| !words.is_empty())
}

pub(super) fn supplement(issue: &Issue, events: &[Recorded], number: Option<u32>) -> Result<Supplement, Failure> {
    let fits = |event: &Event| match event {
        Event::SupplementAsked { .. } => true,
        Event::RefusedAtIntake(refusal) => !refusal.missing.is_empty(),
        _ => false,
    };
    let (dossier, asked) = last(events, fits)?;
    let item = |paper: &PaperAsked, reason: &str, ground: &str| SupplementItem {
        what: paper.name.clone(),
        originals: paper.originals,
        certified: 0,
        copies: paper.copies,
        reason: reason.to_owned(),
        legal_ground: text(ground),
    };
    let law = dossier.promise.as_ref().map(|promise| promise.after_supplement);
    let issuer = issuer(issue, &dossier.agency)?;
    let facts = Supplement {
        made_on: on(issue, asked.at),
        number,
        code: Some(dossier.code.clone()),
        stage: Stage::Examination,
        person: submitter(&dossier),
        procedure: procedure(&dossier),
        items: Vec::new(),
        deadline: None,
        then: law.map(|law| match law {
            AfterSupplement::Restart => ClockThen::Restart,
            AfterSupplement::Pause => ClockThen::Resume,
        }),
        again_because: None,
        helper: Some(Contact {
            name: issue.registry.account_name(&asked.by).to_owned(),
            phone: issuer.hotline.clone(),
        }),
        issuer,
        tracking_url: tracking(issue, &dossier),
        signer: signer(issue, asked),
    };
    Ok(match &asked.event {
        Event::SupplementAsked { request, .. } => Supplement {
            items: request.items.iter().map(|paper| item(paper, &request.reason, &request.ground)).collect(),
            deadline: request.answer_by.map(|by| on(issue, by)),
            again_because: text(&request.again),
            ..facts
        },
        Event::RefusedAtIntake(refusal) => Supplement {
            stage: Stage::Intake,
            items: refusal.missing.iter().map(|paper| item(paper, &refusal.reason, "")).collect(),
            then: None,
            ..facts
        },
        _ => facts,
    })
}

pub(super) fn refusal(issue: &Issue, events: &[Recorded], number: Option<u32>) -> Result<Refusal, Failure> {
    let at_intake = |event: &Event| matches!(event, Event::RefusedAtIntake(_));
    // After examination it is the whole story that refuses: the proposal, and whoever agreed.
    let (dossier, said) = match last(events, at_intake) {
        Ok(found) => found,
        Err(_) => last(events, |event| matches!(event, Event::Approved { .. } | Event::Proposed { .. }))?,
    };
    let reason = match &said.event {
        Event::RefusedAtIntake(refusal) => IntakeRefusal::clone(refusal).reason,
        _ => dossier.refusal.clone().ok_or(Failure::NotFound)?,
    };
    let intake = at_intake(&said.event);
    Ok(Refusal {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: on(issue, said.at),
        number,
        code: Some(dossier.code.clone()),
        stage: if intake { Stage::Intake } else { Stage::Examination },
        person: submitter(&dossier),
        procedure: procedure(&dossier),
        reasons: reason.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
        legal_ground: None,
        tracking_url: tracking(issue, &dossier),
        signer: signer(issue, said),
    })
}

pub(super) fn apology(issue: &Issue, events: &[Recorded], number: Option<u32>) -> Result<Apology, Failure> {
    let (dossier, said) = last(events, |event| matches!(event, Event::Extended(_)))?;
    let Event::Extended(extension) = &said.event else { return Err(Failure::NotFound) };
    let registry = issue.registry;
    let late_office = late_offices(&dossier, said).into_iter().map(|office| registry.office_name(office));
    Ok(Apology {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: on(issue, said.at),
        number,
        code: dossier.code.clone(),
        person: submitter(&dossier),
        procedure: procedure(&dossier),
        received_at: on(issue, dossier.received_at),
        due_at: on(issue, extension.before),
        new_due_at: on(issue, extension.due.due_at),
        late_office: late_office.collect::<Vec<_>>().join(", "),
        reason: extension.reason.clone(),
        timing: match (extension.late, said.at > extension.before) {
            (_, true) => ApologyTiming::Overdue,
            (true, _) => ApologyTiming::Late,
            _ => ApologyTiming::InTime,
        },
        return_place: registry.office_name(dossier.one_stop()).to_owned(),
        recipients: Vec::new(),
        tracking_url: tracking(issue, &dossier),
        signer: signer(issue, said),
    })
}

/// The offices whose time is over and who still have the dossier; while none is over, all who have it.
fn late_offices<'a>(dossier: &'a Dossier, said: &'a Recorded) -> Vec<&'a str> {
    let tasks = dossier.tasks();
    let overdue = |task: &&Task| task.due_at.is_some_and(|due| due < said.at);
    let mut late: Vec<&str> = tasks.iter().filter(overdue).map(|task| task.office).collect();
    if late.is_empty() {
        late = tasks.iter().filter(|task| task.kind != TaskKind::Consultation).map(|task| task.office).collect();
    }
    if late.is_empty() {
        late.push(&said.office);
    }
    let mut named = BTreeSet::new();
    late.retain(|office| named.insert(*office));
    late
}

/// What was paid, with what becomes of it; nothing where the matter costs nothing. [LET-17]
fn fees(issue: &Issue, events: &[Recorded], dossier: &Dossier, refund: &str) -> Option<String> {
    let fee = dossier.particulars.fee;
    let at_intake = if fee.way == FeeWay::Before { fee.amount } else { 0 };
    let paid = at_intake + received_payments(events);
    let amount = || say(issue.texts, "money.dong", &[("amount", Locale::Vi.number(paid))]);
    match (paid > 0, fee.way) {
        (true, _) if refund.is_empty() => Some(amount()),
        (true, _) => Some(format!("{}; {}", amount(), refund.trim_end_matches('.'))),
        (false, FeeWay::After) if fee.amount > 0 => Some(say(issue.texts, "letters.fee_not_taken", &[])),
        _ => None,
    }
}

/// What was paid in the course of the matter.
fn received_payments(events: &[Recorded]) -> i64 {
    let (mut asked, mut received) = (0, 0);
    for recorded in events {
        match &recorded.event {
            Event::PaymentAsked { amount, .. } => asked = *amount,
            Event::PaymentReceived { .. } => received += asked,
            _ => {}
        }
    }
    received
}

pub(super) fn stop(issue: &Issue, events: &[Recorded], number: Option<u32>) -> Result<Stop, Failure> {
    let fits = |event: &Event| matches!(event, Event::Withdrawn { .. } | Event::Stopped { .. });
    let (dossier, said) = last(events, fits)?;
    // Only once the applicant's time was over is it their silence that ends the matter.
    let silent = |stand: &Standstill| {
        let answer_by = stand.request.as_ref().and_then(|request| request.answer_by);
        stand.to == Some(said.at) && answer_by.is_some_and(|by| by <= said.at)
    };
    let (cause, reason, ground, refund) = match &said.event {
        Event::Stopped { reason, ground, fee } if dossier.standstills.iter().any(silent) => {
            (StopCause::NoSupplement, reason, ground.as_str(), fee)
        }
        Event::Stopped { reason, ground, fee } => (StopCause::Agency, reason, ground.as_str(), fee),
        Event::Withdrawn { reason, fee } => (StopCause::Withdrawal, reason, "", fee),
        _ => return Err(Failure::NotFound),
    };
    let papers = dossier.particulars.papers.iter().filter(|paper| paper.originals > 0);
    Ok(Stop {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: on(issue, said.at),
        number,
        code: dossier.code.clone(),
        person: submitter(&dossier),
        procedure: procedure(&dossier),
        received_at: on(issue, dossier.received_at),
        due_at: dossier.last_due_at().map(|due| on(issue, due)),
        cause,
        stopped_at: on(issue, said.at),
        reason: reason.clone(),
        legal_ground: text(ground),
        fees: fees(issue, events, &dossier, refund),
        // Originals go back to whoever brought them. NĐ 61/2018 Art. 20.2
        returned: papers
            .map(|paper| Paper { name: paper.name.clone(), originals: paper.originals, certified: 0, copies: 0 })
            .collect(),
        recipients: Vec::new(),
        tracking_url: tracking(issue, &dossier),
        signer: signer(issue, said),
    })
}
