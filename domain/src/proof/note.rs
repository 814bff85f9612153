//! Signed notes as C2SP describes them (`c2sp.org/signed-note`), with Ed25519: text, an empty line, and a line for each who
//! signed. A witness adds a line of its own; lines of unknown keys are passed over. [LED-09]

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::{decode, encode};
use crate::ledger::sha256;

/// The kind of key of all ours: Ed25519.
const KIND: u8 = 1;
/// Longest note that is read.
const LONGEST: usize = 64 * 1024;

/// A secret key with its name. Prints nothing of it.
#[derive(Clone)]
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    pub fn new(name: &str, secret: &[u8; 32]) -> Option<Self> {
        is_name(name).then(|| Self { name: name.to_owned(), key: SigningKey::from_bytes(secret) })
    }

    /// As it is kept in a file: `PRIVATE+KEY+name+hash+base64`.
    pub fn to_text(&self) -> String {
        let secret: Vec<u8> = std::iter::once(KIND).chain(self.key.to_bytes()).collect();
        let verifier = self.verifier();
        format!("PRIVATE+KEY+{}+{:08x}+{}", verifier.name, verifier.id(), encode(&secret))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+")?;
        let (name, id, bytes) = parts(rest)?;
        let signer = Self::new(name, &bytes)?;
        (signer.verifier().id() == id).then_some(signer)
    }

    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// A name for something, which nobody makes or undoes without the key. [OPN-06]
    pub fn blind(&self, text: &str) -> String {
        let secret = encode(&self.key.to_bytes());
        sha256(format!("blind\n{secret}\n{text}").as_bytes())
    }

    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }

    /// The note over a text, which ends with a line feed.
    pub fn note(&self, text: &str) -> String {
        let signed: Vec<u8> =
            self.verifier().id().to_be_bytes().into_iter().chain(self.sign(text.as_bytes())).collect();
        format!("{text}\n— {} {}\n", self.name, encode(&signed))
    }
}

/// The public half of a key: whoever has it knows what the other half signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

/// `name+hash+base64`.
impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let public: Vec<u8> = std::iter::once(KIND).chain(self.key.to_bytes()).collect();
        write!(f, "{}+{:08x}+{}", self.name, self.id(), encode(&public))
    }
}

impl std::str::FromStr for Verifier {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let read = || {
            let (name, id, bytes) = parts(text.trim())?;
            let verifier = Self { name: name.to_owned(), key: VerifyingKey::from_bytes(&bytes).ok()? };
            (verifier.id() == id).then_some(verifier)
        };
        read().ok_or(NoteError::Key)
    }
}

/// Why a note says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteError {
    #[error("this is not a verifier key: name+hash+base64")]
    Key,
    #[error("this is not a signed note")]
    Form,
    #[error("it carries no signature of the key")]
    Unsigned,
    #[error("its signature is false: the text was changed, or somebody else signed it in this name")]
    False,
}

impl Verifier {
    /// Of the log, too.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    fn id(&self) -> u32 {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', KIND])
            .chain_update(self.key.to_bytes())
            .finalize();
        hash.iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
    }

    pub fn verify(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(text, &Signature::from_bytes(signature)).is_ok()
    }

    /// The text of a note that this key signed.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let sound = note.len() <= LONGEST && note.chars().all(|sign| sign >= ' ' || sign == '\n');
        let (text, signatures) = split(note).filter(|_| sound).ok_or(NoteError::Form)?;
        let mut found = Err(NoteError::Unsigned);
        for line in signatures.lines() {
            let (name, signed) =
                line.strip_prefix("— ").and_then(|line| line.split_once(' ')).ok_or(NoteError::Form)?;
            let signed = decode(signed).ok_or(NoteError::Form)?;
            let (id, signature) = signed.split_first_chunk::<4>().ok_or(NoteError::Form)?;
            if name == self.name && u32::from_be_bytes(*id) == self.id() {
                let signature = signature.try_into().map_err(|_| NoteError::False)?;
                if !self.verify(text.as_bytes(), signature) {
                    return Err(NoteError::False);
                }
                found = Ok(text);
            }
        }
        found
    }
}

/// Text and signatures, which the last empty line separates.
fn split(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind("\n\n")? + 1;
    let (text, rest) = note.split_at(at);
    let signatures = rest.strip_prefix('\n')?;
    (signatures.ends_with('\n')).then_some((text, signatures))
}

/// Name, hash and the 32 bytes of a key.
fn parts(text: &str) -> Option<(&str, u32, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let bytes = decode(key)?;
    let (kind, bytes) = bytes.split_first()?;
    let fits = is_name(name) && *kind == KIND && id.len() == 8;
    Some((name, u32::from_str_radix(id, 16).ok()?, bytes.try_into().ok()?)).filter(|_| fits)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|sign| sign.is_whitespace() || sign.is_control() || sign == '+')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A key and a note of Go's package of the same name, which the description comes from.
    const SIGNER: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const LINE: &str =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_known_note_is_signed_and_opened() {
        // [LED-09]
        let signer = Signer::parse(SIGNER).unwrap();
        assert_eq!(signer.to_text(), SIGNER);
        assert_eq!(signer.verifier().to_string(), VERIFIER);
        let note = format!("{TEXT}\n{LINE}");
        assert_eq!(signer.note(TEXT), note);
        let verifier: Verifier = VERIFIER.parse().unwrap();
        assert_eq!(verifier.open(&note), Ok(TEXT));
        let witnessed = format!("{note}— witness.example AAAAAAAA\n");
        assert_eq!(verifier.open(&witnessed), Ok(TEXT), "others may sign too");
    }

    #[test]
    fn what_was_changed_is_false() {
        // [LED-09]
        let verifier: Verifier = VERIFIER.parse().unwrap();
        let note = format!("{TEXT}\n{LINE}");
        assert_eq!(verifier.open(&note.replace("answer", "source")), Err(NoteError::False));
        assert_eq!(verifier.open(&note.replace("x08go", "x18go")), Err(NoteError::Unsigned));
        assert_eq!(verifier.open(&note.replace("IuGU", "IuGV")), Err(NoteError::False));
        assert_eq!(verifier.open(TEXT), Err(NoteError::Form));
        assert_eq!(verifier.open(&format!("{TEXT}\n")), Err(NoteError::Form));
        let other = Signer::new("PeterNeumann", &[7; 32]).unwrap();
        assert_eq!(verifier.open(&other.note(TEXT)), Err(NoteError::Unsigned));
    }

    #[test]
    fn a_mistyped_key_is_no_key() {
        for text in [&VERIFIER.replace("c74f", "c74e"), &VERIFIER.replace("ARpc", "ARpd"), "", "a+b+c"] {
            assert_eq!(text.parse::<Verifier>(), Err(NoteError::Key), "{text}");
        }
        assert!(Signer::new("two words", &[1; 32]).is_none() && Signer::new("a+b", &[1; 32]).is_none());
    }
}
