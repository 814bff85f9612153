//! What can happen to a dossier. Variants and fields are only ever added: old events are read for ever.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identity::{IdNumber, Sex};
use crate::procedure::{Channel, Step, Tier};

/// A person as given at the counter. Only the name is always known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<IdNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
}

/// A paper as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperIn {
    pub name: String,
    #[serde(default)]
    pub originals: u32,
    /// Certified copies (bản chứng thực).
    #[serde(default)]
    pub certified: u32,
    /// Plain copies (bản photo).
    #[serde(default)]
    pub copies: u32,
}

/// When the fee is taken (hình thức thu phí, form 01 item 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeWay {
    Before,
    After,
    NoFee,
    Exempt,
}

/// The fee of one dossier, in đồng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeDue {
    pub way: FeeWay,
    pub amount: i64,
}

/// How the applicant wants the result back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnVia {
    Counter,
    Post,
    Online,
}

/// What the receipt says: the part of an acceptance that may be corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// Whose matter it is (chủ hồ sơ).
    pub applicant: Person,
    /// Who stood at the counter, when somebody acts for the applicant, and by what right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<Acting>,
    pub papers: Vec<PaperIn>,
    pub sets: u32,
    pub fee: FeeDue,
    pub return_via: ReturnVia,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Somebody who acts for the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    pub person: Person,
    /// The authorisation shown: "giấy ủy quyền số …", "cha đẻ".
    pub authority: String,
}

/// The promise of the receipt with its reasons, as computed at receipt; never recomputed silently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub due_at: Timestamp,
    /// The limit in words of the rule: "5 working_days".
    pub limit: crate::procedure::Limit,
    /// One entry a step: rule number, locale key, parameters.
    pub reasons: serde_json::Value,
}

/// What the dossier is about, frozen when it was received: the dossier stays on this version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub procedure: String,
    pub tier: Tier,
    pub version: u32,
    pub name: String,
    pub field: String,
    /// Online level at receipt (3 or 4 in 2018), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_level: Option<u8>,
    /// The route with absolute offices (`agency/key`).
    pub route: Vec<Step>,
}

/// A dossier was taken in and a receipt given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    pub code: String,
    pub agency: String,
    pub channel: Channel,
    pub subject: Subject,
    pub particulars: Particulars,
    pub promise: Promise,
}

/// A dossier was not taken in: form 03 at the counter (NĐ 61/2018 Art. 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeRefusal {
    pub code: String,
    pub agency: String,
    pub channel: Channel,
    pub subject: Subject,
    pub applicant: Person,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Grant,
    Refuse,
}

/// A file kept in the blob store under its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub sha256: String,
    pub name: String,
    pub media: String,
    pub bytes: i64,
}

/// The document that answers the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPaper {
    /// Number and abstract as on the paper: "Số 12/GP-UBND, giấy phép xây dựng".
    pub title: String,
    pub file: FileRef,
}

/// Who took the result away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<IdNumber>,
    /// For a proxy, the authorisation shown (NĐ 61/2018 Art. 6); `None` for the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Accepted(Box<Acceptance>),
    RefusedAtIntake(Box<IntakeRefusal>),
    /// A mistaken receipt was replaced; `receipt` is the number of the new one, the one before is void.
    Corrected {
        receipt: u32,
        reason: String,
        particulars: Box<Particulars>,
    },
    Claimed {
        account: String,
    },
    Assigned {
        account: String,
    },
    Forwarded {
        from: u32,
        to: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    SentBack {
        from: u32,
        to: u32,
        reason: String,
    },
    Proposed {
        outcome: Outcome,
        note: String,
    },
    Approved {
        step: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A head or leader did not agree.
    Returned {
        from: u32,
        to: u32,
        reason: String,
    },
    ResultAttached(ResultPaper),
    HandedOver(Recipient),
}

impl Event {
    /// Name of the event, as stored and as in the locale key `event.<kind>`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::RefusedAtIntake(_) => "refused_at_intake",
            Self::Corrected { .. } => "corrected",
            Self::Claimed { .. } => "claimed",
            Self::Assigned { .. } => "assigned",
            Self::Forwarded { .. } => "forwarded",
            Self::SentBack { .. } => "sent_back",
            Self::Proposed { .. } => "proposed",
            Self::Approved { .. } => "approved",
            Self::Returned { .. } => "returned",
            Self::ResultAttached(_) => "result_attached",
            Self::HandedOver(_) => "handed_over",
        }
    }
}

/// An event as it stands in the ledger: who, for which office, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The dossier.
    pub stream: String,
    /// Counts from 1 in each stream.
    pub seq: i64,
    pub at: Timestamp,
    /// Account that acted.
    pub by: String,
    /// Office (`agency/key`) it acted for.
    pub office: String,
    pub event: Event,
}
