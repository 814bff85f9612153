//! SQL of the probe.

use jiff::Timestamp;

use crate::params;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

pub(super) fn probe(tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO probe (id, at) VALUES ('probe', $1) ON CONFLICT (id) DO UPDATE SET at = $1",
        params![now],
    )
}
