//! What is read from sums of counters: the columns of form II.06a and the share on time.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::counters::{Counters, number};
use crate::ledger::sha256;
use crate::procedure::{Channel, Tier};

/// A period as it is seen: from its first day to its last, or to today if that is earlier. [OTR-05]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    /// The last day that counts.
    pub seen: Date,
}

impl Period {
    /// `None` where it has not begun, or ends before it begins. [OTR-05]
    pub fn seen(from: Date, to: Date, today: Date) -> Option<Self> {
        (from <= to && from <= today).then(|| Self { from, seen: to.min(today) })
    }

    pub(super) fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.seen
    }
}

/// A share in tenths of a percent, rounded down. [OTR-08]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    pub tenths: i64,
}

impl Share {
    /// `None` of nothing.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then(|| Self { tenths: part * 1_000 / whole })
    }
}

/// How promises were kept. [OTR-06]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OnTime {
    pub counted: i64,
    /// Of them, open and overdue already when the period began.
    pub overdue_before: i64,
    /// Of them, settled in time. [OTR-07]
    pub kept: i64,
    /// Of them, ended late in the period.
    pub cleared: i64,
    /// Of what ended late, on time by an extension only. [OTR-14]
    pub excused: i64,
    /// Of them, still open and overdue.
    pub overdue: i64,
    /// Beside: withdrawn or stopped in time. [OTR-09]
    pub left_out: i64,
    /// Beside: the clock stands, and for what. [OTR-10]
    pub standing: i64,
    pub supplement: i64,
    pub payment: i64,
    pub outage: i64,
    /// Days for which those stand, together.
    pub standing_days: i64,
}

impl OnTime {
    pub fn share(&self) -> Option<Share> {
        Share::of(self.kept, self.counted)
    }

    /// The parts. [OTR-12]
    pub fn adds_up(&self) -> bool {
        self.counted == self.kept + self.cleared + self.overdue && self.each().iter().all(|count| *count >= 0)
    }

    fn each(&self) -> [i64; 10] {
        let Self { counted, overdue_before, kept, cleared, excused, overdue, left_out, .. } = *self;
        let Self { standing, standing_days, payment, .. } = *self;
        [counted, overdue_before, kept, cleared, excused, overdue, left_out, standing, standing_days, payment]
    }
}

/// The columns of form II.06a, and the share on time. [REP-01]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// (3) = (4) + (5) + (6).
    pub total: i64,
    /// (4)
    pub online: i64,
    /// (5)
    pub direct: i64,
    /// (6)
    pub carried: i64,
    /// (7)
    pub settled: i64,
    /// (8)
    pub early: i64,
    /// (9)
    pub settled_on_time: i64,
    /// (10)
    pub late: i64,
    /// (11)
    pub open: i64,
    /// (12)
    pub open_in_time: i64,
    /// (13)
    pub open_late: i64,
    pub on_time: OnTime,
}

impl Figures {
    /// What came in by a channel: what was counted before the period, and in it. [REP-01] [REP-03]
    pub fn of(channel: Channel, before: Counters, within: Counters, seen: Date) -> Self {
        let mut end = before;
        end += within;
        let (online, direct) = match channel {
            Channel::Online => (within.received, 0),
            _ => (0, within.received),
        };
        let carried = before.received - before.settled();
        let open_late = end.passed - end.late;
        let open = end.received - end.settled();
        let overdue_before = before.missed - before.cleared;
        let on_time = OnTime {
            counted: overdue_before + within.kept + within.missed,
            overdue_before,
            kept: within.kept,
            cleared: within.cleared,
            excused: within.excused,
            overdue: end.missed - end.cleared,
            left_out: within.left_out,
            standing: end.standing(),
            supplement: end.supplement,
            payment: end.payment,
            outage: end.outage,
            standing_days: end.standing() * number(seen) - end.since,
        };
        Self {
            total: online + direct + carried,
            online,
            direct,
            carried,
            settled: within.settled(),
            early: within.early,
            settled_on_time: within.on_time,
            late: within.late,
            open,
            open_in_time: open - open_late,
            open_late,
            on_time,
        }
    }

    /// The lenient formula of the systems in use. [OTR-14]
    pub fn lenient(&self) -> Option<Share> {
        Share::of(self.early + self.settled_on_time, self.settled)
    }

