//! The deadlines of the offices themselves: handing over, a step of the route, asking for an extension in time.

use jiff::civil::{DateTime, Time};

use super::run::{ensure_covered, next_opening, ran_out};
use super::{Refusal, to_the_minute};
use crate::calendar::Calendar;

/// How many working minutes of the next morning "at the start of the working day" leaves for handing over [CLK-25].
const MORNING_MINUTES: i64 = 60;

/// When a dossier must have been handed to the office that decides [CLK-25].
///
/// # Errors
/// [`Refusal::YearNotCovered`] and [`Refusal::NeverOpens`], as for any due moment.
pub fn transfer_due(calendar: &Calendar, received: DateTime, cutoff: Time) -> Result<DateTime, Refusal> {
    let at = to_the_minute(received);
    let day = at.date();
    ensure_covered(calendar, day, day)?;
    let closing = calendar.closing(day).filter(|closing| at < *closing && at.time() <= cutoff);
    let due = closing.or_else(|| calendar.after_minutes(next_opening(calendar, day)?, MORNING_MINUTES));
    let due = due.ok_or_else(|| ran_out(calendar, day))?;
    ensure_covered(calendar, day, due.date())?;
    Ok(due)
}

/// When a step of the route must be done that came to an office at `arrived` and has so many working hours [CLK-26].
///
/// # Errors
/// [`Refusal::YearNotCovered`] and [`Refusal::NeverOpens`], as for any due moment.
pub fn step_due(calendar: &Calendar, arrived: DateTime, hours: u32) -> Result<DateTime, Refusal> {
    let at = to_the_minute(arrived);
    ensure_covered(calendar, at.date(), at.date())?;
    let start = calendar.work_from(at);
    let due = start.and_then(|start| calendar.after_minutes(start, i64::from(hours) * 60));
    let due = due.ok_or_else(|| ran_out(calendar, at.date()))?;
    ensure_covered(calendar, at.date(), due.date())?;
    Ok(due)
}

/// When a step that stood must be done: from `now` on it has what was left of its time when it came to stand at `from` [CLK-26].
///
/// # Errors
/// [`Refusal::YearNotCovered`] and [`Refusal::NeverOpens`], as for any due moment.
pub fn step_goes_on(calendar: &Calendar, due: DateTime, from: DateTime, now: DateTime) -> Result<DateTime, Refusal> {
    let at = to_the_minute(now);
    let left = calendar.minutes_between(to_the_minute(from), to_the_minute(due));
    let start = calendar.work_from(at);
    let due =
        start.and_then(|start| calendar.after_minutes(start, left)).ok_or_else(|| ran_out(calendar, at.date()))?;
    ensure_covered(calendar, at.date(), due.date())?;
    Ok(due)
}

/// Whether an extension is asked for, with the apology, so many working days before the due day [CLK-28].
#[must_use]
pub fn extension_in_time(calendar: &Calendar, asked: DateTime, due: DateTime, days_before: u32) -> bool {
    let day = calendar.working_day_from(asked.date()).filter(|_| asked <= due);
    day.is_some_and(|day| calendar.working_days_between(day, due.date()) >= i64::from(days_before))
}
