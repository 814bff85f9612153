//! The whole course of a clock against a slow one that lives through it minute by minute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;

use super::properties::{Case, SlowClock, cases, limits, minutes_later, total};
use super::*;
use crate::procedure::LimitKind;

#[derive(Debug, Clone)]
struct CourseCase {
    case: Case,
    law: AfterSupplement,
    supplements: Vec<Pause>,
    extension: Option<Extension>,
}

impl CourseCase {
    fn reckoning(&self) -> Reckoning {
        let Case { received, limit, cutoff, pauses, promise, .. } = &self.case;
        let course = Course {
            received: *received,
            limit: *limit,
            cutoff: *cutoff,
            after_supplement: self.law,
            supplements: &self.supplements,
            pauses,
            extension: self.extension,
            promise: *promise,
        };
        reckon(&self.case.calendar(), &course).unwrap()
    }
}

fn courses(months: bool, pauses_max: usize, extended: bool) -> impl Strategy<Value = CourseCase> {
    // Half of them short and early, so that several fall into one run.
    let supplement = (select(vec![3_i64, 20]), 0_i64..1440, select(vec![0_i64, 1, 1, 1]), 0_i64..4 * 1440);
    let extension = (0_i64..14 * 1440, 0_i64..14 * 1440);
    (
        cases(limits(months), pauses_max),
        select(vec![AfterSupplement::Restart, AfterSupplement::Restart, AfterSupplement::Pause]),
        prop::collection::vec(supplement, 0..=3),
        prop::option::weighted(0.15, 0_i64..12 * 1440),
        prop::option::weighted(0.7, extension),
    )
        .prop_map(move |(case, law, supplements, awaited, extension)| {
            let after = |minutes| minutes_later(case.received, minutes);
            let closed = supplements.into_iter().map(|(days, minute, lasts, length)| {
                let from = after(days * minute - 720);
                Pause { from, to: Some(minutes_later(from, lasts * length)) }
            });
            let awaited = awaited.map(|minutes| Pause { from: after(minutes), to: None });
            let extension = extension
                .filter(|_| extended)
                .map(|(granted, more)| Extension { granted: after(granted), to: minutes_later(after(granted), more) });
            CourseCase { supplements: closed.chain(awaited).collect(), extension, law, case: case.clone() }
        })
}

/// Stretches that overlap or touch made one, by looking for a pair until there is none.
fn joined(mut stretches: Vec<Pause>) -> Vec<Pause> {
    let end = |pause: &Pause| pause.to.unwrap_or(DateTime::MAX);
    for a in 0..stretches.len() {
        for b in a + 1..stretches.len() {
            let (one, other) = (stretches[a], stretches[b]);
            if one.from <= end(&other) && other.from <= end(&one) {
                stretches.swap_remove(b);
                let to = one.to.zip(other.to).map(|(one, other)| one.max(other));
                stretches[a] = Pause { from: one.from.min(other.from), to };
                return joined(stretches);
            }
        }
    }
    stretches
}

fn holds(pause: &Pause, now: DateTime) -> bool {
    pause.from <= now && pause.to.is_none_or(|to| now < to)
}

/// A limit that is running, and where it ends as things stand.
struct SlowRun<'a> {
    clock: &'a SlowClock<'a>,
    start: DateTime,
    target: Date,
    hour: Option<Time>,
    due: DateTime,
}

impl<'a> SlowRun<'a> {
    fn begin(clock: &'a SlowClock<'a>, begun: DateTime) -> Self {
        let start = clock.start_after(begun);
        let (target, hour, due) = match clock.case.limit.kind {
            LimitKind::WorkingHours => (start.date(), None, start),
            _ => {
                let (target, hour) = (clock.target_from(start), clock.hour(start));
                (target, hour, clock.rolled(target, hour))
            }
        };
        let mut run = SlowRun { clock, start, target, hour, due };
        if run.is_in_hours() {
            run.due = run.after_open(start, i64::from(clock.case.limit.count) * 60);
        }
        run
    }

    fn is_in_hours(&self) -> bool {
        self.clock.case.limit.kind == LimitKind::WorkingHours
    }

