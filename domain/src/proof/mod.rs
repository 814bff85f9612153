//! The ledger as anybody can check it: a Merkle tree over the public form of every sealed event, checkpoints of it that are
//! signed, and what is proved by them. Rules: `docs/rules/ledger.md`; why so: `docs/adr/0011-merkle-ledger.md`.
//!
//! Pure, and the same code for the program, the command line and a browser: keys, lines and notes are values passed in.

mod base32;
pub mod checkpoint;
pub mod file;
pub mod leaf;
pub mod log;
pub mod merkle;
pub mod note;
pub mod receipt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use checkpoint::Checkpoint;
pub use merkle::Hash;
pub use note::{Signer, Verifier};

/// Base64 as notes have it.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A hash in base64.
pub fn hash_of(text: &str) -> Option<Hash> {
    decode(text)?.try_into().ok()
}
