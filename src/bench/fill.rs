//! A database full of open dossiers, made by the commands themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::store;
use crate::app;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::Registry;
use crate::simulate::plan::{Order, What, plan};
use crate::simulate::play;

/// Dossiers planned at once: a plan is held in memory.
const SLICE: u64 = 10_000;
/// So many hands that everything is passed on as soon as it comes.
const STAFFING: u64 = 10_000;

/// Puts in dossiers that were received and passed on to an office, and nothing more: all of them are open. Returns the time it
/// took, or `None` for a database that has them already.
pub(super) fn fill(db: &Db, registry: &Arc<Registry>, wanted: u64) -> Result<Option<u64>, Failure> {
    let there = store::dossiers(db)?;
    if there >= wanted {
        return Ok(None);
    }
    if there > 0 {
        return Err(Failure::refused("bench.not_empty"));
    }
    let figures = registry.site.simulation.as_ref().ok_or_else(|| Failure::refused("simulate.no_figures"))?;
    let started = Instant::now();
    let mut left = wanted;
    let mut seed = 1;
    while left > 0 {
        let order =
            Order { from: figures.from, to: figures.to, seed, staffing: STAFFING, dossiers: Some(left.min(SLICE)) };
        let mut plan = plan(registry, &order)?;
        let mut passed_on = BTreeSet::new();
        plan.acts.retain(|act| match act.what {
            What::Accept => true,
            What::Forward => passed_on.insert(act.case),
            _ => false,
        });
        play::play(db, registry, &Arc::new(plan), seed)?;
        left -= left.min(SLICE);
        seed += 1;
    }
    // Else the server would be sealing them while it is measured.
    app::seal_all(db, &app::command_ctx())?;
    Ok(Some(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)))
}
