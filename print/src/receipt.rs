//! The receipt (official form 01): what the office took in, from whom, and when the answer is promised. It is the one
//! paper a citizen holds against the office, so nothing on it is optional by mood: what is unknown is printed as a dotted
//! line, what was never promised says so.

use serde::Serialize;

use crate::{SymbolError, code128_svg, qr_svg};

/// What `receipt.<law>.typ` reads as `data.json`. Labels stay in the template; here are only the facts of one dossier.
/// Texts are in the language of the office. `None` means: there is none, and the template says so in its own words.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// Body above the unit: printed first in the left head column.
    pub agency_parent: String,
    /// The one-stop unit: printed in bold under it and as the place of collection.
    pub unit_name: String,
    /// Before the date on the right, as in "Pác Nặm, ngày …".
    pub place_name: String,
    /// Dossier code: in words, as Code 128, and in the document's title.
    pub code: String,
    /// 1 for the first receipt of a dossier, one more for each correction.
    pub receipt_no: u32,
    pub voids: Option<Voids>,
    /// Who stands at the counter.
    pub submitter: String,
    /// Whose matter it is, when that is somebody else.
    pub submitter_for: Option<Owner>,
    pub address: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub id_number: Option<String>,
    pub procedure_name: String,
    pub procedure_code: Option<String>,
    pub fee_way: FeeWay,
    /// The amount in words of the office, as in "30.000 đồng".
    pub fee_amount: Option<String>,
    pub papers: Vec<Paper>,
    /// How many sets of the dossier were handed in.
    pub sets: u32,
    /// The limit in words, as in "05 ngày làm việc". `None`: the rules set no limit.
    pub limit_text: Option<String>,
    pub received_at: Moment,
    /// `None`: no date is promised.
    pub due_at: Option<Moment>,
    pub return_via: ReturnVia,
    /// Where the post brings the result.
    pub return_address: Option<String>,
    /// What else the officer wrote for this person.
    pub notes: Vec<String>,
    /// Becomes the QR code. Not printed in letters.
    pub tracking_url: String,
    pub hotline: Option<String>,
    pub website: Option<String>,
    pub officer_name: String,
    /// Date in the head: the day this receipt was made, for a correction later than `received_at`.
    pub made_on: Moment,
}

/// This receipt takes the place of an earlier one of the same dossier.
#[derive(Debug, Clone, Serialize)]
pub struct Voids {
    pub receipt_no: u32,
    pub reason: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Owner {
    pub name: String,
    pub address: String,
}

/// One row of the checklist. Zero copies of a kind are left blank.
#[derive(Debug, Clone, Serialize)]
pub struct Paper {
    pub name: String,
    pub originals: u32,
    pub certified: u32,
    pub copies: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeWay {
    /// Paid when the dossier is handed in.
    Before,
    /// Paid when the result is collected.
    After,
    /// The procedure costs nothing.
    None,
    /// The procedure costs something, this person is exempt.
    Exempt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnVia {
    Counter,
    Post,
    Online,
}

/// Local civil time in parts, so that the template writes it the way the form asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
}

impl Receipt {
    /// The two pictures the template shows: `qr.svg` and `barcode.svg`.
    pub fn images(&self) -> Result<Vec<(String, Vec<u8>)>, SymbolError> {
        Ok(vec![
            ("qr.svg".to_owned(), qr_svg(&self.tracking_url)?.into_bytes()),
            ("barcode.svg".to_owned(), code128_svg(&self.code)?.into_bytes()),
        ])
    }
}
