//! Signing in: accounts, sessions, second factors and keys for machines. Owns the tables `account`, `session`, `api_key`,
//! `guess`, `known_device`, `totp`, `recovery_code`, `passkey` and `ceremony`. Rules: `docs/rules/sign-in.md`.
//!
//! A session or key is shown as random text and kept only as its hash: whoever reads the database cannot sign in. [ACC-03]

pub mod ceremony;
mod device;
mod guess;
mod key;
pub mod passkey;
mod password;
pub mod second_factor;
mod session;
mod store;
pub mod web;

pub use device::{Device, counted, forget_other_devices, known_device, network, remember_device};
pub use guess::{Guesser, Guesses, add_requests, forget_guesses};
pub use key::{KEY_PREFIX, issue_key, key_is_stale, key_used, revoke_keys};
pub use password::{
    LONGEST as PASSWORD_LONGEST, SHORTEST as PASSWORD_SHORTEST, Unfit as UnfitPassword, change_password,
    check_password, close_account, fit, forget_factors, hash_password, reset_password, stored_hash,
};
pub use session::{
    Opened, Session, Way, account_of_token, close_other_sessions, close_session, close_session_of, open_session,
    open_session_from, prove_session, session_end, sessions, touch_session,
};
