//! Attachments beside the events that name them: which are missing, and which nobody names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::platform::blobs::{Blobs, named_in};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::registry;

/// What was uploaded and never named is kept so long: its event may still be on the way. [TRB-06]
const YOUNG: SignedDuration = SignedDuration::from_hours(24);
/// Events read at once.
const PAGE: i64 = 500;

/// What [`check`] found.
#[derive(Debug, Default, Serialize)]
pub struct Checked {
    pub named: u64,
    /// Attachments that are gone or changed, and why.
    pub broken: BTreeMap<String, String>,
}

/// Reads every attachment that an event names.
pub fn check(db: &Db, blobs: &Blobs) -> Result<Checked, Failure> {
    let mut checked = Checked::default();
    each_name(db, |name| {
        checked.named += 1;
        if let Err(failure) = blobs.get(name) {
            checked.broken.insert(name.to_owned(), failure.to_string());
        }
    })?;
    Ok(checked)
}

/// What [`collect`] found.
#[derive(Debug, Default, Serialize)]
pub struct Collected {
    pub stored: u64,
    pub orphans: u64,
    pub bytes: u64,
    pub removed: u64,
}

/// Removes attachments that no event names, unless they are young. Files are listed before events are read, so that whatever
/// was named meanwhile is seen; and one that was written again meanwhile is young again.
pub fn collect(db: &Db, blobs: &Blobs, now: Timestamp, dry: bool) -> Result<Collected, Failure> {
    let (before, mut collected, mut orphans) = (now - YOUNG, Collected::default(), BTreeMap::new());
    blobs.each(|found| {
        collected.stored += 1;
        if found.changed_at < before {
            orphans.insert(found.name, found.bytes);
        }
        Ok(())
    })?;
    let mut named = BTreeSet::new();
    each_name(db, |name| {
        if orphans.contains_key(name) {
            named.insert(name.to_owned());
        }
    })?;
    orphans.retain(|name, _| !named.contains(name));
    for (name, bytes) in orphans {
        collected.orphans += 1;
        collected.bytes += bytes;
        if !dry && blobs.remove_old(&name, before)? {
            collected.removed += 1;
        }
    }
    Ok(collected)
}

/// Names in the events of every site of the store: they share its attachments.
fn each_name(db: &Db, mut see: impl FnMut(&str)) -> Result<(), Failure> {
    db.query(registry::sites)?.iter().try_for_each(|site| each_name_of(&db.of(site), &mut see))
}

fn each_name_of(db: &Db, see: &mut impl FnMut(&str)) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let page = db.query(|tx| ledger::after(tx, &after, PAGE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id.clone();
        page.iter().flat_map(|event| named_in(&event.body)).for_each(&mut *see);
    }
}
