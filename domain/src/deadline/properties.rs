//! What holds for every dossier, and a slow clock that walks minute by minute to check the fast one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::cell::RefCell;

use jiff::Span;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::tests::{days_2018_2019, office_hours};
use super::*;
use crate::calendar::{DayKind, DayRow, HoursRow};
use crate::procedure::LimitKind;

/// What a property is asked about; everything lies in 2018, so that the answers stay in the two covered years.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub days: Vec<DayRow>,
    pub received: DateTime,
    pub limit: Limit,
    pub cutoff: Option<Time>,
    pub pauses: Vec<Pause>,
    pub promise: PromiseTime,
}

impl Case {
    pub fn calendar(&self) -> Calendar {
        Calendar::new(office_hours(), self.days.clone()).unwrap()
    }

    fn answer_by(&self, calendar: &Calendar) -> Answer {
        let Case { received, limit, cutoff, pauses, promise, .. } = self;
        due(calendar, &Question { received: *received, limit: *limit, cutoff: *cutoff, pauses, promise: *promise })
            .unwrap()
    }

    fn answer(&self) -> Answer {
        self.answer_by(&self.calendar())
    }

    fn due(&self) -> DateTime {
        moment_due(self.answer())
    }

    /// Whether a moment is no later than another, as far as the quirks of docs/rules/deadline.md promise it: at the hour
    /// of receipt, dates that meet on one day are in order by day only, and not at all in calendar days with pauses.
    pub fn in_order(&self, one: DateTime, other: DateTime) -> bool {
        let whole = self.promise == PromiseTime::Closing || self.limit.kind == LimitKind::WorkingHours;
        match (self.limit.kind, self.pauses.is_empty()) {
            _ if whole => one <= other,
            (LimitKind::WorkingDays, true) => one <= other,
            (LimitKind::WorkingDays, false) | (_, true) => one.date() <= other.date(),
            (_, false) => true,
        }
    }
}

fn moment_due(answer: Answer) -> DateTime {
    match answer.due {
        Due::At(due) => due,
        Due::PausedSince(since) => panic!("paused since {since}"),
    }
}

pub(super) fn minutes_later(at: DateTime, minutes: i64) -> DateTime {
    at.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap()
}

/// Days around which receipts crowd: the new year, Tết, the swapped Monday and an ordinary autumn.
fn moments() -> impl Strategy<Value = DateTime> {
    let around = select(vec![(1, 1), (2, 9), (4, 20), (8, 28), (11, 5), (12, 20)]);
    (around, 0_i64..10 * 1440)
        .prop_map(|((month, day), minutes)| minutes_later(jiff::civil::date(2018, month, day).at(0, 0, 0, 0), minutes))
}

pub(super) fn limits(months: bool) -> impl Strategy<Value = Limit> {
    let mut kinds = vec![LimitKind::WorkingDays, LimitKind::CalendarDays, LimitKind::WorkingHours];
    kinds.extend(months.then_some(LimitKind::Months));
    // None at all is a limit only in working days [CLK-24].
    (select(kinds), 0_u32..30).prop_map(|(kind, count)| match kind {
        LimitKind::Months => Limit { kind, count: 1 + count % 4 },
        LimitKind::WorkingDays => Limit { kind, count },
        _ => Limit { kind, count: count.max(1) },
    })
}

fn closures() -> impl Strategy<Value = Vec<DayRow>> {
    let row = (0_i64..365, select(vec![None, Some(("08:00", "10:30")), Some(("11:00", "23:59"))]));
    prop::collection::vec(row, 0..6).prop_map(|rows| {
        rows.into_iter()
            .map(|(offset, part)| DayRow {
                date: jiff::civil::date(2018, 1, 1).checked_add(Span::new().days(offset)).unwrap(),
                kind: DayKind::Closure,
                from: part.map(|(from, _)| from.parse().unwrap()),
                to: part.map(|(_, to)| to.parse().unwrap()),
                name: String::new(),
            })
            .collect()
    })
}

