//! The letters that carry a number of their own: one series for each kind, agency and year, without gaps. [LET-02]
//!
//! Kind and form number are different things: the same kind has another number in each form set (forms.md §0). The receipt is
//! known by the dossier's code and is in no series.

use serde::{Deserialize, Serialize};

/// A letter that is numbered when it is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    Supplement,
    /// Phiếu từ chối tiếp nhận giải quyết hồ sơ.
    Refusal,
    /// Phiếu xin lỗi và hẹn lại ngày trả kết quả.
    Apology,
    /// Thông báo dừng giải quyết hồ sơ, also for a withdrawal.
    Stop,
}

impl LetterKind {
    pub const ALL: [Self; 4] = [Self::Supplement, Self::Refusal, Self::Apology, Self::Stop];

    /// As in addresses, columns and file names of templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplement => "supplement",
            Self::Refusal => "refusal",
            Self::Apology => "apology",
            Self::Stop => "stop",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
