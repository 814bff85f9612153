//! Figures of a period that nobody can bend: what each dossier adds to counters by day, and what is read from their sums. Rules:
//! `docs/rules/on-time.md`, `docs/rules/reports.md`.
//!
//! Only counts; where counters are kept and how they are shown is the shell's.

mod counters;
mod fact;
pub mod index;
mod lines;
mod open;
#[cfg(test)]
mod properties;
mod public;
pub mod quality;
mod recount;
mod tally;
mod term;
#[cfg(test)]
mod tests;
mod which;

pub use counters::{COUNTERS, Counters, ahead, contributions};
pub use fact::{Fact, Firmly, Formally, Moment, Scored, Settled, Stood, Unit};
pub use lines::{Figures, OnTime, Part, Period, Report, Share};
pub use open::{Line, Month, Months, OTHERS, Visible};
pub use public::{Accepted, Dates, PublicEvent};
pub use recount::{Difference, Offsets, Published, Recount, Retold, Verdict};
pub use tally::Tally;
pub use term::Term;
pub use which::{By, View, Which};
