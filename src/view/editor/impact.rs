//! What a day of the calendar or a rule of the law would move, and entering it.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::{Date, Time};
use motcua_domain::calendar::{DayKind, DayRow};
use motcua_domain::deadline::AfterSupplement;
use motcua_domain::text::clean;
use serde::Serialize;

use super::{base, change, reason, refresh, route::Choice, tables, today, too_long, words};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::registry::impact::{self, Impact, LawChange, Move};
use crate::registry::pack::Day;
use crate::work::intake::date;

/// Longest name of a day, in characters.
const NAME_MAX: usize = 200;

const KINDS: [(&str, DayKind); 5] = [
    ("holiday", DayKind::Holiday),
    ("compensatory", DayKind::Compensatory),
    ("swapped-off", DayKind::SwappedOff),
    ("make-up", DayKind::MakeUp),
    ("closure", DayKind::Closure),
];

#[derive(Serialize)]
struct ImpactPage {
    day: FormState,
    law: FormState,
    kinds: Vec<Choice>,
    agencies: Vec<Choice>,
    /// The rule in force today.
    law_now: String,
    cutoff_now: String,
    found: Option<Found>,
    may_edit: bool,
    examples: usize,
}

#[derive(Serialize)]
struct Found {
    /// `day` or `law`: which form was rehearsed.
    of: &'static str,
    moves: Vec<MoveShown>,
    still: usize,
}

#[derive(Serialize)]
struct MoveShown {
    href: String,
    name: String,
    version: u32,
    coming_on: Option<String>,
    title: String,
    agency: String,
    due: Option<(String, String)>,
    transfer_due: Option<(String, String)>,
    right: (bool, bool),
}

/// Which of the two forms was sent, and what is wrong with it.
enum Sent<'a> {
    Nothing,
    Day(&'a Form, Vec<FieldError>),
    Law(&'a Form, Vec<FieldError>),
}

pub(super) async fn show(State(app): State<App>, asked: Req) -> Answer {
    render(&app, &asked, Sent::Nothing, None)
}

pub(super) async fn day(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let day = match read_day(&asked, &form) {
        Ok(day) => day,
        Err(errors) => return render(&app, &asked, Sent::Day(&form, errors), None),
    };
    if form.text("do") == "enter" {
        let (ctx, entered) = (asked.ctx.clone(), day.clone());
        let done = change(&app, &asked, "registry.enter_day", move |tx, registry| {
            impact::enter_day(tx, &ctx, registry, &entered)
        });
        return match done.await {
            Ok(()) => {
                refresh(&app).await?;
                go("/admin/impact", FlashKind::Success, "impact.day_entered", &[])
            }
            Err(failure) => refused(&app, &asked, failure, |errors| Sent::Day(&form, errors)),
        };
    }
    match impact::of_day(&asked.registry, &day) {
        Ok(found) => render(&app, &asked, Sent::Day(&form, Vec::new()), Some(("day", found))),
        Err(failure) => refused(&app, &asked, failure, |errors| Sent::Day(&form, errors)),
    }
}

pub(super) async fn law(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (change_of, why) = match read_law(&form) {
        Ok(read) => read,
        Err(errors) => return render(&app, &asked, Sent::Law(&form, errors), None),
    };
    if form.text("do") == "enter" {
        let ctx = asked.ctx.clone();
        let done = change(&app, &asked, "registry.enter_law", move |tx, registry| {
            impact::enter_law(tx, &ctx, registry, change_of, &why)
        });
        return match done.await {
            Ok(()) => {
                refresh(&app).await?;
                go("/admin/impact", FlashKind::Success, "impact.law_entered", &[])
            }
            Err(failure) => refused(&app, &asked, failure, |errors| Sent::Law(&form, errors)),
        };
    }
    match impact::of_law(&asked.registry, change_of) {
        Ok(found) => render(&app, &asked, Sent::Law(&form, Vec::new()), Some(("law", found))),
        Err(failure) => refused(&app, &asked, failure, |errors| Sent::Law(&form, errors)),
    }
}

fn refused<'a>(app: &App, asked: &Req, failure: Failure, sent: impl FnOnce(Vec<FieldError>) -> Sent<'a>) -> Answer {
    match failure {
        Failure::Refused(sentence) => {
            let errors = vec![FieldError { field: String::new(), sentence }];
            render(app, asked, sent(words::told(app, asked, "", errors)), None)
        }
        other => Err(other),
    }
}

