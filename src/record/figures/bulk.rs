//! Figures of generated dossiers: the same rows as the job would make, written as they are generated.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::figures::Fact;

use super::{FILLED, Mark, Sums, overview, store};
use crate::platform::db::{Db, Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ledger;

/// Stands in the mark while rows are generated: should that break off, everything is counted anew.
pub(super) const BEGUN: &str = "!";

/// What some generated dossiers count.
#[derive(Default)]
pub struct Made {
    rows: Vec<Vec<Value>>,
    sums: Sums,
    beside: overview::Made,
}

impl Made {
    pub fn add(&mut self, zone: &TimeZone, id: &str, dossier: &Dossier, events: &[Recorded]) -> Result<(), Failure> {
        if let Some(fact) = Fact::of(dossier, zone) {
            self.beside.add(id, &fact, &overview::Seen::generated(zone, dossier, events))?;
            self.rows.push(store::fact_row(id, dossier.version, &fact)?);
            self.sums.add(&fact, |counters| counters);
        }
        Ok(())
    }

    /// Writes the rows of dossiers; the sums wait for [`All::end`].
    pub fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        store::put_all(tx, &self.rows)?;
        self.beside.write(tx)
    }
}

/// The sums of all that is generated.
pub struct All {
    sums: Sums,
    beside: overview::Sums,
}

impl All {
    /// Takes in what is there, and notes that more is being generated.
    pub fn begin(db: &Db, zone: &TimeZone, now: Timestamp) -> Result<Self, Failure> {
        super::take_in_all(db, zone, now)?;
        db.transact("figures.generate", move |tx| {
            let mark = store::mark(tx)?.ok_or(Failure::Conflict)?;
            store::move_mark(tx, &mark, &Mark { filled: BEGUN.to_owned(), ..mark.clone() })
        })?;
        Ok(Self { sums: Sums::default(), beside: overview::Sums::default() })
    }

    pub fn add(&mut self, made: &Made) {
        self.sums.merge(&made.sums);
        self.beside.merge(&made.beside.sums);
    }

    pub fn end(self, db: &Db, now: Timestamp) -> Result<(), Failure> {
        db.transact("figures.generated", move |tx| {
            let mark = store::mark(tx)?.ok_or(Failure::Conflict)?;
            self.sums.write(tx)?;
            self.beside.write(tx)?;
            let end = Mark { place: ledger::end_of_seals(tx)?, filled: FILLED.to_owned(), taken_at: now };
            store::move_mark(tx, &mark, &end)
        })
    }
}
