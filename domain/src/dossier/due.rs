//! When a dossier is due now: what was promised, what stood still since, what was put off. [DOS-13]

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{CONSULTATION, Dossier, NewDue, SupplementRequest};
use crate::calendar::Calendar;
use crate::deadline::{self, Course, Due, Pause};

/// Why the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandstillKind {
    Supplement,
    Payment,
    Outage,
}

/// A time in which the clock stood; without an end it still does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standstill {
    pub kind: StandstillKind,
    pub from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    pub reason: String,
    pub by: String,
    /// The task that waits; an outage holds them all.
    #[serde(default, skip_serializing_if = "is_main")]
    pub task: u32,
    /// Began at or after the due moment: too late to stop the clock. [CLK-14] [CLK-20]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub too_late: bool,
    /// What is to be paid, in đồng.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub amount: i64,
    /// What is to be brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<SupplementRequest>,
}

fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

fn is_main(task: &u32) -> bool {
    *task == 0
}

impl Standstill {
    pub fn is_open(&self) -> bool {
        self.to.is_none()
    }

    /// Whether a step waits for this: the one that asked; in an outage each.
    pub fn holds(&self, task: u32) -> bool {
        task < CONSULTATION && (self.kind == StandstillKind::Outage || self.task == task)
    }
}

impl Dossier {
    /// The standstill for which the clock stands, if it does; of several the first. What began too late stops nothing, and what
    /// is settled has no clock any more.
    pub fn paused(&self) -> Option<&Standstill> {
        let open = self.standstills.iter().find(|stand| stand.is_open() && !stand.too_late);
        open.filter(|_| self.settled_at.is_none())
    }

    /// What the applicant is waited for, whether or not it stops the clock.
    pub fn awaited(&self) -> Option<&Standstill> {
        self.standstills.iter().find(|stand| stand.is_open() && stand.kind != StandstillKind::Outage)
    }

    /// Whether a step waits for the applicant and cannot go on. [DOS-14] [DOS-16]
    pub fn waits(&self, task: u32) -> bool {
        self.awaited().is_some_and(|stand| stand.holds(task))
    }

    /// Whether the time of a step stands. [CLK-26]
    pub fn stands(&self, task: u32) -> bool {
        self.standstills.iter().any(|stand| stand.is_open() && stand.holds(task))
    }

