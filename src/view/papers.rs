//! What is printed: receipts, numbered letters, control slips, slips for other offices, the register.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use motcua_domain::dossier::{Command, Recorded, Status, letter_of};
use motcua_domain::identity::Role;
use motcua_domain::letters::LetterKind;
use serde::{Deserialize, Serialize};

use super::desk::READERS;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page_with};
use crate::record::dossier::{self, Found, Target, list};
use crate::record::letters::{self, HandedOn, Issue, Letters, PostDirection, Posted, RegisterOf, Standing};
use crate::record::receipt::{Given, line};
use crate::work::intake::date;
use crate::work::transfer::{self, SlipKind};

/// Most receipts in one file; more is another file.
const RECEIPTS_MAX: usize = 500;

/// Longest period of a register.
const REGISTER_DAYS_MAX: i32 = 366;

const CLERKS: &[Role] = &[Role::OneStopOfficer, Role::OfficeHead, Role::Leader];

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/dossiers/{id}/receipt.pdf", Access::Roles(READERS), receipt)
        .get("/desk/dossiers/{id}/refusal.pdf", Access::Roles(READERS), refusal)
        .get("/desk/dossiers/{id}/control-slip.pdf", Access::Roles(READERS), control_slip)
        .get("/desk/dossiers/{id}/result-receipt.pdf", Access::Roles(READERS), result_receipt)
        .get("/desk/dossiers/{id}/opinion-slip.pdf", Access::Roles(READERS), opinion_slip)
        .get("/desk/dossiers/{id}/post-slip.pdf", Access::Roles(READERS), post_slip)
        .get("/desk/dossiers/{id}/joint-receipt.pdf", Access::Roles(CLERKS), joint_receipt)
        .get("/desk/dossiers/{id}/letters/{seq}", Access::Roles(READERS), letter)
        .get("/desk/transfers/{number}/slip.pdf", Access::Roles(super::acts::ACTORS), slip)
        .get("/desk/register", Access::Roles(CLERKS), register_page)
        .get("/desk/register.pdf", Access::Roles(CLERKS), register)
        .get("/desk/receipts.pdf", Access::Roles(CLERKS), receipts)
}

/// Sets something on a thread that may work for a while, and sends it as a file to look at.
async fn pdf(
    app: &App,
    asked: &Req,
    name: String,
    set: impl FnOnce(&Letters, &Issue) -> Result<Vec<u8>, Failure> + Send + 'static,
) -> Answer {
    let (app, asked) = (app.clone(), asked.clone());
    let set = move || {
        let texts = app.pages.texts();
        let sign = |given: &Given| match &app.signer {
            Some(signer) => line(&app.db, signer, given),
            None => Ok(None),
        };
        let (base_url, now) = (&app.base_url, asked.ctx.now);
        let issue = Issue { registry: &asked.registry, texts, base_url, now, vouch: Some(&sign) };
        set(&app.letters, &issue)
    };
    Ok(as_pdf(&name, letters::shop().send(set).await??))
}

fn as_pdf(name: &str, bytes: Vec<u8>) -> Response {
    // Only letters of ours are in names, so that nothing of a header can be written from outside.
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).collect();
    let disposition = format!("inline; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

/// A dossier the officer may see, with its events.
async fn read(app: &App, asked: &Req, id: String) -> Result<(Found, Vec<Recorded>), Failure> {
    let officer = asked.officer()?.clone();
    app.db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &id)?;
            let events = dossier::timeline(tx, &found.id)?;
            Ok((found, events))
        })
        .await
}

pub async fn receipt(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let name = format!("receipt-{}.pdf", found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.receipt(issue, &events)).await
}

/// Form 03, or at intake form 02 where the person is to come again; there is none for a dossier that was not refused.
pub async fn refusal(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let at_intake = found.dossier.status == Status::RefusedAtIntake;
    let decided = super::dossier::is_refused(&found.dossier);
    if !at_intake && !decided {
        return Err(Failure::NotFound);
    }
    let fits = |letter: LetterKind| letter == LetterKind::Refusal || (at_intake && letter == LetterKind::Supplement);
    let issued = found.dossier.letters.iter().rfind(|issued| fits(issued.letter));
    let (kind, number) = issued.map_or((LetterKind::Refusal, None), |issued| (issued.letter, Some(issued.number)));
    let name = format!("{}-{}.pdf", kind.as_str(), found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.numbered(issue, kind, &events, number, Standing::Issued))
        .await
}

async fn control_slip(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let name = format!("control-slip-{}.pdf", found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.control_slip(issue, &events)).await
}

async fn result_receipt(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let name = format!("result-receipt-{}.pdf", found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.result_receipt(issue, &events)).await
}

async fn opinion_slip(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let name = format!("opinion-slip-{}.pdf", found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.opinion_slip(issue, &events)).await
}