pub(super) fn cases(limits: impl Strategy<Value = Limit>, pauses_max: usize) -> impl Strategy<Value = Case> {
    let cutoff = select(vec![None, None, Some("15:00"), Some("11:45"), Some("06:00")]);
    let pause = (-2 * 1440_i64..12 * 1440, 0_i64..5 * 1440);
    let promise = select(vec![PromiseTime::Closing, PromiseTime::Closing, PromiseTime::HourOfReceipt]);
    (closures(), moments(), limits, cutoff, prop::collection::vec(pause, 0..=pauses_max), promise).prop_map(
        |(extra, received, limit, cutoff, pauses, promise)| Case {
            days: [days_2018_2019(), extra].concat(),
            received,
            limit,
            cutoff: cutoff.map(|time| time.parse().unwrap()),
            pauses: pauses
                .into_iter()
                .map(|(after, length)| {
                    let from = minutes_later(received, after);
                    Pause { from, to: Some(minutes_later(from, length)) }
                })
                .collect(),
            promise,
        },
    )
}

/// The slow clock: it reads the rows themselves, minute by minute, and shares nothing with the calendar.
pub(super) struct SlowClock<'a> {
    pub case: &'a Case,
    hours: Vec<HoursRow>,
    /// Which minutes of a date are open, kept once they have been worked out.
    seen: RefCell<BTreeMap<Date, Vec<bool>>>,
}

impl SlowClock<'_> {
    pub fn of(case: &Case) -> SlowClock<'_> {
        SlowClock { case, hours: office_hours(), seen: RefCell::default() }
    }

    pub fn is_open(&self, at: DateTime) -> bool {
        let mut seen = self.seen.borrow_mut();
        let day = seen.entry(at.date()).or_insert_with(|| self.open_minutes(at.date()));
        day[at.hour() as usize * 60 + at.minute() as usize]
    }

    fn open_minutes(&self, date: Date) -> Vec<bool> {
        let rows: Vec<&DayRow> = self.case.days.iter().filter(|row| row.date == date).collect();
        let made_up = rows.iter().any(|row| row.kind == DayKind::MakeUp);
        let weekday = if made_up { 1 } else { date.weekday().to_monday_one_offset() };
        let worked = |time| {
            self.hours.iter().any(|row| row.weekday == weekday && row.period.from <= time && time < row.period.to)
        };
        let shut = |row: &DayRow, time| match (row.from, row.to) {
            (Some(from), Some(to)) => from <= time && time < to,
            _ => true,
        };
        (0..1440)
            .map(|minute| minutes_later(date.at(0, 0, 0, 0), minute).time())
            .map(|time| worked(time) && !rows.iter().any(|row| row.kind != DayKind::MakeUp && shut(row, time)))
            .collect()
    }

    pub fn closing(&self, date: Date) -> Option<DateTime> {
        let minutes = (0..1440).rev().map(|minute| minutes_later(date.at(0, 0, 0, 0), minute));
        minutes.into_iter().find(|at| self.is_open(*at)).map(|last| minutes_later(last, 1))
    }

    pub fn next_working_day(&self, date: Date) -> Date {
        date.series(Span::new().days(1)).skip(1).find(|date| self.closing(*date).is_some()).unwrap()
    }

    /// The next day that the limit counts.
    pub fn next_day(&self, date: Date) -> Date {
        match self.case.limit.kind {
            LimitKind::WorkingDays => self.next_working_day(date),
            _ => date.tomorrow().unwrap(),
        }
    }

    fn start(&self) -> DateTime {
        self.start_after(self.case.received)
    }

    pub fn start_after(&self, begun: DateTime) -> DateTime {
        let missed =
            self.case.cutoff.is_some_and(|cutoff| begun.time() > cutoff) && self.closing(begun.date()).is_some();
        let from = if missed { begun.date().tomorrow().unwrap().at(0, 0, 0, 0) } else { begun };
        (0..).map(|minutes| minutes_later(from, minutes)).find(|at| self.is_open(*at)).unwrap()
    }

    fn is_paused(&self, at: DateTime) -> bool {
        self.case.pauses.iter().any(|pause| pause.from <= at && pause.to.is_none_or(|to| at < to))
    }

    fn due(&self) -> DateTime {
        match self.case.limit.kind {
            LimitKind::WorkingHours => self.due_in_minutes(),
            _ => self.due_in_days(),
        }
    }

    fn due_in_minutes(&self) -> DateTime {
        let (mut now, mut left) = (self.start(), self.case.limit.count * 60);
        while left > 0 {
            left -= u32::from(self.is_open(now) && !self.is_paused(now));
            now = minutes_later(now, 1);
        }
        now
    }

    /// The last day of the limit without any pause.
    pub fn target_from(&self, start: DateTime) -> Date {
        let limit = self.case.limit;
        let mut target = start.date();
        match limit.kind {
            LimitKind::Months => target = target.checked_add(Span::new().months(limit.count)).unwrap(),
            _ => (0..limit.count).for_each(|_| target = self.next_day(target)),
        }
        target
    }

    /// Walks with the clock: at each midnight in a pause the target moves on by the day that has begun.
    fn due_in_days(&self) -> DateTime {
        let (start, limit) = (self.start(), self.case.limit);
        let by_working_days = limit.kind == LimitKind::WorkingDays;
        let hour = self.hour(start);
        let mut target = self.target_from(start);
        let mut due = self.rolled(target, hour);
        let (mut now, mut stopped) = (start, false);
        while now < due || stopped {
            let day_begins = now.time() == Time::midnight();
            if stopped && day_begins && (!by_working_days || self.closing(now.date()).is_some()) {
                target = self.next_day(target);
                due = self.rolled(target, hour);
            }
            stopped = self.is_paused(now) && (stopped || now < due);
            now = minutes_later(now, 1);
        }
        due
    }

    /// The hour that is promised, where it is not the closing time.
    pub fn hour(&self, start: DateTime) -> Option<Time> {
        (self.case.promise == PromiseTime::HourOfReceipt && self.case.limit.count > 0).then(|| start.time())
    }

    /// The due moment of a last day: closing time, or the last minute up to an hour before which there was work.
    pub fn rolled(&self, target: Date, hour: Option<Time>) -> DateTime {
        let closing = self.closing(target).or_else(|| self.closing(self.next_working_day(target))).unwrap();
        let Some(hour) = hour else { return closing };
        let minutes =
            |from: i64, to: i64| (from..to).map(|minute| minutes_later(closing.date().at(0, 0, 0, 0), minute));
        let at = i64::from(hour.hour()) * 60 + i64::from(hour.minute());
        if self.is_open(closing.date().to_datetime(hour)) {
            return closing.date().to_datetime(hour);
        }
        let before = minutes(0, at).rev().find(|minute| self.is_open(*minute)).map(|last| minutes_later(last, 1));
        before.or_else(|| minutes(at, 1440).find(|minute| self.is_open(*minute))).unwrap()
    }
}

