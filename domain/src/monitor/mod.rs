//! Where figures may be bent: what one dossier shows of it, and what is unusual for a place. Nobody is judged: a sign is a
//! question. Rules: `docs/rules/monitor.md`.

mod burst;
mod normal;
mod signs;
#[cfg(test)]
mod tests;

pub use burst::{Burst, burst};
pub use normal::{Limits, Normal, median, normal};
pub use signs::{Case, FARTHEST, Sign, refiled, signs};
