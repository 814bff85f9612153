//! A dossier (hồ sơ): what happened to it is a list of [`Event`]s, what it is now is their fold, [`Dossier`].
//!
//! Commands ([`command`]) are decided against the state into new events or a [`Refusal`]; nothing else makes events.
//! Rules: `docs/rules/dossier.md`.

mod command;
mod event;
mod state;

pub use command::*;
pub use event::*;
pub use state::*;

#[cfg(test)]
mod tests;
