//! Reads an act into the command that the rules decide, with a sentence for every field that does not fit.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{Command, ITEMS_MAX, PaperAsked, Recipient, SupplementRequest};
use motcua_domain::identity::IdNumber;
use motcua_domain::procedure::FeeCase;
use motcua_domain::text::clean;

use super::act::{Act, ItemInput, RecipientInput};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::registry::Registry;
use crate::view::api::intake::under;
use crate::work::intake::missing::{COUNT_MAX, NAME_MAX};
use crate::work::intake::{check_papers, check_particulars};

/// Longest name of a person.
const PERSON_MAX: usize = 200;

/// `fees`: of the dossier's procedure, for a correction of what is certified.
pub fn command(registry: &Registry, now: Timestamp, fees: &[FeeCase], act: Act) -> Result<Command, Failure> {
    let today = registry.local(now).date();
    let invalid = |field: &str, key: &str| Failure::Invalid(vec![FieldError::new(field, key)]);
    Ok(match act {
        Act::Claim { .. } => Command::Claim,
        Act::Assign { to, .. } => {
            Command::Assign { to: registry.officer(&to, today).ok_or_else(|| invalid("to", "form.choose"))? }
        }
        Act::Forward { note, .. } => Command::Forward { note, slip: None },
        Act::Confirm { .. } => Command::Confirm,
        Act::SendBack { to_step, reason, .. } => Command::SendBack { to: to_step, reason },
        Act::Propose { outcome, note, .. } => Command::Propose { outcome, note },
        Act::Approve { note, .. } => Command::Approve { note },
        Act::Return { reason, .. } => Command::Return { reason },
        Act::HandOver { recipient, .. } => {
            Command::HandOver(check_recipient(recipient).map_err(|errors| under("recipient", errors))?)
        }
        Act::Correct { reason, particulars, .. } => correct(reason, *particulars, today, fees)?,
        Act::AskSupplement { items, reason, ground, answer_by, again, .. } => {
            let items = check_items(items).map_err(Failure::Invalid)?;
            Command::AskSupplement(Box::new(SupplementRequest { items, reason, ground, answer_by, again }))
        }
        Act::ReceiveSupplement { papers, note, .. } => {
            Command::ReceiveSupplement { papers: check_papers(&papers).map_err(Failure::Invalid)?, note }
        }
        Act::AskPayment { amount, reason, .. } => Command::AskPayment { amount, reason },
        Act::ReceivePayment { reference, .. } => Command::ReceivePayment { reference },
        Act::Extend { to, reason, .. } => Command::Extend { to, reason },
        Act::Recompute { reason, .. } => Command::Recompute { reason },
        Act::Withdraw { reason, fee, .. } => Command::Withdraw { reason, fee },
        Act::Stop { reason, ground, fee, .. } => Command::Stop { reason, ground, fee },
        Act::Consult { office, question, answer_by, .. } => match registry.offices.contains_key(&office) {
            true => Command::Consult { office, question, answer_by },
            false => return Err(invalid("office", "form.choose")),
        },
        Act::AnswerConsultation { answer, person, .. } => {
            Command::AnswerConsultation { answer, person: named(&person)? }
        }
        Act::Acknowledge { person, .. } => Command::Acknowledge { person: named(&person)? },
        Act::Ask { question, person, .. } => Command::Ask { question, person: named(&person)? },
        Act::Answer { outcome, note, person, .. } => Command::Answer { outcome, note, person: named(&person)? },
        Act::Reply { answer, .. } => Command::Reply { answer },
    })
}

fn correct(
    reason: String,
    particulars: crate::work::intake::ParticularsInput,
    today: Date,
    fees: &[FeeCase],
) -> Result<Command, Failure> {
    let checked = check_particulars(particulars, today, fees).map_err(|errors| under("particulars", errors))?;
    Ok(Command::Correct { reason, particulars: Box::new(checked) })
}

/// The name of a person; whether one is needed the rules say.
fn named(person: &str) -> Result<String, Failure> {
    let person = clean(person);
    match too_long("person", &person, PERSON_MAX) {
        Some(error) => Err(Failure::Invalid(vec![error])),
        None => Ok(person),
    }
}

fn check_items(input: Vec<ItemInput>) -> Result<Vec<PaperAsked>, Vec<FieldError>> {
    let mut errors = Vec::new();
    if input.is_empty() || input.len() > ITEMS_MAX {
        errors.push(FieldError::new("items", "refusal.nothing_asked"));
    }
    let mut items = Vec::new();
    for (at, item) in input.into_iter().take(ITEMS_MAX).enumerate() {
        let field = |name: &str| format!("items.{at}.{name}");
        let name = clean(&item.name);
        if name.is_empty() {
            errors.push(FieldError::new(&field("name"), "intake.paper_name_missing"));
        }
        errors.extend(too_long(&field("name"), &name, NAME_MAX));
        for (kind, count) in [("originals", item.originals), ("copies", item.copies)] {
            if count > COUNT_MAX {
                errors.push(FieldError::new(&field(kind), "intake.copies_range"));
            }
        }
        if !name.is_empty() && item.originals == 0 && item.copies == 0 {
            errors.push(FieldError::new(&field("originals"), "refusal.copies_missing"));
        }
        items.push(PaperAsked { name, originals: item.originals, copies: item.copies });
    }
    if errors.is_empty() { Ok(items) } else { Err(errors) }
}

/// The applicant gives a name; a proxy also a number and an authorisation.
fn check_recipient(input: RecipientInput) -> Result<Recipient, Vec<FieldError>> {
    let mut errors = Vec::new();
    let (name, number) = (clean(&input.name), input.id_number.trim());
    let authority = input.authority.map(|authority| clean(&authority));
    let id_number = IdNumber::parse(number).ok();
    if name.is_empty() {
        errors.push(FieldError::new("name", "form.name_missing"));
    }
    if (!number.is_empty() && id_number.is_none()) || (authority.is_some() && number.is_empty()) {
        errors.push(FieldError::new("id_number", "form.id_number"));
    }
    if authority.as_deref() == Some("") {
        errors.push(FieldError::new("authority", "intake.authority_missing"));
    }
    for (field, text, max) in
        [("name", name.as_str(), 200), ("authority", authority.as_deref().unwrap_or_default(), 500)]
    {
        errors.extend(too_long(field, text, max));
    }
    if errors.is_empty() { Ok(Recipient { name, id_number, authority }) } else { Err(errors) }
}

pub fn too_long(field: &str, text: &str, max: usize) -> Option<FieldError> {
    let sentence = Sentence::new("form.too_long").with("max", max);
    (text.chars().count() > max).then(|| FieldError { field: field.to_owned(), sentence })
}
