//! Where a dossier stands, in the words of the national status list (law.md §8).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 2, được tiếp nhận: at the one-stop, not yet handed to an office.
    Received,
    /// 4, đang xử lý.
    InProgress,
    /// 5, yêu cầu bổ sung: the clock stands until the applicant has brought what is missing.
    SupplementAsked,
    /// 6, yêu cầu nghĩa vụ tài chính: the clock stands until the applicant has paid.
    PaymentDue,
    /// 9, đã xử lý xong: the result lies at the one-stop.
    Ready,
    /// 10, đã trả kết quả.
    Returned,
    /// 3, không được tiếp nhận.
    RefusedAtIntake,
    /// 7, công dân rút.
    Withdrawn,
    /// 8, dừng xử lý.
    Stopped,
}

impl Status {
    pub const ALL: [Self; 9] = [
        Self::Received,
        Self::InProgress,
        Self::SupplementAsked,
        Self::PaymentDue,
        Self::Ready,
        Self::Returned,
        Self::RefusedAtIntake,
        Self::Withdrawn,
        Self::Stopped,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InProgress => "in_progress",
            Self::SupplementAsked => "supplement_asked",
            Self::PaymentDue => "payment_due",
            Self::Ready => "ready",
            Self::Returned => "returned",
            Self::RefusedAtIntake => "refused_at_intake",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Code exchanged nationally.
    pub fn national(self) -> u8 {
        match self {
            Self::Received => 2,
            Self::RefusedAtIntake => 3,
            Self::InProgress => 4,
            Self::SupplementAsked => 5,
            Self::PaymentDue => 6,
            Self::Withdrawn => 7,
            Self::Stopped => 8,
            Self::Ready => 9,
            Self::Returned => 10,
        }
    }

    /// An end state: no command changes it any more. [DOS-10]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Returned | Self::RefusedAtIntake | Self::Withdrawn | Self::Stopped)
    }
}
