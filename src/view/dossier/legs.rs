//! What is open of the dossier and who has it: its route, the legs that are walked at the same time, the offices that were
//! asked, the agencies outside with the days they have had it. [RTE-03] [RTE-08] [RTE-09]

use motcua_domain::dossier::{Outcome, Status, Stay, Task, TaskKind, stays};
use motcua_domain::identity::Officer;
use motcua_domain::procedure::{Step, StepKind};
use serde::Serialize;

use crate::view::shown::{self, Look, Timing};

/// An open task, to choose or to look at.
#[derive(Serialize)]
pub struct TaskShown {
    pub number: u32,
    pub href: String,
    pub current: bool,
    /// As [`TaskKind`] writes it.
    pub kind: &'static str,
    pub title: String,
    pub leg: String,
    pub office: String,
    pub holder: Option<String>,
    pub since: String,
    pub due_at: Option<String>,
    pub timing: Timing,
    /// The slip it came with and that nobody has confirmed.
    pub slip: Option<String>,
    /// Working days since it came.
    pub days: i64,
    pub acknowledged_at: Option<String>,
    /// Whether the officer can do something at it.
    pub mine: bool,
}

pub fn tasks(look: &Look, officer: &Officer, id: &str, chosen: u32) -> Vec<TaskShown> {
    let tasks = look.dossier.tasks();
    tasks
        .iter()
        .map(|task| TaskShown {
            number: task.number,
            href: format!("/desk/dossiers/{id}?task={}", task.number),
            current: task.number == chosen,
            kind: task.kind.as_str(),
            title: task.title.to_owned(),
            leg: task.leg.to_owned(),
            office: look.registry.office_name(task.office).to_owned(),
            holder: task.holder.map(|login| look.name(login).to_owned()),
            since: look.local(task.since),
            due_at: task.due_at.map(|at| look.local(at)),
            timing: shown::step_timing(look.registry, look.now, look.dossier, task),
            slip: task.slip.map(str::to_owned),
            days: look.days(task.since, look.now),
            acknowledged_at: task.acknowledged_at.map(|at| look.local(at)),
            mine: mine(look, officer, task),
        })
        .collect()
}

fn mine(look: &Look, officer: &Officer, task: &Task) -> bool {
    motcua_domain::dossier::can_act(look.dossier, task, officer)
}

/// A step of the route; a parallel one with its legs.
#[derive(Serialize)]
pub struct StepShown {
    pub title: String,
    pub office: String,
    pub hours: u32,
    /// `done`, `current` or `ahead`.
    pub place: &'static str,
    pub legs: Vec<LegShown>,
}

#[derive(Serialize)]
pub struct LegShown {
    pub title: String,
    pub lead: bool,
    /// `done`, `current` or `ahead`.
    pub place: &'static str,
    /// The office where it is, or was last.
    pub office: String,
    /// Title of the step it is at.
    pub step: String,
    pub since: String,
    pub answered_at: Option<String>,
    pub outcome: Option<Outcome>,
    pub note: String,
    pub by: String,
    /// Whether it lies, or lay, at an agency outside; with the working days it had it.
    pub outside: bool,
    pub days: i64,
    pub acknowledged_at: Option<String>,
}

pub fn steps(look: &Look) -> Vec<StepShown> {
    let dossier = look.dossier;
    let (closed, returned) = (dossier.status.is_closed(), dossier.status == Status::Returned);
    let stays = stays(look.events);
    let reached = dossier.subject.route.iter().take(dossier.step as usize + 1);
    let parallel =
        reached.enumerate().filter(|(_, step)| step.kind == StepKind::Parallel).map(|(at, _)| at).next_back();
    let route = dossier.subject.route.iter().enumerate();
    route
        .map(|(at, step)| {
            let place = match at.cmp(&(dossier.step as usize)) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if returned => "done",
                // Where it was ended it never got done.
                std::cmp::Ordering::Equal if !closed => "current",
                _ => "ahead",
            };
            StepShown {
                title: step.title.clone(),
                office: look.registry.office_name(&step.office).to_owned(),
                hours: motcua_domain::routing::hours(step),
                place,
                legs: legs(look, step, parallel == Some(at), &stays),
            }
        })
        .collect()
}

