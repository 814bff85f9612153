//! Whether one dossier is behind a figure: the same rules as the counters, told of a single one. [OTR-13]

use jiff::Timestamp;

use super::fact::{Fact, Firmly, Formally};
use super::lines::Period;
use crate::dossier::StandstillKind;
use crate::procedure::Channel;

/// A figure that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Total,
    Online,
    Direct,
    Carried,
    Settled,
    Early,
    SettledOnTime,
    Late,
    Open,
    OpenInTime,
    OpenLate,
    Counted,
    OverdueBefore,
    Kept,
    Cleared,
    Excused,
    Overdue,
    LeftOut,
    Standing,
    Supplement,
    Payment,
    Outage,
    IndexOnTime,
    IndexLate,
    Answered,
    Electronic,
    Sooner,
    Just,
    AskedOnce,
    AskedMore,
    /// Columns (4) and (5) together.
    Received,
}

/// Which of its days the dossiers of a figure are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Received in the period.
    Received,
    /// The binding moment lies in the period.
    Due,
    /// Settled in the period.
    Settled,
    /// Not settled before the period.
    OpenAtBegin,
    /// Not settled when it is seen.
    OpenAtEnd,
}

/// A period and the moment at which it is seen.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub period: Period,
    pub now: Timestamp,
}

impl Which {
    pub const ALL: [(Self, &'static str, Option<By>); 31] = [
        (Self::Total, "total", Some(By::OpenAtBegin)),
        (Self::Online, "online", Some(By::Received)),
        (Self::Direct, "direct", Some(By::Received)),
        (Self::Carried, "carried", Some(By::OpenAtBegin)),
        (Self::Settled, "settled", Some(By::Settled)),
        (Self::Early, "early", Some(By::Settled)),
        (Self::SettledOnTime, "settled_on_time", Some(By::Settled)),
        (Self::Late, "late", Some(By::Settled)),
        (Self::Open, "open", Some(By::OpenAtEnd)),
        (Self::OpenInTime, "open_in_time", Some(By::OpenAtEnd)),
        (Self::OpenLate, "open_late", Some(By::OpenAtEnd)),
        // Opens in its parts: kept, ended late, open and overdue.
        (Self::Counted, "counted", None),
        (Self::OverdueBefore, "overdue_before", Some(By::OpenAtBegin)),
        (Self::Kept, "kept", Some(By::Due)),
        (Self::Cleared, "cleared", Some(By::Settled)),
        (Self::Excused, "excused", Some(By::Settled)),
        (Self::Overdue, "overdue", Some(By::OpenAtEnd)),
        (Self::LeftOut, "left_out", Some(By::Settled)),
        (Self::Standing, "standing", Some(By::OpenAtEnd)),
        (Self::Supplement, "supplement", Some(By::OpenAtEnd)),
        (Self::Payment, "payment", Some(By::OpenAtEnd)),
        (Self::Outage, "outage", Some(By::OpenAtEnd)),
        (Self::IndexOnTime, "index_on_time", Some(By::OpenAtBegin)),
        (Self::IndexLate, "index_late", Some(By::OpenAtBegin)),
        (Self::Answered, "answered", Some(By::Settled)),
        (Self::Electronic, "electronic", Some(By::Settled)),
        (Self::Sooner, "sooner", Some(By::Settled)),
        (Self::Just, "just", Some(By::Settled)),
        (Self::AskedOnce, "asked_once", Some(By::Settled)),
        (Self::AskedMore, "asked_more", Some(By::Settled)),
        (Self::Received, "received", Some(By::Received)),
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(which, ..)| *which)
    }

    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(which, ..)| *which == self).map_or("", |(_, word, _)| word)
    }

    pub fn by(self) -> Option<By> {
        Self::ALL.iter().find(|(which, ..)| *which == self).and_then(|(.., by)| *by)
    }

    /// Whether the dossier is counted in the figure. [OTR-13]
    pub fn holds(self, fact: &Fact, view: &View) -> bool {
        let seen = Seen { fact, view };
        match self {
            Self::Total => seen.is_total(),
            Self::Received => seen.is_received(),
            Self::Online => seen.is_received() && fact.unit.channel == Channel::Online,
            Self::Direct => seen.is_received() && fact.unit.channel != Channel::Online,
            Self::Carried => seen.is_carried(),
            Self::Settled => seen.ended().is_some(),
            Self::Early => seen.ended() == Some(Formally::Early),
            Self::SettledOnTime => seen.ended() == Some(Formally::OnTime),
            Self::Late => seen.ended() == Some(Formally::Late),
            Self::Open => seen.is_open(),
            Self::OpenInTime => seen.is_open() && !seen.told_passed(),
            Self::OpenLate => seen.is_open() && seen.told_passed(),
            Self::Counted => seen.is_counted(),
            Self::OverdueBefore => seen.was_overdue(),
            Self::Kept => seen.is_counted() && seen.firmly() == Some(Firmly::Kept),
            Self::Cleared => seen.is_counted() && seen.ended().is_some() && seen.firmly() == Some(Firmly::Missed),
            Self::Excused => {
                let late = Self::Cleared.holds(fact, view);
                late && seen.ended() != Some(Formally::Late)
            }
            Self::Overdue => seen.is_counted() && seen.is_open(),
            Self::LeftOut => seen.ended().is_some() && seen.firmly() == Some(Firmly::LeftOut),
            Self::Standing => seen.stands_for().is_some(),
            Self::Supplement => seen.stands_for() == Some(StandstillKind::Supplement),
            Self::Payment => seen.stands_for() == Some(StandstillKind::Payment),
            Self::Outage => seen.stands_for() == Some(StandstillKind::Outage),
            Self::IndexOnTime => seen.is_total() && !seen.is_index_late(),
            Self::IndexLate => seen.is_total() && seen.is_index_late(),
            Self::Answered => seen.is_answered(),
            Self::Electronic => seen.is_answered() && fact.scored.electronic,
            Self::Sooner => seen.is_sooner() == Some(true),
            Self::Just => seen.is_sooner() == Some(false),
            Self::AskedOnce => seen.is_answered() && fact.scored.requests == 1,
            Self::AskedMore => seen.is_answered() && fact.scored.requests > 1,
        }
    }
}

