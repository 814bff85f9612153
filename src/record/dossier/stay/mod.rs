//! Stays of dossiers at other agencies, and questions to them: who had what from when to when. Owns the table `stay`, a
//! projection like `task` in which what is over remains; figures over a period are read from it without looking into any
//! dossier. [OUT-01]

mod store;

use std::collections::BTreeMap;

use jiff::Timestamp;
use motcua_domain::dossier::{CONSULTATION, Dossier, Recorded, Task, TaskKind};
use motcua_domain::procedure::StepKind;

use super::Found;
use super::list::{Cursor, Page, page};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// A task at one of its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskPlace {
    pub task: u32,
    /// Index into the chain of the task; 0 for a consultation.
    pub step: u32,
}

impl TaskPlace {
    pub fn of(dossier: &Dossier, task: u32) -> Self {
        let step = if task > CONSULTATION { 0 } else { dossier.at(task) };
        Self { task, step }
    }

    fn step_in(id: &str) -> u32 {
        id.split('/').nth(2).and_then(|step| step.parse().ok()).unwrap_or(0)
    }
}

/// One stay at one office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub(super) id: String,
    pub dossier: String,
    /// The receiving agency.
    pub agency: String,
    pub place: TaskPlace,
    /// `outside` or `consultation`.
    pub kind: String,
    pub office: String,
    pub since: Timestamp,
    /// Until when the office had time; `None` where its calendar has no answer.
    pub due_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
    /// `None` while it is there.
    pub ended_at: Option<Timestamp>,
    /// Whether it ended with the office's answer.
    pub answered: bool,
}

impl Stay {
    /// Whether the office was late, at `now` where it still has it.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| self.ended_at.unwrap_or(now) > due)
    }
}

/// A stay that has not ended, with its dossier.
pub struct Open {
    pub stay: Stay,
    pub found: Found,
}

/// Which open stays: of the dossiers of one receiving agency or of all, at one office or at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Where<'a> {
    pub agency: Option<&'a str>,
    pub office: Option<&'a str>,
}

/// What lies elsewhere, the longest first.
pub fn open(tx: &mut Tx, place: Where, after: Option<&Cursor>, size: usize) -> Result<Page<Open>, Failure> {
    let start = after.map_or((Timestamp::UNIX_EPOCH, ""), |cursor| (cursor.at, cursor.id.as_str()));
    let rows = store::open(tx, place, start, size as i64 + 1)?;
    Ok(page(rows, size, |open| Cursor { at: open.stay.since, id: open.stay.id.clone() }))
}

/// How much lies at each office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub office: String,
    pub open: i64,
    /// Of them, what nobody there has acknowledged.
    pub silent: i64,
}

pub fn counts(tx: &mut Tx, agency: Option<&str>) -> Result<Vec<Count>, Failure> {
    store::counts(tx, agency)
}

/// Stays that began in a period, at all agencies or of the dossiers of one; the first moment in and the last out.
pub fn begun(tx: &mut Tx, agency: Option<&str>, from: Timestamp, to: Timestamp) -> Result<Vec<Stay>, Failure> {
    match agency {
        Some(agency) => store::of_agency(tx, agency, from, to),
        None => store::of_site(tx, from, to),
    }
}

/// Writes what an act changed; nothing for most acts.
pub(super) fn project(tx: &mut Tx, before: &Dossier, after: &Dossier, events: &[Recorded]) -> Result<(), Failure> {
    let Some(first) = events.first() else { return Ok(()) };
    if elsewhere(&first.stream, before).is_empty() && elsewhere(&first.stream, after).is_empty() {
        return Ok(());
    }
    changed(before.clone(), events).values().try_for_each(|stay| store::put(tx, stay))
}

/// The stays that the events of a whole life make.
pub(super) fn of_events(events: &[Recorded]) -> Vec<Stay> {
    let begun = events.split_first().and_then(|(first, rest)| Some((Dossier::begin(first)?, rest)));
    begun.map(|(dossier, rest)| changed(dossier, rest)).unwrap_or_default().into_values().collect()
}

pub(super) fn insert_all(tx: &mut Tx, stays: &[Stay]) -> Result<(), Failure> {
    store::insert_all(tx, stays)
}

/// Whether the rows of a dossier are those its events make. [LED-06]
pub(super) fn holds(tx: &mut Tx, id: &str, events: &[Recorded]) -> Result<bool, Failure> {
    Ok(store::of_dossier(tx, id)? == of_events(events))
}

/// Stays as events leave them, by id. Event by event: one act may answer a leg and enter the next parallel step.
fn changed(mut dossier: Dossier, events: &[Recorded]) -> BTreeMap<String, Stay> {
    let mut stays = BTreeMap::new();
    for recorded in events {
        let before = dossier.clone();
        dossier.apply(recorded);
        let changes = changed_by_one(&recorded.stream, &before, &dossier, recorded.at);
        stays.extend(changes.into_iter().map(|stay| (stay.id.clone(), stay)));
    }
    stays
}

/// Stays that are new, are over, or had something happen to them.
fn changed_by_one(id: &str, before: &Dossier, after: &Dossier, at: Timestamp) -> Vec<Stay> {
    let (old, new) = (elsewhere(id, before), elsewhere(id, after));
    let over = old.iter().filter(|old| !new.iter().any(|new| new.id == old.id)).map(|over| Stay {
        ended_at: Some(at),
        answered: is_answered(after, over.place),
        ..over.clone()
    });
    let over: Vec<Stay> = over.collect();
    over.into_iter().chain(new.into_iter().filter(|new| !old.contains(new))).collect()
}

/// Stays that have not ended: steps of agencies outside, and questions to other agencies.
fn elsewhere(id: &str, dossier: &Dossier) -> Vec<Stay> {
    let tasks = dossier.tasks();
    let elsewhere = |task: &&Task| match task.kind {
        TaskKind::Step(kind) => kind == StepKind::Outside,
        TaskKind::Consultation => task.office.split('/').next() != Some(dossier.agency.as_str()),
    };
    tasks.iter().filter(elsewhere).map(|task| stay(id, dossier, task)).collect()
}

fn stay(id: &str, dossier: &Dossier, task: &Task) -> Stay {
    let place = TaskPlace::of(dossier, task.number);
    Stay {
        id: format!("{id}/{}/{}/{}", place.task, place.step, task.since.as_microsecond()),
        dossier: id.to_owned(),
        agency: dossier.agency.clone(),
        place,
        kind: task.kind.as_str().to_owned(),
        office: task.office.to_owned(),
        since: task.since,
        due_at: task.due_at,
        acknowledged_at: task.acknowledged_at,
        ended_at: None,
        answered: false,
    }
}

/// A stay that is over was answered when its question was, or when its chain went on; not when it went back, or the dossier
/// ended. The main route never goes on from a parallel step before every leg has answered.
fn is_answered(after: &Dossier, place: TaskPlace) -> bool {
    if let Some(number) = place.task.checked_sub(CONSULTATION).filter(|number| *number > 0) {
        return after.consultations.iter().any(|asked| asked.number == number && asked.answer.is_some());
    }
    match after.leg(place.task) {
        Some(leg) => leg.answered_at.is_some() || leg.step > place.step,
        None => after.step > place.step,
    }
}
