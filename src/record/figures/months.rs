//! Kept figures month by month, of all agencies at once: what open data are made of. [OPN-03]

use jiff::Timestamp;
use motcua_domain::figures::Months;

use super::{FILLED, store};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger::Place;

/// What is counted, up to which event, and when that was taken in.
pub struct Kept {
    pub months: Months,
    pub place: Place,
    pub taken_at: Timestamp,
}

/// `None` while the figures are being made.
pub fn months(tx: &mut Tx) -> Result<Option<Kept>, Failure> {
    let Some(mark) = store::mark(tx)?.filter(|mark| mark.filled == FILLED) else { return Ok(None) };
    let mut months = Months::default();
    for (part, day, counters) in store::by_month(tx)? {
        months.add(part, day, counters);
    }
    Ok(Some(Kept { months, place: mark.place, taken_at: mark.taken_at }))
}
