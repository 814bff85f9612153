//! The pages of open data: what there is, and reckoning it anew in the browser. [OPN-01] [OPN-08]

use axum::extract::State;
use axum::http::{HeaderValue, header};
use serde::Serialize;

use super::{later, month_name, snapshot};
use crate::platform::web::{Answer, App, Req, page};

/// The module that reckons is compiled in the browser: what no other page may do. [OPN-08]
const RECKONS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
);

#[derive(Serialize)]
struct IndexPage {
    licence: String,
    licence_href: String,
    smallest: u32,
    /// First and last month of the figures, where one is over.
    from: Option<String>,
    to: Option<String>,
    /// Everything up to here is in them; nothing while they are being made.
    as_of: Option<String>,
    logs: Vec<File>,
    catalogue: &'static str,
    datasets: &'static str,
    csv: &'static str,
    json: &'static str,
    recompute: &'static str,
}

#[derive(Serialize)]
struct File {
    name: String,
    href: String,
}

pub(super) async fn index(State(app): State<App>, asked: Req) -> Answer {
    let found = snapshot(&app, &asked).await?;
    let site = &asked.registry.site;
    let span = found.as_ref().and_then(|found| found.span);
    let logs =
        found.as_ref().map(|found| super::figures::logs(&asked.registry, found, asked.ctx.now)).unwrap_or_default();
    let file = |href: String| File { name: href.rsplit('/').next().unwrap_or_default().to_owned(), href };
    let shown = IndexPage {
        licence: asked.text(&site.open.licence),
        licence_href: site.open.licence_url.clone(),
        smallest: site.open.smallest,
        from: span.map(|(from, _)| month_name(from)),
        to: span.map(|(_, to)| month_name(to)),
        as_of: found.as_ref().map(|found| found.taken_at.to_string()),
        logs: logs.into_iter().rev().map(file).collect(),
        catalogue: "/open/catalogue.jsonld",
        datasets: "/open/datasets.jsonld",
        csv: "/open/figures.csv",
        json: "/open/figures.json",
        recompute: "/open/recompute",
    };
    page(&app, &asked, "open/index.html", shown)
}

#[derive(Serialize)]
struct RecomputePage {
    open: &'static str,
    figures: &'static str,
    base: String,
    /// Names of the oldest and the newest log; empty where there is none.
    first: String,
    last: String,
}

pub(super) async fn recompute(State(app): State<App>, asked: Req) -> Answer {
    let Some(found) = snapshot(&app, &asked).await? else { return Ok(later()) };
    let logs = super::figures::logs(&asked.registry, &found, asked.ctx.now);
    let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (first, last) = (logs.first().map(name).unwrap_or_default(), logs.last().map(name).unwrap_or_default());
    let base = app.base_url.clone();
    let shown = RecomputePage { open: "/open", figures: "/open/figures.json", base, first, last };
    let mut answer = page(&app, &asked, "open/recompute.html", shown)?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, RECKONS);
    Ok(answer)
}
