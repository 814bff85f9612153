//! What the leader's page and the monitor read: figures by officer, how long people wait, what is open and for whom it waits,
//! and the signs of each dossier. Made by the job of all figures, and proved and made again with them. Rules:
//! `docs/rules/overview.md`, `docs/rules/monitor.md`.
//!
//! Owns the tables `overview_…`. Only [`super::apply`] and [`super::bulk`] write them.

pub(super) mod check;
pub mod read;
mod store;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::figures::{Counters, Fact, contributions};
use motcua_domain::monitor::{Case, Sign, refiled, signs};
use motcua_domain::overview::{Standing, crossed, days};

use super::Span;
use super::store::NEVER;
use crate::platform::db::{Tx, Value};
use crate::platform::failure::Failure;
use crate::record::dossier;
use crate::record::dossier::word;

/// Of what a dossier counts there: of its fact, of who has it, of what it shows.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub standing: Standing,
    pub cases: Vec<Case>,
}

impl Seen {
    /// Of generated data, whose people never come twice.
    pub fn generated(zone: &TimeZone, dossier: &Dossier, events: &[Recorded]) -> Self {
        Self { standing: Standing::of(dossier), cases: signs(events, zone) }
    }

    pub fn of(tx: &mut Tx, zone: &TimeZone, dossier: &Dossier, events: &[Recorded]) -> Result<Self, Failure> {
        let mut seen = Self::generated(zone, dossier, events);
        seen.cases.extend(came_again(tx, zone, dossier)?);
        seen.cases.sort_by_key(|case| case.sign);
        Ok(seen)
    }
}

/// Whether the same person had the same withdrawn or stopped before. [MON-04]
fn came_again(tx: &mut Tx, zone: &TimeZone, later: &Dossier) -> Result<Option<Case>, Failure> {
    let Some(number) = later.applicant().id_number.as_ref() else { return Ok(None) };
    let earlier = dossier::broken_off(tx, number.as_str(), &later.subject.procedure)?;
    let gone = earlier.iter().filter_map(|earlier| refiled(&earlier.dossier, later, zone)).min();
    let on = zone.to_datetime(later.received_at).date();
    Ok(gone.map(|measure| Case { sign: Sign::Refiled, on, by: later.received_by.clone(), measure }))
}

/// What a count of people who wait tells apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slice {
    agency: String,
    office: String,
    field: String,
    channel: String,
    officer: String,
}

type Officers = BTreeMap<(Span, String, Date, String), Counters>;
type WaitedBy = BTreeMap<(Span, Date, Slice, i64), i64>;
type OpenBy = BTreeMap<(Date, Date, Slice), i64>;
type NowBy = BTreeMap<(String, Date, Standing), i64>;

/// Sums that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Sums {
    officers: Officers,
    waited: WaitedBy,
    open: OpenBy,
    now: NowBy,
}

impl Sums {
    /// Adds what a dossier counts, once or, where it is taken back, less than nothing times.
    pub fn add(&mut self, fact: &Fact, standing: &Standing, times: i64) -> Result<(), Failure> {
        let agency = &fact.unit.agency;
        for (on, counters) in contributions(fact) {
            let counters = if times < 0 { -counters } else { counters };
            for span in Span::ALL {
                let key = (span, agency.clone(), span.first(on), standing.officer.clone());
                *self.officers.entry(key).or_default() += counters;
            }
        }
        let slice = Slice {
            agency: agency.clone(),
            office: fact.unit.office.clone(),
            field: fact.unit.field.clone(),
            channel: word(fact.unit.channel)?,
            officer: standing.officer.clone(),
        };
        let received_on = fact.received_on;
        match fact.settled {
            Some(settled) => {
                for span in Span::ALL {
                    let key = (span, span.first(settled.on), slice.clone(), days(received_on, settled.on));
                    *self.waited.entry(key).or_default() += times;
                }
                for month in crossed(received_on, settled.on) {
                    *self.open.entry((month, received_on, slice.clone())).or_default() += times;
                }
            }
            None => {
                *self.open.entry((NEVER.on, received_on, slice)).or_default() += times;
                let due = fact.due.unwrap_or(NEVER).on;
                *self.now.entry((agency.clone(), due, standing.clone())).or_default() += times;
            }
        }
        Ok(())
    }

