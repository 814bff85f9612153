//! Passkeys of one's own account, and signing in by one. The browser's part is `assets/passkey.js`. Rule SIN-13.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use webauthn_rs::prelude::Webauthn;

use super::account::{changing, login};
use super::second_factor::may_add;
use super::sign_in::{self, Entry, proved};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page_with};
use crate::registry::identity::ceremony::{self, Kind};
use crate::registry::identity::{self, Way, passkey};

pub(super) const HOME: &str = "/account/passkeys";
const BEGIN: &str = "/account/passkeys/begin";
/// Where the sign-in page asks for something to sign, and sends what was signed.
pub(super) const ASK: &str = "/sign-in/passkey/begin";
pub(super) const ENTER: &str = "/sign-in/passkey";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(HOME, Access::Staff, home)
        .post(BEGIN, Access::Staff, begin)
        .post(HOME, Access::Staff, keep)
        .post("/account/passkeys/{id}/remove", Access::Staff, remove)
        .post(ASK, Access::Public, ask)
        .post(ENTER, Access::Public, enter)
}

fn site(app: &App) -> Result<Webauthn, Failure> {
    passkey::relying_party(&app.base_url).ok_or_else(|| Failure::refused("identity.no_passkeys_here"))
}

#[derive(Serialize)]
struct HomePage {
    form: FormState,
    login: String,
    /// Whether passkeys can work at this address at all.
    possible: bool,
    keys: Vec<Shown>,
    begin: &'static str,
    keep: &'static str,
    label_max: usize,
}

#[derive(Serialize)]
struct Shown {
    label: String,
    created_at: String,
    used_at: Option<String>,
    remove: String,
}

async fn home(State(app): State<App>, asked: Req) -> Answer {
    show(&app, &asked, &Form::default(), Vec::new(), StatusCode::OK).await
}

async fn show(app: &App, asked: &Req, form: &Form, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let account = login(asked)?.to_owned();
    let name = account.clone();
    let keys = app.db.read(move |tx| passkey::list(tx, &name)).await?;
    let shown = |key: passkey::Kept| Shown {
        remove: format!("{HOME}/{}/remove", key.id),
        label: key.label,
        created_at: key.created_at.to_string(),
        used_at: key.used_at.map(|at| at.to_string()),
    };
    let kept = Form::filled([("label", form.text("label").to_owned())]);
    let page = HomePage {
        form: kept.state(errors),
        login: account,
        possible: passkey::relying_party(&app.base_url).is_some(),
        keys: keys.into_iter().map(shown).collect(),
        begin: BEGIN,
        keep: HOME,
        label_max: passkey::LABEL_MAX,
    };
    page_with(app, asked, status, "identity/passkeys.html", page)
}

/// What the script of the page reads.
fn told(status: StatusCode, body: Value) -> Response {
    (status, axum::Json(body)).into_response()
}

fn problem(app: &App, asked: &Req, failure: Failure) -> Answer {
    let sentence = match failure {
        Failure::Invalid(errors) => errors.into_iter().next().map(|error| error.sentence),
        Failure::Refused(sentence) => Some(sentence),
        other => return Err(other),
    };
    let said = sentence.map(|sentence| app.pages.texts().say(asked.locale, &sentence.key, &sentence.params));
    Ok(told(StatusCode::UNPROCESSABLE_ENTITY, json!({ "problem": said })))
}

/// Asks the browser for a new key, once the password was shown again.
async fn begin(State(app): State<App>, asked: Req, form: Form) -> Answer {
    match asked_for_new(&app, &asked, &form).await {
        Ok((token, question)) => Ok(told(StatusCode::OK, json!({ "token": token, "asked": question }))),
        Err(failure) => problem(&app, &asked, failure),
    }
}

async fn asked_for_new(app: &App, asked: &Req, form: &Form) -> Result<(String, Value), Failure> {
    let account = login(asked)?.to_owned();
    let site = site(app)?;
    may_add(app, asked, form.exact("password")).await?;
    let name = asked.registry.account_name(&account).to_owned();
    let (ctx, now) = (asked.ctx.clone(), app.clock.now());
    app.db
        .write("identity.new_passkey", move |tx| {
            let known = passkey::list(tx, &account)?;
            let (question, state) = passkey::ask_for_new(&site, &account, &name, &known)?;
            Ok((ceremony::begin(tx, &ctx, Kind::NewPasskey, &account, &state, now)?, question))
        })
        .await
}

