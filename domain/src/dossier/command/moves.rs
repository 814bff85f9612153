//! From step to step: forward, back, proposal and signature, on the main route and in a leg alike.

use jiff::Timestamp;

use super::{
    Dossier, Event, Outcome, Refusal, Setting, Step, StepKind, Task, TaskKind, is, needed, optional, step_due,
};

/// On to the next step. A step of work passes on to whoever works next; towards signing one proposes. [DOS-05]
pub(super) fn forward(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    note: String,
    slip: Option<String>,
) -> Result<Vec<Event>, Refusal> {
    let note = optional(note)?;
    let next = next(dossier, task);
    let works_next = next.is_some_and(|next| works(next.kind));
    match next {
        Some(_) if is(task, StepKind::Intake) => {}
        _ if is(task, StepKind::Work) && works_next => {}
        _ if is(task, StepKind::Work) => return Err(Refusal::NotProposed),
        _ => return Err(Refusal::WrongStep),
    }
    not_waiting(dossier, task)?;
    go_on(dossier, task, setting, note, slip, None)
}

/// What came with a slip is here. [RTE-07]
pub(super) fn confirm(task: &Task) -> Result<Vec<Event>, Refusal> {
    let slip = task.slip.ok_or(Refusal::NothingToConfirm)?.to_owned();
    Ok(vec![Event::Confirmed { task: task.number, slip }])
}

/// Back to any earlier step of the same chain. Not from signing: a leader returns; not from outside: an agency answers. [DOS-07]
pub(super) fn send_back(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    to: u32,
    reason: String,
) -> Result<Vec<Event>, Refusal> {
    let reason = needed(reason)?;
    if !matches!(task.kind, TaskKind::Step(StepKind::Intake | StepKind::Work | StepKind::Return)) {
        return Err(Refusal::WrongStep);
    }
    let from = dossier.at(task.number);
    if to >= from {
        return Err(Refusal::NotEarlier);
    }
    let due = return_to(dossier, task.number, to, setting);
    Ok(vec![Event::SentBack { task: task.number, from, to, reason, due }])
}

/// A refusal needs its reason in words: it is printed on form 03. [DOS-05] [DOS-07]
pub(super) fn propose(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    outcome: Outcome,
    note: String,
) -> Result<Vec<Event>, Refusal> {
    let works_next = next(dossier, task).is_some_and(|next| works(next.kind));
    if !is(task, StepKind::Work) || works_next {
        return Err(Refusal::WrongStep);
    }
    not_waiting(dossier, task)?;
    let note = words_of(outcome, note)?;
    answered(dossier, task, setting, outcome, note, String::new())
}

/// What somebody examined and thinks takes the task on; `person` speaks for an agency outside.
pub(super) fn answered(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    outcome: Outcome,
    note: String,
    person: String,
) -> Result<Vec<Event>, Refusal> {
    let on = go_on(dossier, task, setting, String::new(), None, Some((outcome, &note)))?;
    let mut events = vec![Event::Proposed { task: task.number, outcome, note, person }];
    events.extend(on);
    Ok(events)
}

pub(super) fn words_of(outcome: Outcome, note: String) -> Result<String, Refusal> {
    match outcome {
        Outcome::Refuse => needed(note),
        Outcome::Grant => optional(note),
    }
}

/// `hands`: who signs, and on whose post where somebody stands in.
pub(super) fn approve(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    hands: [Option<&str>; 2],
    note: String,
) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Sign) {
        return Err(Refusal::WrongStep);
    }
    let proposal = match dossier.leg(task.number) {
        Some(leg) if task.number > 0 => leg.proposal.as_ref(),
        _ => dossier.proposal.as_ref(),
    };
    let proposal = proposal.ok_or(Refusal::NotProposed)?;
    // [RTE-11] Nobody of one side, who acted or on whose post, stands on the other.
    let proposed = [Some(proposal.by.as_str()), proposal.acting_for.as_deref()];
    if task.four_eyes && hands.iter().flatten().any(|hand| proposed.contains(&Some(hand))) {
        return Err(Refusal::FourEyes);
    }
    not_waiting(dossier, task)?;
    let step = dossier.at(task.number);
    let mut events = vec![Event::Approved { task: task.number, step, note: optional(note)? }];
    let answer = Some((proposal.outcome, proposal.note.as_str()));
    events.extend(go_on(dossier, task, setting, String::new(), None, answer)?);
    Ok(events)
}

/// Back to whoever examined last before this step. [DOS-07]
pub(super) fn return_to_specialist(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    reason: String,
) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Sign) {
        return Err(Refusal::WrongStep);
    }
    let reason = needed(reason)?;
    let from = dossier.at(task.number);
    let chain = dossier.chain(task.number);
    let examined = |at: &u32| chain.get(*at as usize).is_some_and(|step| works(step.kind));
    let to = (0..from).rev().find(examined).ok_or(Refusal::WrongStep)?;
    let due = return_to(dossier, task.number, to, setting);
    Ok(vec![Event::Returned { task: task.number, from, to, reason, due }])
}

