//! Backups that are made by themselves, by one of however many nodes. [BAK-05]

use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use jiff::{SignedDuration, Timestamp};

use super::{name, store, write};
use crate::platform::blobs::Blobs;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::registry;

/// A run that says nothing for so long has died with its node.
const SILENT: SignedDuration = SignedDuration::from_mins(10);
/// A failed run is tried again after this, or after the ordinary time where that is shorter.
const AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// How often a run says that it goes on.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// When, where to and for whom.
#[derive(Clone)]
pub struct Schedule {
    pub every: SignedDuration,
    pub folder: PathBuf,
    pub recipients: Vec<Recipient>,
    /// How many files stay.
    pub keep: usize,
}

/// Makes a backup if one is due and no other node makes it; says where it lies.
pub fn run_if_due(
    db: &Db,
    blobs: &Blobs,
    plan: &Schedule,
    clock: &dyn Fn() -> Timestamp,
) -> Result<Option<PathBuf>, Failure> {
    let (now, every) = (clock(), plan.every);
    let taken = db.transact("backup.take", move |tx| {
        let last = store::last(tx)?;
        let number = last.as_ref().map_or(1, |last| last.number + 1);
        let due = last.is_none_or(|last| is_due(&last, every, now));
        Ok((due && store::take(tx, number, now)?).then_some(number))
    })?;
    let Some(number) = taken else { return Ok(None) };
    let mut seen = now;
    let made = write(db, blobs, &plan.recipients, &plan.folder, now, &mut || {
        let now = clock();
        if now.duration_since(seen) >= SEEN_EVERY {
            seen = now;
            // Whether this is written or not, the backup goes on.
            let _ = db.transact("backup.seen", move |tx| store::seen(tx, number, now));
        }
    });
    let (file, why) = match &made {
        Ok(made) if made.totals.missing.is_empty() => (Some(made.file.display().to_string()), None),
        Ok(made) => {
            let why = format!("{} attachments are missing", made.totals.missing.len());
            (Some(made.file.display().to_string()), Some(why))
        }
        Err(failure) => (None, Some(failure.to_string())),
    };
    let ended = clock();
    db.transact("backup.end", move |tx| store::end(tx, number, file.as_deref(), why.as_deref(), ended))?;
    let made = made?;
    keep(db, plan)?;
    Ok(Some(made.file))
}

/// How the backups of the schedule stand, for whoever looks from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Whether one was ever begun.
    pub begun: bool,
    /// When the last good one was begun.
    pub good: Option<Timestamp>,
    /// Why the last one failed, if it did.
    pub failed_because: Option<String>,
}

pub fn record(tx: &mut Tx) -> Result<Record, Failure> {
    let last = store::last(tx)?;
    let good = store::last_good(tx)?;
    Ok(Record { begun: last.is_some(), good, failed_because: last.and_then(|last| last.failed_because) })
}

fn is_due(last: &store::Run, every: SignedDuration, now: Timestamp) -> bool {
    if last.ended_at.is_none() {
        return now.duration_since(last.seen_at) > SILENT;
    }
    let wait = if last.failed_because.is_some() { every.min(AGAIN) } else { every };
    now.duration_since(last.started_at) >= wait
}

/// Whether the last good backup is older than it should be by half the time between two. [BAK-06]
pub fn is_overdue(db: &Db, every: SignedDuration, started: Timestamp, now: Timestamp) -> Result<bool, Failure> {
    let last = db.query(store::last_good)?.unwrap_or(started);
    Ok(now.duration_since(last) > every + every / 2)
}

/// Removes the oldest of our files beyond the number that stays.
fn keep(db: &Db, plan: &Schedule) -> Result<(), Failure> {
    let Some((site, _)) = db.query(registry::revision)? else { return Ok(()) };
    let sample = name(&site, Timestamp::UNIX_EPOCH);
    let ours = |file: &Path| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.len() == sample.len() && name.starts_with(&format!("motcua-{site}-")) && name.ends_with("Z.age")
    };
    let listed = std::fs::read_dir(&plan.folder).map_err(Failure::fault)?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).filter(|file| ours(file)).collect();
    files.sort();
    for old in files.iter().rev().skip(plan.keep.max(1)) {
        std::fs::remove_file(old).map_err(Failure::fault)?;
    }
    Ok(())
}
