//! The signed line of a receipt: what it says, and whether the ledger says the same. Rules: `docs/rules/ledger.md`.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Event, Recorded};
use motcua_domain::figures::PublicEvent;
use motcua_domain::proof::log::SLACK;
use motcua_domain::proof::receipt::Receipt;
use motcua_domain::proof::{Checkpoint, Signer};

use super::dossier;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::{Failure, Sentence};
use crate::platform::ledger::tree;

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub code: String,
    pub received: Timestamp,
    pub due: Timestamp,
    pub number: u32,
}

/// Acts after which a receipt is given, the ones before being void.
pub fn gives_receipt(event: &Event) -> bool {
    matches!(event, Event::Accepted(_) | Event::Corrected { .. } | Event::SupplementReceived { .. })
}

impl Given {
    /// The receipt of a number, as it was given; none where there never was one.
    pub fn of(events: &[Recorded], number: u32) -> Option<Self> {
        let mut given = events.iter().enumerate().filter(|(_, recorded)| gives_receipt(&recorded.event));
        let (at, _) = given.nth(usize::try_from(number.checked_sub(1)?).ok()?)?;
        Self::by(&Dossier::fold(events.get(..=at)?)?)
    }

    /// The one in force when the dossier stood so.
    pub fn by(dossier: &Dossier) -> Option<Self> {
        let due = dossier.last_due_at()?;
        Some(Self { code: dossier.code.clone(), received: dossier.received_at, due, number: dossier.receipt })
    }
}

/// The line of a receipt: with the newest checkpoint that there was when the dossier was received, so that it is the same
/// however often it is printed. None where the code does not fit. [LED-15]
pub fn line(db: &Db, signer: &Signer, given: &Given) -> Result<Option<String>, Failure> {
    let newest = db.query(|tx| {
        // A checkpoint of the same moment may hold the dossier already: the receipt came before it.
        let found = dossier::by_code(tx, &given.code)?;
        let index = found.map_or(Ok(None), |found| tree::index_of(tx, &found.id, 1))?;
        tree::checkpoint_by(tx, given.received, index)
    })?;
    let newest = newest.and_then(|kept| Checkpoint::read(&kept.note));
    let receipt = Receipt::new(&given.code, (given.received, given.due), given.number, newest.as_ref());
    Ok(receipt.map(|receipt| receipt.sign(signer)))
}

/// The address in the QR code of a receipt.
pub fn address(base_url: &str, line: &str) -> String {
    format!("{base_url}/verify?r={line}")
}

/// Where a signed receipt and the ledger do not say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// There is no such dossier, or no receipt of this number.
    Unknown,
    Received(Timestamp),
    Due(Timestamp),
    /// The checkpoint it names is none of this ledger's.
    Checkpoint(u64),
    /// The dossier stands in the ledger before the checkpoint that the receipt says came first.
    Before,
    /// The dossier came into the ledger after a checkpoint that is later than its receipt: it was recorded afterwards.
    Late(Timestamp),
}

impl Difference {
    /// In words; `say` shows a moment.
    pub fn sentence(&self, say: impl Fn(Timestamp) -> String) -> Sentence {
        match self {
            Self::Unknown => Sentence::new("verify.unknown"),
            Self::Received(at) => Sentence::new("verify.received_differs").with("at", say(*at)),
            Self::Due(at) => Sentence::new("verify.due_differs").with("at", say(*at)),
            Self::Checkpoint(size) => Sentence::new("verify.checkpoint_differs").with("size", size),
            Self::Before => Sentence::new("verify.before"),
            Self::Late(at) => Sentence::new("verify.recorded_later").with("at", say(*at)),
        }
    }
}

/// What the ledger says of a signed receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub differences: Vec<Difference>,
    /// Number of the receipt in force, where this one is void.
    pub replaced_by: Option<u32>,
    /// The newest checkpoint under which the dossier stands.
    pub sealed: Option<Timestamp>,
}

/// Compares a receipt with the ledger. [LED-16]
pub fn beside_ledger(tx: &mut Tx, receipt: &Receipt) -> Result<Beside, Failure> {
    let unknown = || Beside { differences: vec![Difference::Unknown], ..Beside::default() };
    let Some(found) = dossier::by_code(tx, &receipt.code)? else { return Ok(unknown()) };
    let events = dossier::timeline(tx, &found.id)?;
    let Some(given) = Given::of(&events, receipt.number) else { return Ok(unknown()) };
    let mut differences = said(receipt, given.received, Some(given.due));
    let named = tree::checkpoint_at(tx, receipt.size)?.and_then(|kept| Checkpoint::read(&kept.note));
    if receipt.size > 0 && named.is_none_or(|named| named.root != receipt.root) {
        differences.push(Difference::Checkpoint(receipt.size));
    }
    let mut sealed = None;
    if let Some(index) = tree::index_of(tx, &found.id, 1)? {
        differences.extend((index < receipt.size).then_some(Difference::Before));
        let before = tree::checkpoint_up_to(tx, index)?;
        let late = before.filter(|before| before.made_at.duration_since(given.received) > SLACK);
        differences.extend(late.map(|late| Difference::Late(late.made_at)));
        sealed = tree::newest(tx)?.filter(|newest| index < newest.size as u64).map(|newest| newest.made_at);
    }
    let replaced_by = (receipt.number < found.dossier.receipt).then_some(found.dossier.receipt);
    Ok(Beside { differences, replaced_by, sealed })
}

/// Compares a receipt with the event of its dossier, which a proof holds. [LED-16]
pub fn beside_proof(receipt: &Receipt, event: &PublicEvent, index: u64) -> Vec<Difference> {
    let Some(accepted) = &event.accepted else { return vec![Difference::Unknown] };
    // A later receipt has a date of its own, which another event gave.
    let due = (receipt.number == 1).then_some(accepted.due_at);
    let mut differences = said(receipt, event.at, due);
    differences.extend((index < receipt.size).then_some(Difference::Before));
    differences
}

fn said(receipt: &Receipt, received: Timestamp, due: Option<Timestamp>) -> Vec<Difference> {
    let same = |a: Timestamp, b: Timestamp| a.as_second() == b.as_second();
    let received = (!same(receipt.received, received)).then_some(Difference::Received(received));
    let due = due.filter(|due| !same(receipt.due, *due)).map(Difference::Due);
    received.into_iter().chain(due).collect()
}
