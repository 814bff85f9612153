//! Limits, fees and papers as tables: filled in, read row by row with a sentence beside each wrong cell.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Time;
use motcua_domain::procedure::{ByPage, Fee, FeeCase, Limit, LimitCase, LimitKind, Paper, Version};
use motcua_domain::text::{clean, fold};

use super::edit::Read;
use super::rows::{Row, cell, is_blank, operate, read, row, write};
use super::texts::lines;
use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;

/// More than any limit has. [CAT-10]
const COUNT_MAX: u32 = 1_000;
/// Copies of one paper, and sets of all. [CAT-15] [CAT-18]
const COPIES_MAX: u32 = 20;
/// An amount below is one whose thousands were lost. [CAT-14]
const FEE_MIN: i64 = 1_000;
const FEE_MAX: i64 = 1_000_000_000_000;
/// Longest label, name or note in a cell, in characters.
const CELL_MAX: usize = 2_000;

const KINDS: [(&str, LimitKind); 4] = [
    ("working_days", LimitKind::WorkingDays),
    ("calendar_days", LimitKind::CalendarDays),
    ("months", LimitKind::Months),
    ("working_hours", LimitKind::WorkingHours),
];

/// Cases that limits, fees and papers name, for typing them alike.
pub(super) fn cases(record: &Version) -> Vec<String> {
    let limits = record.limits.iter().map(|limit| &limit.label);
    let fees = record.fees.iter().map(|fee| &fee.label);
    let papers = record.papers.iter().map(|paper| &paper.case);
    let mut cases: Vec<String> = Vec::new();
    for case in limits.chain(fees).chain(papers).filter(|case| !case.is_empty()) {
        if !cases.contains(case) {
            cases.push(case.clone());
        }
    }
    cases
}

/// Collects what is wrong with one row: each sentence names the row, since at the top of the page it stands alone.
struct Checker<'a> {
    table: &'a str,
    at: usize,
    errors: &'a mut Vec<FieldError>,
}

impl Checker<'_> {
    fn wrong(&mut self, field: &str, key: &str) {
        let sentence = Sentence::new(key).with("row", self.at + 1);
        self.errors.push(FieldError { field: format!("{}.{}.{field}", self.table, self.at), sentence });
    }

    fn text(&mut self, row: &Row, field: &str) -> String {
        let text = cell(row, field);
        if text.chars().count() > CELL_MAX {
            self.wrong(field, "editor.cell_too_long");
        }
        text
    }
}

// --- limits -------------------------------------------------------------------------------------------------------------

pub(super) fn fill_limits(version: &Version) -> Form {
    let rows: Vec<Row> = version.limits.iter().map(limit_row).collect();
    let mut form = Form::default();
    write(&mut form, "limits", &if rows.is_empty() { vec![blank_limit()] } else { rows });
    form.set("cutoff", version.cutoff.map_or_else(String::new, |at| at.strftime("%H:%M").to_string()));
    form
}

fn limit_row(case: &LimitCase) -> Row {
    let kind = KINDS.iter().find(|(_, kind)| *kind == case.limit.kind).map_or("", |(word, _)| *word);
    row([("label", case.label.clone()), ("count", case.limit.count.to_string()), ("kind", kind.to_owned())])
}

fn blank_limit() -> Row {
    row([("label", String::new()), ("count", String::new()), ("kind", "working_days".to_owned())])
}

pub(super) fn operate_limits(form: &mut Form) -> bool {
    operate(form, "limits", &blank_limit())
}

pub(super) fn read_limits(form: &Form) -> Read {
    let (mut errors, mut limits, mut labels) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, row) in read(form, "limits").iter().enumerate().filter(|(_, row)| !is_blank(row, &["label", "count"])) {
        let mut check = Checker { table: "limits", at, errors: &mut errors };
        let label = check.text(row, "label");
        let kind = KINDS.iter().find(|(word, _)| *word == cell(row, "kind")).map(|(_, kind)| *kind);
        let count: Option<u32> = cell(row, "count").parse().ok().filter(|count| *count <= COUNT_MAX);
        match (kind, count) {
            (None, _) => check.wrong("kind", "editor.kind_missing"),
            (_, None) => check.wrong("count", "editor.count_wrong"),
            // Of nothing but working days is none: the same day. [CLK-24]
            (Some(kind), Some(0)) if kind != LimitKind::WorkingDays => {
                check.wrong("count", "editor.limit_of_nothing");
            }
            (Some(kind), Some(count)) => {
                if !labels.insert(fold(&label)) {
                    check.wrong("label", "editor.label_twice");
                }
                limits.push(LimitCase { label, limit: Limit { kind, count } });
            }
        }
    }
    let cutoff = time(form.text("cutoff"));
    if cutoff.is_none() {
        errors.push(FieldError::new("cutoff", "editor.time_wrong"));
    }
    if limits.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("limits.0.count", "catalogue.limit_missing"));
    }
    match (errors.is_empty(), cutoff) {
        (true, Some(cutoff)) => Ok(Arc::new(move |version: &mut Version| {
            version.limits.clone_from(&limits);
            version.cutoff = cutoff;
        })),
        _ => Err(errors),
    }
}

