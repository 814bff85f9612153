//! How a dossier is put before people: names instead of ids, local times, days left in words.

mod act;
mod look;
mod possible;

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Status, Task};
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::record::dossier::list::{Entry, Line, LineTask};
pub use crate::record::explain::{limit_words, reasons};
use crate::registry::Registry;

pub use act::{Act, act};
pub use look::Look;
pub use possible::{Possible, possible};

/// How a dossier, or a task of it, stands to the time it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Settled or running within the promise.
    InTime,
    /// Fewer working hours left than the site's threshold.
    Soon,
    Late,
    /// The clock stands.
    Paused,
    /// Nothing is promised.
    None,
}

/// One row of a list: a dossier, or a task of it.
#[derive(Debug, Serialize)]
pub struct Row {
    pub id: String,
    pub code: String,
    pub version: i64,
    /// Number of the task; 0 where the list is not about tasks.
    pub task: u32,
    pub applicant: String,
    pub procedure: String,
    pub field: String,
    pub status: Status,
    pub step: String,
    /// Title of the leg the task is on; empty on the main route.
    pub leg: String,
    /// Kind of the task, as [`motcua_domain::dossier::TaskKind`] writes it; empty when nothing is open.
    pub kind: String,
    pub office: String,
    pub holder: Option<String>,
    pub received_at: String,
    pub due_at: Option<String>,
    pub timing: Timing,
    /// Until when the office has time for it.
    pub step_due_at: Option<String>,
    pub step_timing: Timing,
    /// Number of the slip it came with and that nobody has confirmed.
    pub slip: Option<String>,
}

/// A dossier in a list; `task` is the open task the list is about, else its first.
pub fn row(registry: &Registry, locale: Locale, now: Timestamp, entry: &Entry, task: Option<u32>) -> Row {
    let line = &entry.line;
    let local = |at: Timestamp| locale.date_time(registry.local(at));
    let task = line.task(task);
    Row {
        id: entry.id.clone(),
        code: line.code.clone(),
        version: line.version,
        task: task.map_or(0, |task| task.number),
        applicant: line.applicant.clone(),
        procedure: line.title.clone(),
        field: line.field.clone(),
        status: line.status,
        step: task.map_or_else(String::new, |task| task.title.clone()),
        leg: task.map_or_else(String::new, |task| task.leg.clone()),
        kind: task.map_or_else(String::new, |task| task.kind.clone()),
        office: task.map_or_else(String::new, |task| registry.office_name(&task.office).to_owned()),
        holder: task.and_then(|task| task.holder.as_ref()).map(|login| registry.account_name(login).to_owned()),
        received_at: local(line.received_at),
        due_at: line.last_due_at.map(local),
        timing: timing_of_line(registry, now, line),
        step_due_at: task.and_then(|task| task.due_at).map(local),
        step_timing: task.map_or(Timing::None, |task| step_timing_of_line(registry, now, line, task)),
        slip: task.and_then(|task| task.slip.clone()),
    }
}

/// On time, soon late or late, at `now` or when it was settled.
pub fn timing(registry: &Registry, now: Timestamp, dossier: &Dossier) -> Timing {
    if dossier.promise.is_none() {
        return Timing::None;
    }
    promised(registry, now, &dossier.agency, dossier.settled_at, dossier.due_at())
}

/// The same of a line.
pub fn timing_of_line(registry: &Registry, now: Timestamp, line: &Line) -> Timing {
    if !line.promised {
        return Timing::None;
    }
    promised(registry, now, &line.agency, line.settled_at, line.due_at)
}

fn promised(
    registry: &Registry,
    now: Timestamp,
    agency: &str,
    settled_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
) -> Timing {
    match (settled_at, due_at) {
        (Some(settled), Some(due)) if settled > due => Timing::Late,
        (Some(_), _) => Timing::InTime,
        (None, Some(due)) => towards(registry, agency, now, due, registry.site.thresholds.due_soon_hours),
        (None, None) => Timing::Paused,
    }
}

/// How a task stands to the time its office has; while the applicant is waited for, whoever waits is not late, and nobody once
/// all is settled: the result waits to be fetched.
pub fn step_timing(registry: &Registry, now: Timestamp, dossier: &Dossier, task: &Task) -> Timing {
    step(registry, now, dossier.settled_at, &LineTask::of(dossier, task))
}

/// The same of a line.
pub fn step_timing_of_line(registry: &Registry, now: Timestamp, line: &Line, task: &LineTask) -> Timing {
    step(registry, now, line.settled_at, task)
}

fn step(registry: &Registry, now: Timestamp, settled_at: Option<Timestamp>, task: &LineTask) -> Timing {
    let agency = task.office.split('/').next().unwrap_or_default();
    match task.due_at {
        _ if settled_at.is_some() => Timing::None,
        _ if task.stands => Timing::Paused,
        Some(due) => towards(registry, agency, now, due, registry.site.thresholds.step_soon_hours),
        None => Timing::None,
    }
}

fn towards(registry: &Registry, agency: &str, now: Timestamp, due: Timestamp, soon_hours: u32) -> Timing {
    if now > due {
        return Timing::Late;
    }
    let soon = i64::from(soon_hours) * 60;
    let left =
        registry.calendar(agency).map(|calendar| calendar.minutes_between(registry.local(now), registry.local(due)));
    match left {
        Ok(left) if left < soon => Timing::Soon,
        _ => Timing::InTime,
    }
}
