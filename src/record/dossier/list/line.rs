//! What a line of a list shows of a dossier: a narrow projection, so that a page of a list reads some 600 bytes a line and not
//! the folded dossier. Written with the dossier's row and checked by `replay` like every column. [LED-06]

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Status, Task, sees};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::procedure::Tier;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub code: String,
    pub version: i64,
    pub agency: String,
    pub applicant: String,
    pub tier: Tier,
    /// Key and version of the procedure.
    pub procedure: (String, u32),
    /// Its name when the dossier was received.
    pub title: String,
    pub field: String,
    pub status: Status,
    pub received_at: Timestamp,
    /// Whether a date was promised at all.
    pub promised: bool,
    /// When it is due; nothing while its clock stands.
    pub due_at: Option<Timestamp>,
    /// The same before the clock came to stand.
    pub last_due_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
    /// Offices that may see it, each once, in order.
    pub offices: Vec<String>,
    /// What is open, in order of number.
    pub tasks: Vec<LineTask>,
}

/// An open task as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTask {
    pub number: u32,
    /// As [`motcua_domain::dossier::TaskKind`] writes it.
    pub kind: String,
    pub office: String,
    pub title: String,
    /// Title of the leg; empty on the main route.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Whether its time stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stands: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<String>,
}

impl Line {
    pub fn of(dossier: &Dossier) -> Self {
        let mut offices: Vec<String> = dossier.offices().map(str::to_owned).collect();
        offices.sort_unstable();
        offices.dedup();
        Self {
            code: dossier.code.clone(),
            version: dossier.version,
            agency: dossier.agency.clone(),
            applicant: dossier.applicant().name.clone(),
            tier: dossier.subject.tier,
            procedure: (dossier.subject.procedure.clone(), dossier.subject.version),
            title: dossier.subject.name.clone(),
            field: dossier.subject.field.clone(),
            status: dossier.status,
            received_at: dossier.received_at,
            promised: dossier.promise.is_some(),
            due_at: dossier.due_at(),
            last_due_at: dossier.last_due_at(),
            settled_at: dossier.settled_at,
            offices,
            tasks: dossier.tasks().iter().map(|task| LineTask::of(dossier, task)).collect(),
        }
    }

    /// A task by its number, else the first.
    pub fn task(&self, number: Option<u32>) -> Option<&LineTask> {
        self.tasks.iter().find(|open| Some(open.number) == number).or(self.tasks.first())
    }

    /// Whether an officer may read the dossier, as [`crate::record::dossier::can_read`] says of the whole of it. [DOS-09]
    pub fn can_be_read(&self, officer: &Officer) -> bool {
        let is_of_it = |office: &str| self.offices.iter().any(|own| own == office);
        sees(officer, &self.agency, &self.procedure.0, is_of_it) || officer.has(Role::Auditor)
    }
}

impl LineTask {
    pub fn of(dossier: &Dossier, task: &Task) -> Self {
        Self {
            number: task.number,
            kind: task.kind.as_str().to_owned(),
            office: task.office.to_owned(),
            title: task.title.to_owned(),
            leg: task.leg.to_owned(),
            holder: task.holder.map(str::to_owned),
            due_at: task.due_at,
            stands: dossier.stands(task.number),
            slip: task.slip.map(str::to_owned),
        }
    }
}
