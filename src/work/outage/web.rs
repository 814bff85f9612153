//! The leader declares that the agency cannot work, and that it can again.

use axum::extract::State;
use axum::http::StatusCode;
use motcua_domain::identity::Role;
use serde::Serialize;

use super::{begin, end, outages};
use crate::platform::failure::Failure;
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page_with};

const LEADERS: Access = Access::Roles(&[Role::Leader]);

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk/outage", LEADERS, show).post("/desk/outage", LEADERS, declare).post(
        "/desk/outage/end",
        LEADERS,
        over,
    )
}

#[derive(Serialize)]
struct OutagePage {
    agency: String,
    open: Option<Row>,
    past: Vec<Row>,
    form: FormState,
}

#[derive(Serialize)]
struct Row {
    reason: String,
    began_at: String,
    began_by: String,
    ended_at: Option<String>,
}

async fn show(State(app): State<App>, asked: Req) -> Answer {
    render(&app, &asked, FormState::default(), StatusCode::OK).await
}

async fn render(app: &App, asked: &Req, form: FormState, status: StatusCode) -> Answer {
    let agency = asked.officer()?.agency.clone();
    let name = asked.registry.agency_name(&agency).to_owned();
    let found = app.db.read(move |tx| outages(tx, &agency)).await?;
    let local = |at| asked.locale.date_time(asked.registry.local(at));
    let rows = found.into_iter().map(|outage| Row {
        began_at: local(outage.began_at),
        began_by: asked.registry.account_name(&outage.began_by).to_owned(),
        ended_at: outage.ended_at.map(local),
        reason: outage.reason,
    });
    let (open, past): (Vec<Row>, Vec<Row>) = rows.partition(|row| row.ended_at.is_none());
    let shown = OutagePage { agency: name, open: open.into_iter().next(), past, form };
    page_with(app, asked, status, "outage/outage.html", shown)
}

async fn declare(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (db, ctx, registry) = (app.db.clone(), asked.ctx.clone(), asked.registry.clone());
    let reason = form.text("reason").to_owned();
    let done = tokio::task::spawn_blocking(move || begin(&db, &ctx, &registry, &reason)).await;
    match done.map_err(Failure::fault)? {
        Ok(count) => told("outage.begun", count),
        Err(Failure::Invalid(errors)) => {
            render(&app, &asked, form.state(errors), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other),
    }
}

async fn over(State(app): State<App>, asked: Req) -> Answer {
    let (db, ctx, registry) = (app.db.clone(), asked.ctx.clone(), asked.registry.clone());
    let done = tokio::task::spawn_blocking(move || end(&db, &ctx, &registry)).await;
    told("outage.over", done.map_err(Failure::fault)??)
}

fn told(key: &str, count: usize) -> Answer {
    go("/desk/outage", FlashKind::Success, key, &[("count", &count.to_string())])
}
