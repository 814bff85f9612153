//! The periods that official reports are about. [REP-08]

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// A part of a year, by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// From 1.
    Month(i8),
    Quarter(i8),
    Half(i8),
    NineMonths,
    Year,
}

impl Term {
    /// All of them, as people choose among them.
    pub fn all() -> impl Iterator<Item = Self> {
        let (quarters, months) = ((1..=4).map(Self::Quarter), (1..=12).map(Self::Month));
        let long = [Self::Half(1), Self::Half(2), Self::NineMonths, Self::Year];
        months.chain(quarters).chain(long)
    }

    /// As in addresses and on the command line: `m5`, `q2`, `h1`, `n9`, `y`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|term| term.word() == text)
    }

    pub fn word(self) -> String {
        match self {
            Self::Month(month) => format!("m{month}"),
            Self::Quarter(quarter) => format!("q{quarter}"),
            Self::Half(half) => format!("h{half}"),
            Self::NineMonths => "n9".to_owned(),
            Self::Year => "y".to_owned(),
        }
    }

    /// Its first and its last day. `None` for a year that no calendar has.
    pub fn days(self, year: i16) -> Option<(Date, Date)> {
        let (first, months) = match self {
            Self::Month(month) => (month, 1),
            Self::Quarter(quarter) => (quarter * 3 - 2, 3),
            Self::Half(half) => (half * 6 - 5, 6),
            Self::NineMonths => (1, 9),
            Self::Year => (1, 12),
        };
        let from = (1900..=9000).contains(&year).then(|| date(year, first, 1))?;
        let to = from.checked_add(months.months()).ok()?.yesterday().ok()?;
        Some((from, to))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_term_goes_from_its_first_day_to_its_last_by_the_calendar() {
        // [REP-08]
        let days = |word: &str| Term::parse(word).unwrap().days(2020).unwrap();
        assert_eq!(days("m2"), (date(2020, 2, 1), date(2020, 2, 29)));
        assert_eq!(days("q2"), (date(2020, 4, 1), date(2020, 6, 30)));
        assert_eq!(days("h2"), (date(2020, 7, 1), date(2020, 12, 31)));
        assert_eq!(days("n9"), (date(2020, 1, 1), date(2020, 9, 30)));
        assert_eq!(days("y"), (date(2020, 1, 1), date(2020, 12, 31)));
        assert!(["m13", "q0", "", "y2"].iter().all(|word| Term::parse(word).is_none()));
        assert_eq!(Term::all().count(), 20);
        assert!(Term::Year.days(-3).is_none() && Term::Year.days(9999).is_none());
    }
}
