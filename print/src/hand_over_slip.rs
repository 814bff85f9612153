//! The hand-over slip: the dossiers one office gives another, in one list, signed by both. A working paper beside the
//! numbered forms. For a single dossier its papers are listed too.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Paper};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverSlip {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In letters and as barcode. `None` only on a preview.
    pub number: Option<String>,
    pub from: String,
    pub to: String,
    pub dossiers: Vec<HandedDossier>,
    pub given_at: Moment,
    pub giver: String,
    /// `None` until the receiver has confirmed.
    pub received_at: Option<Moment>,
    pub receiver: Option<String>,
    /// Where the receiver confirms on a screen.
    pub confirm_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedDossier {
    pub code: String,
    pub procedure_name: String,
    pub owner: String,
    pub sets: u32,
    /// Listed when the slip is about this dossier alone.
    pub papers: Vec<Paper>,
    /// The promise to the applicant.
    pub due_at: Option<Moment>,
    /// When the giving office asks to have it back at the latest.
    pub back_by: Option<Moment>,
    pub note: Option<String>,
}

impl Letter for HandOverSlip {
    const KIND: &'static str = "hand-over-slip";
    const SPECIMENS: &'static str = include_str!("../specimens/hand-over-slip.json");

    fn qr(&self) -> Option<&str> {
        self.confirm_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.number.as_deref()
    }
}