    /// The moment after so many open minutes.
    fn after_open(&self, from: DateTime, minutes: i64) -> DateTime {
        let (mut now, mut left) = (from, minutes);
        while left > 0 {
            left -= i64::from(self.clock.is_open(now));
            now = minutes_later(now, 1);
        }
        now
    }

    fn extend(&mut self, extension: Extension) {
        let due = self.clock.rolled(extension.to.date(), Some(extension.to.time()));
        if due > self.due {
            (self.target, self.hour, self.due) = (extension.to.date(), Some(extension.to.time()), due);
        }
    }

    /// A day has begun while the clock stood.
    fn stood_until(&mut self, midnight: DateTime) {
        let by_working_days = self.clock.case.limit.kind == LimitKind::WorkingDays;
        let counts = midnight > self.start && (!by_working_days || self.clock.closing(midnight.date()).is_some());
        if counts && !self.is_in_hours() {
            // An extended date on a day off is first the working day that it has gone on to.
            let from = if by_working_days { self.due.date() } else { self.target };
            self.target = self.clock.next_day(from);
            self.due = self.clock.rolled(self.target, self.hour);
        }
    }

    fn stand_for_a_minute(&mut self, now: DateTime) {
        if self.is_in_hours() && now >= self.start && self.clock.is_open(now) {
            self.due = self.after_open(self.due, 1);
        }
    }
}

/// Where a course ends by the slow clock; `None` while it stands.
fn slow(course: &CourseCase, law: AfterSupplement, extension: Option<Extension>) -> Option<DateTime> {
    let case = &course.case;
    let clock = SlowClock::of(case);
    let (mut stops, mut asked) = (case.pauses.clone(), Vec::new());
    match law {
        AfterSupplement::Restart => asked = joined(course.supplements.clone()),
        AfterSupplement::Pause => stops.extend(&course.supplements),
    }
    asked.retain(|supplement| supplement.to.is_none_or(|to| to >= case.received));
    asked.iter_mut().for_each(|supplement| supplement.from = supplement.from.max(case.received));
    let all = stops.iter().chain(&asked);
    let ends = all.flat_map(|pause| [Some(pause.from), pause.to]).flatten().chain(extension.map(|e| e.granted));
    let last = ends.max().unwrap_or(case.received);

    let mut run = SlowRun::begin(&clock, case.received);
    // Whether the clock is told to stand, and whether that was in time.
    let (mut standing, mut counts) = (false, false);
    let mut now = case.received;
    loop {
        let stood = standing && counts;
        if now > last && stood {
            return None;
        }
        if now > last && now >= run.due {
            return Some(run.due);
        }
        if stood && now.time() == Time::midnight() {
            run.stood_until(now);
        }
        let granted = extension.filter(|extension| extension.granted == now);
        granted.into_iter().for_each(|extension| run.extend(extension));
        let begins = asked.iter().position(|supplement| supplement.from == now);
        if let Some(supplement) = begins {
            let in_time = if standing { counts } else { now < run.due };
            if !in_time {
                asked.swap_remove(supplement);
            }
        }
        if asked.iter().any(|supplement| supplement.to == Some(now)) {
            run = SlowRun::begin(&clock, now);
            standing = false;
            // Granted at the very minute of a restart, it belongs to the new run.
            granted.into_iter().for_each(|extension| run.extend(extension));
        }
        let told = stops.iter().chain(&asked).any(|pause| holds(pause, now));
        counts = told && if standing { counts } else { now < run.due };
        standing = told;
        if standing && counts {
            run.stand_for_a_minute(now);
        }
        now = minutes_later(now, 1);
    }
}

fn moment_of(answer: &Answer) -> Option<DateTime> {
    match answer.due {
        Due::At(due) => Some(due),
        Due::PausedSince(_) => None,
    }
}

