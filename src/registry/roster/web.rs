//! Pages of the roster: the week of a one-stop, editing it, copying it to the next.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::identity::Role;
use serde::Serialize;

use super::{COUNTERS_MAX, Sitting, eligible, may_edit, may_see, monday, open_days, print_of, seated, week_days};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::{self, Form, percent};
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page, page_with};

const EDITORS: Access = Access::Roles(&[Role::OfficeHead, Role::Leader, Role::Administrator]);

/// Longest sign over a counter, in characters.
const COUNTER_MAX: usize = 60;
/// Empty cards for counters that the week does not have yet.
const FREE_ROWS: usize = 2;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/roster", Access::Staff, show)
        .get("/desk/roster/edit", EDITORS, edit)
        .post("/desk/roster/edit", EDITORS, save)
        .post("/desk/roster/copy", EDITORS, copy)
}

/// Which one-stop and which week a request is about.
struct Asked {
    office: String,
    monday: Date,
    may_edit: bool,
}

impl Asked {
    fn read(asked: &Req, query: &Form) -> Result<Self, Failure> {
        let (registry, officer) = (&asked.registry, asked.officer()?);
        let office = match query.text("office") {
            "" => registry.one_stop(&officer.agency).map_or("", |(office, _)| office),
            office => office,
        };
        let is_one_stop = registry.one_stop(registry.agency_of(office)).is_some_and(|(id, _)| id == office);
        if !is_one_stop || !may_see(registry, officer, office) {
            return Err(Failure::NotFound);
        }
        let today = registry.local(asked.ctx.now).date();
        let day = form::date(query.text("week")).unwrap_or(today);
        Ok(Self { office: office.to_owned(), monday: monday(day), may_edit: may_edit(registry, officer, office) })
    }

    fn href(&self, path: &str, weeks: i64) -> String {
        let week = self.monday.saturating_add((7 * weeks).days());
        format!("{path}?office={}&week={week}", percent(&self.office))
    }
}

fn query(asked: &Req) -> Form {
    Form::read(asked.path.split_once('?').map_or("", |(_, query)| query))
}

// --- looking at a week ------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct WeekPage {
    office: String,
    agency: String,
    from: String,
    to: String,
    previous: String,
    next: String,
    /// Empty for whoever may only look.
    edit_action: &'static str,
    copy_action: &'static str,
    office_id: String,
    week: String,
    days: Vec<Day>,
    counters: Vec<Counter>,
}

#[derive(Serialize)]
struct Day {
    /// 1 = Monday.
    weekday: i8,
    date: String,
    is_today: bool,
}

#[derive(Serialize)]
struct Counter {
    name: String,
    /// One for each day shown.
    seats: Vec<Seat>,
}

#[derive(Serialize, Default)]
struct Seat {
    /// Who sits there; empty for nobody.
    who: String,
    /// Whom they stand in for.
    instead_of: String,
    /// Somebody should sit there, is away, and nobody stands in.
    vacant: bool,
}

async fn show(State(app): State<App>, asked: Req) -> Answer {
    let of = Asked::read(&asked, &query(&asked))?;
    let (office, monday) = (of.office.clone(), of.monday);
    let sittings = app.db.read(move |tx| super::week(tx, &office, monday)).await?;
    let registry = &asked.registry;
    let today = registry.local(asked.ctx.now).date();
    let days = shown_days(&asked, &of, &sittings)?;
    let seat = |name: &String, day: &Date| {
        let planned = sittings.iter().find(|sitting| sitting.day == *day && sitting.counter == *name);
        planned.map_or_else(Seat::default, |planned| match seated(registry, &of.office, planned) {
            None => {
                Seat { who: String::new(), instead_of: registry.account_name(&planned.login).to_owned(), vacant: true }
            }
            Some(login) => Seat {
                who: registry.account_name(&login).to_owned(),
                instead_of: if login == planned.login { "" } else { registry.account_name(&planned.login) }.to_owned(),
                vacant: false,
            },
        })
    };
    let counters = counters(&sittings).into_iter();
    let shown = WeekPage {
        office: registry.office_name(&of.office).to_owned(),
        agency: registry.agency_name(registry.agency_of(&of.office)).to_owned(),
        from: asked.locale.date(of.monday),
        to: asked.locale.date(of.monday.saturating_add(6.days())),
        previous: of.href("/desk/roster", -1),
        next: of.href("/desk/roster", 1),
        edit_action: if of.may_edit { "/desk/roster/edit" } else { "" },
        copy_action: "/desk/roster/copy",
        office_id: of.office.clone(),
        week: of.monday.to_string(),
        counters: counters
            .map(|name| Counter { seats: days.iter().map(|day| seat(&name, day)).collect(), name })
            .collect(),
        days: days
            .iter()
            .map(|day| Day {
                weekday: day.weekday().to_monday_one_offset(),
                date: asked.locale.date(*day),
                is_today: *day == today,
            })
            .collect(),
    };
    page(&app, &asked, "roster/week.html", shown)
}

