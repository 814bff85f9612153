//! The working calendar of one agency: when its doors are open.
//!
//! Weekly hours and single days are dated rows that an administrator writes; from them the calendar is computed once, with
//! running totals of working days and minutes for every date, so that a question about a span of years costs no more than
//! one about an afternoon. Times are local wall time to the minute. The rules are docs/rules/deadline.md, CAL-01 to CAL-07.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

/// More than any site will enter; a mistyped year must not fill the memory.
const YEARS_MAX: i16 = 200;

/// A stretch of work within one day: `from` belongs to it, `to` does not [CAL-01].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    pub from: Time,
    pub to: Time,
}

/// Why a single day differs from its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayKind {
    /// A public holiday.
    Holiday,
    /// A weekday off because the holiday fell on the weekly rest (nghỉ bù).
    Compensatory,
    /// A weekday off that is worked on another day instead (hoán đổi).
    SwappedOff,
    /// A day of rest that is worked, with the hours of a Monday (làm bù).
    MakeUp,
    /// Closed here only: storm, flood, moving house.
    Closure,
}

/// One day that is not like its weekday; `from` and `to` where only a part of the day is closed [CAL-03].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    pub date: Date,
    pub kind: DayKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    #[serde(default)]
    pub name: String,
}

/// One working period of one weekday, for as long as it is in force; both validity days are included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursRow {
    /// 1 = Monday to 7 = Sunday.
    pub weekday: i8,
    pub period: Period,
    pub valid_from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

impl HoursRow {
    fn in_force_on(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

    fn clashes_with(&self, other: &HoursRow) -> bool {
        let both_in_force = self.in_force_on(other.valid_from) || other.in_force_on(self.valid_from);
        let overlap = self.period.from < other.period.to && other.period.from < self.period.to;
        self.weekday == other.weekday && both_in_force && overlap
    }
}

/// A row that contradicts itself or another; the text is the key of its sentence in the locale files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("calendar.weekday_unknown: {weekday}")]
    WeekdayUnknown { weekday: i8 },
    #[error("calendar.period_empty: {from} {to}")]
    PeriodEmpty { from: Time, to: Time },
    #[error("calendar.not_whole_minutes: {time}")]
    NotWholeMinutes { time: Time },
    #[error("calendar.validity_reversed: {from} {to}")]
    ValidityReversed { from: Date, to: Date },
    #[error("calendar.periods_overlap: {weekday} {from}")]
    PeriodsOverlap { weekday: i8, from: Time },
    #[error("calendar.make_up_in_part: {date}")]
    MakeUpInPart { date: Date },
    #[error("calendar.make_up_without_monday: {date}")]
    MakeUpWithoutMonday { date: Date },
    #[error("calendar.too_many_years: {first} {last}")]
    TooManyYears { first: i16, last: i16 },
}

impl CalendarError {
    /// Key of the sentence that tells an administrator what to mend.
    pub fn key(&self) -> &'static str {
        match self {
            Self::WeekdayUnknown { .. } => "calendar.weekday_unknown",
            Self::PeriodEmpty { .. } => "calendar.period_empty",
            Self::NotWholeMinutes { .. } => "calendar.not_whole_minutes",
            Self::ValidityReversed { .. } => "calendar.validity_reversed",
            Self::PeriodsOverlap { .. } => "calendar.periods_overlap",
            Self::MakeUpInPart { .. } => "calendar.make_up_in_part",
            Self::MakeUpWithoutMonday { .. } => "calendar.make_up_without_monday",
            Self::TooManyYears { .. } => "calendar.too_many_years",
        }
    }

    /// What fills the gaps of the sentence; names as in [`crate::deadline::Reason`].
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::WeekdayUnknown { weekday } => BTreeMap::from([("weekday", weekday.to_string())]),
            Self::PeriodEmpty { from, to } => BTreeMap::from([("from", from.to_string()), ("to", to.to_string())]),
            Self::NotWholeMinutes { time } => BTreeMap::from([("time", time.to_string())]),
            Self::ValidityReversed { from, to } => {
                BTreeMap::from([("from_on", from.to_string()), ("to_on", to.to_string())])
            }
            Self::PeriodsOverlap { weekday, from } => {
                BTreeMap::from([("weekday", weekday.to_string()), ("from", from.to_string())])
            }
            Self::MakeUpInPart { date } | Self::MakeUpWithoutMonday { date } => {
                BTreeMap::from([("day_on", date.to_string())])
            }
            Self::TooManyYears { first, last } => {
                BTreeMap::from([("first", first.to_string()), ("last", last.to_string())])
            }
        }
    }
}

