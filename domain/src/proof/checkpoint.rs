//! What a log says of itself at a moment, signed: how many leaves it has and their root (`c2sp.org/tlog-checkpoint`), with the
//! moment as a line of extension. [LED-09]

use jiff::Timestamp;

use super::{Hash, Signer, Verifier, encode, hash_of};
use crate::proof::note::NoteError;

/// Before the moment in its line.
const MOMENT: &str = "moment ";

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    pub size: u64,
    #[serde(serialize_with = "as_text")]
    pub root: Hash,
    /// When it was made, to the second.
    pub at: Timestamp,
}

impl Checkpoint {
    pub fn sign(signer: &Signer, size: u64, root: Hash, at: Timestamp) -> String {
        let origin = signer.verifier().name().to_owned();
        signer.note(&Self { origin, size, root, at }.text())
    }

    pub fn text(&self) -> String {
        let at = self.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!("{}\n{}\n{}\n{MOMENT}{at}\n", self.origin, self.size, encode(&self.root))
    }

    /// A checkpoint that one of the keys signed.
    pub fn open(note: &str, keys: &[Verifier]) -> Result<Self, NoteError> {
        let mut why = NoteError::Unsigned;
        for key in keys {
            match key.open(note) {
                Ok(text) => return Self::read(text).filter(|found| found.origin == key.name()).ok_or(NoteError::Form),
                Err(NoteError::Unsigned) => {}
                Err(other) => why = other,
            }
        }
        Err(why)
    }

    /// What stands there, whoever signed it.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size) = (lines.next()?.to_owned(), lines.next()?);
        let root = hash_of(lines.next()?)?;
        let at = lines.find_map(|line| line.strip_prefix(MOMENT))?.parse().ok()?;
        let found = Self { origin, size: size.parse().ok()?, root, at };
        (found.size.to_string() == size).then_some(found)
    }
}

fn as_text<S: serde::Serializer>(root: &Hash, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&encode(root))
}

/// Notes that stand one after another, each followed by an empty line.
pub fn notes(text: &str) -> Vec<String> {
    let (mut notes, mut now, mut signed) = (Vec::new(), String::new(), false);
    for line in text.split_inclusive('\n') {
        if line == "\n" && signed {
            notes.push(std::mem::take(&mut now));
            signed = false;
            continue;
        }
        signed |= line.starts_with("— ");
        now.push_str(line);
    }
    if !now.trim().is_empty() {
        notes.push(now);
    }
    notes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::new("motcua/example", &[3; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_is_a_note_of_four_lines() {
        // [LED-09]
        let at: Timestamp = "2018-05-04T01:10:00Z".parse().unwrap();
        let note = Checkpoint::sign(&signer(), 9, [1; 32], at);
        let text = "motcua/example\n9\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nmoment 2018-05-04T01:10:00Z\n\n";
        assert!(note.starts_with(text), "{note}");
        let found = Checkpoint::open(&note, &[signer().verifier()]).unwrap();
        assert_eq!(found, Checkpoint { origin: "motcua/example".into(), size: 9, root: [1; 32], at });
        let forged = note.replace("\n9\n", "\n8\n");
        assert_eq!(Checkpoint::open(&forged, &[signer().verifier()]), Err(NoteError::False));
        assert_eq!(notes(&format!("{note}\n{note}\n")), [note.clone(), note.clone()]);
        assert_eq!(notes(&format!("{note}\n{note}")), [note.clone(), note]);
    }

    #[test]
    fn a_foreign_key_with_a_name_of_its_own_signs_nothing_here() {
        let other = Signer::new("motcua/other", &[4; 32]).unwrap();
        let text = Checkpoint { origin: "motcua/example".into(), size: 1, root: [0; 32], at: Timestamp::UNIX_EPOCH };
        let note = other.note(&text.text());
        assert_eq!(Checkpoint::open(&note, &[other.verifier()]), Err(NoteError::Form));
        assert_eq!(Checkpoint::open(&note, &[signer().verifier()]), Err(NoteError::Unsigned));
    }
}
