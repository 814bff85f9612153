//! SQL of accounts, sessions and keys.

use jiff::Timestamp;

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) fn active_hash(tx: &mut Tx, login: &str) -> Result<Option<String>, Failure> {
    let row = tx.row("SELECT password_hash, active FROM account WHERE login = $1", params![login])?;
    match row {
        Some(row) if row.get::<bool>(1)? => Ok(Some(row.get(0)?)),
        _ => Ok(None),
    }
}

pub(super) fn insert_session(
    tx: &mut Tx,
    token_hash: &str,
    login: &str,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO session (token_hash, login, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![token_hash, login, now, expires],
    )
}

pub(super) fn remove_session(tx: &mut Tx, token_hash: &str) -> Result<(), Failure> {
    // Signing out twice is no fault.
    tx.execute("DELETE FROM session WHERE token_hash = $1", params![token_hash])?;
    Ok(())
}

pub(super) fn remove_expired(tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
    tx.execute("DELETE FROM session WHERE expires_at < $1", params![now])?;
    Ok(())
}

pub(super) fn login_of_session(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<String>, Failure> {
    let row = tx.row(
        "SELECT session.login FROM session JOIN account ON account.login = session.login
         WHERE token_hash = $1 AND expires_at > $2 AND active",
        params![token_hash, now],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn insert_key(tx: &mut Tx, key_hash: &str, login: &str, label: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO api_key (key_hash, login, label, created_at) VALUES ($1, $2, $3, $4)",
        params![key_hash, login, label, now],
    )
}

pub(super) fn login_of_key(tx: &mut Tx, key_hash: &str) -> Result<Option<String>, Failure> {
    let row = tx.row(
        "SELECT api_key.login FROM api_key JOIN account ON account.login = api_key.login
         WHERE key_hash = $1 AND revoked_at IS NULL AND active",
        params![key_hash],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn revoke_keys(tx: &mut Tx, login: &str, label: &str, now: Timestamp) -> Result<u64, Failure> {
    Ok(tx.execute(
        "UPDATE api_key SET revoked_at = $1 WHERE login = $2 AND label = $3 AND revoked_at IS NULL",
        params![now, login, label],
    )?)
}

pub(super) fn guess(tx: &mut Tx, subject: &str) -> Result<Option<(i64, Timestamp)>, Failure> {
    let row = tx.row("SELECT wrong, blocked_until FROM guess WHERE subject = $1", params![subject])?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub(super) fn set_guess(tx: &mut Tx, subject: &str, wrong: i64, until: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO guess (subject, wrong, blocked_until) VALUES ($1, $2, $3)
         ON CONFLICT (subject) DO UPDATE SET wrong = excluded.wrong, blocked_until = excluded.blocked_until",
        params![subject, wrong, until],
    )
}

pub(super) fn clear_guess(tx: &mut Tx, subject: &str) -> Result<(), Failure> {
    tx.execute("DELETE FROM guess WHERE subject = $1", params![subject])?;
    Ok(())
}
