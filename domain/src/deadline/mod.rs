//! The due moment of a dossier: one pure function that also says why.
//!
//! Everybody asks here: the receipt, the work list, the tracking page, the reports. Nobody else counts days. The rules are
//! docs/rules/deadline.md, CLK-01 to CLK-19; each sentence of an answer names the rule that it applies. Times are local wall
//! time of the place, to the minute.

mod limit;
mod pause;

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::procedure::{Limit, LimitKind};

pub use limit::parse_limit;

/// A stretch of time in which the clock stands; without an end it still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime>,
}

/// All that the due moment depends on beside the calendar.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub received: DateTime,
    pub limit: Limit,
    /// Received after this time of a working day counts from the next one; only where the procedure says so.
    pub cutoff: Option<Time>,
    /// In any order; they may overlap.
    pub pauses: &'a [Pause],
}

/// When the result is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    At(DateTime),
    /// The clock stands; there is no due moment until it goes on.
    PausedSince(DateTime),
}

/// One sentence of the explanation: a rule, the key of its text in the locale files, and what fills the gaps.
///
/// Parameters named `…_at` are moments (`2018-11-14T17:00`) and `…_on` dates (`2018-11-14`), for the page to write in the
/// reader's language; the others are numbers or times of day and are printed as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub rule: &'static str,
    pub key: &'static str,
    pub params: BTreeMap<&'static str, String>,
}

/// The due moment and the way to it, in the order in which a person would reckon it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The moment at which the clock started.
    pub start: DateTime,
    pub due: Due,
    pub steps: Vec<Reason>,
}

/// Why there is no answer; the text is the key of its sentence in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The holidays of a year that the answer depends on have not been entered [CLK-15].
    #[error("clock.year_not_covered: {year}")]
    YearNotCovered { year: i16 },
    #[error("clock.pause_reversed: {from} {to}")]
    PauseEndsBeforeItBegins { from: DateTime, to: DateTime },
    /// No working hours are in force any more.
    #[error("clock.never_opens: {after}")]
    NeverOpens { after: Date },
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::YearNotCovered { .. } => "clock.year_not_covered",
            Self::PauseEndsBeforeItBegins { .. } => "clock.pause_reversed",
            Self::NeverOpens { .. } => "clock.never_opens",
        }
    }

    /// What fills the gaps of the sentence, named as in [`Reason`].
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::YearNotCovered { year } => BTreeMap::from([("year", year.to_string())]),
            Self::PauseEndsBeforeItBegins { from, to } => {
                BTreeMap::from([("from_at", moment(*from)), ("to_at", moment(*to))])
            }
            Self::NeverOpens { after } => BTreeMap::from([("day_on", after.to_string())]),
        }
    }
}

/// Computes the due moment and its reasons from the calendar of the receiving agency.
pub fn due(calendar: &Calendar, q: &Question) -> Result<Answer, Refusal> {
    let mut steps = Vec::with_capacity(4 + q.pauses.len());
    let received = to_the_minute(q.received);
    let start = start(calendar, received, q.cutoff, &mut steps)?;
    let pauses = pause::standstills(q.pauses, start)?;
    let mut added = 0;
    let mut reached = reach(calendar, start, q.limit, added)?;
    steps.push(counted(start, q.limit, reached));
    for stand in pauses {
        if stand.from >= reached.due {
            // [CLK-14] Too late is too late; whatever begins later still is too late as well.
            let at = [("from_at", moment(stand.from)), ("due_at", moment(reached.due))];
            steps.push(reason("CLK-14", "clock.pause_too_late", at));
            break;
        }
        let Some(to) = stand.to else {
            steps.push(reason("CLK-12", "clock.paused_since", [("from_at", moment(stand.from))]));
            return Ok(Answer { start, due: Due::PausedSince(stand.from), steps });
        };
        ensure_covered(calendar, start.date(), to.date())?;
        let more = pause::adds(calendar, q.limit.kind, stand.from, to);
        added += more;
        reached = reach(calendar, start, q.limit, added)?;
        steps.push(paused(q.limit.kind, stand.from, to, more, reached));
    }
    steps.extend(closed(q.limit.kind, reached));
    Ok(Answer { start, due: Due::At(reached.due), steps })
}

/// The moment at which the clock starts [CLK-02] [CLK-03] [CLK-04].
fn start(
    calendar: &Calendar,
    received: DateTime,
    cutoff: Option<Time>,
    steps: &mut Vec<Reason>,
) -> Result<DateTime, Refusal> {
    let day = received.date();
    ensure_covered(calendar, day, day)?;
    let too_late = cutoff.filter(|cutoff| calendar.is_working_day(day) && received.time() > *cutoff);
    let start = match too_late {
        Some(_) => day.tomorrow().ok().and_then(|next| calendar.opening(calendar.working_day_from(next)?)),
        None => calendar.work_from(received),
    };
    let start = start.ok_or_else(|| ran_out(calendar, day))?;
    ensure_covered(calendar, day, start.date())?;
    let at = [("received_at", moment(received)), ("start_at", moment(start))];
    let mut why = match too_late {
        Some(_) => reason("CLK-04", "clock.start_after_cutoff", at),
        None if start == received => reason("CLK-02", "clock.start_at_once", at),
        None => reason("CLK-03", "clock.start_next_opening", at),
    };
    why.params.extend(too_late.map(|cutoff| ("cutoff", cutoff.strftime("%H:%M").to_string())));
    steps.push(why);
    Ok(start)
}

