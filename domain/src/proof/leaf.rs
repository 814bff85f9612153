//! The line of an event in the public log: its public form, and the hash of all of it. The leaf of the tree is this line, byte
//! for byte, so that whoever has the line has the leaf. [LED-08]

use jiff::Timestamp;

use super::merkle::{Hash, leaf_hash};
use crate::figures::PublicEvent;
use crate::ledger::Entry;

/// Number of the form; a later one begins otherwise.
const BEGIN: &str = r#"{"leaf":1,"private":""#;
const MIDDLE: &str = r#"","event":"#;

/// The line of an event, without an end of line. `private` is [`Entry::leaf`]; `public` is JSON in one line.
pub fn line(private: &str, public: &str) -> String {
    format!("{BEGIN}{private}{MIDDLE}{public}}}")
}

/// The hash that the tree is made of.
pub fn hash(private: &str, public: &str) -> Hash {
    leaf_hash(line(private, public).as_bytes())
}

/// What a line says, whichever stream it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf<'a> {
    pub private: &'a str,
    /// The public form as it stands.
    pub public: &'a str,
}

impl<'a> Leaf<'a> {
    pub fn read(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix(BEGIN)?;
        let (private, rest) = rest.split_at_checked(64)?;
        let public = rest.strip_prefix(MIDDLE)?.strip_suffix('}')?;
        Some(Self { private, public }).filter(|_| private.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// Of a dossier; none for another stream.
    pub fn event(&self) -> Option<PublicEvent> {
        serde_json::from_str(self.public).ok()
    }

    /// Stream, number and moment, which every public form says.
    pub fn place(&self) -> Option<Place> {
        serde_json::from_str(self.public).ok()
    }
}

/// Which event it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    #[serde(alias = "dossier")]
    pub stream: String,
    pub seq: i64,
    pub at: Timestamp,
}

/// The public form of an event that is no dossier's, or that cannot be read: only that there was one. [LED-08]
pub fn bare(entry: &Entry) -> String {
    let place = Place { stream: entry.stream.clone(), seq: entry.seq, at: entry.at };
    // A row of text, a number and a moment is always JSON.
    serde_json::to_string(&place).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_no_other() {
        // [LED-08]
        let private = "ab".repeat(32);
        let whole = line(&private, r#"{"stream":"catalogue","seq":3,"at":"2018-05-04T01:10:00Z"}"#);
        let leaf = Leaf::read(&whole).unwrap();
        assert_eq!(line(leaf.private, leaf.public), whole);
        assert_eq!((leaf.place().unwrap().stream.as_str(), leaf.place().unwrap().seq), ("catalogue", 3));
        assert!(leaf.event().is_none());
        for other in [whole.replace("\"leaf\":1", "\"leaf\":2"), whole.replace("abab", "xyxy"), String::new()] {
            assert!(Leaf::read(&other).is_none(), "{other}");
        }
    }
}
