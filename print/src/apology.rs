//! The apology (form 04): the promised date will not be kept, or was not; whose fault, why, and the new date. In the form
//! set of 2025 the same letter asks for the extension.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Person, Procedure, Signer};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apology {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// In the series of its kind, agency and year. `None` only on a preview.
    pub number: Option<u32>,
    pub code: String,
    pub person: Person,
    pub procedure: Procedure,
    pub received_at: Moment,
    /// The promise that is not kept.
    pub due_at: Moment,
    pub new_due_at: Moment,
    /// The agency or office that is late.
    pub late_office: String,
    pub reason: String,
    pub timing: ApologyTiming,
    /// Where the result will be given.
    pub return_place: String,
    /// Besides the person and the archive.
    pub recipients: Vec<String>,
    pub tracking_url: Option<String>,
    /// The head of the agency.
    pub signer: Signer,
}

/// Whether the letter came when the rule wants it: at least one working day before the due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApologyTiming {
    InTime,
    /// Before the due moment, but later than the rule allows.
    Late,
    /// After the due moment.
    Overdue,
}

impl Letter for Apology {
    const KIND: &'static str = "apology";
    const SPECIMENS: &'static str = include_str!("../specimens/apology.json");

    fn qr(&self) -> Option<&str> {
        self.tracking_url.as_deref()
    }

    fn barcode(&self) -> Option<&str> {
        Some(&self.code)
    }
}
