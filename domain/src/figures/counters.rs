//! What a dossier adds to the counters of which day. [OTR-15]

use std::ops::{AddAssign, Neg, Sub};

use jiff::Timestamp;
use jiff::civil::Date;

use super::fact::{Fact, Firmly, Formally, Moment};
use crate::dossier::StandstillKind;

/// Names of the counters, as in the columns of the table and in the order of [`Counters::each`].
pub const COUNTERS: [&str; 22] = [
    "received",
    "early",
    "on_time",
    "late",
    "passed",
    "kept",
    "missed",
    "cleared",
    "excused",
    "left_out",
    "supplement",
    "payment",
    "outage",
    "since",
    "index_passed",
    "index_late",
    "answered",
    "electronic",
    "sooner",
    "just",
    "asked_once",
    "asked_more",
];

/// Sums of any days are sums of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    pub received: i64,
    /// Settled on that day, by the date in force. [REP-02]
    pub early: i64,
    pub on_time: i64,
    pub late: i64,
    /// The date in force passed on that day, and it was not settled.
    pub passed: i64,
    /// The binding moment lies on that day: settled no later, or not. [OTR-06] [OTR-07]
    pub kept: i64,
    pub missed: i64,
    /// Of what was missed: ended on that day.
    pub cleared: i64,
    /// Of what was cleared: not late by the date in force. [OTR-14]
    pub excused: i64,
    /// Withdrawn or stopped on that day, in time. [OTR-09]
    pub left_out: i64,
    /// The clock came to stand for papers on that day; less than nothing: went on. [OTR-10]
    pub supplement: i64,
    pub payment: i64,
    pub outage: i64,
    /// The days themselves since which clocks stand, as numbers: with how many there are, that gives for how long.
    pub since: i64,
    /// It became late for the index on that day. [SCR-04]
    pub index_passed: i64,
    /// It ended on that day, late for the index.
    pub index_late: i64,
    /// It ended on that day with an answer, neither withdrawn nor stopped. [SCR-13]
    pub answered: i64,
    /// Of them, by a file.
    pub electronic: i64,
    /// Of them, on a day before the one that the law gave; on that day. [SCR-22]
    pub sooner: i64,
    pub just: i64,
    /// Of them, papers were asked for once; more often. [SCR-24]
    pub asked_once: i64,
    pub asked_more: i64,
}

impl Counters {
    /// Every counter, in the order of [`COUNTERS`].
    pub fn each(&self) -> [i64; COUNTERS.len()] {
        [
            self.received,
            self.early,
            self.on_time,
            self.late,
            self.passed,
            self.kept,
            self.missed,
            self.cleared,
            self.excused,
            self.left_out,
            self.supplement,
            self.payment,
            self.outage,
            self.since,
            self.index_passed,
            self.index_late,
            self.answered,
            self.electronic,
            self.sooner,
            self.just,
            self.asked_once,
            self.asked_more,
        ]
    }

    /// The other way round.
    pub fn of(each: [i64; COUNTERS.len()]) -> Self {
        let [received, early, on_time, late, passed, kept, missed, cleared, excused, left_out, rest @ ..] = each;
        let [supplement, payment, outage, since, index_passed, index_late, rest @ ..] = rest;
        let [answered, electronic, sooner, just, asked_once, asked_more] = rest;
        Self {
            received,
            early,
            on_time,
            late,
            passed,
            kept,
            missed,
            cleared,
            excused,
            left_out,
            supplement,
            payment,
            outage,
            since,
            index_passed,
            index_late,
            answered,
            electronic,
            sooner,
            just,
            asked_once,
            asked_more,
        }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    pub fn settled(&self) -> i64 {
        self.early + self.on_time + self.late
    }

    pub fn standing(&self) -> i64 {
        self.supplement + self.payment + self.outage
    }
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        let mut sums = self.each();
        sums.iter_mut().zip(other.each()).for_each(|(sum, more)| *sum += more);
        *self = Self::of(sums);
    }
}

impl Neg for Counters {
    type Output = Self;

    fn neg(self) -> Self {
        Self::of(self.each().map(|count| -count))
    }
}

impl Sub for Counters {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        self += -other;
        self
    }
}

