//! A mistaken receipt is corrected: the same form, filled in with what the receipt says, and a reason.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::fields;
use super::form::{PaperRow, counts_pages, paper_rows};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::record::dossier::{self, Found, Target};
use crate::record::explain;
use crate::work::intake::{self, check_particulars};

#[derive(Serialize)]
struct CorrectPage {
    id: String,
    code: String,
    name: String,
    receipt: u32,
    version: String,
    papers: Vec<PaperRow>,
    /// Whether pages and copies to certify are asked for.
    by_page: bool,
    acting: bool,
    focus: String,
    form: FormState,
}

pub(super) async fn page(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let found = visible(&app, &asked, id).await?;
    if found.dossier.status.is_closed() {
        return go(&format!("/desk/dossiers/{}", found.id), FlashKind::Problem, "refusal.closed", &[]);
    }
    let mut form = fields::of_particulars(&found.dossier.particulars);
    form.set("version", found.dossier.version.to_string());
    show(&app, &asked, &found, &form, Vec::new(), StatusCode::OK)
}

pub(super) async fn submit(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let found = visible(&app, &asked, id).await?;
    let (input, mut errors) = fields::read(&form);
    let today = asked.registry.local(asked.ctx.now).date();
    let reason = form.text("reason").to_owned();
    if reason.is_empty() {
        errors.push(FieldError::new("reason", "refusal.reason_missing"));
    }
    let subject = &found.dossier.subject;
    let fees = intake::fees(&asked.registry, subject.tier, &subject.procedure);
    let particulars = match check_particulars(input, today, fees) {
        Ok(particulars) if errors.is_empty() => particulars,
        checked => {
            let known: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
            let more = checked.err().unwrap_or_default();
            errors.extend(more.into_iter().filter(|error| !known.contains(&error.field)));
            return show(&app, &asked, &found, &form, errors, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let (seen, id) = (form.text("version").parse().ok(), found.id.clone());
    let done = app
        .db
        .write("intake.correct", move |tx| {
            let target = Target { id: &id, seen, task: None };
            intake::correct(tx, &ctx, &registry, target, particulars.clone(), reason.clone())
        })
        .await;
    match done {
        Ok(corrected) => {
            let params = [("code", corrected.dossier.code.as_str())];
            go(&format!("/desk/dossiers/{}", corrected.id), FlashKind::Success, "done.correct", &params)
        }
        Err(Failure::Refused(sentence)) => {
            let field = if sentence.key.starts_with("refusal.reason") { "reason" } else { "" };
            let errors = vec![FieldError { field: field.to_owned(), sentence }];
            show(&app, &asked, &found, &form, errors, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Conflict) => {
            let id = found.id.clone();
            let events = app.db.read(move |tx| dossier::timeline(tx, &id)).await?;
            let sentence = explain::meanwhile(&asked.registry, app.pages.texts(), asked.locale, events.last());
            let mut form = form;
            form.set("version", events.last().map_or(0, |last| last.seq).to_string());
            let errors = vec![FieldError { field: String::new(), sentence }];
            show(&app, &asked, &found, &form, errors, StatusCode::CONFLICT)
        }
        Err(other) => Err(other),
    }
}

async fn visible(app: &App, asked: &Req, id: String) -> Result<Found, Failure> {
    let officer = asked.officer()?.clone();
    app.db.read(move |tx| dossier::visible(tx, &officer, &id)).await
}

fn show(app: &App, asked: &Req, found: &Found, form: &Form, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let errors = fields::in_order(errors);
    let page = CorrectPage {
        id: found.id.clone(),
        code: found.dossier.code.clone(),
        name: found.dossier.subject.name.clone(),
        receipt: found.dossier.receipt,
        version: form.text("version").to_owned(),
        papers: paper_rows(form, Vec::new()),
        by_page: counts_pages(intake::fees(
            &asked.registry,
            found.dossier.subject.tier,
            &found.dossier.subject.procedure,
        )),
        acting: fields::acts_for_another(form),
        focus: fields::focus(&errors, "reason"),
        form: form.state(errors),
    };
    page_with(app, asked, status, "intake/correct.html", page)
}
