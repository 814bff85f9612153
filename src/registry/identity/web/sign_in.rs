//! Signing in and out. What somebody had typed before their session ended is carried through the sign-in. [ACC-04]

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde_json::json;

use super::passkeys;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{
    Access, Answer, App, DEVICE_COOKIE, FormState, Req, Routes, SESSION_COOKIE, csrf, page_with,
};
use crate::registry::audit;
use crate::registry::identity::ceremony::{self, Kind};
use crate::registry::identity::{self, Device, Guesser, Way, passkey, second_factor};

const CODE: &str = "/sign-in/code";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Access::Public, page)
        .post("/sign-in", Access::Public, sign_in)
        .post(CODE, Access::Public, code)
        .post("/sign-out", Access::Staff, sign_out)
}

async fn page(State(app): State<App>, asked: Req) -> Answer {
    show(&app, &asked, &Form::default(), Vec::new(), StatusCode::OK)
}

pub(super) fn show(app: &App, asked: &Req, form: &Form, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let mut state = form.state(errors);
    // A password is never sent back.
    state.values.remove("password");
    let page = page_of(app, state, form.text("resume_path"), form.text("resume_body"), false);
    page_with(app, asked, status, "identity/sign_in.html", page)
}

/// The page of the sign-in; it is also the answer to whoever asks for something without one.
pub fn page_of(
    app: &App,
    form: FormState,
    resume_path: &str,
    resume_body: &str,
    lost_files: bool,
) -> serde_json::Value {
    json!({ "form": form, "resume_path": resume_path, "resume_body": resume_body, "lost_files": lost_files,
        "passkeys": passkey::relying_party(&app.base_url).is_some(), "passkey_ask": passkeys::ASK,
        "passkey_enter": passkeys::ENTER })
}

