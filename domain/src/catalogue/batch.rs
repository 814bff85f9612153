//! A whole file: the same procedure may stand in it twice.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{RowOutcome, issue};
use crate::procedure::Version;

/// What has been read so far from one file.
#[derive(Debug, Default)]
pub struct Batch {
    seen: BTreeMap<String, String>,
}

impl Batch {
    /// Passes a row on. The same procedure with the same content again changes nothing and passes; with other content it is
    /// refused, since nobody but the author knows which of the two is right. [CAT-09]
    pub fn check(&mut self, line: u64, outcome: RowOutcome) -> RowOutcome {
        let RowOutcome::Row { key, version, .. } = &outcome else { return outcome };
        let print = fingerprint(version);
        match self.seen.get(key) {
            Some(first) if *first != print => {
                RowOutcome::Refused { issues: vec![issue(line, "code", "catalogue.duplicate_differs", key)] }
            }
            Some(_) => outcome,
            None => {
                self.seen.insert(key.clone(), print);
                outcome
            }
        }
    }
}

/// A fingerprint of everything a version says: equal prints mean that importing it again changes nothing. [CAT-09]
#[must_use]
pub fn fingerprint(version: &Version) -> String {
    // A version is plain data, so writing it as JSON cannot fail; an empty text would only make two rows look alike.
    let json = serde_json::to_vec(version).unwrap_or_default();
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}
