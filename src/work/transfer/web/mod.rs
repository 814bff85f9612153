//! Pages of handing on: what can go, slips made and slips to confirm, and signing or claiming many at once.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use motcua_domain::identity::{Officer, Role};
use serde::{Deserialize, Serialize};

mod post;

use super::batch::{self, Act, Answered, Ticked};
use super::{Ready, Slip, SlipKind, confirm, hand_on, ready, results, slip, slips};
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page, page_with};
use crate::record::dossier::{Found, Target};
use crate::registry::Registry;

const ACTORS: &[Role] = &[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader];

/// Results and the post come to the counter.
const COUNTER: &[Role] = &[Role::OneStopOfficer];

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/transfers", Access::Roles(ACTORS), overview)
        .post("/desk/transfers", Access::Roles(ACTORS), make)
        .post("/desk/transfers/results", Access::Roles(COUNTER), take_results)
        .get("/desk/transfers/post", Access::Roles(COUNTER), post::page)
        .post("/desk/transfers/post/give", Access::Roles(COUNTER), post::give)
        .post("/desk/transfers/post/take", Access::Roles(COUNTER), post::take)
        .get("/desk/transfers/{number}", Access::Roles(ACTORS), show)
        .post("/desk/transfers/{number}/confirm", Access::Roles(ACTORS), confirm_rows)
        .get("/desk/batch", Access::Roles(ACTORS), choose)
        .post("/desk/batch", Access::Roles(ACTORS), act)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct At {
    office: String,
    act: String,
}

#[derive(Serialize)]
struct Choice {
    office: String,
    href: String,
    name: String,
    current: bool,
}

/// A dossier in a list to tick.
#[derive(Serialize)]
struct Row {
    /// `id.version.task`.
    value: String,
    id: String,
    task: u32,
    code: String,
    procedure: String,
    applicant: String,
    step: String,
    due_at: Option<String>,
}

#[derive(Serialize)]
struct Group {
    office: String,
    name: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct SlipRow {
    kind: &'static str,
    number: String,
    href: String,
    from: String,
    to: String,
    made_at: String,
    made_by: String,
    confirmed_at: Option<String>,
}

#[derive(Serialize)]
struct Overview {
    office: String,
    offices: Vec<Choice>,
    groups: Vec<Group>,
    /// Results that lie at this one-stop and are on no slip, by the office that settled.
    results: Vec<Group>,
    /// Whether this is a one-stop at which the officer receives.
    counter: bool,
    incoming: Vec<SlipRow>,
    outgoing: Vec<SlipRow>,
    form: FormState,
}

/// The office asked for, if it is the officer's own; the first of theirs where none was.
fn own_office(officer: &Officer, wanted: &str) -> Result<String, Failure> {
    let works = |role: Role| !matches!(role, Role::Administrator | Role::Auditor);
    let mut own = officer.posts.iter().filter(|post| works(post.role)).map(|post| post.office.as_str());
    let found = if wanted.is_empty() { own.next() } else { own.find(|office| *office == wanted) };
    found.map(str::to_owned).ok_or(Failure::NotFound)
}

fn offices(registry: &Registry, officer: &Officer, path: &str, current: &str) -> Vec<Choice> {
    let mut own: Vec<&str> = officer.posts.iter().map(|post| post.office.as_str()).collect();
    own.dedup();
    own.into_iter()
        .map(|office| Choice {
            office: office.to_owned(),
            href: format!("{path}office={}", percent(office)),
            name: registry.office_name(office).to_owned(),
            current: office == current,
        })
        .collect()
}

async fn overview(State(app): State<App>, asked: Req, Query(at): Query<At>) -> Answer {
    render(&app, &asked, &at.office, FormState::default(), StatusCode::OK).await
}

async fn render(app: &App, asked: &Req, wanted: &str, form: FormState, status: StatusCode) -> Answer {
    let officer = asked.officer()?.clone();
    let office = own_office(&officer, wanted)?;
    let (at, who) = (office.clone(), officer.clone());
    let counter = receives_at(&officer, &office);
    let (can_go, came, (incoming, outgoing)) = app
        .db
        .read(move |tx| {
            let came = if counter { results::ready(tx, &who, &at)? } else { Vec::new() };
            Ok((ready(tx, &who, &at)?, came, slips(tx, &at)?))
        })
        .await?;
    let groups = grouped(asked, can_go);
    let shown = Overview {
        results: grouped(asked, came),
        counter,
        offices: offices(&asked.registry, &officer, "/desk/transfers?", &office),
        office,
        groups,
        incoming: incoming.iter().map(|slip| slip_row(asked, slip)).collect(),
        outgoing: outgoing.iter().map(|slip| slip_row(asked, slip)).collect(),
        form,
    };
    page_with(app, asked, status, "transfer/overview.html", shown)
}

fn receives_at(officer: &Officer, office: &str) -> bool {
    officer.posts.iter().any(|post| post.office == office && post.role == Role::OneStopOfficer)
}

/// Rows by the office on the other side.
fn grouped(asked: &Req, rows: Vec<Ready>) -> Vec<Group> {
    asked.reads(rows.iter().map(|row| row.found.id.as_str()));
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let shown = shown(asked, &row.found, row.task);
        match groups.iter_mut().find(|group| group.office == row.to_office) {
            Some(group) => group.rows.push(shown),
            None => groups.push(Group {
                name: office_name(&asked.registry, &row.to_office),
                office: row.to_office,
                rows: vec![shown],
            }),
        }
    }
    groups
}