/// The legs of a step; how far they have come is known of the parallel step that was come to last.
fn legs(look: &Look, step: &Step, known: bool, stays: &[Stay]) -> Vec<LegShown> {
    let legs = (1u32..).zip(&step.legs);
    legs.map(|(number, leg)| {
        let state = look.dossier.leg(number).filter(|_| known);
        let at = state.and_then(|state| leg.steps.get(state.step as usize)).or(leg.steps.first());
        let proposal = state.and_then(|state| state.proposal.as_ref());
        let by = proposal.map(|proposal| if proposal.person.is_empty() { &proposal.by } else { &proposal.person });
        let place = match state {
            Some(state) if state.answered_at.is_some() => "done",
            Some(_) if look.dossier.status.is_closed() => "ahead",
            Some(_) => "current",
            None => "ahead",
        };
        LegShown {
            title: leg.title.clone(),
            lead: leg.lead,
            place,
            office: at.map_or_else(String::new, |step| look.registry.office_name(&step.office).to_owned()),
            step: at.map_or_else(String::new, |step| step.title.clone()),
            since: state.map_or_else(String::new, |state| look.local(state.since)),
            answered_at: state.and_then(|state| state.answered_at).map(|at| look.local(at)),
            outcome: proposal.map(|proposal| proposal.outcome),
            note: proposal.map_or_else(String::new, |proposal| proposal.note.clone()),
            by: by.map_or_else(String::new, |who| look.name(who).to_owned()),
            outside: at.is_some_and(|step| step.kind == StepKind::Outside),
            days: state.map_or(0, |state| days_outside(look, number, state.step, stays)),
            acknowledged_at: state.and_then(|state| state.acknowledged_at).map(|at| look.local(at)),
        }
    })
    .collect()
}

/// The working days a task lay at the agency outside of one of its steps; they are the agency's, acknowledged or not. [RTE-08]
pub fn days_outside(look: &Look, task: u32, step: u32, stays: &[Stay]) -> i64 {
    let outside = TaskKind::Step(StepKind::Outside);
    let there = stays.iter().filter(|stay| stay.task == task && stay.step == step && stay.kind == outside);
    there.map(|stay| look.days(stay.from, stay.to.unwrap_or(look.now))).sum()
}

/// A question to another office with its answer.
#[derive(Serialize)]
pub struct ConsultationShown {
    pub office: String,
    pub question: String,
    pub asked_at: String,
    pub asked_by: String,
    pub answer_by: String,
    pub answer: String,
    pub answered_at: Option<String>,
    pub answered_by: String,
    /// The answer came late, or has not come although it was due.
    pub late: bool,
}

pub fn consultations(look: &Look) -> Vec<ConsultationShown> {
    let consultations = look.dossier.consultations.iter();
    consultations
        .map(|asked| {
            let answer = asked.answer.as_ref();
            let by = answer.map_or(String::new(), |answer| match answer.person.as_str() {
                "" => look.name(&answer.by).to_owned(),
                person => format!("{person} ({})", look.name(&answer.by)),
            });
            ConsultationShown {
                office: look.registry.office_name(&asked.office).to_owned(),
                question: asked.question.clone(),
                asked_at: look.local(asked.asked_at),
                asked_by: look.name(&asked.asked_by).to_owned(),
                answer_by: look.local(asked.answer_by),
                answer: answer.map_or_else(String::new, |answer| answer.text.clone()),
                answered_at: answer.map(|answer| look.local(answer.at)),
                answered_by: by,
                late: answer.map_or(look.now > asked.answer_by, |answer| answer.late),
            }
        })
        .collect()
}

/// What an agency outside asked, with the one-stop's answer.
#[derive(Serialize)]
pub struct QuestionShown {
    pub text: String,
    pub person: String,
    pub at: String,
    pub answer: Option<String>,
}

pub fn questions(look: &Look) -> Vec<QuestionShown> {
    let questions = look.dossier.questions.iter();
    questions
        .map(|asked| QuestionShown {
            text: asked.text.clone(),
            person: asked.person.clone(),
            at: look.local(asked.at),
            answer: asked.answer.clone(),
        })
        .collect()
}
