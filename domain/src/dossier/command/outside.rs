//! Others who are asked: agencies outside that have no account here, and offices that are consulted. [RTE-08] [RTE-09]

use jiff::Timestamp;

use super::{Dossier, Event, Outcome, Refusal, Setting, StepKind, Task, TaskKind, is, moves, optional, said};
use crate::dossier::CONSULTATION;

/// The agency says that it has the dossier. Saying so twice changes nothing and is refused.
pub(super) fn acknowledge(task: &Task, person: String) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Outside) {
        return Err(Refusal::WrongStep);
    }
    if task.acknowledged_at.is_some() {
        return Err(Refusal::NothingChanged);
    }
    Ok(vec![Event::Acknowledged { task: task.number, person: named(person)? }])
}

/// The agency asks the one-stop; the days stay the agency's.
pub(super) fn ask(task: &Task, question: String, person: String) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Outside) {
        return Err(Refusal::WrongStep);
    }
    Ok(vec![Event::QuestionAsked { task: task.number, question: said(question)?, person: named(person)? }])
}

/// The one-stop answers the oldest open question of a task.
pub(super) fn reply(dossier: &Dossier, task: u32, answer: String) -> Result<Vec<Event>, Refusal> {
    let asked = dossier.questions.iter().any(|question| question.task == task && question.answer.is_none());
    if !asked {
        return Err(Refusal::NobodyAsked);
    }
    Ok(vec![Event::QuestionAnswered { task, answer: said(answer)? }])
}

/// The agency's answer takes the dossier on, like a proposal of one's own office.
pub(super) fn answer(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    outcome: Outcome,
    note: String,
    person: String,
) -> Result<Vec<Event>, Refusal> {
    if !is(task, StepKind::Outside) {
        return Err(Refusal::WrongStep);
    }
    moves::not_waiting(dossier, task)?;
    let person = named(person)?;
    let note = moves::words_of(outcome, note)?;
    moves::answered(dossier, task, setting, outcome, note, person)
}

/// Another office is asked, with a moment until when; the clock goes on. NĐ 61/2018 Art. 19.5
pub(super) fn consult(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    office: String,
    question: String,
    answer_by: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if !matches!(task.kind, TaskKind::Step(StepKind::Work | StepKind::Sign)) {
        return Err(Refusal::WrongStep);
    }
    if office == task.office {
        return Err(Refusal::OwnOffice);
    }
    if answer_by <= setting.now {
        return Err(Refusal::AnswerByPast);
    }
    let number = u32::try_from(dossier.consultations.len()).unwrap_or(u32::MAX).saturating_add(1);
    let question = said(question)?;
    Ok(vec![Event::ConsultationAsked { number, task: task.number, office, question, answer_by }])
}

/// A late answer is taken all the same, and marked.
pub(super) fn answer_consultation(
    dossier: &Dossier,
    task: &Task,
    setting: &Setting,
    answer: String,
    person: String,
) -> Result<Vec<Event>, Refusal> {
    let number = task.number.checked_sub(CONSULTATION).ok_or(Refusal::WrongStep)?;
    let asked = dossier.consultations.iter().find(|consultation| consultation.number == number);
    let late = asked.is_some_and(|consultation| setting.now > consultation.answer_by);
    let (answer, person) = (said(answer)?, optional(person)?);
    Ok(vec![Event::ConsultationAnswered { number, answer, person, late }])
}

fn named(person: String) -> Result<String, Refusal> {
    let person = optional(person)?;
    if person.is_empty() { Err(Refusal::PersonMissing) } else { Ok(person) }
}
