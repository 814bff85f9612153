//! The page behind a link: what the agency needs to know, and the forms by which it acknowledges, asks, attaches and answers.
//! It works without scripts, on a telephone and on paper.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use motcua_domain::dossier::{Command, Event, FileRef, Outcome, Recorded};
use serde::Serialize;

use super::matter::{Matter, matter};
use super::read::{Reader, attaches, field_of};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::upload::Upload;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, Unfit, go, page_with};
use crate::record::dossier;
use crate::registry::identity::Guesses;
use crate::work::outside::{self, Acted, Seen, Standing, answer_to, tidy_token};

/// How often an act is tried again when others act on the same dossier at the same moment.
const TRIES: u32 = 3;

#[derive(Serialize)]
struct AgencyPage {
    action: String,
    matter: Matter,
    results: Vec<ResultShown>,
    last_day: String,
    form: FormState,
}

#[derive(Serialize)]
struct ResultShown {
    title: String,
    name: String,
    person: String,
}

/// A link that opens nothing any more.
#[derive(Serialize)]
struct ClosedPage {
    standing: &'static str,
    code: String,
    office: String,
    one_stop: String,
    agency: String,
    phone: Option<String>,
    answered: Option<AnsweredShown>,
    /// When the link ended otherwise than by an answer.
    ended_at: String,
    /// What was typed and came too late.
    kept: Vec<String>,
}

#[derive(Serialize)]
struct AnsweredShown {
    outcome: Option<Outcome>,
    note: String,
    person: String,
    at: String,
    /// The office, or the account that wrote it down or used a key.
    by: String,
}

/// Who came in by a token.
enum Entered {
    Seen(Box<Seen>, Vec<Recorded>),
    Unknown,
    Blocked(Timestamp),
}

pub(super) async fn page(State(app): State<App>, asked: Req, Path(token): Path<String>) -> Answer {
    let token = tidy_token(&token);
    match enter(&app, &asked, &token).await? {
        Ok((seen, events)) => show(&app, &asked, &token, &seen, &events, &Form::default(), Vec::new()),
        Err(answer) => Ok(answer),
    }
}

pub(super) async fn acknowledge(State(app): State<App>, asked: Req, Path(token): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let person = reader.person("acknowledge", false);
    let read = reader.done(vec![Command::Acknowledge { person }]);
    perform(&app, &asked, &token, &form, read, "outside.done_acknowledge").await
}

pub(super) async fn ask(State(app): State<App>, asked: Req, Path(token): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let question = reader.words("question", "outside.question_missing");
    let person = reader.person("ask", false);
    let read = reader.done(vec![Command::Acknowledge { person: person.clone() }, Command::Ask { question, person }]);
    perform(&app, &asked, &token, &form, read, "outside.done_ask").await
}

pub(super) async fn attach(
    State(app): State<App>,
    asked: Req,
    Path(token): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let (open, upload) = match receive(&app, &asked, &token, multipart).await? {
        Ok(received) => received,
        Err(answer) => return Ok(answer),
    };
    let form = upload.form.clone();
    let mut reader = Reader::new(&form);
    let person = reader.person("attach", false);
    let titled = upload.titled("attach_title", "attach_file").map_err(|errors| reader.also(errors)).ok();
    let read = match (reader.done(()), titled) {
        (Ok(()), Some((title, media))) if open => {
            let file = keep(&app, upload, media).await?;
            Ok(vec![Command::Acknowledge { person: person.clone() }, attaches(title, person, file)])
        }
        (Ok(()), _) => Ok(Vec::new()),
        (Err(errors), _) => Err(errors),
    };
    perform(&app, &asked, &token, &form, read, "outside.done_attach").await
}

