//! What is known before anyone comes: places, agencies, offices, people, calendars and procedures, all dated.
//!
//! Owns the tables `registry_item`, `registry_site`, `procedure_version`, `procedure_draft` and `procedure_withdrawal`. A
//! process holds the whole registry in memory as a [`Registry`] and takes a new one when the revision has grown, or the day.
//! Absences and rosters own their tables.

pub mod absence;
pub mod audit;
mod calendars;
pub mod catalogue;
mod clockwork;
mod competence;
pub mod editor;
pub mod exam;
pub mod identity;
pub mod impact;
pub mod install;
pub mod pack;
pub mod roster;
mod snapshot;
mod store;
pub mod versions;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub mod web;

pub use snapshot::{Procedure, Registry, Standing};

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;

/// The registry of a running process: read by everyone, replaced as a whole.
#[derive(Clone)]
pub struct Shelf(Arc<Copied>);

struct Copied {
    registry: RwLock<Arc<Registry>>,
    /// Held while it is loaded anew: whoever comes meanwhile waits and finds it done.
    loading: Mutex<()>,
}

impl Shelf {
    pub fn load(db: &Db, now: Timestamp) -> Result<Self, Failure> {
        let registry = RwLock::new(Arc::new(db.query(|tx| Registry::load(tx, now))?));
        Ok(Self(Arc::new(Copied { registry, loading: Mutex::default() })))
    }

    pub fn get(&self) -> Arc<Registry> {
        self.0.registry.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads the registry anew if another process, or this one, has changed it, or if another day has begun: versions come
    /// into force by themselves at midnight. [EXM-09]
    pub fn refresh(&self, db: &Db, now: Timestamp) -> Result<(), Failure> {
        db.query(|tx| self.fresh(tx, now)).map(|_| ())
    }

    /// The registry with every change that was committed before this read, on whichever node. [NOD-02]
    pub fn fresh(&self, tx: &mut Tx, now: Timestamp) -> Result<Arc<Registry>, Failure> {
        let known = self.get();
        if is_current(tx, &known, now)? {
            return Ok(known);
        }
        let _loading = self.0.loading.lock().unwrap_or_else(PoisonError::into_inner);
        let mut registry = self.get();
        // What was loaded while somebody changed it may be half of each: it is loaded once more.
        while !is_current(tx, &registry, now)? {
            registry = Arc::new(Registry::load(tx, now)?);
        }
        *self.0.registry.write().unwrap_or_else(PoisonError::into_inner) = registry.clone();
        Ok(registry)
    }
}

/// An emptied store has no other registry.
fn is_current(tx: &mut Tx, registry: &Registry, now: Timestamp) -> Result<bool, Failure> {
    let today = registry.local(now).date() == registry.as_of;
    Ok(revision(tx)?.is_none_or(|(_, revision)| today && revision == registry.revision))
}

/// Where on earth the site is, without the rest of the registry.
pub fn timezone(tx: &mut Tx) -> Result<TimeZone, Failure> {
    let site = store::items::<pack::Site>(tx, "site")?.pop();
    let site = site.ok_or_else(|| Failure::fault(anyhow::anyhow!("no site is installed")))?;
    TimeZone::get(&site.timezone).map_err(Failure::fault)
}

/// Which site this store holds and how often its registry has changed; `None` for an empty store.
pub fn revision(tx: &mut Tx) -> Result<Option<(String, i64)>, Failure> {
    store::revision(tx)
}
