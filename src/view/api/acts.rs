//! Acts on a dossier: each is one command, decided by the same rules as the buttons of the screen.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use motcua_domain::dossier::{Command, FileRef, Outcome, Recipient, ResultPaper};
use motcua_domain::identity::IdNumber;
use motcua_domain::text::clean;
use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::under;
use super::shapes::{DossierShown, Look};
use super::words;
use super::write::write;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::api::{Endpoint, Json, Once, Query, Raw};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes, Unfit};
use crate::record::dossier::{self, Target};
use crate::view::acts::{ACTORS, FILE_MAX, media_of};
use crate::work::intake::{ParticularsInput, check_particulars};

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
        .api(act.body::<Act>().answer::<DossierShown>(200).once(), do_act)
        .api(attach.query::<AttachQuery>().body_file(RESULT_MEDIA).answer::<DossierShown>(200).once(), attach_result)
}

/// One act. `version` is the version the caller was looking at: if somebody acted meanwhile, nothing happens (409).
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum Act {
    /// Take the step for oneself.
    Claim { version: Option<i64> },
    /// The head of the office gives the step to somebody of the office.
    Assign {
        version: Option<i64>,
        /// Account.
        to: String,
    },
    /// Pass the dossier to the next step.
    Forward {
        version: Option<i64>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// Back to an earlier step.
    SendBack {
        version: Option<i64>,
        /// Index in `route`.
        to_step: u32,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The specialist's answer; a refusal needs its reason in `note`.
    Propose {
        version: Option<i64>,
        #[schema(value_type = words::Outcome)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// The head or leader agrees.
    Approve {
        version: Option<i64>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// The head or leader does not agree.
    Return {
        version: Option<i64>,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The result goes to the applicant or a proxy.
    HandOver { version: Option<i64>, recipient: RecipientInput },
    /// Replace a mistaken receipt.
    Correct {
        version: Option<i64>,
        #[schema(max_length = 2000)]
        reason: String,
        particulars: Box<ParticularsInput>,
    },
}

/// Who takes the result away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecipientInput {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// 12 or 9 digits; needed from a proxy.
    #[serde(default)]
    id_number: String,
    /// The authorisation a proxy shows; absent for the applicant.
    #[schema(max_length = 500)]
    authority: Option<String>,
}

async fn do_act(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    Json { value, once }: Json<Act>,
) -> ApiAnswer {
    let (seen, command) = command(&asked, value)?;
    run(&app, &asked, id, seen, once, command).await
}

/// Reads the act into a command and the version the caller saw.
fn command(asked: &Req, act: Act) -> Result<(Option<i64>, Command), Failure> {
    let today = asked.registry.local(asked.ctx.now).date();
    Ok(match act {
        Act::Claim { version } => (version, Command::Claim),
        Act::Assign { version, to } => {
            let to = asked.registry.officer(&to, today);
            let to = to.ok_or_else(|| Failure::Invalid(vec![FieldError::new("to", "form.choose")]))?;
            (version, Command::Assign { to })
        }
        Act::Forward { version, note } => (version, Command::Forward { note, slip: None }),
        Act::SendBack { version, to_step, reason } => (version, Command::SendBack { to: to_step, reason }),
        Act::Propose { version, outcome, note } => (version, Command::Propose { outcome, note }),
        Act::Approve { version, note } => (version, Command::Approve { note }),
        Act::Return { version, reason } => (version, Command::Return { reason }),
        Act::HandOver { version, recipient } => {
            let recipient = check_recipient(recipient).map_err(|errors| under("recipient", errors))?;
            (version, Command::HandOver(recipient))
        }
        Act::Correct { version, reason, particulars } => {
            let checked = check_particulars(*particulars, today).map_err(|errors| under("particulars", errors))?;
            (version, Command::Correct { reason, particulars: Box::new(checked) })
        }
    })
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

fn too_long(field: &str, text: &str, max: usize) -> Option<FieldError> {
    let sentence = Sentence::new("form.too_long").with("max", max);
    (text.chars().count() > max).then(|| FieldError { field: field.to_owned(), sentence })
}

async fn run(app: &App, asked: &Req, id: String, seen: Option<i64>, once: Option<Once>, command: Command) -> ApiAnswer {
    let (ctx, registry, locale, inner) = (asked.ctx.clone(), asked.registry.clone(), asked.locale, app.clone());
    write(app, asked, "dossier.act", once, StatusCode::OK, move |tx| {
        let target = Target { id: &id, seen, task: None };
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
        query.version,
        raw.once,
        Command::AttachResult(ResultPaper { title, file, person: String::new() }),
    )
    .await
}