async fn post_slip(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (found, events) = read(&app, &asked, id).await?;
    let name = format!("post-slip-{}.pdf", found.dossier.code);
    pdf(&app, &asked, name, move |letters, issue| letters.post_slip(issue, &events)).await
}

/// One receipt for everything that the same person handed in at that agency on the day of this dossier.
async fn joint_receipt(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (officer, registry) = (asked.officer()?.clone(), asked.registry.clone());
    let agency = officer.agency.clone();
    let (first, that_day) = app
        .db
        .read(move |tx| {
            let first = dossier::visible(tx, &officer, &id)?.dossier;
            let day = registry.local(first.received_at).date();
            let (from, until) = (registry.day_start(day)?, registry.day_end(day)?);
            let all = list::of_period(tx, &first.agency, from, until)?;
            let that_day = all.into_iter().map(|found| found.dossier).collect::<Vec<_>>();
            Ok((first, that_day))
        })
        .await?;
    // The book of a day is the receiving agency's own.
    if first.promise.is_none() || first.agency != agency {
        return Err(Failure::NotFound);
    }
    let name = format!("joint-receipt-{}.pdf", first.code);
    pdf(&app, &asked, name, move |letters, issue| letters.joint_receipt(issue, &first, &that_day)).await
}

/// A numbered letter by the event that issued it, as it was then.
async fn letter(State(app): State<App>, asked: Req, Path((id, seq)): Path<(String, i64)>) -> Answer {
    let (found, mut events) = read(&app, &asked, id).await?;
    let issued = found.dossier.letters.iter().find(|issued| issued.seq == seq).cloned().ok_or(Failure::NotFound)?;
    events.retain(|recorded| recorded.seq <= seq);
    let name = format!("{}-{}-{}.pdf", issued.letter.as_str(), issued.number, issued.year);
    pdf(&app, &asked, name, move |letters, issue| {
        letters.numbered(issue, issued.letter, &events, Some(issued.number), Standing::Issued)
    })
    .await
}

/// The letter that would come out of an act, before it is done: marked, without a number. [LET-08]
pub async fn preview(app: &App, asked: &Req, id: &str, form: &Form, command: Command) -> Answer {
    let (seen, task) = (form.text("version").parse().ok(), form.text("task").parse().ok());
    let (ctx, registry, stream) = (asked.ctx.clone(), asked.registry.clone(), id.to_owned());
    let (kind, code, events) = app
        .db
        .read(move |tx| {
            let before = dossier::visible(tx, ctx.officer()?, &stream)?;
            let mut events = dossier::timeline(tx, &before.id)?;
            let target = Target { id: &before.id, seen, task };
            let (after, done) = dossier::rehearse(tx, &ctx, &registry, target, command)?;
            let kind = letter_of(&before.dossier, &after.dossier).ok_or(Failure::NotFound)?;
            events.extend(done);
            Ok((kind, before.dossier.code, events))
        })
        .await?;
    let name = format!("preview-{}-{code}.pdf", kind.as_str());
    pdf(app, asked, name, move |letters, issue| letters.numbered(issue, kind, &events, None, Standing::Preview)).await
}

