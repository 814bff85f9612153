//! The receipt for certification (a variant of form 01): papers to be certified are counted by page and copy, because
//! that is what the fee goes by.

use serde::{Deserialize, Serialize};

use crate::{FeeWay, Issuer, Letter, Moment, Owner, Person, Procedure, ReturnVia, Voids};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationReceipt {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// `None` only on a preview.
    pub code: Option<String>,
    /// As on the receipt.
    pub receipt_no: u32,
    pub voids: Option<Voids>,
    pub submitter: Person,
    /// Whose matter it is, when that is somebody else.
    pub submitter_for: Option<Owner>,
    pub procedure: Procedure,
    pub fee_way: FeeWay,
    /// The template adds pages, copies and fees up.
    pub items: Vec<CertifiedItem>,
    pub received_at: Moment,
    pub due_at: Option<Moment>,
    pub return_via: ReturnVia,
    pub return_address: Option<String>,
    /// What else the officer wrote for this person.
    pub notes: Vec<String>,
    pub tracking_url: Option<String>,
    pub officer_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedItem {
    /// The paper to be certified, as in "Giấy khai sinh".
    pub name: String,
    /// Pages of one copy.
    pub pages: u32,
    pub copies: u32,
    /// For all copies, in đồng.
    pub fee: u64,
}

impl Letter for CertificationReceipt {
    const KIND: &'static str = "certification-receipt";
    const SPECIMENS: &'static str = include_str!("../specimens/certification-receipt.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        self.code.as_deref()
    }
}
