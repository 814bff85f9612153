//! The catalogue for the administrator: how each procedure stands and why, and taking one out of reception.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::dossier::REASON_MAX;
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Tier, Version};
use serde::Serialize;

use super::{Procedure, Registry, Standing, catalogue};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page_with};

const READERS: &[Role] = &[Role::Administrator, Role::Auditor];
const EDITORS: &[Role] = &[Role::Administrator];
/// Procedures on one page.
const PAGE: usize = 50;
/// Longest query that is looked at, in characters.
const QUERY_MAX: usize = 200;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/admin/catalogue", Access::Roles(READERS), list)
        .get("/admin/catalogue/{key}", Access::Roles(READERS), show)
        .post("/admin/catalogue/{key}/withdraw", Access::Roles(EDITORS), withdraw)
        .post("/admin/catalogue/{key}/reinstate", Access::Roles(EDITORS), reinstate)
}

#[derive(Serialize)]
struct Row {
    href: String,
    /// What everybody sees of it.
    public_href: String,
    name: String,
    code: Option<String>,
    field: String,
    tier: Tier,
    standing: &'static str,
    /// Name of the agency outside that decides it, or why it was withdrawn.
    detail: String,
    version: u32,
    blockers: Vec<Reason>,
}

/// A sentence for `t(key, params)`.
#[derive(Serialize)]
struct Reason {
    part: String,
    key: String,
    params: std::collections::BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Count {
    standing: &'static str,
    count: usize,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct ListPage {
    q: String,
    rows: Vec<Row>,
    counts: Vec<Count>,
    count: usize,
    previous: String,
    next: String,
}

const STANDINGS: [&str; 4] = ["published", "outside", "incomplete", "withdrawn"];

async fn list(State(app): State<App>, asked: Req) -> Answer {
    let query = Form::read(asked.path.split_once('?').map_or("", |(_, query)| query));
    let q: String = motcua_domain::text::clean(query.text("q")).chars().take(QUERY_MAX).collect();
    let wanted = STANDINGS.into_iter().find(|standing| *standing == query.text("standing"));
    let registry = &asked.registry;
    let all: Vec<&Procedure> = if q.is_empty() {
        registry.procedures.iter().collect()
    } else {
        registry.search(&q, registry.procedures.len())
    };
    let href =
        |standing: &str, page: usize| format!("/admin/catalogue?q={}&standing={standing}&page={page}", percent(&q));
    let counts = STANDINGS.into_iter().map(|standing| Count {
        standing,
        count: all.iter().filter(|procedure| word(&procedure.standing) == standing).count(),
        href: href(standing, 1),
        current: wanted == Some(standing),
    });
    let counts = counts.collect();
    let fitting: Vec<&Procedure> = all
        .into_iter()
        .filter(|procedure| wanted.is_none_or(|standing| word(&procedure.standing) == standing))
        .collect();
    let pages = fitting.len().div_ceil(PAGE).max(1);
    let number = query.text("page").parse().unwrap_or(1).clamp(1, pages);
    let shown = ListPage {
        counts,
        count: fitting.len(),
        rows: fitting.iter().skip((number - 1) * PAGE).take(PAGE).map(|procedure| row(registry, procedure)).collect(),
        previous: if number > 1 { href(wanted.unwrap_or(""), number - 1) } else { String::new() },
        next: if number < pages { href(wanted.unwrap_or(""), number + 1) } else { String::new() },
        q,
    };
    page_with(&app, &asked, StatusCode::OK, "admin/catalogue.html", shown)
}

fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Published => "published",
        Standing::Outside { .. } => "outside",
        Standing::Incomplete => "incomplete",
        Standing::Withdrawn { .. } => "withdrawn",
    }
}

fn row(registry: &Registry, procedure: &Procedure) -> Row {
    let record = &procedure.record;
    let detail = match &procedure.standing {
        Standing::Withdrawn { reason } => reason.clone(),
        _ => registry.decided_outside(procedure).map_or_else(String::new, |agency| agency.name.clone()),
    };
    let tier = procedure.tier.as_str();
    Row {
        href: format!("/admin/catalogue/{}", percent(&procedure.key)),
        public_href: format!("/procedures/{tier}/{}", percent(&procedure.key)),
        name: record.name.clone(),
        code: record.code.clone(),
        field: record.field.clone(),
        tier: procedure.tier,
        standing: word(&procedure.standing),
        detail,
        version: procedure.version,
        blockers: blockers(procedure),
    }
}

