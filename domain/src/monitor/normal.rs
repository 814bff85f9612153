//! What is normal for a place, and what is not.

use serde::{Deserialize, Serialize};

use crate::figures::Share;

/// The thresholds of a site. [MON-09]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// A supplement is late when no more days than these are left; 0 is the last day.
    pub last_days: u32,
    /// A dossier came again within so many days.
    pub refiled_days: u32,
    /// Settled within so many days after the clock went on.
    pub just_in_time_days: u32,
    /// So many extensions by one person on one day are a series.
    pub series: u32,
    /// So many of the last working days of a month are compared with the others.
    pub burst_days: u32,
    /// A burst is at least so many percent of the usual.
    pub burst_percent: u32,
    /// A rate is unusual from so many percent of the normal one.
    pub unusual_percent: u32,
    /// Fewer cases are never unusual.
    pub unusual_cases: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            last_days: 0,
            refiled_days: 30,
            just_in_time_days: 1,
            series: 5,
            burst_days: 3,
            burst_percent: 200,
            unusual_percent: 200,
            unusual_cases: 3,
        }
    }
}

/// A rate beside the normal one. [MON-10]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Normal {
    pub rate: Option<Share>,
    /// The same agency's in the twelve months before; where nothing was counted then, the middle of the agencies.
    pub normal: Option<Share>,
    pub unusual: bool,
}

/// Cases of a base, beside what is normal. [MON-10] [MON-11]
pub fn normal(cases: (i64, i64), before: (i64, i64), others: Option<Share>, limits: &Limits) -> Normal {
    let rate = Share::of(cases.0, cases.1);
    let normal = Share::of(before.0, before.1).or(others);
    let many = cases.0 >= i64::from(limits.unusual_cases);
    let unusual = match (rate, normal) {
        // Compared as fractions would be finer, but people see these numbers and must be able to check.
        (Some(rate), Some(normal)) => {
            many && rate.tenths * 100 >= normal.tenths * i64::from(limits.unusual_percent)
                && rate.tenths > normal.tenths
        }
        _ => false,
    };
    Normal { rate, normal, unusual }
}

/// The middle of what agencies have, by nearest rank. [MON-10]
pub fn median(mut rates: Vec<Share>) -> Option<Share> {
    rates.sort_unstable_by_key(|rate| rate.tenths);
    rates.get(rates.len().div_ceil(2).checked_sub(1)?).copied()
}
