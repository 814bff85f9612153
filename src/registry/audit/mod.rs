//! Who came in and who read whose dossier. Owns the table `audit`: append-only, and nothing in it says what was read. Rules:
//! `docs/rules/audit.md`.

mod store;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use motcua_domain::identity::Officer;

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;

/// What is noted. Words are stable: they stand in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone)]
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

/// Rows written in one transaction; more wait for the next.
const TOGETHER: usize = 500;

/// Rows that are not written yet. Readings are noted here, off the way of the answer, and written every second or two; a
/// server that is asked to stop writes what is left. [AUD-02]
#[derive(Clone, Default)]
pub struct Audit(Arc<Mutex<Vec<Entry>>>);

impl Audit {
    pub fn note(&self, entry: Entry) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// Writes what was noted; returns how many rows. What cannot be written is kept for the next time.
    pub fn write(&self, db: &Db, ids: &Ids) -> Result<usize, Failure> {
        let mut written = 0;
        loop {
            let batch: Vec<Entry> = {
                let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let count = noted.len().min(TOGETHER);
                noted.drain(..count).collect()
            };
            if batch.is_empty() {
                return Ok(written);
            }
            let (rows, ids) = (batch.clone(), ids.clone());
            let done = db.transact("audit.write", move |tx| rows.iter().try_for_each(|entry| record(tx, &ids, entry)));
            if let Err(failure) = done {
                let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                noted.splice(..0, batch);
                return Err(failure);
            }
            written += batch.len();
        }
    }
}

/// Writes one row within a transaction that writes anyway: a sign-in is answered only when it is noted.
pub fn record(tx: &mut Tx, ids: &Ids, entry: &Entry) -> Result<(), Failure> {
    store::insert(tx, &ids.next(entry.at)?, entry)
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
