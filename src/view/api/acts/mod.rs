//! Acts on a dossier: each is one command, decided by the same rules as the buttons of the screen.

mod act;
mod read;
mod sent;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use motcua_domain::dossier::{Command, FileRef, ResultPaper};
use motcua_domain::text::clean;
use serde::Deserialize;
use utoipa::ToSchema;

use self::act::Described;
use self::read::too_long;
use self::sent::Sent;
use super::shapes::{DossierShown, Look};
use super::write::write;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Json, Once, Query, Raw};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes, Unfit};
use crate::record::dossier::{self, Target};
use crate::view::acts::{ACTORS, FILE_MAX, media_of};
use crate::work::intake;

/// Types of results that are taken.
pub const RESULT_MEDIA: &[&str] = &["application/pdf", "image/jpeg", "image/png"];

pub fn routes(routes: Routes) -> Routes {
    let acts = Access::Roles(ACTORS);
    let act = Endpoint::post("/api/v1/dossiers/{id}/acts", acts, "act", "Act on a dossier");
    let attach = Endpoint::post(
        "/api/v1/dossiers/{id}/results",
        acts,
        "attachResult",
        "Attach a file that answers the applicant",
    );
    routes
        .api(act.body::<Described>().answer::<DossierShown>(200).once(), do_act)
        .api(attach.query::<AttachQuery>().body_file(RESULT_MEDIA).answer::<DossierShown>(200).once(), attach_result)
}

async fn do_act(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    Json { value: Sent(act), once }: Json<Sent>,
) -> ApiAnswer {
    let (seen, task) = act.target();
    let fees = match act {
        act::Act::Correct { .. } => {
            let (officer, of) = (asked.officer()?.clone(), id.clone());
            let subject = app.db.read(move |tx| Ok(dossier::visible(tx, &officer, &of)?.dossier.subject)).await?;
            intake::fees(&asked.registry, subject.tier, &subject.procedure)
        }
        _ => &[],
    };
    let command = read::command(&asked.registry, asked.ctx.now, fees, act)?;
    run(&app, &asked, id, (seen, task), once, command).await
}

/// The version that was seen and the task that is meant, where the caller says so.
async fn run(
    app: &App,
    asked: &Req,
    id: String,
    (seen, task): (Option<i64>, Option<u32>),
    once: Option<Once>,
    command: Command,
) -> ApiAnswer {
    let (ctx, registry, locale, inner) = (asked.ctx.clone(), asked.registry.clone(), asked.locale, app.clone());
    write(app, asked, "dossier.act", once, StatusCode::OK, move |tx| {
        let target = Target { id: &id, seen, task };
        let found = dossier::act(tx, &ctx, &registry, target, command.clone())?;
        let look =
            Look { registry: &registry, texts: inner.pages.texts(), locale, now: ctx.now, officer: ctx.officer()? };
        Ok(DossierShown::of(&look, &found))
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AttachQuery {
    /// Number and abstract as on the paper.
    #[schema(min_length = 1, max_length = 300)]
    title: String,
    /// Name of the file, with its ending.
    #[schema(min_length = 5, max_length = 200)]
    name: String,
    version: Option<i64>,
    /// As for an act.
    task: Option<u32>,
}

async fn attach_result(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    Query(query): Query<AttachQuery>,
    raw: Raw<FILE_MAX>,
) -> ApiAnswer {
    if !RESULT_MEDIA.contains(&raw.media.as_str()) {
        return Ok(Unfit::new(415, "media_type").into_response());
    }
    let (title, name) = (clean(&query.title), clean(&query.name));
    let mut errors: Vec<FieldError> =
        too_long("title", &title, 300).into_iter().chain(too_long("name", &name, 200)).collect();
    if title.is_empty() {
        errors.push(FieldError::new("title", "form.title_missing"));
    }
    // What the file is, its first bytes say; the header and the name must agree with them.
    if raw.bytes.is_empty() {
        errors.push(FieldError::new("", "form.file_missing"));
    } else if media_of(&name, &raw.bytes) != Some(raw.media.as_str()) {
        errors.push(FieldError::new("", "form.file_kind"));
    }
    if !errors.is_empty() {
        return Err(Failure::Invalid(errors));
    }
    let (officer, stream) = (asked.officer()?.clone(), id.clone());
    // Nothing is stored for somebody who may not see the dossier.
    app.db.read(move |tx| dossier::visible(tx, &officer, &stream)).await?;
    let (blobs, bytes) = (app.blobs.clone(), raw.bytes);
    let size = bytes.len() as i64;
    // The file is on disk before the event that names it.
    let sha256 = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await.map_err(Failure::fault)??;
    let file = FileRef { sha256, name, media: raw.media, bytes: size };
    run(
        &app,
        &asked,
        id,
        (query.version, query.task),
        raw.once,
        Command::AttachResult(ResultPaper { title, file, person: String::new() }),
    )
    .await
}
