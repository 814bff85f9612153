//! What is wrong around the program: a full disk, a database that is gone, a clock that went back. Rules: `docs/rules/trouble.md`.
//!
//! Owns the table `probe`. Nothing is switched off because of a trouble: each write is tried and fails by itself, so that
//! work goes on at once when the cause is gone. What is noted here is only told: on the health page and in the log.

mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::blobs::Blobs;
use super::db::Db;
use super::ledger;

/// Clocks of two nodes may differ by so much. [TRB-04]
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);

/// Something that people repair outside the program. The words are those of the locale files, `trouble.<word>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Trouble {
    #[error("the disk is full")]
    DiskFull,
    #[error("the disk or database can only be read")]
    ReadOnly,
    #[error("the disk fails")]
    DiskFails,
    #[error("the database does not answer")]
    DatabaseGone,
    #[error("the store of attachments does not answer")]
    FilesGone,
    #[error("an attachment is missing from its store")]
    FileMissing,
    #[error("an attachment was changed in its store")]
    FileChanged,
    #[error("the clock is behind what was recorded last")]
    ClockBack,
    #[error("no backup was made in time")]
    BackupOverdue,
    #[error("a background job fails")]
    JobFails,
}

impl Trouble {
    pub const ALL: [Self; 10] = [
        Self::DiskFull,
        Self::ReadOnly,
        Self::DiskFails,
        Self::DatabaseGone,
        Self::FilesGone,
        Self::FileMissing,
        Self::FileChanged,
        Self::ClockBack,
        Self::BackupOverdue,
        Self::JobFails,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "read_only",
            Self::DiskFails => "disk_fails",
            Self::DatabaseGone => "database_gone",
            Self::FilesGone => "files_gone",
            Self::FileMissing => "file_missing",
            Self::FileChanged => "file_changed",
            Self::ClockBack => "clock_back",
            Self::BackupOverdue => "backup_overdue",
            Self::JobFails => "job_fails",
        }
    }

    /// Key of its sentence for people.
    pub fn key(self) -> String {
        format!("trouble.{}", self.word())
    }

    /// What the operating system says about a file.
    pub fn of_io(error: &std::io::Error) -> Option<Self> {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Some(Self::DiskFull),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

/// The troubles there are now, and since when. Shared by everything in one process.
#[derive(Clone, Default)]
pub struct Troubles(Arc<Inner>);

#[derive(Default)]
struct Inner {
    now: Mutex<BTreeMap<Trouble, Timestamp>>,
    /// Background jobs whose last run went wrong.
    failing: Mutex<BTreeSet<&'static str>>,
    /// The newest moment in the ledger, in microseconds.
    newest: AtomicI64,
}

impl Troubles {
    /// Notes a trouble; one that is known keeps its beginning.
    pub fn note(&self, trouble: Trouble, now: Timestamp) {
        self.lock().entry(trouble).or_insert_with(|| {
            tracing::error!(trouble = trouble.word(), "{trouble}");
            now
        });
    }

    /// How a background job went; as long as one of them fails, that is a trouble of its own. [TRB-07]
    pub fn job(&self, name: &'static str, well: bool, now: Timestamp) {
        let mut failing = self.0.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            failing.remove(name)
        } else {
            failing.insert(name)
        };
        match failing.is_empty() {
            true => self.over(Trouble::JobFails),
            false => self.note(Trouble::JobFails, now),
        }
    }

    /// What is wrong now, and since when.
    pub fn list(&self) -> Vec<(Trouble, Timestamp)> {
        self.lock().iter().map(|(trouble, since)| (*trouble, *since)).collect()
    }

    /// Whether the clock is further behind the ledger than clocks of two nodes may differ. [TRB-04]
    pub fn clock_is_back(&self, now: Timestamp) -> bool {
        let newest =
            Timestamp::from_microsecond(self.0.newest.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH);
        newest.duration_since(now) > CLOCKS_DIFFER
    }

    /// Looks whether the world is in order: can the ledger be read and anything be written, is the clock right, are the
    /// attachments there that were missed? Called again and again; soon again while something is wrong. [TRB-02]
    pub fn look(&self, db: &Db, blobs: &Blobs, now: Timestamp, trust_clock: bool) {
        let newest = db.query(ledger::newest_moment).and_then(|newest| {
            db.transact("trouble.probe", move |tx| store::probe(tx, now))?;
            Ok(newest)
        });
        match newest {
            Ok(newest) => {
                for gone in [Trouble::DiskFull, Trouble::ReadOnly, Trouble::DiskFails, Trouble::DatabaseGone] {
                    self.over(gone);
                }
                let newest = newest.filter(|_| !trust_clock).map_or(0, |newest| newest.as_microsecond());
                self.0.newest.store(newest, Ordering::Relaxed);
            }
            Err(failure) => self.note(failure.trouble().unwrap_or(Trouble::DatabaseGone), now),
        }
        match self.clock_is_back(now) {
            true => self.note(Trouble::ClockBack, now),
            false => self.over(Trouble::ClockBack),
        }
        self.look_at_files(blobs, now);
    }

    /// What could not be read is tried again until it can. [TRB-05]
    fn look_at_files(&self, blobs: &Blobs, now: Timestamp) {
        let still: BTreeSet<Option<Trouble>> =
            blobs.missed().iter().filter_map(|name| blobs.get(name).err().map(|failure| failure.trouble())).collect();
        for trouble in [Trouble::FileMissing, Trouble::FileChanged, Trouble::FilesGone] {
            match still.contains(&Some(trouble)) {
                true => self.note(trouble, now),
                false => self.over(trouble),
            }
        }
    }

    /// The cause is gone.
    pub fn over(&self, trouble: Trouble) {
        if self.lock().remove(&trouble).is_some() {
            tracing::warn!(trouble = trouble.word(), "over: {trouble}");
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Trouble, Timestamp>> {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
