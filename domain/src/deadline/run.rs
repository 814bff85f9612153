//! One run of a limit from its start to where it ends, with the pauses and the extension that fall into it.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

use super::course::Extension;
use super::sentences::{self, Closing};
use super::{Answer, Due, Pause, PromiseTime, Reason, Refusal, pause};
use crate::calendar::Calendar;
use crate::procedure::{Limit, LimitKind};

/// What is the same for every run of one dossier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub limit: Limit,
    pub cutoff: Option<Time>,
    pub promise: PromiseTime,
}

/// What set the clock going, and when.
#[derive(Debug, Clone, Copy)]
pub(super) enum Begun {
    Received(DateTime),
    /// The supplement was complete [CLK-16].
    Completed(DateTime),
}

impl Begun {
    pub fn at(self) -> DateTime {
        match self {
            Self::Received(at) | Self::Completed(at) => at,
        }
    }
}

/// What the days of a pause are added to.
#[derive(Debug, Clone, Copy)]
enum Base {
    Limit,
    /// The date of the extension that took its place [CLK-18].
    Extended(DateTime),
}

/// How far the limit reaches: the date it names, and the due moment, which may be later when that date is closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    pub target: Date,
    pub due: DateTime,
}

/// A limit that is running.
pub(super) struct Run<'a> {
    calendar: &'a Calendar,
    terms: Terms,
    start: DateTime,
    base: Base,
    /// Days added to the base by pauses, or minutes for a limit in hours.
    added: i64,
    reached: Reached,
    /// The sentences, where somebody wants to hear them.
    steps: Option<Vec<Reason>>,
    /// What is said beside the reckoning, since it changed nothing.
    asides: Vec<Reason>,
}

impl<'a> Run<'a> {
    pub fn begin(calendar: &'a Calendar, terms: Terms, begun: Begun) -> Result<Self, Refusal> {
        let mut run = Self::silent(calendar, terms, begun)?;
        let why = sentences::started(begun, run.start, missed(calendar, begun.at(), terms.cutoff));
        run.steps = Some(vec![why, sentences::counted(run.start, terms.limit, run.reached)]);
        Ok(run)
    }

    /// A run that tells only where it ends: for a hundred thousand questions at once.
    pub fn silent(calendar: &'a Calendar, terms: Terms, begun: Begun) -> Result<Self, Refusal> {
        if terms.limit.is_nothing() {
            return Err(Refusal::LimitOfNothing);
        }
        let start = start(calendar, begun.at(), terms.cutoff)?;
        let reached = reach(calendar, terms, start, Base::Limit, 0)?;
        Ok(Run { calendar, terms, start, base: Base::Limit, added: 0, reached, steps: None, asides: Vec::new() })
    }

    /// Puts sentences before the first, and others before the last that only tell what changed nothing.
    pub fn told(mut self, before: Vec<Reason>, asides: Vec<Reason>) -> Self {
        self.steps.get_or_insert_default().splice(0..0, before);
        self.asides = asides;
        self
    }

    fn tell(&mut self, sentence: impl FnOnce(&Self) -> Reason) {
        if self.steps.is_some() {
            let sentence = sentence(self);
            self.steps.get_or_insert_default().push(sentence);
        }
    }

    fn answer(mut self, due: Due) -> Answer {
        let mut steps = self.steps.take().unwrap_or_default();
        steps.append(&mut self.asides);
        if matches!(due, Due::At(_)) && !steps.is_empty() {
            steps.extend(sentences::closed(self.closing(), self.reached));
        }
        Answer { start: self.start, due, steps }
    }

    /// Lets the run meet its pauses and its extension in the order of time.
    pub fn through(mut self, pauses: &[Pause], extension: Option<Extension>) -> Result<Answer, Refusal> {
        let mut extension = extension.map(Extension::to_the_minute);
        for stand in pause::standstills(pauses, self.start)? {
            if let Some(granted) = extension.take_if(|extension| extension.granted <= stand.from) {
                self.extend(granted)?;
            }
            if stand.from >= self.reached.due {
                // [CLK-14] Too late is too late.
                self.tell(|run| sentences::pause_too_late(stand.from, run.reached.due));
                continue;
            }
            let Some(to) = stand.to else {
                self.tell(|_| sentences::paused_since(stand.from));
                return Ok(self.answer(Due::PausedSince(stand.from)));
            };
            let mut from = stand.from;
            if let Some(granted) = extension.take_if(|extension| extension.granted < to) {
                // [CLK-21] Granted while the clock stood: only what is still to come moves the new date.
                self.stand(from, granted.granted)?;
                self.extend(granted)?;
                from = granted.granted;
            }
            self.stand(from, to)?;
        }
        if let Some(granted) = extension {
            self.extend(granted)?;
        }
        let due = Due::At(self.reached.due);
        Ok(self.answer(due))
    }

    /// The clock stood, and what that adds is added [CLK-13].
    fn stand(&mut self, from: DateTime, to: DateTime) -> Result<(), Refusal> {
        ensure_covered(self.calendar, self.start.date(), to.date())?;
        let more = pause::adds(self.calendar, self.terms.limit.kind, from, to);
        self.added += more;
        self.reached = reach(self.calendar, self.terms, self.start, self.base, self.added)?;
        self.tell(|run| sentences::paused(run.terms.limit.kind, from, to, more, run.reached));
        Ok(())
    }