/// The answer, with the result where there is one; both or neither.
pub(super) async fn answer(
    State(app): State<App>,
    asked: Req,
    Path(token): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let (open, upload) = match receive(&app, &asked, &token, multipart).await? {
        Ok(received) => received,
        Err(answer) => return Ok(answer),
    };
    let form = upload.form.clone();
    let mut reader = Reader::new(&form);
    let answer = reader.answer(form.text("answer_kind") == "consultation");
    let person = match &answer {
        Command::Answer { person, .. } | Command::AnswerConsultation { person, .. } => person.clone(),
        _ => String::new(),
    };
    // A title without a file, or a file without a title, is half of something.
    let given = upload.has_file() || !form.text("answer_title").is_empty();
    let titled = if given {
        upload.titled("answer_title", "answer_file").map_err(|errors| reader.also(errors)).ok()
    } else {
        None
    };
    let read = match (reader.done(answer), titled) {
        (Ok(answer), Some((title, media))) if open => {
            Ok(vec![attaches(title, person, keep(&app, upload, media).await?), answer])
        }
        (Ok(answer), _) => Ok(vec![answer]),
        (Err(errors), _) => Err(errors),
    };
    perform(&app, &asked, &token, &form, read, "outside.done_answer").await
}

/// Reads a form with a file, after the token has shown that it is one: nothing is read for whoever guesses. Says also
/// whether the link is open: nothing is stored for one that is not.
async fn receive(
    app: &App,
    asked: &Req,
    token: &str,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Result<(bool, Upload), Response>, Failure> {
    match enter(app, asked, token).await? {
        Ok((seen, _)) => Ok(Ok((seen.standing == Standing::Open, Upload::read(multipart).await?))),
        Err(answer) => Ok(Err(answer)),
    }
}

/// The file is on disk before the event that names it.
async fn keep(app: &App, upload: Upload, media: &str) -> Result<FileRef, Failure> {
    let (blobs, bytes) = (app.blobs.clone(), upload.bytes);
    let size = bytes.len() as i64;
    let sha256 = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await.map_err(Failure::fault)??;
    Ok(FileRef { sha256, name: upload.name, media: media.to_owned(), bytes: size })
}

/// Does what was read, or shows the page again with what was typed.
async fn perform(
    app: &App,
    asked: &Req,
    token: &str,
    form: &Form,
    read: Result<Vec<Command>, Vec<FieldError>>,
    told: &str,
) -> Answer {
    let token = tidy_token(token);
    let token = token.as_str();
    let (seen, events) = match enter(app, asked, token).await? {
        Ok(entered) => entered,
        Err(answer) => return Ok(answer),
    };
    if let (Ok(commands), Some(answer)) = (&read, answer_to(&seen.link, &events))
        && commands.last().is_some_and(|command| answer.is_of(command))
    {
        // The button was pressed twice.
        return go(&format!("/outside/{token}"), FlashKind::Success, told, &[]);
    }
    let commands = match read {
        Ok(commands) if seen.standing == Standing::Open => commands,
        read => return show(app, asked, token, &seen, &events, form, read.err().unwrap_or_default()),
    };
    for _ in 0..TRIES {
        let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
        let (wanted, key) = (commands.clone(), token.to_owned());
        let done = app.db.write("outside.act", move |tx| outside::act(tx, &ctx, &registry, &key, wanted.clone())).await;
        match done {
            Ok(Acted::Done(_)) => return go(&format!("/outside/{token}"), FlashKind::Success, told, &[]),
            Ok(Acted::Closed(_)) => break,
            // Others did something on the dossier; what is wanted here may still be right.
            Err(Failure::Conflict) => {}
            Err(Failure::Refused(sentence)) => {
                let field = commands.last().map_or("", |command| field_of(command, &sentence.key)).to_owned();
                let errors = vec![FieldError { field, sentence: asked.named(&sentence) }];
                return show(app, asked, token, &seen, &events, form, errors);
            }
            Err(other) => return Err(other),
        }
    }
    match enter(app, asked, token).await? {
        Ok((seen, _)) if seen.standing == Standing::Open => Err(Failure::Conflict),
        Ok((seen, events)) => show(app, asked, token, &seen, &events, form, Vec::new()),
        Err(answer) => Ok(answer),
    }
}

/// What the token opens, with the dossier's events; or the answer for one that opens nothing. Guesses are counted by address
/// as those at the tracking page are. The first opening is noted. [LNK-06] [ACC-06]
async fn enter(app: &App, asked: &Req, token: &str) -> Result<Result<(Box<Seen>, Vec<Recorded>), Response>, Failure> {
    let (ctx, token, real) = (asked.ctx.clone(), token.to_owned(), app.clock.now());
    let guesses = Guesses::at_links(&asked.client);
    let entered = app
        .db
        .write("outside.look", move |tx| {
            if let Some(until) = guesses.blocked_until(tx, real)? {
                return Ok(Entered::Blocked(until));
            }
            match outside::look(tx, &ctx, &token) {
                Ok(seen) => {
                    if seen.standing == Standing::Open && seen.link.opened_at.is_none() {
                        outside::open(tx, &ctx, &token)?;
                    }
                    let events = dossier::timeline(tx, &seen.found.id)?;
                    Ok(Entered::Seen(Box::new(seen), events))
                }
                Err(Failure::NotFound) => {
                    guesses.admit(tx, real)?;
                    Ok(Entered::Unknown)
                }
                Err(other) => Err(other),
            }
        })
        .await?;
    match entered {
        Entered::Seen(seen, events) => Ok(Ok((seen, events))),
        Entered::Unknown => Err(Failure::NotFound),
        Entered::Blocked(until) => {
            let until = asked.locale.date_time(asked.registry.local(until));
            let because = Sentence::new("outside.blocked").with("until", until);
            Ok(Err(Unfit::new(429, "too_many_guesses").because(because).into_response()))
        }
    }
}

/// The page of an open link, or what became of one that is not.
fn show(
    app: &App,
    asked: &Req,
    token: &str,
    seen: &Seen,
    events: &[Recorded],
    form: &Form,
    errors: Vec<FieldError>,
) -> Answer {
    let task = seen.link.task(&seen.found.dossier).filter(|_| seen.standing == Standing::Open);
    let Some(task) = task else { return closed(app, asked, seen, events, form) };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mine = events.iter().filter(|recorded| recorded.office == seen.link.office && recorded.at >= task.since);
    let results = mine.filter_map(|recorded| match &recorded.event {
        Event::ResultAttached(paper) => Some(ResultShown {
            title: paper.title.clone(),
            name: paper.file.name.clone(),
            person: paper.person.clone(),
        }),
        _ => None,
    });
    let last_day = asked.registry.local(seen.link.expires_at).date().yesterday().map_err(Failure::fault)?;
    let page = AgencyPage {
        action: format!("/outside/{token}"),
        matter: matter(asked, &seen.found, &task, events),
        results: results.collect(),
        last_day: asked.locale.date(last_day),
        form: form.state(errors),
    };
    private(page_with(app, asked, status, "outside/agency.html", page)?)
}

fn closed(app: &App, asked: &Req, seen: &Seen, events: &[Recorded], form: &Form) -> Answer {
    let (registry, dossier, link) = (&asked.registry, &seen.found.dossier, &seen.link);
    let local = |at: Timestamp| asked.locale.date_time(registry.local(at));
    let answered = answer_to(link, events).map(|answer| AnsweredShown {
        outcome: answer.outcome,
        note: answer.note,
        person: answer.person,
        at: local(answer.at),
        by: match registry.account_name(&answer.by) {
            name if name.contains('/') => registry.office_name(&answer.by).to_owned(),
            name => name.to_owned(),
        },
    });
    let ended = match seen.standing {
        Standing::Replaced => link.revoked_at,
        Standing::Expired => Some(link.expires_at),
        _ => None,
    };
    let sent = form.pairs().iter().any(|(_, value)| !value.trim().is_empty());
    let typed = form
        .pairs()
        .iter()
        .filter(|(name, value)| !value.trim().is_empty() && !matches!(name.as_str(), "answer_kind" | "answer_outcome"));
    let page = ClosedPage {
        standing: seen.standing.as_str(),
        code: dossier.code.clone(),
        office: registry.office_name(&link.office).to_owned(),
        one_stop: registry.office_name(dossier.one_stop()).to_owned(),
        agency: registry.agency_name(&dossier.agency).to_owned(),
        phone: outside::phone(registry, &dossier.agency),
        answered,
        ended_at: ended.map_or_else(String::new, local),
        kept: typed.map(|(_, value)| value.clone()).collect(),
    };
    let status = match (seen.standing, sent) {
        // Whoever answered and comes back sees what they answered.
        (Standing::Used, false) => StatusCode::OK,
        (Standing::Used | Standing::Over, true) => StatusCode::CONFLICT,
        _ => StatusCode::GONE,
    };
    private(page_with(app, asked, status, "outside/closed.html", page)?)
}

/// No search engine keeps the page of a link. [LNK-04]
fn private(mut response: Response) -> Answer {
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    Ok(response)
}
