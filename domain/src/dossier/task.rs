//! The open tasks of a dossier: what waits at which office now. One on the main route; one for each leg that has not answered;
//! one for each consultation without an answer. A work list is a list of these.

use jiff::Timestamp;

use super::{Dossier, can_act};
use crate::identity::{Officer, Role};
use crate::procedure::{Step, StepKind};

/// Consultations are numbered above the legs: the n-th is task 100 + n.
pub const CONSULTATION: u32 = 100;

/// What kind of work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    Step(StepKind),
    Consultation,
}

impl TaskKind {
    /// As in columns and locale keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Step(StepKind::Intake) => "intake",
            Self::Step(StepKind::Work) => "work",
            Self::Step(StepKind::Sign) => "sign",
            Self::Step(StepKind::Outside) => "outside",
            Self::Step(StepKind::Return) => "return",
            Self::Step(StepKind::Parallel) => "parallel",
            Self::Consultation => "consultation",
        }
    }
}

/// Something that waits at an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'a> {
    /// 0 the main route, n its n-th leg, 100 + n the n-th consultation.
    pub number: u32,
    pub kind: TaskKind,
    pub office: &'a str,
    pub role: Role,
    pub title: &'a str,
    /// The leg's own title; empty on the main route.
    pub leg: &'a str,
    pub since: Timestamp,
    /// Until when this office has time for it; nothing while its time stands.
    pub due_at: Option<Timestamp>,
    pub holder: Option<&'a str>,
    pub slip: Option<&'a str>,
    pub acknowledged_at: Option<Timestamp>,
    pub four_eyes: bool,
}

impl<'a> Task<'a> {
    /// At the counter people replace one another; a dossier there is the counter's, not one person's. [DOS-03]
    pub fn is_counter(&self) -> bool {
        matches!(self.kind, TaskKind::Step(StepKind::Intake | StepKind::Return))
    }

    fn of_step(number: u32, step: &'a Step) -> Self {
        Self {
            number,
            kind: TaskKind::Step(step.kind),
            office: &step.office,
            role: Role::parse(&step.role).unwrap_or(Role::Specialist),
            title: &step.title,
            leg: "",
            since: Timestamp::UNIX_EPOCH,
            due_at: None,
            holder: None,
            slip: None,
            acknowledged_at: None,
            four_eyes: step.four_eyes,
        }
    }
}

impl Dossier {
    /// What is open now, in order of number; nothing when the dossier is closed.
    pub fn tasks(&self) -> Vec<Task<'_>> {
        let (Some(step), false) = (self.current_step(), self.status.is_closed()) else { return Vec::new() };
        let mut tasks = match step.kind {
            StepKind::Parallel => self.leg_tasks(step),
            _ => vec![Task {
                since: self.step_since,
                due_at: self.step_due.filter(|_| !self.stands(0)),
                holder: self.holder.as_deref(),
                slip: self.slip.as_deref(),
                acknowledged_at: self.acknowledged_at,
                ..Task::of_step(0, step)
            }],
        };
        tasks.extend(self.consultation_tasks());
        tasks
    }

    fn leg_tasks<'a>(&'a self, step: &'a Step) -> Vec<Task<'a>> {
        let legs = (1..).zip(step.legs.iter().zip(&self.legs));
        legs.filter(|(_, (_, state))| state.answered_at.is_none())
            .filter_map(|(number, (leg, state))| {
                let step = leg.steps.get(state.step as usize)?;
                Some(Task {
                    leg: &leg.title,
                    since: state.since,
                    due_at: state.due_at.filter(|_| !self.stands(number)),
                    holder: state.holder.as_deref(),
                    slip: state.slip.as_deref(),
                    acknowledged_at: state.acknowledged_at,
                    ..Task::of_step(number, step)
                })
            })
            .collect()
    }

    fn consultation_tasks(&self) -> impl Iterator<Item = Task<'_>> {
        let open = self.consultations.iter().filter(|consultation| consultation.answer.is_none());
        open.map(|consultation| Task {
            number: CONSULTATION + consultation.number,
            kind: TaskKind::Consultation,
            office: &consultation.office,
            role: Role::Specialist,
            title: &consultation.question,
            leg: "",
            since: consultation.asked_at,
            due_at: Some(consultation.answer_by),
            holder: None,
            slip: None,
            acknowledged_at: None,
            four_eyes: false,
        })
    }

    pub fn task(&self, number: u32) -> Option<Task<'_>> {
        self.tasks().into_iter().find(|task| task.number == number)
    }

    /// The task an officer would mean without saying which: the first they can act on, else the first of their office, else
    /// the first.
    pub fn task_for(&self, by: &Officer) -> u32 {
        let tasks = self.tasks();
        let mine = tasks.iter().find(|task| can_act(self, task, by));
        let ours = || tasks.iter().find(|task| by.sits_at(task.office));
        mine.or_else(ours).or(tasks.first()).map_or(0, |task| task.number)
    }

    /// The steps a task walks: of the main route, or of its leg.
    pub fn chain(&self, task: u32) -> &[Step] {
        match (task as usize).checked_sub(1) {
            None => &self.subject.route,
            Some(leg) => self.current_step().and_then(|step| step.legs.get(leg)).map_or(&[], |leg| &leg.steps),
        }
    }

    /// Index of the step a task is at, within its chain.
    pub fn at(&self, task: u32) -> u32 {
        self.leg(task).map_or(self.step, |leg| leg.step)
    }
}
