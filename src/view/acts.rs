//! The buttons of the dossier screen: each is one command. A refusal comes back on the same screen with what was typed.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use motcua_domain::dossier::{Command, Event, FileRef, Outcome, Particulars, Person, Recipient, Recorded, ResultPaper};
use motcua_domain::identity::{IdNumber, Role};
use motcua_domain::text::clean;

use super::dossier as screen;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, Req, Routes, go};
use crate::record::dossier::{self, Found, Target};
use crate::record::explain;
use crate::registry::Registry;

/// Whoever may act on a dossier at some step; which step is theirs the rules say.
pub const ACTORS: &[Role] = &[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader];

/// Most bytes of an attached result.
pub const FILE_MAX: usize = 20 * 1024 * 1024;

/// Longest name or authorisation of a proxy.
const PROXY_MAX: usize = 200;

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/desk/dossiers/{id}/claim", Access::Roles(ACTORS), claim)
        .post("/desk/dossiers/{id}/assign", Access::Roles(&[Role::OfficeHead, Role::Leader]), assign)
        .post("/desk/dossiers/{id}/forward", Access::Roles(ACTORS), forward)
        .post("/desk/dossiers/{id}/send-back", Access::Roles(ACTORS), send_back)
        .post("/desk/dossiers/{id}/propose", Access::Roles(&[Role::Specialist, Role::OneStopOfficer]), propose)
        .post("/desk/dossiers/{id}/decide", Access::Roles(&[Role::OfficeHead, Role::Leader]), decide)
        .post("/desk/dossiers/{id}/results", Access::Roles(ACTORS), attach)
        .post("/desk/dossiers/{id}/hand-over", Access::Roles(&[Role::OneStopOfficer]), hand_over)
}

async fn claim(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    act(&app, &asked, &id, &form, Command::Claim).await
}

async fn forward(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    act(&app, &asked, &id, &form, Command::Forward { note: form.text("note").to_owned(), slip: None }).await
}

async fn assign(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    match assignee(&asked.registry, &asked, form.text("to")) {
        Ok(command) => act(&app, &asked, &id, &form, command).await,
        Err(error) => again(&app, &asked, &id, &form, vec![error]).await,
    }
}

fn assignee(registry: &Registry, asked: &Req, login: &str) -> Result<Command, FieldError> {
    let day = registry.local(asked.ctx.now).date();
    let to = registry.officer(login, day).ok_or_else(|| FieldError::new("to", "form.choose"))?;
    Ok(Command::Assign { to })
}

async fn send_back(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let Ok(to) = form.text("to_step").parse() else {
        return again(&app, &asked, &id, &form, vec![FieldError::new("to_step", "form.choose")]).await;
    };
    act(&app, &asked, &id, &form, Command::SendBack { to, reason: form.text("reason").to_owned() }).await
}

async fn propose(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let outcome = match form.text("outcome") {
        "grant" => Outcome::Grant,
        "refuse" => Outcome::Refuse,
        _ => return again(&app, &asked, &id, &form, vec![FieldError::new("outcome", "form.choose")]).await,
    };
    act(&app, &asked, &id, &form, Command::Propose { outcome, note: form.text("proposal").to_owned() }).await
}

async fn decide(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let words = form.text("decision_note").to_owned();
    let command = match form.text("decision") {
        "approve" => Command::Approve { note: words },
        "return" => Command::Return { reason: words },
        _ => return again(&app, &asked, &id, &form, vec![FieldError::new("decision", "form.choose")]).await,
    };
    act(&app, &asked, &id, &form, command).await
}

async fn hand_over(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let (officer, stream) = (asked.officer()?.clone(), id.clone());
    let found = app.db.read(move |tx| dossier::visible(tx, &officer, &stream)).await?;
    match recipient(&found.dossier.particulars, &form) {
        Ok(recipient) => act(&app, &asked, &id, &form, Command::HandOver(recipient)).await,
        Err(errors) => again(&app, &asked, &id, &form, errors).await,
    }
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

/// Runs a command; says on the dossier's screen what happened, or why not.
async fn act(app: &App, asked: &Req, id: &str, form: &Form, command: Command) -> Answer {
    let name = command.name();
    let (seen, task) = (form.text("version").parse().ok(), form.text("task").parse().ok());
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let (stream, wanted) = (id.to_owned(), command.clone());
    let done = app
        .db
        .write("dossier.act", move |tx| {
            let target = Target { id: &stream, seen, task };
            dossier::act(tx, &ctx, &registry, target, command.clone())
        })
        .await;
    match done {
        Ok(found) => told(id, name, &found),
        Err(Failure::Refused(sentence)) => {
            let field = if sentence.key.starts_with("refusal.reason") { reason_field(name) } else { "" };
            let sentence = asked.named(&sentence);
            again(app, asked, id, form, vec![FieldError { field: field.to_owned(), sentence }]).await
        }
        Err(Failure::Conflict) => faster(app, asked, id, form, seen, &wanted).await,
        Err(other) => Err(other),
    }
}

fn told(id: &str, command: &str, found: &Found) -> Answer {
    let params = [("code", found.dossier.code.as_str())];
    go(&format!("/desk/dossiers/{id}"), FlashKind::Success, &format!("done.{command}"), &params)
}

/// Somebody was faster. If it was this officer with the same act, they pressed the button twice and it is done; otherwise
/// what was typed stays on the screen, beside what has changed meanwhile.
async fn faster(app: &App, asked: &Req, id: &str, form: &Form, seen: Option<i64>, wanted: &Command) -> Answer {
    let (officer, stream) = (asked.officer()?.clone(), id.to_owned());
    let (found, events) = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &stream)?;
            let events = dossier::timeline(tx, &found.id)?;
            Ok((found, events))
        })
        .await?;
    if done_already(&events, seen, &asked.officer()?.account, wanted) {
        return told(id, wanted.name(), &found);
    }
    let sentence = explain::meanwhile(&asked.registry, app.pages.texts(), asked.locale, events.last());
    let errors = form.state(vec![FieldError { field: String::new(), sentence }]);
    screen::render(app, asked, id, errors, StatusCode::CONFLICT).await
}

