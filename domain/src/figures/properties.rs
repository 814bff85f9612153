//! Sums of counters are what counting one by one gives, and what a clock that is walked hour by hour gives.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;
use proptest::sample::select;

use super::fact::Course;
use super::*;
use crate::dossier::{Standstill, StandstillKind};
use crate::procedure::{Channel, Tier};

const DAYS: i64 = 40;

fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

/// Hours after the beginning of November.
fn hour(hours: i64) -> Timestamp {
    zone().to_timestamp(date(2018, 11, 1).at(0, 0, 0, 0)).unwrap() + SignedDuration::from_hours(hours)
}

fn day(days: i64) -> Date {
    date(2018, 11, 1).checked_add(days.days()).unwrap()
}

/// A dossier in hours.
#[derive(Debug, Clone)]
struct Sample {
    unit: usize,
    received: i64,
    firm: i64,
    told: i64,
    stands: Vec<(StandstillKind, i64, Option<i64>)>,
    settled: Option<i64>,
    broken_off: bool,
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let kind = select(vec![StandstillKind::Supplement, StandstillKind::Payment, StandstillKind::Outage]);
    let stand = (kind, 0i64..300, prop::option::weighted(0.8, 0i64..200));
    let moments = (0..DAYS * 24, 1i64..300, prop::option::weighted(0.2, 1i64..200));
    let rest = (prop::option::weighted(0.7, 0i64..600), prop::bool::weighted(0.2), 0usize..4);
    (moments, prop::collection::vec(stand, 0..4), rest).prop_map(|(moments, stands, (settled, broken_off, unit))| {
        let (received, firm, extension) = moments;
        let settled = settled.map(|after| received + after);
        let mut stands: Vec<_> = stands
            .into_iter()
            .map(|(kind, from, lasted)| (kind, received + from, lasted.map(|lasted| received + from + lasted)))
            .filter(|(_, from, _)| settled.is_none_or(|settled| *from < settled))
            .collect();
        stands.sort_by_key(|(_, from, _)| *from);
        let firm = received + firm;
        Sample { unit, received, firm, told: firm + extension.unwrap_or(0), stands, settled, broken_off }
    })
}

impl Sample {
    fn fact(&self) -> Fact {
        let stands: Vec<Standstill> = self
            .stands
            .iter()
            .map(|(kind, from, to)| Standstill {
                kind: *kind,
                from: hour(*from),
                to: to.map(hour),
                reason: String::new(),
                by: "a".into(),
                task: 0,
                too_late: false,
                amount: 0,
                request: None,
            })
            .collect();
        let course = Course {
            received: hour(self.received),
            firm: hour(self.firm),
            told: hour(self.told),
            index: hour(self.firm),
            stands: &stands,
            settled: self.settled.map(hour),
            broken_off: self.broken_off && self.settled.is_some(),
            electronic: self.unit == 1,
        };
        let unit = Unit {
            agency: ["huyen", "xa"][self.unit % 2].into(),
            office: "huyen/justice".into(),
            tier: [Tier::District, Tier::Commune][self.unit % 2],
            field: ["Hộ tịch", "Đất đai"][self.unit / 2].into(),
            procedure: "1".into(),
            channel: [Channel::Direct, Channel::Online, Channel::Post][self.unit % 3],
        };
        course.fact(unit, &|at| zone().to_datetime(at).date())
    }

    /// Hour by hour: when the date passed, if it did, and whether the clock stands at an hour.
    fn walked(&self, due: i64, until: i64) -> (Option<i64>, bool) {
        let (mut passed, mut standing): (Option<i64>, Vec<Option<i64>>) = (None, Vec::new());
        for now in self.received..=until {
            if self.settled.is_some_and(|settled| settled < now) {
                return (passed, false);
            }
            if standing.is_empty() && now >= due && passed.is_none() {
                passed = Some(now);
            }
            for (_, from, to) in self.stands.iter().filter(|(_, from, _)| *from == now) {
                if passed.is_none() && to.is_none_or(|to| to > *from) {
                    standing.push(*to);
                }
            }
            standing.retain(|to| to.is_none_or(|to| to > now));
            if standing.is_empty() && now >= due && passed.is_none() {
                passed = Some(now);
            }
        }
        (passed, !standing.is_empty() && self.settled.is_none_or(|settled| settled > until))
    }

