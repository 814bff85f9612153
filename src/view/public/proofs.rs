//! What anybody needs to check the ledger: key, checkpoints, proofs, the day's line for the notice board, and the page that
//! checks a receipt. Nothing here is about a person. Rules: `docs/rules/ledger.md`; for outsiders: `docs/verify.md`.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::proof::receipt::{Fault, Receipt};
use motcua_domain::proof::{Checkpoint, Verifier, encode};
use serde::Serialize;

use super::query;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::ledger::tree::{self, Kept};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page, page_with};
use crate::record::receipt::{self, Beside};

/// The page that checks a receipt.
const VERIFY: &str = "/verify";
/// Longest line that is looked at.
const LINE_MAX: usize = 600;
/// Days whose line is offered.
const DAYS: i32 = 7;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(VERIFY, Access::Public, ask)
        .post(VERIFY, Access::Public, answer)
        .get("/ledger", Access::Public, overview)
        .get("/ledger/key", Access::Public, key)
        .get("/ledger/checkpoint", Access::Public, checkpoint)
        .get("/ledger/checkpoints", Access::Public, checkpoints)
        .get("/ledger/consistency", Access::Public, consistency)
        .get("/ledger/days/{day}", Access::Public, day)
}

fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}

async fn key(State(app): State<App>) -> Answer {
    let keys = app.db.read(tree::keys).await?;
    if keys.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(text(keys.iter().map(|key| format!("{key}\n")).collect()))
}

async fn checkpoint(State(app): State<App>) -> Answer {
    Ok(text(app.db.read(tree::newest).await?.ok_or(Failure::NotFound)?.note))
}

/// Hashes that lead from one size to another, one a line. [LED-12]
async fn consistency(State(app): State<App>, asked: Req) -> Answer {
    let query = query(&asked);
    let size = |name: &str| query.text(name).parse::<u64>().map_err(|_| Failure::NotFound);
    let (from, to) = (size("from")?, size("to")?);
    let path = app.db.read(move |tx| tree::consistency(tx, from, to)).await?.ok_or(Failure::NotFound)?;
    Ok(text(path.iter().map(|hash| format!("{}\n", encode(hash))).collect()))
}

/// Notes shown at once.
const NOTES: i64 = 1_000;

/// Every checkpoint, the oldest first, each followed by an empty line; after a size on. [LED-09]
async fn checkpoints(State(app): State<App>, asked: Req) -> Answer {
    let query = query(&asked);
    let after = query.text("after");
    let after = if after.is_empty() { 0 } else { after.parse::<u64>().map_err(|_| Failure::NotFound)? };
    let kept = app.db.read(move |tx| tree::checkpoints_after(tx, after, NOTES)).await?;
    Ok(text(kept.iter().map(|kept| format!("{}\n", kept.note)).collect()))
}

#[derive(Serialize)]
struct Overview {
    keys: Vec<String>,
    newest: Option<Signed>,
    days: Vec<DayLink>,
    verify: &'static str,
    key_href: &'static str,
    checkpoint_href: &'static str,
    checkpoints_href: &'static str,
}

#[derive(Serialize)]
struct DayLink {
    href: String,
    day: String,
}

/// A checkpoint as it is shown.
#[derive(Serialize)]
struct Signed {
    size: u64,
    at: String,
    root: String,
    note: String,
}

impl Signed {
    fn of(asked: &Req, kept: Kept) -> Option<Self> {
        let read = Checkpoint::read(&kept.note)?;
        let at = moment(asked, read.at);
        Some(Self { size: read.size, at, root: encode(&read.root), note: kept.note })
    }
}

fn moment(asked: &Req, at: Timestamp) -> String {
    asked.locale.date_time(asked.registry.local(at))
}

async fn overview(State(app): State<App>, asked: Req) -> Answer {
    let read = |tx: &mut Tx| Ok((tree::keys(tx)?, tree::newest(tx)?, tree::checkpoints_after(tx, 0, 1)?));
    let (keys, newest, first) = app.db.read(read).await?;
    let first = first
        .first()
        .and_then(|first| Checkpoint::read(&first.note))
        .map(|first| asked.registry.local(first.at).date());
    let today = asked.registry.local(asked.ctx.now).date();
    let days = (0..DAYS).filter_map(|back| today.checked_sub(jiff::Span::new().days(back)).ok());
    let days = days.filter(|day| first.is_some_and(|first| first <= *day));
    let days = days.map(|day| DayLink { href: format!("/ledger/days/{day}"), day: asked.locale.date(day) });
    let shown = Overview {
        keys: keys.iter().map(ToString::to_string).collect(),
        newest: newest.and_then(|kept| Signed::of(&asked, kept)),
        days: days.collect(),
        verify: VERIFY,
        key_href: "/ledger/key",
        checkpoint_href: "/ledger/checkpoint",
        checkpoints_href: "/ledger/checkpoints",
    };
    page(&app, &asked, "public/ledger.html", shown)
}

#[derive(Serialize)]
struct Day {
    day: String,
    /// The day is not over.
    so_far: bool,
    signed: Signed,
    qr: String,
    keys: Vec<String>,
}

