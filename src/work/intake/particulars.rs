//! What was typed at the counter, checked: every wrong field gets its own sentence, all at once.

use jiff::civil::Date;
use motcua_domain::dossier::{Acting, Certify, FeeDue, FeeWay, PaperIn, Particulars, Person, ReturnVia};
use motcua_domain::identity::{IdNumber, Sex, phone};
use motcua_domain::procedure::FeeCase;
use motcua_domain::text::clean;
use serde::{Deserialize, Serialize};

use crate::platform::failure::FieldError;
use crate::platform::i18n::Locale;
pub use crate::platform::web::form::date;

/// A person as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PersonInput {
    pub name: String,
    /// 12 or 9 digits.
    pub id_number: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// `2018-05-04` or `04/05/2018`.
    pub born_on: String,
    /// `female`, `male` or empty.
    pub sex: String,
}

/// A paper as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PaperInput {
    pub name: String,
    pub originals: u32,
    pub certified: u32,
    pub copies: u32,
    /// Pages of one copy, where it is to be certified for a fee by the page.
    pub pages: u32,
    /// Copies to certify.
    pub certify: u32,
}

/// Everything a receipt says, as typed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticularsInput {
    pub applicant: PersonInput,
    /// Somebody who acts for the applicant; absent when the applicant came.
    #[serde(default)]
    pub acting: Option<PersonInput>,
    /// By what right they act.
    #[serde(default)]
    pub authority: String,
    #[serde(default)]
    pub papers: Vec<PaperInput>,
    #[serde(default = "one")]
    pub sets: u32,
    /// `before`, `after`, `no_fee` or `exempt`.
    #[serde(default)]
    pub fee_way: String,
    /// In đồng.
    #[serde(default)]
    pub fee_amount: i64,
    /// `counter`, `post` or `online`.
    #[serde(default)]
    pub return_via: String,
    #[serde(default)]
    pub note: String,
}

fn one() -> u32 {
    1
}

const NAME_MAX: usize = 200;
const TEXT_MAX: usize = 500;
const NOTE_MAX: usize = 1_000;
const PAPERS_MAX: usize = 100;
const COUNT_MAX: u32 = 999;
/// Nobody is older.
const OLDEST_YEARS: i16 = 130;

/// Checks everything; `today` is for dates of birth, `fees` count what is to be certified.
pub fn check_particulars(
    input: ParticularsInput,
    today: Date,
    fees: &[FeeCase],
) -> Result<Particulars, Vec<FieldError>> {
    let mut errors = Vec::new();
    let applicant = person("applicant", &input.applicant, today, &mut errors);
    // Without a number or a telephone nobody could follow the dossier. [IDN-04]
    let reachable = |p: &PersonInput| !p.id_number.trim().is_empty() || !p.phone.trim().is_empty();
    if !reachable(&input.applicant) && !input.acting.as_ref().is_some_and(reachable) {
        errors.push(FieldError::new("applicant.phone", "intake.no_way_to_track"));
    }
    let acting = input.acting.as_ref().map(|acting| {
        let person = person("acting", acting, today, &mut errors);
        let authority = text("authority", &input.authority, TEXT_MAX, &mut errors);
        if authority.is_empty() {
            errors.push(FieldError::new("authority", "intake.authority_missing"));
        }
        Acting { person, authority }
    });
    let mut papers = papers(&input.papers, &mut errors);
    if input.sets == 0 || input.sets > COUNT_MAX {
        errors.push(FieldError::new("sets", "intake.sets_range"));
    }
    let by_page = price(&mut papers, fees, matches!(input.fee_way.as_str(), "before" | "after"));
    let fee = fee(&input, by_page, &mut errors);
    let return_via = match input.return_via.as_str() {
        "" | "counter" => ReturnVia::Counter,
        "post" => ReturnVia::Post,
        "online" => ReturnVia::Online,
        _ => {
            errors.push(FieldError::new("return_via", "form.choose"));
            ReturnVia::Counter
        }
    };
    if return_via == ReturnVia::Post && applicant.address.is_empty() {
        errors.push(FieldError::new("applicant.address", "intake.post_needs_address"));
    }
    let note = text("note", &input.note, NOTE_MAX, &mut errors);
    if errors.is_empty() {
        Ok(Particulars { applicant, acting, papers, sets: input.sets, fee, return_via, note })
    } else {
        Err(errors)
    }
}

/// Checks a person alone, for a refusal at the counter.
pub fn check_person(input: &PersonInput, today: Date) -> Result<Person, Vec<FieldError>> {
    let mut errors = Vec::new();
    let person = person("applicant", input, today, &mut errors);
    if errors.is_empty() { Ok(person) } else { Err(errors) }
}

/// Checks papers alone, for those that came later.
pub fn check_papers(input: &[PaperInput]) -> Result<Vec<PaperIn>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let papers = papers(input, &mut errors);
    if errors.is_empty() { Ok(papers) } else { Err(errors) }
}

