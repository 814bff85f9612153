//! Codes from a telephone (TOTP, RFC 6238) and the recovery codes for when it is lost. Rules SIN-09 to SIN-11.

use jiff::Timestamp;
use motcua_domain::ledger::sha256;
use totp_rs::{Builder, Secret, Totp};

use super::{passkey, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Recovery codes printed at once. [SIN-11]
const RECOVERY_CODES: usize = 10;

/// Whether somebody's password alone does not let them in.
pub fn is_set(tx: &mut Tx, login: &str) -> Result<bool, Failure> {
    Ok(store::totp(tx, login)?.is_some_and(|row| row.confirmed))
}

/// Whether somebody has any second factor.
pub fn any(tx: &mut Tx, login: &str) -> Result<bool, Failure> {
    Ok(is_set(tx, login)? || !passkey::list(tx, login)?.is_empty())
}

/// A secret for a telephone to take up; the same one until it is confirmed, so that a page loaded twice does not spoil it.
pub fn begin(tx: &mut Tx, ctx: &Ctx, login: &str) -> Result<String, Failure> {
    match store::totp(tx, login)? {
        Some(row) if row.confirmed => Err(Failure::refused("identity.code_is_set")),
        Some(row) => Ok(row.secret),
        None => {
            let secret = Secret::from(ctx.ids.bytes::<20>()?).to_base32();
            store::insert_totp(tx, login, &secret)?;
            Ok(secret)
        }
    }
}

/// What a telephone reads from the picture.
pub fn address(secret: &str, login: &str, issuer: &str) -> String {
    let plain = |text: &str| crate::platform::web::form::percent(text).replace('+', "%20");
    let (issuer, login) = (plain(&issuer.replace(':', " ")), plain(&login.replace(':', " ")));
    format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
}

/// The telephone shows the right code: from now on it is asked for. Returns the recovery codes, which nobody can see again.
pub fn confirm(
    tx: &mut Tx,
    ctx: &Ctx,
    login: &str,
    code: &str,
    now: Timestamp,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(row) = store::totp(tx, login)?.filter(|row| !row.confirmed) else { return Ok(None) };
    let Some(step) = step_of(&row.secret, code, now)? else { return Ok(None) };
    store::confirm_totp(tx, login, step, now)?;
    new_recovery_codes(tx, ctx, login).map(Some)
}

/// Another set of recovery codes; the one before is worthless.
pub fn new_recovery_codes(tx: &mut Tx, ctx: &Ctx, login: &str) -> Result<Vec<String>, Failure> {
    store::remove_recovery_codes(tx, login)?;
    let mut codes = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let text = ctx.ids.secret::<8>()?;
        let groups: Vec<&str> = [0..4, 4..8, 8..12, 12..16].into_iter().filter_map(|at| text.get(at)).collect();
        store::insert_recovery_code(tx, login, &sha256(text.as_bytes()))?;
        codes.push(groups.join("-"));
    }
    Ok(codes)
}

/// How many recovery codes are left.
pub fn recovery_codes_left(tx: &mut Tx, login: &str) -> Result<i64, Failure> {
    store::recovery_codes_left(tx, login)
}

/// Whether a code opens the door: the telephone's, or one of the recovery codes. Either opens it once. [SIN-10] [SIN-11]
pub fn check(tx: &mut Tx, login: &str, code: &str, now: Timestamp) -> Result<bool, Failure> {
    let Some(row) = store::totp(tx, login)?.filter(|row| row.confirmed) else { return Ok(false) };
    if let Some(step) = step_of(&row.secret, code, now)? {
        // The database decides between two who show the same code at the same moment.
        return store::take_step(tx, login, step);
    }
    let plain: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    store::use_recovery_code(tx, login, &sha256(plain.as_bytes()), now)
}

/// No code is asked for any more.
pub fn remove(tx: &mut Tx, login: &str) -> Result<(), Failure> {
    store::remove_recovery_codes(tx, login)?;
    store::remove_totp(tx, login)
}

/// The step of thirty seconds that a code is for: this one, the one before or the one after. [SIN-10]
fn step_of(secret: &str, code: &str, now: Timestamp) -> Result<Option<i64>, Failure> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let six_digits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    let (true, Ok(seconds)) = (six_digits, u64::try_from(now.as_second())) else { return Ok(None) };
    Ok(totp(secret)?.check(&code, seconds).and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: &str) -> Result<Totp, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::fault(anyhow::anyhow!("a telephone's secret: {error}"));
    let secret = Secret::try_from_base32(secret).map_err(|error| broken(&error))?;
    Builder::new().with_secret(secret).with_skew(1).build().map_err(|error| broken(&error))
}
