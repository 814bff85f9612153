//! Who came in and who read whose dossier. Owns the table `audit`: append-only, and nothing in it says what was read; and
//! `opening_mark`, up to where readings were looked through. Rules: `docs/rules/audit.md`.

mod journal;
mod store;
pub mod unseen;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use motcua_domain::identity::Officer;
use serde::{Deserialize, Serialize};

use self::journal::Journal;

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;

/// What is noted. Words are stable: they stand in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    SignedIn,
    SignInFailed,
    SignedOut,
    /// Password, code, passkeys or sessions of an account were changed by its owner.
    AccountChanged,
    KeyUsed,
    /// A dossier's personal data were shown.
    Read,
    /// Somebody signed in asked for what their roles do not admit.
    Refused,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::AccountChanged,
        Self::KeyUsed,
        Self::Read,
        Self::Refused,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::AccountChanged => "account_changed",
            Self::KeyUsed => "key_used",
            Self::Read => "read",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One row, before it has its place in the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    pub kind: Kind,
    pub login: String,
    pub agency: String,
    pub office: String,
    pub dossier: Option<String>,
    /// By which route, or in which way.
    pub through: String,
    pub network: String,
}

impl Entry {
    pub fn new(at: Timestamp, kind: Kind, login: &str, through: &str, network: &str) -> Self {
        let (agency, office) = (String::new(), String::new());
        Self {
            at,
            kind,
            login: login.into(),
            agency,
            office,
            dossier: None,
            through: through.into(),
            network: network.into(),
        }
    }

    /// With where the officer sits that day.
    #[must_use]
    pub fn of(mut self, officer: Option<&Officer>) -> Self {
        if let Some(officer) = officer {
            self.agency.clone_from(&officer.agency);
            self.office = officer.posts.first().map(|post| post.office.clone()).unwrap_or_default();
        }
        self
    }

    /// Whether one dossier was opened, and not a list in which it stood.
    pub fn is_opening(&self) -> bool {
        self.kind == Kind::Read && self.through.contains("/dossiers/{id}")
    }

    #[must_use]
    pub fn about(mut self, dossier: &str) -> Self {
        self.dossier = Some(dossier.to_owned());
        self
    }
}

/// A row as it is shown.
pub struct Row {
    pub id: String,
    pub entry: Entry,
}

/// Rows written in one transaction: whoever writes meanwhile waits for these at the most.
const TOGETHER: usize = 100;

/// A row with its id, so that it is in the table once, however often it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Noted {
    id: String,
    entry: Entry,
}

/// Rows that are not in the table yet. Readings are noted here before they are answered, and written every second or two, off
/// the way of the answer; a server that is asked to stop writes what is left. [AUD-02]
#[derive(Clone, Default)]
pub struct Audit(Arc<Inner>);

#[derive(Default)]
struct Inner {
    pending: Mutex<Pending>,
    /// Files whose rows are not all in the table; held by whoever writes them.
    written: Mutex<Vec<Journal>>,
}

#[derive(Default)]
struct Pending {
    /// What no journal holds: there is none, as in tests, or its disk is full. A killed process loses these.
    rows: Vec<Noted>,
    journal: Option<Journal>,
}

impl Audit {
    /// With a journal in this folder. What was left there by processes that were killed is written with the rest: however much
    /// it is, nobody waits for it.
    pub fn open(ids: &Ids, folder: &Path) -> Result<Self, Failure> {
        let left = journal::left(folder, ids).map_err(Failure::fault)?;
        if !left.is_empty() {
            tracing::warn!("readings of {} processes that were killed are being written down", left.len());
        }
        let journal = Some(Journal::open(folder, ids).map_err(Failure::Fault)?);
        let pending = Mutex::new(Pending { rows: Vec::new(), journal });
        Ok(Self(Arc::new(Inner { pending, written: Mutex::new(left) })))
    }

    pub fn note(&self, ids: &Ids, entry: Entry) {
        let id = match ids.next(entry.at) {
            Ok(id) => id,
            Err(failure) => return tracing::error!("a reading could not be noted: {failure}"),
        };
        let (noted, mut pending) = (Noted { id, entry }, self.lock());
        match pending.journal.as_mut().map(|journal| journal.add(&noted)) {
            Some(Ok(())) => return,
            // Reading goes on.
            Some(Err(error)) => tracing::warn!("a reading is noted in memory only: {error}"),
            None => {}
        }
        pending.rows.push(noted);
    }

    /// Writes what was noted; returns how many rows. What cannot be written is kept for the next time.
    pub fn write(&self, db: &Db) -> Result<usize, Failure> {
        let mut files = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.take(&mut files);
        let mut done = 0;
        for batch in rows.chunks(TOGETHER) {
            let (count, batch) = (batch.len(), batch.to_vec());
            let write = move |tx: &mut Tx| {
                store::insert_all(tx, &batch)?;
                unseen::came(tx, &batch)
            };
            if let Err(failure) = db.transact("audit.write", write) {
                self.lock().rows.splice(..0, rows.into_iter().skip(done));
                return Err(failure);
            }
            done += count;
        }
        while let Some(mut file) = files.pop() {
            match file.write(db) {
                Ok(count) => done += count,
                Err(failure) => {
                    files.push(file);
                    return Err(failure);
                }
            }
            if let Err(error) = file.remove() {
                tracing::warn!("what is written stays in the journal: {error}");
            }
        }
        Ok(done)
    }

    /// What is pending now, and its file with it: from here on another file takes what comes. Where that cannot be made, the file
    /// stays in use.
    fn take(&self, files: &mut Vec<Journal>) -> Vec<Noted> {
        let Pending { rows, journal } = &mut *self.lock();
        if let Some(full) = journal.as_ref().filter(|journal| !journal.is_empty()) {
            match full.next() {
                Ok(next) => files.extend(journal.replace(next)),
                Err(error) => tracing::warn!("readings wait in the journal: {error}"),
            }
        }
        std::mem::take(rows)
    }

    /// The last that a process does with it: nobody reads any more.
    pub fn close(&self, db: &Db) -> Result<(), Failure> {
        self.write(db)?;
        // What could not be taken out of the file the next start writes down.
        let done = self.lock().journal.take().filter(Journal::is_empty);
        done.map(Journal::remove).transpose().map_err(Failure::fault)?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes one row within a transaction that writes anyway: a sign-in is answered only when it is noted.
pub fn record(tx: &mut Tx, ids: &Ids, entry: &Entry) -> Result<(), Failure> {
    store::insert(tx, &Noted { id: ids.next(entry.at)?, entry: entry.clone() })
}

/// Which rows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub login: String,
    pub dossier: String,
    pub kind: Option<Kind>,
}

/// Rows that fit, the newest first, from before a row on; one more than asked for tells that there are more.
pub fn list(tx: &mut Tx, filter: &Filter, before: &str, size: usize) -> Result<Vec<Row>, Failure> {
    // Ids are made of digits and capital letters; this comes after all of them.
    let before = if before.is_empty() { "~" } else { before };
    store::list(tx, filter, before, size as i64)
}