/// The days on which the one-stop is open, and those that have a roster nevertheless. [ROS-03]
fn shown_days(asked: &Req, of: &Asked, sittings: &[Sitting]) -> Result<Vec<Date>, Failure> {
    let calendar = asked.registry.calendar(asked.registry.agency_of(&of.office))?;
    let is_shown = |day: &Date| calendar.is_working_day(*day) || sittings.iter().any(|sitting| sitting.day == *day);
    Ok(week_days(of.monday).into_iter().filter(is_shown).collect())
}

/// The counters of a week in their order, each once.
fn counters(sittings: &[Sitting]) -> Vec<String> {
    let mut ordered: Vec<&Sitting> = sittings.iter().collect();
    ordered.sort_by_key(|sitting| (sitting.position, sitting.day));
    let mut names: Vec<String> = Vec::new();
    for sitting in ordered {
        if !names.contains(&sitting.counter) {
            names.push(sitting.counter.clone());
        }
    }
    names
}

// --- editing it -------------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct EditPage {
    office: String,
    from: String,
    to: String,
    back_href: String,
    action: &'static str,
    office_id: String,
    week: String,
    seen: String,
    days: Vec<Day>,
    rows: Vec<EditRow>,
    form: FormState,
}

#[derive(Serialize)]
struct EditRow {
    /// Of the field with the counter's name.
    name: String,
    cells: Vec<Cell>,
}

/// A day of a counter: a choice, or what was and stays.
#[derive(Serialize)]
struct Cell {
    name: String,
    /// Empty for a day that is over.
    choices: Vec<Choice>,
    was: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    text: String,
}

async fn edit(State(app): State<App>, asked: Req) -> Answer {
    let of = Asked::read(&asked, &query(&asked))?;
    let (office, monday) = (of.office.clone(), of.monday);
    let sittings = app.db.read(move |tx| super::week(tx, &office, monday)).await?;
    let mut form = Form::default();
    form.set("seen", print_of(&sittings)?);
    for (at, name) in counters(&sittings).into_iter().enumerate() {
        for sitting in sittings.iter().filter(|sitting| sitting.counter == name) {
            form.set(&cell_name(at, sitting.day), sitting.login.clone());
        }
        form.set(&counter_name(at), name);
    }
    render(&app, &asked, &of, &sittings, &form, Vec::new())
}

fn counter_name(at: usize) -> String {
    format!("counter.{at}")
}

fn cell_name(at: usize, day: Date) -> String {
    format!("seat.{at}.{day}")
}

/// Rows of the form: as many as were sent, or those of the week and some empty ones.
fn row_count(form: &Form) -> usize {
    let sent = form.pairs().iter().filter_map(|(name, _)| name.strip_prefix("counter.")?.parse::<usize>().ok());
    let used = sent
        .filter(|at| *at < COUNTERS_MAX && !form.text(&counter_name(*at)).is_empty())
        .max()
        .map_or(0, |last| last + 1);
    (used + FREE_ROWS).min(COUNTERS_MAX)
}

async fn save(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let of = Asked::read(&asked, &form)?;
    if !of.may_edit {
        return Err(Failure::Forbidden);
    }
    let (office, monday) = (of.office.clone(), of.monday);
    let stands = app.db.read(move |tx| super::week(tx, &office, monday)).await?;
    let sittings = match read(&asked, &of, &stands, &form)? {
        Ok(sittings) => sittings,
        Err(errors) => return render(&app, &asked, &of, &stands, &form, errors),
    };
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let (office, seen) = (of.office.clone(), form.text("seen").to_owned());
    let done =
        app.db.write("roster.set", move |tx| super::set(tx, &ctx, &registry, &office, monday, &sittings, &seen)).await;
    match done {
        Ok(()) => go(&of.href("/desk/roster", 0), FlashKind::Success, "roster.saved", &[]),
        Err(Failure::Conflict) => {
            let mut form = form;
            form.set("seen", print_of(&stands)?);
            render(&app, &asked, &of, &stands, &form, vec![FieldError::new("", "roster.meanwhile")])
        }
        Err(Failure::Refused(sentence)) => {
            let errors = vec![FieldError { field: String::new(), sentence }];
            render(&app, &asked, &of, &stands, &form, errors)
        }
        Err(other) => Err(other),
    }
}