/// An office with its agency, since names of offices repeat.
fn office_name(registry: &Registry, office: &str) -> String {
    let agency = office.split('/').next().unwrap_or_default();
    format!("{} — {}", registry.office_name(office), registry.agency_name(agency))
}

fn shown(asked: &Req, found: &Found, number: u32) -> Row {
    let dossier = &found.dossier;
    let due = dossier.last_due_at();
    Row {
        value: format!("{}.{}.{number}", found.id, dossier.version),
        id: found.id.clone(),
        task: number,
        code: dossier.code.clone(),
        procedure: dossier.subject.name.clone(),
        applicant: dossier.applicant().name.clone(),
        step: dossier.task(number).map_or_else(String::new, |task| task.title.to_owned()),
        due_at: due.map(|due| asked.locale.date_time(asked.registry.local(due))),
    }
}

fn slip_row(asked: &Req, slip: &Slip) -> SlipRow {
    let registry = &asked.registry;
    let local = |at| asked.locale.date_time(registry.local(at));
    let side = |office: &str| match office {
        "" => slip.partner.clone(),
        office => office_name(registry, office),
    };
    SlipRow {
        kind: slip.kind.as_str(),
        href: format!("/desk/transfers/{}", percent(&slip.number)),
        number: slip.number.clone(),
        from: side(&slip.from_office),
        to: side(&slip.to_office),
        made_at: local(slip.made_at),
        made_by: registry.account_name(&slip.made_by).to_owned(),
        confirmed_at: slip.confirmed_at.map(local),
    }
}

/// Makes a slip of what was ticked, row by row; what cannot go keeps nothing else from going.
async fn make(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (rows, to) = (batch::ticked(&form), form.text("to").to_owned());
    if rows.is_empty() {
        let errors = vec![FieldError::new("row", "transfer.nothing_ticked")];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(&app, &asked, form.text("office"), form.state(errors), status).await;
    }
    let listed = list(&app, &asked, rows, move |tx, asked, target, slip| {
        hand_on(tx, &asked.ctx, &asked.registry, target, &to, slip)
    });
    let (slip, answers) = listed.await?;
    made(&app, &asked, slip, answers, "transfer.made_title", "/desk/transfers")
}

/// Results on paper that lie before the officer, from one office. [RTE-14]
async fn take_results(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (rows, from) = (batch::ticked(&form), form.text("from").to_owned());
    if rows.is_empty() {
        let errors = vec![FieldError::new("row", "transfer.nothing_ticked")];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(&app, &asked, form.text("office"), form.state(errors), status).await;
    }
    let listed = list(&app, &asked, rows, move |tx, asked, target, slip| {
        results::take(tx, &asked.ctx, &asked.registry, target, &from, slip)
    });
    let (slip, answers) = listed.await?;
    made(&app, &asked, slip, answers, "transfer.results_title", "/desk/transfers")
}