    /// The date of an extension takes the place of the limit, unless it is no later [CLK-18] [CLK-22].
    fn extend(&mut self, extension: Extension) -> Result<(), Refusal> {
        let base = Base::Extended(extension.to);
        let reached = reach(self.calendar, self.terms, self.start, base, 0)?;
        if reached.due <= self.reached.due {
            self.tell(|run| sentences::extension_not_later(extension, run.reached.due));
            return Ok(());
        }
        (self.base, self.added, self.reached) = (base, 0, reached);
        self.tell(|_| sentences::extended(extension));
        Ok(())
    }

    fn closing(&self) -> Closing {
        match (self.base, self.terms.limit.kind) {
            (Base::Extended(_), _) => Closing::Extended,
            (Base::Limit, LimitKind::WorkingHours) => Closing::Moment,
            (Base::Limit, _) => match hour(self.terms, self.start) {
                Some(hour) => Closing::Hour(hour),
                None => Closing::EndOfWork,
            },
        }
    }
}

/// The hour of the last day, where it is not the closing time. A limit of no days at all ends with the day [CLK-10].
fn hour(terms: Terms, start: DateTime) -> Option<Time> {
    (terms.promise == PromiseTime::HourOfReceipt && terms.limit.count > 0).then(|| start.time())
}

/// The moment at which the clock starts [CLK-02] [CLK-03] [CLK-04].
fn start(calendar: &Calendar, at: DateTime, cutoff: Option<Time>) -> Result<DateTime, Refusal> {
    let day = at.date();
    ensure_covered(calendar, day, day)?;
    let start = match missed(calendar, at, cutoff) {
        Some(_) => next_opening(calendar, day),
        None => calendar.work_from(at),
    };
    let start = start.ok_or_else(|| ran_out(calendar, day))?;
    ensure_covered(calendar, day, start.date())?;
    Ok(start)
}

/// The cut-off, if it was missed [CLK-04].
fn missed(calendar: &Calendar, at: DateTime, cutoff: Option<Time>) -> Option<Time> {
    cutoff.filter(|cutoff| at.time() > *cutoff && calendar.is_working_day(at.date()))
}

/// When work begins on the next working day after a date.
pub(super) fn next_opening(calendar: &Calendar, day: Date) -> Option<DateTime> {
    calendar.opening(calendar.working_day_from(day.tomorrow().ok()?)?)
}

/// Where the limit ends when pauses have added so many days, or minutes for a limit in hours [CLK-05] to [CLK-09].
fn reach(calendar: &Calendar, terms: Terms, start: DateTime, base: Base, added: i64) -> Result<Reached, Refusal> {
    let due = match base {
        Base::Limit => limit_reaches(calendar, terms, start, added),
        Base::Extended(to) => extension_reaches(calendar, terms.limit.kind, to, added),
    };
    let due = due.ok_or_else(|| ran_out(calendar, start.date()))?;
    ensure_covered(calendar, start.date(), due.due.date())?;
    Ok(due)
}

fn limit_reaches(calendar: &Calendar, terms: Terms, start: DateTime, added: i64) -> Option<Reached> {
    let day = start.date();
    let count = i64::from(terms.limit.count);
    let target = match terms.limit.kind {
        LimitKind::WorkingHours => {
            let due = calendar.after_minutes(start, count * 60 + added)?;
            return Some(Reached { target: due.date(), due });
        }
        LimitKind::WorkingDays => calendar.working_day_after(day, count + added)?,
        LimitKind::CalendarDays => days_later(day, count + added)?,
        LimitKind::Months => days_later(months_later(day, count)?, added)?,
    };
    rolled(calendar, target, hour(terms, start))
}

/// [CLK-21] The date of an extension, and what pauses after it have added.
fn extension_reaches(calendar: &Calendar, kind: LimitKind, to: DateTime, added: i64) -> Option<Reached> {
    let target = match kind {
        LimitKind::WorkingDays if added > 0 => {
            calendar.working_day_after(calendar.working_day_from(to.date())?, added)?
        }
        LimitKind::CalendarDays | LimitKind::Months => days_later(to.date(), added)?,
        LimitKind::WorkingDays | LimitKind::WorkingHours => to.date(),
    };
    let reached = rolled(calendar, target, Some(to.time()))?;
    match kind {
        LimitKind::WorkingHours => Some(Reached { due: calendar.after_minutes(reached.due, added)?, ..reached }),
        _ => Some(reached),
    }
}

/// [CLK-09] A target on a closed day moves on to the next working day; there it ends at closing, or at an hour [CLK-10].
fn rolled(calendar: &Calendar, target: Date, hour: Option<Time>) -> Option<Reached> {
    let day = calendar.working_day_from(target)?;
    let due = match hour {
        Some(hour) => calendar.moved_into_work(day, hour)?,
        None => calendar.closing(day)?,
    };
    Some(Reached { target, due })
}

fn days_later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The same day of a later month, or its last day where the month is shorter.
fn months_later(day: Date, months: i64) -> Option<Date> {
    day.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// [CLK-15] A date that depends on holidays nobody has entered is not given at all.
pub(super) fn ensure_covered(calendar: &Calendar, from: Date, to: Date) -> Result<(), Refusal> {
    match calendar.first_year_not_covered(from.year(), to.year()) {
        Some(year) => Err(Refusal::YearNotCovered { year }),
        None => Ok(()),
    }
}

/// The calendar came to its end: either a year is missing, or the agency has stopped working.
pub(super) fn ran_out(calendar: &Calendar, after: Date) -> Refusal {
    match calendar.first_year_not_covered(after.year(), i16::MAX) {
        Some(year) if calendar.goes_on() => Refusal::YearNotCovered { year },
        _ => Refusal::NeverOpens { after },
    }
}
