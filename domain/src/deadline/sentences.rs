//! The sentences of an answer: each a rule, the key of its text, and what fills the gaps.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};

use super::Reason;
use super::course::Extension;
use super::run::{Begun, Reached};
use crate::procedure::{Limit, LimitKind};

/// What makes a due moment of the day that was reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Closing {
    /// A limit in hours: it is a moment already.
    Moment,
    EndOfWork,
    Hour(Time),
    Extended,
}

/// Why the clock starts when it does.
pub(super) fn started(begun: Begun, start: DateTime, missed: Option<Time>) -> Reason {
    let at = begun.at();
    let (rule, receipt, anew) = match missed {
        Some(_) => ("CLK-04", "clock.start_after_cutoff", "clock.anew_after_cutoff"),
        None if start == at => ("CLK-02", "clock.start_at_once", "clock.anew_at_once"),
        None => ("CLK-03", "clock.start_next_opening", "clock.anew_next_opening"),
    };
    let (key, name) = match begun {
        Begun::Received(_) => (receipt, "received_at"),
        Begun::Completed(_) => (anew, "complete_at"),
    };
    let mut why = reason(rule, key, [(name, moment(at)), ("start_at", moment(start))]);
    why.params.extend(missed.map(|cutoff| ("cutoff", time_of_day(cutoff))));
    why
}

/// The sentence that counts the limit, before any pause.
pub(super) fn counted(start: DateTime, limit: Limit, reached: Reached) -> Reason {
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
pub(super) fn paused(kind: LimitKind, from: DateTime, to: DateTime, added: i64, reached: Reached) -> Reason {
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

pub(super) fn pause_too_late(from: DateTime, due: DateTime) -> Reason {
    reason("CLK-14", "clock.pause_too_late", [("from_at", moment(from)), ("due_at", moment(due))])
}

pub(super) fn paused_since(from: DateTime) -> Reason {
    reason("CLK-12", "clock.paused_since", [("from_at", moment(from))])
}

/// A supplement was complete and the limit begins again.
pub(super) fn restarted(asked: DateTime, complete: DateTime) -> Reason {
    reason("CLK-16", "clock.restarted", [("asked_at", moment(asked)), ("complete_at", moment(complete))])
}

pub(super) fn supplement_too_late(asked: DateTime, due: DateTime) -> Reason {
    reason("CLK-20", "clock.supplement_too_late", [("asked_at", moment(asked)), ("due_at", moment(due))])
}

pub(super) fn extended(extension: Extension) -> Reason {
    let at = [("granted_at", moment(extension.granted)), ("to_at", moment(extension.to))];
    reason("CLK-18", "clock.extended", at)
}

pub(super) fn extension_not_later(extension: Extension, due: DateTime) -> Reason {
    reason("CLK-22", "clock.extension_not_later", [("to_at", moment(extension.to)), ("due_at", moment(due))])
}

/// The sentences that turn the date reached into the due moment.
pub(super) fn closed(closing: Closing, reached: Reached) -> impl Iterator<Item = Reason> {
    let due_on = reached.due.date();
    let is_date = !matches!(closing, Closing::Moment);
    let roll = (is_date && reached.target != due_on).then(|| {
        let dates = [("target_on", reached.target.to_string()), ("due_on", due_on.to_string())];
        reason("CLK-09", "clock.rolled", dates)
    });
    let due = ("due_at", moment(reached.due));
    let close = match closing {
        Closing::Moment => None,
        Closing::EndOfWork => Some(reason("CLK-10", "clock.due_at_closing", [due])),
        Closing::Hour(hour) => Some(reason("CLK-10", "clock.due_at_hour", [due, ("hour", time_of_day(hour))])),
        Closing::Extended => Some(reason("CLK-21", "clock.due_extended", [due])),
    };
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

pub(super) fn moment(at: DateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!("{date}T{:02}:{:02}", time.hour(), time.minute())
}

fn time_of_day(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
