//! What of a dossier counts: a few days and moments, read from its folded events.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::dossier::{Dossier, Standstill, StandstillKind, Status};
use crate::procedure::{Channel, Tier};

/// Where a dossier counts. [OTR-15]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    /// That received it.
    pub agency: String,
    /// That leads the matter, as `agency/key`.
    pub office: String,
    pub tier: Tier,
    pub field: String,
    pub procedure: String,
    pub channel: Channel,
}

/// A moment with its local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub on: Date,
}

/// How it ended by its binding moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firmly {
    /// Settled no later. [OTR-07]
    Kept,
    /// Settled, withdrawn or stopped later.
    Missed,
    /// Withdrawn or stopped no later. [OTR-09]
    LeftOut,
}

/// How it ended by the date in force, extension included. [REP-02]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formally {
    Early,
    OnTime,
    Late,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    pub on: Date,
    pub firmly: Firmly,
    pub formally: Formally,
}

/// Days over which the clock stood, for one reason. [OTR-10]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub kind: StandstillKind,
    /// Account that stopped the clock.
    pub by: String,
    pub from: Date,
    /// `None` while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// What only official scores ask for. Kept as one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scored {
    /// How often papers were asked for. [SCR-06]
    #[serde(default)]
    pub requests: u32,
    /// It ended late for the index. [SCR-04]
    #[serde(default)]
    pub index_late: bool,
    /// Withdrawn or stopped: it has no answer.
    #[serde(default)]
    pub broken_off: bool,
    /// Its answer is there as a file. [SCR-13]
    #[serde(default)]
    pub electronic: bool,
}

/// What counts of one received dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub unit: Unit,
    pub received_on: Date,
    /// The binding moment; `None` while the clock stands. [OTR-01]
    pub due: Option<Moment>,
    /// The same with the extension.
    pub appointed: Option<Moment>,
    /// From when it is late for the index, settled or not; `None` while the clock stands. [SCR-04]
    pub index: Option<Moment>,
    pub settled: Option<Settled>,
    /// One after the other.
    pub stood: Vec<Stood>,
    pub scored: Scored,
}

impl Fact {
    /// `None` for a dossier that was refused at intake: it was not received. [OTR-01]
    pub fn of(dossier: &Dossier, zone: &TimeZone) -> Option<Self> {
        let (firm, told) = (dossier.firm_due_at()?, dossier.last_due_at()?);
        let course = Course {
            received: dossier.received_at,
            firm,
            told,
            index: dossier.index_due_at()?,
            stands: &dossier.standstills,
            settled: dossier.settled_at,
            broken_off: matches!(dossier.status, Status::Withdrawn | Status::Stopped),
            electronic: !dossier.results.is_empty(),
        };
        let unit = Unit {
            agency: dossier.agency.clone(),
            office: dossier.solving_office().to_owned(),
            tier: dossier.subject.tier,
            field: dossier.subject.field.clone(),
            procedure: dossier.subject.procedure.clone(),
            channel: dossier.channel,
        };
        Some(course.fact(unit, &|at| zone.to_datetime(at).date()))
    }
}

/// The moments of a dossier.
pub(super) struct Course<'a> {
    pub received: Timestamp,
    /// The date without any extension.
    pub firm: Timestamp,
    /// The date people were told.
    pub told: Timestamp,
    /// The date by the reckoning of the index.
    pub index: Timestamp,
    /// In order of their beginning.
    pub stands: &'a [Standstill],
    pub settled: Option<Timestamp>,
    /// Withdrawn or stopped.
    pub broken_off: bool,
    /// A file answers it.
    pub electronic: bool,
}

impl Course<'_> {
    /// `day` tells the local day of a moment.
    pub(super) fn fact(&self, unit: Unit, day: &dyn Fn(Timestamp) -> Date) -> Fact {
        let moment = |at| Moment { at, on: day(at) };
        let (due, appointed) = (self.passes(self.firm).map(moment), self.passes(self.told).map(moment));
        let settled = self.settled.map(|at| {
            let (at, in_time) = (moment(at), |moment: Option<Moment>| moment.is_none_or(|moment| at <= moment.at));
            Settled {
                on: at.on,
                firmly: match (in_time(due), self.broken_off) {
                    (true, false) => Firmly::Kept,
                    (true, true) => Firmly::LeftOut,
                    (false, _) => Firmly::Missed,
                },
                formally: match (in_time(appointed), appointed) {
                    (false, _) => Formally::Late,
                    (true, Some(told)) if at.on < told.on && !self.broken_off => Formally::Early,
                    (true, _) => Formally::OnTime,
                },
            }
        });
        let passes = self.passes(self.index);
        let again = self.requests().nth(1);
        let index_late = self.settled.is_some_and(|at| again.is_some() || passes.is_some_and(|passes| at > passes));
        let scored = Scored {
            requests: u32::try_from(self.requests().count()).unwrap_or(u32::MAX),
            index_late,
            broken_off: self.broken_off,
            electronic: self.electronic,
        };
        let index = again.map_or(passes, |again| Some(passes.map_or(again, |passes| passes.min(again)))).map(moment);
        let received_on = moment(self.received).on;
        Fact { unit, received_on, due, appointed, index, settled, stood: self.stood(day), scored }
    }

    /// When papers were asked for. [SCR-06]
    fn requests(&self) -> impl Iterator<Item = Timestamp> {
        self.stands.iter().filter(|stand| stand.kind == StandstillKind::Supplement).map(|stand| stand.from)
    }

    /// When a date passes: when it comes, or when the clock goes on that stood then; `None` while it stands. [OTR-04]
    fn passes(&self, due: Timestamp) -> Option<Timestamp> {
        self.stopping(due).try_fold(due, |moment, (_, to)| Some(moment.max(to?)))
    }

    /// The standstills that stop the clock towards a date, with their ends: those that began before it, or before another of
    /// them was over. What came too late for the date then in force stops nothing, though an extension came after it. What is settled
    /// has no clock. [CLK-14]
    fn stopping(&self, due: Timestamp) -> impl Iterator<Item = (&Standstill, Option<Timestamp>)> {
        // Up to when the clock stood; `None`: it still does.
        let mut until = Some(Timestamp::MIN);
        self.stands.iter().filter(|stand| !stand.too_late).filter_map(move |stand| {
            if stand.from >= due && until.is_some_and(|until| stand.from > until) {
                return None;
            }
            let to = match (stand.to, self.settled) {
                (Some(to), Some(settled)) => Some(to.min(settled)),
                (to, settled) => to.or(settled),
            };
            until = until.and_then(|until| Some(until.max(to?)));
            Some((stand, to))
        })
    }

    /// For what it stood, one after the other. [OTR-10]
    fn stood(&self, day: &dyn Fn(Timestamp) -> Date) -> Vec<Stood> {
        let mut over = Some(Timestamp::MIN);
        let mut all = Vec::new();
        for (stand, to) in self.stopping(self.firm) {
            let Some(before) = over else { break };
            if to.is_some_and(|to| to <= before) {
                continue;
            }
            all.push(Stood {
                kind: stand.kind,
                by: stand.by.clone(),
                from: day(stand.from.max(before)),
                to: to.map(day),
            });
            over = to;
        }
        all
    }
}