    /// By the words of the rule: counted, kept, left out, standing.
    fn told_one_by_one(&self, from: i64, seen: i64) -> [bool; 4] {
        let (passed, stands) = self.walked(self.firm, seen);
        let ended = self.settled.filter(|settled| *settled <= seen);
        let in_time = ended.is_some_and(|ended| self.walked(self.firm, ended).0.is_none_or(|passed| ended <= passed));
        let left_out = in_time && self.broken_off;
        // What was settled early has its moment all the same.
        let moment = match in_time {
            true => Some(self.firm.max(self.stood_until(self.firm))),
            false => passed,
        };
        let in_period = moment.is_some_and(|moment| from <= moment && moment <= seen);
        let overdue = !in_time && passed.is_some_and(|passed| passed < from) && ended.is_none_or(|ended| ended >= from);
        let counted = (in_period || overdue) && !left_out;
        [counted, counted && in_time, left_out && ended.is_some_and(|ended| ended >= from), stands]
    }

    /// Where a date came while the clock stood: the end of that, which was the settling.
    fn stood_until(&self, due: i64) -> i64 {
        let settled = self.settled.unwrap_or(due);
        if settled > due { settled } else { due }
    }
}

fn sums(facts: &[Fact], period: Period, now: Timestamp) -> Report {
    let mut report = Report::default();
    for (part, (before, within)) in counted(facts, period, now) {
        report.add(&part, before, within, period.seen);
    }
    report
}

fn tallied(facts: &[Fact], period: Period, now: Timestamp) -> Tally {
    let mut tally = Tally::default();
    for (part, (before, within)) in counted(facts, period, now) {
        tally.add(part.channel, before, within);
    }
    tally
}

fn counted(facts: &[Fact], period: Period, now: Timestamp) -> BTreeMap<Part, (Counters, Counters)> {
    let mut parts: BTreeMap<Part, (Counters, Counters)> = BTreeMap::new();
    for fact in facts {
        let unit = fact.unit.clone();
        let part = Part { agency: unit.agency, tier: unit.tier, field: unit.field, channel: unit.channel };
        let (before, within) = parts.entry(part).or_default();
        for (on, counters) in contributions(fact) {
            match on {
                on if on < period.from => *before += counters,
                on if on <= period.seen => *within += counters,
                _ => {}
            }
        }
        *within += -ahead(fact, period.seen, now);
    }
    parts
}

