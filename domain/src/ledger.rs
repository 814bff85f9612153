//! The hash chain over the events. Rules: `docs/rules/ledger.md`.
//!
//! Each event has a leaf, the hash of its salted text; a batch is sealed by hashing the seal before it together with its
//! leaves. Whoever changes, removes or reorders a sealed event changes a leaf and so every later seal.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The seal before the first batch. [LED-03]
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event as stored: who did what to which stream, when, for which office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the event belongs to: a dossier's id, or `catalogue`.
    pub stream: String,
    /// Counts from 1 in each stream.
    pub seq: i64,
    /// Time-ordered, unique over all streams.
    pub id: String,
    pub at: Timestamp,
    /// Account that acted.
    pub by: String,
    /// Office it acted for, `agency/key`.
    pub office: String,
    pub kind: String,
    /// JSON text, byte for byte.
    pub body: String,
    /// Random text that keeps a leaf from being guessed from personal data, so that leaves can be published. [LED-02]
    pub salt: String,
}

impl Entry {
    /// Hash of the event. Each part is preceded by its length, so that two neighbours cannot slide into one another. [LED-02]
    pub fn leaf(&self) -> String {
        let mut hash = Sha256::new();
        let (seq, at) = (self.seq.to_string(), self.at.as_microsecond().to_string());
        for part in [&self.salt, &self.stream, &seq, &self.id, &at, &self.by, &self.office, &self.kind, &self.body]
            .map(String::as_str)
        {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex(&hash.finalize())
    }
}

/// Seal of a batch: over the seal before, the number of the batch and its leaves in order. [LED-03]
pub fn seal<'a>(previous: &str, number: i64, leaves: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(number.to_be_bytes());
    for leaf in leaves {
        hash.update(leaf.as_bytes());
    }
    hex(&hash.finalize())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// SHA-256 of some bytes, the name under which a file is kept.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(body: &str) -> Entry {
        Entry {
            stream: "D1".into(),
            seq: 1,
            id: "E1".into(),
            at: Timestamp::from_second(1_525_420_800).unwrap(),
            by: "motcua1".into(),
            office: "huyen/one-stop".into(),
            kind: "accepted".into(),
            body: body.into(),
            salt: "00".into(),
        }
    }

    #[test]
    fn any_changed_part_changes_the_leaf() {
        // [LED-02]
        let first = entry("{}");
        let changes: [fn(&mut Entry); 9] = [
            |e| e.stream.push('x'),
            |e| e.seq += 1,
            |e| e.id.push('x'),
            |e| e.at += std::time::Duration::from_micros(1),
            |e| e.by.push('x'),
            |e| e.office.push('x'),
            |e| e.kind.push('x'),
            |e| e.body.push(' '),
            |e| e.salt.push('1'),
        ];
        for change in changes {
            let mut changed = first.clone();
            change(&mut changed);
            assert_ne!(changed.leaf(), first.leaf());
        }
    }

    #[test]
    fn a_letter_moved_to_the_neighbouring_part_changes_the_leaf() {
        let (mut a, mut b) = (entry("{}"), entry("{}"));
        (a.by, a.office) = ("ab".into(), "c".into());
        (b.by, b.office) = ("a".into(), "bc".into());
        assert_ne!(a.leaf(), b.leaf());
    }

    proptest! {
        #[test]
        fn removing_or_swapping_leaves_changes_the_seal(leaves in prop::collection::vec("[0-9a-f]{8}", 2..8), at in 0usize..8) {
            // [LED-03]
            let whole = seal(GENESIS, 1, leaves.iter().map(String::as_str));
            let at = at % leaves.len();
            let mut fewer = leaves.clone();
            fewer.remove(at);
            prop_assert_ne!(&whole, &seal(GENESIS, 1, fewer.iter().map(String::as_str)));
            let mut swapped = leaves.clone();
            swapped.rotate_left(1);
            if swapped != leaves {
                prop_assert_ne!(&whole, &seal(GENESIS, 1, swapped.iter().map(String::as_str)));
            }
            prop_assert_ne!(&whole, &seal(GENESIS, 2, leaves.iter().map(String::as_str)));
        }
    }
}
