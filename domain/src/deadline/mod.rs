//! The due moment of a dossier: one pure function that also says why.
//!
//! Everybody asks here: the receipt, the work list, the tracking page, the reports. Nobody else counts days. The rules are
//! docs/rules/deadline.md, CLK-01 to CLK-28; each sentence of an answer names the rule that it applies. Times are local wall
//! time of the place, to the minute.

mod course;
mod duties;
mod limit;
mod pause;
mod run;
mod sentences;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::procedure::Limit;
use run::{Begun, Run, Terms};
use sentences::moment;

pub use course::{AfterSupplement, Course, Extension, Reckoning, reckon, told};
pub use duties::{extension_in_time, step_due, step_goes_on, transfer_due};
pub use limit::parse_limit;

/// A stretch of time in which the clock stands; without an end it still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime>,
}

/// What moment of its last day a limit in days or months ends at: a policy of the site [CLK-10].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseTime {
    #[default]
    Closing,
    /// The hour at which the clock started, moved into the working time of that day.
    HourOfReceipt,
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
    pub promise: PromiseTime,
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
    /// None of anything but working days [CLK-24].
    #[error("clock.limit_of_nothing")]
    LimitOfNothing,
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::YearNotCovered { .. } => "clock.year_not_covered",
            Self::PauseEndsBeforeItBegins { .. } => "clock.pause_reversed",
            Self::NeverOpens { .. } => "clock.never_opens",
            Self::LimitOfNothing => "clock.limit_of_nothing",
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
            Self::LimitOfNothing => BTreeMap::new(),
        }
    }
}

/// Computes the due moment and its reasons from the calendar of the receiving agency.
pub fn due(calendar: &Calendar, q: &Question) -> Result<Answer, Refusal> {
    Run::begin(calendar, q.terms(), q.receipt())?.through(q.pauses, None)
}

/// The same due moment without its reasons, for whoever asks about very many.
pub fn due_moment(calendar: &Calendar, q: &Question) -> Result<Due, Refusal> {
    Run::silent(calendar, q.terms(), q.receipt())?.through(q.pauses, None).map(|answer| answer.due)
}

impl Question<'_> {
    fn terms(&self) -> Terms {
        Terms { limit: self.limit, cutoff: self.cutoff, promise: self.promise }
    }

    fn receipt(&self) -> Begun {
        Begun::Received(to_the_minute(self.received))
    }
}

/// [CLK-01] The clock knows no seconds: what came at 15:00:40 came at 15:00.
fn to_the_minute(at: DateTime) -> DateTime {
    let (date, time) = (at.date(), at.time());
    date.at(time.hour(), time.minute(), 0, 0)
}

#[cfg(test)]
mod course_properties;
#[cfg(test)]
mod course_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