proptest! {
    #[test]
    fn a_date_passes_when_a_clock_walked_by_the_hour_says(sample in any_sample()) {
        // [OTR-04]
        let fact = sample.fact();
        for (due, moment) in [(sample.firm, fact.due), (sample.told, fact.appointed)] {
            let (passed, _) = sample.walked(due, 2_000);
            let settled_before = sample.settled.filter(|settled| passed.is_none_or(|passed| *settled <= passed));
            match settled_before {
                Some(settled) => prop_assert!(moment.unwrap().at >= hour(settled)),
                None => prop_assert_eq!(moment.map(|moment| moment.at), passed.map(hour)),
            }
        }
    }

    #[test]
    fn sums_are_what_counting_one_by_one_gives(
        samples in prop::collection::vec(any_sample(), 0..40), from in 0..DAYS, long in 0..30i64, now in 0..(DAYS + 30) * 24,
    ) {
        // [OTR-06] [OTR-07] [OTR-09] [OTR-10] [OTR-12] [OTR-13] [OTR-15] [REP-01] [REP-02] [REP-03] [REP-04] [SCR-02] [SCR-13]
        // Nothing is known of what comes after now.
        let samples: Vec<Sample> = samples
            .into_iter()
            .filter(|sample| sample.received <= now)
            .map(|sample| Sample {
                settled: sample.settled.filter(|settled| *settled <= now),
                stands: sample
                    .stands
                    .into_iter()
                    .filter(|(_, from, _)| *from <= now)
                    .map(|(kind, from, to)| (kind, from, to.filter(|to| *to <= now)))
                    .collect(),
                ..sample
            })
            .collect();
        let facts: Vec<Fact> = samples.iter().map(Sample::fact).collect();
        let Some(period) = Period::seen(day(from), day(from + long), day(now / 24)) else { return Ok(()) };
        let report = sums(&facts, period, hour(now));
        prop_assert!(report.adds_up(), "{report:?}");
        let total = report.total;
        let view = View { period, now: hour(now) };
        let listed = |which: Which| facts.iter().filter(|fact| which.holds(fact, &view)).count() as i64;
        for (figure, which) in total.columns().into_iter().zip(Which::ALL.map(|(which, ..)| which)) {
            prop_assert_eq!(figure, listed(which), "{:?}", which);
        }
        let tally = tallied(&facts, period, hour(now));
        for (figure, which) in [
            (tally.handled, Which::Total), (tally.index_late, Which::IndexLate), (tally.index_on_time(), Which::IndexOnTime),
            (tally.answered, Which::Answered), (tally.electronic, Which::Electronic), (tally.sooner, Which::Sooner),
            (tally.just, Which::Just), (tally.asked_once, Which::AskedOnce), (tally.asked_more, Which::AskedMore),
        ] {
            prop_assert_eq!(figure, listed(which), "{:?}", which);
        }
        let parts = total.on_time;
        for (figure, which) in [
            (parts.counted, Which::Counted), (parts.overdue_before, Which::OverdueBefore), (parts.kept, Which::Kept),
            (parts.cleared, Which::Cleared), (parts.excused, Which::Excused), (parts.overdue, Which::Overdue),
            (parts.left_out, Which::LeftOut), (parts.standing, Which::Standing), (parts.supplement, Which::Supplement),
            (parts.payment, Which::Payment), (parts.outage, Which::Outage),
        ] {
            prop_assert_eq!(figure, listed(which), "{:?}", which);
        }
        // The words of the rule, told by moments and not by days: the last of the period, or now.
        let seen = now.min((from + long + 1) * 24 - 1);
        let told: Vec<[bool; 4]> = samples.iter().map(|sample| sample.told_one_by_one(from * 24, seen)).collect();
        let count = |at: usize| told.iter().filter(|told| told[at]).count() as i64;
        let counted = [parts.counted, parts.kept, parts.left_out, parts.standing];
        prop_assert_eq!(counted, [0, 1, 2, 3].map(count));
    }

    #[test]
    fn the_order_of_dossiers_changes_no_figure(samples in prop::collection::vec(any_sample(), 1..30), by in 0usize..30) {
        // [REP-05] [REP-06]
        let period = Period { from: day(5), seen: day(25) };
        let mut facts: Vec<Fact> = samples.iter().map(Sample::fact).collect();
        let before = sums(&facts, period, hour(2_000));
        let by = by % facts.len();
        facts.rotate_left(by);
        let after = sums(&facts, period, hour(2_000));
        prop_assert_eq!(before.hash(), after.hash());
        let agencies: i64 = before.agencies.values().map(|figures| figures.total).sum();
        let fields: i64 = before.fields.values().flat_map(|fields| fields.values()).map(|figures| figures.total).sum();
        prop_assert_eq!((agencies, fields), (before.total.total, before.total.total));
    }

    #[test]
    fn no_published_line_is_small_and_the_sums_are_right(
        samples in prop::collection::vec(any_sample(), 0..120), smallest in 1i64..8,
    ) {
        // [OPN-03] [OPN-04] [OPN-05]
        let mut months = Months::default();
        samples.iter().for_each(|sample| months.add_fact(&sample.fact()));
        let last = date(2019, 1, 1);
        let visible = Visible::of(&months, last, smallest);
        for month in months.all(&visible, last, smallest) {
            let everything = Month { month: month.month, lines: months.lines(&Visible::everything(), month.month, 0) };
            prop_assert_eq!(month.total(), everything.total());
            for line in &month.lines {
                let parts = line.figures.on_time;
                let size = line.figures.total.max(parts.counted).max(parts.standing);
                let of_level = month.lines.iter().filter(|other| other.tier == line.tier).count() == 1;
                prop_assert!(size >= smallest || of_level && line.agency == OTHERS, "{line:?}");
                // What is merged in the log stays merged.
                let (agency, field) = visible.names(line.tier, &line.agency, &line.field);
                prop_assert!((agency == line.agency && field == line.field) || line.field == OTHERS);
            }
        }
    }
}