/// `15:00`, `15h30`, `15 giờ`; nothing for nothing, and `None` for what is no time.
pub(super) fn time(text: &str) -> Option<Option<Time>> {
    let plain: String = text.to_lowercase().replace("giờ", ":").replace('h', ":").split_whitespace().collect();
    if plain.is_empty() {
        return Some(None);
    }
    let (hour, minute) = plain.split_once(':').unwrap_or((&plain, ""));
    let minute = if minute.is_empty() { Some(0) } else { minute.parse().ok().filter(|_| minute.len() == 2) };
    Time::new(hour.parse().ok()?, minute?, 0, 0).ok().map(Some)
}

// --- fees ---------------------------------------------------------------------------------------------------------------

pub(super) fn fill_fees(version: &Version) -> Form {
    let rows: Vec<Row> = version.fees.iter().map(fee_row).collect();
    let mut form = Form::default();
    write(&mut form, "fees", &if rows.is_empty() { vec![blank_fee()] } else { rows });
    form
}

fn fee_row(case: &FeeCase) -> Row {
    let mut row = blank_fee();
    let mut set = |field: &str, value: String| row.insert(field.to_owned(), value);
    set("label", case.label.clone());
    let kind = match &case.fee {
        Fee::Free => "free",
        Fee::SetByProvince => "set_by_province",
        Fee::Amount { amount, per, by_page } => {
            set("amount", amount.to_string());
            set("per", per.clone());
            if let Some(ByPage { full, further, most }) = by_page {
                set("full", full.to_string());
                set("further", further.to_string());
                set("most", most.to_string());
            }
            if by_page.is_some() { "by_page" } else { "amount" }
        }
    };
    set("kind", kind.to_owned());
    row
}

const FEE_FIELDS: [&str; 7] = ["label", "kind", "amount", "per", "full", "further", "most"];

fn blank_fee() -> Row {
    row(FEE_FIELDS.map(|field| (field, String::new())))
}

pub(super) fn operate_fees(form: &mut Form) -> bool {
    operate(form, "fees", &blank_fee())
}

pub(super) fn read_fees(form: &Form) -> Read {
    let (mut errors, mut fees): (Vec<FieldError>, Vec<FeeCase>) = (Vec::new(), Vec::new());
    let blank = FEE_FIELDS;
    for (at, row) in read(form, "fees").iter().enumerate().filter(|(_, row)| !is_blank(row, &blank)) {
        let mut check = Checker { table: "fees", at, errors: &mut errors };
        let (label, per) = (check.text(row, "label"), check.text(row, "per"));
        let typed = cell(row, "amount");
        let fee = match cell(row, "kind").as_str() {
            // An amount beside "free" contradicts it: nobody may guess which is meant. [CAT-14]
            "free" | "set_by_province" if !typed.is_empty() => {
                check.wrong("amount", "editor.fee_beside_free");
                continue;
            }
            "free" => Fee::Free,
            "set_by_province" => Fee::SetByProvince,
            kind @ ("amount" | "by_page") => match amount(&typed) {
                Some(amount) if amount >= FEE_MIN => {
                    let by_page = if kind == "by_page" { by_page(&mut check, row, amount) } else { None };
                    Fee::Amount { amount, per, by_page }
                }
                Some(_) => {
                    check.wrong("amount", "editor.fee_too_small");
                    continue;
                }
                None => {
                    check.wrong("amount", "editor.fee_not_a_number");
                    continue;
                }
            },
            _ => {
                check.wrong("kind", "form.choose");
                continue;
            }
        };
        let case = FeeCase { label, fee };
        if fees.contains(&case) {
            check.wrong("label", "editor.fee_twice");
        }
        fees.push(case);
    }
    if fees.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("fees.0.kind", "catalogue.fee_missing"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Arc::new(move |version: &mut Version| version.fees.clone_from(&fees)))
}

