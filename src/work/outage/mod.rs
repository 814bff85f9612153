//! Declared outages (sự cố): when an agency cannot work, the clocks of its open dossiers stand, each by an event, until it can
//! again. [DOS-16]
//!
//! Owns the table `outage`. Declaring goes over the open dossiers page by page; broken off, it is taken up where it stopped by
//! declaring again.

mod store;
pub mod web;

use jiff::Timestamp;
use motcua_domain::dossier::{Command, REASON_MAX, Refusal};
use motcua_domain::identity::Role;

use crate::platform::ctx::Ctx;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::{Failure, FieldError};
use crate::record::dossier::{self, Target, list};
use crate::registry::Registry;
use std::sync::Arc;

/// Dossiers in one transaction.
const PAGE: usize = 100;

/// An outage as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    pub id: String,
    pub agency: String,
    pub reason: String,
    pub began_at: Timestamp,
    pub began_by: String,
    pub ended_at: Option<Timestamp>,
}

/// Declares an outage of the officer's agency, from now; returns how many clocks stand for it. Declared already, it goes on
/// with the dossiers that were not reached.
pub fn begin(db: &Db, ctx: &Ctx, registry: &Arc<Registry>, reason: &str) -> Result<usize, Failure> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(Failure::Invalid(vec![FieldError::new("reason", "refusal.reason_missing")]));
    }
    let agency = agency_of(ctx)?;
    let (inner, told) = (ctx.clone(), reason.clone());
    let reason = db.transact("outage.begin", move |tx| {
        let agency = agency_of(&inner)?;
        if let Some(open) = store::open(tx, &agency)? {
            return Ok(open.reason);
        }
        let outage = Outage {
            id: inner.new_id()?,
            agency,
            reason: told.clone(),
            began_at: inner.now,
            began_by: inner.officer()?.account.clone(),
            ended_at: None,
        };
        store::insert(tx, &outage)?;
        Ok(outage.reason)
    })?;
    each_open(db, ctx, registry, &agency, &Command::BeginOutage { reason })
}

/// Says that the agency can work again: the clocks go on, and each date is reckoned anew.
pub fn end(db: &Db, ctx: &Ctx, registry: &Arc<Registry>) -> Result<usize, Failure> {
    let agency = agency_of(ctx)?;
    let going_on = each_open(db, ctx, registry, &agency, &Command::EndOutage)?;
    let ctx = ctx.clone();
    db.transact("outage.end", move |tx| store::end(tx, &agency, ctx.now, &ctx.officer()?.account))?;
    Ok(going_on)
}

/// The newest outages of an agency, the open one first.
pub fn outages(tx: &mut Tx, agency: &str) -> Result<Vec<Outage>, Failure> {
    store::newest(tx, agency)
}

fn agency_of(ctx: &Ctx) -> Result<String, Failure> {
    let officer = ctx.officer()?;
    if officer.has(Role::Leader) { Ok(officer.agency.clone()) } else { Err(Failure::Forbidden) }
}

/// One act on every dossier of the agency that is not closed; those it does not fit are left. What was settled meanwhile
/// is told that it is over too: it may be sent back to work.
fn each_open(db: &Db, ctx: &Ctx, registry: &Arc<Registry>, agency: &str, command: &Command) -> Result<usize, Failure> {
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let (ctx, registry, command) = (ctx.clone(), registry.clone(), command.clone());
        let (of, from) = (agency.to_owned(), after.clone());
        let (count, last) = db.transact("outage.each_open", move |tx| {
            let ids = list::open(tx, &of, &from, PAGE)?;
            let mut count = 0;
            for id in &ids {
                match dossier::act(tx, &ctx, &registry, Target::now(id), command.clone()) {
                    Ok(_) => count += 1,
                    Err(Failure::Refused(sentence)) if does_not_fit(&sentence.key) => {}
                    Err(other) => return Err(other),
                }
            }
            Ok((count, ids.last().cloned()))
        })?;
        done += count;
        match last {
            Some(last) => after = last,
            None => return Ok(done),
        }
    }
}

/// The clock stands for it already, or does not stand for it, or it is settled and has none.
fn does_not_fit(key: &str) -> bool {
    [Refusal::ClockStands, Refusal::NotWaiting, Refusal::WrongStep].iter().any(|refusal| refusal.key() == key)
}
