//! The referral: a dossier, or a question about it, goes to an agency that has no account here (police, forest rangers).
//! The paper holds a link, as QR code and in letters, by which that agency answers once.

use serde::{Deserialize, Serialize};

use crate::{Contact, Issuer, Letter, Moment, Paper, Procedure, Signer};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In the series of its kind, agency and year. `None` only on a preview.
    pub number: Option<u32>,
    pub code: String,
    /// The agency that is asked.
    pub to: String,
    /// Whose matter it is.
    pub owner: String,
    pub procedure: Procedure,
    /// What is asked of it, one paragraph each.
    pub asked: Vec<String>,
    pub legal_ground: Option<String>,
    /// By when the answer is asked for.
    pub answer_by: Moment,
    /// The promise to the applicant.
    pub due_at: Option<Moment>,
    pub papers: Vec<Paper>,
    /// Opens the dossier for this agency: anyone who holds the paper can answer. `None` on a preview.
    pub link: Option<String>,
    pub link_until: Option<Moment>,
    pub contact: Option<Contact>,
    pub signer: Signer,
}

impl Letter for Referral {
    const KIND: &'static str = "referral";
    const SPECIMENS: &'static str = include_str!("../specimens/referral.json");

    fn qr(&self) -> Option<&str> {
        self.link.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        Some(&self.code)
    }
}