fn with_day_off(case: &Case, date: Date) -> Case {
    let off = DayRow { date, kind: DayKind::Closure, from: None, to: None, name: String::new() };
    Case { days: [case.days.clone(), vec![off]].concat(), ..case.clone() }
}

pub(super) fn total(steps: &[Reason], param: &str) -> i64 {
    steps.iter().filter_map(|step| step.params.get(param)).map(|number| number.parse::<i64>().unwrap()).sum()
}

proptest! {
    #[test]
    fn the_due_moment_never_falls_outside_work(case in cases(limits(true), 3)) {
        let (calendar, due) = (case.calendar(), case.due());
        let inside = calendar.periods(due.date()).iter().any(|p| p.from <= due.time() && due.time() <= p.to);
        prop_assert!(inside, "{due}");
        let hourly = case.limit.kind == LimitKind::WorkingHours || case.promise == PromiseTime::HourOfReceipt;
        prop_assert!(hourly || calendar.closing(due.date()) == Some(due));
        prop_assert!(due >= case.received);
    }

    #[test]
    fn the_moment_without_its_reasons_is_the_same(case in cases(limits(true), 3), open in any::<bool>()) {
        let mut case = case;
        case.pauses.last_mut().into_iter().filter(|_| open).for_each(|pause| pause.to = None);
        let Case { received, limit, cutoff, promise, .. } = case;
        let question = Question { received, limit, cutoff, pauses: &case.pauses, promise };
        let (calendar, answer) = (case.calendar(), case.answer());
        prop_assert_eq!(due_moment(&calendar, &question), Ok(answer.due));
        prop_assert!(!answer.steps.is_empty());
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier(case in cases(limits(false), 3), wait in 0_i64..4 * 1440) {
        let later = Case { received: minutes_later(case.received, wait), ..case.clone() };
        prop_assert!(case.in_order(case.due(), later.due()));
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier_in_months_either(case in cases(limits(true), 0), wait in 0_i64..40 * 1440) {
        let later = Case { received: minutes_later(case.received, wait), ..case.clone() };
        prop_assert!(case.in_order(case.due(), later.due()));
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(case in cases(limits(true), 3), more in 0_u32..5) {
        let limit = Limit { count: case.limit.count + more, ..case.limit };
        let longer = Case { limit, ..case.clone() };
        prop_assert!(case.due() <= longer.due());
    }

    #[test]
    fn counting_open_time_from_start_to_due_gives_the_limit_back(case in cases(limits(false), 3)) {
        let (calendar, answer) = (case.calendar(), case.answer());
        let (start, count, added) = (answer.start, i64::from(case.limit.count), total(&answer.steps, "added"));
        let due = moment_due(answer);
        match case.limit.kind {
            LimitKind::WorkingHours => prop_assert_eq!(calendar.minutes_between(start, due), count * 60 + added),
            LimitKind::WorkingDays => prop_assert_eq!(calendar.working_days_between(start.date(), due.date()), count + added),
            _ => {
                let target = start.date().checked_add(Span::new().days(count + added)).unwrap();
                prop_assert_eq!(calendar.working_day_from(target), Some(due.date()));
            }
        }
    }

    #[test]
    fn the_numbers_of_the_explanation_add_up_to_the_result(case in cases(limits(true), 3)) {
        let answer = case.answer();
        prop_assert_eq!(total(&answer.steps, "count"), i64::from(case.limit.count));
        prop_assert_eq!(&answer.steps[0].params["start_at"], &moment(answer.start));
        let last = answer.steps.iter().rev().find(|step| step.rule != "CLK-14").unwrap();
        let said = last.params.get("due_at").or_else(|| last.params.get("target_at")).cloned();
        prop_assert_eq!(said, Some(moment(moment_due(answer))));
    }

    #[test]
    fn pauses_add_up_in_any_order_and_in_any_pieces(case in cases(limits(true), 4), cut in any::<Index>(), at in 0_i64..5 * 1440) {
        let due = case.answer().due;
        let reversed = Case { pauses: case.pauses.iter().rev().copied().collect(), ..case.clone() };
        prop_assert_eq!(reversed.answer().due, due);
        prop_assume!(!case.pauses.is_empty());
        let mut pieces = case.pauses.clone();
        let whole = pieces.swap_remove(cut.index(case.pauses.len()));
        let middle = minutes_later(whole.from, at).min(whole.to.unwrap());
        pieces.extend([Pause { from: middle, to: whole.to }, Pause { from: whole.from, to: Some(middle) }]);
        prop_assert_eq!(Case { pauses: pieces, ..case }.answer().due, due);
    }

    #[test]
    fn a_new_day_off_never_brings_the_date_forward(case in cases(limits(false), 3), offset in 0_i64..40) {
        let date = case.received.date().checked_add(Span::new().days(offset)).unwrap();
        // The quirk of docs/rules/deadline.md: a pause in working days adds less when one of its days is taken away.
        let paused = case.pauses.iter().any(|p| p.from.date() < date && date <= p.to.unwrap().date());
        prop_assume!(!(paused && case.limit.kind == LimitKind::WorkingDays));
        prop_assert!(case.in_order(case.due(), with_day_off(&case, date).due()));
    }

    #[test]
    fn without_pauses_no_kind_of_limit_is_brought_forward_by_a_day_off(case in cases(limits(true), 0), offset in 0_i64..100) {
        let date = case.received.date().checked_add(Span::new().days(offset)).unwrap();
        prop_assert!(case.in_order(case.due(), with_day_off(&case, date).due()));
    }
}

proptest! {
    // The slow clock is slow: fewer cases here, the same kinds of them.
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_clock_agrees_with_the_slow_one(case in cases(limits(true), 3)) {
        let slow = SlowClock::of(&case);
        let answer = case.answer();
        prop_assert_eq!(answer.start, slow.start());
        prop_assert_eq!(moment_due(answer), slow.due());
    }
}
