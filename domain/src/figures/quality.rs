//! The nine indicators of TT 01/2018/TT-VPCP Art. 13 to 15: each 0, 1 or 2, with one decimal where it is a mean over dossiers. What nobody
//! recorded is left out. Rules: `docs/rules/scores.md`.

use super::tally::Tally;

/// How many dossiers got 2, 1 and 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub two: i64,
    pub one: i64,
    pub none: i64,
}

impl Spread {
    pub fn dossiers(&self) -> i64 {
        self.two + self.one + self.none
    }

    /// The mean in tenths, half a tenth rounded up; `None` of no dossier. [SCR-21]
    pub fn score(&self) -> Option<i64> {
        let (sum, dossiers) = (self.two * 2 + self.one, self.dossiers());
        (dossiers > 0).then(|| (sum * 20 + dossiers) / (dossiers * 2))
    }

    /// 1: the whole time beside what the law gives. [SCR-22]
    pub fn of_time(tally: &Tally) -> Self {
        Self { two: tally.sooner, one: tally.just, none: tally.answered - tally.sooner - tally.just }
    }

    /// 3: how often somebody had to be asked before the dossier was complete. [SCR-24]
    pub fn of_contacts(tally: &Tally) -> Self {
        let none = tally.asked_more;
        Self { two: tally.answered - tally.asked_once - none, one: tally.asked_once, none }
    }
}

/// Procedures of a unit at one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offered {
    /// In its competence.
    pub all: i64,
    /// Of them, taken in at the one-stop.
    pub taken_in: i64,
    /// Of them, worked on and decided there.
    pub settled_there: i64,
    /// Of them, with online level 3 or 4.
    pub online: i64,
    /// Percent that are to be settled there.
    pub wanted: i64,
}

/// 5: what is settled at the one-stop, in tenths. [SCR-26]
pub fn at_one_stop(levels: &[Offered]) -> Option<i64> {
    let levels: Vec<&Offered> = levels.iter().filter(|level| level.all > 0).collect();
    if levels.is_empty() {
        return None;
    }
    let enough = levels.iter().all(|level| level.settled_there * 100 >= level.all * level.wanted);
    let received = levels.iter().all(|level| level.taken_in == level.all);
    Some(if enough {
        20
    } else if received {
        10
    } else {
        0
    })
}

/// 9: how much comes in online, in tenths; `None` where no procedure has an online level, or nothing came in. [SCR-30]
pub fn online(levels: &[Offered], tally: &Tally) -> Option<i64> {
    let (all, online) = levels.iter().fold((0, 0), |(all, online), level| (all + level.all, online + level.online));
    if online == 0 || tally.received == 0 {
        return None;
    }
    let offered = online * 100 >= all * 20 && tally.online_late == 0;
    let share = |percent: i64| tally.online * 100 >= tally.received * percent;
    Some(if offered && share(30) {
        20
    } else if offered && share(15) {
        10
    } else {
        0
    })
}

/// From which sum on, in tenths, a class holds; the best first, and the last from nothing on.
pub type Classes = [i64];

/// Officials: 1, 2, 3, 4, 7 together. [SCR-31]
pub const OFFICIAL: &Classes = &[50, 35, 0];

/// Units: all nine together. [SCR-32]
pub const UNIT: &Classes = &[150, 120, 90, 60, 0];

/// The best and the worst class that a sum can be, if each that is left out were 2 or 0. [SCR-33]
pub fn classes(classes: &Classes, sum: i64, left_out: i64) -> (usize, usize) {
    let class = |sum: i64| classes.iter().position(|from| sum >= *from).unwrap_or(classes.len() - 1);
    (class(sum + left_out * 20), class(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_one_decimal_and_half_of_it_is_rounded_up() {
        // [SCR-21]
        let score = |two, one, none| Spread { two, one, none }.score();
        assert_eq!((score(1, 0, 0), score(1, 1, 1), score(0, 0, 0)), (Some(20), Some(10), None));
        assert_eq!((score(1, 0, 39), score(1, 1, 57), score(2, 0, 1)), (Some(1), Some(1), Some(13)));
    }

    #[test]
    fn time_and_contacts_are_spread_over_what_was_answered() {
        // [SCR-22] [SCR-24]
        let tally = Tally { answered: 10, sooner: 6, just: 3, asked_once: 2, asked_more: 1, ..Tally::default() };
        assert_eq!(Spread::of_time(&tally), Spread { two: 6, one: 3, none: 1 });
        assert_eq!(Spread::of_contacts(&tally), Spread { two: 7, one: 2, none: 1 });
    }

    #[test]
    fn what_is_settled_at_the_one_stop_has_a_measure_for_each_level() {
        // [SCR-26]
        let level = |all, taken_in, settled_there, wanted| Offered { all, taken_in, settled_there, online: 0, wanted };
        assert_eq!(at_one_stop(&[level(10, 10, 5, 50), level(4, 4, 4, 100)]), Some(20));
        assert_eq!(at_one_stop(&[level(10, 10, 5, 50), level(4, 4, 3, 100)]), Some(10));
        assert_eq!(at_one_stop(&[level(10, 9, 4, 50)]), Some(0));
        assert_eq!(at_one_stop(&[level(0, 0, 0, 50)]), None);
    }

    #[test]
    fn online_needs_procedures_dossiers_and_nothing_late() {
        // [SCR-30]
        let levels = [Offered { all: 10, online: 2, ..Offered::default() }];
        let tally = |online, online_late| Tally { received: 100, online, online_late, ..Tally::default() };
        assert_eq!(
            [30, 29, 15, 14].map(|came| online(&levels, &tally(came, 0))),
            [Some(20), Some(10), Some(10), Some(0)]
        );
        assert_eq!(online(&levels, &tally(50, 1)), Some(0));
        assert_eq!(online(&[Offered { all: 10, ..Offered::default() }], &tally(50, 0)), None);
    }

    #[test]
    fn a_class_is_said_as_far_as_it_is_known() {
        // [SCR-31] [SCR-32] [SCR-33]
        assert_eq!(classes(OFFICIAL, 50, 3), (0, 0));
        assert_eq!(classes(OFFICIAL, 34, 0), (2, 2));
        assert_eq!(classes(OFFICIAL, 34, 1), (0, 2));
        assert_eq!(classes(UNIT, 120, 0), (1, 1));
        assert_eq!(classes(UNIT, 59, 5), (0, 4));
    }
}
