//! Rebuilds every dossier from the ledger and compares it with what stands in the table. [LED-06]

use motcua_domain::dossier::{Dossier, Recorded};

use super::{columns, office_rows, stay, store, task_rows, timeline};
use crate::platform::db::{FromValue, Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ledger;

/// Streams read at once.
const PAGE: i64 = 500;

/// What [`check`] found.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Replay {
    pub dossiers: u64,
    pub events: u64,
    /// Ids of dossiers whose row differs from their events, is missing, or has no events.
    pub differing: Vec<String>,
    /// Rows by which an office would find a dossier that is not its own.
    pub stray_offices: u64,
}

impl Replay {
    pub fn holds(&self) -> bool {
        self.differing.is_empty() && self.stray_offices == 0
    }
}

/// Folds every stream and compares column by column, inside one consistent read.
pub fn check(tx: &mut Tx) -> Result<Replay, Failure> {
    check_beside(tx, |_, _, _| Ok(()))
}

/// The same, while somebody else sees the events of each dossier too.
pub fn check_beside(
    tx: &mut Tx,
    mut see: impl FnMut(&mut Tx, &str, &[Recorded]) -> Result<(), Failure>,
) -> Result<Replay, Failure> {
    let mut replay = Replay::default();
    let (mut after, mut offices) = (String::new(), 0);
    loop {
        let streams = ledger::streams_after(tx, &after, PAGE)?;
        let Some(last) = streams.last().cloned() else { break };
        for id in streams.iter().filter(|id| id.len() == crate::platform::ids::LENGTH) {
            let events = timeline(tx, id)?;
            replay.dossiers += 1;
            replay.events += events.len() as u64;
            see(tx, id, &events)?;
            let dossier = Dossier::fold(&events);
            let expected = dossier.as_ref().map(all_columns).transpose()?;
            let found = store::projected(tx, id)?;
            let mut same_offices = true;
            for row in dossier.iter().flat_map(|dossier| office_rows(id, dossier)) {
                offices += 1;
                same_offices &= store::has_office(tx, &row)?;
            }
            let tasks = dossier.map_or_else(Vec::new, |dossier| task_rows(id, &dossier));
            let found_tasks = store::projected_tasks(tx, id)?;
            let same_tasks = tasks.len() == found_tasks.len()
                && tasks.iter().zip(&found_tasks).all(|(expected, found)| same(Some(expected), Some(found)));
            let same_stays = stay::holds(tx, id, &events)?;
            if !same_tasks || !same_stays || !same_offices || !same(expected.as_deref(), found.as_deref()) {
                replay.differing.push(id.clone());
            }
        }
        after = last;
    }
    without_events(tx, &mut replay)?;
    // Those that should be there are; what is more than they shows a dossier to an office that has nothing to do with it.
    replay.stray_offices = store::count_offices(tx)?.saturating_sub(offices);
    Ok(replay)
}

/// The dossier's row, and the whole of it beside the row.
fn all_columns(dossier: &Dossier) -> Result<Vec<Value>, Failure> {
    let mut all = columns(dossier)?;
    all.push(serde_json::to_string(dossier)?.into());
    Ok(all)
}

/// A row that no event made.
fn without_events(tx: &mut Tx, replay: &mut Replay) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let ids = store::ids_after(tx, &after, PAGE)?;
        let Some(last) = ids.last().cloned() else { break };
        for id in ids {
            if ledger::version(tx, &id)? == 0 {
                replay.differing.push(id);
            }
        }
        after = last;
    }
    for id in store::tasks_of_nobody(tx)? {
        if !replay.differing.contains(&id) {
            replay.differing.push(id);
        }
    }
    Ok(())
}

/// Engines spell instants and yes and no differently, so each value is compared as the type that was written.
pub(crate) fn same(expected: Option<&[Value]>, found: Option<&[Value]>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else { return expected.is_none() && found.is_none() };
    expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| match expected {
            Value::Time(at) => jiff::Timestamp::from_value(found).is_some_and(|found| found == *at),
            Value::Date(day) => jiff::civil::Date::from_value(found).is_some_and(|found| found == *day),
            Value::Bool(expected) => bool::from_value(found).is_some_and(|found| found == *expected),
            other => other == found,
        })
}
