//! What an agency needs to know of a dossier, and no more: whose matter it is, what came with it, what is asked, by when.
//! [LNK-04]

use jiff::Timestamp;
use motcua_domain::dossier::{Event, PaperIn, Recorded, Task, TaskKind};
use serde::Serialize;

use crate::platform::web::Req;
use crate::record::dossier::Found;
use crate::work::outside;

/// The matter of one stay, in words.
#[derive(Debug, Serialize)]
pub(super) struct Matter {
    pub code: String,
    pub procedure: String,
    pub applicant: String,
    pub papers: Vec<PaperIn>,
    pub sets: u32,
    /// The receiving agency, its one-stop, and how to reach it.
    pub agency: String,
    pub one_stop: String,
    pub phone: Option<String>,
    pub address: String,
    pub office: String,
    pub consultation: bool,
    /// The step's title, or the question of a consultation.
    pub asked: String,
    /// Title of the leg; empty on the main route.
    pub leg: String,
    /// What whoever passed it on wrote with it.
    pub note: String,
    pub since: String,
    /// Working days of the agency since then. [OUT-01]
    pub days: i64,
    pub due_at: Option<String>,
    pub late: bool,
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: String,
    pub questions: Vec<QuestionShown>,
}

#[derive(Debug, Serialize)]
pub(super) struct QuestionShown {
    pub text: String,
    pub person: String,
    pub at: String,
    pub answer: Option<String>,
}

pub(super) fn matter(asked: &Req, found: &Found, task: &Task, events: &[Recorded]) -> Matter {
    let (registry, now, dossier) = (&*asked.registry, asked.ctx.now, &found.dossier);
    let local = |at: Timestamp| asked.locale.date_time(registry.local(at));
    let since = || events.iter().filter(|recorded| recorded.at >= task.since);
    let note = since().find_map(|recorded| match &recorded.event {
        Event::Forwarded { note, .. } if recorded.at == task.since && !note.is_empty() => Some(note.clone()),
        _ => None,
    });
    let acknowledged_by = since().find_map(|recorded| match &recorded.event {
        Event::Acknowledged { task: of, person } if *of == task.number => Some(person.clone()),
        _ => None,
    });
    let questions =
        dossier.questions.iter().filter(|question| question.task == task.number && question.at >= task.since);
    Matter {
        code: dossier.code.clone(),
        procedure: dossier.subject.name.clone(),
        applicant: dossier.applicant().name.clone(),
        papers: dossier.particulars.papers.clone(),
        sets: dossier.particulars.sets,
        agency: registry.agency_name(&dossier.agency).to_owned(),
        one_stop: registry.office_name(dossier.one_stop()).to_owned(),
        phone: outside::phone(registry, &dossier.agency),
        address: registry.agencies.get(&dossier.agency).map_or_else(String::new, |agency| agency.address.clone()),
        office: registry.office_name(task.office).to_owned(),
        consultation: task.kind == TaskKind::Consultation,
        asked: task.title.to_owned(),
        leg: task.leg.to_owned(),
        note: note.unwrap_or_default(),
        since: local(task.since),
        days: outside::working_days(registry, task.office, task.since, now),
        due_at: task.due_at.map(local),
        late: task.due_at.is_some_and(|due| now > due),
        acknowledged_at: task.acknowledged_at.map(local),
        acknowledged_by: acknowledged_by.unwrap_or_default(),
        questions: questions
            .map(|question| QuestionShown {
                text: question.text.clone(),
                person: question.person.clone(),
                at: local(question.at),
                answer: question.answer.clone(),
            })
            .collect(),
    }
}
