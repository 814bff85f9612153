//! From step to step and into the applicant's hand.

use axum::extract::{Path, State};
use motcua_domain::dossier::{Command, Outcome, Particulars, Person, Recipient};
use motcua_domain::identity::IdNumber;
use motcua_domain::text::clean;

use super::{about, act, run};
use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, Req};
use crate::registry::Registry;

/// Longest name or authorisation of a proxy.
const PROXY_MAX: usize = 200;

pub(super) async fn claim(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    act(&app, &asked, &id, &form, Command::Claim).await
}

pub(super) async fn forward(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    act(&app, &asked, &id, &form, Command::Forward { note: form.text("note").to_owned(), slip: None }).await
}

pub(super) async fn confirm(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    act(&app, &asked, &id, &form, Command::Confirm).await
}

pub(super) async fn assign(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let read = assignee(&asked.registry, &asked, form.text("to")).map_err(|error| vec![error]);
    run(&app, &asked, &id, &form, read).await
}

fn assignee(registry: &Registry, asked: &Req, login: &str) -> Result<Command, FieldError> {
    let day = registry.local(asked.ctx.now).date();
    let to = registry.officer(login, day).ok_or_else(|| FieldError::new("to", "form.choose"))?;
    Ok(Command::Assign { to })
}

pub(super) async fn send_back(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let to = form.text("to_step").parse().map_err(|_| vec![FieldError::new("to_step", "form.choose")]);
    let read = to.map(|to| Command::SendBack { to, reason: form.text("reason").to_owned() });
    run(&app, &asked, &id, &form, read).await
}

/// What was chosen of granting and refusing.
pub(super) fn outcome(form: &Form, field: &str) -> Result<Outcome, FieldError> {
    match form.text(field) {
        "grant" => Ok(Outcome::Grant),
        "refuse" => Ok(Outcome::Refuse),
        _ => Err(FieldError::new(field, "form.choose")),
    }
}

pub(super) async fn propose(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let note = form.text("proposal").to_owned();
    let read = outcome(&form, "outcome").map(|outcome| Command::Propose { outcome, note });
    run(&app, &asked, &id, &form, read.map_err(|error| vec![error])).await
}

pub(super) async fn decide(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let words = form.text("decision_note").to_owned();
    let read = match form.text("decision") {
        "approve" => Ok(Command::Approve { note: words }),
        "return" => Ok(Command::Return { reason: words }),
        _ => Err(vec![FieldError::new("decision", "form.choose")]),
    };
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn hand_over(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let dossier = about(&app, &asked, &id).await?;
    run(&app, &asked, &id, &form, recipient(&dossier.particulars, &form).map(Command::HandOver)).await
}

/// Who takes the result: people the receipt names already need not be typed again.
fn recipient(particulars: &Particulars, form: &Form) -> Result<Recipient, Vec<FieldError>> {
    let known = |person: &Person| (person.name.clone(), person.id_number.clone());
    match (form.text("recipient"), &particulars.acting) {
        ("applicant", _) => {
            let (name, id_number) = known(&particulars.applicant);
            Ok(Recipient { name, id_number, authority: None })
        }
        ("acting", Some(acting)) => {
            let (name, id_number) = known(&acting.person);
            Ok(Recipient { name, id_number, authority: Some(acting.authority.clone()) })
        }
        ("proxy", _) => proxy(form),
        _ => Err(vec![FieldError::new("recipient", "form.choose")]),
    }
}

/// Somebody the receipt does not name: name, number and authorisation (NĐ 61/2018 Art. 6).
fn proxy(form: &Form) -> Result<Recipient, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut text = |field: &str, missing: &str| {
        let text = clean(form.text(field));
        if text.is_empty() {
            errors.push(FieldError::new(field, missing));
        } else if text.chars().count() > PROXY_MAX {
            let sentence = Sentence::new("form.too_long").with("max", PROXY_MAX);
            errors.push(FieldError { field: field.to_owned(), sentence });
        }
        text
    };
    let name = text("recipient_name", "form.name_missing");
    let authority = text("recipient_authority", "intake.authority_missing");
    let id_number = IdNumber::parse(form.text("recipient_id")).ok();
    if id_number.is_none() {
        errors.push(FieldError::new("recipient_id", "form.id_number"));
    }
    if errors.is_empty() { Ok(Recipient { name, id_number, authority: Some(authority) }) } else { Err(errors) }
}