/// Whether all that happened since was this very act of this account.
fn done_already(events: &[Recorded], seen: Option<i64>, me: &str, wanted: &Command) -> bool {
    let known = usize::try_from(seen.unwrap_or_default()).unwrap_or_default();
    let since = events.get(known..).unwrap_or_default();
    since.first().is_some_and(|first| is_of(wanted, &first.event)) && since.iter().all(|event| event.by == me)
}

/// Whether an event is what a command wants, word for word.
fn is_of(command: &Command, event: &Event) -> bool {
    match (command, event) {
        (Command::Claim, Event::Claimed { .. }) => true,
        (Command::Assign { to }, Event::Assigned { account, .. }) => to.account == *account,
        (Command::Forward { note, .. }, Event::Forwarded { note: done, .. }) => note.trim() == done,
        (Command::SendBack { to, reason }, Event::SentBack { to: step, reason: done, .. }) => {
            to == step && reason.trim() == done
        }
        (Command::Propose { outcome, note }, Event::Proposed { outcome: decided, note: done, .. }) => {
            outcome == decided && note.trim() == done
        }
        (Command::Approve { note }, Event::Approved { note: done, .. }) => note.trim() == done,
        (Command::Return { reason }, Event::Returned { reason: done, .. }) => reason.trim() == done,
        (Command::AttachResult(paper), Event::ResultAttached(done)) => paper == done,
        (Command::HandOver(recipient), Event::HandedOver(done)) => recipient == done,
        _ => false,
    }
}

/// The field in which the reason of an act is typed.
fn reason_field(command: &str) -> &'static str {
    match command {
        "send_back" => "reason",
        "propose" => "proposal",
        "approve" | "return" => "decision_note",
        _ => "note",
    }
}

async fn again(app: &App, asked: &Req, id: &str, form: &Form, errors: Vec<FieldError>) -> Answer {
    screen::render(app, asked, id, form.state(errors), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What came with an upload.
#[derive(Default)]
struct Upload {
    version: String,
    title: String,
    name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

async fn attach(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let upload = match multipart {
        Ok(multipart) => read_upload(multipart).await?,
        Err(_) => Upload::default(),
    };
    let form = Form::filled([("result_title", upload.title.clone()), ("version", upload.version.clone())]);
    match result_paper(&upload) {
        Ok((title, media)) => {
            let (blobs, bytes) = (app.blobs.clone(), upload.bytes);
            let size = bytes.len() as i64;
            // The file is on disk before the event that names it.
            let sha256 = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await.map_err(Failure::fault)??;
            let file = FileRef { sha256, name: upload.name, media: media.to_owned(), bytes: size };
            act(&app, &asked, &id, &form, Command::AttachResult(ResultPaper { title, file })).await
        }
        Err(errors) => again(&app, &asked, &id, &form, errors).await,
    }
}

async fn read_upload(mut multipart: Multipart) -> Result<Upload, Failure> {
    let mut upload = Upload::default();
    // An upload that breaks off is told as such: half a file is never kept as a whole one.
    let broken = |_| Failure::refused("form.upload_broken");
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(clean);
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > FILE_MAX {
                upload.too_large = true;
                break;
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "file" => {
                upload.name = file_name.unwrap_or_default();
                upload.bytes = bytes;
            }
            "result_title" => upload.title = clean(&String::from_utf8_lossy(&bytes)),
            "version" => upload.version = String::from_utf8_lossy(&bytes).trim().to_owned(),
            _ => {}
        }
    }
    Ok(upload)
}

/// Checks the upload and says what kind of file it really is, whatever its name claims.
fn result_paper(upload: &Upload) -> Result<(String, &'static str), Vec<FieldError>> {
    let mut errors = Vec::new();
    if upload.title.is_empty() {
        errors.push(FieldError::new("result_title", "form.title_missing"));
    }
    if upload.title.chars().count() > 300 {
        errors.push(FieldError {
            sentence: Sentence::new("form.too_long").with("max", 300),
            field: "result_title".into(),
        });
    }
    let media = match (upload.too_large, upload.bytes.is_empty()) {
        (true, _) => Err(FieldError {
            field: "file".into(),
            sentence: Sentence::new("form.file_too_large").with("max", FILE_MAX / 1024 / 1024),
        }),
        (_, true) => Err(FieldError::new("file", "form.file_missing")),
        _ => media_of(&upload.name, &upload.bytes).ok_or_else(|| FieldError::new("file", "form.file_kind")),
    };
    match (media, errors.is_empty()) {
        (Ok(media), true) => Ok((upload.title.clone(), media)),
        (media, _) => {
            errors.extend(media.err());
            Err(errors)
        }
    }
}

/// Kinds of files that are taken: first bytes and endings must agree.
pub fn media_of(name: &str, bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&str, &[&str], &[u8]); 3] = [
        ("application/pdf", &["pdf"], b"%PDF-"),
        ("image/jpeg", &["jpg", "jpeg"], b"\xff\xd8\xff"),
        ("image/png", &["png"], b"\x89PNG\r\n\x1a\n"),
    ];
    let ending = name.rsplit('.').next()?.to_lowercase();
    let (media, endings, _) = KINDS.iter().find(|(_, _, magic)| bytes.starts_with(magic))?;
    endings.contains(&ending.as_str()).then_some(*media)
}
