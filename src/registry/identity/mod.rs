//! Signing in: accounts, sessions and keys for machines. Owns the tables `account`, `session`, `api_key` and `guess`.
//!
//! A session or key is shown as random text and kept only as its hash: whoever reads the database cannot sign in. [ACC-03]

mod store;
pub mod web;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// A session lasts one working day.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// How keys for machines begin, so that one left in a file is recognised.
pub const KEY_PREFIX: &str = "mck_";
/// Wrong guesses before a subject is blocked for a while. [ACC-06]
const FREE_GUESSES: i64 = 5;
const FREE_GUESSES_OF_ADDRESS: i64 = 30;
const MINUTES_FOR_ONE_BACK: i64 = 10;
/// The first block; it doubles with each further wrong guess.
const FIRST_BLOCK: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_BLOCK: SignedDuration = SignedDuration::from_hours(1);

/// Hashes a password; slow on purpose.
pub fn hash_password(password: &str) -> Result<String, Failure> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Failure::fault(anyhow::anyhow!("hash a password: {error}")))
}

fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash to check a password against outside a transaction, since checking is slow. An unknown login costs as much as a
/// known one, and both look alike.
pub fn stored_hash(tx: &mut Tx, login: &str) -> Result<Option<String>, Failure> {
    store::active_hash(tx, login)
}

/// Whether the password fits; also spends the time when there is no account.
pub fn check_password(password: &str, hash: Option<&str>, decoy: &str) -> bool {
    match hash {
        Some(hash) => fits(password, hash),
        None => {
            fits(password, decoy);
            false
        }
    }
}

/// Opens a session and returns its token.
pub fn open_session(tx: &mut Tx, ctx: &Ctx, login: &str, real_now: Timestamp) -> Result<String, Failure> {
    let token = ctx.ids.secret::<32>()?;
    store::remove_expired(tx, real_now)?;
    store::insert_session(tx, &sha256(token.as_bytes()), login, real_now, session_end(real_now))?;
    Ok(token)
}

/// Until when a session that is opened now is good.
pub fn session_end(opened: Timestamp) -> Timestamp {
    opened + SESSION
}

pub fn close_session(tx: &mut Tx, token: &str) -> Result<(), Failure> {
    store::remove_session(tx, &sha256(token.as_bytes()))
}

/// Makes a key for a machine that acts with the roles of an account.
pub fn issue_key(tx: &mut Tx, ctx: &Ctx, login: &str, label: &str) -> Result<String, Failure> {
    if store::active_hash(tx, login)?.is_none() {
        return Err(Failure::NotFound);
    }
    let key = format!("{KEY_PREFIX}{}", ctx.ids.secret::<24>()?);
    store::insert_key(tx, &sha256(key.as_bytes()), login, label, ctx.now)?;
    Ok(key)
}

/// Makes a key worthless; the row stays as a trace.
pub fn revoke_keys(tx: &mut Tx, login: &str, label: &str, now: Timestamp) -> Result<u64, Failure> {
    store::revoke_keys(tx, login, label, now)
}

/// Whose session or key this is, if it is good now. A cookie never holds a key.
pub fn account_of_token(tx: &mut Tx, token: &str, now: Timestamp, by_bearer: bool) -> Result<Option<String>, Failure> {
    let hash = sha256(token.as_bytes());
    if by_bearer && token.starts_with(KEY_PREFIX) {
        return store::login_of_key(tx, &hash);
    }
    store::login_of_session(tx, &hash, now)
}

/// Until when a subject is blocked after wrong guesses, if it is. [ACC-06]
pub fn blocked_until(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    Ok(store::guess(tx, &sha256(subject.as_bytes()))?.map(|(_, until)| until).filter(|until| *until > now))
}

/// Counts a wrong guess; from the sixth on the subject is blocked, each time for twice as long. [ACC-06]
pub fn wrong_guess(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<(), Failure> {
    // A day without a guess forgets the ones before.
    let remembered = |wrong: i64, idle: SignedDuration| if idle > SignedDuration::from_hours(24) { 0 } else { wrong };
    count_wrong(tx, subject, now, FREE_GUESSES, remembered)
}

/// Counts a wrong guess of an address that many people may share: a village behind one line. It has more free guesses and
/// gets one back every few minutes, so that honest mistakes never add up to a block. [ACC-06]
pub fn wrong_guess_of_address(tx: &mut Tx, address: &str, now: Timestamp) -> Result<(), Failure> {
    let remembered = |wrong: i64, idle: SignedDuration| (wrong - idle.as_mins() / MINUTES_FOR_ONE_BACK).max(0);
    count_wrong(tx, address, now, FREE_GUESSES_OF_ADDRESS, remembered)
}

fn count_wrong(
    tx: &mut Tx,
    subject: &str,
    now: Timestamp,
    free: i64,
    remembered: impl Fn(i64, SignedDuration) -> i64,
) -> Result<(), Failure> {
    let subject = sha256(subject.as_bytes());
    let (wrong, until) = store::guess(tx, &subject)?.unwrap_or((0, now));
    let wrong = remembered(wrong, now.duration_since(until)) + 1;
    let doublings = u32::try_from(wrong - free - 1).unwrap_or(0).min(10);
    let block = match wrong > free {
        true => FIRST_BLOCK.checked_mul(1 << doublings).unwrap_or(LONGEST_BLOCK).min(LONGEST_BLOCK),
        false => SignedDuration::ZERO,
    };
    store::set_guess(tx, &subject, wrong, now + block)
}

/// A right answer clears the count.
pub fn right_guess(tx: &mut Tx, subject: &str) -> Result<(), Failure> {
    store::clear_guess(tx, &sha256(subject.as_bytes()))
}
