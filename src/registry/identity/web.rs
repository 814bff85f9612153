//! Signing in and out. What somebody had typed before their session ended is carried through the sign-in. [ACC-04]

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, Req, Routes, SESSION_COOKIE, page_with};
use crate::registry::identity;

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
    let (login, password) = (form.text("login").to_lowercase(), form.text("password").to_owned());
    let session = match open(&app, &asked, login, password).await {
        Ok(token) => token,
        Err(Failure::Invalid(errors)) => return show(&app, &asked, &form, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(failure) => return Err(failure),
    };
    let secure = if app.base_url.starts_with("https:") { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{secure}");
    let mut response = go_on(&app, &asked, &form)?;
    response.headers_mut().append(header::SET_COOKIE, cookie.parse().map_err(Failure::fault)?);
    Ok(response)
}

/// Checks the password and opens a session; for the form and for the API. Unknown logins and wrong passwords look alike.
pub async fn open(app: &App, asked: &Req, login: String, password: String) -> Result<String, Failure> {
    let now = app.clock.now();
    let subject = format!("sign-in/{login}");
    let (wanted, name) = (subject.clone(), login.clone());
    // The guess is counted before it is checked, so that guesses sent at the same moment do not all slip past the block.
    let (blocked, hash) = app
        .db
        .write("identity.guess", move |tx| {
            let blocked = identity::blocked_until(tx, &wanted, now)?;
            if blocked.is_none() {
                identity::wrong_guess(tx, &wanted, now)?;
            }
            Ok((blocked, identity::stored_hash(tx, &name)?))
        })
        .await?;
    if let Some(until) = blocked {
        let mut error = FieldError::new("password", "sign_in.blocked");
        error.sentence = error.sentence.with("until", asked.locale.date_time(asked.registry.local(until)));
        return Err(Failure::Invalid(vec![error]));
    }
    // Checking is slow on purpose and must not hold up other requests.
    let decoy = app.decoy_hash.clone();
    let fits = tokio::task::spawn_blocking(move || identity::check_password(&password, hash.as_deref(), &decoy))
        .await
        .map_err(Failure::fault)?;
    if !fits {
        return Err(Failure::Invalid(vec![FieldError::new("password", "sign_in.wrong")]));
    }
    let ctx = asked.ctx.clone();
    app.db
        .write("identity.sign_in", move |tx| {
            identity::right_guess(tx, &subject)?;
            identity::open_session(tx, &ctx, &login, now)
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
