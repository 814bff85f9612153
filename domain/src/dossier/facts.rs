//! The facts that events carry: people, papers, promises, requests. Fields are only ever added: old events are read for ever.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::deadline::{AfterSupplement, PromiseTime};
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
    /// What of it is to be certified, where the procedure's fee is counted by the page. [CAT-20]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certify: Option<Certify>,
}

/// How much of a paper is certified, and what that costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certify {
    /// Pages of one copy.
    pub pages: u32,
    pub copies: u32,
    /// For all copies, in đồng; 0 where nothing is charged.
    pub fee: i64,
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
    /// Received after this hour counts from the next working day, where the procedure says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<Time>,
    /// What a complete supplement does to the limit, by the law in force at receipt. [CLK-16] [CLK-17]
    #[serde(default = "restart", skip_serializing_if = "is_restart")]
    pub after_supplement: AfterSupplement,
    /// The site's policy for the hour of the due day, as it was at receipt. [CLK-10] [CLK-19]
    #[serde(default, skip_serializing_if = "is_closing")]
    pub hour: PromiseTime,
    /// When counting starts, where that is not the receipt: the deciding agency gets it later. [RTE-12]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_from: Option<Timestamp>,
    /// When the receiving agency is to be through with its own part, where others have a part too. [RTE-05]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_due_at: Option<Timestamp>,
}

fn is_closing(hour: &PromiseTime) -> bool {
    *hour == PromiseTime::Closing
}

fn restart() -> AfterSupplement {
    AfterSupplement::Restart
}

fn is_restart(after: &AfterSupplement) -> bool {
    *after == AfterSupplement::Restart
}

/// A due moment that takes the place of the one before, with its reasons. [DOS-13]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDue {
    pub due_at: Timestamp,
    /// As in [`Promise`].
    pub reasons: serde_json::Value,
    /// The national index's reckoning: waiting for a supplement is subtracted. [CLK-17]
    pub national_due_at: Timestamp,
    /// The same without any extension, of a dossier that has one; older events do not say it. [OTR-02] [OTR-03]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_due_at: Option<Timestamp>,
}

/// Until when an office has time for its step, after the step stood. [CLK-26]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTime {
    /// 0 the main route, n its n-th leg.
    pub task: u32,
    pub due_at: Timestamp,
}

/// A paper that is asked for in a supplement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperAsked {
    pub name: String,
    #[serde(default)]
    pub originals: u32,
    #[serde(default)]
    pub copies: u32,
}

/// What the applicant is to bring or mend, all of it at once (form 02). [DOS-14] NĐ 61/2018 Art. 17, 19.4
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SupplementRequest {
    pub items: Vec<PaperAsked>,
    pub reason: String,
    /// The rule it rests on; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ground: String,
    /// Until when the applicant has time, where somebody set that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Timestamp>,
    /// Why it is asked a second time; empty for the first. [DOS-15]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub again: String,
}

/// A promised date put off, with the apology (form 04). [DOS-17] NĐ 61/2018 Art. 19.9
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The due moment it takes the place of.
    pub before: Timestamp,
    pub due: NewDue,
    pub reason: String,
    /// Said less than a working day before the date, or after it.
    pub late: bool,
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
    /// Until when it is to be handed on to the office that examines it. [RTE-07]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_on_by: Option<Timestamp>,
}

/// A dossier was not taken in: form 03 at the counter, or form 02 that says what is missing (NĐ 61/2018 Art. 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeRefusal {
    pub code: String,
    pub agency: String,
    pub channel: Channel,
    pub subject: Subject,
    pub applicant: Person,
    pub reason: String,
    /// What is missing, where the person is to come again with it: form 02 instead of 03.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<PaperAsked>,
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
    /// Who gave it for an agency outside. [RTE-08]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
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
