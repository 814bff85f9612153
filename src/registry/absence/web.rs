//! Pages of absences: who is away, entering one, ending it early.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use motcua_domain::absence::PostKey;
use motcua_domain::identity::{Officer, Role};
use serde::Serialize;

use super::{Entered, Entry, Right, lendable, right};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::{self, Form};
use crate::platform::web::{Access, Answer, App, FlashKind, FormState, Req, Routes, go, page_with};
use crate::registry::Registry;

const WORKERS: Access =
    Access::Roles(&[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader, Role::Administrator]);

/// How far the list goes back, in days: a quarter.
const PAST_DAYS: i64 = 92;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/absences", WORKERS, list)
        .get("/desk/absences/new", WORKERS, blank)
        .post("/desk/absences/new", WORKERS, submit)
        .post("/desk/absences/{id}/end", WORKERS, end)
}

fn today(asked: &Req) -> Date {
    asked.registry.local(asked.ctx.now).date()
}

// --- the list ---------------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct ListPage {
    new_href: &'static str,
    now: Vec<Row>,
    coming: Vec<Row>,
    past: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    person: String,
    from: String,
    to: String,
    substitute: String,
    /// The only office and role handed over; empty for all.
    office: String,
    role: &'static str,
    /// Name of the only procedure; empty for all.
    procedure: String,
    entered_by: String,
    /// Empty where one may not end it.
    end_href: String,
}

async fn list(State(app): State<App>, asked: Req) -> Answer {
    let day = today(&asked);
    let since = day.saturating_sub(PAST_DAYS.days());
    let entered = app.db.read(move |tx| super::since(tx, since)).await?;
    let officer = asked.officer()?;
    let mut shown = ListPage { new_href: "/desk/absences/new", now: Vec::new(), coming: Vec::new(), past: Vec::new() };
    let mut entered: Vec<Entered> = entered.into_iter().filter(|one| is_mine_to_see(&asked, officer, one)).collect();
    entered.sort_by_key(|one| (one.absence.from_on, one.absence.id.clone()));
    for one in &entered {
        let list = match &one.absence {
            absence if absence.to_on < day => &mut shown.past,
            absence if absence.from_on > day => &mut shown.coming,
            _ => &mut shown.now,
        };
        list.push(row(&asked, officer, one, day));
    }
    shown.past.reverse();
    page_with(&app, &asked, StatusCode::OK, "absence/list.html", shown)
}

/// Everybody of the agency sees who is away, and whoever stands in sees it too. [SUB-10]
fn is_mine_to_see(asked: &Req, officer: &Officer, one: &Entered) -> bool {
    let registry = &asked.registry;
    let agency = registry.person(&one.absence.login).map_or("", |person| person.agency.as_str());
    one.absence.substitute == officer.account
        || officer.posts.iter().any(|post| registry.agency_of(&post.office) == agency)
}

fn row(asked: &Req, officer: &Officer, one: &Entered, day: Date) -> Row {
    let (registry, absence) = (&asked.registry, &one.absence);
    let mine = absence.to_on >= day && right(registry, officer, &absence.login).is_some();
    let post = absence.post.as_ref();
    Row {
        person: registry.account_name(&absence.login).to_owned(),
        from: asked.locale.date(absence.from_on),
        to: asked.locale.date(absence.to_on),
        substitute: registry.account_name(&absence.substitute).to_owned(),
        office: post.map_or_else(String::new, |post| registry.office_name(&post.office).to_owned()),
        role: post.map_or("", |post| post.role.as_str()),
        procedure: absence.procedure.as_deref().map_or_else(String::new, |key| procedure_name(registry, key)),
        entered_by: registry.account_name(&one.by).to_owned(),
        end_href: if mine { format!("/desk/absences/{}/end", absence.id) } else { String::new() },
    }
}

fn procedure_name(registry: &Registry, key: &str) -> String {
    let found = registry.procedures.iter().find(|procedure| procedure.key == key);
    found.map_or_else(|| key.to_owned(), |procedure| procedure.record.name.clone())
}

async fn end(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let done = app.db.write("absence.end", move |tx| super::end(tx, &ctx, &registry, &id)).await;
    match done {
        Ok(ended) => {
            refresh(&app).await?;
            let person = asked.registry.account_name(&ended.login);
            go("/desk/absences", FlashKind::Success, "absence.ended", &[("person", person)])
        }
        Err(Failure::Refused(sentence)) => {
            let said = readable(&asked, &sentence);
            let params: Vec<(&str, &str)> = said.params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            go("/desk/absences", FlashKind::Problem, &said.key, &params)
        }
        Err(other) => Err(other),
    }
}

