//! Puts a site pack into an empty store: registry rows, catalogue and accounts, all in one transaction.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use motcua_domain::catalogue::RowOutcome;
use motcua_domain::exam::{Example, attach_examples};

use super::pack::Pack;
use super::{catalogue, store};
use crate::params;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Installs the pack for the tenant that its site is. `password_hash` is the hash of the demonstration password, for every sign-in of the pack.
pub fn install(tx: &mut Tx, ctx: &Ctx, pack: &Pack, password_hash: Option<&str>) -> Result<(), Failure> {
    store::insert_site(tx)?;
    store::insert_items(tx, "site", std::slice::from_ref(&pack.site), |_, site| site.id.clone())?;
    store::insert_items(tx, "place", &pack.places, |_, place| format!("{}@{}", place.code, place.valid_from))?;
    store::insert_items(tx, "agency", &pack.agencies, |_, agency| agency.id.clone())?;
    store::insert_items(tx, "office", &pack.offices, |_, office| {
        format!("{}/{}@{}", office.agency, office.key, office.valid_from)
    })?;
    store::insert_items(tx, "hours", &pack.hours, numbered)?;
    store::insert_items(tx, "day", &pack.days, numbered)?;
    store::insert_items(tx, "staff", &pack.staff, |_, staff| staff.login.clone())?;
    store::insert_items(tx, "posting", &pack.postings, numbered)?;
    store::insert_items(tx, "route", &pack.routes, |_, route| route.id.clone())?;
    store::insert_items(tx, "scope", &pack.scope, numbered)?;
    store::insert_items(tx, "override", &pack.overrides, numbered)?;
    store::insert_items(tx, "competence", &pack.competence, numbered)?;
    store::insert_items(tx, "reception", &pack.receptions, numbered)?;
    let today = TimeZone::get(&pack.site.timezone).map_err(Failure::fault)?.to_datetime(ctx.now).date();
    let mut examples: BTreeMap<&str, Vec<Example>> = BTreeMap::new();
    for row in &pack.examples {
        examples.entry(&row.procedure).or_default().push(row.example.clone());
    }
    for row in catalogue::read(pack.procedures_csv.as_bytes())?.rows {
        if let RowOutcome::Row { key, mut version, .. } = row.outcome {
            attach_examples(&mut version, examples.remove(key.as_str()).unwrap_or_default());
            catalogue::store_version(tx, &key, &version, today)?;
        }
    }
    for staff in &pack.staff {
        tx.execute_one(
            "INSERT INTO account (tenant, login, password_hash, active) VALUES ($1, $2, $3, $4)",
            params![tx.tenant()?, &staff.login, password_hash.unwrap_or(""), password_hash.is_some()],
        )?;
    }
    Ok(())
}

fn numbered<T>(at: usize, _: &T) -> String {
    format!("{at:05}")
}