/// Reads the form; every mistake beside its cell.
fn read(
    asked: &Req,
    of: &Asked,
    stands: &[Sitting],
    form: &Form,
) -> Result<Result<Vec<Sitting>, Vec<FieldError>>, Failure> {
    let days = open_days(&asked.ctx, &asked.registry, &of.office, of.monday)?;
    let (mut sittings, mut errors, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..row_count(form) {
        let counter = motcua_domain::text::clean(form.text(&counter_name(at)));
        let mut wrong = |key: &str| errors.push(FieldError::new(&counter_name(at), key));
        let before = sittings.len();
        for day in &days {
            let login = form.text(&cell_name(at, *day));
            if !login.is_empty() {
                let position = u32::try_from(at).unwrap_or(u32::MAX);
                sittings.push(Sitting { day: *day, counter: counter.clone(), position, login: login.to_owned() });
            }
        }
        let used = sittings.len() > before;
        // A counter of days that are over keeps its name without anybody new.
        let was = stands.iter().any(|sitting| sitting.counter == counter && !days.contains(&sitting.day));
        match counter.chars().count() {
            0 if used => wrong("roster.counter_missing"),
            0 => {}
            _ if !used && !was => wrong("roster.nobody_all_week"),
            _ if names.contains(&counter) => wrong("roster.counter_twice"),
            n if n > COUNTER_MAX => {
                let sentence = Sentence::new("form.too_long").with("max", COUNTER_MAX);
                errors.push(FieldError { field: counter_name(at), sentence });
            }
            _ => names.push(counter),
        }
    }
    for sitting in &sittings {
        if !eligible(&asked.registry, &of.office, sitting.day).contains(&sitting.login) {
            errors.push(FieldError::new(&cell_name(sitting.position as usize, sitting.day), "form.choose"));
        }
    }
    Ok(if errors.is_empty() { Ok(sittings) } else { Err(errors) })
}

fn render(app: &App, asked: &Req, of: &Asked, stands: &[Sitting], form: &Form, errors: Vec<FieldError>) -> Answer {
    if !of.may_edit {
        return Err(Failure::Forbidden);
    }
    let registry = &asked.registry;
    let open = open_days(&asked.ctx, registry, &of.office, of.monday)?;
    let days = shown_days(asked, of, stands)?;
    let choices = |day: &Date| -> Vec<Choice> {
        let item = |login: String| Choice { text: registry.account_name(&login).to_owned(), value: login };
        eligible(registry, &of.office, *day).into_iter().map(item).collect()
    };
    let cell = |at: usize, day: &Date| {
        let counter = form.text(&counter_name(at));
        let was = stands.iter().find(|sitting| sitting.day == *day && sitting.counter == counter);
        Cell {
            name: cell_name(at, *day),
            choices: if open.contains(day) { choices(day) } else { Vec::new() },
            was: was.map_or("", |sitting| registry.account_name(&sitting.login)).to_owned(),
        }
    };
    let today = registry.local(asked.ctx.now).date();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = EditPage {
        office: registry.office_name(&of.office).to_owned(),
        from: asked.locale.date(of.monday),
        to: asked.locale.date(of.monday.saturating_add(6.days())),
        back_href: of.href("/desk/roster", 0),
        action: "/desk/roster/edit",
        office_id: of.office.clone(),
        week: of.monday.to_string(),
        seen: form.text("seen").to_owned(),
        rows: (0..row_count(form))
            .map(|at| EditRow { name: counter_name(at), cells: days.iter().map(|day| cell(at, day)).collect() })
            .collect(),
        days: days
            .iter()
            .map(|day| Day {
                weekday: day.weekday().to_monday_one_offset(),
                date: asked.locale.date(*day),
                is_today: *day == today,
            })
            .collect(),
        form: form.state(errors),
    };
    page_with(app, asked, status, "roster/edit.html", shown)
}

// --- the next week ----------------------------------------------------------------------------------------------------

async fn copy(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let of = Asked::read(&asked, &form)?;
    let (ctx, registry, office, monday) = (asked.ctx.clone(), asked.registry.clone(), of.office.clone(), of.monday);
    let done = app.db.write("roster.copy", move |tx| super::copy(tx, &ctx, &registry, &office, monday)).await;
    match done {
        Ok(copied) => {
            let (days, left_out) = (copied.days.to_string(), copied.left_out.to_string());
            let key = if copied.left_out == 0 { "roster.copied" } else { "roster.copied_in_part" };
            let params = [("days", days.as_str()), ("left_out", left_out.as_str())];
            go(&of.href("/desk/roster", 1), FlashKind::Success, key, &params)
        }
        Err(Failure::Refused(sentence)) => go(&of.href("/desk/roster", 0), FlashKind::Problem, &sentence.key, &[]),
        Err(other) => Err(other),
    }
}