/// Takes the change in at once; other processes follow within seconds.
async fn refresh(app: &App) -> Result<(), Failure> {
    let (db, shelf, now) = (app.db.clone(), app.shelf.clone(), app.clock.now());
    tokio::task::spawn_blocking(move || shelf.refresh(&db, now)).await.map_err(Failure::fault)?
}

// --- entering one -----------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct NewPage {
    action: &'static str,
    back_href: &'static str,
    /// For whom one may enter it; empty when only for oneself.
    people: Vec<Item>,
    /// The one chosen; empty before.
    person: String,
    person_name: String,
    /// Whether it is about whoever is signed in.
    own: bool,
    /// More than one: which of them is handed over is a question.
    posts: Vec<Item>,
    substitutes: Vec<Item>,
    /// Procedures of the person's offices, offered while typing.
    procedures: Vec<Item>,
    form: FormState,
}

#[derive(Serialize)]
struct Item {
    value: String,
    text: String,
}

async fn blank(State(app): State<App>, asked: Req) -> Answer {
    let query = Form::read(asked.path.split_once('?').map_or("", |(_, query)| query));
    let typed = asked.registry.local(asked.ctx.now).date().strftime("%d/%m/%Y").to_string();
    let form = Form::filled([("person", query.text("person").to_owned()), ("from_on", typed)]);
    show(&app, &asked, form, Vec::new())
}

async fn submit(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let entry = match read(&asked.registry, &form) {
        Ok(entry) => entry,
        Err(errors) => return show(&app, &asked, form, errors),
    };
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let done = app.db.write("absence.enter", move |tx| super::enter(tx, &ctx, &registry, entry.clone())).await;
    match done {
        Ok(entered) => {
            refresh(&app).await?;
            let name = |login| asked.registry.account_name(login);
            let params = [("person", name(&entered.login)), ("substitute", name(&entered.substitute))];
            go("/desk/absences", FlashKind::Success, "absence.entered", &params)
        }
        Err(Failure::Invalid(errors)) => {
            let told = errors
                .into_iter()
                .map(|error| FieldError { sentence: readable(&asked, &error.sentence), field: error.field });
            let told = told.collect();
            show(&app, &asked, form, told)
        }
        Err(Failure::Conflict) => show(&app, &asked, form, vec![FieldError::new("", "absence.meanwhile")]),
        Err(other) => Err(other),
    }
}

/// Reads the form: what cannot be read at all. What the rules say to it comes from [`super::enter`].
fn read(registry: &Registry, form: &Form) -> Result<Entry, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut day = |name: &str| {
        let day = form::date(form.text(name));
        if day.is_none() {
            errors.push(FieldError::new(name, "form.date"));
        }
        day.unwrap_or_default()
    };
    let (from_on, to_on) = (day("from_on"), day("to_on"));
    if form.text("substitute").is_empty() {
        errors.push(FieldError::new("substitute", "absence.choose_substitute"));
    }
    let post = match form.text("post") {
        "" => None,
        text => match text.rsplit_once(':').and_then(|(office, role)| Some((office, Role::parse(role)?))) {
            Some((office, role)) => Some(PostKey { office: office.to_owned(), role }),
            None => {
                errors.push(FieldError::new("post", "form.choose"));
                None
            }
        },
    };
    let procedure = match form.text("procedure") {
        "" => None,
        code => {
            let is = |procedure: &&crate::registry::Procedure| {
                procedure.key == code || procedure.record.code.as_deref() == Some(code)
            };
            let found = registry.procedures.iter().find(is).map(|procedure| procedure.key.clone());
            if found.is_none() {
                errors.push(FieldError {
                    field: "procedure".into(),
                    sentence: Sentence::new("absence.unknown_procedure").with("code", code),
                });
            }
            found
        }
    };
    let (login, substitute) = (form.text("person").to_owned(), form.text("substitute").to_owned());
    if errors.is_empty() { Ok(Entry { login, from_on, to_on, substitute, post, procedure }) } else { Err(errors) }
}

/// Logins by the names of their positions, days as people here write them.
fn readable(asked: &Req, sentence: &Sentence) -> Sentence {
    let name = |text: &str| asked.registry.account_name(text).to_owned();
    let written = |(key, value): (&String, &String)| {
        let value = match (key.as_str(), value.parse::<Date>()) {
            ("way", _) => value.split(" → ").map(name).collect::<Vec<_>>().join(" → "),
            (_, Ok(day)) => asked.locale.date(day),
            _ => name(value),
        };
        (key.clone(), value)
    };
    Sentence { key: sentence.key.clone(), params: sentence.params.iter().map(written).collect() }
}

