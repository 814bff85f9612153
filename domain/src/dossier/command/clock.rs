//! Acts that touch the clock: waiting for papers or a payment, outages, putting off, and ends before the end.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Dossier, Event, PaperIn, Refusal, Setting, StepKind, Task, TaskKind, needed, optional, said};
use crate::deadline;
use crate::dossier::{CONSULTATION, Extension, NewDue, PaperAsked, StandstillKind, StepTime, SupplementRequest};

/// Most papers asked for at once; more is a mistake.
pub const ITEMS_MAX: usize = 40;

/// The clock stands until what is missing is here. Asked once, fully; a second time needs its reason. [DOS-14] [DOS-15]
pub(super) fn ask_supplement(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    request: SupplementRequest,
) -> Result<Vec<Event>, Refusal> {
    if !matches!(task.kind, TaskKind::Step(StepKind::Intake | StepKind::Work)) {
        return Err(Refusal::WrongStep);
    }
    waiting_for_nothing(dossier)?;
    let first = dossier.supplements() == 0;
    let request = SupplementRequest {
        items: request.items.into_iter().map(named).collect::<Result<_, _>>()?,
        reason: needed(request.reason)?,
        ground: optional(request.ground)?,
        again: if first { String::new() } else { optional(request.again)? },
        answer_by: request.answer_by,
    };
    if request.items.is_empty() || request.items.len() > ITEMS_MAX {
        return Err(Refusal::NothingAsked);
    }
    if !first && request.again.is_empty() {
        return Err(Refusal::SupplementAgain);
    }
    if request.answer_by.is_some_and(|by| by <= setting.now) {
        return Err(Refusal::AnswerByPast);
    }
    let late = working_days_since(setting, dossier.received_at) > i64::from(setting.policy.supplement_within_days);
    Ok(vec![Event::SupplementAsked { task: task.number, request: Box::new(request), late }])
}

fn named(paper: PaperAsked) -> Result<PaperAsked, Refusal> {
    let name = optional(paper.name)?;
    match (name.is_empty(), paper.originals + paper.copies) {
        (true, _) => Err(Refusal::NothingAsked),
        (false, 0) => Err(Refusal::CopiesMissing),
        _ => Ok(PaperAsked { name, ..paper }),
    }
}

/// What was asked for is complete: the limit runs anew or goes on, by the dossier's law. [CLK-16] [CLK-17]
pub(super) fn receive_supplement(
    dossier: &Dossier,
    setting: &Setting,
    papers: Vec<PaperIn>,
    note: String,
) -> Result<Vec<Event>, Refusal> {
    let due = goes_on(dossier, setting, StandstillKind::Supplement)?;
    let steps = steps_go_on(dossier, setting, StandstillKind::Supplement);
    Ok(vec![Event::SupplementReceived { papers, note: optional(note)?, due, steps }])
}

/// The clock stands until the applicant has paid what is due in the course of the matter. [DOS-16]
pub(super) fn ask_payment(dossier: &Dossier, task: &Task, amount: i64, reason: String) -> Result<Vec<Event>, Refusal> {
    if !matches!(task.kind, TaskKind::Step(StepKind::Intake | StepKind::Work | StepKind::Outside)) {
        return Err(Refusal::WrongStep);
    }
    waiting_for_nothing(dossier)?;
    if amount <= 0 {
        return Err(Refusal::AmountMissing);
    }
    Ok(vec![Event::PaymentAsked { task: task.number, amount, reason: needed(reason)? }])
}

pub(super) fn receive_payment(dossier: &Dossier, setting: &Setting, reference: String) -> Result<Vec<Event>, Refusal> {
    let due = goes_on(dossier, setting, StandstillKind::Payment)?;
    let steps = steps_go_on(dossier, setting, StandstillKind::Payment);
    Ok(vec![Event::PaymentReceived { reference: said(reference)?, due, steps }])
}

pub(super) fn begin_outage(dossier: &Dossier, reason: String) -> Result<Vec<Event>, Refusal> {
    not_settled(dossier)?;
    if stands(dossier, StandstillKind::Outage) {
        return Err(Refusal::ClockStands);
    }
    Ok(vec![Event::OutageBegan { reason: needed(reason)? }])
}

pub(super) fn end_outage(dossier: &Dossier, setting: &Setting) -> Result<Vec<Event>, Refusal> {
    let due = goes_on(dossier, setting, StandstillKind::Outage)?;
    Ok(vec![Event::OutageEnded { due, steps: steps_go_on(dossier, setting, StandstillKind::Outage) }])
}

/// The date is put off once, with an apology; said too late it still counts, but is marked. [DOS-17] NĐ 61/2018 Art. 19.9
pub(super) fn extend(dossier: &Dossier, setting: &Setting, to: Date, reason: String) -> Result<Vec<Event>, Refusal> {
    not_settled(dossier)?;
    let before = dossier.due_at().ok_or(Refusal::ClockStands)?;
    if dossier.extensions.len() >= setting.policy.extensions_max as usize {
        return Err(Refusal::ExtendedAlready);
    }
    let reason = needed(reason)?;
    let closing = setting.clock.calendar.closing(to).ok_or(match setting.clock.calendar.covers_year(to.year()) {
        true => Refusal::DayClosed,
        false => Refusal::Clock(deadline::Refusal::YearNotCovered { year: to.year() }),
    })?;
    let due_at = setting.clock.instant(closing)?;
    if due_at <= before.max(setting.now) {
        return Err(Refusal::NotLater);
    }
    let local = |at: Timestamp| setting.clock.zone.to_datetime(at);
    let (granted, due) = (local(setting.now), local(before));
    let extension = deadline::Extension { granted, to: closing };
    let reckoned = dossier.reckon(&setting.clock, None, Some(extension))?.ok_or(Refusal::ClockStands)?;
    let days_before = setting.policy.extension_days_before;
    let late = !deadline::extension_in_time(setting.clock.calendar, granted, due, days_before);
    // A closure entered since receipt may carry a new reckoning past the date that is granted; granted it is all the same.
    let reasons = match reckoned.due_at == due_at {
        true => reckoned.reasons,
        false => serde_json::to_value(deadline::told(extension)).unwrap_or_default(),
    };
    // What was promised stays what it was. [OTR-03]
    let firm_due_at = dossier.firm_due_at();
    let due = NewDue { due_at, reasons, national_due_at: reckoned.national_due_at, firm_due_at };
    Ok(vec![Event::Extended(Box::new(Extension { before, due, reason, late }))])
}

