//! Rebuilds every dossier from the ledger and compares it with what stands in the table. [LED-06]

use motcua_domain::dossier::Dossier;

use super::{columns, stay, store, task_rows, timeline};
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
}

/// Folds every stream and compares column by column, inside one consistent read.
pub fn check(tx: &mut Tx) -> Result<Replay, Failure> {
    let mut replay = Replay::default();
    let mut after = String::new();
    loop {
        let streams = ledger::streams_after(tx, &after, PAGE)?;
        let Some(last) = streams.last().cloned() else { break };
        for id in streams.iter().filter(|id| id.len() == crate::platform::ids::LENGTH) {
            let events = timeline(tx, id)?;
            replay.dossiers += 1;
            replay.events += events.len() as u64;
            let dossier = Dossier::fold(&events);
            let expected = dossier.as_ref().map(columns).transpose()?;
            let found = store::projected(tx, id)?;
            let tasks = dossier.map_or_else(Vec::new, |dossier| task_rows(id, &dossier));
            let found_tasks = store::projected_tasks(tx, id)?;
            let same_tasks = tasks.len() == found_tasks.len()
                && tasks.iter().zip(&found_tasks).all(|(expected, found)| same(Some(expected), Some(found)));
            let same_stays = stay::holds(tx, id, &events)?;
            if !same_tasks || !same_stays || !same(expected.as_deref(), found.as_deref()) {
                replay.differing.push(id.clone());
            }
        }
        after = last;
    }
    without_events(tx, &mut replay)?;
    Ok(replay)
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

/// Engines spell instants differently, so each value is compared as the type that was written.
fn same(expected: Option<&[Value]>, found: Option<&[Value]>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else { return expected.is_none() && found.is_none() };
    expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| match expected {
            Value::Time(at) => jiff::Timestamp::from_value(found).is_some_and(|found| found == *at),
            other => other == found,
        })
}
