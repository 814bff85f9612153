//! The public page of a procedure as it would be with the draft.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::{base, known, no_draft};
use crate::platform::failure::Failure;
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, Req, page_with};
use crate::view::public::procedure;

#[derive(Serialize)]
struct PreviewPage {
    #[serde(flatten)]
    page: procedure::ProcedurePage,
    back: String,
    /// The same at the other tiers.
    tiers: Vec<Tier>,
}

#[derive(Serialize)]
struct Tier {
    tier: &'static str,
    href: String,
    current: bool,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    let known = known(&app, &asked, &key).await?;
    let Some(draft) = &known.draft else { return no_draft(&key) };
    let query = Form::read(asked.path.split_once('?').map_or("", |(_, query)| query));
    let procedures = asked.registry.with_record(&key, &draft.body);
    let wanted = procedures.iter().find(|one| one.tier.as_str() == query.text("tier")).or(procedures.first());
    let procedure = wanted.ok_or(Failure::NotFound)?;
    let tiers = procedures.iter().map(|one| Tier {
        tier: one.tier.as_str(),
        href: format!("{}/preview?tier={}", base(&key), one.tier.as_str()),
        current: one.tier == procedure.tier,
    });
    let shown =
        PreviewPage { page: procedure::build(&app, &asked, procedure)?, back: base(&key), tiers: tiers.collect() };
    page_with(&app, &asked, StatusCode::OK, "editor/preview.html", shown)
}