/// One date of the covered span: where its periods are, and what was worked before it.
#[derive(Debug, Clone)]
struct Slot {
    date: Date,
    periods_from: usize,
    periods_to: usize,
    days_before: i64,
    minutes_before: i64,
}

/// The computed calendar. Dates outside the covered years have no periods: nothing is known of them [CAL-06].
#[derive(Debug, Clone)]
pub struct Calendar {
    slots: Vec<Slot>,
    periods: Vec<Period>,
    working_days: Vec<Date>,
    minutes: i64,
    years: BTreeSet<i16>,
    /// Whether weekly hours are still in force after the last covered year.
    goes_on: bool,
}

impl Calendar {
    /// Computes the calendar, or names the first row that is wrong.
    pub fn new(hours: Vec<HoursRow>, days: Vec<DayRow>) -> Result<Calendar, CalendarError> {
        check_hours(&hours)?;
        check_days(&hours, &days)?;
        let years: BTreeSet<i16> =
            days.iter().filter(|row| row.kind == DayKind::Holiday).map(|row| row.date.year()).collect();
        let mut calendar = Calendar {
            slots: Vec::new(),
            periods: Vec::new(),
            working_days: Vec::new(),
            minutes: 0,
            years,
            goes_on: !hours.is_empty(),
        };
        let (Some(&first), Some(&last)) = (calendar.years.first(), calendar.years.last()) else { return Ok(calendar) };
        if last - first >= YEARS_MAX {
            return Err(CalendarError::TooManyYears { first, last });
        }
        let mut rows: BTreeMap<Date, Vec<&DayRow>> = BTreeMap::new();
        for row in &days {
            rows.entry(row.date).or_default().push(row);
        }
        for date in jiff::civil::date(first, 1, 1).series(jiff::Span::new().days(1)) {
            if date.year() > last {
                break;
            }
            let today = match calendar.covers_year(date.year()) {
                true => periods_of(&hours, rows.get(&date).map_or(&[], Vec::as_slice), date),
                false => Vec::new(),
            };
            calendar.push(date, today);
        }
        calendar.goes_on = hours.iter().any(|row| row.valid_to.is_none_or(|until| until.year() > last));
        Ok(calendar)
    }

    fn push(&mut self, date: Date, today: Vec<Period>) {
        self.slots.push(Slot {
            date,
            periods_from: self.periods.len(),
            periods_to: self.periods.len() + today.len(),
            days_before: self.working_days.len() as i64,
            minutes_before: self.minutes,
        });
        if !today.is_empty() {
            self.working_days.push(date);
        }
        self.minutes += today.iter().map(|p| minute_of(p.to) - minute_of(p.from)).sum::<i64>();
        self.periods.extend(today);
    }

    /// The working periods of a date in order; none on a closed day and outside the covered years.
    pub fn periods(&self, date: Date) -> &[Period] {
        self.slot(date).map_or(&[], |slot| self.periods_in(slot))
    }

    pub fn is_working_day(&self, date: Date) -> bool {
        !self.periods(date).is_empty()
    }

    /// When work begins on a date, if it does.
    pub fn opening(&self, date: Date) -> Option<DateTime> {
        self.periods(date).first().map(|period| date.to_datetime(period.from))
    }

