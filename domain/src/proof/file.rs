//! A proof for one event, in a file that needs nothing else but the key: its line, its place, the path to the root of a signed
//! checkpoint (`c2sp.org/tlog-proof`). [LED-12]

use super::merkle::{Hash, leaf_hash, root_by_inclusion};
use super::note::NoteError;
use super::{Checkpoint, Verifier, decode, encode, hash_of};

const HEAD: &str = "c2sp.org/tlog-proof@v1";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// The line of the event, see [`super::leaf`].
    pub line: String,
    /// Counts from 0.
    pub index: u64,
    pub path: Vec<Hash>,
    /// The note of a checkpoint.
    pub checkpoint: String,
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not such a file, or cut off.
    Form,
    /// Its checkpoint does not hold.
    Checkpoint(NoteError),
    /// The event is not in the ledger that the checkpoint signs: one of the two was changed.
    Elsewhere,
}

impl ProofFile {
    pub fn to_text(&self) -> String {
        let path: String = self.path.iter().map(|hash| format!("{}\n", encode(hash))).collect();
        format!("{HEAD}\nextra {}\nindex {}\n{path}\n{}", encode(self.line.as_bytes()), self.index, self.checkpoint)
    }

    pub fn read(text: &str) -> Option<Self> {
        let (proof, checkpoint) = text.split_once("\n\n")?;
        let mut lines = proof.lines();
        let head = lines.next()?;
        let line = String::from_utf8(decode(lines.next()?.strip_prefix("extra ")?)?).ok()?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let path = lines.map(hash_of).collect::<Option<_>>()?;
        (head == HEAD).then(|| Self { line, index, path, checkpoint: checkpoint.to_owned() })
    }

    /// The checkpoint under which the event stands.
    pub fn check(&self, keys: &[Verifier]) -> Result<Checkpoint, Fault> {
        let checkpoint = Checkpoint::open(&self.checkpoint, keys).map_err(Fault::Checkpoint)?;
        let leaf = leaf_hash(self.line.as_bytes());
        let root = root_by_inclusion(self.index, checkpoint.size, leaf, &self.path);
        if root == Some(checkpoint.root) { Ok(checkpoint) } else { Err(Fault::Elsewhere) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::proof::Signer;
    use crate::proof::merkle;

    #[test]
    fn a_file_proves_its_event_and_nothing_else() {
        // [LED-12]
        let signer = Signer::new("motcua/example", &[3; 32]).unwrap();
        let keys = [signer.verifier()];
        let lines: Vec<String> = (0..11).map(|at| format!("line {at}")).collect();
        let leaves: Vec<Hash> = lines.iter().map(|line| leaf_hash(line.as_bytes())).collect();
        let Ok(root) = merkle::root(&mut leaves.as_slice(), 11);
        let Ok(path) = merkle::inclusion(&mut leaves.as_slice(), 6, 11);
        let checkpoint = Checkpoint::sign(&signer, 11, root, "2018-05-04T01:10:00Z".parse().unwrap());
        let file = ProofFile { line: "line 6".to_owned(), index: 6, path, checkpoint };
        let read = ProofFile::read(&file.to_text()).unwrap();
        assert_eq!(read, file);
        assert_eq!(read.check(&keys).unwrap().size, 11);
        let changed = ProofFile { line: "line 7".to_owned(), ..file.clone() };
        assert_eq!(changed.check(&keys), Err(Fault::Elsewhere));
        let moved = ProofFile { index: 7, ..file.clone() };
        assert_eq!(moved.check(&keys), Err(Fault::Elsewhere));
        let forged = ProofFile { checkpoint: file.checkpoint.replace("\n11\n", "\n12\n"), ..file.clone() };
        assert_eq!(forged.check(&keys), Err(Fault::Checkpoint(NoteError::False)));
        assert!(ProofFile::read(&file.to_text().replace("@v1", "@v2")).is_none());
        assert!(ProofFile::read("").is_none());
    }
}
