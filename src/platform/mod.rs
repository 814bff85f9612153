//! What every slice stands on. Knows no noun of the field.

pub mod blobs;
pub mod ctx;
pub mod db;
pub mod failure;
pub mod i18n;
pub mod idempotency;
pub mod ids;
pub mod ledger;
pub mod tls;
pub mod trouble;
pub mod watch;
pub mod web;
pub mod workshop;