    /// When work ends on a date, if it is worked at all.
    pub fn closing(&self, date: Date) -> Option<DateTime> {
        self.periods(date).last().map(|period| date.to_datetime(period.to))
    }

    /// Whether the holidays of a year have been entered [CAL-06].
    pub fn covers_year(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// The first year of a span whose holidays are unknown.
    pub fn first_year_not_covered(&self, from: i16, to: i16) -> Option<i16> {
        (from..=to).find(|year| !self.covers_year(*year))
    }

    /// Whether weekly hours are in force after the last covered year: if not, waiting for more rows is pointless.
    pub fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Working days after `a` up to and including `b`; negative when `b` comes first.
    pub fn working_days_between(&self, a: Date, b: Date) -> i64 {
        self.days_through(b) - self.days_through(a)
    }

    /// Working minutes from `a` to `b`; negative when `b` comes first.
    pub fn minutes_between(&self, a: DateTime, b: DateTime) -> i64 {
        self.minutes_until(b) - self.minutes_until(a)
    }

    /// The date itself if it is a working day, else the next one [CLK-09].
    pub fn working_day_from(&self, date: Date) -> Option<Date> {
        let position = self.working_days.partition_point(|day| *day < date);
        self.working_days.get(position).copied()
    }

    /// The n-th working day after a date; for 0 the last working day up to it.
    pub fn working_day_after(&self, date: Date, n: i64) -> Option<Date> {
        let position = self.days_through(date).checked_add(n)?.checked_sub(1)?;
        self.working_days.get(usize::try_from(position).ok()?).copied()
    }

    /// The moment itself if it is worked, else the next at which work begins [CLK-02] [CLK-03].
    pub fn work_from(&self, at: DateTime) -> Option<DateTime> {
        let today = self.periods(at.date()).iter().find(|period| at.time() < period.to);
        match today {
            Some(period) => Some(at.date().to_datetime(period.from.max(at.time()))),
            None => self.opening(self.working_day_from(at.date().tomorrow().ok()?)?),
        }
    }

    /// A time of day on a date, moved into its working time: before it, its opening; in a gap, the end of the period
    /// before; after it, its closing [CLK-10].
    pub fn moved_into_work(&self, date: Date, time: Time) -> Option<DateTime> {
        let periods = self.periods(date);
        let begun = periods.iter().rev().find(|period| period.from <= time);
        match begun {
            Some(period) => Some(date.to_datetime(period.to.min(time))),
            None => self.opening(date),
        }
    }

    /// The earliest moment at which `minutes` working minutes have passed since `at` [CLK-08].
    pub fn after_minutes(&self, at: DateTime, minutes: i64) -> Option<DateTime> {
        if minutes <= 0 {
            return Some(at);
        }
        let wanted = self.minutes_until(at).checked_add(minutes)?;
        if wanted > self.minutes {
            return None;
        }
        let position = self.slots.partition_point(|slot| slot.minutes_before < wanted).checked_sub(1)?;
        let slot = self.slots.get(position)?;
        let mut left = wanted - slot.minutes_before;
        for period in self.periods_in(slot) {
            let length = minute_of(period.to) - minute_of(period.from);
            if left <= length {
                return slot.date.to_datetime(period.from).checked_add(jiff::SignedDuration::from_mins(left)).ok();
            }
            left -= length;
        }
        None
    }

    fn slot(&self, date: Date) -> Option<&Slot> {
        let first = self.slots.first()?.date;
        self.slots.get(usize::try_from(first.duration_until(date).as_hours() / 24).ok()?)
    }

    fn periods_in(&self, slot: &Slot) -> &[Period] {
        self.periods.get(slot.periods_from..slot.periods_to).unwrap_or(&[])
    }

    fn is_before_all(&self, date: Date) -> bool {
        self.slots.first().is_none_or(|slot| date < slot.date)
    }

    /// Working days from the first covered date up to and including this one.
    fn days_through(&self, date: Date) -> i64 {
        match self.slot(date) {
            Some(slot) => slot.days_before + i64::from(slot.periods_to > slot.periods_from),
            None if self.is_before_all(date) => 0,
            None => self.working_days.len() as i64,
        }
    }

    /// Working minutes from the first covered date up to this moment.
    fn minutes_until(&self, at: DateTime) -> i64 {
        let Some(slot) = self.slot(at.date()) else {
            return if self.is_before_all(at.date()) { 0 } else { self.minutes };
        };
        let now = minute_of(at.time());
        let today = self.periods_in(slot).iter();
        slot.minutes_before + today.map(|p| (now.min(minute_of(p.to)) - minute_of(p.from)).max(0)).sum::<i64>()
    }
}

/// The periods of one date: those of its weekday, or of a Monday when it is made up for, less what is closed.
fn periods_of(hours: &[HoursRow], rows: &[&DayRow], date: Date) -> Vec<Period> {
    let made_up = rows.iter().any(|row| row.kind == DayKind::MakeUp);
    let weekday = if made_up { 1 } else { date.weekday().to_monday_one_offset() };
    let mut periods: Vec<Period> =
        hours.iter().filter(|row| row.weekday == weekday && row.in_force_on(date)).map(|row| row.period).collect();
    periods.sort();
    // [CAL-05] What is closed stays closed, also on a day that was to be made up for.
    for row in rows.iter().filter(|row| row.kind != DayKind::MakeUp) {
        periods = periods.into_iter().flat_map(|period| without(period, row)).collect();
    }
    periods
}

/// What is left of a period beside a closed part of the day: up to two pieces.
fn without(period: Period, row: &DayRow) -> impl Iterator<Item = Period> + use<> {
    let before = row.from.map(|from| Period { from: period.from, to: period.to.min(from) });
    let after = row.to.map(|to| Period { from: period.from.max(to), to: period.to });
    before.into_iter().chain(after).filter(|piece| piece.from < piece.to)
}

fn check_hours(hours: &[HoursRow]) -> Result<(), CalendarError> {
    for (position, row) in hours.iter().enumerate() {
        if !(1..=7).contains(&row.weekday) {
            return Err(CalendarError::WeekdayUnknown { weekday: row.weekday });
        }
        check_stretch(row.period.from, row.period.to)?;
        if let Some(to) = row.valid_to.filter(|to| *to < row.valid_from) {
            return Err(CalendarError::ValidityReversed { from: row.valid_from, to });
        }
        if hours.iter().skip(position + 1).any(|other| row.clashes_with(other)) {
            return Err(CalendarError::PeriodsOverlap { weekday: row.weekday, from: row.period.from });
        }
    }
    Ok(())
}

fn check_days(hours: &[HoursRow], days: &[DayRow]) -> Result<(), CalendarError> {
    for row in days {
        row.from.into_iter().chain(row.to).try_for_each(check_minute)?;
        if let (Some(from), Some(to)) = (row.from, row.to) {
            check_stretch(from, to)?;
        }
        if row.kind != DayKind::MakeUp {
            continue;
        }
        if row.from.is_some() || row.to.is_some() {
            return Err(CalendarError::MakeUpInPart { date: row.date });
        }
        if !hours.iter().any(|monday| monday.weekday == 1 && monday.in_force_on(row.date)) {
            return Err(CalendarError::MakeUpWithoutMonday { date: row.date });
        }
    }
    Ok(())
}

fn check_stretch(from: Time, to: Time) -> Result<(), CalendarError> {
    check_minute(from)?;
    check_minute(to)?;
    if from < to { Ok(()) } else { Err(CalendarError::PeriodEmpty { from, to }) }
}

fn check_minute(time: Time) -> Result<(), CalendarError> {
    match (time.second(), time.subsec_nanosecond()) {
        (0, 0) => Ok(()),
        _ => Err(CalendarError::NotWholeMinutes { time }),
    }
}

fn minute_of(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

#[cfg(test)]
mod tests;
