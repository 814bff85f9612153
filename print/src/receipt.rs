//! The receipt (official form 01): what the office took in, from whom, and when the answer is promised. It is the one
//! paper a citizen holds against the office, so nothing on it is optional by mood: what is unknown is printed as a dotted
//! line, what was never promised says so.

use serde::{Deserialize, Serialize};

use crate::{FeeWay, Issuer, Letter, Moment, Paper, Person, Procedure, ReturnVia};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub issuer: Issuer,
    /// Date in the head: the day this receipt was made, for a correction later than `received_at`.
    pub made_on: Moment,
    /// Dossier code: in letters, as Code 128, and in the document's title. `None` only before it is given, on a preview.
    pub code: Option<String>,
    /// 1 for the first receipt of a dossier, one more for each correction.
    pub receipt_no: u32,
    pub voids: Option<Voids>,
    /// Who stands at the counter.
    pub submitter: Person,
    /// Whose matter it is, when that is somebody else.
    pub submitter_for: Option<Owner>,
    pub procedure: Procedure,
    pub fee_way: FeeWay,
    /// The amount in words of the office, as in "30.000 đồng".
    pub fee_amount: Option<String>,
    pub papers: Vec<Paper>,
    /// How many sets of the dossier were handed in.
    pub sets: u32,
    /// The limit in words, as in "05 ngày làm việc". `None`: the rules set no limit.
    pub limit_text: Option<String>,
    pub received_at: Moment,
    /// For the whole dossier. `None`: no date is promised.
    pub due_at: Option<Moment>,
    /// The part of the receiving office, where several offices or levels work on the dossier one after the other.
    pub local_due: Option<LocalDue>,
    pub return_via: ReturnVia,
    /// Where the post brings the result.
    pub return_address: Option<String>,
    /// What else the officer wrote for this person.
    pub notes: Vec<String>,
    /// Becomes the QR code. Not printed in letters.
    pub tracking_url: Option<String>,
    pub officer_name: String,
}

/// This receipt takes the place of an earlier one of the same dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voids {
    pub receipt_no: u32,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    pub name: String,
    pub address: String,
}

/// By when an office must have done its own part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalDue {
    pub office: String,
    pub at: Moment,
}

impl Letter for Receipt {
    const KIND: &'static str = "receipt";
    const SPECIMENS: &'static str = include_str!("../specimens/receipt.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.code.as_deref()
    }
}
