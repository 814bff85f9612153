//! Who asks, in which language, and when: read once for each request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use jiff::Timestamp;
use motcua_domain::identity::{Officer, Role};

use super::watched::peer;
use super::{Access, App, Flash, Frame, FrameOfficer, NavItem, csrf};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::i18n::Locale;
use crate::platform::trouble::Trouble;
use crate::registry::Registry;
use crate::registry::audit;
use crate::registry::identity::{self, Session, Way};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "motcua";
/// Name of the cookie by which a device is known again. [SIN-06]
pub const DEVICE_COOKIE: &str = "device";
/// What a browser takes only over TLS, from this very host, for every path: no other site of the domain can plant it.
const HOST_PREFIX: &str = "__Host-";
const LANGUAGE_COOKIE: &str = "lang";
pub(super) const FLASH_COOKIE: &str = "flash";

/// Who looks after what lies at agencies outside.
pub const WATCHERS: &[Role] = &[Role::OneStopOfficer, Role::OfficeHead, Role::Leader, Role::Auditor];

/// The clock of the server. Tests set it; life reads it.
pub enum Clock {
    System,
    Set(Mutex<Timestamp>),
}

impl Clock {
    /// The only place in the web that reads a clock. To the microsecond, as both engines keep moments: a finer one comes back
    /// from the database rounded up, and what was written now would lie in the future.
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let now = Timestamp::now();
                Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
            }
            Self::Set(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// What is known of a request before its handler runs.
#[derive(Clone)]
pub struct Req {
    pub ctx: Ctx,
    pub registry: std::sync::Arc<Registry>,
    pub locale: Locale,
    /// Whether it was the API that was asked: answers are JSON.
    pub api: bool,
    /// Path and query.
    pub path: String,
    pub method: Method,
    /// Name of the request in the log and in the answer. [OBS-03]
    pub id: String,
    /// Address of the client, for slowing down guesses.
    pub client: String,
    /// Whether the answer goes over TLS all the way to the browser.
    pub secure: bool,
    /// The session or key that was shown, unhashed.
    pub token: Option<String>,
    /// Who it stands for, if it is good.
    pub session: Option<Session>,
    /// Dossiers whose personal data the answer shows. [AUD-02]
    seen: Arc<Mutex<BTreeSet<String>>>,
    /// Whether it came as a header and not as a cookie.
    bearer: bool,
    /// What the browser says it is.
    pub agent: String,
    /// The cookie by which a device is known again, empty where there is none.
    pub device: String,
    flash: Option<Flash>,
}

impl Req {
    pub fn officer(&self) -> Result<&Officer, Failure> {
        self.ctx.officer()
    }

    /// Notes that the answer shows these dossiers' personal data. Pages of one dossier need not: their address says so. [AUD-02]
    pub fn reads<'a>(&self, dossiers: impl IntoIterator<Item = &'a str>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(dossiers.into_iter().map(str::to_owned));
    }

    /// What was noted by [`Req::reads`].
    pub(super) fn seen(&self) -> BTreeSet<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A row of the audit about whoever asks.
    pub fn audit(&self, at: Timestamp, kind: audit::Kind, through: &str) -> audit::Entry {
        let login = self.session.as_ref().map_or("", |session| session.login.as_str());
        let network = identity::network(&self.client);
        audit::Entry::new(at, kind, login, through, &network).of(self.ctx.officer.as_ref())
    }

    /// The token that the forms of this session carry; none without a session, and none for a program that shows a bearer
    /// token, which no foreign site can make it send. [ACC-07]
    pub(super) fn csrf(&self) -> Option<String> {
        let token = self.token.as_ref().filter(|_| self.session.is_some() && !self.bearer)?;
        Some(csrf::token(token))
    }

    /// The same person at a later moment, if the session is still good and they may still use what is open to those;
    /// looking does not count as using the session. [SIN-02] [OVW-14]
    pub async fn again(&self, app: &App, access: Access) -> Result<Option<Self>, Failure> {
        let (Some(token), real) = (self.token.clone(), app.clock.now()) else { return Ok(None) };
        let (shelf, by_bearer) = (app.shelf.clone(), self.bearer);
        let known = move |tx: &mut Tx| {
            let registry = shelf.fresh(tx, real)?;
            let session = identity::account_of_token(tx, &token, &registry.site.sign_in, real, by_bearer)?;
            Ok((registry, session))
        };
        let (registry, session) = app.db.read(known).await?;
        let Some(session) = session else { return Ok(None) };
        let mut again = Self { registry, ..self.clone() };
        if !app.simulated_time {
            again.ctx.now = Ctx::nobody(real, app.ids.clone()).now;
        }
        let day = again.registry.local(again.ctx.now).date();
        again.ctx.officer = again.registry.officer(&session.login, day);
        again.session = Some(session);
        let roles: Option<Vec<Role>> =
            again.ctx.officer.as_ref().map(|officer| officer.posts.iter().map(|post| post.role).collect());
        Ok((access.admits(roles.as_deref()) && !again.must_prove()).then_some(again))
    }

    /// Whether the roles of whoever is signed in need a second factor and the session has shown none. [SIN-09]
    pub fn must_prove(&self) -> bool {
        let needed = &self.registry.site.sign_in.second_factor;
        let strong = self.session.as_ref().is_none_or(|session| session.way.is_strong());
        !strong && self.ctx.officer.as_ref().is_some_and(|officer| needed.iter().any(|role| officer.has(*role)))
    }

    /// What every page needs, with the navigation for the roles of whoever is signed in.
    pub fn frame(&self) -> Frame {
        let officer = self.ctx.officer.as_ref();
        Frame {
            locale: self.locale,
            site_name: self.text(&self.registry.site.name),
            // The answer to a post cannot be asked for again in another language: what was typed would be gone.
            path: if self.method == Method::GET { self.path.clone() } else { String::new() },
            officer: officer.map(|officer| self.frame_officer(officer)),
            flash: self.flash.clone(),
            demonstration: self.registry.site.demonstration,
            nav: self.nav(officer),
            csrf: self.csrf().unwrap_or_default(),
        }
    }

    /// A text of the site pack in the page's language.
    pub fn text(&self, text: &crate::registry::pack::Text) -> String {
        if self.locale == Locale::En { text.en.clone() } else { text.vi.clone() }
    }

    /// The sentence with offices and accounts by their names instead of their ids.
    pub fn named(&self, sentence: &Sentence) -> Sentence {
        let name = |value: &String| {
            let office = self.registry.office_name(value);
            if office == value { self.registry.account_name(value).to_owned() } else { office.to_owned() }
        };
        let params = sentence.params.iter().map(|(key, value)| (key.clone(), name(value))).collect();
        Sentence { key: sentence.key.clone(), params }
    }

    fn frame_officer(&self, officer: &Officer) -> FrameOfficer {
        let office = officer.posts.first().map_or("", |post| post.office.as_str());
        let mut acting_for: Vec<String> = Vec::new();
        for absent in officer.posts.iter().filter_map(|post| post.acting_for.as_deref()) {
            let name = self.registry.account_name(absent);
            if !acting_for.iter().any(|known| known == name) {
                acting_for.push(name.to_owned());
            }
        }
        FrameOfficer {
            acting_for,
            name: self.registry.account_name(&officer.account).to_owned(),
            position: self.registry.office_name(office).to_owned(),
            office: self.registry.agency_name(&officer.agency).to_owned(),
        }
    }

    fn nav(&self, officer: Option<&Officer>) -> Vec<NavItem> {
        let item = |text, href: &str| NavItem { text, href: href.to_owned(), current: self.is_under(href) };
        let Some(officer) = officer else {
            return vec![
                item("nav.procedures", "/procedures"),
                item("nav.agencies", "/agencies"),
                item("nav.track", "/track"),
            ];
        };
        let mut items = Vec::new();
        let works = |role: &Role| !matches!(role, Role::Administrator | Role::Auditor);
        if officer.posts.iter().any(|post| works(&post.role)) {
            items.push(item("nav.desk", "/desk"));
            items.push(item("nav.transfers", "/desk/transfers"));
            items.push(item("nav.reminders", "/desk/reminders"));
        }
        if officer.has(Role::OneStopOfficer) {
            items.push(item("nav.intake", "/desk/intake"));
            items.push(item("nav.prints", "/desk/register"));
        }
        if !officer.posts.iter().all(|post| post.role == Role::Administrator) {
            items.push(item("nav.dossiers", "/desk/dossiers"));
        }
        let one_stop = self.registry.one_stop(&officer.agency).map_or("", |(office, _)| office);
        if officer.sits_at(one_stop) || officer.has(Role::Leader) || officer.has(Role::Administrator) {
            items.push(item("nav.roster", "/desk/roster"));
        }
        if !officer.posts.iter().all(|post| post.role == Role::Auditor) {
            items.push(item("nav.absences", "/desk/absences"));
        }
        if WATCHERS.iter().any(|role| officer.has(*role)) {
            items.push(item("nav.outside", "/desk/outside"));
        }
        if officer.has(Role::Leader) {
            items.push(item("nav.outage", "/desk/outage"));
        }
        if officer.has(Role::Leader) || officer.has(Role::Auditor) || officer.has(Role::Administrator) {
            items.push(item("nav.overview", "/desk/overview"));
            items.push(item("nav.reports", "/desk/report"));
            items.push(item("nav.monitor", "/desk/monitor"));
        }
        if officer.has(Role::Administrator) || officer.has(Role::Auditor) {
            items.push(item("nav.catalogue", "/admin/catalogue"));
            items.push(item("nav.audit", "/admin/audit"));
        }
        items
    }

    fn is_under(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path == href || (href != "/desk" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    }
}

impl<S: Sync> FromRequestParts<S> for Req {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // `identify` runs before every handler and leaves this behind.
        let asked = parts.extensions.get::<Req>().cloned();
        asked.ok_or_else(|| Failure::fault(anyhow::anyhow!("a route stands outside `edge`")))
    }
}