/// Keeps the key the browser has made. This session has shown it.
async fn keep(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let wrong = |error: FieldError| show(&app, &asked, &form, vec![error], StatusCode::UNPROCESSABLE_ENTITY);
    let (account, site, label) =
        (login(&asked)?.to_owned(), site(&app)?, motcua_domain::text::clean(form.text("label")));
    if label.is_empty() || label.chars().count() > passkey::LABEL_MAX {
        return wrong(FieldError::new("label", "identity.label_missing")).await;
    }
    let (token, answer) = (form.text("passkey_token").to_owned(), form.text("passkey_answer").to_owned());
    let (ctx, now, session) = (asked.ctx.clone(), app.clock.now(), asked.token.clone().unwrap_or_default());
    let kept = changing(&app, &asked, "passkey", move |tx| {
        let Some((owner, state)) = ceremony::take(tx, &token, Kind::NewPasskey, now)? else { return Ok(None) };
        if owner != account {
            return Ok(None);
        }
        match passkey::keep(tx, &ctx, &site, &account, &label, (&state, &answer), now)? {
            Some(()) => identity::prove_session(tx, &ctx, &session, Way::Passkey).map(Some),
            None => Ok(None),
        }
    })
    .await?;
    match kept {
        Some(session) => Ok(Entry::renewed(session, go(HOME, FlashKind::Success, "identity.passkey_kept", &[])?)),
        None => wrong(FieldError::new("label", "identity.passkey_failed")).await,
    }
}

async fn remove(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let account = login(&asked)?.to_owned();
    match proved(&app, &asked, &account, form.exact("current"), "current").await {
        Ok(()) => {}
        Err(Failure::Invalid(errors)) => {
            return show(&app, &asked, &Form::default(), errors, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(failure) => return Err(failure),
    }
    changing(&app, &asked, "passkey", move |tx| passkey::remove(tx, &account, &id)).await?;
    go(HOME, FlashKind::Success, "identity.passkey_removed", &[])
}

/// Asks the browser to sign in with a key of the account that was typed. Nothing here is guessed, so nothing is counted and
/// nobody is kept out. [SIN-13]
async fn ask(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let account = form.text("login").to_lowercase();
    if account.is_empty() {
        return problem(&app, &asked, Failure::refused("sign_in.login_missing"));
    }
    let site = match site(&app) {
        Ok(site) => site,
        Err(failure) => return problem(&app, &asked, failure),
    };
    let (ctx, now, decoy) = (asked.ctx.clone(), app.clock.now(), app.decoy_hash.clone());
    let (token, question) = app
        .db
        .write("identity.ask_passkey", move |tx| {
            let known = passkey::list(tx, &account)?;
            // Nobody can work out the key of an account that has none, and it is the same each time.
            let salt = identity::stored_hash(tx, &account)?.unwrap_or_else(|| decoy.clone());
            let (question, state) = passkey::ask(&site, &ctx, &account, &known, &salt)?;
            Ok((ceremony::begin(tx, &ctx, Kind::Passkey, &account, &state, now)?, question))
        })
        .await?;
    Ok(told(StatusCode::OK, json!({ "token": token, "asked": question })))
}

async fn enter(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (site, now) = (site(&app)?, app.clock.now());
    let (token, answer) = (form.text("passkey_token").to_owned(), form.text("passkey_answer").to_owned());
    let proved = app
        .db
        .write("identity.check_passkey", move |tx| {
            let Some((account, state)) = ceremony::take(tx, &token, Kind::Passkey, now)? else { return Ok(None) };
            let active = identity::stored_hash(tx, &account)?.is_some();
            let signed = passkey::check(tx, &site, &account, (&state, &answer), now)?;
            Ok((active && signed).then_some(account))
        })
        .await?;
    let Some(account) = proved else {
        let errors = vec![FieldError::new("login", "sign_in.passkey_wrong")];
        return sign_in::show(&app, &asked, &form, errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let entry = sign_in::enter(&app, &asked, &account, Way::Passkey).await?;
    Ok(entry.told_to(sign_in::go_on(&app, &asked, &form, &entry)?))
}