async fn sign_in(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (login, password) = (form.text("login").to_lowercase(), form.exact("password").to_owned());
    match open(&app, &asked, login, password, None).await {
        Ok(Opening::Entered(entry)) => Ok(entry.told_to(go_on(&app, &asked, &form, &entry)?)),
        Ok(Opening::CodeNeeded(token)) => show_code(&app, &asked, &form, &token, Vec::new(), StatusCode::OK),
        Err(Failure::Invalid(errors)) => show(&app, &asked, &form, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(failure) => Err(failure),
    }
}

fn show_code(app: &App, asked: &Req, form: &Form, token: &str, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let page = json!({ "form": Form::default().state(errors), "action": CODE, "token": token,
        "resume_path": form.text("resume_path"), "resume_body": form.text("resume_body") });
    page_with(app, asked, status, "identity/code.html", page)
}

/// The second half of a sign-in: the code of a telephone, or a recovery code.
async fn code(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (token, now) = (form.text("token").to_owned(), app.clock.now());
    let name = token.clone();
    let login = app.db.write("identity.code_tried", move |tx| ceremony::tried(tx, &name, Kind::Code, now)).await?;
    let Some(login) = login else {
        let errors = vec![FieldError::new("login", "sign_in.code_too_late")];
        return show(&app, &asked, &form, errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    match code_fits(&app, &asked, &login, form.text("code")).await {
        Ok(()) => {}
        Err(Failure::Invalid(errors)) => {
            return show_code(&app, &asked, &form, &token, errors, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(failure) => return Err(failure),
    }
    app.db.write("identity.code_done", move |tx| ceremony::take(tx, &token, Kind::Code, now)).await?;
    settled(&app, guesser(&app, &asked, &login).await?).await?;
    let entry = enter(&app, &asked, &login, Way::Code).await?;
    Ok(entry.told_to(go_on(&app, &asked, &form, &entry)?))
}

/// How far a password leads.
pub enum Opening {
    Entered(Entry),
    /// The password was right; with this token the code is shown.
    CodeNeeded(String),
}

/// What a sign-in hands to the browser.
pub struct Entry {
    /// The token of the session.
    pub session: String,
    /// The cookie by which the device is known again.
    pub device: String,
}

/// How long a browser keeps the cookie of a known device: 180 days. [SIN-06]
const DEVICE_SECONDS: u32 = 180 * 24 * 60 * 60;

impl Entry {
    /// The answer to a session whose token has changed.
    pub(super) fn renewed(session: String, mut response: Response) -> Response {
        if let Ok(cookie) = session_cookie(&session).parse() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    pub(super) fn told_to(&self, mut response: Response) -> Response {
        let session = session_cookie(&self.session);
        let device =
            format!("{DEVICE_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={DEVICE_SECONDS}", self.device);
        for cookie in [session, device].iter().filter_map(|cookie| cookie.parse().ok()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Checks the password, and the code where the account has one, and opens a session; for the form and for the API, which
/// sends both at once. Unknown logins and wrong passwords look alike.
pub async fn open(
    app: &App,
    asked: &Req,
    login: String,
    password: String,
    code: Option<&str>,
) -> Result<Opening, Failure> {
    let guesser = admitted(app, asked, &login, "password").await?;
    if !knows(app, &login, &password).await? {
        failed(app, asked, &login, "password").await?;
        return Err(Failure::Invalid(vec![FieldError::new("password", "sign_in.wrong")]));
    }
    let (ctx, now, name) = (asked.ctx.clone(), app.clock.now(), login.clone());
    if !app.db.read(move |tx| second_factor::is_set(tx, &name)).await? {
        settled(app, guesser).await?;
        return enter(app, asked, &login, Way::Password).await.map(Opening::Entered);
    }
    match code {
        Some(code) => {
            code_fits(app, asked, &login, code).await?;
            settled(app, guesser).await?;
            enter(app, asked, &login, Way::Code).await.map(Opening::Entered)
        }
        None => {
            let begun = move |tx: &mut Tx| ceremony::begin(tx, &ctx, Kind::Code, &login, "", now);
            app.db.write("identity.code_asked", begun).await.map(Opening::CodeNeeded)
        }
    }
}

/// Whether a code fits; a wrong one is counted before it is checked. [SIN-12]
pub(super) async fn code_fits(app: &App, asked: &Req, login: &str, code: &str) -> Result<(), Failure> {
    let (guesser, code, now) = (guesser(app, asked, login).await?, code.to_owned(), app.clock.now());
    let guesses = guesser.code();
    let wait = app
        .db
        .write("identity.check_code", move |tx| {
            if let Some(until) = guesses.admit(tx, now)? {
                return Ok(Err(Some(until)));
            }
            if !second_factor::check(tx, &guesser.login, &code, now)? {
                return Ok(Err(None));
            }
            guesses.right(tx, now)?;
            Ok(Ok(()))
        })
        .await?;
    match wait {
        Ok(()) => Ok(()),
        Err(Some(until)) => Err(blocked(asked, "code", until)),
        Err(None) => {
            failed(app, asked, login, "code").await?;
            Err(Failure::Invalid(vec![FieldError::new("code", "identity.code_wrong")]))
        }
    }
}

fn session_cookie(token: &str) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax")
}

/// Whoever changes how an account is entered shows its password again; a session left open is not enough. Its guesses count
/// like those at the door.
pub(super) async fn proved(app: &App, asked: &Req, login: &str, password: &str, field: &str) -> Result<(), Failure> {
    let guesser = admitted(app, asked, login, field).await?;
    if !knows(app, login, password).await? {
        failed(app, asked, login, "password").await?;
        return Err(Failure::Invalid(vec![FieldError::new(field, "identity.password_wrong")]));
    }
    settled(app, guesser).await
}

/// The guess was right: what was counted for it is given back.
async fn settled(app: &App, guesser: Guesser) -> Result<(), Failure> {
    let (guesses, now) = (guesser.password(), app.clock.now());
    app.db.write("identity.right", move |tx| guesses.right(tx, now)).await
}

async fn knows(app: &App, login: &str, password: &str) -> Result<bool, Failure> {
    let (login, password, decoy) = (login.to_owned(), password.to_owned(), app.decoy_hash.clone());
    let hash = app.db.read(move |tx| identity::stored_hash(tx, &login)).await?;
    // Checking is slow on purpose and must not hold up other requests.
    tokio::task::spawn_blocking(move || identity::check_password(&password, hash.as_deref(), &decoy))
        .await
        .map_err(Failure::fault)?
}

/// Who guesses, from which device.
async fn guesser(app: &App, asked: &Req, login: &str) -> Result<Guesser, Failure> {
    let (login, address, shown, now) = (login.to_owned(), asked.client.clone(), asked.device.clone(), app.clock.now());
    app.db
        .read(move |tx| Ok(Guesser { device: identity::known_device(tx, &shown, &login, now)?, login, address }))
        .await
}

/// A wrong password or code. The login is noted only if there is such an account: people type passwords there. [AUD-03]
async fn failed(app: &App, asked: &Req, login: &str, through: &str) -> Result<(), Failure> {
    let name = login.to_owned();
    let known = app.db.read(move |tx| identity::stored_hash(tx, &name)).await?.is_some();
    let login = if known { login } else { "" };
    let network = identity::network(&asked.client);
    app.audit.note(&app.ids, audit::Entry::new(app.clock.now(), audit::Kind::SignInFailed, login, through, &network));
    Ok(())
}

/// Counts the guess before it is checked; whoever guessed too often is told until when they must wait. [SIN-06]
async fn admitted(app: &App, asked: &Req, login: &str, field: &str) -> Result<Guesser, Failure> {
    let (guesser, now) = (guesser(app, asked, login).await?, app.clock.now());
    let guesses = guesser.password();
    match app.db.write("identity.guess", move |tx| guesses.admit(tx, now)).await? {
        Some(until) => Err(blocked(asked, field, until)),
        None => Ok(guesser),
    }
}

fn blocked(asked: &Req, field: &str, until: Timestamp) -> Failure {
    let mut error = FieldError::new(field, "sign_in.blocked");
    error.sentence = error.sentence.with("until", asked.locale.date_time(asked.registry.local(until)));
    Failure::Invalid(vec![error])
}

/// Opens the session of somebody who has proved who they are. The one shown with the request ends: a token that was known
/// before the sign-in is worth nothing after it. [SIN-01]
pub(super) async fn enter(app: &App, asked: &Req, login: &str, way: Way) -> Result<Entry, Failure> {
    let now = app.clock.now();
    let (ctx, site) = (asked.ctx.clone(), asked.registry.site.sign_in.clone());
    let (login, before, shown) = (login.to_owned(), asked.token.clone(), asked.device.clone());
    let device = Device::of(&asked.client, &asked.agent);
    let officer = asked.registry.officer(login.as_str(), asked.registry.local(asked.ctx.now).date());
    let entry =
        audit::Entry::new(now, audit::Kind::SignedIn, &login, way.as_str(), &device.network).of(officer.as_ref());
    app.db
        .write("identity.sign_in", move |tx| {
            if let Some(before) = &before {
                identity::close_session(tx, before)?;
            }
            audit::record(tx, &ctx.ids, &entry)?;
            let session = identity::open_session_from(tx, &ctx, &login, &device, way, &site, now)?;
            let device = identity::remember_device(tx, &ctx, &shown, &login, now)?;
            Ok(Entry { session, device })
        })
        .await
}

/// To where they wanted to go; a form they had typed is shown as one button that sends it again.
pub(super) fn go_on(app: &App, asked: &Req, form: &Form, entry: &Entry) -> Answer {
    let (path, body) = (form.text("resume_path"), form.text("resume_body"));
    // Only a path of ours: never an address that a foreign link put there.
    let path = if path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') { path } else { "/desk" };
    if body.is_empty() {
        return Ok(Redirect::to(path).into_response());
    }
    // The frame still knows no session: the form gets the token of the one that has just begun.
    let fields = csrf::of_session(Form::read(body).pairs(), &entry.session);
    page_with(app, asked, StatusCode::OK, "identity/resume.html", json!({ "action": path, "fields": fields }))
}

/// Ends the session, and notes it.
pub async fn leave(app: &App, asked: &Req, token: String) -> Result<(), Failure> {
    let (ids, entry) = (app.ids.clone(), asked.audit(app.clock.now(), audit::Kind::SignedOut, ""));
    app.db
        .write("identity.sign_out", move |tx| {
            audit::record(tx, &ids, &entry)?;
            identity::close_session(tx, &token)
        })
        .await
}

async fn sign_out(State(app): State<App>, asked: Req) -> Answer {
    if let Some(token) = asked.token.clone() {
        leave(&app, &asked, token).await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    let response: Response = ([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response();
    Ok(response)
}
