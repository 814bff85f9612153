//! The refusal (official form 03): why a dossier is not taken in, or not settled, told so that the person knows what to do.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Person, Procedure, Signer, Stage};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In the series of its kind, agency and year. `None` on a preview.
    pub number: Option<u32>,
    /// `None` when the dossier was refused before it got one.
    pub code: Option<String>,
    pub stage: Stage,
    pub person: Person,
    pub procedure: Procedure,
    /// One paragraph each.
    pub reasons: Vec<String>,
    /// The rule the refusal rests on.
    pub legal_ground: Option<String>,
    pub tracking_url: Option<String>,
    /// The receiving officer at intake, the head of the agency after examination.
    pub signer: Signer,
}

impl Letter for Refusal {
    const KIND: &'static str = "refusal";
    const SPECIMENS: &'static str = include_str!("../specimens/refusal.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.code.as_deref()
    }
}
