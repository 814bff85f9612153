//! Một Cửa: an electronic one-stop shop for administrative procedures.
//!
//! Six wings; a wing calls only wings above it in this list (ARCHITECTURE.md).

pub mod backup;
pub mod bench;
pub mod doctor;
pub mod drill;
pub mod platform;
pub mod record;
pub mod registry;
pub mod simulate;
pub mod view;
pub mod work;

pub mod app;
pub mod cli;