/// How far the limit reaches: the date it names, and the due moment, which may be later when that date is closed.
#[derive(Debug, Clone, Copy)]
struct Reached {
    target: Date,
    due: DateTime,
}

/// Where the limit ends when pauses have added so many days, or minutes for a limit in hours [CLK-05] to [CLK-09].
fn reach(calendar: &Calendar, start: DateTime, limit: Limit, added: i64) -> Result<Reached, Refusal> {
    let day = start.date();
    let count = i64::from(limit.count);
    let due = match limit.kind {
        LimitKind::WorkingHours => {
            calendar.after_minutes(start, count * 60 + added).map(|due| Reached { target: due.date(), due })
        }
        LimitKind::WorkingDays => calendar
            .working_day_after(day, count + added)
            .and_then(|target| Some(Reached { target, due: calendar.closing(target)? })),
        LimitKind::CalendarDays => days_later(day, count + added).and_then(|target| rolled(calendar, target)),
        LimitKind::Months => months_later(day, count)
            .and_then(|target| days_later(target, added))
            .and_then(|target| rolled(calendar, target)),
    };
    let due = due.ok_or_else(|| ran_out(calendar, day))?;
    ensure_covered(calendar, day, due.due.date())?;
    Ok(due)
}

/// [CLK-09] A target on a closed day moves on to the next working day.
fn rolled(calendar: &Calendar, target: Date) -> Option<Reached> {
    Some(Reached { target, due: calendar.closing(calendar.working_day_from(target)?)? })
}

fn days_later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The same day of a later month, or its last day where the month is shorter.
fn months_later(day: Date, months: i64) -> Option<Date> {
    day.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// [CLK-15] A date that depends on holidays nobody has entered is not given at all.
fn ensure_covered(calendar: &Calendar, from: Date, to: Date) -> Result<(), Refusal> {
    match calendar.first_year_not_covered(from.year(), to.year()) {
        Some(year) => Err(Refusal::YearNotCovered { year }),
        None => Ok(()),
    }
}

/// The calendar came to its end: either a year is missing, or the agency has stopped working.
fn ran_out(calendar: &Calendar, after: Date) -> Refusal {
    match calendar.first_year_not_covered(after.year(), i16::MAX) {
        Some(year) if calendar.goes_on() => Refusal::YearNotCovered { year },
        _ => Refusal::NeverOpens { after },
    }
}

/// The sentence that counts the limit, before any pause.
fn counted(start: DateTime, limit: Limit, reached: Reached) -> Reason {
    let (rule, key) = match limit.kind {
        LimitKind::WorkingDays if limit.count == 0 => ("CLK-05", "clock.same_day"),
        LimitKind::WorkingDays => ("CLK-05", "clock.working_days"),
        LimitKind::CalendarDays => ("CLK-06", "clock.calendar_days"),
        LimitKind::Months => ("CLK-07", "clock.months"),
        LimitKind::WorkingHours => ("CLK-08", "clock.working_hours"),
    };
    let mut why = reason(rule, key, [("count", limit.count.to_string()), ("start_at", moment(start))]);
    why.params.extend([until(limit.kind, reached)]);
    why
}

/// The sentence of one pause: what it adds, and where the limit ends then.
fn paused(kind: LimitKind, from: DateTime, to: DateTime, added: i64, reached: Reached) -> Reason {
    let key = match kind {
        LimitKind::WorkingDays => "clock.pause_working_days",
        LimitKind::CalendarDays | LimitKind::Months => "clock.pause_calendar_days",
        LimitKind::WorkingHours => "clock.pause_minutes",
    };
    let stood = [("from_at", moment(from)), ("to_at", moment(to)), ("added", added.to_string())];
    let mut why = reason("CLK-13", key, stood);
    why.params.extend([until(kind, reached)]);
    why
}

/// The sentences that turn the date reached into the moment of closing; a limit in hours is a moment already.
fn closed(kind: LimitKind, reached: Reached) -> impl Iterator<Item = Reason> {
    let due_on = reached.due.date();
    let roll = (reached.target != due_on).then(|| {
        let dates = [("target_on", reached.target.to_string()), ("due_on", due_on.to_string())];
        reason("CLK-09", "clock.rolled", dates)
    });
    let close = (kind != LimitKind::WorkingHours)
        .then(|| reason("CLK-10", "clock.due_at_closing", [("due_at", moment(reached.due))]));
    roll.into_iter().chain(close)
}

fn until(kind: LimitKind, reached: Reached) -> (&'static str, String) {
    match kind {
        LimitKind::WorkingHours => ("target_at", moment(reached.due)),
        _ => ("target_on", reached.target.to_string()),
    }
}

fn reason<const N: usize>(rule: &'static str, key: &'static str, params: [(&'static str, String); N]) -> Reason {
    Reason { rule, key, params: BTreeMap::from(params) }
}

fn moment(at: DateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!("{date}T{:02}:{:02}", time.hour(), time.minute())
}

/// [CLK-01] The clock knows no seconds: what came at 15:00:40 came at 15:00.
fn to_the_minute(at: DateTime) -> DateTime {
    let (date, time) = (at.date(), at.time());
    date.at(time.hour(), time.minute(), 0, 0)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