/// A date changes only when somebody says so. [CLK-19]
pub(super) fn recompute(dossier: &Dossier, setting: &Setting, reason: String) -> Result<Vec<Event>, Refusal> {
    not_settled(dossier)?;
    let before = dossier.due_at().ok_or(Refusal::ClockStands)?;
    let reason = needed(reason)?;
    let due = dossier.reckon(&setting.clock, None, None)?.ok_or(Refusal::ClockStands)?;
    if due.due_at == before {
        return Err(Refusal::NothingChanged);
    }
    Ok(vec![Event::DueRecomputed { reason, due }])
}

/// The applicant takes the dossier back before it is settled. [DOS-18]
pub(super) fn withdraw(dossier: &Dossier, reason: String, fee: String) -> Result<Vec<Event>, Refusal> {
    not_settled(dossier)?;
    Ok(vec![Event::Withdrawn { reason: needed(reason)?, fee: optional(fee)? }])
}

/// The office stops working on it, with reason and ground. [DOS-18]
pub(super) fn stop(dossier: &Dossier, reason: String, ground: String, fee: String) -> Result<Vec<Event>, Refusal> {
    not_settled(dossier)?;
    Ok(vec![Event::Stopped { reason: needed(reason)?, ground: optional(ground)?, fee: optional(fee)? }])
}

/// The due moment when the standstill of a kind ends now. Where the clock stands for something else too, what is promised
/// becomes known when that ends; until then the date before stays on record.
fn goes_on(dossier: &Dossier, setting: &Setting, kind: StandstillKind) -> Result<NewDue, Refusal> {
    if !stands(dossier, kind) {
        return Err(Refusal::NotWaiting);
    }
    if let Some(due) = dossier.reckon(&setting.clock, Some((kind, setting.now)), None)? {
        return Ok(due);
    }
    let due_at = dossier.last_due_at().ok_or(Refusal::NotWaiting)?;
    let reasons = dossier.reasons().cloned().unwrap_or_default();
    let firm_due_at = dossier.firm_due_at().filter(|_| !dossier.extensions.is_empty());
    Ok(NewDue { due_at, reasons, national_due_at: dossier.national_due_at().unwrap_or(due_at), firm_due_at })
}

/// Steps that stood for this alone have from now on what was left of their time when they came to stand. [CLK-26]
fn steps_go_on(dossier: &Dossier, setting: &Setting, kind: StandstillKind) -> Vec<StepTime> {
    let tasks = dossier.tasks().into_iter().filter(|task| task.number < CONSULTATION);
    let freed = tasks.filter(|task| {
        let mut holding = dossier.standstills.iter().filter(|stand| stand.is_open() && stand.holds(task.number));
        holding.clone().count() == 1 && holding.all(|stand| stand.kind == kind)
    });
    freed.filter_map(|task| step_goes_on(dossier, setting, &task)).collect()
}

fn step_goes_on(dossier: &Dossier, setting: &Setting, task: &Task) -> Option<StepTime> {
    let due = dossier.leg(task.number).map_or(dossier.step_due, |leg| leg.due_at)?;
    let since = stood_since(dossier, task.number, setting.now).max(task.since);
    // Late already: it stays so.
    if due <= since {
        return None;
    }
    let calendar = (setting.calendars)(task.office.split('/').next()?)?;
    let local = |at: Timestamp| setting.clock.zone.to_datetime(at);
    let due = deadline::step_goes_on(calendar, local(due), local(since), local(setting.now)).ok()?;
    Some(StepTime { task: task.number, due_at: setting.clock.instant(due).ok()? })
}

/// Since when a task has stood without a break; standstills that overlap are one.
fn stood_since(dossier: &Dossier, task: u32, now: Timestamp) -> Timestamp {
    let mut since = now;
    let standing = |since: Timestamp| {
        let holds = dossier.standstills.iter().filter(|stand| stand.holds(task) && stand.from < since);
        holds.filter(|stand| stand.to.is_none_or(|to| to > since)).map(|stand| stand.from).min()
    };
    while let Some(earlier) = standing(since) {
        since = earlier;
    }
    since
}

fn stands(dossier: &Dossier, kind: StandstillKind) -> bool {
    dossier.standstills.iter().any(|stand| stand.kind == kind && stand.to.is_none())
}

fn waiting_for_nothing(dossier: &Dossier) -> Result<(), Refusal> {
    not_settled(dossier)?;
    let waits = stands(dossier, StandstillKind::Supplement) || stands(dossier, StandstillKind::Payment);
    if waits { Err(Refusal::ClockStands) } else { Ok(()) }
}

fn not_settled(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.settled_at.is_some() { Err(Refusal::WrongStep) } else { Ok(()) }
}

fn working_days_since(setting: &Setting, at: Timestamp) -> i64 {
    let day = |at: Timestamp| setting.clock.zone.to_datetime(at).date();
    setting.clock.calendar.working_days_between(day(at), day(setting.now))
}
