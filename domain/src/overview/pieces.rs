//! Periods by name, and a period cut into pieces for a picture.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use crate::figures::Period;

/// A period that can be picked by name. [OVW-10]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    Month,
    Quarter,
    Year,
}

impl Preset {
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }

    /// The first and the last day of the one in which a day lies.
    pub fn around(self, day: Date) -> (Date, Date) {
        let first = match self {
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let back = (day.month() - 1) % 3;
                day.first_of_month().saturating_sub(i64::from(back).months())
            }
            Self::Year => day.first_of_year(),
        };
        let months = match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        };
        (first, first.saturating_add(months.months()).yesterday().unwrap_or(day))
    }
}

/// How long a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pieces {
    Days,
    Weeks,
    Months,
}

/// Both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub from: Date,
    pub to: Date,
}

impl Pieces {
    /// Up to 31 days are shown by days, up to 26 weeks by weeks, else by months. [OVW-11]
    pub fn of(period: Period) -> (Self, Vec<Piece>) {
        let long = super::days(period.from, period.seen) + 1;
        let pieces = match long {
            ..=31 => Self::Days,
            32..=182 => Self::Weeks,
            _ => Self::Months,
        };
        (pieces, pieces.cut(period))
    }

    fn cut(self, period: Period) -> Vec<Piece> {
        let (mut all, mut from) = (Vec::new(), period.from);
        while from <= period.seen {
            let to = self.last(from).min(period.seen);
            all.push(Piece { from, to });
            let Ok(next) = to.tomorrow() else { break };
            from = next;
        }
        all
    }

    /// The last day of the piece that begins here: weeks end on Sundays, months with the month.
    fn last(self, from: Date) -> Date {
        match self {
            Self::Days => from,
            Self::Weeks => {
                let left = 6 - i64::from(from.weekday().since(Weekday::Monday));
                from.saturating_add(left.days())
            }
            Self::Months => from.last_of_month(),
        }
    }
}
