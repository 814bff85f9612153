//! The fee cell (phí, lệ phí): amounts, "free" in words, rates set by the province, and remarks that contradict all of it.

use super::{Finding, block, seems_cut, warn};
use crate::procedure::Fee;
use crate::text::{clean, fold};

/// Smaller than any fee there is: "25đ" is 25.000đ with its thousands lost.
const SMALLEST: i64 = 1_000;
const LARGEST: i64 = 1_000_000_000_000;
/// Longest "per …" that is kept, in characters.
const MAX_PER: usize = 60;

/// Words that mean free, as the whole of a part or of a remark.
const FREE: [&str; 9] = [
    "mien phi",
    "mien le phi",
    "mien thu",
    "khong",
    "khong co",
    "khong thu",
    "khong thu phi",
    "khong thu le phi",
    "khong mat phi",
];

/// What a remark may add to "free" without changing it.
const FREE_REMARKS: [&str; 3] = ["khong quy dinh", "chua quy dinh", "khong phat sinh"];

#[derive(Debug, Default)]
pub(super) struct Fees {
    pub fees: Vec<Fee>,
    pub findings: Vec<Finding>,
}

/// An amount in đồng as printed, with what it is for one of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Money {
    amount: i64,
    per: String,
}

/// Reads the cell. Where it contradicts itself no fee is taken from it at all. [CAT-13] [CAT-14]
pub(super) fn read(cell: &str) -> Fees {
    let text = clean(&cell.replace(['\n', '\r'], " • "));
    let mut fees = Fees::default();
    if text.is_empty() {
        fees.findings.push(block("catalogue.fee_missing"));
        return fees;
    }
    let (head, remark) = text.split_once(" — ").unwrap_or((&text, ""));
    for part in head.replace(" / ", " • ").split('•').map(str::trim).filter(|part| !part.is_empty()) {
        fees.read_part(part);
    }
    fees.read_remark(remark.trim());
    if fees.fees.is_empty() && fees.findings.is_empty() {
        fees.findings.push(block("catalogue.fee_unclear"));
    }
    if seems_cut(&text) {
        fees.findings.push(warn("catalogue.fee_cut"));
    }
    fees.finish()
}

impl Fees {
    fn read_part(&mut self, part: &str) {
        let folded = fold(part);
        let monies = monies_in(part);
        if FREE.contains(&folded.as_str()) {
            self.fees.push(Fee::Free);
        } else if is_provincial(&folded) {
            self.fees.push(Fee::SetByProvince);
            // "theo HĐND cấp tỉnh (cổng ghi 0đ)": the zero is the portal's, the fee is not zero.
            if monies.iter().any(|money| money.amount == 0) {
                self.findings.push(warn("catalogue.fee_zero_but_set"));
            } else if fold(part).contains("nghi quyet") {
                self.findings.push(warn("catalogue.fee_note"));
            }
        } else if is_foreign(&folded) {
            self.findings.push(warn("catalogue.fee_foreign"));
        } else if monies.is_empty() {
            let only_zero = folded.split(' ').all(|word| word.bytes().all(|b| b == b'0'));
            self.findings.push(block(if only_zero { "catalogue.fee_zero" } else { "catalogue.fee_unclear" }));
        } else {
            self.read_amounts(part, monies);
        }
    }

    fn read_amounts(&mut self, part: &str, monies: Vec<Money>) {
        if monies.iter().any(|money| money.amount == 0) {
            self.findings.push(block("catalogue.fee_zero"));
            return;
        }
        if monies.len() > 1 {
            self.findings.push(block("catalogue.fee_tiers"));
        } else if !part.starts_with(|c: char| c.is_ascii_digit()) || part.contains('(') {
            // "Đối với cơ sở sản xuất: 500.000 đồng": the amount is clear, what it is for stays in words.
            self.findings.push(warn("catalogue.fee_note"));
        }
        self.fees.extend(monies.into_iter().map(|money| Fee::amount(money.amount, &money.per)));
    }

    fn read_remark(&mut self, remark: &str) {
        let folded = fold(remark);
        if folded.is_empty() {
            return;
        }
        let confirms = FREE.contains(&folded.as_str()) || FREE_REMARKS.contains(&folded.as_str());
        if confirms && self.fees == [Fee::Free] {
            return;
        }
        if folded.contains("den het ngay") {
            self.findings.push(warn("catalogue.fee_temporary"));
        }
        if is_provincial(&folded) {
            self.province_decides();
        } else if self.fees == [Fee::Free] {
            self.free_with_remark(&folded);
        } else {
            self.amounts_with_remark(remark);
        }
    }

    /// Amounts beside a remark that the province sets the fee are examples, not the fee.
    fn province_decides(&mut self) {
        self.fees.retain(|fee| *fee == Fee::Free);
        self.fees.push(Fee::SetByProvince);
        self.findings.push(warn("catalogue.fee_province_over"));
    }

