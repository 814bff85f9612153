//! The notation of values in overrides.csv: short enough to type, strict enough to be data.

use jiff::civil::Time;
use motcua_domain::catalogue::split_case;
use motcua_domain::procedure::{ByPage, Channel, Fee, FeeCase, Limit, LimitCase, LimitKind, Paper, Version};

use super::model::Override;
use super::table::parse_time;

/// A checked value of an [`super::Override`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideValue {
    /// `3 working days`, or several: `bổ sung: 0 working days; cải chính: 3 working days`.
    Limits(Vec<LimitCase>),
    /// `15:00`.
    Cutoff(Time),
    /// `free`, `province`, `2000/trang`, `50000`, or several with `;` between, also by case: `cấp lại: 50000`.
    Fees(Vec<FeeCase>),
    /// `1`.
    Sets(u32),
    /// `Tờ khai [BC:1 BS:0] | Giấy chứng sinh [BC:1]`: BC originals, BS copies.
    Papers(Vec<Paper>),
    /// `direct+online+post`.
    Channels(Vec<Channel>),
    /// Where the procedure is laid down, in the place of a list that vouches for nothing.
    Source(String),
}

/// What a pack may override.
pub(super) const PARTS: [&str; 7] = ["limit", "cutoff", "fee", "sets", "papers", "channels", "source"];

impl OverrideValue {
    /// Reads a value; `None` where the part is unknown or the value is not in its notation.
    pub fn parse(part: &str, value: &str) -> Option<OverrideValue> {
        match part {
            "limit" => several(value, ';', limit_case).map(OverrideValue::Limits),
            "cutoff" => parse_time(value).map(OverrideValue::Cutoff),
            "fee" => several(value, ';', fee).map(OverrideValue::Fees),
            "sets" => value.parse().ok().filter(|sets| (1..=20).contains(sets)).map(OverrideValue::Sets),
            "papers" => several(value, '|', paper).map(OverrideValue::Papers),
            "channels" => several(value, '+', channel).map(OverrideValue::Channels),
            "source" => (!value.trim().is_empty()).then(|| OverrideValue::Source(value.trim().to_owned())),
            _ => None,
        }
    }
}

impl Override {
    /// Puts the value in the place of what the list had. What blocked that part no longer does; an unverified value
    /// leaves its mark, so that pages can say so. A value that is not in its notation changes nothing.
    pub fn apply(&self, version: &mut Version) {
        let Some(value) = OverrideValue::parse(&self.part, &self.value) else { return };
        // Blockers name the column of the list.
        let column = match value {
            OverrideValue::Limits(limits) => {
                version.limits = limits;
                "time_limit"
            }
            OverrideValue::Cutoff(cutoff) => {
                version.cutoff = Some(cutoff);
                "cutoff"
            }
            OverrideValue::Fees(fees) => {
                version.fees = fees;
                "fee"
            }
            OverrideValue::Sets(sets) => {
                version.sets = Some(sets);
                "copies"
            }
            OverrideValue::Papers(papers) => {
                version.papers = papers;
                "components"
            }
            OverrideValue::Channels(channels) => {
                version.channels = channels;
                "channels"
            }
            OverrideValue::Source(source) => {
                version.source = source;
                "source"
            }
        };
        version.blockers.retain(|blocker| blocker.part != column);
        version.unverified.retain(|part| part != column);
        if !self.verified {
            version.unverified.push(column.to_owned());
        }
    }
}

/// All items or nothing: half a value would be a wrong value.
fn several<T>(value: &str, between: char, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(between).map(|item| read(item.trim())).collect()
}

fn limit_case(text: &str) -> Option<LimitCase> {
    let (label, limit) = text.rsplit_once(": ").unwrap_or(("", text));
    let (count, unit) = limit.trim().split_once(' ')?;
    let kind = match unit {
        "working day" | "working days" => LimitKind::WorkingDays,
        "calendar day" | "calendar days" => LimitKind::CalendarDays,
        "month" | "months" => LimitKind::Months,
        "working hour" | "working hours" => LimitKind::WorkingHours,
        _ => return None,
    };
    let limit = Limit { kind, count: count.parse().ok()? };
    (!limit.is_nothing()).then(|| LimitCase { label: label.trim().to_owned(), limit })
}

fn fee(text: &str) -> Option<FeeCase> {
    let (label, text) = text.rsplit_once(": ").unwrap_or(("", text));
    let fee = match text.trim() {
        "free" => Fee::Free,
        "province" => Fee::SetByProvince,
        text => {
            let (text, by_page) = match text.split_once(", ") {
                Some((text, scale)) => (text, Some(by_page(scale)?)),
                None => (text, None),
            };
            let (amount, per) = text.split_once('/').unwrap_or((text, ""));
            Fee::Amount { amount: money(amount)?, per: per.trim().to_owned(), by_page }
        }
    };
    Some(FeeCase { label: label.trim().to_owned(), fee })
}

/// `2 pages, then 1000, at most 200000`: behind an amount for a page.
fn by_page(text: &str) -> Option<ByPage> {
    let (full, rest) = text.split_once(" pages, then ")?;
    let (further, most) = rest.split_once(", at most ")?;
    Some(ByPage { full: full.trim().parse().ok()?, further: money(further)?, most: money(most)? })
}

fn money(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|amount| *amount > 0)
}

fn paper(text: &str) -> Option<Paper> {
    let (name, counts) = text.strip_suffix(']')?.rsplit_once('[')?;
    let (mut originals, mut copies) = (0, 0);
    for count in counts.split_whitespace() {
        match count.split_once(':')? {
            ("BC", number) => originals = number.parse().ok()?,
            ("BS", number) => copies = number.parse().ok()?,
            _ => return None,
        }
    }
    let (case, name) = split_case(name.trim());
    let asked_for = !name.is_empty() && originals + copies > 0;
    asked_for.then_some(Paper { name, originals, copies, case })
}

fn channel(text: &str) -> Option<Channel> {
    match text {
        "direct" => Some(Channel::Direct),
        "online" => Some(Channel::Online),
        "post" => Some(Channel::Post),
        _ => None,
    }
}