proptest! {
    #[test]
    fn both_answers_lie_in_working_time(course in courses(true, 2, true)) {
        let (calendar, reckoning) = (course.case.calendar(), course.reckoning());
        for due in [&reckoning.promised, &reckoning.national].into_iter().filter_map(moment_of) {
            let inside = calendar.periods(due.date()).iter().any(|p| p.from <= due.time() && due.time() <= p.to);
            prop_assert!(inside, "{due}");
        }
    }

    #[test]
    fn by_pause_and_without_extension_both_answers_are_one(course in courses(true, 2, false)) {
        let by_pause = CourseCase { law: AfterSupplement::Pause, ..course.clone() };
        let Reckoning { promised, national } = by_pause.reckoning();
        prop_assert_eq!(&promised, &national);
        let by_restart = CourseCase { law: AfterSupplement::Restart, ..course };
        prop_assert_eq!(by_restart.reckoning().national, national);
    }

    #[test]
    fn a_restart_never_promises_an_earlier_date_than_the_pause(course in courses(false, 0, false)) {
        let by = |law| moment_of(&CourseCase { law, ..course.clone() }.reckoning().promised);
        let paused = Case { pauses: course.supplements.clone(), ..course.case.clone() };
        if let (Some(restart), Some(pause)) = (by(AfterSupplement::Restart), by(AfterSupplement::Pause)) {
            prop_assert!(paused.in_order(pause, restart), "{pause} {restart}");
        }
    }

    #[test]
    fn supplements_and_pauses_may_come_in_any_order(course in courses(true, 3, true)) {
        let mut other = course.clone();
        other.supplements.reverse();
        other.case.pauses.reverse();
        prop_assert_eq!(other.reckoning(), course.reckoning());
    }

    #[test]
    fn an_extension_never_brings_the_date_forward_that_holds_when_it_is_approved(course in courses(true, 2, true)) {
        prop_assume!(course.extension.is_some());
        let granted = course.extension.unwrap().granted;
        let mut before = course.clone();
        for waits in [&mut before.supplements, &mut before.case.pauses] {
            waits.retain(|wait| wait.to.is_some_and(|to| to <= granted));
        }
        let without = CourseCase { extension: None, ..before.clone() };
        let due = |course: &CourseCase| moment_of(&course.reckoning().promised).unwrap();
        prop_assert!(due(&without) <= due(&before));
    }

    #[test]
    fn the_numbers_of_both_explanations_add_up(course in courses(false, 2, true)) {
        let (calendar, limit) = (course.case.calendar(), course.case.limit);
        let Reckoning { promised, national } = course.reckoning();
        for answer in [promised, national] {
            prop_assert_eq!(total(&answer.steps, "count"), i64::from(limit.count));
            let Some(due) = moment_of(&answer) else { continue };
            let told = |step: &Reason| step.rule != "CLK-14" && step.rule != "CLK-20" && step.rule != "CLK-22";
            let last = answer.steps.iter().rev().find(|step| told(step)).unwrap();
            let said = last.params.get("due_at").or_else(|| last.params.get("target_at")).cloned();
            prop_assert_eq!(said, Some(moment(due)));
            // From the extended date on, or else from the start, the days told make the way to the due day.
            let extended = answer.steps.iter().position(|step| step.key == "clock.extended");
            let added = total(&answer.steps[extended.unwrap_or(0)..], "added");
            let from = extended.map(|step| answer.steps[step].params["to_at"].parse::<DateTime>().unwrap());
            let (day, count) = match from {
                Some(to) => (calendar.working_day_from(to.date()).unwrap(), 0),
                None => (answer.start.date(), i64::from(limit.count)),
            };
            match limit.kind {
                LimitKind::WorkingDays => prop_assert_eq!(calendar.working_days_between(day, due.date()), count + added),
                LimitKind::WorkingHours if from.is_none() => {
                    prop_assert_eq!(calendar.minutes_between(answer.start, due), count * 60 + added);
                }
                LimitKind::WorkingHours => {
                    let base = calendar.moved_into_work(day, from.unwrap().time()).unwrap();
                    prop_assert_eq!(calendar.minutes_between(base, due), added);
                }
                _ => {
                    let day = from.map_or(day, |to| to.date());
                    let target = day.checked_add(jiff::Span::new().days(count + added)).unwrap();
                    prop_assert_eq!(calendar.working_day_from(target), Some(due.date()));
                }
            }
        }
    }
}

proptest! {
    // The slow clock is slow: fewer cases here, the same kinds of them.
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_slow_clock_lives_through_the_same_course(course in courses(true, 2, true)) {
        let reckoning = course.reckoning();
        prop_assert_eq!(moment_of(&reckoning.promised), slow(&course, course.law, course.extension), "promised");
        prop_assert_eq!(moment_of(&reckoning.national), slow(&course, AfterSupplement::Pause, None), "national");
    }
}
