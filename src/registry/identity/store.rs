//! SQL of accounts, sessions and keys.

use jiff::Timestamp;

use super::Device;
use super::passkey::Kept;
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

pub(super) fn active_hash(tx: &mut Tx, login: &str) -> Result<Option<String>, Failure> {
    let row = tx.row(
        "SELECT password_hash, active FROM account WHERE tenant = $1 AND login = $2",
        params![tx.tenant()?, login],
    )?;
    match row {
        Some(row) if row.get::<bool>(1)? => Ok(Some(row.get(0)?)),
        _ => Ok(None),
    }
}

pub(super) fn open_account(tx: &mut Tx, login: &str, hash: &str) -> Result<(), Failure> {
    let sql = "UPDATE account SET password_hash = $2, active = $3 WHERE tenant = $1 AND login = $4";
    if tx.execute(sql, params![tx.tenant()?, hash, true, login])? > 0 { Ok(()) } else { Err(Failure::NotFound) }
}

pub(super) fn close_account(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    let sql = "UPDATE account SET active = $2 WHERE tenant = $1 AND login = $3";
    if tx.execute(sql, params![tx.tenant()?, false, login])? > 0 { Ok(()) } else { Err(Failure::NotFound) }
}

pub(super) fn set_hash(tx: &mut Tx, login: &str, hash: &str) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE account SET password_hash = $2 WHERE tenant = $1 AND login = $3",
        params![tx.tenant()?, hash, login],
    )
}

#[allow(clippy::too_many_arguments)]
pub(super) fn insert_session(
    tx: &mut Tx,
    token_hash: &str,
    id: &str,
    login: &str,
    device: &Device,
    way: &str,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO session (tenant, token_hash, id, login, network, browser, way, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        params![tx.tenant()?, token_hash, id, login, &device.network, &device.browser, way, now, expires],
    )
}

pub(super) fn remove_session(tx: &mut Tx, token_hash: &str) -> Result<(), Failure> {
    // Signing out twice is no fault.
    tx.execute("DELETE FROM session WHERE tenant = $1 AND token_hash = $2", params![tx.tenant()?, token_hash])?;
    Ok(())
}

pub(super) fn remove_session_of(tx: &mut Tx, login: &str, id: &str) -> Result<bool, Failure> {
    Ok(tx.execute(
        "DELETE FROM session WHERE tenant = $1 AND login = $2 AND id = $3",
        params![tx.tenant()?, login, id],
    )? > 0)
}

pub(super) fn remove_sessions(tx: &mut Tx, login: &str, but: &str) -> Result<u64, Failure> {
    // A session of the version before has no id.
    Ok(tx.execute(
        "DELETE FROM session WHERE tenant = $1 AND login = $2 AND (id IS NULL OR id <> $3)",
        params![tx.tenant()?, login, but],
    )?)
}

pub(super) fn remove_expired(tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
    tx.execute("DELETE FROM session WHERE tenant = $1 AND expires_at < $2", params![tx.tenant()?, now])?;
    Ok(())
}

/// Login, id, way and last use.
pub(super) fn session(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<Row>, Failure> {
    Ok(tx.row(
        "SELECT session.login, id, way, COALESCE(seen_at, created_at) FROM session
         JOIN account ON account.tenant = session.tenant AND account.login = session.login
         WHERE session.tenant = $1 AND token_hash = $2 AND expires_at > $3 AND COALESCE(seen_at, created_at) > $4
           AND active",
        params![tx.tenant()?, token_hash, now, idle_since],
    )?)
}

pub(super) fn sessions(tx: &mut Tx, login: &str, now: Timestamp, idle_since: Timestamp) -> Result<Vec<Row>, Failure> {
    Ok(tx.rows(
        "SELECT id, created_at, seen_at, network, browser, way FROM session
         WHERE tenant = $1 AND login = $2 AND expires_at > $3 AND COALESCE(seen_at, created_at) > $4 AND id IS NOT NULL",
        params![tx.tenant()?, login, now, idle_since],
    )?)
}

pub(super) fn touch_session(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute(
        "UPDATE session SET seen_at = $2 WHERE tenant = $1 AND token_hash = $3",
        params![tx.tenant()?, now, token_hash],
    )?;
    Ok(())
}

pub(super) fn rename_session(tx: &mut Tx, old: &str, new: &str, way: &str) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE session SET token_hash = $2, way = $3 WHERE tenant = $1 AND token_hash = $4",
        params![tx.tenant()?, new, way, old],
    )
}

