//! Outgoing mail (thư điện tử). Owns the table `mail_outbox`: a mail is written in the transaction that has something to
//! tell, and sent afterwards by [`send_due`], as often as it takes. Rules: `docs/rules/mail.md`.

mod mailer;
mod store;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use mailer::{Folder, Mailer, NotSent, Smtp};

use crate::platform::ctx::Ctx;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;

/// A mail that somebody wants sent. It holds no personal data beyond the dossier's number. [EML-02]
#[derive(Debug, Clone)]
pub struct NewMail {
    /// The dossier it is about: a failure is shown there.
    pub about: String,
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// A mail as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Also its message id, so that a mailbox recognises a second copy.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub made_at: Timestamp,
}

/// A mail taken for one try.
struct Claimed {
    mail: Mail,
    /// Tries before this one.
    tries: i64,
}

/// How a mail has fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posted {
    pub id: String,
    pub to: String,
    pub made_at: Timestamp,
    pub tries: i64,
    /// When it is tried next; `None` when nothing more is done.
    pub next_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    /// Why it was given up.
    pub failed_because: Option<String>,
}

/// What waits in the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
    pub given_up: i64,
}

/// What one run of [`send_due`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub sent: u32,
    /// Not sent now, and tried again later.
    pub again: u32,
    pub given_up: u32,
}

/// Minutes until the next try, after the first, the second, … [EML-04]
const WAITS: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

/// Longest reason of a failure that is kept.
const BECAUSE_MAX: usize = 300;

/// Writes a mail to be sent when the transaction is through; returns its id. [EML-01]
pub fn queue(tx: &mut Tx, ctx: &Ctx, mail: &NewMail) -> Result<String, Failure> {
    let id = ctx.new_id()?;
    store::insert(tx, &id, mail, ctx.now)?;
    tx.hint();
    Ok(id)
}

/// Mails about a dossier, newest first.
pub fn about(tx: &mut Tx, dossier: &str) -> Result<Vec<Posted>, Failure> {
    store::about(tx, dossier)
}

/// What waits, and what was given up.
pub fn backlog(tx: &mut Tx) -> Result<Backlog, Failure> {
    store::backlog(tx)
}

/// Whether a mail was ever written.
pub fn any(tx: &mut Tx) -> Result<bool, Failure> {
    store::any(tx)
}

/// Sends what is due, one mail after another. Safe on several nodes: each try is taken by exactly one of them. When the way
/// out is blocked as a whole, the run ends and the other mails keep their turn. [EML-03] [EML-04]
pub fn send_due(db: &Db, mailer: &dyn Mailer, now: Timestamp) -> Result<Sent, Failure> {
    let mut done = Sent::default();
    while let Some(claimed) = claim(db, now)? {
        let id = claimed.mail.id.clone();
        match mailer.send(&claimed.mail) {
            Ok(()) => {
                db.transact("mail.sent", move |tx| store::sent(tx, &id, now))?;
                done.sent += 1;
            }
            Err(failed) if failed.for_good || claimed.tries >= WAITS.len() as i64 => {
                tracing::warn!(mail = id, "a mail was given up: {}", failed.because);
                let because: String = failed.because.chars().take(BECAUSE_MAX).collect();
                db.transact("mail.give_up", move |tx| store::give_up(tx, &id, &because))?;
                done.given_up += 1;
            }
            Err(failed) => {
                tracing::info!(mail = id, "a mail is tried again later: {}", failed.because);
                done.again += 1;
                if failed.way_blocked {
                    break;
                }
            }
        }
    }
    Ok(done)
}

/// Takes the mail that is due, for one try. The moment of the next try is set at once: if this process ends in the middle,
/// another one tries again then.
fn claim(db: &Db, now: Timestamp) -> Result<Option<Claimed>, Failure> {
    loop {
        let taken = db.transact("mail.claim", move |tx| {
            let Some(claimed) = store::due(tx, now)? else { return Ok(None) };
            store::claim(tx, &claimed.mail.id, claimed.tries, now + wait(claimed.tries))?;
            Ok(Some(claimed))
        });
        match taken {
            // Another node took it; perhaps there is one more.
            Err(Failure::Conflict) => {}
            taken => return taken,
        }
    }
}

/// How long after this many tries the next one comes, should this one fail.
fn wait(tries: i64) -> SignedDuration {
    let at = usize::try_from(tries).unwrap_or(0);
    SignedDuration::from_mins(WAITS.get(at).or(WAITS.last()).copied().unwrap_or(1))
}
