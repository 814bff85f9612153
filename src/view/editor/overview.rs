//! Where a procedure stands: what is in force, what is to come, what is being worked on, and who did what when and why.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::exam::EXAMPLES_MAX;
use serde::Serialize;

use super::{Head, Known, base, change, known, reason, today, was_slower, words};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::registry::editor::{self, Act, Draft, Part};
use crate::registry::versions::{self, Edition, Origin};

/// Acts shown on the page.
const ACTS_SHOWN: usize = 50;

#[derive(Serialize)]
struct OverviewPage {
    head: Head,
    held: Version,
    coming: Vec<Version>,
    earlier: Vec<Version>,
    /// Where everybody sees it, one for each tier.
    public: Vec<Public>,
    draft: Option<DraftShown>,
    acts: Vec<ActShown>,
    form: FormState,
    seen: i64,
}

#[derive(Serialize)]
struct Public {
    tier: &'static str,
    href: String,
}

#[derive(Serialize)]
struct Version {
    number: u32,
    valid_from: String,
    origin: Origin,
    published_at: String,
    published_by: String,
    reason: String,
    examples: usize,
    href: String,
}

#[derive(Serialize)]
struct DraftShown {
    based_on: u32,
    valid_from: Option<String>,
    changed_at: String,
    changed_by: String,
    parts: Vec<PartShown>,
    /// How many reasons keep it from being published now.
    faults: usize,
    examples: usize,
}

#[derive(Serialize)]
struct PartShown {
    key: &'static str,
    href: String,
    said: String,
}

#[derive(Serialize)]
struct ActShown {
    at: String,
    by: String,
    what: String,
    version: Option<u32>,
    valid_from: Option<String>,
    reason: String,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    render(&app, &asked, &key, FormState::default(), StatusCode::OK).await
}

async fn render(app: &App, asked: &Req, key: &str, form: FormState, status: StatusCode) -> Answer {
    let known = known(app, asked, key).await?;
    let of = key.to_owned();
    let acts = app.db.read(move |tx| editor::history(tx, &of)).await?;
    let held = known.held(asked)?;
    let coming: Vec<&Edition> =
        versions::coming(&known.editions, today(asked)).filter(|edition| edition.number != held.number).collect();
    let is_earlier =
        |edition: &&Edition| edition.number != held.number && !coming.iter().any(|c| c.number == edition.number);
    let public = asked.registry.procedures.iter().filter(|procedure| procedure.key == key).map(|procedure| Public {
        tier: procedure.tier.as_str(),
        href: format!("/procedures/{}/{}", procedure.tier.as_str(), percent(key)),
    });
    let page = OverviewPage {
        head: known.head(asked, key)?,
        held: version(asked, key, held),
        coming: coming.iter().map(|edition| version(asked, key, edition)).collect(),
        earlier: known.editions.iter().rev().filter(is_earlier).map(|edition| version(asked, key, edition)).collect(),
        public: public.collect(),
        draft: known.draft.as_ref().map(|draft| draft_shown(app, asked, key, &known, draft)).transpose()?,
        acts: acts.iter().take(ACTS_SHOWN).map(|act| act_shown(app, asked, act)).collect(),
        form,
        seen: known.draft.as_ref().map_or(0, |draft| draft.version),
    };
    page_with(app, asked, status, "editor/overview.html", page)
}

fn version(asked: &Req, key: &str, edition: &Edition) -> Version {
    let at = edition.published_at.map(|at| asked.locale.date_time(asked.registry.local(at)));
    Version {
        number: edition.number,
        valid_from: asked.locale.date(edition.valid_from),
        origin: edition.origin,
        published_at: at.unwrap_or_default(),
        published_by: edition.published_by.as_deref().map_or_else(String::new, |by| account(asked, by)),
        reason: edition.reason.clone(),
        examples: edition.record.examples.len(),
        href: format!("{}/versions/{}", base(key), edition.number),
    }
}

fn account(asked: &Req, login: &str) -> String {
    asked.registry.account_name(login).to_owned()
}