/// Reads who asks, and refuses writes that a foreign site sent with our cookie. [ACC-05]
pub(super) async fn identify(app: &App, mut request: Request, id: String) -> Result<(Req, Request), (Req, Failure)> {
    let headers = request.headers();
    let uri = request.uri();
    let api = uri.path().starts_with("/api/");
    let cookies = cookies(headers, app.is_secure());
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| token.trim().to_owned());
    let registry = app.shelf.get();
    let peer = peer(&request);
    let mut asked = Req {
        ctx: Ctx::nobody(now(app, headers), app.ids.clone()),
        locale: language(uri.query(), &cookies, headers, api, &registry),
        registry,
        api,
        path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        method: request.method().clone(),
        id,
        client: app.front.client(peer, headers).map_or_else(|| "local".to_owned(), |address| address.to_string()),
        secure: app.front.secure(peer, headers),
        token: bearer.clone().or_else(|| cookies.get(SESSION_COOKIE).cloned()),
        session: None,
        bearer: bearer.is_some(),
        seen: Arc::default(),
        agent: text(header::USER_AGENT).to_owned(),
        device: cookies.get(DEVICE_COOKIE).cloned().unwrap_or_default(),
        flash: cookies.get(FLASH_COOKIE).and_then(|text| read_flash(text)),
    };
    if bearer.is_none() && !request.method().is_safe() && from_foreign_site(headers) {
        return Err((asked, Failure::refused("access.foreign_site")));
    }
    // What would be recorded now would bear a wrong moment, and a wrong promise. [TRB-04]
    if !request.method().is_safe() && !app.simulated_time && app.troubles.clock_is_back(app.clock.now()) {
        return Err((asked, Trouble::ClockBack.into()));
    }
    // No name of ours holds the character NUL, and PostgreSQL refuses to be asked for one; the API names the parameter.
    let looked_for = if api { asked.path.split('?').next().unwrap_or_default() } else { &asked.path };
    if looked_for.contains("%00") {
        return Err((asked, Failure::NotFound));
    }
    if let Some(token) = asked.token.clone() {
        let (at, by_key) = (asked.ctx.now, bearer.is_some());
        // Sessions live by the real clock even where the simulated one runs.
        let (real, shelf) = (app.clock.now(), app.shelf.clone());
        let known = move |tx: &mut Tx| {
            let registry = shelf.fresh(tx, real)?;
            let session = identity::account_of_token(tx, &token, &registry.site.sign_in, real, by_key)?;
            Ok((registry, session))
        };
        match app.db.read(known).await {
            Ok((registry, session)) => {
                // Whoever works here sees what was changed on any node before. [NOD-02]
                asked.registry = registry;
                if let Some(session) = session {
                    let day = asked.registry.local(at).date();
                    asked.ctx.officer = asked.registry.officer(&session.login, day);
                    note_use(app, &asked, &session, real).await;
                    asked.session = Some(session);
                }
            }
            Err(failure) => return Err((asked, failure)),
        }
    }
    request.extensions_mut().insert(asked.clone());
    Ok((asked, request))
}