pub(super) fn device_known(
    tx: &mut Tx,
    token_hash: &str,
    login: Option<&str>,
    since: Timestamp,
) -> Result<bool, Failure> {
    let row = match login {
        Some(login) => tx.row(
            "SELECT 1 FROM known_device WHERE tenant = $1 AND token_hash = $2 AND login = $3 AND seen_at > $4",
            params![tx.tenant()?, token_hash, login, since],
        )?,
        None => tx.row(
            "SELECT 1 FROM known_device WHERE tenant = $1 AND token_hash = $2 AND seen_at > $3 LIMIT 1",
            params![tx.tenant()?, token_hash, since],
        )?,
    };
    Ok(row.is_some())
}

pub(super) fn know_device(tx: &mut Tx, token_hash: &str, login: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO known_device (tenant, token_hash, login, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, token_hash, login) DO UPDATE SET seen_at = excluded.seen_at",
        params![tx.tenant()?, token_hash, login, now],
    )
}

pub(super) fn forget_devices(tx: &mut Tx, before: Timestamp) -> Result<(), Failure> {
    tx.execute("DELETE FROM known_device WHERE tenant = $1 AND seen_at < $2", params![tx.tenant()?, before])?;
    Ok(())
}

/// All devices of somebody but one.
pub(super) fn forget_devices_of(tx: &mut Tx, login: &str, but: &str) -> Result<(), Failure> {
    tx.execute(
        "DELETE FROM known_device WHERE tenant = $1 AND login = $2 AND token_hash <> $3",
        params![tx.tenant()?, login, but],
    )?;
    Ok(())
}

pub(super) fn insert_key(tx: &mut Tx, key_hash: &str, login: &str, label: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO api_key (tenant, key_hash, login, label, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![tx.tenant()?, key_hash, login, label, now],
    )
}

