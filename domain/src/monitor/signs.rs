//! What the events of one dossier show.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::dossier::{Acceptance, Dossier, Event, PaperIn, Recorded, Status};
use crate::overview::days;
use crate::procedure::Channel;

/// What can be seen of one dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A supplement asked for when the time was nearly over. [MON-02]
    LastDay,
    /// More than one supplement. [MON-03]
    Again,
    /// Withdrawn or stopped, and received again with the same papers. [MON-04]
    Refiled,
    /// Received at the counter or by post when the office was closed. [MON-05]
    AfterHours,
    /// The date came while the clock stood; settled as soon as it went on. [MON-07]
    JustInTime,
    /// Put off; of interest where the same person did so to many. [MON-08]
    Extended,
}

/// Days further than which no threshold may look, so that a site may change its own at any time. [MON-09]
pub const FARTHEST: i64 = 90;

impl Sign {
    pub const ALL: [Self; 6] =
        [Self::LastDay, Self::Again, Self::Refiled, Self::AfterHours, Self::JustInTime, Self::Extended];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastDay => "last_day",
            Self::Again => "again",
            Self::Refiled => "refiled",
            Self::AfterHours => "after_hours",
            Self::JustInTime => "just_in_time",
            Self::Extended => "extended",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.as_str() == text)
    }
}

/// One sign of a dossier: of several of a kind the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub sign: Sign,
    pub on: Date,
    /// Account that did it.
    pub by: String,
    /// What its threshold is compared with: days, or how many.
    pub measure: i64,
}

/// What the events show, at most one case a sign. [MON-01]
pub fn signs(events: &[Recorded], zone: &TimeZone) -> Vec<Case> {
    let Some((first, rest)) = events.split_first() else { return Vec::new() };
    let (Event::Accepted(acceptance), Some(dossier)) = (&first.event, Dossier::begin(first)) else {
        return Vec::new();
    };
    let mut walk = Walk { dossier, zone, saved: None, cases: BTreeMap::new() };
    walk.accepted(first, acceptance);
    for recorded in rest {
        walk.see(recorded);
        walk.dossier.apply(recorded);
    }
    walk.end()
}

struct Walk<'a> {
    /// As it was before the event.
    dossier: Dossier,
    zone: &'a TimeZone,
    /// When a clock went on that stood while the date came, and who stopped it.
    saved: Option<(Timestamp, String)>,
    cases: BTreeMap<Sign, Case>,
}

impl Walk<'_> {
    fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    fn note(&mut self, sign: Sign, at: Timestamp, by: &str, measure: i64) {
        self.cases.insert(sign, Case { sign, on: self.day(at), by: by.to_owned(), measure });
    }

    /// [MON-05]
    fn accepted(&mut self, first: &Recorded, acceptance: &Acceptance) {
        if acceptance.channel != Channel::Online && started_later(acceptance, self.day(first.at)) {
            self.note(Sign::AfterHours, first.at, &first.by, 0);
        }
    }

    fn see(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::SupplementAsked { .. } => {
                let asked = self.dossier.supplements() as i64 + 1;
                if asked > 1 {
                    self.note(Sign::Again, at, &recorded.by, asked);
                }
                // [MON-02]
                let left = self.dossier.last_due_at().map(|due| days(self.day(at), self.day(due)));
                if let Some(left) = left.filter(|left| *left <= FARTHEST) {
                    self.note(Sign::LastDay, at, &recorded.by, left.max(0));
                }
            }
            Event::SupplementReceived { .. } | Event::PaymentReceived { .. } => {
                let came = self.dossier.last_due_at().is_some_and(|due| due <= at);
                if let Some(stand) = self.dossier.paused().filter(|_| came) {
                    self.saved = Some((at, stand.by.clone()));
                }
            }
            Event::Extended(_) => {
                let number = self.dossier.extensions.len() as i64 + 1;
                self.note(Sign::Extended, at, &recorded.by, number);
            }
            _ => {}
        }
    }

    /// [MON-07]
    fn end(mut self) -> Vec<Case> {
        let settled =
            self.dossier.settled_at.filter(|settled| self.dossier.due_at().is_some_and(|due| *settled <= due));
        let broken_off = matches!(self.dossier.status, Status::Withdrawn | Status::Stopped);
        if let (Some(settled), Some((went_on, by)), false) = (settled, self.saved.take(), broken_off) {
            let took = days(self.day(went_on), self.day(settled));
            if (0..=FARTHEST).contains(&took) {
                self.note(Sign::JustInTime, settled, &by, took);
            }
        }
        self.cases.into_values().collect()
    }
}

/// Whether counting began on a later day than that of the receipt, because the office was closed. [CLK-03]
fn started_later(acceptance: &Acceptance, received_on: Date) -> bool {
    let reasons = acceptance.promise.reasons.as_array();
    let start = reasons.into_iter().flatten().find(|reason| reason.get("rule").is_some_and(|rule| rule == "CLK-03"));
    let at = start.and_then(|reason| reason.get("params")?.get("start_at")?.as_str()?.get(..10)?.parse().ok());
    at.is_some_and(|started: Date| started > received_on)
}

/// Days after which a dossier came again that had been withdrawn or stopped, with the same papers; `None`: it is not the same.
/// That both are of one person and one procedure, the shell has seen to. [MON-04]
pub fn refiled(earlier: &Dossier, later: &Dossier, zone: &TimeZone) -> Option<i64> {
    let ended = earlier.closed_at.filter(|_| matches!(earlier.status, Status::Withdrawn | Status::Stopped))?;
    let same = earlier.agency == later.agency && ended <= later.received_at && papers(earlier) == papers(later);
    let day = |at| zone.to_datetime(at).date();
    let gone = days(day(ended), day(later.received_at));
    (same && gone <= FARTHEST).then_some(gone)
}

/// Names and numbers, in whatever order they were handed in.
fn papers(dossier: &Dossier) -> Vec<(&str, u32, u32, u32)> {
    let of = |paper: &PaperIn| (paper.originals, paper.certified, paper.copies);
    let mut all: Vec<_> = dossier
        .particulars
        .papers
        .iter()
        .map(|paper| (paper.name.as_str(), of(paper)))
        .map(|(name, (originals, certified, copies))| (name, originals, certified, copies))
        .collect();
    all.sort_unstable();
    all
}
