//! A dossier (hồ sơ): what happened to it is a list of [`Event`]s, what it is now is their fold, [`Dossier`].
//!
//! Commands ([`command`]) are decided against the state into new events or a [`Refusal`]; nothing else makes events.
//! Rules: `docs/rules/dossier.md`, `docs/rules/routing.md`.

mod command;
mod due;
mod event;
mod facts;
mod motion;
mod refusal;
mod state;
mod status;
mod stays;
mod task;

pub use command::*;
pub use due::*;
pub use event::*;
pub use facts::*;
pub use refusal::*;
pub use state::*;
pub use status::*;
pub use stays::*;
pub use task::*;

#[cfg(test)]
mod promise_tests;
#[cfg(test)]
mod tests;
