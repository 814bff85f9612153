//! The slip of results: what an office that settles gives back to the one-stop, in one list, signed by both.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultSlip {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In letters and as barcode. `None` only on a preview.
    pub number: Option<String>,
    /// The office that settled.
    pub from: String,
    pub to: String,
    pub results: Vec<HandedResult>,
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
pub struct HandedResult {
    pub code: String,
    pub procedure_name: String,
    /// The paper that answers, as in "Giấy phép số 12/GP-UBND".
    pub result: String,
    pub owner: String,
    pub address: String,
    /// There is still a fee to be taken.
    pub fee: Due,
    pub return_via: crate::ReturnVia,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    Paid,
    Owed,
}

impl Letter for ResultSlip {
    const KIND: &'static str = "result-slip";
    const SPECIMENS: &'static str = include_str!("../specimens/result-slip.json");

    fn qr(&self) -> Option<&str> {
        self.confirm_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.number.as_deref()
    }
}
