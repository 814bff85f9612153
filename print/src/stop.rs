//! The notice of stop: work on the dossier ends without a result. Form 05 in the set of 2025; before that a plain notice
//! with the same facts. Also the answer to a withdrawal.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Paper, Person, Procedure, Signer};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In the series of its kind, agency and year. `None` only on a preview.
    pub number: Option<u32>,
    pub code: String,
    pub person: Person,
    pub procedure: Procedure,
    pub received_at: Moment,
    pub due_at: Option<Moment>,
    pub cause: StopCause,
    /// From when on nothing is done any more.
    pub stopped_at: Moment,
    pub reason: String,
    pub legal_ground: Option<String>,
    /// What happens to fees already paid. `None`: none were.
    pub fees: Option<String>,
    /// Papers given back with this notice.
    pub returned: Vec<Paper>,
    /// Besides the person and the archive.
    pub recipients: Vec<String>,
    pub tracking_url: Option<String>,
    pub signer: Signer,
}

/// Who wanted the stop, or what brought it about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// The applicant took the dossier back.
    Withdrawal,
    /// The supplement did not come in its period.
    NoSupplement,
    /// The agency found that it cannot go on.
    Agency,
}

impl Letter for Stop {
    const KIND: &'static str = "stop";
    const SPECIMENS: &'static str = include_str!("../specimens/stop.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        Some(&self.code)
    }
}
