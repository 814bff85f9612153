//! The web edge: routes that name who may use them, one extractor for who asks and when, one way to answer failures.

mod access;
pub mod api;
pub mod assets;
pub mod csrf;
mod error;
pub mod form;
mod front;
pub mod health;
mod limits;
mod listen;
mod live;
mod pages;
mod request;
mod requests;
pub mod upload;
mod watched;

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};

pub use access::{Access, RouteInfo, Routes};
pub use error::{Answer, ApiAnswer, Problem, ProblemField, Unfit, failure_to_problem};
pub use front::Front;
pub use health::Leaving;
pub use listen::listen;
pub use live::{Live, Told};
pub use pages::{FieldError, Flash, FlashKind, FormState, Frame, FrameOfficer, NavItem, Pages};
pub use request::{Clock, DEVICE_COOKIE, Req, SESSION_COOKIE, WATCHERS};
pub use requests::{Allowed, PerMinute, Requests};

use motcua_domain::proof::Signer;

use super::blobs::Blobs;
use super::db::Db;
use super::failure::Failure;
use super::ids::Ids;
use super::trouble::Troubles;
use crate::record::letters::Letters;
use crate::record::mail::Mailer;
use crate::registry::Shelf;
use crate::registry::audit::Audit;

/// Everything a handler may reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`crate::app`] puts together.
pub struct Parts {
    pub db: Db,
    pub shelf: Shelf,
    pub pages: Pages,
    pub letters: Letters,
    /// Readings and sign-ins on their way into the audit.
    pub audit: Audit,
    pub blobs: Blobs,
    /// Signs checkpoints and receipts; none where the key is not on this node. [LED-13]
    pub signer: Option<Signer>,
    /// How mail leaves; without one none is written.
    pub mailer: Option<Arc<dyn Mailer>>,
    pub clock: Clock,
    pub ids: Ids,
    /// A hash of nobody's password, so that an unknown login costs as much time as a known one.
    pub decoy_hash: String,
    /// Address that receipts point to, `https://motcua.example`; no slash at the end.
    pub base_url: String,
    /// What stands between the program and whoever asks.
    pub front: Front,
    /// Whether a client may say what time it is (demonstration and training only).
    pub simulated_time: bool,
    /// What is wrong around the program now.
    pub troubles: Troubles,
    /// Who keeps a page open.
    pub live: Live,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether people reach the server by TLS, here or at a proxy in front.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https:")
    }
}

/// A page from its template and page struct.
pub fn page(app: &App, asked: &Req, template: &str, page: impl serde::Serialize) -> Answer {
    page_with(app, asked, StatusCode::OK, template, page)
}

/// The same with another status: a form with mistakes is shown again as 422.
pub fn page_with(app: &App, asked: &Req, status: StatusCode, template: &str, page: impl serde::Serialize) -> Answer {
    let html = app.pages.render(template, page, &asked.frame()).map_err(Failure::Fault)?;
    Ok((status, Html(html)).into_response())
}

/// To another page, with one message for it.
pub fn go(path: &str, kind: FlashKind, key: &str, params: &[(&str, &str)]) -> Answer {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let flash = request::write_flash(&Flash { kind, key: key.to_owned(), params });
    let cookie = format!("{}={flash}; Path=/; HttpOnly; SameSite=Lax", request::FLASH_COOKIE);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(path)).into_response())
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
