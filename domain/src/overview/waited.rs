//! How long people wait, from exact counts by whole days.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Whole local days from one to another; 0 on the same day. [OVW-03]
pub fn days(received_on: Date, until: Date) -> i64 {
    (until - received_on).get_days().into()
}

/// The first days of the months that had begun while it was open: at the end of the day before each, it was open. [OVW-07]
pub fn crossed(received_on: Date, settled_on: Date) -> Vec<Date> {
    let mut all = Vec::new();
    let mut month = received_on.first_of_month();
    while let Ok(next) = month.checked_add(1.month()) {
        if next > settled_on {
            break;
        }
        all.push(next);
        month = next;
    }
    all
}

/// Dossiers by the days waited. [OVW-04]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waited {
    by_days: BTreeMap<i64, Both>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Both {
    settled: i64,
    open: i64,
}

/// A rank in the order of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    pub days: i64,
    /// Whoever has that rank waits still: it will be more. [OVW-05]
    pub at_least: bool,
}

impl Waited {
    pub fn settled(&mut self, days: i64, number: i64) {
        self.by_days.entry(days).or_default().settled += number;
    }

    /// Waiting still, for so many days so far. [OVW-04]
    pub fn open(&mut self, days: i64, number: i64) {
        self.by_days.entry(days).or_default().open += number;
    }

    pub fn merge(&mut self, more: &Self) {
        for (days, both) in &more.by_days {
            let sum = self.by_days.entry(*days).or_default();
            sum.settled += both.settled;
            sum.open += both.open;
        }
    }

    pub fn count(&self) -> i64 {
        self.by_days.values().map(|both| both.settled + both.open).sum()
    }

    /// The nearest rank: of `n` in order of waiting the one whose number is `n × percent / 100`, rounded up. Of those who waited
    /// equally long, whoever is still waiting comes last. `None` of nobody. [OVW-05]
    pub fn rank(&self, percent: i64) -> Option<Ranked> {
        let count = self.count();
        let wanted = (count * percent + 99) / 100;
        let mut passed = 0;
        for (days, both) in &self.by_days {
            let settled = passed + both.settled;
            passed = settled + both.open;
            if count > 0 && passed >= wanted.max(1) {
                return Some(Ranked { days: *days, at_least: settled < wanted.max(1) });
            }
        }
        None
    }
}
