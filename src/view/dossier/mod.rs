//! Everything about one dossier on one screen, and its papers.

mod clock;
pub mod legs;
mod offer;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Event, Outcome, PaperAsked, Recorded, Status};
use serde::Serialize;

use self::clock::ClockShown;
use self::legs::{ConsultationShown, QuestionShown, StepShown, TaskShown};
use self::offer::Offer;
pub use self::offer::PAPER_ROWS;
use super::desk::READERS;
use super::referrals::{ReferralShown, referrals};
use super::shown::{self, Act, Look, Possible, Timing};
use crate::platform::failure::Failure;
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page_with};
use crate::record::dossier::{self, Found};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk/dossiers/{id}", Access::Roles(READERS), show).get(
        "/desk/dossiers/{id}/results/{sha256}",
        Access::Roles(READERS),
        result_file,
    )
}

#[derive(Serialize)]
pub struct DossierPage {
    pub referrals: Vec<ReferralShown>,
    pub id: String,
    pub version: i64,
    pub dossier: Dossier,
    pub agency: String,
    /// Number of the task that the forms are about.
    pub task: u32,
    /// What is open, the chosen one marked.
    pub tasks: Vec<TaskShown>,
    pub received_at: String,
    pub received_by: String,
    pub limit: String,
    pub clock: ClockShown,
    pub timing: Timing,
    pub settled_at: Option<String>,
    pub closed_at: Option<String>,
    pub steps: Vec<StepShown>,
    pub consultations: Vec<ConsultationShown>,
    pub questions: Vec<QuestionShown>,
    pub letters: Vec<LetterShown>,
    pub acts: Vec<Act>,
    pub possible: Possible,
    /// What the forms offer to choose from.
    pub offer: Offer,
    /// The act whose form was sent: it stays unfolded.
    pub opened: String,
    pub refused: bool,
    /// What was missing when it was not taken in: the person is to come again.
    pub missing: Vec<PaperAsked>,
    /// Whether it was just taken in: the receipt is printed next.
    pub fresh: bool,
    /// What was typed for an act that has become impossible meanwhile.
    pub kept: Vec<String>,
    pub form: FormState,
}

async fn show(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    render(&app, &asked, &id, FormState::default(), axum::http::StatusCode::OK).await
}

/// The screen, also after a form on it was sent with a mistake: what was typed stays.
pub async fn render(app: &App, asked: &Req, id: &str, form: FormState, status: axum::http::StatusCode) -> Answer {
    let officer = asked.officer()?.clone();
    let (id, here) = (id.to_owned(), asked.clone());
    let (found, events, referrals) = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &id)?;
            let events = dossier::timeline(tx, &found.id)?;
            let referrals = referrals(tx, &here, &found)?;
            Ok((found, events, referrals))
        })
        .await?;
    let shown = DossierPage { referrals, ..build(app, asked, found, &events, form)? };
    page_with(app, asked, status, "dossier/show.html", shown)
}

fn build(
    app: &App,
    asked: &Req,
    found: Found,
    events: &[Recorded],
    mut form: FormState,
) -> Result<DossierPage, Failure> {
    let (registry, locale, now) = (&*asked.registry, asked.locale, asked.ctx.now);
    let officer = asked.officer()?;
    let Found { id, dossier } = found;
    let local = |at: Timestamp| locale.date_time(registry.local(at));
    let promise = dossier.promise.as_ref();
    let limit = promise.map(|promise| shown::limit_words(app.pages.texts(), locale, promise.limit)).transpose()?;
    let number = chosen(asked, &form)
        .filter(|number| dossier.task(*number).is_some())
        .unwrap_or_else(|| dossier.task_for(officer));
    let possible = shown::possible(registry, &dossier, officer, number);
    // Mostly the applicant comes; the officer changes it when somebody else does.
    form.values.entry("recipient".to_owned()).or_insert_with(|| vec!["applicant".to_owned()]);
    let look = Look { registry, locale, now, dossier: &dossier, events };
    Ok(DossierPage {
        version: dossier.version,
        agency: registry.agency_name(&dossier.agency).to_owned(),
        task: number,
        tasks: legs::tasks(&look, officer, &id, number),
        received_at: local(dossier.received_at),
        received_by: registry.account_name(&dossier.received_by).to_owned(),
        limit: limit.unwrap_or_default(),
        clock: clock::shown(app.pages.texts(), &look),
        timing: shown::timing(registry, now, &dossier),
        settled_at: dossier.settled_at.map(local),
        closed_at: dossier.closed_at.map(local),
        steps: legs::steps(&look),
        consultations: legs::consultations(&look),
        questions: legs::questions(&look),
        letters: letters(&look),
        referrals: Vec::new(),
        acts: events.iter().map(|event| shown::act(registry, locale, &dossier, event)).collect(),
        offer: offer::offer(&look, number, &form),
        opened: opened(asked),
        refused: is_refused(&dossier),
        missing: missing(events),
        fresh: dossier.version == 1 || (dossier.status == Status::RefusedAtIntake && dossier.version == 2),
        kept: offer::kept(&possible, &form),
        possible,
        form,
        id,
        dossier,
    })
}

/// What was missing at intake, where the person was told to come again with it.
pub fn missing(events: &[Recorded]) -> Vec<PaperAsked> {
    match events.first().map(|first| &first.event) {
        Some(Event::RefusedAtIntake(refusal)) => refusal.missing.clone(),
        _ => Vec::new(),
    }
}

pub(super) fn is_refused(dossier: &Dossier) -> bool {
    dossier.status == Status::RefusedAtIntake
        || (dossier.settled_at.is_some() && dossier.outcome() == Some(Outcome::Refuse))
}

/// A numbered letter that was issued.
#[derive(Serialize)]
pub struct LetterShown {
    pub kind: &'static str,
    pub number: u32,
    pub year: i16,
    /// Of the event that issued it: the letter's address.
    pub seq: i64,
    pub at: String,
}

fn letters(look: &Look) -> Vec<LetterShown> {
    let letters = look.dossier.letters.iter();
    letters
        .map(|issued| LetterShown {
            kind: issued.letter.as_str(),
            number: issued.number,
            year: issued.year,
            seq: issued.seq,
            at: look.local(issued.at),
        })
        .collect()
}

/// The task the officer came for: a form says it, or the link from a work list.
fn chosen(asked: &Req, form: &FormState) -> Option<u32> {
    let typed = form.values.get("task").and_then(|values| values.first()).map(String::as_str);
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    typed.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("task=")))?.parse().ok()
}

/// The act that was sent: the last part of the address it was sent to.
fn opened(asked: &Req) -> String {
    let act = asked.path.rsplit('/').next().filter(|_| asked.method != axum::http::Method::GET);
    act.unwrap_or_default().to_owned()
}

/// A file of the dossier, by the hash under which it was attached.
pub async fn result_file(State(app): State<App>, asked: Req, Path((id, sha256)): Path<(String, String)>) -> Answer {
    let officer = asked.officer()?.clone();
    let found = app.db.read(move |tx| dossier::visible(tx, &officer, &id)).await?;
    let paper = found.dossier.results.iter().find(|paper| paper.file.sha256 == sha256).ok_or(Failure::NotFound)?;
    let (name, media) = (paper.file.name.clone(), paper.file.media.clone());
    let blobs = app.blobs.clone();
    let bytes = tokio::task::spawn_blocking(move || blobs.get(&sha256)).await.map_err(Failure::fault)??;
    let disposition =
        format!("attachment; filename*=UTF-8''{}", crate::platform::web::form::percent(&name).replace('+', "%20"));
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