fn read_day(asked: &Req, form: &Form) -> Result<Day, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, key: &str| errors.push(FieldError::new(field, key));
    let on = date(form.text("date"));
    if on.is_none() {
        wrong("date", "form.date");
    }
    let kind = KINDS.iter().find(|(word, _)| *word == form.text("kind")).map(|(_, kind)| *kind);
    if kind.is_none() {
        wrong("kind", "form.choose");
    }
    let (from, to) = (tables::time(form.text("from")), tables::time(form.text("to")));
    for (field, time) in [("from", from), ("to", to)] {
        if time.is_none() {
            wrong(field, "editor.time_wrong");
        }
    }
    let (from, to): (Option<Time>, Option<Time>) = (from.flatten(), to.flatten());
    match (from, to) {
        (Some(_), None) => wrong("to", "impact.other_end_missing"),
        (None, Some(_)) => wrong("from", "impact.other_end_missing"),
        (Some(from), Some(to)) if to <= from => wrong("to", "impact.ends_before"),
        _ => {}
    }
    let agency = form.text("agency");
    if agency != "*" && !asked.registry.agencies.contains_key(agency) {
        wrong("agency", "form.choose");
    }
    let (name, source) = (clean(form.text("name")), clean(form.text("source")));
    for (field, text, missing) in [("name", &name, "impact.name_missing"), ("source", &source, "impact.source_missing")]
    {
        match text.chars().count() {
            0 => errors.push(FieldError::new(field, missing)),
            n if n > NAME_MAX => errors.push(too_long(field, NAME_MAX)),
            _ => {}
        }
    }
    match (on, kind, errors.is_empty()) {
        (Some(date), Some(kind), true) => {
            Ok(Day { agency: agency.to_owned(), row: DayRow { date, kind, from, to, name }, verified: true, source })
        }
        _ => Err(errors),
    }
}

fn read_law(form: &Form) -> Result<(LawChange, String), Vec<FieldError>> {
    let mut errors = Vec::new();
    let from: Option<Date> = date(form.text("law_from"));
    if from.is_none() {
        errors.push(FieldError::new("law_from", "form.date"));
    }
    let transfer_cutoff = tables::time(form.text("transfer_cutoff"));
    if transfer_cutoff.is_none() {
        errors.push(FieldError::new("transfer_cutoff", "editor.time_wrong"));
    }
    let why = reason(form.text("reason"), "impact.law_source_missing").map_err(|error| errors.push(error));
    match (from, transfer_cutoff, why, errors.is_empty()) {
        (Some(from), Some(transfer_cutoff), Ok(why), true) => {
            let supplement = AfterSupplement::parse(form.text("supplement"));
            Ok((LawChange { from, supplement, transfer_cutoff }, why))
        }
        _ => Err(errors),
    }
}

fn render(app: &App, asked: &Req, sent: Sent<'_>, found: Option<(&'static str, Impact)>) -> Answer {
    let registry = &asked.registry;
    let choice = |value: &str, text: String| Choice { value: value.to_owned(), text };
    let mut agencies = vec![choice("*", words::text(app, asked, "impact.all_agencies"))];
    agencies.extend(registry.agencies.values().map(|agency| choice(&agency.id, agency.name.clone())));
    let fresh = Form::filled([("agency", "*".to_owned()), ("kind", "holiday".to_owned())]);
    let blank = || FormState::default();
    let (day, law, wrong) = match sent {
        Sent::Nothing => (fresh.state(Vec::new()), blank(), false),
        Sent::Day(form, errors) => {
            let wrong = !errors.is_empty();
            (form.state(errors), blank(), wrong)
        }
        Sent::Law(form, errors) => {
            let wrong = !errors.is_empty();
            (fresh.state(Vec::new()), form.state(errors), wrong)
        }
    };
    let now = registry.law(today(asked));
    let page = ImpactPage {
        day,
        law,
        kinds: KINDS
            .iter()
            .map(|(word, _)| choice(word, words::text(app, asked, &format!("impact.kind.{word}"))))
            .collect(),
        agencies,
        law_now: now.map_or_else(String::new, |law| law.supplement.clone()),
        cutoff_now: now.map_or_else(String::new, |law| law.transfer_cutoff.strftime("%H:%M").to_string()),
        found: found.map(|(of, impact)| Found {
            of,
            moves: impact.moves.iter().map(|moved| move_shown(app, asked, moved)).collect(),
            still: impact.still,
        }),
        may_edit: asked.officer()?.has(motcua_domain::identity::Role::Administrator),
        examples: registry
            .procedures
            .iter()
            .chain(&registry.coming)
            .flat_map(|procedure| {
                let at = |agency: &str| registry.agencies.get(agency).map(|agency| agency.tier);
                procedure.record.examples.iter().filter(move |e| at(&e.agency) == Some(procedure.tier))
            })
            .count(),
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(app, asked, status, "editor/impact.html", page)
}

fn move_shown(app: &App, asked: &Req, moved: &Move) -> MoveShown {
    let said = |at: Option<jiff::civil::DateTime>| match at {
        Some(at) => asked.locale.date_time(at),
        None => words::text(app, asked, "exam.no_date"),
    };
    let pair = |(before, after)| (before != after).then(|| (said(before), said(after)));
    MoveShown {
        href: base(&moved.key),
        name: moved.name.clone(),
        version: moved.version,
        coming_on: moved.coming_on.map(|day| asked.locale.date(day)),
        title: moved.title.clone(),
        agency: asked.registry.agency_name(&moved.agency).to_owned(),
        due: pair(moved.due),
        transfer_due: pair(moved.transfer_due),
        right: moved.right,
    }
}
