//! One part of a draft as a form: filled in, changed by its buttons, read with a sentence for each mistake, saved.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::procedure::Version;
use serde::Serialize;

use super::{Head, Known, base, change, known, no_draft, route, tables, texts, was_slower, words};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::registry::editor::{self, Part};

/// Puts what was typed into a version.
pub(super) type Edit = Arc<dyn Fn(&mut Version) + Send + Sync>;

/// What a form holds, or what is wrong in it.
pub(super) type Read = Result<Edit, Vec<FieldError>>;

/// Names of the rows of a table on the page: how many there are, each by its number.
pub(super) type Numbers = Vec<usize>;

#[derive(Serialize)]
struct EditPage {
    head: Head,
    part: &'static str,
    action: String,
    seen: i64,
    form: FormState,
    #[serde(flatten)]
    body: Body,
}

/// What a page needs beside its form.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Body {
    Texts { marks: Vec<texts::Mark> },
    Rows { rows: Numbers, limit_text: String, fee_text: String, papers_text: String, cases: Vec<String> },
    Route(Box<route::RouteBody>),
    Examples { examples: Vec<ExampleRow>, full: bool },
}

#[derive(Serialize)]
pub(super) struct ExampleRow {
    href: String,
    /// Number of the row.
    at: usize,
    title: String,
    agency: String,
    case: String,
    received: String,
}

pub(super) fn part(word: &str) -> Result<Part, Failure> {
    Part::ALL.into_iter().find(|part| part.as_str() == word).ok_or(Failure::NotFound)
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path((key, word)): Path<(String, String)>) -> Answer {
    let part = part(&word)?;
    let known = known(&app, &asked, &key).await?;
    let Some(draft) = &known.draft else { return no_draft(&key) };
    let form = match part {
        Part::Texts => texts::fill(&draft.body),
        Part::Limits => tables::fill_limits(&draft.body),
        Part::Fees => tables::fill_fees(&draft.body),
        Part::Papers => tables::fill_papers(&draft.body),
        Part::Route => route::fill(&asked, &key, &draft.body),
        Part::Examples => Form::default(),
    };
    render(&app, &asked, &key, part, &known, &form, Vec::new())
}

pub(super) async fn submit(
    State(app): State<App>,
    asked: Req,
    Path((key, word)): Path<(String, String)>,
    mut form: Form,
) -> Answer {
    let part = part(&word)?;
    let known = known(&app, &asked, &key).await?;
    let changed = match part {
        Part::Texts => false,
        Part::Limits => tables::operate_limits(&mut form),
        Part::Fees => tables::operate_fees(&mut form),
        Part::Papers => tables::operate_papers(&mut form),
        Part::Route => route::operate(&asked, &key, &mut form),
        Part::Examples => false,
    };
    if changed {
        return render(&app, &asked, &key, part, &known, &form, Vec::new());
    }
    let read = match part {
        Part::Texts => texts::read(&form),
        Part::Limits => tables::read_limits(&form),
        Part::Fees => tables::read_fees(&form),
        Part::Papers => tables::read_papers(&form),
        Part::Route => route::read(&form),
        Part::Examples => read_examples(&form),
    };
    match read {
        Err(errors) => render(&app, &asked, &key, part, &known, &form, errors),
        Ok(edit) => save(&app, &asked, &key, part, &form, edit).await,
    }
}

/// The only button of the list of examples takes one away.
fn read_examples(form: &Form) -> Read {
    let at: Option<usize> = form.text("do").strip_prefix("remove_examples.").and_then(|at| at.parse().ok());
    Ok(Arc::new(move |version: &mut Version| {
        if let Some(at) = at.filter(|at| *at < version.examples.len()) {
            version.examples.remove(at);
        }
    }))
}

async fn save(app: &App, asked: &Req, key: &str, part: Part, form: &Form, edit: Edit) -> Answer {
    let seen = form.text("seen").parse().unwrap_or(0);
    let (ctx, of) = (asked.ctx.clone(), key.to_owned());
    let done =
        change(app, asked, "draft.save", move |tx, _| editor::save(tx, &ctx, &of, seen, part, |version| edit(version)));
    match done.await {
        Ok(()) => {
            // A route and its examples are looked at once more after they were saved; the other parts are done.
            let there = match part {
                Part::Route | Part::Examples => format!("{}/edit/{}", base(key), part.as_str()),
                _ => base(key),
            };
            go(&there, FlashKind::Success, "editor.saved", &[])
        }
        Err(Failure::Refused(sentence)) if was_slower(&sentence) => {
            let now = known(app, asked, key).await?;
            let errors = vec![FieldError { field: String::new(), sentence }];
            render(app, asked, key, part, &now, form, errors)
        }
        Err(other) => Err(other),
    }
}

/// The form with what was typed. After somebody else was faster it shows their state as seen, so that saving once more puts
/// this part over theirs. [EXM-08]
fn render(
    app: &App,
    asked: &Req,
    key: &str,
    part: Part,
    known: &Known,
    form: &Form,
    errors: Vec<FieldError>,
) -> Answer {
    let slower = errors.iter().any(|error| was_slower(&error.sentence));
    let status = match (slower, errors.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, true) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let now = known.draft.as_ref().map_or(0, |draft| draft.version);
    let seen = if slower { now } else { form.text("seen").parse().unwrap_or(now) };
    let record = known.draft.as_ref().map_or(&known.held(asked)?.record, |draft| &draft.body);
    let rows = |table| Body::Rows {
        rows: (0..super::rows::read(form, table).len()).collect(),
        limit_text: record.limit_text.clone(),
        fee_text: record.fee_text.clone(),
        papers_text: record.papers_text.clone(),
        cases: tables::cases(record),
    };
    let body = match part {
        Part::Texts => Body::Texts { marks: texts::marks(record) },
        Part::Limits => rows("limits"),
        Part::Fees => rows("fees"),
        Part::Papers => rows("papers"),
        Part::Route => Body::Route(Box::new(route::body(app, asked, key, record, form)?)),
        Part::Examples => Body::Examples {
            examples: examples(asked, key, record),
            full: record.examples.len() >= motcua_domain::exam::EXAMPLES_MAX,
        },
    };
    let template = match part {
        Part::Texts => "editor/texts.html",
        Part::Limits => "editor/limits.html",
        Part::Fees => "editor/fees.html",
        Part::Papers => "editor/papers.html",
        Part::Route => "editor/route.html",
        Part::Examples => "editor/examples.html",
    };
    let page = EditPage {
        head: known.head(asked, key)?,
        part: part.as_str(),
        action: format!("{}/edit/{}", base(key), part.as_str()),
        seen,
        form: form.state(words::told(app, asked, "", errors)),
        body,
    };
    page_with(app, asked, status, template, page)
}

fn examples(asked: &Req, key: &str, record: &Version) -> Vec<ExampleRow> {
    let rows = record.examples.iter().enumerate().map(|(at, example)| ExampleRow {
        href: format!("{}/examples/{at}", base(key)),
        at,
        title: example.title.clone(),
        agency: asked.registry.agency_name(&example.agency).to_owned(),
        case: example.case.clone(),
        received: asked.locale.date_time(example.received),
    });
    rows.collect()
}