fn person(prefix: &str, input: &PersonInput, today: Date, errors: &mut Vec<FieldError>) -> Person {
    let field = |name: &str| format!("{prefix}.{name}");
    let name = text(&field("name"), &input.name, NAME_MAX, errors);
    if name.is_empty() {
        errors.push(FieldError::new(&field("name"), "form.name_missing"));
    }
    let email = text(&field("email"), &input.email, NAME_MAX, errors);
    if !email.is_empty() && !plausible_email(&email) {
        errors.push(FieldError::new(&field("email"), "form.email"));
    }
    let address = text(&field("address"), &input.address, TEXT_MAX, errors);
    let mut read = |name: &str, typed: &str, key: &'static str, ok: bool| {
        if !typed.trim().is_empty() && !ok {
            errors.push(FieldError::new(&field(name), key));
        }
    };
    let id_number = IdNumber::parse(input.id_number.trim()).ok();
    read("id_number", &input.id_number, "form.id_number", id_number.is_some());
    let phone = phone(input.phone.trim());
    read("phone", &input.phone, "form.phone", phone.is_some());
    let born_on = date(&input.born_on);
    read("born_on", &input.born_on, "form.date", born_on.is_some());
    let possible = born_on.is_none_or(|born| born <= today && born.year() >= today.year() - OLDEST_YEARS);
    read("born_on", &input.born_on, "form.birth_date", possible);
    let sex = match input.sex.as_str() {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        _ => None,
    };
    read("sex", &input.sex, "form.choose", sex.is_some());
    Person { name, id_number, phone, email, address, born_on, sex }
}

fn papers(input: &[PaperInput], errors: &mut Vec<FieldError>) -> Vec<PaperIn> {
    if input.len() > PAPERS_MAX {
        errors.push(FieldError::new("papers", "intake.too_many_papers"));
    }
    let mut papers = Vec::new();
    for (at, paper) in input.iter().take(PAPERS_MAX).enumerate() {
        let name = text(&format!("papers.{at}.name"), &paper.name, NOTE_MAX, errors);
        let counts = [paper.originals, paper.certified, paper.copies, paper.pages, paper.certify];
        if counts.iter().any(|count| *count > COUNT_MAX) {
            errors.push(FieldError::new(&format!("papers.{at}.count"), "intake.copies_range"));
        }
        if name.is_empty() {
            if counts.iter().any(|count| *count > 0) {
                errors.push(FieldError::new(&format!("papers.{at}.name"), "intake.paper_name_missing"));
            }
            continue;
        }
        let certify = match (paper.pages, paper.certify) {
            (0, 0) => None,
            (pages @ 1..=COUNT_MAX, copies @ 1..=COUNT_MAX) => Some(Certify { pages, copies, fee: 0 }),
            _ => {
                let mut error = FieldError::new(&format!("papers.{at}.pages"), "intake.certify_both");
                error.sentence = error.sentence.with("row", at + 1);
                errors.push(error);
                None
            }
        };
        let (originals, certified, copies) = (paper.originals, paper.certified, paper.copies);
        papers.push(PaperIn { name, originals, certified, copies, certify });
    }
    papers
}

/// What the pages that are certified cost together, written beside each paper; nothing where none is counted so. [CAT-20]
fn price(papers: &mut [PaperIn], fees: &[FeeCase], charged: bool) -> Option<i64> {
    let mut sum = None;
    for certify in papers.iter_mut().filter_map(|paper| paper.certify.as_mut()) {
        let fee = fees.iter().find_map(|case| case.fee.of_pages(certify.pages, certify.copies))?;
        certify.fee = if charged { fee } else { 0 };
        sum = Some(sum.unwrap_or(0) + certify.fee);
    }
    sum.filter(|_| charged)
}

/// What was typed, or where that was left empty what the pages cost.
fn fee(input: &ParticularsInput, by_page: Option<i64>, errors: &mut Vec<FieldError>) -> FeeDue {
    let way = match input.fee_way.as_str() {
        "before" => FeeWay::Before,
        "after" => FeeWay::After,
        "" | "no_fee" => FeeWay::NoFee,
        "exempt" => FeeWay::Exempt,
        _ => {
            errors.push(FieldError::new("fee_way", "form.choose"));
            FeeWay::NoFee
        }
    };
    let paid = matches!(way, FeeWay::Before | FeeWay::After);
    let amount = by_page.filter(|_| input.fee_amount == 0).unwrap_or(input.fee_amount);
    if !(0..=1_000_000_000).contains(&amount) || (paid && amount == 0) {
        errors.push(FieldError::new("fee_amount", "intake.fee_amount"));
    } else if let Some(sum) = by_page.filter(|sum| *sum != amount) {
        let mut error = FieldError::new("fee_amount", "intake.fee_by_page_differs");
        error.sentence = error.sentence.with("sum", Locale::Vi.number(sum));
        errors.push(error);
    }
    FeeDue { way, amount: if paid { amount } else { 0 } }
}

fn text(field: &str, typed: &str, max: usize, errors: &mut Vec<FieldError>) -> String {
    let text = clean(typed);
    if text.chars().count() > max {
        let mut error = FieldError::new(field, "form.too_long");
        error.sentence = error.sentence.with("max", max);
        errors.push(error);
    }
    text
}

fn plausible_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !text.contains(' '))
}
