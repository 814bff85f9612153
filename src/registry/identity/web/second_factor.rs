//! A code from a telephone besides the password: taking it up, recovery codes, giving it up. Rules SIN-09 to SIN-11.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::account::{changing, login};
use super::sign_in::{Entry, code_fits, proved};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page, page_with};
use crate::registry::identity::{self, Way, second_factor};

pub(super) const HOME: &str = "/account/second-factor";
const BEGIN: &str = "/account/second-factor/begin";
const CONFIRM: &str = "/account/second-factor/confirm";
const CODES: &str = "/account/second-factor/codes";
const REMOVE: &str = "/account/second-factor/remove";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(HOME, Access::Staff, home)
        .post(BEGIN, Access::Staff, begin)
        .post(CONFIRM, Access::Staff, confirm)
        .post(CODES, Access::Staff, new_codes)
        .post(REMOVE, Access::Staff, remove)
}

#[derive(Serialize)]
struct HomePage {
    form: FormState,
    is_set: bool,
    /// Whether the roles of this account need one and this session has shown none.
    needed: bool,
    left: i64,
    begin: &'static str,
    codes: &'static str,
    remove: &'static str,
    passkeys: &'static str,
}

async fn home(State(app): State<App>, asked: Req) -> Answer {
    show(&app, &asked, Vec::new(), StatusCode::OK).await
}

async fn show(app: &App, asked: &Req, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let login = login(asked)?.to_owned();
    let (is_set, left) = app
        .db
        .read(move |tx| Ok((second_factor::is_set(tx, &login)?, second_factor::recovery_codes_left(tx, &login)?)))
        .await?;
    let page = HomePage {
        form: Form::default().state(errors),
        is_set,
        needed: asked.must_prove(),
        left,
        begin: BEGIN,
        codes: CODES,
        remove: REMOVE,
        passkeys: super::passkeys::HOME,
    };
    page_with(app, asked, status, "identity/second_factor.html", page)
}

#[derive(Serialize)]
struct BeginPage {
    form: FormState,
    qr: String,
    secret: String,
    confirm: &'static str,
}

/// Shows what the telephone reads, to whoever shows the password again.
async fn begin(State(app): State<App>, asked: Req, form: Form) -> Answer {
    match may_add(&app, &asked, form.exact("password")).await {
        Ok(()) => {}
        Err(Failure::Invalid(errors)) => return show(&app, &asked, errors, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(failure) => return Err(failure),
    }
    secret(&app, &asked, Vec::new(), StatusCode::OK).await
}

/// Whether the account may take up another way in: the password is shown again, and where there is a second factor already,
/// the session was opened with it. A stolen password must not be enough to add one. [SIN-09]
pub(super) async fn may_add(app: &App, asked: &Req, password: &str) -> Result<(), Failure> {
    let account = login(asked)?.to_owned();
    proved(app, asked, &account, password, "password").await?;
    let strong = asked.session.as_ref().is_some_and(|session| session.way.is_strong());
    if !strong && app.db.read(move |tx| second_factor::any(tx, &account)).await? {
        return Err(Failure::Invalid(vec![FieldError::new("password", "identity.prove_first")]));
    }
    Ok(())
}

async fn secret(app: &App, asked: &Req, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let (ctx, account) = (asked.ctx.clone(), login(asked)?.to_owned());
    let name = account.clone();
    let secret = app.db.write("identity.begin_code", move |tx| second_factor::begin(tx, &ctx, &name)).await?;
    let address = second_factor::address(&secret, &account, &asked.text(&asked.registry.site.name));
    let svg = motcua_print::qr_svg(&address).map_err(Failure::fault)?;
    let groups: Vec<&str> =
        (0..secret.len()).step_by(4).filter_map(|at| secret.get(at..(at + 4).min(secret.len()))).collect();
    let page = BeginPage {
        form: Form::default().state(errors),
        qr: format!("data:image/svg+xml,{}", percent(&svg).replace('+', "%20")),
        secret: groups.join(" "),
        confirm: CONFIRM,
    };
    page_with(app, asked, status, "identity/second_factor_begin.html", page)
}

#[derive(Serialize)]
struct CodesPage {
    codes: Vec<String>,
    login: String,
    next: &'static str,
}

/// The telephone shows the right code: it is asked for from now on, and this session has shown it.
async fn confirm(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (ctx, account, code, now) =
        (asked.ctx.clone(), login(&asked)?.to_owned(), form.text("code").to_owned(), app.clock.now());
    let token = asked.token.clone().unwrap_or_default();
    let name = account.clone();
    let done = changing(&app, &asked, "code", move |tx| {
        let Some(codes) = second_factor::confirm(tx, &ctx, &name, &code, now)? else { return Ok(None) };
        Ok(Some((codes, identity::prove_session(tx, &ctx, &token, Way::Code)?)))
    })
    .await?;
    let Some((codes, session)) = done else {
        let errors = vec![FieldError::new("code", "identity.code_wrong")];
        return secret(&app, &asked, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let shown = page(&app, &asked, "identity/recovery_codes.html", CodesPage { codes, login: account, next: HOME })?;
    Ok(Entry::renewed(session, shown))
}

/// Another set of recovery codes, shown once to whoever shows a code.
async fn new_codes(State(app): State<App>, asked: Req, form: Form) -> Answer {
    if let Some(refusal) = unproved(&app, &asked, &form).await? {
        return show(&app, &asked, vec![refusal], StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (ctx, account) = (asked.ctx.clone(), login(&asked)?.to_owned());
    let name = account.clone();
    let codes = changing(&app, &asked, "code", move |tx| second_factor::new_recovery_codes(tx, &ctx, &name)).await?;
    page(&app, &asked, "identity/recovery_codes.html", CodesPage { codes, login: account, next: HOME })
}

async fn remove(State(app): State<App>, asked: Req, form: Form) -> Answer {
    if let Some(refusal) = unproved(&app, &asked, &form).await? {
        return show(&app, &asked, vec![refusal], StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let account = login(&asked)?.to_owned();
    changing(&app, &asked, "code", move |tx| second_factor::remove(tx, &account)).await?;
    go(HOME, FlashKind::Success, "identity.code_removed", &[])
}

/// What is wrong with the code shown, if anything.
async fn unproved(app: &App, asked: &Req, form: &Form) -> Result<Option<FieldError>, Failure> {
    match code_fits(app, asked, login(asked)?, form.text("code")).await {
        Ok(()) => Ok(None),
        Err(Failure::Invalid(errors)) => Ok(errors.into_iter().next()),
        Err(failure) => Err(failure),
    }
}
