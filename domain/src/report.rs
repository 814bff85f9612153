//! The summary of a period: how many dossiers came in, how many were settled and when. Rules: `docs/rules/reports.md`.
//!
//! Only counts dossiers; where they come from and how they are shown is the shell's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ledger::sha256;

/// One dossier as it is counted. Days are local days of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub tier: String,
    pub field: String,
    /// Handed in online at online level 3.
    pub online: bool,
    pub due_at: Timestamp,
    pub due_on: Date,
    /// When the result lay at the one-stop, and on which day; `None` while it is worked on.
    pub settled: Option<(Timestamp, Date)>,
    /// Whether it ended without an answer: withdrawn or stopped.
    pub broken_off: bool,
}

/// The columns of the summary. [REP-01]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    pub received: u64,
    /// Of these, online at level 3.
    pub online: u64,
    /// Settled on a day before the day that was promised. [REP-02]
    pub settled_early: u64,
    /// Settled on that day, not after the promised moment; or withdrawn or stopped before it.
    pub settled_on_time: u64,
    /// Settled after the promised moment.
    pub settled_late: u64,
    /// Still open at the end of the period, the promised moment not passed.
    pub open_in_time: u64,
    /// Still open at the end of the period and past the promised moment. [REP-03]
    pub open_late: u64,
}

impl Figures {
    pub fn settled(&self) -> u64 {
        self.settled_early + self.settled_on_time + self.settled_late
    }

    pub fn open(&self) -> u64 {
        self.open_in_time + self.open_late
    }

    /// The column check: whatever came in is settled or open. [REP-04]
    pub fn adds_up(&self) -> bool {
        self.received == self.settled() + self.open()
    }

    /// Counts one dossier as it stood at the end of the period. [REP-02] [REP-03]
    fn count(&mut self, dossier: &Counted, end: Timestamp) {
        self.received += 1;
        self.online += u64::from(dossier.online);
        let column = match dossier.settled.filter(|(at, _)| *at < end) {
            Some((at, _)) if at > dossier.due_at => &mut self.settled_late,
            Some((_, on)) if on < dossier.due_on && !dossier.broken_off => &mut self.settled_early,
            Some(_) => &mut self.settled_on_time,
            None if end > dossier.due_at => &mut self.open_late,
            None => &mut self.open_in_time,
        };
        *column += 1;
    }
}

/// The figures of a period, whole, by tier, and by field within its tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub total: Figures,
    pub tiers: BTreeMap<String, Figures>,
    /// By tier, then by field.
    pub fields: BTreeMap<String, BTreeMap<String, Figures>>,
}

