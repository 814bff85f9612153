//! Facts that letters of several kinds tell: who issues, about whom, about what, when, and who signs.

use serde::{Deserialize, Serialize};

/// Who issues the letter: the head of the sheet, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Body above the unit: printed first in the left head column. Empty when the unit has none to name.
    pub agency: String,
    /// The unit that speaks: printed in bold under it.
    pub unit: String,
    /// Letters that stand for it in the number of a letter, as in "12/TB-UBND". `None`: the number goes without.
    pub symbol: Option<String>,
    /// Before the date on the right, as in "Pác Nặm, ngày …".
    pub place: String,
    pub hotline: Option<String>,
    pub website: Option<String>,
}

/// Somebody the letter is about or goes to: a person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    /// Empty when unknown.
    pub address: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub id_number: Option<String>,
}

/// What the dossier asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    pub name: String,
    /// National code, as in "2.000806".
    pub code: Option<String>,
}

/// One row of a checklist. Zero copies of a kind are left blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub name: String,
    pub originals: u32,
    pub certified: u32,
    pub copies: u32,
}

/// Somebody of an office whom people may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub phone: Option<String>,
}

/// Who answers for the letter with name and seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    pub name: String,
    /// As in "Trưởng phòng". `None`: the template has a word for it.
    pub position: Option<String>,
    /// For whom or in whose place, printed above the position: "TM. Ủy ban nhân dân / KT. Chủ tịch", a line for each part.
    pub authority: Option<String>,
    /// Signs for the agency: there is room for its seal.
    #[serde(default = "with_seal")]
    pub sealed: bool,
}

/// Unless said otherwise, whoever signs does so for the agency.
fn with_seal() -> bool {
    true
}

/// When in the life of a dossier the letter is written. Decides who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Intake,
    Examination,
}

/// How the result comes to the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnVia {
    Counter,
    Post,
    Online,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeWay {
    /// Paid when the dossier is handed in.
    Before,
    /// Paid when the result is collected.
    After,
    /// The procedure costs nothing.
    None,
    /// The procedure costs something, this person is exempt.
    Exempt,
}

/// Local civil time in parts, so that the template writes it the way the form asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
}
