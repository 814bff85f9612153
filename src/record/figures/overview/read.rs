//! What the pages ask for: few rows of sums, whatever the number of dossiers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::figures::{Counters, Fact, Figures, Period, ahead};
use motcua_domain::monitor::Sign;
use motcua_domain::overview::{Piece, Standing, Waited, days};
use motcua_domain::procedure::Channel;

use super::super::store::{self as figures, NEVER};
use super::super::{Span, list};
use super::store::{self, Told};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::word;

/// Before everything.
pub const FIRST: Date = jiff::civil::date(1, 1, 1);
/// After everything: where stands what has no day while its clock stands.
pub const LAST: Date = NEVER.on;

/// Office that leads the matter, field, channel.
pub type Slot = [String; 3];

/// A period of one agency.
#[derive(Debug, Default)]
pub struct Read {
    pub slots: BTreeMap<Slot, Figures>,
    pub officers: BTreeMap<String, Figures>,
    /// By slot and officer.
    pub waited: Vec<(Slot, String, Waited)>,
    /// The same, piece by piece.
    pub trend: Vec<Figures>,
}

/// Reads a period of one agency, as it is seen now. [OVW-01] [OTR-05]
pub fn period(
    tx: &mut Tx,
    agency: &str,
    period: Period,
    pieces: &[Piece],
    (today, now): (Date, Timestamp),
) -> Result<Read, Failure> {
    let after = period.seen.tomorrow().map_err(Failure::fault)?;
    let mut slots = both(tx, (period.from, after), |tx, span, days| store::slots(tx, span, agency, days))?;
    let mut officers = both(tx, (period.from, after), |tx, span, days| store::officers(tx, span, agency, days))?;
    let later = if period.seen == today { later(tx, agency, today, now)? } else { Vec::new() };
    let mut told = Read { waited: waited(tx, agency, period, today)?, ..Read::default() };
    for (fact, officer, counters) in &later {
        let slot = [fact.unit.office.clone(), fact.unit.field.clone(), word(fact.unit.channel)?];
        slots.entry(slot).or_default().1 += -*counters;
        officers.entry(officer.clone()).or_default().1 += -*counters;
    }
    let whole = officers.values().map(|(before, _)| *before).fold(Counters::default(), plus);
    let ahead = later.iter().map(|(_, _, counters)| *counters).fold(Counters::default(), plus);
    let online = word(Channel::Online)?;
    for (slot, (before, within)) in slots {
        let [_, _, channel] = &slot;
        let channel = if *channel == online { Channel::Online } else { Channel::Direct };
        told.slots.insert(slot, Figures::of(channel, before, within, period.seen));
    }
    for (officer, (before, within)) in officers {
        told.officers.insert(officer, Figures::of(Channel::Direct, before, within, period.seen));
    }
    told.trend = trend(tx, agency, pieces, whole, ahead)?;
    Ok(told)
}

fn plus(mut sum: Counters, more: Counters) -> Counters {
    sum += more;
    sum
}

/// Of what is counted on today what lies ahead of now, by dossier with who has it. [OTR-06]
fn later(tx: &mut Tx, agency: &str, today: Date, now: Timestamp) -> Result<Vec<(Fact, String, Counters)>, Failure> {
    let kept = figures::ahead(tx, agency, today, now)?;
    let with = |tx: &mut Tx, kept: figures::Kept| {
        let counters = ahead(&kept.fact, today, now);
        Ok((kept.fact, store::officer(tx, &kept.dossier)?, counters))
    };
    kept.into_iter().map(|kept| with(tx, kept)).collect()
}

type Sums<K> = BTreeMap<K, (Counters, Counters)>;

/// What was counted before a period, and in it.
fn both<K: Ord>(
    tx: &mut Tx,
    (from, after): (Date, Date),
    mut read: impl FnMut(&mut Tx, Span, (Date, Date)) -> Result<Vec<(K, Counters)>, Failure>,
) -> Result<Sums<K>, Failure> {
    let mut all: Sums<K> = BTreeMap::new();
    for (span, first, last) in ranges(FIRST, from) {
        for (key, counters) in read(tx, span, (first, last))? {
            all.entry(key).or_default().0 += counters;
        }
    }
    for (span, first, last) in ranges(from, after) {
        for (key, counters) in read(tx, span, (first, last))? {
            all.entry(key).or_default().1 += counters;
        }
    }
    Ok(all)
}

/// The days from one on and before another as whole years, whole months and days: at most five stretches.
fn ranges(from: Date, to: Date) -> Vec<(Span, Date, Date)> {
    let (mut all, mut at) = (Vec::new(), from);
    while at < to {
        let month = at.first_of_month().saturating_add(1.month());
        let year = at.first_of_year().saturating_add(1.year());
        let (span, end) = match at {
            at if at == at.first_of_year() && year <= to => (Span::Year, to.first_of_year()),
            at if at == at.first_of_month() && month <= to => (Span::Month, to.first_of_month().min(year)),
            _ => (Span::Day, month.min(to)),
        };
        all.push((span, at, end));
        at = end;
    }
    all
}