pub(super) fn login_of_key(tx: &mut Tx, key_hash: &str) -> Result<Option<String>, Failure> {
    let row = tx.row(
        "SELECT api_key.login FROM api_key
         JOIN account ON account.tenant = api_key.tenant AND account.login = api_key.login
         WHERE api_key.tenant = $1 AND key_hash = $2 AND revoked_at IS NULL AND active",
        params![tx.tenant()?, key_hash],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn key_is_stale(tx: &mut Tx, key_hash: &str, before: Timestamp) -> Result<bool, Failure> {
    let sql = "SELECT 1 FROM api_key WHERE tenant = $1 AND key_hash = $2 AND (seen_at IS NULL OR seen_at < $3)";
    Ok(tx.row(sql, params![tx.tenant()?, key_hash, before])?.is_some())
}

pub(super) fn touch_key(tx: &mut Tx, key_hash: &str, now: Timestamp, before: Timestamp) -> Result<bool, Failure> {
    let sql =
        "UPDATE api_key SET seen_at = $2 WHERE tenant = $1 AND key_hash = $3 AND (seen_at IS NULL OR seen_at < $4)";
    Ok(tx.execute(sql, params![tx.tenant()?, now, key_hash, before])? > 0)
}

pub(super) fn revoke_keys(tx: &mut Tx, login: &str, label: &str, now: Timestamp) -> Result<u64, Failure> {
    Ok(tx.execute(
        "UPDATE api_key SET revoked_at = $2 WHERE tenant = $1 AND login = $3 AND label = $4 AND revoked_at IS NULL",
        params![tx.tenant()?, now, login, label],
    )?)
}

pub(super) fn guess(tx: &mut Tx, subject: &str) -> Result<Option<(i64, Timestamp)>, Failure> {
    let row = tx.row(
        "SELECT wrong, blocked_until FROM guess WHERE tenant = $1 AND subject = $2",
        params![tx.tenant()?, subject],
    )?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// The same, kept from everybody else until the transaction ends; a new one where there is none. [SIN-08]
pub(super) fn hold_guess(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<(i64, Timestamp), Failure> {
    let row = tx.row(
        "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, 0, $3)
         ON CONFLICT (tenant, subject) DO UPDATE SET wrong = guess.wrong RETURNING wrong, blocked_until",
        params![tx.tenant()?, subject, now],
    )?;
    row.map_or(Err(Failure::Conflict), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn set_guess(tx: &mut Tx, subject: &str, wrong: i64, until: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, subject) DO UPDATE SET wrong = excluded.wrong, blocked_until = excluded.blocked_until",
        params![tx.tenant()?, subject, wrong, until],
    )
}

/// Of another minute than the one that is counted nothing is left.
pub(super) fn add_requests(tx: &mut Tx, subject: &str, end: Timestamp, more: i64) -> Result<i64, Failure> {
    let row = tx.row(
        "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, subject) DO UPDATE SET blocked_until = excluded.blocked_until,
             wrong = excluded.wrong + CASE WHEN guess.blocked_until = excluded.blocked_until THEN guess.wrong ELSE 0 END
         RETURNING wrong",
        params![tx.tenant()?, subject, more, end],
    )?;
    row.map_or(Err(Failure::Conflict), |row| Ok(row.get(0)?))
}

pub(super) fn forget_guesses(tx: &mut Tx, before: Timestamp) -> Result<(), Failure> {
    tx.execute("DELETE FROM guess WHERE tenant = $1 AND blocked_until < $2", params![tx.tenant()?, before])?;
    Ok(())
}

pub(super) fn clear_guess(tx: &mut Tx, subject: &str) -> Result<(), Failure> {
    tx.execute("DELETE FROM guess WHERE tenant = $1 AND subject = $2", params![tx.tenant()?, subject])?;
    Ok(())
}

pub(super) struct TotpRow {
    pub secret: String,
    pub confirmed: bool,
}

pub(super) fn totp(tx: &mut Tx, login: &str) -> Result<Option<TotpRow>, Failure> {
    let row =
        tx.row("SELECT secret, confirmed_at FROM totp WHERE tenant = $1 AND login = $2", params![tx.tenant()?, login])?;
    row.map(|row| Ok(TotpRow { secret: row.get(0)?, confirmed: row.get::<Option<Timestamp>>(1)?.is_some() }))
        .transpose()
}

pub(super) fn insert_totp(tx: &mut Tx, login: &str, secret: &str) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO totp (tenant, login, secret, last_step) VALUES ($1, $2, $3, 0)",
        params![tx.tenant()?, login, secret],
    )
}

pub(super) fn confirm_totp(tx: &mut Tx, login: &str, step: i64, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE totp SET confirmed_at = $2, last_step = $3 WHERE tenant = $1 AND login = $4",
        params![tx.tenant()?, now, step, login],
    )
}

/// Whether this step comes after every one that was taken. [SIN-10]
pub(super) fn take_step(tx: &mut Tx, login: &str, step: i64) -> Result<bool, Failure> {
    Ok(tx.execute(
        "UPDATE totp SET last_step = $2 WHERE tenant = $1 AND login = $3 AND last_step < $2",
        params![tx.tenant()?, step, login],
    )? > 0)
}

pub(super) fn remove_totp(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    tx.execute("DELETE FROM totp WHERE tenant = $1 AND login = $2", params![tx.tenant()?, login])?;
    Ok(())
}

pub(super) fn insert_recovery_code(tx: &mut Tx, login: &str, hash: &str) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO recovery_code (tenant, login, code_hash) VALUES ($1, $2, $3)",
        params![tx.tenant()?, login, hash],
    )
}

