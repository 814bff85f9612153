//! Pages and files of official reports.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use motcua_domain::identity::{Officer, Role};
use serde::Serialize;

use super::sheet::Sheet;
use super::{Format, Frame, Kind, written};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::record::figures;
use crate::record::letters::{self, Issue};
use crate::view::reports::Asked;
use crate::view::reports::choices::{Choices, Other, others};

#[derive(Serialize)]
struct OfficialPage {
    kind: &'static str,
    form: FormState,
    choices: Choices,
    others: Vec<Other>,
    tables: Vec<Table>,
    back: String,
}

#[derive(Serialize)]
struct Table {
    form: String,
    title: String,
    agency: String,
    period: String,
    groups: Vec<Group>,
    columns: Vec<Head>,
    rows: Vec<Line>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Group {
    name: String,
    span: usize,
}

#[derive(Serialize)]
struct Head {
    label: String,
    number: usize,
    amount: bool,
}

#[derive(Serialize)]
struct Line {
    strong: bool,
    cells: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    text: String,
    href: String,
    number: bool,
}

/// Whoever sees figures sees them; lists name dossiers, which an administrator does not see.
fn admitted(kind: Kind, officer: &Officer) -> Result<(), Failure> {
    if kind.admits(officer) { Ok(()) } else { Err(Failure::Forbidden) }
}

pub async fn show(State(app): State<App>, asked: Req, Path(kind): Path<String>, Query(query): Query<Asked>) -> Answer {
    let kind = Kind::parse(&kind).ok_or(Failure::NotFound)?;
    let officer = asked.officer()?.clone();
    admitted(kind, &officer)?;
    let (form, read) = query.read(asked.registry.local(asked.ctx.now).date());
    let (period, reader, of) = (read.as_ref().ok().copied(), asked.clone(), officer.clone());
    let texts = app.clone();
    let (agency, all, sheets) = app
        .db
        .read(move |tx| {
            let agency = query.agency(tx, &reader.registry, &of)?;
            let all = figures::agencies(tx)?;
            let Some(period) = period else { return Ok((agency, all, Vec::new())) };
            let (registry, texts) = (&*reader.registry, texts.pages.texts());
            let mut frame = Frame::new(registry, texts, reader.locale, period, reader.ctx.now);
            frame.agency.clone_from(&agency);
            frame.opens = of.has(Role::Leader) || of.has(Role::Auditor);
            let sheets = frame.sheets(tx, kind)?;
            Ok((agency, all, sheets))
        })
        .await?;
    let whole = officer.has(Role::Auditor) || officer.has(Role::Administrator);
    let (status, errors) = match read {
        Ok(_) => (StatusCode::OK, Vec::new()),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let asks = period.map(|period| crate::view::reports::asks(period, agency.as_deref()));
    let page = OfficialPage {
        kind: kind.word(),
        form: form.state(errors),
        choices: Choices::of(&app, &asked, if whole { &all } else { &[] }),
        others: period.map(|period| others(period, agency.as_deref(), &officer)).unwrap_or_default(),
        tables: sheets.iter().map(|sheet| table(sheet, asked.locale)).collect(),
        back: asks.map_or_else(|| "/desk/report".to_owned(), |asks| format!("/desk/report?{asks}")),
    };
    page_with(&app, &asked, status, "reports/official.html", page)
}

fn table(sheet: &Sheet, locale: Locale) -> Table {
    let groups = sheet.columns.chunk_by(|one, next| one.group == next.group);
    let is_amount = |at: usize| sheet.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| cell.is_number()));
    let columns = sheet.columns.iter().enumerate();
    let rows = sheet.rows.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| Shown {
            text: cell.shown(locale),
            href: cell.href().to_owned(),
            number: cell.is_number(),
        });
        Line { strong: row.strong, cells: cells.collect() }
    });
    Table {
        form: sheet.form.clone(),
        title: sheet.title.clone(),
        agency: sheet.agency.clone(),
        period: sheet.period.clone(),
        groups: groups
            .map(|group| Group {
                name: group.first().map_or_else(String::new, |first| first.group.clone()),
                span: group.len(),
            })
            .collect(),
        columns: columns
            .map(|(at, column)| Head { label: column.label.clone(), number: at + 1, amount: is_amount(at) })
            .collect(),
        rows: rows.collect(),
        notes: sheet.notes.clone(),
    }
}

/// `ii06.xlsx`: the report as a file. A period that is wrong has no file.
pub async fn file(State(app): State<App>, asked: Req, Path(file): Path<String>, Query(query): Query<Asked>) -> Answer {
    let (kind, format) = file.split_once('.').ok_or(Failure::NotFound)?;
    let kind = Kind::parse(kind).ok_or(Failure::NotFound)?;
    let format = Format::parse(format).ok_or(Failure::NotFound)?;
    let officer = asked.officer()?.clone();
    admitted(kind, &officer)?;
    let period = query.read(asked.registry.local(asked.ctx.now).date()).1.map_err(Failure::Invalid)?;
    let (reader, texts) = (asked.clone(), app.clone());
    let (agency, sheets) = app
        .db
        .read(move |tx| {
            let agency = query.agency(tx, &reader.registry, &officer)?;
            let texts = texts.pages.texts();
            let mut frame = Frame::new(&reader.registry, texts, Locale::Vi, period, reader.ctx.now);
            frame.agency.clone_from(&agency);
            let sheets = frame.sheets(tx, kind)?;
            Ok((agency, sheets))
        })
        .await?;
    let write = move || {
        let texts = app.pages.texts();
        let issue =
            Issue { registry: &asked.registry, texts, base_url: &app.base_url, now: asked.ctx.now, vouch: None };
        written(&sheets, format, agency.as_deref(), &app.letters, &issue)
    };
    let bytes = letters::shop().send(write).await??;
    let name = format!("attachment; filename=\"{}-{}-{}.{}\"", kind.word(), period.0, period.1, format.word());
    Ok(([(header::CONTENT_TYPE, format.media().to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
