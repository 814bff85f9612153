//! What people do with a dossier.

pub mod intake;
pub mod outside;
