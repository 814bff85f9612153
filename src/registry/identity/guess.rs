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
    /// What the guess is counted under. A known device stands alone: whatever others do, it is not slowed down. [SIN-06]
    fn subjects(&self) -> Vec<(String, Pace)> {
        let (login, address) = (&self.login, counted(&self.address));
        match &self.device {
            Some(device) => vec![(format!("sign-in/device/{device}/{login}"), ONE)],
            None => vec![
                (format!("sign-in/at/{address}/{login}"), ONE),
                (format!("sign-in/from/{address}"), ADDRESS),
                (format!("sign-in/everywhere/{login}"), EVERYWHERE),
            ],
        }
    }
}

/// What wrong codes are counted under, for whoever knows the password already. [SIN-12]
fn code_subject(guesser: &Guesser) -> String {
    match &guesser.device {
        Some(device) => format!("code/device/{device}/{}", guesser.login),
        None => format!("code/{}", guesser.login),
    }
}

/// Lets a guess at a code through and counts it as wrong beforehand.
pub fn admit_code(tx: &mut Tx, guesser: &Guesser, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let subject = code_subject(guesser);
    let wait = blocked_until(tx, &subject, now)?;
    if wait.is_none() {
        wrong_guess(tx, &subject, now)?;
    }
    Ok(wait)
}

/// The code was right.
pub fn right_code(tx: &mut Tx, guesser: &Guesser) -> Result<(), Failure> {
    right_guess(tx, &code_subject(guesser))
}

/// Lets a guess at a password or code through and counts it as wrong beforehand, so that guesses sent at the same moment do
/// not all slip past; or says until when the guesser must wait.
pub fn admit(tx: &mut Tx, guesser: &Guesser, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let subjects = guesser.subjects();
    let mut wait = None;
    for (subject, _) in &subjects {
        wait = wait.max(blocked_until(tx, subject, now)?);
    }
    if wait.is_none() {
        for (subject, pace) in &subjects {
            count_wrong(tx, subject, now, *pace)?;
        }
    }
    Ok(wait)
}

/// The guess was right: nothing is held against the person, and one less against what others share.
pub fn right_sign_in(tx: &mut Tx, guesser: &Guesser, now: Timestamp) -> Result<(), Failure> {
    for (subject, pace) in guesser.subjects() {
        match pace.one_back {
            None => right_guess(tx, &subject)?,
            Some(_) => {
                let subject = sha256(subject.as_bytes());
                let (wrong, until) = store::guess(tx, &subject)?.unwrap_or((0, now));
                // The block that counting beforehand may have set was for this guess.
                store::set_guess(tx, &subject, (wrong - 1).max(0), until.min(now))?;
            }
        }
    }
    Ok(())
}

/// Until when a subject is blocked after wrong guesses, if it is. [ACC-06]
pub fn blocked_until(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    Ok(store::guess(tx, &sha256(subject.as_bytes()))?.map(|(_, until)| until).filter(|until| *until > now))
}

/// Counts a wrong guess; from the sixth on the subject is blocked, each time for twice as long. [ACC-06]
pub fn wrong_guess(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<(), Failure> {
    count_wrong(tx, subject, now, ONE)
}

/// Counts a wrong guess of an address that many people may share. [ACC-06]
pub fn wrong_guess_of_address(tx: &mut Tx, address: &str, now: Timestamp) -> Result<(), Failure> {
    count_wrong(tx, address, now, ADDRESS)
}

fn count_wrong(tx: &mut Tx, subject: &str, now: Timestamp, pace: Pace) -> Result<(), Failure> {
    let subject = sha256(subject.as_bytes());
    let (wrong, until) = store::guess(tx, &subject)?.unwrap_or((0, now));
    let idle = now.duration_since(until);
    let remembered = match pace.one_back {
        Some(each) => (wrong - idle.as_secs() / each.as_secs()).max(0),
        None if idle > DAY => 0,
        None => wrong,
    };
    let wrong = remembered + 1;
    let doublings = u32::try_from(wrong - pace.free - 1).unwrap_or(0).min(10);
    let block = match wrong > pace.free {
        true => pace.first.checked_mul(1 << doublings).unwrap_or(pace.longest).min(pace.longest),
        false => SignedDuration::ZERO,
    };
    store::set_guess(tx, &subject, wrong, now + block)
}

/// A right answer clears the count.
pub fn right_guess(tx: &mut Tx, subject: &str) -> Result<(), Failure> {
    store::clear_guess(tx, &sha256(subject.as_bytes()))
}
