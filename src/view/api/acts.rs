//! Acts on a dossier: each is one command, decided by the same rules as the buttons of the screen.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use motcua_domain::dossier::{Command, FileRef, Outcome, PaperAsked, Recipient, ResultPaper, SupplementRequest};
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
    Claim { version: Option<i64>, task: Option<u32> },
    /// The head of the office gives the step to somebody of the office.
    Assign {
        version: Option<i64>,
        task: Option<u32>,
        /// Account.
        to: String,
    },
    /// Pass the dossier to the next step.
    Forward {
        version: Option<i64>,
        task: Option<u32>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// Back to an earlier step.
    SendBack {
        version: Option<i64>,
        task: Option<u32>,
        /// Index in `route`.
        to_step: u32,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The specialist's answer; a refusal needs its reason in `note`.
    Propose {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(value_type = words::Outcome)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// The head or leader agrees.
    Approve {
        version: Option<i64>,
        task: Option<u32>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// The head or leader does not agree.
    Return {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The result goes to the applicant or a proxy.
    HandOver { version: Option<i64>, task: Option<u32>, recipient: RecipientInput },
    /// Replace a mistaken receipt.
    Correct {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        reason: String,
        particulars: Box<ParticularsInput>,
    },
    /// What came with a slip is here.
    Confirm { version: Option<i64>, task: Option<u32> },
    /// Ask the applicant for what is missing, all at once; the clock stands.
    AskSupplement {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(min_items = 1, max_items = 40)]
        items: Vec<PaperAskedInput>,
        #[schema(max_length = 2000)]
        reason: String,
        #[serde(default)]
        #[schema(max_length = 2000)]
        ground: String,
        /// Why it is asked a second time.
        #[serde(default)]
        #[schema(max_length = 2000)]
        again: String,
        #[schema(format = DateTime)]
        answer_by: Option<String>,
    },
    /// What was asked for is complete; the date is reckoned anew.
    ReceiveSupplement {
        version: Option<i64>,
        task: Option<u32>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    },
    /// Ask for a payment that fell due; the clock stands.
    AskPayment {
        version: Option<i64>,
        task: Option<u32>,
        /// In đồng.
        #[schema(minimum = 1)]
        amount: i64,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The applicant has paid.
    ReceivePayment {
        version: Option<i64>,
        task: Option<u32>,
        /// Number of the payment paper.
        #[schema(max_length = 2000)]
        reference: String,
    },
    /// Put the date off, once, with an apology.
    Extend {
        version: Option<i64>,
        task: Option<u32>,
        /// A working day; due at its closing.
        #[schema(format = Date)]
        to: String,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// Reckon the date anew, after the calendar has changed.
    Recompute {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The applicant takes the dossier back.
    Withdraw {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// The office stops working on it.
    Stop {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        reason: String,
        #[serde(default)]
        #[schema(max_length = 2000)]
        ground: String,
    },
    /// Ask another office; the clock goes on.
    Consult {
        version: Option<i64>,
        task: Option<u32>,
        office: String,
        #[schema(max_length = 2000)]
        question: String,
        #[schema(format = DateTime)]
        answer_by: String,
    },
    /// Answer what one's office was asked.
    AnswerConsultation {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        answer: String,
        #[serde(default)]
        #[schema(max_length = 2000)]
        person: String,
    },
    /// An agency outside has it.
    Acknowledge {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        person: String,
    },
    /// An agency outside asks the one-stop.
    Ask {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        question: String,
        #[schema(max_length = 2000)]
        person: String,
    },
    /// The one-stop answers what an agency outside asked.
    Reply {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(max_length = 2000)]
        answer: String,
    },
    /// An agency outside answers, or the one-stop writes its answer down.
    Answer {
        version: Option<i64>,
        task: Option<u32>,
        #[schema(value_type = words::Outcome)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
        #[schema(max_length = 2000)]
        person: String,
    },
}

/// A paper that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PaperAskedInput {
    #[schema(min_length = 1, max_length = 500)]
    name: String,
    #[serde(default)]
    originals: u32,
    #[serde(default)]
    copies: u32,
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
    let (seen, task, command) = command(&asked, value)?;
    run(&app, &asked, id, (seen, task), once, command).await
}

/// Reads the act into a command and the version the caller saw.
fn command(asked: &Req, act: Act) -> Result<(Option<i64>, Option<u32>, Command), Failure> {
    let today = asked.registry.local(asked.ctx.now).date();
    Ok(match act {
        Act::Claim { version, task } => (version, task, Command::Claim),
        Act::Confirm { version, task } => (version, task, Command::Confirm),
        Act::Assign { version, task, to } => {
            let to = asked.registry.officer(&to, today);
            let to = to.ok_or_else(|| Failure::Invalid(vec![FieldError::new("to", "form.choose")]))?;
            (version, task, Command::Assign { to })
        }
        Act::Forward { version, task, note } => (version, task, Command::Forward { note, slip: None }),
        Act::SendBack { version, task, to_step, reason } => (version, task, Command::SendBack { to: to_step, reason }),
        Act::Propose { version, task, outcome, note } => (version, task, Command::Propose { outcome, note }),
        Act::Approve { version, task, note } => (version, task, Command::Approve { note }),
        Act::Return { version, task, reason } => (version, task, Command::Return { reason }),
        Act::HandOver { version, task, recipient } => {
            let recipient = check_recipient(recipient).map_err(|errors| under("recipient", errors))?;
            (version, task, Command::HandOver(recipient))
        }
        Act::Correct { version, task, reason, particulars } => {
            let checked = check_particulars(*particulars, today).map_err(|errors| under("particulars", errors))?;
            (version, task, Command::Correct { reason, particulars: Box::new(checked) })
        }
        Act::AskSupplement { version, task, items, reason, ground, again, answer_by } => {
            let answer_by = answer_by.map(|text| moment("answer_by", &text)).transpose()?;
            let items = items.into_iter().map(|item| {
                let name = clean(&item.name);
                PaperAsked { name, originals: item.originals, copies: item.copies }
            });
            let items = items.filter(|item| !item.name.is_empty()).collect();
            let request = SupplementRequest { items, reason, ground, answer_by, again };
            (version, task, Command::AskSupplement(Box::new(request)))
        }
        Act::ReceiveSupplement { version, task, note } => {
            (version, task, Command::ReceiveSupplement { papers: Vec::new(), note })
        }
        Act::AskPayment { version, task, amount, reason } => (version, task, Command::AskPayment { amount, reason }),
        Act::ReceivePayment { version, task, reference } => (version, task, Command::ReceivePayment { reference }),
        Act::Extend { version, task, to, reason } => {
            let to = to.parse().map_err(|_| Failure::Invalid(vec![FieldError::new("to", "form.date")]))?;
            (version, task, Command::Extend { to, reason })
        }
        Act::Recompute { version, task, reason } => (version, task, Command::Recompute { reason }),
        Act::Withdraw { version, task, reason } => (version, task, Command::Withdraw { reason }),
        Act::Stop { version, task, reason, ground } => (version, task, Command::Stop { reason, ground }),
        Act::Consult { version, task, office, question, answer_by } => {
            if !asked.registry.offices.contains_key(&office) {
                return Err(Failure::Invalid(vec![FieldError::new("office", "form.choose")]));
            }
            let answer_by = moment("answer_by", &answer_by)?;
            (version, task, Command::Consult { office, question, answer_by })
        }
        Act::AnswerConsultation { version, task, answer, person } => {
            (version, task, Command::AnswerConsultation { answer, person })
        }
        Act::Acknowledge { version, task, person } => (version, task, Command::Acknowledge { person }),
        Act::Ask { version, task, question, person } => (version, task, Command::Ask { question, person }),
        Act::Reply { version, task, answer } => (version, task, Command::Reply { answer }),
        Act::Answer { version, task, outcome, note, person } => {
            (version, task, Command::Answer { outcome, note, person })
        }
    })
}

fn moment(field: &str, text: &str) -> Result<Timestamp, Failure> {
    text.parse().map_err(|_| Failure::Invalid(vec![FieldError::new(field, "form.date")]))
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
        (query.version, None),
        raw.once,
        Command::AttachResult(ResultPaper { title, file, person: String::new() }),
    )
    .await
}