impl Summary {
    /// Counts dossiers received in a period that ends (exclusively) at `end`.
    pub fn count<'a>(dossiers: impl IntoIterator<Item = &'a Counted>, end: Timestamp) -> Self {
        let mut summary = Self::default();
        dossiers.into_iter().for_each(|dossier| summary.add(dossier, end));
        summary
    }

    /// Counts one more dossier as it stood at `end`. [REP-01]
    pub fn add(&mut self, dossier: &Counted, end: Timestamp) {
        self.total.count(dossier, end);
        self.tiers.entry(dossier.tier.clone()).or_default().count(dossier, end);
        let fields = self.fields.entry(dossier.tier.clone()).or_default();
        fields.entry(dossier.field.clone()).or_default().count(dossier, end);
    }

    /// Every line adds up. [REP-04]
    pub fn adds_up(&self) -> bool {
        self.total.adds_up()
            && self.tiers.values().all(Figures::adds_up)
            && self.fields.values().flat_map(BTreeMap::values).all(Figures::adds_up)
    }

    /// SHA-256 of the figures: equal figures have equal hashes, whatever engine counted. [REP-05]
    pub fn hash(&self) -> String {
        // Maps are ordered and numbers are whole, so the text is the same everywhere; writing plain data cannot fail.
        sha256(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn moment(second: i64) -> (Timestamp, Date) {
        let at = Timestamp::from_second(second).unwrap();
        (at, jiff::tz::TimeZone::UTC.to_datetime(at).date())
    }

    fn dossier(due: i64, settled: Option<i64>) -> Counted {
        let (due_at, due_on) = moment(due);
        Counted {
            tier: "district".into(),
            field: "Chứng thực".into(),
            online: false,
            due_at,
            due_on,
            settled: settled.map(moment),
            broken_off: false,
        }
    }

    fn column(due: i64, settled: Option<i64>, end: i64) -> Figures {
        Summary::count([&dossier(due, settled)], moment(end).0).total
    }

    #[test]
    fn settled_before_the_promised_day_is_early_on_it_is_on_time_and_after_the_moment_is_late() {
        // [REP-02]
        let due = 10 * DAY + 1_000;
        assert_eq!(column(due, Some(9 * DAY + 80_000), 20 * DAY).settled_early, 1);
        assert_eq!(column(due, Some(due), 20 * DAY).settled_on_time, 1);
        assert_eq!(column(due, Some(10 * DAY), 20 * DAY).settled_on_time, 1);
        assert_eq!(column(due, Some(due + 1), 20 * DAY).settled_late, 1);
    }

    #[test]
    fn what_was_withdrawn_or_stopped_is_never_early() {
        // [REP-02]
        let ended = |settled| Counted { broken_off: true, ..dossier(10 * DAY, Some(settled)) };
        let figures = |settled| Summary::count([&ended(settled)], moment(20 * DAY).0).total;
        assert_eq!((figures(DAY).settled_early, figures(DAY).settled_on_time), (0, 1));
        assert_eq!(figures(11 * DAY).settled_late, 1);
    }

    #[test]
    fn what_was_settled_after_the_period_was_open_at_its_end() {
        // [REP-03]
        let due = 10 * DAY;
        assert_eq!(column(due, Some(30 * DAY), 20 * DAY).open_late, 1);
        assert_eq!(column(25 * DAY, Some(30 * DAY), 20 * DAY).open_in_time, 1);
        assert_eq!(column(due, None, due).open_in_time, 1);
        assert_eq!(column(due, None, due + 1).open_late, 1);
    }

    fn any_dossier() -> impl Strategy<Value = Counted> {
        (0..40 * DAY, prop::option::of(0..40 * DAY), any::<bool>(), 0usize..3, 0usize..4).prop_map(
            |(due, settled, online, tier, field)| Counted {
                tier: ["district", "commune", "province"][tier].into(),
                field: ["Hộ tịch", "Đất đai", "Chứng thực", "Hộ kinh doanh"][field].into(),
                online,
                ..dossier(due, settled)
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_came_in_is_settled_or_open(dossiers in prop::collection::vec(any_dossier(), 0..60), end in 0..50 * DAY) {
            // [REP-01] [REP-04]
            let summary = Summary::count(&dossiers, moment(end).0);
            prop_assert!(summary.adds_up());
            prop_assert_eq!(summary.total.received, dossiers.len() as u64);
            let by_tier: u64 = summary.tiers.values().map(|figures| figures.received).sum();
            let by_field: u64 = summary.fields.values().flat_map(BTreeMap::values).map(|figures| figures.received).sum();
            prop_assert_eq!((by_tier, by_field), (summary.total.received, summary.total.received));
        }

        #[test]
        fn the_order_of_dossiers_changes_no_figure(mut dossiers in prop::collection::vec(any_dossier(), 0..40), by in 0usize..40) {
            // [REP-05]
            let before = Summary::count(&dossiers, moment(20 * DAY).0);
            if !dossiers.is_empty() {
                let by = by % dossiers.len();
                dossiers.rotate_left(by);
            }
            let after = Summary::count(&dossiers, moment(20 * DAY).0);
            prop_assert_eq!(before.hash(), after.hash());
            prop_assert_eq!(before, after);
        }
    }
}
