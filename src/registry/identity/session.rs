//! Sessions: opened, looked up, listed for their owner, closed. Rules SIN-01 to SIN-04.

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::{Device, KEY_PREFIX, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::registry::pack::SignIn;

/// A session in use is noted as often as this, so that reading a page seldom writes.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Password,
    /// A password and a code.
    Code,
    Passkey,
    /// A key for a machine.
    Key,
}

impl Way {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Key => "key",
        }
    }

    fn parse(text: &str) -> Self {
        [Self::Code, Self::Passkey].into_iter().find(|way| way.as_str() == text).unwrap_or(Self::Password)
    }

    /// Whether it shows two things: what somebody knows and what they have. [SIN-09]
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Password)
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Names it in pages; worth nothing as a token.
    pub id: String,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
    pub network: String,
    pub browser: String,
    pub way: Way,
}

/// Who a token stands for.
#[derive(Debug, Clone)]
pub struct Session {
    pub login: String,
    pub id: String,
    pub way: Way,
    /// Whether its last use should be noted again.
    pub stale: bool,
}

/// Opens a session and returns its token.
pub fn open_session(tx: &mut Tx, ctx: &Ctx, login: &str, real_now: Timestamp) -> Result<String, Failure> {
    open_session_from(tx, ctx, login, &Device::default(), Way::Password, &SignIn::default(), real_now)
}

/// The same from a device, in one of the ways.
pub fn open_session_from(
    tx: &mut Tx,
    ctx: &Ctx,
    login: &str,
    device: &Device,
    way: Way,
    site: &SignIn,
    now: Timestamp,
) -> Result<String, Failure> {
    let token = ctx.ids.secret::<32>()?;
    let id = ctx.ids.next(now)?;
    store::remove_expired(tx, now)?;
    store::insert_session(
        tx,
        &sha256(token.as_bytes()),
        &id,
        login,
        device,
        way.as_str(),
        now,
        session_end(now, site),
    )?;
    Ok(token)
}

/// Until when a session that is opened now is good. [SIN-02]
pub fn session_end(opened: Timestamp, site: &SignIn) -> Timestamp {
    opened + SignedDuration::from_hours(i64::from(site.hours))
}

/// Signing out; twice is no fault.
pub fn close_session(tx: &mut Tx, token: &str) -> Result<(), Failure> {
    store::remove_session(tx, &sha256(token.as_bytes()))
}

/// Ends one of somebody's sessions by its name in the list. [SIN-04]
pub fn close_session_of(tx: &mut Tx, login: &str, id: &str) -> Result<(), Failure> {
    if store::remove_session_of(tx, login, id)? { Ok(()) } else { Err(Failure::NotFound) }
}

/// Ends all sessions of somebody but one; returns how many. [SIN-04]
pub fn close_other_sessions(tx: &mut Tx, login: &str, but: &str) -> Result<u64, Failure> {
    store::remove_sessions(tx, login, but)
}

/// Somebody's sessions that are good now, the last used first.
pub fn sessions(tx: &mut Tx, login: &str, site: &SignIn, now: Timestamp) -> Result<Vec<Opened>, Failure> {
    let rows = store::sessions(tx, login, now, idle_since(now, site))?;
    let opened = |row: &crate::platform::db::Row| -> Result<Opened, Failure> {
        let opened_at = row.get(1)?;
        Ok(Opened {
            id: row.get(0)?,
            opened_at,
            seen_at: row.get::<Option<Timestamp>>(2)?.unwrap_or(opened_at),
            network: row.get(3)?,
            browser: row.get(4)?,
            way: Way::parse(&row.get::<String>(5)?),
        })
    };
    let mut list = rows.iter().map(opened).collect::<Result<Vec<_>, _>>()?;
    list.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
    Ok(list)
}

/// Sessions nobody used since then are over. [SIN-02]
fn idle_since(now: Timestamp, site: &SignIn) -> Timestamp {
    now - SignedDuration::from_mins(i64::from(site.idle_minutes))
}

/// Whose session or key this is, if it is good now. A cookie never holds a key.
pub fn account_of_token(
    tx: &mut Tx,
    token: &str,
    site: &SignIn,
    now: Timestamp,
    by_bearer: bool,
) -> Result<Option<Session>, Failure> {
    let hash = sha256(token.as_bytes());
    if by_bearer && token.starts_with(KEY_PREFIX) {
        let login = store::login_of_key(tx, &hash)?;
        return Ok(login.map(|login| Session { login, id: String::new(), way: Way::Key, stale: true }));
    }
    let Some(row) = store::session(tx, &hash, now, idle_since(now, site))? else { return Ok(None) };
    let seen: Timestamp = row.get(3)?;
    Ok(Some(Session {
        login: row.get(0)?,
        id: row.get::<Option<String>>(1)?.unwrap_or_default(),
        way: Way::parse(&row.get::<String>(2)?),
        stale: now.duration_since(seen) >= NOTED_EVERY,
    }))
}

/// Notes that a session is in use.
pub fn touch_session(tx: &mut Tx, token: &str, now: Timestamp) -> Result<(), Failure> {
    store::touch_session(tx, &sha256(token.as_bytes()), now)
}

/// The owner has shown a second factor within this session. Its token changes, as at every step up. [SIN-01]
pub fn prove_session(tx: &mut Tx, ctx: &Ctx, token: &str, way: Way) -> Result<String, Failure> {
    let new = ctx.ids.secret::<32>()?;
    store::rename_session(tx, &sha256(token.as_bytes()), &sha256(new.as_bytes()), way.as_str())?;
    Ok(new)
}
