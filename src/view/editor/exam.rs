//! The exam of a draft: every example with what was expected and what came out, and the form that publishes it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::exam::{Outcome, Part};
use serde::Serialize;

use super::route::shown_at;
use super::{Head, Known, base, change, known, no_draft, reason, refresh, today, was_slower, words};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::registry::editor::{self, Ask, Draft};
use crate::registry::exam::{Sat, World, sit};
use crate::registry::versions;
use crate::work::intake::date;

#[derive(Serialize)]
struct ExamPage {
    head: Head,
    seen: i64,
    form: FormState,
    /// What keeps the draft from being published, beside the form's own errors.
    faults: Vec<Fault>,
    examples: Vec<Shown>,
    right: usize,
    /// Versions to come: what is published now may hold only until then.
    coming: Vec<String>,
}

#[derive(Serialize)]
struct Fault {
    said: String,
    /// Where it is mended; empty for what stands on this page.
    href: String,
}

#[derive(Serialize)]
struct Shown {
    /// From 1, as the page numbers them.
    number: usize,
    href: String,
    title: String,
    who: String,
    agency: String,
    case: String,
    channel: String,
    received: String,
    acts: Vec<String>,
    right: bool,
    rows: Vec<Row>,
    said: Vec<String>,
}

/// One part of an example: what was expected and what was found.
#[derive(Serialize)]
struct Row {
    part: Part,
    expected: String,
    found: String,
    right: bool,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    let known = known(&app, &asked, &key).await?;
    let Some(draft) = &known.draft else { return no_draft(&key) };
    let day = draft.valid_from.map_or_else(String::new, |day| day.strftime("%d/%m/%Y").to_string());
    let form = Form::filled([("valid_from", day)]);
    render(&app, &asked, &key, &known, &form, Vec::new())
}

pub(super) async fn publish(State(app): State<App>, asked: Req, Path(key): Path<String>, form: Form) -> Answer {
    let now = known(&app, &asked, &key).await?;
    let typed = form.text("valid_from");
    let valid_from = date(typed);
    if valid_from.is_none() && !typed.is_empty() {
        return render(&app, &asked, &key, &now, &form, vec![FieldError::new("valid_from", "form.date")]);
    }
    let seen = form.text("seen").parse().unwrap_or(0);
    let (ctx, of) = (asked.ctx.clone(), key.clone());
    if form.text("do") == "check" {
        let Some(day) = valid_from else {
            let missing = vec![FieldError::new("valid_from", "editor.date_missing")];
            return render(&app, &asked, &key, &now, &form, missing);
        };
        let done = change(&app, &asked, "draft.intend", move |tx, _| editor::intend(tx, &ctx, &of, seen, day)).await;
        return match done {
            Ok(()) => go(&format!("{}/exam", base(&key)), FlashKind::Notice, "editor.checked", &[]),
            Err(failure) => failed(&app, &asked, &key, &form, failure).await,
        };
    }
    let why = match reason(form.text("reason"), "editor.reason_missing") {
        // A missing reason is told together with everything else.
        Err(error) if error.sentence.key == "editor.reason_missing" => String::new(),
        Err(error) => return render(&app, &asked, &key, &now, &form, vec![error]),
        Ok(why) => why,
    };
    let ask = Ask { key: key.clone(), seen, valid_from, reason: why };
    let done =
        change(&app, &asked, "draft.publish", move |tx, registry| editor::publish(tx, &ctx, registry, &ask)).await;
    match done {
        Ok(number) => {
            refresh(&app).await?;
            let day = valid_from.map_or_else(String::new, |day| asked.locale.date(day));
            let params = [("number", number.to_string()), ("day", day)];
            let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
            go(&base(&key), FlashKind::Success, "editor.published", &params)
        }
        Err(failure) => failed(&app, &asked, &key, &form, failure).await,
    }
}

/// What was typed stays; what fails is told, each with its place.
async fn failed(app: &App, asked: &Req, key: &str, form: &Form, failure: Failure) -> Answer {
    let errors = match failure {
        Failure::Invalid(errors) => errors,
        Failure::Refused(sentence) if was_slower(&sentence) => vec![FieldError { field: String::new(), sentence }],
        other => return Err(other),
    };
    let now = known(app, asked, key).await?;
    render(app, asked, key, &now, form, errors)
}

fn render(app: &App, asked: &Req, key: &str, known: &Known, form: &Form, errors: Vec<FieldError>) -> Answer {
    let (_, agency) = shown_at(asked, key)?;
    let slower = errors.iter().any(|error| was_slower(&error.sentence));
    let status = match (slower, errors.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, true) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let record = known.draft.as_ref().map_or(&known.held(asked)?.record, |draft| &draft.body);
    let procedures = asked.registry.with_record(key, record);
    let sat = sit(&World::of(&asked.registry), &procedures);
    let examples = sat.iter().enumerate().map(|(at, sat)| example(app, asked, key, at, sat));
    let examples: Vec<Shown> = examples.collect::<Result<_, Failure>>()?;
    let held = known.held(asked)?;
    let coming = versions::coming(&known.editions, today(asked)).filter(|edition| edition.number != held.number);
    let now = known.draft.as_ref().map_or(0, |draft| draft.version);
    let page = ExamPage {
        head: known.head(asked, key)?,
        seen: if slower { now } else { form.text("seen").parse().unwrap_or(now) },
        faults: known.draft.as_ref().map_or_else(Vec::new, |draft| faults(app, asked, key, &agency, known, draft)),
        right: examples.iter().filter(|example| example.right).count(),
        examples,
        coming: coming.map(|edition| asked.locale.date(edition.valid_from)).collect(),
        form: form.state(words::told(app, asked, &agency, on_this_page(errors))),
    };
    page_with(app, asked, status, "editor/exam.html", page)
}

