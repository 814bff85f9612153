//! Where a dossier was, from when to when, at whose hands: what the control slip prints and what an agency's days are counted
//! from. Derived from the events alone, never written down. [RTE-08] [LET-03]

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Dossier, Event, Recorded, Task, TaskKind};
use crate::calendar::Calendar;

/// One stay at one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// 0 the main route, n its n-th leg.
    pub task: u32,
    /// Index into the chain of the task.
    pub step: u32,
    pub kind: TaskKind,
    pub office: String,
    pub title: String,
    /// Title of the leg; empty on the main route.
    pub leg: String,
    pub from: Timestamp,
    /// `None` while it is there.
    pub to: Option<Timestamp>,
    /// Until when the office had time.
    pub due_at: Option<Timestamp>,
    /// Account that ended the stay: handed on, answered, took the dossier back; and on whose post. [SUB-01]
    pub ended_by: Option<String>,
    pub ended_for: Option<String>,
    /// Who first acted on it here: claimed it, confirmed the slip, acknowledged; and on whose post.
    pub taken_by: Option<String>,
    pub taken_for: Option<String>,
    pub taken_at: Option<Timestamp>,
    /// Name of who acknowledged or answered for an agency outside.
    pub person: String,
    /// Slip it came with.
    pub slip: Option<String>,
}

impl Stay {
    /// Whether the office was late, at `now` where it still has it; without a time of its own it never is.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| self.to.unwrap_or(now) > due)
    }

    /// Working days the office had it, the day it came not counted, until `now` where it still has it. [RTE-08]
    pub fn working_days(&self, calendar: &Calendar, zone: &TimeZone, now: Timestamp) -> i64 {
        let day = |at| zone.to_datetime(at).date();
        calendar.working_days_between(day(self.from), day(self.to.unwrap_or(now)))
    }
}

/// One hand-over: the stay that ended, and the one that began with it; `None` while other legs are still walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver<'a> {
    pub from: &'a Stay,
    pub to: Option<&'a Stay>,
}

/// Who gave to whom, in order. Where legs meet, each of them gives. [LET-03]
pub fn hand_overs(stays: &[Stay]) -> Vec<HandOver<'_>> {
    let mut given = Vec::new();
    // What may still hand on: the last stay of the main route, and since it the last of each leg.
    let mut open: Vec<&Stay> = Vec::new();
    for stay in stays {
        let own = open.iter().rposition(|before| before.task == stay.task && stay.task > 0);
        let legs = open.iter().any(|before| before.task > 0);
        match own {
            Some(at) => given.push(HandOver { from: open.remove(at), to: Some(stay) }),
            None if stay.task == 0 => {
                let givers = open.iter().copied().filter(|before| before.task > 0 || !legs);
                given.extend(givers.map(|from| HandOver { from, to: Some(stay) }));
                open.clear();
            }
            None => {
                let main = open.iter().copied().find(|before| before.task == 0);
                given.extend(main.map(|from| HandOver { from, to: Some(stay) }));
            }
        }
        open.push(stay);
    }
    let waiting = open.into_iter().filter(|stay| stay.task > 0 && stay.to.is_some());
    given.extend(waiting.map(|from| HandOver { from, to: None }));
    given
}

/// All stays in the order in which they began.
pub fn stays(events: &[Recorded]) -> Vec<Stay> {
    let Some((first, rest)) = events.split_first() else { return Vec::new() };
    let Some(mut dossier) = Dossier::begin(first) else { return Vec::new() };
    let mut stays = Vec::new();
    settle(&mut stays, &dossier, first);
    for recorded in rest {
        note_taken(&mut stays, recorded);
        dossier.apply(recorded);
        settle(&mut stays, &dossier, recorded);
    }
    stays
}

/// Ends the stays of tasks that are gone and begins those of tasks that are new.
fn settle(stays: &mut Vec<Stay>, dossier: &Dossier, recorded: &Recorded) {
    let tasks = dossier.tasks();
    let steps: Vec<&Task> = tasks.iter().filter(|task| task.kind != TaskKind::Consultation).collect();
    let same = |stay: &Stay, task: &Task| {
        stay.task == task.number && stay.from == task.since && stay.step == dossier.at(task.number)
    };
    for stay in stays.iter_mut().filter(|stay| stay.to.is_none()) {
        if !steps.iter().any(|task| same(stay, task)) {
            stay.to = Some(recorded.at);
            stay.ended_by = Some(recorded.by.clone());
            stay.ended_for.clone_from(&recorded.acting_for);
        }
    }
    for task in steps {
        if let Some(stay) = stays.iter_mut().find(|stay| stay.to.is_none() && same(stay, task)) {
            // Its time stands, or has moved on since. [CLK-26]
            stay.due_at = task.due_at;
            continue;
        }
        stays.push(Stay {
            task: task.number,
            step: dossier.at(task.number),
            kind: task.kind,
            office: task.office.to_owned(),
            title: task.title.to_owned(),
            leg: task.leg.to_owned(),
            from: task.since,
            to: None,
            due_at: task.due_at,
            ended_by: None,
            ended_for: None,
            taken_by: None,
            taken_for: None,
            taken_at: None,
            person: String::new(),
            slip: task.slip.map(str::to_owned),
        });
    }
}

/// Who took it up: the first act of the office itself on the task.
fn note_taken(stays: &mut [Stay], recorded: &Recorded) {
    let (task, person) = match &recorded.event {
        Event::Claimed { task, .. } | Event::Confirmed { task, .. } | Event::Approved { task, .. } => (*task, ""),
        Event::Forwarded { task, .. } | Event::SentBack { task, .. } | Event::Returned { task, .. } => (*task, ""),
        Event::SupplementAsked { task, .. } | Event::PaymentAsked { task, .. } => (*task, ""),
        Event::ConsultationAsked { task, .. } => (*task, ""),
        Event::Proposed { task, person, .. } | Event::Acknowledged { task, person } => (*task, person.as_str()),
        Event::QuestionAsked { task, person, .. } => (*task, person.as_str()),
        Event::HandedOver(_) => (0, ""),
        _ => return,
    };
    let Some(stay) = stays.iter_mut().rfind(|stay| stay.to.is_none() && stay.task == task) else { return };
    if stay.taken_by.is_none() {
        stay.taken_by = Some(recorded.by.clone());
        stay.taken_for.clone_from(&recorded.acting_for);
        stay.taken_at = Some(recorded.at);
    }
    if !person.is_empty() {
        stay.person = person.to_owned();
    }
}
