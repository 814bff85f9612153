//! What may be done next, for the buttons of the dossier screen. The rules decide again when a button is pressed.

use motcua_domain::dossier::{Dossier, StandstillKind, Task, TaskKind, can_act};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::procedure::StepKind;
use serde::Serialize;

use crate::registry::Registry;

#[derive(Debug, Default, Serialize)]
pub struct Possible {
    pub claim: bool,
    pub confirm: bool,
    pub forward: bool,
    pub propose: bool,
    pub sign: bool,
    pub attach: bool,
    pub hand_over: bool,
    pub correct: bool,
    pub assign: bool,
    pub send_back: bool,
    pub ask_supplement: bool,
    pub receive_supplement: bool,
    pub ask_payment: bool,
    pub receive_payment: bool,
    pub extend: bool,
    pub recompute: bool,
    pub withdraw: bool,
    pub stop: bool,
    pub consult: bool,
    pub answer_consultation: bool,
    /// An agency outside answers here, or the one-stop writes its answer down.
    pub answer: bool,
    pub acknowledge: bool,
    pub ask: bool,
    pub reply: bool,
}

/// What an officer may do at a task of the dossier, and beside it.
pub fn possible(registry: &Registry, dossier: &Dossier, officer: &Officer, number: u32) -> Possible {
    if dossier.status.is_closed() {
        return Possible::default();
    }
    let procedure = &dossier.subject.procedure;
    let stands = |kind| dossier.standstills.iter().any(|stand| stand.kind == kind && stand.to.is_none());
    let (papers, payment) = (stands(StandstillKind::Supplement), stands(StandstillKind::Payment));
    let one_stop = officer.post(dossier.one_stop(), Role::OneStopOfficer, procedure).is_some();
    let open = dossier.settled_at.is_none();
    let beside = Possible {
        correct: one_stop,
        receive_supplement: one_stop && papers,
        receive_payment: one_stop && payment,
        withdraw: one_stop && open,
        ..Possible::default()
    };
    let extensions_max = registry.policy(registry.local(dossier.received_at).date()).extensions_max;
    let Some(task) = dossier.task(number) else { return beside };
    let heads = at_the_top(dossier, officer, &task);
    let dated = open && dossier.due_at().is_some();
    let of_office = |role| officer.post(task.office, role, procedure).is_some();
    let assigns = of_office(Role::OfficeHead) || of_office(Role::Leader);
    let outside = task.kind == TaskKind::Step(StepKind::Outside);
    let beside = Possible {
        extend: heads && dated && dossier.extensions.len() < extensions_max as usize,
        recompute: heads && dated,
        stop: heads && open,
        assign: assigns && !task.is_counter() && matches!(task.kind, TaskKind::Step(kind) if kind != StepKind::Outside),
        attach: one_stop && outside,
        answer: one_stop && outside && !dossier.waits(number),
        acknowledge: one_stop && outside && task.acknowledged_at.is_none(),
        ask: one_stop && outside,
        reply: one_stop && dossier.questions.iter().any(|asked| asked.task == number && asked.answer.is_none()),
        ..beside
    };
    if !can_act(dossier, &task, officer) {
        return beside;
    }
    at_task(dossier, &task, papers || payment, beside)
}

/// The buttons of the task itself. `waiting`: the applicant is waited for, here or in another leg.
fn at_task(dossier: &Dossier, task: &Task, waiting: bool, beside: Possible) -> Possible {
    let TaskKind::Step(kind) = task.kind else {
        return Possible { answer_consultation: true, ..beside };
    };
    let next = dossier.chain(task.number).get(dossier.at(task.number) as usize + 1).map(|step| step.kind);
    let works_next = matches!(next, Some(StepKind::Work | StepKind::Outside | StepKind::Parallel));
    let (intake, work, outside) = (kind == StepKind::Intake, kind == StepKind::Work, kind == StepKind::Outside);
    let stands = dossier.waits(task.number);
    let waiting = waiting || dossier.settled_at.is_some();
    Possible {
        claim: task.holder.is_none() && !task.is_counter(),
        confirm: task.slip.is_some(),
        forward: !stands && (intake || (work && works_next)),
        propose: !stands && work && !works_next,
        sign: !stands && kind == StepKind::Sign,
        attach: !intake,
        hand_over: kind == StepKind::Return,
        send_back: dossier.at(task.number) > 0 && (work || kind == StepKind::Return),
        ask_supplement: !waiting && (intake || work),
        ask_payment: !waiting && (intake || work || outside),
        consult: matches!(kind, StepKind::Work | StepKind::Sign),
        answer: outside && !stands,
        acknowledge: outside && task.acknowledged_at.is_none(),
        ask: outside,
        ..beside
    }
}

/// The head of the office where it is, or of the one-stop, or a leader of the receiving agency. [DOS-17]
fn at_the_top(dossier: &Dossier, officer: &Officer, task: &Task) -> bool {
    let procedure = &dossier.subject.procedure;
    let holds = |office: &str, role| officer.post(office, role, procedure).is_some();
    let leads = |office: &str| office.split('/').next() == Some(dossier.agency.as_str()) && holds(office, Role::Leader);
    holds(task.office, Role::OfficeHead)
        || holds(dossier.one_stop(), Role::OfficeHead)
        || officer.posts.iter().any(|post| leads(&post.office))
}
