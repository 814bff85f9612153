//! What lies at which agency since when, and whether anybody there has said a word; and how the agencies did over a period.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::identity::Role;
use serde::{Deserialize, Serialize};

use super::referral::{LinkShown, link_shown};
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::record::dossier::list::{Cursor, PAGE};
use crate::record::dossier::stay::{self, Open, Stay};
use crate::record::mail;
use crate::registry::Registry;
use crate::work::intake::date;
use crate::work::outside::{self, working_days};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    office: String,
    after: String,
    from: String,
    to: String,
}

#[derive(Serialize)]
struct ListPage {
    offices: Vec<OfficeLink>,
    /// Name of the chosen office; empty for all.
    chosen: String,
    office: String,
    rows: Vec<StayRow>,
    first: String,
    next: String,
    period: String,
    totals: Vec<Total>,
    form: FormState,
}

#[derive(Serialize)]
struct OfficeLink {
    href: String,
    name: String,
    open: i64,
    silent: i64,
    current: bool,
}

/// One stay that has not ended.
#[derive(Serialize)]
struct StayRow {
    href: String,
    /// Where the one-stop refers it; empty for others, and where the office works with accounts.
    referral: String,
    code: String,
    procedure: String,
    office: String,
    asked: String,
    since: String,
    days: i64,
    due_at: Option<String>,
    late: bool,
    acknowledged_at: Option<String>,
    /// A question of the agency that the one-stop has not answered.
    question: String,
    /// Whether it works by a link at all.
    by_link: bool,
    link: Option<LinkShown>,
    mail_failed: bool,
}

/// How one office did.
#[derive(Default, Serialize)]
struct Total {
    office: String,
    referred: i64,
    answered: i64,
    answered_late: i64,
    /// The dossier ended or was taken back before an answer.
    ended: i64,
    open: i64,
    open_late: i64,
    /// Working days until the answer, on average, with one decimal; empty without an answer.
    average: String,
    longest: i64,
    #[serde(skip)]
    days: i64,
}

pub(super) async fn page(State(app): State<App>, asked: Req, Query(query): Query<ListQuery>) -> Answer {
    let officer = asked.officer()?.clone();
    let whole = officer.has(Role::Auditor);
    let agency = (!whole).then(|| officer.agency.clone());
    let (form, period) = period(&query, asked.registry.local(asked.ctx.now).date());
    let (errors, period) = match period {
        Ok(period) => (Vec::new(), Some(period)),
        Err(errors) => (errors, None),
    };
    let here = asked.clone();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = form.state(errors);
    let shown = app.db.read(move |tx| build(tx, &here, &query, agency.as_deref(), period, form)).await?;
    page_with(&app, &asked, status, "outside/list.html", shown)
}

fn build(
    tx: &mut Tx,
    asked: &Req,
    query: &ListQuery,
    agency: Option<&str>,
    period: Option<(Date, Date)>,
    form: FormState,
) -> Result<ListPage, Failure> {
    let registry = &*asked.registry;
    let link = |office: &str| format!("/desk/outside?office={}", percent(office));
    let offices = stay::counts(tx, agency)?.into_iter().map(|count| OfficeLink {
        href: link(&count.office),
        name: registry.office_name(&count.office).to_owned(),
        current: count.office == query.office,
        open: count.open,
        silent: count.silent,
    });
    let office = Some(query.office.as_str()).filter(|office| !office.is_empty());
    let found = stay::open(tx, stay::Where { agency, office }, Cursor::read(&query.after).as_ref(), PAGE)?;
    let rows = found.rows.iter().map(|open| row(tx, asked, open)).collect::<Result<_, Failure>>()?;
    let (words, totals) = match period {
        Some((from, to)) => {
            let begun = stay::begun(tx, agency, registry.day_start(from)?, registry.day_end(to)?)?;
            let words = format!("{} – {}", asked.locale.date(from), asked.locale.date(to));
            (words, totals(asked, begun.iter().filter(|stay| office.is_none_or(|office| office == stay.office))))
        }
        None => (String::new(), Vec::new()),
    };
    Ok(ListPage {
        offices: offices.collect(),
        chosen: office.map_or_else(String::new, |office| registry.office_name(office).to_owned()),
        office: query.office.clone(),
        rows,
        first: if query.after.is_empty() { String::new() } else { link(&query.office) },
        next: found
            .next
            .map_or_else(String::new, |next| format!("{}&after={}", link(&query.office), percent(&next.print()))),
        period: words,
        totals,
        form,
    })
}