fn show(app: &App, asked: &Req, mut form: Form, errors: Vec<FieldError>) -> Answer {
    let (registry, officer, day) = (&asked.registry, asked.officer()?, today(asked));
    let may = |login: &String| right(registry, officer, login).is_some();
    let has_work = |login: &String| registry.person(login).is_some_and(|person| lendable(person, day).next().is_some());
    let people: Vec<&String> =
        registry.people_by_login().keys().filter(|login| has_work(login) && may(login)).collect();
    let only_oneself = people.iter().all(|login| **login == officer.account);
    if only_oneself && form.text("person").is_empty() {
        form.set("person", officer.account.clone());
    }
    let person = form.text("person").to_owned();
    // Somebody else's absence is none of theirs: as if there were nobody of that name. [ACC-02]
    if !person.is_empty() && !people.contains(&&person) {
        return Err(Failure::NotFound);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = NewPage {
        action: "/desk/absences/new",
        back_href: "/desk/absences",
        people: if only_oneself { Vec::new() } else { by_name(registry, people.iter().map(|l| l.as_str())) },
        person_name: registry.account_name(&person).to_owned(),
        own: person == officer.account,
        posts: posts(app, asked, &person, day),
        substitutes: substitutes(registry, &person, day),
        procedures: procedures(registry, &person, day),
        person,
        form: form.state(errors),
    };
    page_with(app, asked, status, "absence/new.html", shown)
}

fn by_name<'a>(registry: &Registry, logins: impl Iterator<Item = &'a str>) -> Vec<Item> {
    let item = |login: &'a str| Item { value: login.to_owned(), text: registry.account_name(login).to_owned() };
    let mut items: Vec<Item> = logins.map(item).collect();
    items.sort_by_key(|item| motcua_domain::text::fold(&item.text));
    items
}

fn posts(app: &App, asked: &Req, person: &str, day: Date) -> Vec<Item> {
    let registry = &asked.registry;
    let reach = asked.officer().ok().and_then(|officer| right(registry, officer, person));
    let within = |post: &&PostKey| match &reach {
        Some(Right::Head(offices)) => offices.contains(&post.office),
        _ => true,
    };
    let item = |post: &PostKey| {
        let role = app.pages.texts().say(asked.locale, &format!("role.{}", post.role.as_str()), &[].into());
        Item {
            value: format!("{}:{}", post.office, post.role.as_str()),
            text: format!("{} – {role}", registry.office_name(&post.office)),
        }
    };
    registry.person(person).into_iter().flat_map(|person| lendable(person, day)).filter(within).map(item).collect()
}

/// People of the agency and of those above, the nearest first: of the same office, of the same agency, of one above. [SUB-05]
fn substitutes(registry: &Registry, person: &str, day: Date) -> Vec<Item> {
    let Some(absent) = registry.person(person) else { return Vec::new() };
    let above = registry.agencies_above(&absent.agency, day);
    let offices: Vec<&str> = lendable(absent, day).map(|post| post.office.as_str()).collect();
    let mut found: Vec<(usize, String, Item)> = registry
        .people_by_login()
        .iter()
        .filter(|(login, _)| *login != person)
        .filter_map(|(login, other)| {
            let mut theirs = lendable(other, day);
            let office = theirs.next()?.office.as_str();
            let rank = match above.iter().position(|agency| *agency == other.agency) {
                Some(level) => level + 2,
                None if other.agency != absent.agency => return None,
                None => usize::from(!lendable(other, day).any(|post| offices.contains(&post.office.as_str()))),
            };
            let text = format!("{} – {}", registry.account_name(login), registry.office_name(office));
            Some((rank, motcua_domain::text::fold(&text), Item { value: login.clone(), text }))
        })
        .collect();
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found.into_iter().map(|(_, _, item)| item).collect()
}

/// The procedures that the person's offices work on.
fn procedures(registry: &Registry, person: &str, day: Date) -> Vec<Item> {
    let Some(person) = registry.person(person) else { return Vec::new() };
    let tier = registry.agencies.get(&person.agency).map(|agency| agency.tier);
    let offices: Vec<&str> = lendable(person, day).filter_map(|post| Some(post.office.split_once('/')?.1)).collect();
    let theirs = registry.procedures.iter().filter(|procedure| {
        Some(procedure.tier) == tier
            && procedure.scope.office.as_deref().is_some_and(|office| offices.contains(&office))
    });
    theirs
        .map(|procedure| Item {
            value: procedure.record.code.clone().unwrap_or_else(|| procedure.key.clone()),
            text: procedure.record.name.clone(),
        })
        .collect()
}