pub(super) fn use_recovery_code(tx: &mut Tx, login: &str, hash: &str, now: Timestamp) -> Result<bool, Failure> {
    let sql =
        "UPDATE recovery_code SET used_at = $2 WHERE tenant = $1 AND login = $3 AND code_hash = $4 AND used_at IS NULL";
    Ok(tx.execute(sql, params![tx.tenant()?, now, login, hash])? > 0)
}

pub(super) fn recovery_codes_left(tx: &mut Tx, login: &str) -> Result<i64, Failure> {
    let row = tx.row(
        "SELECT COUNT(*) FROM recovery_code WHERE tenant = $1 AND login = $2 AND used_at IS NULL",
        params![tx.tenant()?, login],
    )?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn remove_recovery_codes(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    tx.execute("DELETE FROM recovery_code WHERE tenant = $1 AND login = $2", params![tx.tenant()?, login])?;
    Ok(())
}

pub(super) fn insert_ceremony(
    tx: &mut Tx,
    hash: &str,
    kind: &str,
    login: &str,
    state: &str,
    until: Timestamp,
) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO ceremony (tenant, token_hash, kind, login, state, wrong, expires_at) VALUES ($1, $2, $3, $4, $5, 0,
             $6)",
        params![tx.tenant()?, hash, kind, login, state, until],
    )
}

pub(super) fn count_try(tx: &mut Tx, hash: &str, kind: &str, now: Timestamp, max: i64) -> Result<bool, Failure> {
    let sql = "UPDATE ceremony SET wrong = wrong + 1
               WHERE tenant = $1 AND token_hash = $2 AND kind = $3 AND expires_at > $4 AND wrong < $5";
    Ok(tx.execute(sql, params![tx.tenant()?, hash, kind, now, max])? > 0)
}

/// Login and state.
pub(super) fn ceremony(tx: &mut Tx, hash: &str) -> Result<Option<(String, String)>, Failure> {
    let row =
        tx.row("SELECT login, state FROM ceremony WHERE tenant = $1 AND token_hash = $2", params![tx.tenant()?, hash])?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub(super) fn remove_ceremony(tx: &mut Tx, hash: &str, kind: &str, now: Timestamp) -> Result<bool, Failure> {
    let sql = "DELETE FROM ceremony WHERE tenant = $1 AND token_hash = $2 AND kind = $3 AND expires_at > $4";
    Ok(tx.execute(sql, params![tx.tenant()?, hash, kind, now])? > 0)
}

pub(super) fn remove_ceremonies(tx: &mut Tx, before: Timestamp) -> Result<(), Failure> {
    tx.execute("DELETE FROM ceremony WHERE tenant = $1 AND expires_at < $2", params![tx.tenant()?, before])?;
    Ok(())
}

pub(super) fn passkeys(tx: &mut Tx, login: &str) -> Result<Vec<Kept>, Failure> {
    let rows = tx.rows(
        "SELECT id, label, credential, created_at, used_at
         FROM passkey WHERE tenant = $1 AND login = $2 ORDER BY created_at, id",
        params![tx.tenant()?, login],
    )?;
    rows.iter().map(|row| Ok(Kept::new(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))).collect()
}

pub(super) fn insert_passkey(
    tx: &mut Tx,
    id: &str,
    login: &str,
    label: &str,
    credential: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO passkey (tenant, id, login, label, credential, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![tx.tenant()?, id, login, label, credential, now],
    )
}

pub(super) fn passkey_used(tx: &mut Tx, id: &str, credential: &str, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE passkey SET credential = $2, used_at = $3 WHERE tenant = $1 AND id = $4",
        params![tx.tenant()?, credential, now, id],
    )
}

pub(super) fn remove_passkey(tx: &mut Tx, login: &str, id: &str) -> Result<bool, Failure> {
    Ok(tx.execute(
        "DELETE FROM passkey WHERE tenant = $1 AND login = $2 AND id = $3",
        params![tx.tenant()?, login, id],
    )? > 0)
}
