//! What I was told: a list to work through and put away.

use axum::extract::State;
use motcua_domain::identity::Role;
use motcua_domain::reminder::{About, Stage};
use serde::Serialize;

use super::{for_officer, put_away};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, Req, Routes, go, page};

const READERS: &[Role] = &[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader];

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk/reminders", Access::Roles(READERS), show).post("/desk/reminders", Access::Roles(READERS), away)
}

#[derive(Serialize)]
struct RemindersPage {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    href: String,
    code: String,
    about: About,
    stage: Stage,
    office: String,
    due_at: String,
    made_at: String,
}

async fn show(State(app): State<App>, asked: Req) -> Answer {
    let officer = asked.officer()?.clone();
    let now = asked.ctx.now;
    let reminders = app.db.read(move |tx| for_officer(tx, &officer, now)).await?;
    let local = |at| asked.locale.date_time(asked.registry.local(at));
    let rows = reminders.into_iter().map(|reminder| Row {
        href: format!("/desk/dossiers/{}?task={}", reminder.dossier, reminder.task),
        office: asked.registry.office_name(&reminder.office).to_owned(),
        due_at: local(reminder.due_at),
        made_at: local(reminder.made_at),
        code: reminder.code,
        about: reminder.about,
        stage: reminder.stage,
        id: reminder.id,
    });
    page(&app, &asked, "reminders/list.html", RemindersPage { rows: rows.collect() })
}

async fn away(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let ids: Vec<String> =
        form.pairs().iter().filter(|(name, _)| name == "row").map(|(_, value)| value.clone()).collect();
    let (ctx, count) = (asked.ctx.clone(), ids.len().to_string());
    if ids.is_empty() {
        return go("/desk/reminders", FlashKind::Problem, "reminders.nothing_ticked", &[]);
    }
    app.db.write("reminders.put_away", move |tx| ids.iter().try_for_each(|id| put_away(tx, &ctx, id))).await?;
    go("/desk/reminders", FlashKind::Success, "reminders.put_away", &[("count", &count)])
}
