//! The rules of the one-stop shop, as pure code.
//!
//! Nothing here reads a clock, a file, a network or a random source: time, identity and randomness are values passed in.
//! Every rule is written in prose under `docs/rules/` and cited by number.

pub mod absence;
pub mod calendar;
pub mod catalogue;
pub mod code;
pub mod competence;
pub mod deadline;
pub mod difference;
pub mod dossier;
pub mod exam;
pub mod figures;
pub mod identity;
pub mod ledger;
pub mod letters;
pub mod monitor;
pub mod overview;
pub mod procedure;
pub mod proof;
pub mod reminder;
pub mod routing;
pub mod search;
pub mod text;
