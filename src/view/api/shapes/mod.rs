//! How a dossier looks to a program: ids beside names, moments with the site's offset, particulars in the shape in which
//! they are handed in, so that a correction is read, changed and sent back.

mod clock;
mod dossier;
mod open;

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::procedure::{Leg, Limit, LimitKind, Step, StepKind};
use serde::Serialize;
use utoipa::ToSchema;

pub use clock::ItemShown;
pub use dossier::{DossierShown, Look};

use super::words;
use crate::platform::failure::Failure;
use crate::record::dossier::list::Entry;
use crate::registry::Registry;
use crate::view::shown;

/// A moment as it is sent: RFC 3339 with the offset of the site.
pub fn at(registry: &Registry, moment: Timestamp) -> String {
    moment.display_with_offset(registry.timezone.to_offset(moment)).to_string()
}

/// The description of the API itself.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub struct Description(#[allow(dead_code)] serde_json::Value);

/// An office, agency or account with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "pacnam/one-stop", "name": "Bộ phận Một cửa" }))]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Named {
    pub fn office(registry: &Registry, id: &str) -> Self {
        Self { id: id.to_owned(), name: registry.office_name(id).to_owned() }
    }

    pub fn agency(registry: &Registry, id: &str) -> Self {
        Self { id: id.to_owned(), name: registry.agency_name(id).to_owned() }
    }

    pub fn account(registry: &Registry, login: &str) -> Self {
        Self { id: login.to_owned(), name: registry.account_name(login).to_owned() }
    }
}

/// What a dossier is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subject {
    #[schema(value_type = words::Tier)]
    pub tier: motcua_domain::procedure::Tier,
    pub key: String,
    /// The version in force when the dossier was received; it stays on it.
    pub version: u32,
    pub name: String,
    pub field: String,
}

impl Subject {
    fn of(dossier: &Dossier) -> Self {
        let subject = &dossier.subject;
        Self {
            tier: subject.tier,
            key: subject.procedure.clone(),
            version: subject.version,
            name: subject.name.clone(),
            field: subject.field.clone(),
        }
    }
}

/// One row of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DossierRow)]
pub struct Row {
    pub id: String,
    pub code: String,
    pub version: i64,
    pub applicant: String,
    pub procedure: Subject,
    #[schema(value_type = words::Status)]
    pub status: motcua_domain::dossier::Status,
    /// Number of the task: 0 the main route, n its n-th leg, 100 + n the n-th consultation.
    pub task: u32,
    /// What kind of work waits; null when nothing is open.
    #[schema(value_type = Option<words::TaskKind>)]
    pub kind: Option<String>,
    /// Title of the task's step.
    pub step: String,
    pub office: Option<Named>,
    pub holder: Option<Named>,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    #[schema(value_type = words::Timing)]
    pub timing: shown::Timing,
    /// Until when the office has time for the task.
    #[schema(format = DateTime)]
    pub step_due_at: Option<String>,
    #[schema(value_type = words::Timing)]
    pub step_timing: shown::Timing,
}

impl Row {
    /// `task` is the open task the list is about, else the dossier's first.
    pub fn of(registry: &Registry, now: Timestamp, entry: &Entry, task: Option<u32>) -> Self {
        let line = &entry.line;
        let task = line.task(task);
        Self {
            id: entry.id.clone(),
            code: line.code.clone(),
            version: line.version,
            applicant: line.applicant.clone(),
            procedure: Subject {
                tier: line.tier,
                key: line.procedure.0.clone(),
                version: line.procedure.1,
                name: line.title.clone(),
                field: line.field.clone(),
            },
            status: line.status,
            task: task.map_or(0, |task| task.number),
            kind: task.map(|task| task.kind.clone()),
            step: task.map_or_else(String::new, |task| task.title.clone()),
            office: task.map(|task| Named::office(registry, &task.office)),
            holder: task.and_then(|task| task.holder.as_ref()).map(|login| Named::account(registry, login)),
            received_at: at(registry, line.received_at),
            due_at: line.due_at.map(|due| at(registry, due)),
            timing: shown::timing_of_line(registry, now, line),
            step_due_at: task.and_then(|task| task.due_at).map(|due| at(registry, due)),
            step_timing: task.map_or(shown::Timing::None, |task| shown::step_timing_of_line(registry, now, line, task)),
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DossierPage)]
pub struct Rows {
    pub items: Vec<Row>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

/// A time limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limit)]
pub struct LimitShown {
    #[schema(value_type = words::LimitKind)]
    pub kind: LimitKind,
    pub count: u32,
}

impl From<Limit> for LimitShown {
    fn from(limit: Limit) -> Self {
        Self { kind: limit.kind, count: limit.count }
    }
}

/// One step of the route.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepShown {
    #[schema(value_type = words::StepKind)]
    pub kind: StepKind,
    pub title: String,
    pub office: Named,
    /// Role that acts here.
    pub role: String,
    /// Allotted working hours; of a parallel step, those of its longest leg.
    pub hours: u32,
    /// Whether who signs must be somebody else than who proposed.
    pub four_eyes: bool,
    /// What is done at the same time; only of a parallel step.
    pub legs: Vec<RouteLeg>,
}

/// One of the legs of a parallel step.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteLeg {
    pub key: String,
    pub title: String,
    /// Its answer is what the dossier goes on with.
    pub lead: bool,
    pub steps: Vec<LegStep>,
}

/// One step of a leg.
#[derive(Debug, Serialize, ToSchema)]
pub struct LegStep {
    #[schema(value_type = words::StepKind)]
    pub kind: StepKind,
    pub title: String,
    pub office: Named,
    pub role: String,
    pub hours: u32,
    pub four_eyes: bool,
}

impl RouteLeg {
    fn of(registry: &Registry, leg: &Leg) -> Self {
        let step = |step: &Step| LegStep {
            kind: step.kind,
            title: step.title.clone(),
            office: Named::office(registry, &step.office),
            role: step.role.clone(),
            hours: step.hours,
            four_eyes: step.four_eyes,
        };
        Self {
            key: leg.key.clone(),
            title: leg.title.clone(),
            lead: leg.lead,
            steps: leg.steps.iter().map(step).collect(),
        }
    }
}

impl StepShown {
    pub fn of(registry: &Registry, step: &Step) -> Self {
        Self {
            kind: step.kind,
            title: step.title.clone(),
            office: Named::office(registry, &step.office),
            role: step.role.clone(),
            hours: motcua_domain::routing::hours(step),
            four_eyes: step.four_eyes,
            legs: step.legs.iter().map(|leg| RouteLeg::of(registry, leg)).collect(),
        }
    }
}

/// One event of the record: who, for which office, when, what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShown {
    /// Counts from 1; the version of the dossier after it.
    pub seq: i64,
    #[schema(example = "forwarded")]
    pub kind: &'static str,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Named,
    /// On whose post, where somebody stood in.
    pub acting_for: Option<Named>,
    pub office: Named,
    /// The event as recorded; its fields depend on `kind`.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

impl EventShown {
    pub fn of(registry: &Registry, recorded: &Recorded) -> Result<Self, Failure> {
        Ok(Self {
            seq: recorded.seq,
            kind: recorded.event.kind(),
            at: at(registry, recorded.at),
            by: Named::account(registry, &recorded.by),
            acting_for: recorded.acting_for.as_ref().map(|login| Named::account(registry, login)),
            office: Named::office(registry, &recorded.office),
            body: serde_json::to_value(&recorded.event)?,
        })
    }
}

/// What happened to a dossier, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    pub items: Vec<EventShown>,
}
