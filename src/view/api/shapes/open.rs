//! What is open of a dossier, and who was asked.

use motcua_domain::dossier::{Consultation, Dossier, Question, TaskKind};
use motcua_domain::procedure::StepKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{Look, ProposalShown, possible};
use super::{Named, at};
use crate::registry::Registry;
use crate::view::api::words;
use crate::view::shown;
use crate::work::outside;

/// Something that waits at an office.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskShown {
    /// 0 the main route, n its n-th leg, 100 + n the n-th consultation.
    pub number: u32,
    #[schema(value_type = words::TaskKind)]
    pub kind: &'static str,
    /// Title of the step, or the question of a consultation.
    pub title: String,
    /// Title of the leg; empty on the main route.
    pub leg: String,
    pub office: Named,
    /// Role that acts here.
    pub role: String,
    #[schema(format = DateTime)]
    pub since: String,
    /// Until when the office has time for it; null while its time stands.
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    #[schema(value_type = words::Timing)]
    pub timing: shown::Timing,
    pub holder: Option<Named>,
    /// Number of the slip it came with and that nobody has confirmed.
    pub slip: Option<String>,
    /// When an agency outside said that it has it; null is silence.
    #[schema(format = DateTime)]
    pub acknowledged_at: Option<String>,
    /// Working days at an agency outside, by its own calendar; null elsewhere.
    pub days: Option<i64>,
    /// Acts the caller may do now with this `task`.
    pub possible: Vec<&'static str>,
}

impl TaskShown {
    pub fn all(look: &Look, dossier: &Dossier) -> Vec<Self> {
        let registry = look.registry;
        let shown = |task: &motcua_domain::dossier::Task| Self {
            number: task.number,
            kind: task.kind.as_str(),
            title: task.title.to_owned(),
            leg: task.leg.to_owned(),
            office: Named::office(registry, task.office),
            role: task.role.as_str().to_owned(),
            since: at(registry, task.since),
            due_at: task.due_at.map(|due| at(registry, due)),
            timing: shown::step_timing(registry, look.now, dossier, task),
            holder: task.holder.map(|login| Named::account(registry, login)),
            slip: task.slip.map(str::to_owned),
            acknowledged_at: task.acknowledged_at.map(|moment| at(registry, moment)),
            days: (task.kind == TaskKind::Step(StepKind::Outside))
                .then(|| outside::working_days(registry, task.office, task.since, look.now)),
            possible: possible(&shown::possible(registry, dossier, look.officer, task.number)),
        };
        dossier.tasks().iter().map(shown).collect()
    }
}

/// How far a leg has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Leg)]
pub struct LegShown {
    /// Number of its task.
    pub task: u32,
    pub key: String,
    pub title: String,
    /// Its answer is what the dossier goes on with.
    pub lead: bool,
    /// Index of the step it is at, or was at last.
    pub step: u32,
    #[schema(format = DateTime)]
    pub since: String,
    /// When it was through; then `proposal` is its answer.
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
    pub proposal: Option<ProposalShown>,
}

impl LegShown {
    pub fn all(registry: &Registry, dossier: &Dossier) -> Vec<Self> {
        let legs = dossier.step_at(dossier.legs_at).map(|step| step.legs.as_slice()).unwrap_or_default();
        (1..)
            .zip(legs.iter().zip(&dossier.legs))
            .map(|(task, (leg, state))| Self {
                task,
                key: leg.key.clone(),
                title: leg.title.clone(),
                lead: leg.lead,
                step: state.step,
                since: at(registry, state.since),
                answered_at: state.answered_at.map(|moment| at(registry, moment)),
                proposal: state.proposal.as_ref().map(|proposal| ProposalShown::of(registry, proposal)),
            })
            .collect()
    }
}

/// A question to another office, which does not stop the clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consultation)]
pub struct ConsultationShown {
    /// Number of its task.
    pub task: u32,
    /// The task that asked.
    pub asked_in: u32,
    pub office: Named,
    pub question: String,
    #[schema(format = DateTime)]
    pub asked_at: String,
    pub asked_by: Named,
    #[schema(format = DateTime)]
    pub answer_by: String,
    pub answer: Option<AnswerShown>,
}

/// What an office that was consulted said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerShown {
    pub text: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Named,
    /// Who answered, where that is not the account; empty otherwise.
    pub person: String,
    pub late: bool,
}

impl ConsultationShown {
    pub fn of(registry: &Registry, asked: &Consultation) -> Self {
        Self {
            task: motcua_domain::dossier::CONSULTATION + asked.number,
            asked_in: asked.task,
            office: Named::office(registry, &asked.office),
            question: asked.question.clone(),
            asked_at: at(registry, asked.asked_at),
            asked_by: Named::account(registry, &asked.asked_by),
            answer_by: at(registry, asked.answer_by),
            answer: asked.answer.as_ref().map(|answer| AnswerShown {
                text: answer.text.clone(),
                at: at(registry, answer.at),
                by: Named::account(registry, &answer.by),
                person: answer.person.clone(),
                late: answer.late,
            }),
        }
    }
}

/// A question of an agency outside to the one-stop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Question)]
pub struct QuestionShown {
    pub task: u32,
    pub text: String,
    /// Who asked.
    pub person: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// What the one-stop answered; null as long as it has not.
    pub answer: Option<String>,
}

impl QuestionShown {
    pub fn of(registry: &Registry, asked: &Question) -> Self {
        Self {
            task: asked.task,
            text: asked.text.clone(),
            person: asked.person.clone(),
            at: at(registry, asked.at),
            answer: asked.answer.clone(),
        }
    }
}