/// How long people waited: settled in the period, or open when it is seen. [OVW-04]
fn waited(tx: &mut Tx, agency: &str, period: Period, today: Date) -> Result<Vec<(Slot, String, Waited)>, Failure> {
    let seen = period.seen;
    let mut all: BTreeMap<(Slot, String), Waited> = BTreeMap::new();
    // Nothing was settled after today, so sums of the month and year that are not over hold nothing else.
    let end = match seen >= today {
        true => seen.first_of_year().saturating_add(1.year()),
        false => seen.tomorrow().map_err(Failure::fault)?,
    };
    for (span, first, last) in ranges(period.from, end) {
        for told in store::waited(tx, span, agency, (first, last))? {
            let (days, number) = (told.days, told.number);
            all.entry(key(told)).or_default().settled(days, number);
        }
    }
    for told in open_on(tx, agency, seen, today)? {
        let (days, number) = (days(told.days, seen), told.number);
        all.entry(key(told)).or_default().open(days, number);
    }
    Ok(all.into_iter().map(|((slot, officer), waited)| (slot, officer, waited)).collect())
}

fn key<D>(told: Told<D>) -> (Slot, String) {
    ([told.office, told.field, told.channel], told.officer)
}

/// What was open at the end of a day, by day of receipt: what is open now, what was settled later than that month, and what was
/// settled between. [OVW-07]
fn open_on(tx: &mut Tx, agency: &str, seen: Date, today: Date) -> Result<Vec<Told<Date>>, Failure> {
    let mut all = store::open(tx, agency, NEVER.on, seen)?;
    if seen >= today {
        return Ok(all);
    }
    let next = seen.last_of_month().tomorrow().map_err(Failure::fault)?;
    all.extend(store::open(tx, agency, next, seen)?);
    let mut day = seen.tomorrow().map_err(Failure::fault)?;
    while day < next && day <= today {
        let after = day.tomorrow().map_err(Failure::fault)?;
        for told in store::waited(tx, Span::Day, agency, (day, after))? {
            let Told { office, field, channel, officer, days, number } = told;
            let received_on = day.saturating_sub(days.days());
            if received_on <= seen {
                all.push(Told { office, field, channel, officer, days: received_on, number });
            }
        }
        day = after;
    }
    Ok(all)
}

/// The figures of each piece. [OVW-11]
fn trend(
    tx: &mut Tx,
    agency: &str,
    pieces: &[Piece],
    mut before: Counters,
    ahead: Counters,
) -> Result<Vec<Figures>, Failure> {
    let mut all = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let after = piece.to.tomorrow().map_err(Failure::fault)?;
        let mut within = Counters::default();
        for (span, first, last) in ranges(piece.from, after) {
            let sums = store::by_day(tx, span, agency, (first, last))?;
            within = sums.into_iter().map(|(_, counters)| counters).fold(within, plus);
        }
        if at + 1 == pieces.len() {
            within += -ahead;
        }
        all.push(Figures::of(Channel::Direct, before, within, piece.to));
        before += within;
    }
    Ok(all)
}

/// The figures of a period, as one line.
pub fn total(tx: &mut Tx, agency: &str, period: Period, (today, now): (Date, Timestamp)) -> Result<Figures, Failure> {
    let after = period.seen.tomorrow().map_err(Failure::fault)?;
    let officers = both(tx, (period.from, after), |tx, span, days| store::officers(tx, span, agency, days))?;
    let (before, mut within) = officers
        .into_values()
        .fold((Counters::default(), Counters::default()), |sum, more| (plus(sum.0, more.0), plus(sum.1, more.1)));
    if period.seen == today {
        within = later(tx, agency, today, now)?.into_iter().map(|(.., counters)| -counters).fold(within, plus);
    }
    Ok(Figures::of(Channel::Direct, before, within, period.seen))
}

/// What is open now, by its binding day, where it is, who has it and for whom it waits. [OVW-02]
pub fn now(tx: &mut Tx, agency: &str) -> Result<Vec<(Date, Standing, i64)>, Failure> {
    store::now(tx, agency)
}

/// Received on a day.
pub fn received(tx: &mut Tx, agency: &str, day: Date) -> Result<i64, Failure> {
    let after = day.tomorrow().map_err(Failure::fault)?;
    Ok(store::by_day(tx, Span::Day, agency, (day, after))?.iter().map(|(_, counters)| counters.received).sum())
}

/// Settled day by day.
pub fn settled_by_day(tx: &mut Tx, agency: &str, from: Date, to: Date) -> Result<Vec<(Date, i64)>, Failure> {
    let after = to.tomorrow().map_err(Failure::fault)?;
    let sums = store::by_day(tx, Span::Day, agency, (from, after))?;
    Ok(sums.into_iter().map(|(day, counters)| (day, counters.settled())).filter(|(_, settled)| *settled > 0).collect())
}