/// Whether a second factor must be shown before this: everything but one's own account and the way out. [SIN-09]
pub(super) fn must_prove_first(request: &Request) -> bool {
    let path = request.uri().path();
    let own = path == "/account" || path.starts_with("/account/") || path == "/sign-out";
    let out = path == "/api/v1/session";
    !own && !out && request.extensions().get::<Req>().is_some_and(Req::must_prove)
}

/// A key in steady use leaves a row of the audit every few minutes. [AUD-03]
async fn key_used(app: &App, asked: &Req, session: &Session, key: String, real: Timestamp) -> Result<(), Failure> {
    let shown = key.clone();
    if !app.db.read(move |tx| identity::key_is_stale(tx, &shown, real)).await? {
        return Ok(());
    }
    let (ids, network) = (app.ids.clone(), identity::network(&asked.client));
    let entry = audit::Entry::new(real, audit::Kind::KeyUsed, &session.login, Way::Key.as_str(), &network);
    let entry = entry.of(asked.ctx.officer.as_ref());
    app.db
        .write("identity.key_used", move |tx| match identity::key_used(tx, &key, real)? {
            true => audit::record(tx, &ids, &entry),
            false => Ok(()),
        })
        .await
}

/// Notes now and then that a session is in use. A full disk must not keep anybody from reading.
async fn note_use(app: &App, asked: &Req, session: &Session, real: Timestamp) {
    let (true, Some(token)) = (session.stale, asked.token.clone()) else { return };
    let noted = match session.way {
        Way::Key => key_used(app, asked, session, token, real).await,
        _ => app.db.write("identity.touch", move |tx| identity::touch_session(tx, &token, real)).await,
    };
    if let Err(failure) = noted {
        tracing::warn!("a session in use could not be noted: {failure}");
    }
}

