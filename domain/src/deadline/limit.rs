//! Limits as people write them ("03 ngày làm việc"), read into data.

use unicode_normalization::UnicodeNormalization;

use crate::procedure::{Limit, LimitKind};

/// Above this a text is a slip of the pen, not a limit.
const COUNT_MAX: u32 = 9_999;

/// Reads a limit that is a whole number and a unit, and nothing beside; any other text is `None`, never a guess.
///
/// Hours are working hours: an office promises no others. A bare "ngày" or "days" is calendar days.
pub fn parse_limit(text: &str) -> Option<Limit> {
    let plain = if text.is_ascii() { text.to_ascii_lowercase() } else { text.nfc().collect::<String>().to_lowercase() };
    let plain = plain.trim().trim_end_matches('.').trim_end();
    let digits = plain.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = plain.split_at_checked(digits)?;
    let unit: Vec<&str> = unit.split_whitespace().collect();
    let kind = kind_of(unit.join(" ").trim_end_matches("(s)"))?;
    let count = number.parse().ok().filter(|count| *count <= COUNT_MAX)?;
    Some(Limit { kind, count })
}

fn kind_of(unit: &str) -> Option<LimitKind> {
    match unit {
        "ngày làm việc" | "working day" | "working days" => Some(LimitKind::WorkingDays),
        "ngày" | "day" | "days" | "calendar day" | "calendar days" => Some(LimitKind::CalendarDays),
        "tháng" | "month" | "months" => Some(LimitKind::Months),
        "giờ làm việc" | "giờ" | "working hour" | "working hours" | "hour" | "hours" => {
            Some(LimitKind::WorkingHours)
        }
        _ => None,
    }
}
