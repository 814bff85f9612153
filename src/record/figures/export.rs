//! The events that figures follow from, one line of JSON each, without persons: for whoever wants to reckon them by other
//! means. [OTR-18]

use motcua_domain::figures::PublicEvent;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier::timeline;

/// Streams read at once.
const PAGE: i64 = 500;

/// Tells every event of every dossier, dossier by dossier, in one consistent read. [OTR-18]
pub fn export(tx: &mut Tx, mut tell: impl FnMut(&PublicEvent) -> Result<(), Failure>) -> Result<u64, Failure> {
    let (mut told, mut after) = (0, String::new());
    loop {
        let streams = ledger::streams_after(tx, &after, PAGE)?;
        let Some(last) = streams.last().cloned() else { return Ok(told) };
        for id in streams.iter().filter(|id| id.len() == crate::platform::ids::LENGTH) {
            for recorded in timeline(tx, id)? {
                tell(&PublicEvent::of(&recorded))?;
                told += 1;
            }
        }
        after = last;
    }
}
