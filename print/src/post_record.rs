//! The record of hand-over between post and agency (QĐ 45/2016/QĐ-TTg): how many dossiers, which slips, complete or not.
//! Signed by the agency it is the legal moment of submission.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostRecord {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In letters and as barcode. `None` only on a preview.
    pub number: Option<String>,
    pub direction: PostDirection,
    pub post_office: String,
    pub items: Vec<PostItem>,
    pub given_at: Moment,
    pub postman: Option<String>,
    pub officer_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostDirection {
    /// The post brings dossiers.
    ToAgency,
    /// The agency gives results to be delivered.
    ToPost,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostItem {
    /// Number of the slip, or code of the dossier.
    pub slip: String,
    pub person: String,
    pub procedure_name: String,
    pub sets: u32,
    /// What is missing. `None`: complete.
    pub missing: Option<String>,
}

impl Letter for PostRecord {
    const KIND: &'static str = "post-record";
    const SPECIMENS: &'static str = include_str!("../specimens/post-record.json");

    fn qr(&self) -> Option<&str> {
        None
    }

    fn barcode(&self) -> Option<&str> {
        self.number.as_deref()
    }
}
