//! The one integration binary: the program in process, on both engines.
//!
//! A test takes a [`app::TestApp`]: an installed site of its own, with a clock that stands still and ids from a seed. When
//! the test is over, the ledger must verify and every projection must equal its replay. `docs/how-to/run-the-tests.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
mod engines;

mod app;
mod browser;
mod counter;
mod golden;
mod sources;

mod access;
mod api;
mod api_acts;
mod audit;
mod backup;
mod competence;
mod decided_outside;
mod desk;
mod doctor;
mod dossiers;
mod drill;
mod editor;
mod events;
mod fast;
mod figures;
mod govuk_fixtures;
mod impact;
mod import;
mod ledger;
mod letters;
mod life;
mod line;
mod lists;
mod mail;
mod nodes;
mod notices;
mod numbers;
mod official;
mod open;
mod outage;
mod outside;
mod overview;
mod papers;
mod people;
mod readers;
mod receipt_line;
mod reminders;
mod requests;
mod screen;
mod second_factor;
mod shards;
mod sign_in;
mod simulate;
mod sql;
mod tenants;
mod tidy;
mod transfer;
mod tree;
mod trouble;
mod upgrade;
mod watch;
