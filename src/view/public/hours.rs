//! When an agency is open, as it hangs on the door.

use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::calendar::{Calendar, Period};
use serde::Serialize;

/// Weekdays in a row that open at the same times.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Opening {
    /// 1 is Monday, 7 is Sunday.
    pub from_day: i8,
    pub to_day: i8,
    /// `07:30–11:30, 13:00–17:00`.
    pub times: String,
}

/// How many weeks are looked at: longer than any holiday, so that an ordinary week shows.
const WEEKS: i64 = 8;

/// The ordinary week around a day: holidays and make-up days fall out because most weeks are without them.
pub(super) fn week(calendar: &Calendar, today: Date) -> Vec<Opening> {
    let mut week: Vec<Opening> = Vec::new();
    for weekday in 1..=7 {
        let times = usual(calendar, today, weekday);
        match week.last_mut() {
            Some(last) if last.times == times => last.to_day = weekday,
            _ => week.push(Opening { from_day: weekday, to_day: weekday, times }),
        }
    }
    week.retain(|opening| !opening.times.is_empty());
    week
}

/// The times most of the coming days of this weekday have.
fn usual(calendar: &Calendar, today: Date, weekday: i8) -> String {
    let days = (0..WEEKS * 7).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    let mut counts: Vec<(String, usize)> = Vec::new();
    for day in days.filter(|day| day.weekday().to_monday_one_offset() == weekday) {
        let times = print(calendar.periods(day));
        match counts.iter_mut().find(|(known, _)| *known == times) {
            Some((_, count)) => *count += 1,
            None => counts.push((times, 1)),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or_else(String::new, |(times, _)| times)
}

/// The times of one day; empty when closed.
pub(super) fn print(periods: &[Period]) -> String {
    let time = |at: jiff::civil::Time| format!("{:02}:{:02}", at.hour(), at.minute());
    periods.iter().map(|period| format!("{}–{}", time(period.from), time(period.to))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::{date, time};
    use motcua_domain::calendar::{DayKind, DayRow, HoursRow};

    #[test]
    fn days_that_open_alike_are_told_together_and_a_holiday_does_not_hide_the_week() {
        let hours = |weekday, from, to| HoursRow {
            weekday,
            period: Period { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) },
            valid_from: date(2018, 1, 1),
            valid_to: None,
        };
        let mut rows: Vec<_> = (1..=5).flat_map(|day| [hours(day, 7, 11), hours(day, 13, 17)]).collect();
        rows.push(hours(6, 8, 11));
        let holiday =
            DayRow { date: date(2018, 5, 1), kind: DayKind::Holiday, from: None, to: None, name: "lễ".into() };
        let calendar = Calendar::new(rows, vec![holiday]).unwrap();
        let opening = |from_day, to_day, times: &str| Opening { from_day, to_day, times: times.into() };
        assert_eq!(
            week(&calendar, date(2018, 4, 30)),
            [opening(1, 5, "07:00–11:00, 13:00–17:00"), opening(6, 6, "08:00–11:00")]
        );
    }
}
