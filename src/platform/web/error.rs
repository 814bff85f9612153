//! How failures are answered: the only place that turns them into status codes. A fault is logged once, here, with a
//! reference that the user sees too.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::form::{FORM_MAX, Form};
use super::{App, FormState, Req, csrf, request};
use crate::platform::db::DbError;
use crate::platform::failure::{Failure, Sentence};
use crate::registry::identity;

/// What a page handler returns.
pub type Answer = Result<Response, Failure>;
/// What an API handler returns; the same, by another name for the reader.
pub type ApiAnswer = Result<Response, Failure>;

/// A failure on its way to [`finish`], which knows the language and the audience.
#[derive(Clone)]
struct Pending(Arc<Failure>);

/// Somebody must sign in first; the form they sent is kept. [ACC-04]
#[derive(Clone)]
struct SignIn {
    path: String,
    body: String,
    lost_files: bool,
}

/// A form that was given to another session is shown once more, to be sent again. [ACC-07]
#[derive(Clone)]
struct Stale {
    path: String,
    body: Option<String>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        pending(self)
    }
}

pub(super) fn pending(failure: Failure) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Pending(Arc::new(failure)));
    response
}

pub(super) async fn no_such_page() -> Response {
    pending(Failure::NotFound)
}

pub(super) async fn wrong_method() -> Response {
    Unfit::new(405, "method_not_allowed").into_response()
}

/// A request that no command can be made of, or that comes too often; programs tell these apart by `kind`.
#[derive(Debug, Clone)]
pub struct Unfit {
    status: u16,
    kind: &'static str,
    detail: Option<Sentence>,
}

impl Unfit {
    /// Kinds have the texts `problem.<kind>` and `problem.<kind>_detail`.
    pub fn new(status: u16, kind: &'static str) -> Self {
        Self { status, kind, detail: None }
    }