/// One dossier in one period.
struct Seen<'a> {
    fact: &'a Fact,
    view: &'a View,
}

impl Seen<'_> {
    fn is_received(&self) -> bool {
        self.view.period.has(self.fact.received_on)
    }

    /// Received before the period and not settled then. [REP-01]
    fn is_carried(&self) -> bool {
        let from = self.view.period.from;
        self.fact.received_on < from && self.fact.settled.is_none_or(|settled| settled.on >= from)
    }

    fn is_total(&self) -> bool {
        self.is_received() || self.is_carried()
    }

    /// How it was settled in the period, by the date in force.
    fn ended(&self) -> Option<Formally> {
        let settled = self.fact.settled.filter(|settled| self.view.period.has(settled.on));
        settled.map(|settled| settled.formally)
    }

    /// Not settled when the period is seen. [REP-03]
    fn is_open(&self) -> bool {
        let seen = self.view.period.seen;
        self.fact.received_on <= seen && self.fact.settled.is_none_or(|settled| settled.on > seen)
    }

    fn told_passed(&self) -> bool {
        self.fact.appointed.is_some_and(|told| told.on <= self.view.period.seen && told.at <= self.view.now)
    }

    fn firmly(&self) -> Option<Firmly> {
        self.fact.settled.map(|settled| settled.firmly)
    }

    /// Open and past its binding moment when the period began. [OTR-06]
    fn was_overdue(&self) -> bool {
        let from = self.view.period.from;
        let before = self.fact.due.is_some_and(|due| due.on < from);
        let open = self.fact.settled.is_none_or(|settled| settled.on >= from && settled.firmly == Firmly::Missed);
        before && open
    }

    /// [OTR-06]
    fn is_counted(&self) -> bool {
        let due = self.fact.due.is_some_and(|due| self.view.period.has(due.on) && due.at <= self.view.now);
        (due && self.firmly() != Some(Firmly::LeftOut)) || self.was_overdue()
    }

    /// Ended late for the index, or late for it when the period is seen. [SCR-04]
    fn is_index_late(&self) -> bool {
        match self.ended() {
            Some(_) => self.fact.scored.index_late,
            None => self.fact.index.is_some_and(|late| late.on <= self.view.period.seen && late.at <= self.view.now),
        }
    }

    /// Ended in the period with an answer. [SCR-13]
    fn is_answered(&self) -> bool {
        self.ended().is_some() && !self.fact.scored.broken_off
    }

    /// Answered on a day before the one that the law gave, or on that day; `None`: later, or not at all. [SCR-22]
    fn is_sooner(&self) -> Option<bool> {
        let settled = self.fact.settled.filter(|settled| self.is_answered() && settled.firmly == Firmly::Kept)?;
        Some(self.fact.due.is_some_and(|due| settled.on < due.on))
    }

    /// [OTR-10]
    fn stands_for(&self) -> Option<StandstillKind> {
        let seen = self.view.period.seen;
        let stands = self.fact.stood.iter().find(|stood| stood.from <= seen && stood.to.is_none_or(|to| to > seen));
        stands.map(|stood| stood.kind)
    }
}
