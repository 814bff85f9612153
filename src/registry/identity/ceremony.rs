//! What lies between two requests of one sign-in or enrolment. It is in the database, since another node may answer the second.

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::store;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// How long somebody may take between two requests. [SIN-12]
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Wrong codes after which the password is asked for again. [SIN-12]
const WRONG_MAX: i64 = 5;

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The password was right; a code is still asked for.
    Code,
    NewPasskey,
    Passkey,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::NewPasskey => "new_passkey",
            Self::Passkey => "passkey",
        }
    }
}

/// Begins one, and returns the token that goes on with it.
pub fn begin(tx: &mut Tx, ctx: &Ctx, kind: Kind, login: &str, state: &str, now: Timestamp) -> Result<String, Failure> {
    let token = ctx.ids.secret::<32>()?;
    store::remove_ceremonies(tx, now)?;
    store::insert_ceremony(tx, &sha256(token.as_bytes()), kind.as_str(), login, state, now + GOOD_FOR)?;
    Ok(token)
}

/// Whose it is, if it still goes on; counts a try.
pub fn tried(tx: &mut Tx, token: &str, kind: Kind, now: Timestamp) -> Result<Option<String>, Failure> {
    let hash = sha256(token.as_bytes());
    if !store::count_try(tx, &hash, kind.as_str(), now, WRONG_MAX)? {
        return Ok(None);
    }
    Ok(store::ceremony(tx, &hash)?.map(|(login, _)| login))
}

/// Ends it, and returns whose it was and what was kept; it is good once.
pub fn take(tx: &mut Tx, token: &str, kind: Kind, now: Timestamp) -> Result<Option<(String, String)>, Failure> {
    let hash = sha256(token.as_bytes());
    let kept = store::ceremony(tx, &hash)?;
    Ok(if store::remove_ceremony(tx, &hash, kind.as_str(), now)? { kept } else { None })
}
