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

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

pub mod web;

pub use snapshot::{Procedure, Registry, Standing};

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;

/// The registry of a running process: read by everyone, replaced as a whole.
#[derive(Clone)]
pub struct Shelf(Arc<RwLock<Arc<Registry>>>);

impl Shelf {
    pub fn load(db: &Db, now: Timestamp) -> Result<Self, Failure> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(db.query(|tx| Registry::load(tx, now))?)))))
    }

    pub fn get(&self) -> Arc<Registry> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads the registry anew if another process, or this one, has changed it, or if another day has begun: versions come
    /// into force by themselves at midnight. [EXM-09]
    pub fn refresh(&self, db: &Db, now: Timestamp) -> Result<(), Failure> {
        let known = self.get();
        let yesterday = known.local(now).date() != known.as_of;
        let newer = db.query(|tx| match revision(tx)? {
            Some((_, revision)) if revision != known.revision || yesterday => Registry::load(tx, now).map(Some),
            _ => Ok(None),
        })?;
        if let Some(newer) = newer {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newer);
        }
        Ok(())
    }
}

/// Which site this store holds and how often its registry has changed; `None` for an empty store.
pub fn revision(tx: &mut Tx) -> Result<Option<(String, i64)>, Failure> {
    store::revision(tx)
}