/// Why it is not published, each with the words of the source it is about.
fn blockers(procedure: &Procedure) -> Vec<Reason> {
    let record = &procedure.record;
    let blocked = record.blockers.iter().map(|blocker| Reason {
        part: blocker.part.clone(),
        key: blocker.reason.clone(),
        params: [("value", motcua_domain::text::shorten(source_text(record, &blocker.part), 120))].into(),
    });
    let routed = procedure.scope.route.is_some() || record.route.is_some();
    let routeless = !routed && procedure.scope.handled_by == super::pack::ONE_STOP;
    let no_route = routeless.then(|| Reason {
        part: "route".into(),
        key: "admin.catalogue.no_route".into(),
        params: std::collections::BTreeMap::new(),
    });
    blocked.chain(no_route).collect()
}

fn source_text<'a>(record: &'a Version, part: &str) -> &'a str {
    match part {
        "time_limit" => &record.limit_text,
        "fee" => &record.fee_text,
        "components" => &record.papers_text,
        "name" => &record.name,
        "field" => &record.field,
        _ => &record.note,
    }
}

#[derive(Serialize)]
struct ShowPage {
    editor_href: String,
    withdraw_href: String,
    reinstate_href: String,
    /// One for each tier it is handled at.
    rows: Vec<Row>,
    /// Withdrawn here by an administrator, and can be offered again.
    withdrawn: bool,
    may_edit: bool,
    source: String,
    note: String,
    unverified: Vec<String>,
    form: FormState,
}

async fn show(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    render(&app, &asked, &key, FormState::default(), StatusCode::OK).await
}

async fn render(app: &App, asked: &Req, key: &str, form: FormState, status: StatusCode) -> Answer {
    let registry = &asked.registry;
    let found: Vec<&Procedure> = registry.procedures.iter().filter(|procedure| procedure.key == key).collect();
    let first = *found.first().ok_or(Failure::NotFound)?;
    let of = key.to_owned();
    let withdrawn = app.db.read(move |tx| catalogue::is_withdrawn(tx, &of)).await?;
    let mut unverified: Vec<String> = Vec::new();
    for part in &first.record.unverified {
        if !unverified.contains(part) {
            unverified.push(part.clone());
        }
    }
    let shown = ShowPage {
        editor_href: format!("/admin/procedures/{}", percent(key)),
        withdraw_href: format!("/admin/catalogue/{}/withdraw", percent(key)),
        reinstate_href: format!("/admin/catalogue/{}/reinstate", percent(key)),
        rows: found.iter().map(|procedure| row(registry, procedure)).collect(),
        withdrawn,
        may_edit: asked.officer()?.has(Role::Administrator),
        source: first.record.source.clone(),
        note: first.record.note.clone(),
        unverified,
        form,
    };
    page_with(app, asked, status, "admin/procedure.html", shown)
}

async fn withdraw(State(app): State<App>, asked: Req, Path(key): Path<String>, form: Form) -> Answer {
    let reason = motcua_domain::text::clean(form.text("reason"));
    let error = match reason.chars().count() {
        0 => Some(FieldError::new("reason", "admin.catalogue.reason_missing")),
        n if n > REASON_MAX => {
            let sentence = Sentence::new("admin.catalogue.reason_too_long").with("max", REASON_MAX);
            Some(FieldError { field: "reason".into(), sentence })
        }
        _ => None,
    };
    if let Some(error) = error {
        return render(&app, &asked, &key, form.state(vec![error]), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (ctx, of) = (asked.ctx.clone(), key.clone());
    let done = app.db.write("catalogue.withdraw", move |tx| catalogue::withdraw(tx, &ctx, &of, &reason)).await;
    finish(&app, &asked, &key, &form, done, "admin.catalogue.was_withdrawn").await
}

async fn reinstate(State(app): State<App>, asked: Req, Path(key): Path<String>, form: Form) -> Answer {
    let (ctx, of) = (asked.ctx.clone(), key.clone());
    let done = app.db.write("catalogue.reinstate", move |tx| catalogue::reinstate(tx, &ctx, &of)).await;
    finish(&app, &asked, &key, &form, done, "admin.catalogue.was_reinstated").await
}

/// Takes the change in at once, so that the next page shows it; other processes follow within seconds.
async fn finish(app: &App, asked: &Req, key: &str, form: &Form, done: Result<(), Failure>, told: &str) -> Answer {
    match done {
        Ok(()) => {
            let (db, shelf, now) = (app.db.clone(), app.shelf.clone(), app.clock.now());
            tokio::task::spawn_blocking(move || shelf.refresh(&db, now)).await.map_err(Failure::fault)??;
            go(&format!("/admin/catalogue/{}", percent(key)), FlashKind::Success, told, &[])
        }
        Err(Failure::Refused(sentence)) => {
            let error = FieldError { field: String::new(), sentence };
            render(app, asked, key, form.state(vec![error]), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other),
    }
}
