//! The times at which the clock stood, and what each of them adds to a limit.

use jiff::civil::DateTime;

use super::{Pause, Refusal, to_the_minute};
use crate::calendar::Calendar;
use crate::procedure::LimitKind;

/// The pauses as the clock saw them: in order, none touching another, none before the start [CLK-11].
///
/// Pauses that touch are one standstill, so that a pause recorded in two pieces counts like one recorded whole.
pub(super) fn standstills(pauses: &[Pause], start: DateTime) -> Result<Vec<Pause>, Refusal> {
    merged(pauses, start, false)
}

/// Stretches of time in order, none touching another, cut off at what lies before `floor`; with those that last no minute
/// only if they are asked for.
pub(super) fn merged(pauses: &[Pause], floor: DateTime, with_empty: bool) -> Result<Vec<Pause>, Refusal> {
    let mut sorted = Vec::with_capacity(pauses.len());
    for pause in pauses {
        let (from, to) = (to_the_minute(pause.from), pause.to.map(to_the_minute));
        if let Some(to) = pause.to.filter(|to| *to < pause.from) {
            return Err(Refusal::PauseEndsBeforeItBegins { from: pause.from, to });
        }
        let from = from.max(floor);
        if to.is_none_or(|to| to > from || (with_empty && to == from)) {
            sorted.push(Pause { from, to });
        }
    }
    sorted.sort_by_key(|pause| pause.from);
    let mut stands: Vec<Pause> = Vec::with_capacity(sorted.len());
    for pause in sorted {
        match stands.last_mut() {
            Some(last) if last.to.is_none_or(|to| pause.from <= to) => last.to = later(last.to, pause.to),
            _ => stands.push(pause),
        }
    }
    Ok(stands)
}

/// The later of two ends; a pause without an end outlasts every other.
fn later(a: Option<DateTime>, b: Option<DateTime>) -> Option<DateTime> {
    Some(a?.max(b?))
}

/// What a standstill adds, in the unit of the limit: working days, calendar days or working minutes [CLK-13].
pub(super) fn adds(calendar: &Calendar, kind: LimitKind, from: DateTime, to: DateTime) -> i64 {
    match kind {
        LimitKind::WorkingDays => calendar.working_days_between(from.date(), to.date()),
        LimitKind::CalendarDays | LimitKind::Months => from.date().duration_until(to.date()).as_hours() / 24,
        LimitKind::WorkingHours => calendar.minutes_between(from, to),
    }
}
