//! What people do with a dossier.

pub mod intake;
pub mod outage;
pub mod outside;
pub mod reminders;
pub mod transfer;