/// Puts rows on one slip, each in a transaction of its own; the slip is begun with the first that can be done.
async fn list(
    app: &App,
    asked: &Req,
    rows: Vec<Ticked>,
    put: impl Fn(&mut Tx, &Req, Target, Option<&str>) -> Result<(Found, String), Failure> + Clone + Send + 'static,
) -> Result<(Option<String>, Vec<Answered>), Failure> {
    let (mut slip, mut answers): (Option<String>, Vec<Answered>) = (None, Vec::new());
    for row in rows {
        let (put, of, wanted, begun) = (put.clone(), asked.clone(), row.clone(), slip.clone());
        let done = app.db.write("transfer.list", move |tx| {
            let target = Target { id: &wanted.id, seen: Some(wanted.version), task: Some(wanted.task) };
            put(tx, &of, target, begun.as_deref())
        });
        let done = done.await.map(|(found, number)| {
            slip = Some(number);
            found
        });
        answers.push(batch::answer(app, asked, &row, done).await?);
    }
    Ok((slip, answers))
}

/// To the slip where everything is on it; otherwise each row with its answer.
fn made(
    app: &App,
    asked: &Req,
    slip: Option<String>,
    answers: Vec<Answered>,
    title: &'static str,
    back: &'static str,
) -> Answer {
    match (&slip, answers.iter().all(|answer| answer.done)) {
        (Some(number), true) => {
            let count = answers.len().to_string();
            let params = [("number", number.as_str()), ("count", count.as_str())];
            go(&format!("/desk/transfers/{}", percent(number)), FlashKind::Success, "transfer.slip_made", &params)
        }
        _ => answered(app, asked, title, slip, back, answers),
    }
}

#[derive(Serialize)]
struct AnswersPage {
    title: &'static str,
    slip: Option<SlipLink>,
    back: &'static str,
    done: usize,
    answers: Vec<Answered>,
}

#[derive(Serialize)]
struct SlipLink {
    number: String,
    href: String,
}

fn answered(
    app: &App,
    asked: &Req,
    title: &'static str,
    slip: Option<String>,
    back: &'static str,
    answers: Vec<Answered>,
) -> Answer {
    let done = answers.iter().filter(|answer| answer.done).count();
    let slip = slip.map(|number| SlipLink { href: format!("/desk/transfers/{}", percent(&number)), number });
    page(app, asked, "transfer/answers.html", AnswersPage { title, slip, back, done, answers })
}

#[derive(Serialize)]
struct SlipPage {
    slip: SlipRow,
    rows: Vec<SlipItem>,
    /// Whether the officer receives it and something is not confirmed yet.
    may_confirm: bool,
    form: FormState,
}

#[derive(Serialize)]
struct SlipItem {
    /// `dossier.task`.
    value: String,
    id: String,
    code: String,
    procedure: String,
    applicant: String,
    papers: usize,
    due_at: Option<String>,
    confirmed_at: Option<String>,
    confirmed_by: Option<String>,
}

async fn show(State(app): State<App>, asked: Req, Path(number): Path<String>) -> Answer {
    slip_page(&app, &asked, number, FormState::default(), StatusCode::OK).await
}

async fn slip_page(app: &App, asked: &Req, number: String, form: FormState, status: StatusCode) -> Answer {
    let officer = asked.officer()?.clone();
    let who = officer.clone();
    let (slip, rows) = app.db.read(move |tx| slip(tx, &who, &number)).await?;
    let local = |at| asked.locale.date_time(asked.registry.local(at));
    asked.reads(rows.iter().map(|(_, found)| found.id.as_str()));
    let open = rows.iter().any(|(item, _)| item.confirmed_at.is_none());
    let rows = rows.iter().map(|(item, found)| SlipItem {
        value: format!("{}.{}", item.dossier, item.task),
        id: found.id.clone(),
        code: found.dossier.code.clone(),
        procedure: found.dossier.subject.name.clone(),
        applicant: found.dossier.applicant().name.clone(),
        papers: found.dossier.particulars.papers.len(),
        due_at: found.dossier.last_due_at().map(local),
        confirmed_at: item.confirmed_at.map(local),
        confirmed_by: item.confirmed_by.as_ref().map(|login| asked.registry.account_name(login).to_owned()),
    });
    let shown = SlipPage {
        rows: rows.collect(),
        may_confirm: open && slip.kind == SlipKind::HandOver && officer.sits_at(&slip.to_office),
        slip: slip_row(asked, &slip),
        form,
    };
    page_with(app, asked, status, "transfer/slip.html", shown)
}

