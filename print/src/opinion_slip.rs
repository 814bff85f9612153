//! The satisfaction slip that goes with the forms 01, 02 and 03: to be ticked by hand, name optional.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Procedure};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionSlip {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// `None`: an empty slip for the box at the counter.
    pub code: Option<String>,
    pub procedure: Option<Procedure>,
    /// The officer the slip is about.
    pub officer_name: Option<String>,
    /// Where the same can be said on a screen.
    pub answer_url: Option<String>,
}

impl Letter for OpinionSlip {
    const KIND: &'static str = "opinion-slip";
    const SPECIMENS: &'static str = include_str!("../specimens/opinion-slip.json");

    fn qr(&self) -> Option<&str> {
        self.answer_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.code.as_deref()
    }
}
