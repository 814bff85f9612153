//! One's own account: where one is signed in, and another password.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::identity::Officer;
use serde::Serialize;

use super::sign_in::proved;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page, page_with};
use crate::registry::audit::{self, Kind};
use crate::registry::identity::{self, Opened, PASSWORD_LONGEST, PASSWORD_SHORTEST, UnfitPassword};

const HOME: &str = "/account";
const PASSWORD: &str = "/account/password";
const END_OTHERS: &str = "/account/sessions/end";

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(HOME, Access::Staff, devices)
        .post("/account/sessions/{id}/end", Access::Staff, end_one)
        .post(END_OTHERS, Access::Staff, end_others)
        .get(PASSWORD, Access::Staff, password)
        .post(PASSWORD, Access::Staff, change)
}

#[derive(Serialize)]
struct DevicesPage {
    login: String,
    devices: Vec<Shown>,
    end_others: &'static str,
    password: &'static str,
    second_factor: &'static str,
    passkeys: &'static str,
}

/// A device that is signed in, in words.
#[derive(Serialize)]
struct Shown {
    browser: String,
    system: String,
    network: String,
    way: &'static str,
    opened_at: String,
    seen_at: String,
    is_this: bool,
    end: String,
}

async fn devices(State(app): State<App>, asked: Req) -> Answer {
    let login = login(&asked)?.to_owned();
    let (name, site, now) = (login.clone(), asked.registry.site.sign_in.clone(), app.clock.now());
    let opened = app.db.read(move |tx| identity::sessions(tx, &name, &site, now)).await?;
    let this = asked.session.as_ref().map(|session| session.id.clone()).unwrap_or_default();
    let devices = opened.into_iter().map(|session| shown(session, &this)).collect();
    let page_of = DevicesPage {
        login,
        devices,
        end_others: END_OTHERS,
        password: PASSWORD,
        second_factor: super::second_factor::HOME,
        passkeys: super::passkeys::HOME,
    };
    page(&app, &asked, "identity/account.html", page_of)
}

fn shown(session: Opened, this: &str) -> Shown {
    let (browser, system) = session.browser.split_once('/').unwrap_or_default();
    Shown {
        browser: browser.to_owned(),
        system: system.to_owned(),
        network: session.network,
        way: session.way.as_str(),
        opened_at: session.opened_at.to_string(),
        seen_at: session.seen_at.to_string(),
        is_this: session.id == this,
        end: format!("/account/sessions/{}/end", session.id),
    }
}

async fn end_one(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let login = login(&asked)?.to_owned();
    changing(&app, &asked, "sessions", move |tx| identity::close_session_of(tx, &login, &id)).await?;
    go(HOME, FlashKind::Success, "identity.ended", &[])
}

/// Signs out everywhere else; whoever wants to be out here too has the button on every page. [SIN-04]
async fn end_others(State(app): State<App>, asked: Req) -> Answer {
    let (login, this) = (login(&asked)?.to_owned(), this(&asked));
    changing(&app, &asked, "sessions", move |tx| identity::close_other_sessions(tx, &login, &this)).await?;
    go(HOME, FlashKind::Success, "identity.ended_others", &[])
}

async fn password(State(app): State<App>, asked: Req) -> Answer {
    show(&app, &asked, Vec::new(), StatusCode::OK)
}

#[derive(Serialize)]
struct PasswordPage {
    form: FormState,
    login: String,
    shortest: usize,
}

fn show(app: &App, asked: &Req, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    // Passwords are never sent back.
    let form = Form::default().state(errors);
    let page = PasswordPage { form, login: login(asked)?.to_owned(), shortest: PASSWORD_SHORTEST };
    page_with(app, asked, status, "identity/password.html", page)
}

/// Another password: whoever is signed in elsewhere is out, and only this device is still known. [SIN-05]
async fn change(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let account = login(&asked)?.to_owned();
    let wrong = |errors| show(&app, &asked, errors, StatusCode::UNPROCESSABLE_ENTITY);
    let new = form.exact("new").to_owned();
    if let Err(errors) = fits(&asked, &account, &new, form.exact("again")) {
        return wrong(errors);
    }
    match proved(&app, &asked, &account, form.exact("current"), "current").await {
        Ok(()) => {}
        Err(Failure::Invalid(errors)) => return wrong(errors),
        Err(failure) => return Err(failure),
    }
    let hash = tokio::task::spawn_blocking(move || identity::hash_password(&new)).await.map_err(Failure::fault)??;
    let (this, device) = (this(&asked), asked.device.clone());
    changing(&app, &asked, "password", move |tx| {
        identity::change_password(tx, &account, &hash)?;
        identity::forget_other_devices(tx, &account, &device)?;
        identity::close_other_sessions(tx, &account, &this)
    })
    .await?;
    go(HOME, FlashKind::Success, "identity.password_changed", &[])
}

fn fits(asked: &Req, login: &str, new: &str, again: &str) -> Result<(), Vec<FieldError>> {
    let sentence = match identity::fit(new, login, &asked.registry.site.id) {
        Err(UnfitPassword::Short) => Sentence::new("identity.password_short").with("min", PASSWORD_SHORTEST),
        Err(UnfitPassword::Long) => Sentence::new("form.too_long").with("max", PASSWORD_LONGEST),
        Err(UnfitPassword::Obvious) => Sentence::new("identity.password_obvious"),
        Ok(()) if new != again => return Err(vec![FieldError::new("again", "identity.password_again")]),
        Ok(()) => return Ok(()),
    };
    Err(vec![FieldError { field: "new".into(), sentence }])
}

/// A change of one's own account, with its row of the audit in the same transaction. [AUD-03]
pub(super) async fn changing<T: Send + 'static>(
    app: &App,
    asked: &Req,
    what: &'static str,
    mut work: impl FnMut(&mut Tx) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let (ids, entry) = (app.ids.clone(), asked.audit(app.clock.now(), Kind::AccountChanged, what));
    app.db
        .write("identity.change", move |tx| {
            let done = work(tx)?;
            audit::record(tx, &ids, &entry)?;
            Ok(done)
        })
        .await
}

/// Whose account it is. A machine with a key has none to look after.
pub(super) fn login(asked: &Req) -> Result<&str, Failure> {
    let Officer { account, .. } = asked.officer()?;
    match &asked.session {
        Some(session) if !session.id.is_empty() => Ok(account),
        _ => Err(Failure::Forbidden),
    }
}

fn this(asked: &Req) -> String {
    asked.session.as_ref().map(|session| session.id.clone()).unwrap_or_default()
}
