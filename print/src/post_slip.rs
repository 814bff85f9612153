//! The slip of a dossier sent by the public post (QĐ 45/2016/QĐ-TTg): the postman has checked the papers against the list
//! and signs with the sender.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Paper, Person, Procedure};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostSlip {
    /// The agency the dossier goes to.
    pub issuer: Issuer,
    pub made_on: Moment,
    /// The post's number of the slip, in letters and as barcode. `None` only on a preview.
    pub number: Option<String>,
    /// The dossier's code, when it has one already.
    pub code: Option<String>,
    pub service: PostService,
    pub post_office: String,
    pub sender: Person,
    /// Where the result is brought, when the post brings it.
    pub return_address: Option<String>,
    pub procedure: Procedure,
    pub papers: Vec<Paper>,
    pub sets: u32,
    /// Fee of the procedure taken by the postman for the agency, in đồng; zero is left blank.
    pub fee: u64,
    /// Price of the post's service, in đồng; zero is left blank.
    pub postage: u64,
    pub given_at: Moment,
    pub postman: Option<String>,
    pub tracking_url: Option<String>,
}

/// The three services of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostService {
    HandIn,
    BringBack,
    Both,
}

impl Letter for PostSlip {
    const KIND: &'static str = "post-slip";
    const SPECIMENS: &'static str = include_str!("../specimens/post-slip.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.number.as_deref()
    }
}
