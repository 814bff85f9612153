//! Figures of a period that nobody can bend: what each dossier adds to counters by day, and what is read from their sums. Rules:
//! `docs/rules/on-time.md`, `docs/rules/reports.md`.
//!
//! Only counts; where counters are kept and how they are shown is the shell's.

mod counters;
mod fact;
pub mod index;
mod lines;
#[cfg(test)]
mod properties;
mod public;
pub mod quality;
mod tally;
mod term;
#[cfg(test)]
mod tests;
mod which;

pub use counters::{COUNTERS, Counters, ahead, contributions};
pub use fact::{Fact, Firmly, Formally, Moment, Scored, Settled, Stood, Unit};
pub use lines::{Figures, OnTime, Part, Period, Report, Share};
pub use public::{Accepted, Dates, PublicEvent};
pub use tally::Tally;
pub use term::Term;
pub use which::{By, View, Which};