/// What is wrong elsewhere has its place in the list of faults of this page; the summary leads there.
fn on_this_page(errors: Vec<FieldError>) -> Vec<FieldError> {
    let here = ["", "valid_from", "reason"];
    let there = errors.into_iter().map(|mut error| {
        if !here.contains(&error.field.as_str()) && !error.field.starts_with("example-") {
            error.field = "faults".to_owned();
        }
        error
    });
    there.collect()
}

fn faults(app: &App, asked: &Req, key: &str, agency: &str, known: &Known, draft: &Draft) -> Vec<Fault> {
    let found = editor::faults(&asked.registry, draft, &known.editions, draft.valid_from, today(asked));
    let faults = words::told(app, asked, agency, found).into_iter().map(|fault| Fault {
        href: match fault.field.as_str() {
            "route" => format!("{}/edit/route", base(key)),
            "difference" => format!("{}/difference", base(key)),
            "parts" => base(key),
            field if field.starts_with("example-") => format!("#{field}"),
            _ => String::new(),
        },
        said: app.pages.texts().say(asked.locale, &fault.sentence.key, &fault.sentence.params),
    });
    faults.collect()
}

fn example(app: &App, asked: &Req, key: &str, at: usize, sat: &Sat<'_>) -> Result<Shown, Failure> {
    let one = sat.example;
    let locale = asked.locale;
    let acts = one.acts.iter().map(|act| {
        let kind = words::text(app, asked, &format!("exam.act.{}", act.kind.as_str()));
        let to = act.to.map_or_else(String::new, |to| format!(" → {}", locale.date_time(to)));
        format!("{kind}: {}{to}", locale.date_time(act.from))
    });
    let said = sat.mismatches.iter().map(|mismatch| {
        let params = mismatch.said.params.iter().map(|(name, value)| (*name, value.as_str()));
        words::say(app, asked, &one.agency, mismatch.said.key, params)
    });
    Ok(Shown {
        number: at + 1,
        href: format!("{}/examples/{at}", base(key)),
        title: one.title.clone(),
        who: one.who.clone(),
        agency: asked.registry.agency_name(&one.agency).to_owned(),
        case: one.case.clone(),
        channel: words::channel(app, asked, one.channel)?,
        received: locale.date_time(one.received),
        acts: acts.collect(),
        right: sat.mismatches.is_empty(),
        rows: sat.outcome.as_ref().map_or_else(Vec::new, |found| rows(app, asked, sat, found)),
        said: said.collect(),
    })
}

fn rows(app: &App, asked: &Req, sat: &Sat<'_>, found: &Outcome) -> Vec<Row> {
    let one = sat.example;
    let right = |part| sat.mismatches.iter().all(|mismatch| mismatch.part != part);
    let row = |part, expected, found| Row { part, expected, found, right: right(part) };
    let fee = |fee: &Option<i64>| match fee {
        Some(0) => words::text(app, asked, "procedure.free"),
        Some(amount) => words::money(app, asked, *amount),
        None => words::text(app, asked, "procedure.fee_province"),
    };
    let way = |offices: &[String]| {
        let offices = offices.iter().map(|office| words::office(asked, &one.agency, office));
        offices.collect::<Vec<_>>().join(" → ")
    };
    let letters = |letters: &mut dyn Iterator<Item = &str>| {
        letters.map(|letter| words::letter(app, asked, letter)).collect::<Vec<_>>().join(", ")
    };
    let asked_for = |count: usize| {
        app.pages.texts().get(asked.locale, "editor.papers_count", [("count", count.to_string().as_str())])
    };
    let count = one.papers.len();
    let due = match &found.due {
        Ok(due) => asked.locale.date_time(*due),
        Err(_) => words::text(app, asked, "exam.no_date"),
    };
    vec![
        row(
            Part::Papers,
            asked_for(count),
            asked_for((count + found.lacking.len()).saturating_sub(found.unasked.len())),
        ),
        row(Part::Fee, fee(&one.expect.fee), found.fees.iter().map(fee).collect::<Vec<_>>().join("; ")),
        row(Part::Route, way(&one.expect.route), way(&found.route)),
        row(Part::Due, asked.locale.date_time(one.expect.due), due),
        row(
            Part::Letters,
            letters(&mut one.expect.letters.iter().map(String::as_str)),
            letters(&mut found.letters.iter().copied()),
        ),
    ]
}