    /// Says more than the kind does.
    #[must_use]
    pub fn because(self, detail: Sentence) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

impl IntoResponse for Unfit {
    fn into_response(self) -> Response {
        let mut response = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Whoever sent too many requests may come again after so many seconds. [REQ-01]
pub(super) fn too_many_requests(seconds: i64) -> Response {
    let sentence = Sentence::new("access.too_many_requests").with("seconds", seconds);
    let mut response = Unfit::new(429, "too_many_requests").because(sentence).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Takes what was typed out of the request, so that it survives the sign-in. Files do not.
pub(super) async fn sign_in_needed(request: &mut Request) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = kind.starts_with("application/x-www-form-urlencoded");
    let files = kind.starts_with("multipart/form-data");
    let path = request.uri().path_and_query().map_or_else(|| "/desk".to_owned(), ToString::to_string);
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let body = match request.method() == Method::POST && form {
        true => axum::body::to_bytes(body, FORM_MAX).await.unwrap_or_default(),
        false => axum::body::Bytes::new(),
    };
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    let body = String::from_utf8_lossy(&body).into_owned();
    response.extensions_mut().insert(SignIn { path, body, lost_files: files });
    response
}

pub(super) fn stale_form(path: &str, body: Option<&axum::body::Bytes>) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    let body = body.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    response.extensions_mut().insert(Stale { path: path.to_owned(), body });
    response
}

fn show_again(app: &App, asked: &Req, stale: &Stale) -> Response {
    let foreign = || answer_ref(app, asked, &Failure::refused("access.old_page"));
    let (false, Some(body)) = (asked.api, &stale.body) else { return foreign() };
    let fields = csrf::without(Form::read(body).pairs());
    let page = serde_json::json!({ "action": stale.path, "fields": fields });
    match app.pages.render("identity/resume.html", page, &asked.frame()) {
        Ok(html) => (StatusCode::FORBIDDEN, axum::response::Html(html)).into_response(),
        Err(error) => answer_ref(app, asked, &Failure::Fault(error)),
    }
}

/// Whose role needs a second factor is led to where one is set up; a program is told.
pub(super) fn second_factor_needed(request: &Request) -> Response {
    match request.uri().path().starts_with("/api/") {
        true => Unfit::new(403, "second_factor").into_response(),
        false => axum::response::Redirect::to(identity::web::SECOND_FACTOR).into_response(),
    }
}

/// Last touch on every answer.
pub(super) async fn finish(app: &App, asked: &Req, response: Response) -> Response {
    let mut response = if let Some(Pending(failure)) = response.extensions().get::<Pending>().cloned() {
        answer_ref(app, asked, &failure)
    } else if let Some(sign_in) = response.extensions().get::<SignIn>().cloned() {
        ask_to_sign_in(app, asked, &sign_in)
    } else if let Some(stale) = response.extensions().get::<Stale>().cloned() {
        show_again(app, asked, &stale)
    } else if let Some(unfit) = response.extensions().get::<Unfit>().cloned() {
        let mut answer = respond(app, asked, unfit_problem(app, asked, &unfit));
        for name in [header::ALLOW, header::RETRY_AFTER] {
            if let Some(value) = response.headers().get(&name) {
                answer.headers_mut().insert(name, value.clone());
            }
        }
        answer
    } else {
        response
    };
    let shown =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    for cookie in request::housekeeping(asked, asked.had_flash() && shown) {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    let headers = response.headers_mut();
    seal_cookies(headers, app.is_secure());
    // What somebody handed in is a picture or a PDF, and is given no room to be anything else.
    let image = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"image/"));
    if image && !asked.path.starts_with("/assets/") {
        headers.insert(header::CONTENT_SECURITY_POLICY, ONLY_A_PICTURE);
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if asked.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    // What somebody may see is kept by no cache on the way, papers no more than pages; our own files say themselves how long.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Browsers that came over TLS once come over nothing else for a year. [OBS-02]
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Over TLS every cookie that goes out gets the prefix that binds it to this host. [SIN-01]
fn seal_cookies(headers: &mut HeaderMap, secure: bool) {
    let sealed: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| HeaderValue::from_str(&request::sealed_cookie(cookie.to_str().ok()?, secure)).ok())
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in sealed {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// A picture that somebody handed in.
const ONLY_A_PICTURE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox");

/// Pages load nothing from elsewhere, run no inline script, and are not framed.
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

fn answer_ref(app: &App, asked: &Req, failure: &Failure) -> Response {
    respond(app, asked, problem(app, asked, failure))
}

fn respond(app: &App, asked: &Req, problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if asked.api {
        return problem.into_response();
    }
    let page = serde_json::json!({ "status": problem.status, "title": problem.title, "detail": problem.detail,
        "reference": asked.id, "signed_in": asked.ctx.officer.is_some() });
    match app.pages.render("error.html", page, &asked.frame()) {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(error) => {
            tracing::error!("error page: {error:#}");
            (status, problem.title).into_response()
        }
    }
}

fn ask_to_sign_in(app: &App, asked: &Req, sign_in: &SignIn) -> Response {
    if asked.api {
        return unfit_problem(app, asked, &Unfit::new(401, "unauthenticated")).into_response();
    }
    let form = FormState::default();
    let page = identity::web::sign_in_page(app, form, &sign_in.path, &sign_in.body, sign_in.lost_files);
    match app.pages.render("identity/sign_in.html", page, &asked.frame()) {
        Ok(html) => (StatusCode::UNAUTHORIZED, axum::response::Html(html)).into_response(),
        Err(error) => answer_ref(app, asked, &Failure::Fault(error)),
    }
}

/// Problem details (RFC 9457), in the language of the caller.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:motcua:problem:<kind>`; kinds are stable, titles are translated.
    #[serde(rename = "type")]
    pub type_uri: String,
    pub status: u16,
    /// `not_found`, `forbidden`, `conflict`, `refused`, `invalid`, `fault`, or of an [`Unfit`].
    #[serde(skip)]
    pub kind: &'static str,
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Key of the rule's sentence, stable over languages.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// One sentence for each wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// For faults: what to tell whoever repairs it; every answer says it in `X-Request-Id`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

/// What is wrong with one field of a request body.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    pub field: String,
    pub key: String,
    pub detail: String,
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.type_uri = format!("urn:motcua:problem:{}", self.kind);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response
    }
}

/// The same problem for callers that are no requests: the command line prints its title and detail.
pub fn failure_to_problem(app: &App, asked: &Req, failure: &Failure) -> Problem {
    problem(app, asked, failure)
}

/// A problem with the title and the general sentence of its kind.
fn plain(app: &App, asked: &Req, status: u16, kind: &'static str) -> Problem {
    let say = |key: String| app.pages.texts().say(asked.locale, &key, &BTreeMap::new());
    let (title, detail) = (say(format!("problem.{kind}")), say(format!("problem.{kind}_detail")));
    Problem { status, kind, title, detail, ..Problem::default() }
}

fn unfit_problem(app: &App, asked: &Req, unfit: &Unfit) -> Problem {
    let problem = plain(app, asked, unfit.status, unfit.kind);
    match &unfit.detail {
        Some(sentence) => {
            let detail = app.pages.texts().say(asked.locale, &sentence.key, &sentence.params);
            Problem { detail, key: sentence.key.clone(), ..problem }
        }
        None => problem,
    }
}

fn problem(app: &App, asked: &Req, failure: &Failure) -> Problem {
    let texts = app.pages.texts();
    let say = |sentence: &Sentence| texts.say(asked.locale, &sentence.key, &asked.named(sentence).params);
    let make = |status, kind| plain(app, asked, status, kind);
    match failure {
        Failure::NotFound => make(404, "not_found"),
        Failure::Forbidden => make(403, "forbidden"),
        Failure::Conflict => make(409, "conflict"),
        Failure::Refused(sentence) => {
            // Right in itself, and not for this caller.
            let foreign =
                ["access.foreign_site", "access.old_page", "api.not_a_session"].contains(&sentence.key.as_str());
            let status = if foreign { 403 } else { 422 };
            Problem { detail: say(sentence), key: sentence.key.clone(), ..make(status, "refused") }
        }
        Failure::Invalid(fields) => Problem {
            errors: fields
                .iter()
                .map(|field| ProblemField {
                    field: field.field.clone(),
                    key: field.sentence.key.clone(),
                    detail: say(&field.sentence),
                })
                .collect(),
            ..make(422, "invalid")
        },
        // [NOD-07] It may stand or not: whoever asked must look.
        Failure::Fault(error) if failure.db().is_some_and(DbError::is_unknown) => {
            tracing::warn!("{error:#}");
            make(503, "unknown")
        }
        Failure::Fault(error) => {
            // The span says which request and route: paths name dossiers, queries and forms hold what people typed.
            tracing::error!("{error:#}");
            let reference = asked.id.clone();
            match failure.trouble() {
                Some(trouble) => {
                    app.troubles.note(trouble, app.clock.now());
                    let key = trouble.key();
                    let detail = texts.say(asked.locale, &key, &BTreeMap::new());
                    Problem { reference, detail, key, ..make(503, "unavailable") }
                }
                // [NOD-07] Nothing here is broken: somebody may try again in a moment.
                None if failure.db().is_some_and(DbError::is_passing) => make(503, "unavailable"),
                None => Problem { reference, ..make(500, "fault") },
            }
        }
    }
}
