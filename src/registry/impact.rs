//! What a day of the calendar or a rule of the law would move: rehearsed on every worked example, then entered. [EXM-13]

use jiff::civil::{Date, DateTime, Time};
use motcua_domain::deadline::AfterSupplement;
use motcua_domain::exam::{Example, Outcome, compare};
use serde::Serialize;

use super::catalogue::record;
use super::exam::World;
use super::pack::{Day, Law};
use super::{Procedure, Registry, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, Sentence};

/// One example that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub key: String,
    pub name: String,
    /// Number of the version whose example it is.
    pub version: u32,
    /// Its date of effect, where it is still to come.
    pub coming_on: Option<Date>,
    pub title: String,
    pub agency: String,
    /// `None`: there is no due moment.
    pub due: (Option<DateTime>, Option<DateTime>),
    pub transfer_due: (Option<DateTime>, Option<DateTime>),
    /// Whether it comes out as expected.
    pub right: (bool, bool),
}

/// What a change does to the examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    pub moves: Vec<Move>,
    /// How many stay as they are.
    pub still: usize,
}

/// A rule of the law that is to hold from a day on; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LawChange {
    pub from: Date,
    pub supplement: Option<AfterSupplement>,
    pub transfer_cutoff: Option<Time>,
}

/// What one more row in the calendar moves.
pub fn of_day(registry: &Registry, day: &Day) -> Result<Impact, Failure> {
    let after = World::with_day(registry, day.clone()).map_err(|error| {
        let sentence = Sentence::new(error.key());
        Failure::Refused(error.params().into_iter().fold(sentence, |said, (name, value)| said.with(name, value)))
    })?;
    Ok(between(registry, &World::of(registry), &after))
}

/// What another rule of the law moves.
pub fn of_law(registry: &Registry, change: LawChange) -> Result<Impact, Failure> {
    let law = changed_law(&registry.site.law, change)?;
    Ok(between(registry, &World::of(registry), &World::with_law(registry, law)))
}

/// Enters a row into the calendar. Dossiers that were promised a date do not move. [CLK-19] [EXM-13]
///
/// # Errors
/// [`Failure::Conflict`] when the registry has changed since it was looked at.
pub fn enter_day(tx: &mut Tx, ctx: &Ctx, registry: &Registry, day: &Day) -> Result<(), Failure> {
    // Whether the calendar can be computed with it is asked again: it may be another registry than the rehearsal's.
    of_day(registry, day)?;
    let known = |other: &Day| {
        let (a, b) = (&other.row, &day.row);
        other.agency == day.agency && (a.date, a.kind, a.from, a.to) == (b.date, b.kind, b.from, b.to)
    };
    if registry.days.iter().any(known) {
        return Err(Failure::refused("impact.day_known"));
    }
    store::grow_from(tx, registry.revision)?;
    let id = format!("entered-{}", ctx.new_id()?);
    if !store::add_item(tx, "day", &id, day)? {
        return Err(Failure::Conflict);
    }
    record(tx, ctx, "day_entered", &serde_json::json!({ "day": day }))
}

/// Enters a rule of the law as a period of its own. [EXM-14]
///
/// # Errors
/// [`Failure::Conflict`] when the registry has changed since it was looked at.
pub fn enter_law(tx: &mut Tx, ctx: &Ctx, registry: &Registry, change: LawChange, reason: &str) -> Result<(), Failure> {
    if change.from < registry.local(ctx.now).date() {
        return Err(Failure::refused("impact.law_in_the_past"));
    }
    let mut site = registry.site.clone();
    site.law = changed_law(&site.law, change)?;
    for law in site.law.iter_mut().filter(|law| law.from == change.from) {
        (law.verified, law.source) = (false, reason.to_owned());
    }
    store::grow_from(tx, registry.revision)?;
    store::replace_item(tx, "site", &site.id, &site)?;
    record(tx, ctx, "law_entered", &serde_json::json!({ "change": change, "reason": reason }))
}

/// The periods of law with the one that holds on the day cut in two, the second with the new rule.
fn changed_law(law: &[Law], change: LawChange) -> Result<Vec<Law>, Failure> {
    let holds = |law: &&Law| law.from <= change.from && law.to.is_none_or(|to| change.from <= to);
    let Some(held) = law.iter().find(holds) else { return Err(Failure::refused("impact.no_law")) };
    let mut changed = Law { from: change.from, ..held.clone() };
    if let Some(rule) = change.supplement {
        changed.supplement = rule.as_str().to_owned();
    }
    changed.transfer_cutoff = change.transfer_cutoff.unwrap_or(held.transfer_cutoff);
    if (&changed.supplement, changed.transfer_cutoff) == (&held.supplement, held.transfer_cutoff) {
        return Err(Failure::refused("impact.law_same"));
    }
    let mut out = Vec::with_capacity(law.len() + 1);
    for one in law {
        if one != held {
            out.push(one.clone());
            continue;
        }
        if let Some(before) = change.from.yesterday().ok().filter(|before| held.from <= *before) {
            out.push(Law { to: Some(before), ..held.clone() });
            changed.id = format!("{}-{}", held.id, change.from);
        }
        out.push(changed.clone());
    }
    Ok(out)
}

/// Plays every example of every version in force or to come in both worlds.
fn between(registry: &Registry, before: &World<'_>, after: &World<'_>) -> Impact {
    let mut impact = Impact::default();
    let coming = registry.coming.iter().map(|procedure| (procedure, Some(procedure.valid_from)));
    for (procedure, coming_on) in registry.procedures.iter().map(|procedure| (procedure, None)).chain(coming) {
        let at_tier = |example: &&Example| {
            registry.agencies.get(&example.agency).is_some_and(|agency| agency.tier == procedure.tier)
        };
        for example in procedure.record.examples.iter().filter(at_tier) {
            match moved(procedure, coming_on, example, before, after) {
                Some(moved) => impact.moves.push(moved),
                None => impact.still += 1,
            }
        }
    }
    impact
}

fn moved(
    procedure: &Procedure,
    coming_on: Option<Date>,
    example: &Example,
    before: &World<'_>,
    after: &World<'_>,
) -> Option<Move> {
    let play = |world: &World<'_>| world.play(std::slice::from_ref(procedure), example).ok();
    let (old, new) = (play(before), play(after));
    if old == new {
        return None;
    }
    let due = |outcome: &Option<Outcome>| outcome.as_ref().and_then(|outcome| outcome.due.clone().ok());
    let transfer = |outcome: &Option<Outcome>| outcome.as_ref().and_then(|outcome| outcome.transfer_due);
    let right =
        |outcome: &Option<Outcome>| outcome.as_ref().is_some_and(|outcome| compare(example, outcome).is_empty());
    Some(Move {
        key: procedure.key.clone(),
        name: procedure.record.name.clone(),
        version: procedure.version,
        coming_on,
        title: example.title.clone(),
        agency: example.agency.clone(),
        due: (due(&old), due(&new)),
        transfer_due: (transfer(&old), transfer(&new)),
        right: (right(&old), right(&new)),
    })
}
