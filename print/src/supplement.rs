//! The request for a supplement (official form 02): what is missing, told once, fully and exactly.

use serde::{Deserialize, Serialize};

use crate::{Contact, Issuer, Letter, Moment, Person, Procedure, Signer, Stage};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In the series of its kind, agency and year. `None` only on a preview.
    pub number: Option<u32>,
    /// `None` when the dossier was not taken in yet.
    pub code: Option<String>,
    pub stage: Stage,
    pub person: Person,
    pub procedure: Procedure,
    pub items: Vec<SupplementItem>,
    /// By when the papers should come, where the rules set a date.
    pub deadline: Option<Moment>,
    /// What the complete supplement does to the limit, under the law of the dossier. `None` at intake, where none runs yet.
    pub then: Option<ClockThen>,
    /// The reason why a second request is made although one should have been enough. `None`: it is the first.
    pub again_because: Option<String>,
    /// Who explains what is meant.
    pub helper: Option<Contact>,
    pub tracking_url: Option<String>,
    /// The receiving officer at intake, the head of the agency in examination.
    pub signer: Signer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplementItem {
    /// What is to be brought or put right.
    pub what: String,
    pub originals: u32,
    pub certified: u32,
    pub copies: u32,
    pub reason: String,
    /// The rule that asks for it.
    pub legal_ground: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockThen {
    /// The limit begins anew when the dossier is complete.
    Restart,
    /// The days of waiting are not counted.
    Resume,
}

impl Letter for Supplement {
    const KIND: &'static str = "supplement";
    const SPECIMENS: &'static str = include_str!("../specimens/supplement.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.code.as_deref()
    }
}
