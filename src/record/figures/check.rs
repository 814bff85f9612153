//! Counts anew from the events and compares with what is kept. [OTR-17]

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::figures::{COUNTERS, Counters, Fact};
use serde::Serialize;

use super::store::Names;
use super::{FILLED, Key, Mark, Sums, overview, store};
use crate::platform::db::{FromValue as _, Tx};
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier::replay::{self, Replay, same};
use crate::record::dossier::word;

/// Every dossier rebuilt and every figure counted anew, in one walk over the ledger and one consistent read.
#[derive(Debug, Serialize)]
pub struct Proof {
    #[serde(flatten)]
    pub dossiers: Replay,
    pub figures: Found,
}

impl Proof {
    pub fn holds(&self) -> bool {
        self.dossiers.holds() && self.figures.holds()
    }

    /// What does not hold, a sentence each.
    pub fn broken(&self) -> Vec<String> {
        let Self { dossiers, figures } = self;
        let rows = dossiers.differing.iter().map(|id| format!("differs from its events: {id}"));
        let counts = figures.differing.iter().map(|id| format!("counts otherwise than its events: {id}"));
        let wrong = figures.wrong.iter().map(|Wrong { counter, of, kept, counted }| {
            format!("figure {counter} of {of}: {kept} is kept, the events make {counted}")
        });
        let stray = (dossiers.stray_offices > 0)
            .then(|| format!("offices that would find a dossier not their own: {}", dossiers.stray_offices));
        rows.chain(stray).chain(counts).chain(wrong).collect()
    }
}

/// Proves what is projected against the ledger. [LED-06] [OTR-17]
pub fn prove(tx: &mut Tx, zone: &TimeZone) -> Result<Proof, Failure> {
    let mut recount = Recount::begin(tx, zone)?;
    let dossiers = replay::check_beside(tx, |tx, id, events| recount.see(tx, id, events))?;
    Ok(Proof { dossiers, figures: recount.finish(tx)? })
}

/// Rows read at once.
const PAGE: i64 = 2_000;

/// What was found of the figures.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    pub dossiers: u64,
    pub counters: u64,
    /// They are being made, and were not looked at.
    pub making: bool,
    /// Ids of dossiers whose row is not what their events make, is missing, or has no events.
    pub differing: Vec<String>,
    pub wrong: Vec<Wrong>,
}

impl Found {
    pub fn holds(&self) -> bool {
        self.differing.is_empty() && self.wrong.is_empty()
    }
}

/// A counter that is not what the events make.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    pub counter: &'static str,
    /// Span, agency, first day, office, level, field, procedure and channel; of the leader's page what its rows tell apart.
    pub of: String,
    pub kept: i64,
    pub counted: i64,
}

/// Counts while somebody else walks over the events.
struct Recount<'a> {
    zone: &'a TimeZone,
    mark: Option<Mark>,
    /// Streams with events that were not taken in yet.
    behind: BTreeSet<String>,
    sums: Sums,
    beside: overview::check::Recount,
    found: Found,
}

impl<'a> Recount<'a> {
    fn begin(tx: &mut Tx, zone: &'a TimeZone) -> Result<Self, Failure> {
        let mark = store::mark(tx)?.filter(|mark| mark.filled == FILLED);
        let mut behind: BTreeSet<String> = ledger::streams_unsealed(tx)?.into_iter().collect();
        if let Some(mark) = &mark {
            behind.extend(ledger::sealed_after(tx, &mark.place, i64::MAX)?.into_iter().map(|(_, stream)| stream));
        }
        let found = Found { making: mark.is_none(), ..Found::default() };
        let beside = overview::check::Recount::default();
        Ok(Self { zone, mark, behind, sums: Sums::default(), beside, found })
    }

    /// Counts one dossier, up to the event that was taken in last.
    fn see(&mut self, tx: &mut Tx, id: &str, events: &[Recorded]) -> Result<(), Failure> {
        if self.mark.is_none() {
            return Ok(());
        }
        let kept = store::fact_as_kept(tx, id)?;
        let events = if self.behind.contains(id) {
            let version = kept.as_ref().and_then(|row| i64::from_value(row.get(1)?)).unwrap_or(0);
            events.get(..usize::try_from(version).unwrap_or(0)).unwrap_or(events)
        } else {
            events
        };
        let dossier = Dossier::fold(events);
        let fact = dossier.as_ref().and_then(|dossier| Some((dossier.version, Fact::of(dossier, self.zone)?)));
        let expected = fact.as_ref().map(|(version, fact)| store::fact_row(id, *version, fact)).transpose()?;
        let beside = match (&dossier, &fact) {
            (Some(dossier), Some((_, fact))) => self.beside.see(tx, self.zone, id, (dossier, events), fact)?,
            _ => true,
        };
        if !beside || !same(expected.as_deref(), kept.as_deref()) {
            self.found.differing.push(id.to_owned());
        }
        if let Some((_, fact)) = fact {
            self.found.dossiers += 1;
            self.sums.add(&fact, |counters| counters);
        }
        Ok(())
    }

    /// Compares every counter.
    fn finish(mut self, tx: &mut Tx) -> Result<Found, Failure> {
        if self.mark.is_none() {
            return Ok(self.found);
        }
        if store::count(tx)? > self.found.dossiers {
            self.found.differing.extend(store::of_nobody(tx)?);
        }
        let mut expected: BTreeMap<Names, Counters> = BTreeMap::new();
        for (key, counters) in std::mem::take(&mut self.sums).0 {
            expected.insert(names(&key)?, counters);
        }
        let mut after = (Names::default(), jiff::civil::date(1, 1, 1));
        loop {
            let rows = store::counters_after(tx, (&after.0, after.1), PAGE)?;
            let Some(last) = rows.last() else { break };
            after = (last.names.clone(), last.day);
            for row in rows {
                self.found.counters += 1;
                let counted = expected.remove(&row.names).unwrap_or_default();
                self.compare(&row.names, row.counters, counted);
            }
        }
        for (names, counted) in expected {
            self.compare(&names, Counters::default(), counted);
        }
        self.found.wrong.extend(self.beside.finish(tx)?);
        Ok(self.found)
    }

    fn compare(&mut self, names: &Names, kept: Counters, counted: Counters) {
        for ((counter, kept), counted) in COUNTERS.into_iter().zip(kept.each()).zip(counted.each()) {
            if kept != counted {
                self.found.wrong.push(Wrong { counter, of: names.join(" · "), kept, counted });
            }
        }
    }
}

/// As [`Names`] says it.
fn names(key: &Key) -> Result<Names, Failure> {
    let unit = key.unit.clone();
    let (span, tier, channel) = (key.span.as_str().to_owned(), unit.tier.as_str().to_owned(), word(unit.channel)?);
    Ok([span, unit.agency, key.day.to_string(), unit.office, tier, unit.field, unit.procedure, channel])
}