    /// "Miễn phí — mức thu theo Thông tư …": one of the two is wrong.
    fn free_with_remark(&mut self, folded: &str) {
        let names_rates =
            ["muc thu", "muc phi", "muc le phi", "bieu phi", "bieu muc"].iter().any(|w| folded.contains(w));
        let says_free = ["mien ", "khong thu", "neu co yeu cau"].iter().any(|w| folded.contains(w));
        if names_rates && !says_free {
            self.findings.push(block("catalogue.fee_contradicts"));
        } else {
            self.findings.push(warn("catalogue.fee_note"));
        }
    }

    fn amounts_with_remark(&mut self, remark: &str) {
        let (unit, rest) = unit_of(remark);
        let told = monies_in(remark);
        let mut known = Vec::new();
        for fee in &mut self.fees {
            if let Fee::Amount { amount, per, .. } = fee {
                known.push(*amount);
                if per.is_empty() {
                    let same = told.iter().find(|money| money.amount == *amount && !money.per.is_empty());
                    *per = if unit.is_empty() { same.map(|m| m.per.clone()).unwrap_or_default() } else { unit.clone() };
                }
            }
        }
        if !known.is_empty() && !told.is_empty() {
            if !told.iter().any(|money| known.contains(&money.amount)) {
                self.findings.push(block("catalogue.fee_contradicts"));
            } else if told.iter().any(|money| !known.contains(&money.amount)) {
                self.findings.push(block("catalogue.fee_tiers"));
            }
        }
        if !fold(&rest).is_empty() {
            self.findings.push(warn("catalogue.fee_note"));
        }
    }

    fn finish(mut self) -> Self {
        let amounts = || {
            self.fees.iter().filter_map(|fee| if let Fee::Amount { amount, .. } = fee { Some(*amount) } else { None })
        };
        if amounts().any(|amount| !(SMALLEST..=LARGEST).contains(&amount)) {
            self.findings.push(block("catalogue.fee_implausible"));
        }
        let mut unique: Vec<Fee> = Vec::new();
        for fee in self.fees.drain(..) {
            if !unique.contains(&fee) {
                unique.push(fee);
            }
        }
        self.fees = unique;
        if self.fees.len() > 1 {
            self.findings.push(warn("catalogue.fee_cases_unnamed"));
        }
        if self.fees.is_empty() && !self.findings.iter().any(|finding| finding.blocks) {
            self.findings.push(block("catalogue.fee_unclear"));
        }
        // A fee from a cell that contradicts itself would be charged by the first who does not read the warning.
        if self.findings.iter().any(|finding| finding.blocks) {
            self.fees.clear();
        }
        self.findings.sort_unstable();
        self.findings.dedup();
        self
    }
}

fn is_provincial(folded: &str) -> bool {
    // Remarks are often cut in the middle of "Hội đồng nhân dân".
    folded.contains("hdnd") || folded.contains("hoi dong nh")
}

fn is_foreign(folded: &str) -> bool {
    folded.split(' ').any(|word| matches!(word, "usd" | "eur" | "euro"))
        && folded.starts_with(|c: char| c.is_ascii_digit())
}

/// "/trang)…": what one fee is for, and what follows.
fn unit_of(remark: &str) -> (String, String) {
    let Some(rest) = remark.strip_prefix('/') else { return (String::new(), remark.to_owned()) };
    let per = per_at_start(rest);
    let rest = rest.strip_prefix(per.as_str()).unwrap_or_default();
    (per, rest.to_owned())
}

/// The words after a slash, up to the first sign or word that begins something else.
fn per_at_start(text: &str) -> String {
    let end = text.find([')', '(', '.', ';', ',', ':', '…', '•']).unwrap_or(text.len());
    let text = text.get(..end).unwrap_or_default();
    let end = [" tại ", " đối với ", " - "].iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
    let per: String = text.get(..end).unwrap_or_default().chars().take(MAX_PER).collect();
    per.trim().to_owned()
}

/// Every amount with the sign of the đồng behind it: "2.000đ", "500.000 đồng/lần", "15.000 VND".
fn monies_in(text: &str) -> Vec<Money> {
    let mut monies = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        rest = after;
        if let (Some(amount), Some(after)) = (amount_of(number), after_currency(after)) {
            let per = after.strip_prefix('/').map(per_at_start).unwrap_or_default();
            monies.push(Money { amount, per });
        }
    }
    monies
}

/// "25.000.000" with its thousands in groups, or plain digits; "2.5" is no amount of đồng.
fn amount_of(number: &str) -> Option<i64> {
    let number = number.trim_end_matches(['.', ',']);
    let mut groups = number.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (first.len() > 3 || rest.iter().any(|group| group.len() != 3)) {
        return None;
    }
    format!("{first}{}", rest.concat()).parse().ok()
}

/// What follows the currency, or `None` when there is none.
fn after_currency(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let lower = |word: &str, length: usize| word.chars().take(length).flat_map(char::to_lowercase).collect::<String>();
    for sign in ["đồng", "vnđ", "vnd", "đ"] {
        let length = sign.chars().count();
        if lower(text, length) == sign {
            let rest = text.char_indices().nth(length).map_or("", |(at, _)| text.get(at..).unwrap_or_default());
            if !rest.starts_with(char::is_alphabetic) {
                return Some(rest.trim_start());
            }
        }
    }
    None
}