/// Received and settled from one day to another.
pub fn bases(tx: &mut Tx, agency: &str, from: Date, to: Date) -> Result<Counters, Failure> {
    let mut sum = Counters::default();
    for (span, first, last) in ranges(from, to.tomorrow().map_err(Failure::fault)?) {
        let sums = store::by_day(tx, span, agency, (first, last))?;
        sum = sums.into_iter().map(|(_, counters)| counters).fold(sum, plus);
    }
    Ok(sum)
}

// --- lists -------------------------------------------------------------------------------------------------------------

/// Which open dossiers of an agency; by binding days, both included.
#[derive(Debug, Clone, Copy)]
pub struct OpenAsk<'a> {
    pub agency: &'a str,
    pub from: Date,
    pub to: Date,
    /// All where they are empty.
    pub awaits: &'a str,
    pub office: &'a str,
    pub officer: Option<&'a str>,
}

/// So many of them after a place, in order of the day by which they were found.
pub fn open(
    tx: &mut Tx,
    ask: &OpenAsk,
    after: Option<&list::Place>,
    limit: usize,
) -> Result<Vec<(String, Date, Fact)>, Failure> {
    let begin = list::Place { day: ask.from, id: String::new() };
    let place = after.filter(|place| place.day >= ask.from).unwrap_or(&begin);
    let walk = store::OpenWalk {
        agency: ask.agency,
        after: (place.day, &place.id),
        last: ask.to,
        awaits: ask.awaits,
        office: ask.office,
        officer: ask.officer,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut found = Vec::new();
    for (id, day) in store::open_dossiers(tx, &walk)? {
        let kept = store::kept(tx, &id)?;
        found.extend(kept.map(|kept| (id, day, kept.fact)));
    }
    Ok(found)
}

/// Cases of a sign, and of those that are settled how they count. [MON-12]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cases {
    pub cases: i64,
    pub settled: i64,
    /// By the rule. [OTR-07]
    pub kept: i64,
    /// By the lenient formula. [OTR-14]
    pub lenient: i64,
}

impl Cases {
    pub fn add(&mut self, more: Self) {
        self.cases += more.cases;
        self.settled += more.settled;
        self.kept += more.kept;
        self.lenient += more.lenient;
    }
}

/// How many dossiers of an agency show a sign.
pub fn cases(tx: &mut Tx, sign: Sign, agency: &str, days: (Date, Date), measure: (i64, i64)) -> Result<Cases, Failure> {
    let [cases, settled, kept, lenient] = store::count_cases(tx, (sign, agency), days, measure)?;
    Ok(Cases { cases, settled, kept, lenient })
}

/// Days on which one person put off many: day, account, how many. [MON-08]
pub fn series(tx: &mut Tx, agency: &str, days: (Date, Date), least: i64) -> Result<Vec<(Date, String, i64)>, Failure> {
    store::series(tx, agency, days, least)
}

/// Which cases.
#[derive(Debug, Clone, Copy)]
pub struct CaseAsk<'a> {
    pub sign: Sign,
    pub agency: &'a str,
    pub days: (Date, Date),
    pub measure: (i64, i64),
    /// All where it is empty.
    pub by: &'a str,
}

/// A case with what its dossier counts.
pub struct FoundCase {
    pub dossier: String,
    pub on: Date,
    pub by: String,
    pub measure: i64,
    pub fact: Fact,
}

/// So many cases after a place, in order of their days.
pub fn case_list(
    tx: &mut Tx,
    ask: &CaseAsk,
    after: Option<&list::Place>,
    limit: usize,
) -> Result<Vec<FoundCase>, Failure> {
    let begin = list::Place { day: ask.days.0, id: String::new() };
    let place = after.filter(|place| place.day >= ask.days.0).unwrap_or(&begin);
    let walk = store::CaseWalk {
        sign: ask.sign,
        agency: ask.agency,
        after: (place.day, &place.id),
        last: ask.days.1,
        measure: ask.measure,
        by: ask.by,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut found = Vec::new();
    for (dossier, on, by, measure) in store::cases(tx, &walk)? {
        if let Some(kept) = store::kept(tx, &dossier)? {
            found.push(FoundCase { dossier, on, by, measure, fact: kept.fact });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stretches_hold_every_day_once() {
        // [OVW-01] [OTR-15]
        let first = date(2016, 11, 20);
        for from in (0..900).step_by(13).chain([0, 11, 42, 407]) {
            for long in (0..900).step_by(17) {
                let (from, to) = (first + from.days(), first + (from + long).days());
                let mut at = from;
                for (span, begin, end) in ranges(from, to) {
                    assert_eq!(at, begin, "{from} {to}");
                    assert!(
                        span.first(begin) == begin && (end == to || span.first(end) == end),
                        "{from} {to} {span:?}"
                    );
                    assert!(span == Span::Day || span.first(end) == end, "{from} {to} {span:?}");
                    at = end;
                }
                assert_eq!(at, to);
            }
        }
    }
}