async fn slip(State(app): State<App>, asked: Req, Path(number): Path<String>) -> Answer {
    let officer = asked.officer()?.clone();
    let (slip, rows) = app.db.read(move |tx| transfer::slip(tx, &officer, &number)).await?;
    asked.reads(rows.iter().map(|(_, found)| found.id.as_str()));
    let name = format!("{}.pdf", slip.number);
    pdf(&app, &asked, name, move |letters, issue| {
        let last = rows.iter().filter_map(|(item, _)| item.confirmed_by.as_deref()).next_back();
        let mut dossiers: Vec<_> = rows.iter().map(|(_, found)| &found.dossier).collect();
        dossiers.dedup_by(|a, b| a.code == b.code);
        let handed_on = |dossiers| HandedOn {
            number: &slip.number,
            from_office: &slip.from_office,
            to_office: &slip.to_office,
            made_at: slip.made_at,
            made_by: &slip.made_by,
            confirmed: slip.confirmed_at.zip(last),
            dossiers,
        };
        let posted = |direction, one_stop, dossiers| Posted {
            number: &slip.number,
            one_stop,
            direction,
            post_office: &slip.partner,
            postman: &slip.person,
            made_at: slip.made_at,
            made_by: &slip.made_by,
            dossiers,
        };
        match slip.kind {
            SlipKind::HandOver => letters.hand_over_slip(issue, &handed_on(dossiers)),
            SlipKind::Result => letters.result_slip(issue, &handed_on(dossiers)),
            SlipKind::FromPost => {
                letters.post_record(issue, &posted(PostDirection::ToAgency, &slip.to_office, dossiers))
            }
            SlipKind::ToPost => letters.post_record(issue, &posted(PostDirection::ToPost, &slip.from_office, dossiers)),
        }
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Period {
    from: String,
    to: String,
    day: String,
}

#[derive(Serialize)]
struct RegisterPage {
    form: FormState,
    agency: String,
    /// Where the register of the period is; empty until the period is right.
    href: String,
    receipts_href: String,
}

/// Asks for a period, from the first of this month to today where nothing was said.
async fn register_page(State(app): State<App>, asked: Req, Query(period): Query<Period>) -> Answer {
    let today = asked.registry.local(asked.ctx.now).date();
    let written = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let or = |text: &str, day: Date| if text.trim().is_empty() { written(day) } else { text.to_owned() };
    let form = Form::filled([
        ("from", or(&period.from, today.first_of_month())),
        ("to", or(&period.to, today)),
        ("day", or(&period.day, today)),
    ]);
    let read = days(&form);
    let (errors, href) = match read {
        Ok((from, to)) => (Vec::new(), format!("/desk/register.pdf?from={}&to={}", query(from), query(to))),
        Err(errors) => (errors, String::new()),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let receipts_href =
        date(form.text("day")).map_or_else(String::new, |day| format!("/desk/receipts.pdf?day={}", query(day)));
    let agency = asked.registry.agency_name(&asked.officer()?.agency).to_owned();
    let shown = RegisterPage { form: form.state(errors), agency, href, receipts_href };
    page_with(&app, &asked, status, "papers/register.html", shown)
}

fn query(day: Date) -> String {
    crate::platform::web::form::percent(&day.strftime("%d/%m/%Y").to_string())
}

fn days(form: &Form) -> Result<(Date, Date), Vec<FieldError>> {
    let (from, to) = (date(form.text("from")), date(form.text("to")));
    let missing = [("from", from), ("to", to)].into_iter().filter(|(_, day)| day.is_none());
    let errors: Vec<FieldError> = missing.map(|(name, _)| FieldError::new(name, "form.date")).collect();
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(vec![FieldError::new("to", "reports.backwards")]),
        (Some(from), Some(to)) if (to - from).get_days() > REGISTER_DAYS_MAX => {
            Err(vec![FieldError::new("to", "prints.too_long")])
        }
        (Some(from), Some(to)) => Ok((from, to)),
        _ => Err(errors),
    }
}

/// The register of the officer's agency for a period. [LET-03]
async fn register(State(app): State<App>, asked: Req, Query(period): Query<Period>) -> Answer {
    let form = Form::filled([("from", period.from), ("to", period.to)]);
    let (from, to) = days(&form).map_err(Failure::Invalid)?;
    let (from, until) = (asked.registry.day_start(from)?, asked.registry.day_end(to)?);
    let agency = asked.officer()?.agency.clone();
    let of = agency.clone();
    let dossiers = app.db.read(move |tx| list::of_period(tx, &of, from, until)).await?;
    asked.reads(dossiers.iter().map(|found| found.id.as_str()));
    let officer = asked.officer()?.account.clone();
    pdf(&app, &asked, "register.pdf".to_owned(), move |letters, issue| {
        // The last day is printed, not the midnight after it.
        let until = until - jiff::SignedDuration::from_secs(60);
        letters.register(issue, &RegisterOf { agency: &agency, from, until, dossiers, officer: &officer })
    })
    .await
}

/// All receipts of a day in one file. [LET-13]
async fn receipts(State(app): State<App>, asked: Req, Query(period): Query<Period>) -> Answer {
    let day = date(&period.day).ok_or_else(|| Failure::Invalid(vec![FieldError::new("day", "form.date")]))?;
    let (from, until) = (asked.registry.day_start(day)?, asked.registry.day_end(day)?);
    let agency = asked.officer()?.agency.clone();
    let (dossiers, shown) = app
        .db
        .read(move |tx| {
            let found = list::of_period(tx, &agency, from, until)?;
            let taken_in = found.into_iter().filter(|found| found.dossier.promise.is_some()).take(RECEIPTS_MAX);
            taken_in
                .map(|found| Ok((dossier::timeline(tx, &found.id)?, found.id)))
                .collect::<Result<(Vec<_>, Vec<String>), Failure>>()
        })
        .await?;
    asked.reads(shown.iter().map(String::as_str));
    let title = asked.locale.date(day);
    pdf(&app, &asked, "receipts.pdf".to_owned(), move |letters, issue| {
        let params = std::collections::BTreeMap::from([("day".to_owned(), title)]);
        let title = issue.texts.say(crate::platform::i18n::Locale::Vi, "letters.receipts", &params);
        letters.receipts(issue, &title, &dossiers)
    })
    .await
}