/// What a dossier adds, day by day; several entries may be of one day. [OTR-15]
pub fn contributions(fact: &Fact) -> Vec<(Date, Counters)> {
    let one = |set: fn(&mut Counters)| {
        let mut counters = Counters::default();
        set(&mut counters);
        counters
    };
    let mut all = vec![(fact.received_on, one(|c| c.received = 1))];
    let firmly = fact.settled.map(|settled| settled.firmly);
    match (fact.due, firmly) {
        (Some(due), Some(Firmly::Kept)) => all.push((due.on, one(|c| c.kept = 1))),
        // Of what is open the moment is known beforehand: should it be settled before, it is counted otherwise.
        (Some(due), None | Some(Firmly::Missed)) => all.push((due.on, one(|c| c.missed = 1))),
        _ => {}
    }
    let formally = fact.settled.map(|settled| settled.formally);
    if let (Some(told), None | Some(Formally::Late)) = (fact.appointed, formally) {
        all.push((told.on, one(|c| c.passed = 1)));
    }
    if let Some(settled) = fact.settled {
        let ended = match (settled.firmly, settled.formally) {
            (Firmly::LeftOut, _) => one(|c| c.left_out = 1),
            (Firmly::Missed, Formally::Late) => one(|c| c.cleared = 1),
            (Firmly::Missed, _) => one(|c| (c.cleared, c.excused) = (1, 1)),
            (Firmly::Kept, _) => Counters::default(),
        };
        let formally = match settled.formally {
            Formally::Early => one(|c| c.early = 1),
            Formally::OnTime => one(|c| c.on_time = 1),
            Formally::Late => one(|c| c.late = 1),
        };
        all.extend([(settled.on, ended), (settled.on, formally)]);
    }
    all.extend(of_scores(fact));
    for stood in &fact.stood {
        let mut began = match stood.kind {
            StandstillKind::Supplement => one(|c| c.supplement = 1),
            StandstillKind::Payment => one(|c| c.payment = 1),
            StandstillKind::Outage => one(|c| c.outage = 1),
        };
        began.since = number(stood.from);
        all.push((stood.from, began));
        all.extend(stood.to.map(|to| (to, -began)));
    }
    all
}

/// What only official scores are reckoned from. [SCR-04] [SCR-13] [SCR-22] [SCR-24]
fn of_scores(fact: &Fact) -> impl Iterator<Item = (Date, Counters)> {
    let (scored, settled) = (fact.scored, fact.settled);
    let late = settled.is_none() || scored.index_late;
    let passed = fact.index.filter(|_| late).map(|late| (late.on, Counters { index_passed: 1, ..Counters::default() }));
    let ended = settled.map(|settled| {
        let answered = i64::from(!scored.broken_off);
        let kept = settled.firmly == Firmly::Kept;
        let before = fact.due.is_some_and(|due| settled.on < due.on);
        let counters = Counters {
            index_late: i64::from(scored.index_late),
            answered,
            electronic: answered * i64::from(scored.electronic),
            sooner: answered * i64::from(kept && before),
            just: answered * i64::from(kept && !before),
            asked_once: answered * i64::from(scored.requests == 1),
            asked_more: answered * i64::from(scored.requests > 1),
            ..Counters::default()
        };
        (settled.on, counters)
    });
    passed.into_iter().chain(ended)
}

/// Of what a dossier adds to a day that is not over: what lies ahead of the moment. [OTR-06] [OTR-15]
pub fn ahead(fact: &Fact, today: Date, now: Timestamp) -> Counters {
    let later = |moment: Option<Moment>| moment.is_some_and(|moment| moment.on == today && moment.at > now);
    let mut ahead = Counters::default();
    let moments = Fact { stood: Vec::new(), ..fact.clone() };
    for (_, counters) in contributions(&moments).into_iter().filter(|(on, _)| *on == today) {
        if later(fact.due) {
            (ahead.kept, ahead.missed) = (ahead.kept + counters.kept, ahead.missed + counters.missed);
        }
        if later(fact.appointed) {
            ahead.passed += counters.passed;
        }
        if later(fact.index) {
            ahead.index_passed += counters.index_passed;
        }
    }
    ahead
}

/// A day as a number: days since the first of 1970.
pub(super) fn number(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (day - epoch).get_days().into()
}