/// The events that take a task from its step to the next one; at the end of a leg, its answer, and on the main route what
/// follows when it was the last to answer. [RTE-06] `answer`: what the task answers with, where it ends a leg.
fn go_on(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    note: String,
    slip: Option<String>,
    answer: Option<(Outcome, &str)>,
) -> Result<Vec<Event>, Refusal> {
    let from = dossier.at(task.number);
    if next(dossier, task).is_some() {
        let to = from + 1;
        let due = arrival(dossier, task.number, to, setting);
        return Ok(vec![Event::Forwarded { task: task.number, from, to, note, due, slip }]);
    }
    if task.number == 0 {
        return Err(Refusal::WrongStep);
    }
    let mut events = vec![Event::LegAnswered { task: task.number }];
    let others = (1u32..).zip(&dossier.legs).filter(|(number, _)| *number != task.number);
    if others.into_iter().all(|(_, leg)| leg.answered_at.is_some()) {
        let to = dossier.step + 1;
        let next = dossier.step_at(to).ok_or(Refusal::WrongStep)?;
        if next.kind == StepKind::Return
            && let Some(again) = lead_again(dossier, task, setting, answer)
        {
            events.push(again);
            return Ok(events);
        }
        let due = arrival(dossier, 0, to, setting);
        events.push(Event::Forwarded { task: 0, from: dossier.step, to, note: String::new(), due, slip: None });
    }
    Ok(events)
}

/// The lead granted before a leg beside it refused, and nobody decides after the legs: the lead looks again. [RTE-13]
fn lead_again(dossier: &Dossier, task: &Task, setting: &Setting, answer: Option<(Outcome, &str)>) -> Option<Event> {
    let lead = dossier.lead_leg();
    let number = u32::try_from(lead + 1).ok().filter(|number| *number != task.number)?;
    let led = dossier.legs.get(lead)?;
    led.proposal.as_ref().filter(|proposal| proposal.outcome == Outcome::Grant)?;
    let refused_before = dossier.legs.iter().zip(&dossier.current_step()?.legs).filter_map(|(state, leg)| {
        let proposal = state.proposal.as_ref().filter(|_| state.answered_at > led.answered_at)?;
        Some((proposal.outcome, proposal.note.as_str(), leg.title.as_str()))
    });
    let now = answer.map(|(outcome, note)| (outcome, note, task.leg));
    let (_, note, title) = refused_before.chain(now).find(|(outcome, ..)| *outcome == Outcome::Refuse)?;
    let to = dossier.reopens(dossier.step)?.1;
    let due = arrival(dossier, number, to, setting);
    Some(Event::Returned { task: number, from: led.step, to, reason: format!("{title}: {note}"), due })
}

/// Until when the step that a task comes to has time: one moment, or one for each leg of a parallel step. [RTE-04]
fn arrival(dossier: &Dossier, task: u32, to: u32, setting: &Setting) -> Vec<Timestamp> {
    let Some(step) = dossier.chain(task).get(to as usize) else { return Vec::new() };
    let firsts: Vec<&Step> = match step.kind {
        StepKind::Parallel => step.legs.iter().filter_map(|leg| leg.steps.first()).collect(),
        _ => vec![step],
    };
    // All or none, so that a moment belongs to the leg of its place.
    firsts.into_iter().map(|step| step_due(setting, step)).collect::<Option<_>>().unwrap_or_default()
}

/// The same for a way back: at a parallel step that has answered, only the lead has time again. [RTE-06]
fn return_to(dossier: &Dossier, task: u32, to: u32, setting: &Setting) -> Vec<Timestamp> {
    let again = (task == 0).then(|| dossier.reopens(to)).flatten();
    let Some((lead, at)) = again else { return arrival(dossier, task, to, setting) };
    let leg = dossier.step_at(to).and_then(|step| step.legs.get(lead));
    let step = leg.and_then(|leg| leg.steps.get(at as usize));
    step.and_then(|step| step_due(setting, step)).into_iter().collect()
}

/// The next step of a task's own chain.
fn next<'a>(dossier: &'a Dossier, task: &Task) -> Option<&'a Step> {
    dossier.chain(task.number).get(dossier.at(task.number) as usize + 1)
}

/// Kinds of steps at which somebody examines.
fn works(kind: StepKind) -> bool {
    matches!(kind, StepKind::Work | StepKind::Outside | StepKind::Parallel)
}

/// While papers or a payment are awaited, whoever asked for them does not go on; other legs do. [DOS-14]
pub(super) fn not_waiting(dossier: &Dossier, task: &Task) -> Result<(), Refusal> {
    if dossier.waits(task.number) { Err(Refusal::ClockStands) } else { Ok(()) }
}
