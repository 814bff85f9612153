//! Who came in and who read which dossier, for whoever audits. [AUD-04]

use axum::extract::{Query, State};
use motcua_domain::identity::Role;
use serde::{Deserialize, Serialize};

use super::tracking::tidy_code;
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page};
use crate::record::dossier;
use crate::registry::audit::{self, Filter, Kind};

const READERS: &[Role] = &[Role::Auditor, Role::Administrator];
const PAGE: usize = 50;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/audit", Access::Roles(READERS), show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    login: String,
    code: String,
    kind: String,
    before: String,
}

#[derive(Serialize)]
struct AuditPage {
    form: FormState,
    kinds: Vec<&'static str>,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    unusual: &'static str,
}

#[derive(Serialize)]
struct Row {
    at: String,
    kind: &'static str,
    login: String,
    name: String,
    office: String,
    code: String,
    through: String,
    network: String,
}

async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (login, code) = (query.login.trim().to_lowercase(), tidy_code(&query.code));
    let (kind, before) = (Kind::parse(&query.kind), query.before.clone());
    let wanted = code.clone();
    let found = app
        .db
        .read(move |tx| {
            let dossier = match wanted.is_empty() {
                true => String::new(),
                // A code that is none fits no row.
                false => dossier::by_code(tx, &wanted)?.map_or_else(|| "-".to_owned(), |found| found.id),
            };
            let rows = audit::list(tx, &Filter { login, dossier, kind }, &before, PAGE + 1)?;
            let code = |tx: &mut _, id: &Option<String>| match id {
                Some(id) => Ok(dossier::by_id(tx, id)?.map(|found| found.dossier.code).unwrap_or_default()),
                None => Ok::<_, crate::platform::failure::Failure>(String::new()),
            };
            let mut coded = Vec::new();
            for row in rows {
                let code = code(tx, &row.entry.dossier)?;
                coded.push((row, code));
            }
            Ok(coded)
        })
        .await?;
    let here = format!(
        "/admin/audit?login={}&code={}&kind={}",
        percent(&query.login),
        percent(&query.code),
        percent(&query.kind)
    );
    let next = (found.len() > PAGE).then(|| found.get(PAGE - 1)).flatten();
    let shown = AuditPage {
        next: next.map(|(row, _)| format!("{here}&before={}", row.id)),
        first: (!query.before.is_empty()).then_some(here),
        rows: found.into_iter().take(PAGE).map(|(row, code)| shown(&asked, row, code)).collect(),
        unusual: "/admin/audit/unusual",
        kinds: Kind::ALL.map(Kind::as_str).to_vec(),
        form: Form::filled([("login", query.login), ("code", query.code), ("kind", query.kind)]).state(Vec::new()),
    };
    page(&app, &asked, "admin/audit.html", shown)
}

fn shown(asked: &Req, row: audit::Row, code: String) -> Row {
    let entry = row.entry;
    Row {
        at: entry.at.to_string(),
        kind: entry.kind.as_str(),
        name: asked.registry.account_name(&entry.login).to_owned(),
        office: asked.registry.office_name(&entry.office).to_owned(),
        login: entry.login,
        through: entry.through,
        network: entry.network,
        code,
    }
}