fn draft_shown(app: &App, asked: &Req, key: &str, known: &Known, draft: &Draft) -> Result<DraftShown, Failure> {
    let faults = editor::faults(&asked.registry, draft, &known.editions, draft.valid_from, today(asked));
    let parts = Part::ALL.map(|part| {
        Ok(PartShown {
            key: part.as_str(),
            href: format!("{}/edit/{}", base(key), part.as_str()),
            said: said(app, asked, key, draft, part)?,
        })
    });
    Ok(DraftShown {
        based_on: draft.based_on,
        valid_from: draft.valid_from.map(|day| asked.locale.date(day)),
        changed_at: asked.locale.date_time(asked.registry.local(draft.changed_at)),
        changed_by: account(asked, &draft.changed_by),
        parts: parts.into_iter().collect::<Result<_, Failure>>()?,
        faults: faults.len(),
        examples: draft.body.examples.len(),
    })
}

/// What a part says now, in one line.
fn said(app: &App, asked: &Req, key: &str, draft: &Draft, part: Part) -> Result<String, Failure> {
    let body = &draft.body;
    let count =
        |key: &str, count: usize| app.pages.texts().get(asked.locale, key, [("count", count.to_string().as_str())]);
    Ok(match part {
        Part::Texts => body.field.clone(),
        Part::Limits => {
            let limits = body.limits.iter().map(|limit| words::limit(app, asked, limit));
            limits.collect::<Result<Vec<_>, Failure>>()?.join("; ")
        }
        Part::Fees => body.fees.iter().map(|fee| words::fee(app, asked, fee)).collect::<Vec<_>>().join("; "),
        Part::Papers => count("editor.papers_count", body.papers.len()),
        Part::Route => {
            let procedures = asked.registry.with_record(key, body);
            let route = procedures.first().and_then(|procedure| asked.registry.route_as_written(procedure));
            let steps =
                count("editor.steps_count", motcua_domain::routing::all_steps(route.unwrap_or_default()).count());
            let whose = if body.route.is_some() { "editor.route_own" } else { "editor.route_common" };
            format!("{steps} ({})", words::text(app, asked, whose))
        }
        Part::Examples => count("editor.examples_count", body.examples.len().min(EXAMPLES_MAX)),
    })
}

fn act_shown(app: &App, asked: &Req, act: &Act) -> ActShown {
    let what = if act.part.is_empty() { act.kind.clone() } else { format!("{} {}", act.kind, act.part) };
    ActShown {
        at: asked.locale.date_time(asked.registry.local(act.at)),
        by: account(asked, &act.by),
        what: words::act(app, asked, &what),
        version: act.version,
        valid_from: act.valid_from.map(|day| asked.locale.date(day)),
        reason: act.reason.clone(),
    }
}

pub(super) async fn begin(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    known(&app, &asked, &key).await?;
    let (ctx, of, today) = (asked.ctx.clone(), key.clone(), today(&asked));
    change(&app, &asked, "draft.begin", move |tx, _| editor::begin(tx, &ctx, &of, today)).await?;
    go(&base(&key), FlashKind::Success, "editor.begun", &[])
}

pub(super) async fn discard(State(app): State<App>, asked: Req, Path(key): Path<String>, form: Form) -> Answer {
    known(&app, &asked, &key).await?;
    let why = match reason(form.text("reason"), "editor.discard_reason_missing") {
        Ok(why) => why,
        Err(error) => {
            let state = form.state(vec![error]);
            return render(&app, &asked, &key, state, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let seen = form.text("seen").parse().unwrap_or(0);
    let (ctx, of) = (asked.ctx.clone(), key.clone());
    let done = change(&app, &asked, "draft.discard", move |tx, _| editor::discard(tx, &ctx, &of, seen, &why)).await;
    match done {
        Ok(()) => go(&base(&key), FlashKind::Success, "editor.discarded", &[]),
        Err(Failure::Refused(sentence)) if was_slower(&sentence) => {
            let errors = words::told(&app, &asked, "", vec![FieldError { field: String::new(), sentence }]);
            render(&app, &asked, &key, form.state(errors), StatusCode::CONFLICT).await
        }
        Err(other) => Err(other),
    }
}
