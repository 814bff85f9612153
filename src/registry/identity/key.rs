//! Keys for machines.

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::store;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// How keys for machines begin, so that one left in a file is recognised.
pub const KEY_PREFIX: &str = "mck_";

/// A key in steady use is noted as often as this. [AUD-03]
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(10);

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

/// Whether the last use was noted long enough ago to look closer.
pub fn key_is_stale(tx: &mut Tx, key: &str, now: Timestamp) -> Result<bool, Failure> {
    store::key_is_stale(tx, &sha256(key.as_bytes()), now - NOTED_EVERY)
}

/// Whether this use is to be noted; one of several at once says yes.
pub fn key_used(tx: &mut Tx, key: &str, now: Timestamp) -> Result<bool, Failure> {
    store::touch_key(tx, &sha256(key.as_bytes()), now, now - NOTED_EVERY)
}