/// The last checkpoint of a day, for the notice board. [LED-14]
async fn day(State(app): State<App>, asked: Req, Path(day): Path<String>) -> Answer {
    let day: Date = day.parse().map_err(|_| Failure::NotFound)?;
    let today = asked.registry.local(asked.ctx.now).date();
    if day > today {
        return Err(Failure::NotFound);
    }
    let end = asked.registry.day_end(day).map_err(|_| Failure::NotFound)?;
    let read = move |tx: &mut Tx| Ok((tree::checkpoint_by(tx, end, None)?, tree::keys(tx)?));
    let (kept, keys) = app.db.read(read).await?;
    let signed = kept.and_then(|kept| Signed::of(&asked, kept)).ok_or(Failure::NotFound)?;
    let svg = motcua_print::qr_svg(&signed.note).map_err(Failure::fault)?;
    let shown = Day {
        day: asked.locale.date(day),
        so_far: day == today,
        signed,
        qr: format!("data:image/svg+xml,{}", percent(&svg).replace('+', "%20")),
        keys: keys.iter().map(ToString::to_string).collect(),
    };
    page(&app, &asked, "public/ledger_day.html", shown)
}

// --- a receipt ---------------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct Verify {
    form: FormState,
    action: &'static str,
    found: Option<Shown>,
    /// Public keys in base64, for the browser's own check.
    keys: String,
    /// Of the site's clocks.
    zone: String,
    /// Where the dossier is followed; the number of the receipt goes along.
    receipt: u32,
}

#[derive(Serialize)]
struct Shown {
    /// `holds`, `differs` or `back_dated`.
    verdict: &'static str,
    code: String,
    number: u32,
    received: String,
    due: String,
    /// Events at the checkpoint it names; 0 where there was none.
    size: u64,
    sealed: String,
    differences: Vec<String>,
    replaced_by: Option<u32>,
    in_ledger: Option<String>,
}

async fn ask(State(app): State<App>, asked: Req) -> Answer {
    let line = tidy(query(&asked).text("r"));
    show(&app, &asked, line).await
}

async fn answer(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let line = tidy(form.text("r"));
    if line.is_empty() {
        return refuse(&app, &asked, line, "verify.missing").await;
    }
    show(&app, &asked, line).await
}

/// The line alone, from whatever was pasted: the address around it, and spaces of a message that broke it.
fn tidy(pasted: &str) -> String {
    let joined: String = pasted.chars().filter(|sign| !sign.is_whitespace()).take(LINE_MAX).collect();
    joined.find("MC1:").and_then(|at| joined.get(at..)).map(str::to_owned).unwrap_or(joined)
}

/// What the signature says, and what the ledger does. Whoever has no signed line learns nothing of any dossier. [LED-16]
async fn show(app: &App, asked: &Req, line: String) -> Answer {
    if line.is_empty() {
        return form(app, asked, StatusCode::OK, line, Vec::new(), None).await;
    }
    let keys = keys(app).await?;
    let (receipt, back_dated) = match Receipt::check(&line, &keys) {
        Ok(receipt) => (receipt, false),
        Err(Fault::BackDated(receipt)) => (*receipt, true),
        Err(Fault::Form) => return refuse(app, asked, line, "verify.no_receipt").await,
        Err(Fault::False) => return refuse(app, asked, line, "verify.false").await,
    };
    let compared = receipt.clone();
    let beside = app.db.read(move |tx| receipt::beside_ledger(tx, &compared)).await?;
    let shown = shown(app, asked, &receipt, beside, back_dated);
    form(app, asked, StatusCode::OK, line, Vec::new(), Some(shown)).await
}

fn shown(app: &App, asked: &Req, receipt: &Receipt, beside: Beside, back_dated: bool) -> Shown {
    let verdict = match (back_dated, beside.differences.is_empty()) {
        (true, _) => "back_dated",
        (false, true) => "holds",
        (false, false) => "differs",
    };
    let differences = beside.differences.iter().map(|difference| {
        let sentence = difference.sentence(|at| moment(asked, at));
        app.pages.texts().say(asked.locale, &sentence.key, &sentence.params)
    });
    Shown {
        verdict,
        code: receipt.code.clone(),
        number: receipt.number,
        received: moment(asked, receipt.received),
        due: moment(asked, receipt.due),
        size: receipt.size,
        sealed: moment(asked, receipt.sealed),
        differences: differences.collect(),
        replaced_by: beside.replaced_by,
        in_ledger: beside.sealed.map(|at| moment(asked, at)),
    }
}

async fn refuse(app: &App, asked: &Req, line: String, key: &str) -> Answer {
    form(app, asked, StatusCode::UNPROCESSABLE_ENTITY, line, vec![FieldError::new("r", key)], None).await
}

async fn form(
    app: &App,
    asked: &Req,
    status: StatusCode,
    line: String,
    errors: Vec<FieldError>,
    found: Option<Shown>,
) -> Answer {
    let keys: Vec<String> = keys(app).await?.iter().map(|key| encode(&key.public_bytes())).collect();
    let receipt = found.as_ref().map_or(0, |found| found.number);
    let zone = asked.registry.timezone.iana_name().unwrap_or("UTC").to_owned();
    let form = Form::filled([("r", line)]).state(errors);
    let shown = Verify { form, action: VERIFY, found, keys: keys.join(" "), zone, receipt };
    page_with(app, asked, status, "public/verify.html", shown)
}

/// Those that signed here; before the first checkpoint, the one that will.
async fn keys(app: &App) -> Result<Vec<Verifier>, Failure> {
    let mut keys = app.db.read(tree::keys).await?;
    if keys.is_empty() {
        keys.extend(app.signer.as_ref().map(|signer| signer.verifier()));
    }
    Ok(keys)
}
