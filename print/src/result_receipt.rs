//! The receipt of a result: the applicant, or somebody for them, has the result and the originals back.

use serde::{Deserialize, Serialize};

use crate::{Contact, Issuer, Letter, Moment, Paper, Person, Procedure};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultReceipt {
    pub issuer: Issuer,
    pub made_on: Moment,
    pub code: String,
    pub procedure: Procedure,
    /// Whose matter it is.
    pub owner: String,
    /// Who gives.
    pub giver: Contact,
    /// Who takes.
    pub receiver: Person,
    /// What entitles somebody else than the owner, as in "Giấy ủy quyền số …".
    pub authority: Option<String>,
    pub results: Vec<GivenResult>,
    /// Originals given back.
    pub returned: Vec<Paper>,
    pub given_at: Moment,
    pub tracking_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenResult {
    /// As in "Giấy chứng nhận".
    pub kind: String,
    pub number: Option<String>,
    /// What it says in one line.
    pub summary: Option<String>,
    pub copies: u32,
}

impl Letter for ResultReceipt {
    const KIND: &'static str = "result-receipt";
    const SPECIMENS: &'static str = include_str!("../specimens/result-receipt.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        Some(&self.code)
    }
}
