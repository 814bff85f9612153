//! The index of decision 766/QĐ-TTg: points for shares, in whole hundredths, rounded down. Rules: `docs/rules/scores.md`.

use serde::Deserialize;

/// A part of the index as the decision lays it down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// `2.1`
    pub code: String,
    /// Most points, in hundredths.
    pub most: i64,
    /// Percent from which on all points are given.
    pub full: i64,
    /// Read in the text of the decision or in a public source of it. [SCR-10]
    pub verified: bool,
    /// What nobody records, of a part that is left out. [SCR-11]
    #[serde(default)]
    pub missing: String,
}

/// What is known of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Counted {
        part: i64,
        whole: i64,
        /// Something that can only lower it is not known: the points are the most it can be. [SCR-12]
        at_most: bool,
    },
    /// Nobody recorded what it needs. [SCR-11]
    Unknown,
}

/// A part with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Hundredths of a percent. [SCR-09]
    pub rate: i64,
    /// Hundredths of a point.
    pub points: i64,
    pub raise: Option<Raise>,
}

/// What would raise the points. [SCR-14]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raise {
    /// So many more of the same whole,
    pub more: i64,
    /// so many hundredths of a point more.
    pub by: i64,
}

/// At least so many hundredths more are worth telling.
const WORTH: i64 = 10;

impl Weight {
    /// The points of a share; `None` where it is a share of nothing, or nothing is known. [SCR-08] [SCR-09] [SCR-11]
    pub fn points(&self, known: Known) -> Option<Points> {
        let Known::Counted { part, whole, .. } = known else { return None };
        if whole <= 0 {
            return None;
        }
        let points = self.of(part, whole);
        Some(Points { rate: part * 10_000 / whole, points, raise: self.raise(part, whole, points) })
    }

    fn of(&self, part: i64, whole: i64) -> i64 {
        (self.most * part * 100 / (whole * self.full)).min(self.most)
    }

    /// The fewest more that are worth a tenth of a point, or all that is missing. [SCR-14]
    fn raise(&self, part: i64, whole: i64, points: i64) -> Option<Raise> {
        let wanted = (points + WORTH).min(self.most);
        let needed = (wanted * whole * self.full + self.most * 100 - 1) / (self.most * 100);
        let reached = needed.min(whole);
        let raise = Raise { more: reached - part, by: self.of(reached, whole) - points };
        (raise.more > 0 && raise.by > 0).then_some(raise)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn weight(most: i64, full: i64) -> Weight {
        Weight { code: "2.1".into(), most, full, verified: true, missing: String::new() }
    }

    fn counted(part: i64, whole: i64) -> Known {
        Known::Counted { part, whole, at_most: false }
    }

    #[test]
    fn points_follow_the_share_and_are_rounded_down() {
        // [SCR-08] [SCR-09]
        let points = |most, full, part, whole| {
            let points = weight(most, full).points(counted(part, whole)).unwrap();
            (points.rate, points.points)
        };
        assert_eq!(points(2_000, 100, 193, 200), (9_650, 1_930));
        assert_eq!(points(2_000, 100, 2, 3), (6_666, 1_333));
        assert_eq!(points(400, 50, 49, 100), (4_900, 392));
        assert_eq!(points(400, 50, 80, 100), (8_000, 400));
        assert_eq!(points(400, 80, 0, 7), (0, 0));
    }

    #[test]
    fn of_nothing_and_of_the_unknown_there_are_no_points() {
        // [SCR-08] [SCR-11]
        assert_eq!(weight(2_000, 100).points(counted(0, 0)), None);
        assert_eq!(weight(2_000, 100).points(Known::Unknown), None);
    }

    #[test]
    fn what_would_raise_it_is_the_fewest_that_are_worth_a_tenth() {
        // [SCR-14]
        let raise = |most, full, part, whole| {
            weight(most, full).points(counted(part, whole)).unwrap().raise.map(|raise| (raise.more, raise.by))
        };
        assert_eq!(raise(2_000, 100, 160, 200), Some((1, 10)));
        assert_eq!(raise(2_000, 100, 900, 1_000), Some((5, 10)));
        // The last one gives what is left, and with all of it nothing more can be had.
        assert_eq!(raise(2_000, 100, 2, 3), Some((1, 667)));
        assert_eq!(raise(2_000, 100, 3, 3), None);
        assert_eq!(raise(400, 50, 60, 100), None);
        for whole in 1..60 {
            for part in 0..whole {
                let weight = weight(2_000, 100);
                let (more, by) = raise(2_000, 100, part, whole).unwrap();
                assert_eq!(weight.of(part + more, whole) - weight.of(part, whole), by);
                assert!(more == 1 || weight.of(part + more - 1, whole) < weight.of(part, whole) + WORTH);
            }
        }
    }
}