    /// The check of the form. [REP-04]
    pub fn adds_up(&self) -> bool {
        self.total == self.settled + self.open
            && self.settled == self.early + self.settled_on_time + self.late
            && self.columns().iter().all(|count| *count >= 0)
            && self.on_time.adds_up()
    }

    /// Columns (3) to (13).
    pub fn columns(&self) -> [i64; 11] {
        [
            self.total,
            self.online,
            self.direct,
            self.carried,
            self.settled,
            self.early,
            self.settled_on_time,
            self.late,
            self.open,
            self.open_in_time,
            self.open_late,
        ]
    }

    /// Every figure with its name, the columns of the form first, as they stand in published data. [OPN-03]
    pub fn named(&self) -> [(&'static str, i64); 23] {
        let [total, online, direct, carried, settled, early, settled_on_time, late, open, in_time, open_late] =
            self.columns();
        let parts = &self.on_time;
        [
            ("total", total),
            ("online", online),
            ("direct", direct),
            ("carried", carried),
            ("settled", settled),
            ("early", early),
            ("settled_on_time", settled_on_time),
            ("late", late),
            ("open", open),
            ("open_in_time", in_time),
            ("open_late", open_late),
            ("counted", parts.counted),
            ("overdue_before", parts.overdue_before),
            ("kept", parts.kept),
            ("cleared", parts.cleared),
            ("excused", parts.excused),
            ("overdue", parts.overdue),
            ("left_out", parts.left_out),
            ("standing", parts.standing),
            ("supplement", parts.supplement),
            ("payment", parts.payment),
            ("outage", parts.outage),
            ("standing_days", parts.standing_days),
        ]
    }

    pub fn add(&mut self, more: &Self) {
        self.total += more.total;
        self.online += more.online;
        self.direct += more.direct;
        self.carried += more.carried;
        self.settled += more.settled;
        self.early += more.early;
        self.settled_on_time += more.settled_on_time;
        self.late += more.late;
        self.open += more.open;
        self.open_in_time += more.open_in_time;
        self.open_late += more.open_late;
        let (sum, more) = (&mut self.on_time, &more.on_time);
        sum.counted += more.counted;
        sum.overdue_before += more.overdue_before;
        sum.kept += more.kept;
        sum.cleared += more.cleared;
        sum.excused += more.excused;
        sum.overdue += more.overdue;
        sum.left_out += more.left_out;
        sum.standing += more.standing;
        sum.supplement += more.supplement;
        sum.payment += more.payment;
        sum.outage += more.outage;
        sum.standing_days += more.standing_days;
    }
}

/// A period, whole, by agency, by level, and by field within its level. [REP-06]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    pub total: Figures,
    pub agencies: BTreeMap<String, Figures>,
    pub tiers: BTreeMap<Tier, Figures>,
    pub fields: BTreeMap<Tier, BTreeMap<String, Figures>>,
}

/// What of a unit a report tells apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub agency: String,
    pub tier: Tier,
    pub field: String,
    pub channel: Channel,
}

impl Report {
    /// Adds what was counted before the period and in it. [REP-06]
    pub fn add(&mut self, part: &Part, before: Counters, within: Counters, seen: Date) {
        let figures = Figures::of(part.channel, before, within, seen);
        // Long ago somebody had something of the kind, and all of it is over.
        if figures == Figures::default() {
            return;
        }
        self.total.add(&figures);
        self.agencies.entry(part.agency.clone()).or_default().add(&figures);
        self.tiers.entry(part.tier).or_default().add(&figures);
        self.fields.entry(part.tier).or_default().entry(part.field.clone()).or_default().add(&figures);
    }

    /// Every line adds up. [REP-04] [OTR-12]
    pub fn adds_up(&self) -> bool {
        let fields = self.fields.values().flat_map(BTreeMap::values);
        self.total.adds_up() && self.agencies.values().chain(self.tiers.values()).chain(fields).all(Figures::adds_up)
    }

    /// SHA-256 of the figures: equal figures have equal hashes, whatever engine counted. [REP-05]
    pub fn hash(&self) -> String {
        // Maps are ordered and numbers are whole, so the text is the same everywhere; writing plain data cannot fail.
        sha256(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }
}
