//! What a leader sees at a glance: how long people wait, for whom a dossier counts and waits, and periods cut into pieces.
//! Rules: `docs/rules/overview.md`.

mod pieces;
mod standing;
#[cfg(test)]
mod tests;
mod waited;

pub use pieces::{Piece, Pieces, Preset};
pub use standing::{Awaits, Standing};
pub use waited::{Waited, crossed, days};
