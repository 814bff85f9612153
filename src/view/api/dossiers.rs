//! One dossier: its state, its record, its papers.

use axum::extract::{Path, State};
use axum::response::IntoResponse;

use super::shapes::{DossierShown, EventShown, Events, Look};
use crate::platform::failure::Failure;
use crate::platform::web::api::Endpoint;
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes};
use crate::record::dossier;
use crate::view::desk::READERS;
use crate::view::papers;

pub const READ: Access = Access::Roles(READERS);
const PDF: &[&str] = &["application/pdf"];

pub fn routes(routes: Routes) -> Routes {
    let get = |path, id, summary| Endpoint::get(path, READ, id, summary);
    routes
        .api(
            get("/api/v1/dossiers/{id}", "readDossier", "Everything about one dossier").answer::<DossierShown>(200),
            show,
        )
        .api(
            get("/api/v1/dossiers/{id}/events", "readEvents", "What happened, oldest first").answer::<Events>(200),
            events,
        )
        .api(
            get("/api/v1/dossiers/{id}/receipt.pdf", "printReceipt", "The receipt in force (form 01)").answer_file(PDF),
            receipt,
        )
        .api(
            get("/api/v1/dossiers/{id}/refusal.pdf", "printRefusal", "The refusal (form 03)").answer_file(PDF),
            refusal,
        )
        .api(
            get("/api/v1/dossiers/{id}/results/{sha256}", "readResult", "A file that answers the applicant")
                .answer_file(super::acts::RESULT_MEDIA),
            crate::view::dossier::result_file,
        )
}

async fn show(State(app): State<App>, asked: Req, Path(id): Path<String>) -> ApiAnswer {
    let officer = asked.officer()?.clone();
    let found = app.db.read(move |tx| dossier::visible(tx, &officer, &id)).await?;
    let shown = DossierShown::of(&look(&app, &asked)?, &found);
    Ok(axum::Json(shown).into_response())
}

pub fn look<'a>(app: &'a App, asked: &'a Req) -> Result<Look<'a>, Failure> {
    Ok(Look {
        registry: &asked.registry,
        texts: app.pages.texts(),
        locale: asked.locale,
        now: asked.ctx.now,
        officer: asked.officer()?,
    })
}

async fn events(State(app): State<App>, asked: Req, Path(id): Path<String>) -> ApiAnswer {
    let officer = asked.officer()?.clone();
    let recorded = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &id)?;
            dossier::timeline(tx, &found.id)
        })
        .await?;
    let items = recorded.iter().map(|event| EventShown::of(&asked.registry, event)).collect::<Result<_, _>>()?;
    Ok(axum::Json(Events { items }).into_response())
}

async fn receipt(State(app): State<App>, asked: Req, Path(id): Path<String>) -> ApiAnswer {
    papers::receipt(State(app), asked, Path(id)).await
}

async fn refusal(State(app): State<App>, asked: Req, Path(id): Path<String>) -> ApiAnswer {
    papers::refusal(State(app), asked, Path(id)).await
}
