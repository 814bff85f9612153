//! A worked example as data: what happens, and what must come of it.

use jiff::civil::DateTime;
use motcua_domain::procedure::Channel;
use serde::{Deserialize, Serialize};

/// A worked example (ví dụ mẫu). Nobody in it is real.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Unique within its procedure.
    pub title: String,
    /// Id of the agency that receives.
    pub agency: String,
    /// Who comes, in words: a kind of person, never a name.
    pub who: String,
    /// The case of limit and papers by its label; empty for the one without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    pub channel: Channel,
    /// The papers handed in, by their names.
    pub papers: Vec<String>,
    /// Local wall time.
    pub received: DateTime,
    /// What happens afterwards.
    #[serde(default, rename = "act", skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ExampleAct>,
    pub expect: Expected,
}

/// What can happen to the dossier of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Asked for at `from`, complete at `to`.
    Supplement,
    /// The office waits for the applicant to pay.
    Payment,
    /// A declared outage.
    Outage,
    /// Approved at `from`; the new date is `to`.
    Extension,
    /// Refused after examination.
    Refusal,
    /// The dossier is stopped, as when a supplement never comes.
    Stop,
}

/// One thing that happens; a wait without an end still goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleAct {
    pub kind: ActKind,
    pub from: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime>,
}

/// What must come of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// In đồng, 0 for free; `None` where the province sets it and the desk types it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<i64>,
    /// Local wall time.
    pub due: DateTime,
    /// Offices in the order of the route, legs included, as the route names them.
    pub route: Vec<String>,
    /// Kinds of letters that are issued, of [`LETTERS`].
    pub letters: Vec<String>,
}

/// Every kind of letter that an example can bring forth.
pub const LETTERS: [&str; 5] = ["receipt", "supplement", "apology", "refusal", "stop"];
