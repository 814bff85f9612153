//! Wrong guesses: how they slow down whoever guesses, and nobody else. Rules SIN-06 to SIN-08 and ACC-06.

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::device::counted;
use super::store;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// How guesses at one subject are slowed down.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Wrong guesses before a block.
    free: i64,
    /// The first block; it doubles with each further wrong guess up to the longest.
    first: SignedDuration,
    longest: SignedDuration,
    /// After so long without a guess one is forgotten; `None`: all are after a day.
    one_back: Option<SignedDuration>,
}

const HALF_A_MINUTE: SignedDuration = SignedDuration::from_secs(30);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// By then every pace has given back what it counted.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Somebody at one device, or a subject nobody else is hurt by. [ACC-06] [SIN-06]
const ONE: Pace = Pace { free: 5, first: HALF_A_MINUTE, longest: SignedDuration::from_hours(1), one_back: None };
/// An address that many people may share, a village behind one line: honest mistakes never add up to a block. [SIN-07]
const ADDRESS: Pace = Pace { free: 30, one_back: Some(SignedDuration::from_mins(10)), ..ONE };
/// One account from all devices that are not known, wherever they are: guesses spread over many addresses. The block stays
/// short, since it meets the owner too when they come with a new device. [SIN-07]
const EVERYWHERE: Pace =
    Pace { free: 50, longest: HALF_A_MINUTE, one_back: Some(SignedDuration::from_mins(10)), ..ONE };

/// Who guesses at an account.
#[derive(Debug, Clone)]
pub struct Guesser {
    pub login: String,
    pub address: String,
    /// The hash of the device's cookie, where the account's owner has signed in with it before.
    pub device: Option<String>,
}

impl Guesser {
    /// At the password. A known device stands alone: whatever others do, it is not slowed down. [SIN-06]
    pub fn password(&self) -> Guesses {
        let (login, address) = (&self.login, counted(&self.address));
        Guesses::of(match &self.device {
            Some(device) => vec![(format!("sign-in/device/{device}/{login}"), ONE)],
            None => vec![
                (format!("sign-in/at/{address}/{login}"), ONE),
                (format!("sign-in/from/{address}"), ADDRESS),
                (format!("sign-in/everywhere/{login}"), EVERYWHERE),
            ],
        })
    }

    /// At the code, for whoever knows the password already. [SIN-12]
    pub fn code(&self) -> Guesses {
        Guesses::of(match &self.device {
            Some(device) => vec![(format!("code/device/{device}/{}", self.login), ONE)],
            None => vec![(format!("code/{}", self.login), ONE)],
        })
    }
}

/// What a guess is counted under, the narrowest first: everybody counts in this order, so that nobody waits crosswise.
#[derive(Debug, Clone)]
pub struct Guesses(Vec<(String, Pace)>);

impl Guesses {
    /// At the digits that open a dossier, from an address. [ACC-06]
    pub fn at_dossier(code: &str, address: &str) -> Self {
        Self::of(vec![(format!("track/{code}"), ONE), (format!("track-from/{}", counted(address)), ADDRESS)])
    }

    /// At the links of agencies outside, from an address. [LNK-06]
    pub fn at_links(address: &str) -> Self {
        Self::of(vec![(format!("outside-from/{}", counted(address)), ADDRESS)])
    }

    fn of(subjects: Vec<(String, Pace)>) -> Self {
        Self(subjects.into_iter().map(|(subject, pace)| (sha256(subject.as_bytes()), pace)).collect())
    }

    /// Until when whoever guesses must wait, if they must. Only a look: it waits for nobody and writes nothing.
    pub fn blocked_until(&self, tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
        let mut wait = None;
        for (subject, pace) in &self.0 {
            let counted = store::guess(tx, subject)?;
            wait = wait.max(counted.and_then(|(wrong, until)| pace.block(wrong, until, now)));
        }
        Ok(wait)
    }

    /// Whether somebody guessed wrong at what is counted first and it is not forgotten.
    pub fn made(&self, tx: &mut Tx) -> Result<bool, Failure> {
        let first = self.0.first().map(|(subject, _)| store::guess(tx, subject)).transpose()?;
        Ok(first.flatten().is_some())
    }

    /// Lets a guess through and counts it as wrong beforehand; or says until when the guesser must wait. The counts are held
    /// until the transaction ends: of guesses made at the same moment, on whichever node, each is counted, and none slips past
    /// the block that the one before it set. [SIN-08]
    pub fn admit(&self, tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
        // Whoever is blocked already waits for nobody.
        if let Some(until) = self.blocked_until(tx, now)? {
            return Ok(Some(until));
        }
        let (mut held, mut wait) = (Vec::new(), None);
        for (subject, pace) in &self.0 {
            let (wrong, until) = store::hold_guess(tx, subject, now)?;
            wait = wait.max(pace.block(wrong, until, now));
            held.push((subject, pace, wrong, until));
        }
        if wait.is_none() {
            for (subject, pace, wrong, until) in held {
                let (wrong, block) = pace.after(wrong, now.duration_since(until));
                store::set_guess(tx, subject, wrong, now + block)?;
            }
        }
        Ok(wait)
    }

    /// The guess was right: nothing is held against the person, and one less against what others share.
    pub fn right(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
        for (subject, pace) in &self.0 {
            match pace.one_back {
                None => store::clear_guess(tx, subject)?,
                Some(_) => {
                    let (wrong, until) = store::hold_guess(tx, subject, now)?;
                    // The block that counting beforehand may have set was for this guess.
                    store::set_guess(tx, subject, (wrong - 1).max(0), until.min(now))?;
                }
            }
        }
        Ok(())
    }
}

/// Adds to the requests of a minute that all nodes have counted, and returns how many there are. They are kept beside the
/// guesses: a count under a hashed subject, and the moment it is over. [REQ-03]
pub fn add_requests(tx: &mut Tx, subject: &str, end: Timestamp, more: u32) -> Result<i64, Failure> {
    store::add_requests(tx, &sha256(format!("requests/{subject}").as_bytes()), end, i64::from(more))
}

/// Forgets counts that have meant nothing for long.
pub fn forget_guesses(tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
    store::forget_guesses(tx, now - FORGOTTEN)
}

impl Pace {
    /// Until when so many wrong guesses block, if they do. With fewer the moment is only that of the last one, which may have
    /// come a little later than this one and be counted before it.
    fn block(&self, wrong: i64, until: Timestamp, now: Timestamp) -> Option<Timestamp> {
        (wrong > self.free && until > now).then_some(until)
    }

    /// What one more wrong guess makes of a count that has rested since its last block, and how long it blocks now.
    fn after(&self, wrong: i64, rested: SignedDuration) -> (i64, SignedDuration) {
        let remembered = match self.one_back {
            Some(each) => (wrong - rested.as_secs() / each.as_secs()).max(0),
            None if rested > DAY => 0,
            None => wrong,
        };
        let wrong = remembered + 1;
        let doublings = u32::try_from(wrong - self.free - 1).unwrap_or(0).min(10);
        let block = match wrong > self.free {
            true => self.first.checked_mul(1 << doublings).unwrap_or(self.longest).min(self.longest),
            false => SignedDuration::ZERO,
        };
        (wrong, block)
    }
}