/// The receiver confirms what is here; what is missing stays open on the slip.
async fn confirm_rows(State(app): State<App>, asked: Req, Path(number): Path<String>, form: Form) -> Answer {
    let rows: Vec<(String, u32)> = form
        .pairs()
        .iter()
        .filter(|(name, _)| name == "row")
        .filter_map(|(_, value)| value.split_once('.'))
        .filter_map(|(dossier, task)| Some((dossier.to_owned(), task.parse().ok()?)))
        .collect();
    if rows.is_empty() {
        let errors = vec![FieldError::new("row", "transfer.nothing_ticked")];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return slip_page(&app, &asked, number, form.state(errors), status).await;
    }
    let count = rows.len().to_string();
    let (ctx, registry, slip_number) = (asked.ctx.clone(), asked.registry.clone(), number.clone());
    let done = app
        .db
        .write("transfer.confirm", move |tx| {
            // Only a slip of one's own office, and only by its receiver.
            let (slip, _) = slip(tx, ctx.officer()?, &slip_number)?;
            if !ctx.officer()?.sits_at(&slip.to_office) {
                return Err(Failure::refused("transfer.not_the_receiver"));
            }
            rows.iter().try_for_each(|(id, task)| confirm(tx, &ctx, &registry, &slip_number, id, *task))
        })
        .await;
    match done {
        Ok(()) => {
            let params = [("number", number.as_str()), ("count", count.as_str())];
            go(&format!("/desk/transfers/{}", percent(&number)), FlashKind::Success, "transfer.confirmed", &params)
        }
        Err(Failure::Refused(sentence)) => {
            let errors = vec![FieldError { field: String::new(), sentence: asked.named(&sentence) }];
            slip_page(&app, &asked, number, form.state(errors), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct BatchPage {
    act: Act,
    office: String,
    offices: Vec<Choice>,
    rows: Vec<Row>,
    form: FormState,
}

async fn choose(State(app): State<App>, asked: Req, Query(at): Query<At>) -> Answer {
    batch_page(&app, &asked, &at.office, &at.act, FormState::default(), StatusCode::OK).await
}

async fn batch_page(app: &App, asked: &Req, office: &str, act: &str, form: FormState, status: StatusCode) -> Answer {
    let officer = asked.officer()?.clone();
    let office = own_office(&officer, office)?;
    let signs = officer.has(Role::OfficeHead) || officer.has(Role::Leader);
    let act = Act::parse(act).unwrap_or(if signs { Act::Approve } else { Act::Claim });
    let (at, who) = (office.clone(), officer.clone());
    let rows = app.db.read(move |tx| batch::fitting(tx, &who, &at, act)).await?;
    asked.reads(rows.iter().map(|row| row.found.id.as_str()));
    let shown = BatchPage {
        offices: offices(&asked.registry, &officer, "/desk/batch?", &office),
        rows: rows.iter().map(|row| shown(asked, &row.found, row.task)).collect(),
        act,
        office,
        form,
    };
    page_with(app, asked, status, "transfer/batch.html", shown)
}

async fn act(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let rows = batch::ticked(&form);
    let (Some(act), false) = (Act::parse(form.text("act")), rows.is_empty()) else {
        let errors = vec![FieldError::new("row", "transfer.nothing_ticked")];
        let (office, act, status) = (form.text("office"), form.text("act"), StatusCode::UNPROCESSABLE_ENTITY);
        return batch_page(&app, &asked, office, act, form.state(errors), status).await;
    };
    let answers = batch::run(&app, &asked, act, rows).await?;
    let title = match act {
        Act::Claim => "transfer.claimed_title",
        Act::Approve => "transfer.approved_title",
    };
    answered(&app, &asked, title, None, "/desk/batch", answers)
}