    pub fn merge(&mut self, more: &Self) {
        more.officers.iter().for_each(|(key, counters)| *self.officers.entry(key.clone()).or_default() += *counters);
        merge(&mut self.waited, &more.waited);
        merge(&mut self.open, &more.open);
        merge(&mut self.now, &more.now);
    }

    /// In order of their keys, as [`super::Sums::write`].
    pub fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        let rows = self.rows()?;
        if !store::has_any(tx)? {
            return store::add_first(tx, &rows);
        }
        rows.officers.into_iter().try_for_each(|row| store::add_officer(tx, row))?;
        rows.waited.into_iter().try_for_each(|row| store::add_waited(tx, row))?;
        rows.open.into_iter().try_for_each(|row| store::add_open(tx, row))?;
        rows.now.into_iter().try_for_each(|row| store::add_now(tx, row))?;
        // What is over leaves no row behind: those who look at now read all that is there.
        store::drop_empty(tx)
    }

    fn rows(&self) -> Result<Rows, Failure> {
        let officers = self.officers.iter().filter(|(_, counters)| !counters.is_nothing());
        let waited = self.waited.iter().filter(|(_, number)| **number != 0);
        let open = self.open.iter().filter(|(_, number)| **number != 0);
        let now = self.now.iter().filter(|(_, number)| **number != 0);
        Ok(Rows {
            officers: officers.map(|(key, counters)| store::officer_row(key, counters)).collect(),
            waited: waited
                .map(|((span, day, slice, days), n)| store::waited_row(*span, *day, slice, *days, *n))
                .collect(),
            open: open.map(|((month, on, slice), n)| store::open_row((*month, *on), slice, *n)).collect(),
            now: now.map(|((agency, due, standing), n)| store::now_row(agency, *due, standing, *n)).collect(),
        })
    }
}

fn merge<K: Ord + Clone>(into: &mut BTreeMap<K, i64>, more: &BTreeMap<K, i64>) {
    for (key, number) in more {
        match into.get_mut(key) {
            Some(sum) => *sum += number,
            None => {
                into.insert(key.clone(), *number);
            }
        }
    }
}

/// Rows by table.
#[derive(Default)]
struct Rows {
    officers: Vec<Vec<Value>>,
    waited: Vec<Vec<Value>>,
    open: Vec<Vec<Value>>,
    now: Vec<Vec<Value>>,
}

/// Takes in a dossier: what it counted before, if it did, and what it counts now.
pub(super) fn take_in(
    tx: &mut Tx,
    id: &str,
    before: Option<&Fact>,
    (fact, seen): (&Fact, &Seen),
    sums: &mut Sums,
) -> Result<(), Failure> {
    let was = store::dossier(tx, id)?;
    if let (Some(fact), Some(was)) = (before, &was) {
        sums.add(fact, &was.standing, -1)?;
    }
    sums.add(fact, &seen.standing, 1)?;
    let agency = before.map_or(&fact.unit.agency, |before| &before.unit.agency);
    was.iter().flat_map(|was| &was.cases).try_for_each(|case| store::remove_case(tx, id, agency, case))?;
    store::insert_cases(tx, &case_rows(id, fact, seen))?;
    store::put(tx, store::dossier_row(id, fact, seen)?)
}

fn case_rows(id: &str, fact: &Fact, seen: &Seen) -> Vec<Vec<Value>> {
    seen.cases.iter().map(|case| store::case_row(id, &fact.unit.agency, case)).collect()
}

/// Rows of generated dossiers.
#[derive(Default)]
pub(super) struct Made {
    dossiers: Vec<Vec<Value>>,
    cases: Vec<Vec<Value>>,
    pub sums: Sums,
}

impl Made {
    pub fn add(&mut self, id: &str, fact: &Fact, seen: &Seen) -> Result<(), Failure> {
        self.dossiers.push(store::dossier_row(id, fact, seen)?);
        self.cases.extend(case_rows(id, fact, seen));
        self.sums.add(fact, &seen.standing, 1)
    }

    pub fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        store::put_all(tx, &self.dossiers)?;
        store::insert_cases(tx, &self.cases)
    }
}

/// Forgets all of it, so that it is made again.
pub(super) fn forget(tx: &mut Tx) -> Result<(), Failure> {
    store::forget(tx)
}
