//! Signing in and out. What somebody had typed before their session ended is carried through the sign-in. [ACC-04]

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, DEVICE_COOKIE, Req, Routes, SESSION_COOKIE, page_with};
use crate::registry::identity::{self, Device, Guesser, Way};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/sign-in", Access::Public, page).post("/sign-in", Access::Public, sign_in).post(
        "/sign-out",
        Access::Staff,
        sign_out,
    )
}

async fn page(State(app): State<App>, asked: Req) -> Answer {
    show(&app, &asked, &Form::default(), Vec::new(), StatusCode::OK)
}

fn show(app: &App, asked: &Req, form: &Form, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let mut state = form.state(errors);
    // A password is never sent back.
    state.values.remove("password");
    let page = json!({ "form": state, "resume_path": form.text("resume_path"), "resume_body": form.text("resume_body"),
        "lost_files": false });
    page_with(app, asked, status, "identity/sign_in.html", page)
}

async fn sign_in(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (login, password) = (form.text("login").to_lowercase(), form.exact("password").to_owned());
    let entry = match open(&app, &asked, login, password).await {
        Ok(entry) => entry,
        Err(Failure::Invalid(errors)) => return show(&app, &asked, &form, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(failure) => return Err(failure),
    };
    Ok(entry.told_to(go_on(&app, &asked, &form)?))
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
    fn told_to(&self, mut response: Response) -> Response {
        let session = format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax", self.session);
        let device =
            format!("{DEVICE_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={DEVICE_SECONDS}", self.device);
        for cookie in [session, device].iter().filter_map(|cookie| cookie.parse().ok()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Checks the password and opens a session; for the form and for the API. Unknown logins and wrong passwords look alike.
pub async fn open(app: &App, asked: &Req, login: String, password: String) -> Result<Entry, Failure> {
    let guesser = admitted(app, asked, &login, "password").await?;
    if !knows(app, &login, &password).await? {
        return Err(Failure::Invalid(vec![FieldError::new("password", "sign_in.wrong")]));
    }
    enter(app, asked, guesser, Way::Password).await
}

/// Whoever changes how an account is entered shows its password again; a session left open is not enough. Its guesses count
/// like those at the door.
pub(super) async fn proved(app: &App, asked: &Req, login: &str, password: &str, field: &str) -> Result<(), Failure> {
    let guesser = admitted(app, asked, login, field).await?;
    if !knows(app, login, password).await? {
        return Err(Failure::Invalid(vec![FieldError::new(field, "identity.password_wrong")]));
    }
    let now = app.clock.now();
    app.db.write("identity.proved", move |tx| identity::right_sign_in(tx, &guesser, now)).await
}

async fn knows(app: &App, login: &str, password: &str) -> Result<bool, Failure> {
    let (login, password, decoy) = (login.to_owned(), password.to_owned(), app.decoy_hash.clone());
    let hash = app.db.read(move |tx| identity::stored_hash(tx, &login)).await?;
    // Checking is slow on purpose and must not hold up other requests.
    tokio::task::spawn_blocking(move || identity::check_password(&password, hash.as_deref(), &decoy))
        .await
        .map_err(Failure::fault)
}

/// Counts the guess before it is checked; whoever guessed too often is told until when they must wait. [SIN-06]
async fn admitted(app: &App, asked: &Req, login: &str, field: &str) -> Result<Guesser, Failure> {
    let now = app.clock.now();
    let (login, address, shown) = (login.to_owned(), asked.client.clone(), asked.device.clone());
    let (guesser, wait) = app
        .db
        .write("identity.guess", move |tx| {
            let device = identity::known_device(tx, &shown, &login, now)?;
            let guesser = Guesser { login: login.clone(), address: address.clone(), device };
            let wait = identity::admit(tx, &guesser, now)?;
            Ok((guesser, wait))
        })
        .await?;
    let Some(until) = wait else { return Ok(guesser) };
    let mut error = FieldError::new(field, "sign_in.blocked");
    error.sentence = error.sentence.with("until", asked.locale.date_time(asked.registry.local(until)));
    Err(Failure::Invalid(vec![error]))
}

/// Opens the session of somebody who has proved who they are. The one shown with the request ends: a token that was known
/// before the sign-in is worth nothing after it. [SIN-01]
async fn enter(app: &App, asked: &Req, guesser: Guesser, way: Way) -> Result<Entry, Failure> {
    let now = app.clock.now();
    let (ctx, site) = (asked.ctx.clone(), asked.registry.site.sign_in.clone());
    let (before, shown) = (asked.token.clone(), asked.device.clone());
    let device = Device::of(&asked.client, &asked.agent);
    app.db
        .write("identity.sign_in", move |tx| {
            identity::right_sign_in(tx, &guesser, now)?;
            if let Some(before) = &before {
                identity::close_session(tx, before)?;
            }
            let session = identity::open_session_from(tx, &ctx, &guesser.login, &device, way, &site, now)?;
            let device = identity::remember_device(tx, &ctx, &shown, &guesser.login, now)?;
            Ok(Entry { session, device })
        })
        .await
}

/// To where they wanted to go; a form they had typed is shown as one button that sends it again.
fn go_on(app: &App, asked: &Req, form: &Form) -> Answer {
    let (path, body) = (form.text("resume_path"), form.text("resume_body"));
    // Only a path of ours: never an address that a foreign link put there.
    let path = if path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') { path } else { "/desk" };
    if body.is_empty() {
        return Ok(Redirect::to(path).into_response());
    }
    let fields = Form::read(body);
    page_with(app, asked, StatusCode::OK, "identity/resume.html", json!({ "action": path, "fields": fields.pairs() }))
}

async fn sign_out(State(app): State<App>, asked: Req) -> Answer {
    if let Some(token) = asked.token.clone() {
        app.db.write("identity.sign_out", move |tx| identity::close_session(tx, &token)).await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    let response: Response = ([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response();
    Ok(response)
}
