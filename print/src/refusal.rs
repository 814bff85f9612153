//! The refusal (official form 03): why a dossier is not taken in, or not settled, told so that the person knows what to do.

use serde::Serialize;

use crate::{Moment, SymbolError, code128_svg, qr_svg};

/// What `refusal.<law>.typ` reads as `data.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Refusal {
    pub agency_parent: String,
    pub unit_name: String,
    pub place_name: String,
    /// Dossier code. `None` when the dossier was refused before it got one.
    pub code: Option<String>,
    /// Number of this refusal in the office's own series, when it keeps one.
    pub refusal_no: Option<String>,
    pub stage: Stage,
    pub submitter: String,
    pub address: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub procedure_name: String,
    pub procedure_code: Option<String>,
    /// One paragraph each.
    pub reasons: Vec<String>,
    /// The rule the refusal rests on.
    pub legal_ground: Option<String>,
    pub tracking_url: Option<String>,
    pub hotline: Option<String>,
    pub website: Option<String>,
    /// Who signs: the receiving officer at intake, the head of the agency after examination.
    pub signer_name: String,
    /// Printed over the signature after examination, as in "TRƯỞNG PHÒNG".
    pub signer_position: Option<String>,
    pub made_on: Moment,
}

/// Decides who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Intake,
    Examination,
}

impl Refusal {
    /// `qr.svg` and `barcode.svg`, as far as the refused dossier has something to show.
    pub fn images(&self) -> Result<Vec<(String, Vec<u8>)>, SymbolError> {
        let mut images = Vec::new();
        if let Some(url) = &self.tracking_url {
            images.push(("qr.svg".to_owned(), qr_svg(url)?.into_bytes()));
        }
        if let Some(code) = &self.code {
            images.push(("barcode.svg".to_owned(), code128_svg(code)?.into_bytes()));
        }
        Ok(images)
    }
}
