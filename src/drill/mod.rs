//! Drills: breaks a running installation on purpose and checks that nothing anybody was told of is lost.
//!
//! [`Writers`] write through the HTTP interface and note outside every act they got an answer for; [`Ledger`] looks
//! afterwards whether each of them stands exactly once. What is broken meanwhile, and how, is the part of each drill.

mod attachments;
pub mod backup;
mod clock;
pub mod crash;
pub mod disk;
pub mod failover;
pub mod files;
mod ledger;
pub mod postgres;
pub mod server;
mod writers;

pub use ledger::{Found, Ledger};
pub use writers::{Noted, Writers};

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::registry::Shelf;

/// Opens the data at a place, creating the demonstration site where there is none.
pub type Opener<'a> = &'a dyn Fn(&server::Place) -> Result<(Db, Shelf), Failure>;

/// Lets time pass: a drill kills at a moment, and waits for somebody else's process.
#[allow(clippy::disallowed_methods)]
fn pause(time: std::time::Duration) {
    std::thread::sleep(time);
}

/// A folder of a drill that goes away with it.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> anyhow::Result<Self> {
        let name = Ids::system().secret::<8>()?;
        let folder = std::env::temp_dir().join(format!("motcua-drill-{name}"));
        std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-overs in the temporary folder are the system's to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
