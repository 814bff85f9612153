//! The control slip (form 05 of 2018, 06 of 2025): every hand-over of one dossier with moment, people and punctuality.
//! It is read from the events of the dossier, never typed.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, Procedure};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlSlip {
    pub issuer: Issuer,
    /// The day the slip was printed; the events tell their own moments.
    pub made_on: Moment,
    pub code: String,
    /// Whose dossier it goes with.
    pub owner: String,
    pub procedure: Procedure,
    pub received_at: Moment,
    pub due_at: Option<Moment>,
    /// The agency or office that settles.
    pub solving: String,
    /// The agencies that work with it.
    pub joining: Vec<String>,
    pub steps: Vec<ControlStep>,
    /// What befell the clock, and how it ended without a result: one line each.
    pub notes: Vec<String>,
}

/// One hand-over. What has not happened yet is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlStep {
    pub from: String,
    pub to: String,
    pub given_at: Moment,
    pub giver: String,
    pub received_at: Option<Moment>,
    pub receiver: Option<String>,
    /// How the giving office kept its own time. `None`: it had none to keep.
    pub pace: Option<Pace>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    Early,
    OnTime,
    Late,
}

impl Letter for ControlSlip {
    const KIND: &'static str = "control-slip";
    const SPECIMENS: &'static str = include_str!("../specimens/control-slip.json");

    fn qr(&self) -> Option<&str> {
        None
    }

    fn barcode(&self) -> Option<&str> {
        Some(&self.code)
    }
}
