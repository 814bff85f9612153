//! A mistaken receipt is corrected: the same form, filled in with what the receipt says, and a reason.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::fields;
use super::form::{PaperRow, paper_rows};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::record::dossier::{self, Found};
use crate::work::intake::{self, check_particulars};

#[derive(Serialize)]
struct CorrectPage {
    id: String,
    code: String,
    name: String,
    receipt: u32,
    version: String,
    papers: Vec<PaperRow>,
    form: FormState,
}

pub(super) async fn page(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let found = visible(&app, &asked, id).await?;
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
    let particulars = match check_particulars(input, today) {
        Ok(particulars) if errors.is_empty() => particulars,
        checked => {
            errors.extend(checked.err().unwrap_or_default());
            return show(&app, &asked, &found, &form, errors, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let (ctx, seen, id) = (asked.ctx.clone(), form.text("version").parse().ok(), found.id.clone());
    let done = app
        .db
        .write("intake.correct", move |tx| intake::correct(tx, &ctx, &id, seen, particulars.clone(), reason.clone()))
        .await;
    match done {
        Ok(corrected) => {
            let params = [("code", corrected.dossier.code.as_str())];
            go(&format!("/desk/dossiers/{}", corrected.id), FlashKind::Success, "done.correct", &params)
        }
        Err(Failure::Refused(sentence)) => {
            let errors = vec![FieldError { field: String::new(), sentence }];
            show(&app, &asked, &found, &form, errors, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Conflict) => {
            let errors = vec![FieldError::new("", "problem.conflict_detail")];
            let mut form = form;
            form.set("version", found.dossier.version.to_string());
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
    let page = CorrectPage {
        id: found.id.clone(),
        code: found.dossier.code.clone(),
        name: found.dossier.subject.name.clone(),
        receipt: found.dossier.receipt,
        version: form.text("version").to_owned(),
        papers: paper_rows(form, Vec::new()),
        form: form.state(errors),
    };
    page_with(app, asked, status, "intake/correct.html", page)
}
