//! Unusual reading, for whoever audits. [AUD-07]

use axum::extract::{Query, State};
use motcua_domain::identity::Role;
use serde::{Deserialize, Serialize};

use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page};
use crate::record::dossier;
use crate::record::readings::{self, Cursor, Rule, Unusual};

const READERS: &[Role] = &[Role::Auditor, Role::Administrator];
const PAGE: usize = 50;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/audit/unusual", Access::Roles(READERS), show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    rule: String,
    /// The last row of the page before: audit, rule and dossier.
    before: String,
}

#[derive(Serialize)]
struct UnusualPage {
    form: FormState,
    rules: Vec<&'static str>,
    rows: Vec<Row>,
    log: &'static str,
    first: Option<String>,
    next: Option<String>,
    one_person_days: u32,
}

#[derive(Serialize)]
struct Row {
    rule: &'static str,
    day: String,
    name: String,
    office: String,
    code: String,
    times: i64,
    usual: i64,
    /// The rows of the log behind it.
    href: String,
}

async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (rule, before) = (Rule::parse(&query.rule), cursor(&query.before));
    let found = app
        .db
        .read(move |tx| {
            let mut coded = Vec::new();
            for unusual in readings::unusual(tx, rule, before.as_ref(), PAGE + 1)? {
                let code = dossier::by_id(tx, &unusual.dossier)?.map(|found| found.dossier.code);
                coded.push((unusual, code.unwrap_or_default()));
            }
            Ok(coded)
        })
        .await?;
    let here = format!("/admin/audit/unusual?rule={}", rule.map(Rule::as_str).unwrap_or_default());
    let last = (found.len() > PAGE).then(|| found.get(PAGE - 1)).flatten();
    let next = last.map(|(last, _)| format!("{here}&before={}.{}.{}", last.audit, last.rule.as_str(), last.dossier));
    let shown = UnusualPage {
        next,
        first: (!query.before.is_empty()).then_some(here),
        rows: found.into_iter().take(PAGE).map(|(unusual, code)| row(&asked, &unusual, code)).collect(),
        rules: Rule::ALL.map(Rule::as_str).to_vec(),
        form: Form::filled([("rule", query.rule)]).state(Vec::new()),
        log: "/admin/audit",
        one_person_days: asked.registry.site.readings.one_person_days,
    };
    page(&app, &asked, "admin/unusual.html", shown)
}

fn cursor(text: &str) -> Option<Cursor> {
    let (audit, rest) = text.split_once('.')?;
    let (rule, dossier) = rest.split_once('.')?;
    Some(Cursor { audit: audit.to_owned(), rule: rule.to_owned(), dossier: dossier.to_owned() })
}

fn row(asked: &Req, unusual: &Unusual, code: String) -> Row {
    let href = format!("/admin/audit?login={}&kind=read&code={}", percent(&unusual.login), percent(&code));
    Row {
        rule: unusual.rule.as_str(),
        day: asked.locale.date(unusual.day),
        name: asked.registry.account_name(&unusual.login).to_owned(),
        office: asked.registry.office_name(&unusual.office).to_owned(),
        code,
        times: unusual.times,
        usual: unusual.usual,
        href,
    }
}
