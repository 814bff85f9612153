//! One receipt for many dossiers (a variant of form 01): the post office or a company brings a pile, and gets one paper
//! that lists every dossier with its own code and its own date.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Person, ReturnVia};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointReceipt {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// Number of the list itself, in letters and as barcode. `None` only on a preview.
    pub number: Option<String>,
    pub submitter: Person,
    pub dossiers: Vec<JointDossier>,
    pub received_at: Moment,
    pub return_via: ReturnVia,
    pub return_address: Option<String>,
    /// Where the dossiers of the list can be followed.
    pub tracking_url: Option<String>,
    pub officer_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointDossier {
    pub code: String,
    pub procedure_name: String,
    /// Whose matter it is.
    pub owner: String,
    pub sets: u32,
    /// In đồng; zero is left blank.
    pub fee: u64,
    pub due_at: Option<Moment>,
}

impl Letter for JointReceipt {
    const KIND: &'static str = "joint-receipt";
    const SPECIMENS: &'static str = include_str!("../specimens/joint-receipt.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.number.as_deref()
    }
}
