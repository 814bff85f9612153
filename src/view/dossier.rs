//! Everything about one dossier on one screen, and its papers.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Outcome, Recorded, Status, Task};
use motcua_domain::identity::Officer;
use serde::Serialize;

use super::desk::READERS;
use super::shown::{self, Act, Possible, Timing};
use crate::platform::failure::Failure;
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page_with};
use crate::record::dossier::{self, Found};
use crate::registry::Registry;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk/dossiers/{id}", Access::Roles(READERS), show).get(
        "/desk/dossiers/{id}/results/{sha256}",
        Access::Roles(READERS),
        result_file,
    )
}

#[derive(Serialize)]
pub struct DossierPage {
    pub id: String,
    pub version: i64,
    pub dossier: Dossier,
    pub agency: String,
    /// Number of the task that the buttons are about.
    pub task: u32,
    pub office: String,
    pub holder: Option<String>,
    pub received_at: String,
    pub received_by: String,
    pub due_at: Option<String>,
    pub limit: String,
    pub timing: Timing,
    pub settled_at: Option<String>,
    pub reasons: Vec<String>,
    pub steps: Vec<StepShown>,
    pub acts: Vec<Act>,
    pub possible: Possible,
    pub assignees: Vec<Choice>,
    pub earlier_steps: Vec<Choice>,
    pub refused: bool,
    /// Whether it was just taken in: the receipt is printed next.
    pub fresh: bool,
    /// What was typed for an act that has become impossible meanwhile.
    pub kept: Vec<String>,
    pub form: FormState,
}

#[derive(Serialize)]
pub struct StepShown {
    pub title: String,
    pub office: String,
    pub hours: u32,
    /// `done`, `current` or `ahead`.
    pub place: &'static str,
}

#[derive(Serialize)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

async fn show(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    render(&app, &asked, &id, FormState::default(), axum::http::StatusCode::OK).await
}

/// The screen, also after a form on it was sent with a mistake: what was typed stays.
pub async fn render(app: &App, asked: &Req, id: &str, form: FormState, status: axum::http::StatusCode) -> Answer {
    let officer = asked.officer()?.clone();
    let id = id.to_owned();
    let (found, events) = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &id)?;
            let events = dossier::timeline(tx, &found.id)?;
            Ok((found, events))
        })
        .await?;
    let shown = build(app, asked, found, &events, form)?;
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
    let number = chosen(asked, &form).unwrap_or_else(|| dossier.task_for(officer));
    let possible = shown::possible(&dossier, officer, number);
    let tasks = dossier.tasks();
    let task = tasks.iter().find(|task| task.number == number);
    // Mostly the applicant comes; the officer changes it when somebody else does.
    form.values.entry("recipient".to_owned()).or_insert_with(|| vec!["applicant".to_owned()]);
    Ok(DossierPage {
        id,
        version: dossier.version,
        agency: registry.agency_name(&dossier.agency).to_owned(),
        task: number,
        office: task.map_or_else(String::new, |task| registry.office_name(task.office).to_owned()),
        holder: task.and_then(|task| task.holder).map(|login| registry.account_name(login).to_owned()),
        received_at: local(dossier.received_at),
        received_by: registry.account_name(&dossier.received_by).to_owned(),
        due_at: dossier.last_due_at().map(local),
        limit: limit.unwrap_or_default(),
        timing: shown::timing(registry, now, &dossier),
        settled_at: dossier.settled_at.map(local),
        reasons: dossier.reasons().map(|why| shown::reasons(app.pages.texts(), locale, why)).unwrap_or_default(),
        steps: steps(registry, &dossier),
        acts: events.iter().map(|event| shown::act(registry, locale, &dossier, event)).collect(),
        assignees: task.map(|task| assignees(registry, task, asked)).unwrap_or_default(),
        earlier_steps: earlier_steps(registry, &dossier, number),
        refused: is_refused(&dossier),
        fresh: dossier.version == 1,
        kept: kept(&possible, &form),
        possible,
        form,
        dossier,
    })
}

/// Nothing that was typed is lost, also when the form it was typed into is not shown any more.
fn kept(possible: &Possible, form: &FormState) -> Vec<String> {
    let gone = [
        ("note", possible.forward),
        ("reason", possible.send_back),
        ("proposal", possible.propose),
        ("decision_note", possible.sign),
        ("result_title", possible.attach),
        ("recipient_name", possible.hand_over),
        ("recipient_authority", possible.hand_over),
    ];
    let typed = gone.into_iter().filter(|(_, shown)| !shown).filter_map(|(field, _)| form.values.get(field));
    typed.flatten().filter(|text| !text.trim().is_empty()).cloned().collect()
}

pub(super) fn is_refused(dossier: &Dossier) -> bool {
    dossier.status == Status::RefusedAtIntake
        || (dossier.settled_at.is_some() && dossier.outcome() == Some(Outcome::Refuse))
}

fn steps(registry: &Registry, dossier: &Dossier) -> Vec<StepShown> {
    let current = dossier.step as usize;
    let closed = dossier.status.is_closed();
    let route = dossier.subject.route.iter().enumerate();
    route
        .map(|(at, step)| StepShown {
            title: step.title.clone(),
            office: registry.office_name(&step.office).to_owned(),
            hours: step.hours,
            place: match at.cmp(&current) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if closed => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "ahead",
            },
        })
        .collect()
}

/// People of the office who can act at the task.
fn assignees(registry: &Registry, task: &Task, asked: &Req) -> Vec<Choice> {
    let day = registry.local(asked.ctx.now).date();
    let people: Vec<Officer> = registry.people(task.office, task.role, day);
    let others = people.into_iter().filter(|officer| task.holder != Some(officer.account.as_str()));
    others
        .map(|officer| Choice { text: registry.account_name(&officer.account).to_owned(), value: officer.account })
        .collect()
}

fn earlier_steps(registry: &Registry, dossier: &Dossier, task: u32) -> Vec<Choice> {
    let earlier = (0u32..).zip(dossier.chain(task)).take(dossier.at(task) as usize);
    earlier
        .map(|(at, step)| Choice {
            value: at.to_string(),
            text: format!("{} — {}", step.title, registry.office_name(&step.office)),
        })
        .collect()
}

/// The task the officer came for: a form says it, or the link from a work list.
fn chosen(asked: &Req, form: &FormState) -> Option<u32> {
    let typed = form.values.get("task").and_then(|values| values.first()).map(String::as_str);
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    typed.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("task=")))?.parse().ok()
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
