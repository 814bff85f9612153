//! What official scores are reckoned from: sums of counters of a period, whole and of what came in online.

use serde::Serialize;

use super::counters::Counters;
use crate::procedure::Channel;

/// Sums of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Received in the period or not ended before it. [SCR-02]
    pub handled: i64,
    /// Of them, late for the index. [SCR-04]
    pub index_late: i64,
    /// Received in the period; of them online.
    pub received: i64,
    pub online: i64,
    /// Came in online and ended late, or is open and late, by the date in force.
    pub online_late: i64,
    /// Ended in the period with an answer; of them by a file. [SCR-13]
    pub answered: i64,
    pub electronic: i64,
    /// Of the answered: before the day that the law gave, on it. [SCR-22]
    pub sooner: i64,
    pub just: i64,
    /// Of the answered: papers were asked for once, more often. [SCR-24]
    pub asked_once: i64,
    pub asked_more: i64,
}

impl Tally {
    /// Adds what was counted before the period and in it.
    pub fn add(&mut self, channel: Channel, before: Counters, within: Counters) {
        let mut end = before;
        end += within;
        self.handled += before.received - before.settled() + within.received;
        self.index_late += within.index_late + end.index_passed - end.index_late;
        self.received += within.received;
        if channel == Channel::Online {
            self.online += within.received;
            self.online_late += within.late + end.passed - end.late;
        }
        self.answered += within.answered;
        self.electronic += within.electronic;
        self.sooner += within.sooner;
        self.just += within.just;
        self.asked_once += within.asked_once;
        self.asked_more += within.asked_more;
    }

    pub fn index_on_time(&self) -> i64 {
        self.handled - self.index_late
    }
}
