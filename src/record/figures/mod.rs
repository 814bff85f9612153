//! Kept figures: what every dossier counts, summed by day, month and year, so that a report of any period reads few rows.
//! Rules: `docs/rules/on-time.md`.
//!
//! Owns the tables `figure`, `figure_dossier` and `figure_mark`; those of [`overview`] are made with them. Nothing writes them but [`take_in`], which follows the sealed
//! events behind its mark, and [`bulk`] for generated data; [`check`] proves that nothing else did.

pub mod bulk;
pub mod check;
pub mod export;
pub mod list;
pub mod months;
pub mod overview;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use motcua_domain::figures::{Counters, Fact, Part, Period, Report, Tally, Unit, ahead, contributions};

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ids;
use crate::platform::ledger::{self, Place};
use crate::record::dossier;
use crate::registry::Registry;

/// Sealed events taken in at once: few enough that nobody waits for it.
const EVENTS_AT_ONCE: i64 = 250;

/// Dossiers taken in at once that were there before the job was.
const DOSSIERS_AT_ONCE: i64 = 500;

/// Stands in the mark when all of them were.
const FILLED: &str = "~";

/// Over which days a row sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Span {
    Day,
    Month,
    Year,
}

impl Span {
    const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn first(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        }
    }
}

/// Which counters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    span: Span,
    day: Date,
    unit: Unit,
}

/// Sums that are not written yet.
#[derive(Debug, Default)]
struct Sums(BTreeMap<Key, Counters>);

impl Sums {
    fn add(&mut self, fact: &Fact, sign: fn(Counters) -> Counters) {
        for (on, counters) in contributions(fact) {
            for span in Span::ALL {
                let key = Key { span, day: span.first(on), unit: fact.unit.clone() };
                *self.0.entry(key).or_default() += sign(counters);
            }
        }
    }

    fn merge(&mut self, more: &Self) {
        for (key, counters) in &more.0 {
            match self.0.get_mut(key) {
                Some(sum) => *sum += *counters,
                None => {
                    self.0.insert(key.clone(), *counters);
                }
            }
        }
    }

    /// In order of their keys, so that two nodes never wait for one another in a ring.
    fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        let changed = self.0.iter().filter(|(_, counters)| !counters.is_nothing());
        if store::has_any(tx)? {
            return changed.map(|(key, sum)| store::row(key, sum)).try_for_each(|row| store::add(tx, row?));
        }
        let rows: Vec<_> = changed.map(|(key, sum)| store::row(key, sum)).collect::<Result<_, _>>()?;
        store::add_first(tx, &rows)
    }
}

/// How far the job has come.
#[derive(Debug, Clone)]
struct Mark {
    place: Place,
    /// Dossier up to which those were taken in that were there before; [`FILLED`] when all were.
    filled: String,
    taken_at: Timestamp,
}

/// Takes in everything that is sealed.
pub fn take_in_all(db: &Db, zone: &TimeZone, now: Timestamp) -> Result<(), Failure> {
    while take_in_some(db, zone, now)? {}
    Ok(())
}

/// Transactions after which other background work has its turn.
const AT_ONCE: usize = 20;

/// Takes in some of what is sealed; whether there may be more. Safe to run twice and on several nodes: whoever finds the mark
/// moved stops. [OTR-16]
pub fn take_in_some(db: &Db, zone: &TimeZone, now: Timestamp) -> Result<bool, Failure> {
    for _ in 0..AT_ONCE {
        let zone = zone.clone();
        match db.transact("figures.take_in", move |tx| take_in(tx, &zone, now)) {
            Ok(true) => {}
            Ok(false) | Err(Failure::Conflict) => return Ok(false),
            Err(failure) => return Err(failure),
        }
    }
    Ok(true)
}

/// Takes in some of what is behind the mark; whether there may be more. [OTR-16]
fn take_in(tx: &mut Tx, zone: &TimeZone, now: Timestamp) -> Result<bool, Failure> {
    let Some(mark) = store::mark(tx)? else {
        // What is sealed by now is in the dossiers that are there: they are taken in one by one.
        let first = Mark { place: ledger::end_of_seals(tx)?, filled: String::new(), taken_at: now };
        return store::insert_mark(tx, &first).map(|()| true);
    };
    if mark.filled == bulk::BEGUN {
        // Generated data was never finished: all of it is counted anew. Of two nodes one does it.
        store::move_mark(tx, &mark, &Mark { filled: String::new(), ..mark.clone() })?;
        return store::forget(tx).map(|()| true);
    }
    if mark.filled != FILLED {
        let ids = dossier::ids_after(tx, &mark.filled, DOSSIERS_AT_ONCE)?;
        let filled = ids.last().cloned().unwrap_or_else(|| FILLED.to_owned());
        store::move_mark(tx, &mark, &Mark { filled, taken_at: now, ..mark.clone() })?;
        return apply(tx, zone, ids).map(|()| true);
    }
    let events = ledger::sealed_after(tx, &mark.place, EVENTS_AT_ONCE)?;
    let Some((place, _)) = events.last().cloned() else { return Ok(false) };
    store::move_mark(tx, &mark, &Mark { place, taken_at: now, ..mark.clone() })?;
    let streams: BTreeSet<String> = events.into_iter().map(|(_, stream)| stream).collect();
    apply(tx, zone, streams).map(|()| true)
}