/// What a fee by the page needs beside its amount; the further pages cost less, and a copy never less than one page. [CAT-20]
fn by_page(check: &mut Checker, row: &Row, first: i64) -> Option<ByPage> {
    let full = cell(row, "full").parse().ok().filter(|full| (1..=999).contains(full));
    let further = amount(&cell(row, "further")).filter(|further| (1..=first).contains(further));
    let most = amount(&cell(row, "most")).filter(|most| *most >= first);
    for (field, wrong) in [("full", full.is_none()), ("further", further.is_none()), ("most", most.is_none())] {
        if wrong {
            check.wrong(field, "editor.fee_by_page_wrong");
        }
    }
    Some(ByPage { full: full?, further: further?, most: most? })
}

/// `8.000`, `8 000`, `8000đ`; `None` for what is no amount.
pub(super) fn amount(text: &str) -> Option<i64> {
    let plain = text.trim().trim_end_matches("đồng").trim_end_matches(['đ', 'Đ']);
    let digits: String = plain.chars().filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}')).collect();
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|amount| numeric && *amount <= FEE_MAX)
}

// --- papers -------------------------------------------------------------------------------------------------------------

pub(super) fn fill_papers(version: &Version) -> Form {
    let rows: Vec<Row> = version.papers.iter().map(paper_row).collect();
    let mut form = Form::default();
    write(&mut form, "papers", &if rows.is_empty() { vec![blank_paper()] } else { rows });
    form.set("sets", version.sets.map_or_else(String::new, |sets| sets.to_string()));
    form.set("paper_notes", version.paper_notes.join("\n"));
    form
}

const PAPER: [&str; 4] = ["name", "originals", "copies", "case"];

fn paper_row(paper: &Paper) -> Row {
    row([
        ("name", paper.name.clone()),
        ("originals", paper.originals.to_string()),
        ("copies", paper.copies.to_string()),
        ("case", paper.case.clone()),
    ])
}

fn blank_paper() -> Row {
    row([("name", ""), ("originals", ""), ("copies", ""), ("case", "")].map(|(field, value)| (field, value.to_owned())))
}

pub(super) fn operate_papers(form: &mut Form) -> bool {
    operate(form, "papers", &blank_paper())
}

pub(super) fn read_papers(form: &Form) -> Read {
    let (mut errors, mut papers, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, row) in read(form, "papers").iter().enumerate().filter(|(_, row)| !is_blank(row, &PAPER)) {
        let mut check = Checker { table: "papers", at, errors: &mut errors };
        let (name, case) = (check.text(row, "name"), check.text(row, "case"));
        let mut count = |field: &str| {
            let typed = cell(row, field);
            let count = if typed.is_empty() { Some(0) } else { typed.parse().ok().filter(|n| *n <= COPIES_MAX) };
            if count.is_none() {
                check.wrong(field, "editor.copies_wrong");
            }
            count
        };
        let (originals, copies) = (count("originals"), count("copies"));
        if name.is_empty() {
            check.wrong("name", "editor.paper_name_missing");
        }
        if (originals, copies) == (Some(0), Some(0)) {
            check.wrong("originals", "editor.paper_without_copies");
        }
        if !name.is_empty() && !names.insert((fold(&name), fold(&case))) {
            check.wrong("name", "editor.paper_twice");
        }
        papers.push(Paper { name, case, originals: originals.unwrap_or(0), copies: copies.unwrap_or(0) });
    }
    let typed = clean(form.text("sets"));
    let sets: Option<u32> = typed.parse().ok().filter(|sets| (1..=COPIES_MAX).contains(sets));
    if sets.is_none() && !typed.is_empty() {
        errors.push(FieldError::new("sets", "editor.sets_wrong"));
    }
    if papers.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("papers.0.name", "catalogue.papers_missing"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let notes = lines(form.text("paper_notes"));
    Ok(Arc::new(move |version: &mut Version| {
        version.papers.clone_from(&papers);
        version.paper_notes.clone_from(&notes);
        version.sets = sets;
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = |hour, minute| Some(Some(Time::new(hour, minute, 0, 0).unwrap()));
        assert_eq!(
            ["15:00", "15h", "15 giờ", "15h30", " "].map(time),
            [at(15, 0), at(15, 0), at(15, 0), at(15, 30), Some(None)]
        );
        for wrong in ["25:00", "chiều", "15:5", "15:60", "-1:00"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_read_with_their_thousands_apart() {
        for (text, found) in [("8.000", 8_000), ("30 000 đồng", 30_000), ("8000đ", 8_000), ("0", 0)] {
            assert_eq!(amount(text), Some(found), "{text}");
        }
        for wrong in ["", "tám nghìn", "-5000", "8.000đ/trang", "99999999999999999999"] {
            assert_eq!(amount(wrong), None, "{wrong}");
        }
    }
}
