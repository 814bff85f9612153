//! Open data: what anybody may have and reckon anew. Rules: `docs/rules/open.md`.

mod catalogue;
mod figures;
mod log;
mod pages;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::figures::{Months, Visible};
use motcua_domain::ledger::sha256;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger::Place;
use crate::platform::web::{Access, App, Req, Routes, Unfit};
use crate::record::figures::months;
use crate::registry::Registry;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/open", Access::Public, pages::index)
        .get("/open/recompute", Access::Public, pages::recompute)
        .get("/open/catalogue.jsonld", Access::Public, catalogue::procedures)
        .get("/open/datasets.jsonld", Access::Public, catalogue::datasets)
        .get("/open/figures.json", Access::Public, figures::json)
        .get("/open/figures.csv", Access::Public, figures::csv)
        .get("/open/log/{file}", Access::Public, log::month)
}

/// Seconds for which an answer may be kept by whoever asked, and by what lies between.
const KEPT: u32 = 300;

const AS_OF: HeaderName = HeaderName::from_static("x-motcua-as-of");

/// Everything that is published follows from this.
struct Snapshot {
    months: Months,
    visible: Visible,
    /// The first month and the last that is over; none before one is.
    span: Option<(Date, Date)>,
    place: Place,
    taken_at: jiff::Timestamp,
}

impl Snapshot {
    /// `None` while the figures are being made.
    fn read(tx: &mut Tx, registry: &Registry, now: jiff::Timestamp) -> Result<Option<Self>, Failure> {
        let Some(kept) = months::months(tx)? else { return Ok(None) };
        let last = registry.local(now).date().first_of_month().saturating_sub(1.month());
        let visible = Visible::of(&kept.months, last, registry.site.open.smallest.into());
        let span = kept.months.first().filter(|first| *first <= last).map(|first| (first, last));
        Ok(Some(Self { months: kept.months, visible, span, place: kept.place, taken_at: kept.taken_at }))
    }

    /// Up to which event, in a word.
    fn as_of(&self) -> String {
        format!("{}.{}", self.place.seal, self.place.event)
    }
}

async fn snapshot(app: &App, asked: &Req) -> Result<Option<Snapshot>, Failure> {
    let (registry, now) = (asked.registry.clone(), asked.ctx.now);
    app.db.read(move |tx| Snapshot::read(tx, &registry, now)).await
}

/// The figures are being made, or too many ask at once: it will be there in a moment. [OPN-09]
fn later() -> Response {
    let mut response = Unfit::new(503, "unavailable").into_response();
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(30));
    response
}

/// The names of months in addresses: `2018-05`.
fn month_name(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}

/// An answer that may be kept, or that nothing has changed since. [OPN-09]
struct Data {
    media: &'static str,
    /// Name of the file when it is stored.
    name: String,
    etag: String,
}

impl Data {
    /// `of`: what the content depends on.
    fn new(media: &'static str, name: impl Into<String>, of: &str) -> Self {
        let etag: String = sha256(of.as_bytes()).chars().take(24).collect();
        Self { media, name: name.into(), etag: format!("\"{etag}\"") }
    }

    /// Whether whoever asks has it already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let said = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // What was compressed on the way comes back as weak.
        said.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == self.etag || tag == "*")
    }

    fn unchanged(&self) -> Response {
        (StatusCode::NOT_MODIFIED, self.headers()).into_response()
    }

    fn answer(&self, body: impl Into<Body>) -> Response {
        let shown = format!("inline; filename=\"{}\"", self.name);
        let own = [(header::CONTENT_TYPE, self.media.to_owned()), (header::CONTENT_DISPOSITION, shown)];
        (self.headers(), own, body.into()).into_response()
    }

    fn headers(&self) -> [(HeaderName, String); 3] {
        [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, format!("public, max-age={KEPT}")),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        ]
    }
}