fn row(tx: &mut Tx, asked: &Req, open: &Open) -> Result<StayRow, Failure> {
    let Open { stay, found } = open;
    let (registry, now, dossier) = (&*asked.registry, asked.ctx.now, &found.dossier);
    let local = |at: Timestamp| asked.locale.date_time(registry.local(at));
    let task = dossier.task(stay.place.task);
    let by_link = task.as_ref().is_some_and(|task| outside::is_outside(registry, task));
    let link = match &task {
        Some(task) if by_link => outside::newest(tx, found, task)?,
        _ => None,
    };
    let mail_failed = match link.as_ref().and_then(|link| link.mail.as_ref()) {
        Some(id) => mail::about(tx, &found.id)?.iter().any(|mail| mail.id == *id && mail.failed_because.is_some()),
        None => false,
    };
    let refers = asked.officer()?.post(dossier.one_stop(), Role::OneStopOfficer, &dossier.subject.procedure).is_some();
    let question = dossier.questions.iter().find(|asked| asked.task == stay.place.task && asked.answer.is_none());
    Ok(StayRow {
        href: format!("/desk/dossiers/{}?task={}", found.id, stay.place.task),
        referral: match by_link && refers {
            true => format!("/desk/dossiers/{}/referral?task={}", found.id, stay.place.task),
            false => String::new(),
        },
        code: dossier.code.clone(),
        procedure: dossier.subject.name.clone(),
        office: registry.office_name(&stay.office).to_owned(),
        asked: task.map_or_else(String::new, |task| task.title.to_owned()),
        since: local(stay.since),
        days: working_days(registry, &stay.office, stay.since, now),
        due_at: stay.due_at.map(local),
        late: stay.is_late(now),
        acknowledged_at: stay.acknowledged_at.map(local),
        question: question.map_or_else(String::new, |question| question.text.clone()),
        by_link,
        link: link.map(|link| link_shown(asked, &link, found)),
        mail_failed,
    })
}

/// The figures of each office, from the stays of a period. [OUT-01] [OUT-03]
fn totals<'a>(asked: &Req, stays: impl Iterator<Item = &'a Stay>) -> Vec<Total> {
    let (registry, now): (&Registry, _) = (&asked.registry, asked.ctx.now);
    let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
    for stay in stays {
        let total = totals.entry(&stay.office).or_default();
        let late = i64::from(stay.is_late(now));
        total.referred += 1;
        match stay.ended_at {
            Some(at) if stay.answered => {
                let days = working_days(registry, &stay.office, stay.since, at);
                total.answered += 1;
                total.answered_late += late;
                total.days += days;
                total.longest = total.longest.max(days);
            }
            Some(_) => total.ended += 1,
            None => {
                total.open += 1;
                total.open_late += late;
            }
        }
    }
    let finished = totals.into_iter().map(|(office, total)| Total {
        office: registry.office_name(office).to_owned(),
        average: average(asked, total.days, total.answered),
        ..total
    });
    finished.collect()
}

/// Days for each answer, rounded to a tenth.
fn average(asked: &Req, days: i64, answers: i64) -> String {
    if answers == 0 {
        return String::new();
    }
    let tenths = (days * 10 + answers / 2) / answers;
    let comma = if asked.locale == crate::platform::i18n::Locale::Vi { ',' } else { '.' };
    format!("{}{comma}{}", tenths / 10, tenths % 10)
}

/// From the first of this month to today where nothing was asked for; a year at the most.
fn period(query: &ListQuery, today: Date) -> (Form, Result<(Date, Date), Vec<FieldError>>) {
    let written = |date: Date| date.strftime("%d/%m/%Y").to_string();
    let or = |text: &str, date: Date| if text.trim().is_empty() { written(date) } else { text.to_owned() };
    let form = Form::filled([("from", or(&query.from, today.first_of_month())), ("to", or(&query.to, today))]);
    let (from, to) = (date(form.text("from")), date(form.text("to")));
    let wrong = |name: &str, read: Option<Date>| read.is_none().then(|| FieldError::new(name, "form.date"));
    let read = match (from, to) {
        (Some(from), Some(to)) if from > to => Err(vec![FieldError::new("to", "outside.backwards")]),
        (Some(from), Some(to)) if to > from.saturating_add(1.year()) => {
            Err(vec![FieldError::new("to", "outside.too_long")])
        }
        (Some(from), Some(to)) => Ok((from, to)),
        _ => Err(wrong("from", from).into_iter().chain(wrong("to", to)).collect()),
    };
    (form, read)
}