    /// When it is due now, or was when it was settled. `None`: nothing is promised, or the clock stands and nobody knows yet.
    /// [DOS-13]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.settled_at {
            // While the clock stands no date passes: what is settled then is not late.
            Some(settled) if self.stood_at(settled) => self.last_due_at().map(|due| due.max(settled)),
            None if self.paused().is_some() => None,
            _ => self.last_due_at(),
        }
    }

    fn stood_at(&self, at: Timestamp) -> bool {
        let over = |stand: &Standstill| stand.from <= at && stand.to.is_none_or(|to| at <= to);
        self.standstills.iter().any(|stand| !stand.too_late && over(stand))
    }

    /// When it is due, or was before the clock came to stand.
    pub fn last_due_at(&self) -> Option<Timestamp> {
        let new = self.new_due.as_ref().map(|due| due.due_at);
        new.or_else(|| self.promise.as_ref().map(|promise| promise.due_at))
    }

    /// The same without any extension: what the dossier is measured by. [OTR-02] [OTR-03]
    pub fn firm_due_at(&self) -> Option<Timestamp> {
        let (Some(first), Some(due)) = (self.extensions.first(), &self.new_due) else { return self.last_due_at() };
        let extended = self.extensions.last().is_some_and(|last| last.extension.due == *due);
        let before = first.extension.before;
        // Events said so from some day on; before that it is read from what they did say.
        Some(due.firm_due_at.unwrap_or(if extended { before } else { before.max(due.national_due_at) }))
    }

    /// The date by the reckoning of the national index, which knows no extension. [CLK-23] [SCR-03]
    pub fn index_due_at(&self) -> Option<Timestamp> {
        self.new_due.as_ref().map(|due| due.national_due_at).or_else(|| self.promised_at())
    }

    /// The date promised at receipt; stays whatever happens later. [CLK-18]
    pub fn promised_at(&self) -> Option<Timestamp> {
        self.promise.as_ref().map(|promise| promise.due_at)
    }

    /// The national index's reckoning. [CLK-17]
    pub fn national_due_at(&self) -> Option<Timestamp> {
        let new = self.new_due.as_ref().map(|due| due.national_due_at);
        new.or_else(|| self.promised_at())
    }

    /// Why it is due then: the reasons of the date in force.
    pub fn reasons(&self) -> Option<&serde_json::Value> {
        let new = self.new_due.as_ref().map(|due| &due.reasons);
        new.or_else(|| self.promise.as_ref().map(|promise| &promise.reasons))
    }

    /// Reckons the due moment from everything that happened, as if `ends` were the end of the standstills of that kind that
    /// are open, and with an extension beside those granted. [DOS-13]
    pub(super) fn reckon(
        &self,
        clock: &Clock,
        ends: Option<(StandstillKind, Timestamp)>,
        extension: Option<deadline::Extension>,
    ) -> Result<Option<NewDue>, deadline::Refusal> {
        let Some(promise) = &self.promise else { return Ok(None) };
        let local = |at: Timestamp| clock.zone.to_datetime(at);
        let pause = |stand: &Standstill| {
            let end = ends.filter(|(kind, _)| *kind == stand.kind).map(|(_, at)| at);
            Pause { from: local(stand.from), to: stand.to.or(end).map(local) }
        };
        let (supplements, pauses): (Vec<&Standstill>, Vec<&Standstill>) =
            self.standstills.iter().partition(|stand| stand.kind == StandstillKind::Supplement);
        let supplements: Vec<Pause> = supplements.into_iter().map(pause).collect();
        let pauses: Vec<Pause> = pauses.into_iter().map(pause).collect();
        let granted = self
            .extensions
            .last()
            .map(|granted| deadline::Extension { granted: local(granted.at), to: local(granted.extension.due.due_at) });
        let course = Course {
            received: local(promise.counts_from.unwrap_or(self.received_at)),
            limit: promise.limit,
            cutoff: promise.cutoff,
            after_supplement: promise.after_supplement,
            supplements: &supplements,
            pauses: &pauses,
            extension: extension.or(granted),
            promise: promise.hour,
        };
        let reckoning = deadline::reckon(clock.calendar, &course)?;
        let (Due::At(due), Due::At(national)) = (reckoning.promised.due, reckoning.national.due) else {
            return Ok(None);
        };
        let firm_due_at = match course.extension {
            None => None,
            Some(_) => match deadline::reckon(clock.calendar, &Course { extension: None, ..course })?.promised.due {
                Due::At(firm) => Some(clock.instant(firm)?),
                Due::PausedSince(_) => self.firm_due_at(),
            },
        };
        Ok(Some(NewDue {
            due_at: clock.instant(due)?,
            reasons: serde_json::to_value(&reckoning.promised.steps).unwrap_or_default(),
            national_due_at: clock.instant(national)?,
            firm_due_at,
        }))
    }
}

/// What reckoning needs beside the dossier: the receiving agency's calendar and where on earth it is.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    pub zone: &'a TimeZone,
    pub calendar: &'a Calendar,
}

impl Clock<'_> {
    /// The moment of a wall time; in a gap or fold of the clock, the one jiff calls compatible.
    pub fn instant(&self, at: DateTime) -> Result<Timestamp, deadline::Refusal> {
        let found = self.zone.to_ambiguous_timestamp(at).compatible();
        found.map_err(|_| deadline::Refusal::NeverOpens { after: at.date() })
    }
}