pub(super) fn officer_of(request: &Request) -> Option<&Officer> {
    request.extensions().get::<Req>()?.ctx.officer.as_ref()
}

/// The server's clock, or the client's where the server was started to allow that.
fn now(app: &App, headers: &HeaderMap) -> Timestamp {
    let said = headers.get("motcua-now").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    said.filter(|_| app.simulated_time).unwrap_or_else(|| app.clock.now())
}

/// `?lang=` first, then the cookie, then for programs what they accept, then the language of the site.
fn language(
    query: Option<&str>,
    cookies: &BTreeMap<String, String>,
    headers: &HeaderMap,
    api: bool,
    registry: &Registry,
) -> Locale {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).filter(|_| api).and_then(|value| value.to_str().ok());
    asked_language(query)
        .or_else(|| cookies.get(LANGUAGE_COOKIE).and_then(|tag| Locale::from_tag(tag)))
        .or_else(|| accepted().and_then(Locale::from_accept_language))
        .or_else(|| Locale::from_tag(&registry.site.default_locale))
        .unwrap_or_default()
}

/// The language a link asked for, which is then remembered.
pub(super) fn asked_language(query: Option<&str>) -> Option<Locale> {
    query?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Locale::from_tag)
}

/// The cookies by their plain names. Over TLS only those count that nobody else can have planted. [SIN-01]
pub(super) fn cookies(headers: &HeaderMap, secure: bool) -> BTreeMap<String, String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(name, value)| Some((if secure { name.strip_prefix(HOST_PREFIX)? } else { name }, value)))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// A cookie as it goes out: handlers name it plainly, and over TLS it gets the prefix and `Secure`. [SIN-01]
pub(super) fn sealed_cookie(cookie: &str, secure: bool) -> String {
    if secure { format!("{HOST_PREFIX}{cookie}; Secure") } else { cookie.to_owned() }
}

/// Browsers say where a write comes from; what does not say is not a browser and has no cookie to misuse.
fn from_foreign_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
        _ => false,
    }
}

/// One message for the next page, in a cookie: locale key and parameters, never personal data.
pub(super) fn write_flash(flash: &Flash) -> String {
    let kind = match flash.kind {
        super::FlashKind::Success => "s",
        super::FlashKind::Notice => "n",
        super::FlashKind::Problem => "p",
    };
    let params = flash.params.iter().map(|(name, value)| format!("{name}~{}", super::form::percent(value)));
    std::iter::once(format!("{kind}~{}", flash.key)).chain(params).collect::<Vec<_>>().join("|")
}

fn read_flash(text: &str) -> Option<Flash> {
    let mut parts = text.split('|').filter_map(|part| part.split_once('~'));
    let (kind, key) = parts.next()?;
    let kind = match kind {
        "s" => super::FlashKind::Success,
        "n" => super::FlashKind::Notice,
        _ => super::FlashKind::Problem,
    };
    let params = parts.map(|(name, value)| (name.to_owned(), super::form::unpercent(value))).collect();
    Some(Flash { kind, key: key.to_owned(), params })
}

/// Cookies that change with an answer: a message shown once, a language chosen.
pub(super) fn housekeeping(asked: &Req, had_flash: bool) -> Vec<String> {
    let mut set = Vec::new();
    if had_flash {
        set.push(format!("{FLASH_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
    let query = asked.path.split_once('?').map(|(_, query)| query);
    if let Some(locale) = asked_language(query) {
        set.push(format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", locale.tag()));
    }
    set
}

impl Req {
    pub(super) fn had_flash(&self) -> bool {
        self.flash.is_some()
    }
}