/// Adds the difference between what dossiers counted last and what they count now. [OTR-16]
fn apply(tx: &mut Tx, zone: &TimeZone, dossiers: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    let (mut sums, mut beside) = (Sums::default(), overview::Sums::default());
    for id in dossiers.into_iter().filter(|id| id.len() == ids::LENGTH) {
        let Some(found) = dossier::by_id(tx, &id)? else { continue };
        let Some(fact) = Fact::of(&found.dossier, zone) else { continue };
        let before = store::fact(tx, &id)?.map(|before| before.fact);
        if let Some(before) = &before {
            sums.add(before, |counters| -counters);
        }
        sums.add(&fact, |counters| counters);
        let events = dossier::timeline(tx, &id)?;
        let seen = overview::Seen::of(tx, zone, &found.dossier, &events)?;
        overview::take_in(tx, &id, before.as_ref(), (&fact, &seen), &mut beside)?;
        let row = store::fact_row(&id, found.dossier.version, &fact)?;
        store::put(tx, row)?;
    }
    sums.write(tx)?;
    beside.write(tx)
}

/// Forgets all figures, so that [`take_in_all`] makes them again. [OTR-17]
pub fn forget(tx: &mut Tx) -> Result<(), Failure> {
    store::forget(tx)
}

/// As of when figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// Everything that happened is in them.
    Now,
    /// Something happened since.
    Taken(Timestamp),
    /// They are being made: what was there before them is not all in.
    Making,
}

/// As of when figures are. [OTR-16]
pub fn as_of(tx: &mut Tx) -> Result<AsOf, Failure> {
    let Some(mark) = store::mark(tx)? else { return Ok(AsOf::Making) };
    if mark.filled != FILLED {
        return Ok(AsOf::Making);
    }
    let pending = !ledger::sealed_after(tx, &mark.place, 1)?.is_empty() || ledger::unsealed(tx)? > 0;
    Ok(if pending { AsOf::Taken(mark.taken_at) } else { AsOf::Now })
}

/// How far figures are, to be compared with how far they were. [OVW-14]
pub fn place(tx: &mut Tx) -> Result<String, Failure> {
    let mark = store::mark(tx)?;
    Ok(mark.map_or_else(String::new, |mark| format!("{} {} {}", mark.place.seal, mark.place.event, mark.filled)))
}

/// Agencies of which anything was ever counted.
pub fn agencies(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    store::agencies(tx)
}

/// The figures of a period, of one agency or of all, as they are seen `now`. [OTR-05] [REP-01]
pub fn report(
    tx: &mut Tx,
    registry: &Registry,
    agency: Option<&str>,
    period: Period,
    now: Timestamp,
) -> Result<Report, Failure> {
    let mut report = Report::default();
    for (part, before, within) in counted(tx, registry, agency, period, now)? {
        report.add(&part, before, within, period.seen);
    }
    Ok(report)
}

/// What official scores are reckoned from, in the same way. [SCR-02]
pub fn tally(
    tx: &mut Tx,
    registry: &Registry,
    agency: Option<&str>,
    period: Period,
    now: Timestamp,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for (part, before, within) in counted(tx, registry, agency, period, now)? {
        tally.add(part.channel, before, within);
    }
    Ok(tally)
}

/// What was counted before a period, and in it.
fn counted(
    tx: &mut Tx,
    registry: &Registry,
    agency: Option<&str>,
    period: Period,
    now: Timestamp,
) -> Result<Vec<(Part, Counters, Counters)>, Failure> {
    let agencies = match agency {
        Some(agency) => vec![agency.to_owned()],
        None => store::agencies(tx)?,
    };
    let today = registry.local(now).date();
    let after = period.seen.tomorrow().map_err(Failure::fault)?;
    let mut all = Vec::new();
    for agency in agencies {
        let before = until(tx, &agency, period.from)?;
        let mut end = until(tx, &agency, after)?;
        if period.seen == today {
            for kept in store::ahead(tx, &agency, today, now)? {
                *end.entry(part(&kept.fact.unit)).or_default() += -ahead(&kept.fact, today, now);
            }
        }
        all.extend(end.into_iter().map(|(part, end)| {
            let before = before.get(&part).copied().unwrap_or_default();
            (part, before, end - before)
        }));
    }
    Ok(all)
}

/// Procedures, with their level, of which something came in online in a period. [SCR-17]
pub fn online(tx: &mut Tx, agency: Option<&str>, period: Period) -> Result<BTreeSet<(String, String)>, Failure> {
    let agencies = match agency {
        Some(agency) => vec![agency.to_owned()],
        None => store::agencies(tx)?,
    };
    let after = period.seen.tomorrow().map_err(Failure::fault)?;
    let mut came: BTreeMap<(String, String), i64> = BTreeMap::new();
    for agency in &agencies {
        for (day, sign) in [(after, 1), (period.from, -1)] {
            for (span, from, to) in spans_until(day) {
                for (procedure, received) in store::online(tx, span, agency, (from, to))? {
                    *came.entry(procedure).or_default() += sign * received;
                }
            }
        }
    }
    Ok(came.into_iter().filter(|(_, received)| *received > 0).map(|(procedure, _)| procedure).collect())
}

fn part(unit: &Unit) -> Part {
    let Unit { agency, tier, field, channel, .. } = unit.clone();
    Part { agency, tier, field, channel }
}

/// Sums of everything before a day: of whole years, of the months since, of the days since.
fn until(tx: &mut Tx, agency: &str, day: Date) -> Result<BTreeMap<Part, Counters>, Failure> {
    let mut all: BTreeMap<Part, Counters> = BTreeMap::new();
    for (span, from, to) in spans_until(day) {
        for (part, counters) in store::sums(tx, span, agency, (from, to))? {
            *all.entry(part).or_default() += counters;
        }
    }
    Ok(all)
}

/// Whole years before a day, the months since, the days since.
fn spans_until(day: Date) -> [(Span, Date, Date); 3] {
    let (year, month) = (day.first_of_year(), day.first_of_month());
    [(Span::Year, jiff::civil::date(1, 1, 1), year), (Span::Month, year, month), (Span::Day, month, day)]
}
