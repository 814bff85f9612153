//! What one dossier consists of.

pub mod dossier;
pub mod explain;
pub mod figures;
pub mod letters;
pub mod mail;
pub mod readings;
pub mod receipt;
